import { createHash } from 'node:crypto'
import type { Signer } from '../../core/ports.js'
import { DSIG } from '../names.js'
import { base64Signature } from '../signer.js'
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
 * Prepares the enveloped signature of an element, to stand behind its first child. `certificate` is the base64 of the DER
 * certificate for KeyInfo, for receivers that look there.
 */
export function toBeSigned(
  element: XmlElement,
  alg: Signer['alg'],
  certificate?: string,
): ToBeSigned<XmlElement> {
  const id = attributeOf(element, 'ID')
  if (id === undefined) throw new Error('What is signed has an ID.')
  const { bytes, finish } = signatureOf(canonicalize(element), id, alg, certificate)
  return { bytes, finish: (signature) => withSecondChild(element, finish(signature)) }
}

/** As {@link toBeSigned}, of an element's canonical text, to which it gives the Signature element. */
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
