import { shown } from '../../core/shown.js'
import { decodeBase64 } from '../base64.js'
import { DSIG } from '../names.js'
import {
  DIGEST_METHODS,
  ENVELOPED_SIGNATURE,
  EXCLUSIVE_C14N,
  SIGNATURE_METHODS,
  type Hash,
} from './algorithms.js'
import { isWhiteSpace } from './characters.js'
import type { XmlElement } from './document.js'
import {
  attributeOf,
  elementsOf,
  holdsElementsOnly,
  isElement,
  pathOf,
  textOf,
  allElementsOf,
} from './query.js'
import { SignatureFault } from './signatureFault.js'

/** The parts of a signature that counts, each read once (S20) and none of them searched for. */
export interface SignatureForm {
  readonly signedInfo: XmlElement
  /** How SignedInfo is canonicalized. */
  readonly signedInfoPrefixes: readonly string[]
  readonly signatureHash: Hash
  /** The ID that the one Reference names. */
  readonly referenceID: string
  /** How the signed element is canonicalized, once the signature is left out. */
  readonly prefixes: readonly string[]
  readonly digestHash: Hash
  readonly digest: Uint8Array
  readonly signatureValue: Uint8Array
  /** The certificate that the message brings along: to say who signed, never to trust it (S40). */
  readonly claimedCertificate: string | undefined
}

const MAX_PREFIXES = 64

/**
 * Reads a Signature element to the letter of what SAML allows (SAML Core 5.4): children in order and nothing beside
 * them, one Reference to an ID, enveloped-signature and then exclusive canonicalization.
 *
 * @throws SignatureFault
 */
export function readSignature(signature: XmlElement): SignatureForm {
  for (const element of allElementsOf(signature)) {
    // A comment is no part of what is signed, and parts a text for some readers (S19).
    if (element.hasComment) throw structure('comment', element)
  }
  const [signedInfo, signatureValue, keyInfo, ...more] = only(signature, ['Id'])
  expect(signedInfo, 'SignedInfo', signature)
  expect(signatureValue, 'SignatureValue', signature)
  if (keyInfo) expect(keyInfo, 'KeyInfo', signature)
  if (more[0]) throw unexpected(more[0])

  const [canonicalization, method, reference, ...others] = only(signedInfo, ['Id'])
  expect(canonicalization, 'CanonicalizationMethod', signedInfo)
  expect(method, 'SignatureMethod', signedInfo)
  if (reference === undefined) throw fault('saml/signature-reference', 'none', signedInfo)
  expect(reference, 'Reference', signedInfo)
  if (others[0]) {
    if (isElement(others[0], DSIG, 'Reference')) throw fault('saml/signature-reference', 'several', others[0])
    throw unexpected(others[0])
  }
  const signedInfoPrefixes = canonicalizationOf(canonicalization)
  const signatureHash = algorithmOf(method, SIGNATURE_METHODS)

  const [transforms, digestMethod, digestValue, ...rest] = only(reference, ['URI', 'Id', 'Type'])
  expect(transforms, 'Transforms', reference)
  expect(digestMethod, 'DigestMethod', reference)
  expect(digestValue, 'DigestValue', reference)
  if (rest[0]) throw unexpected(rest[0])
  return {
    signedInfo,
    signedInfoPrefixes,
    signatureHash,
    referenceID: referenceOf(reference),
    prefixes: transformsOf(transforms),
    digestHash: algorithmOf(digestMethod, DIGEST_METHODS),
    digest: base64Of(digestValue, []),
    signatureValue: base64Of(signatureValue, ['Id']),
    claimedCertificate: keyInfo && certificateIn(keyInfo),
  }
}

/** The child elements of an element that may hold nothing else and have no other attributes. */
function only(element: XmlElement, attributes: readonly string[]): readonly XmlElement[] {
  for (const { namespace, local } of element.attributes) {
    if (namespace !== '' || !attributes.includes(local)) throw structure('attribute', element, shown(local))
  }
  if (!holdsElementsOnly(element)) throw structure('text', element)
  return elementsOf(element)
}

function expect(
  child: XmlElement | undefined,
  local: string,
  parent: XmlElement,
): asserts child is XmlElement {
  if (child && isElement(child, DSIG, local)) return
  throw new SignatureFault('saml/signature-structure', 'child', {
    path: pathOf(child ?? parent),
    expected: local,
    actual: child ? shown(child.local) : 'nothing',
  })
}

function canonicalizationOf(method: XmlElement): readonly string[] {
  const algorithm = attributeOf(method, 'Algorithm')
  if (algorithm === EXCLUSIVE_C14N) return prefixesOf(method)
  throw new SignatureFault('saml/signature-algorithm', 'canonicalization', {
    path: pathOf(method),
    expected: EXCLUSIVE_C14N,
    actual: shown(algorithm),
  })
}

