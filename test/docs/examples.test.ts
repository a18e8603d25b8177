import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { afterAll, describe, expect, it } from 'vitest'
import { rulesPages } from '../../scripts/rulesPages.js'
import { validateCenterConfig } from '../../src/center/index.js'
import { command } from '../support/command.js'
import { validateDeployment, validateIssuer } from '../../src/tti/index.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const read = (name: string): string => readFileSync(join(root, name), 'utf8')
// Inside the repository, so that packages are found.
const folder = mkdtempSync(join(root, 'node_modules', '.examples-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Every ```ts block of a text; in a doc comment the leading asterisks are not part of it. */
function blocks(name: string): string[] {
  const text = read(name)
  return [...text.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code = '']) =>
    name.endsWith('.ts') ? code.replaceAll(/^ *\* ?/gm, '') : code,
  )
}

/** Whatever is written by hand about the package. */
function guides(): string[] {
  const docs = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'))
  const examples = readdirSync(join(root, 'examples'), { recursive: true, encoding: 'utf8' })
  return [
    ...docs.map((name) => join('docs', name)),
    ...examples.filter((name) => name.endsWith('.md')).map((name) => join('examples', name)),
  ]
}

function sources(): string[] {
  return readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join('src', name))
}

describe('documentation', () => {
  it('has examples that compile against the sources', () => {
    const names = [...['README.md', 'CONTRIBUTING.md', 'SECURITY.md'], ...guides(), ...sources()]
    const files = names.flatMap((name) =>
      blocks(name).map((code, index) => {
        const file = join(folder, `${name.replaceAll(/\W/g, '_')}_${index}.ts`)
        writeFileSync(file, `${code}\nexport {}\n`)
        return file
      }),
    )
    writeFileSync(join(folder, 'deployment.json'), read('examples/deployment.json'))
    writeFileSync(join(folder, 'users.json'), '{ "Users": [] }')
    expect(files.length).toBeGreaterThan(5)
    const entries = readdirSync(join(root, 'src')).filter((name) => name !== 'core' && name !== 'cli')
    const paths = Object.fromEntries(
      entries.map((name) => [`countersign/${name}`, [`./src/${name}/index.ts`]]),
    )
    const program = ts.createProgram(files, {
      target: ts.ScriptTarget.ES2022,
      lib: ['lib.es2022.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
      module: ts.ModuleKind.ESNext,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      types: ['node'],
      strict: true,
      exactOptionalPropertyTypes: true,
      resolveJsonModule: true,
      skipLibCheck: true,
      noEmit: true,
      baseUrl: root,
      paths: { countersign: ['./src/core/index.ts'], '#rs256': ['./src/tti/rs256/web.ts'], ...paths },
    })
    const problems = ts
      .getPreEmitDiagnostics(program)
      .map(
        ({ file, messageText }) => `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`,
      )
    expect(problems).toEqual([])
  })

  it('has links that lead somewhere', () => {
    const names = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', ...guides()]
    const broken = names.flatMap((name) =>
      [...read(name).matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)]
        .map(([, target = '']) => join(root, dirname(name), target))
        .filter((target) => !existsSync(target))
        .map((target) => `${name}: ${target}`),
    )
    expect(broken).toEqual([])
  })

  it('has rules generated from the rule tables, a page for each area and no other', () => {
    const pages = rulesPages()
    for (const [file, text] of pages) expect(read(file), file).toBe(text)
    const files = readdirSync(join(root, 'docs/rules')).map((name) => `docs/rules/${name}`)
    expect([...files, 'docs/rules.md'].sort()).toEqual([...pages.keys()].sort())
  })

  it('has a link in the rules that leads to a heading for each rule', () => {
    for (const [, page = '', anchor = ''] of read('docs/rules.md').matchAll(
      /\]\((rules\/[^)#]+)#([^)]+)\)/g,
    )) {
      const headings = [...read(`docs/${page}`).matchAll(/^## (.+)$/gm)].map(([, heading = '']) =>
        heading
          .toLowerCase()
          .replaceAll(/[^\w -]/g, '')
          .replaceAll(' ', '-'),
      )
      expect(headings, page).toContain(anchor)
    }
  })

  it('has a getting started whose example says what the command says', async () => {
    const [, words = '', shown = ''] =
      /npx countersign (check response examples[\s\S]*?)\n```\n\n```\n([\s\S]*?)```/.exec(
        read('docs/check.md'),
      ) ?? []
    const args = words.replaceAll('\\\n', ' ').split(/\s+/).filter(Boolean)
    expect(args.length).toBeGreaterThan(10)
    const inRoot = args.map((word) => (word.startsWith('examples/') ? join(root, word) : word))
    const { code, out } = await command(...inRoot)
    expect([code, out.replaceAll(root, '')]).toEqual([1, shown])
    const accepted = inRoot.map((word) => word.replace('refused.xml', 'accepted.xml'))
    expect((await command(...accepted)).code).toBe(0)
    expect((await command('check', 'metadata', join(root, 'examples/check/idp.xml'))).code).toBe(0)
  })

  it.each([
    ['docs/abac.md', 'abac tags', 0],
    ['docs/decisions.md', 'abac decide', 1],
  ])('has in %s a command, %s, that says what is shown', async (name, verb, exit) => {
    const [, words = '', shown = ''] =
      new RegExp(`npx countersign (${verb} [\\s\\S]*?)\\n\`\`\`\\n\\n\`\`\`\\n([\\s\\S]*?)\`\`\``).exec(
        read(name),
      ) ?? []
    const args = words.replaceAll('\\\n', ' ').split(/\s+/).filter(Boolean)
    expect(args.length).toBeGreaterThan(8)
    // The table is as wide as the names of the files.
    const named = args.map((word) => (word.startsWith('examples/') ? relative('.', join(root, word)) : word))
    const { code, out } = await command(...named)
    expect([code, out]).toEqual([exit, shown])
  })

  it('names the two commands that CI runs', () => {
    for (const command of ['npm ci && npm run demo', 'npm ci && npm test']) {
      expect(read('README.md')).toMatch(new RegExp(`^${command}\\b`, 'm'))
      expect(read('.ci/run')).toMatch(new RegExp(`^${command}$`, 'm'))
    }
  })

  it('has example configurations without a finding', () => {
    expect(validateIssuer(JSON.parse(read('examples/tti.json'))).findings).toEqual([])
    expect(validateCenterConfig(JSON.parse(read('examples/center.json'))).findings).toEqual([])
    expect(validateDeployment(JSON.parse(read('examples/deployment.json'))).findings).toEqual([])
  })
})
