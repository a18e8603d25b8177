import { printable } from '../core/shown.js'

/** JSON text in which no character can be mistaken for a command to the terminal: still the same JSON. */
export function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2).split('\n').map(printable).join('\n')}\n`
}
