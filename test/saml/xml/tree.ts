import { parseDocument, type XmlElement } from '../../../src/saml/xml/document.js'
import { XmlFault } from '../../../src/saml/xml/fault.js'

/** An element and all elements in it, in document order. */
export function elementsOf(element: XmlElement): XmlElement[] {
  const within = element.children.flatMap((child) => (typeof child === 'string' ? [] : elementsOf(child)))
  return [element, ...within]
}

/** The element at a place in document order. */
export function elementAt(text: string, place: number): XmlElement {
  const element = elementsOf(parseDocument(text))[place]
  if (!element) throw new RangeError(`No element ${place}.`)
  return element
}

/**
 * All that the canonical form of an element says, as a text that is the same for two elements only if they say the
 * same: names and namespaces, attributes whatever their order, text. Declarations that nothing uses are left out.
 */
export function meaningOf(element: XmlElement): string {
  return JSON.stringify(meant(element))
}

function meant({ prefix, local, namespace, attributes, children }: XmlElement): unknown {
  const named = attributes.map((one) => [one.prefix, one.local, one.namespace, one.value].join('\n')).sort()
  return [
    prefix,
    local,
    namespace,
    named,
    children.map((child) => (typeof child === 'string' ? child : meant(child))),
  ]
}

/** The fault for which a text is not read; undefined if it is read. Whatever else is thrown stays thrown. */
export function faultOf(text: string): XmlFault | undefined {
  try {
    parseDocument(text)
    return undefined
  } catch (error) {
    if (error instanceof XmlFault) return error
    throw error
  }
}
