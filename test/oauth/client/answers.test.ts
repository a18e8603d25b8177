import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Verdict } from '../../../src/core/index.js'
import {
  buildDeviceAuthorization,
  buildRegistration,
  buildTokenRequest,
  exceptions,
  readDeviceAuthorization,
  readRegistration,
  readTokenResponse,
  refreshDue,
  type ExceptionName,
  type ServerAnswer,
} from '../../../src/oauth/index.js'

const NOW = 1_800_000_000
const told = ({ findings }: Verdict<unknown>): string[] =>
  findings.map(({ rule, reason }) => `${rule} ${reason}`)
const answer = (body: unknown, status = 200, headers: Record<string, string> = {}): ServerAnswer => ({
  status,
  headers: { 'Content-Type': 'application/json', ...headers },
  body: typeof body === 'string' ? body : JSON.stringify(body),
})

const operations = {
  registration: {
    read: readRegistration,
    full: {
      clientId: 'id',
      clientSecret: 'SECRET-secret',
      clientIdIssuedAt: NOW,
      clientSecretExpiresAt: NOW + 7_776_000,
      authorizationEndpoint: 'https://oidc.us-east-1.amazonaws.com/authorize',
      tokenEndpoint: 'https://oidc.us-east-1.amazonaws.com/token',
    },
    optional: ['authorizationEndpoint', 'tokenEndpoint'],
  },
  device: {
    read: readDeviceAuthorization,
    full: {
      deviceCode: 'SECRET-device',
      userCode: 'BCDF-GHJK',
      verificationUri: 'https://d-1234567890.awsapps.com/start/#/device',
      verificationUriComplete: 'https://d-1234567890.awsapps.com/start/#/device?user_code=BCDF-GHJK',
      expiresIn: 600,
      interval: 1,
    },
    optional: ['verificationUriComplete', 'interval'],
  },
  token: {
    read: readTokenResponse,
    full: {
      accessToken: 'SECRET-access',
      tokenType: 'Bearer',
      expiresIn: 28_800,
      refreshToken: 'SECRET-refresh',
      idToken: 'SECRET-id',
      issuedTokenType: 'urn:ietf:params:oauth:token-type:access_token',
      scope: ['openid', 'aws'],
      awsAdditionalDetails: { identityContext: 'SECRET-context' },
    },
    optional: ['refreshToken', 'idToken', 'issuedTokenType', 'scope', 'awsAdditionalDetails'],
  },
} as const

/** Every member of every answer, with its answer. */
const members = Object.entries(operations).flatMap(([name, { full }]) =>
  Object.keys(full).map((member) => [name, member] as const),
)
type Operation = {
  read: (given: ServerAnswer, now: number) => Verdict<unknown>
  full: Record<string, unknown>
  optional: readonly string[]
}
const of = (name: string): Operation => operations[name as keyof typeof operations]

