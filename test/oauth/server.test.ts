import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { assertAccepted } from '../../src/core/index.js'
import * as oauth from '../../src/oauth/index.js'
import {
  authorizationErrorURL,
  matchesRedirectURI,
  pollDevice,
  publicScopes,
  readUserCode,
  redeemCode,
  registerClient,
  userCodeFrom,
  validateAuthorizationRequest,
  type AuthorizationCode,
  type DeviceAuthorization,
  type OAuthClient,
} from '../../src/oauth/index.js'
import { authorizeRules, grantRules } from '../../src/oauth/index.js'
import { challenge, ISSUER_URL, REDIRECT, rulesOf, START_URL } from '../support/grants.js'
import { NOW } from '../support/deployment.js'

const context = {
  now: NOW,
  clientID: 'the-client',
  secretDigest: 'digest',
  scopes: publicScopes,
  instanceURLs: [ISSUER_URL, START_URL],
  applications: [
    {
      clientId: 'arn:aws:sso::111122223333:application/ssoins-1234567890abcdef/apl-1234567890abcdef',
      clientName: 'app',
      scopes: ['sso:account:access'],
      redirectURIs: ['http://127.0.0.1/oauth/callback'],
      grantTypes: ['authorization_code'],
    } satisfies OAuthClient,
  ],
}
const register = (more: object = {}) =>
  registerClient({ clientName: 'a tool', clientType: 'public', ...more }, context)
const many = (count: number, prefix: string) => Array.from({ length: count }, (_, at) => `${prefix}${at}`)

