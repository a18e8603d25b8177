import type { Fault } from '../../core/rule.js'
import { shown } from '../../core/shown.js'
import { TERMINATOR } from './authorization.js'
import { queryParameters } from './canonical.js'
import { dateFaults, payloadHashFaults, securityTokenFaults, signedHeaderFaults } from './headerFaults.js'
import {
  authorizationOf,
  sigV4Rule,
  withAuthorization,
  type SigV4Rule,
  type SigV4Subject,
} from './subject.js'

const PRESIGNED = ['x-amz-algorithm', 'x-amz-credential', 'x-amz-signature']

/** The gate: a request past a size, or that two readers would read differently, is not looked at. */
export const requestRule = sigV4Rule<Pick<SigV4Subject, 'request'>>({
  id: 'sigv4/request',
  title: 'The request is well formed and of a bounded size',
  fix: 'Send the request as the AWS SDK makes it: a plain path, percent-encoded query, no control characters.',
  answer: 'IncompleteSignature',
  check: ({ request }) => request.faults,
})

const authenticationRules: readonly SigV4Rule[] = [
  sigV4Rule({
    id: 'sigv4/authorization',
    title: 'The request carries one Authorization header of the scheme AWS4-HMAC-SHA256',
    fix: 'Sign with an AWS SDK, or with Signature Version 4 in the Authorization header.',
    answer: 'IncompleteSignature',
    answers: { missing: 'MissingAuthenticationToken' },
    check: (subject) => [
      ...presignedFaults(subject),
      ...(authorizationOf(subject) ? [] : (subject.authorization as readonly Fault[])),
    ],
  }),
  sigV4Rule({
    id: 'sigv4/scope',
    title: 'The credential scope names the day, the Region, the service and aws4_request',
    fix: 'Set the Region and the endpoint of the client to those of this service.',
    answer: 'SignatureDoesNotMatch',
    check: withAuthorization((authorization, { service, region, amzDate }) => [
      ...scopeFault('date', amzDate?.text.slice(0, 8), authorization.date),
      ...scopeFault('region', region, authorization.region),
      ...scopeFault('service', service, authorization.service),
      ...scopeFault('terminator', TERMINATOR, authorization.terminator),
    ]),
  }),
  sigV4Rule({
    id: 'sigv4/date',
    title: 'X-Amz-Date is a basic ISO 8601 instant close to now',
    fix: "Set the client's clock, and send X-Amz-Date as YYYYMMDDTHHMMSSZ; the Date header is not read instead.",
    answer: 'IncompleteSignature',
    answers: { 'too-old': 'SignatureDoesNotMatch', 'in-future': 'SignatureDoesNotMatch' },
    check: dateFaults,
  }),
  sigV4Rule({
    id: 'sigv4/signed-headers',
    title: 'Host and every X-Amz- header are signed, and what is signed is there',
    fix: 'Sign last, after every header is set; do not let a proxy add, drop or rewrite headers.',
    answer: 'SignatureDoesNotMatch',
    check: withAuthorization(({ signedHeaders }, { request }) => signedHeaderFaults(signedHeaders, request)),
  }),
  sigV4Rule({
    id: 'sigv4/host',
    title: 'Host is the name of this service, where it is known',
    fix: "Set the client's endpoint to this service; a request that was signed for another one is not taken.",
    answer: 'SignatureDoesNotMatch',
    check: ({ request, host }) => {
      if (host === undefined) return 'notApplicable'
      const [sent] = request.headers.get('host') ?? []
      if (sent?.toLowerCase() === host.toLowerCase()) return []
      const path = 'headers.host'
      return [
        { reason: 'other', path, expected: host, actual: shown(sent, 120), message: 'Host is another.' },
      ]
    },
  }),
  sigV4Rule({
    id: 'sigv4/payload-hash',
    title: 'X-Amz-Content-Sha256, when present, is the hash of the body',
    fix: 'Sign the body as it is sent; unsigned and streaming payloads are not accepted.',
    answer: 'SignatureDoesNotMatch',
    check: payloadHashFaults,
  }),
  sigV4Rule({
    id: 'sigv4/credential',
    title: 'The access key is one that this service knows',
    fix: 'Use an access key of the configuration, or one of a role session that this service opened.',
    answer: 'InvalidClientTokenId',
    check: withAuthorization((_authorization, { credential }) =>
      credential
        ? []
        : [{ reason: 'unknown', path: 'headers.authorization', message: 'The access key is not known.' }],
    ),
  }),
  sigV4Rule({
    id: 'sigv4/security-token',
    title: 'X-Amz-Security-Token is there exactly when the credentials are temporary, and is theirs',
    fix: 'Use access key, secret and session token of one and the same answer of STS.',
    answer: 'InvalidClientTokenId',
    check: securityTokenFaults,
  }),
  sigV4Rule({
    id: 'sigv4/signature',
    title: 'The signature is the one that the secret access key gives',
    fix: 'Check the secret access key, and that nothing rewrites the request on its way.',
    answer: 'SignatureDoesNotMatch',
    check: ({ signature }) => {
      if (signature === undefined) return 'cantTell'
      const message = 'The signature is not the one of this request under this access key.'
      return signature === 'valid' ? [] : [{ reason: 'mismatch', path: 'headers.authorization', message }]
    },
  }),
  sigV4Rule({
    id: 'sigv4/credential-expiry',
    title: 'Temporary credentials have not expired',
    fix: 'Assume the role again.',
    answer: 'ExpiredToken',
    // Told to those only who hold the secret.
    check: ({ credential, signature, now }) => {
      if (signature !== 'valid' || !credential) return 'cantTell'
      if (credential.expiresAt === undefined) return 'notApplicable'
      if (now < credential.expiresAt) return []
      return [{ reason: 'expired', message: 'The temporary credentials have expired.' }]
    },
  }),
]

/** Every rule of a signature, in the order in which they answer: the first that refuses says what the caller is told. */
export const sigV4Rules: readonly SigV4Rule[] = [requestRule, ...authenticationRules]

function presignedFaults({ request }: SigV4Subject): readonly Fault[] {
  const names = queryParameters(request.query).map(([name]) => name.toLowerCase())
  if (!PRESIGNED.some((name) => names.includes(name))) return []
  return [{ reason: 'presigned', path: 'url.query', message: 'A signature in the query is not accepted.' }]
}

function scopeFault(part: string, expected: string | undefined, actual: string): readonly Fault[] {
  if (expected === undefined || actual === expected) return []
  const path = 'headers.authorization'
  return [
    { reason: part, path, expected, actual: shown(actual, 40), message: `The scope's ${part} is wrong.` },
  ]
}
