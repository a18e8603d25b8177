import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalize } from '../../../src/saml/xml/canonicalize.js'
import { parseDocument, type XmlElement } from '../../../src/saml/xml/document.js'
import { XML_NAMESPACE } from '../../../src/saml/xml/namespaces.js'
import { generatedDocument } from './generatedDocument.js'
import { elementAt, elementsOf, faultOf, meaningOf } from './tree.js'

/** The canonical form of the element at a place in document order; the root unless told. */
function canonical(text: string, place = 0, inclusivePrefixes: readonly string[] = []): string {
  return canonicalize(elementAt(text, place), { inclusivePrefixes })
}

describe('exclusive canonicalization', () => {
  it.each([
    // Tags.
    ['<a/>', '<a></a>'],
    ['<a  \n/>', '<a></a>'],
    ['<a ></a\t>', '<a></a>'],
    ['<?xml version="1.0"?>\n<!-- b -->\n<a/>\n<!-- c -->\n', '<a></a>'],
    ['<a><!-- b --> <!-- c --></a>', '<a> </a>'],
    [' <a> <b> </b>\n</a> ', '<a> <b> </b>\n</a>'],

    // Text.
    ['<a>&lt;&gt;&amp;&quot;&apos;</a>', '<a>&lt;&gt;&amp;"\'</a>'],
    ['<a>></a>', '<a>&gt;</a>'],
    ['<a><![CDATA[<b> & "]]></a>', '<a>&lt;b&gt; &amp; "</a>'],
    ['<a>&#65;&#x1F600;é</a>', '<a>A😀é</a>'],
    ['<a>\tb\r\nc\rd\n</a>', '<a>\tb\nc\nd\n</a>'],
    ['<a>&#9;&#10;&#13;&#xD;&#xA;</a>', '<a>\t\n&#xD;&#xD;\n</a>'],
    ['<a>b<!-- -->c<![CDATA[d]]></a>', '<a>bcd</a>'],
    ['<a>\u0085\u2028\ufeff\u007f</a>', '<a>\u0085\u2028\ufeff\u007f</a>'],

    // Attribute values.
    [`<a b='"'/>`, '<a b="&quot;"></a>'],
    [`<a b="'"/>`, `<a b="'"></a>`],
    ['<a b="&lt;&gt;&amp;&quot;&apos;"/>', '<a b="&lt;>&amp;&quot;\'"></a>'],
    ['<a b="\t\n\r\n\r"/>', '<a b="    "></a>'],
    ['<a b="&#9;&#10;&#13;&#x20;"/>', '<a b="&#x9;&#xA;&#xD; "></a>'],
    ['<a b=""/>', '<a b=""></a>'],
    ['<a b=" c  d "/>', '<a b=" c  d "></a>'],

    // Attributes: those without a namespace first, then by namespace, then by local name; never by prefix.
    ['<a c="" b="" a="" B="" _=""/>', '<a B="" _="" a="" b="" c=""></a>'],
    ['<a ab="" a-b="" a.b="" a1="" a="" aB=""/>', '<a a="" a-b="" a.b="" a1="" aB="" ab=""></a>'],
    [
      '<a xmlns:p="urn:2" xmlns:q="urn:1" p:a="1" q:b="2" c="3" q:a="4"/>',
      '<a xmlns:p="urn:2" xmlns:q="urn:1" c="3" q:a="4" q:b="2" p:a="1"></a>',
    ],
    // xml:lang has a namespace like any other, http://www.w3.org/XML/1998/namespace: between a:q and urn:p.
    [
      '<a xmlns:p="urn:p" xmlns:q="a:q" p:a="" xml:lang="en" q:a="" b=""/>',
      '<a xmlns:p="urn:p" xmlns:q="a:q" b="" q:a="" xml:lang="en" p:a=""></a>',
    ],
    // One namespace is the beginning of another: urn:a + b is not urn:ab.
    [
      '<a xmlns:p="urn:ab" xmlns:q="urn:a" p:a="1" q:c="2"/>',
      '<a xmlns:p="urn:ab" xmlns:q="urn:a" q:c="2" p:a="1"></a>',
    ],
    // Two prefixes of one namespace sort by the local names alone, and both stay.
    [
      '<p:a xmlns:p="urn:1" xmlns:q="urn:1" p:b="1" q:a="2"/>',
      '<p:a xmlns:p="urn:1" xmlns:q="urn:1" q:a="2" p:b="1"></p:a>',
    ],
    // The namespace of the element is not that of its attributes.
    [
      '<a xmlns="urn:z" xmlns:p="urn:a" b="1" p:a="2"/>',
      '<a xmlns="urn:z" xmlns:p="urn:a" b="1" p:a="2"></a>',
    ],

    // Declarations: only what is used, where it is used first, sorted by prefix, before all attributes.
    ['<a xmlns:p="urn:p"/>', '<a></a>'],
    [
      '<a xmlns:p="urn:p"><p:b/><p:c><p:d/></p:c></a>',
      '<a><p:b xmlns:p="urn:p"></p:b><p:c xmlns:p="urn:p"><p:d></p:d></p:c></a>',
    ],
    ['<a xmlns:p="urn:p"><b p:c=""/></a>', '<a><b xmlns:p="urn:p" p:c=""></b></a>'],
    [
      '<z:a b="" xmlns:z="urn:z" _:c="" xmlns:_="urn:_" A:d="" xmlns:A="urn:A"/>',
      '<z:a xmlns:A="urn:A" xmlns:_="urn:_" xmlns:z="urn:z" b="" A:d="" _:c=""></z:a>',
    ],
    ['<a xmlns="urn:a" xmlns:A="urn:A" A:b=""/>', '<a xmlns="urn:a" xmlns:A="urn:A" A:b=""></a>'],
    ['<p:a xmlns:p="urn:p"><p:b xmlns:p="urn:p"/></p:a>', '<p:a xmlns:p="urn:p"><p:b></p:b></p:a>'],
    [
      '<p:a xmlns:p="urn:1"><p:b xmlns:p="urn:2"><p:c xmlns:p="urn:1"/></p:b><p:d/></p:a>',
      '<p:a xmlns:p="urn:1"><p:b xmlns:p="urn:2"><p:c xmlns:p="urn:1"></p:c></p:b><p:d></p:d></p:a>',
    ],
    // Redeclared in between without being used there: nothing changed for what is written.
    [
      '<p:a xmlns:p="urn:1"><b xmlns:p="urn:2"><p:c xmlns:p="urn:1"/><p:d/></b></p:a>',
      '<p:a xmlns:p="urn:1"><b><p:c></p:c><p:d xmlns:p="urn:2"></p:d></b></p:a>',
    ],
    ['<xml:a xml:b=""/>', '<xml:a xml:b=""></xml:a>'],
    [`<a xmlns:xml="${XML_NAMESPACE}" xml:b=""/>`, '<a xml:b=""></a>'],
    ['<a xmlns="urn:a&amp;b"/>', '<a xmlns="urn:a&amp;b"></a>'],
    [`<a xmlns='urn:it&apos;s'/>`, `<a xmlns="urn:it's"></a>`],

    // The default namespace, declared and undeclared.
    ['<a xmlns=""/>', '<a></a>'],
    ['<a xmlns="urn:a"><b/></a>', '<a xmlns="urn:a"><b></b></a>'],
    ['<a xmlns="urn:a"><b xmlns=""/></a>', '<a xmlns="urn:a"><b xmlns=""></b></a>'],
    ['<a><b xmlns=""/></a>', '<a><b></b></a>'],
    [
      '<a xmlns="urn:a"><b xmlns=""><c/><d xmlns="urn:a"/></b><e/></a>',
      '<a xmlns="urn:a"><b xmlns=""><c></c><d xmlns="urn:a"></d></b><e></e></a>',
    ],
    // Undeclared where only a prefix is used: written where the default namespace is used next.
    [
      '<a xmlns="urn:a"><p:b xmlns="" xmlns:p="urn:p"><c/></p:b></a>',
      '<a xmlns="urn:a"><p:b xmlns:p="urn:p"><c xmlns=""></c></p:b></a>',
    ],
    [
      '<p:a xmlns:p="urn:p" xmlns="urn:a"><p:b><c/></p:b></p:a>',
      '<p:a xmlns:p="urn:p"><p:b><c xmlns="urn:a"></c></p:b></p:a>',
    ],
    // An attribute without a prefix does not use it.
    ['<p:a xmlns:p="urn:p" xmlns="urn:a" b=""/>', '<p:a xmlns:p="urn:p" b=""></p:a>'],
  ])('writes %j as %j', (text, expected) => {
    expect(canonical(text)).toBe(expected)
    expect(canonical(expected)).toBe(expected)
  })

  it.each([
    ['<p:a xmlns:p="urn:p"><p:b/></p:a>', 1, '<p:b xmlns:p="urn:p"></p:b>'],
    ['<a xmlns="urn:a"><b/></a>', 1, '<b xmlns="urn:a"></b>'],
    ['<a xmlns="urn:a"><b xmlns=""/></a>', 1, '<b></b>'],
    ['<a xmlns:p="urn:p" xml:lang="en"><b/></a>', 1, '<b></b>'],
    ['<a xmlns:p="urn:1"><b xmlns:p="urn:2"><p:c/></b></a>', 2, '<p:c xmlns:p="urn:2"></p:c>'],
    // The example of Exclusive XML Canonicalization 1.0, 2.2: what is put around an element does not change it.
    [
      '<n0:local xmlns:n0="foo:bar" xmlns:n3="ftp://example.org"><n1:elem2 xmlns:n1="http://example.net" xml:lang="en"><n3:stuff xmlns:n3="ftp://example.org"/></n1:elem2></n0:local>',
      1,
      '<n1:elem2 xmlns:n1="http://example.net" xml:lang="en"><n3:stuff xmlns:n3="ftp://example.org"></n3:stuff></n1:elem2>',
    ],
    [
      '<n2:pdu xmlns:n1="http://example.com" xmlns:n2="http://foo.example" xml:lang="fr" xml:space="retain"><n1:elem2 xmlns:n1="http://example.net" xml:lang="en"><n3:stuff xmlns:n3="ftp://example.org"/></n1:elem2></n2:pdu>',
      1,
      '<n1:elem2 xmlns:n1="http://example.net" xml:lang="en"><n3:stuff xmlns:n3="ftp://example.org"></n3:stuff></n1:elem2>',
    ],
  ])('of %j, element %i, is %j', (text, place, expected) => {
    expect(canonical(text, place)).toBe(expected)
  })
})

