import { buildReport, whyOf, wrapped, type Place, type Style } from '../../conformance/index.js'
import { nearest } from '../../core/nearest.js'
import { printable } from '../../core/shown.js'
import { inspectResponse, type ResponseExpectation } from '../../saml/index.js'
import { json } from '../json.js'
import { Misuse } from '../misuse.js'
import { oneOf, readOptions } from '../options.js'
import { rulebook, type Area, type BookRow } from '../rulebook.js'
import type { Terminal } from '../terminal.js'
import { examplesIn, reasonsIn, vectorsOf, type Vector } from '../vectors.js'
import { version } from '../version.js'

/**
 * `explain RULE`: what a rule asks, why, where it comes from, what to change, and an example that passes and one that does
 * not. `explain AREA` lists the rules of an area, `explain` the areas.
 */
export function explain(words: readonly string[], terminal: Terminal): 0 {
  const { values, positionals } = readOptions(words, { format: 'string' })
  const [name, ...others] = positionals
  if (others.length > 0) throw new Misuse('explain takes one RULE, one area, or nothing.')
  const wantsJson = oneOf(values, 'format', ['text', 'json']) === 'json'
  const { out, style } = terminal
  if (name === undefined) {
    out(wantsJson ? json({ tool, areas: rulebook.map(areaNames) }) : areasText(style))
    return 0
  }
  const area = rulebook.find((one) => one.name === name)
  const found = ruleNamed(name)
  if (!found && area) {
    out(wantsJson ? json({ tool, area: area.name, rules: area.rules.map(described) }) : areaText(area, style))
    return 0
  }
  if (!found) throw new Misuse(unknown(name))
  const explanation = explanationOf(found.area, found.rule)
  out(wantsJson ? json({ tool, ...explanation }) : ruleText(explanation, style))
  return 0
}

const tool = { name: 'countersign', version } as const

function areaNames({ name, title, rules }: Area): object {
  return { area: name, title, rules: rules.map(({ id }) => id) }
}

function described({ id, severity, title }: BookRow): object {
  return { rule: id, severity, title }
}

interface Found {
  readonly area: Area
  readonly rule: BookRow
}

/** A rule by its id, or by what stands after the slash where that names one rule alone. */
function ruleNamed(name: string): Found | undefined {
  const all = rulebook.flatMap((area) => area.rules.map((rule): Found => ({ area, rule })))
  const exact = all.find(({ rule }) => rule.id === name)
  if (exact) return exact
  const short = all.filter(({ rule }) => rule.id.endsWith(`/${name}`))
  return short.length === 1 ? short[0] : undefined
}

function unknown(name: string): string {
  const ids = rulebook.flatMap(({ rules }) => rules.map(({ id }) => id))
  const ending = ids.filter((id) => id.endsWith(`/${name}`))
  const terms = ids.map((id) => id.slice(id.indexOf('/') + 1))
  const term = nearest(name, terms)
  const meant =
    ending.length > 0
      ? ending.join(' or ')
      : (nearest(name, [...ids, ...rulebook.map((area) => area.name)]) ??
        (term === undefined ? undefined : ids[terms.indexOf(term)]))
  const known = 'Run countersign explain for the list of areas.'
  const shown = printable(name.slice(0, 80))
  return meant === undefined
    ? `There is no rule "${shown}". ${known}`
    : `There is no rule "${shown}". Did you mean ${meant}? ${known}`
}

interface Example {
  readonly title: string
  readonly file: string
  readonly reason?: string
  /** Where it is right or wrong, for a Response. */
  readonly place?: Place
  readonly input: unknown
}

interface Explanation {
  readonly rule: string
  readonly area: string
  readonly severity: string
  readonly title: string
  readonly why: string
  readonly source: string
  readonly fix: string
  readonly answer?: string
  readonly reasons: readonly string[]
  readonly examples: { readonly passing?: Example; readonly failing?: Example }
  /** Whether this rule has vectors, and whether they are there. */
  readonly vectors: 'shipped' | 'none' | 'missing'
}

function explanationOf(area: Area, rule: BookRow): Explanation {
  const vectors = vectorsOf(rule.id)
  const { passing, failing } = examplesIn(vectors ?? [])
  const at = failing && pathOf(failing, rule)
  const example = ({ title, file, reason, input }: Vector, place: Place | undefined): Example => ({
    title,
    file,
    ...(reason === undefined ? {} : { reason }),
    ...(place ? { place } : {}),
    input,
  })
  return {
    rule: rule.id,
    area: area.name,
    severity: rule.severity,
    title: rule.title,
    why: whyOf(rule),
    source: rule.source,
    fix: rule.fix,
    ...(rule.answer === undefined ? {} : { answer: rule.answer }),
    reasons: reasonsIn(vectors ?? []),
    examples: {
      ...(passing ? { passing: example(passing, placeIn(passing, at)) } : {}),
      ...(failing ? { failing: example(failing, placeIn(failing, at)) } : {}),
    },
    vectors: vectors === undefined ? 'missing' : vectors.length === 0 ? 'none' : 'shipped',
  }
}

