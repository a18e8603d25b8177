import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

/** What `check response -` writes to what is no terminal, for a message that is none. */
function written(environment: Record<string, string>): string {
  const script = join(import.meta.dirname, '../../scripts/ts.mjs')
  const words = [
    '--idp-entity-id',
    'a',
    '--idp-certificate',
    join(import.meta.dirname, '../vectors/keys/none'),
  ]
  const options = {
    input: 'x',
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], ...environment },
  } as const
  try {
    return execFileSync(process.execPath, [script, join(import.meta.dirname, 'stdin.ts'), ...words], {
      ...options,
      stdio: ['pipe', 'pipe', 'pipe'],
    })
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string }
    return `${stdout}${stderr}`
  }
}

const ESCAPE = '\u001b['

describe('colour', () => {
  it('is for terminals, unless the environment says otherwise; NO_COLOR has the last word', () => {
    expect(written({})).not.toContain(ESCAPE)
    expect(written({ FORCE_COLOR: '1' })).toContain(ESCAPE)
    expect(written({ FORCE_COLOR: '1', NO_COLOR: '1' })).not.toContain(ESCAPE)
  })
})
