import { createPublicKey, generateKeyPairSync, sign, X509Certificate, type KeyObject } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { assertAccepted, FederationError, type AsyncSigner } from '../../../src/core/index.js'
import { rsaSigner } from '../../../src/flows/index.js'
import {
  activateCertificate,
  generateCertificate,
  outboundSet,
  removeCertificate,
  type GenerateOptions,
  type OutboundSet,
  type SigningAlgorithm,
} from '../../../src/saml/index.js'
import { vectorKey } from '../../support/certificates.js'
import { keys, setOf } from '../../support/certificateSets.js'
import { NOW, told } from '../../support/saml.js'

const pair = (privateKey: KeyObject) => ({ privateKey, publicKey: createPublicKey(privateKey) })
const set = outboundSet({ application: 'expenses' })
const options = (more: Partial<GenerateOptions> = {}): GenerateOptions => ({
  ...{ set, keyPair: pair(keys[0]), serialNumber: '01', now: NOW },
  ...more,
})
const reasons = async (more: Partial<GenerateOptions>): Promise<string[]> => {
  const change = await generateCertificate(options(more))
  if (!change.ok) expect(change.set).toBe(more.set ?? set)
  return told(change.findings)
}
const at = (year: number, month: number, day: number, ...time: number[]): number =>
  Date.UTC(year, month - 1, day, ...time) / 1000

