import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Where the options of a function are told, in a table whose head is its name; `inner`: members told one by one. */
const TABLES = [
  { name: 'appSessions', type: 'AppSessionsOptions', page: 'express.md' },
  { name: 'samlServiceProvider', type: 'SamlServiceProviderOptions', page: 'express.md', inner: 'idp' },
  { name: 'oidcSignIn', type: 'OidcSignInOptions', page: 'express-oidc.md' },
  { name: 'exchangeIdentity', type: 'ExchangeIdentityOptions', page: 'express-oidc.md' },
  { name: 'identityCenterExchange', type: 'IdentityCenterExchangeOptions', page: 'express-oidc.md' },
  { name: 'localExchange', type: 'LocalExchangeOptions', page: 'express-oidc.md' },
  { name: 'trustedTokenEndpoint', type: 'TrustedTokenEndpointOptions', page: 'start-exchange.md' },
]

const entry = join(root, 'src/express/index.ts')
const config = ts.readConfigFile(join(root, 'tsconfig.json'), (name) => ts.sys.readFile(name))
const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, root)
const program = ts.createProgram([entry], options)
const checker = program.getTypeChecker()
const exported = checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(entry)!)!)

/** The members of an exported type; those of a member, which may be one of several types, in place of that member. */
function members(type: string, inner?: string): string[] {
  const found = exported.find(({ name }) => name === type)!
  const declared = checker.getDeclaredTypeOfSymbol(
    found.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(found) : found,
  )
  return declared.getProperties().flatMap((property) => {
    if (property.name !== inner) return [property.name]
    const within = checker.getTypeOfSymbol(property)
    const kinds = within.isUnion() ? within.types : [within]
    const names = kinds.flatMap((kind) => kind.getProperties().map(({ name }) => `${inner}.${name}`))
    return [...new Set(names)]
  })
}

/** What the first column of a table names. */
function told(name: string, page: string): string[] {
  const lines = readFileSync(join(root, 'docs', page), 'utf8').split('\n')
  const head = lines.findIndex((line) => line.startsWith(`| \`${name}\` `))
  const end = lines.findIndex((line, at) => at > head && !line.startsWith('|'))
  return lines
    .slice(head + 2, end)
    .flatMap((line) =>
      [...(line.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, option = '']) => option),
    )
}

describe('the options of countersign/express', () => {
  it.each(TABLES)('are told, all of them and no others: $name', ({ name, type, page, inner }) => {
    expect(told(name, page).sort()).toEqual(members(type, inner).sort())
  })

  it('are told of every type of options', () => {
    const types = exported.map(({ name }) => name).filter((name) => name.endsWith('Options'))
    expect(types.sort()).toEqual(TABLES.map(({ type }) => type).sort())
  })
})
