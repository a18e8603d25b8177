import { describe, expect, it } from 'vitest'
import { canonicalize } from '../../../src/saml/xml/canonicalize.js'
import { parseDocument, type XmlElement } from '../../../src/saml/xml/document.js'
import type { XmlFault } from '../../../src/saml/xml/fault.js'
import { generatedDocument, type GeneratedDocument } from './generatedDocument.js'
import { mutated } from './mutated.js'
import { libxml2Canonical, libxml2Reads, xmlCryptoCanonical } from './peers.js'
import { Random } from './random.js'
import { elementAt, elementsOf, faultOf } from './tree.js'

const DOCUMENTS = 10_000
const MUTATED = 20_000

/** A generated document, as we read it and as we write it. */
interface Subject extends GeneratedDocument {
  readonly apexElement: XmlElement
  readonly canonical: string
  /** The elements of the canonical form, read again: their declarations are those that it has, in its order. */
  readonly rendered: readonly XmlElement[]
}

function subjectOf(generated: GeneratedDocument): Subject {
  const apexElement = elementAt(generated.text, generated.apex)
  const canonical = canonicalize(apexElement, generated)
  return { ...generated, apexElement, canonical, rendered: elementsOf(parseDocument(canonical)) }
}

const subjects = Array.from({ length: DOCUMENTS }, (_, seed) => subjectOf(generatedDocument(seed)))

const neighbours = <T>(list: readonly T[]): (readonly [T, T])[] =>
  list.slice(1).map((second, at) => [list[at] as T, second] as const)

const namesAmpersand = ({ rendered }: Subject): boolean =>
  rendered.some(({ declarations }) => declarations.some(({ uri }) => uri.includes('&')))

/**
 * libxml2 writes the namespace name of a declaration as it is, with `&` and all: not even well-formed. Canonical XML
 * 1.0 (2.3, Namespace Nodes) has it escaped like an attribute, and so xml-crypto and we would read what we write.
 */
function asLibxml2Writes(subject: Subject): string {
  if (!namesAmpersand(subject)) return subject.canonical
  return subject.canonical.replace(/ xmlns(:[^= ]+)?="[^"]*"/g, (text) => text.replaceAll('&amp;', '&'))
}

describe('copying what is canonical already', () => {
  it('gives what writing all of it anew would give', () => {
    // As if nothing had been read: every element is written.
    const made = (element: XmlElement): XmlElement => ({
      ...element,
      source: '',
      isTagCanonical: false,
      isContentCanonical: false,
      children: element.children.map((child) => (typeof child === 'string' ? child : made(child))),
    })
    let tags = 0
    let contents = 0
    for (const subject of subjects) {
      expect(canonicalize(made(subject.apexElement), subject), subject.text).toBe(subject.canonical)
      const read = parseDocument(subject.canonical)
      expect(canonicalize(read, subject), subject.text).toBe(subject.canonical)
      for (const { isTagCanonical, isContentCanonical } of elementsOf(subject.apexElement)) {
        if (isTagCanonical) tags++
        if (isContentCanonical) contents++
      }
      // A reference may be the canonical one or not, so that what has one is always written anew.
      if (subject.canonical.includes('&')) continue
      for (const { isTagCanonical } of subject.rendered) expect(isTagCanonical, subject.canonical).toBe(true)
    }
    // Both ways are taken often.
    const all = subjects.reduce((sum, { apexElement }) => sum + elementsOf(apexElement).length, 0)
    for (const count of [tags, contents]) {
      expect(count).toBeGreaterThan(all / 20)
      expect(count).toBeLessThan((all * 19) / 20)
    }
  })
})

