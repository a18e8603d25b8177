import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  accessControlClaims,
  attributePaths,
  inspectSessionTags,
  parseAttributePath,
  sessionTags,
  toAssumeRole,
  userFromActiveDirectory,
  validateAttributeConfiguration,
  type PathFault,
  type SessionTagsOptions,
} from '../../src/abac/index.js'
import { assertAccepted, type OidcIdentity } from '../../src/core/index.js'
import { foldTagKey, sessionTagFaults, transitiveTagFaults } from '../../src/core/sts/index.js'
import { validateResponse } from '../../src/saml/index.js'
import { ADA, expectation, issued, NOW, told } from '../support/saml.js'
import { anyKey, anyTags, anyValue, configurationOf, identityOf } from '../support/tags.js'

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const TEAM = configurationOf({ Team: 'enterprise.division' })
const user = (division?: unknown) => ({ userName: 'ada', [ENTERPRISE]: { division } })
const anyPrecedence = fc.constantFrom('directory' as const, 'assertion' as const)

/** A configuration of any keys over the paths of the guide, good or bad. */
const anySource = fc.oneof(
  { arbitrary: fc.constantFrom(...attributePaths), weight: 9 },
  { arbitrary: fc.constantFrom('', 'blue', '${path:x}'), weight: 1 },
)
const anyConfiguredKey = fc.oneof(
  { arbitrary: fc.constantFrom('Team', 'CostCenter', 'Title', 'Nick'), weight: 9 },
  { arbitrary: anyKey, weight: 1 },
)
const anyConfiguration = fc.array(fc.tuple(anyConfiguredKey, anySource), { maxLength: 5 }).map((entries) => ({
  AccessControlAttributes: entries.map(([Key, source]) => ({ Key, Value: { Source: [source] } })),
}))
const anyUser = fc.record({
  userName: fc.constant('ada'),
  title: fc.oneof(anyValue, fc.constant(['a', 'b']), fc.constant(null)),
  nickName: fc.option(anyValue, { nil: undefined }),
  [ENTERPRISE]: fc.record({ division: anyValue, costCenter: fc.oneof(anyValue, fc.constant(7)) }),
})