describe('a PrefixList', () => {
  it.each<[string, number, string[], string]>([
    ['<a xmlns:p="urn:p"/>', 0, ['p'], '<a xmlns:p="urn:p"></a>'],
    ['<a xmlns:p="urn:p" xmlns:q="urn:q"/>', 0, ['q'], '<a xmlns:q="urn:q"></a>'],
    ['<a xmlns:p="urn:p"><b/></a>', 0, ['p'], '<a xmlns:p="urn:p"><b></b></a>'],
    // In scope at the apex, from however far out, and the nearest.
    ['<a xmlns:p="urn:p"><b/></a>', 1, ['p'], '<b xmlns:p="urn:p"></b>'],
    ['<a xmlns:p="urn:1"><b xmlns:p="urn:2"><c/></b></a>', 2, ['p'], '<c xmlns:p="urn:2"></c>'],
    ['<a xmlns:p="urn:1"><b xmlns:p="urn:2"/><c/></a>', 2, ['p'], '<c xmlns:p="urn:1"></c>'],
    [
      '<a xmlns:q="urn:q"><b xmlns:p="urn:p"><c/></b></a>',
      2,
      ['q', 'p'],
      '<c xmlns:p="urn:p" xmlns:q="urn:q"></c>',
    ],
    // Declared inside: written there, used or not; a list does not pull it outwards.
    ['<a><b xmlns:p="urn:p"/></a>', 0, ['p'], '<a><b xmlns:p="urn:p"></b></a>'],
    [
      '<a xmlns:p="urn:1"><b xmlns:p="urn:2"><c/><p:d/></b><p:e/></a>',
      0,
      ['p'],
      '<a xmlns:p="urn:1"><b xmlns:p="urn:2"><c></c><p:d></p:d></b><p:e></p:e></a>',
    ],
    // Redeclared as what it is already: not written again.
    ['<a xmlns:p="urn:1"><b xmlns:p="urn:1"/></a>', 0, ['p'], '<a xmlns:p="urn:1"><b></b></a>'],
    [
      '<a xmlns:p="urn:1"><b xmlns:p="urn:2"><c xmlns:p="urn:1"/></b></a>',
      0,
      ['p'],
      '<a xmlns:p="urn:1"><b xmlns:p="urn:2"><c xmlns:p="urn:1"></c></b></a>',
    ],
    // Used as well as listed: written once.
    ['<p:a xmlns:p="urn:p" p:b=""/>', 0, ['p'], '<p:a xmlns:p="urn:p" p:b=""></p:a>'],
    ['<p:a xmlns:p="urn:p"><p:b/></p:a>', 1, ['p', 'p'], '<p:b xmlns:p="urn:p"></p:b>'],
    [
      '<p:a xmlns:q="urn:q" xmlns:p="urn:p" xmlns:A="urn:A"/>',
      0,
      ['q', 'A'],
      '<p:a xmlns:A="urn:A" xmlns:p="urn:p" xmlns:q="urn:q"></p:a>',
    ],
    // Not in scope, or xml: nothing.
    ['<a><b/></a>', 0, ['p'], '<a><b></b></a>'],
    [`<a xmlns:xml="${XML_NAMESPACE}"/>`, 0, ['xml'], '<a></a>'],
    // An attribute of the name of a listed prefix is an attribute.
    ['<a xmlns:p="urn:p" p:q="v" q="w"/>', 0, ['q'], '<a xmlns:p="urn:p" q="w" p:q="v"></a>'],
    // #default.
    ['<p:a xmlns:p="urn:p" xmlns="urn:d"/>', 0, [''], '<p:a xmlns="urn:d" xmlns:p="urn:p"></p:a>'],
    ['<p:a xmlns:p="urn:p" xmlns="urn:d"><p:b/></p:a>', 1, [''], '<p:b xmlns="urn:d" xmlns:p="urn:p"></p:b>'],
    ['<p:a xmlns:p="urn:p"/>', 0, [''], '<p:a xmlns:p="urn:p"></p:a>'],
    ['<p:a xmlns:p="urn:p" xmlns=""/>', 0, [''], '<p:a xmlns:p="urn:p"></p:a>'],
    [
      '<a xmlns="urn:d"><p:b xmlns="" xmlns:p="urn:p"><c/></p:b></a>',
      0,
      [''],
      '<a xmlns="urn:d"><p:b xmlns="" xmlns:p="urn:p"><c></c></p:b></a>',
    ],
    ['<a xmlns="urn:d"><b xmlns=""><c/></b></a>', 2, [''], '<c></c>'],
    ['<a xmlns="urn:d"><b/></a>', 0, [''], '<a xmlns="urn:d"><b></b></a>'],
    [
      '<p:a xmlns:p="urn:p"><p:b xmlns="urn:d"/></p:a>',
      0,
      ['p', ''],
      '<p:a xmlns:p="urn:p"><p:b xmlns="urn:d"></p:b></p:a>',
    ],
  ])('for %j, element %i, of %j: %j', (text, place, prefixes, expected) => {
    expect(canonical(text, place, prefixes)).toBe(expected)
    expect(canonical(expected, 0, prefixes)).toBe(expected)
  })

  it('of nothing is none', () => {
    const element = parseDocument('<a xmlns="urn:a" xmlns:p="urn:p"><p:b/></a>')
    expect(canonicalize(element, { inclusivePrefixes: [] })).toBe(canonicalize(element))
    expect(canonicalize(element, { inclusivePrefixes: undefined })).toBe(canonicalize(element))
  })
})

