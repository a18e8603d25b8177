import { memberPath } from '../../core/json.js'
import type { Fault } from '../../core/rule.js'
import { printable, shown, shownIf } from '../../core/shown.js'
import type { GrantRule } from '../rule.js'
import { servesScope, type IssuerKind, type PublicScope } from '../scope.js'
import { grantTypes, TYPE_NAME, type GrantType } from '../wire.js'
import { bodyFaults, textOf, textsOf } from './bodyFaults.js'
import type { OAuthClient } from './client.js'
import { instanceURLFaults } from './instanceURL.js'
import { GRANT_LIMITS } from './limits.js'
import { matchesRedirectURI, redirectURIFaults } from './redirectURI.js'
import { scopeFaults } from './scopeFaults.js'

/** The instance at which clients register. */
export interface RegistrationContext {
  readonly now: number
  /** New for each registration, as is the digest of its secret. */
  readonly clientID: string
  readonly secretDigest: string
  /** The scopes that public clients may have. */
  readonly scopes: readonly PublicScope[]
  /** By which names clients may know the instance: its issuer URL and its access portal's (R197). */
  readonly instanceURLs: readonly string[]
  /** Who registers clients here; default `identity-center`. */
  readonly issuer?: IssuerKind | undefined
  /** The instance's applications, for clients that an administrator manages through one of them. */
  readonly applications: readonly OAuthClient[]
}

export interface RegistrationSubject {
  readonly request: unknown
  readonly context: RegistrationContext
}

const form = {
  required: ['clientName', 'clientType'],
  texts: ['clientName', 'clientType', 'issuerUrl', 'entitledApplicationArn'],
  lists: ['scopes', 'redirectUris', 'grantTypes'],
}

/** The grants of public clients; where a client names none it has all three. */
export const publicGrantTypes: readonly GrantType[] = [
  grantTypes.authorizationCode,
  grantTypes.deviceCode,
  grantTypes.refreshToken,
]

