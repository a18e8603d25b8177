import { FederationError } from '../core/outcome.js'
import { isTrustedCertificate, parseCertificate, type TrustedCertificate } from './certificate.js'
import type { Settings } from './response/subject.js'

/** 60 s on every instant: documented nowhere, and what most libraries of the field allow. */
export const DEFAULT_CLOCK_SKEW_SECONDS = 60
/** 31 days: far beyond what any identity provider is set to; an assertion that outlives it can be replayed for ages. */
export const DEFAULT_MAX_ASSERTION_LIFETIME_SECONDS = 31 * 86_400

/** 9999-12-31T23:59:59Z: dates beyond have no form in a message. */
export const LAST_INSTANT = 253_402_300_799

/** What a Response is held against. */
export interface ResponseExpectation {
  readonly idp: {
    readonly entityID: string
    /** PEM texts, or certificates parsed once with `parseCertificate`. All of them are trusted (R018). */
    readonly certificates: readonly (string | TrustedCertificate)[]
  }
  readonly sp: { readonly entityID: string; readonly acsURL: string }
  /** Epoch seconds. */
  readonly now: number
  /** Default 60, on both sides of every instant. */
  readonly clockSkewSeconds?: number | undefined
  /**
   * The id of the outstanding request, or of several (of none: every response is refused); null: only an unsolicited
   * response is expected. Absent: either,
   * with the warning `saml/in-response-to-unchecked`. Use up the id afterwards: it answers one response.
   */
  readonly inResponseTo?: string | readonly string[] | null | undefined
  /** Whether attributes for access control are enabled (R016). Default `on`. */
  readonly abac?: 'on' | 'off' | undefined
  /** `identity-center` (default) asks what Identity Center asks; `service-provider` what SAML's own profile does. */
  readonly profile?: 'identity-center' | 'service-provider' | undefined
  /** Takes signatures with SHA-1, with the warning `saml/sha1`. Default false. */
  readonly allowSHA1?: boolean | undefined
  /** Lets a certificate verify whose validity has ended or not begun. Default false. */
  readonly allowExpiredCertificates?: boolean | undefined
  /** Refuses an assertion that ends later than this after `now`. Default 2,678,400 (31 days). */
  readonly maxAssertionLifetimeSeconds?: number | undefined
}

/** @throws FederationError `ERR_INVALID_OPTION` for an expectation that makes no sense */
export function settingsOf(expectation: ResponseExpectation): Settings {
  checkParties(expectation)
  const { idp, sp, now } = expectation
  return {
    idp: { entityID: idp.entityID, certificates: certificatesOf(idp.certificates) },
    sp: { entityID: sp.entityID, acsURL: sp.acsURL },
    now,
    inResponseTo: requestsOf(expectation.inResponseTo),
    ...strictnessOf(expectation),
  }
}

/** What of an expectation is the same for every Response. */
export type Strictness = Pick<
  ResponseExpectation,
  | 'clockSkewSeconds'
  | 'abac'
  | 'profile'
  | 'allowSHA1'
  | 'allowExpiredCertificates'
  | 'maxAssertionLifetimeSeconds'
>

/** @throws FederationError `ERR_INVALID_OPTION` */
export function strictnessOf(options: Strictness): Pick<Settings, keyof Strictness> {
  const { profile = 'identity-center', abac = 'on' } = options
  if (profile !== 'identity-center' && profile !== 'service-provider')
    misuse('profile must be identity-center or service-provider.')
  if (abac !== 'on' && abac !== 'off') misuse('abac must be on or off.')
  return {
    clockSkewSeconds: seconds(options.clockSkewSeconds, 'clockSkewSeconds', DEFAULT_CLOCK_SKEW_SECONDS),
    maxAssertionLifetimeSeconds: seconds(
      options.maxAssertionLifetimeSeconds,
      'maxAssertionLifetimeSeconds',
      DEFAULT_MAX_ASSERTION_LIFETIME_SECONDS,
    ),
    abac: abac === 'on',
    profile,
    allowSHA1: flag(options.allowSHA1, 'allowSHA1'),
    allowExpiredCertificates: flag(options.allowExpiredCertificates, 'allowExpiredCertificates'),
  }
}

/** Both parties have names, and there is an instant: what reading and issuing alike ask of their caller. */
export function checkParties(parties: {
  readonly idp: { readonly entityID: string }
  readonly sp: ResponseExpectation['sp']
  readonly now: number
}): void {
  if (typeof parties !== 'object' || parties === null) misuse('An expectation is required.')
  const { idp, sp, now } = parties
  if (typeof idp !== 'object' || idp === null) misuse('idp is required.')
  if (typeof sp !== 'object' || sp === null) misuse('sp is required.')
  text(idp.entityID, 'idp.entityID')
  text(sp.entityID, 'sp.entityID')
  text(sp.acsURL, 'sp.acsURL')
  if (!Number.isSafeInteger(now) || now < 0 || now > LAST_INSTANT) misuse('now must be whole epoch seconds.')
}

/** Misuse of a function: nothing that a peer can cause. */
export function misuse(message: string): never {
  throw new FederationError('ERR_INVALID_OPTION', message)
}

/** Callers without types may give nothing where options are asked for. */
export function checkOptions(options: unknown): asserts options is object {
  if (typeof options !== 'object' || options === null) misuse('Options are required.')
}

/** @throws FederationError `ERR_INVALID_OPTION` for a list that is empty or holds what is no certificate (S14) */
export function certificatesOf(
  certificates: readonly (string | TrustedCertificate)[],
): readonly TrustedCertificate[] {
  if (!Array.isArray(certificates) || certificates.length === 0)
    misuse('certificates must hold at least one certificate: without one nothing can be trusted.')
  // A list may have holes, which `map` would pass over.
  return Array.from(certificates, (certificate: string | TrustedCertificate, index) => {
    if (isTrustedCertificate(certificate)) return certificate
    if (typeof certificate !== 'string')
      misuse(`certificates[${index}] is neither PEM nor a parsed certificate.`)
    const verdict = parseCertificate(certificate)
    if (verdict.ok) return verdict.value
    const [first] = verdict.findings
    throw new FederationError(
      'ERR_INVALID_OPTION',
      `certificates[${index}] cannot be trusted: ${first.message}`,
      {
        findings: verdict.findings,
      },
    )
  })
}

function requestsOf(ids: ResponseExpectation['inResponseTo']): readonly string[] | null | undefined {
  if (ids === undefined || ids === null) return ids
  const list: readonly unknown[] = typeof ids === 'string' ? [ids] : ids
  if (!Array.isArray(list) || !list.every((id): id is string => typeof id === 'string' && id !== ''))
    misuse('inResponseTo must be the ids of the outstanding requests, or null.')
  // An empty list lets nothing through: only `null` asks for unsolicited responses.
  return list
}

function text(value: unknown, name: string): void {
  if (typeof value !== 'string' || value === '') misuse(`${name} must be a non-empty text.`)
}

export function flag(value: unknown, name: string): boolean {
  if (value !== undefined && typeof value !== 'boolean') misuse(`${name} must be true or false.`)
  return value === true
}

export function seconds(value: number | undefined, name: string, standard: number): number {
  if (value === undefined) return standard
  if (!Number.isSafeInteger(value) || value < 0) misuse(`${name} must be a whole number of seconds.`)
  return value
}