describe('an omitted element', () => {
  const text = '<a>b<s xmlns="urn:s" c=""><d/>e</s>f<s/> <g><s/></g></a>'

  it.each([
    [1, '<a>bf<s></s> <g><s></s></g></a>'],
    [3, '<a>b<s xmlns="urn:s" c=""><d></d>e</s>f <g><s></s></g></a>'],
    [5, '<a>b<s xmlns="urn:s" c=""><d></d>e</s>f<s></s> <g></g></a>'],
  ])('is that one, with all in it: %i', (place, expected) => {
    const root = parseDocument(text)
    expect(canonicalize(root, { omit: elementsOf(root)[place] })).toBe(expected)
  })

  it('is none that is elsewhere, however alike', () => {
    const root = parseDocument(text)
    const [, other] = elementsOf(parseDocument(text))
    expect(canonicalize(root, { omit: other })).toBe(canonicalize(root))
    expect(canonicalize(root, { omit: undefined })).toBe(canonicalize(root))
  })

  it('leaves what it declared behind', () => {
    const root = parseDocument('<a xmlns:p="urn:p"><p:s/><p:b/></a>')
    expect(canonicalize(root, { omit: elementsOf(root)[1] })).toBe('<a><p:b xmlns:p="urn:p"></p:b></a>')
  })
})

