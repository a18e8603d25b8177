import type { Verdict } from '../../core/outcome.js'
import { runRules, verdictOf, type CheckResult, type Fault, type Rule } from '../../core/rule.js'
import { shown } from '../../core/shown.js'
import { IDENTITY_CENTER_CONTEXT_PROVIDER, parseAssumedRoleArn, parseRoleArn } from '../../core/sts/index.js'
import { CONTEXT_KEYS } from './contextKeys.js'
import { CONTEXT_PROVIDERS_KEY } from './trustPolicy.js'
import { readTrustPolicy, speaksOf, type TrustCondition, type TrustReading } from './trustReading.js'

export interface TrustSubject {
  readonly statements: readonly TrustReading[]
  readonly faults: readonly Fault[]
  /** Who will call: a service, a role's ARN, an account. Undefined: any one principal that can do both will do. */
  readonly caller: string | undefined
  /** Whether the session will have tags. */
  readonly tagSession?: boolean | undefined
}

/** Who may do what by a trust policy, conditions left aside. */
export interface TrustSummary {
  readonly assumeRole: readonly string[]
  readonly setContext: readonly string[]
}

const ASSUME = 'sts:AssumeRole'
const SET_CONTEXT = 'sts:SetContext'
const TAG_SESSION = 'sts:TagSession'

export const trustRules: readonly Rule<TrustSubject>[] = [
  {
    id: 'tti/trust-policy',
    severity: 'error',
    source: 'IAM JSON policy grammar',
    title: 'The trust policy has the shape of one',
    fix: 'Write Version 2012-10-17 and statements of Effect, Principal, Action and, if need be, Condition.',
    check: ({ faults }) => faults,
  },
  {
    id: 'tti/trust-assume-role',
    severity: 'error',
    source: 'R289',
    title: 'The caller may assume the role',
    fix: 'Allow sts:AssumeRole to the principal that will call AssumeRole.',
    check: whenRead((subject) => {
      const { caller } = subject
      const passes =
        caller === undefined ? principalsOf(subject, ASSUME).length > 0 : may(subject, ASSUME, caller)
      return passes ? [] : [missing(subject, ASSUME)]
    }),
  },
  {
    id: 'tti/trust-set-context',
    severity: 'error',
    source: 'R289; C28',
    title: 'Whoever may assume the role may set its context',
    fix: 'Add sts:SetContext to the actions allowed to the calling principal; without it STS answers AccessDenied.',
    check: whenRead((subject) => together(subject, SET_CONTEXT)),
  },
  {
    id: 'tti/trust-tag-session',
    severity: 'error',
    source: 'R107; STS API AssumeRole Tags',
    title: 'Whoever may assume the role with session tags may tag the session',
    fix: 'Add sts:TagSession to the actions allowed to the calling principal; without it STS answers AccessDenied to a request with Tags.',
    check: whenRead((subject) =>
      subject.tagSession === true ? together(subject, TAG_SESSION) : 'notApplicable',
    ),
  },
  {
    id: 'tti/trust-action-name',
    severity: 'error',
    source: 'C28; C31',
    title: 'The action that sets the context is spelled sts:SetContext',
    fix: 'Write sts:SetContext; upper and lower case do not matter, the name does.',
    check: whenRead(({ statements }) =>
      statements.flatMap(({ path, actions, inverted }) =>
        actions.flatMap((action) => {
          const reason = wrongAction(action)
          if (reason === undefined) return []
          const message = 'STS has no such action, so the statement does not do what it seems to.'
          const here = `${path}.${inverted ? 'NotAction' : 'Action'}`
          return [{ reason, path: here, expected: SET_CONTEXT, actual: shown(action, 64), message }]
        }),
      ),
    ),
  },
  {
    id: 'tti/trust-null-guard',
    severity: 'warning',
    source: 'R290; IAM condition operators ForAllValues',
    title: 'ForAllValues in an Allow is guarded against an absent key',
    fix: 'Add to the same statement\'s Condition: "Null": { "sts:RequestContextProviders": "false" }, or the key in question.',
    check: whenRead(({ statements }) =>
      statements
        .filter((statement) => statement.effect === 'Allow')
        .flatMap(({ conditions }) =>
          conditions
            .filter(
              ({ operator, key }) => operator.startsWith('forallvalues:') && !isGuarded(conditions, key),
            )
            .map(({ path }) => {
              const message =
                'ForAllValues is true of a request without the key, so the condition lets it through.'
              return { reason: 'unguarded', path, message }
            }),
        ),
    ),
  },
  {
    id: 'tti/trust-context-provider',
    severity: 'error',
    source: 'R285; R290',
    title: 'A condition on the context provider admits that of Identity Center',
    fix: `Write ${IDENTITY_CENTER_CONTEXT_PROVIDER} as the value; it has no account number.`,
    check: whenRead(({ statements }) =>
      statements
        .filter((statement) => statement.effect === 'Allow' && speaksOf(statement, SET_CONTEXT))
        .flatMap(({ conditions }) => conditions.filter(shutsOutProvider))
        .map(({ path }) => {
          const expected = IDENTITY_CENTER_CONTEXT_PROVIDER
          return { reason: 'mismatch', path, expected, message: 'The condition shuts out every context.' }
        }),
    ),
  },
  {
    id: 'tti/trust-credential-id',
    severity: 'warning',
    source: 'R294',
    title: 'No condition names identitycenter:CredentialId',
    fix: 'Use identitystore:UserId, identitycenter:ApplicationArn or identitycenter:InstanceArn.',
    check: whenRead(({ statements }) =>
      statements
        .flatMap(({ conditions }) => conditions)
        .filter(({ key }) => key === CONTEXT_KEYS.credentialId.toLowerCase())
        .map(({ path }) => ({
          reason: 'random',
          path,
          message: 'CredentialId is random and meant for logs.',
        })),
    ),
  },
]

