import { parseDateTime } from '../../core/codec.js'
import type { CheckResult, Fault, Rule } from '../../core/rule.js'
import type { SigV4AnswerName } from './answers.js'
import type { Authorization } from './authorization.js'
import type { RequestReading } from './request.js'

/** Credentials that may sign requests. Texts are compared as they are. */
export interface SigV4Credential {
  readonly secretAccessKey: string
  /** Of temporary credentials: every request must carry it. */
  readonly sessionToken?: string | undefined
  /** Epoch seconds; from then on the credentials are refused. Absent: they do not expire. */
  readonly expiresAt?: number | undefined
}

/** What the rules of a signature read. */
export interface SigV4Subject {
  readonly request: RequestReading
  readonly now: number
  readonly clockSkewSeconds: number
  readonly service: string
  readonly region: string | undefined
  readonly host: string | undefined
  /** The faults of a header that is absent, not one, or malformed. */
  readonly authorization: Authorization | readonly Fault[]
  /** X-Amz-Date, when there is exactly one well-formed. */
  readonly amzDate: AmzDate | undefined
  readonly bodyHash: string
  readonly credential: SigV4Credential | undefined
  /** Undefined when there was nothing to calculate it from, or no credential to calculate it with. */
  readonly signature: 'valid' | 'invalid' | undefined
}

export interface SigV4Rule<Subject = SigV4Subject> extends Rule<Subject> {
  /** What the caller is told when this rule refuses. */
  readonly answer: SigV4AnswerName
  /** Where a reason of this rule has another answer. */
  readonly answers?: Readonly<Record<string, SigV4AnswerName>>
}

/** A row of the table, its source filled in. */
export function sigV4Rule<Subject = SigV4Subject>(
  row: Omit<SigV4Rule<Subject>, 'severity' | 'source'>,
): SigV4Rule<Subject> {
  return { ...row, severity: 'error', source: 'AWS Signature Version 4' }
}

/** A check that needs a well-formed Authorization header. */
export const withAuthorization =
  (check: (authorization: Authorization, subject: SigV4Subject) => CheckResult) =>
  (subject: SigV4Subject): CheckResult => {
    const authorization = authorizationOf(subject)
    return authorization ? check(authorization, subject) : 'cantTell'
  }

export function authorizationOf(subject: Pick<SigV4Subject, 'authorization'>): Authorization | undefined {
  const { authorization } = subject
  return 'signedHeaders' in authorization ? authorization : undefined
}

export interface AmzDate {
  /** As sent: `YYYYMMDDTHHMMSSZ`. */
  readonly text: string
  readonly seconds: number
}

const AMZ_DATE = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/

/** Reads `YYYYMMDDTHHMMSSZ`; undefined for anything else, 30 February included. */
export function parseAmzDate(text: string): AmzDate | undefined {
  const match = AMZ_DATE.exec(text)
  if (!match) return undefined
  const [, year, month, day, hour, minute, second] = match
  const seconds = parseDateTime(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
  return seconds === undefined ? undefined : { text, seconds }
}
