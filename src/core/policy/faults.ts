import { memberPath } from '../json.js'
import { nearest } from '../nearest.js'
import type { Fault } from '../rule.js'
import { shown } from '../shown.js'

/** The rules that a policy document is held against; see `rules.ts` for what each says. */
export type DocumentRuleId =
  | 'policy/document'
  | 'policy/version'
  | 'policy/effect'
  | 'policy/principal'
  | 'policy/action'
  | 'policy/resource'
  | 'policy/condition'

/** One breach in a policy document, with the rule that it breaks. */
export interface PolicyFault extends Fault {
  readonly rule: DocumentRuleId
  readonly path: string
}

export type FaultDetail = Pick<Fault, 'expected' | 'actual' | 'fix'>

/** Makes the faults of one rule. */
export function faultsOf(
  rule: DocumentRuleId,
): (reason: string, path: string, message: string, detail?: FaultDetail) => PolicyFault {
  return (reason, path, message, detail = {}) => ({ rule, reason, path, message, ...detail })
}

/** Collects the faults of one document, so that a reader can go on after each. */
export type Report = (fault: PolicyFault) => void

export interface Located {
  readonly text: string
  readonly path: string
}

/** An own member; an inherited one is never part of a document. `undefined` when absent. */
export function own(object: object, name: string): { readonly value: unknown } | undefined {
  return Object.hasOwn(object, name) ? { value: (object as Record<string, unknown>)[name] } : undefined
}

/** Every member that the grammar does not know is a fault: it may be a misspelt `Condition`. */
export function checkMembers(value: object, known: readonly string[], path: string, report: Report): void {
  for (const name of Object.keys(value)) {
    if (known.includes(name)) continue
    const meant = nearest(name, known)
    report({
      rule: 'policy/document',
      reason: 'unknown-member',
      path: memberPath(path, name),
      expected: known.join(', '),
      actual: shown(name),
      message: 'A policy has no such element here, so what it was to do is not known.',
      fix: meant === undefined ? 'Remove the element.' : `Spell it "${meant}", or remove it.`,
    })
  }
}

/** IAM's "one string, or an array of strings"; what is neither, and an empty array, is reported. */
export function readStrings(
  value: unknown,
  path: string,
  rule: DocumentRuleId,
  report: Report,
): readonly Located[] {
  if (typeof value === 'string') return [{ text: value, path }]
  if (!Array.isArray(value)) {
    report(notAString(rule, path, value))
    return []
  }
  if (value.length === 0) report({ rule, reason: 'empty', path, message: 'The array is empty.' })
  const texts: Located[] = []
  for (const [index, item] of (value as unknown[]).entries()) {
    const here = memberPath(path, index)
    if (typeof item === 'string') texts.push({ text: item, path: here })
    else report(notAString(rule, here, item))
  }
  return texts
}

export function notAString(rule: DocumentRuleId, path: string, value: unknown): PolicyFault {
  return { rule, reason: 'not-a-string', path, actual: shown(value), message: 'The value must be a string.' }
}
