import { printable } from '../core/shown.js'
import { checkReport } from './arguments.js'
import { htmlStyle } from './htmlStyle.js'
import type { Place } from './place/excerpt.js'
import type { Report, ReportedRule, UserSees } from './report.js'
import { summaryOf, type FindingOfRule } from './summary.js'
import { written } from './textReport.js'

/**
 * A report as one HTML file to read, print or attach to a ticket: no script, nothing from a network, and a policy that
 * forbids both; light or dark as the reader has it. Whatever the subject holds is text in it and never markup.
 *
 * @throws FederationError `ERR_INVALID_OPTION` for misuse
 *
 * @example
 * ```ts
 * import { htmlReport, type Report } from 'countersign/conformance'
 *
 * declare const report: Report
 * console.log(htmlReport(report))
 * ```
 */
export function htmlReport(report: Report): string {
  checkReport(report)
  const { subject, verdict, verified, identity, facts, rules, at, tool, userSees } = report
  const { errors, warnings, counts } = summaryOf(report)
  const accepted = verdict === 'accepted'
  const title = `${accepted ? 'Accepted' : 'Refused'}: ${subject.kind} ${subject.name}`
  const known = Object.entries({ ...identity, ...facts })
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${escaped(title)}</title>
<style>${htmlStyle}</style>
</head>
<body>
<header class="${verdict}">
<p class="kind">${escaped(subject.kind)}</p>
<h1><span class="verdict">${accepted ? 'Accepted' : 'Refused'}</span> ${escaped(subject.name)}</h1>
<p class="meta">Judged at <time datetime="${escaped(at)}">${escaped(at)}</time> by ${escaped(tool.name)} ${escaped(tool.version)}<br>${escaped(counts)}</p>
${verified ? '' : '<p class="unproven">What it says is not proven: a gate before that failed.</p>\n'}</header>
<main>
${known.length === 0 ? '' : section('What it says', `<dl class="facts">${known.map(([name, value]) => `<dt>${escaped(name)}</dt><dd>${escaped(written(value))}</dd>`).join('')}</dl>`)}${userSees === undefined ? '' : section('What the user would see', seen(userSees))}${findings('Must be changed', errors)}${findings('Worth a look', warnings)}${section(
    'Every rule',
    `<table><thead><tr><th>Outcome</th><th>Rule</th><th>What must hold</th></tr></thead><tbody>${rules.map(row).join('')}</tbody></table>`,
  )}</main>
</body>
</html>
`
}

function seen({ text: first, orElse }: UserSees): string {
  return `<p>${[first, ...orElse].map((one) => `“${escaped(one)}”`).join(', or ')}</p>`
}

function section(heading: string, content: string): string {
  return `<section><h2>${escaped(heading)}</h2>${content}</section>\n`
}

function findings(heading: string, list: readonly FindingOfRule[]): string {
  return list.length === 0 ? '' : section(`${heading} (${list.length})`, list.map(article).join('\n'))
}

function article({ rule, finding }: FindingOfRule): string {
  const { reason, severity, path, expected, actual, message, fix, place, hint } = finding
  const where = path === undefined ? '' : `<code>${escaped(path)}</code>`
  const line = place ? `line ${place.line}, column ${place.column}` : ''
  const at = [where, line].filter((part) => part !== '').join('<br>')
  const source = rule.source === undefined ? '' : ` <span class="source">${escaped(rule.source)}</span>`
  return `<article class="${severity === 'error' ? 'error' : 'warning'}">
<h3>${escaped(message)}</h3>
<p class="rule"><code>${escaped(finding.rule)}</code> ${escaped(reason)}${rule.title === undefined ? '' : `. ${escaped(rule.title)}.`}</p>
<dl>
${pair('Where', at)}${place ? pair('', excerpt(place)) : ''}${pair('Expected', code(expected))}${pair('Actual', code(actual))}${pair('Hint', text(hint))}${pair('Why', `${escaped(rule.why)}${source}`)}${pair('Change', text(fix), 'fix')}</dl>
</article>`
}

function pair(label: string, html: string, kind?: string): string {
  if (html === '') return ''
  const attribute = kind === undefined ? '' : ` class="${kind}"`
  return `<dt${attribute}>${label}</dt><dd${attribute}>${html}</dd>\n`
}

function text(value: string | undefined): string {
  return value === undefined ? '' : escaped(value)
}

function code(value: string | undefined): string {
  return value === undefined ? '' : `<code>${escaped(value)}</code>`
}

/** The excerpt with what begins at the place marked: up to the next space, bracket or the end. */
function excerpt({ excerpt: line, caret }: Place): string {
  const length = /^<?[^\s<>]*/.exec(line.slice(caret))?.[0].length ?? 0
  const end = caret + Math.max(1, length)
  return `<pre>${escaped(line.slice(0, caret))}<mark>${escaped(line.slice(caret, end))}</mark>${escaped(line.slice(end))}</pre>`
}

const OUTCOMES = {
  pass: 'passed',
  fail: 'failed',
  cantTell: 'not judged',
  notApplicable: 'not applicable',
} as const

function row({ rule, outcome, title = '', findings: list }: ReportedRule): string {
  const warned = outcome === 'fail' && list.every(({ severity }) => severity === 'warning')
  const said = warned ? 'warned' : OUTCOMES[outcome]
  return `<tr class="${warned ? 'warned' : outcome}"><td>${said}</td><td><code>${escaped(rule)}</code></td><td>${escaped(title)}</td></tr>\n`
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escaped(value: string): string {
  return printable(value).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
}
