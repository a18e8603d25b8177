import { assertAccepted } from '../../src/core/index.js'
import {
  issueResponse,
  parseCertificate,
  type IssueResponseOptions,
  type Login,
  type LoginAttribute,
  type ServiceProvider,
  type Signer,
  type TrustedCertificate,
} from '../../src/saml/index.js'
import { IDP_ENTITY_ID, now, signerOf, trusted, type KeyPair } from './parties.js'

export type Signed = NonNullable<IssueResponseOptions['sign']>
export type Alg = Signer['alg']
export type Kind = Login['to']

export const SIGNED: readonly Signed[] = ['assertion', 'response', 'both']
export const ALGS: readonly Alg[] = ['rsa-sha256', 'rsa-sha384', 'rsa-sha512']
export const KINDS: readonly Kind[] = ['identity-center', 'account', 'application']

/** What breaks a reader or a writer that escapes where it must not, or does not where it must. */
const ATTRIBUTES: readonly LoginAttribute[] = [
  { name: 'markup', values: [`& < > " ' &amp; &#65; <b>x</b> ]]> <!-- -->`] },
  { name: 'unicode', values: ['é 漢 😀 e\u0301 \u00a0 \u200f \ufeff'] },
  { name: 'lines', values: ['tab\tfeed\n\nend'] },
  {
    name: `urn:example:name:& " ' > é 漢`,
    nameFormat: 'urn:oasis:names:tc:SAML:2.0:attrname-format:uri',
    values: ['odd name'],
  },
]

/** Values that are legal, and that not every peer hands on as they are. */
export const ODDITIES = {
  'carriage return': 'return\rboth\r\nend',
  'line ends of XML 1.1': 'next\u0085separator\u2028end',
  'white space around': ' \t around \n',
  'white space alone': ' ',
  'no character': '',
  '10,000 characters': '漢é<&'.repeat(2_500),
} as const

export type Oddity = keyof typeof ODDITIES

/** Where a sign-in of each kind goes, and to which request it is the answer: none, where it began at the identity provider. */
export const RECEIVERS: Readonly<
  Record<Kind, { readonly sp: ServiceProvider; readonly inResponseTo: string | undefined }>
> = {
  'identity-center': {
    sp: {
      entityID: 'https://us-east-1.signin.aws.amazon.com/platform/saml/d-1234567890',
      acsURL: 'https://us-east-1.signin.aws.amazon.com/platform/saml/acs/0a1b2c3d-4e5f',
    },
    inResponseTo: '_request-of-identity-center',
  },
  account: {
    sp: { entityID: 'urn:amazon:webservices', acsURL: 'https://signin.aws.amazon.com/saml' },
    inResponseTo: undefined,
  },
  application: {
    sp: { entityID: 'https://app.example.com/saml/metadata', acsURL: 'https://app.example.com/saml/acs' },
    inResponseTo: '_request-of-the-application',
  },
}

/** A sign-in of each kind, full of what is hard to carry. */
export function loginTo(kind: Kind): Login {
  const { sp, inResponseTo } = RECEIVERS[kind]
  const request = inResponseTo === undefined ? {} : { inResponseTo }
  switch (kind) {
    case 'identity-center':
      return {
        to: kind,
        sp,
        ...request,
        nameID: `o'brien+a&b@example.com`,
        accessControl: { CostCenter: 'blue-7', Város: 'Győr / 東京' },
        attributes: ATTRIBUTES,
      }
    case 'account':
      return {
        to: kind,
        ...request,
        nameID: `Zoë & <漢> "😀" 'x'`,
        roles: [
          {
            roleArn: 'arn:aws:iam::111122223333:role/team/reader',
            providerArn: 'arn:aws:iam::111122223333:saml-provider/idp',
          },
          {
            roleArn: 'arn:aws:iam::444455556666:role/admin',
            providerArn: 'arn:aws:iam::444455556666:saml-provider/idp',
          },
        ],
        roleSessionName: 'ada@example.com',
        sessionDurationSeconds: 3600,
        sourceIdentity: 'ada@example.com',
        principalTags: { Város: 'Győr / 東京', CostCenter: 'blue-7' },
        transitiveTagKeys: ['CostCenter', 'Város'],
      }
    case 'application':
      return {
        to: kind,
        sp,
        ...request,
        nameID: `Zoë & <漢> "😀" 'x'`,
        nameIDFormat: 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified',
        attributes: [...ATTRIBUTES, { name: 'groups', values: ['Ops & Co', '"管理者"', '<😀>'] }],
        sessionDurationSeconds: 3600,
      }
  }
}

export const oddLogin = (oddity: Oddity): Login => ({
  to: 'application',
  ...RECEIVERS.application,
  nameID: 'ada@example.com',
  attributes: [{ name: 'odd', values: [ODDITIES[oddity]] }],
})

/** What a receiver must read in a sign-in: to the letter. */
export interface Contents {
  readonly nameID: string
  readonly attributes: Readonly<Record<string, readonly string[]>>
}

export function contentsOf(login: Login): Contents {
  const aws = 'https://aws.amazon.com/SAML/Attributes/'
  const prefixed = (prefix: string, tags: Readonly<Record<string, string>> = {}) =>
    Object.entries(tags).map(([key, value]) => [`${aws}${prefix}:${key}`, [value]] as const)
  const plain = (attributes: readonly LoginAttribute[] = []) =>
    attributes.map(({ name, values }) => [name, values] as const)
  const { nameID } = login
  if (login.to === 'application') return { nameID, attributes: Object.fromEntries(plain(login.attributes)) }
  if (login.to === 'identity-center')
    return {
      nameID,
      attributes: Object.fromEntries([
        ...prefixed('AccessControl', login.accessControl),
        ...plain(login.attributes),
      ]),
    }
  return {
    nameID,
    attributes: Object.fromEntries([
      [`${aws}Role`, login.roles.map(({ roleArn, providerArn }) => `${providerArn},${roleArn}`)],
      [`${aws}RoleSessionName`, [login.roleSessionName]],
      [`${aws}SessionDuration`, [String(login.sessionDurationSeconds)]],
      [`${aws}SourceIdentity`, [login.sourceIdentity ?? '']],
      ...prefixed('PrincipalTag', login.principalTags),
      [`${aws}TransitiveTagKeys`, login.transitiveTagKeys ?? []],
    ]),
  }
}

const nextID = ((): (() => string) => {
  let next = 0
  return () => `_${(next++).toString(16).padStart(32, '0')}`
})()

export interface Issuing {
  readonly sign: Signed
  readonly alg?: Alg
  readonly now?: number
  readonly key?: KeyPair
  readonly entityID?: string
  readonly withCertificate?: KeyPair
}

/** A certificate for KeyInfo, also of another key than signs: what `issueResponse` is told of the key is then not so. */
function enclosed({ certificate }: KeyPair, key: KeyPair): string | TrustedCertificate {
  if (certificate === key.certificate) return certificate
  const { pem } = assertAccepted(parseCertificate(certificate))
  return { ...assertAccepted(parseCertificate(key.certificate)), pem }
}

/** A Response of ours, as XML. */
export function issue(login: Login, issuing: Issuing): string {
  const { sign, alg = 'rsa-sha256', key = trusted, withCertificate } = issuing
  return assertAccepted(
    issueResponse(login, {
      entityID: issuing.entityID ?? IDP_ENTITY_ID,
      signer: signerOf(key, alg),
      now: issuing.now ?? now(),
      newID: nextID,
      sign,
      certificate: withCertificate && enclosed(withCertificate, key),
    }),
  )
}
