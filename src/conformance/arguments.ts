import { FederationError } from '../core/outcome.js'

type Members = Readonly<Record<string, unknown>>

/** Whether what was given to `buildReport` is what the types say, as far as a report needs it. */
export function checkReportInput(input: unknown): void {
  const members = objectOf(input, 'input')
  checkSubject(members['subject'])
  textOf(members['version'], 'version')
  const { now, verified, outcomes, source, facts } = members
  if (typeof now !== 'number' || !Number.isInteger(now) || now < 0 || now > 253_402_300_799)
    misuse('now must be whole epoch seconds.')
  if (typeof verified !== 'boolean') misuse('verified must be a boolean.')
  checkTexts(facts, 'facts')
  if (source !== undefined) {
    const { kind, text } = objectOf(source, 'source')
    if (kind !== 'xml' && kind !== 'json') misuse('source.kind must be xml or json.')
    textOf(text, 'source.text')
  }
  for (const outcome of listOf(outcomes, 'outcomes')) {
    const { rule, outcome: came, findings } = objectOf(outcome, 'outcomes')
    const row = objectOf(rule, 'outcomes.rule')
    for (const name of ['id', 'source', 'title']) textOf(row[name], `outcomes.rule.${name}`)
    textOf(came, 'outcomes.outcome')
    checkFindings(findings)
  }
}

/** The same of what was given to a reporter. */
export function checkReport(report: unknown): void {
  const { tool, subject, at, verdict, facts, rules, userSees } = objectOf(report, 'report')
  const { name, version } = objectOf(tool, 'report.tool')
  for (const text of [name, version, at, verdict]) textOf(text, 'report')
  checkSubject(subject)
  checkTexts(facts, 'report.facts')
  if (userSees !== undefined) {
    const { text, orElse } = objectOf(userSees, 'report.userSees')
    for (const one of [text, ...listOf(orElse, 'report.userSees')]) textOf(one, 'report.userSees')
  }
  for (const one of listOf(rules, 'report.rules')) {
    const { rule, outcome, findings, why } = objectOf(one, 'report.rules')
    for (const text of [rule, outcome, why]) textOf(text, 'report.rules')
    checkFindings(findings)
  }
}

export function checkFindings(findings: unknown): void {
  for (const finding of listOf(findings, 'findings')) {
    const { rule, reason, severity, message, ...rest } = objectOf(finding, 'findings')
    for (const text of [rule, reason, severity, message]) textOf(text, 'findings')
    for (const name of ['path', 'expected', 'actual', 'fix', 'hint'])
      if (rest[name] !== undefined) textOf(rest[name], `findings.${name}`)
    if (rest['place'] !== undefined) {
      const { line, column, excerpt, caret } = objectOf(rest['place'], 'findings.place')
      textOf(excerpt, 'findings.place.excerpt')
      if (![line, column, caret].every(Number.isInteger)) misuse('findings.place is no place.')
    }
  }
}

function checkSubject(subject: unknown): void {
  const { kind, name } = objectOf(subject, 'subject')
  textOf(kind, 'subject.kind')
  textOf(name, 'subject.name')
}

function checkTexts(map: unknown, what: string): void {
  if (map === undefined) return
  for (const value of Object.values(objectOf(map, what))) textOf(value, what)
}

export function objectOf(value: unknown, what: string): Members {
  if (typeof value !== 'object' || value === null) misuse(`${what} must be an object.`)
  return value as Members
}

function listOf(value: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(value)) misuse(`${what} must be a list.`)
  return value as readonly unknown[]
}

export function textOf(value: unknown, what: string): void {
  if (typeof value !== 'string') misuse(`${what} must be a text.`)
}

function misuse(message: string): never {
  throw new FederationError('ERR_INVALID_OPTION', message)
}
