import { describe, expect, it } from 'vitest'
import type { Verdict } from '../../src/core/outcome.js'
import {
  administratorMode,
  applicationLogin,
  buildMetadata,
  checkIdentityCenterEndpoints,
  checkUniqueNameIDs,
  identityCenterServiceProvider,
  inspectIdentityCenterEndpoints,
  parseMetadata,
  sessionEnd,
  type ApplicationUser,
  type OptionalAttribute,
} from '../../src/saml/index.js'
import { issued, NOW, SP } from '../support/saml.js'

const HOUR = 3600
const said = (verdict: Verdict<unknown>): string[] =>
  verdict.findings.map(({ rule, reason, path }) => `${rule} ${reason} ${path}`)
const invalid = expect.objectContaining({ code: 'ERR_INVALID_OPTION' }) as Error

describe('the addresses of Identity Center (R009)', () => {
  it('are built with the prefix that all instances have, and go through metadata', () => {
    const sp = identityCenterServiceProvider({
      region: 'us-east-1',
      entityPath: 'd-1234567890',
      acsPath: '0a1b2c3d-4e5f',
    })
    expect(sp).toEqual(SP)
    const xml = buildMetadata({
      entityID: sp.entityID,
      sp: { assertionConsumerServices: [{ location: sp.acsURL }] },
    })
    const read = parseMetadata(xml, { now: NOW })
    expect(read.value).toMatchObject({
      entityID: sp.entityID,
      sp: { assertionConsumerServices: [{ location: sp.acsURL }] },
    })
    expect(said(checkIdentityCenterEndpoints(sp))).toEqual([])
  })

  it('are those of the partition', () => {
    const sp = identityCenterServiceProvider({ region: 'us-gov-west-1', entityPath: 'x', acsPath: 'y' })
    expect(sp.entityID).toBe('https://us-gov-west-1.signin.amazonaws-us-gov.com/platform/saml/x')
    expect(said(checkIdentityCenterEndpoints(sp))).toEqual([])
  })

  it.each([
    [{ region: 'mars' }],
    [{ region: 'us-east-1.evil.example/' }],
    [{ entityPath: '' }],
    [{ entityPath: '../x' }],
    [{ acsPath: 'a b' }],
  ])('are not built of %j', (more) => {
    const parts = { region: 'us-east-1', entityPath: 'x', acsPath: 'y', ...more }
    expect(() => identityCenterServiceProvider(parts)).toThrow(invalid)
  })

  const rule = 'saml/identity-center-endpoints'
  it.each([
    [{ entityID: 'https://idc.example.com/x' }, [`${rule} other-host sp.entityID`]],
    [{ acsURL: 'http://127.0.0.1:9410/acs' }, [`${rule} other-host sp.acsURL`]],
    [{ acsURL: SP.acsURL.replace('https', 'http') }, [`${rule} other-host sp.acsURL`]],
    [
      { acsURL: SP.acsURL.replace('signin.aws.amazon.com', 'signin.aws.amazon.com.evil.example') },
      [`${rule} other-host sp.acsURL`],
    ],
    [{ acsURL: SP.acsURL.replace('us-east-1.', '') }, [`${rule} other-host sp.acsURL`]],
    [
      { entityID: 'https://us-east-1.signin.aws.amazon.com/platform/saml/' },
      [`${rule} other-host sp.entityID`],
    ],
    [{ acsURL: SP.acsURL.replace('us-east-1', 'eu-west-2') }, [`${rule} other-region sp.acsURL`]],
    [
      { entityID: 'urn:x', acsURL: 'https://x.example/acs' },
      [`${rule} other-host sp.entityID`, `${rule} other-host sp.acsURL`],
    ],
  ])('of %j warn, and refuse nothing', (more, expected) => {
    const verdict = checkIdentityCenterEndpoints({ ...SP, ...more })
    expect([verdict.ok, said(verdict)]).toEqual([true, expected])
    expect(inspectIdentityCenterEndpoints({ ...SP, ...more })[0]?.outcome).toBe('fail')
  })
})

describe('NameIDs of an export (R029)', () => {
  it('are of one user each', () => {
    const people = [
      { id: '1', nameID: 'ada@example.com' },
      { id: '2', nameID: 'bob@example.com' },
    ]
    expect(said(checkUniqueNameIDs(people))).toEqual([])
    expect(checkUniqueNameIDs([]).ok).toBe(true)
  })

  it('name everybody who shares one, and warn where case alone tells them apart', () => {
    const people = ['a@x', 'b@x', 'a@x', 'B@x', 'a@x', '__proto__', '__proto__'].map((nameID, index) => ({
      id: `u${index}`,
      nameID,
    }))
    const verdict = checkUniqueNameIDs(people)
    expect([verdict.ok, said(verdict)]).toEqual([
      false,
      [
        'saml/nameid-unique shared people[0].nameID',
        'saml/nameid-unique shared people[5].nameID',
        'saml/nameid-unique-case case people[1].nameID',
      ],
    ])
    expect(verdict.findings[0]?.actual).toContain('"u2", "u4"')
    const inCase = checkUniqueNameIDs(people.slice(1, 4).filter(({ nameID }) => nameID !== 'a@x'))
    expect([inCase.ok, inCase.findings.length]).toEqual([true, 1])
  })

  it('of a large directory are told in bounded words', () => {
    const people = Array.from({ length: 100_000 }, (_, index) => ({
      id: `${index}`,
      nameID: `${index % 7}@x`,
    }))
    const { findings } = checkUniqueNameIDs(people)
    expect(findings).toHaveLength(7)
    expect(Math.max(...findings.map(({ actual = '' }) => actual.length))).toBeLessThan(200)
  })
})