/**
 * Judges the trust policy of a role for identity-enhanced sessions, JSON text or parsed. This reads the policy and
 * evaluates no request: conditions count only where a rule speaks of them.
 *
 * @param options.caller who will call AssumeRole, such as `redshift.amazonaws.com` or a role's ARN; only the identity
 * named, its account and `*` count. Absent, any one principal that may do both will do.
 * @param options.tagSession also asks that the caller may tag the session
 */
export function checkTrustPolicy(
  policy: unknown,
  options: { readonly caller?: string | undefined; readonly tagSession?: boolean | undefined } = {},
): Verdict<TrustSummary> {
  const { caller, tagSession } = options
  const subject: TrustSubject = { ...readTrustPolicy(policy), caller, tagSession }
  return verdictOf(runRules(trustRules, subject), () => ({
    assumeRole: principalsOf(subject, ASSUME),
    setContext: principalsOf(subject, SET_CONTEXT),
  }))
}

/** A policy without a readable statement is refused for its shape; nothing more can be said of it. */
function whenRead(check: (subject: TrustSubject) => CheckResult): (subject: TrustSubject) => CheckResult {
  return (subject) => (subject.statements.length === 0 ? 'notApplicable' : check(subject))
}

/** Those whom statements of this effect name for an action; of denials only those without a condition. */
function named({ statements }: TrustSubject, action: string, effect: 'Allow' | 'Deny'): readonly string[] {
  return statements
    .filter((one) => one.effect === effect && speaksOf(one, action))
    .filter(({ conditions }) => effect === 'Allow' || conditions.length === 0)
    .flatMap(({ principals }) => principals)
}

/** Those who are allowed an action and not denied it outright. */
function principalsOf(subject: TrustSubject, action: string): readonly string[] {
  const denied = named(subject, action, 'Deny')
  return [...new Set(named(subject, action, 'Allow'))].filter(
    (one) => !denied.some((deny) => covers(deny, one)),
  )
}

/** That who may assume the role may do this, too. */
function together(subject: TrustSubject, action: string): CheckResult {
  const { caller } = subject
  if (caller !== undefined) return may(subject, action, caller) ? [] : [missing(subject, action)]
  const doers = principalsOf(subject, action)
  const callers = principalsOf(subject, ASSUME)
  // Nobody to compare with: that nobody may assume the role is told by tti/trust-assume-role.
  if (callers.length === 0 && doers.length > 0) return 'notApplicable'
  const both = callers.some((one) => doers.some((other) => covers(one, other) || covers(other, one)))
  return both ? [] : [missing(subject, action)]
}

function may(subject: TrustSubject, action: string, caller: string): boolean {
  const reaches = (listed: string) => covers(listed, caller)
  return named(subject, action, 'Allow').some(reaches) && !named(subject, action, 'Deny').some(reaches)
}

function missing(subject: TrustSubject, action: string): Fault {
  const path = '$.Statement'
  const { caller } = subject
  const allowed = named(subject, action, 'Allow')
  const spoken = subject.statements.some((one) => one.effect === 'Allow' && speaksOf(one, action))
  const expected = `${action} allowed${caller === undefined ? '' : ` to ${shown(caller)}`}`
  if (!spoken) return { reason: 'missing', path, expected, message: `No statement allows ${action}.` }
  const denied =
    caller === undefined
      ? allowed.length > 0 && principalsOf(subject, action).length === 0
      : allowed.some((one) => covers(one, caller))
  return denied
    ? { reason: 'denied', path, expected, message: `${action} is allowed and denied again.` }
    : { reason: 'other-principal', path, expected, message: `${action} is allowed to others only.` }
}

/** `*`, the same principal, the role of a session, or the account (by number or root ARN) of the principal. */
function covers(listed: string, principal: string): boolean {
  if (listed === '*' || listed === principal) return true
  const role = parseRoleArn(listed)
  const session = parseAssumedRoleArn(principal)
  if (typeof role !== 'string' && typeof session !== 'string') {
    const { partition, account, name } = role
    return partition === session.partition && account === session.account && name === session.roleName
  }
  const account = accountOf(listed)
  return account !== undefined && account === principal.split(':')[4]
}

function accountOf(listed: string): string | undefined {
  if (/^[0-9]{12}$/.test(listed)) return listed
  return /^arn:aws[a-z-]*:iam::([0-9]{12}):root$/.exec(listed)?.[1]
}

function wrongAction(action: string): 'wrong-name' | 'separator' | undefined {
  const folded = action.toLowerCase()
  if (folded.startsWith('sts>')) return 'separator'
  if (!folded.startsWith('sts:') || /[*?]/.test(folded)) return undefined
  return folded.endsWith('context') && folded !== SET_CONTEXT.toLowerCase() ? 'wrong-name' : undefined
}

function isGuarded(conditions: readonly TrustCondition[], key: string): boolean {
  return conditions.some(
    ({ operator, key: guarded, values }) =>
      operator === 'null' && guarded === key && values.length === 1 && values[0]?.toLowerCase() === 'false',
  )
}

function shutsOutProvider({ operator, key, values }: TrustCondition): boolean {
  if (key !== CONTEXT_PROVIDERS_KEY.toLowerCase()) return false
  if (!/^(?:for(?:all|any)values?:)?(?:arn|string)(?:equals|like)$/.test(operator)) return false
  return !values.some((value) => value === IDENTITY_CENTER_CONTEXT_PROVIDER || /[*?$]/.test(value))
}
