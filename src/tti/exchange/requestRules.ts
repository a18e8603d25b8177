import type { ExchangeRule } from '../rule.js'
import { isObject } from '../../core/json.js'
import { kindOf, shown, shownIf } from '../../core/shown.js'
import { grantTypes, type CreateTokenWithIAMRequest } from '../../oauth/wire.js'
import { actorAllows } from '../actorPolicy.js'
import { unknownMembers } from '../configuration/fields.js'
import type { Application, Deployment } from '../application.js'
import type { TrustedTokenIssuer } from '../types.js'

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
}

const members = ['clientId', 'grantType', 'assertion', 'scope', 'callerARN', 'callerContext']

/** What the request itself must be: a jwt-bearer grant of a known application, called by a principal that it names. */
export const requestRules: readonly ExchangeRule<RequestSubject>[] = [
  {
    id: 'tti/request',
    severity: 'error',
    source: 'SSO OIDC API; attack O17',
    title: 'The request has clientId, grantType and assertion, each once and as a text',
    fix: 'Send CreateTokenWithIAM with the application ARN as clientId, the jwt-bearer grant type and the token as assertion.',
    answer: 'InvalidRequestException',
    check: ({ request }) => {
      const body: unknown = request
      if (!isObject(body))
        return [
          { reason: 'not-object', path: '$', actual: kindOf(body), message: 'The request is not an object.' },
        ]
      const texts = ['clientId', 'grantType', 'assertion', 'callerARN'].flatMap((name) => {
        const value = body[name]
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
    title: 'The grant type is jwt-bearer',
    fix: `Send grantType "${grantTypes.jwtBearer}".`,
    answer: 'UnsupportedGrantTypeException',
    check: ({ request }) =>
      typeof request?.grantType !== 'string' || request.grantType === grantTypes.jwtBearer
        ? []
        : [
            {
              reason: 'other-grant',
              path: 'grantType',
              expected: grantTypes.jwtBearer,
              actual: shownIf(request.grantType, /^[\w:.-]{1,80}$/),
              message: 'The grant type is not the one that exchanges a JWT.',
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
    source: 'R246; R253',
    title: 'The application has the jwt-bearer grant',
    fix: 'Add the jwt-bearer grant with an authorized token issuer to the application (PutApplicationGrant).',
    answer: 'UnauthorizedClientException',
    check: ({ application }) => {
      if (!application) return 'cantTell'
      return application.authorizedTokenIssuers.length > 0
        ? []
        : [{ reason: 'missing', path: 'grantType', message: 'The application may not exchange JWTs.' }]
    },
  },
]

export interface TrustedIssuerSubject {
  readonly deployment: Deployment
  readonly application: Application
  /** The token's `iss`, read before anything is verified: it chooses whose keys decide, and nothing else. */
  readonly iss: string | undefined
}

export const trustedIssuerRules: readonly ExchangeRule<TrustedIssuerSubject>[] = [
  {
    id: 'tti/trusted-issuer',
    severity: 'error',
    source: 'R236; R245; R255; attack J21',
    title: "The token's issuer is one that the application trusts",
    fix: 'Create a trusted token issuer whose issuer URL is the token\'s "iss" to the letter, and authorize it in the application\'s grant.',
    answer: 'InvalidGrantException',
    check: ({ deployment, application, iss }) => {
      if (iss === undefined) return 'cantTell'
      if (authorizedIssuer(application, iss)) return []
      const known = deployment.issuers.some(({ issuerURL }) => issuerURL === iss)
      const reason = known ? 'not-authorized' : 'unknown'
      return [
        {
          reason,
          path: 'claims.iss',
          actual: shown(iss),
          message: known
            ? 'The application does not trust this issuer.'
            : 'No trusted token issuer has this issuer URL.',
        },
      ]
    },
  },
]

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

/** The application's grant for the issuer with this URL, compared exactly. */
export function authorizedIssuer(
  application: Application,
  iss: string,
): { readonly issuer: TrustedTokenIssuer; readonly audiences: readonly string[] } | undefined {
  return application.authorizedTokenIssuers.find(({ issuer }) => issuer.issuerURL === iss)
}
