import fc from 'fast-check'
import { generateKeyPairSync, sign } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Finding } from '../../src/core/index.js'
import {
  claimedIssuer,
  inspectToken,
  parseKeySet,
  validateToken,
  type TokenExpectation,
  type TrustedKeySet,
} from '../../src/tti/index.js'

const NOW = 1_800_000_000
const ISSUER = 'https://idp.example.com/tenant'
const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const HEADER = { alg: 'RS256', kid: 'k1' }
const CLAIMS = {
  iss: ISSUER,
  sub: 'u1',
  aud: 'my-client',
  exp: NOW + 300,
  iat: NOW,
  email: 'ada@example.com',
}

const base64url = (bytes: string | Uint8Array): string => Buffer.from(bytes).toString('base64url')

function signed(header: string, payload: string): string {
  const input = `${base64url(header)}.${base64url(payload)}`
  return `${input}.${sign('RSA-SHA256', Buffer.from(input), privateKey).toString('base64url')}`
}

const token = signed(JSON.stringify(HEADER), JSON.stringify(CLAIMS))
const segments = token.split('.')
let expectation: TokenExpectation

beforeAll(async () => {
  const jwk = publicKey.export({ format: 'jwk' })
  const parsed = await parseKeySet({
    keys: [
      { ...jwk, kid: 'k1' },
      { kty: 'oct', kid: 'k2' },
    ],
  })
  const keys = parsed.value as TrustedKeySet
  const issuer = {
    name: 'idp',
    issuerURL: ISSUER,
    claimAttributePath: 'email',
    identityStoreAttributePath: 'emails.value',
  } as const
  expectation = { issuer, keys, audiences: ['my-client'], now: NOW }
})

/** The texts among these that are accepted, other than the token itself. */
async function acceptedOf(texts: Iterable<string>): Promise<string[]> {
  const found: string[] = []
  for (const text of texts) {
    if (text === token) continue
    const verdict = await validateToken(text, expectation)
    if (verdict.ok) found.push(text)
    else if (verdict.findings.length === 0) throw new Error('Refused without a finding.')
  }
  return found
}

describe('a valid token', () => {
  it('is accepted', async () => {
    expect(await validateToken(token, expectation)).toMatchObject({ ok: true, findings: [] })
  })

  it('is refused with any one bit of its text flipped', async () => {
    const flips = Array.from({ length: token.length * 8 }, (_, at) => {
      const index = Math.floor(at / 8)
      const character = String.fromCharCode(token.charCodeAt(index) ^ (1 << (at % 8)))
      return token.slice(0, index) + character + token.slice(index + 1)
    })
    expect(await acceptedOf(flips)).toEqual([])
  })

  it.each([0, 1, 2])('is refused with any one bit of the bytes of segment %i flipped', async (at) => {
    const bytes = Buffer.from(segments[at] ?? '', 'base64url')
    const flips = Array.from({ length: bytes.length * 8 }, (_, bit) => {
      const flipped = Buffer.from(bytes)
      flipped[Math.floor(bit / 8)]! ^= 1 << (bit % 8)
      return segments.map((segment, index) => (index === at ? base64url(flipped) : segment)).join('.')
    })
    expect(await acceptedOf(flips)).toEqual([])
  })

  it('is refused when it is truncated, at either end', async () => {
    const cut = Array.from({ length: token.length }, (_, at) => [token.slice(0, at), token.slice(at + 1)])
    expect(await acceptedOf(cut.flat())).toEqual([])
  })

  it('is refused when one character is left out, or doubled', async () => {
    const changed = Array.from({ length: token.length }, (_, at) => [
      token.slice(0, at) + token.slice(at + 1),
      token.slice(0, at + 1) + token.slice(at),
    ])
    expect(await acceptedOf(changed.flat())).toEqual([])
  })

  it('is refused with its segments in any other order, or one in the place of another', async () => {
    const orders = [0, 1, 2].flatMap((a) => [0, 1, 2].flatMap((b) => [0, 1, 2].map((c) => [a, b, c])))
    const joined = orders.map((order) => order.map((index) => segments[index]).join('.'))
    expect(joined).toHaveLength(27)
    expect(await acceptedOf(joined)).toEqual([])
  })

  it('is refused when any two of its characters change places', async () => {
    const place = fc.nat({ max: token.length - 1 })
    await fc.assert(
      fc.asyncProperty(place, place, async (a, b) => {
        const characters = [...token]
        characters[a] = token[b] ?? ''
        characters[b] = token[a] ?? ''
        expect(await acceptedOf([characters.join('')])).toEqual([])
      }),
      { numRuns: 2000 },
    )
  })

  it('is refused with anything inserted, or replaced, anywhere', async () => {
    const text = fc.oneof(fc.string({ minLength: 1 }), fc.string({ unit: 'binary', minLength: 1 }), fc.constantFrom('.', '=', ' ', '\n', '\u0000', '\u200b')) // prettier-ignore
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: token.length }), fc.nat({ max: 8 }), text, async (at, gone, more) => {
        expect(await acceptedOf([token.slice(0, at) + more + token.slice(at + gone)])).toEqual([])
      }),
      { numRuns: 3000 },
    )
  })

  it('is refused with several bits flipped', async () => {
    const flips = fc.uniqueArray(fc.nat({ max: token.length * 8 - 1 }), { minLength: 2, maxLength: 24 })
    await fc.assert(
      fc.asyncProperty(flips, async (bits) => {
        const bytes = Buffer.from(token, 'latin1')
        for (const bit of bits) bytes[Math.floor(bit / 8)]! ^= 1 << (bit % 8)
        expect(await acceptedOf([bytes.toString('latin1')])).toEqual([])
      }),
      { numRuns: 2000 },
    )
  })
})

