import { isObject } from '../../core/json.js'
import { accepted, type Verdict } from '../../core/outcome.js'
import { runRules, verdictOf, type Fault, type Rule } from '../../core/rule.js'
import { kindOf } from '../../core/shown.js'
import { memberOf, splitArn, textFaults } from '../../core/sts/index.js'

/** The element by which CloudTrail names the person behind a role session (R311). */
export interface OnBehalfOf {
  readonly userId: string
  readonly identityStoreArn: string
}

const UUID = '[A-Fa-f0-9]{8}(?:-[A-Fa-f0-9]{4}){3}-[A-Fa-f0-9]{12}'
const USER_ID = new RegExp(`^(?:[0-9a-f]{10}-)?${UUID}$`)
const STORE = new RegExp(`^identitystore/(?:d-[0-9a-f]{10}|${UUID})$`)
const ACCOUNT = /^[0-9]{12}$/

export const onBehalfOfRules: readonly Rule<unknown>[] = [
  {
    id: 'tti/on-behalf-of',
    severity: 'error',
    source: 'R311; Identity Store API UserId',
    title: 'The person behind a session is named by a user id and the ARN of the identity store',
    fix: "Take both from the session's own context: an Identity Store user id and arn:aws:identitystore::ACCOUNT:identitystore/ID.",
    check: (element) => {
      if (!isObject(element)) {
        return [
          {
            reason: 'type',
            path: 'onBehalfOf',
            actual: kindOf(element),
            message: 'onBehalfOf is no object.',
          },
        ]
      }
      return [
        ...userIDFaults(memberOf(element, 'userId')),
        ...storeFaults(memberOf(element, 'identityStoreArn')),
      ]
    },
  },
]

/** The `onBehalfOf` element of a record, its members checked and nothing else taken over. */
export function onBehalfOf(person: OnBehalfOf): Verdict<OnBehalfOf> {
  return judge(person)
}

/**
 * The person of a CloudTrail record. Many services do not log the element, so a record without it is fine and answers
 * undefined; one that is there but malformed is refused. Found at `userIdentity.onBehalfOf`.
 */
export function readOnBehalfOf(record: unknown): Verdict<OnBehalfOf | undefined> {
  const element = memberOf(memberOf(record, 'userIdentity'), 'onBehalfOf')
  return element === undefined ? accepted(undefined) : judge(element)
}

function judge(element: unknown): Verdict<OnBehalfOf> {
  return verdictOf(runRules(onBehalfOfRules, element), () => {
    const { userId, identityStoreArn } = element as OnBehalfOf
    return { userId, identityStoreArn }
  })
}

function userIDFaults(value: unknown): readonly Fault[] {
  const path = 'onBehalfOf.userId'
  const faults = textFaults(value, { min: 1, max: 47 }, path)
  if (faults.length > 0 || USER_ID.test(String(value))) return faults
  return [
    { reason: 'form', path, expected: '[10 hex-]UUID', message: 'The user id has not the form of one.' },
  ]
}

function storeFaults(value: unknown): readonly Fault[] {
  const path = 'onBehalfOf.identityStoreArn'
  const faults = textFaults(value, { min: 20, max: 2048 }, path)
  if (faults.length > 0) return faults
  const arn = splitArn(String(value))
  const good =
    typeof arn !== 'string' &&
    arn.service === 'identitystore' &&
    arn.region === '' &&
    ACCOUNT.test(arn.account) &&
    STORE.test(arn.resource)
  if (good) return []
  const expected = 'arn:aws:identitystore::ACCOUNT:identitystore/ID'
  return [{ reason: 'form', path, expected, message: 'The ARN is not that of an identity store.' }]
}
