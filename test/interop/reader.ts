import { describe, expect, it as vitestIt } from 'vitest'
import type { Login } from '../../src/saml/index.js'
import {
  ALGS,
  contentsOf,
  issue,
  KINDS,
  loginTo,
  ODDITIES,
  oddLogin,
  RECEIVERS,
  SIGNED,
  type Alg,
  type Kind,
  type Oddity,
  type Signed,
} from './issued.js'
import { MISTAKES, type MistakeID } from './mistakes.js'
import { bare, IDP_ENTITY_ID, idpMetadata, spMetadata, trusted } from './parties.js'

/** A message, and what its receiver knows: all that a peer is told. */
export interface Delivery {
  readonly kind: Kind
  readonly sp: { readonly entityID: string; readonly acsURL: string; readonly metadata: string }
  readonly idp: { readonly entityID: string; readonly certificate: string; readonly metadata: string }
  /** What the peer is to insist on. */
  readonly sign: Signed
  /** Absent where only an unsolicited Response is expected. */
  readonly inResponseTo?: string
  /** Base64, as a browser posts it. */
  readonly response: string
}

export type Answer =
  | {
      readonly accepted: true
      readonly nameID: string
      readonly attributes: Readonly<Record<string, readonly string[]>>
    }
  | { readonly accepted: false; readonly why: string }

/** A mistake that a peer does not mind, and why that is so. */
export interface Exception {
  readonly mistake: MistakeID
  readonly because: string
  /** Where it does not always take it. */
  readonly when?: (kind: Kind, sign: Signed) => boolean
}

/** What a peer makes of a message that it would have to take as it is. */
export type Shortcoming =
  | { readonly because: string; readonly refuses: RegExp }
  | { readonly because: string; readonly reads: readonly (string | undefined)[] }

/** For a mistake at which a peer always takes the message: it says nothing. */
export const NEVER = /^(?!)/

export interface Reader {
  readonly read: (deliveries: readonly Delivery[]) => Promise<readonly Answer[]>
  readonly algs?: Readonly<Partial<Record<Alg, Extract<Shortcoming, { refuses: RegExp }>>>>
  readonly odd?: Readonly<Partial<Record<Oddity, Shortcoming>>>
  /** For a peer that takes its time: each mistake with each kind and each way of signing, but not with every pair of them. */
  readonly sparing?: boolean
  readonly takes: readonly Exception[]
  /** What the peer says when it refuses, so that it is seen to refuse for the right reason. */
  readonly says: Readonly<Record<MistakeID, RegExp>>
}

export function delivery(kind: Kind, sign: Signed, xml: string): Delivery {
  const { sp, inResponseTo } = RECEIVERS[kind]
  return {
    kind,
    sp: { ...sp, metadata: spMetadata(sp) },
    idp: { entityID: IDP_ENTITY_ID, certificate: bare(trusted), metadata: idpMetadata() },
    sign,
    ...(inResponseTo === undefined ? {} : { inResponseTo }),
    response: Buffer.from(xml).toString('base64'),
  }
}

interface Asked {
  readonly of: string
  readonly kind: Kind
  readonly sign: Signed
  readonly delivery: Delivery
}

const asked = (of: string, kind: Kind, sign: Signed, xml: string): Asked => ({
  of,
  kind,
  sign,
  delivery: delivery(kind, sign, xml),
})

function questions(sparing: boolean): Asked[] {
  const odd = (Object.keys(ODDITIES) as Oddity[]).flatMap((oddity) =>
    SIGNED.map((sign) => asked(oddity, 'application', sign, issue(oddLogin(oddity), { sign }))),
  )
  const ofKinds = KINDS.flatMap((kind) =>
    SIGNED.flatMap((sign) => [
      // With KeyInfo and without: neither must make a difference.
      ...ALGS.map((alg) => {
        const keyInfo = alg === 'rsa-sha256' ? {} : { withCertificate: trusted }
        return asked(alg, kind, sign, issue(loginTo(kind), { sign, alg, ...keyInfo }))
      }),
      ...MISTAKES.flatMap(({ id, make }, at) => {
        // A Latin square: one cell of every row and of every column.
        if (sparing && (KINDS.indexOf(kind) + SIGNED.indexOf(sign) + at) % 3 !== 0) return []
        const xml = make(kind, sign)
        return xml === undefined ? [] : [asked(id, kind, sign, xml)]
      }),
    ]),
  )
  return [...odd, ...ofKinds]
}

const taken = (login: Login): unknown => ({ accepted: true, ...contentsOf(login) })
const refused = (why: RegExp): unknown => ({ accepted: false, why: expect.stringMatching(why) as unknown })
const noted = (title: string, notes: readonly ({ readonly because: string } | undefined)[]): string =>
  [title, ...notes.flatMap((note) => (note ? [`[${note.because}]`] : []))].join(' ')

/** Holds a peer to all that we issue, and to all that may be wrong with it. All of it is asked at once, when first needed. */
export function describeReader(
  name: string,
  { read, algs = {}, odd = {}, sparing = false, takes, says }: Reader,
  it: (title: string, test: () => Promise<void>) => void = vitestIt,
): void {
  let answers: Promise<readonly (Asked & { readonly answer: Answer })[]> | undefined
  const answered = async () => {
    const all = questions(sparing)
    const given = await read(all.map((one) => one.delivery))
    return all.map((one, at) => ({ ...one, answer: given[at]! }))
  }
  /** Every answer to what is called so is held against what it must be. */
  const hold = async (of: string, expected: (one: Asked) => unknown): Promise<void> => {
    const list = (await (answers ??= answered())).filter((one) => one.of === of)
    expect(list.length).toBeGreaterThan(0)
    for (const one of list)
      expect.soft(one.answer, `to ${one.kind}, ${one.sign} signed`).toEqual(expected(one))
  }

  describe(`${name}: what we issue`, () => {
    for (const alg of ALGS) {
      const short = algs[alg]
      it(noted(`is read to the letter when signed with ${alg}`, [short]), () =>
        hold(alg, ({ kind }) => (short ? refused(short.refuses) : taken(loginTo(kind)))),
      )
    }
    for (const oddity of Object.keys(ODDITIES) as Oddity[]) {
      const short = odd[oddity]
      it(noted(`is read to the letter with a value of ${oddity}`, [short]), () =>
        hold(oddity, () => {
          if (short && 'refuses' in short) return refused(short.refuses)
          const read = taken(oddLogin(oddity)) as object
          return short ? { ...read, attributes: { odd: short.reads } } : read
        }),
      )
    }
  })

  describe(`${name}: what is wrong with it`, () => {
    for (const { id, title } of MISTAKES) {
      const exceptions = takes.filter(({ mistake }) => mistake === id)
      it(noted(title, exceptions), async () => {
        const excepted = ({ kind, sign }: Asked) => exceptions.some(({ when }) => when?.(kind, sign) ?? true)
        let met = 0
        await hold(id, (one) => {
          if (!excepted(one)) return refused(says[id])
          met++
          // Even where it is taken, nobody but the person who signed in may come of it.
          return taken(loginTo(one.kind))
        })
        expect(met > 0).toBe(exceptions.length > 0)
      })
    }
  })
}
