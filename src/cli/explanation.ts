import { whyOf, type Place } from '../conformance/index.js'
import { placesIn } from '../conformance/place/places.js'
import { nearest } from '../core/nearest.js'
import { printable } from '../core/shown.js'
import { inspectResponse, type ResponseExpectation } from '../saml/index.js'
import { rulebook, type Area, type BookRow } from './rulebook.js'
import { examplesIn, reasonsIn, vectorsOf, type Vector } from './vectors.js'

export interface Found {
  readonly area: Area
  readonly rule: BookRow
}

/** A rule by its id, or by what stands after the slash where that names one rule alone. */
export function ruleNamed(name: string): Found | undefined {
  const all = rulebook.flatMap((area) => area.rules.map((rule): Found => ({ area, rule })))
  const exact = all.find(({ rule }) => rule.id === name)
  if (exact) return exact
  const short = all.filter(({ rule }) => rule.id.endsWith(`/${name}`))
  return short.length === 1 ? short[0] : undefined
}

/** What to say of a name that no rule has: the nearest that one has. */
export function noSuchRule(name: string): string {
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

export interface Example {
  readonly title: string
  readonly file: string
  readonly reason?: string
  /** Where it is right or wrong, for a Response. */
  readonly place?: Place
  readonly input: unknown
}

/** A rule in full, as `explain` tells it. */
export interface Explanation {
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

export function explanationOf(area: Area, rule: BookRow): Explanation {
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
  return input && placesIn({ kind: 'xml', text: input.message })(path)
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