describe('an answer', () => {
  it('is read whole', () => {
    expect(readRegistration(answer(operations.registration.full), NOW)).toEqual({
      ok: true,
      findings: [],
      value: operations.registration.full,
    })
    const { expiresIn: _, interval: __, ...device } = operations.device.full // eslint-disable-line @typescript-eslint/no-unused-vars
    expect(readDeviceAuthorization(answer(operations.device.full), NOW)).toEqual({
      ok: true,
      findings: [],
      value: { ...device, expiresAt: NOW + 600, intervalSeconds: 1 },
    })
    expect(readTokenResponse(answer(operations.token.full), NOW)).toEqual({
      ok: true,
      findings: [],
      value: {
        accessToken: 'SECRET-access',
        tokenType: 'Bearer',
        expiresAt: NOW + 28_800,
        refreshToken: 'SECRET-refresh',
        idToken: 'SECRET-id',
        issuedTokenType: 'urn:ietf:params:oauth:token-type:access_token',
        scope: ['openid', 'aws'],
        identityContext: 'SECRET-context',
      },
    })
  })

  it('may leave out, or give as null, what is optional; an absent interval is five seconds', () => {
    for (const { read, full, optional } of Object.values(operations) as Operation[]) {
      const least = Object.fromEntries(Object.entries(full).filter(([name]) => !optional.includes(name)))
      const nulls = Object.fromEntries(optional.map((name) => [name, null]))
      expect(read(answer(least), NOW)).toMatchObject({ ok: true, findings: [] })
      expect(read(answer({ ...least, ...nulls }), NOW)).toEqual(read(answer(least), NOW))
      if (full['deviceCode'])
        expect(read(answer(least), NOW)).toMatchObject({ value: { intervalSeconds: 5 } })
    }
    // What the service sends beside its model.
    const real = { accessToken: 'a', aws_sso_app_session_id: null, expiresIn: 28800, idToken: null, issuedTokenType: null, originSessionId: 'x', refreshToken: 'r', tokenType: 'Bearer' } // prettier-ignore
    expect(readTokenResponse(answer(real), NOW)).toMatchObject({ ok: true, findings: [] })
  })

  it.each(members)('of %s is refused with a bad %s', (name, member) => {
    const { read, full, optional } = of(name)
    const without = Object.fromEntries(Object.entries(full).filter(([other]) => other !== member))
    if (!optional.includes(member)) {
      expect(told(read(answer(without), NOW))).toContain('sign-in/member missing')
      expect(told(read(answer({ ...full, [member]: null }), NOW))).toContain('sign-in/member missing')
    }
    const text = JSON.stringify(full)
    const twice = `{"${member}":${JSON.stringify(full[member])},${text.slice(1)}`
    expect(told(read(answer(twice), NOW))).toEqual(['sign-in/answer-json repeated-member'])
    const bad: unknown[] = [true, [[]], [1]]
    if (typeof full[member] === 'number') bad.push('1', -1, 0, 1.5, 1e300, 2 ** 53)
    if (typeof full[member] === 'string')
      bad.push(1, {}, '', ' ', 'a\nb', 'a\u0000', '\u00e9', 'x'.repeat(20_000))
    if (Array.isArray(full[member]))
      bad.push(
        'openid',
        ['a b'],
        [''],
        Array.from({ length: 26 }, () => 'a'),
      )
    if (member === 'awsAdditionalDetails') bad.push('x', { identityContext: 1 })
    for (const value of bad) {
      const verdict = read(answer({ ...full, [member]: value }), NOW)
      expect([verdict.ok, JSON.stringify(value).slice(0, 40)]).toEqual([
        false,
        JSON.stringify(value).slice(0, 40),
      ])
      expect(
        told(verdict).every((one) => /^sign-in\/(member |token-type |registration-expiry )/.test(one)),
      ).toBe(true)
      expect(JSON.stringify(verdict.findings)).not.toContain('SECRET')
    }
  })

  it.each(Object.keys(operations))('of %s with a member nobody knows is accepted with a warning', (name) => {
    const { read, full } = of(name)
    const verdict = read(answer({ ...full, access_token: 'SECRET', __proto__: 1 }), NOW)
    expect([verdict.ok, told(verdict)]).toEqual([true, ['sign-in/member-unknown unknown-member']])
    expect(JSON.stringify(verdict.findings)).not.toContain('SECRET')
  })

  it.each<[string, ServerAnswer, string]>([
    [
      'HTML',
      answer('<!doctype html><p>Log in', 200, { 'Content-Type': 'text/html' }),
      'sign-in/answer-type mismatch,sign-in/answer-json markup',
    ],
    ['HTML that says it is JSON', answer('<html>'), 'sign-in/answer-json markup'],
    ['nothing', answer(''), 'sign-in/answer-json empty'],
    [
      'a form',
      answer('access_token=x', 200, { 'Content-Type': 'application/x-www-form-urlencoded' }),
      'sign-in/answer-type mismatch,sign-in/answer-json not-json',
    ],
    ['no type', { status: 200, headers: {}, body: '{}' }, 'sign-in/answer-type missing'],
    [
      'two types',
      answer({}, 200, { 'Content-Type': 'application/json, text/html' }),
      'sign-in/answer-type mismatch',
    ],
    ['an array', answer('[]'), 'sign-in/answer-json not-object'],
    ['a half document', answer('{"accessToken":"x"'), 'sign-in/answer-json not-json'],
    ['something after it', answer('{} {}'), 'sign-in/answer-json not-json'],
    ['a byte order mark', answer('\ufeff{}'), 'sign-in/answer-json not-json'],
    [
      'broken UTF-8',
      { ...answer(''), body: Uint8Array.from([0x7b, 0xff, 0x7d]) },
      'sign-in/answer-json not-utf8',
    ],
    ['a flood', answer(`{"a":"${'x'.repeat(65_536)}"}`), 'sign-in/answer-json too-large'],
    ['deep nesting', answer(`{"a":${'['.repeat(5000)}${']'.repeat(5000)}}`), 'sign-in/answer-json not-json'],
    [
      'a redirect',
      answer({}, 302, { location: 'https://attacker.example' }),
      'sign-in/answer-status redirect',
    ],
    ['201', answer(operations.token.full, 201), 'sign-in/answer-status unexpected'],
    ['204', answer({}, 204), 'sign-in/answer-status unexpected'],
    ['0', answer({}, 0), 'sign-in/answer-status unexpected'],
    ['503 with a page', answer('<html>', 503, { 'Content-Type': 'text/html' }), 'sign-in/unavailable status'],
    ['429', answer({ message: 'Rate exceeded' }, 429), 'sign-in/unavailable status'],
    [
      '404 with a page',
      answer('<html>', 404, { 'Content-Type': 'text/html' }),
      'sign-in/answer-type mismatch,sign-in/answer-json markup',
    ],
    ['404 without an exception', answer({ message: 'no' }, 404), 'sign-in/exception-form missing'],
  ])('that is %s is refused', (_, given, expected) => {
    // prettier-ignore
    for (const { read } of Object.values(operations) as Operation[]) {
      const verdict = read(given, NOW)
      expect([verdict.ok, told(verdict).filter((one) => !one.includes('member')).join()]).toEqual([false, expected]) // prettier-ignore
    }
  })

  it('never throws, and is accepted only with status 200 and JSON, whatever comes', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 999 }),
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.uint8Array(),
          fc.constantFrom(JSON.stringify(operations.token.full)),
        ),
        fc.constantFrom('application/json', 'application/json; charset=utf-8', 'text/html', ''),
        (status, body, type) => {
          const verdict = readTokenResponse({ status, headers: { 'content-type': type }, body }, NOW)
          expect(!verdict.ok || (status === 200 && type.startsWith('application/json'))).toBe(true)
        },
      ),
      { numRuns: 2000 },
    )
  })
})

