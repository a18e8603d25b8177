import fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { isXmlCharacter, trimmed } from '../../../src/saml/xml/characters.js'
import {
  MAX_XML_CHARACTERS,
  MAX_XML_DEPTH,
  MAX_XML_NODES,
  parseDocument,
  type XmlElement,
} from '../../../src/saml/xml/document.js'
import {
  MAX_XML_NAMESPACE_CHARACTERS,
  XML_NAMESPACE,
  XMLNS_NAMESPACE,
} from '../../../src/saml/xml/namespaces.js'
import { placeOf } from '../../../src/saml/xml/fault.js'
import { generatedDocument } from './generatedDocument.js'
import { mutated } from './mutated.js'
import { Random } from './random.js'
import { elementsOf, faultOf, meaningOf } from './tree.js'

/** What a text is refused for, and where. */
type Refusal = readonly [text: string, refusal: string, offset: number]

const refusals: readonly Refusal[] = [
  // A document type, before anything of it is read, and wherever it stands.
  ['<!DOCTYPE a><a/>', 'saml/xml-doctype present', 0],
  ['<!DOCTYPE', 'saml/xml-doctype present', 0],
  ['<!doctype a><a/>', 'saml/xml-doctype present', 0],
  ['<!DOCTYPEa><a/>', 'saml/xml-doctype present', 0],
  ['<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', 'saml/xml-doctype present', 0],
  ['<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', 'saml/xml-doctype present', 0],
  ['<?xml version="1.0"?>\n<!-- --><!DOCTYPE a><a/>', 'saml/xml-doctype present', 30],
  ['<a><!DOCTYPE b></a>', 'saml/xml-doctype present', 3],
  ['<a/><!DOCTYPE b>', 'saml/xml-doctype present', 4],

  ['<?x?><a/>', 'saml/xml-processing-instruction present', 0],
  ['<?xml-stylesheet href="x"?><a/>', 'saml/xml-processing-instruction present', 0],
  ['<?', 'saml/xml-processing-instruction present', 0],
  ['<a>b<?x y?>c</a>', 'saml/xml-processing-instruction present', 4],
  ['<a/><?x?>', 'saml/xml-processing-instruction present', 4],
  ['<?xml?><a/>', 'saml/xml-processing-instruction present', 0],
  ['<?XML version="1.0"?><a/>', 'saml/xml-processing-instruction present', 0],
  // An XML declaration stands at the very beginning, once.
  [' <?xml version="1.0"?><a/>', 'saml/xml-processing-instruction present', 1],
  ['<?xml version="1.0"?><?xml version="1.0"?><a/>', 'saml/xml-processing-instruction present', 21],
  ['<a><?xml version="1.0"?></a>', 'saml/xml-processing-instruction present', 3],

  ['<?xml ?><a/>', 'saml/xml-well-formed declaration', 0],
  ['<?xml version="1.0"', 'saml/xml-well-formed declaration', 0],
  ['<?xml version="1.0"><a/>', 'saml/xml-well-formed declaration', 0],
  ['<?xml version=1.0?><a/>', 'saml/xml-well-formed declaration', 0],
  [`<?xml version="1.0'?><a/>`, 'saml/xml-well-formed declaration', 0],
  ['<?xml encoding="UTF-8"?><a/>', 'saml/xml-well-formed declaration', 0],
  ['<?xml encoding="UTF-8" version="1.0"?><a/>', 'saml/xml-well-formed declaration', 0],
  ['<?xml version="1.0" standalone="yes" encoding="UTF-8"?><a/>', 'saml/xml-well-formed declaration', 0],
  ['<?xml version="1.0" version="1.0"?><a/>', 'saml/xml-well-formed declaration', 0],
  ['<?xml version="1.0"encoding="UTF-8"?><a/>', 'saml/xml-well-formed declaration', 0],
  ['<?xml version="1.0" standalone="maybe"?><a/>', 'saml/xml-well-formed declaration', 0],
  ['<?xml version="1.0" standalone="YES"?><a/>', 'saml/xml-well-formed declaration', 0],
  ['<?xml Version="1.0"?><a/>', 'saml/xml-well-formed declaration', 0],
  ['<?xml version="1.0" lang="en"?><a/>', 'saml/xml-well-formed declaration', 0],
  ['<?xml version\u00a0="1.0"?><a/>', 'saml/xml-well-formed declaration', 0],
  ['<?xml version="1.0"\u2028?><a/>', 'saml/xml-well-formed declaration', 0],
  [`<?xml version="1.0"${' '.repeat(200)}?><a/>`, 'saml/xml-well-formed declaration', 0],
  ['<?xml version="1.1"?><a/>', 'saml/xml-well-formed version', 0],
  ['<?xml version="1.00"?><a/>', 'saml/xml-well-formed version', 0],
  ['<?xml version=""?><a/>', 'saml/xml-well-formed version', 0],
  ['<?xml version="1.0" encoding="UTF-16"?><a/>', 'saml/encoding declared', 0],
  ['<?xml version="1.0" encoding="ISO-8859-1"?><a/>', 'saml/encoding declared', 0],
  ['<?xml version="1.0" encoding="US-ASCII"?><a/>', 'saml/encoding declared', 0],
  ['<?xml version="1.0" encoding="UTF-7"?><a/>', 'saml/encoding declared', 0],
  ['<?xml version="1.0" encoding="UTF8"?><a/>', 'saml/encoding declared', 0],
  ['<?xml version="1.0" encoding="utf-8 "?><a/>', 'saml/encoding declared', 0],
  ['<?xml version="1.0" encoding=""?><a/>', 'saml/encoding declared', 0],

  // Around the root.
  ['', 'saml/xml-well-formed no-root', 0],
  [' \n', 'saml/xml-well-formed no-root', 2],
  ['<!-- -->', 'saml/xml-well-formed no-root', 8],
  ['<?xml version="1.0"?>', 'saml/xml-well-formed no-root', 21],
  ['a', 'saml/xml-well-formed outside-root', 0],
  ['\ufeff<a/>', 'saml/xml-well-formed outside-root', 0],
  ['\u00a0<a/>', 'saml/xml-well-formed outside-root', 0],
  ['&#32;<a/>', 'saml/xml-well-formed outside-root', 0],
  ['x<a/>', 'saml/xml-well-formed outside-root', 0],
  ['<a/>x', 'saml/xml-well-formed outside-root', 4],
  ['<a></a> x', 'saml/xml-well-formed outside-root', 8],
  ['<a/>>', 'saml/xml-well-formed outside-root', 4],
  ['<a/>&amp;', 'saml/xml-well-formed outside-root', 4],
  ['<a/><b/>', 'saml/xml-well-formed after-root', 4],
  ['<a></a>\n<!-- --><a></a>', 'saml/xml-well-formed after-root', 16],
  ['<a/></a>', 'saml/xml-well-formed after-root', 4],
  ['<a/><', 'saml/xml-well-formed after-root', 4],
  ['<![CDATA[x]]><a/>', 'saml/xml-well-formed markup', 0],
  ['<a/><![CDATA[]]>', 'saml/xml-well-formed markup', 4],

  // Markup that is none.
  ['<a><!></a>', 'saml/xml-well-formed markup', 3],
  ['<a><!-></a>', 'saml/xml-well-formed markup', 3],
  ['<a><! -- --></a>', 'saml/xml-well-formed markup', 3],
  ['<a><!ELEMENT a ANY></a>', 'saml/xml-well-formed markup', 3],
  ['<a><![cdata[x]]></a>', 'saml/xml-well-formed markup', 3],
  ['<a><![CDATA x]]></a>', 'saml/xml-well-formed markup', 3],
  ['<a><![INCLUDE[x]]></a>', 'saml/xml-well-formed markup', 3],
  ['<', 'saml/xml-well-formed element-name', 1],
  ['<>', 'saml/xml-well-formed element-name', 1],
  ['< a/>', 'saml/xml-well-formed element-name', 1],
  ['<1/>', 'saml/xml-well-formed element-name', 1],
  ['<-a/>', 'saml/xml-well-formed element-name', 1],
  ['<.a/>', 'saml/xml-well-formed element-name', 1],
  ['<:a/>', 'saml/xml-well-formed element-name', 1],
  ['<é/>', 'saml/xml-well-formed element-name', 1],
  ['</a>', 'saml/xml-well-formed element-name', 1],
  ['<a><<b/></a>', 'saml/xml-well-formed element-name', 4],
  ['<a>1 < 2</a>', 'saml/xml-well-formed element-name', 6],
  ['<aé/>', 'saml/xml-well-formed start-tag', 2],
  ['<a', 'saml/xml-well-formed start-tag', 2],
  ['<a/', 'saml/xml-well-formed start-tag', 2],
  ['<a<b/>', 'saml/xml-well-formed start-tag', 2],
  ['<a"/>', 'saml/xml-well-formed start-tag', 2],
  ['<a\u00a0b="c"/>', 'saml/xml-well-formed start-tag', 2],
  ['<a b="c"d="e"/>', 'saml/xml-well-formed start-tag', 8],
  ['<a b="c"<d/>', 'saml/xml-well-formed start-tag', 8],
  ['<a b="c""/>', 'saml/xml-well-formed start-tag', 8],

  // Attributes.
  ['<a ', 'saml/xml-well-formed attribute-name', 3],
  ['<a / >', 'saml/xml-well-formed attribute-name', 3],
  ['<a ="b"/>', 'saml/xml-well-formed attribute-name', 3],
  ['<a "b"/>', 'saml/xml-well-formed attribute-name', 3],
  ['<a 1="b"/>', 'saml/xml-well-formed attribute-name', 3],
  ['<a :b="c"/>', 'saml/xml-well-formed attribute-name', 3],
  ['<a é="b"/>', 'saml/xml-well-formed attribute-name', 3],
  ['<a <b/>', 'saml/xml-well-formed attribute-name', 3],
  ['<a b="c" "d"/>', 'saml/xml-well-formed attribute-name', 9],
  ['<a b', 'saml/xml-well-formed attribute', 4],
  ['<a b/>', 'saml/xml-well-formed attribute', 4],
  ['<a b c="d"/>', 'saml/xml-well-formed attribute', 5],
  ['<a b=', 'saml/xml-well-formed attribute', 5],
  ['<a b=c/>', 'saml/xml-well-formed attribute', 5],
  ['<a b==""/>', 'saml/xml-well-formed attribute', 5],
  ['<a b=`c`/>', 'saml/xml-well-formed attribute', 5],
  ['<a b=&quot;c&quot;/>', 'saml/xml-well-formed attribute', 5],
  ['<a b="1 < 2"/>', 'saml/xml-well-formed attribute', 8],
  ["<a b='<'/>", 'saml/xml-well-formed attribute', 6],
  ['<a xmlns="<"/>', 'saml/xml-well-formed attribute', 10],
  ['<a b="', 'saml/xml-well-formed unclosed-attribute', 5],
  [`<a b="c'/>`, 'saml/xml-well-formed unclosed-attribute', 5],
  [`<a b='c"/>`, 'saml/xml-well-formed unclosed-attribute', 5],
  ['<a b="c"/><d e="/>', 'saml/xml-well-formed after-root', 10],
  ['<a><d e="/></a>', 'saml/xml-well-formed unclosed-attribute', 8],

  // What is begun must end.
  ['<a>', 'saml/xml-well-formed unclosed-element', 0],
  ['<a>text', 'saml/xml-well-formed unclosed-element', 0],
  ['<a><b/>', 'saml/xml-well-formed unclosed-element', 0],
  ['<a><b>x', 'saml/xml-well-formed unclosed-element', 3],
  ['<a><b></b>', 'saml/xml-well-formed unclosed-element', 0],
  ['<a></b>', 'saml/xml-well-formed end-tag', 3],
  ['<a></A>', 'saml/xml-well-formed end-tag', 3],
  ['<a><b></a></b>', 'saml/xml-well-formed end-tag', 6],
  ['<a></ab>', 'saml/xml-well-formed end-tag', 3],
  ['<ab></a>', 'saml/xml-well-formed end-tag', 4],
  ['<a></ a>', 'saml/xml-well-formed end-tag', 3],
  ['<a></>', 'saml/xml-well-formed end-tag', 3],
  ['<a></a', 'saml/xml-well-formed end-tag', 3],
  ['<a></', 'saml/xml-well-formed end-tag', 3],
  ['<a></a b="c">', 'saml/xml-well-formed end-tag', 3],
  ['<a></a/>', 'saml/xml-well-formed end-tag', 3],
  ['<a></aé>', 'saml/xml-well-formed end-tag', 3],
  ['<a></a:b>', 'saml/xml-well-formed end-tag', 3],
  // The same element by namespace is not the same by name.
  ['<a:b xmlns:a="urn:a" xmlns:c="urn:a"></c:b>', 'saml/xml-well-formed end-tag', 37],
  ['<!--', 'saml/xml-well-formed unclosed-comment', 0],
  ['<!-->', 'saml/xml-well-formed unclosed-comment', 0],
  ['<!--->', 'saml/xml-well-formed unclosed-comment', 0],
  ['<a><!-- ->', 'saml/xml-well-formed unclosed-comment', 3],
  ['<a/><!-- ', 'saml/xml-well-formed unclosed-comment', 4],
  ['<a><!----->x</a>', 'saml/xml-well-formed comment', 3],
  ['<a><!-- -- --></a>', 'saml/xml-well-formed comment', 3],
  ['<a><!-- --', 'saml/xml-well-formed comment', 3],
  ['<a><![CDATA[', 'saml/xml-well-formed unclosed-cdata', 3],
  ['<a><![CDATA[x]]</a>', 'saml/xml-well-formed unclosed-cdata', 3],
  ['<a><![CDATA[x]></a>', 'saml/xml-well-formed unclosed-cdata', 3],
  ['<a>]]></a>', 'saml/xml-well-formed cdata-end', 3],
  ['<a>x]]]></a>', 'saml/xml-well-formed cdata-end', 5],
  ['<a><![CDATA[x]]>]]></a>', 'saml/xml-well-formed cdata-end', 16],

  // References: the five entities, and characters that XML can hold.
  ['<a>&</a>', 'saml/xml-well-formed reference', 3],
  ['<a>b & c</a>', 'saml/xml-well-formed reference', 5],
  ['<a>&amp</a>', 'saml/xml-well-formed reference', 3],
  ['<a>&;</a>', 'saml/xml-well-formed reference', 3],
  ['<a>&AMP;</a>', 'saml/xml-well-formed reference', 3],
  ['<a>& amp;</a>', 'saml/xml-well-formed reference', 3],
  ['<a>&amp ;</a>', 'saml/xml-well-formed reference', 3],
  ['<a>&nbsp;</a>', 'saml/xml-well-formed reference', 3],
  ['<a>&constructor;</a>', 'saml/xml-well-formed reference', 3],
  ['<a>&#;</a>', 'saml/xml-well-formed reference', 3],
  ['<a>&#x;</a>', 'saml/xml-well-formed reference', 3],
  ['<a>&#X41;</a>', 'saml/xml-well-formed reference', 3],
  ['<a>&#4G;</a>', 'saml/xml-well-formed reference', 3],
  ['<a>&#-65;</a>', 'saml/xml-well-formed reference', 3],
  ['<a>&#6.5;</a>', 'saml/xml-well-formed reference', 3],
  ['<a>&#1e2;</a>', 'saml/xml-well-formed reference', 3],
  ['<a>&#65</a>', 'saml/xml-well-formed reference', 3],
  ['<a>&#0;</a>', 'saml/xml-well-formed reference', 3],
  ['<a>&#x0;</a>', 'saml/xml-well-formed reference', 3],
  ['<a>&#8;</a>', 'saml/xml-well-formed reference', 3],
  ['<a>&#x1F;</a>', 'saml/xml-well-formed reference', 3],
  ['<a>&#xD800;</a>', 'saml/xml-well-formed reference', 3],
  ['<a>&#xDFFF;</a>', 'saml/xml-well-formed reference', 3],
  ['<a>&#xD83D;&#xDE00;</a>', 'saml/xml-well-formed reference', 3],
  ['<a>&#xFFFE;</a>', 'saml/xml-well-formed reference', 3],
  ['<a>&#x110000;</a>', 'saml/xml-well-formed reference', 3],
  ['<a>&#4294967361;</a>', 'saml/xml-well-formed reference', 3],
  ['<a>&#00000000065;</a>', 'saml/xml-well-formed reference', 3],
  ['<a b="&"/>', 'saml/xml-well-formed reference', 6],
  ['<a b="&lt;&c;"/>', 'saml/xml-well-formed reference', 10],
  ['<a b="&#0;"/>', 'saml/xml-well-formed reference', 6],
  // Where it stands in the text as it came, line ends not yet normalized.
  ['<a>\r\n&amp;\r\n&x;</a>', 'saml/xml-well-formed reference', 12],
  ['<a b="\r\n\r\n&x;"/>', 'saml/xml-well-formed reference', 10],

  // Characters, before anything else is looked at.
  ['<a>\u0000</a>', 'saml/xml-characters illegal', 3],
  ['<a/>\u0000', 'saml/xml-characters illegal', 4],
  ['<!DOCTYPE a>\u0001', 'saml/xml-characters illegal', 12],
  ['<a b="\u0008"/>', 'saml/xml-characters illegal', 6],
  ['<a>\u000b</a>', 'saml/xml-characters illegal', 3],
  ['<a><!--\u001f--></a>', 'saml/xml-characters illegal', 7],
  ['<a><![CDATA[\ufffe]]></a>', 'saml/xml-characters illegal', 12],
  ['<a>\uffff</a>', 'saml/xml-characters illegal', 3],
  ['<a>\ud83d</a>', 'saml/xml-characters illegal', 3],
  ['<a>\ude00</a>', 'saml/xml-characters illegal', 3],
  ['<a>\ude00\ud83d</a>', 'saml/xml-characters illegal', 3],
  ['<a>😀\ud83d\ud83d\ude00</a>', 'saml/xml-characters illegal', 5],
  ['<a/>\ud83d', 'saml/xml-characters illegal', 4],

  // Namespaces.
  ['<a:b:c xmlns:a="urn:a"/>', 'saml/xml-namespaces name', 1],
  ['<a:/>', 'saml/xml-namespaces name', 1],
  ['<a:1/>', 'saml/xml-namespaces name', 1],
  ['<a::b/>', 'saml/xml-namespaces name', 1],
  ['<a:é/>', 'saml/xml-namespaces name', 1],
  ['<a b:="c"/>', 'saml/xml-namespaces name', 3],
  ['<a xmlns:="urn:a"/>', 'saml/xml-namespaces name', 3],
  ['<a xmlns:b:c="urn:a"/>', 'saml/xml-namespaces name', 3],
  ['<a:b/>', 'saml/xml-namespaces undeclared-prefix', 0],
  ['<a b:c=""/>', 'saml/xml-namespaces undeclared-prefix', 0],
  ['<xmlns:a/>', 'saml/xml-namespaces undeclared-prefix', 0],
  ['<XML:a/>', 'saml/xml-namespaces undeclared-prefix', 0],
  ['<a><b xmlns:c="urn:c"/><c:d/></a>', 'saml/xml-namespaces undeclared-prefix', 23],
  ['<a><b xmlns:c="urn:c"></b><d c:e=""/></a>', 'saml/xml-namespaces undeclared-prefix', 26],
  ['<a><b:c/><d xmlns:b="urn:b"/></a>', 'saml/xml-namespaces undeclared-prefix', 3],
  ['<a xmlns:b=""/>', 'saml/xml-namespaces empty', 3],
  ['<a xmlns:b="urn:b"><c xmlns:b=""/></a>', 'saml/xml-namespaces empty', 22],
  ['<a xmlns:xml=""/>', 'saml/xml-namespaces reserved', 3],
  ['<a xmlns:xml="urn:a"/>', 'saml/xml-namespaces reserved', 3],
  ['<a xmlns:xmlns="urn:a"/>', 'saml/xml-namespaces reserved', 3],
  [`<a xmlns:xmlns="${XMLNS_NAMESPACE}"/>`, 'saml/xml-namespaces reserved', 3],
  [`<a xmlns:b="${XMLNS_NAMESPACE}"/>`, 'saml/xml-namespaces reserved', 3],
  [`<a xmlns="${XMLNS_NAMESPACE}"/>`, 'saml/xml-namespaces reserved', 3],
  [`<a xmlns:b="${XML_NAMESPACE}"/>`, 'saml/xml-namespaces reserved', 3],
  [`<a xmlns="${XML_NAMESPACE}"/>`, 'saml/xml-namespaces reserved', 3],
  [`<a xmlns:b="${XML_NAMESPACE.replace('x', '&#x78;')}"/>`, 'saml/xml-namespaces reserved', 3],
  ['<a xmlns="relative"/>', 'saml/xml-namespaces not-a-uri', 3],
  ['<a xmlns:b="#b"/>', 'saml/xml-namespaces not-a-uri', 3],
  ['<a xmlns:b="/b"/>', 'saml/xml-namespaces not-a-uri', 3],
  ['<a xmlns:b="//host/b"/>', 'saml/xml-namespaces not-a-uri', 3],
  ['<a xmlns:b="./urn:b"/>', 'saml/xml-namespaces not-a-uri', 3],
  ['<a xmlns:b=":b"/>', 'saml/xml-namespaces not-a-uri', 3],
  ['<a xmlns:b="1rn:b"/>', 'saml/xml-namespaces not-a-uri', 3],
  ['<a xmlns:b=" "/>', 'saml/xml-namespaces not-a-uri', 3],
  ['<a xmlns:b=" urn:b"/>', 'saml/xml-namespaces not-a-uri', 3],
  ['<a xmlns:b="urn:b "/>', 'saml/xml-namespaces not-a-uri', 3],
  ['<a xmlns:b="urn:b&#10;"/>', 'saml/xml-namespaces not-a-uri', 3],
  ['<a xmlns:b="urn:é"/>', 'saml/xml-namespaces not-a-uri', 3],
  ['<a xmlns:b="urn:&quot;"/>', 'saml/xml-namespaces not-a-uri', 3],
  ['<a xmlns:b="urn:&lt;"/>', 'saml/xml-namespaces not-a-uri', 3],
  ['<a xmlns:b="urn:{b}"/>', 'saml/xml-namespaces not-a-uri', 3],
  ['<a xmlns:b="urn:%4"/>', 'saml/xml-namespaces not-a-uri', 3],
  ['<a xmlns:b="urn:a#b#c"/>', 'saml/xml-namespaces not-a-uri', 3],
  ['<a xmlns:b="http://a:b/"/>', 'saml/xml-namespaces not-a-uri', 3],
  ['<a xmlns:b="http://a@b@c/"/>', 'saml/xml-namespaces not-a-uri', 3],

  // Attributes are one by name, or by namespace.
  ['<a b="" b=""/>', 'saml/xml-duplicate-attribute attribute', 0],
  ['<x><a b="1" c="" b="2"/></x>', 'saml/xml-duplicate-attribute attribute', 3],
  ['<a xmlns:b="urn:b" b:c="" b:c=""/>', 'saml/xml-duplicate-attribute attribute', 0],
  ['<a xmlns:b="urn:b" xmlns:c="urn:b" b:d="" c:d=""/>', 'saml/xml-duplicate-attribute attribute', 0],
  ['<a xmlns:b="urn:b"><c b:d="" e:d="" xmlns:e="urn:&#98;"/></a>', 'saml/xml-duplicate-attribute attribute', 19], // prettier-ignore
  ['<a xml:lang="" xml:lang=""/>', 'saml/xml-duplicate-attribute attribute', 0],
  ['<a b="" c="" d="" e="" f="" g="" h="" i="" b=""/>', 'saml/xml-duplicate-attribute attribute', 0],
  ['<a xmlns:x="u:x" xmlns:y="u:x" b="" c="" d="" e="" f="" g="" h="" x:i="" y:i=""/>', 'saml/xml-duplicate-attribute attribute', 0], // prettier-ignore
  ['<a xmlns="urn:a" xmlns="urn:a"/>', 'saml/xml-duplicate-attribute declaration', 0],
  ['<a xmlns="urn:a" xmlns=""/>', 'saml/xml-duplicate-attribute declaration', 0],
  ['<a xmlns:b="urn:a" xmlns:b="urn:b"/>', 'saml/xml-duplicate-attribute declaration', 0],
  ['<a><c xmlns:b="urn:a" d="" xmlns:b="urn:a"/></a>', 'saml/xml-duplicate-attribute declaration', 3],
]

