import { ParseOption, XmlC14NMode, XmlDocument, XmlLibError } from 'libxml2-wasm'
import { createRequire } from 'node:module'
import { ExclusiveCanonicalization, findAncestorNs } from 'xml-crypto'
import type { GeneratedDocument } from './generatedDocument.js'

const listed = (prefixes: readonly string[]): string[] => prefixes.map((prefix) => prefix || '#default')

/** Runs `use` with the document as libxml2 reads it, and frees it; undefined if it is not well-formed to libxml2. */
function withLibxml2<T>(text: string, use: (document: XmlDocument) => T): T | undefined {
  let document: XmlDocument
  try {
    // Bytes, since a string would end at its first NUL. Nothing outside of them is loaded.
    document = XmlDocument.fromBuffer(Buffer.from(text), { option: ParseOption.XML_PARSE_NO_XXE })
  } catch (error) {
    if (error instanceof XmlLibError) return undefined
    throw error
  }
  try {
    return use(document)
  } finally {
    document.dispose()
  }
}

/** Whether a document is well-formed to libxml2, namespaces included. */
export function libxml2Reads(text: string): boolean {
  return withLibxml2(text, () => true) ?? false
}

/** What libxml2 digests; undefined if it does not read the document. */
export function libxml2Canonical(generated: GeneratedDocument): string | undefined {
  const options = {
    mode: XmlC14NMode.XML_C14N_EXCLUSIVE_1_0,
    inclusiveNamespacePrefixes: listed(generated.inclusivePrefixes),
  }
  return withLibxml2(generated.text, (document) => {
    const apex = generated.apex === 0 ? document : document.get(`(//*)[${generated.apex + 1}]`)
    if (!apex) throw new Error('libxml2 has fewer elements.')
    return apex.canonicalizeToString(options)
  })
}

type Report = (level: string, message: string) => void
interface Xmldom {
  readonly DOMParser: new (options: { errorHandler: Report }) => {
    parseFromString(text: string, type: string): Document
  }
}

// The copy that xml-crypto reads documents with; others may be installed beside it.
const require = createRequire(import.meta.url)
const { DOMParser } = createRequire(require.resolve('xml-crypto'))('@xmldom/xmldom') as Xmldom

/** What xml-crypto digests over xmldom's tree; undefined if one of the two complains. */
export function xmlCryptoCanonical(generated: GeneratedDocument): string | undefined {
  let complaints = 0
  const errorHandler = (): void => void complaints++
  const document = new DOMParser({ errorHandler }).parseFromString(generated.text, 'text/xml')
  const apex = document.getElementsByTagName('*')[generated.apex]
  if (complaints > 0 || !apex) return undefined
  const prefixes = listed(generated.inclusivePrefixes)
  return new ExclusiveCanonicalization().process(apex, {
    inclusiveNamespacesPrefixList: prefixes,
    // As SignedXml asks for them.
    ancestorNamespaces: prefixes.length === 0 ? [] : findAncestorNs(document, pathTo(apex)),
  })
}

/** The one XPath that says nothing but where an element is. */
function pathTo(element: Element): string {
  const steps: number[] = []
  for (let at: Element | null = element; at; at = parentOf(at)) steps.unshift(placeOf(at))
  return steps.map((place) => `/*[${place}]`).join('')
}

function parentOf({ parentNode }: Element): Element | null {
  return parentNode?.nodeType === 1 ? (parentNode as Element) : null
}

function placeOf(element: Element): number {
  let place = 1
  for (let at = element.previousSibling; at; at = at.previousSibling) if (at.nodeType === 1) place++
  return place
}