function algorithmOf(method: XmlElement, known: ReadonlyMap<string, Hash>): Hash {
  const [child] = only(method, ['Algorithm'])
  if (child) throw unexpected(child)
  const algorithm = attributeOf(method, 'Algorithm')
  const hash = algorithm === undefined ? undefined : known.get(algorithm)
  if (hash !== undefined) return hash
  throw new SignatureFault('saml/signature-algorithm', 'unknown', {
    path: pathOf(method),
    expected: [...known.keys()].filter((name) => !name.endsWith('sha1')).join(', '),
    actual: shown(algorithm),
  })
}

/** Only `#ID` (S24): nothing is fetched, and nothing is found by an expression. */
function referenceOf(reference: XmlElement): string {
  const uri = attributeOf(reference, 'URI')
  if (uri !== undefined && /^#[A-Za-z_][A-Za-z0-9._-]*$/.test(uri)) return uri.slice(1)
  const reason = uri === undefined ? 'missing' : uri === '' || uri === '#' ? 'empty' : 'foreign'
  throw new SignatureFault('saml/signature-reference', reason, {
    path: `${pathOf(reference)}/@URI`,
    expected: '# and the ID of the element that holds the signature',
    actual: shown(uri),
  })
}

function transformsOf(transforms: XmlElement): readonly string[] {
  const [enveloped, exclusive, ...more] = only(transforms, [])
  for (const [transform, algorithm] of [
    [enveloped, ENVELOPED_SIGNATURE],
    [exclusive, EXCLUSIVE_C14N],
  ] as const) {
    if (!transform) throw fault('saml/signature-transforms', 'missing', transforms, algorithm)
    expect(transform, 'Transform', transforms)
    const actual = attributeOf(transform, 'Algorithm')
    if (actual !== algorithm) {
      const allowed = actual === ENVELOPED_SIGNATURE || actual === EXCLUSIVE_C14N
      throw new SignatureFault('saml/signature-transforms', allowed ? 'order' : 'unknown', {
        path: pathOf(transform),
        expected: algorithm,
        actual: shown(actual),
      })
    }
  }
  if (more[0]) throw fault('saml/signature-transforms', 'too-many', more[0])
  if (!enveloped || !exclusive) throw fault('saml/signature-transforms', 'missing', transforms)
  const [child] = only(enveloped, ['Algorithm'])
  if (child) throw unexpected(child)
  return prefixesOf(exclusive)
}

/** The PrefixList of the one InclusiveNamespaces that an exclusive canonicalization may hold. */
function prefixesOf(method: XmlElement): readonly string[] {
  const [inclusive, ...more] = only(method, ['Algorithm'])
  if (!inclusive) return []
  const extra = isElement(inclusive, EXCLUSIVE_C14N, 'InclusiveNamespaces') ? more[0] : inclusive
  if (extra) throw unexpected(extra)
  if (only(inclusive, ['PrefixList']).length > 0) throw structure('child', inclusive)
  const prefixes = tokens(attributeOf(inclusive, 'PrefixList') ?? '')
  if (prefixes.length > MAX_PREFIXES) throw structure('prefixes', inclusive)
  return prefixes.map((prefix) => (prefix === '#default' ? '' : prefix))
}

function tokens(list: string): readonly string[] {
  const found: string[] = []
  let from = 0
  for (let at = 0; at <= list.length; at++) {
    if (at < list.length && !isWhiteSpace(list.charCodeAt(at))) continue
    if (at > from) found.push(list.slice(from, at))
    from = at + 1
  }
  return found
}

function base64Of(element: XmlElement, attributes: readonly string[]): Uint8Array {
  for (const { namespace, local } of element.attributes) {
    if (namespace !== '' || !attributes.includes(local)) throw structure('attribute', element, shown(local))
  }
  const text = textOf(element)
  if (text === undefined) throw structure('child', element)
  const bytes = decodeBase64(text)
  if (typeof bytes === 'string') throw structure('base64', element, bytes)
  return bytes
}

function certificateIn(keyInfo: XmlElement): string | undefined {
  let found: string | undefined
  for (const element of allElementsOf(keyInfo)) {
    if (isElement(element, DSIG, 'X509Certificate')) found ??= textOf(element)
  }
  return found
}

function structure(reason: string, element: XmlElement, actual?: string): SignatureFault {
  return new SignatureFault('saml/signature-structure', reason, { path: pathOf(element), actual })
}

function unexpected(element: XmlElement): SignatureFault {
  return structure('unexpected', element, shown(element.local))
}

function fault(
  rule: SignatureFault['rule'],
  reason: string,
  element: XmlElement,
  expected?: string,
): SignatureFault {
  return new SignatureFault(rule, reason, { path: pathOf(element), expected })
}
