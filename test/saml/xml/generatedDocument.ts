import { Random } from './random.js'

/** A document, the element of it that is canonicalized, and the PrefixList that goes with it. */
export interface GeneratedDocument {
  readonly text: string
  /** The place of the apex among the elements in document order; 0 is the root. */
  readonly apex: number
  /** As `CanonicalizeOptions` wants them: the default namespace is ''. */
  readonly inclusivePrefixes: readonly string[]
}

/** Always the same document for the same seed. It is well-formed, and has whatever XML allows and the reader reads. */
export function generatedDocument(seed: number): GeneratedDocument {
  return new Generator(new Random(seed)).document()
}

// `XMLx` only looks reserved; `Z`, `_` and `a.b-c` sort differently by code point and by the rules of a language.
const PREFIXES = ['a', 'b', 'p', 'saml2', 'Z', '_', 'a.b-c', 'XMLx']
// Two that differ in case only, one that is the beginning of another, and characters that names may hold, too.
const NAMESPACES = ['urn:a', 'urn:b', 'urn:ab', 'URN:a', "urn:it's", 'http://example.com/%7E#f', 'x-y.z+1:']
const LOCALS = ['a', 'b', 'A', 'ID', 'Response', 'x-y', 'x.y', '_', '_1', 'xml', 'p']
const ATTRIBUTES = ['a', 'b', 'ab', 'A', 'ID', 'Id', 'x-y', '_', 'lang', 'xml', 'p']
const XML_ATTRIBUTES = [['lang', 'en'], ['lang', ''], ['space', 'preserve'], ['space', 'default'], ['base', 'urn:base']] as const // prettier-ignore
const WHITE_SPACE = [' ', '  ', '\n', '\t', '\r\n', '\r', ' \n\t ']
const WORDS = ['x', 'ada@example.com', 'urn:oasis', '0', 'é', '漢字', '😀', '\u{10ffff}', '\u00a0', '\ufeff', '\ud7ff', '\u007f', '-', '--', ']]', '>', '"', "'", '=', '/', '%'] // prettier-ignore
const REFERENCES = ['&amp;', '&lt;', '&gt;', '&quot;', '&apos;', '&#38;', '&#60;', '&#x3c;', '&#9;', '&#10;', '&#xA;', '&#13;', '&#xD;', '&#x20;', '&#8364;', '&#x20AC;', '&#x1F600;', '&#0065;', '&#x0000085;'] // prettier-ignore
const DECLARATIONS = ['<?xml version="1.0"?>', "<?xml version='1.0' encoding='utf-8'?>", '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>', '<?xml\n\tversion = "1.0"\r\nencoding="UTF-8"\tstandalone=\'no\' ?>'] // prettier-ignore

type Scope = ReadonlyMap<string, string>

class Generator {
  readonly #random: Random
  // A few prefixes and namespaces for each document, so that they meet again and again.
  readonly #prefixes: readonly string[]
  readonly #namespaces: readonly string[]
  readonly #attributeNames: readonly string[]
  readonly #words: readonly string[]
  #elements = 0
  #left: number

  constructor(random: Random) {
    this.#random = random
    // What a peer is known to get wrong is in some documents only: the others are compared byte for byte.
    const seldom = <T>(...values: T[]): T[] => (random.chance(0.07) ? values : [])
    const unlike = seldom('xmlnsx')
    this.#prefixes = ['', ...random.shuffled(PREFIXES).slice(0, 4), ...unlike]
    this.#attributeNames = [...ATTRIBUTES, ...unlike]
    this.#namespaces = [...random.shuffled(NAMESPACES).slice(0, 4), ...seldom('http://example.com/?x=1&y=2')]
    this.#words = [...WORDS, ...seldom('\u0085', '\u2028', '\r\u0085')]
    this.#left = random.pick([0, 4, 10, 20, 60])
  }