/** Where the rule finds fault with a Response: judging it anew is how its place is known. */
function pathOf(vector: Vector, rule: BookRow): string | undefined {
  const input = responseIn(vector)
  if (!input) return undefined
  const { rules } = inspectResponse(input.message, input.expectation)
  return rules.flatMap(({ findings }) => findings).find((finding) => finding.rule === rule.id)?.path
}

function placeIn(vector: Vector, path: string | undefined): Place | undefined {
  const input = responseIn(vector)
  if (!input || path === undefined) return undefined
  const { rules } = buildReport({
    version,
    subject: { kind: 'response', name: vector.id },
    now: input.expectation.now,
    verified: true,
    source: { kind: 'xml', text: input.message },
    outcomes: [
      {
        rule: { id: 'saml/message', severity: 'error', source: '', title: '', fix: '' },
        outcome: 'fail',
        findings: [{ rule: 'saml/message', reason: 'here', severity: 'error', path, message: '' }],
      },
    ],
  })
  return rules[0]?.findings[0]?.place
}

function responseIn({
  subject,
  input,
  now,
}: Vector): { readonly message: string; readonly expectation: ResponseExpectation } | undefined {
  if (subject !== 'response') return undefined
  const { message, expectation } = input as { message: unknown; expectation: ResponseExpectation }
  return typeof message === 'string' && message.startsWith('<')
    ? { message, expectation: { ...expectation, now } }
    : undefined
}

/** More of an input than this is for the file. */
const MAX_INPUT_CHARACTERS = 700

function ruleText(explanation: Explanation, style: Style): string {
  const { rule, severity, title, why, source, fix, answer, reasons, examples, vectors } = explanation
  const { passing, failing } = examples
  const none =
    vectors === 'missing'
      ? 'The test vectors are not where the package has them (test/vectors), so there are no examples.'
      : 'There are no vectors for this rule.'
  return `${[
    `${style.strong(rule)}${severity === 'warning' ? style.warn(' (warning)') : ''}`,
    ...wrapped('  ', `${title}.`),
    '',
    ...wrapped('  why      ', why),
    ...wrapped('  source   ', source),
    ...wrapped('  fix      ', fix),
    ...(answer === undefined ? [] : [`  answer   ${answer}`]),
    ...(reasons.length === 0 ? [] : wrapped('  reasons  ', reasons.join(', '))),
    '',
    ...(passing ? exampleLines(style.good('passes'), passing, style) : []),
    ...(failing ? exampleLines(style.bad('fails '), failing, style) : []),
    ...(passing || failing ? [] : [`  ${none}`]),
  ].join('\n')}\n`
}

function exampleLines(mark: string, { title, file, reason, place, input }: Example, style: Style): string[] {
  const text = tokenText(input) ?? JSON.stringify(input)
  return [
    `  ${mark}   ${printable(title)}${reason === undefined ? '' : ` (${reason})`}`,
    ...(place
      ? [`           ${style.faint(place.excerpt)}`, `           ${' '.repeat(place.caret)}^`]
      : text.length <= MAX_INPUT_CHARACTERS
        ? [`           ${style.faint(printable(text))}`]
        : []),
    `           ${style.faint(file)}`,
  ]
}

/** Of a token, what it says: the rest of it only a machine reads. */
function tokenText(input: unknown): string | undefined {
  const token = typeof input === 'object' && input !== null && 'token' in input ? input.token : undefined
  if (typeof token !== 'string' || !/^eyJ[\w-]+\.eyJ[\w-]+\.[\w-]*$/.test(token)) return undefined
  const parts = token.split('.', 2).map((part) => Buffer.from(part, 'base64url').toString('utf8'))
  return parts.join(' . ')
}

function areaText({ name, title, rules }: Area, style: Style): string {
  const width = Math.max(...rules.map(({ id }) => id.length))
  return `${[
    style.strong(`${title} (${name})`),
    ...rules.map(({ id, title: what }) => `  ${id.padEnd(width)}  ${what}`),
    '',
    'countersign explain RULE tells more of one.',
  ].join('\n')}\n`
}

function areasText(style: Style): string {
  const width = Math.max(...rulebook.map(({ name }) => name.length))
  return `${[
    style.strong('Areas of rules'),
    ...rulebook.map(({ name, title, rules }) => `  ${name.padEnd(width)}  ${title}: ${rules.length} rules`),
    '',
    'countersign explain AREA lists the rules of one, countersign explain RULE tells of one rule.',
  ].join('\n')}\n`
}
