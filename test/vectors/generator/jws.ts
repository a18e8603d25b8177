import { constants, createHash, createHmac, privateEncrypt, sign, type JsonWebKey } from 'node:crypto'
import { privateKey } from './keys.js'
import { AUDIENCE, ISSUER, NOW, type Members } from './world.js'

/** Makes the third segment of a token from the first two. */
export type Signing = (input: Buffer) => Uint8Array

export function rs256(key: JsonWebKey): Signing {
  return (input) => sign('RSA-SHA256', input, privateKey(key))
}

export function rsaWith(hash: string, key: JsonWebKey): Signing {
  return (input) => sign(`RSA-${hash}`, input, privateKey(key))
}

export function hmac(hash: string, secret: string | Uint8Array): Signing {
  return (input) => createHmac(hash, secret).update(input).digest()
}

/** RSASSA-PSS with SHA-256 and a salt of 32 fixed octets: a valid PS256 that is the same each time. */
export function ps256(key: JsonWebKey): Signing {
  return (input) => {
    const salt = Buffer.alloc(32, 0x5a)
    const hash = sha256(Buffer.concat([Buffer.alloc(8), sha256(input), salt]))
    const length = sizeOf(key) - 32 - 1
    const db = Buffer.concat([Buffer.alloc(length - 33), Buffer.from([1]), salt])
    const mask = mgf1(hash, length)
    const masked = Buffer.from(db.map((byte, index) => byte ^ (mask[index] ?? 0)))
    masked[0] = (masked[0] ?? 0) & 0x7f
    return raw(key, Buffer.concat([masked, hash, Buffer.from([0xbc])]))
  }
}

function mgf1(seed: Buffer, length: number): Buffer {
  const blocks = Array.from({ length: Math.ceil(length / 32) }, (_, counter) =>
    sha256(Buffer.concat([seed, Buffer.from([0, 0, 0, counter])])),
  )
  return Buffer.concat(blocks).subarray(0, length)
}

const DIGEST_INFO = Buffer.from('3031300d060960864801650304020105000420', 'hex')
/** Without the NULL that PKCS #1 wants as the hash algorithm's parameters. */
export const DIGEST_INFO_WITHOUT_NULL = Buffer.from('302f300b0609608648016503040201' + '0420', 'hex')

/** EMSA-PKCS1-v1_5 by hand, so that it can be malformed on purpose. */
export function encoded(
  key: JsonWebKey,
  input: Buffer,
  { info = DIGEST_INFO, fill, garbage = 0 }: { info?: Buffer; fill?: number; garbage?: number } = {},
): Buffer {
  const end = Buffer.concat([info, sha256(input), Buffer.alloc(garbage)])
  const padding = Buffer.alloc(fill ?? sizeOf(key) - end.length - 3, 0xff)
  const block = Buffer.concat([Buffer.from([0, 1]), padding, Buffer.from([0]), end])
  return Buffer.concat([block, Buffer.alloc(Math.max(0, sizeOf(key) - block.length))])
}

/** RSA's private operation on a block as it is. */
export function raw(key: JsonWebKey, block: Buffer): Buffer {
  return privateEncrypt({ key: privateKey(key), padding: constants.RSA_NO_PADDING }, block)
}

export function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest()
}

export function sizeOf(key: JsonWebKey): number {
  return Buffer.from(key.n ?? '', 'base64url').length
}

export function base64url(value: string | Uint8Array): string {
  return Buffer.from(value).toString('base64url')
}

export const HEADER: Members = { alg: 'RS256', kid: 'k1' }
export const CLAIMS: Members = {
  iss: ISSUER,
  sub: 'u1',
  aud: AUDIENCE,
  exp: NOW + 300,
  iat: NOW,
  email: 'ada@example.com',
}

/** A compact JWS. Texts and bytes stand for themselves, objects are written as JSON; undefined members fall out. */
export function jws(
  header: string | Uint8Array | Members,
  payload: string | Uint8Array | Members,
  signing: Signing,
): string {
  const input = [header, payload].map((part) => base64url(bytesOf(part))).join('.')
  return `${input}.${base64url(signing(Buffer.from(input)))}`
}

export function bytesOf(part: string | Uint8Array | Members): Uint8Array {
  if (part instanceof Uint8Array) return part
  return Buffer.from(typeof part === 'string' ? part : JSON.stringify(part))
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** The same bytes spelled with a spare bit set, for a segment that has spare bits. */
export function withSpareBit(segment: string): string {
  if (segment.length % 4 === 0) throw new Error('The segment has no spare bits.')
  const last = ALPHABET.indexOf(segment.slice(-1))
  return segment.slice(0, -1) + ALPHABET.charAt(last + 1)
}

/** A token with one of its segments changed. */
export function respelled(token: string, index: number, change: (segment: string) => string): string {
  return token
    .split('.')
    .map((segment, at) => (at === index ? change(segment) : segment))
    .join('.')
}
