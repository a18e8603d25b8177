import type { Finding } from '../core/outcome.js'
import { printable, shown } from '../core/shown.js'
import type { Report } from './report.js'
import { plain, type Style } from './style.js'

/** A report for a person: the verdict, then each finding with what to change; passes are only counted. */
export function textReport(report: Report, style: Style = plain): string {
  const { subject, verdict, verified, identity, facts, rules, at, userSees } = report
  const heading =
    verdict === 'accepted'
      ? style.good(`ACCEPTED  ${subject.kind} ${printable(subject.name)}`)
      : style.bad(`REFUSED  ${subject.kind} ${printable(subject.name)}`)
  const findings = rules.flatMap((rule) => rule.findings)
  const errors = findings.filter(({ severity }) => severity === 'error')
  const warnings = findings.filter(({ severity }) => severity === 'warning')
  const count = (outcome: string): number => rules.filter((rule) => rule.outcome === outcome).length
  const warned = rules.filter(
    (rule) => rule.outcome === 'fail' && rule.findings.every(({ severity }) => severity === 'warning'),
  ).length
  const counts = [
    `${count('pass')} passed`,
    `${count('fail') - warned} failed`,
    ...(warned === 0 ? [] : [`${warned} warned`]),
    `${count('cantTell')} could not be judged`,
    `${count('notApplicable')} not applicable`,
  ].join(', ')
  const known = Object.entries({ ...identity, ...facts }).map(
    ([name, value]) => `  ${name}: ${written(value)}`,
  )
  return [
    heading,
    style.faint(`judged at ${at}; ${counts}`),
    ...(verified ? [] : [style.warn('What it says is not proven: a gate before that failed.')]),
    ...(known.length > 0 ? ['', ...known] : []),
    ...(userSees === undefined
      ? []
      : ['', `What the user would see: ${[userSees.text, ...userSees.orElse].map(quoted).join(', or ')}`]),
    ...[...errors, ...warnings].flatMap((finding) => ['', ...findingLines(finding, style)]),
    '',
  ].join('\n')
}

function quoted(text: string): string {
  return `"${printable(text)}"`
}

/** A value as a person reads it; a map as its pairs. */
function written(value: unknown): string {
  if (typeof value === 'string') return printable(value)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return shown(value)
  return Object.entries(value)
    .map(([key, one]) => `${printable(key)}=${written(one)}`)
    .join(', ')
}

/** One finding, as it fits a screen. */
export function findingLines(finding: Finding, style: Style = plain): readonly string[] {
  const { rule, reason, severity, path, expected, actual, message, fix } = finding
  const mark = severity === 'error' ? style.bad('error') : style.warn('warning')
  return [
    `${mark}  ${style.strong(rule)} (${printable(reason)})${path === undefined ? '' : ` at ${printable(path)}`}`,
    `  ${printable(message)}`,
    ...(expected === undefined ? [] : [`  expected  ${printable(expected)}`]),
    ...(actual === undefined ? [] : [`  actual    ${printable(actual)}`]),
    ...(fix === undefined ? [] : [`  fix       ${printable(fix)}`]),
  ]
}
