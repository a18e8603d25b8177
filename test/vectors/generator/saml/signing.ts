import { createHash, sign, type KeyObject } from 'node:crypto'
import { canonicalize } from '../../../../src/saml/xml/canonicalize.js'
import { parseDocument, type XmlElement } from '../../../../src/saml/xml/document.js'
import { allElementsOf, attributeOf } from '../../../../src/saml/xml/query.js'
import { place, tag } from './template.js'
import { DSIG, ENVELOPED, EXC_C14N } from './world.js'

const MORE = 'http://www.w3.org/2001/04/xmldsig-more#'

export const RSA_SHA1 = `${DSIG}rsa-sha1`
export const RSA_SHA256 = `${MORE}rsa-sha256`
export const RSA_SHA384 = `${MORE}rsa-sha384`
export const RSA_SHA512 = `${MORE}rsa-sha512`
export const RSA_MD5 = `${MORE}rsa-md5`
export const SHA1 = `${DSIG}sha1`
export const SHA256 = 'http://www.w3.org/2001/04/xmlenc#sha256'
export const SHA384 = `${MORE}sha384`
export const SHA512 = 'http://www.w3.org/2001/04/xmlenc#sha512'
export const MD5 = `${MORE}md5`

const hashes: Readonly<Record<string, string>> = {
  [RSA_SHA1]: 'sha1',
  [RSA_SHA384]: 'sha384',
  [RSA_SHA512]: 'sha512',
  [RSA_MD5]: 'md5',
  [SHA1]: 'sha1',
  [SHA384]: 'sha384',
  [SHA512]: 'sha512',
  [MD5]: 'md5',
}
/** An algorithm that is not known is written as it is, and computed as if it were the usual one. */
const hashOf = (algorithm: string): string =>
  Object.hasOwn(hashes, algorithm) ? hashes[algorithm]! : 'sha256'

/** How a signature differs from the plainest one; each edit is of text. */
export interface Signing {
  readonly key?: KeyObject
  readonly method?: string
  readonly digestMethod?: string
  readonly canonicalization?: string
  readonly uri?: string | undefined
  /** The ID of what is signed, where it is not the element that holds the signature. */
  readonly of?: string
  /** The content of Transforms. */
  readonly transforms?: string
  /** The prefixes that are treated as inclusive canonicalization does, listed or not. */
  readonly prefixes?: readonly string[]
  /** The same of SignedInfo; listed where the algorithm has a list. */
  readonly signedInfoPrefixes?: readonly string[]
  /** Of the elements of the signature. Default `ds`; the edits still see that. */
  readonly prefix?: string
  /** What is digested, of the canonical form of the element. */
  readonly digested?: (canonical: string) => string
  readonly digestValue?: (digest: Buffer) => string
  /** SignedInfo, before it is signed. */
  readonly editInfo?: (signedInfo: string) => string
  readonly value?: (signedInfo: Buffer) => Buffer
  readonly valueText?: (value: Buffer) => string
  /** KeyInfo, and whatever follows it. */
  readonly keyInfo?: string
  /** The finished Signature, after it was signed. */
  readonly edit?: (signature: string) => string
}

export function transform(algorithm: string, content = ''): string {
  return tag('ds:Transform', { Algorithm: algorithm }, content)
}

export function inclusive(prefixes: readonly string[]): string {
  return tag('ec:InclusiveNamespaces', { 'xmlns:ec': EXC_C14N, PrefixList: prefixes.join(' ') })
}

const PLACES = /\{\{signature of [^}]*\}\}/g

/** The text with a signature over the element with this ID at its place. What is signed lacks all other signatures yet to come. */
export function withSignature(text: string, id: string, key: KeyObject, signing: Signing = {}): string {
  const mark = place(id)
  const from = text.indexOf(mark)
  if (from < 0) throw new Error(`There is no place for the signature of ${id}.`)
  const before = text.slice(0, from).replace(PLACES, '')
  const after = text.slice(from + mark.length).replace(PLACES, '')
  const { digestMethod = SHA256, digested = (canonical) => canonical, prefixes = [] } = signing
  const signed = withID(parseDocument(before + after), signing.of ?? id)
  const canonical = canonicalize(signed, { inclusivePrefixes: prefixes })
  const digest = createHash(hashOf(digestMethod)).update(digested(canonical)).digest()
  const info = signedInfo(signing.of ?? id, digest, signing)
  const bytes = infoBytes(before, info, after, signing)
  const {
    method = RSA_SHA256,
    value = (of) => sign(`RSA-${hashOf(method).toUpperCase()}`, of, signing.key ?? key),
  } = signing
  const valueText = (signing.valueText ?? ((made) => made.toString('base64')))(value(bytes))
  const made = signatureText(info + tag('ds:SignatureValue', {}, valueText) + (signing.keyInfo ?? ''))
  const signature = renamed((signing.edit ?? ((of) => of))(made), signing)
  return text.slice(0, from) + signature + text.slice(from + mark.length)
}

/** The text without the places of signatures that nobody made. */
export function withoutPlaces(text: string): string {
  return text.replace(PLACES, '')
}

function renamed(signature: string, { prefix = 'ds' }: Signing): string {
  if (prefix === 'ds') return signature
  const [before, declared] = prefix === '' ? ['', 'xmlns='] : [`${prefix}:`, `xmlns:${prefix}=`]
  return signature.replace(/(<\/?)ds:/g, `$1${before}`).replaceAll('xmlns:ds=', declared)
}

function signatureText(content: string): string {
  return tag('ds:Signature', { 'xmlns:ds': DSIG }, content)
}

function signedInfo(id: string, digest: Buffer, signing: Signing): string {
  const {
    canonicalization = EXC_C14N,
    method = RSA_SHA256,
    digestMethod = SHA256,
    signedInfoPrefixes = [],
  } = signing
  const { prefixes = [], digestValue = (made) => made.toString('base64'), editInfo = (of) => of } = signing
  const transforms =
    signing.transforms ??
    transform(ENVELOPED) +
      transform(EXC_C14N, prefixes.length > 0 ? inclusive(prefixes.map((one) => one || '#default')) : '')
  const reference = tag(
    'ds:Reference',
    { URI: 'uri' in signing ? signing.uri : `#${id}` },
    tag('ds:Transforms', {}, transforms) +
      tag('ds:DigestMethod', { Algorithm: digestMethod }) +
      tag('ds:DigestValue', {}, digestValue(digest)),
  )
  const listed =
    canonicalization === EXC_C14N && signedInfoPrefixes.length > 0 ? inclusive(signedInfoPrefixes) : ''
  return editInfo(
    tag(
      'ds:SignedInfo',
      {},
      tag('ds:CanonicalizationMethod', { Algorithm: canonicalization }, listed) +
        tag('ds:SignatureMethod', { Algorithm: method }) +
        reference,
    ),
  )
}

/** The canonical form of SignedInfo, in its place. */
function infoBytes(before: string, info: string, after: string, signing: Signing): Buffer {
  const { signedInfoPrefixes = [] } = signing
  const root = parseDocument(before + renamed(signatureText(info), signing) + after)
  const found = allElementsOf(root).find(
    ({ local, parent }) => local === 'SignedInfo' && parent?.start === before.length,
  )
  if (!found) throw new Error('There is no SignedInfo.')
  return Buffer.from(canonicalize(found, { inclusivePrefixes: signedInfoPrefixes }))
}

function withID(root: XmlElement, id: string): XmlElement {
  const found = allElementsOf(root).find((element) => attributeOf(element, 'ID') === id)
  if (!found) throw new Error(`There is no ${id}.`)
  return found
}
