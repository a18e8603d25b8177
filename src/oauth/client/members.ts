import { isLoopbackHost } from '../../core/loopback.js'
import { tokenTypes } from '../wire.js'
import type { Form, TextForm } from './forms.js'

const text = (max: number, fits: (text: string) => boolean, expected: string): TextForm => ({
  is: 'text',
  max,
  fits,
  expected,
})
const secret = (max: number): TextForm => ({
  ...text(max, (value) => /^[\x21-\x7e]+$/.test(value), 'visible ASCII characters'),
  secret: true,
})

/** A member that may be left out. */
export function optional<F extends Form>(form: F): F & { readonly optional: true } {
  return { ...form, optional: true }
}

/** An ARN, or an opaque name: nothing secret, and nothing that a header or a URL would trip over. */
export const clientId = text(1224, (value) => /^[\x21-\x7e]+$/.test(value), 'visible ASCII characters')
/** The service's own are JWTs of some thousand characters. */
export const clientSecret = secret(8192)
export const code = secret(4096)
export const deviceCode = secret(4096)
export const token = secret(16_384)
export const codeVerifier: TextForm = {
  ...text(
    128,
    (value) => /^[A-Za-z0-9._~-]{43,128}$/.test(value),
    '43 to 128 unreserved characters (RFC 7636 4.1)',
  ),
  secret: true,
}
export const codeChallenge = text(
  43,
  (value) => /^[A-Za-z0-9_-]{43}$/.test(value),
  '43 characters of base64url: SHA-256 (RFC 7636 4.2)',
)
/** 128 bits in base64url, or more. */
export const state: TextForm = {
  ...text(512, (value) => /^[A-Za-z0-9._~-]{22,512}$/.test(value), '22 or more unreserved characters'),
  secret: true,
}
export const clientName = text(256, (value) => !/\p{Cc}/u.test(value), 'a text without control characters')
/** RFC 6749 3.3. */
export const scopes: Form = {
  is: 'texts',
  maxItems: 25,
  of: text(256, (value) => /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(value), 'a scope-token (RFC 6749 3.3)'),
}
export const grantType = text(128, (value) => /^[\w.:-]+$/.test(value), 'a grant type')
export const grantTypes: Form = {
  is: 'texts',
  maxItems: 10,
  of: grantType,
}
/** A wide bound: ten years. */
const MOST_SECONDS = 315_360_000
export const seconds: Form = { is: 'whole', least: 1, most: MOST_SECONDS }
/** How long a caller waits for something: a day at most. */
export const wait: Form = { is: 'whole', least: 1, most: 86_400 }
/** Until the year 9999. */
export const instant: Form = { is: 'whole', least: 1, most: 253_402_300_799 }
/** RFC 8628 3.5 has no bound; five minutes between two polls is no polling any more. */
export const interval: Form = { is: 'whole', least: 1, most: 300 }
/** What a person types: letters, digits, and what parts them. */
export const userCode = text(
  64,
  (value) => /^[A-Za-z0-9](?:[A-Za-z0-9 -]*[A-Za-z0-9])?$/.test(value),
  'letters and digits, parted by hyphens or spaces',
)
/** A URL that a person or a browser is sent to, or that a secret is sent to: https, or http on this machine. */
export const webURL = text(2048, isSecureURL, 'an https URL, or http on a loopback address')
/** Where the operations of a service are: a secure URL without query, to whose path each operation's is added. */
export const endpoint = text(
  1024,
  (value) => isSecureURL(value) && !/[?#]/.test(value),
  'an https URL without query and fragment, or http on a loopback address',
)
/** RFC 8252 7.1-7.3: a loopback address, an https URL, or a scheme of the application's own. */
export const redirectURI = text(
  2048,
  (value) => !/[?#]/.test(value) && (isSecureURL(value) || isPrivateScheme(value)),
  'a redirect URI without query and fragment: loopback, https or a private-use scheme (RFC 8252 7)',
)
export const redirectURIs: Form = { is: 'texts', maxItems: 10, of: redirectURI }

/** No user information, no backslash, no control character or space, and read by every reader as the same URL. */
function isSecureURL(value: string): boolean {
  if (!/^https?:\/\/[\x21-\x7e]+$/.test(value) || value.includes('\\') || !URL.canParse(value)) return false
  const url = new URL(value)
  if (url.username !== '' || url.password !== '' || /^https?:\/\/[^/?#]*@/.test(value)) return false
  return url.protocol === 'https:' || isLoopbackHost(url.hostname)
}

/** A reversed domain name: a scheme with a point cannot be one of the platform's (RFC 8252 7.1). */
function isPrivateScheme(value: string): boolean {
  return /^[a-z][a-z0-9-]*(?:\.[a-z0-9-]+)+:\/[\x21-\x7e]*$/.test(value) && URL.canParse(value)
}

export const delimiter = text(1, (value) => value === ' ' || value === ',', 'a space or a comma')
export const tokenType = text(64, (value) => /^[\w-]+$/.test(value), 'Bearer')
export const issuedTokenType = text(
  128,
  (value) => Object.values<string>(tokenTypes).includes(value),
  Object.values(tokenTypes).join(' or '),
)
