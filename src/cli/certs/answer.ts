import { findingLines, type Style } from '../../conformance/index.js'
import { formatDateTime } from '../../core/codec.js'
import { hasError, type Finding } from '../../core/outcome.js'
import { printable } from '../../core/shown.js'
import {
  certificateStatus,
  type CertificateChange,
  type CertificateColour,
  type CertificateSet,
  type CertificateSetStatus,
  type MemberStatus,
  type RotationPlan,
} from '../../saml/index.js'
import { version } from '../version.js'

/** What a command about certificates says, to a person and to a program. */
export interface CertsAnswer {
  readonly json: Readonly<Record<string, unknown>>
  readonly text: (style: Style) => string
  readonly code: 0 | 1
}

const tool = { name: 'countersign', version } as const

/** Exit code 1 when anything is red, so that cron can page. */
export function statusAnswer(name: string, set: CertificateSet, now: number): CertsAnswer {
  const status = certificateStatus(set, { now })
  return {
    json: { tool, set: name, at: formatDateTime(now), status },
    text: (style) => lines(statusLines(name, status, style)),
    code: status.colour === 'red' ? 1 : 0,
  }
}

export function planAnswer(name: string, set: CertificateSet, plan: RotationPlan, now: number): CertsAnswer {
  const status = certificateStatus(set, { now })
  return {
    json: { tool, set: name, at: formatDateTime(now), plan, status },
    text: (style) =>
      lines([
        ...statusLines(name, { ...status, next: plan.next }, style),
        ...stepLines(plan, style),
        ...findingText(plan.findings, style),
      ]),
    code: status.colour === 'red' || hasError(plan.findings) ? 1 : 0,
  }
}

const marks = { done: 'done', due: 'DUE', waiting: 'waiting', later: 'later' }

/** The steps of a rotation that is under way, or is to begin. */
function stepLines({ steps }: RotationPlan, style: Style): readonly string[] {
  if (steps.every(({ state }) => state === 'done')) return []
  const lines = steps.map(({ step, state, does }) => {
    const words = `  ${marks[state].padEnd(8)} ${step.padEnd(11)} ${printable(does)}`
    return state === 'due' ? style.strong(words) : state === 'done' ? style.faint(words) : words
  })
  return ['', ...lines]
}

/** What became of a set that was to be changed. `more` stands beside it, such as where a key went. */
export function changeAnswer<S extends CertificateSet>(
  name: string,
  change: CertificateChange<S>,
  now: number,
  more: Readonly<Record<string, string>> = {},
): CertsAnswer {
  const { audit, findings, ok } = change
  const status = certificateStatus(change.set, { now })
  const heading = `${audit.outcome.toUpperCase()}  ${audit.action} ${printable(name)}`
  return {
    json: {
      tool,
      set: name,
      at: audit.at,
      verdict: ok ? 'accepted' : 'refused',
      audit,
      ...more,
      findings,
      status,
    },
    text: (style) =>
      lines([
        ok ? style.good(heading) : style.bad(heading),
        ...audit.added.map((sha256) => `  added    ${sha256}`),
        ...audit.removed.map((sha256) => `  removed  ${sha256}`),
        ...Object.entries(more).map(([what, value]) => `  ${what.padEnd(8)} ${printable(value)}`),
        ...findingText(findings, style),
        '',
        ...statusLines(name, status, style),
      ]),
    code: ok ? 0 : 1,
  }
}

function statusLines(name: string, status: CertificateSetStatus, style: Style): readonly string[] {
  const { direction, of, colour, worksUntil, daysLeft, next, certificates } = status
  const works =
    worksUntil === undefined
      ? style.bad('sign-ins do not work')
      : `sign-ins work until ${formatDateTime(worksUntil)}, ${days(daysLeft ?? 0)}`
  return [
    `${coloured(colour, colour.toUpperCase(), style)}  ${direction} ${printable(of)} (${printable(name)}): ${works}`,
    ...certificates.map((one) => memberLine(one, direction, style)),
    `next  ${printable(next)}`,
  ]
}

function memberLine(one: MemberStatus, direction: string, style: Style): string {
  const parts = [
    coloured(one.colour, one.colour.padEnd(6), style),
    one.sha256.slice(0, 16),
    one.state === 'not-yet-valid'
      ? `from ${formatDateTime(one.notBefore)}`
      : `until ${formatDateTime(one.notAfter)}`,
    days(one.daysLeft),
    ...(direction === 'inbound' ? [usage(one)] : [one.active ? style.strong('active') : 'inactive']),
    printable(one.subject),
  ]
  return `  ${parts.join('  ')}`
}

function usage({ use, lastUsedAt }: MemberStatus): string {
  if (lastUsedAt === undefined) return use === 'unused' ? 'unused' : 'no use known'
  return `${use === 'unused' ? 'unused since' : 'used'} ${formatDateTime(lastUsedAt)}`
}

function days(count: number): string {
  if (count < 0) return 'expired'
  return `${count} ${count === 1 ? 'day' : 'days'} left`
}

function coloured(colour: CertificateColour, text: string, style: Style): string {
  return { red: style.bad, yellow: style.warn, green: style.good }[colour](text)
}

function findingText(findings: readonly Finding[], style: Style): readonly string[] {
  return findings.flatMap((finding) => ['', ...findingLines(finding, style)])
}

function lines(all: readonly string[]): string {
  return `${all.join('\n')}\n`
}