const nested = (depth: number, innermost: string): string =>
  `${'<a>'.repeat(depth - 1)}${innermost}${'</a>'.repeat(depth - 1)}`

/** Documents that have as many nodes as they are asked for, each in its own way. */
const nodes: Readonly<Record<string, (count: number) => string>> = {
  elements: (count) => `<a>${'<b/>'.repeat(count - 1)}</a>`,
  attributes: (count) => `<a ${numbered(count - 1, (at) => `b${at}=""`)}/>`,
  'attributes in a namespace': (count) =>
    `<a xmlns:b="urn:b" ${numbered(count - 2, (at) => `b:b${at}=""`)}/>`,
  declarations: (count) => `<a ${numbered(count - 1, (at) => `xmlns:b${at}="urn:b"`)}/>`,
  comments: (count) => `<a>${'<!---->'.repeat(count - 1)}</a>`,
  'comments outside the root': (count) => `<a/>${'<!---->'.repeat(count - 1)}`,
  'CDATA sections': (count) => `<a>${'<![CDATA[]]>'.repeat(count - 1)}</a>`,
  'runs of text': (count) =>
    `<a>${'x<b/>'.repeat(Math.floor((count - 1) / 2))}${(count - 1) % 2 ? 'x' : ''}</a>`,
}

function numbered(count: number, make: (at: number) => string): string {
  return Array.from({ length: count }, (_, at) => make(at)).join(' ')
}

