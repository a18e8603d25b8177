import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

const root = new URL('../../src/express/', import.meta.url)
const lines = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .flatMap((file) =>
    readFileSync(new URL(file, root), 'utf8')
      .split('\n')
      .map((line) => ({ file, line })),
  )

it('assigns req.identity in exactly one place', () => {
  const assigning = lines.filter(({ line }) =>
    /\.identity\s*=(?!=)|\[['"`]identity['"`]\]|Object\.assign\(\s*req/.test(line),
  )
  expect(assigning).toEqual([
    { file: 'sessions.ts', line: '    request.identity = session?.content.identity' },
  ])
})

it('keeps nothing at the level of modules, where two apps would meet', () => {
  const kept = lines.filter(({ line }) =>
    /^(?:export )?(?:(?:let|var)\b|const \w+.*= (?:new (?!RegExp|TextEncoder)|\[\]|\{\}))/.test(line),
  )
  expect(kept).toEqual([])
})