describe('the canonical form of a generated document', () => {
  it('is read as the same, and its own canonical form', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const { text, apex, inclusivePrefixes } = generatedDocument(seed)
        const element = elementAt(text, apex)
        const once = canonicalize(element, { inclusivePrefixes })
        const again = parseDocument(once)
        expect(meaningOf(again)).toBe(meaningOf(element))
        expect(canonicalize(again, { inclusivePrefixes })).toBe(once)
      }),
      { numRuns: 2000 },
    )
  })

  it('is the same every time, and leaves the document as it is', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const { text, apex, inclusivePrefixes } = generatedDocument(seed)
        const element = elementAt(text, apex)
        const once = canonicalize(element, { inclusivePrefixes })
        expect(canonicalize(element, { inclusivePrefixes })).toBe(once)
        expect(meaningOf(element)).toBe(meaningOf(elementAt(text, apex)))
      }),
      { numRuns: 300 },
    )
  })
})

// What might be taken for markup, or vanish, if it were not escaped.
const HOSTILE = ['', ' ', '<', '>', '&', '"', "'", '\t', '\n', '\r', '&lt;', '&amp;', '&#xD;', '&#xA;', ']]>', '<![CDATA[', '<!---->', '</a>', '<b>', '<b></b>', '" b="', '\' b=\'', '"></a>', ' xmlns="u:1"', 'é', '😀', 'a', 'b'] // prettier-ignore

