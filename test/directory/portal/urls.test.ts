import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Verdict } from '../../../src/core/outcome.js'
import { readStrictURL } from '../../../src/core/strictURL.js'
import {
  allowListedHosts,
  buildPortalURL,
  buildShortcutLink,
  checkSignOnURL,
  consoleDestination,
  createAssignment,
  customisePortalURL,
  followShortcutLink,
  noAccountAccess,
  parsePortalURL,
  parseRelayState,
  parseShortcutLink,
  type PortalURL,
} from '../../../src/directory/index.js'

const valueOf = <T>(verdict: Verdict<T>): T => {
  if (!verdict.ok) throw new Error(JSON.stringify(verdict.findings))
  return verdict.value
}
const said = (verdict: Verdict<unknown>): string[] =>
  verdict.findings.map(({ rule, reason }) => `${rule} ${reason}`)
const invalid = expect.objectContaining({ code: 'ERR_INVALID_OPTION' }) as Error

const label = fc.stringMatching(/^[a-z0-9](?:[a-z0-9-]{0,20}[a-z0-9])?$/).filter((text) => text !== 'start')
const portal: fc.Arbitrary<PortalURL> = fc.oneof(
  fc.record({ partition: fc.constant('aws' as const), name: label }),
  fc.record({
    partition: fc.constant('aws-us-gov' as const),
    region: fc.constantFrom('us-gov-west-1', 'us-gov-east-1'),
    name: label,
  }),
)

/** The tricks by which a URL passes for another, each with its reason. */
const tricks = (host: string, path: string): [string, string][] => [
  [`http://${host}${path}`, 'scheme'],
  [`HTTPS://${host}${path}`, 'scheme'],
  [`${host}${path}`, 'scheme'],
  [`//${host}${path}`, 'scheme'],
  [`javascript:alert(1)//${host}${path}`, 'scheme'],
  [` https://${host}${path}`, 'characters'],
  [`https://${host}${path}\n`, 'characters'],
  [`https://${host}\t${path}`, 'characters'],
  [`https://${host.replace('.', '\u3002')}${path}`, 'characters'],
  [`https://${host}\\@evil.example${path}`, 'backslash'],
  [`https:\\\\${host}${path}`, 'backslash'],
  [`https://evil.example@${host}${path}`, 'userinfo'],
  [`https://${host}@evil.example${path}`, 'userinfo'],
  [`https://${host}:443${path}`, 'port'],
  [`https://${host}:8443${path}`, 'port'],
  [`https://${host}:${path}`, 'port'],
  [`https://${host}.${path}`, 'host'],
  [`https://${host.toUpperCase()}${path}`, 'host'],
  [`https://%77${host}${path}`, 'host'],
  [`https://[::1]${path}`, 'port'],
  [`https://127.0.0.1${path}`, 'host'],
  [`https://${host}/..${path}`, 'path'],
  [`https://${host}/%2e%2E${path}`, 'path'],
  ['', 'length'],
]

