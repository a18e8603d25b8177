import { X509Certificate } from 'node:crypto'
import type { Fault } from '../core/rule.js'
import { decodeBase64 } from './base64.js'

/** Longer than this is no certificate. What Identity Center allows of an IdP's, 2,500 characters (R057), is for whoever keeps a set of them. */
const MAX_PEM_CHARACTERS = 16_384

/** What the rules of certificates judge. */
export interface CertificateSubject {
  /** Why the text is not one certificate. */
  readonly fault?: Fault
  /** Where text stands beside the block of PEM; absent where there was no such block. */
  readonly beside?: readonly ('before' | 'after')[]
  readonly certificate?: X509Certificate
  readonly notBefore?: number | undefined
  readonly notAfter?: number | undefined
}

const form = (reason: string, message: string): CertificateSubject => ({ fault: { reason, message } })

/** One certificate of a text, or why there is none. */
export function readPEM(text: string): CertificateSubject {
  if (text.length > MAX_PEM_CHARACTERS) return form('too-large', 'The text is longer than any certificate.')
  if (PRIVATE_KEYS.test(text))
    return form('private-key', 'The text holds a private key. It is not read; keep it where it belongs.')
  const begins = text.split('-----BEGIN CERTIFICATE-----')
  if (begins.length === 1) {
    if (text.startsWith('0\u0082')) return form('der', 'The certificate is in DER, not in PEM.')
    return form('not-pem', 'The text holds no PEM block of a certificate.')
  }
  if (begins.length > 2) return form('several', 'The text holds several certificates.')
  const [body, after, ...more] = (begins[1] ?? '').split('-----END CERTIFICATE-----')
  if (body === undefined || after === undefined || more.length > 0)
    return form('not-pem', 'The PEM block of the certificate does not end.')
  if (after.includes('-----') || (begins[0] ?? '').includes('-----'))
    return form('other-block', 'The text holds another PEM block beside the certificate.')
  const beside = (['before', 'after'] as const).filter(
    (_, index) => !isBlank([begins[0], after][index] ?? ''),
  )
  return { ...readBase64(body), beside }
}

/** In PEM, as PuTTY keeps one, and as `openssl pkey -text` prints one, of RSA or of a curve. */
const PRIVATE_KEYS = /-----BEGIN [A-Z ]*PRIVATE KEY-----|PuTTY-User-Key-File-|^ *priv(?:ateExponent)?:/m

/** White space, and a byte order mark, also of bytes that were read one by one. */
function isBlank(text: string): boolean {
  return text.replace(/^\u00ef\u00bb\u00bf/, '').trim() === ''
}

/** As {@link readPEM}, from bare base64. */
export function readBase64(base64: string): CertificateSubject {
  if (base64.length > MAX_PEM_CHARACTERS) return form('too-large', 'The text is longer than any certificate.')
  const der = decodeBase64(base64)
  if (typeof der === 'string') return form('base64', 'The certificate is not base64.')
  try {
    const certificate = new X509Certificate(der)
    // OpenSSL leaves bytes after the certificate unread; the digest must be that of what was given.
    if (!certificate.raw.equals(der)) return form('trailing-data', 'Something stands after the certificate.')
    // Throws for a key that OpenSSL cannot read.
    void certificate.publicKey
    return {
      certificate,
      notBefore: instantOf(certificate.validFrom),
      notAfter: instantOf(certificate.validTo),
    }
  } catch {
    return form('malformed', 'The bytes are not an X.509 certificate.')
  }
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** OpenSSL's way to print a time: `Nov 25 09:03:05 2026 GMT`. */
function instantOf(text: string): number | undefined {
  const match = /^([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d\d):(\d\d):(\d\d) (\d{4}) GMT$/.exec(text)
  const month = MONTHS.indexOf(match?.[1] ?? '')
  if (!match || month < 0) return undefined
  const [day, hour, minute, second, year] = match.slice(2).map(Number)
  return Date.UTC(year ?? NaN, month, day, hour, minute, second) / 1000
}
