import { createHash } from 'node:crypto'
import type { Signer } from '../../core/ports.js'
import { DSIG } from '../names.js'
import { base64Signature, checkSigned, type KeyInfo } from '../signer.js'
import { ENVELOPED_SIGNATURE, EXCLUSIVE_C14N, SIGNER_METHODS } from './algorithms.js'
import { elementsIn, withSecondChild } from './build.js'
import { canonicalize } from './canonicalize.js'
import type { XmlElement } from './document.js'
import { attributeOf } from './query.js'

const ds = elementsIn('ds', DSIG)

/** What a signer must sign, and what becomes of it once it did. */
export interface ToBeSigned<T = XmlElement> {
  /** The canonical form of SignedInfo. */
  readonly bytes: Uint8Array
  finish(signature: Uint8Array): T
}

/**
 * Prepares the enveloped signature of an element, to stand behind its first child, with a certificate in KeyInfo for
 * receivers that look there. `finish` throws FederationError `ERR_INVALID_OPTION` where that is not the signer's.
 */
export function toBeSigned(
  element: XmlElement,
  alg: Signer['alg'],
  keyInfo?: KeyInfo,
): ToBeSigned<XmlElement> {
  const id = attributeOf(element, 'ID')
  if (id === undefined) throw new Error('What is signed has an ID.')
  const { bytes, finish } = signatureOf(canonicalize(element), id, alg, keyInfo?.text)
  return {
    bytes,
    finish: (signature) => {
      const signed = withSecondChild(element, finish(signature))
      checkSigned({ keyInfo, alg, bytes, signature })
      return signed
    },
  }
}

/** The Signature element of an element's canonical text; `certificate` is the base64 that goes into KeyInfo. */
export function signatureOf(
  canonical: string,
  id: string,
  alg: Signer['alg'],
  certificate?: string,
): ToBeSigned<XmlElement> {
  const { method, digest, hash } = SIGNER_METHODS[alg]
  const value = createHash(hash).update(canonical).digest('base64')
  const signedInfo = ds(
    'SignedInfo',
    {},
    ds('CanonicalizationMethod', { Algorithm: EXCLUSIVE_C14N }),
    ds('SignatureMethod', { Algorithm: method }),
    ds(
      'Reference',
      { URI: `#${id}` },
      ds(
        'Transforms',
        {},
        ds('Transform', { Algorithm: ENVELOPED_SIGNATURE }),
        ds('Transform', { Algorithm: EXCLUSIVE_C14N }),
      ),
      ds('DigestMethod', { Algorithm: digest }),
      ds('DigestValue', {}, value),
    ),
  )
  return {
    bytes: Buffer.from(canonicalize(signedInfo)),
    finish: (signature) =>
      ds(
        'Signature',
        {},
        signedInfo,
        ds('SignatureValue', {}, base64Signature(signature)),
        certificate !== undefined &&
          ds('KeyInfo', {}, ds('X509Data', {}, ds('X509Certificate', {}, certificate))),
      ),
  }
}
