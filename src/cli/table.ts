import { printable } from '../core/shown.js'

/** Columns under headings, for people: each as wide as its widest cell, up to a bound. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const cells = rows.map((row) => row.map((cell) => shortened(printable(cell))))
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...cells.map((row) => [...(row[column] ?? '')].length)),
  )
  return [headings, ...cells].map((row) =>
    row
      .map((cell, column) => cell + ' '.repeat(Math.max(0, (widths[column] ?? 0) - [...cell].length)))
      .join('  ')
      .trimEnd(),
  )
}

const MAX_CELL = 72

function shortened(text: string): string {
  const characters = [...text]
  return characters.length <= MAX_CELL ? text : `${characters.slice(0, MAX_CELL - 3).join('')}...`
}
