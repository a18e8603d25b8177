import type { Finding } from '../../core/outcome.js'
import { sigV4Rules } from './rules.js'

export type SigV4AnswerName =
  | 'MissingAuthenticationToken'
  | 'IncompleteSignature'
  | 'SignatureDoesNotMatch'
  | 'InvalidClientTokenId'
  | 'ExpiredToken'

/** What a caller whose signature is refused is told: the same cause has another name in JSON than in XML. */
export interface SigV4Answer {
  /** For `x-amzn-ErrorType`, of services that answer JSON. */
  readonly exception: string
  /** For `Error/Code`, of services of the query protocol. */
  readonly code: SigV4AnswerName
  readonly status: 400 | 403
  readonly message: string
}

/** AWS common error types. */
export const sigV4Answers: Readonly<Record<SigV4AnswerName, SigV4Answer>> = {
  MissingAuthenticationToken: {
    exception: 'MissingAuthenticationTokenException',
    code: 'MissingAuthenticationToken',
    status: 403,
    message: 'Missing Authentication Token',
  },
  IncompleteSignature: {
    exception: 'IncompleteSignatureException',
    code: 'IncompleteSignature',
    status: 400,
    message: 'The request signature does not conform to AWS standards.',
  },
  SignatureDoesNotMatch: {
    exception: 'InvalidSignatureException',
    code: 'SignatureDoesNotMatch',
    status: 403,
    message: 'The request signature does not match the one that was calculated.',
  },
  InvalidClientTokenId: {
    exception: 'UnrecognizedClientException',
    code: 'InvalidClientTokenId',
    status: 403,
    message: 'The security token included in the request is invalid.',
  },
  ExpiredToken: {
    exception: 'ExpiredTokenException',
    code: 'ExpiredToken',
    status: 403,
    message: 'The security token included in the request is expired.',
  },
}

/** The one public answer to a refused signature; the findings, which name the cause, are for the log. */
export function sigV4Answer(findings: readonly Finding[]): SigV4Answer {
  for (const rule of sigV4Rules) {
    const finding = findings.find(({ rule: id, severity }) => id === rule.id && severity === 'error')
    if (finding) return sigV4Answers[rule.answers?.[finding.reason] ?? rule.answer]
  }
  return sigV4Answers.SignatureDoesNotMatch
}
