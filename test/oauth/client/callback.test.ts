import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Verdict } from '../../../src/core/index.js'
import { buildAuthorizeURL, pkcePair, readCallback, stateFrom } from '../../../src/oauth/index.js'

const redirectUri = 'http://127.0.0.1:49152/oauth/callback'
const state = stateFrom(new Uint8Array(32).fill(7))
const issuer = 'https://identitycenter.amazonaws.com/ssoins-1234567890abcdef'
const told = ({ findings }: Verdict<unknown>): string[] =>
  findings.map(({ rule, reason }) => `${rule} ${reason}`)
const read = (query: string, more: { issuer?: string } = {}): Verdict<{ readonly code: string }> =>
  readCallback(`${redirectUri}?${query}`, { redirectUri, state, ...more })

describe('pkcePair', () => {
  it('is that of RFC 7636 B', async () => {
    const octets = [116, 24, 223, 180, 151, 153, 224, 37, 79, 250, 96, 125, 216, 173, 187, 186, 22, 212, 37, 77, 105, 214, 191, 240, 91, 88, 5, 88, 83, 132, 141, 121] // prettier-ignore
    expect(await pkcePair(Uint8Array.from(octets))).toEqual({
      codeVerifier: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
      codeChallenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
      codeChallengeMethod: 'S256',
    })
  })

  it.each([31, 33, 0])('takes no %i bytes', async (length) => {
    await expect(pkcePair(new Uint8Array(length))).rejects.toMatchObject({ code: 'ERR_INVALID_OPTION' })
  })
})

describe('buildAuthorizeURL', () => {
  const options = {
    endpoint: 'https://oidc.us-east-1.amazonaws.com/',
    clientId: 'client/+&=',
    redirectUri,
    state,
    codeChallenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    scopes: ['sso:account:access', 'openid'],
  }

  it('encodes every value, and writes scopes as the service reads them', () => {
    const url = new URL(buildAuthorizeURL(options))
    expect(url.origin + url.pathname).toBe('https://oidc.us-east-1.amazonaws.com/authorize')
    expect(Object.fromEntries(url.searchParams)).toEqual({
      response_type: 'code',
      client_id: 'client/+&=',
      redirect_uri: redirectUri,
      state,
      code_challenge_method: 'S256',
      code_challenge: options.codeChallenge,
      scopes: 'sso:account:access openid',
    })
    expect(new URL(buildAuthorizeURL({ ...options, scopesDelimiter: ',' })).searchParams.get('scopes')).toBe(
      'sso:account:access,openid',
    )
  })

  it.each([
    { endpoint: 'http://oidc.us-east-1.amazonaws.com' },
    { endpoint: 'https://user:secret@oidc.us-east-1.amazonaws.com' },
    { endpoint: 'https://oidc.us-east-1.amazonaws.com?x' },
    { endpoint: 'https://oidc.us-east-1.amazonaws.com\\@attacker.example' },
    { redirectUri: 'http://app.example/callback' },
    { redirectUri: 'javascript:alert(1)' },
    { redirectUri: `${redirectUri}#x` },
    { state: 'short' },
    { codeChallenge: 'plain' },
    { scopes: ['a b'] },
    { scopes: Array.from({ length: 26 }, () => 'a') },
    { scopesDelimiter: ';' as ',' },
  ])('takes no %j', (more) => {
    expect(() => buildAuthorizeURL({ ...options, ...more })).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_OPTION' }),
    )
  })
})

