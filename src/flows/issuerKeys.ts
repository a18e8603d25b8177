import { accepted, FederationError, type Verdict } from '../core/outcome.js'
import type { Fetch } from '../core/ports.js'
import {
  discoveryURL,
  forbidden,
  readDiscovery,
  unreachable,
  type FetchFailure,
  type IssuerAccess,
} from '../tti/discovery.js'
import { parseKeySet } from '../tti/keys.js'
import type { IssuerKeys, TrustedKeySet, TrustedTokenIssuer, VerifyRS256 } from '../tti/types.js'
import { fetchDocument } from './fetchDocument.js'

export interface IssuerKeysOptions extends IssuerAccess {
  /** How long fetched keys are trusted; a key withdrawn at the issuer dies with them. Default 600. */
  readonly cacheSeconds?: number | undefined
  /** How far apart fetches for an unknown `kid` are at least. Default 30. */
  readonly refetchIntervalSeconds?: number | undefined
  /** How long a failure is answered without asking again, while there are no keys. Default 5. */
  readonly failureRetrySeconds?: number | undefined
  /** For both documents together, from the first byte asked to the last one read; at most 600. Default 5. */
  readonly timeoutSeconds?: number | undefined
  /** For each document, at most 256 KiB, which is the default. */
  readonly maxBytes?: number | undefined
  /** Issuers remembered; the least recently used leaves. Default 100. */
  readonly maxIssuers?: number | undefined
  /** Replaces the platform's verification in the keys. */
  readonly verifyRS256?: VerifyRS256 | undefined
}

type Settings = IssuerAccess & {
  readonly [Name in Exclude<keyof IssuerKeysOptions, keyof IssuerAccess | 'verifyRS256'>]: number
} & Pick<IssuerKeysOptions, 'verifyRS256'>

type Refusal = Extract<Verdict<TrustedKeySet>, { ok: false }>
type Acceptance = Extract<Verdict<TrustedKeySet>, { ok: true }>

interface Entry {
  held?: { readonly verdict: Acceptance; at: number }
  failed?: { readonly verdict: Refusal; at: number }
  flight?: Promise<Verdict<TrustedKeySet>>
}

/**
 * Finds an issuer's keys by OIDC discovery, through the `fetch` that `find` is given (`safeFetch`, in a deployment).
 *
 * Keys are cached per issuer URL and shared with no other issuer. Callers that need the same issuer at once share one
 * fetch, the first caller's. When the keys have expired and cannot be had anew, the issuer is refused. When a fetch
 * for an unknown `kid` fails, the keys still held are the answer. `now` may step back: what was learnt later than
 * `now` then counts as learnt at `now`.
 *
 * @throws FederationError `ERR_INVALID_OPTION` for a limit that is no number in its range
 */
export function discoverIssuerKeys(options: IssuerKeysOptions = {}): IssuerKeys {
  const settings = settingsOf(options)
  const entries = new Map<string, Entry>()

  const entryOf = (issuerURL: string): Entry => {
    const entry = entries.get(issuerURL) ?? {}
    // A map keeps the order of insertion: the first is the least recently used.
    entries.delete(issuerURL)
    entries.set(issuerURL, entry)
    const [oldest] = entries.keys()
    if (entries.size > settings.maxIssuers && oldest !== undefined) entries.delete(oldest)
    return entry
  }

  return {
    async find(issuer, { kid, now, fetch }) {
      if (!Number.isFinite(now))
        throw new FederationError('ERR_INVALID_OPTION', 'now is not a number of seconds.')
      const entry = entryOf(issuer.issuerURL)
      keepTime(entry, now, settings.cacheSeconds)
      const held = entry.held?.verdict
      if (held && (kid === undefined || names(held.value, kid))) return held
      if (!entry.flight) {
        const last = Math.max(entry.held?.at ?? -Infinity, entry.failed?.at ?? -Infinity)
        if (held && now - last < settings.refetchIntervalSeconds) return held
        if (!held && entry.failed && now - last < settings.failureRetrySeconds) return entry.failed.verdict
        entry.flight = refresh(entry, issuer, now, fetch, settings).finally(() => delete entry.flight)
      }
      const fetched = await entry.flight
      return fetched.ok ? fetched : (held ?? fetched)
    },
  }
}

/**
 * Keys that were pinned or read from a file: nothing is fetched. An issuer that is not an own property of `documents`
 * is refused.
 *
 * @param documents - issuer URL to JWKS, as bytes, text or parsed
 */
