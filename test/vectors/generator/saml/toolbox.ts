import { privateKey, publicKey, type KeyName, type Keys } from '../keys.js'
import type { Json, More } from '../vector.js'
import type { Members } from '../world.js'
import { certificatesOf } from './certificates.js'
import { withoutPlaces, withSignature, type Signing } from './signing.js'
import { assertion, place, response, type AssertionParts, type ResponseParts } from './template.js'
import { expectation } from './world.js'

/** What all vectors about Responses start from: an identity provider with one certificate, of whose key it signs. */
export function samlToolbox(keys: Keys) {
  const certificates = certificatesOf(keys)
  const key = privateKey(keys['rsa-issuer'])
  const idp = (...trusted: readonly string[]): Members => ({
    entityID: 'https://idp.example.com/saml',
    certificates: trusted.length === 0 ? [certificates.idp] : trusted,
  })
  const input = (message: Json, more: Members = {}): Json => ({
    message,
    expectation: { idp: idp(), ...expectation, ...more },
  })
  const sign = (text: string, id: string, signing?: Signing): string => withSignature(text, id, key, signing)
  /** A Response whose assertion is signed. */
  const signed = (parts: AssertionParts = {}, around: ResponseParts = {}, signing?: Signing): string =>
    withoutPlaces(
      sign(
        response({ assertion: assertion(parts), ...around }),
        parts.attributes?.['ID'] ?? '_assertion-1',
        signing,
      ),
    )
  /** A Response that is signed itself, and its assertion is not. */
  const responseSigned = (
    parts: AssertionParts = {},
    around: ResponseParts = {},
    signing?: Signing,
  ): string =>
    withoutPlaces(
      sign(
        response({
          assertion: assertion({ signature: '', ...parts }),
          signature: place('_response-1'),
          ...around,
        }),
        '_response-1',
        signing,
      ),
    )
  /** Both are signed, as two: first the assertion. */
  const bothSigned = (
    parts: AssertionParts = {},
    around: ResponseParts = {},
    ofAssertion?: Signing,
    ofResponse?: Signing,
  ): string =>
    sign(
      sign(
        response({ assertion: assertion(parts), signature: place('_response-1'), ...around }),
        '_assertion-1',
        ofAssertion,
      ),
      '_response-1',
      ofResponse,
    )
  return {
    certificates,
    idp,
    input,
    sign,
    signed,
    responseSigned,
    bothSigned,
    privateKey: (name: KeyName) => privateKey(keys[name]),
    publicKey: (name: KeyName) => publicKey(keys[name]),
    /** The input with a Response whose assertion is signed and differs. */
    of: (parts: AssertionParts, around: ResponseParts = {}, more: Members = {}) =>
      input(signed(parts, around), more),
  }
}

export type SamlToolbox = ReturnType<typeof samlToolbox>

/** A document that holds one of these texts many times over, without writing them all. */
export function inParts(text: string, ...repeated: readonly string[]): Json {
  const parts: { text: string; times?: number }[] = []
  let rest = text
  for (const one of repeated) {
    const from = rest.indexOf(one.repeat(8))
    if (from < 0) throw new Error('The text is not repeated.')
    let times = 8
    while (rest.startsWith(one, from + times * one.length)) times++
    parts.push({ text: rest.slice(0, from) }, { text: one, times })
    rest = rest.slice(from + times * one.length)
  }
  return { parts: [...parts, { text: rest }].filter((part) => part.text !== '') }
}

/** The slice of a message from a start tag with this name to its end. */
export function elementIn(text: string, name: string, from = 0): string {
  const start = text.indexOf(`<${name}`, from)
  const end = text.indexOf(`</${name}>`, start)
  if (start < 0 || end < 0) throw new Error(`There is no ${name}.`)
  return text.slice(start, end + name.length + 3)
}

/** Replaces one text that must be there exactly once. */
export function swapped(text: string, from: string, to: string): string {
  if (text.split(from).length !== 2) throw new Error(`${from} is not there once.`)
  return text.replace(from, () => to)
}

/** Further findings, each as `term reason`. */
export function also(...told: readonly string[]): Pick<More, 'also'> {
  const read = told.map((one) => one.split(' '))
  return { also: read.map(([term = '', reason = '']) => ({ rule: `saml/${term}`, reason })) }
}
