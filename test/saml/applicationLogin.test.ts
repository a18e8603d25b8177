import { describe, expect, it } from 'vitest'
import { assertAccepted } from '../../src/core/index.js'
import {
  applicationLogin,
  type ApplicationUser,
  type SamlApplication,
} from '../../src/saml/applicationLogin.js'
import { issueResponse, validateResponse } from '../../src/saml/index.js'
import { counted, expectation, IDP, idpSigner, NOW, told } from '../support/saml.js'

const APPLICATION: SamlApplication = {
  entityID: 'https://app.example.com/saml',
  acsURL: 'https://app.example.com/saml/acs',
  attributeMappings: [
    { attribute: 'Subject', value: '${user:email}', format: 'emailAddress' },
    { attribute: 'Username', value: '${user:subject}', format: 'basic' },
    { attribute: 'tenant', value: 'blue $ 5', format: 'uri' },
  ],
}
const ADA: ApplicationUser = {
  userName: 'ada',
  email: 'ada@example.com',
  givenName: 'Ada',
  middleName: 'King',
  familyName: 'Lovelace',
  displayName: 'Ada Lovelace',
  preferredUsername: 'countess',
  adGUID: '0a1b2c3d-0000-0000-0000-000000000000',
}
const PREFIX = 'urn:oasis:names:tc:SAML:2.0:attrname-format:'

const login = (application: Partial<SamlApplication> = {}, user: ApplicationUser = ADA) =>
  applicationLogin({ application: { ...APPLICATION, ...application }, user })
const mapping = (attribute: string, value: string, format?: string) =>
  login({
    attributeMappings: [
      { attribute: 'Subject', value: '${user:subject}' },
      { attribute, value, format },
    ],
  })