describe('registration', () => {
  it('keeps what was asked for, and answers for 90 days', () => {
    expect(
      assertAccepted(register({ scopes: ['codewhisperer:taskassist'], redirectUris: [REDIRECT] })),
    ).toEqual({
      clientId: 'the-client',
      clientName: 'a tool',
      scopes: ['codewhisperer:taskassist'],
      redirectURIs: [REDIRECT],
      grantTypes: ['authorization_code', 'urn:ietf:params:oauth:grant-type:device_code', 'refresh_token'],
      secretDigest: 'digest',
      issuedAt: NOW,
      secretExpiresAt: NOW + 90 * 86_400,
      withoutScopes: false,
    })
    expect(assertAccepted(register())).toMatchObject({ scopes: ['sso:account:access'], withoutScopes: true })
    for (const { scope } of publicScopes) expect(register({ scopes: [scope] }).ok).toBe(true)
    expect(publicScopes).toHaveLength(7)
  })

  it('takes 25 scopes and no more', () => {
    const scopes = many(26, 'notes:')
    const known = { ...context, scopes: scopes.map((scope) => ({ scope, description: scope })) }
    const of = (count: number) =>
      registerClient({ clientName: 'x', clientType: 'public', scopes: scopes.slice(0, count) }, known)
    expect(of(25).ok).toBe(true)
    expect(rulesOf(of(26))).toEqual(['oauth/registered-scopes too-many'])
  })

  it('serves clients of its own Region alone (R196)', () => {
    const portal = 'https://ssoins-1234567890abcdef.portal.us-east-1.app.aws'
    const here = { ...context, instanceURLs: [ISSUER_URL, portal] }
    const at = (issuerUrl: string) =>
      rulesOf(registerClient({ clientName: 'a tool', clientType: 'public', issuerUrl }, here))
    expect(at(portal)).toEqual([])
    expect(at(portal.replace('us-east-1', 'eu-west-1'))).toEqual(['oauth/registered-issuer other-region'])
    const other = portal.replace('1234567890abcdef', 'fedcba0987654321')
    expect(at(other)).toEqual(['oauth/registered-issuer other-instance'])
  })

  it('gives of each issuer the scopes that are its own (R200)', () => {
    const at = (issuer: 'identity-center' | 'builder-id' | undefined, scopes?: string[]) =>
      registerClient({ clientName: 'a tool', clientType: 'public', scopes }, { ...context, issuer })
    for (const { scope } of publicScopes) {
      expect(rulesOf(at('identity-center', [scope]))).toEqual([])
      expect(rulesOf(at(undefined, [scope]))).toEqual([])
      const portal = scope === 'sso:account:access'
      expect(rulesOf(at('builder-id', [scope]))).toEqual(portal ? ['oauth/scope-issuer other-issuer'] : [])
    }
    // Nor does a client without scopes get what the issuer does not give.
    expect(assertAccepted(at('builder-id')).scopes).toEqual([])
    for (const own of [
      'https://view.awsapps.com/start',
      'https://view.awsapps.com/start/#/',
      'https://VIEW.awsapps.com:443/start?x',
    ])
      // prettier-ignore
      expect(oauth.issuerKindOf(own)).toBe('builder-id')
    for (const other of [
      START_URL,
      ISSUER_URL,
      'https://view.awsapps.com/started',
      'http://view.awsapps.com/start',
      'https://view.awsapps.com.evil.example/start',
    ])
      // prettier-ignore
      expect(oauth.issuerKindOf(other)).toBe('identity-center')
  })

  it('takes the portal URL and the issuer URL for the instance (R197)', () => {
    for (const issuerUrl of [ISSUER_URL, START_URL, `${START_URL}/`, `${START_URL}#/`, `${START_URL}/#/`])
      expect(register({ issuerUrl }).ok, issuerUrl).toBe(true)
  })

  it.each<[object, string, string]>([
    [{ clientName: undefined }, 'oauth/registration missing', 'InvalidRequestException'],
    [{ clientName: '' }, 'oauth/registration empty', 'InvalidRequestException'],
    [{ clientName: 7 }, 'oauth/registration not-string', 'InvalidRequestException'],
    [{ clientName: 'x'.repeat(101) }, 'oauth/client-name too-long', 'InvalidClientMetadataException'],
    [{ clientName: 'x'.repeat(3000) }, 'oauth/registration too-long', 'InvalidRequestException'],
    [{ clientName: '   ' }, 'oauth/client-name unreadable', 'InvalidClientMetadataException'],
    [{ clientName: 'AWS\u202eILC' }, 'oauth/client-name unreadable', 'InvalidClientMetadataException'],
    [{ clientType: 'confidential' }, 'oauth/client-type mismatch', 'InvalidClientMetadataException'],
    [{ clientType: undefined }, 'oauth/registration missing', 'InvalidRequestException'],
    [{ client_name: 'x' }, 'oauth/registration unknown-member', 'InvalidRequestException'],
    [{ scopes: 'sso:account:access' }, 'oauth/registration not-strings', 'InvalidRequestException'],
    [{ scopes: [1] }, 'oauth/registration not-strings', 'InvalidRequestException'],
    [{ scopes: ['admin'] }, 'oauth/registered-scopes unknown', 'InvalidScopeException'],
    [{ scopes: ['codewhisperer:task assist'] }, 'oauth/registered-scopes not-a-scope', 'InvalidScopeException'],
    [{ scopes: ['sso:account:access', 'sso:account:access'] }, 'oauth/registered-scopes duplicate', 'InvalidScopeException'],
    [{ scopes: ['a"b'] }, 'oauth/registered-scopes not-a-scope', 'InvalidScopeException'],
    [{ grantTypes: ['implicit'] }, 'oauth/registered-grant-types unknown', 'UnsupportedGrantTypeException'],
    [{ grantTypes: ['urn:ietf:params:oauth:grant-type:jwt-bearer'] }, 'oauth/registered-grant-types unknown', 'UnsupportedGrantTypeException'],
    [{ grantTypes: [] }, 'oauth/registered-grant-types empty', 'UnsupportedGrantTypeException'],
    [{ grantTypes: ['refresh_token', 'refresh_token'] }, 'oauth/registered-grant-types duplicate', 'UnsupportedGrantTypeException'],
    [{ redirectUris: many(11, 'https://app.example.com/') }, 'oauth/registered-redirect-uris too-many', 'InvalidRedirectUriException'],
    [{ redirectUris: ['http://app.example.com/'] }, 'oauth/registered-redirect-uris not-loopback', 'InvalidRedirectUriException'],
    [
      { issuerUrl: 'https://device.sso.us-east-1.amazonaws.com/' },
      'oauth/registered-issuer device-host',
      'InvalidRequestException',
    ],
    [{ issuerUrl: 'https://identitycenter.amazonaws.com/ssoins-other' }, 'oauth/registered-issuer other-instance', 'InvalidRequestException'],
    [{ entitledApplicationArn: 'arn:aws:sso::1:application/x' }, 'oauth/entitled-application unknown', 'InvalidRequestException'],
    [{ entitledApplicationArn: context.applications[0]!.clientId, scopes: ['codewhisperer:analysis'] }, 'oauth/entitled-application not-granted', 'InvalidRequestException'],
  ])('refuses %j', (more, rule, name) => {
    const verdict = register(more)
    expect(rulesOf(verdict)).toContain(rule)
    expect(oauth.grantAnswer(verdict.findings).name).toBe(name)
  }) // prettier-ignore

  it('gives a client with an entitled application no more than that has, whatever is left out', () => {
    const [application] = context.applications
    const entitledApplicationArn = application!.clientId
    expect(assertAccepted(register({ entitledApplicationArn }))).toMatchObject({
      scopes: application!.scopes.filter((scope) => scope === 'sso:account:access'),
      grantTypes: application!.grantTypes,
      applicationARN: entitledApplicationArn,
    })
  })

  it.each([null, undefined, 'x', 7, [], [{}], true])('refuses %j in place of a request', (request) => {
    expect(rulesOf(registerClient(request, context))).toContain('oauth/registration not-object')
  })
})

