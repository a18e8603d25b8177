import { createPublicKey, type KeyObject } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect } from 'vitest'
import { generateSigningKeyPair, samlSigner } from '../../src/flows/index.js'
import { generateCertificate, type GenerateOptions, type TrustedCertificate } from '../../src/saml/index.js'
import { vectorKey } from '../support/certificates.js'
import { keys } from '../support/certificateSets.js'
import { issued, NOW } from '../support/saml.js'
import { peer, run } from '../support/peers.js'

const withOpenssl = await peer({ name: 'openssl', debianPackage: 'openssl' }, () =>
  run('openssl', ['version']),
)
const withXmlsec = await peer({ name: 'xmlsec1', debianPackage: 'xmlsec1' }, () =>
  run('xmlsec1', ['--version']),
)

const folder = mkdtempSync(join(tmpdir(), 'countersign-certificates-'))
afterAll(() => rmSync(folder, { recursive: true }))
let count = 0
const file = (text: string): string => {
  const path = join(folder, String(++count))
  writeFileSync(path, text)
  return path
}

const pair = (privateKey: KeyObject) => ({ privateKey, publicKey: createPublicKey(privateKey) })
async function made(more: Partial<GenerateOptions> = {}): Promise<TrustedCertificate> {
  const options = {
    keyPair: pair(keys[0]),
    serialNumber: '00c0ffee',
    now: NOW,
    commonName: 'Größe 42',
    ...more,
  }
  const { certificate } = await generateCertificate(options)
  return certificate!
}

describe('certificates made here', () => {
  withOpenssl('are read by openssl, which sees what was asked for', async () => {
    const { pem, sha256 } = await made()
    const fields = [
      '-subject',
      '-issuer',
      '-serial',
      '-dates',
      '-fingerprint',
      '-sha256',
      '-nameopt',
      'utf8,sep_multiline',
    ]
    const { status, stdout } = await run('openssl', ['x509', '-in', file(pem), '-noout', '-text', ...fields])
    expect(status).toBe(0)
    const text = stdout.replaceAll(/ +/g, ' ')
    for (const part of [
      'Version: 3 (0x2)',
      'Signature Algorithm: sha256WithRSAEncryption',
      'CN=Größe 42',
      'serial=C0FFEE',
      'notBefore=Nov 25 12:00:00 2026 GMT',
      'notAfter=Nov 25 12:00:00 2031 GMT',
      'X509v3 Basic Constraints: critical\n CA:FALSE',
      'X509v3 Key Usage: critical\n Digital Signature\n',
    ])
      expect(text).toContain(part)
    expect(text.replaceAll(':', '').toLowerCase()).toContain(sha256)
  })

  withOpenssl(
    'are what openssl takes for proper and signed by themselves, in every size and algorithm',
    async () => {
      const large = await generateSigningKeyPair({ modulusLength: 4096 })
      const weak = { keyPair: pair(vectorKey('rsa-1024')), legacy: true }
      const variants: Partial<GenerateOptions>[] = [
        {},
        { algorithm: 'rsa-sha384', now: Date.UTC(2049, 11, 1) / 1000, validityMonths: 1 },
        { algorithm: 'rsa-sha512', now: Date.UTC(2049, 11, 31, 23, 59, 59) / 1000, validityMonths: 1 },
        { keyPair: { publicKey: createPublicKey(keys[1]), signer: samlSigner(keys[1]) } },
        { keyPair: large, validityMonths: 1_200 },
        { serialNumber: 'f'.repeat(38) },
      ]
      for (const variant of variants) {
        const { pem, notBefore } = await made(variant)
        const path = file(pem)
        const options = ['-x509_strict', '-attime', String(notBefore), '-check_ss_sig', '-CAfile', path, path]
        const { status, stdout, stderr } = await run('openssl', ['verify', ...options])
        expect([status, stdout.endsWith('OK\n'), stderr]).toEqual([0, true, ''])
      }
      for (const algorithm of ['rsa-sha256', 'rsa-sha1'] as const) {
        const { pem } = await made({ ...weak, algorithm })
        const { stdout } = await run('openssl', ['x509', '-in', file(pem), '-noout', '-text'])
        expect(stdout).toContain('(1024 bit)')
        expect(stdout).toContain(
          algorithm === 'rsa-sha1' ? 'sha1WithRSAEncryption' : 'sha256WithRSAEncryption',
        )
      }
    },
  )

  withXmlsec('verify messages for xmlsec1, and no others', async () => {
    const [own, other] = [await made(), await made({ keyPair: pair(keys[1]) })]
    const message = file(issued(undefined, { signer: samlSigner(keys[0]), certificate: own }))
    const verify = (certificate: TrustedCertificate) =>
      run('xmlsec1', [
        ...['--verify', '--enabled-key-data', 'rsa,key-name', '--pubkey-cert-pem', file(certificate.pem)],
        ...['--id-attr:ID', 'urn:oasis:names:tc:SAML:2.0:assertion:Assertion', message],
      ])
    expect((await verify(own)).status).toBe(0)
    expect((await verify(other)).status).not.toBe(0)
  })

  withXmlsec('can be the anchor to which xmlsec1 trusts the certificate of a message', async () => {
    const [own, other] = [await made(), await made({ keyPair: pair(keys[1]) })]
    const message = file(issued(undefined, { signer: samlSigner(keys[0]), certificate: own }))
    const verify = (anchor: TrustedCertificate) =>
      run('xmlsec1', [
        ...['--verify', '--enabled-key-data', 'x509', '--verification-time', '2026-12-01 00:00:00'],
        ...['--trusted-pem', file(anchor.pem)],
        ...['--id-attr:ID', 'urn:oasis:names:tc:SAML:2.0:assertion:Assertion', message],
      ])
    const { status, stderr } = await verify(own)
    expect([status, status === 0 ? '' : stderr]).toEqual([0, ''])
    expect((await verify(other)).status).not.toBe(0)
  })
})