type Names = Pick<XmlElement, 'prefix' | 'local' | 'namespace'>

/** A tree that nothing was read from: what a builder of messages hands over. */
function treeOf(
  names: Names,
  attributes: XmlElement['attributes'],
  children: XmlElement['children'],
): XmlElement {
  return { ...names, attributes, children, declarations: [], parent: undefined, hasComment: false, source: '', start: 0, startTagEnd: 0, end: 0, isTagCanonical: false, isContentCanonical: false } // prettier-ignore
}

describe('any two trees that say different things', () => {
  const hostile = fc.array(fc.constantFrom(...HOSTILE), { maxLength: 4 }).map((parts) => parts.join(''))
  const uri = fc.constantFrom('u:1', 'u:2', "u:it's", 'u:&', 'u:&amp;', 'u:1&x', 'http://u.example/?a=1&b=2')
  const local = fc.constantFrom('a', 'b', 'xmlns', 'xml', 'A')
  const prefix = fc.constantFrom('p', 'q', 'xmlnsp', '_')
  const scope = fc.record({ '': fc.oneof(fc.constant(''), uri), p: uri, q: uri, xmlnsp: uri, _: uri })
  type Scope = Record<string, string>

  const named = (of: Scope, prefixed: string, name: string): Names => ({
    prefix: prefixed,
    local: name,
    // The default namespace is none of an attribute's.
    namespace: of[prefixed] ?? '',
  })
  const attributesIn = (of: Scope) =>
    fc
      .uniqueArray(fc.tuple(fc.oneof(fc.constant(''), prefix), local, hostile), {
        maxLength: 4,
        selector: ([prefixed, name]) => `${prefixed === '' ? '' : of[prefixed]} ${name}`,
      })
      .map((all) =>
        all
          // xmlns="" would be no attribute.
          .filter(([prefixed, name]) => prefixed !== '' || name !== 'xmlns')
          .map(([prefixed, name, value]) => ({
            ...named(prefixed === '' ? {} : of, prefixed, name),
            value,
          })),
      )
  /** No text that is empty, nor two beside each other: so they are never read. */
  const joined = (children: readonly (XmlElement | string)[]): XmlElement['children'] =>
    children.reduce<(XmlElement | string)[]>((before, child) => {
      const last = before.at(-1)
      if (child === '') return before
      if (typeof child !== 'string' || typeof last !== 'string') return [...before, child]
      return [...before.slice(0, -1), last + child]
    }, [])
  const { tree } = fc.letrec<{ tree: XmlElement }>((tie) => ({
    tree: scope.chain((of) =>
      fc
        .record({
          prefixed: fc.oneof(fc.constant(''), prefix),
          name: local,
          attributes: attributesIn(of),
          children: fc.array(fc.oneof({ maxDepth: 3 }, hostile, tie('tree')), { maxLength: 3 }),
        })
        .map(({ prefixed, name, attributes, children }) =>
          treeOf(named(of, prefixed, name), attributes, joined(children)),
        ),
    ),
  }))

  it('are each read back as what they say', () => {
    fc.assert(
      fc.property(tree, (made) => {
        expect(meaningOf(parseDocument(canonicalize(made)))).toBe(meaningOf(made))
      }),
      { numRuns: 3000 },
    )
  })

  it('have different canonical forms', () => {
    fc.assert(
      fc.property(tree, tree, (a, b) => {
        expect(canonicalize(a) === canonicalize(b)).toBe(meaningOf(a) === meaningOf(b))
      }),
      { numRuns: 2000 },
    )
  })

  it('have them, too, when they differ as little as can be', () => {
    const values = [undefined, ...HOSTILE.slice(0, 14)]
    const texts = ['', '<b></b>', '&lt;b&gt;', '"', '\n', '\r', ']]>', 'b']
    const children = [
      ...texts.map((text) => joined([text])),
      ...namesOf(['b']).map((names) => [treeOf(names, [], [])]),
    ]
    const trees = namesOf(['a', 'b']).flatMap((names) =>
      values.flatMap((a) =>
        values.flatMap((b) => children.map((content) => treeOf(names, attributesOf({ a, b }), content))),
      ),
    )
    const meanings = new Set(trees.map(meaningOf))
    expect(meanings.size).toBe(trees.length)
    expect(new Set(trees.map((made) => canonicalize(made))).size).toBe(trees.length)
  })
})