describe('a refusal', () => {
  const names = Object.keys(exceptions) as ExceptionName[]

  it.each(names)('%s is told by its name in the header, in the body, or by its error', (name) => {
    const { status, error } = exceptions[name]
    const expected = [`sign-in/exception ${error.replaceAll('_', '-')}`]
    const read = (body: object, headers: Record<string, string> = {}): string[] =>
      told(readTokenResponse(answer(body, status, headers), NOW))
    expect(read({ error, error_description: 'x' }, { 'x-amzn-ErrorType': name })).toEqual(expected)
    expect(
      read({}, { 'x-amzn-errortype': `com.amazonaws.ssooidc#${name}:http://internal.amazon.com/x` }),
    ).toEqual(status === 500 ? ['sign-in/unavailable status'] : expected)
    expect(read({ error, __type: `ns#${name}` })).toEqual(expected)
    expect(read({ error })).toEqual(expected)
  })

  it.each<[string, object, number, Record<string, string>, string]>([
    [
      'a name nobody knows',
      { error: 'access_denied' },
      400,
      { 'x-amzn-errortype': 'FunnyException' },
      'unknown',
    ],
    [
      'a name of the prototype',
      { error: 'constructor' },
      400,
      { 'x-amzn-errortype': 'constructor' },
      'unknown',
    ],
    [
      'two errors',
      { error: 'slow_down' },
      400,
      { 'x-amzn-errortype': 'AuthorizationPendingException' },
      'conflict',
    ],
    [
      'two names',
      { error: 'slow_down', __type: 'SlowDownException' },
      400,
      { 'x-amzn-errortype': 'AuthorizationPendingException' },
      'conflict',
    ],
    ['another status', { error: 'authorization_pending' }, 401, {}, 'status'],
    ['no error', {}, 400, {}, 'missing'],
    ['an error that is no text', { error: ['slow_down'] }, 400, {}, 'missing'],
  ])('with %s is none that is acted on', (_, body, status, headers, reason) => {
    // prettier-ignore
    const verdict = readTokenResponse(answer(body, status, headers), NOW)
    expect(told(verdict)[0]).toBe(`sign-in/exception-form ${reason}`)
    expect(told(verdict).join()).not.toContain('sign-in/exception ')
  })

  it('cannot write to the terminal of a person', () => {
    const body = { error: 'access_denied', error_description: '\u001b[2J\u202egone\nok' }
    const [finding] = readTokenResponse(answer(body, 400), NOW).findings
    expect(finding?.actual).not.toMatch(/\p{Cc}|\u202e/u)
  })
})

