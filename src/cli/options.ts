import { parseArgs, type ParseArgsConfig } from 'node:util'
import { parseDateTime } from '../core/codec.js'
import { printable } from '../core/shown.js'
import { systemClock } from '../flows/index.js'
import { Misuse } from './misuse.js'

/** 9999-12-31T23:59:59Z. */
const LAST_INSTANT = 253_402_300_799
/** More than a day is a wrong clock, not skew. */
const MAX_CLOCK_SKEW_SECONDS = 86_400

export type Values = Readonly<Record<string, string | boolean | readonly string[] | undefined>>

/** Parses a command's words strictly; an unknown option is misuse, and a repeated one that is no `list`. */
export function readOptions(
  words: readonly string[],
  options: Readonly<Record<string, 'string' | 'boolean' | 'list'>>,
): { readonly values: Values; readonly positionals: readonly string[] } {
  const config: ParseArgsConfig = {
    args: [...words],
    allowPositionals: true,
    strict: true,
    tokens: true,
    options: Object.fromEntries(
      Object.entries(options).map(([name, type]) => [
        name,
        type === 'list' ? { type: 'string', multiple: true } : { type },
      ]),
    ),
  }
  let parsed: ReturnType<typeof parseArgs>
  try {
    parsed = parseArgs(config)
  } catch (error) {
    throw new Misuse(error instanceof Error ? printable(error.message) : 'The options cannot be read.')
  }
  const seen = new Set<string>()
  for (const token of parsed.tokens ?? []) {
    if (token.kind !== 'option' || options[token.name] === 'list') continue
    if (seen.has(token.name)) throw new Misuse(`--${token.name} is given twice.`)
    seen.add(token.name)
  }
  return { values: parsed.values as Values, positionals: parsed.positionals }
}

export function text(values: Values, name: string): string | undefined {
  const value = values[name]
  if (value === '') throw new Misuse(`--${name} is empty.`)
  return typeof value === 'string' ? value : undefined
}

/** The values of an option that may be given several times. */
export function texts(values: Values, name: string): readonly string[] {
  const list = values[name]
  if (!Array.isArray(list)) return []
  return (list as readonly unknown[]).map((value) => {
    if (typeof value !== 'string' || value === '') throw new Misuse(`--${name} is empty.`)
    return value
  })
}

export function required(values: Values, name: string): string {
  return requiredAll(values, [name])[0] ?? ''
}

/** As {@link required}, of several: whoever left out more than one is told so at once. */
export function requiredAll<const Names extends readonly string[]>(
  values: Values,
  names: Names,
): { readonly [At in keyof Names]: string } {
  const given = names.map((name) => text(values, name))
  const missing = names.filter((_, at) => given[at] === undefined).map((name) => `--${name}`)
  if (missing.length > 0)
    throw new Misuse(`${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing.`)
  return given as { readonly [At in keyof Names]: string }
}

/** An option that takes one of a few words. */
export function oneOf<const T extends string>(
  values: Values,
  name: string,
  words: readonly T[],
): T | undefined {
  const value = text(values, name)
  const word = words.find((known) => known === value)
  if (value !== undefined && word === undefined) throw new Misuse(`--${name} is ${words.join(' or ')}.`)
  return word
}

/** `--profile`: whose rules SAML is held against. */
export function profileOf(values: Values): 'identity-center' | 'service-provider' | undefined {
  return oneOf(values, 'profile', ['identity-center', 'service-provider'])
}

const formats = ['text', 'json', 'html'] as const
/** The formats of a command that makes no report to attach. */
export const textOrJson = ['text', 'json'] as const
export type Format = (typeof formats)[number]

/** `--format` of a check, or of a command that knows fewer. */
export function formatOf(values: Values, known: readonly Format[] = formats): Format {
  return oneOf(values, 'format', known) ?? 'text'
}

/** `--at`, or the clock. */
export function instantOf(values: Values): number {
  const at = text(values, 'at')
  if (at === undefined) return systemClock()
  const seconds = parseDateTime(at)
  if (seconds === undefined || seconds < 0 || seconds > LAST_INSTANT)
    throw new Misuse('--at is a date-time from 1970 to 9999 with its zone, such as 2026-11-22T14:00:00Z.')
  return seconds
}

/** `--clock-skew`, in seconds. */
export function clockSkewOf(values: Values): number | undefined {
  const value = text(values, 'clock-skew')
  if (value === undefined) return undefined
  if (!/^\d{1,6}$/.test(value) || Number(value) > MAX_CLOCK_SKEW_SECONDS)
    throw new Misuse('--clock-skew is a number of seconds, at most 86400.')
  return Number(value)
}
