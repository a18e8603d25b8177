import { createHash, type JsonWebKey } from 'node:crypto'
import { publicJwk, type Keys } from './keys.js'
import { base64url, CLAIMS, DIGEST_INFO_WITHOUT_NULL, encoded, HEADER, jws, ps256, raw, respelled, rs256, rsaWith, sizeOf, type Signing } from './jws.js' // prettier-ignore
import { toolbox } from './toolbox.js'
import { cases, type Json, type Vector } from './vector.js'
import { ISSUER, issuer, type Members } from './world.js'

export function tokenIssuerVectors(keys: Keys): readonly Vector[] {
  const { accepted, refused, vectors } = cases('token', 'issuer', ['J21'])
  const { claims } = toolbox(keys)
  const from = (iss: Json | undefined, configured = ISSUER): Json =>
    claims({ iss }, { issuer: issuer({ IssuerUrl: configured }) })

  accepted('iss', 'exact', 'the configured issuer URL to the letter', from(ISSUER))
  accepted('iss', 'trailing-slash', 'an issuer whose URL ends in a slash', from(`${ISSUER}/`, `${ISSUER}/`))
  const mismatches: readonly [string, string, string, string?][] = [
    ['slash-added', 'a slash too many', `${ISSUER}/`],
    ['slash-missing', 'a slash too few', ISSUER, `${ISSUER}/`],
    ['host-case', 'a host in another case', 'https://IDP.example.com/tenant'],
    ['path-case', 'a path in another case', 'https://idp.example.com/Tenant'],
    ['port', 'the default port, spelled out', 'https://idp.example.com:443/tenant'],
    ['http', 'http in place of https', 'http://idp.example.com/tenant'],
    ['other-tenant', 'another tenant of the same host', 'https://idp.example.com/tenant2'],
    ['parent', 'the path one level up', 'https://idp.example.com'],
    ['child', 'the path one level down', `${ISSUER}/child`],
    ['dot-segments', 'dot segments that lead to the same path', 'https://idp.example.com/a/../tenant'],
    ['percent', 'a letter of the path, percent-encoded', 'https://idp.example.com/%74enant'],
    ['user', 'a user in the URL', 'https://idp.example.com@evil.example/tenant'],
    ['fragment', 'a fragment after the URL', `${ISSUER}#`],
    ['query', 'a query after the URL', `${ISSUER}?`],
    ['space', 'a space after the URL', `${ISSUER} `],
    ['nul', 'a NUL after the URL', `${ISSUER}\u0000`],
    ['look-alike', 'a Cyrillic letter in the host', 'https://idp.ex\u0430mple.com/tenant'],
    ['evil', 'another host', 'https://evil.example/tenant'],
    ['empty', 'an empty issuer', ''],
    ['entra-version', "the issuer of Entra's v1 tokens for its v2 issuer", 'https://sts.windows.net/contoso/', 'https://login.microsoftonline.com/contoso/v2.0'],
  ] // prettier-ignore
  for (const [name, title, iss, configured] of mismatches) {
    refused('iss', name, 'mismatch', title, from(iss, configured))
  }
  refused('iss', 'missing', 'missing', 'no issuer', from(undefined))
  const types: readonly [string, Json][] = [['null', null], ['array', [ISSUER]], ['array-of-two', ['https://evil.example', ISSUER]], ['number', 1], ['object', { iss: ISSUER }], ['true', true]] // prettier-ignore
  for (const [name, iss] of types) {
    refused('iss', name, 'not-string', `an issuer of JSON type ${name}`, from(iss), { attacks: ['J17'] })
  }
  return vectors
}

