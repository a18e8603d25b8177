import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FederationError } from '../../src/core/index.js'
import { rsaSigner, samlSigner } from '../../src/flows/index.js'
import {
  issueResponse,
  issueResponseAsync,
  validateResponse,
  type AccountLogin,
  type ApplicationLogin,
  type IssueResponseOptions,
  type Login,
} from '../../src/saml/index.js'
import { canonicalize } from '../../src/saml/xml/canonicalize.js'
import { parseDocument } from '../../src/saml/xml/document.js'
import {
  ADA,
  counted,
  expectation,
  IDP,
  idpCertificate,
  idpKey,
  idpSigner,
  issued,
  NOW,
  otherCertificate,
  SP,
  told,
} from '../support/saml.js'

const options = (): IssueResponseOptions => ({ entityID: IDP, signer: idpSigner, now: NOW, newID: counted() })
const faults = (login: Login): string[] => told(issueResponse(login, options()).findings)

const ACCOUNT: AccountLogin = {
  to: 'account',
  nameID: 'ada',
  roles: [
    {
      roleArn: 'arn:aws:iam::111122223333:role/EmergencyAccess_RO',
      providerArn: 'arn:aws:iam::111122223333:saml-provider/Okta',
    },
  ],
  roleSessionName: 'ada@example.com',
  sessionDurationSeconds: 3600,
  sourceIdentity: 'ada',
  principalTags: { CostCenter: 'blue', Team: 'a' },
  transitiveTagKeys: ['CostCenter'],
}
const APPLICATION: ApplicationLogin = {
  to: 'application',
  sp: SP,
  nameID: 'ada@example.com',
  attributes: [{ name: 'mail', values: ['ada@example.com'] }],
  sessionDurationSeconds: 28_800,
}
const everyKind: readonly Login[] = [ADA, ACCOUNT, APPLICATION]