describe('libxml2', () => {
  it('has the same canonical bytes of every generated document', () => {
    const counts = { compared: 0, same: 0, ampersand: 0 }
    for (const subject of subjects) {
      const theirs = libxml2Canonical(subject)
      counts.compared++
      if (namesAmpersand(subject)) counts.ampersand++
      if (theirs === asLibxml2Writes(subject)) counts.same++
      else expect.soft(theirs, subject.text).toBe(asLibxml2Writes(subject))
    }
    expect(counts).toMatchObject({ compared: DOCUMENTS, same: DOCUMENTS })
    expect(counts.ampersand).toBeGreaterThan(100)
    expect(counts.ampersand).toBeLessThan(DOCUMENTS / 20)
  })
})

interface PeerBug {
  /** What the peer does, and why we are right not to. */
  readonly what: string
  readonly isMet: (subject: Subject) => boolean
}

const xmlCryptoBugs: readonly PeerBug[] = [
  {
    what: 'It writes namespace names unescaped; Canonical XML 1.0 (2.3) escapes them like attributes.',
    isMet: namesAmpersand,
  },
  {
    what: 'It sorts declarations by the rules of a language; Canonical XML 1.0 (2.2) wants them by code point.',
    isMet: ({ rendered }) =>
      rendered.some(({ declarations }) =>
        neighbours(declarations).some(([a, b]) => a.prefix.localeCompare(b.prefix) > 0),
      ),
  },
  {
    what: 'It sorts attributes by namespace and name run together; the name only counts where the namespace is one.',
    isMet: ({ rendered }) =>
      rendered.some(({ attributes }) =>
        neighbours(attributes.filter(({ prefix }) => prefix !== '')).some(
          ([a, b]) => a.namespace + a.local > b.namespace + b.local,
        ),
      ),
  },
  {
    what: 'It leaves out attributes whose name begins with xmlns; only xmlns and xmlns:… declare namespaces.',
    isMet: ({ rendered }) =>
      rendered.some(({ attributes }) =>
        attributes.some(({ prefix, local }) => (prefix || local).startsWith('xmlns')),
      ),
  },
  {
    what: 'It takes p:a="v" for a declaration of a when a is in the PrefixList; only xmlns:a declares a.',
    isMet: ({ rendered, inclusivePrefixes }) =>
      rendered.some(({ attributes }) =>
        attributes.some(({ prefix, local }) => prefix !== '' && inclusivePrefixes.includes(local)),
      ),
  },
  {
    what: 'It knows no #default in a PrefixList; Exclusive Canonicalization 1.0 (2.1) has it.',
    isMet: ({ apexElement, inclusivePrefixes }) =>
      inclusivePrefixes.includes('') &&
      [...ancestorsOf(apexElement), ...elementsOf(apexElement)].some((element) => declares(element, '')),
  },
  {
    what: 'It writes a declaration of xml that a PrefixList names; Canonical XML 1.0 (2.3) never writes that.',
    isMet: ({ apexElement, inclusivePrefixes }) =>
      inclusivePrefixes.includes('xml') &&
      [...ancestorsOf(apexElement), ...elementsOf(apexElement)].some((element) => declares(element, 'xml')),
  },
  {
    what: 'xmldom turns U+0085 and U+2028 into line feeds, as XML 1.1 does; in XML 1.0 they are text (2.11).',
    isMet: ({ text }) => /[\u0085\u2028]/.test(text),
  },
  {
    what: 'xmldom looks for end tags by their text, and takes an element for empty that ends in </a > after the last </a>.',
    isMet: ({ text }) => /<\/[\w.:-]+[ \t\r\n]/.test(text),
  },
]

const declares = (element: XmlElement, prefix: string): boolean =>
  element.declarations.some((declaration) => declaration.prefix === prefix)

function ancestorsOf({ parent }: XmlElement): XmlElement[] {
  return parent ? [parent, ...ancestorsOf(parent)] : []
}

