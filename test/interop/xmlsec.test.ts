import { createPublicKey } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { peer, run, type Ran } from '../support/peers.js'
import { generated, type Generated } from './generated.js'
import { contentsOf } from './issued.js'
import { trusted } from './parties.js'
import { expectationOf, read } from './read.js'

const MESSAGES = 300

const it = await peer({ name: 'xmlsec1', debianPackage: 'xmlsec1' }, () => run('xmlsec1', ['--version']))

const folder = mkdtempSync(join(tmpdir(), 'countersign-xmlsec-'))
const key = join(folder, 'key.pem')
let messages: readonly Generated[]

beforeAll(() => {
  writeFileSync(key, createPublicKey(trusted.certificate).export({ type: 'spki', format: 'pem' }))
  messages = Array.from({ length: MESSAGES }, (_, seed) => generated(seed))
})
afterAll(() => rmSync(folder, { recursive: true }))

function files(name: string, texts: readonly string[]): string[] {
  return texts.map((text, at) => {
    const file = join(folder, `${name}-${at}.xml`)
    writeFileSync(file, text)
    return file
  })
}

const options = (of: 'first' | 'assertion'): string[] => [
  ...['--verify', '--enabled-key-data', 'key-name,rsa', '--pubkey-pem', key],
  ...['--id-attr:ID', 'urn:oasis:names:tc:SAML:2.0:assertion:Assertion'],
  ...['--id-attr:ID', 'urn:oasis:names:tc:SAML:2.0:protocol:Response'],
  ...(of === 'first' ? [] : ['--node-xpath', "//*[local-name()='Assertion']/*[local-name()='Signature']"]),
]

/** The first signature of each file: of the Response where both are signed, unless it is to be that of the assertion. */
const verify = (list: readonly string[], of: 'first' | 'assertion' = 'first'): Promise<Ran> =>
  run('xmlsec1', [...options(of), ...list])

/** A process for each file, since one ends with the first that it does not verify. */
async function verifyEach(list: readonly string[]): Promise<string[]> {
  // Started by a shell, since it takes this process longer to start another than xmlsec1 needs.
  const script = 'xmlsec1=$1; shift; for file; do $xmlsec1 "$file" 2>&1; echo "status $?"; done'
  const command = ['xmlsec1', ...options('first')].join(' ')
  const size = Math.ceil(list.length / 4)
  const runs = [0, 1, 2, 3].map(async (at) => {
    const ran = await run('sh', ['-c', script, 'sh', command, ...list.slice(at * size, (at + 1) * size)])
    return ran.stdout.split(/(?<=^status \d+$)\n/m).filter(Boolean)
  })
  return (await Promise.all(runs)).flat()
}

const lines = ({ stderr }: Ran): string[] => stderr.split('\n')
/** Of every file, for one run stops at the first that fails. */
const count = (ran: Ran, what: string): number => lines(ran).filter((line) => line === what).length

async function expectVerified(list: readonly string[], of: 'first' | 'assertion' = 'first'): Promise<void> {
  const ran = await verify(list, of)
  expect(ran.stderr).not.toMatch(/fail/i)
  expect(ran.status).toBe(0)
  expect(count(ran, 'OK')).toBe(list.length)
  expect(count(ran, 'SignedInfo References (ok/all): 1/1')).toBe(list.length)
}

const readByUs = (xml: string) => read(xml, expectationOf('application'))

describe(`${MESSAGES} generated Responses`, () => {
  it('are verified by xmlsec1 and read by us', async () => {
    for (const { seed, xml, login } of messages)
      expect.soft(readByUs(xml), `seed ${seed}`).toEqual(contentsOf(login))
    await expectVerified(files('issued', messages.map(({ xml }) => xml))) // prettier-ignore
  })

  it('are verified in the assertion as well where both are signed', async () => {
    const both = messages.filter(({ sign }) => sign === 'both').map(({ xml }) => xml)
    expect(both.length).toBeGreaterThan(80)
    await expectVerified(files('both', both), 'assertion')
  })

  it('are the same to both when another program has written them anew', async () => {
    const changed = messages.filter(({ xml, rewritten }) => xml !== rewritten)
    expect(changed.length).toBeGreaterThan(160)
    for (const { seed, rewritten, login } of changed)
      expect.soft(readByUs(rewritten), `seed ${seed}`).toEqual(contentsOf(login))
    await expectVerified(files('rewritten', changed.map(({ rewritten }) => rewritten))) // prettier-ignore
  })

  it('are refused by both when one byte of a value is changed', async () => {
    const list = files('tampered', messages.map(({ tampered }) => tampered)) // prettier-ignore
    const reports = await verifyEach(list)
    expect(reports).toHaveLength(list.length)
    for (const [at, { seed, xml, tampered }] of messages.entries()) {
      const which = `seed ${seed}`
      expect.soft(Buffer.byteLength(tampered), which).toBe(Buffer.byteLength(xml))
      expect.soft(readByUs(tampered), which).toEqual(['saml/digest (mismatch)'])
      expect.soft(reports[at], which).toContain('data and digest do not match')
      expect.soft(reports[at], which).toContain('SignedInfo References (ok/all): 0/1')
      expect.soft(reports[at], which).toMatch(/^status 1$/m)
    }
  })
})
