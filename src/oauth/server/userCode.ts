import { FederationError } from '../../core/outcome.js'

/** Consonants that nobody mistakes for each other or for a digit, and that spell no words (RFC 8628 6.1). */
const ALPHABET = 'BCDFGHJKLMNPQRSTVWXZ'
const LENGTH = 8
/** What people type besides: either case, and any spaces and hyphens. */
const TYPED = /^[A-Za-z \u2010-\u2015-]{8,40}$/

/** How many user codes there are: 20^8, of which one guess hits one. */
export const USER_CODES = ALPHABET.length ** LENGTH

/**
 * A user code such as `WDJB-MJHT`, every one equally likely (to 2^-93).
 *
 * @throws FederationError `ERR_INVALID_OPTION` for anything but 16 bytes
 */
export function userCodeFrom(random16: Uint8Array): string {
  if (!(random16 instanceof Uint8Array) || random16.length !== 16)
    throw new FederationError('ERR_INVALID_OPTION', 'A user code is made of 16 random bytes.')
  let number = random16.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n)
  let code = ''
  for (let at = 0; at < LENGTH; at++) {
    code += ALPHABET.charAt(Number(number % 20n))
    number /= 20n
  }
  return `${code.slice(0, 4)}-${code.slice(4)}`
}

/** A user code as it was made, from what a person typed; undefined where that can be none (attack O12). */
export function readUserCode(typed: unknown): string | undefined {
  if (typeof typed !== 'string' || !TYPED.test(typed)) return undefined
  const letters = typed.replaceAll(/[^A-Za-z]/g, '').toUpperCase()
  if (letters.length !== LENGTH || [...letters].some((letter) => !ALPHABET.includes(letter))) return undefined
  return `${letters.slice(0, 4)}-${letters.slice(4)}`
}