export function tokenKeyVectors(keys: Keys): readonly Vector[] {
  const { accepted, refused, vectors } = cases('token', 'key')
  const { token, input, header, k1, k2 } = toolbox(keys)
  const issuerKey = keys['rsa-issuer']
  const short = publicJwk(keys['rsa-1024'], 'short')
  const elliptic = { ...keys['ec-p256'], d: undefined, kid: 'ec' } as Members

  accepted('kid', 'named', 'the key that the token names', input(token()))
  accepted('kid', 'second', 'the second key of the set', input(token({ header: { kid: 'k2' }, signing: rs256(keys['rsa-other']) }))) // prettier-ignore
  accepted('kid', 'none-one-key', 'no key id, and one key', header({ kid: undefined }, { jwks: { keys: [k1] } })) // prettier-ignore
  accepted('kid', 'none-one-key-with-ec', 'no key id, and one RSA key beside an elliptic one', header({ kid: undefined }, { jwks: { keys: [elliptic, k1] } })) // prettier-ignore
  accepted('kid', 'none-one-key-with-enc', 'no key id, and one key for signatures', header({ kid: undefined }, { jwks: { keys: [{ ...k2, use: 'enc' }, k1] } })) // prettier-ignore
  accepted('kid', 'none-one-key-with-short', 'no key id, and one key that is long enough', header({ kid: undefined }, { jwks: { keys: [short, k1] } })) // prettier-ignore
  accepted('kid', 'same-key-twice', 'the same key twice under one id', header({}, { jwks: { keys: [k1, k1] } }), { attacks: ['J23'] }) // prettier-ignore
  accepted('kid', 'encryption-key-of-same-name', 'an encryption key under the same id', header({}, { jwks: { keys: [{ ...k2, kid: 'k1', use: 'enc' }, k1] } }), { attacks: ['J23'] }) // prettier-ignore
  accepted('kid', 'unusual', 'a key id with a path, quotes and a letter beyond ASCII', header({ kid: "../a'b\u00e9" }, { jwks: { keys: [k2, { ...k1, kid: "../a'b\u00e9" }] } })) // prettier-ignore
  accepted('kid', 'proto', 'a key that is named __proto__', header({ kid: '__proto__' }, { jwks: { keys: [k2, { ...k1, kid: '__proto__' }] } })) // prettier-ignore

  const J06 = { attacks: ['J06'] }
  const unknown: readonly [string, string, string][] = [
    ['unknown', 'a key id that the issuer does not have', 'k3'],
    ['case', 'a key id in another case', 'K1'],
    ['space', 'a key id with a space', 'k1 '],
    ['nul', 'a key id with a NUL', 'k1\u0000'],
    ['traversal', 'a path out of a directory of keys', '../../../../../../dev/null'],
    ['sql', 'a key id that injects SQL', "k0' UNION SELECT 'k1"],
    ['url', 'a URL as the key id', 'https://evil.example/key'],
    ['proto-unknown', '__proto__ as the key id', '__proto__'],
    ['constructor', 'constructor as the key id', 'constructor'],
    ['to-string', 'toString as the key id', 'toString'],
    ['index', 'an index as the key id', '0'],
  ]
  for (const [name, title, kid] of unknown) refused('kid', name, 'unknown', title, header({ kid }), J06)
  refused('kid', 'unknown-one-key', 'unknown', 'a wrong key id with one key: there is no fallback', header({ kid: 'k3' }, { jwks: { keys: [k1] } }), J06) // prettier-ignore
  refused('kid', 'unnamed-key', 'unknown', 'a key id, and one key without any', header({}, { jwks: { keys: [{ ...k1, kid: undefined }] } }), J06) // prettier-ignore
  refused('kid', 'number-in-jwks', 'unknown', 'a key whose id is a number', header({ kid: '1' }, { jwks: { keys: [{ ...k1, kid: 1 }] } }), { attacks: ['J23'] }) // prettier-ignore
  refused('kid', 'withdrawn', 'unknown', 'a key that the issuer has withdrawn', header({}, { jwks: { keys: [k2] } }), { attacks: ['J24'] }) // prettier-ignore
  refused('kid', 'empty-set', 'unknown', 'a key id, and no key at all', header({}, { jwks: { keys: [] } }))
  refused('kid', 'none-empty-set', 'no-key', 'no key id, and no key at all', header({ kid: undefined }, { jwks: { keys: [] } })) // prettier-ignore
  refused('kid', 'none-two-keys', 'no-kid', 'no key id, and two keys', header({ kid: undefined }), { attacks: ['J23'] }) // prettier-ignore
  refused('kid', 'ambiguous', 'ambiguous', 'two keys under one id', header({}, { jwks: { keys: [k1, { ...k2, kid: 'k1' }] } }), { attacks: ['J23'] }) // prettier-ignore

  const J23 = { attacks: ['J23'] }
  const published: readonly [string, string, Members][] = [
    ['bare', 'a key that says neither use nor alg', { use: undefined, alg: undefined }],
    ['sig-rs256', 'a key for RS256 signatures', {}],
    ['key-ops', 'a key to verify with', { key_ops: ['verify'] }],
    ['certificate', "a certificate beside the key, which is not the key's", { x5c: ['MIIB'], x5t: 'AAAA' }],
    ['extra', 'members that nobody knows', { ext: true, 'x-vendor': { a: 1 }, nbf: 1 }],
  ]
  for (const [name, title, more] of published) {
    accepted('signing-key', name, title, header({}, { jwks: { keys: [{ ...k1, ...more }, k2] } }), J23)
  }
  const hygiene: readonly [string, string, string, Members][] = [
    ['enc', 'use', 'a key for encryption', { use: 'enc' }],
    ['use-case', 'use', 'a use in another case', { use: 'SIG' }],
    ['use-array', 'use', 'an array of uses', { use: ['sig'] }],
    ['rs384', 'alg', 'a key for RS384', { alg: 'RS384' }],
    ['ps256', 'alg', 'a key for PS256', { alg: 'PS256' }],
    ['oaep', 'alg', 'a key for RSA-OAEP', { alg: 'RSA-OAEP' }],
    ['alg-null', 'alg', 'a key whose alg is null', { alg: null }],
    ['key-ops-sign', 'key-ops', 'a key to sign with', { key_ops: ['sign'] }],
    ['key-ops-empty', 'key-ops', 'a key that is for no operation', { key_ops: [] }],
    ['key-ops-text', 'key-ops', 'an operation as a text', { key_ops: 'verify' }],
    ['private-d', 'private', 'a key with its private exponent', { d: issuerKey.d ?? '' }],
    ['private-p', 'private', 'a key with one of its primes', { p: issuerKey.p ?? '' }],
    ['private-k', 'private', 'an RSA key with a symmetric secret', { k: 'AAAA' }],
    ['kty-case', 'kty', 'a key type in another case', { kty: 'rsa' }],
    ['kty-oct', 'kty', 'a symmetric key', { kty: 'oct', n: undefined, e: undefined, k: keys['oct-256'].k ?? '' }],
    ['kty-missing', 'kty', 'no key type', { kty: undefined }],
    ['n-missing', 'malformed', 'no modulus', { n: undefined }],
    ['n-number', 'malformed', 'a number as the modulus', { n: 7 }],
    ['n-empty', 'malformed', 'an empty modulus', { n: '' }],
    ['n-leading-zero', 'malformed', 'a modulus with a leading zero octet', { n: base64url(Buffer.concat([Buffer.from([0]), Buffer.from(issuerKey.n ?? '', 'base64url')])) }],
    ['n-padded', 'malformed', 'a modulus with base64 padding', { n: `${issuerKey.n ?? ''}==` }],
    ['n-base64', 'malformed', 'a modulus with a plus sign', { n: `${(issuerKey.n ?? '').slice(0, 40)}+${(issuerKey.n ?? '').slice(41)}` }],
    ['n-even', 'modulus', 'an even modulus', { n: changed(issuerKey, (n) => n & ~1n) }],
    ['n-2047', 'too-short', 'a modulus of 2,047 bits', { n: changed(issuerKey, (n) => n >> 1n | 1n) }],
    ['n-8193', 'too-long', 'a modulus of 8,193 bits', { n: changed(issuerKey, (n) => n << 6145n | 1n) }],
    ['e-missing', 'malformed', 'no exponent', { e: undefined }],
    ['e-leading-zero', 'malformed', 'an exponent with a leading zero octet', { e: 'AAEAAQ' }],
    ['e-even', 'exponent', 'an even exponent', { e: 'AQAA' }],
    ['e-3', 'exponent', 'exponent 3 for a key that has another', { e: 'Aw' }],
    ['e-65535', 'exponent', 'an exponent of 16 bits', { e: '__8' }],
    ['e-33-bits', 'exponent', 'an exponent of 33 bits', { e: 'AQAAAAE' }],
  ] // prettier-ignore
  for (const [name, reason, title, more] of hygiene) {
    const attacks = ['n-even', 'n-2047', 'e-even', 'e-3', 'e-65535'].includes(name) ? ['J11', 'J23'] : ['J23']
    refused('signing-key', name, reason, title, header({}, { jwks: { keys: [{ ...k1, ...more }, k2] } }), { attacks }) // prettier-ignore
  }
  refused('signing-key', 'rsa-1024', 'too-short', 'a token that is rightly signed with 1,024 bits', input(token({ header: { kid: 'short' }, signing: rs256(keys['rsa-1024']) }), { jwks: { keys: [k1, short] } }), { attacks: ['J11', 'J23'] }) // prettier-ignore
  refused('signing-key', 'ec', 'kty', 'a token that names an elliptic key', header({ kid: 'ec' }, { jwks: { keys: [k1, elliptic] } }), J23) // prettier-ignore
  refused('signing-key', 'none-only-enc', 'use', 'no key id, and one key that is for encryption', header({ kid: undefined }, { jwks: { keys: [{ ...k1, use: 'enc' }] } }), J23) // prettier-ignore

  const J11 = { attacks: ['J11', 'J23'] }
  const cube = publicJwk(keys['rsa-exponent-3'], 'e3')
  const e3 = (signing: Signing): Json =>
    input(token({ header: { kid: 'e3' }, signing }), { jwks: { keys: [k1, cube] } })
  refused('signing-key', 'exponent-3', 'exponent', 'a token that is rightly signed with a key of exponent 3', e3(rs256(keys['rsa-exponent-3'])), J11) // prettier-ignore
  refused('signing-key', 'exponent-3-forged', 'exponent', 'a signature for exponent 3, forged as a cube root without the private key', e3((bytes) => forgedCube(keys['rsa-exponent-3'], bytes)), J11) // prettier-ignore
  const one = { ...publicJwk(issuerKey, 'e1'), e: 'AQ' }
  refused('signing-key', 'exponent-1-forged', 'exponent', 'a signature for exponent 1, which is the padded text itself', input(token({ header: { kid: 'e1' }, signing: (bytes) => encoded(issuerKey, bytes) }), { jwks: { keys: [k1, one] } }), J11) // prettier-ignore

  const entra = 'https://login.microsoftonline.com/7bf6d7ac-0001-4a2b-9c3d-000000000001/v2.0'
  const application = { also: [{ rule: 'tti/kid', reason: 'unknown' }] }
  const of = (IssuerUrl: string, kid: string): Json =>
    input(token({ header: { kid }, claims: { iss: IssuerUrl } }), { issuer: issuer({ IssuerUrl }) })
  accepted('entra-signing-key', 'tenant', "a key of the tenant's key set", of(entra, 'k1'))
  refused('entra-signing-key', 'application', 'application-specific', "a key that is not in the tenant's key set", of(entra, 'app-key'), application) // prettier-ignore
  refused('entra-signing-key', 'application-v1', 'application-specific', 'the same of a v1 issuer', of('https://sts.windows.net/7bf6d7ac-0001-4a2b-9c3d-000000000001/', 'app-key'), application) // prettier-ignore
  return vectors
}

