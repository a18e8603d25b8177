import type { JsonObject } from '../../core/json.js'
import type { Fault, Rule } from '../../core/rule.js'
import { shown } from '../../core/shown.js'
import { exceptions, type ExceptionName } from '../wire.js'
import { memberOf } from './forms.js'

/** Several times the largest answer of the service. */
export const MAX_ANSWER_BYTES = 65_536

export type Body =
  | { readonly ok: true; readonly object: JsonObject }
  | {
      readonly ok: false
      readonly reason:
        'too-large' | 'empty' | 'not-utf8' | 'markup' | 'not-json' | 'not-object' | 'repeated-member'
    }

export interface AnswerSubject {
  readonly status: number
  readonly contentType: string | undefined
  /** The header in which the service names its exception. */
  readonly errorType: string | undefined
  readonly body: Body
}

/** What the service, or something before it, says when it cannot answer now; whoever waits may ask again. */
const isUnavailable = ({ status, body }: AnswerSubject): boolean =>
  (status >= 500 && status <= 599 && !(body.ok && exceptionOf(body.object) !== undefined)) || status === 429

const SERVER = 'Check the endpoint, and that no proxy or sign-in page of the network answers in its place.'

export const answerGateRules: readonly Rule<AnswerSubject>[] = [
  {
    id: 'sign-in/answer-status',
    severity: 'error',
    source: 'SSO OIDC API; RFC 9700 4.12',
    title:
      'The server answers with 200, or with the status of one of its exceptions; a redirect is not followed',
    fix: SERVER,
    check: (subject) => {
      const { status } = subject
      if (status === 200 || (status >= 400 && status <= 599)) return []
      const reason = status >= 300 && status <= 399 ? 'redirect' : 'unexpected'
      const message = 'A server of this protocol does not answer so.'
      return [{ reason, path: 'status', expected: '200', actual: `${status}`, message }]
    },
  },
  {
    id: 'sign-in/unavailable',
    severity: 'error',
    source: 'RFC 8628 3.5; RFC 9110 15.6',
    title: 'The server can answer now',
    fix: 'Try again later.',
    check: (subject) =>
      isUnavailable(subject)
        ? [
            {
              reason: 'status',
              path: 'status',
              actual: `${subject.status}`,
              message: 'The server, or something before it, cannot answer now.',
            },
          ]
        : [],
  },
  {
    id: 'sign-in/answer-type',
    severity: 'error',
    source: 'SSO OIDC API; RFC 6749 5.1',
    title: 'The answer is declared to be JSON',
    fix: SERVER,
    check: (subject) => {
      const { contentType } = subject
      if (isUnavailable(subject)) return 'notApplicable'
      if (contentType !== undefined && JSON_TYPE.test(contentType)) return []
      const reason = contentType === undefined ? 'missing' : 'mismatch'
      const actual = shown(contentType, 60)
      const message = 'The answer is not declared to be JSON.'
      return [{ reason, path: 'headers.content-type', expected: 'application/json', actual, message }]
    },
  },
  {
    id: 'sign-in/answer-json',
    severity: 'error',
    source: 'SSO OIDC API; RFC 8259; attack O17',
    title: 'The answer is one JSON object of at most 65,536 bytes, each member once',
    fix: SERVER,
    check: (subject) => {
      const { body } = subject
      if (isUnavailable(subject)) return 'notApplicable'
      return body.ok
        ? []
        : [{ reason: body.reason, path: '$', message: 'The answer cannot be read, or in more than one way.' }]
    },
  },
]

const JSON_TYPE = /^application\/json(?:[ \t]{0,8};[ \t]{0,8}charset=(?:utf-8|"utf-8"))?$/i

/** What a refusal of the service is held to. Exactly one of the two refuses. */
export const exceptionRules: readonly Rule<AnswerSubject>[] = [
  {
    id: 'sign-in/exception-form',
    severity: 'error',
    source: 'SSO OIDC API',
    title: 'A refusal names one exception of the service, in header, body and status alike',
    fix: SERVER,
    check: (subject) => (isCoherent(subject) ? [] : formFaults(subject)),
  },
  {
    id: 'sign-in/exception',
    severity: 'error',
    source: 'SSO OIDC API; R212; RFC 6749 5.2; RFC 8628 3.5',
    title: 'The server accepts the request',
    fix: 'See the reason: access-denied, expired-token and invalid-grant mean to sign in again; invalid-client, to register again.',
    check: (subject) => {
      const name = nameOf(subject)
      if (name === undefined || !isCoherent(subject)) return 'notApplicable'
      const described = subject.body.ok ? memberOf(subject.body.object, 'error_description') : undefined
      const actual = typeof described === 'string' ? `${name}: ${shown(described)}` : name
      const reason = exceptions[name].error.replaceAll('_', '-')
      return [{ reason, path: 'error', actual, message: 'The server refused the request.' }]
    },
  },
]

const isCoherent = (subject: AnswerSubject): boolean => formFaults(subject).length === 0

function formFaults(subject: AnswerSubject): readonly Fault[] {
  const { errorType, body, status } = subject
  const fault = (reason: string, path: string, actual?: string): Fault => ({
    reason,
    path,
    actual,
    message: 'The refusal is not one of the service.',
  })
  if (errorType !== undefined && exceptionNamed(errorType) === undefined)
    return [fault('unknown', 'headers.x-amzn-errortype', shown(errorType, 60))]
  const name = nameOf(subject)
  if (!body.ok || name === undefined) return [fault('missing', 'error')]
  const { error, status: expected } = exceptions[name]
  const faults: Fault[] = []
  const type = memberOf(body.object, '__type')
  if (type !== undefined && exceptionNamed(type) !== name)
    faults.push(fault('conflict', '__type', shown(type, 60)))
  const said = memberOf(body.object, 'error')
  if (said !== undefined && said !== error) faults.push(fault('conflict', 'error', shown(said, 60)))
  if (status !== expected) faults.push({ ...fault('status', 'status', `${status}`), expected: `${expected}` })
  return faults
}

/** The exception's name: of the header, else of `__type`, else what `error` stands for. */
function nameOf({ errorType, body }: AnswerSubject): ExceptionName | undefined {
  return errorType === undefined
    ? body.ok
      ? exceptionOf(body.object)
      : undefined
    : exceptionNamed(errorType)
}

function exceptionOf(body: JsonObject): ExceptionName | undefined {
  const type = memberOf(body, '__type')
  if (type !== undefined) return exceptionNamed(type)
  const error = memberOf(body, 'error')
  return (Object.keys(exceptions) as ExceptionName[]).find((name) => exceptions[name].error === error)
}

/** A name with what the protocol may put around it: `namespace#Name:http://...`. */
function exceptionNamed(text: unknown): ExceptionName | undefined {
  if (typeof text !== 'string' || text.length > 512) return undefined
  const name = (text.split(':')[0] ?? '').split('#').at(-1) ?? ''
  return Object.hasOwn(exceptions, name) ? (name as ExceptionName) : undefined
}