describe('applicationLogin', () => {
  it('makes a login by the mappings', () => {
    expect(login({ sessionDurationSeconds: 3600, relayState: '/start?a=b&c' })).toEqual({
      ok: true,
      findings: [],
      value: {
        login: {
          to: 'application',
          sp: { entityID: 'https://app.example.com/saml', acsURL: 'https://app.example.com/saml/acs' },
          nameID: 'ada@example.com',
          nameIDFormat: 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress',
          attributes: [
            { name: 'Username', nameFormat: `${PREFIX}basic`, values: ['ada'] },
            { name: 'tenant', nameFormat: `${PREFIX}uri`, values: ['blue $ 5'] },
          ],
          sessionDurationSeconds: 3600,
        },
        relayState: '/start?a=b&c',
      },
    })
  })

  it('has all eight variables (R081)', () => {
    const variables = {
      AD_GUID: ADA.adGUID,
      email: ADA.email,
      familyName: 'Lovelace',
      givenName: 'Ada',
      middleName: 'King',
      name: 'Ada Lovelace',
      preferredUsername: 'countess',
      subject: 'ada',
    }
    for (const [variable, value] of Object.entries(variables)) {
      const verdict = mapping('a', `\${user:${variable}}`)
      expect(verdict.findings).toEqual([])
      expect(verdict.value?.login.attributes).toEqual([
        { name: 'a', nameFormat: `${PREFIX}unspecified`, values: [value] },
      ])
    }
    const plain = applicationLogin({
      application: {
        ...APPLICATION,
        attributeMappings: [{ attribute: 'Subject', value: '${user:preferredUsername}' }],
      },
      user: { userName: 'ada' },
    })
    expect(plain.value?.login.nameID).toBe('ada')
  })

  it.each([
    ['unspecified', 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified'],
    [undefined, 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified'],
    ['emailAddress', 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress'],
    ['persistent', 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent'],
    ['transient', 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient'],
    ['X509SubjectName', 'urn:oasis:names:tc:SAML:1.1:nameid-format:X509SubjectName'],
  ])('maps Subject with the format %s', (format, nameIDFormat) => {
    const verdict = login({ attributeMappings: [{ attribute: 'Subject', value: '${user:email}', format }] })
    expect(verdict.value?.login).toMatchObject({ nameIDFormat, attributes: [] })
  })

  it.each<[string, Partial<SamlApplication>, ApplicationUser?]>([
    ['saml/application-subject missing', { attributeMappings: [] }],
    [
      'saml/application-subject missing',
      { attributeMappings: [{ attribute: 'mail', value: '${user:email}' }] },
    ],
    [
      'saml/application-subject misspelled',
      { attributeMappings: [{ attribute: 'subject', value: '${user:email}' }] },
    ],
    [
      'saml/application-attribute duplicate',
      { attributeMappings: [...APPLICATION.attributeMappings, { attribute: 'Subject', value: 'b' }] },
    ],
    [
      'saml/application-attribute duplicate',
      { attributeMappings: [...APPLICATION.attributeMappings, { attribute: 'tenant', value: 'b' }] },
    ],
    [
      'saml/application-attribute empty',
      { attributeMappings: [...APPLICATION.attributeMappings, { attribute: '', value: 'b' }] },
    ],
    ['saml/application-endpoint http', { acsURL: 'http://app.example.com/acs' }],
    ['saml/application-endpoint relative', { acsURL: '/acs' }],
    ['saml/application-endpoint scheme', { acsURL: 'javascript:alert(1)' }],
    ['saml/application-endpoint entity-id', { entityID: '' }],
    ['saml/application-endpoint entity-id', { entityID: 'a'.repeat(1025) }],
    ['saml/application-subject-value missing', {}, { userName: 'ada' }],
    ['saml/application-subject-value missing', {}, { userName: 'ada', email: '' }],
  ])('refuses by %s (case %#)', (refusal, application, user) => {
    const verdict = login(application, user)
    expect(verdict.ok).toBe(false)
    expect(told(verdict.findings)).toEqual([refusal])
  })

  it.each([
    ['unknown', '${user:mail}'],
    ['unknown', '${user:Email}'],
    ['unknown', '${user:constructor}'],
    ['unknown', '${user:}'],
    ['unknown', '${email}'],
    ['unknown', '${path:enterprise.department}'],
    ['template', '${user:givenName} ${user:familyName}'],
    ['template', 'x${user:email}'],
    ['template', '${user:email'],
    ['template', '${}'],
    ['template', '${${user:email}}'],
    ['empty', ''],
  ])('refuses a value by saml/application-variable %s: %s', (reason, value) => {
    expect(told(mapping('a', value).findings)).toEqual([`saml/application-variable ${reason}`])
  })

  it('says which variable was meant', () => {
    const [finding] = mapping('a', '${user:famlyName}').findings
    expect(finding).toMatchObject({ path: 'attributeMappings[1].value', expected: '${user:familyName}' })
  })

  it('takes only the formats of the menu: those of a NameID for Subject, of names for others', () => {
    for (const [attribute, format] of [
      ['a', 'emailAddress'],
      ['a', 'URI'],
      ['a', ''],
      ['a', 'constructor'],
    ] as const)
      expect(told(mapping(attribute, 'x', format).findings)).toEqual(['saml/application-format unknown'])
    for (const format of ['basic', 'uri', 'email', '__proto__']) {
      const verdict = login({ attributeMappings: [{ attribute: 'Subject', value: 'x', format }] })
      expect(told(verdict.findings)).toEqual(['saml/application-format unknown'])
    }
    expect(mapping('a', 'x', 'URI').findings[0]?.expected).toBe('uri')
  })

  it('leaves out an attribute that the person has no value for, and says so', () => {
    const verdict = applicationLogin({
      application: {
        ...APPLICATION,
        attributeMappings: [
          { attribute: 'Subject', value: '${user:subject}' },
          { attribute: 'mail', value: '${user:email}' },
          { attribute: 'given', value: '${user:givenName}' },
        ],
      },
      user: { userName: 'ada', givenName: 'Ada' },
    })
    expect(told(verdict.findings)).toEqual(['saml/application-attribute-value missing'])
    expect(verdict.findings[0]).toMatchObject({ severity: 'warning', path: 'attributeMappings[1].value' })
    expect(verdict.value?.login.attributes?.map(({ name }) => name)).toEqual(['given'])
  })

  it('says everything that is wrong', () => {
    const verdict = login({
      acsURL: 'x',
      attributeMappings: [{ attribute: 'a', value: '${x}', format: 'y' }],
    })
    expect(told(verdict.findings)).toEqual([
      'saml/application-endpoint relative',
      'saml/application-format unknown',
      'saml/application-subject missing',
      'saml/application-variable unknown',
    ])
  })

  it('passes RelayState unmodified (R075): the request’s, or else the application’s', () => {
    const relayState = 'é&=+%\u{1f600}'.repeat(180)
    const verdict = login({ relayState })
    expect(verdict.value?.relayState).toBe(relayState)
    expect(told(verdict.findings)).toEqual(['saml/relay-state-length too-long'])
    const answered = applicationLogin({
      application: { ...APPLICATION, relayState: 'own' },
      user: ADA,
      inResponseTo: '_1',
      relayState: '',
    })
    expect(answered.value).toMatchObject({ relayState: '', login: { inResponseTo: '_1' } })
    expect(login().value).not.toHaveProperty('relayState')
  })

  it('comes to a Response that the application takes (R076)', () => {
    const { login: made } = assertAccepted(login({ sessionDurationSeconds: 28_800 }))
    const xml = assertAccepted(
      issueResponse(made, { entityID: IDP, signer: idpSigner, now: NOW, newID: counted() }),
    )
    const verdict = validateResponse(
      xml,
      expectation({ sp: made.sp, profile: 'service-provider', inResponseTo: null }),
    )
    expect(verdict.value).toMatchObject({
      nameID: 'ada@example.com',
      attributes: { Username: ['ada'], tenant: ['blue $ 5'] },
      sessionNotOnOrAfter: NOW + 28_800,
    })
    expect(xml).toContain('<saml:AuthnStatement ')
  })

  it.each<[string, object]>([
    ['no application', { application: null }],
    ['no list of mappings', { application: { ...APPLICATION, attributeMappings: {} } }],
    ['a mapping that is none', { application: { ...APPLICATION, attributeMappings: [null] } }],
    [
      'a number as value',
      { application: { ...APPLICATION, attributeMappings: [{ attribute: 'Subject', value: 1 }] } },
    ],
    ['no ACS URL', { application: { ...APPLICATION, acsURL: undefined } }],
    ['half a surrogate pair', { application: { ...APPLICATION, relayState: '\ud800' } }],
    ['a number as RelayState', { relayState: 1 }],
    ['no user', { user: undefined }],
    ['a user without a name', { user: { userName: '' } }],
    ['a number as e-mail address', { user: { userName: 'a', email: 1 } }],
    ['an empty request id', { inResponseTo: '' }],
  ])('refuses %s as misuse', (_name, more) => {
    const options = { application: APPLICATION, user: ADA, ...more } as Parameters<typeof applicationLogin>[0]
    expect(() => applicationLogin(options)).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_OPTION' }) as Error,
    )
  })
})
