import type { ExchangeRule } from '../rule.js'
import { isObject, type JsonObject } from '../../core/json.js'
import { kindOf, shownIf } from '../../core/shown.js'
import { grantTypes, TYPE_NAME, type CreateTokenWithIAMRequest, type GrantType } from '../../oauth/wire.js'
import { actorAllows } from '../actorPolicy.js'
import { unknownMembers } from '../configuration/fields.js'
import type { Application } from '../application.js'

/** One call of CreateTokenWithIAM: its body, and who signed it. */
export interface ExchangeRequest extends CreateTokenWithIAMRequest {
  /** The ARN of the caller, as SigV4 proved it: `arn:aws:sts::<account>:assumed-role/<role>/<session>` or a user's. */
  readonly callerARN: string
  /** What else is known of the caller, as IAM's condition keys: for conditions of the actor policy. */
  readonly callerContext?: Readonly<Record<string, string | readonly string[]>>
}

export interface RequestSubject {
  readonly request: ExchangeRequest
  readonly application: Application | undefined
  /** The grant types that are served here. */
  readonly served: readonly GrantType[]
}

const always = ['clientId', 'grantType', 'callerARN']
const grantMembers = [
  'assertion',
  'code',
  'redirectUri',
  'codeVerifier',
  'refreshToken',
  'subjectToken',
  'subjectTokenType',
  'requestedTokenType',
]
const members = [...always, ...grantMembers, 'scope', 'callerContext']

/** The members of each grant: those it needs, and those it may have; `codeVerifier` is the rule's of codes (O01). */
const grants: Readonly<
  Record<string, { readonly needs: readonly string[]; readonly may?: readonly string[] }>
> = {
  [grantTypes.jwtBearer]: { needs: ['assertion'] },
  [grantTypes.refreshToken]: { needs: ['refreshToken'] },
  [grantTypes.authorizationCode]: { needs: ['code', 'redirectUri'], may: ['codeVerifier'] },
  [grantTypes.tokenExchange]: { needs: ['subjectToken', 'subjectTokenType'], may: ['requestedTokenType'] },
}

/** The members of a grant that is served; undefined where the grant type itself is the fault. */
function grantOf(request: JsonObject, served: readonly string[]): (typeof grants)[string] | undefined {
  const type = request['grantType']
  return typeof type === 'string' && served.includes(type) && Object.hasOwn(grants, type)
    ? grants[type]
    : undefined
}

