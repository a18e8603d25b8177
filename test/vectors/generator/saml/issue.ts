import type { Keys } from '../keys.js'
import { cases, type Json, type Vector } from '../vector.js'
import type { Members } from '../world.js'
import { certificatesOf } from './certificates.js'
import { also } from './toolbox.js'
import { ACCESS_CONTROL, ACS, BEARER, IDP, PERSON, REQUEST, SP } from './world.js'

const AWS = 'https://aws.amazon.com/SAML/Attributes/'
const ROLE = 'arn:aws:iam::111122223333:role/Admin'
const PROVIDER = 'arn:aws:iam::111122223333:saml-provider/idp'
const IAM: Members = { entityID: 'urn:amazon:webservices', acsURL: 'https://signin.aws.amazon.com/saml' }
const UNSPECIFIED = 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified'

/** What is issued for a sign-in: held against the limits of its receiver, and read back by it. */
export function issueVectors(keys: Keys): readonly Vector[] {
  const { accepted, refused, vectors } = cases('issue', 'issue', [], 'saml')
  const { center, account, application } = logins(keys)
  const role = (more: Members): Json => [{ roleArn: ROLE, providerArn: PROVIDER, ...more }]

  accepted('issue-characters', 'plain', 'a sign-in to Identity Center', center({ accessControl: { CostCenter: 'blue' } }), { value: { nameID: PERSON, accessControl: { CostCenter: 'blue' }, inResponseTo: REQUEST, assertionID: '_assertion-1' } }) // prettier-ignore
  accepted('issue-characters', 'response', 'the same with a signed Response', center({}, { sign: 'response' }), { value: { nameID: PERSON, responseID: '_response-1' } }) // prettier-ignore
  accepted('issue-characters', 'both', 'the same with two signatures', center({}, { sign: 'both' }), { value: { nameID: PERSON, responseID: '_response-1' } }) // prettier-ignore
  accepted('issue-characters', 'sha-512', 'the same with SHA-512', center({}, { alg: 'rsa-sha512' }), { value: { nameID: PERSON } }) // prettier-ignore
  accepted('issue-characters', 'sha-384', 'the same with SHA-384', center({}, { alg: 'rsa-sha384' }), { value: { nameID: PERSON } }) // prettier-ignore
  accepted('issue-characters', 'key-info', 'the same with the certificate in KeyInfo', center({}, { certificate: certificatesOf(keys).idp }), { value: { nameID: PERSON } }) // prettier-ignore
  accepted('issue-certificate', 'own', 'the certificate of the key that signs, in KeyInfo of two signatures', center({}, { certificate: certificatesOf(keys).idp, sign: 'both' }), { value: { nameID: PERSON } }) // prettier-ignore
  const otherKey: readonly [string, string, string][] = [
    ['next', 'the certificate that the identity provider changes to', 'idp-next'],
    ['look-alike', 'a certificate of the same names and number, of another key', 'idp-look-alike'],
    ['ec', 'a certificate of an EC key', 'idp-ec'],
  ]
  for (const [name, title, which] of otherKey)
    for (const sign of ['assertion', 'response', 'both'])
      refused('issue-certificate', `${name}-${sign}`, 'other-key', `${title}, with a signed ${sign === 'both' ? 'assertion and Response' : sign}`, center({}, { certificate: certificatesOf(keys)[which as 'idp'], sign })) // prettier-ignore
  accepted('issue-characters', 'account', 'a sign-in to an account', account({ principalTags: { CostCenter: 'blue' }, transitiveTagKeys: ['CostCenter'], sourceIdentity: 'ada', sessionDurationSeconds: 3_600 }), { value: { nameID: PERSON, attributes: { [`${AWS}Role`]: [`${PROVIDER},${ROLE}`], [`${AWS}RoleSessionName`]: ['ada'], [`${AWS}PrincipalTag:CostCenter`]: ['blue'], [`${AWS}TransitiveTagKeys`]: ['CostCenter'], [`${AWS}SourceIdentity`]: ['ada'], [`${AWS}SessionDuration`]: ['3600'] } } }) // prettier-ignore
  accepted('issue-characters', 'application', 'a sign-in to an application', application({ sessionDurationSeconds: 28_800, attributes: [{ name: 'groups', values: ['a', 'b'] }] }), { value: { nameID: PERSON, sessionNotOnOrAfter: 1_800_028_800, attributes: { groups: ['a', 'b'] } } }) // prettier-ignore

  const S98 = { attacks: ['S98'] }
  const illegal: readonly [string, string, string][] = [
    ['nul', 'NUL', 'a\0b'],
    ['escape', 'ESC', 'a\u001b[0m'],
    ['vertical-tab', 'a vertical tab', 'a\u000bb'],
    ['not-a-character', 'U+FFFF', 'a\uffff'],
    ['half-a-pair', 'half a surrogate pair', 'a\ud83d'],
  ]
  for (const [name, title, value] of illegal) {
    refused('issue-characters', `value-${name}`, 'illegal', `${title} in the value of an attribute`, application({ attributes: [{ name: 'team', values: [value] }] }), S98) // prettier-ignore
    refused('issue-characters', `name-${name}`, 'illegal', `${title} in the name of an attribute`, application({ attributes: [{ name: value, values: ['x'] }] }), S98) // prettier-ignore
    refused('issue-characters', `name-id-${name}`, 'illegal', `${title} in the NameID`, application({ nameID: value, nameIDFormat: UNSPECIFIED }), S98) // prettier-ignore
  }
  refused('issue-characters', 'session-index', 'illegal', 'a control character in the SessionIndex', application({ sessionIndex: 'a\u0001' }), S98) // prettier-ignore

  injections()
  partyVectors()
  const values = (times: number, text = 'x'): Json => [
    { name: 'team', values: [{ parts: [{ text, times }] }] },
  ]
  accepted(
    'issue-size',
    'large',
    'an assertion of about 47,000 characters',
    application({ attributes: values(44_000) }),
  )
  refused('issue-size', 'too-large', 'too-large', 'an assertion of more than 50,000 characters', application({ attributes: values(49_000) })) // prettier-ignore
  accepted('issue-size', 'astral', 'one of as many characters, each of two UTF-16 units', application({ attributes: values(44_000, '\u{1f600}') })) // prettier-ignore
  refused('issue-size', 'escaped', 'too-large', 'one that is too long once its markup is escaped', application({ attributes: values(11_000, '&') }), S98) // prettier-ignore

  const many = (count: number): Members =>
    Object.fromEntries(Array.from({ length: count }, (_, one) => [`k${one}`, 'v']))
  accepted('issue-session-tags', '50', '50 tags', account({ principalTags: many(50) }))
  accepted('issue-session-tags', 'longest', 'a key of 128 and a value of 256 characters', center({ accessControl: { ['k'.repeat(128)]: 'v'.repeat(256) } })) // prettier-ignore
  accepted('issue-session-tags', 'letters', 'letters beyond ASCII', center({ accessControl: { '\u00c5rea': 'K\u00f6ln' } }), { value: { accessControl: { '\u00c5rea': 'K\u00f6ln' } } }) // prettier-ignore
  refused('issue-session-tags', '51', 'too-many', '51 tags', account({ principalTags: many(51) }))
  refused('issue-session-tags', 'key-long', 'too-long', 'a key of 129 characters', center({ accessControl: { ['k'.repeat(129)]: 'v' } })) // prettier-ignore
  refused('issue-session-tags', 'value-long', 'too-long', 'a value of 257 characters', center({ accessControl: { k: 'v'.repeat(257) } })) // prettier-ignore
  refused('issue-session-tags', 'key-empty', 'too-short', 'an empty key', center({ accessControl: { '': 'v' } }), also('attribute-name empty-key')) // prettier-ignore
  refused('issue-session-tags', 'case', 'duplicate', 'two keys that differ in case', center({ accessControl: { Team: 'a', team: 'b' } })) // prettier-ignore
  refused('issue-session-tags', 'reserved', 'reserved', 'a key that begins with aws:', center({ accessControl: { 'aws:x': 'v' } })) // prettier-ignore
  refused(
    'issue-session-tags',
    'markup',
    'characters',
    'markup in a value',
    center({ accessControl: { k: '<b>' } }),
    S98,
  )
  refused('issue-session-tags', 'not-a-tag', 'not-a-tag', 'a transitive key without a tag', account({ transitiveTagKeys: ['Team'] })) // prettier-ignore

  accepted('issue-role', 'one', 'a role and the provider of its account', account({}))
  accepted('issue-role', 'path', 'a role with a path', account({ roles: role({ roleArn: 'arn:aws:iam::111122223333:role/team/a/Admin' }) })) // prettier-ignore
  accepted('issue-role', 'two', 'two roles in two accounts', account({ roles: [{ roleArn: ROLE, providerArn: PROVIDER }, { roleArn: ROLE.replace('1111', '4444'), providerArn: PROVIDER.replace('1111', '4444') }] })) // prettier-ignore
  const roles: readonly [string, string, string, Json][] = [
    ['none', 'missing', 'no role', []],
    ['twice', 'duplicate', 'the same role twice', [{ roleArn: ROLE, providerArn: PROVIDER }, { roleArn: ROLE, providerArn: PROVIDER }]], // prettier-ignore
    ['user', 'role-arn', 'the ARN of a user', role({ roleArn: 'arn:aws:iam::111122223333:user/ada' })],
    ['empty', 'role-arn', 'an empty ARN', role({ roleArn: '' })],
    ['comma', 'role-arn', 'a comma in the ARN of the role, which would begin a second pair', role({ roleArn: `${ROLE},${PROVIDER}` })], // prettier-ignore
    ['path-comma', 'role-arn', 'a comma in the path of the role', role({ roleArn: 'arn:aws:iam::111122223333:role/a,b/Admin' })], // prettier-ignore
    ['oidc-provider', 'provider-arn', 'an OIDC provider', role({ providerArn: 'arn:aws:iam::111122223333:oidc-provider/idp' })], // prettier-ignore
    [
      'provider-comma',
      'provider-arn',
      'a comma in the ARN of the provider',
      role({ providerArn: `${PROVIDER},x` }),
    ],
    ['other-account', 'other-account', 'a provider of another account', role({ providerArn: PROVIDER.replace('1111', '4444') })], // prettier-ignore
  ]
  for (const [name, reason, title, given] of roles) refused('issue-role', name, reason, title, account({ roles: given }), name.includes('comma') ? S98 : {}) // prettier-ignore

  for (const [term, member] of [
    ['issue-role-session-name', 'roleSessionName'],
    ['issue-source-identity', 'sourceIdentity'],
  ] as const) {
    accepted(term, 'address', 'an address', account({ [member]: PERSON }))
    accepted(term, 'shortest', 'two characters', account({ [member]: 'ab' }))
    accepted(term, 'longest', '64 characters', account({ [member]: 'a'.repeat(64) }))
    refused(term, 'short', 'too-short', 'one character', account({ [member]: 'a' }))
    refused(term, 'long', 'too-long', '65 characters', account({ [member]: 'a'.repeat(65) }))
    refused(term, 'space', 'characters', 'a space', account({ [member]: 'Ada Lovelace' }))
    refused(term, 'markup', 'characters', 'markup', account({ [member]: 'a</x>' }), S98)
  }
  refused('issue-source-identity', 'reserved', 'reserved', 'a name that begins with aws:', account({ sourceIdentity: 'aws:ada' }), also('issue-source-identity characters')) // prettier-ignore

  for (const [name, seconds] of [
    ['shortest', 900],
    ['longest', 43_200],
  ] as const)
    accepted('issue-session-duration', name, `a role session of ${seconds} seconds`, account({ sessionDurationSeconds: seconds })) // prettier-ignore
  refused('issue-session-duration', 'short', 'too-short', 'a role session of 899 seconds', account({ sessionDurationSeconds: 899 })) // prettier-ignore
  refused('issue-session-duration', 'long', 'too-long', 'a role session of 43,201 seconds', account({ sessionDurationSeconds: 43_201 })) // prettier-ignore
  refused('issue-session-duration', 'fraction', 'type', 'a role session of a fraction', account({ sessionDurationSeconds: 900.5 })) // prettier-ignore
  accepted('issue-session-duration', 'application', 'a session of one second at an application', application({ sessionDurationSeconds: 1 })) // prettier-ignore
  refused('issue-session-duration', 'application-none', 'type', 'a session of no length at an application', application({ sessionDurationSeconds: 0 }), also('session-expired expired')) // prettier-ignore

  receiverVectors()
  void BEARER
  return vectors

  /** Nothing that stands in a value can break out of it: what is read back is what was given, to the letter. */
  function injections(): void {
    const attempts: readonly [string, string, string][] = [
      ['element', 'the end of the element and another', 'ada</saml:NameID><saml:NameID>admin@example.com'],
      ['assertion', 'the end of the assertion and another', '</saml:Assertion><saml:Assertion ID="_evil">'],
      ['attribute', 'the end of the attribute and another', '" Format="urn:x" ID="_evil'],
      ['single-quotes', 'single quotes', "' or '1'='1"],
      ['comment', 'a comment', 'admin@example.com<!-- -->.evil.example'],
      ['cdata', 'a CDATA section', '<![CDATA[x]]>'],
      ['cdata-end', 'the end of a CDATA section', 'x]]>y'],
      ['instruction', 'a processing instruction', '<?x y?>'],
      ['doctype', 'a document type', '<!DOCTYPE a [<!ENTITY b "c">]>&b;'],
      ['entity', 'an entity that is written out', '&lt;b&gt; &amp;amp; &#65;'],
      ['template', "the marks of a template's holes", '{nameID} ${x} {{x}} $& $1 %s'],
      ['line-breaks', 'tab, line feed and carriage return', 'a\tb\nc\rd\r\ne'],
      ['white-space', 'white space around it', ' \n x \t '],
      ['unicode', 'characters of every length', '\u00e9\u2028\u202e\u{1f600}\u{10ffff}'],
      ['proto', 'the name of a member of every object', '__proto__'],
    ]
    for (const [name, title, value] of attempts) {
      accepted('issue-characters', `injection-${name}`, `everywhere: ${title}`, application(
        {
          nameID: value,
          nameIDFormat: UNSPECIFIED,
          sessionIndex: value,
          authnContextClassRef: value,
          attributes: [{ name: `n ${value}`, values: [value, `${value} 2`] }],
        },
      ), { ...S98, value: { nameID: value, sessionIndex: value, attributes: { [`n ${value}`]: [value, `${value} 2`] } } }) // prettier-ignore
    }
  }

  /** Who sends, who receives, and what is answered. */
  function partyVectors(): void {
    const URL = 'https://app.example.com/acs'
    accepted('issue-parties', 'query', 'an ACS URL with markup in its query, percent-encoded', application({ sp: { entityID: 'urn:app', acsURL: `${URL}?a=%3Cb%3E&c=%22` } }), S98) // prettier-ignore
    for (const [name, reason, acsURL] of [
      ['script', 'scheme', 'javascript:alert(1)'],
      ['relative', 'relative', '/acs'],
      ['http', 'http', 'http://app.example.com/acs'],
      ['markup', 'malformed', `${URL}"><x y="`],
    ] as const)
      refused('issue-parties', name, reason, `the ACS URL ${acsURL}`, application({ sp: { entityID: SP, acsURL } }), { attacks: ['S98', 'S99'] }) // prettier-ignore
    refused('issue-parties', 'entity-id-space', 'entity-id', 'an entityID with a space', application({ sp: { entityID: 'urn:a b', acsURL: URL } })) // prettier-ignore
    refused('issue-parties', 'entity-id-long', 'entity-id', 'an entityID of 1,025 characters', application({}, { entityID: `urn:${'x'.repeat(1_021)}` })) // prettier-ignore
    accepted('issue-parties', 'entity-id-longest', 'an entityID of 1,024 characters', application({}, { entityID: `urn:${'x'.repeat(1_020)}` })) // prettier-ignore
    refused('issue-parties', 'request-empty', 'in-response-to', 'an empty InResponseTo', application({ inResponseTo: '' })) // prettier-ignore
    refused('issue-parties', 'request-markup', 'in-response-to', 'markup in the InResponseTo', application({ inResponseTo: '"><x y="' }), S98) // prettier-ignore
    refused('connector', 'issue', 'iam-federation', 'a sign-in to Identity Center that goes to the SAML federation of IAM', center({ sp: IAM })) // prettier-ignore
  }

  /** What the receiver would refuse is refused before it is signed. */
  function receiverVectors(): void {
    refused('nameid-value', 'issue-user-name', 'no-at', 'a sign-in to Identity Center with a user name that is no address', center({ nameID: 'ada' })) // prettier-ignore
    refused('nameid-value', 'issue-markup', 'local-part', 'a sign-in to Identity Center with markup in the NameID', center({ nameID: '<b>@example.com' }), S98) // prettier-ignore
    refused('subject', 'issue-empty', 'empty', 'a sign-in to an application with an empty NameID', application({ nameID: '', nameIDFormat: UNSPECIFIED })) // prettier-ignore
    refused('nameid-guest', 'issue', 'guest', 'a sign-in to Identity Center with the name of a guest of Entra', center({ nameID: 'ada_x#EXT#@t.onmicrosoft.com' })) // prettier-ignore
    refused('attribute-count', 'issue', 'too-many', 'a sign-in to Identity Center with 51 attributes', center({ attributes: Array.from({ length: 51 }, (_, one) => ({ name: `a${one}`, values: ['x'] })) })) // prettier-ignore
    refused('attribute-multi-valued', 'issue', 'several', 'a sign-in to Identity Center with two values', center({ attributes: [{ name: 'a', values: ['x', 'y'] }] })) // prettier-ignore
    refused('attribute-duplicate', 'issue', 'duplicate', 'a tag, and an attribute of the same name', center({ accessControl: { Team: 'a' }, attributes: [{ name: `${ACCESS_CONTROL}Team`, values: ['b'] }] }), { also: [{ rule: 'saml/issue-session-tags', reason: 'duplicate' }] }) // prettier-ignore
    refused('attribute-name-format', 'issue', 'unknown', 'a NameFormat of a vendor', center({ attributes: [{ name: 'a', nameFormat: 'urn:x', values: ['x'] }] })) // prettier-ignore
    refused('not-on-or-after', 'issue-lifetime', 'too-long', 'an assertion that lasts 32 days', center({ lifetimeSeconds: 32 * 86_400 })) // prettier-ignore
    refused(
      'not-on-or-after',
      'issue-none',
      'expired',
      'an assertion that lasts no time',
      center({ lifetimeSeconds: 0 }),
    )
    refused('authn-statement', 'issue-future', 'future', 'a sign-in from the future', center({ authnInstant: 1_800_000_001 })) // prettier-ignore
  }
}

