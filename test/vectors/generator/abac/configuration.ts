import { attributePaths } from '../../../../src/abac/attributePath.js'
import { cases, type Json, type Vector } from '../vector.js'
import type { Members } from '../world.js'
import { attribute, configuration, saml, scimUser, storeUser, tag } from './toolbox.js'

const COST_CENTER = '${path:enterprise.costCenter}'

export function configurationVectors(): readonly Vector[] {
  const { accepted, warned, refused, vectors } = cases('attributeConfiguration', 'configuration', [], 'abac', 'abac/tags') // prettier-ignore
  const of = (...AccessControlAttributes: Json[]): Json => ({ configuration: { AccessControlAttributes } })
  const wrapped = (more: Members): Json => ({ configuration: { InstanceAccessControlAttributeConfiguration: configuration({ a: 'title' }), ...more } }) // prettier-ignore

  const shape = 'configuration'
  accepted(shape, 'bare', 'the configuration by itself', { configuration: configuration({ CostCenter: 'enterprise.costCenter' }) }) // prettier-ignore
  accepted(shape, 'described', 'what Describe answers', wrapped({ Status: 'ENABLED' }))
  accepted(shape, 'sdk', 'what the AWS SDK answers', wrapped({ Status: 'ENABLED', $metadata: { httpStatusCode: 200 } })) // prettier-ignore
  accepted(shape, 'created', 'what Create takes', wrapped({ InstanceArn: 'arn:aws:sso:::instance/ssoins-1234567890abcdef' })) // prettier-ignore
  accepted(shape, 'empty', 'enabled, with nothing configured', of())
  refused(shape, 'null', 'type', 'null', { configuration: null })
  refused(shape, 'text', 'type', 'a text', { configuration: 'on' })
  refused(shape, 'missing', 'missing', 'an object without attributes', { configuration: {} })
  refused(shape, 'no-list', 'type', 'attributes that are no list', { configuration: { AccessControlAttributes: {} } }) // prettier-ignore
  refused(shape, 'in-progress', 'not-enabled', 'attributes that are being enabled', wrapped({ Status: 'CREATION_IN_PROGRESS' })) // prettier-ignore
  refused(shape, 'failed', 'not-enabled', 'attributes that failed to be enabled', wrapped({ Status: 'CREATION_FAILED', StatusReason: 'denied' })) // prettier-ignore
  refused(shape, 'unknown', 'unknown-member', 'a member that is not known', { configuration: { ...configuration({}), Enabled: true } }) // prettier-ignore
  refused(shape, 'attribute-unknown', 'unknown-member', 'an attribute with a member that is not known', of({ ...attribute('a', [COST_CENTER]), Type: 'x' })) // prettier-ignore
  refused(shape, 'attribute-text', 'type', 'an attribute that is a text', of(COST_CENTER), { also: [{ rule: 'abac/attribute-key', reason: 'missing' }, { rule: 'abac/attribute-source', reason: 'missing' }] }) // prettier-ignore
  refused(shape, 'value-text', 'type', 'a value that is a text', of({ Key: 'a', Value: COST_CENTER }), { also: [{ rule: 'abac/attribute-source', reason: 'missing' }] }) // prettier-ignore

  const many = (count: number): Json => of(...Array.from({ length: count }, (_, index) => attribute(`k${index}`, [COST_CENTER]))) // prettier-ignore
  accepted('attribute-count', '50', '50 attributes', many(50))
  refused('attribute-count', '51', 'too-many', '51 attributes', many(51))

  const key = (Key: Json | undefined): Json => of(attribute(Key, [COST_CENTER]))
  accepted('attribute-key', '128', 'a key of 128 characters', key('k'.repeat(128)))
  accepted('attribute-key', 'characters', 'every kind of character that a key may have', key('Cost\u00e9 1_.:/=+-@')) // prettier-ignore
  const keys: readonly [string, string, Json | undefined][] = [
    ['missing', 'missing', undefined],
    ['number', 'type', 1],
    ['empty', 'too-short', ''],
    ['129', 'too-long', 'k'.repeat(129)],
    ['comma', 'characters', 'a,b'],
    ['bracket', 'characters', 'a[b]'],
    ['line-break', 'characters', 'a\n'],
    ['reserved', 'reserved', 'aws:CostCenter'],
  ]
  for (const [name, reason, Key] of keys) refused('attribute-key', name, reason, `a key: ${name}`, key(Key)) // prettier-ignore
  refused('attribute-key', 'twice', 'duplicate', 'a key twice', of(attribute('a', [COST_CENTER]), attribute('a', ['${path:title}']))) // prettier-ignore
  refused('attribute-key', 'twice-in-other-case', 'duplicate', 'a key twice, in another case', of(attribute('CostCenter', [COST_CENTER]), attribute('costcenter', ['${path:title}']))) // prettier-ignore

  const source = (Source: Json | undefined): Json => of(attribute('CostCenter', Source))
  accepted('attribute-source', 'one', 'one source', source([COST_CENTER]))
  const sources: readonly [string, string, Json | undefined][] = [
    ['missing', 'missing', undefined],
    ['text', 'type', COST_CENTER],
    ['none', 'none', []],
    ['two', 'several', [COST_CENTER, '${path:title}']],
    ['number', 'type', [1]],
    ['parenthesis', 'characters', ['${path:title()}']],
    ['typographic', 'characters', ['${path:addresses[type eq \u201cwork\u201d].locality}']],
  ]
  for (const [name, reason, Source] of sources) refused('attribute-source', name, reason, `a source: ${name}`, source(Source)) // prettier-ignore
  refused('attribute-source', '257', 'too-long', 'a source of 257 characters', source(['a'.repeat(257)]), { also: [{ rule: 'abac/attribute-path', reason: 'not-a-path' }] }) // prettier-ignore

  const paths: readonly [string, string, string][] = [
    ['custom', 'unknown', '${path:custom.x}'],
    ['middle-name', 'unknown', '${path:name.middleName}'],
    ['two-levels', 'unknown', '${path:enterprise.manager.value.x}'],
    ['prototype', 'unknown', '${path:__proto__}'],
    ['home-address', 'unknown', '${path:addresses[type eq "home"].locality}'],
    ['case', 'spelling', '${path:Enterprise.CostCenter}'],
    ['spaces', 'spelling', '${path: enterprise.costCenter }'],
    ['space-before-operator', 'spelling', '${path:emails[primary  eq true].value}'],
    ['literal', 'not-a-path', 'blue'],
    ['bare', 'not-a-path', 'enterprise.costCenter'],
    ['scim-urn', 'not-a-path', 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:costCenter'],
    ['user-email', 'active-directory', '${user:email}'],
    ['mail', 'active-directory', '${mail}'],
  ]
  for (const [name, reason, expression] of paths) refused('attribute-path', name, reason, `a source: ${expression}`, source([expression])) // prettier-ignore

  accepted('attribute-without-source', 'with', 'a key with a source', source([COST_CENTER]))
  warned('attribute-without-source', 'without', 'no-source', 'a key without a source', source(['']))
  return [...vectors, ...pathVectors()]
}

/** Each of the 23 expressions, over the same person in both shapes. */
function pathVectors(): readonly Vector[] {
  const { accepted, vectors } = cases('sessionTags', 'configuration', [], 'abac', 'abac/tags')
  const values: readonly string[] = [
    'ada@example.com',
    'Lovelace',
    'Ada',
    'Ada Lovelace',
    'Countess',
    'ada@example.com',
    '12 St James Square',
    'London',
    'Westminster',
    'SW1Y 4JH',
    'GB',
    '12 St James Square - London',
    '+44 20 7946 0000',
    'Employee',
    'Analyst',
    'en-GB',
    'Europe/London',
    '1815',
    'blue',
    'Engines',
    'Analytical',
    'billing',
    '22222222-2222-4333-8444-555555555555',
  ]
  for (const [index, expression] of attributePaths.entries()) {
    const path = expression.slice('${path:'.length, -1)
    const name = path.replace(/[^A-Za-z]+/g, '-').toLowerCase()
    for (const [shape, user] of [['scim', scimUser()], ['identity-store', storeUser()]] as const) // prettier-ignore
      accepted('attribute-path', `${shape}-${name}`, `${expression} of a ${shape} user`, { identity: saml({}), user, configuration: configuration({ Key: path }) }, { value: { tags: [tag('Key', values[index] ?? '', 'directory')] } }) // prettier-ignore
  }
  return vectors
}
