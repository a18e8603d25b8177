import { createHash, type JsonWebKey } from 'node:crypto'

const SHA256_PREFIX = '3031300d060960864801650304020105000420'

const numberOf = (bytes: Buffer): bigint => BigInt(`0x${bytes.toString('hex')}`)

/** A number of 256 bytes whose cube begins like the padded digest of `bytes`, with rubbish after it (Bleichenbacher 2006). */
export function cubeRootForgery(bytes: Buffer): Buffer {
  const digest = createHash('sha256').update(bytes).digest('hex')
  const begin = Buffer.from(`0001${'ff'.repeat(8)}00${SHA256_PREFIX}${digest}`, 'hex')
  const wanted = numberOf(Buffer.concat([begin, Buffer.alloc(256 - begin.length, 0xff)]))
  let low = 0n
  let high = 1n << 700n
  while (high - low > 1n) {
    const middle = (low + high) / 2n
    if (middle ** 3n <= wanted) low = middle
    else high = middle
  }
  return padded(low)
}

/** The same number to whoever reduces it by the modulus, in as many bytes. */
export function plusModulus(signature: Buffer, { n = '' }: JsonWebKey): Buffer {
  return padded(numberOf(signature) + numberOf(Buffer.from(n, 'base64url')))
}

function padded(value: bigint): Buffer {
  const hex = value.toString(16)
  return Buffer.from(hex.padStart(Math.max(512, hex.length + (hex.length % 2)), '0'), 'hex')
}
