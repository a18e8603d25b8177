import { publicJwk, type Keys } from './keys.js'
import { toolbox } from './toolbox.js'
import { cases, type Json, type Vector } from './vector.js'
import { issuer, ISSUER, NOW, type Members } from './world.js'

const JWKS_URI = 'https://idp.example.com/jwks.json'
const DISCOVERY_URL = `${ISSUER}/.well-known/openid-configuration`
const MAX_BYTES = 262_144

const metadata = (more: Members = {}): Members => ({ issuer: ISSUER, jwks_uri: JWKS_URI, ...more })
/** A document that is not text. */
const bytes = (...parts: (string | number[])[]): Json => ({
  base64: Buffer.concat(parts.map((part) => Buffer.from(part as string))).toString('base64'),
})
/** A document with spaces after it, up to a size. */
const padded = (text: string, size: number): Json => ({ text, paddedTo: size })

export function discoveryVectors(): readonly Vector[] {
  const { accepted, refused, warned, vectors } = cases('discovery', 'discovery')
  const of = (document: Json, more: Members = {}): Json => ({ issuerURL: ISSUER, document, ...more })
  const read = (more: Members, options: Members = {}): Json => of(JSON.stringify(metadata(more)), options)
  const value = { jwksURI: JWKS_URI }

  accepted('discovery-document', 'object', 'one JSON object', read({ response_types_supported: ['code'] }), { value }) // prettier-ignore
  accepted('discovery-document', '256-kib', 'a document of 262,144 bytes', of(padded(JSON.stringify(metadata()), MAX_BYTES)), { value }) // prettier-ignore
  const text = JSON.stringify(metadata())
  const documents: readonly [string, string, string, Json, string[]?][] = [
    ['too-large', 'too-large', 'a document of 262,145 bytes', padded(text, MAX_BYTES + 1), ['J29']],
    ['utf-8', 'utf-8', 'an octet that UTF-8 does not have', bytes('{"issuer":"', [0xff], '"}')],
    ['byte-order-mark', 'not-json', 'a byte order mark', `\ufeff${text}`],
    ['html', 'not-json', 'a page in place of the document', '<!DOCTYPE html>'],
    ['empty', 'not-json', 'an empty document', ''],
    ['two', 'not-json', 'two documents', `${text}${text}`],
    ['depth', 'not-json', 'a document of 17 levels', `{"a":${'['.repeat(16)}${']'.repeat(16)}}`],
    ['array', 'not-object', 'an array', `[${text}]`],
    ['null', 'not-object', 'null', 'null'],
    ['duplicate', 'duplicate-member', 'two issuers', `${text.slice(0, -1)},"issuer":"https://evil.example"}`],
    ['duplicate-jwks-uri', 'duplicate-member', 'two addresses of keys', `${text.slice(0, -1)},"jwks_uri":"https://evil.example/jwks"}`],
    ['duplicate-nested', 'duplicate-member', 'a duplicate inside an object', `${text.slice(0, -1)},"x":{"a":1,"a":2}}`],
  ] // prettier-ignore
  for (const [name, reason, title, document, attacks = []] of documents) {
    refused('discovery-document', name, reason, title, of(document), { attacks })
  }

  const J27 = { attacks: ['J27'] }
  accepted('discovery-issuer', 'exact', 'the issuer URL to the letter', read({}))
  accepted('discovery-issuer', 'trailing-slash', 'an issuer whose URL ends in a slash', read({ issuer: `${ISSUER}/` }, { issuerURL: `${ISSUER}/` })) // prettier-ignore
  refused('discovery-issuer', 'missing', 'missing', 'no issuer', read({ issuer: undefined }), J27)
  const others: readonly [string, Json][] = [
    ['other', 'https://evil.example'],
    ['slash', `${ISSUER}/`],
    ['case', 'https://IDP.example.com/tenant'],
    ['port', 'https://idp.example.com:443/tenant'],
    ['http', 'http://idp.example.com/tenant'],
    ['template', 'https://login.microsoftonline.com/{tenantid}/v2.0'],
    ['array', [ISSUER]],
    ['null', null],
  ]
  for (const [name, stated] of others) refused('discovery-issuer', name, 'mismatch', `another issuer: ${name}`, read({ issuer: stated }), J27) // prettier-ignore

  const J28 = { attacks: ['J28'] }
  accepted('jwks-uri', 'same-host', 'an https URL', read({}), { value })
  accepted('jwks-uri', 'other-host', 'an https URL of another host', read({ jwks_uri: 'https://keys.example.net/a?b=c' })) // prettier-ignore
  accepted('jwks-uri', 'port-443', 'port 443', read({ jwks_uri: 'https://idp.example.com:443/jwks' }))
  const loopback = { issuerURL: 'http://localhost:8080', allowLoopbackIssuer: true }
  accepted('jwks-uri', 'loopback-allowed', 'a loopback URL of a loopback issuer that is allowed', read({ issuer: 'http://localhost:8080', jwks_uri: 'http://localhost:8080/jwks' }, loopback)) // prettier-ignore
  refused('jwks-uri', 'missing', 'missing', 'no URL', read({ jwks_uri: undefined }))
  refused('jwks-uri', 'array', 'type', 'an array of URLs', read({ jwks_uri: [JWKS_URI] }))
  refused('jwks-uri', 'too-long', 'too-long', 'a URL of 2,049 characters', read({ jwks_uri: JWKS_URI.padEnd(2049, 'a') })) // prettier-ignore
  const uris: readonly [string, string, string][] = [
    ['relative', 'malformed', '/jwks.json'],
    ['empty', 'malformed', ''],
    ['space', 'malformed', `${JWKS_URI} `],
    ['backslash', 'malformed', 'https:\\\\idp.example.com\\jwks'],
    ['tab', 'malformed', 'https://idp.exam\tple.com/jwks'],
    ['file', 'scheme', 'file:///etc/passwd'],
    ['gopher', 'scheme', 'gopher://idp.example.com/1'],
    ['data', 'malformed', 'data:application/json,{}'],
    ['user', 'userinfo', 'https://user@idp.example.com/jwks'],
    ['password', 'userinfo', 'https://user:correct-horse-battery@idp.example.com/jwks'],
    ['fragment', 'fragment', `${JWKS_URI}#a`],
    ['port-8443', 'port', 'https://idp.example.com:8443/jwks'],
    ['port-22', 'port', 'https://idp.example.com:22/jwks'],
    ['http', 'http', 'http://idp.example.com/jwks'],
    ['localhost', 'loopback', 'https://localhost/jwks'],
    ['127-0-0-1', 'loopback', 'https://127.0.0.1/jwks'],
    ['decimal', 'loopback', 'https://2130706433/jwks'],
    ['hexadecimal', 'loopback', 'https://0x7f000001/jwks'],
    ['ipv6', 'loopback', 'https://[::1]/jwks'],
  ]
  for (const [name, reason, uri] of uris) refused('jwks-uri', name, reason, `a URL: ${name}`, read({ jwks_uri: uri }), J28) // prettier-ignore
  refused('jwks-uri', 'loopback-of-public-issuer', 'loopback', 'a loopback URL of a public issuer, where loopback is allowed', read({ jwks_uri: 'https://localhost/jwks' }, { allowLoopbackIssuer: true }), J28) // prettier-ignore
  refused('jwks-uri', 'http-of-https-issuer', 'http', 'an http URL of an https issuer, where http is allowed', read({ jwks_uri: 'http://idp.example.com/jwks' }, { allowHTTPIssuer: true }), J28) // prettier-ignore

  const algorithms = (list: Json | undefined): Json => read({ id_token_signing_alg_values_supported: list })
  accepted('discovery-rs256', 'listed', 'RS256 among others', algorithms(['ES256', 'RS256']))
  warned('discovery-rs256', 'es256', 'missing', 'another algorithm only', algorithms(['ES256']))
  warned('discovery-rs256', 'case', 'missing', 'RS256 in lower case', algorithms(['rs256']))
  warned('discovery-rs256', 'text', 'missing', 'a text in place of the list', algorithms('RS256'))
  return vectors
}