  document(): GeneratedDocument {
    const random = this.#random
    const text = [
      random.chance(0.3) ? random.pick(DECLARATIONS) : '',
      this.#outside(),
      this.#element(new Map([['', '']]), 1),
      this.#outside(),
    ].join('')
    const apex = random.chance(0.4) ? 0 : random.below(this.#elements)
    return { text, apex, inclusivePrefixes: random.chance(0.5) ? [] : this.#prefixList() }
  }

  /** Also prefixes that nothing declares: they may stand in a PrefixList, and mean nothing. */
  #prefixList(): readonly string[] {
    const random = this.#random
    const many = random.many(1, 3, () => random.pick([...this.#prefixes, 'xml', 'undeclared']))
    return [...new Set(many)]
  }

  #outside(): string {
    const random = this.#random
    if (random.chance(0.7)) return ''
    return random.many(1, 3, () => (random.chance(0.5) ? this.#comment() : this.#spaces())).join('')
  }

  #element(outer: Scope, depth: number): string {
    this.#elements++
    const { declarations, scope } = this.#declarations(outer)
    const name = qualified(this.#random.pick([...scope.keys()]), this.#random.pick(LOCALS))
    const attributes = this.#random.shuffled([...declarations, ...this.#attributes(scope)])
    const tag = [name, ...attributes].reduce((before, next) => before + this.#spaces() + next)
    const content = this.#content(scope, depth)
    if (content === '' && this.#random.chance(0.6)) return `<${tag}${this.#spacesOrNone()}/>`
    // One peer takes an element for empty when its end tag is not written as others of its name are.
    const end = this.#random.chance(0.01) ? this.#spaces() : ''
    return `<${tag}${this.#spacesOrNone()}>${content}</${name}${end}>`
  }

  #declarations(outer: Scope): { declarations: string[]; scope: Scope } {
    const random = this.#random
    const own = new Map<string, string>()
    for (let left = random.pick([0, 0, 1, 1, 2, 3]); left > 0; left--) {
      const prefix = random.pick(this.#prefixes)
      own.set(prefix, prefix === '' && random.chance(0.4) ? '' : random.pick(this.#namespaces))
    }
    const scope = new Map([...outer, ...own])
    if (random.chance(0.02)) own.set('xml', 'http://www.w3.org/XML/1998/namespace')
    const declarations = [...own].map(([prefix, uri]) =>
      this.#attribute(prefix === '' ? 'xmlns' : `xmlns:${prefix}`, this.#disguised(uri)),
    )
    return { declarations, scope }
  }

  #attributes(scope: Scope): string[] {
    const random = this.#random
    const found = new Map<string, string>()
    for (let left = random.pick([0, 0, 1, 2, 3, 5, 12]); left > 0; left--) {
      const prefix = random.pick([...scope.keys(), ''])
      const local = random.pick(this.#attributeNames)
      const expanded = `${prefix === '' ? '' : scope.get(prefix)} ${local}`
      if (!found.has(expanded)) found.set(expanded, this.#attribute(qualified(prefix, local), this.#value()))
    }
    if (random.chance(0.2)) {
      const [local, value] = random.pick(XML_ATTRIBUTES)
      found.set(`xml ${local}`, this.#attribute(`xml:${local}`, value))
    }
    return [...found.values()]
  }

  #attribute(name: string, value: string): string {
    const equals = `${this.#spacesOrNone()}=${this.#spacesOrNone()}`
    return this.#random.chance(0.5)
      ? `${name}${equals}"${value.replaceAll('"', '&quot;')}"`
      : `${name}${equals}'${value.replaceAll("'", '&#39;')}'`
  }

  /** A URI as an attribute value may spell it: now and then with one of its characters as a reference. */
  #disguised(uri: string): string {
    const escaped = uri.replaceAll('&', '&amp;')
    if (!this.#random.chance(0.15)) return escaped
    return escaped.replace(/[:x]/, (character) => `&#x${character.charCodeAt(0).toString(16)};`)
  }

  #content(scope: Scope, depth: number): string {
    const count = this.#random.pick([0, 0, 1, 2, 3, 4, 6])
    return this.#random.many(count, count, () => this.#part(scope, depth)).join('')
  }

  #part(scope: Scope, depth: number): string {
    const kind = this.#random.below(10)
    if (kind < 4) {
      if (this.#left <= 0 || depth > 40) return ''
      this.#left--
      return this.#element(scope, depth + 1)
    }
    if (kind < 7) return this.#text()
    return kind < 9 ? this.#comment() : this.#cdata()
  }

  /** Never with `]]>`, nor such that it makes one with a text before it. */
  #text(): string {
    return this.#some(...REFERENCES, ...WHITE_SPACE).replace(/^>|(?<=\]\])>/g, '&gt;')
  }

  #value(): string {
    return this.#some(...REFERENCES, ...WHITE_SPACE)
  }

  #cdata(): string {
    const text = this.#some(...WHITE_SPACE, '&', '&amp;', '<', '<a>', '<!--', ']')
    return `<![CDATA[${text.replaceAll(']]>', ']] >')}]]>`
  }

  #comment(): string {
    const text = this.#some(...WHITE_SPACE, '&', '<', '<![CDATA[', ']]>')
    return `<!--${text.replace(/-+/g, '-').replace(/-$/, '')}-->`
  }

  #some(...more: readonly string[]): string {
    const words = [...this.#words, ...more]
    return this.#random.many(0, 5, () => this.#random.pick(words)).join('')
  }

  #spaces(): string {
    return this.#random.chance(0.7) ? ' ' : this.#random.pick(WHITE_SPACE)
  }

  #spacesOrNone(): string {
    return this.#random.chance(0.85) ? '' : this.#random.pick(WHITE_SPACE)
  }
}

function qualified(prefix: string, local: string): string {
  return prefix === '' ? local : `${prefix}:${local}`
}
