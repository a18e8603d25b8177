import type { Verdict } from '../../core/outcome.js'
import { runRules, verdictOf } from '../../core/rule.js'
import { shownIf } from '../../core/shown.js'
import { tokenTypes, TYPE_NAME } from '../../oauth/wire.js'
import type { Application } from '../application.js'
import type { ExchangeRule } from '../rule.js'
import type { AccessToken } from '../tokens/accessToken.js'

export interface TokenExchangeSubject {
  readonly request: { readonly subjectTokenType?: string; readonly requestedTokenType?: string }
  readonly application: Pick<Application, 'arn' | 'refreshTokenGrant'>
  /** The subject token, opened; undefined where that failed, which has rules of its own. */
  readonly token: Pick<AccessToken, 'clientId'> | undefined
}

/** Whether a subject token may be exchanged by an application, beyond what `readAccessToken` has judged. */
export function checkTokenExchange(subject: TokenExchangeSubject): Verdict<undefined> {
  return verdictOf(runRules(tokenExchangeRules, subject), () => undefined)
}

/** A token-exchange grant beyond the subject token itself: which kinds of token, and whose. */
export const tokenExchangeRules: readonly ExchangeRule<TokenExchangeSubject>[] = [
  {
    id: 'tti/token-type',
    severity: 'error',
    source: 'SSO OIDC API; RFC 8693 2.1',
    title: 'The subject token is an access token, and an access or a refresh token is asked for',
    fix: `Send subjectTokenType "${tokenTypes.accessToken}", and requestedTokenType as one of the two or not at all.`,
    answer: 'InvalidRequestException',
    check: ({ request: { subjectTokenType, requestedTokenType } }) => {
      const fault = (path: string, value: unknown, expected: readonly string[]) => ({
        reason: 'unknown',
        path,
        expected: expected.join(' or '),
        actual: shownIf(value, TYPE_NAME),
        message: 'There is no such type of token here.',
      })
      const both = [tokenTypes.accessToken, tokenTypes.refreshToken] as readonly string[]
      return [
        ...(subjectTokenType === tokenTypes.accessToken
          ? []
          : [fault('subjectTokenType', subjectTokenType, [tokenTypes.accessToken])]),
        ...(requestedTokenType === undefined || both.includes(requestedTokenType)
          ? []
          : [fault('requestedTokenType', requestedTokenType, both)]),
      ]
    },
  },
  {
    id: 'tti/requested-refresh-token',
    severity: 'error',
    source: 'R225; SSO OIDC API',
    title: 'A refresh token is asked for only by an application that has the refresh_token grant',
    fix: 'Add the refresh_token grant to the application (PutApplicationGrant), or ask for an access token.',
    answer: 'UnauthorizedClientException',
    check: ({ request, application }) =>
      request.requestedTokenType === tokenTypes.refreshToken && !application.refreshTokenGrant
        ? [
            {
              reason: 'missing',
              path: 'requestedTokenType',
              message: 'The application gets no refresh tokens.',
            },
          ]
        : [],
  },
  {
    id: 'tti/subject-application',
    severity: 'error',
    source: 'SSO OIDC API; R250',
    title: 'The subject token was issued to another application',
    fix: 'Exchange the token that the calling application sent, not one of your own.',
    answer: 'InvalidGrantException',
    check: ({ token, application }) => {
      if (!token) return 'notApplicable'
      return token.clientId === application.arn
        ? [
            {
              reason: 'same-application',
              path: 'subjectToken',
              message: 'The token is of the application itself.',
            },
          ]
        : []
    },
  },
]