describe('generating a certificate', () => {
  it('makes one of five years that names the application, signed with its own key', async () => {
    const change = await generateCertificate(options({ serialNumber: 'a1b2c3' }))
    expect(change.findings).toEqual([])
    const { certificate } = change
    expect(certificate).toMatchObject({
      subject: 'CN=expenses',
      issuer: 'CN=expenses',
      serialNumber: 'A1B2C3',
      notBefore: at(2026, 11, 25, 12),
      notAfter: at(2031, 11, 25, 12),
      keyType: 'rsa',
      keyBits: 2048,
    })
    const { sha256, pem } = certificate!
    expect(change.value).toEqual({
      ...set,
      certificates: [{ sha256, pem, algorithm: 'rsa-sha256', generatedAt: NOW }],
      active: sha256,
    })
    expect(change.audit).toMatchObject({
      action: 'generate',
      outcome: 'done',
      of: 'expenses',
      added: [sha256],
    })
    const x509 = new X509Certificate(pem)
    expect(x509.verify(createPublicKey(keys[0]))).toBe(true)
    expect(x509.ca).toBe(false)
    // Neither a key nor a part of it is kept.
    const { d, p } = keys[0].export({ format: 'jwk' })
    for (const secret of [d!, p!, 'PRIVATE KEY']) expect(JSON.stringify(change)).not.toContain(secret)
  })

  it('makes the same bytes of the same arguments', async () => {
    const [one, other] = [await generateCertificate(options()), await generateCertificate(options())]
    expect(one).toEqual(other)
  })

  it('makes a new set where none is given', async () => {
    const { set: none, ...others } = options()
    const change = await generateCertificate(others)
    expect([none?.application, change.value?.certificates.length]).toEqual(['expenses', 1])
  })

  it('keeps the active one active, takes two, and no third', async () => {
    const first = assertAccepted(await generateCertificate(options()))
    const second = await generateCertificate(
      options({ set: first, keyPair: pair(keys[1]), serialNumber: '02' }),
    )
    expect(second.findings).toEqual([])
    const two = second.value!
    expect(two.active).toBe(first.active)
    expect(two.certificates.length).toBe(2)
    const third = { set: two, keyPair: pair(keys[2]), serialNumber: '03' }
    expect(await reasons(third)).toEqual(['saml/certificate-count too-many'])
    const next = second.certificate!.sha256
    const turned = assertAccepted(activateCertificate(two, next, { now: NOW }))
    const left = assertAccepted(removeCertificate(turned, first.active!, { now: NOW }))
    expect([left.active, left.certificates.map(({ sha256 }) => sha256)]).toEqual([next, [next]])
    expect((await generateCertificate(options({ ...third, set: left }))).ok).toBe(true)
  })

  it('has a KMS sign, and never sees the private key', async () => {
    const signed: Uint8Array[] = []
    const kms: AsyncSigner = {
      alg: 'rsa-sha512',
      sign: (bytes) => {
        signed.push(bytes)
        return Promise.resolve(new Uint8Array(sign('RSA-SHA512', bytes, keys[1])))
      },
    }
    const keyPair = { publicKey: createPublicKey(keys[1]), signer: kms }
    const change = await generateCertificate(options({ keyPair }))
    expect(change.value?.certificates[0]?.algorithm).toBe('rsa-sha512')
    // What it signed is the certificate without its signature, and nothing else.
    expect(signed.length).toBe(1)
    expect(new X509Certificate(change.certificate!.pem).raw.includes(Buffer.from(signed[0]!))).toBe(true)
    expect((await generateCertificate(options({ keyPair: { ...keyPair, signer: rsaSigner(keys[1], 'x') } }))).ok).toBe(true) // prettier-ignore
  })

  it('takes no signature of another key, and asks for none where a rule refuses', async () => {
    const publicKey = createPublicKey(keys[1])
    const failed = async (signer: unknown): Promise<unknown> => {
      const made = generateCertificate(options({ keyPair: { publicKey, signer: signer as AsyncSigner } }))
      return made.catch((error: unknown) => (error instanceof FederationError ? error.code : error))
    }
    expect(await failed(rsaSigner(keys[0], 'x'))).toBe('ERR_SIGNER_FAILED')
    expect(await failed({ alg: 'rsa-sha256', sign: () => new Uint8Array(256) })).toBe('ERR_SIGNER_FAILED')
    expect(await failed({ alg: 'rsa-sha256', sign: () => 'signature' })).toBe('ERR_SIGNER_FAILED')
    const outage = new Error('the KMS is away')
    expect(await failed({ alg: 'rsa-sha256', sign: () => Promise.reject(outage) })).toBe(outage)
    const unasked = { alg: 'rsa-sha256', sign: () => Promise.reject(outage) } as const
    expect(await reasons({ keyPair: { publicKey, signer: unasked }, validityMonths: 0 })).toEqual(['saml/certificate-period range']) // prettier-ignore
  })

  it('makes weak ones only where that is asked for, and warns', async () => {
    const weak = { keyPair: pair(vectorKey('rsa-1024')), algorithm: 'rsa-sha1' as const }
    expect(await reasons({ keyPair: weak.keyPair })).toEqual(['saml/certificate-signing-key legacy'])
    expect(await reasons({ algorithm: weak.algorithm })).toEqual([
      'saml/certificate-algorithm legacy',
      'saml/sha1 used',
    ])
    expect(await reasons({ ...weak, legacy: true })).toEqual(['saml/certificate-weak size', 'saml/sha1 used'])
    const change = await generateCertificate(options({ ...weak, legacy: true }))
    expect(change.value?.certificates[0]?.algorithm).toBe('rsa-sha1')
    expect(await reasons({ legacy: true })).toEqual([])
  })

  it('takes RSA keys of 2048, 3072 and 4096 bits', async () => {
    for (const modulusLength of [3072, 4096])
      expect(await reasons({ keyPair: generateKeyPairSync('rsa', { modulusLength }) })).toEqual([])
    const of = (type: string, keyPair: object) => reasons({ keyPair: keyPair as ReturnType<typeof pair> }).then((told) => [type, told]) // prettier-ignore
    const size = 'saml/certificate-signing-key size'
    expect(await of('1536', generateKeyPairSync('rsa', { modulusLength: 1536 }))).toEqual(['1536', [size]])
    expect(await of('512', generateKeyPairSync('rsa', { modulusLength: 512 }))).toEqual(['512', [size]])
    const kind = ['saml/certificate-signing-key type']
    expect(await of('ec', generateKeyPairSync('ec', { namedCurve: 'P-256' }))).toEqual(['ec', kind])
    expect(await of('ed25519', generateKeyPairSync('ed25519'))).toEqual(['ed25519', kind])
    const three = generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 3 })
    expect(await of('e=3', three)).toEqual(['e=3', ['saml/certificate-signing-key exponent']])
  })

  it.each<[string, SigningAlgorithm, string]>([
    ['sha256WithRSAEncryption', 'rsa-sha256', '2a864886f70d01010b'],
    ['sha384WithRSAEncryption', 'rsa-sha384', '2a864886f70d01010c'],
    ['sha512WithRSAEncryption', 'rsa-sha512', '2a864886f70d01010d'],
  ])('signs with %s for %s', async (_, algorithm, oid) => {
    const { certificate, value } = await generateCertificate(options({ algorithm }))
    const hex = new X509Certificate(certificate!.pem).raw.toString('hex')
    expect(hex.split(oid).length).toBe(3)
    expect(value?.certificates[0]?.algorithm).toBe(algorithm)
  })

  it('warns of a key that the set has already, and takes no serial number twice', async () => {
    const first = assertAccepted(await generateCertificate(options()))
    const again = { set: first, serialNumber: '02' }
    expect(await reasons(again)).toEqual(['saml/certificate-known same-key'])
    const other = { set: first, keyPair: pair(keys[1]) }
    expect(await reasons({ ...other, serialNumber: new Uint8Array([0, 1]) })).toEqual([
      'saml/certificate-serial reused',
    ])
  })

  it.each<[string | Uint8Array, string]>([
    ['1', '01'],
    ['0001', '01'],
    ['ff', 'FF'],
    ['7'.repeat(40), '7'.repeat(40)],
    [new Uint8Array([0x80, 0]), '8000'],
    ['f'.repeat(38), 'F'.repeat(38)],
  ])('writes the serial number %j as a positive one', async (serialNumber, hex) => {
    const { certificate } = await generateCertificate(options({ serialNumber }))
    expect(certificate?.serialNumber).toBe(hex)
  })

  it.each<[string, object]>([
    ['no options', { keyPair: undefined }],
    ['a pair without a private key', { keyPair: { publicKey: createPublicKey(keys[0]) } }],
    ['two public keys', { keyPair: { publicKey: createPublicKey(keys[0]), privateKey: createPublicKey(keys[0]) } }],
    ['a private key as the public one', { keyPair: { publicKey: keys[0], privateKey: keys[0] } }],
    ['a private key of another kind', { keyPair: { publicKey: createPublicKey(keys[0]), privateKey: vectorKey('ec-p256') } }],
    ['a signer of no algorithm', { keyPair: { publicKey: createPublicKey(keys[0]), signer: { sign: () => 1 } } }],
    ['a signer of another algorithm', { keyPair: { publicKey: createPublicKey(keys[0]), signer: rsaSigner(keys[0], 'x') }, algorithm: 'rsa-sha512' }],
    ['an algorithm of JOSE', { algorithm: 'RS256' }],
    ['an algorithm of Object.prototype', { algorithm: 'toString' }],
    ['the serial number 0', { serialNumber: '00' }],
    ['no serial number', { serialNumber: undefined }],
    ['a negative serial number', { serialNumber: '-1' }],
    ['a serial number of 21 bytes', { serialNumber: new Uint8Array(21).fill(1) }],
    ['one that needs 21 bytes', { serialNumber: 'f'.repeat(40) }],
    ['a huge serial number', { serialNumber: new Uint8Array(4_000_000) }],
    ['a fraction of now', { now: 1.5 }],
    ['months in words', { validityMonths: '60' }],
    ['a name that is none', { commonName: 7 }],
    ['legacy that is no truth value', { legacy: 'yes' }],
  ])('is misused with %s', async (_, more) => {
    const made = generateCertificate({ ...options(), ...more } as GenerateOptions)
    expect(await made.catch((error: unknown) => (error as FederationError).code)).toBe('ERR_INVALID_OPTION')
  }) // prettier-ignore

  it('asks for a name that people can read', async () => {
    const name = async (commonName: string): Promise<string[]> => reasons({ commonName })
    for (const good of ['x', 'Größe 42', '日本語', '\u{1f600}'.repeat(64)])
      expect([good, await name(good)]).toEqual([good, []])
    const { certificate } = await generateCertificate(options({ commonName: 'Größe / "42", CN=x' }))
    expect(certificate?.subject).toContain('Größe')
    for (const long of ['', '  ', 'x'.repeat(65)])
      expect(await name(long)).toEqual(['saml/certificate-name length'])
    for (const odd of ['a\nb', '\u202eabc', 'a\u0000', '\ud800', '\u200b'])
      expect(await name(odd)).toEqual(['saml/certificate-name characters'])
    const long = await generateCertificate(options({ set: outboundSet({ application: 'x'.repeat(65) }) }))
    expect(long.certificate?.subject).toBe('CN=SAML signing certificate')
  })

  it('is for an outbound set', async () => {
    const inbound = setOf([]) as unknown as OutboundSet
    expect(await reasons({ set: inbound })).toEqual(['saml/certificate-direction inbound'])
  })
})

