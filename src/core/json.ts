import { isWellFormed } from './codec.js'
import { shown } from './shown.js'

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject
/** Members as own properties of an object without prototype, so that `__proto__` is a name like any other. */
export type JsonObject = { readonly [name: string]: JsonValue }

export type JsonFault = 'syntax' | 'depth' | 'number-range' | 'surrogate' | 'byte-order-mark'

export type JsonReading =
  | { readonly ok: true; readonly value: JsonValue; readonly duplicates: readonly string[] }
  | { readonly ok: false; readonly reason: JsonFault; readonly offset: number }

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** An object as JSON makes it. A Map, a Date or an heir of another object holds what its own members do not tell. */
export function isPlainObject(value: unknown): value is JsonObject {
  if (!isObject(value)) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype === null) return true
  // Of whatever realm: its Object.prototype has no prototype itself, and what every object inherits, unlike an heirloom.
  return Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype as object, 'isPrototypeOf')
}

/** `$.a.b[0]`, with names that are not plain words quoted. */
export function memberPath(parent: string, name: string | number): string {
  if (typeof name === 'number') return `${parent}[${name}]`
  return /^[A-Za-z_]\w{0,63}$/.test(name) ? `${parent}.${name}` : `${parent}[${shown(name, 64)}]`
}

export interface JsonOptions {
  readonly maxDepth: number
  /** Told of every value as it begins: its path, as {@link memberPath} writes it, and its offset in UTF-16 units. */
  readonly onValue?: (path: string, offset: number) => void
}

/**
 * Reads JSON as RFC 8259 has it and nothing wider, in one pass and with bounded depth. Unlike `JSON.parse` it reports
 * every duplicate member (the first value is kept, but callers refuse), half surrogate pairs and numbers that no
 * double can hold.
 */
export function parseJson(text: string, options: JsonOptions): JsonReading {
  const reader = new Reader(text, options)
  try {
    const value = reader.document()
    return { ok: true, value, duplicates: reader.duplicates }
  } catch (error) {
    if (error instanceof Stop) return { ok: false, reason: error.reason, offset: reader.at }
    throw error
  }
}

/** Enough to tell; a hostile text could hold thousands. */
const MAX_DUPLICATES = 100

class Stop {
  readonly reason: JsonFault
  constructor(reason: JsonFault) {
    this.reason = reason
  }
}

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
}

class Reader {
  at = 0
  readonly duplicates: string[] = []
  readonly #text: string
  readonly #maxDepth: number
  readonly #onValue: JsonOptions['onValue']

  constructor(text: string, { maxDepth, onValue }: JsonOptions) {
    this.#text = text
    this.#maxDepth = maxDepth
    this.#onValue = onValue
  }

  document(): JsonValue {
    if (this.#text.charCodeAt(0) === 0xfeff) throw new Stop('byte-order-mark')
    const value = this.#value('$', 0)
    this.#space()
    if (this.at < this.#text.length) throw new Stop('syntax')
    return value
  }

  #value(path: string, depth: number): JsonValue {
    this.#space()
    this.#onValue?.(path, this.at)
    switch (this.#text[this.at]) {
      case '{':
        return this.#object(path, this.#deeper(depth))
      case '[':
        return this.#array(path, this.#deeper(depth))
      case '"':
        return this.#string()
      case 't':
        return this.#word('true', true)
      case 'f':
        return this.#word('false', false)
      case 'n':
        return this.#word('null', null)
      default:
        return this.#number()
    }
  }

  #deeper(depth: number): number {
    if (depth >= this.#maxDepth) throw new Stop('depth')
    return depth + 1
  }

  #object(path: string, depth: number): JsonObject {
    const object = Object.create(null) as Record<string, JsonValue>
    this.at++
    this.#space()
    if (this.#take('}')) return object
    for (;;) {
      this.#space()
      if (this.#text[this.at] !== '"') throw new Stop('syntax')
      const name = this.#string()
      const here = memberPath(path, name)
      this.#space()
      this.#must(':')
      const value = this.#value(here, depth)
      if (!(name in object)) object[name] = value
      else if (this.duplicates.length < MAX_DUPLICATES) this.duplicates.push(here)
      this.#space()
      if (this.#take('}')) return object
      this.#must(',')
    }
  }

  #array(path: string, depth: number): JsonValue[] {
    const array: JsonValue[] = []
    this.at++
    this.#space()
    if (this.#take(']')) return array
    for (;;) {
      array.push(this.#value(memberPath(path, array.length), depth))
      this.#space()
      if (this.#take(']')) return array
      this.#must(',')
    }
  }

  #string(): string {
    this.at++
    let value = ''
    let from = this.at
    for (;;) {
      const code = this.#text.charCodeAt(this.at)
      if (!(code >= 0x20)) throw new Stop('syntax') // control character, or NaN past the end
      if (code === 0x22) break
      if (code === 0x5c) {
        value += this.#text.slice(from, this.at) + this.#escape()
        from = this.at
      } else this.at++
    }
    value += this.#text.slice(from, this.at)
    this.at++
    if (!isWellFormed(value)) throw new Stop('surrogate')
    return value
  }

  #escape(): string {
    const letter = this.#text[this.at + 1] ?? ''
    if (letter === 'u') {
      const hex = this.#text.slice(this.at + 2, this.at + 6)
      if (!/^[0-9A-Fa-f]{4}$/.test(hex)) throw new Stop('syntax')
      this.at += 6
      return String.fromCharCode(Number.parseInt(hex, 16))
    }
    const value = Object.hasOwn(ESCAPES, letter) ? ESCAPES[letter] : undefined
    if (value === undefined) throw new Stop('syntax')
    this.at += 2
    return value
  }

  #number(): number {
    const from = this.at
    this.#take('-')
    if (!this.#take('0')) this.#digits()
    if (this.#take('.')) this.#digits()
    if (this.#take('e') || this.#take('E')) {
      if (!this.#take('+')) this.#take('-')
      this.#digits()
    }
    const value = Number(this.#text.slice(from, this.at))
    if (!Number.isFinite(value)) throw new Stop('number-range')
    return value
  }

  #digits(): void {
    const from = this.at
    while (isDigit(this.#text.charCodeAt(this.at))) this.at++
    if (this.at === from) throw new Stop('syntax')
  }

  #word<T extends JsonValue>(word: string, value: T): T {
    if (!this.#text.startsWith(word, this.at)) throw new Stop('syntax')
    this.at += word.length
    return value
  }

  #space(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.at)
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return
      this.at++
    }
  }

  #take(character: string): boolean {
    if (this.#text[this.at] !== character) return false
    this.at++
    return true
  }

  #must(character: string): void {
    if (!this.#take(character)) throw new Stop('syntax')
  }
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39
}

/**
 * One text for one JSON value, however it was spelled: members sorted by UTF-16 code unit, no white space, numbers and
 * strings as ECMAScript prints them (the form of RFC 8785).
 */
export function canonicalJson(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (!isObject(value)) return JSON.stringify(value)
  const members = Object.keys(value)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonicalJson(value[name] ?? null)}`)
  return `{${members.join(',')}}`
}