/** Sign-ins to each kind of receiver, and what the receiver expects. */
function logins(keys: Keys) {
  const certificates = [certificatesOf(keys).idp]
  const input = (login: Members, options: Members, expectation: Members): Json => ({
    login,
    options: { entityID: IDP, key: 'rsa-issuer', ids: ['_response-1', '_assertion-1'], ...options },
    expectation: {
      idp: { entityID: options['entityID'] ?? IDP, certificates },
      ...expectation,
      inResponseTo: login['inResponseTo'] ?? null,
    },
  })
  const sp: Members = { entityID: SP, acsURL: ACS }
  const app: Members = {
    entityID: 'https://app.example.com/saml',
    acsURL: 'https://app.example.com/saml/acs',
  }
  return {
    center: (more: Members, options: Members = {}): Json =>
      input({ to: 'identity-center', sp, nameID: PERSON, inResponseTo: REQUEST, ...more }, options, { sp }),
    account: (more: Members, options: Members = {}): Json =>
      input(
        {
          to: 'account',
          nameID: PERSON,
          roles: [{ roleArn: ROLE, providerArn: PROVIDER }],
          roleSessionName: 'ada',
          ...more,
        },
        options,
        { sp: IAM, profile: 'service-provider' },
      ),
    application: (more: Members, options: Members = {}): Json =>
      input({ to: 'application', sp: app, nameID: PERSON, inResponseTo: REQUEST, ...more }, options, {
        sp: (more['sp'] as Json | undefined) ?? app,
        profile: 'service-provider',
      }),
  }
}