const sized = (length: number): string => `<a>${'x'.repeat(length - 7)}</a>`
const named = (length: number): string => `<a xmlns="urn:${'x'.repeat(length - 4)}"/>`

const limits: readonly Refusal[] = [
  [nested(MAX_XML_DEPTH + 1, '<a></a>'), 'saml/xml-limits depth', 192],
  // An element without content is as deep, and its canonical form has two tags.
  [nested(MAX_XML_DEPTH + 1, '<a/>'), 'saml/xml-limits depth', 192],
  ['<a>'.repeat(80_000), 'saml/xml-limits depth', 192],
  [nodes['elements']!(MAX_XML_NODES + 1), 'saml/xml-limits nodes', 4 * MAX_XML_NODES - 1],
  [sized(MAX_XML_CHARACTERS + 1), 'saml/message-size too-large', 0],
  // Before anything else is looked at.
  ['\u0000'.repeat(MAX_XML_CHARACTERS + 1), 'saml/message-size too-large', 0],
  [named(MAX_XML_NAMESPACE_CHARACTERS + 1), 'saml/xml-limits namespace', 3],
]

describe('what is refused', () => {
  it.each([...refusals, ...limits].map((row) => [shortened(row[0]), ...row] as const))(
    '%s',
    (_, text, refusal, offset) => {
      const fault = faultOf(text)
      expect(fault && { refusal: `${fault.rule} ${fault.reason}`, offset: fault.offset }).toEqual({
        refusal,
        offset,
      })
    },
  )

  it('has every reason that the reader knows', () => {
    const tested = new Set([...refusals, ...limits].map(([, refusal]) => refusal))
    expect([...tested].sort()).toEqual([...reasonsInSource()].sort())
  })

  it('is so at any length that the size allows, begun and not ended', () => {
    const rest = 'x '.repeat(130_000)
    const parts = ['<a ', '<a b="', "<a b='", '<a>', '<a>&', '<!--', '<a><!--', '<a><![CDATA[', '</', '<a></a', '<?xml ', '<?', '<!'] // prettier-ignore
    expect(parts.filter((part) => !faultOf(part + rest))).toEqual([])
    expect(parts.filter((part) => !faultOf(part.repeat(20_000)))).toEqual([])
  })
})

