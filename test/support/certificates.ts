import { createPrivateKey, createPublicKey, sign, type JsonWebKey, type KeyObject } from 'node:crypto'
import { readFileSync } from 'node:fs'

/** A published key of the vectors. */
export function vectorKey(name: 'rsa-issuer' | 'rsa-other' | 'rsa-1024' | 'ec-p256'): KeyObject {
  const file = new URL(`../vectors/keys/${name}.json`, import.meta.url)
  return createPrivateKey({ key: JSON.parse(readFileSync(file, 'utf8')) as JsonWebKey, format: 'jwk' })
}

export interface CertificateParts {
  readonly key: KeyObject
  readonly name?: string
  /** As `20260101000000Z`. */
  readonly from?: string
  readonly to?: string
  /** Tells apart what has the same name and key. */
  readonly serial?: number
}

/** A self-signed certificate, as the base64 of its DER. That of an EC key is signed by an RSA key: nobody checks. */
export function certificateText({
  key,
  name = 'idp.example.com',
  from = '20200101000000Z',
  to = '21191231235959Z',
  serial = 1,
}: CertificateParts): string {
  const algorithm = der(0x30, hex('06092a864886f70d01010b'), hex('0500')) // sha256WithRSAEncryption
  const named = der(0x30, der(0x31, der(0x30, hex('0603550403'), der(0x0c, Buffer.from(name)))))
  const instant = (text: string): Buffer => der(0x18, Buffer.from(text))
  const content = der(
    0x30,
    der(0xa0, hex('020102')), // version 3
    der(0x02, Buffer.of(serial)),
    algorithm,
    named,
    der(0x30, instant(from), instant(to)),
    named,
    createPublicKey(key).export({ type: 'spki', format: 'der' }),
  )
  const signer = key.asymmetricKeyType === 'rsa' ? key : vectorKey('rsa-issuer')
  const signature = sign('RSA-SHA256', content, signer)
  return der(0x30, content, algorithm, der(0x03, hex('00'), signature)).toString('base64')
}

export function pemOf(base64: string): string {
  return `-----BEGIN CERTIFICATE-----\n${base64.replace(/.{64}/g, '$&\n').trim()}\n-----END CERTIFICATE-----\n`
}

function hex(text: string): Buffer {
  return Buffer.from(text, 'hex')
}

function der(type: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts)
  const size = content.length
  const length = size < 128 ? [size] : size < 256 ? [0x81, size] : [0x82, size >> 8, size & 255]
  return Buffer.concat([Buffer.from([type, ...length]), content])
}
