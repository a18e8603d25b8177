import type { Rule } from '../../core/rule.js'
import { shown } from '../../core/shown.js'
import type { FormReading } from '../../core/form.js'
import { isStsAction, STS_ACTIONS, type ParameterReading } from './parameters.js'

export const STS_VERSION = '2011-06-15'

/** The codes and statuses with which a request is answered that is no well-formed one (AWS common errors). */
export const stsQueryAnswers = {
  MissingAction: { status: 400, message: 'The request is missing an action.' },
  InvalidAction: { status: 400, message: 'The action or operation requested is invalid.' },
  MalformedQueryString: { status: 404, message: 'The query string contains a syntax error.' },
  InvalidQueryParameter: { status: 400, message: 'The query string does not adhere to AWS standards.' },
  ValidationError: { status: 400, message: 'The input fails to satisfy the constraints of the service.' },
} as const satisfies Readonly<Record<string, { readonly status: number; readonly message: string }>>

export type StsQueryAnswerName = keyof typeof stsQueryAnswers

export interface QuerySubject {
  readonly contentType: string | undefined
  readonly form: FormReading
  /** Undefined when the operation is not known. */
  readonly reading: ParameterReading | undefined
}

export interface StsQueryRule extends Rule<QuerySubject> {
  readonly answer: StsQueryAnswerName
  /** Where a reason of this rule has another answer. */
  readonly answers?: Readonly<Record<string, StsQueryAnswerName>>
}

const CONTENT_TYPE =
  /^application\/x-www-form-urlencoded(?:[ \t]{0,8};[ \t]{0,8}charset=(?:utf-8|"utf-8"))?$/i
const SOURCE = 'AWS query protocol; STS API'

/** The gate: what is not a form is not looked at. */
export const formRules: readonly StsQueryRule[] = [
  {
    id: 'sts/content-type',
    severity: 'error',
    source: SOURCE,
    title: 'The body is declared to be a form in UTF-8',
    fix: 'Send Content-Type: application/x-www-form-urlencoded; charset=utf-8.',
    answer: 'MalformedQueryString',
    check: ({ contentType }) => {
      if (contentType !== undefined && CONTENT_TYPE.test(contentType)) return []
      const reason = contentType === undefined ? 'missing' : 'mismatch'
      const expected = 'application/x-www-form-urlencoded'
      const message = 'The request is not declared to be a form.'
      return [{ reason, path: 'headers.content-type', expected, actual: shown(contentType, 60), message }]
    },
  },
  {
    id: 'sts/form',
    severity: 'error',
    source: SOURCE,
    title: 'The body is one well-formed form of a bounded size, each name once',
    fix: 'Send NAME=VALUE joined by &, percent-encoded, no name twice, at most 64 KiB.',
    answer: 'MalformedQueryString',
    check: ({ form }) => form.faults,
  },
]

const operationRules: readonly StsQueryRule[] = [
  {
    id: 'sts/action',
    severity: 'error',
    source: SOURCE,
    title: 'Action names an operation that is served',
    fix: `Call one of ${Object.keys(STS_ACTIONS).join(', ')}.`,
    answer: 'InvalidAction',
    answers: { missing: 'MissingAction' },
    check: ({ form }) => {
      const action = form.parameters.get('Action')
      if (action === undefined)
        return [{ reason: 'missing', path: '$.Action', message: 'Action is missing.' }]
      if (isStsAction(action)) return []
      const message = 'The operation is not served here.'
      return [{ reason: 'unknown', path: '$.Action', actual: shown(action, 60), message }]
    },
  },
  {
    id: 'sts/version',
    severity: 'error',
    source: SOURCE,
    title: `Version is ${STS_VERSION}`,
    fix: `Send Version=${STS_VERSION}.`,
    answer: 'InvalidAction',
    check: ({ form }) => {
      const version = form.parameters.get('Version')
      if (version === STS_VERSION) return []
      const reason = version === undefined ? 'missing' : 'mismatch'
      const message = 'The version of the API is not the one that is served.'
      return [{ reason, path: '$.Version', expected: STS_VERSION, actual: shown(version, 40), message }]
    },
  },
  {
    id: 'sts/parameter',
    severity: 'error',
    source: SOURCE,
    title: 'Every parameter is one of the operation',
    fix: 'Remove the parameter, or correct its spelling: names are case-sensitive.',
    answer: 'InvalidQueryParameter',
    check: ({ reading }) => reading?.unknown ?? 'cantTell',
  },
  {
    id: 'sts/list',
    severity: 'error',
    source: SOURCE,
    title: 'Lists are numbered from 1 without a gap',
    fix: 'Number the items NAME.member.1, NAME.member.2 and so on, or send NAME= for an empty list.',
    answer: 'InvalidQueryParameter',
    check: ({ reading }) => reading?.lists ?? 'cantTell',
  },
  {
    id: 'sts/number',
    severity: 'error',
    source: SOURCE,
    title: 'Numbers are whole and in plain digits',
    fix: 'Send digits only, such as 3600: no sign, point, exponent or leading zero.',
    answer: 'ValidationError',
    check: ({ reading }) => reading?.numbers ?? 'cantTell',
  },
]

/** Every rule of the query protocol, in the order in which they answer. */
export const stsQueryRules: readonly StsQueryRule[] = [...formRules, ...operationRules]
