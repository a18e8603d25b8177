import { sign } from 'node:crypto'
import { privateKey, publicJwk, publicKey, secretOf, type Keys } from './keys.js'
import { CLAIMS, HEADER, hmac, jws, ps256, rs256, rsaWith, type Signing } from './jws.js'
import { toolbox } from './toolbox.js'
import { cases, type Json, type Vector } from './vector.js'
import { ISSUER } from './world.js'

export function tokenHeaderVectors(keys: Keys): readonly Vector[] {
  const { accepted, refused, vectors } = cases('token', 'header')
  const { token, input, header, rawHeader, own, k1, k2 } = toolbox(keys)
  const issuerKey = publicKey(keys['rsa-issuer'])
  const signedBy = (alg: Json, signing: Signing, more: Record<string, Json> = {}): Json =>
    input(token({ header: { alg, ...more }, signing }))

  accepted('alg', 'rs256', 'RS256', input(token()))
  for (const [index, alg] of ['none', 'None', 'NONE', 'nOnE'].entries()) {
    refused('alg', `none-${index + 1}`, 'none', `alg ${alg} with a signature`, signedBy(alg, own), { attacks: ['J01'] }) // prettier-ignore
  }
  const missing = { attacks: ['J01', 'J03'] }
  refused('alg', 'missing', 'missing', 'no algorithm', rawHeader('{"kid":"k1"}'), missing)
  const notTexts: readonly [string, Json][] = [
    ['null', null],
    ['array', ['RS256']],
    ['number', 256],
    ['true', true],
    ['object', { RS256: 1 }],
  ]
  for (const [name, alg] of notTexts) {
    refused('alg', name, 'not-string', `an algorithm of JSON type ${name}`, signedBy(alg, own), missing)
  }
  const spelled: readonly [string, string, string][] = [
    ['empty', '', 'an empty algorithm'],
    ['lower-case', 'rs256', 'the right algorithm in lower case'],
    ['trailing-space', 'RS256 ', 'the right algorithm with a space'],
    ['nul', 'RS256\u0000', 'the right algorithm with a NUL'],
    ['dotless', 'RS\uff12\uff15\uff16', 'the right algorithm in full-width digits'],
    ['uri', 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256', "the algorithm's XML name"],
    ['rs1', 'RS1', 'RS1, which is RSA with SHA-1'],
    ['constructor', 'constructor', 'a name of Object.prototype'],
    ['proto', '__proto__', '__proto__ as the algorithm'],
    ['rsa-oaep', 'RSA-OAEP', 'an encryption algorithm'],
    ['dir', 'dir', 'dir, in three segments'],
  ]
  for (const [name, alg, title] of spelled) {
    refused('alg', name, 'other-algorithm', title, signedBy(alg, own), { attacks: ['J03'] })
  }
  for (const hash of ['SHA384', 'SHA512']) {
    const alg = `RS${hash.slice(3)}`
    refused('alg', alg.toLowerCase(), 'other-algorithm', `${alg}, rightly signed with the issuer's key`, signedBy(alg, rsaWith(hash, keys['rsa-issuer'])), { attacks: ['J03'] }) // prettier-ignore
  }
  refused('alg', 'ps256', 'other-algorithm', "PS256, rightly signed with the issuer's key", signedBy('PS256', ps256(keys['rsa-issuer'])), { attacks: ['J03'] }) // prettier-ignore
  for (const alg of ['PS384', 'PS512']) {
    refused('alg', alg.toLowerCase(), 'other-algorithm', `${alg} as the algorithm`, signedBy(alg, own), { attacks: ['J03'] }) // prettier-ignore
  }
  const zeros: Signing = () => Buffer.alloc(64)
  for (const alg of ['ES256', 'ES256K', 'ES384', 'ES512', 'es256']) {
    refused('alg', `${alg === 'es256' ? 'es256-lower-case' : alg.toLowerCase()}`, 'elliptic-curve', `${alg} with r = s = 0`, signedBy(alg, zeros), { attacks: ['J10'] }) // prettier-ignore
  }
  const ed25519: Signing = (bytes) => sign(null, bytes, privateKey(keys['okp-ed25519']))
  refused('alg', 'eddsa', 'elliptic-curve', 'EdDSA, rightly signed', signedBy('EdDSA', ed25519), { attacks: ['J03'] }) // prettier-ignore
  refused('alg', 'ed25519', 'other-algorithm', 'Ed25519, the newer name', signedBy('Ed25519', ed25519), { attacks: ['J03'] }) // prettier-ignore

  const J02 = { attacks: ['J02', 'J03'] }
  const pem = issuerKey.export({ type: 'spki', format: 'pem' }).toString()
  const secrets: readonly [string, string, string | Uint8Array][] = [
    ['pem', 'the PEM text of the public key', pem],
    ['pem-trimmed', 'the PEM text without its last line feed', pem.trim()],
    ['pem-space', 'the PEM text after a space', ` ${pem}`],
    ['pem-crlf', 'the PEM text with CR LF', pem.replaceAll('\n', '\r\n')],
    ['pem-pkcs1', 'the PEM text in PKCS #1 form', issuerKey.export({ type: 'pkcs1', format: 'pem' }).toString()],
    ['der', 'the DER bytes of the public key', issuerKey.export({ type: 'spki', format: 'der' })],
    ['der-pkcs1', 'the DER bytes in PKCS #1 form', issuerKey.export({ type: 'pkcs1', format: 'der' })],
    ['jwk', 'the JWK as the issuer publishes it', JSON.stringify(k1)],
    ['jwks', 'the whole JWKS', JSON.stringify({ keys: [k1, k2] })],
    ['modulus', 'the modulus', Buffer.from(keys['rsa-issuer'].n ?? '', 'base64url')],
    ['empty', 'an empty secret', ''],
  ] // prettier-ignore
  for (const [name, title, secret] of secrets) {
    refused('alg', `hs256-${name}`, 'symmetric', `HS256 keyed with ${title}`, signedBy('HS256', hmac('sha256', secret)), J02) // prettier-ignore
  }
  for (const [alg, hash] of [
    ['HS384', 'sha384'],
    ['HS512', 'sha512'],
    ['hs256', 'sha256'],
  ] as const) {
    // prettier-ignore
    refused('alg', `${alg === 'hs256' ? 'hs256-lower-case' : alg.toLowerCase()}-pem`, 'symmetric', `${alg} keyed with the PEM text of the public key`, signedBy(alg, hmac(hash, pem)), J02) // prettier-ignore
  }
  const octet = { keys: [k1, { kty: 'oct', k: keys['oct-256'].k ?? '', kid: 'oct' }] }
  refused('alg', 'hs256-published-secret', 'symmetric', 'HS256 with a secret that the JWKS publishes', input(token({ header: { alg: 'HS256', kid: 'oct' }, signing: hmac('sha256', secretOf(keys['oct-256'])) }), { jwks: octet }), J02) // prettier-ignore

  const types: readonly [string, Json | undefined, string][] = [
    ['absent', undefined, 'no type'],
    ['jwt', 'JWT', 'type JWT'],
    ['jwt-lower-case', 'jwt', 'type jwt, in lower case'],
    ['access-token', 'at+jwt', 'type at+jwt: an access token'],
    ['access-token-case', 'AT+JWT', 'type AT+JWT: media types have no case'],
    ['access-token-application', 'application/at+jwt', 'type application/at+jwt'],
  ]
  for (const [name, typ, title] of types) accepted('typ', name, title, header({ typ }))
  const otherTypes: readonly [string, Json, string, string][] = [
    ['logout', 'logout+jwt', 'other-type', 'a logout token'],
    ['dpop', 'dpop+jwt', 'other-type', 'a DPoP proof'],
    ['security-event', 'secevent+jwt', 'other-type', 'a security event'],
    ['client-authentication', 'client-authentication+jwt', 'other-type', 'a client assertion'],
    ['introspection', 'token-introspection+jwt', 'other-type', 'an introspection answer'],
    ['request-object', 'oauth-authz-req+jwt', 'other-type', 'a request object'],
    ['json', 'JOSE+JSON', 'other-type', 'a JSON serialization'],
    ['jwe', 'JWE', 'other-type', 'type JWE'],
    ['empty', '', 'other-type', 'an empty type'],
    ['space', 'JWT ', 'other-type', 'type JWT with a space'],
    ['parameter', 'JWT; charset=utf-8', 'other-type', 'type JWT with a parameter'],
    ['long-s', 'at+jw\u0163', 'other-type', 'a look-alike letter in the type'],
    ['null', null, 'not-string', 'type null'],
    ['number', 1, 'not-string', 'a number as the type'],
    ['array', ['JWT'], 'not-string', 'an array as the type'],
  ]
  for (const [name, typ, reason, title] of otherTypes) {
    refused('typ', name, reason, title, header({ typ }), { attacks: ['J09'] })
  }

  accepted('embedded-key', 'thumbprint', 'a certificate thumbprint brings no key', header({ x5t: 'AAECAwQFBgcICQoLDA0ODxAREhM' })) // prettier-ignore
  accepted('embedded-key', 'certificate', "a certificate, beside the issuer's key that verifies", header({ x5c: ['MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA'] }), { attacks: ['J04'] }) // prettier-ignore
  const evil = publicJwk(keys['rsa-other'], 'k1')
  const embedded: readonly [string, string, Json, string][] = [
    ['jwk', 'jwk', evil, 'an embedded key that verifies the token'],
    ['jwk-null', 'jwk', null, 'an embedded key that is null'],
    ['jku', 'jku', 'https://evil.example/jwks.json', 'the address of a key set'],
    ['jku-own', 'jku', `${ISSUER}/jwks.json`, "the address of the issuer's own key set"],
    ['jku-metadata', 'jku', 'http://169.254.169.254/latest/meta-data/', "the address of a cloud's metadata service"],
    ['x5u', 'x5u', 'https://evil.example/chain.pem', 'the address of a certificate chain'],
  ] // prettier-ignore
  for (const [name, parameter, value, title] of embedded) {
    const text = token({ header: { [parameter]: value }, signing: rs256(keys['rsa-other']) })
    refused('embedded-key', name, parameter, title, input(text), { attacks: [parameter === 'jwk' ? 'J04' : 'J05'] }) // prettier-ignore
  }
  refused('embedded-key', 'jwk-without-kid', 'jwk', 'an embedded key, and no key id', input(jws({ alg: 'RS256', jwk: evil }, CLAIMS, rs256(keys['rsa-other']))), { attacks: ['J04'] }) // prettier-ignore
  refused('embedded-key', 'signed-by-issuer', 'jwk', "an embedded key, signed with the issuer's own", header({ jwk: k1 }), { attacks: ['J04'] }) // prettier-ignore

  accepted('crit', 'absent', 'no critical parameter', input(token()))
  const critical: readonly [string, Json, string][] = [
    ['unknown', ['https://example.com/ext'], 'an unknown critical parameter'],
    ['exp', ['exp'], 'a claim as a critical parameter'],
    ['known', ['alg'], 'a registered parameter marked as critical'],
    ['empty', [], 'an empty list'],
    ['null', null, 'null'],
    ['text', 'exp', 'a text in place of the list'],
  ]
  for (const [name, crit, title] of critical) {
    refused('crit', name, 'present', title, header({ crit, exp: 1, 'https://example.com/ext': true }), { attacks: ['J07'] }) // prettier-ignore
  }
  const both = [{ rule: 'tti/payload-encoding', reason: 'b64' }]
  refused('crit', 'b64-false', 'present', 'a critical b64 that is false', header({ crit: ['b64'], b64: false }), { attacks: ['J07', 'J08'], also: both }) // prettier-ignore
  refused('crit', 'b64-true', 'present', 'a critical b64 that is true', header({ crit: ['b64'], b64: true }), { attacks: ['J07', 'J08'], also: both }) // prettier-ignore

  accepted('payload-encoding', 'plain', 'claims in the payload directly', input(token()))
  const encodings: readonly [string, string, Json, string][] = [
    ['b64-false', 'b64', false, 'an unencoded payload'],
    ['b64-true', 'b64', true, 'b64 with its default value'],
    ['zip', 'zip', 'DEF', 'a compressed payload'],
    ['cty-jwt', 'cty', 'JWT', 'a nested token'],
    ['cty-other', 'cty', 'application/json', 'another content type'],
    ['enc', 'enc', 'A256GCM', 'an encryption algorithm beside a signature'],
  ]
  for (const [name, parameter, value, title] of encodings) {
    refused('payload-encoding', name, parameter, title, header({ [parameter]: value }), { attacks: ['J08'] })
  }
  refused('payload-encoding', 'nested', 'cty', 'a token inside a token', input(jws({ ...HEADER, cty: 'JWT' }, CLAIMS, own)), { attacks: ['J08'] }) // prettier-ignore

  const J06 = { attacks: ['J06'] }
  const long = 'k'.repeat(1024)
  accepted('kid-form', 'at-limit', 'a key id of 1,024 characters', header({ kid: long }, { jwks: { keys: [{ ...k1, kid: long }, k2] } })) // prettier-ignore
  refused('kid-form', 'past-limit', 'too-long', 'a key id of 1,025 characters', header({ kid: `${long}k` }, { jwks: { keys: [{ ...k1, kid: `${long}k` }, k2] } }), J06) // prettier-ignore
  refused('kid-form', '8-kib', 'too-long', 'a key id of 8,192 characters', header({ kid: 'k'.repeat(8192) }), J06) // prettier-ignore
  refused('kid-form', 'empty', 'empty', 'an empty key id, which the JWKS has too', header({ kid: '' }, { jwks: { keys: [{ ...k1, kid: '' }] } }), J06) // prettier-ignore
  const kids: readonly [string, Json][] = [['array', ['k1']], ['object', { k1: true }], ['number', 1], ['null', null], ['true', true]] // prettier-ignore
  for (const [name, kid] of kids) {
    refused('kid-form', name, 'not-string', `a key id of JSON type ${name}`, header({ kid }), J06)
  }
  return vectors
}
