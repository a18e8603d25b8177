import type { Verdict } from '../../core/outcome.js'
import { formatDateTime } from '../../core/codec.js'
import type { Rule } from '../../core/rule.js'
import { readAnswer, type MembersSubject, type ServerAnswer } from './answer.js'
import { memberOf, readArguments, type Forms } from './forms.js'
import * as members from './members.js'
import { postJson, type ClientRequest } from './request.js'

export interface RegistrationOptions {
  /** Where the service is, such as `https://oidc.us-east-1.amazonaws.com`. */
  readonly endpoint: string
  /** Shown to the person who consents. */
  readonly clientName: string
  /** What the client will ask for, at most 25; the tokens have all of them. */
  readonly scopes?: readonly string[] | undefined
  /** Needed for the code grant: of a loopback address without its port, such as `http://127.0.0.1/oauth/callback`. */
  readonly redirectUris?: readonly string[] | undefined
  readonly grantTypes?: readonly string[] | undefined
  /** The instance: its issuer URL or the URL of its access portal. Needed for the code grant. */
  readonly issuerUrl?: string | undefined
}

/** A client as the service registered it. `clientSecret` is a secret; whoever has it can only pretend to be this public client. */
export interface ClientRegistration {
  readonly clientId: string
  readonly clientSecret: string
  /** Epoch seconds. */
  readonly clientIdIssuedAt: number
  /** Epoch seconds; about 90 days after the registration. */
  readonly clientSecretExpiresAt: number
  /** Often not given; where it is, for information: requests go to the endpoint that the caller names. */
  readonly authorizationEndpoint?: string
  readonly tokenEndpoint?: string
}

/**
 * The request that registers a public client (RegisterClient).
 *
 * @throws FederationError `ERR_INVALID_OPTION` for an argument that does not have its form
 */
export function buildRegistration(options: RegistrationOptions): ClientRequest {
  const { endpoint, ...rest } = readArguments(options, {
    endpoint: members.endpoint,
    clientName: members.clientName,
    scopes: members.optional(members.scopes),
    redirectUris: members.optional(members.redirectURIs),
    grantTypes: members.optional(members.grantTypes),
    issuerUrl: members.optional(members.webURL),
  })
  return postJson(endpoint, '/client/register', { clientType: 'public', ...rest })
}

/** The members of a registered client, in the answer and where a caller hands one back. */
export const registrationForms: Forms = {
  clientId: members.clientId,
  clientSecret: members.clientSecret,
  clientIdIssuedAt: members.instant,
  clientSecretExpiresAt: members.instant,
  authorizationEndpoint: members.optional(members.webURL),
  tokenEndpoint: members.optional(members.webURL),
}

export const registrationRules: readonly Rule<MembersSubject>[] = [
  {
    id: 'sign-in/registration-expiry',
    severity: 'error',
    source: 'SSO OIDC API RegisterClient; attack O16',
    title: 'A client secret is alive when it is given, and ends after it began',
    fix: 'Set the clock of this machine, or that of the server.',
    check: ({ body, now }) => {
      const expiresAt = memberOf(body, 'clientSecretExpiresAt')
      const issuedAt = memberOf(body, 'clientIdIssuedAt')
      if (typeof expiresAt !== 'number' || typeof issuedAt !== 'number') return 'cantTell'
      if (expiresAt > now && expiresAt > issuedAt) return []
      return [
        {
          reason: 'expired',
          path: '$.clientSecretExpiresAt',
          actual: instantText(expiresAt),
          message: 'The registration has ended before it can be used.',
        },
      ]
    },
  },
]

/** An instant of an answer, which may be any number. */
function instantText(seconds: number): string {
  return Number.isSafeInteger(seconds) && Math.abs(seconds) < 253_402_300_800
    ? formatDateTime(seconds)
    : `${seconds}`
}

/**
 * Reads the answer to {@link buildRegistration}.
 *
 * @param now - when it came, in epoch seconds
 * @throws FederationError `ERR_INVALID_OPTION` for what is no answer
 */
export function readRegistration(answer: ServerAnswer, now: number): Verdict<ClientRegistration> {
  return readAnswer(answer, { forms: registrationForms, rules: registrationRules }, now, (body) => {
    const {
      clientId,
      clientSecret,
      clientIdIssuedAt,
      clientSecretExpiresAt,
      authorizationEndpoint,
      tokenEndpoint,
    } = body as unknown as ClientRegistration
    return {
      clientId,
      clientSecret,
      clientIdIssuedAt,
      clientSecretExpiresAt,
      ...(authorizationEndpoint ? { authorizationEndpoint } : {}),
      ...(tokenEndpoint ? { tokenEndpoint } : {}),
    }
  })
}
