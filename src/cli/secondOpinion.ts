import type { Finding } from '../core/outcome.js'
import type { TrustedCertificate } from '../saml/index.js'
import { DSIG } from '../saml/names.js'
import { parseDocument, type XmlElement } from '../saml/xml/document.js'
import { XmlFault } from '../saml/xml/fault.js'
import { allElementsOf, attributeOf, isElement } from '../saml/xml/query.js'

/**
 * What another library makes of one signature: that of a trusted key over the element around it, or over another one; of a
 * changed message; of no trusted key; or none that it can read.
 */
type Opinion = 'verifies' | 'elsewhere' | 'changed' | 'other-key' | 'unreadable'

export interface SecondOpinion {
  /** For the facts of a report. */
  readonly fact: string
  /** What to add to a finding about signatures. */
  readonly hint: (finding: Finding) => string | undefined
}

/** A message has one or two; more are being tried out. */
const MAX_SIGNATURES = 4
const MAX_CERTIFICATES = 10

/**
 * What xml-crypto, a general library for XML signatures, makes of the signatures of a message: it takes many forms that
 * Identity Center does not, so that a wrong signature can be told from a right one in a form that is not taken. It decides
 * nothing. Undefined where there is nothing to ask it.
 */
export async function secondOpinion(
  xml: string | undefined,
  certificates: readonly TrustedCertificate[],
  findings: readonly Finding[],
): Promise<SecondOpinion | undefined> {
  const root = xml === undefined ? undefined : rootOf(xml)
  if (xml === undefined || !root) return undefined
  const signatures = allElementsOf(root).filter((element) => isElement(element, DSIG, 'Signature'))
  if (signatures.length === 0) return undefined
  // Loaded only here: nothing else of the command needs it.
  const { SignedXml } = await import('xml-crypto')
  const opinions = signatures.slice(0, MAX_SIGNATURES).map((signature): Opinion => {
    const text = standingAlone(signature)
    let worst: Opinion = 'unreadable'
    for (const { publicKey } of certificates.slice(0, MAX_CERTIFICATES)) {
      const verifier = new SignedXml({ publicCert: publicKey, getCertFromKeyInfo: () => null })
      try {
        verifier.loadSignature(text)
        if (verifier.checkSignature(xml)) return namesParent(signature) ? 'verifies' : 'elsewhere'
        worst = 'changed'
      } catch (error) {
        // Its texts quote what they are about, so they are not passed on.
        if (error instanceof Error && /signature value .* is incorrect/s.test(error.message))
          worst = 'other-key'
      }
    }
    return worst
  })
  const isMisshapen = findings.some(({ rule, severity }) => severity === 'error' && SHAPE.test(rule))
  const told = opinions.map(
    (opinion, index) => `${WORDS[opinion]} the signature of ${signatures[index]?.parent?.local ?? 'nothing'}`,
  )
  return {
    fact: `xml-crypto ${told.join(', ')} (no verdict)`,
    hint: (finding) => hintOf(finding, opinions, isMisshapen),
  }
}

const WORDS: Readonly<Record<Opinion, string>> = {
  verifies: 'verifies',
  elsewhere: 'verifies, over another element,',
  changed: 'finds changed what is under',
  'other-key': 'finds no trusted key for',
  unreadable: 'cannot read',
}

/** What a signature may be moved about by: with any of these, that it verifies says nothing of what would be read. */
const SHAPE =
  /^saml\/(?:assertion-count|id|response-structure|signature-placement|signature-reference|comment)$/
/** Findings about the form of a signature, about what it covers, and about what it proves. */
const FORM = /^saml\/signature-(?:structure|transforms|algorithm)$/
const COVER = /^saml\/signature-(?:reference|placement)$/
const PROOF = /^saml\/(?:digest|signature)$/

function hintOf(
  { rule, severity }: Finding,
  opinions: readonly Opinion[],
  isMisshapen: boolean,
): string | undefined {
  if (severity !== 'error') return undefined
  const all = (opinion: Opinion): boolean => opinions.every((one) => one === opinion)
  const elsewhere = opinions.includes('elsewhere')
  if ((COVER.test(rule) && all('verifies')) || ((COVER.test(rule) || FORM.test(rule)) && elsewhere))
    return 'xml-crypto verifies it over what it names, which is not what would be read: so do forged messages look, and those of an identity provider that signs the wrong element.'
  if (FORM.test(rule)) {
    if (all('verifies') && !isMisshapen)
      return 'The signature itself is right: xml-crypto verifies it with a trusted certificate. Only its form is not taken, so change the form, not the certificate.'
    if (opinions.includes('other-key'))
      return 'Beside its form, no trusted certificate verifies it for xml-crypto either: check the imported certificate, too.'
    if (opinions.includes('changed'))
      return 'Beside its form, xml-crypto finds that the message was changed after it was signed.'
  }
  if (PROOF.test(rule)) {
    if (all('verifies'))
      return 'xml-crypto takes this signature: the two readers disagree on what was signed, so look for what they may read differently.'
    if (opinions.includes('changed') || opinions.includes('other-key'))
      return 'xml-crypto comes to the same result.'
  }
  return undefined
}

/** Whether a signature's one Reference names the element in which it stands. */
function namesParent(signature: XmlElement): boolean {
  const references = allElementsOf(signature).filter((element) => isElement(element, DSIG, 'Reference'))
  const id = signature.parent && attributeOf(signature.parent, 'ID')
  const [reference] = references
  return references.length === 1 && reference !== undefined && attributeOf(reference, 'URI') === `#${id}`
}

function rootOf(xml: string): XmlElement | undefined {
  try {
    return parseDocument(xml)
  } catch (error) {
    if (error instanceof XmlFault) return undefined
    throw error
  }
}

/** A signature as a text of its own: with the namespaces that elements around it declare. */
function standingAlone(signature: XmlElement): string {
  const { source, start, end, prefix, local } = signature
  const name = prefix === '' ? local : `${prefix}:${local}`
  const known = new Set(signature.declarations.map((one) => one.prefix))
  let declarations = ''
  for (let at = signature.parent; at; at = at.parent) {
    for (const one of at.declarations) {
      if (known.has(one.prefix)) continue
      known.add(one.prefix)
      if (one.uri === '') continue
      const value = one.uri.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
      declarations += ` xmlns${one.prefix === '' ? '' : `:${one.prefix}`}="${value}"`
    }
  }
  const tag = start + 1 + name.length
  return `<${name}${declarations}${source.slice(tag, end)}`
}
