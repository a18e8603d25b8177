import { endpointOf } from '../bindings/endpoint.js'
import type { TrustedCertificate } from '../certificate.js'
import { DEFAULT_CLOCK_SKEW_SECONDS, flag, LAST_INSTANT, misuse, seconds } from '../expectation.js'

/** Five minutes: a request is sent on at once, and the time for signing in begins after it. */
export const DEFAULT_MAX_REQUEST_AGE_SECONDS = 300

/** A service provider as the identity provider knows it. */
export interface RegisteredServiceProvider {
  readonly entityID: string
  /** Where Responses may be posted; the first is used when a request names none. */
  readonly acsURLs: readonly string[]
  /** PEM texts, or certificates parsed once with `parseCertificate`. Bound to this entityID (S48). */
  readonly certificates?: readonly (string | TrustedCertificate)[] | undefined
  /** Whether an unsigned request is refused. Default: whether there are certificates. */
  readonly requireSigned?: boolean | undefined
}

/** What an AuthnRequest is held against. */
export interface AuthnRequestExpectation {
  readonly sps: readonly RegisteredServiceProvider[]
  /** The URL of the endpoint that the request came to. */
  readonly destination: string
  /** Epoch seconds. */
  readonly now: number
  /** Default 60. */
  readonly clockSkewSeconds?: number | undefined
  /** How old a request may be. Default 300. */
  readonly maxAgeSeconds?: number | undefined
  /** Takes signatures with SHA-1, with the warning `saml/sha1`. Default false. */
  readonly allowSHA1?: boolean | undefined
  /** Lets a certificate verify whose validity has ended or not begun. Default false. */
  readonly allowExpiredCertificates?: boolean | undefined
}

export type RequestSettings = Required<{
  readonly [K in keyof AuthnRequestExpectation]: Exclude<AuthnRequestExpectation[K], undefined>
}>

/** @throws FederationError `ERR_INVALID_OPTION` for an expectation that makes no sense */
export function requestSettingsOf(expectation: AuthnRequestExpectation): RequestSettings {
  if (typeof expectation !== 'object' || expectation === null) misuse('An expectation is required.')
  const { sps, destination, now } = expectation
  if (!Number.isSafeInteger(now) || now < 0 || now > LAST_INSTANT) misuse('now must be whole epoch seconds.')
  endpointOf(destination, 'destination')
  if (!Array.isArray(sps)) misuse('sps must be a list.')
  sps.forEach(checkServiceProvider)
  if (new Set(sps.map(({ entityID }) => entityID)).size < sps.length)
    misuse('sps: an entityID is registered twice.')
  return {
    sps,
    destination,
    now,
    clockSkewSeconds: seconds(expectation.clockSkewSeconds, 'clockSkewSeconds', DEFAULT_CLOCK_SKEW_SECONDS),
    maxAgeSeconds: seconds(expectation.maxAgeSeconds, 'maxAgeSeconds', DEFAULT_MAX_REQUEST_AGE_SECONDS),
    allowSHA1: flag(expectation.allowSHA1, 'allowSHA1'),
    allowExpiredCertificates: flag(expectation.allowExpiredCertificates, 'allowExpiredCertificates'),
  }
}

function checkServiceProvider(sp: RegisteredServiceProvider, index: number): void {
  const name = `sps[${index}]`
  if (typeof sp !== 'object' || sp === null) misuse(`${name} is no service provider.`)
  const { entityID, acsURLs, certificates, requireSigned } = sp
  if (typeof entityID !== 'string' || entityID === '') misuse(`${name}.entityID must be a non-empty text.`)
  if (!Array.isArray(acsURLs) || acsURLs.length === 0) misuse(`${name}.acsURLs must hold at least one URL.`)
  acsURLs.forEach((url, at) => endpointOf(url, `${name}.acsURLs[${at}]`))
  if (certificates !== undefined && !Array.isArray(certificates))
    misuse(`${name}.certificates must be a list.`)
  if (flag(requireSigned, `${name}.requireSigned`) && certificatesIn(sp).length === 0)
    misuse(`${name}: without a certificate no signature can be required.`)
}

export function certificatesIn(sp: RegisteredServiceProvider): readonly (string | TrustedCertificate)[] {
  return sp.certificates ?? []
}

export function mustSign(sp: RegisteredServiceProvider): boolean {
  return sp.requireSigned ?? certificatesIn(sp).length > 0
}
