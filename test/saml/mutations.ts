import type { XmlElement } from '../../src/saml/xml/document.js'
import { parseDocument } from '../../src/saml/xml/document.js'
import { allElementsOf } from '../../src/saml/xml/query.js'
import type { Random } from './xml/random.js'

/** Makes another message of a Response, knowing where its elements stand. */
export type Mutation = (xml: string, random: Random) => string

function elementsIn(xml: string): readonly XmlElement[] {
  return allElementsOf(parseDocument(xml))
}

const cut = (xml: string, from: number, to: number, between = ''): string =>
  xml.slice(0, from) + between + xml.slice(to)

const textOf = (xml: string, { start, end }: XmlElement): string => xml.slice(start, end)

const FORGED = ['eve@example.com', 'ada@example.com.evil.example', 'admin@example.com']

/** A copy of the assertion that names somebody else, with a new ID, the same, or none, and its signature or not. */
function forgedAssertion(xml: string, random: Random): string {
  const assertion = elementsIn(xml).find(({ local }) => local === 'Assertion')
  if (!assertion) return ''
  let text = textOf(xml, assertion).replace('ada@example.com', random.pick(FORGED))
  if (random.chance(0.5)) text = text.replace(/<ds:Signature .*?<\/ds:Signature>/s, '')
  if (random.chance(0.6))
    text = text.replace(/ID="[^"]*"/, random.pick(['ID="_evil"', '', 'Id="_id2"', 'xml:id="_id2"']))
  return text
}

const anyToken = ['<', '>', '"', '&', '/', '=', ' ', '\n', '\u0000', 'A', '0', '<!---->', '<![CDATA[x]]>', '&#65;', '&amp;', '<x/>', '<?x?>', ' xmlns:saml="urn:x"', '<!--x', ']]>'] // prettier-ignore