export function jwksVectors(keys: Keys): readonly Vector[] {
  const { accepted, refused, vectors } = cases('jwks', 'key', ['J23'])
  const { k1, k2 } = toolbox(keys)
  const set = (...members: Json[]): string => JSON.stringify({ keys: members })
  const of = (document: Json): Json => ({ document })
  const usable = (...kids: (string | null)[]): { value: Json } => ({ value: { usable: kids } })

  accepted('jwks', 'two', 'a set of two keys', of(set(k1, k2)), usable('k1', 'k2'))
  accepted('jwks', 'empty', 'a set without keys', of(set()), usable())
  accepted('jwks', 'mixed', 'a set whose other members are no RS256 keys', of(set({ ...k1, use: 'enc' }, { ...keys['ec-p256'], d: undefined, kid: 'ec' } as Members, publicJwk(keys['rsa-1024'], 'short'), null, 'k', k2)), usable('k2')) // prettier-ignore
  accepted('jwks', 'same-key-twice', 'one key twice', of(set(k1, k1)), usable('k1'))
  accepted('jwks', '100', 'a set of 100 keys', of(set(...Array.from({ length: 99 }, () => ({ kty: 'oct' })), k1)), usable('k1')) // prettier-ignore
  accepted('jwks', '256-kib', 'a document of 262,144 bytes', of(padded(set(k1), MAX_BYTES)), usable('k1'))
  accepted('jwks', 'other-members', 'members beside the keys', of(`{"issuer":"x",${set(k1).slice(1)}`), usable('k1')) // prettier-ignore
  accepted('jwks', 'no-kid', 'a key without an id', of(set({ ...k1, kid: undefined })), usable(null))
  const documents: readonly [string, string, string, Json, string[]?][] = [
    ['101', 'too-many', 'a set of 101 keys', set(...Array.from({ length: 100 }, () => ({ kty: 'oct' })), k1)],
    ['too-large', 'too-large', 'a document of 262,145 bytes', padded(set(k1), MAX_BYTES + 1), ['J29']],
    ['utf-8', 'utf-8', 'an octet that UTF-8 does not have', bytes('{"keys":[],"x":"', [0xc3], '"}')],
    ['byte-order-mark', 'not-json', 'a byte order mark', `\ufeff${set(k1)}`],
    ['html', 'not-json', 'a page in place of the document', '<html></html>'],
    ['empty-document', 'not-json', 'an empty document', ''],
    ['depth', 'not-json', 'a document of 9 levels', `{"keys":[],"a":${'['.repeat(8)}${']'.repeat(8)}}`],
    ['array', 'not-object', 'a bare array of keys', JSON.stringify([k1])],
    ['null', 'not-object', 'null', 'null'],
    ['single-key', 'no-keys', 'a key in place of the set', JSON.stringify(k1)],
    ['keys-object', 'no-keys', 'an object of keys', JSON.stringify({ keys: { k1 } })],
    ['proto', 'no-keys', 'keys inside a member named __proto__', `{"__proto__":${set(k1)}}`],
    ['duplicate-keys', 'duplicate-member', 'two arrays of keys', `${set(k1).slice(0, -1)},"keys":[]}`],
    ['duplicate-in-key', 'duplicate-member', 'two ids in one key', `{"keys":[{"kid":"k2",${JSON.stringify(k1).slice(1)}]}`],
  ] // prettier-ignore
  for (const [name, reason, title, document, attacks = []] of documents) {
    refused('jwks', name, reason, title, of(document), { attacks })
  }
  return vectors
}

