import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { Report } from '../../src/conformance/index.js'
import { formatDateTime } from '../../src/core/codec.js'
import { command, temporaryFiles } from '../support/command.js'
import {
  AUDIENCE,
  CONFIGURATION,
  ISSUER,
  issuerKey,
  jwksOf,
  makeToken,
  NOW,
  USERS,
} from '../support/deployment.js'

const { file, folder, remove } = temporaryFiles()
afterAll(remove)

const [issuerConfiguration] = CONFIGURATION.TrustedTokenIssuers
const tti = file('tti.json', issuerConfiguration)
const jwks = file('jwks.json', jwksOf(issuerKey.publicKey))
const users = file('users.json', {
  Users: USERS.map(({ userId, userName, email, status }) => ({
    UserId: userId,
    UserName: userName,
    Emails: [{ Value: email, Primary: true }],
    UserStatus: status ?? 'ENABLED',
  })),
})
const at = formatDateTime(NOW)

async function checkToken(
  jwt: string,
  ...more: string[]
): Promise<{ code: number; report: Report; out: string }> {
  const words = [
    '--issuer',
    tti,
    '--audience',
    AUDIENCE,
    '--jwks',
    jwks,
    '--at',
    at,
    '--format',
    'json',
    ...more,
  ]
  const { code, out } = await command('check', 'token', file('token.jwt', jwt), ...words)
  return { code, out, report: JSON.parse(out) as Report }
}

const failures = (report: Report): string[] =>
  report.rules.flatMap(({ findings }) => findings.map(({ rule, reason }) => `${rule} ${reason}`))