/** What anybody may do to a text on its way: most of it breaks the signature, or the XML. */
export const wildMutations: Readonly<Record<string, Mutation>> = {
  byte: (xml, random) => {
    const bytes = Buffer.from(xml)
    bytes[random.below(bytes.length)] = random.below(256)
    return bytes.toString('utf8')
  },
  drop: (xml, random) => {
    const at = random.below(xml.length)
    return cut(xml, at, at + 1 + random.below(40))
  },
  insert: (xml, random) => {
    const at = random.below(xml.length)
    return cut(xml, at, at, random.pick(anyToken))
  },
  swap: (xml, random) => {
    const [a, b] = [random.below(xml.length), random.below(xml.length)]
    const [from, to] = [Math.min(a, b), Math.max(a, b)]
    const size = 1 + random.below(30)
    return xml.slice(0, from) + xml.slice(to, to + size) + xml.slice(from)
  },
  copyElement: (xml, random) => {
    const all = elementsIn(xml)
    const copy = textOf(xml, random.pick(all))
    return cut(xml, ...twice(random.pick(all.slice(1)).start), copy)
  },
  moveElement: (xml, random) => {
    const moved = random.pick(elementsIn(xml).slice(1))
    const rest = cut(xml, moved.start, moved.end)
    return cut(rest, ...twice(random.pick(elementsIn(rest)).end), textOf(xml, moved))
  },
  removeElement: (xml, random) => {
    const gone = random.pick(elementsIn(xml).slice(1))
    return cut(xml, gone.start, gone.end)
  },
  renameElement: (xml, random) => {
    const { prefix, local, start, end } = random.pick(elementsIn(xml))
    const name = random.pick([
      'Assertion',
      'NameID',
      'Response',
      'Signature',
      'Object',
      'x',
      local.toLowerCase(),
    ])
    const text = xml
      .slice(start, end)
      .replaceAll(new RegExp(`(</?)${prefix}:${local}(?=[\\s/>])`, 'g'), `$1${prefix}:${name}`)
    return cut(xml, start, end, text)
  },
  value: (xml, random) => {
    const values = [...xml.matchAll(/"[^"]*"|>[^<]+</g)]
    const { 0: old = '', index = 0 } = random.pick(values)
    const replacement = random.pick([
      '',
      'x',
      '2.0',
      '2099-01-01T00:00:00Z',
      'eve@example.com',
      '_id1',
      '_id2',
      '#_id1',
    ])
    return cut(xml, index + 1, index + old.length - 1, replacement)
  },
}

/** What can be done while the signature of an assertion stays good: all around it, and what canonical XML does not tell. */
export const keepingMutations: Readonly<Record<string, Mutation>> = {
  /** Signature wrapping: a forged assertion somewhere, before, after or around the signed one. */
  wrapBeside: (xml, random) => {
    const forged = forgedAssertion(xml, random)
    const outside = elementsIn(xml).filter((element) => !within(element, 'Assertion'))
    const place = random.pick(outside.slice(1))
    return cut(xml, ...twice(random.chance(0.5) ? place.start : place.end), forged)
  },
  wrapInto: (xml, random) => {
    const assertion = elementsIn(xml).find(({ local }) => local === 'Assertion')
    if (!assertion) return xml
    const signed = textOf(xml, assertion)
    const hidden = random.pick([
      `<samlp:Extensions>${signed}</samlp:Extensions>`,
      `<samlp:Status><samlp:StatusDetail>${signed}</samlp:StatusDetail></samlp:Status>`,
      `<saml:Advice xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">${signed}</saml:Advice>`,
      `<ds:Object xmlns:ds="http://www.w3.org/2000/09/xmldsig#">${signed}</ds:Object>`,
      signed,
    ])
    const forged = forgedAssertion(xml, random)
    const inner = forged.replace(/<\/saml:(Issuer|Subject|AuthnStatement)>/, (end) => `${end}${hidden}`)
    const placed = random.chance(0.5)
      ? inner
      : random.chance(0.5)
        ? `${hidden}${forged}`
        : `${forged}${hidden}`
    return cut(xml, assertion.start, assertion.end, placed)
  },
  wrapResponse: (xml, random) => {
    const body = xml.slice(xml.indexOf('<samlp:Response'))
    const head = /^<samlp:Response [^>]*>/.exec(body)?.[0] ?? ''
    const status =
      '<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"></samlp:StatusCode></samlp:Status>'
    const forged = forgedAssertion(xml, random)
    return random.pick([
      `${head}${body}${status}${forged}</samlp:Response>`,
      `${head.replace(/ID="[^"]*"/, 'ID="_outer"')}<samlp:Extensions>${body}</samlp:Extensions>${status}${forged}</samlp:Response>`,
      `<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Header>${body}</soap:Header>${head}${forged}</samlp:Response></soap:Envelope>`,
    ])
  },
  /** Values that nobody signed. */
  responseAttribute: (xml, random) => {
    const head = /<samlp:Response [^>]*>/.exec(xml)?.[0] ?? ''
    const name = random.pick(['Destination', 'ID', 'InResponseTo', 'IssueInstant', 'Version'])
    const value = random.pick([
      '',
      '_x',
      '_id2',
      'https://evil.example',
      '2.0',
      '1.1',
      '2020-01-01T00:00:00Z',
      '_request',
    ])
    const changed = head.replace(new RegExp(`${name}="[^"]*"`), `${name}="${value}"`)
    return xml.replace(head, random.chance(0.2) ? head.replace(new RegExp(` ${name}="[^"]*"`), '') : changed)
  },
  responseChild: (xml, random) => {
    const status = xml.indexOf('<samlp:Status>')
    const issuer = xml.indexOf('<saml:Issuer')
    const added = random.pick([
      '<samlp:Extensions></samlp:Extensions>',
      '<samlp:Extensions><x:y xmlns:x="urn:x" ID="_id2"></x:y></samlp:Extensions>',
      '<saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">https://evil.example</saml:Issuer>',
      '<saml:Subject xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"><saml:NameID>eve@example.com</saml:NameID></saml:Subject>',
      '<!-- a word -->',
      '\n  ',
    ])
    return cut(xml, ...twice(random.chance(0.7) ? status : issuer), added)
  },
  /** Other texts with the same canonical form. */
  rewrite: (xml, random) => {
    let text = xml
    for (let left = 1 + random.below(4); left > 0; left--) text = random.pick(rewrites)(text, random)
    return text
  },
  keyInfo: (xml, random) =>
    xml.replace(/<ds:KeyInfo>.*?<\/ds:KeyInfo>/s, () =>
      random.pick([
        '',
        '<ds:KeyInfo><ds:KeyName>x</ds:KeyName></ds:KeyInfo>',
        '<ds:KeyInfo></ds:KeyInfo>',
        '<ds:KeyInfo/><ds:Object>x</ds:Object>',
      ]),
    ),
}

const rewrites: readonly Mutation[] = [
  // A comment anywhere between texts: it is no part of the canonical form.
  (xml, random) => {
    const places = [...xml.matchAll(/>[^<]*</g)]
    const { 0: run = '', index = 0 } = random.pick(places)
    return cut(
      xml,
      ...twice(index + 1 + random.below(run.length - 1)),
      random.pick(['<!-- x -->', '<!---->', '<!--<saml:NameID>eve@example.com</saml:NameID>-->']),
    )
  },
  // Text as CDATA, or as references.
  (xml, random) => {
    const { 0: run = '', index = 0 } = random.pick([...xml.matchAll(/>[^<&]+</g)])
    const text = run.slice(1, -1)
    const at = random.below(text.length)
    const written = random.pick([
      `<![CDATA[${text}]]>`,
      `${text.slice(0, at)}<![CDATA[${text.slice(at)}]]>`,
      [...text].map((character) => `&#${character.codePointAt(0)};`).join(''),
    ])
    return cut(xml, index + 1, index + run.length - 1, written)
  },
  // White space inside tags, the other quotes, and attributes in another order.
  (xml, random) => {
    const { 0: tag = '', index = 0 } = random.pick([
      ...xml.matchAll(/<[a-z]+:[A-Za-z]+( [a-zA-Z:]+="[^"']*")+>/g),
    ])
    const [name = '', ...attributes] = tag.slice(1, -1).split(/ (?=[a-zA-Z:]+=")/)
    const written = random
      .shuffled(attributes)
      .map((attribute) => (random.chance(0.5) ? attribute : attribute.replaceAll('"', "'")))
    return cut(
      xml,
      index,
      index + tag.length,
      `<${name}${random.pick([' ', '\n', '\t  '])}${written.join(random.pick([' ', '\n']))}${random.pick(['', ' '])}>`,
    )
  },
  // A namespace declared where nothing uses it, or declared again.
  (xml, random) => {
    const { 0: tag = '', index = 0 } = random.pick([...xml.matchAll(/<[a-z]+:[A-Za-z]+(?=[ >])/g)])
    return cut(
      xml,
      ...twice(index + tag.length),
      random.pick([
        ' xmlns:unused="urn:unused"',
        ' xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"',
        ' xmlns="urn:default"',
      ]),
    )
  },
  // Empty elements in short.
  (xml) => xml.replace(/<([a-z]+:[A-Za-z]+)([^<>]*)><\/\1>/, '<$1$2/>'),
]

function within({ parent, local }: XmlElement, name: string): boolean {
  return local === name || (parent !== undefined && within(parent, name))
}

function twice(at: number): [number, number] {
  return [at, at]
}
