import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeUtf8 } from '../../src/core/codec.js'
import type { Verdict } from '../../src/core/outcome.js'
import {
  discoveryRules,
  discoveryURL,
  forbidden,
  readDiscovery,
  unreachable,
  type IssuerAccess,
} from '../../src/tti/discovery.js'
import { isLoopbackHost, urlPort } from '../../src/tti/issuerURL.js'

const issuerURL = 'https://idp.example/oauth2/default'
const complete = { issuer: issuerURL, jwks_uri: 'https://keys.example/jwks' }

const read = (document: unknown, access?: IssuerAccess, url = issuerURL) =>
  readDiscovery(encodeUtf8(JSON.stringify(document)), { issuerURL: url }, access)
const readText = (text: string) => readDiscovery(encodeUtf8(text), { issuerURL })
const told = (verdict: Verdict<unknown>) => verdict.findings.map(({ rule, reason }) => `${rule} ${reason}`)

describe('discoveryURL', () => {
  it.each([
    ['https://a.example', 'https://a.example/.well-known/openid-configuration'],
    ['https://a.example/', 'https://a.example/.well-known/openid-configuration'],
    ['https://a.example/t/v2.0', 'https://a.example/t/v2.0/.well-known/openid-configuration'],
    ['https://a.example/t//', 'https://a.example/t//.well-known/openid-configuration'],
  ])('%s', (url, expected) => {
    expect(discoveryURL(url)).toBe(expected)
  })
})

describe('isLoopbackHost and urlPort', () => {
  const hosts = [
    'localhost',
    'LOCALHOST',
    'localhost.',
    'a.b.localhost',
    '127.0.0.1',
    '127.255.0.1',
    '0x7f.1',
  ]
  it.each([...hosts, '2130706433', '[::1]', '[0:0:0:0:0:0:0:1]'])('%s is loopback', (host) => {
    expect(isLoopbackHost(new URL(`http://${host}/`).hostname)).toBe(true)
  })

  const others = ['localhost.example', 'notlocalhost', '128.0.0.1', '127.0.0.1.example', '[::2]', '0.0.0.0']
  it.each(others)('%s is not', (host) => {
    expect(isLoopbackHost(new URL(`http://${host}/`).hostname)).toBe(false)
  })

  it.each([
    ['http://a/', 80],
    ['https://a/', 443],
    ['http://a:443/', 443],
    ['https://a:443/', 443],
    ['https://a:8443/', 8443],
    ['https://a:0/', 0],
  ])('%s is at port %i', (url, port) => {
    expect(urlPort(new URL(url))).toBe(port)
  })
})

