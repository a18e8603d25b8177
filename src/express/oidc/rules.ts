import type { Fault, Rule, RuleRow } from '../../core/rule.js'
import { isLoopbackHost } from '../../core/loopback.js'
import { shown } from '../../core/shown.js'
import type { ProviderFailure, ProviderReason } from './failure.js'

/** The members of a discovery document that a sign-in reads. */
export interface MetadataSubject {
  readonly issuerURL: string
  readonly metadata: Readonly<Record<string, unknown>>
  /** Whether endpoints may be http on a loopback address. */
  readonly allowLoopback: boolean
}

const messages: Readonly<Record<ProviderReason, string>> = {
  network: 'The connection to the provider failed.',
  address: 'The provider is at an address that is not public, so nothing was asked of it.',
  timeout: 'The provider did not answer in full in the time allowed.',
  redirect: 'The provider answered with a redirect, which is never followed.',
  'too-large': 'The answer is larger than allowed.',
  status: 'The provider answered with a status that tells of no refusal and no success.',
  'not-json': 'The answer is not declared to be JSON.',
  malformed: 'The answer does not have the form of one.',
  'invalid-grant': 'The provider does not take the code: it has expired, was used, or is of another client.',
  'invalid-client': 'The provider does not take this client, or how it authenticates.',
  refused: 'The provider refused the request.',
  missing: 'The answer has no ID token.',
  alg: 'The ID token does not have the algorithm RS256, or its header demands more than that.',
  iss: 'The issuer is another.',
  aud: 'The ID token is for another client, or for others as well.',
  azp: 'The ID token was issued to another client.',
  nonce: 'The ID token is of another sign-in.',
  expired: 'The ID token has expired.',
  'not-yet': 'The ID token is not valid yet.',
  claims: 'A claim of the ID token is missing or has another type.',
}

const ofStep = (step: ProviderFailure['step'], path: string) => (failure: ProviderFailure) =>
  failure.step === step
    ? [{ reason: failure.reason, path, actual: failure.actual, message: messages[failure.reason] }]
    : []

export const providerRules: readonly Rule<ProviderFailure>[] = [
  {
    id: 'express/oidc-discovery',
    severity: 'error',
    source: 'OIDC Discovery 4.2, 4.3; attack J21',
    title: 'The provider answers with its discovery document, in which it names itself as configured',
    fix: 'Set issuerURL to the letter as the provider writes "issuer", reachable over https; while the provider is down nobody is signed in.',
    check: ofStep('discovery', 'issuerURL'),
  },
  {
    id: 'express/oidc-token',
    severity: 'error',
    source: 'RFC 6749 4.1.3, 5.1, 5.2; RFC 9700 4.12',
    title: 'The token endpoint takes the code and answers with JSON',
    fix: 'invalid-grant: sign in again. invalid-client: correct clientId, clientSecret or clientAuthentication. Otherwise see what the provider logs.',
    check: ofStep('token-endpoint', 'token_endpoint'),
  },
  {
    id: 'express/oidc-id-token',
    severity: 'error',
    source: 'OIDC Core 3.1.3.7; R254; attack J01',
    title: 'The ID token is an RS256 JWT of this issuer for this client and this sign-in, and is alive',
    fix: 'Have the provider sign ID tokens of this client with RS256; set the clocks right. For aud, azp and nonce: the token was meant for another client or another sign-in.',
    check: ofStep('id-token', 'id_token'),
  },
]

const ENDPOINTS = ['authorization_endpoint', 'token_endpoint', 'jwks_uri'] as const

export const metadataRules: readonly Rule<MetadataSubject>[] = [
  {
    id: 'express/oidc-issuer',
    severity: 'error',
    source: 'OIDC Discovery 4.3; RFC 8414 3.3; R243',
    title: 'The document is of the issuer that is configured, compared to the letter',
    fix: 'Set issuerURL to the letter as the provider writes "issuer", a slash at the end included.',
    check: ({ issuerURL, metadata }) => {
      const { issuer } = metadata
      if (issuer === issuerURL) return []
      const message = 'The document names another issuer.'
      return [{ reason: 'mismatch', path: '$.issuer', expected: issuerURL, actual: shown(issuer), message }]
    },
  },
  {
    id: 'express/oidc-endpoints',
    severity: 'error',
    source: 'OIDC Discovery 3; RFC 9700 2.6',
    title:
      'The document names where people sign in, where codes are taken and where the keys are, over https',
    fix: 'Serve all three over https, and name them in the discovery document.',
    check: ({ metadata, allowLoopback }) =>
      ENDPOINTS.flatMap((name): Fault[] => {
        const value = metadata[name]
        if (isEndpoint(value, allowLoopback)) return []
        const reason = value === undefined ? 'missing' : 'url'
        const message = 'The endpoint is missing, or no https URL without user information and fragment.'
        return [{ reason, path: `$.${name}`, actual: shown(value), message }]
      }),
  },
  {
    id: 'express/oidc-capabilities',
    severity: 'error',
    source: 'OIDC Discovery 3; RFC 8414 2; R254',
    title:
      'The provider offers the code flow, PKCE with S256 and ID tokens in RS256, where it says what it offers',
    fix: 'Enable what is missing at the provider: the exchange takes RS256 alone.',
    check: ({ metadata }) =>
      OFFERS.flatMap(([name, wanted]): Fault[] => {
        const offered = metadata[name]
        if (offered === undefined || (Array.isArray(offered) && offered.includes(wanted))) return []
        const message = 'What a sign-in here needs is not among what the provider offers.'
        return [{ reason: 'not-offered', path: `$.${name}`, expected: wanted, message }]
      }),
  },
]

const OFFERS = [
  ['response_types_supported', 'code'],
  ['code_challenge_methods_supported', 'S256'],
  ['id_token_signing_alg_values_supported', 'RS256'],
] as const

/** Whether a provider's endpoint may be sent a person or a secret. */
export function isEndpoint(value: unknown, allowLoopback: boolean): boolean {
  if (typeof value !== 'string' || value.length > 2048 || !URL.canParse(value)) return false
  const url = new URL(value)
  if (url.username !== '' || url.password !== '' || value.includes('#')) return false
  return (
    url.protocol === 'https:' || (allowLoopback && url.protocol === 'http:' && isLoopbackHost(url.hostname))
  )
}

/** Every rule of a sign-in at an OpenID provider that stands here; the callback's are those of `countersign/oauth`. */
export const oidcRules: readonly RuleRow[] = [...providerRules, ...metadataRules]