describe('redirect URIs', () => {
  const fits = ['https://app.example.com/callback', 'https://app.example.com', 'https://app.example.com/?a=b', 'https://app.example.com:8443/cb', 'https://[2001:db8::1]/cb', 'https://192.0.2.1/cb', 'https://xn--bcher-kva.example/cb', 'http://127.0.0.1', 'http://127.0.0.1/cb', 'http://127.0.0.1:8080/cb', 'http://[::1]/cb', 'http://localhost:3000/cb', 'com.example.app:/callback', 'com.example.app://callback'] // prettier-ignore
  it.each(fits)('registers %s', (uri) => {
    expect(rulesOf(register({ redirectUris: [uri] }))).toEqual([])
    expect(matchesRedirectURI(uri, uri)).toBe(true)
  })

  it.each([
    ['', 'malformed'], ['/callback', 'malformed'], ['https:', 'malformed'], ['https:///x', 'malformed'], ['https://', 'malformed'],
    ['https://a.example/#f', 'fragment'], ['https://a.example/*', 'wildcard'], ['https://u@a.example/', 'user'], ['https://u:p@a.example/', 'user'],
    ['http://127.0.0.2/cb', 'not-loopback'], ['http://127.0.0.1.evil.example/', 'not-loopback'], ['http://127.0.0.1@evil.example/', 'not-loopback'], ['http://2130706433/', 'not-loopback'], ['http://0x7f.1/', 'not-loopback'], ['http://localhost.evil.example/', 'not-loopback'], ['http://[::]/', 'not-loopback'], ['http://127.0.0.1:0/', 'not-loopback'], ['http://127.0.0.1:99999/', 'malformed'],
    ['javascript:alert(1)', 'scheme'], ['data:text/html,x', 'scheme'], ['file:///etc/passwd', 'scheme'], ['myapp:/callback', 'scheme'],
    ['https://a.example\\@evil.example/', 'malformed'], ['https://a.example/ x', 'malformed'], ['https://a.example/\n', 'malformed'], ['https://a.example/%zz', 'malformed'], ['https://a.example/ä', 'malformed'],
    ['https://a.example/a/../b', 'not-normal'], ['https://a.example/%2e%2e/b', 'not-normal'], ['https://A.example/', 'not-normal'], ['https://a.example:443/', 'not-normal'],
    ['https://x;sandbox/cb', 'host'], ['https://a.example,b.example/cb', 'host'], ["https://a'b.example/cb", 'host'], ['https://a.example;frame-ancestors:8443/cb', 'host'],
    [`https://a.example/${'x'.repeat(2048)}`, 'too-long'],
  ])('does not register %s (%s)', (uri, reason) => {
    expect(rulesOf(register({ redirectUris: [uri] }))).toEqual([`oauth/registered-redirect-uris ${reason}`])
  }) // prettier-ignore

  it.each([
    ['http://127.0.0.1/cb', 'http://127.0.0.1:51234/cb', true],
    ['http://127.0.0.1/cb', 'http://127.0.0.1:1/cb', true],
    ['http://127.0.0.1/cb', 'http://127.0.0.1:65535/cb', true],
    ['http://127.0.0.1/cb', 'http://127.0.0.1:65536/cb', false],
    ['http://127.0.0.1/cb', 'http://127.0.0.1:080/cb', false],
    ['http://127.0.0.1/cb', 'http://127.0.0.1:/cb', false],
    ['http://127.0.0.1/cb', 'http://127.0.0.1:51234/cb/', false],
    ['http://127.0.0.1/cb', 'http://127.0.0.1:51234/cb?x=y', false],
    ['http://127.0.0.1/cb', 'http://127.0.0.1:51234/CB', false],
    ['http://127.0.0.1/cb', 'https://127.0.0.1:51234/cb', false],
    ['http://127.0.0.1/cb', 'http://localhost:51234/cb', false],
    ['http://127.0.0.1/cb', 'http://[::1]:51234/cb', false],
    ['http://127.0.0.1/cb', 'http://127.0.0.1:51234@evil.example/cb', false],
    ['http://[::1]/cb', 'http://[::1]:51234/cb', true],
    ['http://127.0.0.1:8080/cb', 'http://127.0.0.1:8081/cb', false],
    ['http://localhost/cb', 'http://localhost:8081/cb', false],
    ['https://app.example.com/cb', 'https://app.example.com:444/cb', false],
    ['https://app.example.com/cb', 'https://app.example.com/cb/../x', false],
  ])('%s and %s match: %s', (registered, requested, expected) => {
    expect(matchesRedirectURI(registered, requested)).toBe(expected)
  })

  it('nothing but the same text or the port of a loopback address matches', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...fits),
        fc.webUrl({ withQueryParameters: true }),
        fc.string(),
        (uri, url, text) => {
          for (const other of [url, text, uri + text, text + uri]) {
            if (other === uri || /^http:\/\/(127\.0\.0\.1|\[::1\])[:/]/.test(other)) continue
            expect(matchesRedirectURI(uri, other)).toBe(false)
          }
        },
      ),
    )
  })
})

