import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { ALGORITHM, TERMINATOR } from './authorization.js'
import { sha256Hex } from './canonical.js'

export interface SignatureInput {
  readonly secretAccessKey: string
  /** `YYYYMMDD` */
  readonly date: string
  readonly region: string
  readonly service: string
  /** `YYYYMMDDTHHMMSSZ` */
  readonly amzDate: string
  readonly canonicalRequest: string
}

/** The signature of a canonical request: 32 bytes (AWS Signature Version 4, "Calculate the signature"). */
export function calculateSignature(input: SignatureInput): Buffer {
  const { secretAccessKey, date, region, service, amzDate, canonicalRequest } = input
  const scope = `${date}/${region}/${service}/${TERMINATOR}`
  const stringToSign = [ALGORITHM, amzDate, scope, sha256Hex(canonicalRequest)].join('\n')
  const key = [date, region, service, TERMINATOR].reduce<string | Buffer>(hmac, `AWS4${secretAccessKey}`)
  return hmac(key, stringToSign)
}

/** Compares two texts in a time that tells neither where they differ nor how long the expected one is. */
export function sameText(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b))
}

/** `hex` is 64 hexadecimal digits. */
export function sameSignature(calculated: Buffer, hex: string): boolean {
  const sent = Buffer.from(hex, 'hex')
  return sent.length === calculated.length && timingSafeEqual(calculated, sent)
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
