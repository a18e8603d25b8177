import { sign, type KeyObject } from 'node:crypto'

const SHA256_WITH_RSA = '1.2.840.113549.1.1.11'
const RSA_ENCRYPTION = '1.2.840.113549.1.1.1'
const COMMON_NAME = '2.5.4.3'
const ORGANIZATION = '2.5.4.10'

/** A certificate, member by member: what it says is not checked, so that it can be wrong. */
export interface CertificateParts {
  readonly subject: string
  readonly issuer?: string
  readonly serial?: number
  /** As `2027-01-15T08:00:00Z`, or the very text of a GeneralizedTime. */
  readonly notBefore: string
  readonly notAfter: string
  /** SubjectPublicKeyInfo. */
  readonly publicKey: Buffer
  readonly signedBy: KeyObject
}

/** An X.509 certificate in DER. The signature is RSA PKCS#1 v1.5 or Ed25519: the same parts give the same bytes. */
export function certificateDER(parts: CertificateParts): Buffer {
  const { subject, issuer = subject, serial = 1, notBefore, notAfter, publicKey, signedBy } = parts
  const algorithm =
    signedBy.asymmetricKeyType === 'ed25519'
      ? sequence(oid('1.3.101.112'))
      : sequence(oid(SHA256_WITH_RSA), der(0x05))
  const signed = sequence(
    der(0xa0, integer(2n)),
    integer(BigInt(serial)),
    algorithm,
    name(issuer),
    sequence(time(notBefore), time(notAfter)),
    name(subject),
    publicKey,
  )
  const hash = signedBy.asymmetricKeyType === 'ed25519' ? null : 'RSA-SHA256'
  return sequence(signed, algorithm, bits(sign(hash, signed, signedBy)))
}

/** SubjectPublicKeyInfo of an RSA key, whatever the numbers. */
export function rsaPublicKey(modulus: bigint, exponent: bigint): Buffer {
  return publicKeyInfo(RSA_ENCRYPTION, sequence(integer(modulus), integer(exponent)))
}

/** SubjectPublicKeyInfo of any algorithm. */
export function publicKeyInfo(algorithm: string, key: Buffer): Buffer {
  return sequence(sequence(oid(algorithm), der(0x05)), bits(key))
}

export function pem(body: Buffer, label = 'CERTIFICATE'): string {
  const lines = body.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`
}

function der(type: number, ...content: readonly Buffer[]): Buffer {
  const body = Buffer.concat(content)
  const length =
    body.length < 128
      ? [body.length]
      : body.length < 256
        ? [0x81, body.length]
        : [0x82, body.length >> 8, body.length & 255]
  return Buffer.concat([Buffer.from([type, ...length]), body])
}

function sequence(...content: readonly Buffer[]): Buffer {
  return der(0x30, ...content)
}

function integer(value: bigint): Buffer {
  const hex = value.toString(16)
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex')
  return der(0x02, (bytes[0] ?? 0) > 127 ? Buffer.concat([Buffer.of(0), bytes]) : bytes)
}

function bits(content: Buffer): Buffer {
  return der(0x03, Buffer.of(0), content)
}

function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  const bytes = [40 * first + second]
  for (const arc of rest) {
    const groups = [arc & 127]
    for (let left = arc >> 7; left > 0; left >>= 7) groups.unshift((left & 127) | 128)
    bytes.push(...groups)
  }
  return der(0x06, Buffer.from(bytes))
}

/** `Organization / common name`, or a common name alone. */
function name(text: string): Buffer {
  const [last = '', organization] = text.split(' / ').reverse()
  const part = (type: string, value: string): Buffer =>
    der(0x31, sequence(oid(type), der(0x0c, Buffer.from(value))))
  return sequence(
    ...(organization === undefined ? [] : [part(ORGANIZATION, organization)]),
    part(COMMON_NAME, last),
  )
}

/** RFC 5280 4.1.2.5: UTCTime through 2049, GeneralizedTime from 2050. */
function time(text: string): Buffer {
  const digits = text.replace(/[-:T]/g, '')
  const utc = text.includes('T') && Number(text.slice(0, 4)) < 2050
  return utc ? der(0x17, Buffer.from(digits.slice(2))) : der(0x18, Buffer.from(digits))
}