export function staticIssuerKeys(
  documents: Readonly<Record<string, unknown>>,
  options: { readonly verifyRS256?: VerifyRS256 | undefined } = {},
): IssuerKeys {
  const configured = new Map(Object.entries(documents))
  const parsed = new Map<string, Promise<Verdict<TrustedKeySet>>>()
  return {
    async find({ issuerURL }) {
      if (!configured.has(issuerURL)) {
        return unreachable(issuerURL, [{ reason: 'not-configured', document: 'jwks' }])
      }
      const keys = parsed.get(issuerURL) ?? parseKeySet(configured.get(issuerURL), options)
      parsed.set(issuerURL, keys)
      return keys
    },
  }
}

/** Forgets expired keys, for good, and moves instants that lie in the future to `now`. */
function keepTime(entry: Entry, now: number, cacheSeconds: number): void {
  if (entry.held) entry.held.at = Math.min(entry.held.at, now)
  if (entry.failed) entry.failed.at = Math.min(entry.failed.at, now)
  if (entry.held && now - entry.held.at >= cacheSeconds) delete entry.held
}

function names({ keys, unusable }: TrustedKeySet, kid: string): boolean {
  return keys.some((key) => key.kid === kid) || unusable.some((key) => key.kid === kid)
}

async function refresh(
  entry: Entry,
  issuer: TrustedTokenIssuer,
  now: number,
  fetch: Fetch,
  settings: Settings,
): Promise<Verdict<TrustedKeySet>> {
  const verdict = await fetchKeys(issuer, fetch, settings)
  if (verdict.ok) entry.held = { verdict, at: now }
  else entry.failed = { verdict, at: now }
  return verdict
}

/** Both documents, within one time limit that holds even for a `fetch` that does not heed its signal. */
async function fetchKeys(
  issuer: TrustedTokenIssuer,
  fetch: Fetch,
  settings: Settings,
): Promise<Verdict<TrustedKeySet>> {
  const closed = forbidden(issuer.issuerURL, settings)
  if (closed.length > 0) return unreachable(issuer.issuerURL, closed)
  const controller = new AbortController()
  const { signal } = controller
  let document: FetchFailure['document'] = 'discovery'
  const load = async (): Promise<Verdict<TrustedKeySet>> => {
    const request = { fetch, signal, maxBytes: settings.maxBytes }
    const found = await fetchDocument(document, discoveryURL(issuer.issuerURL), request)
    if (!found.ok) return unreachable(issuer.issuerURL, [found.failure])
    const discovery = readDiscovery(found.bytes, issuer, settings)
    if (!discovery.ok) return discovery
    document = 'jwks'
    const published = await fetchDocument(document, discovery.value.jwksURI, request)
    if (!published.ok) return unreachable(issuer.issuerURL, [published.failure])
    const keys = await parseKeySet(published.bytes, { verifyRS256: settings.verifyRS256 })
    return keys.ok ? accepted(keys.value, [...discovery.findings, ...keys.findings]) : keys
  }
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<Verdict<TrustedKeySet>>((resolve) => {
    timer = setTimeout(() => {
      resolve(unreachable(issuer.issuerURL, [{ reason: 'timeout', document }]))
    }, settings.timeoutSeconds * 1000)
  })
  try {
    return await Promise.race([load(), late])
  } finally {
    clearTimeout(timer)
    // Whatever is still under way has no one left to answer to.
    controller.abort()
  }
}

function settingsOf(options: IssuerKeysOptions): Settings {
  const number = (name: keyof IssuerKeysOptions, standard: number, least: number, most: number): number => {
    const value = options[name] ?? standard
    if (typeof value === 'number' && value >= least && value <= most) return value
    throw new FederationError('ERR_INVALID_OPTION', `${name} must be a number from ${least} to ${most}.`)
  }
  return {
    allowLoopbackIssuer: options.allowLoopbackIssuer,
    allowHTTPIssuer: options.allowHTTPIssuer,
    verifyRS256: options.verifyRS256,
    cacheSeconds: number('cacheSeconds', 600, 0, 86_400),
    refetchIntervalSeconds: number('refetchIntervalSeconds', 30, 0, 86_400),
    failureRetrySeconds: number('failureRetrySeconds', 5, 0, 86_400),
    timeoutSeconds: number('timeoutSeconds', 5, 0.001, 600),
    maxBytes: number('maxBytes', 262_144, 1, 262_144),
    maxIssuers: number('maxIssuers', 100, 1, 10_000),
  }
}
