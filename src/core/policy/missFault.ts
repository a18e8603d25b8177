import { printable, shown } from '../shown.js'
import type { Fault } from '../rule.js'
import { contextKey, EXTERNAL_ID } from './context.js'
import type { PolicyLayer } from './decisionFacts.js'
import type { NearMiss } from './nearMiss.js'

/** A near miss of a decision, with the policy of its statement. */
export interface DecisionNearMiss extends NearMiss {
  readonly layer: PolicyLayer
  /** The policy's place in its layer. */
  readonly policy: number
}

const HIDDEN = '(not shown)'

/** An external id is shared between two parties, and nobody's to read in a log. */
export function withoutSecrets(miss: DecisionNearMiss): DecisionNearMiss {
  const used = miss.expected.some((text) => contextKey(text).includes('${' + EXTERNAL_ID))
  if (!used && contextKey(miss.key) !== EXTERNAL_ID) return miss
  const { actual, filled, expected } = miss
  return {
    ...miss,
    expected: expected.map(() => HIDDEN),
    ...(filled === undefined ? {} : { filled: filled.map(() => HIDDEN) }),
    ...(actual === undefined ? {} : { actual: actual.map(() => HIDDEN) }),
  }
}

/** A near miss as a finding: what was wanted, what came, and what to change. */
export function missFault(miss: NearMiss): Fault {
  const { operator, key, path, actual } = miss
  const reason = reasonOf(miss)
  const subject = operator === key ? operator : `${operator} ${key}`
  return {
    reason,
    path,
    expected: shown(`${subject}: ${wantedOf(miss)}`),
    ...(actual === undefined ? {} : { actual: shown(actual.join(', ')) }),
    message: `The statement matches in principal, action and all else, but ${MESSAGES[reason]}.`,
    ...fixOf(miss),
  }
}

type MissReason = 'variable-unfilled' | 'tag-key-case' | 'resource' | 'key-absent' | 'mismatch'

const MESSAGES: Readonly<Record<MissReason, string>> = {
  'variable-unfilled': 'the request does not fill a variable of it',
  'tag-key-case':
    'it spells the tag key in another case than the request, and the guide asks for the exact name',
  resource: 'the resource is another than its variables make of it',
  'key-absent': 'the request has no such key',
  mismatch: 'the value under this key is another',
}

function reasonOf({ unfilled, spelled, actual, operator, key }: NearMiss): MissReason {
  if (spelled !== undefined) return 'tag-key-case'
  if (unfilled !== undefined) return 'variable-unfilled'
  if (operator === key) return 'resource'
  return actual === undefined || actual.length === 0 ? 'key-absent' : 'mismatch'
}

function fixOf({ unfilled, spelled }: NearMiss): Pick<Fault, 'fix'> {
  if (spelled !== undefined) return { fix: `Spell the key "${printable(spelled)}" in the policy.` }
  const [key] = unfilled ?? []
  if (key === undefined) return {}
  const name = printable(key)
  return {
    fix: `See that ${name} is sent with a value, or give the variable a default: $\{${name}, 'none'}.`,
  }
}

/** The values that would have matched; those that came from variables with what the policy says. */
function wantedOf({ expected, filled }: NearMiss): string {
  return expected
    .map((text, index) => {
      const value = filled?.[index]
      return value === undefined || value === null || value === text ? text : `${value} (from ${text})`
    })
    .join(', ')
}