describe('a request to /authorize', () => {
  const client: OAuthClient = {
    clientId: 'the-client',
    clientName: 'a tool',
    scopes: ['sso:account:access', 'codewhisperer:analysis'],
    redirectURIs: [REDIRECT],
    grantTypes: ['authorization_code'],
  }
  const good: Record<string, string> = {
    response_type: 'code',
    client_id: 'the-client',
    redirect_uri: 'http://127.0.0.1:7/oauth/callback',
    state: 'st',
    code_challenge: challenge('x'.repeat(43)),
    code_challenge_method: 'S256',
    scopes: 'sso:account:access',
  }
  const judge = (more: Record<string, string | undefined>, repeated: [string, string][] = []) =>
    validateAuthorizationRequest(
      [
        ...Object.entries({ ...good, ...more }).filter(
          (pair): pair is [string, string] => pair[1] !== undefined,
        ),
        ...repeated,
      ],
      client,
    )

  it.each([
    [{}, ['sso:account:access']],
    [
      { scopes: 'sso:account:access codewhisperer:analysis' },
      ['sso:account:access', 'codewhisperer:analysis'],
    ],
    [
      { scopes: 'sso:account:access,codewhisperer:analysis' },
      ['sso:account:access', 'codewhisperer:analysis'],
    ],
    [{ scopes: undefined, scope: 'codewhisperer:analysis' }, ['codewhisperer:analysis']],
    [{ scopes: undefined }, ['sso:account:access', 'codewhisperer:analysis']],
    [{ nonce: 'ignored', prompt: 'none' }, ['sso:account:access']],
  ])('with %j asks for %j', (more, scopes) => {
    const { verdict, redirect } = judge(more)
    expect(assertAccepted(verdict)).toMatchObject({ scopes, state: 'st', redirectURI: good['redirect_uri'] })
    expect(redirect).toEqual({ redirectURI: good['redirect_uri'], state: 'st' })
  })

  it.each<[Record<string, string | undefined>, string]>([
    [{ client_id: undefined }, 'oauth/authorize-client missing'],
    [{ client_id: '' }, 'oauth/authorize-client missing'],
    [{ redirect_uri: undefined }, 'oauth/authorize-redirect-uri missing'],
    [{ redirect_uri: 'https://evil.example/' }, 'oauth/authorize-redirect-uri not-registered'],
    [{ redirect_uri: 'http://127.0.0.1:7/oauth/callback#' }, 'oauth/authorize-redirect-uri not-registered'],
  ])('with %j goes nowhere', (more, rule) => {
    const { verdict, redirect } = judge(more)
    expect(rulesOf(verdict)).toEqual([rule])
    expect(redirect).toBeUndefined()
  })

  it('of an unknown client, and one that names client or redirect URI twice, goes nowhere', () => {
    expect(validateAuthorizationRequest(Object.entries(good), undefined).redirect).toBeUndefined()
    for (const name of ['client_id', 'redirect_uri'])
      expect(judge({}, [[name, good[name] ?? '']]).redirect, name).toBeUndefined()
  })

  it.each<[Record<string, string | undefined>, string, string]>([
    [{ response_type: undefined }, 'oauth/response-type missing', 'unsupported_response_type'],
    [{ response_type: 'token' }, 'oauth/response-type mismatch', 'unsupported_response_type'],
    [{ response_type: 'code id_token' }, 'oauth/response-type mismatch', 'unsupported_response_type'],
    [{ code_challenge: undefined }, 'oauth/code-challenge missing', 'invalid_request'],
    [{ code_challenge: '' }, 'oauth/code-challenge missing', 'invalid_request'],
    [{ code_challenge: 'x'.repeat(42) }, 'oauth/code-challenge form', 'invalid_request'],
    [{ code_challenge: `${'x'.repeat(42)}=` }, 'oauth/code-challenge form', 'invalid_request'],
    [{ code_challenge_method: undefined }, 'oauth/code-challenge missing', 'invalid_request'],
    [{ code_challenge_method: 'plain' }, 'oauth/code-challenge plain', 'invalid_request'],
    [{ code_challenge_method: 's256' }, 'oauth/code-challenge mismatch', 'invalid_request'],
    [{ scopes: 'admin' }, 'oauth/authorize-scopes unknown', 'invalid_scope'],
    [{ scopes: ' ' }, 'oauth/authorize-scopes empty', 'invalid_scope'],
    [
      { scopes: 'sso:account:access sso:account:access' },
      'oauth/authorize-scopes duplicate',
      'invalid_scope',
    ],
    [{ scope: 'sso:account:access' }, 'oauth/authorize-scopes ambiguous', 'invalid_scope'],
    [{ scopes: many(26, 's').join(' ') }, 'oauth/authorize-scopes too-many', 'invalid_scope'],
    [{ scopes: 'codewhisperer:task assist' }, 'oauth/authorize-scopes unknown', 'invalid_scope'],
    [{ state: 'x'.repeat(2049) }, 'oauth/authorize-parameters too-long', 'invalid_request'],
    [{ state: 'a\nb' }, 'oauth/authorize-parameters form', 'invalid_request'],
  ])('with %j goes back with an error', (more, rule, error) => {
    const { verdict, redirect } = judge(more)
    expect(rulesOf(verdict)).toContain(rule)
    const url = new URL(authorizationErrorURL(redirect!, verdict.findings, ISSUER_URL))
    expect(url.searchParams.get('error')).toBe(error)
    expect(url.searchParams.get('iss')).toBe(ISSUER_URL)
    expect(url.searchParams.get('state')).toBe('state' in more ? null : 'st')
    expect(url.origin + url.pathname).toBe(good['redirect_uri'])
  })

  it('with a parameter twice goes back with an error', () => {
    for (const name of ['response_type', 'state', 'code_challenge', 'code_challenge_method', 'scopes']) {
      const { verdict, redirect } = judge({}, [[name, good[name] ?? '']])
      expect(rulesOf(verdict), name).toContain('oauth/authorize-parameters repeated')
      const url = new URL(authorizationErrorURL(redirect!, verdict.findings, ISSUER_URL))
      expect(url.searchParams.get('error'), name).toBe('invalid_request')
    }
  })

  it('keeps the query of a registered redirect URI', () => {
    const target = { redirectURI: 'https://a.example/cb?x=1', state: 'a&b=c' }
    expect(oauth.authorizationCodeURL(target, 'the code', ISSUER_URL)).toBe(
      `https://a.example/cb?x=1&code=the+code&state=a%26b%3Dc&iss=${encodeURIComponent(ISSUER_URL)}`,
    )
  })
})

