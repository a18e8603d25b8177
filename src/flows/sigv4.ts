import { FederationError, hasError, type Verdict } from '../core/outcome.js'
import { runRules, verdictOf, type Fault } from '../core/rule.js'
import { authorizationFaults, parseAuthorization, type Authorization } from './sigv4/authorization.js'
import { canonicalHeaderValue, canonicalRequest, sha256Hex } from './sigv4/canonical.js'
import { readRequest, type RequestReading, type SignedRequest } from './sigv4/request.js'
import { requestRule, sigV4Rules } from './sigv4/rules.js'
import { calculateSignature, sameSignature } from './sigv4/signature.js'
import {
  authorizationOf,
  parseAmzDate,
  type AmzDate,
  type SigV4Credential,
  type SigV4Subject,
} from './sigv4/subject.js'

export { sigV4Answer, sigV4Answers, type SigV4Answer, type SigV4AnswerName } from './sigv4/answers.js'
export { SIGV4_LIMITS, type SignedRequest } from './sigv4/request.js'
export { sigV4Rules } from './sigv4/rules.js'
export type { SigV4Credential, SigV4Rule } from './sigv4/subject.js'

export interface SigV4Options<C extends SigV4Credential> {
  /** Epoch seconds. */
  readonly now: number
  /** The signing name: `sso-oauth` for CreateTokenWithIAM, `sts` for STS. */
  readonly service: string
  /** The one Region that is accepted. Absent: any, as long as the signature holds. */
  readonly region?: string | undefined
  /**
   * The one Host that is accepted, with its port where that is not the scheme's own. Absent: any, so that what a client
   * signed for another service that knows its key verifies here, too.
   */
  readonly host?: string | undefined
  /** The credentials of an access key, or undefined. Asked once, and only for a well-formed header. */
  readonly find: (accessKeyId: string) => C | undefined
  /** How far X-Amz-Date may be from `now`, either way. Default 300. */
  readonly clockSkewSeconds?: number | undefined
}

/** Who signed a request, and with which headers. */
export interface SigV4Identity<C extends SigV4Credential> {
  readonly accessKeyId: string
  readonly credential: C
  readonly signedHeaders: readonly string[]
}

/** Stands in for the secret of an unknown access key, so that refusing one takes as long as refusing another. */
const NO_SECRET = '0'.repeat(40)
const DEFAULT_CLOCK_SKEW_SECONDS = 300

/**
 * Verifies the AWS Signature Version 4 of a request: the Authorization header only, of a service other than S3. A
 * refusal names every rule that is broken, past the gate of form; {@link sigV4Answers} says what to tell the caller.
 * It remembers nothing: within the clock skew one request verifies as often as it is sent.
 *
 * @throws FederationError `ERR_INVALID_OPTION` for misuse, such as a credential with an empty secret
 */
export function verifySigV4<C extends SigV4Credential>(
  request: SignedRequest,
  options: SigV4Options<C>,
): Verdict<SigV4Identity<C>> {
  const { now, service, region, host, clockSkewSeconds = DEFAULT_CLOCK_SKEW_SECONDS } = options
  if (!Number.isSafeInteger(now) || now < 0) misuse('now must be whole epoch seconds.')
  if (!Number.isFinite(clockSkewSeconds) || clockSkewSeconds < 0)
    misuse('clockSkewSeconds must not be negative.')
  if ([service, region, host].includes('')) misuse('service, region and host must not be empty.')
  const reading = readRequest(request)
  const gate = runRules([requestRule], { request: reading })
  if (hasError(gate.flatMap(({ findings }) => findings))) return verdictOf(gate, unreachable)

  const authorization = readAuthorization(reading)
  const amzDate = readAmzDate(reading)
  const bodyHash = sha256Hex(reading.body)
  const signer = authorizationOf({ authorization })
  const credential = signer && checked(options.find(signer.accessKeyId))
  const matches =
    signer && amzDate
      ? signatureMatches(reading, signer, amzDate, bodyHash, credential?.secretAccessKey ?? NO_SECRET)
      : undefined
  const signature = credential && matches !== undefined ? (matches ? 'valid' : 'invalid') : undefined
  const subject: SigV4Subject = {
    request: reading,
    now,
    clockSkewSeconds,
    service,
    region,
    host,
    authorization,
    amzDate,
    bodyHash,
    credential,
    signature,
  }
  return verdictOf(runRules(sigV4Rules, subject), () =>
    signer && credential && signature === 'valid'
      ? { accessKeyId: signer.accessKeyId, credential, signedHeaders: signer.signedHeaders }
      : unreachable(),
  )
}

function readAuthorization({ headers }: RequestReading): Authorization | readonly Fault[] {
  const values = headers.get('authorization') ?? []
  const faults = authorizationFaults(values)
  return faults.length > 0 ? faults : parseAuthorization(canonicalHeaderValue(values))
}

function readAmzDate({ headers }: RequestReading): AmzDate | undefined {
  const [value, ...more] = headers.get('x-amz-date') ?? []
  return value === undefined || more.length > 0 ? undefined : parseAmzDate(value)
}

function signatureMatches(
  request: RequestReading,
  authorization: Authorization,
  amzDate: AmzDate,
  bodyHash: string,
  secretAccessKey: string,
): boolean {
  const { date, region, service, signedHeaders, signature } = authorization
  const canonical = canonicalRequest({ ...request, signedHeaders, bodyHash })
  const calculated = calculateSignature({
    secretAccessKey,
    date,
    region,
    service,
    amzDate: amzDate.text,
    canonicalRequest: canonical,
  })
  return sameSignature(calculated, signature)
}

function checked<C extends SigV4Credential>(credential: C | undefined): C | undefined {
  if (credential && (credential.secretAccessKey === '' || credential.sessionToken === '')) {
    misuse('A credential has an empty secretAccessKey or sessionToken.')
  }
  return credential
}

function misuse(message: string): never {
  throw new FederationError('ERR_INVALID_OPTION', message)
}

function unreachable(): never {
  throw new Error('A value was asked of a refused signature.')
}