describe('issueResponse', () => {
  it.each(everyKind)('writes the same bytes for the same input, in canonical form: to $to', (login) => {
    for (const sign of ['assertion', 'response', 'both'] as const) {
      const text = issued(login, { sign, certificate: idpCertificate })
      expect(issued(login, { sign, certificate: idpCertificate })).toBe(text)
      expect(canonicalize(parseDocument(text))).toBe(text)
    }
  })

  it.each(['rsa-sha256', 'rsa-sha384', 'rsa-sha512'] as const)('signs with %s', (alg) => {
    const message = issued(ADA, { signer: samlSigner(idpKey, alg) })
    expect(validateResponse(message, expectation()).findings).toEqual([])
  })

  it('signs with a signer that takes its time, to the same bytes', async () => {
    const verdict = await issueResponseAsync(ADA, {
      ...options(),
      sign: 'both',
      signer: rsaSigner(idpKey, 'k'),
    })
    expect(verdict.value).toBe(issued(ADA, { sign: 'both' }))
  })

  it('gives an account what AssumeRoleWithSAML reads', () => {
    const { value } = validateResponse(
      issued(ACCOUNT),
      expectation({
        sp: { entityID: 'urn:amazon:webservices', acsURL: 'https://signin.aws.amazon.com/saml' },
        inResponseTo: null,
        profile: 'service-provider',
      }),
    )
    const name = (term: string): string => `https://aws.amazon.com/SAML/Attributes/${term}`
    expect({ ...value?.attributes }).toEqual({
      [name('Role')]: [
        'arn:aws:iam::111122223333:saml-provider/Okta,arn:aws:iam::111122223333:role/EmergencyAccess_RO',
      ],
      [name('RoleSessionName')]: ['ada@example.com'],
      [name('SessionDuration')]: ['3600'],
      [name('SourceIdentity')]: ['ada'],
      [name('PrincipalTag:CostCenter')]: ['blue'],
      [name('PrincipalTag:Team')]: ['a'],
      [name('TransitiveTagKeys')]: ['CostCenter'],
    })
  })

  it('ends the session of an application so long after the sign-in (R076)', () => {
    const message = issued({ ...APPLICATION, authnInstant: NOW - 100 })
    const { value } = validateResponse(
      message,
      expectation({ inResponseTo: null, profile: 'service-provider' }),
    )
    expect(value?.sessionNotOnOrAfter).toBe(NOW - 100 + 28_800)
    expect(message).toContain('<saml:AuthnStatement ')
  })

  it.each<[string, Login, string[]]>([
    ['a NameID that is no address', { ...ADA, nameID: 'ada' }, ['saml/nameid-value no-at']],
    ['an Entra guest', { ...ADA, nameID: 'a_b.co#EXT#@t.onmicrosoft.com' }, ['saml/nameid-guest guest']],
    ['nobody', { ...ADA, nameID: '' }, ['saml/nameid-value empty', 'saml/subject empty']],
    [
      'a control character',
      { ...ADA, accessControl: { A: 'a\u0000' } },
      ['saml/issue-characters illegal', 'saml/issue-session-tags characters'],
    ],
    [
      'half a surrogate pair',
      { ...APPLICATION, attributes: [{ name: 'a', values: ['\ud800'] }] },
      ['saml/issue-characters illegal'],
    ],
    [
      '51 tags',
      { ...ADA, accessControl: tags(51) },
      ['saml/attribute-count too-many', 'saml/issue-session-tags too-many'],
    ],
    [
      'a tag twice but for its case',
      { ...ADA, accessControl: { Team: 'a', team: 'b' } },
      ['saml/issue-session-tags duplicate'],
    ],
    ['a reserved tag', { ...ADA, accessControl: { 'aws:x': 'a' } }, ['saml/issue-session-tags reserved']],
    [
      'a tag without a key',
      { ...ADA, accessControl: { '': 'a' } },
      ['saml/attribute-name empty-key', 'saml/issue-session-tags too-short'],
    ],
    ['a long tag', { ...ADA, accessControl: { A: 'a'.repeat(257) } }, ['saml/issue-session-tags too-long']],
    [
      'a long tag by its attribute',
      {
        ...ADA,
        attributes: [
          { name: 'https://aws.amazon.com/SAML/Attributes/AccessControl:A', values: ['a'.repeat(257)] },
        ],
      },
      ['saml/issue-session-tags too-long'],
    ],
    [
      'an attribute twice',
      {
        ...ADA,
        attributes: [
          { name: 'a', values: ['1'] },
          { name: 'a', values: ['2'] },
        ],
      },
      ['saml/attribute-duplicate duplicate'],
    ],
    [
      'two values',
      { ...ADA, attributes: [{ name: 'a', values: ['1', '2'] }] },
      ['saml/attribute-multi-valued several'],
    ],
    [
      'a name format of its own',
      { ...ADA, attributes: [{ name: 'a', nameFormat: 'urn:mine', values: ['1'] }] },
      ['saml/attribute-name-format unknown'],
    ],
    [
      '50,000 characters',
      { ...APPLICATION, attributes: [{ name: 'a', values: ['x'.repeat(50_000)] }] },
      ['saml/issue-size too-large'],
    ],
    ['no role', { ...ACCOUNT, roles: [] }, ['saml/issue-role missing']],
    [
      'a role of another account',
      {
        ...ACCOUNT,
        roles: [
          {
            roleArn: 'arn:aws:iam::444455556666:role/R',
            providerArn: 'arn:aws:iam::111122223333:saml-provider/Okta',
          },
        ],
      },
      ['saml/issue-role other-account'],
    ],
    [
      'a role with a comma',
      {
        ...ACCOUNT,
        roles: [
          {
            roleArn: 'arn:aws:iam::111122223333:role/a,b',
            providerArn: 'arn:aws:iam::111122223333:saml-provider/Okta',
          },
        ],
      },
      ['saml/issue-role role-arn'],
    ],
    [
      'no ARNs',
      { ...ACCOUNT, roles: [{ roleArn: 'x', providerArn: 'y' }] },
      ['saml/issue-role provider-arn', 'saml/issue-role role-arn'],
    ],
    [
      'the same role twice',
      { ...ACCOUNT, roles: [...ACCOUNT.roles, ...ACCOUNT.roles] },
      ['saml/issue-role duplicate'],
    ],
    [
      'a session name of one letter',
      { ...ACCOUNT, roleSessionName: 'a' },
      ['saml/issue-role-session-name too-short'],
    ],
    [
      'a session name with a blank',
      { ...ACCOUNT, roleSessionName: 'a b' },
      ['saml/issue-role-session-name characters'],
    ],
    [
      'a session of 899 s',
      { ...ACCOUNT, sessionDurationSeconds: 899 },
      ['saml/issue-session-duration too-short'],
    ],
    [
      'a session of 43,201 s',
      { ...ACCOUNT, sessionDurationSeconds: 43_201 },
      ['saml/issue-session-duration too-long'],
    ],
    [
      'a session of no time',
      { ...APPLICATION, sessionDurationSeconds: 0 },
      ['saml/issue-session-duration type', 'saml/session-expired expired'],
    ],
    [
      'a reserved source identity',
      { ...ACCOUNT, sourceIdentity: 'aws:me' },
      ['saml/issue-source-identity characters', 'saml/issue-source-identity reserved'],
    ],
    [
      'a transitive key that is no tag',
      { ...ACCOUNT, transitiveTagKeys: ['Other'] },
      ['saml/issue-session-tags not-a-tag'],
    ],
    ['a sign-in of tomorrow', { ...ADA, authnInstant: NOW + 86_400 }, ['saml/authn-statement future']],
    ['a lifetime of a year', { ...ADA, lifetimeSeconds: 31_536_000 }, ['saml/not-on-or-after too-long']],
  ])('signs nothing for %s', (_, login, expected) => {
    const signer = {
      alg: 'rsa-sha256' as const,
      sign: (): Uint8Array => {
        throw new Error('signed')
      },
    }
    const verdict = issueResponse(login, { ...options(), signer })
    expect(verdict.ok).toBe(false)
    expect(told(verdict.findings)).toEqual(expected)
  })

  it('takes what stands exactly at a limit', () => {
    expect(faults({ ...ADA, accessControl: tags(50) })).toEqual([])
    expect(faults({ ...ADA, accessControl: { ['k'.repeat(128)]: 'v'.repeat(256), empty: '' } })).toEqual([])
    expect(faults({ ...ACCOUNT, sessionDurationSeconds: 900, roleSessionName: 'ab' })).toEqual([])
    expect(faults({ ...ACCOUNT, sessionDurationSeconds: 43_200, roleSessionName: 'a'.repeat(64) })).toEqual(
      [],
    )
  })

  it('lets no value break out of its place, and reads every value back to the letter', () => {
    const text = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 40 }),
      fc.constantFrom(
        '</saml:AttributeValue><saml:Evil/>',
        '"><x y="',
        ']]>',
        '<![CDATA[',
        '&amp;',
        '<!--',
        '\r\n\t',
        "'",
        '&#x0;',
      ),
    )
    fc.assert(
      fc.property(text, text, text, (nameID, name, value) => {
        fc.pre(nameID !== '' && name !== '')
        const login: Login = {
          ...APPLICATION,
          nameID,
          nameIDFormat: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
          attributes: [{ name, values: [value] }],
        }
        const verdict = issueResponse(login, options())
        if (!verdict.ok) {
          expect(told(verdict.findings)).toEqual(['saml/issue-characters illegal'])
          return
        }
        const read = validateResponse(
          verdict.value,
          expectation({ inResponseTo: null, profile: 'service-provider' }),
        )
        expect(read.findings).toEqual([])
        expect(read.value?.nameID).toBe(nameID)
        expect(read.value?.attributes[name]).toEqual([value])
      }),
      { numRuns: 500 },
    )
  })

  it('answers no Response with a certificate that is not the signer\u2019s, nor one of a key in a KMS', async () => {
    for (const sign of ['assertion', 'response', 'both'] as const)
      for (const certificate of [otherCertificate, otherCertificate.pem]) {
        const more = { ...options(), sign, certificate }
        const wrong = ['saml/issue-certificate other-key']
        expect(told(issueResponse(ADA, more).findings)).toEqual(wrong)
        const later = await issueResponseAsync(ADA, {
          ...more,
          newID: counted(),
          signer: rsaSigner(idpKey, 'k'),
        })
        expect([later.ok, told(later.findings)]).toEqual([false, wrong])
        expect(JSON.stringify(later)).not.toContain('SignatureValue')
      }
  })

  it('throws for misuse alone', () => {
    const bad: readonly [Login, Partial<IssueResponseOptions>][] = [
      [ADA, { newID: () => 'same' }],
      [ADA, { newID: () => '1' }],
      [ADA, { entityID: '' }],
      [ADA, { now: NaN }],
      [ADA, { sign: 'nothing' as 'both' }],
      [ADA, { signer: { alg: 'none' as 'rsa-sha256', sign: () => new Uint8Array(256) } }],
      [ADA, { signer: { alg: 'rsa-sha256', sign: () => new Uint8Array() } }],
      [ADA, { certificate: 'none' }],
      [{ ...ADA, to: 'nowhere' } as unknown as Login, {}],
      [{ ...ADA, nameID: undefined } as unknown as Login, {}],
      [{ ...ADA, accessControl: { a: { evil: true } } } as unknown as Login, {}],
      [{ ...ADA, accessControl: ['x'] } as unknown as Login, {}],
      [{ ...ADA, attributes: 7 } as unknown as Login, {}],
      [{ ...ADA, attributes: [{ name: 'a', values: 'abc' }] } as unknown as Login, {}],
      [{ ...ADA, attributes: [{ name: 'a', values: [['a', 'b']] }] } as unknown as Login, {}],
      [{ ...ADA, attributes: [undefined] } as unknown as Login, {}],
      [{ ...ACCOUNT, roles: undefined } as unknown as Login, {}],
      [{ ...ACCOUNT, transitiveTagKeys: 'a' } as unknown as Login, {}],
      [{ ...ADA, lifetimeSeconds: 1.5 }, {}],
      [{ ...APPLICATION, sessionDurationSeconds: 1e15 }, {}],
    ]
    for (const [login, more] of bad)
      expect(() => issueResponse(login, { ...options(), ...more })).toThrow(FederationError)
  })
})

function tags(count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`Key${index}`, `value ${index}`]))
}
