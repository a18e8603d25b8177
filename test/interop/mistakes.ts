import type { Login } from '../../src/saml/index.js'
import { issue, loginTo, RECEIVERS, type Issuing, type Kind, type Signed } from './issued.js'
import { now, stranger, trusted } from './parties.js'

/** `rule (reason)`, as validateResponse refuses. */
export type Refusal = `saml/${string} (${string})`

export type MistakeID =
  | 'expired'
  | 'not-yet'
  | 'session-expired'
  | 'audience'
  | 'acs'
  | 'recipient'
  | 'destination'
  | 'issuer'
  | 'request'
  | 'status'
  | 'key'
  | 'key-info'
  | 'unsigned'
  | 'signature-value'
  | 'name-id'
  | 'comment'
  | 'value'
  | 'attribute'
  | 'prolonged'
  | 'wrap-before'
  | 'wrap-after'
  | 'wrap-extensions'
  | 'wrap-object'
  | 'wrap-confirmation'
  | 'wrap-response'
  | 'borrowed-certificate'

export interface Mistake {
  readonly id: MistakeID
  readonly title: string
  /** The message, or undefined where the mistake cannot be made in one of this kind. */
  readonly make: (kind: Kind, sign: Signed) => string | undefined
  /** What we refuse it by: nothing else, and nothing less. */
  readonly refusal: (kind: Kind, sign: Signed) => readonly Refusal[]
}

const HOUR = 3600
const OTHER_URL = 'https://attacker.example.net/acs'

/** The sign-in with something else in it than its receiver expects, properly signed. */
const issued =
  (change: (login: Login) => Login, how: () => Partial<Issuing> = () => ({})): Mistake['make'] =>
  (kind, sign) =>
    issue(change(loginTo(kind)), { sign, ...how() })

const same = (login: Login): Login => login
const spOf = (login: Login) => RECEIVERS[login.to].sp

/** What was issued, changed by somebody without the key. */
const changed =
  (change: (xml: string, kind: Kind, sign: Signed) => string | undefined): Mistake['make'] =>
  (kind, sign) =>
    change(issue(loginTo(kind), { sign }), kind, sign)

/** Replaces what must be there: a change that changes nothing would test nothing. */
function replaced(xml: string, from: string | RegExp, to: string): string {
  const after = xml.replace(from, () => to)
  if (after === xml) throw new Error(`Nothing to replace: ${String(from)}`)
  return after
}

const ASSERTION = /<saml:Assertion .*<\/saml:Assertion>/s
const SIGNATURE = /<ds:Signature .*?<\/ds:Signature>/s
const NAME_ID = /(?<=<saml:NameID [^>]*>)[^<]*/
const EVIL = 'root@example.com'

function part(xml: string, of: RegExp): string {
  const found = of.exec(xml)?.[0]
  if (found === undefined) throw new Error(`Nothing found: ${String(of)}`)
  return found
}

/** The assertion as an attacker writes it: another person, another ID, and no signature. */
function forged(xml: string): string {
  const unsigned = part(xml, ASSERTION).replace(SIGNATURE, '')
  return replaced(replaced(unsigned, NAME_ID, EVIL), /(?<= ID=")[^"]*/, '_forged')
}

/** Only where the assertion is signed for itself can the rest of the message be rearranged around it. */
const wrapped = (rearrange: (xml: string, signed: string) => string): Mistake['make'] =>
  changed((xml, _kind, sign) => (sign === 'assertion' ? rearrange(xml, part(xml, ASSERTION)) : undefined))

/** A change of what stands outside of the assertion: nothing protects it where only the assertion is signed. */
const outside =
  (unprotected: Refusal): Mistake['refusal'] =>
  (_kind, sign) => [sign === 'assertion' ? unprotected : 'saml/digest (mismatch)']

const always =
  (...refusals: readonly Refusal[]): Mistake['refusal'] =>
  () =>
    refusals

