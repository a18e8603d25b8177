import type { Decision, DecisionNearMiss } from '../abac/index.js'
import { findingLines, type Style } from '../conformance/index.js'
import type { Finding } from '../core/outcome.js'
import { printable } from '../core/shown.js'

/** A policy that was read from a file. */
export interface NamedPolicy {
  readonly layer: 'identity' | 'session' | 'scps' | 'resource' | 'boundary'
  /** Its place in its layer. */
  readonly index: number
  readonly file: string
  readonly json: unknown
}

export interface DecisionReport {
  readonly tool: { readonly name: string; readonly version: string }
  readonly request: { readonly principal: string; readonly action: string; readonly resource: string }
  readonly tags: Readonly<Record<string, string>>
  readonly decision: Decision
  readonly lint: readonly {
    readonly layer: string
    readonly policy: number
    readonly file: string
    readonly findings: readonly Finding[]
  }[]
}

/** The decision, what decided, what nearly did, and the traps, for a person. */
export function decisionText(report: DecisionReport, policies: readonly NamedPolicy[], style: Style): string {
  const { request, tags, decision, lint } = report
  const { effect, by, nearMisses, findings } = decision
  const what = `${printable(request.action)} on ${printable(request.resource)}`
  const heading = effect === 'allow' ? style.good(`ALLOWED  ${what}`) : style.bad(`DENIED  ${what}`)
  const named = by && `${placeOf(by, policies)}${by.sid === undefined ? '' : ` "${printable(by.sid)}"`}`
  const cause = {
    allow: `allowed by ${named ?? ''}`,
    explicitDeny: `explicitly denied by ${named ?? ''}`,
    implicitDeny: 'implicitly denied: not everything that must allow it does',
  }[effect]
  const told = Object.entries(tags).map(([key, value]) => `${printable(key)}=${printable(value)}`)
  // The table of near misses says the same, with both sides beside each other.
  const rest = findings.filter(({ rule }) => rule !== 'policy/condition-unmet')
  const traps = lint.flatMap(({ findings: found }) => found)
  return [
    heading,
    style.faint(cause),
    '',
    `  principal     ${printable(request.principal)}`,
    `  session tags  ${told.length === 0 ? '(none)' : told.join(', ')}`,
    ...(nearMisses.length === 0
      ? []
      : ['', style.strong('Nearly allowed'), ...missTable(nearMisses, policies, style)]),
    ...rest.flatMap((finding) => ['', ...findingLines(finding, style)]),
    ...(traps.length === 0 ? [] : ['', style.strong('Traps in the policies')]),
    ...traps.flatMap((finding) => ['', ...findingLines(finding, style)]),
    '',
  ].join('\n')
}

const LAYERS: Readonly<Record<string, string>> = {
  identity: 'policy',
  session: 'session policy',
  scps: 'SCP',
  resource: 'resource policy',
  boundary: 'boundary',
  identityContext: 'allow list of the identity context',
}

function placeOf(
  { layer, policy, statement }: Pick<NonNullable<Decision['by']>, 'layer' | 'policy' | 'statement'>,
  policies: readonly NamedPolicy[],
): string {
  const file = policies.find((one) => one.layer === layer && one.index === policy)?.file
  const name = `${LAYERS[layer] ?? layer}${file === undefined ? '' : ` ${printable(file)}`}`
  return `${name}, statement ${statement + 1}`
}

/** One row for each condition that failed: where, what was compared, what was wanted, what the request has. */
function missTable(
  misses: readonly DecisionNearMiss[],
  policies: readonly NamedPolicy[],
  style: Style,
): readonly string[] {
  const rows = misses.map((miss) => [
    `${placeOf(miss, policies)}${miss.sid === undefined ? '' : ` "${printable(miss.sid)}"`}`,
    miss.operator === miss.key ? miss.operator : printable(`${miss.operator} ${miss.key}`),
    wanted(miss),
    miss.actual === undefined || miss.actual.length === 0
      ? '(absent)'
      : `${cut(miss.actual.join(', '))}${miss.spelled === undefined ? '' : ` (under ${printable(miss.spelled)})`}`,
  ])
  const table = [['statement', 'compares', 'wants', 'has'], ...rows]
  const widths = [0, 1, 2].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)))
  return table.map((row, index) => {
    const cells = row.map((cell, column) => cell.padEnd(widths[column] ?? 0))
    const line = `  ${cells.join('  ').trimEnd()}`
    return index === 0 ? style.faint(line) : line
  })
}

function wanted({ expected, filled }: DecisionNearMiss): string {
  return expected
    .map((text, index) => {
      const value = filled?.[index]
      if (value === undefined || value === text) return cut(text)
      return value === null ? `${cut(text)}, which is not filled` : `${cut(value)} (${cut(text)})`
    })
    .join(' or ')
}

const LONGEST = 80

function cut(text: string): string {
  return printable(text.length > LONGEST ? `${text.slice(0, LONGEST)}...` : text)
}