/** What the request itself must be: a grant of a known application, called by a principal that it names. */
export const requestRules: readonly ExchangeRule<RequestSubject>[] = [
  {
    id: 'tti/request',
    severity: 'error',
    source: 'SSO OIDC API; attack O17',
    title:
      'The request has clientId, grantType and what the grant needs, each once and as a text, and nothing of another grant',
    fix: 'Send CreateTokenWithIAM with the application ARN as clientId, the grant type, and its members alone: for jwt-bearer the token as assertion.',
    answer: 'InvalidRequestException',
    check: ({ request, served }) => {
      const body: unknown = request
      if (!isObject(body))
        return [
          { reason: 'not-object', path: '$', actual: kindOf(body), message: 'The request is not an object.' },
        ]
      // What another grant would need is not known: its type alone is the fault.
      const other = typeof body['grantType'] === 'string' ? [] : ['assertion']
      const { needs, may = [] } = grantOf(body, served) ?? { needs: other, may: grantMembers }
      const texts = [...always, ...grantMembers].flatMap((name) => {
        const value = body[name]
        if (value === undefined && !always.includes(name) && !needs.includes(name)) return []
        if (value !== undefined && grantMembers.includes(name) && ![...needs, ...may].includes(name))
          return [{ reason: 'other-grant', path: name, message: `${name} is of another grant.` }]
        if (typeof value === 'string' && value !== '') return []
        const reason = value === undefined ? 'missing' : value === '' ? 'empty' : 'not-string'
        return [{ reason, path: name, actual: kindOf(value), message: `${name} is not a non-empty text.` }]
      })
      const scope = body['scope']
      const scopeFits =
        scope === undefined ||
        (Array.isArray(scope) && Array.from(scope).every((one) => typeof one === 'string'))
      return [
        ...unknownMembers(body, members, '$'),
        ...texts,
        ...(isContext(body['callerContext'])
          ? []
          : [
              {
                reason: 'not-context',
                path: 'callerContext',
                expected: 'condition keys with texts',
                actual: kindOf(body['callerContext']),
                message: 'callerContext does not map condition keys to texts.',
              },
            ]),
        ...(scopeFits
          ? []
          : [
              {
                reason: 'not-string',
                path: 'scope',
                expected: 'an array of texts',
                actual: kindOf(scope),
                message: 'scope is not an array of texts.',
              },
            ]),
      ]
    },
  },
  {
    id: 'tti/grant-type',
    severity: 'error',
    source: 'R266; SSO OIDC API; RFC 7523 2.1',
    title:
      'The grant type is one that is served: jwt-bearer, refresh_token, authorization_code or token-exchange',
    fix: `Send grantType "${grantTypes.jwtBearer}" to exchange a JWT; exchangeToken serves no other.`,
    answer: 'UnsupportedGrantTypeException',
    check: ({ request, served }) =>
      typeof request?.grantType !== 'string' || (served as readonly string[]).includes(request.grantType)
        ? []
        : [
            {
              reason: 'other-grant',
              path: 'grantType',
              expected: served.join(', '),
              actual: shownIf(request.grantType, TYPE_NAME),
              message: 'The grant type is not served here.',
            },
          ],
  },
  {
    id: 'tti/application',
    severity: 'error',
    source: 'R277',
    title: 'The client is a registered application',
    fix: 'Send the ARN of the application in this instance as clientId, case included.',
    answer: 'InvalidClientException',
    check: ({ request, application }) =>
      application
        ? []
        : [
            {
              reason: 'unknown',
              path: 'clientId',
              actual: shownIf(request?.clientId, /^arn:[\w:/.-]{1,200}$/),
              message: 'No application has this ARN.',
            },
          ],
  },
  {
    id: 'tti/caller',
    severity: 'error',
    source: 'R247; R266',
    title: "The application's actor policy allows the caller to call sso-oauth:CreateTokenWithIAM",
    fix: 'Name the calling role in the Principal of the ActorPolicy (PutApplicationAuthenticationMethod), or call with a role that it names.',
    answer: 'AccessDeniedException',
    check: ({ request, application }) => {
      if (!application || typeof request.callerARN !== 'string' || !isContext(request.callerContext))
        return 'cantTell'
      if (actorAllows(application, request.callerARN, request.callerContext)) return []
      return [
        {
          reason: 'not-allowed',
          path: 'callerARN',
          actual: shownIf(request.callerARN, /^arn:[\w+=,.@:/-]{1,300}$/),
          message: 'The actor policy does not allow the caller.',
        },
      ]
    },
  },
  {
    id: 'tti/application-disabled',
    severity: 'error',
    source: 'sso-admin API',
    title: 'The application is enabled',
    fix: 'Set the Status of the application to ENABLED.',
    answer: 'UnauthorizedClientException',
    check: ({ application }) => {
      if (!application) return 'cantTell'
      return application.enabled
        ? []
        : [{ reason: 'disabled', path: 'clientId', message: 'The application is disabled.' }]
    },
  },
  {
    id: 'tti/application-grant',
    severity: 'error',
    source: 'R225; R246; R253',
    title: 'The application has the grant',
    fix: 'Add the grant to the application (PutApplicationGrant); jwt-bearer with an authorized token issuer.',
    answer: 'UnauthorizedClientException',
    check: ({ request, application, served }) => {
      if (!application) return 'cantTell'
      const wanted = served.find((type) => type === request.grantType) ?? grantTypes.jwtBearer
      return hasGrant(application, wanted)
        ? []
        : [{ reason: 'missing', path: 'grantType', message: 'The application has not the grant.' }]
    },
  },
]

function hasGrant(application: Application, grantType: GrantType): boolean {
  switch (grantType) {
    case grantTypes.refreshToken:
      return application.refreshTokenGrant
    case grantTypes.authorizationCode:
      return application.authorizationCodeGrant !== undefined
    case grantTypes.tokenExchange:
      return application.tokenExchangeGrant
    default:
      return application.authorizedTokenIssuers.length > 0
  }
}

function isContext(value: unknown): boolean {
  if (value === undefined) return true
  return (
    isObject(value) &&
    Object.values(value).every(
      (item) =>
        typeof item === 'string' ||
        (Array.isArray(item) && Array.from(item).every((one) => typeof one === 'string')),
    )
  )
}
