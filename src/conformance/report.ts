import { formatDateTime } from '../core/codec.js'
import type { Finding, RuleId } from '../core/outcome.js'
import type { Outcome, RuleOutcome } from '../core/rule.js'

/** What was checked: its kind, and the name under which it was given (a file's, mostly). */
export interface ReportSubject {
  readonly kind: 'token' | 'issuer' | 'response' | 'metadata'
  readonly name: string
}

export interface ReportedRule {
  readonly rule: RuleId
  readonly outcome: Outcome
  readonly findings: readonly Finding[]
}

/** The outcome of a conformance check, for people (see the reporters) and programs. It only ever grows. */
export interface Report {
  readonly tool: { readonly name: 'countersign'; readonly version: string }
  readonly subject: ReportSubject
  /** The instant against which times were judged, as an RFC 3339 date-time. */
  readonly at: string
  /** Whether a signature proved what was read; always true where nothing is signed. */
  readonly verified: boolean
  readonly verdict: 'accepted' | 'refused'
  /** Who the subject stands for; null when refused. */
  readonly identity: Readonly<Record<string, unknown>> | null
  /** Things worth knowing that are neither right nor wrong. */
  readonly facts: Readonly<Record<string, string>>
  readonly rules: readonly ReportedRule[]
  /** What Identity Center would show to the person whose sign-in is refused; only where it shows anything. */
  readonly userSees?: UserSees
}

/** The sentence on the page, and which rule is behind it: the page does not say. */
export interface UserSees {
  readonly text: string
  /** Sentences that are seen instead in some cases. */
  readonly orElse: readonly string[]
  readonly rule: RuleId
  /** What AWS's guide has an administrator look at. */
  readonly check: readonly string[]
}

export interface ReportInput {
  readonly version: string
  readonly subject: ReportSubject
  readonly now: number
  readonly verified: boolean
  readonly identity?: Readonly<Record<string, unknown>> | undefined
  readonly facts?: Readonly<Record<string, string>>
  readonly outcomes: readonly RuleOutcome[]
  /** Asked once the rules have all been heard, of their findings in order. */
  readonly userSees?: ((findings: readonly Finding[]) => UserSees | undefined) | undefined
}

/** A report from the outcomes of any number of rule runs. A rule that ran twice is reported once, at its worst. */
export function buildReport(input: ReportInput): Report {
  const rules = new Map<RuleId, ReportedRule>()
  for (const outcome of input.outcomes.flatMap(byRule)) {
    const known = rules.get(outcome.rule)
    rules.set(outcome.rule, known ? worse(known, outcome) : outcome)
  }
  const refused =
    !input.verified ||
    [...rules.values()].some(
      ({ outcome, findings }) =>
        findings.some(({ severity }) => severity === 'error') ||
        (outcome === 'cantTell' && findings.length === 0),
    )
  const userSees = refused
    ? input.userSees?.([...rules.values()].flatMap(({ findings }) => findings))
    : undefined
  return {
    tool: { name: 'countersign', version: input.version },
    subject: input.subject,
    at: formatDateTime(input.now),
    verified: input.verified,
    verdict: refused ? 'refused' : 'accepted',
    identity: refused ? null : (input.identity ?? null),
    facts: input.facts ?? {},
    rules: [...rules.values()],
    ...(userSees === undefined ? {} : { userSees }),
  }
}

/** A rule's outcome as reported, and any finding it carries of another rule under that rule's name. */
function byRule({ rule, outcome, findings }: RuleOutcome): readonly ReportedRule[] {
  const others = [...new Set(findings.map((finding) => finding.rule))].filter((id) => id !== rule.id)
  return [
    { rule: rule.id, outcome, findings: findings.filter((finding) => finding.rule === rule.id) },
    ...others.map((id): ReportedRule => ({
      rule: id,
      outcome: 'fail',
      findings: findings.filter((finding) => finding.rule === id),
    })),
  ]
}

const badness: readonly Outcome[] = ['notApplicable', 'pass', 'cantTell', 'fail']

function worse(a: ReportedRule, b: ReportedRule): ReportedRule {
  const texts = new Set(a.findings.map((finding) => JSON.stringify(finding)))
  return {
    rule: a.rule,
    outcome: badness.indexOf(a.outcome) >= badness.indexOf(b.outcome) ? a.outcome : b.outcome,
    findings: [...a.findings, ...b.findings.filter((finding) => !texts.has(JSON.stringify(finding)))],
  }
}