function shortened(text: string): string {
  const shown = JSON.stringify(text)
  return shown.length > 90 ? `${shown.slice(0, 60)}… (${text.length})` : shown
}

/** Each rule with each of its reasons, as the reader's source throws them. */
function reasonsInSource(): Set<string> {
  const source = ['document', 'namespaces', 'references']
    .map((file) =>
      readFileSync(new URL(`../../../src/saml/xml/${file}.ts`, import.meta.url), 'utf8').replace(/\s+/g, ' '),
    )
    .join('\n')
  const found = new Set<string>()
  for (const [, rule, reasons] of source.matchAll(/new XmlFault\( ?'([^']+)', ([^,]+),/g)) {
    for (const [, reason] of reasons!.matchAll(/'([^']+)'/g)) found.add(`${rule} ${reason}`)
  }
  for (const [, reason] of source.matchAll(/#name\('([^']+)'\)/g)) found.add(`saml/xml-well-formed ${reason}`)
  for (const [, reason] of source.matchAll(/ fault\('([^']+)'\)/g)) found.add(`saml/xml-namespaces ${reason}`)
  return found
}

describe('limits', () => {
  it(`allow ${MAX_XML_DEPTH} levels`, () => {
    for (const innermost of ['<a></a>', '<a/>', '<a>x</a>']) {
      expect(elementsOf(parseDocument(nested(MAX_XML_DEPTH, innermost)))).toHaveLength(MAX_XML_DEPTH)
    }
  })

  it('count depth, not how many elements were closed before', () => {
    expect(parseDocument(`<a>${nested(MAX_XML_DEPTH - 1, '<b/>').repeat(20)}</a>`).children).toHaveLength(20)
  })

  it.each(Object.entries(nodes))(`allow ${MAX_XML_NODES} nodes, and no more, of %s`, (_, make) => {
    expect(faultOf(make(MAX_XML_NODES))).toBeUndefined()
    expect(faultOf(make(MAX_XML_NODES + 1))).toMatchObject({ rule: 'saml/xml-limits', reason: 'nodes' })
  })

  it(`allow ${MAX_XML_CHARACTERS} characters`, () => {
    expect(parseDocument(sized(MAX_XML_CHARACTERS)).children).toEqual(['x'.repeat(MAX_XML_CHARACTERS - 7)])
  })

  it(`allow ${MAX_XML_NAMESPACE_CHARACTERS} characters in a namespace name`, () => {
    expect(parseDocument(named(MAX_XML_NAMESPACE_CHARACTERS)).namespace).toHaveLength(
      MAX_XML_NAMESPACE_CHARACTERS,
    )
  })

  it('are those that are documented', () => {
    const known = [MAX_XML_CHARACTERS, MAX_XML_DEPTH, MAX_XML_NODES, MAX_XML_NAMESPACE_CHARACTERS]
    expect(known).toEqual([262_144, 64, 5_000, 1_024])
  })
})

const childrenOf = (content: string): XmlElement['children'] => parseDocument(`<a>${content}</a>`).children
const valueOf = (value: string): string | undefined => parseDocument(`<a b=${value}/>`).attributes[0]?.value

describe('text', () => {
  it.each([
    ['', []],
    ['b', ['b']],
    [' \n\t ', [' \n\t ']],
    ['\r', ['\n']],
    ['&#13;', ['\r']],
    ['b<![CDATA[<c>&d;]]>e', ['b<c>&d;e']],
    ['<![CDATA[b]]><![CDATA[c]]>', ['bc']],
    ['<![CDATA[]]>', []],
    ['<![CDATA[]]>b<![CDATA[]]>', ['b']],
    ['<![CDATA[]]]]>', [']]']],
    ['<![CDATA[]]]]><![CDATA[>]]>', [']]>']],
    ['<![CDATA[<![CDATA[]]>', ['<![CDATA[']],
    ['<![CDATA[<!--]]>-->', ['<!---->']],
    ['<![CDATA[<?x?><!DOCTYPE b>]]>', ['<?x?><!DOCTYPE b>']],
    // A comment parts nothing: what is signed as one text is read as one.
    ['admin@x<!---->.evil', ['admin@x.evil']],
    ['b<!-- c --><![CDATA[d]]><!-- e -->f', ['bdf']],
    ['<!-- b -->', []],
    ['<!--><b>&<![CDATA[-->', []],
    [']]<!---->>', [']]>']],
    [']]&gt;', [']]>']],
    [']] >', [']] >']],
    ['> " \' ]', ['> " \' ]']],
    ['&lt;&gt;&amp;&quot;&apos;', ['<>&"\'']],
    // What a reference stands for is text, and no markup.
    ['&#60;b/&#62;', ['<b/>']],
    ['&amp;lt;', ['&lt;']],
    ['&#38;lt;', ['&lt;']],
    ['&#38;#38;', ['&#38;']],
    ['&#65;&#x41;&#x00041;&#0000000065;', ['AAAA']],
    ['&#x1f600;&#x1F600;&#128512;😀', ['😀😀😀😀']],
    ['&#x10FFFF;&#x10000;&#xFFFD;&#xE000;&#xD7FF;', ['\u{10ffff}\u{10000}\ufffd\ue000\ud7ff']],
    ['&#9;&#10;&#13;&#32;', ['\t\n\r ']],
    ['é漢\u0085\u2028\ufeff\u007f', ['é漢\u0085\u2028\ufeff\u007f']],
    // Line ends are one, unless a reference wrote them.
    ['b\r\nc\rd\ne\r\r\nf\n\rg', ['b\nc\nd\ne\n\nf\n\ng']],
    ['b\r&#10;c&#13;\nd&#xD;&#xA;e', ['b\n\nc\r\nd\r\ne']],
    ['<![CDATA[b\r\nc\rd&#13;]]>', ['b\nc\nd&#13;']],
    ['b\r<!---->\nc', ['b\n\nc']],
  ])('of %j is %j', (content, children) => {
    expect(childrenOf(content)).toEqual(children)
  })

  it('stands between elements as it is written', () => {
    expect(childrenOf('b<c/>d<!-- -->e<f>g</f> ')).toMatchObject([
      'b',
      { local: 'c', children: [] },
      'de',
      { local: 'f', children: ['g'] },
      ' ',
    ])
  })
})

describe('comments', () => {
  it.each([
    ['<a/>', false],
    ['<a>b</a>', false],
    ['<a><!----></a>', true],
    ['<a>b<!-- c -->d</a>', true],
    ['<a><!-- - -\n-> --></a>', true],
    ['<a><b><!-- --></b></a>', false],
    ['<!-- --><a/><!-- -->', false],
    ['<a><![CDATA[<!-- -->]]></a>', false],
  ])('directly in the root of %j: %j', (text, hasComment) => {
    expect(parseDocument(text).hasComment).toBe(hasComment)
  })

  it('belong to the element that they stand in', () => {
    const root = parseDocument('<a><b/>c<d><!-- --><e/></d></a>')
    expect(elementsOf(root).map(({ local, hasComment }) => [local, hasComment])).toEqual([
      ['a', false],
      ['b', false],
      ['d', true],
      ['e', false],
    ])
  })
})

describe('an attribute value', () => {
  it.each([
    [`""`, ''],
    [`"c"`, 'c'],
    [`'c'`, 'c'],
    [`"it's"`, "it's"],
    [`'say "c"'`, 'say "c"'],
    [`">"`, '>'],
    [`"]]>"`, ']]>'],
    [`" c  d "`, ' c  d '],
    [`"c\td"`, 'c d'],
    [`"c\nd"`, 'c d'],
    [`"c\rd"`, 'c d'],
    [`"c&#9;d"`, 'c\td'],
    [`"c\td\ne\r\nf\rg"`, 'c d e f g'],
    [`"\r\n\r\n"`, '  '],
    [`"c&#9;d&#10;e&#13;f&#xD;&#xA;g&#x20;h"`, 'c\td\ne\rf\r\ng h'],
    [`"\r&#10;"`, ' \n'],
    [`"&lt;&gt;&amp;&quot;&apos;"`, '<>&"\''],
    [`"&#34;&#39;&#60;"`, '"\'<'],
    [`"&amp;lt;"`, '&lt;'],
    [`"é\u0085\u2028&#x1F600;"`, 'é\u0085\u2028😀'],
    [`\t\r\n "c"`, 'c'],
  ])('written %j is %j', (written, value) => {
    expect(valueOf(written)).toBe(value)
  })

  it('may have white space wherever XML allows it', () => {
    expect(parseDocument('<a\r\n\tb\n=\r\'c\'\td = "e"\n/>').attributes).toEqual([
      { prefix: '', local: 'b', namespace: '', value: 'c' },
      { prefix: '', local: 'd', namespace: '', value: 'e' },
    ])
    expect(parseDocument('<a\n>b</a \t\r\n>').children).toEqual(['b'])
  })

  it('stands in document order with the others, and apart from declarations', () => {
    const text = '<a c="1" xmlns:p="urn:p" b="2" xmlns="urn:d" p:a="3" xml:lang="en"/>'
    expect(parseDocument(text)).toMatchObject({
      namespace: 'urn:d',
      attributes: [
        { prefix: '', local: 'c', namespace: '', value: '1' },
        { prefix: '', local: 'b', namespace: '', value: '2' },
        { prefix: 'p', local: 'a', namespace: 'urn:p', value: '3' },
        { prefix: 'xml', local: 'lang', namespace: XML_NAMESPACE, value: 'en' },
      ],
      declarations: [
        { prefix: 'p', uri: 'urn:p' },
        { prefix: '', uri: 'urn:d' },
      ],
    })
  })

  it('is not the same as another of the same local name in another namespace', () => {
    const text = '<a xmlns="urn:a" xmlns:p="urn:a" xmlns:q="urn:q" b="1" p:b="2" q:b="3"/>'
    expect(parseDocument(text).attributes.map(({ namespace, value }) => [namespace, value])).toEqual([
      ['', '1'],
      ['urn:a', '2'],
      ['urn:q', '3'],
    ])
    const many = `<a xmlns:p="urn:p" ${numbered(20, (at) => `b${at}="" p:b${at}=""`)}/>`
    expect(parseDocument(many).attributes).toHaveLength(40)
  })
})

/** Where each element and each attribute with a prefix is, by namespace. */
function namespacesOf(text: string): string[] {
  return elementsOf(parseDocument(text)).flatMap(({ local, namespace, attributes }) => [
    `${local} ${namespace}`.trimEnd(),
    ...attributes.filter(({ prefix }) => prefix !== '').map((one) => `@${one.local} ${one.namespace}`),
  ])
}

describe('namespaces', () => {
  it.each([
    ['<a/>', ['a']],
    ['<a xmlns="urn:a"><b/></a>', ['a urn:a', 'b urn:a']],
    ['<a xmlns="urn:a"><b xmlns=""><c/></b><d/></a>', ['a urn:a', 'b', 'c', 'd urn:a']],
    ['<a xmlns="urn:a"><b xmlns=""/><d/></a>', ['a urn:a', 'b', 'd urn:a']],
    ['<a xmlns=""/>', ['a']],
    ['<p:a xmlns:p="urn:a"><b/><p:c/></p:a>', ['a urn:a', 'b', 'c urn:a']],
    [
      '<p:a xmlns:p="urn:a"><p:b xmlns:p="urn:b"><p:c/></p:b><p:d/></p:a>',
      ['a urn:a', 'b urn:b', 'c urn:b', 'd urn:a'],
    ],
    ['<a><p:b xmlns:p="urn:1"/><p:b xmlns:p="urn:2"/></a>', ['a', 'b urn:1', 'b urn:2']],
    // A declaration counts for all of its element, wherever in the tag it stands.
    ['<p:a p:b="" xmlns:p="urn:a"/>', ['a urn:a', '@b urn:a']],
    ['<a xml:lang="en"/>', ['a', `@lang ${XML_NAMESPACE}`]],
    [`<xml:a xmlns:xml="${XML_NAMESPACE}"/>`, [`a ${XML_NAMESPACE}`]],
    ['<a xmlns="urn:a&amp;b"/>', ['a urn:a&b']],
    ["<a xmlns='&#117;rn:a'/>", ['a urn:a']],
    // Names that only look reserved.
    ['<xmlns xmlnsx="" xml=""/>', ['xmlns']],
    ['<XMLx:a xmlns:XMLx="urn:x" XMLx:xmlns="" xml:xmlns=""/>', ['a urn:x', '@xmlns urn:x', `@xmlns ${XML_NAMESPACE}`]], // prettier-ignore
    ['<_:_ xmlns:_="urn:_"/>', ['_ urn:_']],
    ['<a.b-c:x-1.y xmlns:a.b-c="urn:a"/>', ['x-1.y urn:a']],
  ])('of %j', (text, found) => {
    expect(namespacesOf(text)).toEqual(found)
  })

  it.each([
    'urn:oasis:names:tc:SAML:2.0:assertion',
    'http://www.w3.org/2000/09/xmldsig#',
    'http://schemas.xmlsoap.org/ws/2005/05/identity/claims',
    'https://user:pass@host.example:8443/a;b=c/%7Ed?e=f&amp;g#h?/i',
    "x-y.z+1:it's(*)!,$@~_",
    'urn:',
    'http://',
    'http://host',
    'a:/b',
  ])('may be named %j', (uri) => {
    expect(parseDocument(`<a xmlns="${uri}"/>`).namespace).toBe(uri.replaceAll('&amp;', '&'))
  })
})

describe('around the root', () => {
  it.each([
    '<?xml version="1.0"?>',
    "<?xml version='1.0'?>",
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<?xml version="1.0" encoding="utf-8"?>',
    `<?xml version="1.0" encoding='Utf-8' standalone="no"?>`,
    '<?xml version="1.0" standalone="yes"?>',
    '<?xml\t\r\nversion \n=\t"1.0"\n encoding\r=\r"UTF-8" standalone = \'yes\' \n?>',
    ' \r\n\t',
    '<!-- b --> <!----> ',
    '<?xml version="1.0"?>\n<!-- <a> & ]]> -->\n',
  ])('%j may stand', (before) => {
    expect(parseDocument(`${before}<a/>`)).toMatchObject({ local: 'a', start: before.length })
    expect(parseDocument(`${before}<a>b</a> <!-- -->\n`)).toMatchObject({ local: 'a', children: ['b'] })
  })
})

describe('the tree', () => {
  it('knows its parents, and the root has none', () => {
    const root = parseDocument('<a><b><c/></b></a>')
    expect(root.parent).toBeUndefined()
    const [, b, c] = elementsOf(root)
    expect(b?.parent).toBe(root)
    expect(c?.parent).toBe(b)
  })

  it('says where each element stands in the text', () => {
    const text = '<!-- --><a b=">"><c/>😀<d>&amp;</d >\r\n</a> '
    expect(elementsOf(parseDocument(text)).map(({ start, end }) => text.slice(start, end))).toEqual([
      '<a b=">"><c/>😀<d>&amp;</d >\r\n</a>',
      '<c/>',
      '<d>&amp;</d >',
    ])
  })

  it('of a generated document is within its text, each element within its parent and after those before it', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const { text } = generatedDocument(seed)
        for (const element of elementsOf(parseDocument(text))) expectPlace(text, element)
      }),
      { numRuns: 300 },
    )
  })

  it('of an element that needs nothing from outside is the same when the element stands alone', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const { text } = generatedDocument(seed)
        const [, inner] = elementsOf(parseDocument(text))
        fc.pre(inner !== undefined)
        const alone = text.slice(inner!.start, inner!.end)
        if (!faultOf(alone) && inner!.parent!.declarations.length === 0)
          expect(meaningOf(parseDocument(alone))).toBe(meaningOf(inner!))
      }),
      { numRuns: 300 },
    )
  })
})