function namesOf(locals: readonly string[]): Names[] {
  const spaces = [['', ''], ['', 'u:1'], ['', 'u:&'], ['', 'u:&amp;'], ['p', 'u:1'], ['p', 'u:&'], ['q', 'u:1']] as const // prettier-ignore
  return locals.flatMap((local) => spaces.map(([prefix, namespace]) => ({ prefix, local, namespace })))
}

function attributesOf(values: Readonly<Record<string, string | undefined>>): XmlElement['attributes'] {
  return Object.entries(values).flatMap(([local, value]) =>
    value === undefined ? [] : [{ prefix: '', local, namespace: '', value }],
  )
}

describe('a document within the limits', () => {
  it('has a canonical form within them, too, or none: one that repeats a long name is not written to its end', () => {
    const name = `urn:${'x'.repeat(1_020)}`
    const element = parseDocument(`<a xmlns:p="${name}">${'<p:b/>'.repeat(4_998)}</a>`)
    let thrown: unknown
    try {
      canonicalize(element)
    } catch (error) {
      thrown = error
    }
    expect(thrown).toMatchObject({ rule: 'saml/xml-limits', reason: 'canonical-form' })
    expect(
      canonicalize(parseDocument(`<a xmlns:p="${name}">${'<p:b/>'.repeat(200)}</a>`)).length,
    ).toBeGreaterThan(200_000)
    expect(faultOf(`<a xmlns:p="${name}x"/>`)).toMatchObject({ rule: 'saml/xml-limits' })
  })

  it('is written however many attributes and declarations it has', () => {
    const each = Array.from({ length: 2_400 }, (_, at) => `xmlns:p${at}="u:${at}" p${at}:a=""`)
    const text = `<a ${each.join(' ')}/>`
    const again = parseDocument(canonical(text))
    expect([again.declarations.length, again.attributes.length]).toEqual([2_400, 2_400])
    expect(meaningOf(again)).toBe(meaningOf(parseDocument(text)))
  })
})
