import type * as openidClient from 'openid-client'
import { isLoopbackHost } from '../../core/loopback.js'
import type { Finding } from '../../core/outcome.js'
import { failingRules, findingsOf, verdictOf } from '../../core/rule.js'
import type { Fetch, PostFetch } from '../../core/ports.js'
import { failureOf, statusOf, type ProviderFailure } from './failure.js'
import { issuerFetch } from './issuerFetch.js'
import { metadataRules, providerRules } from './rules.js'

export type OpenIdLibrary = typeof openidClient

/** How the client proves itself at the token endpoint: from the library, so that each of its methods will do. */
export type ClientAuthentication = openidClient.ClientAuth

export interface ProviderSettings {
  readonly issuerURL: string
  readonly clientId: string
  readonly authentication: (
    library: OpenIdLibrary,
    metadata: openidClient.ServerMetadata,
  ) => ClientAuthentication
  readonly fetch: Fetch & PostFetch
  readonly allowLoopback: boolean
  /** For one request to the provider, its answer included. */
  readonly timeoutSeconds: number
  readonly clockSkewSeconds: number
}

/** A provider whose discovery document was taken. */
export interface Provider {
  readonly library: OpenIdLibrary
  readonly metadata: openidClient.ServerMetadata
  /** Whether its endpoints may be http on a loopback address. */
  readonly allowLoopback: boolean
  /** The client by the clock of the caller. */
  configuration(now: number): openidClient.Configuration
}

/** How long a discovery document is used, and how long a failure to get one is answered without asking again. */
const CACHE_SECONDS = 600
const RETRY_SECONDS = 5

/** A value, or why there is none and what the browser is told. */
export type Answered<T> =
  | { readonly ok: true; readonly value: T }
  | {
      readonly ok: false
      readonly status: 400 | 403 | 502 | 503
      readonly findings: readonly [Finding, ...Finding[]]
    }

/**
 * The provider by its discovery document, which is fetched when first needed, shared by all who wait, kept for 10 minutes, and
 * asked for again 5 seconds after a failure: a provider that is down when the app starts is found once it is up.
 */
export function discoveredProvider(settings: ProviderSettings): (now: number) => Promise<Answered<Provider>> {
  let known: { readonly answer: Answered<Provider>; readonly at: number } | undefined
  let flight: Promise<Answered<Provider>> | undefined
  return async (now) => {
    const age = known === undefined ? Infinity : Math.abs(now - known.at)
    if (known && age < (known.answer.ok ? CACHE_SECONDS : RETRY_SECONDS)) return known.answer
    flight ??= discover(settings)
      .then((answer) => {
        known = { answer, at: now }
        return answer
      })
      .finally(() => (flight = undefined))
    return flight
  }
}

async function discover(settings: ProviderSettings): Promise<Answered<Provider>> {
  const library = await import('openid-client')
  const { issuerURL, clientId, allowLoopback } = settings
  const insecure = allowLoopback && isLoopbackURL(issuerURL) ? [library.allowInsecureRequests] : []
  const options = {
    [library.customFetch]: issuerFetch(settings.fetch),
    timeout: settings.timeoutSeconds,
    execute: insecure,
  }
  let metadata: openidClient.ServerMetadata
  try {
    const found = await library.discovery(new URL(issuerURL), clientId, undefined, undefined, options)
    metadata = found.serverMetadata()
  } catch (error) {
    return refusedBy(failureOf(error, 'discovery', library) ?? { step: 'discovery', reason: 'malformed' })
  }
  const subject = { issuerURL, metadata, allowLoopback: insecure.length > 0 }
  const verdict = verdictOf(failingRules(metadataRules, subject), (): Provider => ({
    library,
    metadata,
    allowLoopback: insecure.length > 0,
    configuration: (now) => {
      const client = {
        id_token_signed_response_alg: 'RS256',
        // The library reads the machine's clock; the app's may be another.
        [library.clockSkew]: now - Math.floor(Date.now() / 1000),
        [library.clockTolerance]: settings.clockSkewSeconds,
      }
      const configuration = new library.Configuration(
        metadata,
        clientId,
        client,
        settings.authentication(library, metadata),
      )
      configuration[library.customFetch] = options[library.customFetch]
      configuration.timeout = settings.timeoutSeconds
      for (const allow of insecure) allow(configuration)
      return configuration
    },
  }))
  return verdict.ok ? verdict : { ok: false, status: 502, findings: verdict.findings }
}

/** A refusal for what the library threw; what is no answer of the provider is thrown on. */
export function refusalOf(error: unknown, library: OpenIdLibrary): Answered<never> {
  const failure = failureOf(error, 'token-endpoint', library)
  if (!failure) throw error
  return refusedBy(failure)
}

function refusedBy(failure: ProviderFailure): Answered<never> {
  const [first, ...rest] = findingsOf(failingRules(providerRules, failure))
  if (!first) throw new Error('A failure of the provider broke no rule.')
  return { ok: false, status: statusOf(failure), findings: [first, ...rest] }
}

function isLoopbackURL(text: string): boolean {
  const url = new URL(text)
  return url.protocol === 'http:' && isLoopbackHost(url.hostname)
}
