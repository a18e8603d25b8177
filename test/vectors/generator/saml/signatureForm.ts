import type { Keys } from '../keys.js'
import { cases, type Json, type More, type Vector } from '../vector.js'
import { inclusive, transform, type Signing } from './signing.js'
import { NAMESPACES, tag } from './template.js'
import { elementIn, inParts, samlToolbox, swapped } from './toolbox.js'
import { ENVELOPED, EXC_C14N, XS } from './world.js'

const C14N = 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315'
const XPATH = 'http://www.w3.org/TR/1999/REC-xpath-19991116'
const XSLT = 'http://www.w3.org/TR/1999/REC-xslt-19991116'
const BASE64 = 'http://www.w3.org/2000/09/xmldsig#base64'

/** How a Signature is built. What can be is signed as it stands: its key, its digest and its value are right. */
export function signatureFormVectors(keys: Keys): readonly Vector[] {
  const { accepted, refused, vectors } = cases('response', 'signature', [], 'saml')
  const { input, signed } = samlToolbox(keys)
  const by = (signing: Signing): Json => input(signed({}, {}, signing))
  /** Changed before it was signed. */
  const info = (from: string, to: string): Json => by({ editInfo: (text) => swapped(text, from, to) })
  /** Changed afterwards. */
  const edited = (from: string, to: string): Json => by({ edit: (text) => swapped(text, from, to) })

  accepted('signature-structure', 'plain', 'a Signature in its plainest form', by({}))
  accepted('signature-structure', 'key-info', 'KeyInfo that says nothing of use', by({ keyInfo: '<ds:KeyInfo><ds:KeyName>one</ds:KeyName></ds:KeyInfo>' })) // prettier-ignore
  accepted('signature-structure', 'ids', 'Signature, SignedInfo, SignatureValue and Reference with an Id', by({ editInfo: (text) => text.replace('<ds:SignedInfo>', '<ds:SignedInfo Id="_i">').replace('<ds:Reference ', '<ds:Reference Id="_r" '), edit: (text) => text.replace('<ds:SignatureValue>', '<ds:SignatureValue Id="_v">') })) // prettier-ignore
  accepted('signature-structure', 'white-space', 'line breaks between the elements and in the values', by({ editInfo: (text) => text.replaceAll('><', '>\n  <'), digestValue: (made) => `\n${made.toString('base64')}\n`, valueText: (made) => `\n${(made.toString('base64').match(/.{1,76}/g) ?? []).join('\n')}\n` })) // prettier-ignore
  accepted(
    'signature-structure',
    'default-namespace',
    'elements of the signature without a prefix',
    by({ prefix: '' }),
  )
  accepted('signature-structure', 'prefix-list', 'a PrefixList in both canonicalizations', by({ prefixes: ['saml', 'samlp'], signedInfoPrefixes: ['ds', 'saml'] })) // prettier-ignore
  accepted('signature-structure', 'prefix-list-default', 'a PrefixList with #default and a prefix that nothing declares', by({ prefixes: ['', 'none'] })) // prettier-ignore
  accepted('signature-structure', 'prefix-list-64', 'a PrefixList of 64 prefixes', by({ prefixes: many(64) }))

  const S18 = ['S18']
  const S19 = ['S19']
  const S20 = ['S20']
  const S07 = ['S07']
  const evilInfo = (text: string): string =>
    text.replace('<ds:SignedInfo>', `${text.slice(0, text.indexOf('</ds:SignedInfo>')).slice(text.indexOf('<ds:SignedInfo>'))}</ds:SignedInfo><ds:SignedInfo>`) // prettier-ignore
  const faults: readonly [string, string, string, Json, readonly string[]][] = [
    ['comment-in-digest', 'comment', 'a comment in DigestValue, before another digest', by({ digestValue: (made) => `<!--${made.toString('base64')}-->${made.toString('base64')}` }), S19], // prettier-ignore
    ['comment-parts-digest', 'comment', 'a comment that parts DigestValue', by({ digestValue: (made) => `${made.toString('base64').slice(0, 10)}<!-- -->${made.toString('base64').slice(10)}` }), S19], // prettier-ignore
    ['comment-in-value', 'comment', 'a comment in SignatureValue', by({ valueText: (made) => `<!-- x -->${made.toString('base64')}` }), S19], // prettier-ignore
    ['comment-between', 'comment', 'a comment between two elements of SignedInfo', info('<ds:SignatureMethod', '<!-- x --><ds:SignatureMethod'), S19], // prettier-ignore
    ['comment-in-key-info', 'comment', 'a comment in KeyInfo', by({ keyInfo: '<ds:KeyInfo><ds:KeyName>a<!-- -->b</ds:KeyName></ds:KeyInfo>' }), S19], // prettier-ignore
    ['empty', 'child', 'an empty Signature', by({ edit: () => '<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/>' }), ['S14']], // prettier-ignore
    ['no-signed-info', 'child', 'no SignedInfo', by({ edit: (text) => text.replace(/<ds:SignedInfo>.*<\/ds:SignedInfo>/, '') }), S18], // prettier-ignore
    ['no-value', 'child', 'no SignatureValue', by({ edit: (text) => text.replace(/<ds:SignatureValue>.*<\/ds:SignatureValue>/, '') }), S18], // prettier-ignore
    ['two-signed-info', 'child', 'two SignedInfo', by({ edit: evilInfo }), S18],
    ['two-signed-info-after', 'child', 'a second SignedInfo after SignatureValue', by({ edit: (text) => text.replace('</ds:Signature>', `${/<ds:SignedInfo>.*<\/ds:SignedInfo>/.exec(text)?.[0] ?? ''}</ds:Signature>`) }), S18], // prettier-ignore
    ['value-first', 'child', 'SignatureValue before SignedInfo', by({ edit: (text) => text.replace(/(<ds:SignedInfo>.*<\/ds:SignedInfo>)(<ds:SignatureValue>.*<\/ds:SignatureValue>)/, '$2$1') }), S20], // prettier-ignore
    ['foreign-signed-info', 'child', 'a SignedInfo of another namespace before the true one', edited('<ds:SignedInfo>', '<e:SignedInfo xmlns:e="urn:e"/><ds:SignedInfo>'), S20], // prettier-ignore
    ['foreign-method', 'child', 'a SignatureMethod of another namespace', info('<ds:SignatureMethod', '<ds:SignatureMethod xmlns:ds="urn:e"'), S20], // prettier-ignore
    ['method-first', 'child', 'SignatureMethod before CanonicalizationMethod', by({ editInfo: (text) => text.replace(/(<ds:CanonicalizationMethod[^>]*>)(<ds:SignatureMethod[^>]*>)/, '$2$1') }), S20], // prettier-ignore
    ['no-canonicalization', 'child', 'no CanonicalizationMethod', by({ editInfo: (text) => text.replace(/<ds:CanonicalizationMethod[^>]*>/, '') }), S20], // prettier-ignore
    ['no-transforms', 'child', 'no Transforms', by({ editInfo: (text) => text.replace(/<ds:Transforms>.*<\/ds:Transforms>/, '') }), ['S25']], // prettier-ignore
    ['no-digest-value', 'child', 'no DigestValue', by({ editInfo: (text) => text.replace(/<ds:DigestValue>.*<\/ds:DigestValue>/, '') }), S18], // prettier-ignore
    ['digest-element', 'child', 'an element in DigestValue', by({ digestValue: (made) => `<e:e xmlns:e="urn:e"/>${made.toString('base64')}` }), S19], // prettier-ignore
    ['value-element', 'child', 'an element in SignatureValue', by({ valueText: (made) => `<e:e xmlns:e="urn:e"/>${made.toString('base64')}` }), S19], // prettier-ignore
    ['prefix-list-element', 'child', 'an element in InclusiveNamespaces', by({ transforms: transform(ENVELOPED) + transform(EXC_C14N, inclusive(['saml']).replace('/>', '><e:e xmlns:e="urn:e"/></ec:InclusiveNamespaces>')) }), S20], // prettier-ignore
    ['two-digest-values', 'unexpected', 'two DigestValues', info('</ds:Reference>', '<ds:DigestValue>AAAA</ds:DigestValue></ds:Reference>'), S18], // prettier-ignore
    ['two-values', 'child', 'two SignatureValues', edited('</ds:SignatureValue>', '</ds:SignatureValue><ds:SignatureValue>AAAA</ds:SignatureValue>'), S18], // prettier-ignore
    ['object', 'child', 'a ds:Object instead of KeyInfo', by({ keyInfo: '<ds:Object>x</ds:Object>' }), S07],
    ['object-after', 'unexpected', 'a ds:Object after KeyInfo', by({ keyInfo: '<ds:KeyInfo/><ds:Object>x</ds:Object>' }), S07], // prettier-ignore
    ['manifest', 'unexpected', 'a Manifest', by({ keyInfo: '<ds:KeyInfo/><ds:Object><ds:Manifest/></ds:Object>' }), ['S16']], // prettier-ignore
    ['two-key-info', 'unexpected', 'two KeyInfo', by({ keyInfo: '<ds:KeyInfo/><ds:KeyInfo/>' }), ['S40']],
    ['more-in-signed-info', 'unexpected', 'another element in SignedInfo', info('</ds:SignedInfo>', '<ds:Object/></ds:SignedInfo>'), S20], // prettier-ignore
    ['hmac-length', 'unexpected', 'HMACOutputLength 0', by({ method: 'http://www.w3.org/2000/09/xmldsig#hmac-sha1', editInfo: (text) => text.replace(/(<ds:SignatureMethod[^>]*)\/>/, '$1><ds:HMACOutputLength>0</ds:HMACOutputLength></ds:SignatureMethod>') }), ['S43']], // prettier-ignore
    ['hmac-length-8', 'unexpected', 'HMACOutputLength 8 with an RSA method', by({ editInfo: (text) => text.replace(/(<ds:SignatureMethod[^>]*)\/>/, '$1><ds:HMACOutputLength>8</ds:HMACOutputLength></ds:SignatureMethod>') }), ['S43']], // prettier-ignore
    ['digest-parameter', 'unexpected', 'a parameter of DigestMethod', by({ editInfo: (text) => text.replace(/(<ds:DigestMethod[^>]*)\/>/, '$1><e:e xmlns:e="urn:e"/></ds:DigestMethod>') }), S20], // prettier-ignore
    ['canonicalization-parameter', 'unexpected', 'an unknown parameter of CanonicalizationMethod', by({ editInfo: (text) => text.replace(/(<ds:CanonicalizationMethod[^>]*)\/>/, '$1><ds:SignatureMethod Algorithm="x"/></ds:CanonicalizationMethod>') }), S20], // prettier-ignore
    ['two-prefix-lists', 'unexpected', 'two InclusiveNamespaces', by({ transforms: transform(ENVELOPED) + transform(EXC_C14N, inclusive(['saml']) + inclusive(['samlp'])) }), S20], // prettier-ignore
    ['enveloped-parameter', 'unexpected', 'an element in the enveloped-signature transform', by({ transforms: transform(ENVELOPED, inclusive(['saml'])) + transform(EXC_C14N) }), ['S25']], // prettier-ignore
    ['attribute', 'attribute', 'an unknown attribute of SignedInfo', info('<ds:SignedInfo>', '<ds:SignedInfo Algorithm="x">'), S20], // prettier-ignore
    ['attribute-prefixed', 'attribute', 'an attribute of another namespace on Reference', info('<ds:Reference ', '<ds:Reference xmlns:e="urn:e" e:URI="#_other" '), ['S23']], // prettier-ignore
    ['attribute-method', 'attribute', 'a second algorithm in another case', info('<ds:SignatureMethod ', '<ds:SignatureMethod algorithm="x" '), S20], // prettier-ignore
    ['attribute-digest', 'attribute', 'an attribute of DigestValue', info('<ds:DigestValue>', '<ds:DigestValue a="b">'), S19], // prettier-ignore
    ['text', 'text', 'text in SignedInfo', info('<ds:Reference ', 'x<ds:Reference '), S20],
    ['text-transforms', 'text', 'text in Transforms', info('</ds:Transforms>', 'x</ds:Transforms>'), ['S25']],
    ['prefix-list-65', 'prefixes', 'a PrefixList of 65 prefixes', by({ prefixes: many(65) }), ['S71']],
  ]
  for (const [name, reason, title, message, attacks] of faults) refused('signature-structure', name, reason, title, message, { attacks }) // prettier-ignore
  const lax: readonly [string, string, (made: Buffer) => string][] = [
    ['no-padding', 'no padding', (made) => made.toString('base64').replace(/=+$/, '')],
    ['spare-bits', 'bits left over', (made) => made.toString('base64').replace(/.(=+)$/, (_, end: string) => `/${end}`)], // prettier-ignore
    ['url-safe', 'the alphabet of base64url', (made) => `-_${made.toString('base64').slice(2)}`],
    ['empty', 'nothing', () => ''],
  ]
  for (const [name, title, digestValue] of lax) {
    refused('signature-structure', `digest-${name}`, 'base64', `DigestValue with ${title}`, by({ digestValue }), { attacks: ['S67'] }) // prettier-ignore
    refused('signature-structure', `value-${name}`, 'base64', `SignatureValue with ${title}`, by({ valueText: digestValue }), { attacks: ['S67'] }) // prettier-ignore
  }
  return [...vectors, ...referenceVectors(keys), ...transformVectors(keys), ...canonicalFormVectors(keys)]
}

