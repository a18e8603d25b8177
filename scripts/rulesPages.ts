import { rulebook, type Area, type BookRow } from '../src/cli/rulebook.js'
import { examplesIn, reasonsIn, vectorsOf, type Vector } from '../src/cli/vectors.js'
import { whyOf } from '../src/conformance/index.js'
import { PORTAL_SYMPTOMS } from '../src/directory/portal/symptoms.js'
import { SIGN_IN_MESSAGES } from '../src/saml/outwardMessage.js'

/**
 * docs/rules.md and a page for each area under docs/rules, from the tables that the checks themselves stand in: content by
 * path.
 */
export function rulesPages(): ReadonlyMap<string, string> {
  return new Map([
    ['docs/rules.md', index()],
    ...rulebook.map((area): [string, string] => [`docs/rules/${area.name}.md`, page(area)]),
  ])
}

const generated =
  'Generated from the rule tables by `npm run docs`. Sources: R-numbers are the requirements extracted from the guide of\nAWS IAM Identity Center, C-numbers its contradictions, "attack" the catalogue of attack classes.'

function index(): string {
  return [
    '# Rules',
    '',
    generated,
    '',
    '`countersign explain RULE` tells the same on the command line. A page for each area:',
    '',
    ...rulebook.flatMap(({ name, title, rules }) => [
      `## [${title}](rules/${name}.md)`,
      '',
      ...rules.map(
        (rule) => `- [\`${rule.id}\`](rules/${name}.md#${anchor(rule)})${warning(rule)} ${cell(rule.title)}`,
      ),
      '',
    ]),
    ...symptoms(),
  ].join('\n')
}

/** What people see, which names no rule. */
function symptoms(): string[] {
  const pages = Object.values(SIGN_IN_MESSAGES).map(({ text, check, source }) => ({
    symptom: `"${text}" at sign-in`,
    cause: 'Many: `check response` names the rule behind it.',
    fix: check.join(' '),
    source,
  }))
  const row = (cells: readonly string[]): string =>
    `| ${cells.map((text) => text.replaceAll('|', '\\|')).join(' | ')} |`
  const columns = ['what people see', 'why', 'what to do', 'source']
  return [
    '## What people see',
    '',
    row(columns),
    row(columns.map(() => '---')),
    ...[...pages, ...PORTAL_SYMPTOMS].map(({ symptom, cause, fix, source }) =>
      row([symptom, cause, fix, source]),
    ),
    '',
  ]
}

function page({ title, rules }: Area): string {
  const answered = rules.some(({ answer }) => answer !== undefined)
  return [
    `# Rules: ${title}`,
    '',
    generated,
    ...(answered ? ['The answer is what the caller over the wire is told.'] : []),
    '',
    ...rules.flatMap(section),
  ].join('\n')
}

function section(rule: BookRow): string[] {
  const vectors = vectorsOf(rule.id) ?? []
  const reasons = reasonsIn(vectors)
  const { passing, failing } = examplesIn(vectors)
  const examples = [
    ...(passing ? [`${link(passing)} passes`] : []),
    ...(failing ? [`${link(failing)} is ${failing.expect} (\`${failing.reason}\`)`] : []),
  ]
  return [
    `## ${rule.id}`,
    '',
    `${cell(rule.title)}.${warning(rule)}`,
    '',
    `- Why: ${cell(whyOf(rule))}`,
    `- What to change: ${cell(rule.fix)}`,
    `- Source: ${cell(rule.source)}`,
    ...(rule.answer === undefined ? [] : [`- Answer: \`${rule.answer}\``]),
    ...(reasons.length === 0 ? [] : [`- Reasons: ${reasons.map((reason) => `\`${reason}\``).join(', ')}`]),
    ...(examples.length === 0 ? [] : [`- Examples: ${examples.join('; ')}`]),
    '',
  ]
}

function link({ title, file }: Vector): string {
  return `[${cell(title)}](../../${file})`
}

function warning({ severity }: BookRow): string {
  return severity === 'warning' ? ' _(warning)_' : ''
}

/** As GitHub makes the anchor of a heading. */
function anchor({ id }: BookRow): string {
  return id.replaceAll('/', '')
}

/** What would be read as markup stands as it is. */
function cell(text: string): string {
  return text.replace(/[\\<>|[\]*_`]/g, (character) => `\\${character}`)
}