export function tokenSignatureVectors(keys: Keys): readonly Vector[] {
  const { accepted, refused, vectors } = cases('token', 'signature')
  const { token, input, own } = toolbox(keys)
  const key = keys['rsa-issuer']
  const signed = (signing: Signing): Json => input(token({ signing }))
  const plain = token()
  const J11 = { attacks: ['J11'] }

  accepted('signature', 'valid', 'RSASSA-PKCS1-v1_5 with SHA-256', input(plain))
  const digest = (hash: string): Signing => (bytes) => raw(key, leftPadded(createHash(hash).update(bytes).digest(), sizeOf(key))) // prettier-ignore
  const wrong: readonly [string, string, Signing, string[]?][] = [
    ['other-key', 'the signature of another key', rs256(keys['rsa-other']), ['J22']],
    ['sha-1', 'SHA-1 in place of SHA-256', rsaWith('SHA1', key)],
    ['sha-512', 'SHA-512 in place of SHA-256', rsaWith('SHA512', key)],
    ['pss', 'PSS padding under RS256', ps256(key)],
    ['raw-digest', 'the bare digest, without padding', digest('sha256')],
    ['zeros', 'all zeros', () => Buffer.alloc(sizeOf(key)), ['J11']],
    ['ones', 'the number one', () => leftPadded(Buffer.from([1]), sizeOf(key)), ['J11']],
    ['modulus', 'the modulus itself', () => Buffer.from(key.n ?? '', 'base64url'), ['J11']],
    ['short', 'a signature of 32 octets', (bytes) => createHash('sha256').update(bytes).digest()],
    ['one-octet', 'a signature of one octet', () => Buffer.from([0])],
    ['cut', 'a signature without its last octet', (bytes) => Buffer.from(own(bytes)).subarray(0, -1)],
    ['longer', 'a signature with an octet too many', (bytes) => Buffer.concat([own(bytes), Buffer.from([0])])],
    ['leading-zero', 'a signature with a zero octet before it', (bytes) => Buffer.concat([Buffer.from([0]), own(bytes)]), ['J11']],
    ['twice', 'the signature twice', (bytes) => Buffer.concat([own(bytes), own(bytes)])],
    ['reversed', 'the octets of the signature in reverse', (bytes) => Buffer.from(own(bytes)).reverse()],
    ['negated', 'the modulus minus the signature', (bytes) => ofNumber(numberOf(key.n) - numberOf(own(bytes)), sizeOf(key)), ['J11']],
    ['padding-sloppy', 'padding of eight octets, and zeros after the digest', (bytes) => raw(key, encoded(key, bytes, { fill: 8, garbage: sizeOf(key) - 11 - 51 })), ['J11']],
    ['padding-none', 'no padding octets', (bytes) => raw(key, encoded(key, bytes, { fill: 0, garbage: sizeOf(key) - 3 - 51 })), ['J11']],
    ['no-null', 'a DigestInfo without its NULL', (bytes) => raw(key, encoded(key, bytes, { info: DIGEST_INFO_WITHOUT_NULL })), ['J11']],
    ['unsigned-block', 'the padded digest, not signed at all', (bytes) => encoded(key, bytes), ['J11']],
  ] // prettier-ignore
  for (const [name, title, signing, attacks = []] of wrong) {
    refused('signature', name, 'invalid', title, signed(signing), { attacks })
  }
  // Two cases that want a token whose signature happens to be small.
  const small = searched(token, (s) => numberOf(s) + numberOf(key.n) < 1n << BigInt(8 * sizeOf(key)))
  refused('signature', 'past-modulus', 'invalid', 'a signature plus the modulus: the same number to those who reduce it', input(respelled(small, 2, (s) => base64url(ofNumber(numberOf(Buffer.from(s, 'base64url')) + numberOf(key.n), sizeOf(key))))), J11) // prettier-ignore
  const zero = searched(token, (s) => s[0] === 0)
  accepted('signature', 'leading-zero-octet', 'a signature that begins with a zero octet', input(zero), J11)
  refused('signature', 'leading-zero-stripped', 'invalid', 'the same signature without its zero octet', input(respelled(zero, 2, (s) => base64url(Buffer.from(s, 'base64url').subarray(1)))), J11) // prettier-ignore

  const other = token({ claims: { email: 'eve@example.com' } })
  const [head = '', body = '', signature = ''] = plain.split('.')
  refused('signature', 'claims-altered', 'invalid', 'claims that were altered', input(`${head}.${base64url(JSON.stringify({ ...CLAIMS, email: 'eve@example.com' }))}.${signature}`)) // prettier-ignore
  refused('signature', 'claims-respelled', 'invalid', 'the same claims, with a space', input(`${head}.${base64url(`${JSON.stringify(CLAIMS)} `)}.${signature}`)) // prettier-ignore
  refused('signature', 'header-altered', 'invalid', 'a header that was altered', input(`${base64url(JSON.stringify({ ...HEADER, typ: 'JWT' }))}.${body}.${signature}`)) // prettier-ignore
  refused('signature', 'of-another-token', 'invalid', 'the signature of another token of the same issuer', input(respelled(plain, 2, () => other.split('.')[2] ?? ''))) // prettier-ignore
  refused('signature', 'certificate', 'invalid', 'a certificate in the header, and the signature of its key', input(token({ header: { x5c: ['MIIB'] }, signing: rs256(keys['rsa-other']) })), { attacks: ['J04'] }) // prettier-ignore
  refused('signature', 'swapped', 'invalid', 'a key id that names the other key', input(jws({ ...HEADER, kid: 'k2' }, CLAIMS, own))) // prettier-ignore
  return vectors
}