describe('xml-crypto over xmldom', () => {
  it('has the same canonical bytes of every generated document that meets none of its bugs', () => {
    const counts = { same: 0, explained: 0 }
    // Rows that alone explain a difference: one that never does has no place in the table.
    const needed = new Set<PeerBug>()
    for (const subject of subjects) {
      const theirs = xmlCryptoCanonical(subject)
      if (theirs === subject.canonical) {
        counts.same++
        continue
      }
      const [bug, ...others] = xmlCryptoBugs.filter(({ isMet }) => isMet(subject))
      if (!bug) expect.soft(theirs, subject.text).toBe(subject.canonical)
      else if (++counts.explained && others.length === 0) needed.add(bug)
    }
    expect(counts.same + counts.explained).toBe(DOCUMENTS)
    expect(counts.same).toBeGreaterThan(7_500)
    expect(xmlCryptoBugs.filter((bug) => !needed.has(bug))).toEqual([])
  })
})

/** What libxml2 reads and we do not, on purpose. */
const stricter: readonly {
  readonly what: string
  readonly isMet: (fault: XmlFault, from: string) => boolean
}[] = [
  {
    what: 'Names are ASCII: no SAML message has others.',
    isMet: ({ reason }, from) =>
      ['element-name', 'attribute-name', 'attribute', 'start-tag'].includes(reason)
        ? isNotAscii(from)
        : reason === 'name' && isNotAscii(from.slice(from.indexOf(':') + 1)),
  },
  {
    what: 'A byte order mark is no part of the text.',
    isMet: ({ reason, offset }, from) =>
      reason === 'outside-root' && offset === 0 && from.startsWith('\ufeff'),
  },
  {
    what: 'No document type: it declares entities (S62).',
    isMet: ({ rule }, from) => rule === 'saml/xml-doctype' && from.startsWith('<!DOCTYPE'),
  },
  {
    what: 'No processing instruction (S27).',
    isMet: ({ rule }, from) => rule === 'saml/xml-processing-instruction' && from.startsWith('<?'),
  },
  {
    what: 'Canonical XML is undefined for a relative namespace name (S26); libxml2 reads it, and cannot write it.',
    isMet: ({ reason }, from) => reason === 'not-a-uri' && from.startsWith('xmlns'),
  },
  {
    what: 'UTF-8 is the only encoding, and only one spelling of its name is.',
    isMet: ({ rule }, from) => rule === 'saml/encoding' && from.startsWith('<?xml'),
  },
  {
    what: 'XML 1.0 is the only version.',
    isMet: ({ reason }, from) => reason === 'version' && from.startsWith('<?xml'),
  },
  {
    what: 'A character reference has at most ten digits.',
    isMet: ({ reason }, from) => reason === 'reference' && /^&#(?:[0-9]{11}|x[0-9A-Fa-f]{11})/.test(from),
  },
]

const isNotAscii = (text: string): boolean => (text.codePointAt(0) ?? 0) > 127

describe('a document with something changed', () => {
  it('is read by us only if libxml2 reads it, and then as the same', () => {
    const counts = { same: 0, refusedByBoth: 0, stricter: 0 }
    for (let seed = 0; seed < MUTATED; seed++) {
      const text = mutated(generatedDocument(seed).text, new Random(seed))
      const fault = faultOf(text)
      if (!fault) {
        const subject = subjectOf({ text, apex: 0, inclusivePrefixes: [] })
        const theirs = libxml2Canonical(subject)
        if (theirs === asLibxml2Writes(subject)) counts.same++
        else expect.soft(theirs, text).toBe(asLibxml2Writes(subject))
      } else if (!libxml2Reads(text)) {
        counts.refusedByBoth++
      } else {
        const from = text.slice(fault.offset)
        if (stricter.some(({ isMet }) => isMet(fault, from))) counts.stricter++
        else expect.soft(fault.message, text).toBe('read, as libxml2 does')
      }
    }
    expect(counts.same + counts.refusedByBoth + counts.stricter).toBe(MUTATED)
    expect(counts.same).toBeGreaterThan(1_500)
    expect(counts.refusedByBoth).toBeGreaterThan(15_000)
    expect(counts.stricter).toBeGreaterThan(100)
  })
})
