import { colour, plain, type Style } from '../conformance/index.js'

/** Where the command writes. Tests give their own. */
export interface Terminal {
  out(text: string): void
  err(text: string): void
  readonly style: Style
  readonly interactive: boolean
}

/** The terminal of this process; nothing is written any more once `open` says no. */
export function processTerminal(open: () => boolean = () => true): Terminal {
  const write = (stream: NodeJS.WriteStream) => (text: string) => {
    if (open()) stream.write(text)
  }
  return {
    out: write(process.stdout),
    err: write(process.stderr),
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
