import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const sources = fileURLToPath(new URL('../../src/', import.meta.url))
const text = readdirSync(sources, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => readFileSync(join(sources, name), 'utf8'))
  .join('\n')

describe('the requirements of grants and sessions', () => {
  const numbers = Array.from({ length: 230 - 188 + 1 }, (_, at) => `R${188 + at}`)
  it.each(numbers)('%s is named by the code that keeps it', (number) => {
    expect(new RegExp(`\\b${number}\\b`).test(text)).toBe(true)
  })
})
