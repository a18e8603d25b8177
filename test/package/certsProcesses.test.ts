import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, describe, expect, it } from 'vitest'
import { formatDateTime } from '../../src/core/codec.js'
import { parseCertificateSet } from '../../src/saml/index.js'
import { certificate, keys } from '../support/certificateSets.js'
import { temporaryFiles } from '../support/command.js'
import { IDP, NOW } from '../support/saml.js'

const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url))
const { folder, file, remove } = temporaryFiles()
afterAll(remove)

/** A process of the built command; `killAfter` milliseconds it is killed, whatever it is doing. */
function certs(words: readonly string[], killAfter?: number): Promise<number | null> {
  expect(existsSync(cli), 'dist/ is missing: run npm run build').toBe(true)
  const child = spawn(process.execPath, [cli, 'certs', ...words, '--at', formatDateTime(NOW)], {
    stdio: 'ignore',
  })
  if (killAfter !== undefined) void sleep(killAfter).then(() => child.kill('SIGKILL'))
  return new Promise((resolve) => child.on('exit', (code) => resolve(code)))
}

const all = Array.from({ length: 9 }, (_, at) => certificate({ key: keys[at % 4]!, serial: at + 1 }))
const pems = all.map(({ pem }, at) => file(`${at}.pem`, pem))
const held = (set: string): string[] => {
  const read = parseCertificateSet(readFileSync(set, 'utf8'), { now: NOW })
  expect(read.findings).toEqual([])
  return read.value!.certificates.map(({ sha256 }) => sha256)
}

describe('processes that change one set', () => {
  it('lose nothing of one another', async () => {
    const set = join(folder, 'shared.json')
    const importing = (pem: string) => certs(['import', pem, '--set', set, '--entity-id', IDP])
    expect(await Promise.all(pems.map(importing))).toEqual(pems.map(() => 0))
    expect(held(set).sort()).toEqual(all.map(({ sha256 }) => sha256).sort())
    expect(readdirSync(folder).filter((name) => /lock|tmp/.test(name))).toEqual([])
  })

  it('leave a whole set behind, and no certificate without its key, whenever they are killed', async () => {
    const set = join(folder, 'killed.json')
    expect(await certs(['generate', '--set', set, '--application', 'expenses'])).toBe(0)
    const ended: (number | null)[] = []
    for (let round = 0; round < 16; round++) {
      const before = held(set)
      ended.push(await certs(['generate', '--set', set], 60 + 30 * round))
      rmSync(`${set}.lock`, { force: true })
      const after = held(set)
      expect(after.slice(0, before.length)).toEqual(before)
      for (const sha256 of after)
        expect(readFileSync(`${set}.${sha256.slice(0, 16)}.key.pem`, 'utf8')).toMatch(
          /-----END PRIVATE KEY-----\n$/,
        )
      if (after.length === 2) expect(await certs(['remove', after[1]!, '--set', set])).toBe(0)
    }
    // The first was; how far the others came depends on the machine.
    expect(ended).toContain(null)
  })
})