export const registrationRules: readonly GrantRule<RegistrationSubject>[] = [
  {
    id: 'oauth/registration',
    severity: 'error',
    source: 'R189; SSO OIDC API; attack O17',
    title: 'A registration has the members of RegisterClient, texts and lists of texts, each once',
    fix: 'Send clientName and clientType, and scopes, redirectUris and grantTypes as arrays of texts.',
    answer: 'InvalidRequestException',
    check: ({ request }) => bodyFaults(request, form),
  },
  {
    id: 'oauth/client-type',
    severity: 'error',
    source: 'R188; SSO OIDC API',
    title: 'The client type is public',
    fix: 'Send clientType "public"; an application with credentials of its own calls CreateTokenWithIAM.',
    answer: 'InvalidClientMetadataException',
    check: ({ request }) => {
      const type = textOf(request, 'clientType')
      if (type === undefined) return 'notApplicable'
      if (type === 'public') return []
      const path = '$.clientType'
      return [
        {
          reason: 'mismatch',
          path,
          expected: 'public',
          actual: shown(type, 60),
          message: 'Only public clients register.',
        },
      ]
    },
  },
  {
    id: 'oauth/client-name',
    severity: 'error',
    source: 'R206; RFC 7591 5',
    title:
      'The client has a name that people can read: at most 100 characters, none of which hides or turns others',
    fix: 'Name the application as people know it, without control, invisible or direction-changing characters.',
    answer: 'InvalidClientMetadataException',
    check: ({ request }) => {
      const name = textOf(request, 'clientName')
      if (name === undefined || name === '') return 'notApplicable'
      const path = '$.clientName'
      if ([...name].length > GRANT_LIMITS.clientNameCharacters)
        return [
          {
            reason: 'too-long',
            path,
            expected: `at most ${GRANT_LIMITS.clientNameCharacters}`,
            message: 'The name is too long.',
          },
        ]
      return name.trim() !== '' && printable(name) === name
        ? []
        : [{ reason: 'unreadable', path, actual: shown(name), message: 'The name cannot be shown as it is.' }]
    },
  },
  {
    id: 'oauth/registered-scopes',
    severity: 'error',
    source: 'R190; R191; R192; R193; C26',
    title: 'A client registers at most 25 different scopes, all of which the service knows',
    fix: 'Send scopes as an array with one scope an element, such as "sso:account:access".',
    answer: 'InvalidScopeException',
    check: ({ request, context }) => {
      const scopes = textsOf(request, 'scopes')
      return scopes === undefined
        ? 'notApplicable'
        : scopeFaults(
            scopes,
            context.scopes.map(({ scope }) => scope),
          )
    },
  },
  {
    id: 'oauth/scope-issuer',
    severity: 'error',
    source: 'R200',
    title:
      'A scope is one that this issuer gives: AWS Builder ID has no accounts, and gives no sso:account:access',
    fix: 'Ask an instance of IAM Identity Center for roles in accounts; codewhisperer and codecatalyst scopes are to be had of both.',
    answer: 'InvalidScopeException',
    check: ({ request, context: { issuer = 'identity-center' } }) => {
      const scopes = textsOf(request, 'scopes')
      if (scopes === undefined) return 'notApplicable'
      return scopes.flatMap((scope, index) =>
        servesScope(issuer, scope)
          ? []
          : [
              {
                reason: 'other-issuer',
                path: memberPath('$.scopes', index),
                actual: shown(scope, 60),
                message: 'AWS Builder ID does not give this scope.',
              },
            ],
      )
    },
  },
  {
    id: 'oauth/registered-redirect-uris',
    severity: 'error',
    source: 'RFC 8252 7; RFC 9700 2.1; attack O07',
    title:
      'Redirect URIs, at most 10, are https, http to a loopback address, or of a scheme of the client’s own',
    fix: 'Register each redirect URI in full, such as "http://127.0.0.1/oauth/callback" (any port), without fragment or wildcard.',
    answer: 'InvalidRedirectUriException',
    check: ({ request }) => {
      const uris = textsOf(request, 'redirectUris')
      if (uris === undefined) return 'notApplicable'
      const path = '$.redirectUris'
      if (uris.length > GRANT_LIMITS.redirectURIs)
        return [
          {
            reason: 'too-many',
            path,
            expected: `at most ${GRANT_LIMITS.redirectURIs}`,
            actual: `${uris.length}`,
            message: 'There are too many redirect URIs.',
          },
        ]
      return uris.flatMap((uri, index) => redirectURIFaults(uri, memberPath(path, index)))
    },
  },
  {
    id: 'oauth/registered-grant-types',
    severity: 'error',
    source: 'R188; SSO OIDC API',
    title: 'The grant types are those of public clients: authorization_code, device_code, refresh_token',
    fix: `Send "authorization_code", "${grantTypes.deviceCode}" and "refresh_token", as far as they are used, or leave grantTypes out.`,
    answer: 'UnsupportedGrantTypeException',
    check: ({ request }) => {
      const types = textsOf(request, 'grantTypes')
      if (types === undefined) return 'notApplicable'
      if (types.length === 0)
        return [{ reason: 'empty', path: '$.grantTypes', message: 'The client could do nothing.' }]
      return types.slice(0, 20).flatMap((type, index) => {
        const path = memberPath('$.grantTypes', index)
        const actual = shownIf(type, TYPE_NAME)
        if (!(publicGrantTypes as readonly string[]).includes(type))
          return [{ reason: 'unknown', path, actual, message: 'No public client has this grant.' }]
        return types.indexOf(type) === index
          ? []
          : [{ reason: 'duplicate', path, actual, message: 'The grant type occurs twice.' }]
      })
    },
  },
  {
    id: 'oauth/registered-issuer',
    severity: 'error',
    source: 'R196; R197; R209',
    title: 'The issuer URL is that of this instance, or its access portal’s',
    fix: 'Send the issuer URL or the access portal URL that the settings page of the instance shows.',
    answer: 'InvalidRequestException',
    check: ({ request, context }) => {
      const url = textOf(request, 'issuerUrl')
      if (url === undefined) return 'notApplicable'
      return instanceURLFaults(url, '$.issuerUrl', context.instanceURLs)
    },
  },
  {
    id: 'oauth/entitled-application',
    severity: 'error',
    source: 'R189; R201; SSO OIDC API',
    title: 'A client with an entitled application asks for no more than the application has',
    fix: 'Send the ARN of an application of this instance, and only scopes, redirect URIs and grants that it has.',
    answer: 'InvalidRequestException',
    check: ({ request, context }) => {
      const arn = textOf(request, 'entitledApplicationArn')
      if (arn === undefined) return 'notApplicable'
      const path = '$.entitledApplicationArn'
      const application = context.applications.find(({ clientId }) => clientId === arn)
      if (!application)
        return [
          {
            reason: 'unknown',
            path,
            actual: shownIf(arn, /^arn:[\w:/.-]{1,200}$/),
            message: 'No application has this ARN.',
          },
        ]
      const beyond = (name: string, has: (text: string) => boolean): readonly Fault[] =>
        (textsOf(request, name) ?? []).flatMap((text, index) =>
          has(text)
            ? []
            : [
                {
                  reason: 'not-granted',
                  path: memberPath(`$.${name}`, index),
                  actual: shown(text),
                  message: 'The application does not have it.',
                },
              ],
        )
      return [
        ...beyond('scopes', (scope) => application.scopes.includes(scope)),
        ...beyond('grantTypes', (type) => (application.grantTypes as readonly string[]).includes(type)),
        ...beyond('redirectUris', (uri) =>
          application.redirectURIs.some((registered) => matchesRedirectURI(registered, uri)),
        ),
      ]
    },
  },
]
