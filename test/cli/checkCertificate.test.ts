import { afterAll, describe, expect, it } from 'vitest'
import type { Report } from '../../src/conformance/index.js'
import { formatDateTime } from '../../src/core/codec.js'
import { certificate, DAY } from '../support/certificateSets.js'
import { command, temporaryFiles } from '../support/command.js'
import { NOW } from '../support/saml.js'

const { file, remove } = temporaryFiles()
afterAll(remove)
const one = certificate({ to: 60 })
const check = (name: string, at = NOW, ...words: string[]) =>
  command('check', 'certificate', name, '--at', formatDateTime(at), ...words)
const report = async (name: string, at = NOW, ...words: string[]): Promise<Report> =>
  JSON.parse((await check(name, at, ...words, '--format', 'json')).out) as Report
const told = ({ rules }: Report): string[] =>
  rules.flatMap(({ findings }) => findings.map(({ rule, reason }) => `${rule} ${reason}`))

describe('check certificate', () => {
  it('accepts one that can be imported, and tells what it is', async () => {
    const name = file('idp.pem', one.pem)
    expect(await report(name)).toMatchObject({
      subject: { kind: 'certificate', name },
      verdict: 'accepted',
      identity: { sha256: one.sha256, subject: 'CN=idp.example.com' },
      facts: { key: 'RSA, 2048 bits', 'serial number': '01' },
    })
    const { code, out } = await check(name)
    expect([code, out.includes('yellow, 60 days left')]).toEqual([0, true])
  })

  it('refuses with every rule that is broken', async () => {
    expect(told(await report(file('old.pem', one.pem), one.notAfter + DAY))).toEqual([
      'saml/certificate-import-expired expired',
    ])
    expect(told(await report(file('chain.pem', one.pem.repeat(3))))).toEqual([
      'saml/certificate-length too-long',
      'saml/certificate-form several',
    ])
    const long = file('long.pem', `${'\n'.repeat(2_100 - one.pem.length)}\n${one.pem}`)
    expect((await check(long)).code).toBe(0)
    expect(told(await report(long, NOW, '--party', 'sp'))).toEqual(['saml/certificate-length too-long'])
    expect((await check(long, NOW, '--party', 'sp')).code).toBe(1)
  })

  it('is misused without a file, and with another party', async () => {
    expect((await command('check', 'certificate')).code).toBe(2)
    expect((await check(file('idp.pem', one.pem), NOW, '--party', 'x')).code).toBe(2)
    expect((await check('/nowhere/idp.pem')).code).toBe(2)
  })
})
