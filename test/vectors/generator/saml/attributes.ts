import type { Keys } from '../keys.js'
import { cases, type Json, type Vector } from '../vector.js'
import type { Members } from '../world.js'
import { attribute, statement, tag, type Attributes } from './template.js'
import { also, samlToolbox } from './toolbox.js'
import { ACCESS_CONTROL, URI_NAME, XS, XSI } from './world.js'

const OFF = { abac: 'off' }
const OWN = { profile: 'service-provider' }
const BASIC = 'urn:oasis:names:tc:SAML:2.0:attrname-format:basic'
const COST = `${ACCESS_CONTROL}CostCenter`
const typed = (type: string, content: string, more: Attributes = {}): string =>
  tag('saml:AttributeValue', { 'xmlns:xsi': XSI, 'xmlns:xs': XS, 'xsi:type': type, ...more }, content)

/** As the guide prints it, for Google Workspace among others (2:1207, 2:1359), to the letter. */
const SAMPLE = `<saml:AttributeStatement>
<saml:Attribute Name="https://aws.amazon.com/SAML/Attributes/AccessControl:CostCenter">
<saml:AttributeValue>blue
</saml:AttributeValue>
</saml:Attribute>
</saml:AttributeStatement>`
/** As the guide prints it for Entra (2:1967): its name is wrapped. */
const WRAPPED_SAMPLE = `<saml:AttributeStatement>
<saml:Attribute Name="https://aws.amazon.com/SAML/Attributes/
AccessControl:Department">
<saml:AttributeValue>billing
</saml:AttributeValue>
</saml:Attribute>
</saml:AttributeStatement>`

