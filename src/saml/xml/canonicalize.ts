import { XmlFault } from './fault.js'
import { MAX_XML_CHARACTERS, type XmlAttribute, type XmlElement } from './document.js'
import type { NamespaceDeclaration } from './namespaces.js'

export interface CanonicalizeOptions {
  /** The PrefixList of InclusiveNamespaces: these prefixes are treated as Canonical XML 1.0 does. Empty: the default namespace. */
  readonly inclusivePrefixes?: readonly string[] | undefined
  /** This one element is left out: the signature being verified, by the enveloped-signature transform. */
  readonly omit?: XmlElement | undefined
}

/**
 * The Exclusive XML Canonicalization 1.0 of an element, without comments: a text of which two different documents
 * never have the same. Written in one walk, which ends where the form would be longer than any text that is read.
 *
 * @throws XmlFault
 */
export function canonicalize(apex: XmlElement, options: CanonicalizeOptions = {}): string {
  return new Writer(options).write(apex)
}

class Writer {
  readonly #omit: XmlElement | undefined
  readonly #inclusive: ReadonlySet<string>
  /** What the ancestors in the output declared. */
  readonly #rendered = new Map<string, string>([['', '']])
  #out = ''

  constructor({ inclusivePrefixes = [], omit }: CanonicalizeOptions) {
    this.#omit = omit
    this.#inclusive = new Set(inclusivePrefixes)
  }

  write(apex: XmlElement): string {
    this.#element(apex, this.#inScope(apex))
    return this.#out
  }

  /** What the inclusive prefixes stand for at the apex; only there do declarations further out matter. */
  #inScope(apex: XmlElement): readonly NamespaceDeclaration[] {
    if (this.#inclusive.size === 0) return []
    const found = new Map<string, NamespaceDeclaration>()
    for (let element: XmlElement | undefined = apex; element; element = element.parent) {
      for (const declaration of element.declarations) {
        const { prefix } = declaration
        if (this.#inclusive.has(prefix) && !found.has(prefix)) found.set(prefix, declaration)
      }
    }
    return [...found.values()]
  }

  #element(element: XmlElement, inclusive: readonly NamespaceDeclaration[]): void {
    const { prefix, local, attributes, children } = element
    const name = prefix === '' ? local : `${prefix}:${local}`
    const before = this.#namespaces(element, inclusive, name)
    // Namespaces that the ancestors declare may be written at each of thousands of elements (S71).
    if (this.#out.length > MAX_XML_CHARACTERS)
      throw new XmlFault('saml/xml-limits', 'canonical-form', element.start)
    if (attributes.length > 0) this.#attributes(attributes)
    this.#out += '>'
    for (const child of children) {
      if (typeof child === 'string') this.#out += escapedText(child)
      else if (child !== this.#omit) this.#element(child, this.#redeclared(child))
    }
    this.#out += `</${name}>`
    if (before) for (const [declared, uri] of before) restore(this.#rendered, declared, uri)
  }

  #redeclared(element: XmlElement): readonly NamespaceDeclaration[] {
    if (this.#inclusive.size === 0 || element.declarations.length === 0) return []
    return element.declarations.filter(({ prefix }) => this.#inclusive.has(prefix))
  }

  /** Declares what is visibly used, or inclusive, and not yet so declared. Answers what to restore afterwards. */
  #namespaces(
    { prefix, namespace, attributes }: XmlElement,
    inclusive: readonly NamespaceDeclaration[],
    name: string,
  ): readonly (readonly [string, string | undefined])[] | undefined {
    let needed: Map<string, string> | undefined
    const rendered = this.#rendered
    const need = (wanted: string, uri: string): void => {
      if (wanted !== 'xml' && rendered.get(wanted) !== uri) (needed ??= new Map()).set(wanted, uri)
    }
    need(prefix, namespace)
    for (const attribute of attributes) {
      if (attribute.prefix !== '') need(attribute.prefix, attribute.namespace)
    }
    for (const declaration of inclusive) need(declaration.prefix, declaration.uri)
    this.#out += `<${name}`
    if (!needed) return undefined
    const sorted = [...needed]
    if (sorted.length > 1) sorted.sort(([a], [b]) => compared(a, b))
    return sorted.map(([declared, uri]) => {
      const before = rendered.get(declared)
      rendered.set(declared, uri)
      this.#out += ` ${declared === '' ? 'xmlns' : `xmlns:${declared}`}="${escapedAttribute(uri)}"`
      return [declared, before]
    })
  }

  #attributes(attributes: readonly XmlAttribute[]): void {
    const sorted = isSorted(attributes) ? attributes : [...attributes].sort(byName)
    for (const { prefix, local, value } of sorted) {
      this.#out += ` ${prefix === '' ? local : `${prefix}:${local}`}="${escapedAttribute(value)}"`
    }
  }
}

function restore(map: Map<string, string>, key: string, value: string | undefined): void {
  if (value === undefined) map.delete(key)
  else map.set(key, value)
}

// Names and namespace names are ASCII here, so that the order of UTF-16 units is that of code points.
function compared(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** Most messages have their attributes in order already: signers write the canonical form. */
function isSorted(attributes: readonly XmlAttribute[]): boolean {
  let before: XmlAttribute | undefined
  for (const attribute of attributes) {
    if (before && byName(before, attribute) > 0) return false
    before = attribute
  }
  return true
}

function byName(a: XmlAttribute, b: XmlAttribute): number {
  return compared(a.namespace, b.namespace) || compared(a.local, b.local)
}

const inText: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '\r': '&#xD;' }
const inAttribute: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '"': '&quot;',
  '\t': '&#x9;',
  '\n': '&#xA;',
  '\r': '&#xD;',
}

function escapedText(text: string): string {
  return text.replace(/[&<>\r]/g, (character) => inText[character] ?? '')
}

function escapedAttribute(text: string): string {
  return text.replace(/[&<"\t\n\r]/g, (character) => inAttribute[character] ?? '')
}
