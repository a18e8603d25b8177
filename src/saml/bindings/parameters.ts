import { isWellFormed } from '../../core/codec.js'
import type { Fault } from '../../core/rule.js'
import { shown } from '../../core/shown.js'
import {
  MAX_FORM_CHARACTERS,
  MAX_PARAMETERS,
  MAX_QUERY_CHARACTERS,
  type MessageInput,
  type MessageKind,
} from './input.js'
import { hasBrokenEscape, percentDecoded } from './percent.js'

const OF_FORM = ['SAMLRequest', 'SAMLResponse', 'RelayState'] as const
const OF_QUERY = [...OF_FORM, 'SAMLEncoding', 'SigAlg', 'Signature'] as const
type Name = (typeof OF_QUERY)[number]

/** A query or form taken apart. Only what SAML names is kept; of a name that comes twice, the first. */
export interface ParametersReading {
  /** Decoded. */
  readonly values: ReadonlyMap<Name, string>
  /** As received: what a signature of HTTP-Redirect covers. */
  readonly raw: ReadonlyMap<Name, string>
  readonly formFaults: readonly Fault[]
  readonly duplicates: readonly Name[]
}

/** The one message that there is. */
export function kindsIn({ values }: ParametersReading): readonly MessageKind[] {
  return (['SAMLRequest', 'SAMLResponse'] as const).filter((kind) => values.has(kind))
}

type Pair = readonly [name: string | undefined, value: unknown, raw: string]

/** Takes a query or form apart, strictly where SAML's own parameters are concerned. Says names, never values. */
export function readParameters(input: MessageInput): ParametersReading {
  if (input.binding === 'redirect') {
    const { query } = input
    if (typeof query !== 'string') return refused(fault('type', 'The query is no text.'))
    // What URL answers as `search` begins with the mark that parts it from the path.
    return readText(query.startsWith('?') ? query.slice(1) : query, OF_QUERY, MAX_QUERY_CHARACTERS)
  }
  const { body } = input
  if (typeof body === 'string') return readText(body, OF_FORM, MAX_FORM_CHARACTERS)
  if (body instanceof Uint8Array) {
    // Latin-1 keeps what is not ASCII visible, and so refused.
    if (body.length > MAX_FORM_CHARACTERS) return refused(tooLarge(MAX_FORM_CHARACTERS))
    return readText(Buffer.from(body).toString('latin1'), OF_FORM, MAX_FORM_CHARACTERS)
  }
  if (typeof body !== 'object' || body === null) return refused(fault('type', 'The body is no form.'))
  return readPairs(
    OF_FORM.flatMap((name): readonly Pair[] => {
      if (!Object.hasOwn(body, name) || body[name] === undefined) return []
      // Where a parser found a name twice it answers a list.
      const found: unknown = body[name]
      return (Array.isArray(found) ? found.slice(0, 2) : [found]).map((value) => [name, value, ''])
    }),
    OF_FORM,
  )
}

function readText(text: string, names: readonly Name[], most: number): ParametersReading {
  if (text.length > most) return refused(tooLarge(most))
  if (!/^[\x21-\x7e]*$/.test(text))
    return refused(fault('characters', 'It holds characters that are percent-encoded in a query or form.'))
  if (hasBrokenEscape(text))
    return refused(fault('escape', 'A percent sign stands without the two hexadecimal digits.'))
  const parts = text.split('&', MAX_PARAMETERS + 1)
  if (parts.length > MAX_PARAMETERS)
    return refused({
      ...fault('too-many', 'It holds too many parameters.'),
      expected: `at most ${MAX_PARAMETERS}`,
    })
  return readPairs(
    parts.map((part): Pair => {
      const equals = part.indexOf('=')
      const raw = equals < 0 ? '' : part.slice(equals + 1)
      return [percentDecoded(equals < 0 ? part : part.slice(0, equals)), raw, raw]
    }),
    names,
    percentDecoded,
  )
}

function readPairs(
  pairs: readonly Pair[],
  names: readonly Name[],
  decoded: (raw: string) => string | undefined = (text) => (isWellFormed(text) ? text : undefined),
): ParametersReading {
  const values = new Map<Name, string>()
  const raw = new Map<Name, string>()
  const duplicates = new Set<Name>()
  const formFaults: Fault[] = []
  for (const [name, given, text] of pairs) {
    if (name === undefined) {
      formFaults.push(fault('utf-8', 'The name of a parameter is not UTF-8.'))
      continue
    }
    const known = names.find((one) => one === name)
    if (known === undefined) continue
    if (raw.has(known)) {
      duplicates.add(known)
      continue
    }
    raw.set(known, text)
    const value = typeof given === 'string' ? decoded(given) : undefined
    if (value !== undefined) values.set(known, value)
    else if (typeof given === 'string')
      formFaults.push({ ...fault('utf-8', 'The value is not UTF-8.'), path: known })
    else formFaults.push({ ...fault('type', 'The value is no text.'), path: known, actual: shown(given) })
  }
  return { values, raw, formFaults: formFaults.slice(0, 20), duplicates: [...duplicates] }
}

function fault(reason: string, message: string): Fault {
  return { reason, message }
}

function tooLarge(most: number): Fault {
  return {
    ...fault('too-large', 'It is longer than any that carries a message.'),
    expected: `at most ${most} characters`,
  }
}

function refused(formFault: Fault): ParametersReading {
  return { values: new Map(), raw: new Map(), formFaults: [formFault], duplicates: [] }
}
