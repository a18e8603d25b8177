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

/** Why a set is red; with the certificate, where one is. */
interface Red {
  readonly why: 'expired' | 'nothing-verifies' | 'nothing-signs'
  readonly sha256?: string
}

/** Every command exits with 1 when anything is red in the set as it is then, so that cron can page. */
export function statusAnswer(name: string, set: CertificateSet, now: number): CertsAnswer {
  const status = certificateStatus(set, { now })
  return {
    json: { tool, set: name, at: formatDateTime(now), status, red: redOf(status) },
    text: (style) => lines(statusLines(name, status, style)),
    code: exitCodeOf(status),
  }
}

export function planAnswer(name: string, set: CertificateSet, plan: RotationPlan, now: number): CertsAnswer {
  const status = certificateStatus(set, { now })
  return {
    json: { tool, set: name, at: formatDateTime(now), plan, status, red: redOf(status) },
    text: (style) =>
      lines([
        ...statusLines(name, { ...status, next: plan.next }, style),
        ...stepLines(plan, style),
        ...findingText(plan.findings, style),
      ]),
    code: hasError(plan.findings) ? 1 : exitCodeOf(status),
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
      red: redOf(status),
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
    code: ok ? exitCodeOf(status) : 1,
  }
}

function exitCodeOf({ colour }: CertificateSetStatus): 0 | 1 {
  return colour === 'red' ? 1 : 0
}

function redOf({ certificates, worksUntil, direction }: CertificateSetStatus): readonly Red[] {
  const expired = certificates.flatMap(({ colour, sha256 }): Red[] =>
    colour === 'red' ? [{ why: 'expired', sha256 }] : [],
  )
  if (worksUntil !== undefined) return expired
  return [{ why: direction === 'inbound' ? 'nothing-verifies' : 'nothing-signs' }, ...expired]
}

const redWords: Readonly<Record<Red['why'], string>> = {
  expired: 'has expired',
  'nothing-verifies': 'no certificate of the set can verify a sign-in now',
  'nothing-signs': 'the active certificate is not valid now',
}

function redLine(red: readonly Red[], style: Style): readonly string[] {
  if (red.length === 0) return []
  const words = red.map(({ why, sha256 }) => [sha256?.slice(0, 16), redWords[why]].filter(Boolean).join(' '))
  return [style.bad(`red   ${words.join('; ')}`)]
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
    ...redLine(redOf(status), style),
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
