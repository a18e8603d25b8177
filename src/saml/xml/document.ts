import { isNameCharacter, isNameStart, isWhiteSpace } from './characters.js'
import { XmlFault } from './fault.js'
import { byAttributeName, byPrefix, isSorted } from './order.js'
import { declared, Namespaces, type NamespaceDeclaration } from './namespaces.js'
import { References } from './references.js'

/** Limits of a document (attacks S69 to S72). A SAML Response has some 100 nodes in 10 levels. */
export const MAX_XML_CHARACTERS = 262_144
export const MAX_XML_DEPTH = 64
/** Elements, attributes, namespace declarations, runs of text, CDATA sections and comments together. */
export const MAX_XML_NODES = 5_000

export interface XmlAttribute {
  readonly prefix: string
  readonly local: string
  /** Empty for an attribute without a prefix. */
  readonly namespace: string
  readonly value: string
}

/** Text stands in the tree as it is read: references resolved, line ends normalized, CDATA and text joined. */
export type XmlNode = XmlElement | string

export interface XmlElement {
  readonly prefix: string
  readonly local: string
  readonly namespace: string
  /** Without namespace declarations, in document order. */
  readonly attributes: readonly XmlAttribute[]
  readonly declarations: readonly NamespaceDeclaration[]
  /** Comments are left out; two runs of text that only a comment parts are one. */
  readonly children: readonly XmlNode[]
  readonly parent: XmlElement | undefined
  /** Whether a comment stands directly in this element. */
  readonly hasComment: boolean
  /** The text that was parsed; empty for an element that was made otherwise. */
  readonly source: string
  /** Where its start tag begins, where that ends, and where the element ends, in UTF-16 units of {@link source}. */
  readonly start: number
  readonly startTagEnd: number
  readonly end: number
  /** Whether its start tag is written as the canonical form writes one that declares these namespaces. */
  readonly isTagCanonical: boolean
  /** Whether all text directly in it, and its end tag, is written as in the canonical form. */
  readonly isContentCanonical: boolean
}

type Writable<T> = { -readonly [K in keyof T]: T[K] }
type OpenElement = Writable<Omit<XmlElement, 'parent'>> & {
  readonly parent: OpenElement | undefined
  /** Where its children begin among those that are not yet in an element. */
  readonly firstChild: number
  readonly [MADE]: boolean
}

/** Whether an element was made by `elementsIn` and not read: JSON cannot forge a symbol, and whoever copies an element copies it. */
export const MADE = Symbol('made')
const NONE: readonly never[] = Object.freeze([])
/** Keeps the place of an element among its siblings while its start tag is read. */
const PLACE = ''

