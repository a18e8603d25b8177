import { formatDateTime } from '../../core/codec.js'
import { formatSAMLRoleValue } from '../../core/sts/index.js'
import {
  ACCESS_CONTROL,
  ATTRNAME_FORMATS,
  AWS,
  BEARER,
  EMAIL_ADDRESS,
  IAM_ACS,
  IAM_AUDIENCE,
  SAML,
  SAMLP,
  STATUS_SUCCESS,
} from '../names.js'
import { elementsIn } from '../xml/build.js'
import type { XmlElement } from '../xml/document.js'
import type { Login, LoginAttribute, ServiceProvider } from './login.js'

const samlp = elementsIn('samlp', SAMLP)
const saml = elementsIn('saml', SAML)

const [UNSPECIFIED_NAME, URI_NAME, BASIC_NAME] = ATTRNAME_FORMATS
const PASSWORD = 'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport'
const PERSISTENT = 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent'
/** How much earlier than now an assertion is good, for receivers whose clock is behind. */
const EARLY_SECONDS = 60
const LIFETIME_SECONDS = 300

export interface IssueContext {
  readonly entityID: string
  readonly now: number
  readonly responseID: string
  readonly assertionID: string
}

export function spOf(login: Login): ServiceProvider {
  return login.sp ?? { entityID: IAM_AUDIENCE, acsURL: IAM_ACS }
}

export function buildAssertion(login: Login, { entityID, now, assertionID }: IssueContext): XmlElement {
  const sp = spOf(login)
  const authnInstant = login.authnInstant ?? now
  const ends = formatDateTime(now + (login.lifetimeSeconds ?? LIFETIME_SECONDS))
  const sessionEnds =
    login.to !== 'account' && login.sessionDurationSeconds !== undefined
      ? formatDateTime(authnInstant + login.sessionDurationSeconds)
      : undefined
  const attributes = attributesOf(login)
  return saml(
    'Assertion',
    { ID: assertionID, Version: '2.0', IssueInstant: formatDateTime(now) },
    saml('Issuer', {}, entityID),
    saml(
      'Subject',
      {},
      saml('NameID', { Format: nameIDFormatOf(login) }, login.nameID),
      saml(
        'SubjectConfirmation',
        { Method: BEARER },
        saml('SubjectConfirmationData', {
          InResponseTo: login.inResponseTo,
          NotOnOrAfter: ends,
          Recipient: sp.acsURL,
        }),
      ),
    ),
    saml(
      'Conditions',
      { NotBefore: formatDateTime(now - EARLY_SECONDS), NotOnOrAfter: ends },
      saml('AudienceRestriction', {}, saml('Audience', {}, sp.entityID)),
    ),
    saml(
      'AuthnStatement',
      {
        AuthnInstant: formatDateTime(authnInstant),
        SessionIndex: login.sessionIndex ?? assertionID,
        SessionNotOnOrAfter: sessionEnds,
      },
      saml('AuthnContext', {}, saml('AuthnContextClassRef', {}, login.authnContextClassRef ?? PASSWORD)),
    ),
    attributes.length > 0 &&
      saml(
        'AttributeStatement',
        {},
        attributes.map(({ name, nameFormat, values }) =>
          saml(
            'Attribute',
            { Name: name, NameFormat: nameFormat ?? BASIC_NAME },
            values.map((value) => saml('AttributeValue', {}, value)),
          ),
        ),
      ),
  )
}

export function buildResponse(
  login: Login,
  { entityID, now, responseID }: IssueContext,
  assertion: XmlElement,
): XmlElement {
  return samlp(
    'Response',
    {
      Destination: spOf(login).acsURL,
      ID: responseID,
      InResponseTo: login.inResponseTo,
      IssueInstant: formatDateTime(now),
      Version: '2.0',
    },
    saml('Issuer', {}, entityID),
    samlp('Status', {}, samlp('StatusCode', { Value: STATUS_SUCCESS })),
    assertion,
  )
}

function nameIDFormatOf(login: Login): string {
  if (login.to === 'identity-center') return EMAIL_ADDRESS
  return login.nameIDFormat ?? (login.to === 'account' ? PERSISTENT : EMAIL_ADDRESS)
}

function attributesOf(login: Login): readonly LoginAttribute[] {
  if (login.to === 'application') return login.attributes ?? []
  if (login.to === 'identity-center')
    return [
      ...Object.entries(login.accessControl ?? {}).map(([key, value]) =>
        named(`${ACCESS_CONTROL}${key}`, [value]),
      ),
      ...(login.attributes ?? []),
    ]
  const { roles, roleSessionName, sessionDurationSeconds, sourceIdentity, principalTags, transitiveTagKeys } =
    login
  return [
    named(AWS.role, roles.map(formatSAMLRoleValue)),
    named(AWS.roleSessionName, [roleSessionName]),
    ...(sessionDurationSeconds === undefined
      ? []
      : [named(AWS.sessionDuration, [String(sessionDurationSeconds)])]),
    ...(sourceIdentity === undefined ? [] : [named(AWS.sourceIdentity, [sourceIdentity])]),
    ...Object.entries(principalTags ?? {}).map(([key, value]) => named(`${AWS.principalTag}${key}`, [value])),
    ...(transitiveTagKeys === undefined || transitiveTagKeys.length === 0
      ? []
      : [named(AWS.transitiveTagKeys, transitiveTagKeys)]),
  ]
}

function named(name: string, values: readonly string[]): LoginAttribute {
  return { name, nameFormat: URI_NAME, values }
}

/** The three name formats, as the console offers them. */
export const NAME_FORMATS = { unspecified: UNSPECIFIED_NAME, uri: URI_NAME, basic: BASIC_NAME } as const