describe('the URL of a portal', () => {
  it.each([
    ['https://d-1234567890.awsapps.com/start', { partition: 'aws', name: 'd-1234567890' }],
    ['https://example.awsapps.com/start/', { partition: 'aws', name: 'example' }],
    ['https://example.awsapps.com/start/#/', { partition: 'aws', name: 'example' }],
    ['https://example.awsapps.com/start#', { partition: 'aws', name: 'example' }],
    [
      'https://start.us-gov-west-1.us-gov-home.awsapps.com/directory/example/',
      { partition: 'aws-us-gov', region: 'us-gov-west-1', name: 'example' },
    ],
    [
      'https://start.us-gov-west-1.us-gov-home.awsapps.com/directory/d-1234567890',
      { partition: 'aws-us-gov', region: 'us-gov-west-1', name: 'd-1234567890' },
    ],
  ])('is read: %s (R038, R039)', (url, expected) => {
    expect(valueOf(parsePortalURL(url))).toEqual(expected)
  })

  it('comes back from what was built, in both partitions', () => {
    fc.assert(
      fc.property(portal, (one) => {
        const url = buildPortalURL(one)
        expect(valueOf(parsePortalURL(url))).toEqual(one)
        // What browsers read is what we read.
        expect(new URL(url).href).toBe(url)
      }),
    )
  })

  it.each([
    ...tricks('example.awsapps.com', '/start'),
    ['https://example.awsapps.com.evil.example/start', 'host'],
    ['https://evilawsapps.com/start', 'host'],
    ['https://a.example.awsapps.com/start', 'host'],
    ['https://start.awsapps.com/start', 'host'],
    ['https://start.us-west-1.us-gov-home.awsapps.com/directory/example/', 'host'],
    ['https://example.awsapps.com/', 'path'],
    ['https://example.awsapps.com/start2', 'path'],
    ['https://example.awsapps.com/start/x', 'path'],
    ['https://example.awsapps.com/directory/example/', 'path'],
    ['https://start.us-gov-west-1.us-gov-home.awsapps.com/start', 'path'],
    ['https://example.awsapps.com/start?x=1', 'extra'],
    ['https://example.awsapps.com/start#/console', 'extra'],
    [`https://${'a'.repeat(64)}.awsapps.com/start`, 'host'],
  ])('is refused: %j as %s', (url, reason) => {
    expect(said(parsePortalURL(url))).toEqual([`portal/url ${reason}`])
  })

  it.each([undefined, null, 1, {}, []])('is a text: %j', (url) => {
    expect(said(parsePortalURL(url as never))).toEqual(['portal/url type'])
  })

  it('is customised once (R038)', () => {
    const born: PortalURL = { partition: 'aws', name: 'd-1234567890' }
    const named = valueOf(customisePortalURL(born, 'example'))
    expect(buildPortalURL(named)).toBe('https://example.awsapps.com/start')
    expect(said(customisePortalURL(named, 'other'))).toEqual(['portal/customised-once again'])
    for (const bad of ['', 'A', 'a.b', '-a', 'a-', 'a b', 'é', 'x'.repeat(64)])
      expect(said(customisePortalURL(born, bad))).toEqual(['portal/subdomain form'])
    for (const reserved of ['start', 'd-0123456789'])
      expect(said(customisePortalURL(born, reserved))).toEqual(['portal/subdomain reserved'])
  })

  it('is what the sign-on URL at the identity provider must be, to the letter (R031)', () => {
    const example: PortalURL = { partition: 'aws', name: 'example' }
    expect(checkSignOnURL('https://example.awsapps.com/start', example).ok).toBe(true)
    for (const [url, reason] of [
      ['https://example.awsapps.com/start/', 'spelling'],
      ['https://other.awsapps.com/start', 'other-portal'],
      ['http://example.awsapps.com/start', 'scheme'],
      ['https://example.com/start', 'host'],
    ] as const)
      expect(said(checkSignOnURL(url, example))).toEqual([`portal/sign-on-url ${reason}`])
  })

  it('has 14 names that web filters let through (R042)', () => {
    const hosts = allowListedHosts({ name: 'example', region: 'eu-west-2' })
    expect(hosts).toEqual([
      'example.awsapps.com',
      '*.aws.dev',
      '*.awsstatic.com',
      '*.console.aws.a2z.com',
      'oidc.eu-west-2.amazonaws.com',
      '*.sso.amazonaws.com',
      '*.sso.eu-west-2.amazonaws.com',
      '*.sso-portal.eu-west-2.amazonaws.com',
      'eu-west-2.prod.pr.panorama.console.api.aws/panoramaroute',
      'eu-west-2.signin.aws',
      'eu-west-2.signin.aws.amazon.com',
      'signin.aws.amazon.com',
      '*.cloudfront.net',
      'opfcaptcha-prod.s3.amazonaws.com',
    ])
    for (const region of ['', '*', 'eu-west', 'eu-west-2; x']) {
      expect(() => allowListedHosts({ name: 'example', region })).toThrow(invalid)
    }
    expect(() => allowListedHosts({ name: '*', region: 'eu-west-2' })).toThrow(invalid)
  })
})

describe('the relay state of a permission set (R101)', () => {
  it.each([
    ['https://console.aws.amazon.com/ec2/', undefined, 'aws'],
    ['https://us-east-2.console.aws.amazon.com/ec2/', 'us-east-2', 'aws'],
    ['https://us-west-2.console.aws.amazon.com', 'us-west-2', 'aws'],
    ['https://s3.console.aws.amazon.com/s3/home?region=eu-west-1#x', undefined, 'aws'],
    ['https://console.amazonaws-us-gov.com/s3/home', undefined, 'aws-us-gov'],
    ['https://us-gov-west-1.console.amazonaws-us-gov.com/', 'us-gov-west-1', 'aws-us-gov'],
  ])('%s', (url, region, partition) => {
    expect(valueOf(parseRelayState(url))).toEqual({
      url,
      partition,
      ...(region === undefined ? {} : { region }),
    })
  })

  it.each([
    ...tricks('console.aws.amazon.com', '/ec2/'),
    ['https://console.aws.amazon.com.evil.example/', 'outside-console'],
    ['https://evilconsole.aws.amazon.com/', 'outside-console'],
    ['https://aws.amazon.com/console/', 'outside-console'],
    ['https://signin.aws.amazon.com/', 'outside-console'],
    ['https://us-east-2.console.aws.amazon.com.evil.example/', 'outside-console'],
    [`https://console.aws.amazon.com/${'x'.repeat(240)}`, 'length'],
  ])('%j is refused as %s', (url, reason) => {
    expect(said(parseRelayState(url))).toEqual([`portal/console-url ${reason}`])
  })

  it('is never a host that a browser takes for another', () => {
    const piece = fc.constantFrom('https://', 'console.aws.amazon.com', '@', ':', '/', '\\', '.', '#', '?', 'evil.example', 'a', '%2e', ' ', 'us-east-2.') // prettier-ignore
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 9 }), (pieces) => {
        const url = pieces.join('')
        if (!parseRelayState(url).ok) return
        const { hostname, protocol, username, port } = new URL(url)
        expect(`.${hostname}`.endsWith('.console.aws.amazon.com')).toBe(true)
        expect([protocol, username, port]).toEqual(['https:', '', ''])
      }),
      { numRuns: 5000 },
    )
  })
})

