import {
  createPrivateKey,
  generateKeyPair,
  randomBytes as nodeRandomBytes,
  sign,
  type KeyObject,
} from 'node:crypto'
import { promisify } from 'node:util'
import { encodeBase64url } from '../core/codec.js'
import { FederationError } from '../core/outcome.js'
import type { AsyncSigner, Clock, RandomBytes, Signer } from '../core/ports.js'
import type { TokenKeys } from '../tti/index.js'
import type { ExchangePorts } from './exchangeToken.js'
import { discoverIssuerKeys } from './issuerKeys.js'
import { safeFetch } from './safeFetch.js'

/** The machine's clock, in whole epoch seconds. */
export const systemClock: Clock = () => Math.floor(Date.now() / 1000)

/** The machine's source of random bytes. */
export const systemRandomBytes: RandomBytes = (n) => new Uint8Array(nodeRandomBytes(n))

/**
 * An RS256 signer over a private key: a KeyObject, or PEM (PKCS#8 or PKCS#1). Signing runs outside the event loop.
 *
 * @throws FederationError `ERR_INVALID_OPTION` for anything but an RSA key of at least 2048 bits
 */
export function rsaSigner(privateKey: KeyObject | string, keyID: string): AsyncSigner {
  const key = privateRSAKey(privateKey)
  return {
    alg: 'rsa-sha256',
    keyID,
    sign: (bytes) =>
      new Promise((resolve, reject) => {
        sign('RSA-SHA256', bytes, key, (error, signature) => {
          if (error) reject(new FederationError('ERR_SIGNER_FAILED', 'The signing key failed.'))
          else resolve(new Uint8Array(signature))
        })
      }),
  }
}

/**
 * A signer of SAML messages over a private key: a KeyObject, or PEM (PKCS#8 or PKCS#1). Parse the key once: PEM costs as
 * much as a signature. It signs at once; where many sign-ins are issued, `issueResponseAsync` with `rsaSigner` keeps the
 * event loop free.
 *
 * @throws FederationError `ERR_INVALID_OPTION` for anything but an RSA key of at least 2048 bits
 */
export function samlSigner(privateKey: KeyObject | string, alg: Signer['alg'] = 'rsa-sha256'): Signer {
  const key = privateRSAKey(privateKey)
  const algorithm = alg.toUpperCase()
  return { alg, sign: (bytes) => new Uint8Array(sign(algorithm, bytes, key)) }
}

/**
 * The ports of an exchange on this machine: its clock and randomness, issuer keys by discovery over {@link safeFetch}.
 * What must be remembered, and where people are, is for the caller to say.
 */
export function systemPorts(
  own: Pick<ExchangePorts, 'directory' | 'replay' | 'state'> & Partial<ExchangePorts>,
  options: { readonly allowLoopbackIssuer?: boolean; readonly allowHTTPIssuer?: boolean } = {},
): ExchangePorts {
  return {
    now: systemClock,
    randomBytes: systemRandomBytes,
    keys: discoverIssuerKeys(options),
    fetch: safeFetch({ allowLoopback: options.allowLoopbackIssuer ?? false }),
    ...own,
  }
}

/** Fresh keys for an exchange: good for tests, and for a first start that stores what it was given. */
export async function generateTokenKeys(): Promise<TokenKeys & { readonly publicKey: KeyObject }> {
  const { privateKey, publicKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 })
  const id = (): string => encodeBase64url(systemRandomBytes(8))
  return {
    sealing: [{ id: id(), key: systemRandomBytes(32) }],
    signer: rsaSigner(privateKey, id()),
    publicKey,
  }
}

function privateRSAKey(privateKey: KeyObject | string): KeyObject {
  const key = typeof privateKey === 'string' ? readPEM(privateKey) : privateKey
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0
  if (key.type !== 'private' || key.asymmetricKeyType !== 'rsa' || bits < 2048) {
    throw new FederationError(
      'ERR_INVALID_OPTION',
      'The signing key must be a private RSA key of at least 2048 bits.',
    )
  }
  return key
}

function readPEM(pem: string): KeyObject {
  try {
    return createPrivateKey(pem)
  } catch {
    // The cause could quote the key.
    throw new FederationError('ERR_INVALID_OPTION', 'The signing key is not a PEM private key.')
  }
}