function expectPlace(text: string, { prefix, local, start, end, children, parent }: XmlElement): void {
  const name = prefix === '' ? local : `${prefix}:${local}`
  expect(text.slice(start, start + 1 + name.length)).toBe(`<${name}`)
  expect(text.slice(start, end)).toMatch(/>$/)
  if (parent) expect(start > parent.start && end < parent.end).toBe(true)
  let before = start
  for (const child of children) {
    if (typeof child === 'string') continue
    expect(child.start).toBeGreaterThan(before)
    before = child.end - 1
  }
}

describe('characters', () => {
  const units = Array.from({ length: 0x1_0000 }, (_, code) => code)
  const ofXml = /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]$/u

  it('are read exactly if XML has them', () => {
    const wrong = units.filter((code) => {
      const character = String.fromCharCode(code)
      if (character === '<' || character === '&') return false
      const fault = faultOf(`<a>${character}</a>`)
      return fault ? ofXml.test(character) || fault.reason !== 'illegal' : !ofXml.test(character)
    })
    expect(wrong).toEqual([])
  })

  it('are referred to exactly if XML has them', () => {
    const beyond = [0x1_0000, 0x1_fffe, 0x1_ffff, 0x10_ffff, 0x11_0000, 0xff_ffff, 0xffff_ffff]
    const wrong = [...units, ...beyond].filter((code) => {
      const isLegal = code <= 0x10_ffff && ofXml.test(String.fromCodePoint(code))
      const text = `<a>&#${code};&#x${code.toString(16)};</a>`
      if (!isLegal) return faultOf(text)?.reason !== 'reference'
      return parseDocument(text).children[0] !== String.fromCodePoint(code).repeat(2)
    })
    expect(wrong).toEqual([])
    expect(beyond.map(isXmlCharacter)).toEqual([true, true, true, true, false, false, false])
  })

  it('begin and make up names only if they are ASCII', () => {
    const characters = units.map((code) => String.fromCharCode(code))
    const named = (name: string): boolean => {
      const text = `<${name}></${name}>`
      return !faultOf(text) && parseDocument(text).local === name
    }
    const starts = characters.filter((character) => named(`${character}x`)).join('')
    const parts = characters.filter((character) => named(`x${character}`)).join('')
    expect(starts).toBe('ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz')
    expect(parts).toBe('-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz')
  })

  it.each([
    ['', ''],
    [' \t\r\n', ''],
    [' a b\n', 'a b'],
    ['a', 'a'],
    ['\u00a0a\u00a0', '\u00a0a\u00a0'],
    ['\ufeffa\u2028', '\ufeffa\u2028'],
    ['\v\fa', '\v\fa'],
  ])('of %j trimmed are %j', (text, expected) => {
    expect(trimmed(text)).toBe(expected)
  })

  it.each([
    [0, 'line 1, column 1'],
    [2, 'line 1, column 3'],
    [3, 'line 2, column 1'],
    [6, 'line 4, column 2'],
  ])('are found at offset %i: %s', (offset, place) => {
    expect(placeOf('ab\n\n\ncd', offset)).toBe(place)
  })
})

