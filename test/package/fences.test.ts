import { fileURLToPath } from 'node:url'
import { ESLint } from 'eslint'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const eslint = new ESLint({ cwd: root })

/** The rules that a line of code breaks when it stands in a file. */
async function broken(file: string, code: string): Promise<string[]> {
  const [result] = await eslint.lintText(`${code}\n`, { filePath: `${root}${file}` })
  return result!.messages.filter(({ severity }) => severity === 2).map(({ ruleId }) => String(ruleId))
}

const imports = 'no-restricted-imports'

describe('the fences between folders', () => {
  it.each([
    ['src/core/x.ts', "export * from '../tti/index.js'"],
    ['src/core/policy/x.ts', "export * from '../../flows/index.js'"],
    ['src/oauth/x.ts', "export * from '../saml/index.js'"],
    ['src/tti/x.ts', "export * from '../directory/users.js'"],
    ['src/tti/token/x.ts', "export * from '../../abac/index.js'"],
    ['src/abac/x.ts', "export * from '../saml/index.js'"],
    ['src/conformance/x.ts', "export * from '../flows/index.js'"],
    ['src/flows/x.ts', "export * from '../conformance/index.js'"],
    ['src/flows/x.ts', "export * from '../stores/index.js'"],
    ['src/center/x.ts', "export * from '../express/index.js'"],
    ['src/center/x.ts', "export * from '../cli/run.js'"],
    ['src/core/x.ts', "export * from 'node:crypto'"],
    ['src/directory/x.ts', "export * from 'node:fs'"],
    ['src/audit/x.ts', "export { randomBytes } from 'node:crypto'"],
    ['src/tti/x.ts', "export * from 'oidc-provider'"],
    ['src/tti/x.ts', "export * from 'node:crypto'"],
    ['src/abac/x.ts', "export * from 'node:fs'"],
    ['src/oauth/x.ts', "export * from 'node:fs'"],
  ])('%s may not hold %s', async (file, code) => {
    expect(await broken(file, code)).toContain(imports)
  })

  it.each([
    ['src/core/policy/x.ts', "export * from '../rule.js'"],
    ['src/tti/token/x.ts', "export * from '../../core/json.js'"],
    ['src/tti/x.ts', "export * from '../oauth/index.js'"],
    ['src/abac/x.ts', "export * from '../tti/roleSession/index.js'"],
    ['src/flows/x.ts', "export * from '../tti/index.js'"],
    ['src/cli/x.ts', "export * from '../center/index.js'"],
    ['src/flows/x.ts', "export * from 'node:crypto'"],
  ])('%s may hold %s', async (file, code) => {
    expect(await broken(file, code)).not.toContain(imports)
  })

  it.each([
    'export const x = Date.now()',
    'export const x = new Date()',
    'export const x = Math.random()',
    'export const x = crypto.randomUUID()',
    'export const x = fetch("https://a.example")',
    'console.log(1)',
    'export const x = process.env',
    'export const x = Date()',
    'export const x = eval("1")',
    'export const x = globalThis.crypto.getRandomValues(new Uint8Array(1))',
    'export const x = import("../flows/index.js")',
    'export const x = new Map()',
    'let count = 0\nexport const next = () => ++count',
    'export let count = 0',
  ])('a pure folder may not hold %j', async (code) => {
    for (const folder of ['core', 'directory', 'saml', 'oauth', 'tti', 'abac', 'audit', 'conformance']) {
      expect(await broken(`src/${folder}/x.ts`, code), folder).not.toEqual([])
    }
  })
})