describe('laws of session tags', () => {
  it('hold to the limits of STS in all that is given out', () => {
    const anyOptions: fc.Arbitrary<SessionTagsOptions> = fc.record({
      precedence: anyPrecedence,
      transitiveTagKeys: fc.oneof(fc.constant([]), fc.array(anyConfiguredKey, { maxLength: 2 })),
    })
    let given = 0
    fc.assert(
      fc.property(
        anyTags,
        anyUser,
        anyConfiguration,
        anyOptions,
        (asserted, person, configuration, options) => {
          const verdict = sessionTags(identityOf(asserted), person, configuration, options)
          if (!verdict.ok) return
          given++
          const { Tags, TransitiveTagKeys = [] } = toAssumeRole(verdict.value)
          expect(sessionTagFaults(Tags, 'Tags')).toEqual([])
          expect(transitiveTagFaults(TransitiveTagKeys, Tags, [], 'TransitiveTagKeys')).toEqual([])
        },
      ),
      { numRuns: 1_000 },
    )
    expect(given).toBeGreaterThan(50)
  })

  it('give no tags while attributes for access control are off', () => {
    fc.assert(
      fc.property(anyTags, fc.anything(), anyPrecedence, (asserted, person, precedence) => {
        const verdict = sessionTags(identityOf(asserted), person, 'off', {
          precedence,
          transitiveTagKeys: ['a'],
        })
        const count = Object.keys(asserted).length
        expect(verdict.value).toMatchObject({ tags: [], transitiveTagKeys: [], packedSizePercent: 0 })
        expect(verdict.value?.dropped.map(({ reason }) => reason)).toEqual(Array(count).fill('off'))
        expect(told(verdict.findings)).toEqual(count === 0 ? [] : ['abac/off dropped'])
      }),
    )
  })

  const text = fc.stringMatching(/^[a-z]{1,8}$/)
  const inAnyCase = fc.mixedCase(fc.constant('team'))

  it('take the directory for what is configured, whatever is asserted of it', () => {
    fc.assert(
      fc.property(text, fc.array(fc.tuple(inAnyCase, anyValue), { maxLength: 5 }), (division, asserted) => {
        const verdict = sessionTags(identityOf(Object.fromEntries(asserted)), user(division), TEAM)
        expect(verdict.value?.tags).toEqual([
          { key: 'Team', value: division, source: 'directory', from: '${path:enterprise.division}' },
        ])
        expect(verdict.value?.dropped.length).toBe(Object.keys(Object.fromEntries(asserted)).length)
      }),
    )
  })

  it('let nothing asserted in for a configured key of which the person has no value', () => {
    fc.assert(
      fc.property(inAnyCase, anyValue, fc.constantFrom(undefined, null, ''), (key, value, division) => {
        const verdict = sessionTags(identityOf({ [key]: value }), user(division), TEAM)
        expect(verdict.value?.tags).toEqual([])
        expect(told(verdict.findings)).toContain('abac/tag-replaced not-taken')
      }),
    )
  })

  it('let pass what only one of the two speaks of, in either precedence', () => {
    fc.assert(
      fc.property(text, text, anyPrecedence, (division, asserted, precedence) => {
        const verdict = sessionTags(identityOf({ Other: asserted }), user(division), TEAM, { precedence })
        expect(verdict.value?.tags).toMatchObject([
          { key: 'Team', value: division, source: 'directory' },
          { key: 'Other', value: asserted, source: 'assertion' },
        ])
        expect(verdict.findings).toEqual([])
      }),
    )
  })

  it('differ by precedence only in the keys that both speak of', () => {
    fc.assert(
      fc.property(anyTags, anyUser, anyConfiguration, (asserted, person, configuration) => {
        const of = (precedence: 'directory' | 'assertion') =>
          inspectSessionTags(identityOf(asserted), person, configuration, { precedence }).claimed.tags
        const both = new Set(Object.keys(asserted).map(foldTagKey))
        const configured = new Set(configuration.AccessControlAttributes.map(({ Key }) => foldTagKey(Key)))
        const alone = ({ key }: { key: string }): boolean =>
          !(both.has(foldTagKey(key)) && configured.has(foldTagKey(key)))
        expect(of('directory').filter(alone)).toEqual(of('assertion').filter(alone))
      }),
    )
  })

  it('tell of everything that was asserted: as a tag, as dropped, or by refusing', () => {
    fc.assert(
      fc.property(
        anyTags,
        anyUser,
        anyConfiguration,
        anyPrecedence,
        (asserted, person, configuration, precedence) => {
          const { claimed } = inspectSessionTags(identityOf(asserted), person, configuration, { precedence })
          const seen = [...claimed.tags, ...claimed.dropped].filter(({ source }) => source === 'assertion')
          expect(seen.map(({ key }) => key).sort()).toEqual(Object.keys(asserted).sort())
        },
      ),
    )
  })

  it('are the same when asked twice, and nobody can change them', () => {
    const verdict = sessionTags(identityOf({ a: 'b' }), user('blue'), TEAM)
    expect(verdict).toEqual(sessionTags(identityOf({ a: 'b' }), user('blue'), TEAM))
    expect(Object.isFrozen(verdict.value)).toBe(true)
    expect(verdict.value?.tags.every(Object.isFrozen)).toBe(true)
  })
})

