import { uuidFrom } from '../core/codec.js'
import { hasError, type Finding, type Verdict } from '../core/outcome.js'
import type { RandomBytes } from '../core/ports.js'
import { failingRules, findingsOf, type Rule } from '../core/rule.js'
import { kindOfError } from '../flows/grants/refusal.js'
import type { IAMTokens } from '../flows/index.js'
import type { ExchangeRequest } from '../tti/index.js'
import type { AppRequest } from './http.js'
import type { Refusal } from './refusal.js'
import { queryOf, targetOf } from './target.js'
import { passOver, readTokenBody } from './trustedTokenBody.js'
import {
  isCaller,
  valuesOf,
  type AuthenticateCaller,
  type TokenCaller,
  type TokenEndpointRequest,
} from './trustedTokenCallers.js'
import { tokenCallerRule, tokenClientRule, type CallerSubject } from './trustedTokenCallerRules.js'
import {
  tokenBodyRule,
  tokenHeadRules,
  tokenParameterRule,
  tokenUnansweredRule,
  wireOf,
  type TokenEndpointRule,
  type TokenWire,
} from './trustedTokenRules.js'
import { issuedAnswer, refusedAnswer, requestOfForm, type TokenAnswer } from './trustedTokenWires.js'

/** What an endpoint answers with. */
export interface TokenEndpoint {
  readonly maxBytes: number
  readonly authenticateCaller: AuthenticateCaller
  readonly callerTimeoutSeconds: number
  readonly randomBytes: RandomBytes
  exchange(request: ExchangeRequest, wire: TokenWire): Promise<Verdict<IAMTokens>>
}

/** Tokens that were issued, for an audit log: who called, and for whom. It holds none of them. */
export interface TokensIssued {
  readonly callerARN: string
  /** The ARN of the application. */
  readonly clientId: string
  readonly grantType: string
  readonly scope: readonly string[]
  /** The person in the directory; the next ties together what one sign-in did (CloudTrail's `credentialId`). */
  readonly userId: string | undefined
  readonly credentialId: string | undefined
  /** Warnings only. */
  readonly findings: readonly Finding[]
}

/** The answer, and what of it is for the log. */
export interface TokenOutcome {
  readonly answer: TokenAnswer
  readonly issued?: TokensIssued
  readonly refusal?: Refusal
}

/** Answers one request: head, body, caller, client, exchange; the first that refuses ends it. It never rejects. */
export async function answerTokenRequest(
  request: AppRequest,
  endpoint: TokenEndpoint,
): Promise<TokenOutcome> {
  const headers = headersOf(request)
  const wire = wireOf(valuesOf(headers, 'content-type'))
  const [scheme = ''] = valuesOf(headers, 'authorization')
  let requestId = ''
  try {
    requestId = uuidFrom(endpoint.randomBytes(16))
    const reading = await readRequest(request, headers, wire, endpoint.maxBytes)
    if ('findings' in reading) return refuse(reading.findings)
    const { asking, sent } = reading
    const { caller, findings, cause } = await proven(endpoint, asking)
    if (!caller) return refuse(findings, tokenCallerRule, cause)
    const strayed = faulty([tokenClientRule], { sent: sent.clientId, caller: caller.clientId })
    if (strayed) return refuse(strayed)
    const wanted = requestFrom(sent, caller)
    const verdict = await endpoint.exchange(wanted, reading.wire)
    if (!verdict.ok) return refuse(verdict.findings)
    const { response, person } = verdict.value
    const { callerARN, clientId, grantType } = wanted
    return {
      answer: issuedAnswer(reading.wire, response, requestId),
      issued: {
        callerARN,
        clientId,
        grantType,
        scope: response.scope,
        userId: person?.userId,
        credentialId: person?.credentialId,
        findings: verdict.findings,
      },
    }
  } catch (error) {
    const failure = faulty([tokenUnansweredRule], { cause: kindOfError(error) })
    return refuse(failure ?? [], tokenUnansweredRule, error)
  }

  function refuse(
    findings: readonly Finding[],
    as?: TokenEndpointRule<never>,
    cause?: unknown,
  ): TokenOutcome {
    const answer = refusedAnswer({ wire, requestId, scheme }, findings, as)
    const { status } = answer
    return { answer, refusal: { status, findings, ...(cause === undefined ? {} : { cause }) } }
  }
}

