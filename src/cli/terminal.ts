import { colour, plain, type Style } from '../conformance/index.js'

/** Where the command writes. Tests give their own. */
export interface Terminal {
  out(text: string): void
  err(text: string): void
  readonly style: Style
  readonly interactive: boolean
}

export function processTerminal(): Terminal {
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    style: wantsColour() ? colour : plain,
    interactive: process.stdin.isTTY === true && process.stdout.isTTY === true,
  }
}

/** NO_COLOR (no-color.org) and FORCE_COLOR decide; otherwise the terminal does. */
function wantsColour(): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== '' && FORCE_COLOR !== '0') return true
  return process.stdout.isTTY === true && TERM !== 'dumb'
}
