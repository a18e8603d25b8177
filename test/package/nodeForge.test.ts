import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** The files of node-forge that a process of its own has loaded once it has run this, on the built package. */
function loaded(code: string): number {
  const script = `
    import { createRequire } from 'node:module'
    const require = createRequire(import.meta.url)
    ${code}
    console.log(Object.keys(require.cache).filter((name) => name.includes('node-forge')).length)`
  const words = ['--input-type=module', '-e', script]
  return Number(execFileSync(process.execPath, words, { cwd: root, encoding: 'utf8' }))
}

describe('node-forge', () => {
  it('is not loaded by an application that validates, nor by one that looks after its certificates', () => {
    const everything = ['saml', 'flows', 'conformance', 'stores', 'tti', 'center']
    expect(loaded(everything.map((name) => `await import('countersign/${name}')`).join('\n'))).toBe(0)
    const used = `
      import { readFileSync } from 'node:fs'
      import * as saml from 'countersign/saml'
      const pem = readFileSync('test/vectors/keys/idp.pem', 'utf8')
      const now = 1795608000
      const idp = { entityID: 'https://idp.example.com', certificates: [pem] }
      const sp = { entityID: 'https://sp.example.com', acsURL: 'https://sp.example.com/acs' }
      if (saml.validateResponse('<a/>', { idp, sp, now }).ok) throw new Error('accepted')
      const { set } = saml.importCertificate(saml.inboundSet(idp), pem, { now })
      if (saml.certificateStatus(set, { now }).colour !== 'green') throw new Error('not green')
      saml.rotationPlan(set, { now })`
    expect(loaded(used)).toBe(0)
  })

  it('is loaded once a certificate is made', () => {
    const code = `
      import { generateSigningKeyPair } from 'countersign/flows'
      import { generateCertificate } from 'countersign/saml'
      const keyPair = await generateSigningKeyPair()
      const change = await generateCertificate({ keyPair, serialNumber: '01', now: 1795608000 })
      if (!change.ok) throw new Error('refused')`
    expect(loaded(code)).toBeGreaterThan(0)
  })

  it('is asked for by one file, and by no import that runs with it', async () => {
    const { metafile } = await build({
      entryPoints: [`${root}src/saml/index.ts`],
      bundle: true,
      write: false,
      metafile: true,
      platform: 'node',
      format: 'esm',
      packages: 'external',
      logLevel: 'silent',
      absWorkingDir: root,
    })
    const imports = Object.entries(metafile.inputs).flatMap(([file, input]) =>
      input.imports.filter(({ path }) => path === 'node-forge').map(({ kind }) => [file, kind]),
    )
    expect(imports).toEqual([['src/saml/certificates/forge.ts', 'dynamic-import']])
  })
})