/** Finding an issuer's keys over the network: what each URL answers is part of the input. */
export function issuerKeyVectors(keys: Keys): readonly Vector[] {
  const { accepted, refused, vectors } = cases('issuerKeys', 'discovery')
  const { k1, k2 } = toolbox(keys)
  const answers = (discovery: Json, jwks: Json): Members => ({ [DISCOVERY_URL]: discovery, [JWKS_URI]: jwks })
  const good = JSON.stringify(metadata())
  const set = JSON.stringify({ keys: [k1] })
  const ok = (body: Json): Json => ({ status: 200, body })
  const once = (responses: Members, more: Members = {}): Json => ({ issuer: issuer(), finds: [{ responses }], ...more }) // prettier-ignore
  const both = answers(ok(good), ok(set))
  const usable = { usable: ['k1'], fetches: 2 }

  accepted('issuer-unreachable', 'fetched', 'both documents are fetched', once(both), { value: usable })
  accepted('issuer-unreachable', '256-kib', 'documents of 262,144 bytes', once(answers(ok(padded(good, MAX_BYTES)), ok(padded(set, MAX_BYTES)))), { value: usable }) // prettier-ignore
  const J28 = ['J28']
  const J29 = ['J29']
  const failures: readonly [string, string, string, Members, string[]?][] = [
    ['refused', 'network', 'a connection that fails', answers({ error: 'ECONNREFUSED' }, ok(set))],
    ['unresolved', 'network', 'a name that does not resolve', answers({ error: 'ENOTFOUND' }, ok(set))],
    ['certificate', 'network', 'a certificate that has expired', answers({ error: 'CERT_HAS_EXPIRED' }, ok(set))],
    ['not-found', 'status', 'a document that is not there', answers({ status: 404 }, ok(set))],
    ['error', 'status', 'an error of the server, with a good document', answers({ status: 500, body: good }, ok(set))],
    ['no-content', 'status', 'an answer without content', answers({ status: 204 }, ok(set))],
    ['redirect', 'redirect', 'a redirect to another host', answers({ status: 302, location: 'https://evil.example/' }, ok(set)), J28],
    ['redirect-permanent', 'redirect', 'a permanent redirect', answers({ status: 308, location: `${DISCOVERY_URL}/` }, ok(set)), J28],
    ['redirect-loopback', 'redirect', 'a redirect to this machine', answers({ status: 307, location: 'http://127.0.0.1/' }, ok(set)), J28],
    ['address', 'address', 'a name whose address is not public', answers({ error: 'ERR_ADDRESS_REFUSED' }, ok(set)), J28],
    ['too-large', 'too-large', 'a document of 262,145 bytes', answers(ok(padded(good, MAX_BYTES + 1)), ok(set)), J29],
    ['length', 'too-large', 'a length that is announced as too large', answers({ status: 200, body: good, contentLength: MAX_BYTES + 1 }, ok(set)), J29],
    ['silent', 'timeout', 'no answer', answers({ silent: true }, ok(set)), J29],
    ['jwks-not-found', 'status', 'keys that are not there', answers(ok(good), { status: 404 })],
    ['jwks-redirect', 'redirect', 'a redirect of the keys', answers(ok(good), { status: 301, location: 'http://169.254.169.254/' }), J28],
    ['jwks-address', 'address', 'keys at an address that is not public', answers(ok(good), { error: 'ERR_ADDRESS_REFUSED' }), J28],
    ['jwks-too-large', 'too-large', 'keys of 262,145 bytes', answers(ok(good), ok(padded(set, MAX_BYTES + 1))), J29],
    ['jwks-silent', 'timeout', 'no answer for the keys', answers(ok(good), { silent: true }), J29],
  ] // prettier-ignore
  for (const [name, reason, title, responses, attacks = []] of failures) {
    refused('issuer-unreachable', name, reason, title, once(responses, reason === 'timeout' ? { timeoutSeconds: 0.01 } : {}), { attacks }) // prettier-ignore
  }
  const forbidden: readonly [string, string, string][] = [
    ['http', 'http', 'http://idp.example.com/tenant'],
    ['port', 'port', 'https://idp.example.com:8443/tenant'],
    ['loopback', 'address', 'https://localhost/tenant'],
    ['query', 'url', 'https://idp.example.com/tenant?a=b'],
    ['user', 'url', 'https://user@idp.example.com/tenant'],
    ['scheme', 'url', 'ftp://idp.example.com/tenant'],
  ]
  for (const [name, reason, IssuerUrl] of forbidden) {
    const input = { issuer: issuer({ IssuerUrl }), finds: [{ responses: {} }] }
    refused('issuer-unreachable', `forbidden-${name}`, reason, `an issuer that is not even asked: ${name}`, input, { attacks: J28, value: { fetches: 0 } }) // prettier-ignore
  }
  const find = (more: Members): Members => ({ responses: both, ...more })
  const finds = (...list: Members[]): Json => ({ issuer: issuer(), finds: list })
  accepted('issuer-unreachable', 'unknown-kid-storm', 'unknown key ids within the interval fetch once', finds(...['k1', 'a', 'b', 'c', 'd'].map((kid, at) => find({ kid, now: NOW + at }))), { attacks: J29, value: usable }) // prettier-ignore
  accepted('issuer-unreachable', 'unknown-kid-later', 'an unknown key id after 30 seconds fetches again', finds(find({ kid: 'k1' }), find({ kid: 'k2', now: NOW + 30, responses: answers(ok(good), ok(JSON.stringify({ keys: [k1, k2] }))) })), { value: { usable: ['k1', 'k2'], fetches: 4 } }) // prettier-ignore
  accepted('issuer-unreachable', 'cached', 'keys that are held are not fetched again', finds(find({ kid: 'k1' }), find({ kid: 'k1', now: NOW + 599, responses: {} })), { value: usable }) // prettier-ignore
  refused('issuer-unreachable', 'withdrawn', 'network', 'keys that have expired and cannot be fetched anew', finds(find({ kid: 'k1' }), find({ kid: 'k1', now: NOW + 600, responses: answers({ error: 'ECONNREFUSED' }, ok(set)) })), { attacks: ['J24'] }) // prettier-ignore
  accepted('issuer-unreachable', 'rotated', 'after ten minutes the keys are those that are published now', finds(find({ kid: 'k1' }), find({ kid: 'k1', now: NOW + 600, responses: answers(ok(good), ok(JSON.stringify({ keys: [k2] }))) })), { attacks: ['J24'], value: { usable: ['k2'], fetches: 4 } }) // prettier-ignore
  return vectors
}
