import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openCookie, sealCookie, sameWho, whoOf, type Ticket } from '../../src/express/sessionCookie.js'
import { openEntry, sealEntry, type SessionContent } from '../../src/express/sessionEntry.js'
import type { SamlIdentity } from '../../src/core/index.js'
import type { SealingKey } from '../../src/express/index.js'

const key = (id: string, fill: number): SealingKey => ({ id, key: new Uint8Array(32).fill(fill) })
const KEYS = [key('k1', 1)] as const
const name = '__Host-countersign'

const text = fc.string({ unit: 'grapheme', maxLength: 40 })
const tags = fc.dictionary(fc.oneof(text, fc.constant('__proto__')), fc.string({ maxLength: 256 }), {
  maxKeys: 50,
})
const person = fc.record({
  nameID: fc.oneof(text, fc.string({ maxLength: 5_000 })),
  issuer: text,
  accessControl: tags,
})
const ticket: fc.Arbitrary<Ticket & { app: string }> = fc.record({
  app: fc.constant('app'),
  id: fc.string({ minLength: 43, maxLength: 43 }),
  beganAt: fc.nat(),
  endsAt: fc.nat(),
})

function contentOf({
  accessControl,
  ...rest
}: {
  nameID: string
  issuer: string
  accessControl: Record<string, string>
}): SessionContent {
  const identity: SamlIdentity = {
    protocol: 'saml',
    attributes: {},
    authnInstant: 0,
    assertionID: '_a',
    notOnOrAfter: 1,
    verifiedBy: '',
    accessControl,
    ...rest,
  }
  const list = Object.entries(accessControl).map(
    ([tag, value]) => ({ key: tag, value, source: 'assertion', from: tag }) as const,
  )
  return { identity, tags: { tags: list, transitiveTagKeys: [], dropped: [], packedSizePercent: 0 } }
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** With the last character's successor in its place, which lax readers take for the same. */
function next(part: string): string {
  const last = ALPHABET.indexOf(part.at(-1) ?? 'A')
  return part.slice(0, -1) + ALPHABET.charAt((last + 1) % 64)
}

describe('the cookie of a session', () => {
  it('says what was sealed, within what browsers keep, and cuts nothing', async () => {
    await fc.assert(
      fc.asyncProperty(ticket, person, async (session, who) => {
        const { identity, tags: made } = contentOf(who)
        const full = whoOf(identity, made)
        const value = await sealCookie(session, full, { name, keys: KEYS })
        expect(`${name}=${value}`.length).toBeLessThanOrEqual(4096)
        const opened = await openCookie(value, { name, keys: [key('k0', 0), ...KEYS] })
        if (typeof opened === 'string') throw new Error(opened)
        expect(opened).toMatchObject(session)
        expect(sameWho(opened.who, full)).toBe(true)
        if (opened.who) expect(opened.who).toMatchObject({ name: who.nameID, issuer: who.issuer })
        if (opened.who?.tags) expect(Object.entries(opened.who.tags)).toEqual(Object.entries(full.tags))
      }),
      { numRuns: 60 },
    )
  })

  it('keeps what just has room, and leaves out what just has none', async () => {
    const session = { app: 'app', id: 'x'.repeat(43), beganAt: 1, endsAt: 2 }
    const kept = new Set<string>()
    for (let length = 2_000; length < 3_200; length += 25) {
      const who = whoOf(contentOf({ nameID: 'n'.repeat(length), issuer: 'i', accessControl: {} }).identity, {
        tags: [{ key: 'k', value: 'v'.repeat(300), source: 'assertion', from: 'k' }],
      })
      const value = await sealCookie(session, who, { name, keys: KEYS })
      expect(`${name}=${value}`.length).toBeLessThanOrEqual(4096)
      const opened = await openCookie(value, { name, keys: KEYS })
      if (typeof opened === 'string') throw new Error(opened)
      kept.add(opened.who === undefined ? 'nobody' : opened.who.tags === undefined ? 'no tags' : 'all')
    }
    expect([...kept]).toEqual(['all', 'no tags', 'nobody'])
  })

  it('opens for no other text, and throws at none', async () => {
    const value = await sealCookie(
      { app: 'app', id: 'x'.repeat(43), beganAt: 1, endsAt: 2 },
      whoOf(contentOf({ nameID: 'a', issuer: 'b', accessControl: {} }).identity, { tags: [] }),
      { name, keys: KEYS },
    )
    // Nor for another spelling of it: bits that are left over, the other alphabet, padding.
    const parts = value.split('.')
    const spellings = parts.flatMap((part, at) =>
      [next(part), part.replaceAll('-', '+').replaceAll('_', '/'), `${part}=`, `${part} `]
        .filter((other) => other !== part)
        .map((other) => Object.assign([...parts], { [at]: other }).join('.')),
    )
    expect(spellings.length).toBeGreaterThan(10)
    for (const other of spellings)
      expect(typeof (await openCookie(other, { name, keys: KEYS })), other).toBe('string')
    await fc.assert(
      fc.asyncProperty(
        fc.nat(value.length - 1),
        fc.string({ minLength: 1, maxLength: 3 }),
        async (at, put) => {
          fc.pre(value.slice(at, at + put.length) !== put)
          const changed = value.slice(0, at) + put + value.slice(at + put.length)
          expect(typeof (await openCookie(changed, { name, keys: KEYS }))).toBe('string')
        },
      ),
    )
    await fc.assert(
      fc.asyncProperty(fc.string({ maxLength: 5_000 }), async (any) => {
        expect(typeof (await openCookie(any, { name, keys: KEYS }))).toBe('string')
      }),
    )
  })

  it('differs from whoever the entry knows otherwise', () => {
    const kept = { protocol: 'saml', issuer: 'i', name: 'n', tags: { a: '1' } } as const
    expect(sameWho(kept, kept)).toBe(true)
    expect(sameWho({ protocol: 'saml', issuer: 'i', name: 'n' }, kept)).toBe(true)
    for (const other of [
      { name: 'm' },
      { issuer: 'j' },
      { protocol: 'oidc' },
      { tags: { a: '2' } },
      { tags: {} },
    ] as const)
      expect(sameWho({ ...kept, ...other }, kept)).toBe(false)
  })
})

describe('the entry of a session', () => {
  it('gives back what was sealed, to its own session alone', async () => {
    await fc.assert(
      fc.asyncProperty(ticket, person, fc.jsonValue({ maxDepth: 3 }), async (session, who, kept) => {
        const content = {
          ...contentOf(who),
          idToken: 'jwt',
          kept: { kept: JSON.parse(JSON.stringify(kept)) as null },
        }
        const entry = await sealEntry(session, content, KEYS)
        if (typeof entry === 'string') throw new Error(entry)
        const opened = await openEntry(session, entry.sealed, KEYS)
        expect(JSON.parse(JSON.stringify(opened))).toEqual(JSON.parse(JSON.stringify(content)))
        for (const other of [{ id: 'other' }, { app: 'other' }, { beganAt: -1 }, { endsAt: -1 }])
          expect(await openEntry({ ...session, ...other }, entry.sealed, KEYS)).toBe('differs')
        expect(await openEntry(session, entry.sealed, [key('k1', 2)])).toBe('altered')
        expect(await openEntry(session, entry.sealed, [key('k2', 1)])).toBe('unknown-key')
      }),
      { numRuns: 40 },
    )
  })

  it('is no cookie, and a cookie is no entry', async () => {
    const session = { app: 'app', id: 'x', beganAt: 1, endsAt: 2 }
    const content = contentOf({ nameID: 'a', issuer: 'b', accessControl: {} })
    const entry = await sealEntry(session, content, KEYS)
    if (typeof entry === 'string') throw new Error(entry)
    expect(await openCookie(entry.sealed, { name, keys: KEYS })).toBe('form')
    const cookie = await sealCookie(session, whoOf(content.identity, content.tags), { name, keys: KEYS })
    expect(await openEntry(session, cookie, KEYS)).toBe('form')
  })
})