/** What an assertion says beside the name, and what becomes session tags. */
export function attributeVectors(keys: Keys): readonly Vector[] {
  const { accepted, refused, warned, vectors } = cases('response', 'meaning', [], 'saml')
  const { input, signed } = samlToolbox(keys)
  const stated = (content: string, more: Members = {}): Json => input(signed({ statement: content }), more)
  const having = (attributes: readonly string[], more: Members = {}): Json =>
    stated(statement(...attributes), more)
  const S95 = { attacks: ['S95'] }

  const numbered = (count: number): string[] =>
    Array.from({ length: count }, (_, one) => attribute(`a${one}`, 'x'))
  accepted('attribute-count', '50', '50 attributes', having(numbered(50)))
  refused('attribute-count', '51', 'too-many', '51 attributes', having(numbered(51)))
  refused('attribute-count', '51-in-two', 'too-many', '51 attributes in two statements', stated(statement(...numbered(25)) + statement(...numbered(51).slice(25)))) // prettier-ignore
  accepted('attribute-count', '51-off', '51 attributes while attributes for access control are off', having(numbered(51), OFF)) // prettier-ignore
  accepted(
    'attribute-count',
    '51-own-profile',
    "51 attributes, to SAML's own profile",
    having(numbered(51), OWN),
  )
  accepted('attribute-count', 'none', 'no attributes', input(signed()), { value: { accessControl: {}, attributes: {} } }) // prettier-ignore

  accepted('attribute-multi-valued', 'one', 'one value', having([attribute(COST, 'blue')]), { value: { accessControl: { CostCenter: 'blue' }, attributes: { [COST]: ['blue'] } } }) // prettier-ignore
  accepted('attribute-multi-valued', 'empty', 'an empty value', having([attribute('team', '')]), { value: { attributes: { team: [''] } } }) // prettier-ignore
  refused('attribute-multi-valued', 'two', 'several', 'two values', having([attribute('groups', ['a', 'b'])]))
  refused('attribute-multi-valued', 'two-equal', 'several', 'one value twice', having([attribute('groups', ['a', 'a'])])) // prettier-ignore
  refused('attribute-multi-valued', 'access-control', 'several', 'two values of an attribute for access control', having([attribute(COST, ['a', 'b'])])) // prettier-ignore
  refused('attribute-multi-valued', 'none', 'none', 'no value of an attribute for access control', having([attribute(COST, [])])) // prettier-ignore
  accepted('attribute-multi-valued', 'none-elsewhere', 'no value of another attribute', having([attribute('team', [])]), { value: { attributes: { team: [] } } }) // prettier-ignore
  accepted('attribute-multi-valued', 'two-off', 'two values while attributes for access control are off', having([attribute('groups', ['a', 'b'])], OFF), { value: { attributes: { groups: ['a', 'b'] } } }) // prettier-ignore
  accepted('attribute-multi-valued', 'two-own-profile', "two values, to SAML's own profile", having([attribute('groups', ['a', 'b'])], OWN), { value: { attributes: { groups: ['a', 'b'] } } }) // prettier-ignore
  refused('attribute-multi-valued', 'own-profile', 'several', "two values of an attribute for access control, to SAML's own profile", having([attribute(COST, ['a', 'b'])], OWN)) // prettier-ignore

  accepted('attribute-duplicate', 'two', 'two names', having([attribute('a', 'x'), attribute('b', 'x')]))
  accepted('attribute-duplicate', 'case', 'two names that differ in case', having([attribute('a', 'x'), attribute('A', 'y')])) // prettier-ignore
  refused('attribute-duplicate', 'same', 'duplicate', 'one name twice', having([attribute(COST, 'blue'), attribute(COST, 'red')]), S95) // prettier-ignore
  refused('attribute-duplicate', 'statements', 'duplicate', 'one name in two statements', stated(statement(attribute(COST, 'blue')) + statement(attribute(COST, 'red'))), S95) // prettier-ignore
  refused('attribute-duplicate', 'format', 'duplicate', 'one name with two formats', having([attribute('a', 'x'), attribute('a', 'x', { NameFormat: BASIC })]), S95) // prettier-ignore
  accepted('attribute-duplicate', 'off', 'one name twice while attributes for access control are off', having([attribute('a', 'x'), attribute('a', 'y')], OFF), { ...S95, value: { accessControl: {}, attributes: { a: ['x', 'y'] } } }) // prettier-ignore
  accepted('attribute-duplicate', 'own-profile', "one name twice, to SAML's own profile", having([attribute('a', 'x'), attribute('a', 'y')], OWN), { value: { attributes: { a: ['x', 'y'] } } }) // prettier-ignore

  accepted('attribute-structured', 'string', 'a value of the type xs:string', having([attribute('a', typed('xs:string', 'x'))])) // prettier-ignore
  accepted('attribute-structured', 'any-type', 'a value of the type xs:anyType', having([attribute('a', typed('xs:anyType', 'x'))])) // prettier-ignore
  accepted('attribute-structured', 'not-nil', 'a value that is declared not to be nil', having([attribute('a', typed('xs:string', 'x', { 'xsi:nil': 'false' }))])) // prettier-ignore
  accepted('attribute-structured', 'escaped', 'a value with escaped markup', having([attribute('a', '&lt;b>x&lt;/b>')]), { value: { attributes: { a: ['<b>x</b>'] } } }) // prettier-ignore
  accepted('attribute-structured', 'cdata', 'a value in a CDATA section', having([attribute('a', '<![CDATA[<b/>]]>')]), { value: { attributes: { a: ['<b/>'] } } }) // prettier-ignore
  const others: readonly [string, string, string, string][] = [
    [
      'element',
      'structured',
      'an element',
      '<saml:AttributeValue><e:e xmlns:e="urn:e">x</e:e></saml:AttributeValue>',
    ],
    ['name-id', 'structured', 'a NameID', '<saml:AttributeValue><saml:NameID>admin@example.com</saml:NameID></saml:AttributeValue>'], // prettier-ignore
    ['mixed', 'structured', 'text with an element', '<saml:AttributeValue>x<e:e xmlns:e="urn:e"/>y</saml:AttributeValue>'], // prettier-ignore
    ['nil', 'nil', 'nil', typed('xs:string', '', { 'xsi:nil': 'true' })],
    ['nil-1', 'nil', 'nil, as 1', typed('xs:string', '', { 'xsi:nil': '1' })],
    ['integer', 'type', 'a number', typed('xs:integer', '7')],
    ['boolean', 'type', 'a truth value', typed('xs:boolean', 'true')],
    ['date-time', 'type', 'an instant', typed('xs:dateTime', '2027-01-15T08:00:00Z')],
    ['type-empty', 'type', 'no type', typed('', 'x')],
    ['type-case', 'type', 'a type in upper case', typed('xs:String', 'x')],
  ]
  for (const [name, reason, title, value] of others)
    refused(
      'attribute-structured',
      name,
      reason,
      `a value that is ${title}`,
      // What becomes no session tag may be of any type: only XML is refused there.
      having([attribute(reason === 'structured' ? 'a' : COST, value)]),
      S95,
    )
  const own = statement(attribute(COST, typed('e:string', 'x', { 'xmlns:e': 'urn:e' })))
  refused('attribute-structured', 'own-type', 'type', 'a value of a type of another namespace', input(signed({ statement: own }, {}, { prefixes: ['e'] })), S95) // prettier-ignore
  accepted('attribute-structured', 'own-type-unlisted', 'the same, where the signature does not cover what the prefix stands for: the name alone counts', stated(own)) // prettier-ignore
  accepted('attribute-structured', 'integer-elsewhere', 'a number in another attribute than one for access control', having([attribute('a', typed('xs:integer', '7'))]), { value: { attributes: { a: ['7'] } } }) // prettier-ignore
  accepted('attribute-structured', 'integer-off', 'a number while attributes for access control are off', having([attribute('a', typed('xs:integer', '7'))], OFF), { value: { attributes: { a: ['7'] } } }) // prettier-ignore

  accepted('attribute-skipped', 'texts', 'texts, while attributes for access control are off', having([attribute('a', 'x')], OFF)) // prettier-ignore
  const structured = attribute('a', [
    '<saml:AttributeValue><e:e xmlns:e="urn:e"/></saml:AttributeValue>',
    'x',
  ])
  warned('attribute-skipped', 'off', 'structured', 'an element and a text while attributes for access control are off', having([structured], OFF), { ...S95, value: { attributes: { a: ['x'] } } }) // prettier-ignore
  warned('attribute-skipped', 'nil', 'nil', 'a nil value of another attribute than one for access control', having([attribute('a', typed('xs:string', '', { 'xsi:nil': ' true ' }))]), { ...S95, value: { attributes: { a: [] } } }) // prettier-ignore
  warned('attribute-skipped', 'own-profile', 'structured', "the same to SAML's own profile", having([structured], OWN), { value: { attributes: { a: ['x'] } } }) // prettier-ignore

  const twoFormats = [attribute('uid', 'ada'), attribute('uid', 'root', { NameFormat: BASIC })]
  accepted('attribute-merged', 'same', 'one name twice in one format', having([attribute('uid', 'ada'), attribute('uid', 'root')], OWN)) // prettier-ignore
  warned('attribute-merged', 'formats', 'formats', 'one name in two formats', having(twoFormats, OWN), { ...S95, value: { attributes: { uid: ['ada', 'root'] } } }) // prettier-ignore
  warned('attribute-merged', 'off', 'formats', 'the same while attributes for access control are off', having(twoFormats, OFF), S95) // prettier-ignore

  for (const name of ['unspecified', 'uri', 'basic']) {
    const NameFormat = `urn:oasis:names:tc:SAML:2.0:attrname-format:${name}`
    accepted(
      'attribute-name-format',
      name,
      `NameFormat ${name}`,
      having([attribute('a', 'x', { NameFormat })]),
    )
  }
  const formats: readonly [string, string, string][] = [
    ['other', 'a format of a vendor', 'urn:example:attrname-format:custom'],
    ['short', 'the last word alone', 'basic'],
    ['case', 'the URN in another case', URI_NAME.replace('uri', 'URI')],
    ['empty', 'an empty format', ''],
    ['x500', 'the profile of X.500', 'urn:oasis:names:tc:SAML:2.0:profiles:attribute:X500'],
    ['name-id', 'a format of NameIDs', 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified'],
  ]
  for (const [name, title, NameFormat] of formats) {
    const given = attribute('a', 'x', { NameFormat })
    refused('attribute-name-format', name, 'unknown', `NameFormat: ${title}`, having([given]))
    if (name === 'other') accepted('attribute-name-format', `${name}-off`, `NameFormat: ${title}, while attributes for access control are off`, having([given], OFF)) // prettier-ignore
  }
  const silent = attribute('a', 'x', { NameFormat: undefined })
  accepted('attribute-name-format-absent', 'stated', 'attributes that state their NameFormat', having([attribute('a', 'x')])) // prettier-ignore
  warned(
    'attribute-name-format-absent',
    'absent',
    'absent',
    'an attribute that states none',
    having([silent]),
  )
  warned('attribute-name-format-absent', 'one-of-two', 'absent', 'one of two attributes that states none', having([attribute('b', 'x'), silent])) // prettier-ignore
  accepted('attribute-name-format-absent', 'off', 'an attribute that states none, while attributes for access control are off', having([silent], OFF)) // prettier-ignore
  return [...vectors, ...accessControlVectors(keys)]
}

/** The attributes that become session tags. */
function accessControlVectors(keys: Keys): readonly Vector[] {
  const { accepted, refused, warned, vectors } = cases('response', 'meaning', [], 'saml')
  const { input, signed } = samlToolbox(keys)
  const stated = (content: string, more: Members = {}): Json => input(signed({ statement: content }), more)
  const named = (name: string, value = 'blue', more: Members = {}): Json =>
    stated(statement(attribute(name, value)), more)
  const tags = (accessControl: Json): { value: Json } => ({ value: { accessControl } })

  accepted(
    'attribute-name',
    'tag',
    'an attribute for access control',
    named(COST),
    tags({ CostCenter: 'blue' }),
  )
  accepted('attribute-name', 'tag-characters', 'a tag key with spaces, slashes and letters beyond ASCII', named(`${ACCESS_CONTROL}\u00c5 a/b:c=d`), tags({ '\u00c5 a/b:c=d': 'blue' })) // prettier-ignore
  accepted('attribute-name', 'tag-case', 'two tag keys that differ in case', stated(statement(attribute(COST, 'a'), attribute(COST.toUpperCase().replace(ACCESS_CONTROL.toUpperCase(), ACCESS_CONTROL), 'b'))), tags({ CostCenter: 'a', COSTCENTER: 'b' })) // prettier-ignore
  accepted('attribute-name', 'role', 'the names of sign-ins to an account, which mean nothing here', stated(statement(attribute('https://aws.amazon.com/SAML/Attributes/Role', 'Sales'), attribute('https://aws.amazon.com/SAML/Attributes/RoleSessionName', 'ada'), attribute(COST, 'blue'))), tags({ CostCenter: 'blue' })) // prettier-ignore
  accepted('attribute-name', 'longer-word', 'a name that only begins like one for access control', named('https://aws.amazon.com/SAML/Attributes/AccessControlPolicy'), tags({})) // prettier-ignore
  accepted('attribute-name', 'off', 'an attribute for access control while they are off', named(COST, 'blue', OFF), { value: { accessControl: {}, attributes: { [COST]: ['blue'] } } }) // prettier-ignore
  // What the guide has people type into the console of each identity provider (R114, R115).
  const DEPARTMENT = `${ACCESS_CONTROL}Department`
  accepted('attribute-name', 'recipe-jumpcloud', "the recipe for JumpCloud: AccessControl:Email", named(`${ACCESS_CONTROL}Email`, 'ada@example.com'), tags({ Email: 'ada@example.com' })) // prettier-ignore
  for (const idp of ['OneLogin', 'PingFederate'])
    accepted('attribute-name', `recipe-${idp.toLowerCase()}`, `the recipe for ${idp}: AccessControl:Department`, named(DEPARTMENT, 'billing'), tags({ Department: 'billing' })) // prettier-ignore
  accepted('attribute-name', 'recipe-entra-id', 'the recipe for Entra ID: namespace, slash and name', named(['https://aws.amazon.com/SAML/Attributes', 'AccessControl:Department'].join('/'), 'billing'), tags({ Department: 'billing' })) // prettier-ignore
  accepted('attribute-name', 'recipe-cyberark', 'the recipe for CyberArk: the name that is sent stands as the value of its table', named(DEPARTMENT, 'billing'), tags({ Department: 'billing' })) // prettier-ignore
  accepted('attribute-name', 'recipe-cyberark-swapped', 'the recipe for CyberArk with the columns exchanged: no tag comes of it', named('Department', DEPARTMENT), tags({})) // prettier-ignore
  refused('attribute-name', 'recipe-pingone-misprinted', 'nearly', 'the recipe for PingOne as the guide misprints it (C45)', named(`${ACCESS_CONTROL.slice(0, -1)}>Email`)) // prettier-ignore
  const S95 = { attacks: ['S95'] }
  accepted('attribute-name', 'proto', 'attributes that are named like members of every object', stated(statement(...['__proto__', 'constructor', 'toString'].map((name) => attribute(name, name)))), { ...S95, value: { attributes: { constructor: ['constructor'], toString: ['toString'] } } }) // prettier-ignore
  accepted('attribute-name', 'proto-tag', 'a tag key that is named __proto__', stated(statement(attribute(`${ACCESS_CONTROL}__proto__`, 'x'), attribute(COST, 'blue'))), { ...S95, ...tags({ CostCenter: 'blue' }) }) // prettier-ignore
  const wrong: readonly [string, string, string, string | undefined][] = [
    ['missing', 'missing', 'no name', undefined],
    ['empty', 'missing', 'an empty name', ''],
    ['no-key', 'empty-key', 'the prefix without a tag key', ACCESS_CONTROL],
    ['key-space', 'white-space', 'a space before the tag key', `${ACCESS_CONTROL} CostCenter`],
    ['key-space-after', 'white-space', 'a space after the tag key', `${COST} `],
    ['wrapped', 'white-space', 'a name that is wrapped', COST.replace('AccessControl', '\nAccessControl')],
    ['space-before', 'white-space', 'a space before the name', ` ${COST}`],
    ['case', 'nearly', 'the prefix in another case', COST.replace('AccessControl', 'accesscontrol')],
    ['http', 'nearly', 'http', COST.replace('https', 'http')],
    ['slashes', 'nearly', 'two slashes', COST.replace('/AccessControl', '//AccessControl')],
    ['no-slash', 'nearly', 'no slash before AccessControl', COST.replace('/AccessControl', 'AccessControl')],
    ['slash-key', 'nearly', 'a slash instead of the colon', COST.replace(':CostCenter', '/CostCenter')],
    ['no-colon', 'nearly', 'no colon', COST.replace(':CostCenter', '')],
  ]
  for (const [name, reason, title, given] of wrong) {
    const written =
      given === undefined ? attribute('x', 'blue').replace(' Name="x"', '') : attribute(given, 'blue')
    refused('attribute-name', name, reason, title, stated(statement(written)))
  }

  const PRINCIPAL_TAG = 'https://aws.amazon.com/SAML/Attributes/PrincipalTag:CostCenter'
  accepted('attribute-no-tag', 'access-control', 'an attribute for access control', named(COST))
  warned('attribute-no-tag', 'principal-tag', 'other-door', 'a session tag of a sign-in to an account: none here', named(PRINCIPAL_TAG), tags({})) // prettier-ignore
  warned('attribute-no-tag', 'transitive', 'other-door', 'transitive keys, which Identity Center does not take', named('https://aws.amazon.com/SAML/Attributes/TransitiveTagKeys', 'CostCenter'), tags({})) // prettier-ignore
  warned('attribute-no-tag', 'no-namespace', 'namespace', 'no namespace, as where that of a claim is left empty', named('AccessControl:CostCenter'), tags({})) // prettier-ignore
  warned('attribute-no-tag', 'other-namespace', 'namespace', 'the namespace of other claims', named('http://schemas.xmlsoap.org/ws/2005/05/identity/claims/AccessControl:CostCenter'), tags({})) // prettier-ignore
  warned('attribute-no-tag', 'near-namespace', 'namespace', 'a namespace with a letter missing', named(COST.replace('Attributes', 'Attribute')), tags({})) // prettier-ignore
  accepted('attribute-no-tag', 'inside', 'a name of someone else that has the words in it', named('urn:example:AccessControl:level'), tags({})) // prettier-ignore
  accepted('attribute-no-tag', 'off', 'a tag of the other door while attributes for access control are off', named(PRINCIPAL_TAG, 'blue', OFF)) // prettier-ignore
  accepted('attribute-no-tag', 'own-profile', "the same, to SAML's own profile", named(PRINCIPAL_TAG, 'blue', OWN)) // prettier-ignore

  const space = (name: string, title: string, value: string): void => {
    warned(
      'attribute-white-space',
      name,
      'surrounding',
      title,
      named(COST, value),
      tags({ CostCenter: 'blue' }),
    )
  }
  accepted('attribute-white-space', 'none', 'a value without white space around it', named(COST), tags({ CostCenter: 'blue' })) // prettier-ignore
  accepted('attribute-white-space', 'inside', 'white space inside the value', named(COST, 'navy  blue'), tags({ CostCenter: 'navy  blue' })) // prettier-ignore
  accepted('attribute-white-space', 'other', 'another attribute with white space around its value: kept', named('team', ' blue '), { value: { attributes: { team: [' blue '] } } }) // prettier-ignore
  accepted('attribute-white-space', 'no-break-space', 'a no-break space, which is none to XML', named(COST, '\u00a0blue'), tags({ CostCenter: '\u00a0blue' })) // prettier-ignore
  space('line-break', 'a line break after the value', 'blue\n')
  space('around', 'white space of every kind around the value', ' \t\nblue\n')
  warned(
    'attribute-white-space',
    'only',
    'surrounding',
    'white space alone',
    named(COST, ' \n'),
    tags({ CostCenter: '' }),
  )
  warned('attribute-white-space', 'sample', 'surrounding', 'the sample of the guide, to the letter: it states no NameFormat and breaks the line after the value', stated(SAMPLE), { ...also('attribute-name-format-absent absent'), ...tags({ CostCenter: 'blue' }) }) // prettier-ignore
  refused('attribute-name', 'sample-wrapped', 'white-space', 'the sample of the guide for Entra, to the letter: its name is wrapped', stated(WRAPPED_SAMPLE), also('attribute-name-format-absent absent')) // prettier-ignore

  accepted('attribute-comma', 'none', 'a value without a comma', named(COST))
  accepted(
    'attribute-comma',
    'other',
    'another attribute with a comma',
    named('title', 'Manager, IT Systems'),
  )
  warned('attribute-comma', 'comma', 'comma', 'a value with a comma', named(COST, 'Manager, IT Systems'), tags({ CostCenter: 'Manager, IT Systems' })) // prettier-ignore
  return vectors
}
