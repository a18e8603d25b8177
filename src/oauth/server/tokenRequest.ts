import type { Verdict } from '../../core/outcome.js'
import { readOnce } from '../../core/readOnce.js'
import { shownIf } from '../../core/shown.js'
import type { GrantRule } from '../rule.js'
import { grantTypes, TYPE_NAME } from '../wire.js'
import { bodyFaults, own, textOf } from './bodyFaults.js'
import { judged } from './step.js'

/** A token request of a public client, of one of its three grants. */
export type TokenRequest =
  | { readonly grantType: typeof grantTypes.deviceCode; readonly deviceCode: string }
  | { readonly grantType: typeof grantTypes.refreshToken; readonly refreshToken: string }
  | CodeTokenRequest

export interface CodeTokenRequest {
  readonly grantType: typeof grantTypes.authorizationCode
  readonly code: string
  readonly redirectUri: string
  readonly codeVerifier: string | undefined
}

export interface TokenRequestSubject {
  readonly request: unknown
}

const grantMembers = ['deviceCode', 'code', 'redirectUri', 'codeVerifier', 'refreshToken'] as const
const texts = ['clientId', 'clientSecret', 'grantType', ...grantMembers]

/** What each grant needs; `codeVerifier` is left to the rule of codes, whose answer differs (attack O01). */
const grants: Readonly<
  Record<string, { readonly needs: readonly string[]; readonly takes: readonly string[] }>
> = {
  [grantTypes.authorizationCode]: {
    needs: ['code', 'redirectUri'],
    takes: ['code', 'redirectUri', 'codeVerifier'],
  },
  [grantTypes.deviceCode]: { needs: ['deviceCode'], takes: ['deviceCode'] },
  [grantTypes.refreshToken]: { needs: ['refreshToken'], takes: ['refreshToken'] },
}

/** The gate: a body that can be read in one way. */
export const tokenFormRules: readonly GrantRule<TokenRequestSubject>[] = [
  {
    id: 'oauth/token-request',
    severity: 'error',
    source: 'R213; SSO OIDC API; attack O17',
    title: 'A token request has clientId, clientSecret and grantType, each once and as a text',
    fix: 'Send the members of CreateToken as JSON.',
    answer: 'InvalidRequestException',
    check: ({ request }) =>
      bodyFaults(request, { required: ['clientId', 'clientSecret', 'grantType'], texts, lists: ['scope'] }),
  },
]

/** Which grant, and all that it needs: asked after the client has been proven. */
export const tokenGrantRules: readonly GrantRule<TokenRequestSubject>[] = [
  {
    id: 'oauth/grant-type',
    severity: 'error',
    source: 'R188; R213; SSO OIDC API',
    title: 'The grant type is one of a public client: authorization_code, device_code or refresh_token',
    fix: `Send grantType "authorization_code", "${grantTypes.deviceCode}" or "refresh_token".`,
    answer: 'UnsupportedGrantTypeException',
    check: ({ request }) => {
      const type = own(request, 'grantType')
      if (typeof type === 'string' && Object.hasOwn(grants, type)) return []
      const actual = shownIf(type, TYPE_NAME)
      return [{ reason: 'unknown', path: '$.grantType', actual, message: 'There is no such grant here.' }]
    },
  },
  {
    id: 'oauth/grant-parameters',
    severity: 'error',
    source: 'RFC 6749 4.1.3, 6; RFC 8628 3.4; attack O17',
    title: 'A token request has what its grant needs, and nothing of another grant',
    fix: 'Send deviceCode, or refreshToken, or code, redirectUri and codeVerifier: those of the grant type alone.',
    answer: 'InvalidRequestException',
    check: ({ request }) => {
      const type = textOf(request, 'grantType') ?? ''
      if (!Object.hasOwn(grants, type)) return 'notApplicable'
      const { needs, takes } = grants[type] ?? { needs: [], takes: [] }
      return [
        ...needs
          .filter((name) => own(request, name) === undefined)
          .map((name) => ({ reason: 'missing', path: `$.${name}`, message: `${name} is missing.` })),
        ...grantMembers
          .filter((name) => own(request, name) !== undefined && !takes.includes(name))
          .map((name) => ({ reason: 'other-grant', path: `$.${name}`, message: 'It is of another grant.' })),
      ]
    },
  },
]

/** Judges a token request: its form, and which grant it wants. */
export function readTokenRequest(body: unknown): Verdict<TokenRequest> {
  const request = readOnce(body)
  return judged([...tokenFormRules, ...tokenGrantRules], { request }, () => {
    const need = (name: string): string => textOf(request, name) ?? unreachable()
    switch (textOf(request, 'grantType')) {
      case grantTypes.deviceCode:
        return { grantType: grantTypes.deviceCode, deviceCode: need('deviceCode') }
      case grantTypes.refreshToken:
        return { grantType: grantTypes.refreshToken, refreshToken: need('refreshToken') }
      default:
        return {
          grantType: grantTypes.authorizationCode,
          code: need('code'),
          redirectUri: need('redirectUri'),
          codeVerifier: textOf(request, 'codeVerifier'),
        }
    }
  })
}

function unreachable(): never {
  throw new Error('A member was asked of a refused request.')
}