describe('the end of a session at an application (R077)', () => {
  const end = (mode: 'max' | 'exact', ahead: number | undefined, durationSeconds = 8 * HOUR) => {
    const sessionNotOnOrAfter = ahead === undefined ? undefined : NOW + ahead
    const at = sessionEnd({ mode, durationSeconds, sessionNotOnOrAfter, now: NOW })
    return at === undefined ? undefined : at - NOW
  }

  it.each([
    ['max', 12 * HOUR, 8 * HOUR],
    ['max', 2 * HOUR, 2 * HOUR],
    ['max', undefined, 8 * HOUR],
    ['exact', 12 * HOUR, 12 * HOUR],
    ['exact', 2 * HOUR, 2 * HOUR],
    ['exact', undefined, 8 * HOUR],
    ['max', 1, 1],
    ['exact', 1, 1],
    ['max', 0, undefined],
    ['exact', 0, undefined],
    ['exact', -HOUR, undefined],
  ] as const)('%s with %s ahead: %s', (mode, ahead, expected) => {
    expect(end(mode, ahead)).toBe(expected)
  })
})

describe('administrator mode (R087)', () => {
  const acsURL = 'https://app.example.com/saml/acs'
  const response = issued({
    to: 'application',
    sp: { entityID: 'https://app.example.com/saml', acsURL },
    nameID: 'ada@example.com',
    attributes: [{ name: 'team', values: ['<blue> & "green"', 'x'] }],
    sessionDurationSeconds: 8 * HOUR,
  })

  it('shows what is in the assertion, and has a form that nobody has sent', () => {
    const view = administratorMode({ applicationName: 'Wiki', response, acsURL, relayState: '/start' })
    expect(view).toMatchObject({
      title: 'You are now in administrator mode',
      copyLabel: 'Copy XML',
      sendLabel: 'Send to Wiki',
      destination: acsURL,
      fields: { SAMLResponse: Buffer.from(response).toString('base64'), RelayState: '/start' },
      assertion: {
        nameID: 'ada@example.com',
        audiences: ['https://app.example.com/saml'],
        recipient: acsURL,
        sessionNotOnOrAfter: '2026-11-25T20:00:00Z',
        attributes: [{ name: 'team', values: ['<blue> & "green"', 'x'] }],
      },
    })
    expect(view.xml).toBe(response)
  })

  it('is of a Response of our own', () => {
    const options = { applicationName: 'Wiki', response, acsURL }
    for (const more of [
      { response: '' },
      { response: '<a/>' },
      { response: '<!DOCTYPE a><a/>' },
      { acsURL: 'javascript:alert(1)' },
      { applicationName: '' },
    ])
      expect(() => administratorMode({ ...options, ...more })).toThrow(invalid)
  })
})

describe('optional attributes of an application (R089)', () => {
  const signIn = (optionalAttributes: readonly OptionalAttribute[], user: Partial<ApplicationUser> = {}) =>
    applicationLogin({
      application: {
        entityID: 'https://app.example.com/saml',
        acsURL: 'https://app.example.com/saml/acs',
        attributeMappings: [{ attribute: 'Subject', value: '${user:subject}' }],
        optionalAttributes,
      },
      user: { userName: 'ada', ...user },
    })

  it('are carried where the person has them, and left out without a word where not', () => {
    const both: readonly OptionalAttribute[] = [
      { attribute: 'IDPEmail.ImmutableID', from: 'microsoft365ImmutableID', format: 'basic' },
      { attribute: 'employeeNumber', from: 'employeeNumber' },
    ]
    const verdict = signIn(both, { microsoft365ImmutableID: 'AbC==', employeeNumber: '' })
    expect([said(verdict), verdict.value?.login.attributes]).toEqual([
      [],
      [
        {
          name: 'IDPEmail.ImmutableID',
          nameFormat: 'urn:oasis:names:tc:SAML:2.0:attrname-format:basic',
          values: ['AbC=='],
        },
      ],
    ])
    expect(signIn(both, { employeeNumber: '42' }).value?.login.attributes).toMatchObject([{ values: ['42'] }])
  })

  it.each([
    [[{ attribute: 'a', from: 'userName' }], 'saml/application-optional unknown optionalAttributes[0].from'],
    [
      [{ attribute: 'a', from: 'employeeNumber', format: 'x' }],
      'saml/application-optional unknown optionalAttributes[0].format',
    ],
    [
      [{ attribute: 'Subject', from: 'employeeNumber' }],
      'saml/application-optional subject optionalAttributes[0].attribute',
    ],
    [
      [
        { attribute: 'a', from: 'employeeNumber' },
        { attribute: 'a', from: 'employeeNumber' },
      ],
      'saml/application-attribute duplicate optionalAttributes[1].attribute',
    ],
    [
      [{ attribute: '', from: 'employeeNumber' }],
      'saml/application-attribute empty optionalAttributes[0].attribute',
    ],
  ])('%j are refused', (optional, expected) => {
    expect(said(signIn(optional as readonly OptionalAttribute[]))).toContain(expected)
  })
})
