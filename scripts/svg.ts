/** What a picture is drawn with: one palette for light and one for dark, told apart by what the reader's system prefers. */
const STYLE = `
    .back{fill:#fbfaf8;stroke:#dcd8cf}.box{fill:#fff;stroke:#b9c0c7}.line{stroke:#8b949d;fill:none}.life{stroke:#d0d4d8;fill:none}
    text{font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;fill:#1d2329}
    .soft{fill:#59626b}.tip{fill:#8b949d}
    .jwt{fill:#ece8fd;stroke:#7a5af0}.jwt-ink{fill:#4a2fb4}.jwt-line{stroke:#7a5af0;fill:none}.jwt-tip{fill:#7a5af0}
    .context{fill:#dcf3ee;stroke:#14907a}.context-ink{fill:#0b5c4e}.context-line{stroke:#14907a;fill:none}.context-tip{fill:#14907a}
    .role{fill:#fcebd0;stroke:#c47a10}.role-ink{fill:#7d4a00}.role-line{stroke:#c47a10;fill:none}.role-tip{fill:#c47a10}
    .stop{fill:#fdeceb;stroke:#d9716a}.stop-ink{fill:#8a1f1b}.stop-line{stroke:#d9716a;fill:none}.stop-tip{fill:#d9716a}
    .pass{fill:#dcf3ee;stroke:#14907a}.pass-ink{fill:#0b5c4e}
    @media (prefers-color-scheme:dark){
    .back{fill:#14181c;stroke:#343b42}.box{fill:#20262b;stroke:#56606a}.line{stroke:#7d8791;fill:none}.life{stroke:#3a4249;fill:none}
    text{fill:#e8ebed}.soft{fill:#a4adb5}.tip{fill:#7d8791}
    .jwt{fill:#2d2553;stroke:#9b83ff}.jwt-ink{fill:#d5caff}.jwt-line{stroke:#9b83ff}.jwt-tip{fill:#9b83ff}
    .context{fill:#123c35;stroke:#4cc3ae}.context-ink{fill:#b3f0e4}.context-line{stroke:#4cc3ae}.context-tip{fill:#4cc3ae}
    .role{fill:#43300f;stroke:#e3a24a}.role-ink{fill:#ffdfae}.role-line{stroke:#e3a24a}.role-tip{fill:#e3a24a}
    .stop{fill:#3a1e1d;stroke:#c9655f}.stop-ink{fill:#ffb8b2}.stop-line{stroke:#c9655f}.stop-tip{fill:#c9655f}
    .pass{fill:#123c35;stroke:#4cc3ae}.pass-ink{fill:#b3f0e4}
    }`

export interface TextStyle {
  readonly size?: number
  readonly weight?: number
  readonly anchor?: 'start' | 'middle' | 'end'
  readonly kind?: string
}

export function text(x: number, y: number, words: string, style: TextStyle = {}): string {
  const { size = 14, weight = 400, anchor = 'middle', kind = '' } = style
  const named = kind === '' ? '' : ` class="${kind}"`
  return `<text x="${x}" y="${y}" font-size="${size}" font-weight="${weight}" text-anchor="${anchor}"${named}>${escaped(words)}</text>`
}

export function box(x: number, y: number, width: number, height: number, kind = 'box', radius = 8): string {
  return `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="${radius}" class="${kind}"/>`
}

/** An arrow along a straight line, its tip at the second point. */
export function arrow(x1: number, y1: number, x2: number, y2: number, kind = ''): string {
  const named = (part: string): string => (kind === '' ? part : `${kind}-${part}`)
  const length = Math.hypot(x2 - x1, y2 - y1)
  const [dx, dy] = [(x2 - x1) / length, (y2 - y1) / length]
  const at = (back: number, side: number): string =>
    `${round(x2 - back * dx - side * dy)},${round(y2 - back * dy + side * dx)}`
  return (
    `<path d="M${x1},${y1}L${at(7, 0)}" stroke-width="1.6" class="${named('line')}"/>` +
    `<path d="M${x2},${y2}L${at(9, 4.5)}L${at(9, -4.5)}Z" class="${named('tip')}"/>`
  )
}

export function line(x1: number, y1: number, x2: number, y2: number, kind = 'line', dash = ''): string {
  const dashed = dash === '' ? '' : ` stroke-dasharray="${dash}"`
  return `<path d="M${x1},${y1}L${x2},${y2}"${dashed} class="${kind}"/>`
}

/** A picture with what it shows in words, for those who do not see it. */
export function picture(size: readonly [number, number], title: string, parts: readonly string[]): string {
  const [width, height] = size
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title">`,
    `<title id="title">${escaped(title)}</title>`,
    `<style>${STYLE}\n</style>`,
    `<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="12" class="back"/>`,
    ...parts,
    '</svg>',
    '',
  ].join('\n')
}

function escaped(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