function leftPadded(bytes: Uint8Array, length: number): Buffer {
  return Buffer.concat([Buffer.alloc(length - bytes.length), bytes])
}

function numberOf(bytes: Uint8Array | string | undefined): bigint {
  const hex = Buffer.from(typeof bytes === 'string' ? Buffer.from(bytes, 'base64url') : (bytes ?? [])).toString('hex') // prettier-ignore
  return BigInt(`0x${hex || '0'}`)
}

function ofNumber(value: bigint, length?: number): Buffer {
  const hex = value.toString(16)
  const bytes = Buffer.from(hex.length % 2 === 1 ? `0${hex}` : hex, 'hex')
  return length === undefined ? bytes : leftPadded(bytes, length)
}

function changed(key: JsonWebKey, change: (n: bigint) => bigint): string {
  return base64url(ofNumber(change(numberOf(key.n))))
}

/** The first of a row of valid tokens whose signature has a property. */
function searched(
  token: (parts: { claims: Members }) => string,
  fits: (signature: Buffer) => boolean,
): string {
  for (let count = 0; count < 10_000; count++) {
    const text = token({ claims: { jti: `t${count}` } })
    if (fits(Buffer.from(text.split('.')[2] ?? '', 'base64url'))) return text
  }
  throw new Error('No such token was found.')
}

/** A number whose cube begins as a padded digest does, with what is left of the block as garbage. */
function forgedCube(key: JsonWebKey, input: Buffer): Buffer {
  const size = sizeOf(key)
  const target = numberOf(encoded(key, input, { fill: 8, garbage: size - 11 - 51 }))
  let low = 0n
  let high = 1n << BigInt(8 * Math.ceil(size / 3) + 8)
  while (low < high) {
    const middle = (low + high) >> 1n
    if (middle ** 3n < target) low = middle + 1n
    else high = middle
  }
  return ofNumber(low, size)
}