describe('session tags of a sign-in', () => {
  it('come from a Response that was issued, signed and judged', () => {
    const person = { userName: ADA.nameID, [ENTERPRISE]: { costCenter: 'green' } }
    const identity = validateResponse(issued(), expectation())
    expect(identity.ok).toBe(true)
    const verdict = sessionTags(
      identity.value,
      person,
      configurationOf({ CostCenter: 'enterprise.costCenter' }),
    )
    expect(verdict.value?.tags).toMatchObject([
      { key: 'CostCenter', value: 'green', source: 'directory' },
      { key: 'Department', value: 'billing', source: 'assertion' },
    ])
    const off = validateResponse(issued(), expectation({ abac: 'off' }))
    expect(sessionTags(off.value, person, 'off')).toMatchObject({
      ok: true,
      value: { tags: [] },
      findings: [],
    })
  })

  it('come from an ID token, too, by the claims that STS reads', () => {
    const claims = { 'https://aws.amazon.com/tags': { principal_tags: { Team: ['red'], Other: ['x'] } } }
    const { accessControl } = assertAccepted(accessControlClaims(claims))
    const identity: OidcIdentity = {
      protocol: 'oidc',
      issuer: 'https://idp.example.com',
      subject: '7',
      audience: 'app',
      accessControl,
      claims,
      expiresAt: NOW + 300,
    }
    expect(sessionTags(identity, user('blue'), TEAM).value?.tags).toMatchObject([
      { key: 'Team', value: 'blue', source: 'directory' },
      { key: 'Other', value: 'x', from: 'https://aws.amazon.com/tags/principal_tags/Other' },
    ])
  })

  it('come from an entry of Active Directory by the default mappings', () => {
    const entry = { userPrincipalName: 'ada@corp.example.com', mail: 'ada@example.com', sn: 'Lovelace' }
    const person = assertAccepted(userFromActiveDirectory(entry))
    const paths = { Mail: 'emails[primary eq true].value', Name: 'name.familyName', User: 'userName' }
    const verdict = sessionTags(undefined, person, configurationOf(paths))
    expect(verdict.value?.tags.map(({ value }) => value)).toEqual([
      'ada@example.com',
      'Lovelace',
      'ada@corp.example.com',
    ])
  })

  it('change with the directory alone: a developer who moves needs no new policy', () => {
    const before = sessionTags(identityOf({}), user('AppA'), TEAM)
    const after = sessionTags(identityOf({}), user('AppB'), TEAM)
    expect(before.value?.tags[0]?.value).toBe('AppA')
    expect(after.value?.tags[0]?.value).toBe('AppB')
  })
})

describe('hostile input', () => {
  it('of 10,000 attributes is refused with few words', () => {
    const many = Object.fromEntries(
      Array.from({ length: 10_000 }, (_, index) => [`T\u0435am${index}`, 'v'.repeat(500)]),
    )
    const verdict = sessionTags(identityOf(many), undefined, configurationOf({}))
    expect(verdict.ok).toBe(false)
    expect(told(verdict.findings)).toContain('abac/session-tags too-many')
    expect(verdict.findings.length).toBeLessThan(200)
  })

  it('of 100,000 configured attributes is refused without being read', () => {
    const list = Array.from({ length: 100_000 }, () => ({ Key: 'a' }))
    const verdict = sessionTags(undefined, user(), { AccessControlAttributes: list } as never)
    expect(told(verdict.findings)).toContain('abac/attribute-count too-many')
    expect(verdict.findings.length).toBeLessThan(200)
  })

  it('of keys that objects inherit is a key like any other, or none', () => {
    const asserted = JSON.parse('{"__proto__":"p","constructor":"c"}') as Record<string, string>
    const verdict = sessionTags(identityOf(asserted), undefined, configurationOf({}))
    expect(verdict.value?.tags.map(({ key, value }) => [key, value])).toEqual([
      ['__proto__', 'p'],
      ['constructor', 'c'],
    ])
    const person = Object.create({ title: 'inherited' }) as Record<string, unknown>
    person['userName'] = 'ada'
    const inherited = sessionTags(undefined, person, configurationOf({ Title: 'title' }))
    expect(told(inherited.findings)).toEqual(['abac/attribute-absent absent'])
  })

  it.each(['\ud800', 'a\udc00', '\udc00\ud800', 'a\u0000', '\u007f', 'a\nb', '\u2066x'])(
    'of control characters and halves of surrogate pairs is refused: %j',
    (text) => {
      const asserted = (tags: Record<string, string>) =>
        told(sessionTags(identityOf(tags), undefined, configurationOf({})).findings)
      expect(asserted({ k: text })).toContain('abac/session-tags characters')
      expect(asserted({ [text]: 'v' })).toContain('abac/session-tags characters')
      const stored = sessionTags(
        undefined,
        { userName: 'ada', title: text },
        configurationOf({ Title: 'title' }),
      )
      expect(told(stored.findings)).toEqual(['abac/session-tags characters'])
      const configured = sessionTags(undefined, { userName: 'ada' }, configurationOf({ [text]: 'title' }))
      expect(told(configured.findings)).toContain('abac/attribute-key characters')
      for (const finding of [...stored.findings, ...configured.findings])
        expect(JSON.stringify(finding)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u)
    },
  )

  it('of long lists in a user is refused', () => {
    const person = { userName: 'ada', emails: { length: 5 } }
    const mail = configurationOf({ Mail: 'emails[primary eq true].value' })
    expect(told(sessionTags(undefined, person, mail).findings)).toEqual(['abac/attribute-value type'])
    const endless = { userName: 'ada', emails: Array(1_001).fill({}) }
    expect(told(sessionTags(undefined, endless, mail).findings)).toEqual([
      'abac/attribute-multi-valued multi-valued',
    ])
  })
})

