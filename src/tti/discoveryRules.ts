import type { JsonObject } from '../core/json.js'
import type { Fault } from '../core/rule.js'
import { kindOf, shown } from '../core/shown.js'
import { opened, urlFaults, type IssuerAccess, type URLFault } from './issuerAccess.js'
import type { ExchangeRule } from './rule.js'

const MAX_URL_CHARACTERS = 2048

export type UnreachableReason =
  | 'network'
  | 'address'
  | 'timeout'
  | 'status'
  | 'redirect'
  | 'too-large'
  | 'http'
  | 'port'
  | 'url'
  | 'not-configured'

/** Why an issuer's document was not got, or not asked for. */
export interface FetchFailure {
  readonly reason: UnreachableReason
  readonly document: 'discovery' | 'jwks'
  readonly actual?: string | undefined
}

export interface DiscoverySubject extends IssuerAccess {
  readonly issuerURL: string
  readonly failures: readonly FetchFailure[]
  /** Absent when no document was got. */
  readonly reading?: DocumentReading
}

export interface DocumentReading {
  readonly faults: readonly Fault[]
  readonly document?: JsonObject
}

const unreachableMessages: Readonly<Record<UnreachableReason, string>> = {
  network:
    'The connection failed: a name that does not resolve, a refused connection, or TLS that is not trusted.',
  address: 'The host is at an address that is not public, so nothing was asked of it.',
  timeout: 'The issuer did not answer in full in the time allowed.',
  status: 'The issuer did not answer with status 200.',
  redirect: 'The issuer answered with a redirect, which is never followed.',
  'too-large': 'The answer is larger than allowed.',
  http: 'The issuer URL is http, and http is not allowed here.',
  port: 'The issuer URL names a port that is neither 80 nor 443.',
  url: 'The issuer URL is not an absolute https URL without user information, query and fragment.',
  'not-configured': 'No keys are configured for this issuer URL.',
}

export const unreachableRule: ExchangeRule<DiscoverySubject> = {
  id: 'tti/issuer-unreachable',
  severity: 'error',
  source: 'R234; R235; R243',
  title: "The issuer's discovery document and keys can be fetched",
  fix: 'Serve both documents over https on port 443 from a public address, without redirects, or correct the issuer URL.',
  answer: 'InvalidGrantException',
  check: ({ failures }) =>
    failures.map(({ reason, document, actual }) => ({
      reason,
      message: unreachableMessages[reason],
      path: document === 'jwks' ? '$.jwks_uri' : 'issuerURL',
      actual,
    })),
}

export const documentRule: ExchangeRule<DiscoverySubject> = {
  id: 'tti/discovery-document',
  severity: 'error',
  source: 'R243; OIDC Discovery 4.2',
  title: 'The discovery document is one unambiguous JSON object',
  fix: 'Let the discovery endpoint answer a JSON object of at most 256 KiB in UTF-8 that names no member twice.',
  answer: 'InvalidGrantException',
  check: ({ reading }) => reading?.faults ?? 'cantTell',
}

const issuerRule: ExchangeRule<DiscoverySubject> = {
  id: 'tti/discovery-issuer',
  severity: 'error',
  source: 'R236; OIDC Discovery 4.3',
  title: "The discovery document's issuer equals the issuer URL to the letter",
  fix: "Create the trusted token issuer with exactly the issuer that the IdP's discovery document states.",
  answer: 'InvalidGrantException',
  check: ({ issuerURL, reading }) => {
    if (!reading?.document) return 'cantTell'
    const issuer = reading.document['issuer']
    if (issuer === issuerURL) return []
    const missing = issuer === undefined
    return [
      {
        reason: missing ? 'missing' : 'mismatch',
        message: missing ? 'The document states no issuer.' : 'The document states another issuer.',
        path: '$.issuer',
        expected: shown(issuerURL, MAX_URL_CHARACTERS),
        actual: shown(issuer, MAX_URL_CHARACTERS),
        fix: typeof issuer === 'string' ? issuerHint(issuerURL, issuer) : undefined,
      },
    ]
  },
}

function issuerHint(issuerURL: string, issuer: string): string | undefined {
  if (`${issuerURL}/` === issuer)
    return 'Create the trusted token issuer with the trailing slash that the IdP uses.'
  if (issuerURL === `${issuer}/`) return 'Create the trusted token issuer without the trailing slash.'
  if (issuer.includes('{tenantid}'))
    return "Use the issuer URL of one tenant, with the tenant's id in its path."
  return undefined
}

const jwksURIMessages: Readonly<Record<URLFault, string>> = {
  malformed: 'The jwks_uri is not an absolute URL.',
  scheme: 'The jwks_uri is not an https URL.',
  userinfo: 'The jwks_uri carries user information.',
  fragment: 'The jwks_uri carries a fragment.',
  loopback: 'The jwks_uri names a loopback host, and the issuer is none or loopback is not allowed.',
  port: 'The jwks_uri names a port that is neither 80 nor 443.',
  http: 'The jwks_uri is http.',
}

const jwksURIRule: ExchangeRule<DiscoverySubject> = {
  id: 'tti/jwks-uri',
  severity: 'error',
  source: 'R235; R243; OIDC Discovery 3',
  title: 'The discovery document names an https URL for the keys',
  fix: 'Publish the keys at an https URL on port 443 and name it in jwks_uri.',
  answer: 'InvalidGrantException',
  check: (subject) => {
    if (!subject.reading?.document) return 'cantTell'
    const path = '$.jwks_uri'
    const uri = subject.reading.document['jwks_uri']
    if (uri === undefined) return [{ reason: 'missing', message: 'The document has no jwks_uri.', path }]
    if (typeof uri !== 'string') {
      return [{ reason: 'type', message: 'The jwks_uri is not a text.', path, actual: kindOf(uri) }]
    }
    if (uri.length > MAX_URL_CHARACTERS) {
      return [
        {
          reason: 'too-long',
          message: 'The jwks_uri is over 2048 characters.',
          path,
          actual: `${uri.length}`,
        },
      ]
    }
    const { loopback, http } = opened(subject.issuerURL, subject)
    return urlFaults(uri, loopback, http).map((reason) => ({
      reason,
      message: jwksURIMessages[reason],
      path,
      // User information is a secret.
      actual: reason === 'userinfo' ? undefined : shown(uri),
    }))
  },
}

const rs256Rule: ExchangeRule<DiscoverySubject> = {
  id: 'tti/discovery-rs256',
  severity: 'warning',
  source: 'R254; OIDC Discovery 3',
  title: 'The issuer signs with RS256',
  fix: "Let the IdP sign this application's tokens with RS256; no other algorithm is accepted.",
  answer: 'InvalidGrantException',
  check: ({ reading }) => {
    if (!reading?.document) return 'cantTell'
    const algorithms = reading.document['id_token_signing_alg_values_supported']
    if (algorithms === undefined) return 'notApplicable'
    if (Array.isArray(algorithms) && algorithms.includes('RS256')) return []
    return [
      {
        reason: 'missing',
        message: 'The document does not list RS256 among its signing algorithms.',
        path: '$.id_token_signing_alg_values_supported',
        expected: 'RS256',
        actual: Array.isArray(algorithms) ? shown(algorithms.slice(0, 20).join(' ')) : kindOf(algorithms),
      },
    ]
  },
}

/** Past the first two nothing of the document is read. */
export const discoveryRules: readonly ExchangeRule<DiscoverySubject>[] = [
  unreachableRule,
  documentRule,
  issuerRule,
  jwksURIRule,
  rs256Rule,
]