interface Reading {
  readonly wire: TokenWire
  readonly asking: TokenEndpointRequest
  /** The request as its body makes it; nothing of it is judged yet. */
  readonly sent: Partial<ExchangeRequest>
}

async function readRequest(
  request: AppRequest,
  headers: TokenEndpointRequest['headers'],
  wire: TokenWire | undefined,
  maxBytes: number,
): Promise<Reading | { readonly findings: readonly Finding[] }> {
  const head = {
    method: request.method ?? '',
    query: queryOf(request),
    contentTypes: valuesOf(headers, 'content-type'),
    contentEncodings: valuesOf(headers, 'content-encoding'),
    transferEncodings: valuesOf(headers, 'transfer-encoding'),
    declaredBytes: Number(valuesOf(headers, 'content-length')[0] ?? 0),
    maxBytes,
  }
  const gate = faulty(tokenHeadRules, head)
  if (gate || wire === undefined) {
    await passOver(request)
    return { findings: gate ?? [] }
  }
  const body = await readTokenBody(request, wire, maxBytes)
  if (body === 'too-large')
    return { findings: faulty(tokenHeadRules, { ...head, declaredBytes: Infinity }) ?? [] }
  const { parameters, object, raw, faults } = body
  const names = [...(parameters?.keys() ?? Object.keys(object ?? {}))]
  const findings = [
    ...(faulty([tokenBodyRule], { faults }) ?? []),
    ...(faulty([tokenParameterRule], { names }) ?? []),
  ]
  if (findings.length > 0) return { findings }
  const { method } = head
  const asking = {
    method,
    url: targetOf(request),
    headers,
    body: raw,
    ...(parameters ? { parameters } : {}),
    request,
  }
  return { wire, asking, sent: parameters ? requestOfForm(parameters) : { ...object } }
}

/** Asks who calls. Whatever is no caller is nobody, and so is one who is told too late. */
async function proven(
  { authenticateCaller, callerTimeoutSeconds }: TokenEndpoint,
  asking: TokenEndpointRequest,
): Promise<{
  readonly caller?: TokenCaller
  readonly findings: readonly Finding[]
  readonly cause?: unknown
}> {
  const nobody = (subject: CallerSubject): readonly Finding[] => faulty([tokenCallerRule], subject) ?? []
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), callerTimeoutSeconds * 1000)
  })
  try {
    const said = await Promise.race([authenticateCaller(asking), late])
    if (said === 'late') return { findings: nobody({ outcome: 'late' }) }
    if (said === false || said === undefined) return { findings: nobody({ outcome: 'refused' }) }
    if (typeof said !== 'object' || said === null) return { findings: nobody({ outcome: 'malformed' }) }
    if ('ok' in said && said.ok === false)
      return { findings: [...nobody({ outcome: 'refused' }), ...said.findings] }
    const caller: unknown = 'ok' in said ? said.value : said
    return isCaller(caller) ? { caller, findings: [] } : { findings: nobody({ outcome: 'malformed' }) }
  } catch (cause) {
    return { findings: nobody({ outcome: 'threw', cause: kindOfError(cause) }), cause }
  } finally {
    clearTimeout(timer)
  }
}

function requestFrom(sent: Partial<ExchangeRequest>, caller: TokenCaller): ExchangeRequest {
  const { callerARN, callerContext, clientId } = caller
  return {
    ...(clientId === undefined ? {} : { clientId }),
    ...sent,
    callerARN,
    ...(callerContext === undefined ? {} : { callerContext }),
  } as ExchangeRequest
}

/** The findings of rules that refuse; undefined where none does. */
function faulty<Subject>(rules: readonly Rule<Subject>[], subject: Subject): readonly Finding[] | undefined {
  const findings = findingsOf(failingRules(rules, subject))
  return hasError(findings) ? findings : undefined
}

/** The header lines as they came: what Node joins or drops is still twice here. */
function headersOf({ rawHeaders }: AppRequest): TokenEndpointRequest['headers'] {
  return rawHeaders.flatMap((name, index) =>
    index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? ''] as const] : [],
  )
}