function many(count: number): string[] {
  return Array.from({ length: count }, (_, one) => `p${one}`)
}

function referenceVectors(keys: Keys): readonly Vector[] {
  const { refused, vectors } = cases('response', 'signature', ['S24'], 'saml')
  const { input, signed, responseSigned } = samlToolbox(keys)
  const by = (signing: Signing): Json => input(signed({}, {}, signing))
  const wholeDocument = (uri: string | undefined): Json => input(responseSigned({}, {}, { uri }))
  const reference = /<ds:Reference .*<\/ds:Reference>/
  const second = (text: string): string => text.replace(reference, (one) => one + one)
  const repeated = (): Json => {
    const text = signed({}, {}, { editInfo: (info) => info.replace(reference, (one) => one.repeat(300)) })
    return inParts(text, elementIn(text, 'ds:Reference'))
  }
  const S17 = { attacks: ['S17'] }
  refused('signature-reference', 'none', 'none', 'no Reference', by({ editInfo: (text) => text.replace(reference, '') }), S17) // prettier-ignore
  refused(
    'signature-reference',
    'two',
    'several',
    'two References to the assertion',
    by({ editInfo: second }),
    S17,
  )
  refused('signature-reference', 'two-elements', 'several', 'a Reference to the Response and one to the assertion', by({ editInfo: (text) => second(text).replace('#_assertion-1', '#_response-1') }), S17) // prettier-ignore
  refused('signature-reference', 'many', 'several', '300 References', input(repeated()), { attacks: ['S17', 'S71'] }) // prettier-ignore
  refused('signature-reference', 'missing', 'missing', 'a Reference without a URI', wholeDocument(undefined))
  refused(
    'signature-reference',
    'whole-document',
    'empty',
    'a Reference to the whole document',
    wholeDocument(''),
  )
  refused('signature-reference', 'hash', 'empty', '# alone', wholeDocument('#'))
  const foreign: readonly [string, string, string][] = [
    ['no-hash', 'the ID without #', '_assertion-1'],
    ['xpointer', 'an XPointer', '#xpointer(id(&apos;_assertion-1&apos;))'],
    ['xpointer-root', 'an XPointer to the root', '#xpointer(/)'],
    ['quotes', 'an ID that breaks out of an XPath', "#_assertion-1' or '1'='1"],
    ['percent', 'an ID that is percent-encoded', '#%5Fassertion-1'],
    ['file', 'a file', 'file:///etc/passwd'],
    ['http', 'a web page', 'http://127.0.0.1/#_assertion-1'],
    ['content-id', 'a part of a MIME message', 'cid:assertion'],
    ['white-space', 'an ID with a space', '#_assertion-1 '],
    ['two-hashes', 'two #', '##_assertion-1'],
  ]
  for (const [name, title, uri] of foreign)
    refused('signature-reference', name, 'foreign', `a Reference to ${title}`, by({ uri }))
  refused('signature-reference', 'unknown', 'other-element', 'a Reference to an ID that nothing has', by({ uri: '#_nowhere' })) // prettier-ignore
  refused('signature-reference', 'case', 'other-element', 'a Reference to the ID in another case', by({ uri: '#_ASSERTION-1' })) // prettier-ignore
  return vectors
}

