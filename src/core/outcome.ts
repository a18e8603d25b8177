/** Names one acceptance rule for good: `area/term`, such as `tti/alg` or `saml/nameid-format`. */
export type RuleId = `${string}/${string}`

export type Severity = 'error' | 'warning'

/**
 * One thing that a peer, a file or a configuration got wrong.
 *
 * `rule` and `reason` are stable and meant for programs; `message` and `fix` are for people and may be reworded.
 * No member ever holds a token, a secret or a key.
 */
export interface Finding {
  readonly rule: RuleId
  /** Which way the rule was broken, in kebab-case: `missing`, `mismatch`, `expired` ... */
  readonly reason: string
  readonly severity: Severity
  /** Where: `header.alg`, `claims.exp`, or a JSON path such as `$.Applications[0].Grants[1]`. */
  readonly path?: string
  readonly expected?: string
  readonly actual?: string
  readonly message: string
  /** What to change, and where a person would change it. */
  readonly fix?: string
}

/**
 * The outcome of judging something that a peer sent. Accepted: the value, with warnings only.
 * Refused: every finding (not only the first) and no value.
 */
export type Verdict<T> =
  | { readonly ok: true; readonly value: T; readonly findings: readonly Finding[] }
  | { readonly ok: false; readonly value?: never; readonly findings: readonly [Finding, ...Finding[]] }

/** Why a {@link FederationError} was thrown. Codes are added, never renamed. */
export type FederationErrorCode =
  | 'ERR_INVALID_OPTION'
  | 'ERR_FETCH_FAILED'
  | 'ERR_STORE_UNAVAILABLE'
  | 'ERR_SIGNER_FAILED'
  | 'ERR_MISSING_PEER'
  | 'ERR_REFUSED'

/** Misuse and infrastructure, and nothing that a peer can cause by what it sends. Read `code`, never the text. */
export class FederationError extends Error {
  override readonly name = 'FederationError'
  readonly code: FederationErrorCode
  /** The findings of the refused verdict with `ERR_REFUSED`; with `ERR_INVALID_OPTION` those of an option, where it has some. */
  readonly findings: readonly Finding[]

  constructor(
    code: FederationErrorCode,
    message: string,
    options: { cause?: unknown; findings?: readonly Finding[] } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.findings = options.findings ?? []
  }
}

export function accepted<T>(value: T, findings: readonly Finding[] = []): Verdict<T> {
  return { ok: true, value, findings }
}

export function refused<T = never>(findings: readonly [Finding, ...Finding[]]): Verdict<T> {
  return { ok: false, findings }
}

export function hasError(findings: readonly Finding[]): boolean {
  return findings.some((finding) => finding.severity === 'error')
}

/** A verdict from findings that may hold warnings only: any error refuses. `value` is only made when none does. */
export function decided<T>(findings: readonly Finding[], value: () => T): Verdict<T> {
  const [first, ...rest] = findings
  return first !== undefined && hasError(findings) ? refused([first, ...rest]) : accepted(value(), findings)
}

/**
 * The accepted value, or a thrown {@link FederationError} with code `ERR_REFUSED` and all findings: for those who
 * prefer exceptions.
 *
 * @example
 * ```ts
 * import { assertAccepted, type Verdict } from 'countersign'
 *
 * declare const verdict: Verdict<string>
 * const value: string = assertAccepted(verdict)
 * ```
 */
export function assertAccepted<T>(verdict: Verdict<T>): T {
  if (verdict.ok) return verdict.value
  const rules = [...new Set(verdict.findings.map((finding) => `${finding.rule} (${finding.reason})`))]
  throw new FederationError('ERR_REFUSED', `Refused by ${rules.join(', ')}.`, { findings: verdict.findings })
}
