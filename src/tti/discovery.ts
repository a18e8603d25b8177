import { decodeUtf8 } from '../core/codec.js'
import { isObject, parseJson } from '../core/json.js'
import { FederationError, type Verdict } from '../core/outcome.js'
import { runRules, verdictOf, type Fault } from '../core/rule.js'
import { kindOf } from '../core/shown.js'
import {
  discoveryRules,
  documentRule,
  unreachableRule,
  type DocumentReading,
  type FetchFailure,
  type UnreachableReason,
} from './discoveryRules.js'
import { opened, urlFaults, type IssuerAccess, type URLFault } from './issuerAccess.js'
import { MAX_DOCUMENT_BYTES } from './keys.js'
import type { TrustedTokenIssuer } from './types.js'

export {
  discoveryRules,
  type DiscoverySubject,
  type FetchFailure,
  type UnreachableReason,
} from './discoveryRules.js'
export type { IssuerAccess } from './issuerAccess.js'

/** Enough to mend a document by; a hostile one could name thousands. */
const MAX_DUPLICATES_TOLD = 8

/** Where an issuer's discovery document is: the issuer without one trailing slash, and the suffix (OIDC Discovery 4). */
export function discoveryURL(issuerURL: string): string {
  return `${issuerURL.endsWith('/') ? issuerURL.slice(0, -1) : issuerURL}/.well-known/openid-configuration`
}

/**
 * Judges a discovery document. Accepted: the URL of the keys, which still has to be fetched from a checked address.
 *
 * @param bytes - the body of the answer, at most 256 KiB
 * @param issuer - whose document this should be; compared as an exact string
 */
export function readDiscovery(
  bytes: Uint8Array,
  issuer: Pick<TrustedTokenIssuer, 'issuerURL'>,
  access: IssuerAccess = {},
): Verdict<{ readonly jwksURI: string }> {
  const reading = readDocument(bytes)
  const subject = { ...access, issuerURL: issuer.issuerURL, failures: [], reading }
  // A gate: of a document that is not one, the other rules would only say that they cannot tell.
  const rules = reading.document ? discoveryRules : [unreachableRule, documentRule]
  return verdictOf(runRules(rules, subject), () => ({ jwksURI: String(reading.document?.['jwks_uri']) }))
}

function readDocument(bytes: Uint8Array): DocumentReading {
  const fault = (reason: string, message: string, more: Partial<Fault> = {}): DocumentReading => ({
    faults: [{ reason, message, path: '$', ...more }],
  })
  if (bytes.length > MAX_DOCUMENT_BYTES) {
    return fault('too-large', 'The document is larger than 256 KiB.', { actual: `${bytes.length}` })
  }
  const text = decodeUtf8(bytes)
  if (text === undefined) return fault('utf-8', 'The document is not well-formed UTF-8.')
  const read = parseJson(text, { maxDepth: 16 })
  if (!read.ok) return fault('not-json', `The document is not JSON (${read.reason} at ${read.offset}).`)
  if (!isObject(read.value)) {
    return fault('not-object', 'The document is not a JSON object.', { actual: kindOf(read.value) })
  }
  if (read.duplicates.length === 0) return { faults: [], document: read.value }
  const told = read.duplicates.slice(0, MAX_DUPLICATES_TOLD)
  return {
    faults: told.map((path) => ({
      reason: 'duplicate-member',
      message: 'The document names a member twice.',
      path,
    })),
  }
}

/** The refusal of an issuer whose documents could not be had. */
export function unreachable(issuerURL: string, failures: readonly FetchFailure[]): Verdict<never> {
  const subject = { issuerURL, failures }
  return verdictOf(runRules([unreachableRule], subject), () => {
    throw new FederationError('ERR_INVALID_OPTION', 'unreachable() takes at least one failure.')
  })
}

/** What forbids asking an issuer at all; empty when it may be fetched from. */
export function forbidden(issuerURL: string, access: IssuerAccess): readonly FetchFailure[] {
  const { loopback, http } = opened(issuerURL, access)
  const faults: readonly (URLFault | 'query')[] = issuerURL.includes('?')
    ? ['query', ...urlFaults(issuerURL, loopback, http)]
    : urlFaults(issuerURL, loopback, http)
  const reasons = faults.map((fault): UnreachableReason => {
    if (fault === 'http' || fault === 'port') return fault
    return fault === 'loopback' ? 'address' : 'url'
  })
  return [...new Set(reasons)].map((reason) => ({ reason, document: 'discovery' }))
}
