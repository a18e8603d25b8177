import { isPlainObject, memberPath } from '../json.js'
import { readConditions } from './conditionElement.js'
import type { Condition } from './conditions.js'
import { checkMembers, faultsOf, notAString, own } from './faults.js'
import { nearest } from '../nearest.js'
import { shown } from '../shown.js'
import type { DocumentRuleId, Report } from './faults.js'
import { readActions, readResources, type PatternElement } from './patternElement.js'
import type { PrincipalElement } from './principal.js'
import { readPrincipals } from './principalElement.js'
import type { PolicyVersion } from './variables.js'

/**
 * Where a policy is attached. A resource policy (an application's actor policy among them) must name principals in every
 * statement (R247); an identity policy, boundary, session policy or SCP must not. A role's trust policy names principals,
 * and no resource: it is about its role.
 */
export type PolicyKind = 'identity' | 'resource' | 'trust'

export type Effect = 'Allow' | 'Deny'

export interface Statement {
  /** Its JSON path in the document. */
  readonly path: string
  readonly sid?: string
  readonly effect: Effect
  /** In a resource policy only. */
  readonly principals?: PrincipalElement
  readonly actions: PatternElement
  readonly resources: PatternElement
  readonly conditions: readonly Condition[]
}

/** What holds for the whole document while its statements are read. */
export interface Reading {
  readonly kind: PolicyKind
  readonly version: PolicyVersion
  readonly report: Report
}

const STATEMENT_MEMBERS = [
  'Sid',
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
]
const documentFault = faultsOf('policy/document')

/** Reads one statement; none when it lacks what every statement has, which is then reported. */
export function readStatement(
  value: unknown,
  path: string,
  sids: Set<string>,
  reading: Reading,
): readonly Statement[] {
  const { version, report } = reading
  if (!isPlainObject(value)) {
    report(documentFault('not-an-object', path, 'A statement is a JSON object.', { actual: shown(value) }))
    return []
  }
  checkMembers(value, STATEMENT_MEMBERS, path, report)
  const sid = readSid(value, path, sids, report)
  const effect = readEffect(value, path, report)
  const principals = readPrincipal(value, path, effect, reading)
  const action = oneOf(value, 'Action', path, 'policy/action', report)
  const resource =
    reading.kind === 'trust'
      ? ownRole(value, path, report)
      : oneOf(value, 'Resource', path, 'policy/resource', report)
  const actions = action && readActions(action.value, action.path, report)
  const resources = resource && readResources(resource.value, resource.path, version, report)
  const condition = own(value, 'Condition')
  const conditions = condition
    ? readConditions(condition.value, memberPath(path, 'Condition'), version, report)
    : []
  if (!effect || !actions || !resources) return []
  return [
    {
      path,
      ...(sid === undefined ? {} : { sid }),
      effect,
      ...(principals === undefined ? {} : { principals }),
      actions: { not: action.not, patterns: actions },
      resources: { not: resource.not, patterns: resources },
      conditions,
    },
  ]
}

/** An empty Sid, which the console writes, is none. */
function readSid(statement: object, path: string, sids: Set<string>, report: Report): string | undefined {
  const sid = own(statement, 'Sid')
  const here = memberPath(path, 'Sid')
  if (!sid || sid.value === '') return undefined
  if (typeof sid.value !== 'string') {
    report(notAString('policy/document', here, sid.value))
    return undefined
  }
  if (sids.has(sid.value)) {
    report(
      documentFault('duplicate-sid', here, 'Another statement has this Sid.', { actual: shown(sid.value) }),
    )
  }
  sids.add(sid.value)
  return sid.value
}

function readEffect(statement: object, path: string, report: Report): Effect | undefined {
  const effect = own(statement, 'Effect')
  const fault = faultsOf('policy/effect')
  const here = memberPath(path, 'Effect')
  if (!effect) {
    report(
      fault('missing', here, 'A statement says whether it allows or denies.', { expected: 'Allow or Deny' }),
    )
    return undefined
  }
  if (effect.value === 'Allow' || effect.value === 'Deny') return effect.value
  const meant = typeof effect.value === 'string' ? nearest(effect.value, ['Allow', 'Deny']) : undefined
  report(
    fault('unknown-effect', here, 'The effect is "Allow" or "Deny", in this case of letters.', {
      expected: 'Allow or Deny',
      actual: shown(effect.value),
      ...(meant === undefined ? {} : { fix: `Spell it "${meant}".` }),
    }),
  )
  return undefined
}

function readPrincipal(
  statement: object,
  path: string,
  effect: Effect | undefined,
  { kind, report }: Reading,
): PrincipalElement | undefined {
  const named = own(statement, 'Principal') ?? own(statement, 'NotPrincipal')
  if (kind === 'identity') {
    if (named) {
      report(
        faultsOf('policy/principal')(
          'not-allowed',
          memberPath(path, Object.hasOwn(statement, 'Principal') ? 'Principal' : 'NotPrincipal'),
          'This policy speaks for the identity that it is attached to, and names no principal.',
          { fix: 'Remove the element.' },
        ),
      )
    }
    return undefined
  }
  const element = oneOf(statement, 'Principal', path, 'policy/principal', report)
  return element && readPrincipals(element.value, element.path, { not: element.not, effect }, report)
}

/** What the statement of a trust policy is about: the role itself, which it must not name. */
function ownRole(statement: object, path: string, report: Report): ReturnType<typeof oneOf> {
  for (const name of ['Resource', 'NotResource']) {
    if (!Object.hasOwn(statement, name)) continue
    const here = memberPath(path, name)
    report(
      faultsOf('policy/resource')(
        'not-allowed',
        here,
        'A trust policy is about its role, and names no resource.',
        { fix: 'Remove the element.' },
      ),
    )
  }
  return { value: '*', path: memberPath(path, 'Resource'), not: false }
}

/** The element or its Not form: exactly one of them must stand. */
function oneOf(
  statement: object,
  name: string,
  path: string,
  rule: DocumentRuleId,
  report: Report,
): { readonly value: unknown; readonly path: string; readonly not: boolean } | undefined {
  const fault = faultsOf(rule)
  const plain = own(statement, name)
  const negated = own(statement, `Not${name}`)
  const here = memberPath(path, name)
  if (plain && negated) {
    report(fault('both', here, `A statement has ${name} or Not${name}, never both.`))
    return undefined
  }
  if (plain) return { value: plain.value, path: here, not: false }
  if (negated) return { value: negated.value, path: memberPath(path, `Not${name}`), not: true }
  report(fault('missing', here, `A statement has ${name} or Not${name}.`))
  return undefined
}
