import { isObject, memberPath } from '../json.js'
import { checkMembers, faultsOf, notAString, own, type PolicyFault, type Report } from './faults.js'
import { shown } from '../shown.js'
import { readStatement, type PolicyKind, type Reading, type Statement } from './statement.js'
import type { PolicyVersion } from './variables.js'

/** A policy that was understood to the last element. */
export interface Policy {
  readonly kind: PolicyKind
  readonly version: PolicyVersion
  readonly statements: readonly Statement[]
}

/** A policy, or what is wrong with it: never both. */
export type ParsedPolicy =
  | { readonly policy: Policy; readonly faults: readonly [] }
  | { readonly policy?: never; readonly faults: readonly [PolicyFault, ...PolicyFault[]] }

/** Names and values of a document together, in characters: the largest policy that R339 speaks of. */
export const MAX_POLICY_SIZE = 32_768
export const MAX_STATEMENTS = 256

const POLICY_MEMBERS = ['Version', 'Id', 'Statement']
const documentFault = faultsOf('policy/document')

/**
 * Reads a policy in IAM's JSON, already parsed. Never throws on JSON; reports everything that it does not understand,
 * and then gives no policy. `kind` defaults to the strictest, so that a policy without Principal never covers everyone
 * by oversight.
 */
export function parsePolicy(value: unknown, path = '$', kind: PolicyKind = 'resource'): ParsedPolicy {
  const faults: PolicyFault[] = []
  const report: Report = (fault) => void faults.push(fault)
  if (!isObject(value)) {
    const detail = { expected: 'an object', actual: shown(value) }
    return { faults: [documentFault('not-an-object', path, 'A policy is a JSON object.', detail)] }
  }
  if (isOversize(value)) {
    const detail = { expected: `at most ${MAX_POLICY_SIZE} characters` }
    return { faults: [documentFault('oversize', path, 'The policy is too large, and was not read.', detail)] }
  }
  checkMembers(value, POLICY_MEMBERS, path, report)
  const id = own(value, 'Id')
  if (id && typeof id.value !== 'string') {
    report(notAString('policy/document', memberPath(path, 'Id'), id.value))
  }
  const version = readVersion(value, path, report)
  const statements = readStatements(value, path, { kind, version, report })
  const [first, ...rest] = faults
  return first ? { faults: [first, ...rest] } : { policy: { kind, version, statements }, faults: [] }
}

/** Counts without recursion, and stops at the limit: neither depth nor a cycle of objects can hold it up. */
function isOversize(document: object): boolean {
  const left: unknown[] = [document]
  let size = 0
  while (left.length > 0 && size <= MAX_POLICY_SIZE) {
    const value = left.pop()
    size++
    if (typeof value === 'string') size += value.length
    else if (Array.isArray(value)) {
      if (value.length > MAX_POLICY_SIZE) return true
      left.push(...(value as unknown[]))
    } else if (isObject(value)) {
      for (const name of Object.keys(value)) {
        size += name.length
        left.push(value[name])
      }
    }
  }
  return size > MAX_POLICY_SIZE
}

function readVersion(document: object, path: string, report: Report): PolicyVersion {
  const version = own(document, 'Version')
  if (version === undefined || version.value === '2008-10-17') return '2008-10-17'
  if (version.value !== '2012-10-17') {
    report(
      faultsOf('policy/version')('unknown-version', memberPath(path, 'Version'), 'IAM has no such version.', {
        expected: '2012-10-17 or 2008-10-17',
        actual: shown(version.value),
      }),
    )
  }
  return '2012-10-17'
}

function readStatements(document: object, path: string, reading: Reading): readonly Statement[] {
  const here = memberPath(path, 'Statement')
  const { report } = reading
  const list = own(document, 'Statement')
  if (!list) {
    report(documentFault('missing', here, 'A policy has at least one statement.'))
    return []
  }
  if (!Array.isArray(list.value)) return readStatement(list.value, here, new Set(), reading)
  const elements: unknown[] = list.value
  if (elements.length === 0) report(documentFault('empty', here, 'A policy has at least one statement.'))
  if (elements.length > MAX_STATEMENTS) {
    report(
      documentFault(
        'too-many-statements',
        here,
        'The policy has too many statements, and they were not read.',
        {
          expected: `at most ${MAX_STATEMENTS}`,
          actual: String(elements.length),
        },
      ),
    )
    return []
  }
  const sids = new Set<string>()
  return Array.from(elements.entries()).flatMap(([index, element]) =>
    readStatement(element, memberPath(here, index), sids, reading),
  )
}
