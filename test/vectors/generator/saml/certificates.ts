import { privateKey, publicKey, type Keys } from '../keys.js'
import { certificateDER, pem, type CertificateParts } from './der.js'
import { at } from './world.js'

const IDP_NAME = 'Example IdP / idp.example.com'
const LONG: Pick<CertificateParts, 'notBefore' | 'notAfter'> = {
  notBefore: '2020-01-01T00:00:00Z',
  notAfter: '2119-12-31T23:59:59Z',
}

/** The certificates of keys/, by file name. They follow from the keys to the byte. */
export const CERTIFICATE_NAMES = [
  'idp',
  'idp-next',
  'idp-expired',
  'idp-not-yet',
  'idp-ends-now',
  'idp-begins-now',
  'idp-look-alike',
  'idp-1024',
  'idp-exponent-3',
  'idp-ec',
] as const

export type CertificateName = (typeof CERTIFICATE_NAMES)[number]
export type Certificates = Readonly<Record<CertificateName, string>>

/** What each of them is made of, for cases that change a part. */
export function certificateParts(keys: Keys): Readonly<Record<CertificateName, CertificateParts>> {
  const own = (key: 'rsa-issuer' | 'rsa-other' | 'rsa-attacker' | 'rsa-1024' | 'rsa-exponent-3') => ({
    subject: IDP_NAME,
    ...LONG,
    publicKey: publicKey(keys[key]).export({ type: 'spki', format: 'der' }),
    signedBy: privateKey(keys[key]),
  })
  const idp = own('rsa-issuer')
  return {
    idp,
    'idp-next': { ...own('rsa-other'), serial: 2 },
    'idp-expired': { ...idp, serial: 3, notAfter: '2026-12-31T23:59:59Z' },
    'idp-not-yet': { ...idp, serial: 4, notBefore: '2028-01-01T00:00:00Z' },
    'idp-ends-now': { ...idp, serial: 5, notAfter: at(0) },
    'idp-begins-now': { ...idp, serial: 6, notBefore: at(0) },
    // Everything but the key is that of the true one.
    'idp-look-alike': own('rsa-attacker'),
    'idp-1024': { ...own('rsa-1024'), serial: 7 },
    'idp-exponent-3': { ...own('rsa-exponent-3'), serial: 8 },
    // ECDSA signatures are random: this one is signed by the RSA key.
    'idp-ec': {
      ...idp,
      serial: 9,
      publicKey: publicKey(keys['ec-p256']).export({ type: 'spki', format: 'der' }),
    },
  }
}

export function certificatesOf(keys: Keys): Certificates {
  const parts = certificateParts(keys)
  return Object.fromEntries(
    CERTIFICATE_NAMES.map((name) => [name, pem(certificateDER(parts[name]))]),
  ) as Certificates
}

/** The files of keys/ that hold a certificate, and their text. */
export function certificateFiles(keys: Keys): readonly { readonly path: string; readonly text: string }[] {
  const certificates = certificatesOf(keys)
  return CERTIFICATE_NAMES.map((name) => ({ path: `keys/${name}.pem`, text: certificates[name] }))
}