function transformVectors(keys: Keys): readonly Vector[] {
  const { accepted, refused, vectors } = cases('response', 'signature', ['S25'], 'saml')
  const { input, signed } = samlToolbox(keys)
  const by = (transforms: string, more: Signing = {}): Json => input(signed({}, {}, { transforms, ...more }))
  const enveloped = transform(ENVELOPED)
  const exclusive = transform(EXC_C14N)
  /** What inclusive canonicalization of the assertion makes of it: all that is declared around it. */
  const all: Signing = { prefixes: ['saml', 'samlp'] }
  const notSignature = '<ds:XPath>not(ancestor-or-self::ds:Signature)</ds:XPath>'
  const sheet = '<xsl:stylesheet xmlns:xsl="http://www.w3.org/1999/XSL/Transform" version="1.0"><xsl:template match="/"><xsl:value-of select="document(\'https://evil.example/\')"/></xsl:template></xsl:stylesheet>' // prettier-ignore
  accepted('signature-transforms', 'both', 'enveloped-signature, then exclusive canonicalization', by(enveloped + exclusive)) // prettier-ignore
  const wrong: readonly [string, string, string, string, Signing?][] = [
    ['none', 'missing', 'no Transform', ''],
    ['enveloped-only', 'missing', 'enveloped-signature alone: canonicalized inclusively', enveloped, all],
    [
      'exclusive-only',
      'order',
      'exclusive canonicalization alone: the digest covers the signature',
      exclusive,
    ],
    ['reversed', 'order', 'the two in the wrong order', exclusive + enveloped],
    ['enveloped-twice', 'order', 'enveloped-signature twice', enveloped + enveloped, all],
    ['three', 'too-many', 'exclusive canonicalization twice', enveloped + exclusive + exclusive],
    ['inclusive', 'unknown', 'inclusive canonicalization', enveloped + transform(C14N), all],
    ['inclusive-1-1', 'unknown', 'Canonical XML 1.1', enveloped + transform('http://www.w3.org/2006/12/xml-c14n11'), all], // prettier-ignore
    ['with-comments', 'unknown', 'exclusive canonicalization with comments', enveloped + transform(`${EXC_C14N}WithComments`)], // prettier-ignore
    ['inclusive-with-comments', 'unknown', 'inclusive canonicalization with comments', enveloped + transform(`${C14N}#WithComments`), all], // prettier-ignore
    ['xslt', 'unknown', 'XSLT', enveloped + transform(XSLT, sheet)],
    ['xslt-third', 'too-many', 'XSLT after the two', enveloped + exclusive + transform(XSLT, sheet)],
    [
      'xpath',
      'unknown',
      'XPath that does what enveloped-signature does',
      transform(XPATH, notSignature) + exclusive,
    ],
    ['xpath-nothing', 'unknown', 'XPath that leaves everything out', transform(XPATH, '<ds:XPath>false()</ds:XPath>') + exclusive], // prettier-ignore
    ['xpath-filter', 'unknown', 'XPath filter 2.0', transform('http://www.w3.org/2002/06/xmldsig-filter2', '<f:XPath xmlns:f="http://www.w3.org/2002/06/xmldsig-filter2" Filter="intersect">//*[1]</f:XPath>') + exclusive], // prettier-ignore
    ['base64', 'unknown', 'base64: of an element its text alone', transform(BASE64) + exclusive],
    ['base64-second', 'unknown', 'base64 as the second', enveloped + transform(BASE64)],
    ['prototype', 'unknown', 'an algorithm that is named like a member of every object', transform('constructor') + exclusive], // prettier-ignore
    ['no-algorithm', 'unknown', 'a Transform without an algorithm', `${enveloped}<ds:Transform/>`],
    [
      'case',
      'unknown',
      'exclusive canonicalization in upper case',
      enveloped + transform(EXC_C14N.toUpperCase()),
    ],
    ['white-space', 'unknown', 'an algorithm with a space', enveloped + transform(`${EXC_C14N} `)],
  ]
  for (const [name, reason, title, transforms, more] of wrong) {
    const attacks: More = name.endsWith('with-comments') ? { attacks: ['S35'] } : {}
    refused('signature-transforms', name, reason, title, by(transforms, more), attacks)
  }
  return vectors
}

