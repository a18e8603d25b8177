import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { afterAll, describe, expect, it } from 'vitest'
import { pictures } from '../../scripts/pictures.js'
import { rulesPages } from '../../scripts/rulesPages.js'
import { validateCenterConfig } from '../../src/center/index.js'
import { parseDocument } from '../../src/saml/xml/document.js'
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

function sources(): string[] {
  return readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join('src', name))
}

describe('documentation', () => {
  it('has examples that compile against the sources', () => {
    const names = [
      'README.md',
      'CONTRIBUTING.md',
      'SECURITY.md',
      'docs/exchange.md',
      'docs/center.md',
      'docs/signin.md',
      'docs/portal.md',
      'docs/decisions.md',
      'docs/saml.md',
      'docs/certificates.md',
      'docs/abac.md',
      'docs/check.md',
      'docs/express.md',
      'docs/start-exchange.md',
      'docs/security-model.md',
      'docs/propagation.md',
      ...sources(),
    ]
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
    const entries = [
      'directory',
      'saml',
      'oauth',
      'tti',
      'abac',
      'conformance',
      'flows',
      'stores',
      'express',
      'center',
    ]
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

  it('has rules generated from the rule tables, a page for each area and no other', () => {
    const pages = rulesPages()
    for (const [file, text] of pages) expect(read(file), file).toBe(text)
    const files = readdirSync(join(root, 'docs/rules')).map((name) => `docs/rules/${name}`)
    expect([...files, 'docs/rules.md'].sort()).toEqual([...pages.keys()].sort())
  })

  it('has pictures drawn from the rule tables, each shown with what it says in words', () => {
    for (const [file, text] of pictures()) {
      expect(read(file), file).toBe(text)
      expect(parseDocument(text).local, file).toBe('svg')
    }
    const shown = ['README.md', ...readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'))]
      .map((name) => read(name === 'README.md' ? name : `docs/${name}`))
      .flatMap((text) => [...text.matchAll(/!\[([^\]]*)\]\(([^)]+\.svg)\)/g)])
    for (const [, words = ''] of shown) expect(words.length).toBeGreaterThan(40)
    for (const file of pictures().keys())
      expect(shown.some(([, , target = '']) => file.endsWith(target))).toBe(true)
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

  it('links only to files that are there', () => {
    for (const name of [
      'README.md',
      'CONTRIBUTING.md',
      'SECURITY.md',
      'docs/exchange.md',
      'docs/center.md',
      'docs/decisions.md',
      'docs/signin.md',
      'docs/portal.md',
      'docs/saml.md',
      'docs/certificates.md',
      'docs/abac.md',
      'docs/check.md',
      'docs/express.md',
      'docs/start-exchange.md',
      'docs/security-model.md',
      'docs/propagation.md',
      'examples/own-exchange/README.md',
    ]) {
      for (const [, target = ''] of read(name).matchAll(/\]\((?!https?:)([^)#]+)\)/g)) {
        const folderOf = join(name, '..', target)
        expect(readdirSync(join(root, folderOf, '..'))).toContain(folderOf.split('/').at(-1))
      }
    }
  })
})
