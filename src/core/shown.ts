// Controls, bidirectional controls and line separators can forge a line of a terminal or of a log.
const UNSAFE = /[\p{Cc}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu

/**
 * A text that cannot forge lines or colours of a terminal: control and bidirectional characters are written as escapes.
 */
export function printable(text: string): string {
  return text.replace(UNSAFE, escaped)
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}

/**
 * A short, printable form of a value that a peer sent, for a finding's `actual`: texts quoted, escaped and cut at
 * `limit` characters, other values by kind. Never used for a value that may be a secret.
 */
export function shown(value: unknown, limit = 120): string {
  if (typeof value === 'string') {
    const cut = value.length > limit ? `${value.slice(0, limit)}...` : value
    return JSON.stringify(cut).replace(UNSAFE, escaped)
  }
  if (value === undefined) return 'absent'
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return String(value)
  return kindOf(value)
}

/** As {@link shown}, for a member in which a careless client may have put a token: only what has the member's form. */
export function shownIf(value: unknown, form: RegExp): string {
  return typeof value === 'string' && !(value.length <= 512 && form.test(value) && !value.startsWith('eyJ'))
    ? `a text of ${value.length} characters`
    : shown(value)
}

/** The JSON kind of a value, for messages. */
export function kindOf(value: unknown): string {
  if (value === undefined) return 'absent'
  if (value === null) return 'null'
  if (Array.isArray(value)) return `an array of ${value.length}`
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}
