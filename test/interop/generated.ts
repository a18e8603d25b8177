import type { ApplicationLogin, LoginAttribute } from '../../src/saml/index.js'
import { Random } from '../saml/xml/random.js'
import { ALGS, issue, RECEIVERS, SIGNED, type Signed } from './issued.js'
import { trusted } from './parties.js'

export interface Generated {
  readonly seed: number
  readonly login: ApplicationLogin
  readonly sign: Signed
  /** As we write it: in its canonical form. */
  readonly xml: string
  /** The same, as another program might have written it: what is signed stays as it is. */
  readonly rewritten: string
  /** With one byte changed in a value of the assertion. */
  readonly tampered: string
}

const PIECES = ['a', 'Z', '0', ' ', '  ', '\t', '\n', '\r', '\r\n', '&', '<', '>', '"', "'", '&amp;', '&#x41;', ']]>', '<!-- -->', '<![CDATA[x]]>', '<?x?>', '=', 'é', 'e\u0301', 'ß', '漢', '\u0085', '\u00a0', '\u2028', '\u200f', '\ufeff', '\ufffd', '\ud7ff', '\ue000', '😀', '\u{10ffff}', '-->', '--', 'xmlns="urn:x"', '${x}', '{}', '%00', '\\'] as const // prettier-ignore

/** xmldom takes two of them for line ends, so that half of the messages have neither. */
const PIECES_FOR_XMLDOM = PIECES.filter((piece) => piece !== '\u0085' && piece !== '\u2028')

type Writer = (most: number) => string

function writer(random: Random): Writer {
  const pieces = random.chance(0.5) ? PIECES : PIECES_FOR_XMLDOM
  return (most) => random.many(0, most, () => random.pick(pieces)).join('')
}

function attribute(random: Random, text: Writer, number: number): LoginAttribute {
  // No two have the same name: what is read is a map.
  const name = `${number} ${text(5)}`
  const nameFormat = `urn:oasis:names:tc:SAML:2.0:attrname-format:${random.pick(['uri', 'basic', 'unspecified'])}`
  return { name, nameFormat, values: random.many(1, 4, () => text(30)) }
}

function login(random: Random): ApplicationLogin {
  const text = writer(random)
  return {
    to: 'application',
    ...RECEIVERS.application,
    // An empty NameID is refused before it is signed.
    nameID: `x${text(10)}`,
    nameIDFormat: `urn:oasis:names:tc:SAML:2.0:nameid-format:${random.pick(['persistent', 'transient'])}`,
    attributes: Array.from({ length: random.pick([0, 1, 3, 10, 60]) }, (_, at) =>
      attribute(random, text, at),
    ),
    ...(random.chance(0.5) ? { sessionIndex: `s${text(5)}` } : {}),
    ...(random.chance(0.5) ? { sessionDurationSeconds: 60 + random.below(86_400) } : {}),
    ...(random.chance(0.2) ? { authnContextClassRef: `urn:x:${text(5)}` } : {}),
  }
}

export function generated(seed: number): Generated {
  const random = new Random(seed)
  const made = login(random)
  const sign = random.pick(SIGNED)
  const xml = issue(made, {
    sign,
    alg: random.pick(ALGS),
    ...(random.chance(0.3) ? { withCertificate: trusted } : {}),
  })
  return { seed, login: made, sign, xml, rewritten: rewritten(xml, random), tampered: tampered(xml, random) }
}

/** A tag of the canonical form, in which a value may hold `>`. */
const TAG = /<(?:[^">]|"[^"]*")*>/g

/** Every piece of markup and every run of text of a message that is in its canonical form. */
function pieces(xml: string): string[] {
  return xml.split(new RegExp(`(${TAG.source})`)).filter((piece) => piece !== '')
}

/** Writes what reads as the same: references, CDATA, line ends, quotes, white space and the order of attributes. */
function rewritten(xml: string, random: Random): string {
  const how = random.pick([0, 0.02, 0.3])
  const reference = (character: string): string => {
    const code = character.codePointAt(0) ?? 0
    return random.chance(0.5) ? `&#${code};` : `&#x${code.toString(16)};`
  }
  const runOfText = (escaped: string): string =>
    escaped.replace(/&[^;]+;|[^&]/gu, (unit) => {
      if (!random.chance(how) || unit.startsWith('&')) return unit
      if (unit === '\n') return random.pick(['\r\n', '&#10;'])
      return random.chance(0.2) && unit !== '>' && unit !== ']' ? `<![CDATA[${unit}]]>` : reference(unit)
    })
  const space = (): string => (random.chance(how) ? random.pick([' ', '\n', '\r\n', '\t ']) : '')
  const tag = (markup: string): string => {
    const [, begin = '', name = '', rest = ''] = /^<(\/?)([^ >]+)(.*)>$/s.exec(markup) ?? []
    const attributes = Array.from(rest.matchAll(/ ([^=]+)="([^"]*)"/g), ([, key = '', value = '']) => {
      const inside = value.replace(/&[^;]+;|[^&]/gu, (unit) =>
        unit.startsWith('&') || !random.chance(how) ? unit : reference(unit),
      )
      const single = random.chance(how) && !value.includes("'")
      const quote = single ? "'" : '"'
      return ` ${space()}${key}${space()}=${space()}${quote}${inside}${quote}`
    })
    const order = random.chance(how) ? random.shuffled(attributes) : attributes
    return `<${begin}${name}${order.join('')}${space()}>`
  }
  return pieces(xml)
    .map((piece) => (piece.startsWith('<') ? tag(piece) : runOfText(piece)))
    .join('')
}

/** Changes one byte of a value of the assertion, its signature and its names aside, to another that may stand there. */
function tampered(xml: string, random: Random): string {
  const from = xml.indexOf('<saml:Assertion')
  const signature = /<ds:Signature .*?<\/ds:Signature>/s.exec(xml.slice(from))
  const places: number[] = []
  for (const { index, 0: markup } of xml.slice(from).matchAll(TAG)) {
    const inSignature = signature && index >= signature.index && index < signature.index + signature[0].length
    if (inSignature) continue
    for (const value of markup.matchAll(/ (?!xmlns|ID=)[^ =]+="([^"]*)"/g)) {
      const at = from + index + value.index + value[0].length - 1 - (value[1]?.length ?? 0)
      places.push(...plain(xml, at, value[1] ?? ''))
    }
    const begin = from + index + markup.length
    places.push(...plain(xml, begin, xml.slice(begin, xml.indexOf('<', begin))))
  }
  const at = random.pick(places)
  const other = xml[at] === '7' ? '8' : '7'
  return xml.slice(0, at) + other + xml.slice(at + 1)
}

/** Where letters and digits stand that are not part of a reference. */
function plain(xml: string, from: number, run: string): number[] {
  return Array.from(run.matchAll(/&[^;]+;|[A-Za-z0-9]/g))
    .filter(({ 0: unit }) => unit.length === 1)
    .map(({ index }) => from + index)
    .filter((at) => at < xml.length)
}