/** What may go wrong with a Response on its way, and what somebody may do to it. */
export const MISTAKES: readonly Mistake[] = [
  {
    id: 'expired',
    title: 'It ended hours ago',
    make: issued(same, () => ({ now: now() - 2 * HOUR })),
    refusal: (kind) => [
      'saml/not-on-or-after (expired)',
      ...(kind === 'application' ? (['saml/session-expired (expired)'] as const) : []),
    ],
  },
  {
    id: 'not-yet',
    title: 'It begins in some hours',
    make: issued(same, () => ({ now: now() + 2 * HOUR })),
    refusal: always(
      'saml/issue-instant (future)',
      'saml/not-before (not-yet)',
      'saml/authn-statement (future)',
    ),
  },
  {
    id: 'session-expired',
    title: 'The session at the identity provider has ended',
    make: (kind, sign) => {
      const login = loginTo(kind)
      return login.to === 'application'
        ? issue({ ...login, lifetimeSeconds: 4 * HOUR }, { sign, now: now() - 2 * HOUR })
        : undefined
    },
    refusal: always('saml/session-expired (expired)'),
  },
  {
    id: 'audience',
    title: 'It is for another service provider',
    make: issued((login) => ({ ...login, sp: { ...spOf(login), entityID: 'https://other.example.net/sp' } })),
    refusal: always('saml/audience (mismatch)'),
  },
  {
    id: 'acs',
    title: 'Destination and Recipient are another URL',
    make: issued((login) => ({ ...login, sp: { ...spOf(login), acsURL: OTHER_URL } })),
    refusal: always('saml/destination (mismatch)', 'saml/recipient (mismatch)'),
  },
  {
    id: 'recipient',
    title: 'The Recipient is another URL, the Destination is right',
    make: (kind, sign) => {
      if (sign !== 'assertion') return undefined
      const login = loginTo(kind)
      const xml = issue({ ...login, sp: { ...spOf(login), acsURL: OTHER_URL } }, { sign })
      return replaced(xml, /(?<= Destination=")[^"]*/, spOf(login).acsURL)
    },
    refusal: always('saml/recipient (mismatch)'),
  },
  {
    id: 'destination',
    title: 'The Destination is another URL, the Recipient is right',
    make: changed((xml) => replaced(xml, /(?<= Destination=")[^"]*/, OTHER_URL)),
    refusal: outside('saml/destination (mismatch)'),
  },
  {
    id: 'issuer',
    title: 'Another identity provider issued it, with the same key',
    make: issued(same, () => ({ entityID: 'https://other.example.net/idp' })),
    refusal: always('saml/issuer (mismatch)'),
  },
  {
    id: 'request',
    title: 'It answers a request that nobody made',
    make: issued((login) => ({ ...login, inResponseTo: '_request-of-somebody-else' })),
    refusal: (kind) => [
      RECEIVERS[kind].inResponseTo === undefined
        ? 'saml/in-response-to (solicited)'
        : 'saml/in-response-to (mismatch)',
    ],
  },
  {
    id: 'status',
    title: 'The identity provider says that the sign-in failed',
    make: changed((xml) => replaced(xml, 'SAML:2.0:status:Success', 'SAML:2.0:status:Responder')),
    // Of a sign-in that failed nothing else matters, and most are not even signed.
    refusal: always('saml/status (not-success)'),
  },
  {
    id: 'key',
    title: 'Somebody else signed it',
    make: issued(same, () => ({ key: stranger })),
    refusal: always('saml/signature (mismatch)'),
  },
  {
    id: 'key-info',
    title: 'Somebody else signed it, and enclosed a certificate',
    make: issued(same, () => ({ key: stranger, withCertificate: stranger })),
    refusal: always('saml/signature (untrusted-certificate)'),
  },
  {
    id: 'unsigned',
    title: 'The signatures were removed',
    make: changed((xml) => replaced(xml, new RegExp(SIGNATURE, 'gs'), '')),
    refusal: always('saml/signature-missing (missing)'),
  },
  {
    id: 'signature-value',
    title: 'The SignatureValue is that of another message',
    make: changed((xml, kind, sign) => {
      const other = issue(loginTo(kind), { sign })
      const value = /(?<=<ds:SignatureValue>)[^<]*/
      return replaced(xml, new RegExp(value, 'g'), part(other, value))
    }),
    // A signed Response covers the signature of its assertion.
    refusal: (_kind, sign) => [
      ...(sign === 'both' ? (['saml/digest (mismatch)'] as const) : []),
      'saml/signature (mismatch)',
    ],
  },
  {
    id: 'name-id',
    title: 'Another NameID was written into it',
    make: changed((xml) => replaced(xml, NAME_ID, EVIL)),
    refusal: always('saml/digest (mismatch)'),
  },
  {
    id: 'comment',
    title: 'A comment was put into the NameID, which canonicalization leaves out',
    make: changed((xml) => replaced(xml, /(?<=<saml:NameID [^>]*>..)/, '<!---->')),
    refusal: always('saml/comment (present)'),
  },
  {
    id: 'value',
    title: 'Another value was written into an attribute',
    make: changed((xml) => replaced(xml, /(?<=<saml:AttributeValue>)[^<]*/, 'admin')),
    refusal: always('saml/digest (mismatch)'),
  },
  {
    id: 'attribute',
    title: 'An attribute was added',
    make: changed((xml) =>
      replaced(
        xml,
        '</saml:AttributeStatement>',
        '<saml:Attribute Name="admin"><saml:AttributeValue>yes</saml:AttributeValue></saml:Attribute></saml:AttributeStatement>',
      ),
    ),
    refusal: always('saml/digest (mismatch)'),
  },
  {
    id: 'prolonged',
    title: 'It had ended, and later dates were written into it',
    make: (kind, sign) => {
      const date = (at: number): string => new Date(at * 1000).toISOString().replace(/\.\d+/, '')
      const xml = issue(loginTo(kind), { sign, now: now() - 2 * HOUR })
      return replaced(xml, /(?<=NotOnOrAfter=")[^"]*/g, date(now() + 300))
    },
    refusal: always('saml/digest (mismatch)'),
  },
  {
    id: 'wrap-before',
    title: 'A forged assertion stands before the signed one',
    make: wrapped((xml, signed) => replaced(xml, ASSERTION, forged(xml) + signed)),
    refusal: always('saml/assertion-count (several)'),
  },
  {
    id: 'wrap-after',
    title: 'A forged assertion stands behind the signed one',
    make: wrapped((xml, signed) => replaced(xml, ASSERTION, signed + forged(xml))),
    refusal: always('saml/assertion-count (several)'),
  },
  {
    id: 'wrap-extensions',
    title: 'The signed assertion was moved into Extensions, and a forged one put in its place',
    make: wrapped((xml, signed) =>
      replaced(
        replaced(xml, ASSERTION, forged(xml)),
        /(?=<samlp:Status>)/,
        `<samlp:Extensions>${signed}</samlp:Extensions>`,
      ),
    ),
    refusal: always('saml/assertion-count (several)'),
  },
  {
    id: 'wrap-object',
    title: 'A forged assertion has the signature, and in it, as an Object, the assertion that was signed',
    make: wrapped((xml, signed) => {
      const original = signed.replace(SIGNATURE, '')
      const signature = replaced(
        part(signed, SIGNATURE),
        '</ds:Signature>',
        `<ds:Object>${original}</ds:Object></ds:Signature>`,
      )
      return replaced(xml, ASSERTION, replaced(forged(xml), /(?=<saml:Subject>)/, signature))
    }),
    refusal: always('saml/assertion-count (several)'),
  },
  {
    id: 'wrap-confirmation',
    title: 'A forged assertion has the signed one in its SubjectConfirmationData',
    make: wrapped((xml, signed) =>
      replaced(
        xml,
        ASSERTION,
        replaced(forged(xml), '</saml:SubjectConfirmationData>', `${signed}</saml:SubjectConfirmationData>`),
      ),
    ),
    refusal: always('saml/assertion-count (several)'),
  },
  {
    id: 'wrap-response',
    title: 'A forged Response has the signature, and in it, as an Object, the Response that was signed',
    make: changed((xml, _kind, sign) => {
      if (sign !== 'response') return undefined
      const signature = part(xml, SIGNATURE)
      const original = xml.replace(SIGNATURE, '')
      const around = replaced(
        signature,
        '</ds:Signature>',
        `<ds:Object>${original}</ds:Object></ds:Signature>`,
      )
      const forgery = replaced(original, ASSERTION, forged(original))
      return replaced(replaced(forgery, /(?<= ID=")[^"]*/, '_forged-response'), /(?=<samlp:Status>)/, around)
    }),
    refusal: always('saml/assertion-count (several)'),
  },
  {
    id: 'borrowed-certificate',
    title: 'Somebody else signed it, and enclosed the trusted certificate',
    make: issued(same, () => ({ key: stranger, withCertificate: trusted })),
    refusal: always('saml/signature (mismatch)'),
  },
]