describe('user codes', () => {
  it('are read back however they are typed, and nothing else is', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (random) => {
        const code = userCodeFrom(random)
        expect(code).toMatch(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/)
        for (const typed of [code, code.toLowerCase(), code.replace('-', ''), ` ${[...code].join(' ')} `])
          expect(readUserCode(typed)).toBe(code)
        expect(readUserCode(`${code}B`)).toBeUndefined()
        expect(readUserCode(code.slice(1))).toBeUndefined()
      }),
    )
    for (const odd of [
      undefined,
      null,
      7,
      {},
      '',
      'AEIOUAEI',
      'BBBBBBB1',
      'ßßßß',
      'B'.repeat(1e6),
      'ＢＢＢＢＢＢＢＢ',
    ])
      expect(readUserCode(odd)).toBeUndefined()
  })

  it('use every letter of every place', () => {
    const seen = Array.from({ length: 9 }, () => new Set<string>())
    for (let at = 0; at < 2000; at++) {
      const random = crypto.getRandomValues(new Uint8Array(16))
      ;[...userCodeFrom(random)].forEach((letter, place) => seen[place]?.add(letter))
    }
    expect(seen.map(({ size }) => size)).toEqual([20, 20, 20, 20, 1, 20, 20, 20, 20])
  })
})

