import type { Keys } from '../keys.js'
import { privateKey, publicKey } from '../keys.js'
import { cases, type Json, type Vector } from '../vector.js'
import { certificateParts, certificatesOf } from './certificates.js'
import { certificateDER, pem, publicKeyInfo, rsaPublicKey, type CertificateParts } from './der.js'
import { inParts } from './toolbox.js'

/** What an administrator gives as a certificate to trust. */
export function certificateVectors(keys: Keys): readonly Vector[] {
  const { accepted, refused, warned, vectors } = cases('certificate', 'certificate', [], 'saml')
  const certificates = certificatesOf(keys)
  const parts = certificateParts(keys)
  const input = (certificate: Json): Json => ({ certificate })
  const { idp } = certificates
  const der = certificateDER(parts.idp)
  const made = (more: Partial<CertificateParts>): Json =>
    input(pem(certificateDER({ ...parts.idp, ...more })))
  const facts = { serialNumber: '01', keyType: 'rsa', keyBits: 2048, notBefore: 1_577_836_800, notAfter: 4_733_510_399 } // prettier-ignore
  const name = 'O=Example IdP, CN=idp.example.com'

  accepted('certificate-form', 'pem', 'a certificate in PEM', input(idp), { value: { ...facts, subject: name, issuer: name } }) // prettier-ignore
  accepted('certificate-form', 'bytes', 'the same, as bytes', input({ base64: Buffer.from(idp).toString('base64') }), { value: facts }) // prettier-ignore
  accepted('certificate-form', 'carriage-returns', 'lines that end as those of Windows', input(idp.replaceAll('\n', '\r\n')), { value: { pem: idp } }) // prettier-ignore
  accepted('certificate-form', 'one-line', 'the base64 in one line', input(idp.replace(/([A-Za-z0-9+/=]{64})\n/g, '$1')), { value: { pem: idp } }) // prettier-ignore
  accepted('certificate-form', 'longest', 'a text of 16,384 characters', input(inParts(idp + '\n'.repeat(16_384 - idp.length), '\n')), { value: { pem: idp } }) // prettier-ignore
  const bare = idp.replace(/-----[^-]+-----|\n/g, '')
  const key = privateKey(keys['rsa-attacker']).export({ type: 'pkcs8', format: 'pem' }) as string
  const block = (body: string): string => `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----\n`
  const faults: readonly [string, string, string, Json][] = [
    ['empty', 'not-pem', 'an empty text', ''],
    ['base64-alone', 'not-pem', 'base64 without its lines of PEM', bare],
    ['no-end', 'not-pem', 'a block that does not end', idp.replace('-----END CERTIFICATE-----', '')],
    ['two-ends', 'not-pem', 'a block that ends twice', `${idp}-----END CERTIFICATE-----\n`],
    ['public-key', 'not-pem', 'a public key', publicKey(keys['rsa-issuer']).export({ type: 'spki', format: 'pem' }) as string], // prettier-ignore
    [
      'lower-case',
      'not-pem',
      'a block whose lines are in lower case',
      idp.replaceAll('CERTIFICATE', 'certificate'),
    ],
    [
      'trusted',
      'not-pem',
      'a block of a label of its own',
      idp.replaceAll('CERTIFICATE', 'TRUSTED CERTIFICATE'),
    ],
    ['der', 'der', 'a certificate in DER', { base64: der.toString('base64') }],
    ['chain', 'several', 'two certificates', idp + certificates['idp-next']],
    ['private-key', 'private-key', 'a private key', key],
    ['with-private-key', 'private-key', 'a certificate and a private key', idp + key],
    ['other-block', 'other-block', 'a certificate and a public key', idp + (publicKey(keys['rsa-issuer']).export({ type: 'spki', format: 'pem' }) as string)], // prettier-ignore
    ['other-block-before', 'other-block', 'a public key and a certificate', (publicKey(keys['rsa-issuer']).export({ type: 'spki', format: 'pem' }) as string) + idp], // prettier-ignore
    ['alphabet', 'base64', 'a character that is not of base64', idp.replace('M', '*')],
    ['padding', 'base64', 'padding that is not due', block(`${bare}=`)],
    ['nothing', 'base64', 'a block with nothing in it', block('')],
    [
      'malformed',
      'malformed',
      'base64 of something else',
      block(Buffer.from('no certificate').toString('base64')),
    ],
    ['cut-off', 'malformed', 'a certificate that is cut off', pem(der.subarray(0, 400))],
    ['key-alone', 'malformed', 'a public key in the block of a certificate', pem(publicKey(keys['rsa-issuer']).export({ type: 'spki', format: 'der' }))], // prettier-ignore
    [
      'trailing-data',
      'trailing-data',
      'bytes after the certificate',
      pem(Buffer.concat([der, Buffer.of(0)])),
    ],
    ['two-in-one', 'trailing-data', 'two certificates in one block', pem(Buffer.concat([der, der]))],
    [
      'too-large',
      'too-large',
      'a text of 16,385 characters',
      inParts(idp + '\n'.repeat(16_385 - idp.length), '\n'),
    ],
    ['megabyte', 'too-large', 'a megabyte of base64', inParts(block('A'.repeat(1_048_576)), 'A')],
  ]
  for (const [term, reason, title, certificate] of faults) refused('certificate-form', term, reason, title, input(certificate)) // prettier-ignore

  const text = { value: { pem: idp } }
  accepted(
    'certificate-text',
    'alone',
    'the block alone, between blank lines',
    input(` \r\n\t${idp}\n\n`),
    text,
  )
  accepted('certificate-text', 'byte-order-mark', 'the block behind a byte order mark, as bytes', input({ base64: Buffer.from(`\ufeff${idp}`).toString('base64') }), text) // prettier-ignore
  warned('certificate-text', 'before', 'before', 'text before the block, as openssl x509 -text prints it', input(`Certificate:\n    Data:\n        Subject: CN = somebody.example\n${idp}`), text) // prettier-ignore
  warned('certificate-text', 'after', 'after', 'text after the block', input(`${idp}# end\n`), text)
  warned('certificate-text', 'around', 'before', 'text before and after the block', input(`Bag Attributes\n${idp}# end\n`), { ...text, also: [{ rule: 'saml/certificate-text', reason: 'after' }] }) // prettier-ignore
  refused('certificate-form', 'text-of-a-key', 'private-key', 'what openssl rsa -text prints before the block', input(`RSA Private-Key: (2048 bit)\nprivateExponent:\n    00:c0:ff:ee\n${idp}`)) // prettier-ignore
  refused('certificate-form', 'text-of-a-key-of-a-curve', 'private-key', 'what openssl pkey -text prints of a key of a curve before the block', input(`Private-Key: (256 bit)\npriv:\n    c0:ff:ee\n${idp}`)) // prettier-ignore
  refused('certificate-form', 'putty', 'private-key', 'a key as PuTTY keeps it before the block', input(`PuTTY-User-Key-File-3: ssh-rsa\n${idp}`)) // prettier-ignore

  accepted('certificate-validity', 'long', 'a validity of a hundred years', input(idp), { value: facts })
  accepted('certificate-validity', 'over', 'a validity that is over: whether it matters, the use decides', input(certificates['idp-expired']), { value: { notAfter: 1_798_761_599 } }) // prettier-ignore
  refused('certificate-validity', 'inverted', 'malformed', 'a validity that ends before it begins', made({ notBefore: '2027-01-01T00:00:00Z', notAfter: '2026-01-01T00:00:00Z' })) // prettier-ignore
  refused('certificate-validity', 'instant', 'malformed', 'a validity of no length', made({ notBefore: '2027-01-01T00:00:00Z', notAfter: '2027-01-01T00:00:00Z' })) // prettier-ignore
  refused('certificate-validity', 'month-13', 'malformed', 'a thirteenth month', made({ notAfter: '20301301000000Z' })) // prettier-ignore
  refused('certificate-validity', 'letters', 'malformed', 'letters instead of an instant', made({ notAfter: 'sometime' })) // prettier-ignore

  const modulus = BigInt(`0x${Buffer.from(keys['rsa-issuer'].n ?? '', 'base64url').toString('hex')}`)
  const rsa = (bits: number, exponent: bigint): Json => {
    const shorter = (modulus >> BigInt(2048 - Math.min(bits, 2048))) << BigInt(Math.max(bits - 2048, 0))
    return made({ publicKey: rsaPublicKey(shorter | 1n, exponent) })
  }
  accepted('certificate-key', 'rsa-2048', 'an RSA key of 2048 bits', input(idp))
  accepted('certificate-key', 'exponent-3', 'an RSA key with the exponent 3', input(certificates['idp-exponent-3']), { value: { keyBits: 2048 } }) // prettier-ignore
  accepted('certificate-key', 'rsa-16384', 'an RSA key of 16,384 bits', rsa(16_384, 65_537n), { value: { keyBits: 16_384 } }) // prettier-ignore
  const ed25519 = publicKey(keys['okp-ed25519']).export({ type: 'spki', format: 'der' })
  refused('certificate-key', 'ed25519', 'type', 'an Ed25519 key', made({ publicKey: ed25519, signedBy: privateKey(keys['okp-ed25519']) })) // prettier-ignore
  refused('certificate-key', 'rsa-512', 'size', 'an RSA key of 512 bits', rsa(512, 65_537n))
  refused('certificate-key', 'rsa-1023', 'size', 'an RSA key of 1023 bits', rsa(1_023, 65_537n))
  refused('certificate-key', 'rsa-16385', 'size', 'an RSA key of 16,385 bits', rsa(16_385, 65_537n))
  refused('certificate-key', 'exponent-1', 'exponent', 'the exponent 1', rsa(2_048, 1n), { attacks: ['S47'] })
  refused('certificate-key', 'exponent-2', 'exponent', 'the exponent 2', rsa(2_048, 2n))
  refused('certificate-key', 'exponent-even', 'exponent', 'an even exponent', rsa(2_048, 65_536n))
  refused('certificate-form', 'key-unknown', 'malformed', 'a key of an algorithm that nobody knows', made({ publicKey: publicKeyInfo('1.2.3.4', Buffer.of(1, 2, 3)) })) // prettier-ignore

  accepted('certificate-weak', '2048', 'an RSA key of 2048 bits', input(idp))
  warned('certificate-weak', '1024', 'size', 'an RSA key of 1024 bits', input(certificates['idp-1024']), { value: { keyBits: 1_024 } }) // prettier-ignore
  warned('certificate-weak', '2047', 'size', 'an RSA key of 2047 bits', rsa(2_047, 65_537n), { value: { keyBits: 2_047 } }) // prettier-ignore
  accepted('certificate-ec', 'rsa', 'an RSA key', input(idp))
  warned('certificate-ec', 'p-256', 'unusable', 'an EC key: no signature by it is accepted', input(certificates['idp-ec']), { value: { keyType: 'ec', keyBits: 256 } }) // prettier-ignore
  return vectors
}