/** A canonical form is longer than what it is made of: every element may repeat what one before it declared. */
function canonicalFormVectors(keys: Keys): readonly Vector[] {
  const { refused, vectors } = cases('response', 'signature', ['S71'], 'saml')
  const { input, responseSigned } = samlToolbox(keys)
  /** Signed with one such element, and with the digest of as many. */
  const extended = (space: string, times: number): string => {
    const canonical = `<e:e xmlns:e="${space}"></e:e>`
    const text = responseSigned(
      {},
      {
        attributes: { ...NAMESPACES, 'xmlns:e': space },
        extensions: tag('samlp:Extensions', {}, '<e:e/>'),
      },
      { digested: (one) => swapped(one, canonical, canonical.repeat(times)) },
    )
    return swapped(text, '<e:e/>', '<e:e/>'.repeat(times))
  }
  refused('signature-structure', 'canonical-nodes', 'canonical-form', 'a canonical form of more than 5,000 nodes', input(inParts(extended(XS, 4_000), '<e:e/>'))) // prettier-ignore
  refused('signature-structure', 'canonical-size', 'canonical-form', 'a canonical form of more than 262,144 characters', input(inParts(extended(`urn:${'x'.repeat(1_000)}`, 1_000), 'x', '<e:e/>'))) // prettier-ignore
  return vectors
}