describe('check token', () => {
  it('accepts, says who it is, and exits 0', async () => {
    const { code, report } = await checkToken(`${makeToken({ jti: 'x' })}\n`, '--users', users)
    expect(code).toBe(0)
    expect(report).toMatchObject({
      tool: { name: 'countersign' },
      subject: { kind: 'token' },
      at,
      verified: true,
      verdict: 'accepted',
      identity: { issuer: ISSUER, subject: 'u1', audience: AUDIENCE, userName: 'ada@example.com' },
    })
    expect(failures(report)).toEqual([])
    expect(report.rules.find(({ rule }) => rule === 'tti/user-not-found')?.outcome).toBe('pass')
  })

  it('shows every broken rule, not only those of the first gate, and exits 1', async () => {
    const jwt = makeToken({ aud: 'other', exp: NOW - 100, email: undefined }, { header: { kid: 'unknown' } })
    const { code, report, out } = await checkToken(jwt, '--users', users)
    expect(code).toBe(1)
    expect(report).toMatchObject({ verified: false, verdict: 'refused', identity: null })
    expect(failures(report)).toEqual([
      'tti/kid unknown',
      'tti/aud mismatch',
      'tti/exp expired',
      'tti/mapped-claim missing',
    ])
    expect(report.rules.find(({ rule }) => rule === 'tti/signature')?.outcome).toBe('cantTell')
    for (const part of jwt.split('.')) expect(out).not.toContain(part)
  })

  it.each([
    ['ghost@example.com', 'tti/user-not-found none'],
    ['eve@example.com', 'tti/user-disabled disabled'],
  ])('looks %s up among the users', async (email, expected) => {
    const { code, report } = await checkToken(makeToken({ email }), '--users', users)
    expect(code).toBe(1)
    expect(report).toMatchObject({ verified: true, verdict: 'refused', identity: null })
    expect(failures(report)).toEqual([expected])
  })

  it('is readable as text', async () => {
    const jwt = makeToken({ iss: `${ISSUER}/` })
    const { code, out } = await command(
      ...[
        'check',
        'token',
        file('t.jwt', jwt),
        '--issuer',
        tti,
        '--audience',
        AUDIENCE,
        '--jwks',
        jwks,
        '--at',
        at,
      ],
    )
    expect(code).toBe(1)
    expect(out).toMatch(/^REFUSED {2}token /)
    expect(out).toContain('tti/iss (mismatch) at claims.iss')
    for (const part of jwt.split('.')) expect(out).not.toContain(part)
  })

  it('gets the keys from the issuer by discovery when none are given', async () => {
    const server = createServer((request, response) => {
      const { port } = server.address() as AddressInfo
      const base = `http://127.0.0.1:${port}`
      response.setHeader('content-type', 'application/json')
      response.end(
        JSON.stringify(
          request.url === '/keys' ? jwksOf(issuerKey.publicKey) : { issuer: base, jwks_uri: `${base}/keys` },
        ),
      )
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    try {
      const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
      const configuration = structuredClone(issuerConfiguration)
      configuration!.TrustedTokenIssuerConfiguration.OidcJwtConfiguration.IssuerUrl = base
      const words = ['--issuer', file('local.json', configuration), '--audience', AUDIENCE, '--at', at]
      const token = file('local.jwt', makeToken({ iss: base }))
      expect(await command('check', 'token', token, ...words, '--allow-loopback-issuer')).toMatchObject({
        code: 0,
      })
      const refused = await command('check', 'token', token, ...words)
      expect(refused.code).toBe(2)
      expect(refused.err).toContain('tti/issuer-url-loopback')
    } finally {
      await new Promise((resolve) => server.close(resolve))
    }
  })
})

describe('check issuer', () => {
  it('accepts a configuration as AWS takes it', async () => {
    const { code, out } = await command('check', 'issuer', tti, '--format', 'json')
    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({ verdict: 'accepted', identity: { issuer: ISSUER } })
  })

  it('tells every fault at once, each with its JSON path', async () => {
    const broken = {
      Name: 'has a space',
      TrustedTokenIssuerType: 'SAML',
      TrustedTokenIssuerConfiguration: {
        OidcJwtConfiguration: {
          IssuerUrl: 'https://idp.example.com:8443/.well-known/openid-configuration',
          ClaimAttributePath: 'custom:employee',
          IdentityStoreAttributePath: 'email',
          JwksRetrievalOpton: 'OPEN_ID_DISCOVERY',
        },
      },
    }
    const { code, out } = await command('check', 'issuer', file('broken.json', broken), '--format', 'json')
    expect(code).toBe(1)
    const report = JSON.parse(out) as Report
    const path = '$.TrustedTokenIssuerConfiguration.OidcJwtConfiguration'
    expect(
      report.rules.flatMap(({ findings }) => findings.map((f) => `${f.rule} ${f.reason} ${f.path}`)).sort(),
    ).toEqual(
      [
        `tti/issuer-shape unknown-member ${path}.JwksRetrievalOpton`,
        'tti/issuer-name pattern $.Name',
        'tti/issuer-type unknown-value $.TrustedTokenIssuerType',
        `tti/issuer-url-well-known suffix ${path}.IssuerUrl`,
        `tti/issuer-url-port port ${path}.IssuerUrl`,
        `tti/claim-attribute-path custom-claim ${path}.ClaimAttributePath`,
        `tti/identity-store-attribute-path unknown-value ${path}.IdentityStoreAttributePath`,
        `tti/jwks-retrieval missing ${path}.JwksRetrievalOption`,
      ].sort(),
    )
  })
})

describe('misuse', () => {
  const token = file('any.jwt', makeToken())
  it.each([
    ['no command', []],
    ['an unknown command', ['launch']],
    ['an unknown check', ['check', 'passport', token]],
    ['no file', ['check', 'token', '--issuer', tti, '--audience', 'a']],
    ['two files', ['check', 'issuer', tti, tti]],
    ['an unknown option', ['check', 'issuer', tti, '--verbos']],
    ['an option without value', ['check', 'token', token, '--issuer']],
    ['an option twice', ['check', 'issuer', tti, '--at', at, '--at', at]],
    ['a missing option', ['check', 'token', token, '--issuer', tti]],
    ['an empty option', ['check', 'token', token, '--issuer', tti, '--audience', '']],
    ['an unknown format', ['check', 'issuer', tti, '--format', 'pdf']],
    ['a date without a zone', ['check', 'issuer', tti, '--at', '2026-11-22T14:00:00']],
    ['a file that is not there', ['check', 'issuer', join(folder, 'nowhere.json')]],
    ['a folder', ['check', 'issuer', folder]],
    ['a file that is not JSON', ['check', 'issuer', file('text.json', 'hello')]],
    ['a file with a member twice', ['check', 'issuer', file('twice.json', '{"Name":"a","Name":"b"}')]],
    [
      'a file that is not text',
      ['check', 'issuer', file('binary.json', Uint8Array.from([0xff, 0xfe, 0x00]))],
    ],
    [
      'a broken issuer for a token',
      ['check', 'token', token, '--issuer', file('e.json', {}), '--audience', 'a'],
    ],
  ])('%s ends with exit code 2, as text and as JSON', async (_, words) => {
    const { code, out, err } = await command(...words)
    expect(code).toBe(2)
    expect(out + err).not.toBe('')
    if (words.includes('--format') || words.length === 0) return
    const json = await command(...words, '--format', 'json')
    expect(json.code).toBe(2)
    expect(JSON.parse(json.out)).toMatchObject({ misuse: expect.any(String) as string })
    expect(json.err).toBe('')
  })

  it.each([
    [
      ['check', 'response', 'x'],
      ['audience', 'acs', 'idp'],
    ],
    [['check', 'response', 'x', '--idp-entity-id', 'y', '--acs', 'z'], ['audience']],
    [
      ['check', 'token', 'x'],
      ['audience', 'issuer'],
    ],
    [
      ['abac', 'decide'],
      ['action', 'resource', 'tags'],
    ],
    [
      ['abac', 'tags'],
      ['user', 'config'],
    ],
  ])('names all options that are missing at once: %j', async (words, missing) => {
    const { code, err } = await command(...words)
    expect([code, [...err.matchAll(/--([a-z-]+)/g)].map(([, name]) => name)]).toEqual([2, missing])
  })

  it('tells the faults of all files at once', async () => {
    const broken = file('broken-issuer.json', { Name: 'x' })
    const words = [
      '--issuer',
      broken,
      '--audience',
      'a',
      '--jwks',
      file('no-keys.json', {}),
      '--users',
      file('no-users.json', 7),
    ]
    const { code, out } = await command('check', 'token', token, ...words, '--format', 'json')
    expect(code).toBe(2)
    const rules = new Set(
      (JSON.parse(out) as { findings: { rule: string }[] }).findings.map(({ rule }) => rule),
    )
    expect([...rules]).toEqual(
      expect.arrayContaining(['tti/issuer-shape', 'tti/jwks', 'directory/users-file']),
    )
  })
})

describe('text of a peer', () => {
  // eslint-disable-next-line no-control-regex
  const unsafe = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/
  const evil = 'x\u001b[2J\u009b31m\u202e\nACCEPTED'

  it.each([
    [
      'a verified claim',
      () => ['token', file('evil.jwt', makeToken({ sub: evil })), '--issuer', tti, '--audience', AUDIENCE],
    ],
    ['a member name', () => ['token', file('dup.jwt', duplicate()), '--issuer', tti, '--audience', AUDIENCE]],
    ['a setting', () => ['issuer', file('evil.json', { ...issuerConfiguration, [evil]: 1, Name: evil })]],
    ['a file name', () => ['issuer', join(folder, evil)]],
    ['a word', () => [evil]],
  ])('cannot speak to the terminal: %s', async (_, words) => {
    const more = words()[0] === 'token' ? ['--jwks', jwks, '--at', at] : []
    for (const format of ['text', 'json']) {
      const { out, err } = await command('check', ...words(), ...more, '--format', format)
      expect(out + err).not.toMatch(unsafe)
      expect(
        (out + err).split('\n').filter((line) => line.startsWith('ACCEPTED')).length,
      ).toBeLessThanOrEqual(1)
    }
  })

  function duplicate(): string {
    const [header] = makeToken().split('.')
    const name = JSON.stringify(evil)
    const payload = Buffer.from(`{${name}:1,${name}:2}`).toString('base64url')
    return `${header}.${payload}.AAAA`
  }
})

describe('demo', () => {
  it('goes as it must on a real identity provider, step by step', async () => {
    const { code, out, err } = await command('demo', '--once', '--format', 'json')
    expect({ code, err }).toEqual({ code: 0, err: '' })
    const { steps } = JSON.parse(out) as {
      steps: { name: string; outcome: string; rule?: string; ms: number }[]
    }
    expect(steps.map(({ outcome, rule }) => rule ?? outcome)).toEqual([
      ...['ok', 'ok', 'ok', 'ok', 'ok', 'ok', 'ok'],
      'tti/replay',
      'tti/aud',
      'tti/trusted-issuer',
      'tti/signature',
      'tti/exp',
      'tti/user-not-assigned',
      'tti/user-not-found',
      'tti/caller',
      'sigv4/signature',
      'tti/context-seal',
    ])
    for (const step of steps) {
      expect(Object.keys(step).sort()).toEqual(
        step.rule === undefined ? ['ms', 'name', 'outcome'] : ['ms', 'name', 'outcome', 'rule'],
      )
    }
  })

  it('is readable as text and shows no token', async () => {
    const { code, out } = await command('demo', '--once')
    expect(code).toBe(0)
    expect(out).toContain('tti/replay (already)')
    expect(out).not.toMatch(/eyJ/)
  })
})