describe('the rules of single answers', () => {
  const device = (more: object): string[] =>
    told(readDeviceAuthorization(answer({ ...operations.device.full, ...more }), NOW))
  const registration = (more: object): string[] =>
    told(readRegistration(answer({ ...operations.registration.full, ...more }), NOW))

  it('takes no registration that has ended, at the second', () => {
    expect(registration({ clientIdIssuedAt: NOW - 10, clientSecretExpiresAt: NOW + 1 })).toEqual([])
    expect(registration({ clientIdIssuedAt: NOW - 10, clientSecretExpiresAt: NOW })).toEqual([
      'sign-in/registration-expiry expired',
    ])
    expect(registration({ clientIdIssuedAt: NOW + 20, clientSecretExpiresAt: NOW + 20 })).toEqual([
      'sign-in/registration-expiry expired',
    ])
  })

  it('takes no token of another type', () => {
    const token = (tokenType: string): string[] =>
      told(readTokenResponse(answer({ ...operations.token.full, tokenType }), NOW))
    expect(token('bearer')).toEqual([])
    for (const other of ['mac', 'DPoP', 'N_A']) expect(token(other)).toEqual(['sign-in/token-type unknown'])
  })

  it.each([
    'http://portal.example.com',
    'https://u:p@portal.example.com',
    'javascript:alert(1)',
    '//portal.example.com',
    'https://',
    'https://a.example\\@b.example',
    'https://a.example/\u202e',
  ])('sends nobody to %s', (verificationUri) =>
    expect(device({ verificationUri, verificationUriComplete: null })).toEqual(['sign-in/member form']),
  )

  it('sends nobody to another site by the address with the code in it', () => {
    const verificationUriComplete = 'https://d-1234567890.awsapps.com.attacker.example/?user_code=BCDF-GHJK'
    expect(device({ verificationUriComplete })).toEqual(['sign-in/verification-uri other-site'])
  })

  it('warns of the host that PKCE replaces (R209)', () => {
    const at = (host: string): string[] =>
      device({ verificationUri: `https://${host}/`, verificationUriComplete: null })
    expect(at('device.sso.us-east-1.amazonaws.com')).toEqual(['sign-in/device-host replaced'])
    expect(at('device.sso.us-east-1.amazonaws.com.attacker.example')).toEqual([])
  })
})

describe('a request', () => {
  const endpoint = 'http://127.0.0.1:9410'
  const client = { clientId: 'id', clientSecret: 'SECRET' }

  it('has the members that the service reads', () => {
    const { url, method, headers, body } = buildRegistration({
      endpoint,
      clientName: 'Tool',
      scopes: ['a:b'],
    })
    expect([url, method, headers['content-type']]).toEqual([
      `${endpoint}/client/register`,
      'POST',
      'application/json',
    ])
    expect(JSON.parse(body)).toEqual({ clientName: 'Tool', clientType: 'public', scopes: ['a:b'] })
    const startUrl = 'https://d-1234567890.awsapps.com/start'
    const device = buildDeviceAuthorization({ endpoint, ...client, startUrl })
    expect([device.url, JSON.parse(device.body)]).toEqual([
      `${endpoint}/device_authorization`,
      { ...client, startUrl },
    ])
    const grantType = 'authorization_code'
    const code = { code: 'c', redirectUri: 'http://127.0.0.1:1/x', codeVerifier: 'v'.repeat(43) }
    const token = buildTokenRequest({ endpoint, ...client, grantType, ...code })
    expect([token.url, JSON.parse(token.body)]).toEqual([
      `${endpoint}/token`,
      { ...client, grantType, ...code },
    ])
  })

  it.each([
    { grantType: 'password' },
    { grantType: 'authorization_code', code: 'c', redirectUri: 'http://127.0.0.1:1/x' },
    {
      grantType: 'authorization_code',
      code: 'c',
      redirectUri: 'http://127.0.0.1:1/x',
      codeVerifier: 'short',
    },
    { grantType: 'refresh_token' },
    { grantType: 'refresh_token', refreshToken: 'SECRET'.repeat(5000) },
    { grantType: 'refresh_token', refreshToken: 'r', clientSecret: ['SECRET'] },
    { grantType: '__proto__' },
  ])('is not built of %j', (grant) => {
    const build = (): unknown => buildTokenRequest({ endpoint, ...client, ...grant } as never)
    expect(build).toThrow(expect.objectContaining({ code: 'ERR_INVALID_OPTION' }))
    try {
      build()
    } catch (error) {
      expect(String(error)).not.toContain('SECRET')
    }
  })
})

describe('refreshDue', () => {
  it.each([
    [901, 'fresh'],
    [900, 'fresh'],
    [899, 'advisory'],
    [600, 'advisory'],
    [599, 'mandatory'],
    [1, 'mandatory'],
    [0, 'expired'],
    [-1, 'expired'],
  ] as const)('with %i seconds left is %s', (left, expected) => {
    expect(refreshDue({ expiresAt: NOW + left }, NOW)).toBe(expected)
  })
})
