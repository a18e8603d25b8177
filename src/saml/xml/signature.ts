import { createHash, timingSafeEqual, verify, type KeyObject } from 'node:crypto'
import { shown } from '../../core/shown.js'
import { parseCertificateText, validityOf, type TrustedCertificate } from '../certificate.js'
import type { Hash } from './algorithms.js'
import { canonicalize } from './canonicalize.js'
import { parseDocument, type XmlElement } from './document.js'
import { XmlFault } from './fault.js'
import { attributeOf, pathOf } from './query.js'
import { SignatureFault } from './signatureFault.js'
import { readSignature, type SignatureForm } from './signatureForm.js'

declare const verified: unique symbol

/**
 * An element that a signature covers, read anew from the exact canonical bytes whose digest was checked. Only
 * {@link verifySignature} makes one, so whoever holds one may read all of it and nothing else of the message.
 */
export interface Verified {
  readonly element: XmlElement
  readonly certificate: TrustedCertificate
  readonly usesSHA1: boolean
  readonly [verified]: true
}

export interface Trust {
  /** All are trusted (R018). */
  readonly certificates: readonly TrustedCertificate[]
  /** Epoch seconds. */
  readonly now: number
  readonly allowSHA1?: boolean | undefined
  readonly allowExpiredCertificates?: boolean | undefined
}

/**
 * Verifies the Signature that stands directly in `signed`, over `signed` as a whole.
 *
 * @throws SignatureFault when anything at all is not as it must be
 */
export function verifySignature(signature: XmlElement, signed: XmlElement, trust: Trust): Verified {
  const form = readSignature(signature)
  const { referenceID, signatureHash, digestHash, prefixes } = form
  if (signature.parent !== signed || attributeOf(signed, 'ID') !== referenceID) {
    throw new SignatureFault('saml/signature-reference', 'other-element', {
      path: pathOf(signature),
      expected: 'the ID of the element that holds the signature',
      actual: shown(`#${referenceID}`),
    })
  }
  const usesSHA1 = signatureHash === 'sha1' || digestHash === 'sha1'
  if (usesSHA1 && trust.allowSHA1 !== true)
    throw new SignatureFault('saml/signature-algorithm', 'sha1', { path: pathOf(signature) })

  const path = pathOf(signature)
  const canonical = bounded(path, () =>
    canonicalize(signed, { inclusivePrefixes: prefixes, omit: signature }),
  )
  const digest = createHash(digestHash).update(canonical).digest()
  if (digest.length !== form.digest.length || !timingSafeEqual(digest, form.digest))
    throw new SignatureFault('saml/digest', 'mismatch', { path })

  const certificate = signerOf(form, path, trust)
  // The digest is that of these bytes; a fresh parse of them sees nothing else of the message.
  const element = bounded(path, () => parseDocument(canonical))
  return { element, certificate, usesSHA1 } as Verified
}

/** A canonical form is longer than what it was made of, so that the reader's limits may be met here alone. */
function bounded<T>(path: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (error instanceof XmlFault)
      throw new SignatureFault('saml/signature-structure', 'canonical-form', { path })
    throw error
  }
}

/** The trusted certificate whose key made the signature. */
function signerOf(form: SignatureForm, path: string, trust: Trust): TrustedCertificate {
  const { signedInfo, signedInfoPrefixes, signatureHash: hash, signatureValue: signature } = form
  const bytes = Buffer.from(
    bounded(path, () => canonicalize(signedInfo, { inclusivePrefixes: signedInfoPrefixes })),
  )
  const signed: Signed = { hash, bytes, signature, path }
  const found = signerAmong(trust, signed)
  if (found) return found
  // Refused in any case; what follows only finds out what to tell.
  const claimed =
    form.claimedCertificate === undefined ? undefined : parseCertificateText(form.claimedCertificate)
  if (claimed?.ok && isOrdinary(claimed.value) && isSignedBy(claimed.value, signed)) {
    throw new SignatureFault('saml/signature', 'untrusted-certificate', {
      path,
      expected: `one of ${trust.certificates.map(({ sha256 }) => sha256).join(', ')}`,
      actual: `certificate ${claimed.value.sha256}`,
      fix: 'If the identity provider has changed its certificate, take the new one from its console or metadata and import it. Do not take it from the message: anybody can write one there.',
    })
  }
  throw new SignatureFault('saml/signature', 'mismatch', { path })
}

/** Whoever sends a message chooses this key, and with it how long it takes to ask whether it signed. */
function isOrdinary({ keyBits, publicKey }: TrustedCertificate): boolean {
  return keyBits <= 4096 && (publicKey.asymmetricKeyDetails?.publicExponent ?? 0n) <= 65_537n
}

/** What was signed, and the signature; `path` is where it stands. */
export interface Signed {
  readonly hash: Hash
  readonly bytes: Uint8Array
  readonly signature: Uint8Array
  readonly path: string
}

/**
 * The trusted certificate, valid now, whose key made a signature; undefined if there is none.
 *
 * @throws SignatureFault where one of those that are not valid now made it: that is worth telling apart
 */
export function signerAmong(trust: Trust, signed: Signed): TrustedCertificate | undefined {
  const usable = (certificate: TrustedCertificate): boolean =>
    trust.allowExpiredCertificates === true || validityOf(certificate, trust.now) === 'valid'
  const found = trust.certificates.find(
    (certificate) => usable(certificate) && isSignedBy(certificate, signed),
  )
  if (found) return found
  const outside = trust.certificates.find(
    (certificate) => !usable(certificate) && isSignedBy(certificate, signed),
  )
  if (!outside) return undefined
  throw new SignatureFault('saml/certificate-expired', validityOf(outside, trust.now), {
    path: signed.path,
    expected: 'a trusted certificate that is valid now',
    actual: `certificate ${outside.sha256}`,
  })
}

function isSignedBy({ keyBits, publicKey }: TrustedCertificate, { hash, bytes, signature }: Signed): boolean {
  return signature.length === Math.ceil(keyBits / 8) && verifies(hash, bytes, publicKey, signature)
}

const nodeNames: Readonly<Record<Hash, string>> = {
  sha1: 'RSA-SHA1',
  sha256: 'RSA-SHA256',
  sha384: 'RSA-SHA384',
  sha512: 'RSA-SHA512',
}

/** RSASSA-PKCS1-v1_5. Nothing but `true` is true (S47). */
function verifies(hash: Hash, bytes: Uint8Array, key: KeyObject, signature: Uint8Array): boolean {
  try {
    return key.asymmetricKeyType === 'rsa' && verify(nodeNames[hash], bytes, key, signature) === true
  } catch {
    return false
  }
}