/** Whatever a text is, it is read or refused by a fault that says where; twice the same. */
function expectReadOrRefused(text: string): void {
  const fault = faultOf(text)
  if (!fault) {
    expect(meaningOf(parseDocument(text))).toBe(meaningOf(parseDocument(text)))
    return
  }
  expect(fault.rule).toMatch(/^saml\/[a-z-]+$/)
  expect(fault.offset).toBeGreaterThanOrEqual(0)
  expect(fault.offset).toBeLessThanOrEqual(text.length)
  expect(faultOf(text)).toMatchObject({ rule: fault.rule, reason: fault.reason, offset: fault.offset })
}

describe('any text at all', () => {
  const pieces = ['<', '>', '/', '=', '"', "'", '&', ';', '#', '!', '?', '-', '--', '[', ']', ']]>', '<!--', '-->', '<![CDATA[', '<!DOCTYPE', '<?xml version="1.0"?>', '<a', '<a>', '</a>', '<a/>', 'a', ':', ' ', '\r\n', 'xmlns', '="urn:a"', '&lt;', '&#x', '\u0000', '\ud83d', 'é'] // prettier-ignore
  const markup = fc.array(fc.constantFrom(...pieces), { maxLength: 40 }).map((parts) => parts.join(''))
  const anything = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.string({ maxLength: 50 }),
    markup,
  )

  it('is read, or refused by a fault', () => {
    fc.assert(fc.property(anything, expectReadOrRefused), { numRuns: 5000 })
  })

  it('is so in an element, and in an attribute', () => {
    fc.assert(
      fc.property(anything, (text) => {
        expectReadOrRefused(`<a>${text}</a>`)
        expectReadOrRefused(`<a b="${text}"/>`)
        expectReadOrRefused(`<a ${text}/>`)
      }),
      { numRuns: 3000 },
    )
  })

  it('is so when it was XML before it was changed', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (seed, change) => {
        expectReadOrRefused(mutated(generatedDocument(seed).text, new Random(change)))
      }),
      { numRuns: 3000 },
    )
  })

  it('is so when it is XML, cut anywhere', () => {
    const { text } = generatedDocument(4)
    for (let at = 0; at <= text.length; at++) {
      expectReadOrRefused(text.slice(0, at))
      expectReadOrRefused(text.slice(at))
    }
  })
})

const referred = (text: string): string =>
  text.replace(/[^a-z]/gu, (character) => `&#${character.codePointAt(0)};`)

describe('a text in an element or an attribute', () => {
  it('reads back as what was written with references', () => {
    const legal = fc
      .string({ unit: 'binary', maxLength: 60 })
      .filter((text) => !faultOf(`<a>${referred(text)}</a>`))
    fc.assert(
      fc.property(legal, (text) => {
        expect(childrenOf(referred(text)).join('')).toBe(text)
        expect(valueOf(`"${referred(text)}"`)).toBe(text)
      }),
      { numRuns: 500 },
    )
  })
})
