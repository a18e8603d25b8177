import type { Finding } from '../core/outcome.js'
import { printable, shown } from '../core/shown.js'
import { checkFindings, checkReport } from './arguments.js'
import { summaryOf } from './summary.js'
import type { Report, ReportedFinding, ReportedRule } from './report.js'
import { plain, type Style } from './style.js'

export interface TextReportOptions {
  /** Lists what passed and what was not judged as well. Default: counts alone. */
  readonly verbose?: boolean | undefined
}

/** Lines are broken here; what has no spaces is left whole, to be copied. */
const WIDTH = 100

/**
 * A report for a person: the verdict, then each finding with what to change; passes are only counted.
 *
 * @throws FederationError `ERR_INVALID_OPTION` for misuse
 */
export function textReport(
  report: Report,
  style: Style = plain,
  { verbose = false }: TextReportOptions = {},
): string {
  checkReport(report)
  const { subject, verdict, verified, identity, facts, rules, at, userSees } = report
  const heading =
    verdict === 'accepted'
      ? style.good(`ACCEPTED  ${subject.kind} ${printable(subject.name)}`)
      : style.bad(`REFUSED  ${subject.kind} ${printable(subject.name)}`)
  const { errors, warnings, counts } = summaryOf(report)
  const known = Object.entries({ ...identity, ...facts }).flatMap(([name, value]) =>
    wrapped(`  ${printable(name)}: `, written(value)),
  )
  return [
    heading,
    style.faint(`judged at ${at}; ${counts}`),
    ...(verified ? [] : [style.warn('What it says is not proven: a gate before that failed.')]),
    ...(known.length > 0 ? ['', ...known] : []),
    ...(userSees === undefined
      ? []
      : ['', `What the user would see: ${[userSees.text, ...userSees.orElse].map(quoted).join(', or ')}`]),
    ...[...errors, ...warnings].flatMap(({ rule, finding }) => ['', ...findingLines(finding, style, rule)]),
    ...(verbose ? outcomeLines(rules, style) : []),
    '',
  ].join('\n')
}

function quoted(text: string): string {
  return `"${printable(text)}"`
}

/** A value as a person reads it; a map as its pairs. */
export function written(value: unknown): string {
  if (typeof value === 'string') return printable(value)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return shown(value)
  return Object.entries(value)
    .map(([key, one]) => `${printable(key)}=${written(one)}`)
    .join(', ')
}

/** One finding, as it fits a screen: what, where, what was expected and came, why it matters, what to change. */
export function findingLines(
  finding: Finding | ReportedFinding,
  style: Style = plain,
  rule?: ReportedRule,
): readonly string[] {
  checkFindings([finding])
  const { rule: id, reason, severity, path, expected, actual, message, fix } = finding
  const { place, hint } = finding as ReportedFinding
  const mark = severity === 'error' ? style.bad('error') : style.warn('warning')
  const why = rule && `${rule.why}${rule.source === undefined ? '' : ` (${rule.source})`}`
  return [
    `${mark}  ${style.strong(id)} (${printable(reason)})${path === undefined ? '' : ` at ${printable(path)}`}`,
    ...wrapped('  ', printable(message)),
    ...labelled('rule', rule?.title),
    ...(place
      ? [
          `  where     line ${place.line}, column ${place.column}`,
          `            ${style.faint(place.excerpt)}`,
          `            ${' '.repeat(place.caret)}${style.bad('^')}`,
        ]
      : []),
    ...labelled('expected', expected),
    ...labelled('actual', actual),
    ...labelled('hint', hint),
    ...labelled('why', why).map((line) => style.faint(line)),
    ...labelled('fix', fix),
  ]
}

function labelled(label: string, text: string | undefined): readonly string[] {
  return text === undefined ? [] : wrapped(`  ${label.padEnd(10)}`, printable(text))
}

/** A text after its label, broken at spaces; what follows the first line stands under it. */
export function wrapped(label: string, text: string): readonly string[] {
  const lines: string[] = []
  let line = label
  let isEmpty = true
  for (const word of text.split(' ')) {
    if (!isEmpty && line.length + 1 + word.length > WIDTH) {
      lines.push(line)
      line = ' '.repeat(label.length) + word
    } else line += isEmpty ? word : ` ${word}`
    isEmpty = false
  }
  return [...lines, line]
}

const MARKS = { pass: 'pass', fail: 'FAIL', cantTell: 'unknown', notApplicable: 'n/a' } as const

function outcomeLines(rules: readonly ReportedRule[], style: Style): readonly string[] {
  const width = Math.max(0, ...rules.map(({ rule }) => rule.length))
  return [
    '',
    style.strong('Every rule'),
    ...rules.map(({ rule, outcome, title = '' }) =>
      `  ${MARKS[outcome].padEnd(8)} ${rule.padEnd(width)}  ${title}`.trimEnd(),
    ),
  ]
}
