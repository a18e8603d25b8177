import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { exports: object }
const names = Object.keys(exports)
  .filter((subpath) => subpath !== './package.json')
  .map((subpath) => `countersign${subpath.slice(1)}`)

describe('the declarations of the package', () => {
  it.each([
    ['Node', ts.ModuleKind.NodeNext, ts.ModuleResolutionKind.NodeNext],
    ['bundlers', ts.ModuleKind.ESNext, ts.ModuleResolutionKind.Bundler],
  ])('compile strictly and with libraries checked, as %s resolve them', (_, module, moduleResolution) => {
    const file = join(root, 'application.ts')
    const text = names.map((name, at) => `export * as part${at} from '${name}'`).join('\n')
    const options: ts.CompilerOptions = {
      module,
      moduleResolution,
      target: ts.ScriptTarget.ES2022,
      lib: ['lib.es2022.d.ts'],
      types: ['node'],
      typeRoots: [join(root, 'node_modules/@types')],
      strict: true,
      exactOptionalPropertyTypes: true,
      skipLibCheck: false,
      noEmit: true,
    }
    const host = ts.createCompilerHost(options)
    const { fileExists, readFile, getSourceFile } = host
    host.fileExists = (name) => name === file || fileExists(name)
    host.readFile = (name) => (name === file ? text : readFile(name))
    host.getSourceFile = (name, language) =>
      name === file ? ts.createSourceFile(name, text, language) : getSourceFile(name, language)
    const program = ts.createProgram([file], options, host)
    expect(program.getSourceFiles().some(({ fileName }) => fileName.endsWith('dist/express.d.ts'))).toBe(true)
    // Whoever has none of the optional packages needs none of their types either.
    const loaded = program.getSourceFiles().map(({ fileName }) => fileName)
    expect(
      loaded.filter((name) => /node_modules\/(?:@types\/)?(?:express|oidc-provider|@aws-sdk)/.test(name)),
    ).toEqual([])
    const faults = ts.getPreEmitDiagnostics(program)
    expect(faults.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))).toEqual([])
  })
})
