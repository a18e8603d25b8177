import { illegalCharacterIn, isXmlCharacter } from './characters.js'
import { XmlFault } from './fault.js'

const entities: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['apos', "'"],
  ['quot', '"'],
])

/** Reads runs of text and attribute values of a document: line ends, references and what may not stand in them. */
export class References {
  readonly #text: string
  readonly #hasCarriageReturn: boolean
  readonly #hasReference: boolean
  /** Whether every run of text, or every attribute value, reads as it is written: one look at all of them. */
  readonly #isPlainText: boolean
  readonly #hasPlainAttributes: boolean

  constructor(text: string) {
    this.#text = text
    this.#hasCarriageReturn = text.includes('\r')
    this.#hasReference = text.includes('&')
    const plain = !this.#hasCarriageReturn && !this.#hasReference
    this.#isPlainText = plain && !text.includes(']]>')
    this.#hasPlainAttributes = plain && !text.includes('\n') && !text.includes('\t')
  }

  checkCharacters(): void {
    const at = illegalCharacterIn(this.#text)
    if (at >= 0) throw new XmlFault('saml/xml-characters', 'illegal', at)
  }

  /** Character data: `]]>` may not stand in it (XML 1.0 2.4). */
  text(from: number, to: number): string {
    const raw = this.#text.slice(from, to)
    if (this.#isPlainText) return raw
    const end = raw.indexOf(']]>')
    if (end >= 0) throw new XmlFault('saml/xml-well-formed', 'cdata-end', from + end)
    return this.#resolved(raw, from, this.#lineEnds)
  }

  /** Whether a run of text, behind which a tag or other markup begins, is written as the canonical form writes it. */
  isTextCanonical(from: number, to: number): boolean {
    const text = this.#text
    // The next of these is that of the markup behind the run, if it is not in the run.
    if (text.indexOf('>', from) < to) return false
    return (!this.#hasReference && !this.#hasCarriageReturn) || !/[&\r]/.test(text.slice(from, to))
  }

  /** Whether what follows an attribute's name, up to the closing quote, is written as the canonical form writes it. */
  isAttributeCanonical(nameEnd: number, end: number): boolean {
    const text = this.#text
    if (text.charCodeAt(nameEnd) !== 61 || text.charCodeAt(nameEnd + 1) !== 34) return false
    return this.#hasPlainAttributes || !/[&\t\n\r]/.test(text.slice(nameEnd, end))
  }

  /** The content of a CDATA section. */
  literal(from: number, to: number): string {
    return this.#lineEnds(this.#text.slice(from, to))
  }

  /** An attribute value, normalized: white space that is written as such reads as a space (XML 1.0 3.3.3). */
  attribute(from: number, to: number): string {
    const raw = this.#text.slice(from, to)
    const markup = raw.indexOf('<')
    if (markup >= 0) throw new XmlFault('saml/xml-well-formed', 'attribute', from + markup)
    return this.#hasPlainAttributes ? raw : this.#resolved(raw, from, this.#spaces)
  }

  readonly #lineEnds = (literal: string): string =>
    this.#hasCarriageReturn ? replaced(replaced(literal, '\r\n', '\n'), '\r', '\n') : literal

  readonly #spaces = (literal: string): string =>
    replaced(replaced(this.#lineEnds(literal), '\t', ' '), '\n', ' ')

  /** References resolved, and what stands between them normalized: what a reference stands for never is. */
  #resolved(raw: string, offset: number, normalized: (literal: string) => string): string {
    let at = this.#hasReference ? raw.indexOf('&') : -1
    if (at < 0) return normalized(raw)
    let read = ''
    let from = 0
    for (; at >= 0; at = raw.indexOf('&', from)) {
      // The longest that is read is &#x0000010FFFF; or thereabouts: an end further away is no end.
      const end = raw.slice(at, at + 16).indexOf(';')
      const character = end < 0 ? undefined : referred(raw.slice(at + 1, at + end))
      if (character === undefined) throw new XmlFault('saml/xml-well-formed', 'reference', offset + at)
      read += normalized(raw.slice(from, at)) + character
      from = at + end + 1
    }
    return read + normalized(raw.slice(from))
  }
}

function referred(name: string): string | undefined {
  const digits = /^#(?:([0-9]{1,10})|x([0-9A-Fa-f]{1,10}))$/.exec(name)
  if (!digits) return entities.get(name)
  const code = digits[1] === undefined ? parseInt(digits[2] ?? '', 16) : Number(digits[1])
  return isXmlCharacter(code) ? String.fromCodePoint(code) : undefined
}

/** Of a quarter of a million matches, this makes less work than a regular expression. */
function replaced(text: string, old: string, by: string): string {
  return text.includes(old) ? text.split(old).join(by) : text
}