describe('steps over any history', () => {
  it('a code gives one grant at most, to whom it is bound, within its minute', () => {
    const issued: AuthorizationCode = {
      clientId: 'c', redirectURI: 'https://a.example/', scopes: ['s'], codeChallenge: 'right', userId: 'u', signInSessionID: 's',
      issuedAt: 100, expiresAt: 160, status: 'issued',
    } // prettier-ignore
    const attempt = fc.record({
      clientId: fc.constantFrom('c', 'c', 'c', 'd'),
      redirectUri: fc.constantFrom('https://a.example/', 'https://a.example/', 'https://b.example/'),
      codeVerifier: fc.constantFrom('v'.repeat(43), 'v'.repeat(43), undefined, 'v'),
      challenge: fc.constantFrom('right', 'right', 'wrong'),
      now: fc.integer({ min: 100, max: 170 }),
    })
    fc.assert(
      fc.property(fc.array(attempt, { maxLength: 12 }), (attempts) => {
        let state: AuthorizationCode | undefined = issued
        const won: typeof attempts = []
        const lost: boolean[] = []
        attempts.forEach((one, at) => {
          const step = redeemCode(one, state, { now: one.now, challenge: one.challenge, grantID: `g${at}` })
          if (step.outcome.ok) won.push(one)
          // Only what was given is ever revoked, and every later use of it asks for that.
          expect(step.revoke !== undefined).toBe(state?.status === 'redeemed')
          lost.push(!step.outcome.ok && one.now < 160)
          ;({ state } = step)
        })
        expect(won.length).toBeLessThanOrEqual(1)
        for (const one of won) {
          expect(one).toMatchObject({ clientId: 'c', redirectUri: 'https://a.example/', challenge: 'right' })
          expect(one.now).toBeLessThan(160)
        }
        if (lost[0] === true) expect(won).toEqual([])
      }),
    )
  })

  it('a device is never told of success twice, and its interval never shrinks', () => {
    const pending: DeviceAuthorization = {
      clientId: 'c', clientName: 'x', scopes: ['s'], issuedAt: 0, expiresAt: 600, status: 'pending', intervalSeconds: 1,
    } // prettier-ignore
    const event = fc.record({
      wait: fc.integer({ min: 0, max: 40 }),
      clientId: fc.constantFrom('c', 'c', 'c', 'd'),
      approve: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(event, { maxLength: 30 }), (events) => {
        let state: DeviceAuthorization | undefined = pending
        let now = 0
        let last: number | undefined
        let won = 0
        for (const { wait, clientId, approve } of events) {
          now += wait
          if (approve)
            state = oauth.decideDevice('approve', state, { now, userId: 'u', signInSessionID: 's' }).state
          const before: number = state?.intervalSeconds ?? 0
          const step = pollDevice(clientId, state, { now, grantID: 'g' })
          if (step.outcome.ok) {
            won += 1
            expect(clientId).toBe('c')
            expect(now).toBeLessThan(600)
            if (last !== undefined) expect(now - last).toBeGreaterThanOrEqual(before)
          }
          ;({ state } = step)
          expect(state?.intervalSeconds).toBeGreaterThanOrEqual(before)
          if (clientId === 'c' && now < 600) last = now
        }
        expect(won).toBeLessThanOrEqual(1)
      }),
    )
  })
})

describe('the rule tables', () => {
  it('name each rule once, with a source', () => {
    const ids = [...grantRules, ...authorizeRules].map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    for (const { id, source, title, fix } of [...grantRules, ...authorizeRules]) {
      expect(id).toMatch(/^oauth\/[a-z-]+$/)
      expect(source).toMatch(/R\d{3}|RFC \d{4}|SSO OIDC API|attack/)
      expect(title.length * fix.length).toBeGreaterThan(0)
    }
  })
})