const anything = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.array(fc.base64String({ maxLength: 60 }), { maxLength: 6 }).map((parts) => parts.join('.')),
  fc.array(fc.uint8Array({ maxLength: 60 }).map(base64url), { maxLength: 6 }).map((parts) => parts.join('.')),
  fc.array(fc.json().map(base64url), { maxLength: 4 }).map((parts) => parts.join('.')),
  fc.array(fc.constantFrom('.', 'e30', 'eyJhbGciOiJSUzI1NiJ9', '{', '=', ' '), { maxLength: 40 }).map((parts) => parts.join('')), // prettier-ignore
)

describe('any text at all', () => {
  it('neither throws nor is accepted', async () => {
    await fc.assert(
      fc.asyncProperty(anything, async (text) => {
        expect(await acceptedOf([text])).toEqual([])
        expect((await inspectToken(text, expectation)).verified).toBe(false)
        expect(['string', 'undefined']).toContain(typeof claimedIssuer(text))
      }),
      { numRuns: 3000 },
    )
  })

  it('nor does what is no text', async () => {
    await fc.assert(
      fc.asyncProperty(fc.anything(), async (value) => {
        expect((await validateToken(value as string, expectation)).ok).toBe(false)
      }),
      { numRuns: 500 },
    )
  })
})

const jsonValue = fc.jsonValue({ maxDepth: 3 })
const odd = fc.oneof(jsonValue, fc.constantFrom(null, '', 0, -1, 0.5, 1e300, NOW, NOW * 1000, [], {}, 'RS256', 'none', ISSUER, 'my-client', ['my-client'])) // prettier-ignore
const names = ['alg', 'kid', 'typ', 'crit', 'b64', 'zip', 'cty', 'enc', 'jwk', 'jku', 'x5u', 'iss', 'sub', 'aud', 'exp', 'nbf', 'iat', 'jti', 'email', 'email_verified', 'events', '__proto__', 'constructor'] // prettier-ignore
const changes = fc.array(fc.tuple(fc.oneof(fc.constantFrom(...names), fc.string()), odd), { maxLength: 4 })

/** JSON of an object with members added or replaced; `__proto__` is a member like any other. */
function changed(object: object, members: readonly (readonly [string, unknown])[]): string {
  const all = new Map([...Object.entries(object), ...members])
  return `{${[...all].map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',')}}`
}

describe('a token of the right key, whatever it says', () => {
  it('is judged without a throw, the same each time, by findings that do not hold it', async () => {
    await fc.assert(
      fc.asyncProperty(changes, changes, async (header, claims) => {
        const text = signed(changed(HEADER, header), changed(CLAIMS, claims))
        const verdict = await validateToken(text, expectation)
        expect(await validateToken(text, expectation)).toEqual(verdict)
        const inspected = await inspectToken(text, expectation)
        expect(inspected.verdict.ok).toBe(verdict.ok)
        expect(keysOf(inspected.verdict.findings)).toEqual(expect.arrayContaining(keysOf(verdict.findings)))
        expectNothingOf(text, [...verdict.findings, ...inspected.verdict.findings])
        if (verdict.ok) expect(verdict.value).toMatchObject({ issuer: ISSUER, audience: 'my-client' })
      }),
      { numRuns: 1500 },
    )
  })

  it('is refused under any name of an algorithm but the one', async () => {
    const alg = fc.oneof(fc.string(), fc.constantFrom('none', 'HS256', 'ES256', 'PS256', 'rs256', 'RS256 ', 'RS512'), odd) // prettier-ignore
    await fc.assert(
      fc.asyncProperty(alg, async (value) => {
        fc.pre(value !== 'RS256')
        const text = signed(changed(HEADER, [['alg', value]]), JSON.stringify(CLAIMS))
        const { findings } = await validateToken(text, expectation)
        expect(findings.map(({ rule }) => rule)).toContain('tti/alg')
      }),
      { numRuns: 500 },
    )
  })

  it('is accepted for exactly the seconds that its claims and the skew allow', async () => {
    const instant = fc.integer({ min: NOW - 200, max: NOW + 200 })
    const skew = fc.integer({ min: 0, max: 120 })
    await fc.assert(
      fc.asyncProperty(instant, instant, instant, skew, async (exp, nbf, iat, clockSkewSeconds) => {
        const text = signed(JSON.stringify(HEADER), JSON.stringify({ ...CLAIMS, exp, nbf, iat }))
        const { ok } = await validateToken(text, { ...expectation, clockSkewSeconds })
        const alive = NOW < exp + clockSkewSeconds
        const begun = NOW >= nbf - clockSkewSeconds && NOW >= iat - clockSkewSeconds
        expect(ok).toBe(alive && begun && nbf < exp)
      }),
      { numRuns: 1000 },
    )
  })
})

function keysOf(findings: readonly Finding[]): string[] {
  return findings.map(({ rule, reason, path }) => `${rule} ${reason} ${path ?? ''}`)
}

function expectNothingOf(text: string, findings: readonly Finding[]): void {
  const said = JSON.stringify(findings)
  for (const secret of [text, ...text.split('.')]) expect(said.includes(secret)).toBe(false)
}
