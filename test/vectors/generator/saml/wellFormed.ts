import type { Keys } from '../keys.js'
import { cases, type Json, type Vector } from '../vector.js'
import { attribute, nameID, statement, subject } from './template.js'
import { inParts, samlToolbox, swapped } from './toolbox.js'
import { ADMIN } from './world.js'

/** Well-formed XML of version 1.0. Every message was signed before the fault was put in. */
export function wellFormedVectors(keys: Keys): readonly Vector[] {
  const { accepted, refused, vectors } = cases('response', 'xml', ['S63'], 'saml')
  const { input, signed } = samlToolbox(keys)
  const text = signed()
  const tagged = signed({ statement: statement(attribute('team', '@@')) })
  const valued = (value: string): Json => input(swapped(tagged, '@@', value))
  const of = (content: string): Json => input(signed({ statement: statement(attribute('team', content)) }))
  const inRoot = (more: string): Json => input(swapped(text, '<samlp:Response ', `<samlp:Response ${more} `))
  const value = (team: string) => ({ value: { attributes: { team: [team] } } })

  accepted('xml-well-formed', 'references', 'the five entities, and characters by number', of('&lt;&gt;&amp;&apos;&quot;&#65;&#x42;'), value('<>&\'"AB')) // prettier-ignore
  accepted('xml-well-formed', 'cdata', 'a CDATA section with markup in it', of('a<![CDATA[<b>&amp;]]>c'), value('a<b>&amp;c')) // prettier-ignore
  accepted('xml-well-formed', 'cdata-empty', 'an empty CDATA section', of('a<![CDATA[]]>b'), value('ab'))
  accepted(
    'xml-well-formed',
    'brackets',
    'brackets in a value that end no section',
    of(']] >]]&gt;'),
    value(']] >]]>'),
  )
  accepted('xml-well-formed', 'single-quotes', 'attributes in single quotes, with double ones in them', inRoot(`xmlns:e="urn:e" e:a='"' e:b = ">"`)) // prettier-ignore
  accepted('xml-well-formed', 'end-tag-spaces', 'white space in end tags', input(text.replaceAll('</samlp:Status>', '</samlp:Status \n>'))) // prettier-ignore
  accepted('xml-well-formed', 'comments', 'comments before, in and after the root element', input(`<!-- a - b --><!---->${swapped(text, '<samlp:Status>', '<!-- <x> --><samlp:Status>')}<!-- > -->`)) // prettier-ignore
  accepted('xml-well-formed', 'declaration', 'an XML declaration with all of its parts', input(`<?xml version = '1.0' encoding="UTF-8" standalone='yes' ?>\n${text}`)) // prettier-ignore

  const declared = (declaration: string): Json => input(declaration + text)
  const faults: readonly [string, string, string, Json][] = [
    ['comment-only', 'no-root', 'a comment and no element', input('<!-- nothing -->')],
    ['declaration-only', 'no-root', 'an XML declaration and no element', input('<?xml version="1.0"?>')],
    ['two-roots', 'after-root', 'two root elements: the second one signed', input(`<samlp:Response xmlns:samlp="urn:x"/>${text}`)], // prettier-ignore
    ['text-after', 'outside-root', 'text after the root element', input(`${text}x`)],
    [
      'text-between',
      'outside-root',
      'text between a comment and the root element',
      input(`<!-- x -->x${text}`),
    ],
    ['cdata-outside', 'markup', 'a CDATA section after the root element', input(`${text}<![CDATA[x]]>`)],
    ['end-tag-after', 'after-root', 'an end tag after the root element', input(`${text}</samlp:Response>`)],
    [
      'declaration-unquoted',
      'declaration',
      'an XML declaration without quotes',
      declared('<?xml version=1.0?>'),
    ],
    ['declaration-order', 'declaration', 'an XML declaration in the wrong order', declared('<?xml encoding="UTF-8" version="1.0"?>')], // prettier-ignore
    ['declaration-empty', 'declaration', 'an XML declaration without a version', declared('<?xml ?>')],
    [
      'declaration-unclosed',
      'declaration',
      'an XML declaration that does not end',
      declared('<?xml version="1.0">'),
    ],
    ['declaration-standalone', 'declaration', 'an XML declaration with a third answer', declared('<?xml version="1.0" standalone="maybe"?>')], // prettier-ignore
    ['version-1-1', 'version', 'XML 1.1', declared('<?xml version="1.1"?>')],
    ['version-1-00', 'version', 'version 1.00', declared('<?xml version="1.00"?>')],
    ['element-digit', 'element-name', 'an element whose name begins with a digit', valued('<1/>')],
    ['element-space', 'element-name', 'white space before the name of an element', valued('< b/>')],
    ['element-not-ascii', 'element-name', 'an element whose name is not ASCII', valued('<\u00e9/>')],
    ['bare-less-than', 'element-name', '< as text', valued('a < b')],
    ['attribute-digit', 'attribute-name', 'an attribute whose name begins with a digit', inRoot('1="b"')],
    ['attribute-not-ascii', 'attribute-name', 'an attribute whose name is not ASCII', inRoot('\u0130D="b"')],
    ['attribute-name-only', 'attribute', 'an attribute without a value', inRoot('a')],
    ['attribute-unquoted', 'attribute', 'an attribute without quotes', inRoot('a=b')],
    ['attribute-markup', 'attribute', '< in an attribute', inRoot('a="<"')],
    ['attributes-unspaced', 'start-tag', 'no white space between two attributes', inRoot('a="b"c="d"')],
    ['tag-in-tag', 'attribute-name', 'a tag inside a tag', input(swapped(text, '<samlp:Status>', '<samlp:Status <a>>'))], // prettier-ignore
    ['slash-astray', 'attribute-name', 'a slash that does not end its tag', inRoot('/')],
    ['end-tag-other', 'end-tag', 'an end tag of another name', input(swapped(text, '</samlp:Status>', '</samlp:Statu>'))], // prettier-ignore
    ['end-tag-longer', 'end-tag', 'an end tag whose name goes on', input(swapped(text, '</samlp:Status>', '</samlp:Statuses>'))], // prettier-ignore
    ['end-tag-prefix', 'end-tag', 'an end tag of another prefix', input(swapped(text, '</samlp:Status>', '</saml:Status>'))], // prettier-ignore
    ['end-tag-case', 'end-tag', 'an end tag in another case', input(swapped(text, '</samlp:Status>', '</samlp:status>'))], // prettier-ignore
    ['end-tag-attribute', 'end-tag', 'an attribute in an end tag', input(swapped(text, '</samlp:Status>', '</samlp:Status a="b">'))], // prettier-ignore
    ['overlapping', 'end-tag', 'elements that overlap', valued('<a><b></a></b>')],
    ['unclosed-root', 'unclosed-element', 'a root element that does not end', input(text.slice(0, -'</samlp:Response>'.length))], // prettier-ignore
    ['cut-off', 'unclosed-element', 'a message that is cut off in the assertion', input(text.slice(0, text.indexOf('</saml:Conditions>')))], // prettier-ignore
    ['comment-hyphens', 'comment', 'two hyphens in a comment', valued('<!-- a -- b -->')],
    ['comment-three-hyphens', 'comment', 'a comment that ends in three hyphens', valued('<!-- a --->')],
    ['comment-unclosed', 'unclosed-comment', 'a comment that does not end', input(`${text}<!-- x`)],
    ['cdata-unclosed', 'unclosed-cdata', 'a CDATA section that does not end', valued('<![CDATA[x')],
    ['cdata-lower-case', 'markup', 'a CDATA section in lower case', valued('<![cdata[x]]>')],
    ['cdata-nested', 'cdata-end', 'a CDATA section in another', valued('<![CDATA[<![CDATA[x]]>]]>')],
    ['cdata-end', 'cdata-end', ']]> in text', valued('a]]>b')],
    [
      'element-declaration',
      'markup',
      'an element declaration outside a document type',
      valued('<!ELEMENT a EMPTY>'),
    ],
    ['bang', 'markup', 'markup that is none', valued('<!x>')],
    ['ampersand', 'reference', '& as text', valued('a & b')],
    ['ampersand-attribute', 'reference', '& in an attribute', inRoot('a="b&c"')],
    ['entity-unknown', 'reference', 'an entity of HTML', valued('&nbsp;')],
    ['entity-case', 'reference', 'an entity in another case', valued('&LT;')],
    [
      'entity-prototype',
      'reference',
      'an entity that is named like a member of every object',
      valued('&constructor;'),
    ],
    ['reference-unclosed', 'reference', 'a reference without a semicolon', valued('&lt b')],
    ['reference-empty', 'reference', 'a reference to nothing', valued('&;')],
    ['reference-no-digits', 'reference', 'a character by no number', valued('&#;')],
    ['reference-hex-case', 'reference', 'a hexadecimal number behind an X', valued('&#X41;')],
    ['reference-signed', 'reference', 'a character by a negative number', valued('&#-65;')],
    ['reference-far', 'reference', 'a reference that ends far away', valued(`&#${'0'.repeat(40)}65;`)],
  ]
  for (const [name, reason, title, message] of faults)
    refused('xml-well-formed', name, reason, title, message)

  const S66: readonly [string, string, string][] = [
    ['reference-nul', 'NUL by its number', '&#0;'],
    ['reference-control', 'a control character by its number', '&#x1B;'],
    ['reference-surrogate', 'half a surrogate pair by its number', '&#xD800;'],
    ['reference-surrogates', 'both halves of a surrogate pair by their numbers', '&#xD83D;&#xDE00;'],
    ['reference-not-a-character', 'U+FFFE by its number', '&#xFFFE;'],
    ['reference-beyond', 'a number beyond U+10FFFF', '&#x110000;'],
    ['reference-overflow', 'a number that overflows 32 bits', '&#4294967361;'],
  ]
  for (const [name, title, written] of S66)
    refused('xml-well-formed', name, 'reference', title, valued(written), { attacks: ['S66'] })

  const split = cases('response', 'xml', ['S29'], 'saml')
  const person = (name: string): Json => input(signed({ subject: subject(nameID(name)) }))
  const whole = { value: { nameID: 'admin@example.com.evil.example' } }
  split.accepted('xml-well-formed', 'name-cdata', 'a NameID of which a CDATA section is a part: it is the whole text', person(`${ADMIN}<![CDATA[.evil.example]]>`), whole) // prettier-ignore
  split.accepted('xml-well-formed', 'name-cdata-whole', 'a NameID in a CDATA section', person(`<![CDATA[${ADMIN}]]>`), { value: { nameID: ADMIN } }) // prettier-ignore
  split.accepted('xml-well-formed', 'name-reference', 'a NameID that a reference parts', person(`${ADMIN}&#46;evil.example`), whole) // prettier-ignore
  split.refused('xml-well-formed', 'name-cdata-comment', 'cdata-end', 'a comment that hides the beginning of a CDATA section', input(swapped(text, 'ada@example.com', 'ada@example.com<!--<![CDATA[-->]]>'))) // prettier-ignore

  const S72 = cases('response', 'xml', ['S72'], 'saml')
  const long = 'x'.repeat(262_000)
  S72.refused('xml-well-formed', 'attribute-unclosed', 'unclosed-attribute', 'an attribute of 256 KB that does not end', input(inParts(`<samlp:Response a="${long}`, 'x'))) // prettier-ignore
  S72.refused('xml-well-formed', 'attribute-unclosed-tags', 'unclosed-attribute', 'such an attribute, full of tags', input(inParts(`<a b="${'<a b=\''.repeat(40_000)}`, '<a b=\''))) // prettier-ignore
  S72.refused('xml-well-formed', 'tag-unclosed', 'attribute', 'a start tag that ends in the name of an attribute', input(inParts(`<samlp:Response ${long}`, 'x'))) // prettier-ignore
  S72.refused('xml-well-formed', 'text-unclosed', 'unclosed-element', 'text of 256 KB and no end tag', input(inParts(`<a>${long}`, 'x'))) // prettier-ignore
  S72.refused('xml-well-formed', 'comment-long', 'unclosed-comment', 'a comment of 256 KB that does not end', input(inParts(`<a><!--${long}`, 'x'))) // prettier-ignore
  S72.refused('xml-well-formed', 'comments-unclosed', 'comment', 'the beginnings of 50,000 comments', input(inParts(`<a>${'<!--'.repeat(50_000)}`, '<!--'))) // prettier-ignore
  S72.refused('xml-well-formed', 'cdata-long', 'unclosed-cdata', 'a CDATA section of 256 KB that does not end', input(inParts(`<a><![CDATA[${long}`, 'x'))) // prettier-ignore
  S72.refused('xml-well-formed', 'ampersands', 'reference', '200,000 ampersands', input(inParts(`<a>${'&'.repeat(200_000)}</a>`, '&'))) // prettier-ignore
  S72.refused('xml-well-formed', 'references-many', 'outside-root', '60,000 references before anything else is wrong', input(inParts(`<a>${'&lt;'.repeat(60_000)}</a>x`, '&lt;'))) // prettier-ignore
  return [...vectors, ...split.vectors, ...S72.vectors]
}