describe('readDiscovery', () => {
  it('answers the URL of the keys', () => {
    expect(read(complete)).toEqual({
      ok: true,
      value: { jwksURI: 'https://keys.example/jwks' },
      findings: [],
    })
  })

  it.each([
    [encodeUtf8(`{"x":"${'y'.repeat(262_144)}"}`), 'too-large'],
    [new Uint8Array([0x7b, 0xff, 0x7d]), 'utf-8'],
    [encodeUtf8('<html>'), 'not-json'],
    [encodeUtf8(''), 'not-json'],
    [encodeUtf8('\ufeff{}'), 'not-json'],
    [encodeUtf8('{"a":'.repeat(17) + '1' + '}'.repeat(17)), 'not-json'],
    [encodeUtf8('[]'), 'not-object'],
    [encodeUtf8('null'), 'not-object'],
    [encodeUtf8('{"issuer":"a","issuer":"b"}'), 'duplicate-member'],
    [encodeUtf8('{"x":{"a":1,"\\u0061":2}}'), 'duplicate-member'],
  ])('stops at what is no document (%#): %s', (bytes, reason) => {
    expect(told(readDiscovery(bytes, { issuerURL }))).toEqual([`tti/discovery-document ${reason}`])
  })

  it('tells of duplicates, but not of thousands', () => {
    const verdict = readText(`{"a":1${',"a":2'.repeat(5000)}}`)
    expect(verdict.ok).toBe(false)
    expect(verdict.findings.length).toBeLessThan(10)
  })

  it.each([
    [undefined, 'missing'],
    [null, 'mismatch'],
    [[issuerURL], 'mismatch'],
    [`${issuerURL}/`, 'mismatch'],
    ['https://idp.example/oauth2/Default', 'mismatch'],
    ['https://IDP.example/oauth2/default', 'mismatch'],
    ['https://idp.example:443/oauth2/default', 'mismatch'],
    ['https://evil.example', 'mismatch'],
  ])('refuses issuer %j', (issuer, reason) => {
    expect(told(read({ ...complete, issuer }))).toEqual([`tti/discovery-issuer ${reason}`])
  })

  it('says what to change when a trailing slash or a tenant is the difference', () => {
    const general = discoveryRules.find((rule) => rule.id === 'tti/discovery-issuer')?.fix
    const fixes = [
      read({ ...complete, issuer: `${issuerURL}/` }),
      read(complete, {}, `${issuerURL}/`),
      read({ ...complete, issuer: 'https://login.microsoftonline.com/{tenantid}/v2.0' }),
      read({ ...complete, issuer: 'https://other.example' }),
    ].map((verdict) => verdict.findings[0]?.fix)
    expect(new Set(fixes).size).toBe(4)
    expect(fixes.indexOf(general)).toBe(3)
  })

  it.each([
    [undefined, 'missing'],
    [7, 'type'],
    [`https://keys.example/${'a'.repeat(2048)}`, 'too-long'],
    ['', 'malformed'],
    ['/jwks', 'malformed'],
    ['https:keys.example', 'malformed'],
    ['https:\\\\keys.example', 'malformed'],
    ['https://keys.example/\u0000', 'malformed'],
    ['https://keys.example/ jwks', 'malformed'],
    ['https://keys.example:99999/', 'malformed'],
    [' https://keys.example/', 'malformed'],
    ['ftp://keys.example/', 'scheme'],
    ['https://user@keys.example/', 'userinfo'],
    ['https://:pw@keys.example/', 'userinfo'],
    ['https://keys.example/#', 'fragment'],
    ['https://keys.example:8443/', 'port'],
    ['http://keys.example/', 'http'],
  ])('refuses jwks_uri %j', (jwks_uri, reason) => {
    expect(told(read({ ...complete, jwks_uri }))).toEqual([`tti/jwks-uri ${reason}`])
  })

  it('never repeats user information', () => {
    const { findings } = read({ ...complete, jwks_uri: 'https://user:s3cret@keys.example/' })
    expect(JSON.stringify(findings)).not.toContain('s3cret')
  })

  it('tells everything at once', () => {
    expect(
      told(read({ jwks_uri: 'http://localhost:8080/', id_token_signing_alg_values_supported: [] })),
    ).toEqual([
      'tti/discovery-issuer missing',
      'tti/jwks-uri loopback',
      'tti/jwks-uri port',
      'tti/jwks-uri http',
      'tti/discovery-rs256 missing',
    ])
  })

  const loopback = 'http://localhost:8080'
  it('opens loopback for the keys of a loopback issuer only', () => {
    const jwks_uri = 'http://127.0.0.1:9090/jwks'
    const allow = { allowLoopbackIssuer: true }
    expect(read({ issuer: loopback, jwks_uri }, allow, loopback).ok).toBe(true)
    expect(read({ issuer: loopback, jwks_uri }, {}, loopback).ok).toBe(false)
    expect(told(read({ ...complete, jwks_uri }, allow))).toContain('tti/jwks-uri loopback')
    // And a loopback issuer opens nothing else.
    const elsewhere = { issuer: loopback, jwks_uri: 'http://keys.example:8080/' }
    expect(told(read(elsewhere, allow, loopback))).toEqual(['tti/jwks-uri port', 'tti/jwks-uri http'])
  })

  it('takes keys over http from an http issuer only, and when that is allowed', () => {
    const http = 'http://idp.example'
    const jwks_uri = 'http://idp.example/jwks'
    expect(read({ issuer: http, jwks_uri }, { allowHTTPIssuer: true }, http).ok).toBe(true)
    expect(told(read({ issuer: http, jwks_uri }, {}, http))).toEqual(['tti/jwks-uri http'])
    expect(told(read({ ...complete, jwks_uri }, { allowHTTPIssuer: true }))).toEqual(['tti/jwks-uri http'])
  })

  it.each([
    [['ES256'], 'missing'],
    ['RS256', 'missing'],
  ])('warns of signing algorithms %j and accepts', (algorithms, reason) => {
    const verdict = read({ ...complete, id_token_signing_alg_values_supported: algorithms })
    expect(verdict.ok).toBe(true)
    expect(verdict.findings.map((finding) => finding.severity)).toEqual(['warning'])
    expect(told(verdict)).toEqual([`tti/discovery-rs256 ${reason}`])
  })

  it('says nothing of an issuer that lists RS256', () => {
    expect(read({ ...complete, id_token_signing_alg_values_supported: ['ES256', 'RS256'] }).findings).toEqual(
      [],
    )
  })

  it('throws at nothing, and accepts no document of another issuer', () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), fc.json().map(encodeUtf8)), (bytes) => {
        expect(readDiscovery(bytes, { issuerURL }).ok).toBe(false)
      }),
    )
    fc.assert(
      fc.property(
        fc.oneof(fc.webUrl({ withFragments: true, withQueryParameters: true }), fc.string()),
        (jwks_uri) => {
          const verdict = read({ ...complete, jwks_uri })
          if (verdict.ok) expect(new URL(verdict.value.jwksURI).protocol).toBe('https:')
        },
      ),
    )
  })
})

describe('forbidden', () => {
  const reasons = (url: string, access: IssuerAccess = {}) =>
    forbidden(url, access).map(({ reason }) => reason)

  it.each([
    ['https://idp.example/', []],
    ['https://idp.example:443', []],
    ['https://idp.example:80', []],
    ['https://idp.example:8443', ['port']],
    ['http://idp.example', ['http']],
    ['http://idp.example:8080', ['port', 'http']],
    ['https://localhost', ['address']],
    ['https://u:p@idp.example#f', ['url']],
    ['https://idp.example?x', ['url']],
    ['ldap://idp.example', ['url']],
    ['idp.example', ['url']],
  ])('%s: %j', (url, expected) => {
    expect(reasons(url)).toEqual(expected)
  })

  it('opens what it is told to', () => {
    expect(reasons('http://idp.example', { allowHTTPIssuer: true })).toEqual([])
    expect(reasons('http://idp.example', { allowLoopbackIssuer: true })).toEqual(['http'])
    expect(reasons('http://[::1]:8080', { allowLoopbackIssuer: true })).toEqual([])
  })
})

describe('unreachable', () => {
  it('refuses with each failure', () => {
    const verdict = unreachable(issuerURL, [
      { reason: 'port', document: 'discovery' },
      { reason: 'status', document: 'jwks', actual: '404' },
    ])
    expect(verdict.ok).toBe(false)
    expect(verdict.findings).toMatchObject([
      { rule: 'tti/issuer-unreachable', reason: 'port', path: 'issuerURL' },
      { rule: 'tti/issuer-unreachable', reason: 'status', path: '$.jwks_uri', actual: '404' },
    ])
  })

  it('takes no failure for misuse', () => {
    expect(() => unreachable(issuerURL, [])).toThrow(expect.objectContaining({ code: 'ERR_INVALID_OPTION' }))
  })
})
