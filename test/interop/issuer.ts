import { describe, expect, it as vitestIt } from 'vitest'
import type { ResponseExpectation } from '../../src/saml/index.js'
import { RECEIVERS, type Alg, type Contents, type Signed } from './issued.js'
import type { Refusal } from './mistakes.js'
import { IDP_ENTITY_ID, idpMetadata, spMetadata, trusted } from './parties.js'
import { expectationOf, read } from './read.js'

const { sp, inResponseTo = '' } = RECEIVERS['identity-center']

/** What a peer is to issue: a sign-in to Identity Center, signed by the trusted key. */
export interface Order {
  readonly sign: Signed
  /** The peer's own choice where it says so. */
  readonly alg: Alg | 'default'
  readonly nameIDFormat: string
  readonly nameID: string
  readonly attributes: Readonly<Record<string, readonly string[]>>
  readonly inResponseTo: string
  readonly sp: { readonly entityID: string; readonly acsURL: string; readonly metadata: string }
  readonly idp: {
    readonly entityID: string
    readonly metadata: string
    readonly privateKey: string
    readonly certificate: string
  }
}

export interface Supplied {
  /** Base64, or XML. */
  readonly response: string
  /** The request that was answered, where the peer makes its own. */
  readonly inResponseTo?: string
}

const EMAIL_ADDRESS = 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress'

export const ORDER: Order = {
  sign: 'assertion',
  alg: 'rsa-sha256',
  nameIDFormat: EMAIL_ADDRESS,
  nameID: `o'brien+a&b@example.com`,
  attributes: {
    'https://aws.amazon.com/SAML/Attributes/AccessControl:CostCenter': ['blue-7'],
    'https://aws.amazon.com/SAML/Attributes/AccessControl:Town': ['Győr / 東京'],
    markup: [`& < > " ' &amp; &#65; <b>x</b> ]]> <!-- -->`],
    unicode: ['é 漢 😀 e\u0301'],
    lines: ['tab\tfeed\nend'],
  },
  inResponseTo,
  sp: { ...sp, metadata: spMetadata(sp) },
  idp: { entityID: IDP_ENTITY_ID, metadata: idpMetadata(), ...trusted },
}

export interface IssuerCase<Own = unknown> {
  readonly title: string
  readonly order: Partial<Order>
  /** What this peer alone is told. */
  readonly own?: Own
  readonly expectation?: Partial<ResponseExpectation>
  /** What we refuse it by; without it, it is accepted. */
  readonly refusal?: readonly Refusal[]
  /** Why it is refused, or read otherwise than ordered. */
  readonly because?: string
  /** What is read where that is not what was ordered. */
  readonly reads?: Partial<Contents>
}

export const signedBy = (signs: readonly Signed[], algs: readonly (Alg | 'default')[]): IssuerCase<never>[] =>
  signs.flatMap((sign) => algs.map((alg) => ({ title: `${sign} signed with ${alg}`, order: { sign, alg } })))

/** Holds what a peer issues against validateResponse. All of it is ordered at once, when first needed. */
export function describeIssuer<Own>(
  name: string,
  issue: (orders: readonly (Order & { readonly own: Own | undefined })[]) => Promise<readonly Supplied[]>,
  cases: readonly IssuerCase<Own>[],
  it: (title: string, test: () => Promise<void>) => void = vitestIt,
): void {
  const orders = cases.map(({ order, own }) => ({ ...ORDER, ...order, own }))
  let supplies: Promise<readonly Supplied[]> | undefined

  describe(`${name} as an identity provider`, () => {
    for (const [at, { title, expectation, refusal, because, reads }] of cases.entries())
      it(because === undefined ? title : `${title} [${because}]`, async () => {
        const supplied = (await (supplies ??= issue(orders)))[at]!
        // A driver that failed says why instead.
        expect(supplied).toHaveProperty('response')
        const { nameID, attributes } = orders[at]!
        const found = read(supplied.response, {
          ...expectationOf('identity-center'),
          inResponseTo: supplied.inResponseTo ?? ORDER.inResponseTo,
          ...expectation,
        })
        expect(found).toEqual(refusal ? [...refusal].sort() : { nameID, attributes, ...reads })
      })
  })
}