describe('the months of a certificate', () => {
  const ends = async (now: number, validityMonths: number): Promise<number | undefined> =>
    (await generateCertificate(options({ now, validityMonths }))).certificate?.notAfter

  it('are calendar months in UTC', async () => {
    expect(await ends(at(2027, 1, 31, 23, 59, 59), 1)).toBe(at(2027, 2, 28, 23, 59, 59))
    expect(await ends(at(2028, 1, 31), 1)).toBe(at(2028, 2, 29))
    expect(await ends(at(2028, 2, 29), 12)).toBe(at(2029, 2, 28))
    expect(await ends(at(2028, 2, 29), 60)).toBe(at(2033, 2, 28))
    expect(await ends(at(2026, 12, 31), 2)).toBe(at(2027, 2, 28))
    expect(await ends(at(2026, 3, 15, 2, 30), 1_200)).toBe(at(2126, 3, 15, 2, 30))
    // UTCTime ends with the year 2049.
    expect(await ends(at(2049, 11, 30, 23, 59, 59), 1)).toBe(at(2049, 12, 30, 23, 59, 59))
    expect(await ends(at(2049, 12, 31, 23, 59, 59), 1)).toBe(at(2050, 1, 31, 23, 59, 59))
    expect(await ends(at(2100, 2, 28), 12)).toBe(at(2101, 2, 28))
  })

  it.each(['America/New_York', 'Australia/Lord_Howe', 'Europe/Berlin', 'Pacific/Apia'])(
    'are the same where clocks stand as in %s',
    async (zone) => {
      const before = process.env['TZ']
      try {
        process.env['TZ'] = zone
        // Nights in which clocks were or will be set, and a day that Samoa never had.
        for (const now of [
          at(2027, 3, 14, 7, 30),
          at(2027, 11, 7, 5, 30),
          at(2027, 4, 4, 15),
          at(2011, 11, 30),
        ]) {
          expect(new Date(now * 1000).getTimezoneOffset()).not.toBe(0)
          const [year, month] = [new Date(now * 1000).getUTCFullYear(), new Date(now * 1000).getUTCMonth()]
          const rest = now - Date.UTC(year, month, 1) / 1000
          expect(await ends(now, 1)).toBe(Date.UTC(year, month + 1, 1) / 1000 + rest)
          const { certificate } = await generateCertificate(options({ now }))
          expect(certificate?.notBefore).toBe(now)
        }
      } finally {
        if (before === undefined) delete process.env['TZ']
        else process.env['TZ'] = before
      }
    },
  )

  it('are 1 to 1,200, and end within the year 9999', async () => {
    const range = ['saml/certificate-period range']
    for (const validityMonths of [0, -1, 1.5, NaN, Infinity, 1_201, 1e300])
      expect(await reasons({ validityMonths })).toEqual(range)
    expect(await reasons({ now: at(9999, 12, 1) })).toEqual(['saml/certificate-period end'])
    expect(await ends(at(9999, 11, 30, 23, 59, 59), 1)).toBe(at(9999, 12, 30, 23, 59, 59))
  })
})
