import { XmlFault } from './fault.js'
import { MAX_XML_CHARACTERS, type XmlElement } from './document.js'
import type { NamespaceDeclaration } from './namespaces.js'
import { byAttributeName, byPrefix, isSorted } from './order.js'

export interface CanonicalizeOptions {
  /** The PrefixList of InclusiveNamespaces: these prefixes are treated as Canonical XML 1.0 does. Empty: the default namespace. */
  readonly inclusivePrefixes?: readonly string[] | undefined
  /** This one element is left out: the signature being verified, by the enveloped-signature transform. */
  readonly omit?: XmlElement | undefined
}

/**
 * The Exclusive XML Canonicalization 1.0 of an element, without comments: a text of which two different documents
 * never have the same. Written in one walk, which ends where the form would be longer than any text that is read. What
 * is written canonically already, which signers mostly do, is copied: the reader has seen to it.
 *
 * @throws XmlFault
 */
export function canonicalize(apex: XmlElement, options: CanonicalizeOptions = {}): string {
  return new Writer(apex, options).write()
}

class Writer {
  readonly #apex: XmlElement
  readonly #omit: XmlElement | undefined
  readonly #inclusive: ReadonlySet<string>
  /** What the ancestors in the output declared. */
  readonly #rendered = new Map<string, string>([['', '']])
  readonly #source: string
  /** What of the source is written as the canonical form writes it, is copied: from here on, it still has to be. */
  #copyFrom: number
  #out = ''

  constructor(apex: XmlElement, { inclusivePrefixes = [], omit }: CanonicalizeOptions) {
    this.#apex = apex
    this.#omit = omit
    this.#inclusive = new Set(inclusivePrefixes)
    this.#source = apex.source
    this.#copyFrom = apex.start
  }

  write(): string {
    this.#element(this.#apex, this.#inScope(this.#apex))
    this.#copyUpTo(this.#apex.end)
    return this.#out
  }

  #copyUpTo(at: number): void {
    if (at > this.#copyFrom) this.#out += this.#source.slice(this.#copyFrom, at)
    this.#copyFrom = at
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
    const needed = this.#needed(element, inclusive)
    // Namespaces that the ancestors declare may be written at each of thousands of elements (S71).
    if (this.#out.length > MAX_XML_CHARACTERS)
      throw new XmlFault('saml/xml-limits', 'canonical-form', element.start)
    const before = needed && this.#declare(needed)
    // A tree may be put together of what was read and what was made.
    const isSource = element.source === this.#source
    if (!isSource || !element.isTagCanonical || !areSame(needed, element.declarations)) {
      this.#copyUpTo(element.start)
      this.#startTag(element, needed)
      this.#copyFrom = element.startTagEnd
    }
    if (isSource && element.isContentCanonical) this.#elementsOf(element)
    else this.#content(element)
    if (before) for (const [declared, uri] of before) restore(this.#rendered, declared, uri)
  }

  /** The text between these elements is copied as it is. */
  #elementsOf({ children }: XmlElement): void {
    for (const child of children) {
      if (typeof child === 'string') continue
      if (child === this.#omit) {
        this.#copyUpTo(child.start)
        this.#copyFrom = child.end
      } else {
        this.#element(child, this.#redeclared(child))
      }
    }
  }

  #content(element: XmlElement): void {
    this.#copyUpTo(element.startTagEnd)
    for (const child of element.children) {
      if (typeof child === 'string') {
        this.#out += escapedText(child)
      } else if (child !== this.#omit) {
        this.#copyFrom = child.start
        this.#element(child, this.#redeclared(child))
        this.#copyUpTo(child.end)
      }
    }
    this.#out += `</${nameOf(element)}>`
    this.#copyFrom = element.end
  }

  #redeclared(element: XmlElement): readonly NamespaceDeclaration[] {
    if (this.#inclusive.size === 0 || element.declarations.length === 0) return NONE
    return element.declarations.filter(({ prefix }) => this.#inclusive.has(prefix))
  }

  /** What is visibly used, or inclusive, and not yet so declared, in order; undefined for nothing. */
  #needed(
    { prefix, namespace, attributes }: XmlElement,
    inclusive: readonly NamespaceDeclaration[],
  ): readonly NamespaceDeclaration[] | undefined {
    let needed: Map<string, string> | undefined
    if (this.#isNeeded(prefix, namespace)) needed = new Map([[prefix, namespace]])
    for (const attribute of attributes) {
      if (attribute.prefix !== '' && this.#isNeeded(attribute.prefix, attribute.namespace))
        (needed ??= new Map()).set(attribute.prefix, attribute.namespace)
    }
    for (const { prefix: wanted, uri } of inclusive) {
      if (this.#isNeeded(wanted, uri)) (needed ??= new Map()).set(wanted, uri)
    }
    if (!needed) return undefined
    const list = Array.from(needed, ([wanted, uri]) => ({ prefix: wanted, uri }))
    return list.length > 1 ? list.sort(byPrefix) : list
  }

  #isNeeded(prefix: string, uri: string): boolean {
    return prefix !== 'xml' && this.#rendered.get(prefix) !== uri
  }

  /** Answers what to restore afterwards. */
  #declare(needed: readonly NamespaceDeclaration[]): readonly (readonly [string, string | undefined])[] {
    return needed.map(({ prefix, uri }) => {
      const before = this.#rendered.get(prefix)
      this.#rendered.set(prefix, uri)
      return [prefix, before]
    })
  }

  #startTag(element: XmlElement, needed: readonly NamespaceDeclaration[] = NONE): void {
    this.#out += `<${nameOf(element)}`
    for (const { prefix, uri } of needed)
      this.#out += ` ${prefix === '' ? 'xmlns' : `xmlns:${prefix}`}="${escapedAttribute(uri)}"`
    const { attributes } = element
    const sorted = isSorted(attributes, byAttributeName) ? attributes : [...attributes].sort(byAttributeName)
    for (const attribute of sorted)
      this.#out += ` ${nameOf(attribute)}="${escapedAttribute(attribute.value)}"`
    this.#out += '>'
  }
}

const NONE: readonly never[] = Object.freeze([])

function areSame(
  needed: readonly NamespaceDeclaration[] = NONE,
  written: readonly NamespaceDeclaration[],
): boolean {
  return (
    needed.length === written.length &&
    needed.every(({ prefix, uri }, at) => prefix === written[at]?.prefix && uri === written[at]?.uri)
  )
}

function nameOf({ prefix, local }: { readonly prefix: string; readonly local: string }): string {
  return prefix === '' ? local : `${prefix}:${local}`
}

function restore(map: Map<string, string>, key: string, value: string | undefined): void {
  if (value === undefined) map.delete(key)
  else map.set(key, value)
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