describe('a shortcut link (R102)', () => {
  const S3 = 'https://console.aws.amazon.com/s3/home'
  const link = {
    portal: { partition: 'aws', name: 'example' },
    accountId: '123456789012',
    permissionSetName: 'S3FullAccess',
    destination: S3,
  } as const

  it('is spelled as the guide spells it, in both partitions', () => {
    expect(buildShortcutLink(link)).toBe(
      'https://example.awsapps.com/start/#/console?account_id=123456789012&role_name=S3FullAccess&destination=https%3A%2F%2Fconsole.aws.amazon.com%2Fs3%2Fhome',
    )
    expect(
      buildShortcutLink({
        ...link,
        portal: { partition: 'aws-us-gov', region: 'us-gov-west-1', name: 'example' },
        destination: 'https://console.amazonaws-us-gov.com/s3/home',
      }),
    ).toBe(
      'https://start.us-gov-west-1.us-gov-home.awsapps.com/directory/example/#/console?account_id=123456789012&role_name=S3FullAccess&destination=https%3A%2F%2Fconsole.amazonaws-us-gov.com%2Fs3%2Fhome',
    )
  })

  it('comes back from what was built, whatever the name of the set', () => {
    const parts = fc.record(
      {
        portal: fc.constant({ partition: 'aws', name: 'example' } as const),
        accountId: fc.stringMatching(/^[0-9]{12}$/),
        permissionSetName: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }),
        destination: fc.constantFrom(S3, 'https://console.aws.amazon.com/x?a=1&b=%26#c&role_name=Admin'),
      },
      { requiredKeys: ['portal', 'accountId'] },
    )
    fc.assert(
      fc.property(parts, (one) => {
        expect(valueOf(parseShortcutLink(buildShortcutLink(one)))).toEqual(one)
      }),
    )
  })

  it('keeps an & in a name inside the name', () => {
    const built = buildShortcutLink({ ...link, permissionSetName: 'A&account_id=999999999999' })
    expect(valueOf(parseShortcutLink(built))).toMatchObject({
      accountId: '123456789012',
      permissionSetName: 'A&account_id=999999999999',
    })
  })

  it('is not built to anywhere else', () => {
    for (const more of [
      { destination: 'https://evil.example/' },
      { destination: 'https://console.amazonaws-us-gov.com/' },
      { accountId: '1' },
      { permissionSetName: '' },
      { permissionSetName: '\ud800' },
      { portal: { partition: 'aws', name: 'a.b' } },
    ])
      expect(() => buildShortcutLink({ ...link, ...more } as never)).toThrow(invalid)
  })

  const base = 'https://example.awsapps.com/start/#/console?'
  it.each([
    [`${base}`, 'parameter'],
    [`${base}account_id=1`, 'account'],
    [`${base}role_name=A`, 'account'],
    [`${base}account_id=123456789012&account_id=999999999999`, 'repeated'],
    [`${base}account_id=123456789012&role=A`, 'parameter'],
    [`${base}account_id=123456789012&role_name=`, 'encoding'],
    [`${base}account_id=123456789012&role_name`, 'encoding'],
    [`${base}account_id=123456789012&role_name=%ff`, 'encoding'],
    [`${base}account_id=123456789012&role_name=%zz`, 'encoding'],
    [`${base}account_id=123456789012&role_name=a+b`, 'encoding'],
    [`${base}account_id=123456789012&destination=https://console.aws.amazon.com/`, 'encoding'],
    [
      `${base}account_id=123456789012&destination=${encodeURIComponent('https://evil.example/')}`,
      'outside-console',
    ],
    [
      `${base}account_id=123456789012&destination=${encodeURIComponent('https://console.aws.amazon.com@evil.example/')}`,
      'userinfo',
    ],
    [
      `${base}account_id=123456789012&destination=${encodeURIComponent('https://console.amazonaws-us-gov.com/')}`,
      'other-partition',
    ],
    ['https://example.awsapps.com/start/#/other?account_id=123456789012', 'route'],
    ['https://example.awsapps.com/start', 'route'],
    ['https://evil.example/start/#/console?account_id=123456789012', 'portal'],
    ['http://example.awsapps.com/start/#/console?account_id=123456789012', 'scheme'],
    ['https://example.awsapps.com/start/?x#/console?account_id=123456789012', 'portal'],
  ])('%s is refused as %s', (text, reason) => {
    expect(said(parseShortcutLink(text))).toEqual([`portal/shortcut-link ${reason}`])
  })

  const link1 = 'https://console.aws.amazon.com/s3/'
  const relay = 'https://console.aws.amazon.com/ec2/'
  it.each([
    [link1, relay, link1, 'link'],
    [link1, undefined, link1, 'link'],
    [undefined, relay, relay, 'relay-state'],
    [undefined, undefined, 'https://console.aws.amazon.com/', 'home'],
  ])(
    'goes to its own destination, else the relay state, else home: %s %s (R103)',
    (own, relayState, url, from) => {
      expect(valueOf(consoleDestination({ partition: 'aws', link: own, relayState }))).toEqual({ url, from })
    },
  )

  it('opens in the Region used last, unless the URL names one (R101)', () => {
    const where = (relayState: string): string =>
      valueOf(consoleDestination({ partition: 'aws', relayState, lastRegion: 'eu-north-1' })).url
    expect(where(relay)).toBe('https://eu-north-1.console.aws.amazon.com/ec2/')
    expect(where('https://us-east-2.console.aws.amazon.com/ec2/')).toBe(
      'https://us-east-2.console.aws.amazon.com/ec2/',
    )
    const verdict = consoleDestination({ partition: 'aws-us-gov', relayState: relay })
    expect(said(verdict)).toEqual(['portal/console-partition other-partition'])
  })

  it('gives no access, and asks where it names no permission set (R103)', () => {
    const set = 'arn:aws:sso:::permissionSet/ssoins-1234567890abcdef/ps-1234567890abcdef'
    const user = { userId: '90676d1f-5d04-4f1a-8a3e-2f1d7a3c0001', groupIds: [] }
    const access = valueOf(
      createAssignment(
        noAccountAccess(),
        { accountId: '123456789012', permissionSetArn: set, principalType: 'USER', principalId: user.userId },
        {
          instanceType: 'organization',
          accountIds: new Set(['123456789012']),
          permissionSets: new Map([[set, 'S3FullAccess']]),
          userIds: new Set([user.userId]),
          groupIds: new Set(),
        },
        new Uint8Array(16),
      ),
    )
    const person = { access, user, relayStates: new Map([[set, relay]]) }
    expect(valueOf(followShortcutLink(link, person))).toMatchObject({
      role: { permissionSetName: 'S3FullAccess' },
      destination: { url: S3, from: 'link' },
    })
    const { portal: at, accountId } = link
    expect(
      valueOf(followShortcutLink({ portal: at, accountId, permissionSetName: 'S3FullAccess' }, person)),
    ).toMatchObject({
      destination: { url: relay, from: 'relay-state' },
    })
    expect(valueOf(followShortcutLink({ portal: at, accountId }, person))).toMatchObject({
      choose: [{ permissionSetName: 'S3FullAccess' }],
    })
    expect(said(followShortcutLink({ portal: at, accountId: '999999999999' }, person))).toEqual([
      'portal/shortcut-access no-role',
    ])
    expect(said(followShortcutLink({ ...link, permissionSetName: 'Admin' }, person))).toEqual([
      'portal/role-assigned other-set',
    ])
  })
})

describe('readStrictURL', () => {
  it('reads only what a browser reads the same way', () => {
    const text = fc.string({ unit: fc.constantFrom(...'aA0.-_~/?#%2eE@:\\ []é'), maxLength: 24 })
    fc.assert(
      fc.property(text, (rest) => {
        const url = `https://${rest}`
        const read = readStrictURL(url)
        if (typeof read === 'string') return
        const other = new URL(url)
        expect(other.hostname).toBe(read.host)
        expect(other.pathname).toBe(read.path === '' ? '/' : read.path)
        expect([other.port, other.username, other.password]).toEqual(['', '', ''])
      }),
      { numRuns: 5000 },
    )
  })
})
