import { formatDateTime } from '../core/codec.js'
import type { Finding, RuleId } from '../core/outcome.js'
import type { Outcome, RuleOutcome, RuleRow } from '../core/rule.js'
import { checkReportInput } from './arguments.js'
import type { Place } from './place/excerpt.js'
import { placesIn, type Places, type SourceText } from './place/places.js'
import { whyOf } from './why/index.js'

/** What was checked: its kind, and the name under which it was given (a file's, mostly). */
export interface ReportSubject {
  readonly kind:
    | 'token'
    | 'issuer'
    | 'response'
    | 'metadata'
    | 'certificate'
    | 'session-tags'
    | 'scim-user'
    | 'aws-profile'
  readonly name: string
}

/** A finding, and what only a report knows of it. */
export interface ReportedFinding extends Finding {
  /** Where it is in the text that was checked, where its path names a place there. */
  readonly place?: Place
  /** What another look at it says: never a verdict. */
  readonly hint?: string
}

export interface ReportedRule {
  readonly rule: RuleId
  readonly outcome: Outcome
  /** What must hold; absent for a rule of which only a finding is known. */
  readonly title?: string
  /** Where the rule comes from: R-numbers of the requirements, sections of standards. */
  readonly source?: string
  /** Why whoever is to accept the subject cares. */
  readonly why: string
  readonly findings: readonly ReportedFinding[]
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
  /** The text that was checked: findings get their places in it. */
  readonly source?: SourceText | undefined
  /** What there is to add to a finding; it changes no outcome. */
  readonly hint?: ((finding: Finding) => string | undefined) | undefined
}

/**
 * A report from the outcomes of any number of rule runs. A rule that ran twice is reported once, at its worst. With the
 * source text, findings get their places in it.
 *
 * @throws FederationError `ERR_INVALID_OPTION` for misuse
 */
export function buildReport(input: ReportInput): Report {
  checkReportInput(input)
  const rules = new Map<RuleId, ReportedRule>()
  const places: Places = input.source ? placesIn(input.source) : () => undefined
  const told = (finding: Finding): ReportedFinding => {
    const place = places(finding.path)
    const hint = input.hint?.(finding)
    return { ...finding, ...(place ? { place } : {}), ...(hint === undefined ? {} : { hint }) }
  }
  for (const outcome of input.outcomes.flatMap((one) => byRule(one, told))) {
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
function byRule(
  { rule, outcome, findings }: RuleOutcome,
  told: (finding: Finding) => ReportedFinding,
): readonly ReportedRule[] {
  const others = [...new Set(findings.map((finding) => finding.rule))].filter((id) => id !== rule.id)
  const of = (id: RuleId): readonly ReportedFinding[] =>
    findings.filter((finding) => finding.rule === id).map(told)
  return [
    { ...described(rule), outcome, findings: of(rule.id) },
    ...others.map((id): ReportedRule => ({
      rule: id,
      outcome: 'fail',
      why: whyOf({ id }),
      findings: of(id),
    })),
  ]
}

function described(row: RuleRow): Pick<ReportedRule, 'rule' | 'title' | 'source' | 'why'> {
  return { rule: row.id, title: row.title, source: row.source, why: whyOf(row) }
}

const badness: readonly Outcome[] = ['notApplicable', 'pass', 'cantTell', 'fail']

function worse(a: ReportedRule, b: ReportedRule): ReportedRule {
  const texts = new Set(a.findings.map((finding) => JSON.stringify(finding)))
  return {
    ...b,
    ...a,
    outcome: badness.indexOf(a.outcome) >= badness.indexOf(b.outcome) ? a.outcome : b.outcome,
    findings: [...a.findings, ...b.findings.filter((finding) => !texts.has(JSON.stringify(finding)))],
  }
}
