import { decodeUtf8, encodeUtf8 } from '../../core/codec.js'
import { isObject, parseJson, type JsonObject } from '../../core/json.js'
import { FederationError, hasError, type Verdict } from '../../core/outcome.js'
import { runRules, verdictOf, type Rule } from '../../core/rule.js'
import {
  answerGateRules,
  exceptionRules,
  MAX_ANSWER_BYTES,
  type AnswerSubject,
  type Body,
} from './answerRules.js'
import { memberFaults, readNow, unknownFaults, type Forms } from './forms.js'

/** What a server answered: its status, its headers (named in any case), and its whole body. */
export interface ServerAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Refused when it is longer than 65,536 bytes. */
  readonly body: Uint8Array | string
}

/** What the rules of one operation's answer judge. */
export interface MembersSubject {
  readonly body: JsonObject
  readonly forms: Forms
  /** When the answer came, in epoch seconds. */
  readonly now: number
}

/** What any answer's members are held to; an operation adds its own. */
export const memberRules: readonly Rule<MembersSubject>[] = [
  {
    id: 'sign-in/member',
    severity: 'error',
    source: 'SSO OIDC API; RFC 6749 5.1; RFC 8628 3.2',
    title: 'Every member that the answer must have is there, with its type, form and size',
    fix: 'Nothing to change here: the server is not the one that was meant, or it is broken. Check the endpoint.',
    check: ({ body, forms }) => memberFaults(body, forms),
  },
  {
    id: 'sign-in/member-unknown',
    severity: 'warning',
    source: 'RFC 6749 5.1',
    title: 'The answer has only members that are known',
    fix: 'Nothing: they are not read.',
    check: ({ body, forms }) => unknownFaults(body, forms),
  },
]

/**
 * Reads an answer: a success is judged by the forms of its members and the operation's own rules, and a refusal is one finding
 * of `sign-in/exception` whose reason is the service's `error` in kebab-case.
 *
 * @throws FederationError `ERR_INVALID_OPTION` for what is no answer, and for a clock that is none
 */
export function readAnswer<T>(
  given: ServerAnswer,
  operation: { readonly forms: Forms; readonly rules: readonly Rule<MembersSubject>[] },
  now: number,
  value: (body: JsonObject) => T,
): Verdict<T> {
  const at = readNow(now)
  const subject = subjectOf(given)
  const gate = runRules(answerGateRules, subject)
  if (hasError(gate.flatMap(({ findings }) => findings))) return verdictOf(gate, unreachable)
  if (subject.status !== 200) return verdictOf([...gate, ...runRules(exceptionRules, subject)], unreachable)
  const { body } = subject
  if (!body.ok) return unreachable()
  const members: MembersSubject = { body: body.object, forms: operation.forms, now: at }
  const judged = runRules([...memberRules, ...operation.rules], members)
  return verdictOf([...gate, ...judged], () => value(body.object))
}

function subjectOf(given: ServerAnswer): AnswerSubject {
  try {
    const { status, headers, body } = given
    if (!Number.isSafeInteger(status) || typeof headers !== 'object') throw new Error('no answer')
    const named = (wanted: string): string | undefined => {
      const values = Object.entries(headers).filter(([name]) => name.toLowerCase() === wanted)
      if (values.some(([, value]) => typeof value !== 'string')) throw new Error('no header')
      return values[0]?.[1]
    }
    return {
      status,
      contentType: named('content-type'),
      errorType: named('x-amzn-errortype'),
      body: read(
        typeof body === 'string' ? (body.length > MAX_ANSWER_BYTES ? body : encodeUtf8(body)) : body,
      ),
    }
  } catch {
    throw new FederationError('ERR_INVALID_OPTION', 'An answer has a status, headers and a body.')
  }
}

function read(bytes: Uint8Array | string): Body {
  if (bytes.length > MAX_ANSWER_BYTES) return { ok: false, reason: 'too-large' }
  if (typeof bytes === 'string' || !ArrayBuffer.isView(bytes)) throw new Error('no body')
  if (bytes.length === 0) return { ok: false, reason: 'empty' }
  const text = decodeUtf8(bytes)
  if (text === undefined) return { ok: false, reason: 'not-utf8' }
  const json = parseJson(text, { maxDepth: 8 })
  if (!json.ok) return { ok: false, reason: /^\s{0,64}</.test(text) ? 'markup' : 'not-json' }
  if (!isObject(json.value)) return { ok: false, reason: 'not-object' }
  return json.duplicates.length > 0
    ? { ok: false, reason: 'repeated-member' }
    : { ok: true, object: json.value }
}

function unreachable(): never {
  throw new Error('A value was asked of a refused answer.')
}