describe('readCallback', () => {
  it('reads the code', () => {
    expect(read(`code=a%2Bb%2F&state=${state}`)).toEqual({ ok: true, value: { code: 'a+b/' }, findings: [] })
    expect(read(`code=c&state=${state}&iss=${encodeURIComponent(issuer)}`, { issuer }).ok).toBe(true)
  })

  it.each<[string, string, string[]]>([
    ['no state', 'code=c', ['sign-in/state missing']],
    ['an empty state', 'code=c&state=', ['sign-in/state mismatch']],
    ['another state', `code=c&state=${state.slice(0, -1)}A`, ['sign-in/state mismatch']],
    ['a state with more', `code=c&state=${state}A`, ['sign-in/state mismatch']],
    ['a state twice over', `code=c&state=${state}${state}`, ['sign-in/state mismatch']],
    ['no code', `state=${state}`, ['sign-in/callback-outcome missing']],
    ['an empty code', `code=&state=${state}`, ['sign-in/callback-outcome code-form']],
    ['a long code', `code=${'c'.repeat(4097)}&state=${state}`, ['sign-in/callback-outcome code-form']],
    ['a code with a line', `code=c%0a&state=${state}`, ['sign-in/callback-outcome code-form']],
    [
      'code and error',
      `code=c&error=access_denied&state=${state}`,
      ['sign-in/callback-outcome both', 'sign-in/authorized access-denied'],
    ],
    [
      'an error',
      `error=server_error&error_description=x&state=${state}`,
      ['sign-in/authorized server-error'],
    ],
    ['an error nobody knows', `error=nope&state=${state}`, ['sign-in/authorized other']],
    [
      'an error with a quote',
      `error=%22&state=${state}`,
      ['sign-in/callback-outcome error-form', 'sign-in/authorized other'],
    ],
    ['an error of another sign-in', 'error=access_denied&state=x', ['sign-in/state mismatch']],
    ['a parameter twice', `code=c&code=c&state=${state}`, ['sign-in/callback-query repeated']],
    [
      'a parameter twice, once in disguise',
      `code=c&%63ode=d&state=${state}`,
      ['sign-in/callback-query repeated'],
    ],
    ['a broken escape', `code=%zz&state=${state}`, ['sign-in/callback-query encoding']],
    ['broken UTF-8', `code=%c3%28&state=${state}`, ['sign-in/callback-query encoding']],
    ['a raw character', `code=\u00e9&state=${state}`, ['sign-in/callback-query encoding']],
    [
      'too many parameters',
      `${Array.from({ length: 70 }, (_, at) => `a${at}=`).join('&')}&code=c&state=${state}`,
      ['sign-in/callback-query too-many'],
    ],
    ['a flood', 'a'.repeat(20_000), ['sign-in/callback-address too-large']],
    ['a fragment', `code=c&state=${state}#x`, ['sign-in/callback-address fragment']],
  ])('refuses %s', (_, query, expected) => {
    // prettier-ignore
    const verdict = read(query)
    expect([verdict.ok, told(verdict)]).toEqual([false, expected])
  })

  it.each([
    'http://localhost:49152/oauth/callback',
    'http://127.0.0.1:49153/oauth/callback',
    'http://127.0.0.1/oauth/callback',
    'https://127.0.0.1:49152/oauth/callback',
    'http://127.0.0.1:49152/oauth/callback/',
    'http://127.0.0.1:49152/oauth/Callback',
    'http://x@127.0.0.1:49152/oauth/callback',
    'http://attacker.example:49152/oauth/callback',
    '',
  ])('refuses the address %j', (address) => {
    const verdict = readCallback(`${address}?code=c&state=${state}`, { redirectUri, state })
    expect(told(verdict)).toEqual(['sign-in/callback-address mismatch'])
  })

  it('warns of what it does not read', () => {
    const verdict = read(`code=c&state=${state}&session_state=x&iss=${issuer}`)
    expect([verdict.ok, told(verdict)]).toEqual([
      true,
      ['sign-in/iss-unchecked unchecked', 'sign-in/callback-unknown unknown'],
    ])
  })

  it('shows neither state nor code in a finding', () => {
    const findings = JSON.stringify([
      read('code=SECRETCODE&state=SECRETSTATE').findings,
      read(`code=SECRETCODE%0a&state=${state}`).findings,
    ])
    expect(findings).not.toMatch(/SECRET/)
    expect(findings).not.toContain(state)
  })

  it('accepts nothing but one code, the state and no error, whatever comes', () => {
    const name = fc.constantFrom('code', 'state', 'iss', 'error', 'error_description', 'x', '%63ode', '')
    const value = fc.oneof(
      fc.constantFrom(state, 'c', '', '%', '%00', '+', `${state}=`),
      fc.string({ maxLength: 12 }),
    )
    fc.assert(
      fc.property(fc.array(fc.tuple(name, value), { maxLength: 6 }), (pairs) => {
        const query = pairs.map(([one, other]) => `${one}=${other}`).join('&')
        const verdict = read(query)
        // What the platform reads of it, leniently: acceptance must imply that it agrees.
        const lenient = new URLSearchParams(query)
        const plain = /^[\x21\x22\x24-\x7e]*$/.test(query) && !lenient.has('')
        const one = lenient.getAll('code').length === 1 && lenient.getAll('state').length === 1
        if (verdict.ok) {
          expect(one && plain && !lenient.has('error')).toBe(true)
          expect([lenient.get('state'), lenient.get('code')]).toEqual([state, verdict.value.code])
        }
      }),
      { numRuns: 2000 },
    )
  })
})
