import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import vm from 'node:vm'
import { build } from 'esbuild'
import { describe, expect, it } from 'vitest'
import * as tti from '../../src/tti/index.js'
import { AUDIENCE, CONFIGURATION, issuerKey, jwksOf, makeToken, NOW } from '../support/deployment.js'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** The built package, imported by name and bundled for browsers, as an application would. */
async function bundle(code: string): Promise<string> {
  // The tests of the package need `npm run build`, which `npm test` runs first.
  expect(existsSync(`${root}dist/tti.js`), 'dist/ is missing: run npm run build').toBe(true)
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: root, loader: 'js' },
    bundle: true,
    write: false,
    platform: 'browser',
    format: 'iife',
    globalName: 'countersign',
    logLevel: 'silent',
  })
  return outputFiles[0]?.text ?? ''
}

/** Only what every browser and edge runtime has: no process, no Buffer, no require. */
function webContext(): vm.Context {
  const { crypto, TextEncoder, TextDecoder, URL, atob, btoa, structuredClone } = globalThis
  return vm.createContext({
    crypto,
    TextEncoder,
    TextDecoder,
    URL,
    atob,
    btoa,
    structuredClone,
    Uint8Array,
    ArrayBuffer,
    CryptoKey: crypto.subtle.constructor,
  })
}

describe('at the edge', () => {
  it('judges tokens in a bundle for browsers that holds nothing of Node', async () => {
    const text = await bundle("export * from 'countersign/tti'")
    expect(text).not.toMatch(/["']node:/)
    expect(text).not.toMatch(/\brequire\(/)
    const context = webContext()
    vm.runInContext(text, context)
    const { countersign } = context as { countersign: typeof tti }
    const [configuration] = CONFIGURATION.TrustedTokenIssuers
    const issuer = countersign.validateIssuer(configuration)
    if (!issuer.ok) throw new Error('refused')
    const expectation = {
      issuer: issuer.value,
      jwks: jwksOf(issuerKey.publicKey),
      audiences: [AUDIENCE],
      now: NOW,
    }
    const jwt = makeToken({ jti: 'edge' })
    const accepted = await countersign.validateToken(jwt, expectation)
    expect(accepted).toMatchObject({ ok: true, value: { subject: 'u1', audience: AUDIENCE, jti: 'edge' } })
    const forged = await countersign.validateToken(`${jwt.slice(0, -6)}AAAAAA`, expectation)
    expect(forged.findings.map(({ rule, reason }) => `${rule} ${reason}`)).toEqual(['tti/signature invalid'])
    if (!accepted.ok) throw new Error('refused')
    const web = await countersign.replayKey(accepted.value)
    expect(web).toEqual(await tti.replayKey(accepted.value))
  })

  it.each(['directory', 'oauth', 'abac'])(
    'bundles countersign/%s for browsers without Node',
    async (name) => {
      const text = await bundle(`export * from 'countersign/${name}'`)
      expect(text).not.toMatch(/["']node:/)
      vm.runInContext(text, webContext())
    },
  )
})
