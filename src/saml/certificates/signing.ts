import { KeyObject } from 'node:crypto'
import { FederationError } from '../../core/outcome.js'
import type { AsyncSigner, Signer } from '../../core/ports.js'
import { misuse } from '../expectation.js'
import { checkSigner } from '../signer.js'
import { given } from './given.js'
import type { SigningAlgorithm } from './set.js'

/** A key pair of this machine, or a public key whose private half is elsewhere, such as in a KMS, and signs there. */
export type SigningKeyPair =
  | { readonly publicKey: KeyObject; readonly privateKey: KeyObject; readonly signer?: undefined }
  | { readonly publicKey: KeyObject; readonly signer: AsyncSigner | Signer }

/** What a certificate is signed with. */
export interface Signing {
  readonly publicKey: KeyObject
  readonly algorithm: SigningAlgorithm
  readonly sign: (bytes: Uint8Array) => Promise<Uint8Array>
}

const HASHES = { 'rsa-sha1': 'SHA-1', 'rsa-sha256': 'SHA-256', 'rsa-sha384': 'SHA-384', 'rsa-sha512': 'SHA-512' } as const // prettier-ignore

/** @throws FederationError `ERR_INVALID_OPTION` for what is no key pair, and for an algorithm that is not its signer's */
export function signingOf({
  keyPair,
  algorithm,
}: {
  keyPair: SigningKeyPair
  algorithm?: SigningAlgorithm | undefined
}): Signing {
  const { publicKey, privateKey, signer } = given<Partial<Record<string, unknown>>>(keyPair, 'keyPair')
  if (!isKey(publicKey, 'public')) misuse('keyPair.publicKey must be a public KeyObject.')
  if (algorithm !== undefined && (typeof algorithm !== 'string' || !Object.hasOwn(HASHES, algorithm)))
    misuse(`algorithm must be ${Object.keys(HASHES).join(', ')}.`)
  if (signer !== undefined) {
    const port = portOf(signer)
    if (algorithm !== undefined && algorithm !== port.alg) misuse('The signer signs with another algorithm.')
    return { publicKey, algorithm: port.alg, sign: async (bytes) => signatureOf(await port.sign(bytes)) }
  }
  if (!isKey(privateKey, 'private')) misuse('keyPair needs a signer, or a private KeyObject as privateKey.')
  const chosen = algorithm ?? 'rsa-sha256'
  return { publicKey, algorithm: chosen, sign: (bytes) => signedWith(privateKey, chosen, bytes) }
}

function isKey(value: unknown, type: 'public' | 'private'): value is KeyObject {
  try {
    return value instanceof KeyObject && value.type === type
  } catch {
    // A proxy of somebody's.
    return false
  }
}

interface Port {
  readonly alg: Signer['alg']
  readonly sign: (bytes: Uint8Array) => unknown
}

function portOf(signer: unknown): Port {
  try {
    checkSigner(signer)
    const { alg } = signer
    return { alg, sign: (bytes) => signer.sign(bytes) }
  } catch (error) {
    if (error instanceof FederationError) throw error
    return misuse('signer cannot be read.')
  }
}

/** A port may be anybody's code. */
function signatureOf(signature: unknown): Uint8Array {
  if (signature instanceof Uint8Array && signature.length >= 128) return signature
  throw new FederationError('ERR_SIGNER_FAILED', 'The signer answered no RSA signature.')
}

/** RSASSA-PKCS1-v1_5, which is the same for the same key and bytes, outside the event loop. */
async function signedWith(
  key: KeyObject,
  algorithm: SigningAlgorithm,
  bytes: Uint8Array,
): Promise<Uint8Array> {
  const name = 'RSASSA-PKCS1-v1_5'
  try {
    const der = key.export({ type: 'pkcs8', format: 'der' })
    const imported = await crypto.subtle.importKey(
      'pkcs8',
      new Uint8Array(der),
      { name, hash: HASHES[algorithm] },
      false,
      ['sign'],
    )
    return new Uint8Array(await crypto.subtle.sign(name, imported, new Uint8Array(bytes)))
  } catch {
    // The cause could tell of the key.
    throw new FederationError('ERR_INVALID_OPTION', 'keyPair.privateKey is not that of an RSA key pair.')
  }
}
