/** How a text report marks what it says; colour is a matter of the terminal, which the caller knows. */
export interface Style {
  good(text: string): string
  bad(text: string): string
  warn(text: string): string
  strong(text: string): string
  faint(text: string): string
}

const as = (text: string): string => text

export const plain: Style = { good: as, bad: as, warn: as, strong: as, faint: as }

const sgr =
  (code: number) =>
  (text: string): string =>
    `\u001b[${code}m${text}\u001b[0m`

/** ANSI colours, for terminals that show them. */
export const colour: Style = { good: sgr(32), bad: sgr(31), warn: sgr(33), strong: sgr(1), faint: sgr(2) }