describe('a user without the attribute', () => {
  const costCenter = configurationOf({ CostCenter: 'enterprise.costCenter' })
  const ofPackage = { userId: '1', userName: 'ada', emails: [], externalIds: [], status: 'ENABLED' }
  const fixOf = (person: unknown): string | undefined => {
    const { findings } = sessionTags(undefined, person, costCenter)
    expect(told(findings)).toEqual(['abac/attribute-absent absent'])
    return findings[0]?.fix
  }

  it('that was asked for without its extension is not blamed on the source', () => {
    expect(fixOf({ UserName: 'ada' })).toContain('--extensions aws:identitystore:enterprise')
    expect(fixOf(ofPackage)).toContain('GET /Users/ID')
    const general = fixOf({ userName: 'ada' })
    expect(general).not.toContain('--extensions')
    expect(fixOf({ UserName: 'ada', Extensions: { 'aws:identitystore:enterprise': {} } })).toBe(general)
    const nick = sessionTags(undefined, { UserName: 'ada' }, configurationOf({ Nick: 'nickName' }))
    expect(nick.findings[0]?.fix).toBe(general)
  })
})

describe('attribute paths', () => {
  it('are the 23 of the guide, and nothing else is one', () => {
    expect(attributePaths.length).toBe(23)
    expect(new Set(attributePaths).size).toBe(23)
    for (const path of attributePaths) expect('kind' in parseAttributePath(path)).toBe(true)
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((text) => `\${path:${text}}`),
        ),
        (text) => {
          expect('kind' in parseAttributePath(text)).toBe(attributePaths.includes(text))
        },
      ),
    )
  })

  it('are told in other spellings which one is meant', () => {
    for (const path of attributePaths) {
      for (const other of [path.toUpperCase(), path.replace(':', ' : '), path.replaceAll('"', '\u201d')]) {
        if (attributePaths.includes(other)) continue
        expect([other, parseAttributePath(other)]).toEqual([other, { reason: 'spelling', expected: path }])
      }
    }
    expect(parseAttributePath('costCenter')).toEqual({
      reason: 'not-a-path',
      expected: '${path:enterprise.costCenter}',
    })
    expect(parseAttributePath('${path:enterprise.costCentre}')).toEqual({
      reason: 'unknown',
      expected: '${path:enterprise.costCenter}',
    })
    for (const other of ['${path:costCenter}', 'user.costCenter', `${ENTERPRISE}:costCenter`])
      expect([other, (parseAttributePath(other) as PathFault).expected]).toEqual([
        other,
        '${path:enterprise.costCenter}',
      ])
  })

  it.each<readonly [string, string | undefined]>([
    ['enterprise.costCentre', 'enterprise.costCenter'],
    ['enterprize.department', 'enterprise.department'],
    ['enterprise.manager', 'enterprise.manager.value'],
    ['name.familyNam', 'name.familyName'],
    ['userTpye', 'userType'],
    ['emails', 'emails[primary eq true].value'],
    ['emails.value', 'emails[primary eq true].value'],
    ['emails[type eq "work"].value', 'emails[primary eq true].value'],
    ['address[type eq "work"].city', undefined],
    ['addresses[type eq "work"].localty', 'addresses[type eq "work"].locality'],
    ['phoneNumbers[type eq "mobile"].value', 'phoneNumbers[type eq "work"].value'],
    ...['name', 'name.middleName', 'enterprise.team', 'team', 'city', 'role', 'mobile', 'state', 'active', 'custom.title', 'externalId', '', '.', '['].map((path) => [path, undefined] as const), // prettier-ignore
  ])('%s is none: %s is meant, or nothing that is known', (path, meant) => {
    expect(parseAttributePath(`\${path:${path}}`)).toEqual({
      reason: 'unknown',
      ...(meant === undefined ? {} : { expected: `\${path:${meant}}` }),
    })
    const [finding] = validateAttributeConfiguration({
      AccessControlAttributes: [{ Key: 'Key', Value: { Source: [`\${path:${path}}`] } }],
    }).findings
    // R120: whatever else is meant goes by the assertion.
    expect(finding?.fix).toContain('https://aws.amazon.com/SAML/Attributes/AccessControl:')
  })
})