// `\s` would be more than XML's white space.
const XML_DECLARATION =
  /^[\t\n\r ]+version[\t\n\r ]*=[\t\n\r ]*(["'])([^"']*)\1(?:[\t\n\r ]+encoding[\t\n\r ]*=[\t\n\r ]*(["'])([^"']*)\3)?(?:[\t\n\r ]+standalone[\t\n\r ]*=[\t\n\r ]*(["'])(?:yes|no)\5)?[\t\n\r ]*$/

/**
 * The root of a document, read in one pass in time linear in its length. Exactly the XML that SAML uses is read:
 * elements, attributes, namespaces, text, CDATA, comments, the five entities and character references. Anything else
 * is thrown as an {@link XmlFault} that names the rule.
 *
 * @throws XmlFault
 */
export function parseDocument(text: string): XmlElement {
  return new Reader(text).document()
}

class Reader {
  readonly #text: string
  readonly #references: References
  #at = 0
  #nodes = 0
  /** The qualified name that was read last. */
  #prefix = ''
  #local = ''
  readonly #namespaces = new Namespaces()
  /** Children of open elements, each element's behind those of the one around it; copied out once all are known. */
  readonly #children: XmlNode[] = []
  #childCount = 0

  constructor(text: string) {
    this.#text = text
    this.#references = new References(text)
  }

  document(): XmlElement {
    const text = this.#text
    if (text.length > MAX_XML_CHARACTERS) throw new XmlFault('saml/message-size', 'too-large', 0)
    this.#references.checkCharacters()
    this.#declaration()
    this.#outside()
    if (this.#at >= text.length) throw new XmlFault('saml/xml-well-formed', 'no-root', this.#at)
    const root = this.#element()
    this.#outside()
    if (this.#at < text.length) throw new XmlFault('saml/xml-well-formed', 'after-root', this.#at)
    return root
  }

  /** The XML declaration: version 1.0, and no encoding but UTF-8. */
  #declaration(): void {
    const text = this.#text
    if (!text.startsWith('<?xml') || !isWhiteSpace(text.charCodeAt(5))) return
    const end = text.indexOf('?>')
    // A declaration is short: no need to look at more.
    const declaration = end < 0 || end > 200 ? '' : text.slice(5, end)
    const match = XML_DECLARATION.exec(declaration)
    if (!match) throw new XmlFault('saml/xml-well-formed', 'declaration', 0)
    if (match[2] !== '1.0') throw new XmlFault('saml/xml-well-formed', 'version', 0)
    if (match[4] !== undefined && match[4].toLowerCase() !== 'utf-8')
      throw new XmlFault('saml/encoding', 'declared', 0)
    this.#at = end + 2
  }

  /** White space and comments before and after the root. */
  #outside(): void {
    for (;;) {
      this.#whiteSpace()
      if (this.#at >= this.#text.length) return
      const at = this.#at
      if (this.#text.charCodeAt(at) !== 60) throw new XmlFault('saml/xml-well-formed', 'outside-root', at)
      const next = this.#text.charCodeAt(at + 1)
      if (next === 33) this.#bang(undefined)
      else if (next === 63) throw this.#instruction(at)
      else return
    }
  }

  #element(): XmlElement {
    const text = this.#text
    const root = this.#startTag(undefined)
    if (this.#closed) return root
    let open: OpenElement = root
    let depth = 1
    for (;;) {
      const at = text.indexOf('<', this.#at)
      if (at < 0) throw new XmlFault('saml/xml-well-formed', 'unclosed-element', open.start)
      if (at > this.#at) {
        this.#addText(open, this.#references.text(this.#at, at))
        if (!this.#references.isTextCanonical(this.#at, at)) open.isContentCanonical = false
      }
      this.#at = at
      const next = text.charCodeAt(at + 1)
      if (next === 47) {
        this.#endTag(open)
        if (!open.parent) return root
        open = open.parent
        depth--
      } else if (next === 33) {
        this.#bang(open)
      } else if (next === 63) {
        throw this.#instruction(at)
      } else {
        if (depth >= MAX_XML_DEPTH) throw new XmlFault('saml/xml-limits', 'depth', at)
        this.#children[this.#childCount++] = PLACE
        const child = this.#startTag(open)
        this.#children[child.firstChild - 1] = child
        if (this.#closed) continue
        depth++
        open = child
      }
    }
  }

  #addText(open: OpenElement, run: string): void {
    this.#count()
    // An empty CDATA section is no text, as no text would be.
    if (run === '') return
    const last = this.#childCount - 1
    const before = last >= open.firstChild ? this.#children[last] : undefined
    if (typeof before === 'string') this.#children[last] = before + run
    else this.#children[this.#childCount++] = run
  }

  /** The children of the innermost element, which ends. */
  #childrenFrom(first: number): readonly XmlNode[] {
    const count = this.#childCount - first
    this.#childCount = first
    return count === 0 ? NONE : this.#children.slice(first, first + count)
  }

  /** Whether the start tag that was read last was that of an empty element. */
  #closed = false

  #startTag(parent: OpenElement | undefined): OpenElement {
    const text = this.#text
    const start = this.#at
    this.#count()
    this.#at = start + 1
    this.#name('element-name')
    const prefix = this.#prefix
    const local = this.#local
    let attributes: Writable<XmlAttribute>[] | undefined
    let declarations: NamespaceDeclaration[] | undefined
    let canonical = true
    for (;;) {
      const blanks = this.#at
      const spaced = this.#whiteSpace()
      const code = text.charCodeAt(this.#at)
      if (code === 62) {
        this.#closed = false
        if (spaced) canonical = false
        this.#at++
        break
      }
      if (code === 47 && text.charCodeAt(this.#at + 1) === 62) {
        this.#closed = true
        canonical = false
        this.#at += 2
        break
      }
      if (!spaced) throw new XmlFault('saml/xml-well-formed', 'start-tag', this.#at)
      const at = this.#at
      this.#count()
      this.#name('attribute-name')
      const attributePrefix = this.#prefix
      const attributeLocal = this.#local
      const nameEnd = this.#at
      const value = this.#attributeValue()
      const isDeclaration =
        attributePrefix === 'xmlns' || (attributePrefix === '' && attributeLocal === 'xmlns')
      canonical &&=
        at === blanks + 1 &&
        text.charCodeAt(blanks) === 32 &&
        this.#references.isAttributeCanonical(nameEnd, this.#at) &&
        !(isDeclaration && attributes)
      if (isDeclaration)
        (declarations ??= []).push(declared(attributePrefix === '' ? '' : attributeLocal, value, at))
      else {
        const attribute = { prefix: attributePrefix, local: attributeLocal, namespace: '', value }
        // Most elements have one, and an array that is made for one takes a tenth of the room.
        if (attributes) attributes.push(attribute)
        else attributes = [attribute]
      }
    }
    if (declarations) {
      this.#namespaces.declare(declarations, start)
      canonical &&= isSorted(declarations, byPrefix)
    }
    const namespace = this.#namespaces.resolve(prefix, start)
    if (attributes) {
      for (const attribute of attributes)
        if (attribute.prefix !== '') attribute.namespace = this.#namespaces.resolve(attribute.prefix, start)
      refuseDuplicates(attributes, start)
      canonical &&= isSorted(attributes, byAttributeName)
    }
    if (this.#closed && declarations) this.#namespaces.undeclare(declarations.length)
    return {
      prefix,
      local,
      namespace,
      attributes: attributes ?? NONE,
      declarations: declarations ?? NONE,
      children: NONE,
      parent,
      hasComment: false,
      source: text,
      start,
      startTagEnd: this.#at,
      end: this.#at,
      isTagCanonical: canonical,
      isContentCanonical: !this.#closed,
      firstChild: this.#childCount,
      [MADE]: false,
    }
  }

  #endTag(open: OpenElement): void {
    const text = this.#text
    const at = this.#at
    // Compared with the start tag where it stands: no name is put together for it.
    const length = (open.prefix === '' ? 0 : open.prefix.length + 1) + open.local.length
    const end = at + 2 + length
    let same = !isNameCharacter(text.charCodeAt(end))
    for (let back = 1; same && back <= length; back++)
      same = text.charCodeAt(end - back) === text.charCodeAt(open.start + 1 + length - back)
    if (!same) throw new XmlFault('saml/xml-well-formed', 'end-tag', at)
    this.#at = end
    if (this.#whiteSpace()) open.isContentCanonical = false
    if (text.charCodeAt(this.#at) !== 62) throw new XmlFault('saml/xml-well-formed', 'end-tag', at)
    this.#at++
    open.end = this.#at
    open.children = this.#childrenFrom(open.firstChild)
    if (open.declarations.length > 0) this.#namespaces.undeclare(open.declarations.length)
  }

  /** A comment, or a CDATA section inside an element; a document type is refused before anything of it is read. */
  #bang(open: OpenElement | undefined): void {
    const text = this.#text
    const at = this.#at
    if (text.startsWith('<!--', at)) {
      this.#count()
      const end = text.indexOf('--', at + 4)
      if (end < 0 || text.charCodeAt(end + 2) !== 62)
        throw new XmlFault('saml/xml-well-formed', end < 0 ? 'unclosed-comment' : 'comment', at)
      if (open) {
        open.hasComment = true
        open.isContentCanonical = false
      }
      this.#at = end + 3
      return
    }
    if (open && text.startsWith('<![CDATA[', at)) {
      const end = text.indexOf(']]>', at + 9)
      if (end < 0) throw new XmlFault('saml/xml-well-formed', 'unclosed-cdata', at)
      this.#addText(open, this.#references.literal(at + 9, end))
      open.isContentCanonical = false
      this.#at = end + 3
      return
    }
    const isType = text.slice(at, at + 9).toUpperCase() === '<!DOCTYPE'
    throw isType
      ? new XmlFault('saml/xml-doctype', 'present', at)
      : new XmlFault('saml/xml-well-formed', 'markup', at)
  }

  #instruction(at: number): XmlFault {
    return new XmlFault('saml/xml-processing-instruction', 'present', at)
  }

  /** A qualified name. Only ASCII names: no SAML message has others, and peers disagree on the rest. */
  #name(reason: string): void {
    const text = this.#text
    const start = this.#at
    let at = start
    let colon = -1
    if (!isNameStart(text.charCodeAt(at))) throw new XmlFault('saml/xml-well-formed', reason, at)
    for (at++; ; at++) {
      const code = text.charCodeAt(at)
      if (code === 58) {
        if (colon >= 0 || !isNameStart(text.charCodeAt(at + 1)))
          throw new XmlFault('saml/xml-namespaces', 'name', start)
        colon = at
      } else if (!isNameCharacter(code)) {
        break
      }
    }
    this.#at = at
    this.#prefix = colon < 0 ? '' : text.slice(start, colon)
    this.#local = text.slice(colon < 0 ? start : colon + 1, at)
  }

  #attributeValue(): string {
    const text = this.#text
    this.#whiteSpace()
    if (text.charCodeAt(this.#at) !== 61) throw new XmlFault('saml/xml-well-formed', 'attribute', this.#at)
    this.#at++
    this.#whiteSpace()
    const quote = text.charCodeAt(this.#at)
    if (quote !== 34 && quote !== 39) throw new XmlFault('saml/xml-well-formed', 'attribute', this.#at)
    const from = this.#at + 1
    const to = text.indexOf(quote === 34 ? '"' : "'", from)
    if (to < 0) throw new XmlFault('saml/xml-well-formed', 'unclosed-attribute', this.#at)
    this.#at = to + 1
    return this.#references.attribute(from, to)
  }

  #whiteSpace(): boolean {
    const from = this.#at
    while (isWhiteSpace(this.#text.charCodeAt(this.#at))) this.#at++
    return this.#at > from
  }

  #count(): void {
    if (++this.#nodes > MAX_XML_NODES) throw new XmlFault('saml/xml-limits', 'nodes', this.#at)
  }
}

/** No attribute twice, whether by its name or, under two prefixes, by its namespace. */
function refuseDuplicates(attributes: readonly XmlAttribute[], at: number): void {
  const count = attributes.length
  if (count > 8) {
    if (new Set(attributes.map(({ namespace, local }) => `${namespace} ${local}`)).size < count)
      throw new XmlFault('saml/xml-duplicate-attribute', 'attribute', at)
    return
  }
  for (let i = 1; i < count; i++) {
    for (let j = 0; j < i; j++) {
      const a = attributes[i]
      const b = attributes[j]
      if (a && b && a.local === b.local && a.namespace === b.namespace)
        throw new XmlFault('saml/xml-duplicate-attribute', 'attribute', at)
    }
  }
}
