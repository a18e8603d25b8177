import { contextKey, isEmpty, readingOf, type Context, type Reading } from './context.js'
import type { DocumentRuleId, Located, Report } from './faults.js'
import { patternOf, type Pattern } from './match.js'
import { shown } from '../shown.js'

/** Version 2008-10-17, which an absent Version means, has no policy variables: `${` is text like any other there. */
export type PolicyVersion = '2012-10-17' | '2008-10-17'

/** A piece of a value: text with wildcards, one of `${*}`, `${?}`, `${$}`, or a variable, which may have a default. */
export type TemplatePart = { readonly type: 'text' | 'character'; readonly text: string } | Variable

export interface Variable {
  readonly type: 'variable'
  readonly key: string
  readonly fallback?: string
}

/** Keys that hold several values, of which IAM fills no variable even when there is but one. */
const MULTIVALUED: readonly string[] = [
  'aws:calledvia',
  'aws:principalorgpaths',
  'aws:principalservicenameslist',
  'aws:resourceorgpaths',
  'aws:sourceorgpaths',
  'aws:tagkeys',
  'aws:vpceorgpaths',
  'sts:requestcontextproviders',
  'sts:transitivetagkeys',
]

/** Reads a value with its variables; undefined where what follows a `${` is none. In time that is linear. */
export function readTemplate(text: string, version: PolicyVersion): readonly TemplatePart[] | undefined {
  if (version !== '2012-10-17') return [{ type: 'text', text }]
  const parts: TemplatePart[] = []
  let from = 0
  for (;;) {
    const start = text.indexOf('${', from)
    if (start !== from || start < 0) {
      const plain = text.slice(from, start < 0 ? undefined : start)
      if (plain !== '') parts.push({ type: 'text', text: plain })
    }
    if (start < 0) return parts
    const variable = readVariable(text, start + 2)
    if (!variable) return undefined
    parts.push(variable.part)
    from = variable.end
  }
}

/** What stands between `${` and `}`: a character, `service:Key`, or `service:Key, 'default'`. */
function readVariable(
  text: string,
  from: number,
): { readonly part: TemplatePart; readonly end: number } | undefined {
  const first = text[from] ?? ''
  if ('*?$'.includes(first) && first !== '' && text[from + 1] === '}') {
    return { part: { type: 'character', text: first }, end: from + 2 }
  }
  let at = from
  while (at < text.length && !"${},'".includes(text[at] ?? '')) at++
  const key = text.slice(from, at)
  if (!/^[^:\s][^:]*:[^]*\S$/.test(key)) return undefined
  if (text[at] === '}') return { part: { type: 'variable', key }, end: at + 1 }
  if (!text.startsWith(", '", at)) return undefined
  const end = text.indexOf("'", at + 3)
  const fallback = text.slice(at + 3, end)
  if (end < 0 || text[end + 1] !== '}' || fallback.includes('${')) return undefined
  return { part: { type: 'variable', key, fallback }, end: end + 2 }
}

/** Where a value stands: everywhere in text, in the last part of a resource's ARN, or nowhere. */
export type VariablePlace = 'anywhere' | 'resource' | 'nowhere'

/** Reports a variable that IAM would not fill where it stands. */
export function checkVariable(
  { text, path }: Located,
  version: PolicyVersion,
  rule: DocumentRuleId,
  place: VariablePlace,
  report: Report,
): void {
  if (version !== '2012-10-17' || !text.includes('${')) return
  const actual = shown(text)
  if (place === 'nowhere') {
    report({
      rule,
      reason: 'variable-not-allowed',
      path,
      actual,
      message: 'IAM fills policy variables for String and Arn operators only.',
      fix: 'Write the value out.',
    })
    return
  }
  const parts = readTemplate(text, version)
  if (!parts) {
    report({
      rule,
      reason: 'variable-syntax',
      path,
      expected: "${service:Key}, ${service:Key, 'default'}, ${*}, ${?} or ${$}",
      actual,
      message: 'What follows "${" is no policy variable.',
      fix: 'Write a condition key between "${" and "}"; a default follows a comma and a space, in single quotes.',
    })
    return
  }
  if (parts.some((part) => part.type === 'variable' && MULTIVALUED.includes(contextKey(part.key)))) {
    report({
      rule,
      reason: 'variable-not-allowed',
      path,
      actual,
      message: 'IAM fills no policy variable from a key that holds several values.',
      fix: 'Compare the key itself, with ForAllValues or ForAnyValue.',
    })
  }
  if (place === 'resource' && !standsLast(parts)) {
    report({
      rule,
      reason: 'variable-position',
      path,
      actual,
      message: 'In a resource, variables stand after the fifth colon only.',
      fix: 'Write partition, service, Region and account out.',
    })
  }
}

function standsLast(parts: readonly TemplatePart[]): boolean {
  const [first] = parts
  const colons = first?.type === 'text' ? first.text.split(':').length - 1 : 0
  return colons >= 5
}

/** The variables of a value. */
export function variablesIn(text: string, version: PolicyVersion): readonly Variable[] {
  return (readTemplate(text, version) ?? []).filter((part) => part.type === 'variable')
}

/** Many variables of one long value would make a pattern of any length, and nothing that is compared is as long. */
export const MAX_FILLED = 65_536

/**
 * A value with its variables filled from the request; undefined when one cannot be: its key is absent, or read as such,
 * and it has no default, or it has several values. A variable that is all of a value may bring the colons of an ARN.
 */
export function fillTemplate(
  text: string,
  version: PolicyVersion,
  context: Context,
  reading: Reading,
): Pattern | undefined {
  if (version !== '2012-10-17' || !text.includes('${')) return patternOf(text)
  const parts = readTemplate(text, version)
  if (!parts) return undefined
  let filled = ''
  let marks = ''
  for (const part of parts) {
    const piece = part.type === 'variable' ? valueOf(part, context, reading) : part.text
    if (piece === undefined || filled.length + piece.length > MAX_FILLED) return undefined
    filled += piece
    if (part.type === 'text') marks += piece
    else marks += parts.length === 1 ? piece.replaceAll(/[^:]/g, '=') : '='.repeat(piece.length)
  }
  return { text: filled, marks }
}

function valueOf({ key, fallback }: Variable, context: Context, reading: Reading): string | undefined {
  const values = readingOf(context, key, reading)
  if (values.length === 0 || (isEmpty(values) && !reading.emptyFills)) return fallback
  return values.length === 1 ? values[0] : undefined
}

/** As near misses are told: the tag key as it is spelled, and the empty text for no value. */
export const STRICT: Reading = { tagKey: 'exact', emptyFills: false }

/** The keys of variables that are not filled, or may not be, because theirs is the empty text. */
export function unfilledKeys(text: string, version: PolicyVersion, context: Context): readonly string[] {
  return (readTemplate(text, version) ?? []).flatMap((part) =>
    part.type === 'variable' &&
    (valueOf(part, context, STRICT) === undefined || isEmpty(readingOf(context, part.key, STRICT)))
      ? [part.key]
      : [],
  )
}
