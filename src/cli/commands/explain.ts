import type { Style } from '../../conformance/index.js'
import { wrapped } from '../../conformance/textReport.js'
import { printable } from '../../core/shown.js'
import { explanationOf, noSuchRule, ruleNamed, type Example, type Explanation } from '../explanation.js'
import { jsonText } from '../jsonText.js'
import { Misuse } from '../misuse.js'
import { oneOf, readOptions } from '../options.js'
import { rulebook, type Area, type BookRow } from '../rulebook.js'
import type { Terminal } from '../terminal.js'
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
    out(wantsJson ? jsonText({ tool, areas: rulebook.map(areaNames) }) : areasText(style))
    return 0
  }
  const area = rulebook.find((one) => one.name === name)
  const found = ruleNamed(name)
  if (!found && area) {
    out(
      wantsJson
        ? jsonText({ tool, area: area.name, rules: area.rules.map(described) })
        : areaText(area, style),
    )
    return 0
  }
  if (!found) throw new Misuse(noSuchRule(name))
  const explanation = explanationOf(found.area, found.rule)
  out(wantsJson ? jsonText({ tool, ...explanation }) : ruleText(explanation, style))
  return 0
}

const tool = { name: 'countersign', version } as const

function areaNames({ name, title, rules }: Area): object {
  return { area: name, title, rules: rules.map(({ id }) => id) }
}

function described({ id, severity, title }: BookRow): object {
  return { rule: id, severity, title }
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
