import { isAssignedTo, valuesAt, type User } from '../core/identity.js'
import type { JsonObject } from '../core/json.js'
import type { Verdict } from '../core/outcome.js'
import { runRules, verdictOf, type RuleOutcome } from '../core/rule.js'
import type { Application } from './application.js'
import type { ExchangeRule } from './rule.js'
import {
  claimAt,
  emailVerified,
  emailVerifiedFaults,
  mappedClaim,
  mappedClaimFaults,
} from './token/mappedClaim.js'
import type { TrustedClaims, TrustedTokenIssuer } from './types.js'

interface MappingSubject {
  readonly claims: JsonObject
  readonly issuer: TrustedTokenIssuer
  readonly candidates: readonly User[]
}

// The four ways to find nobody have one public answer, so that a caller cannot learn who exists.
const answer = 'AccessDeniedException'

const claimRules: readonly ExchangeRule<MappingSubject>[] = [
  { ...mappedClaim, check: ({ claims, issuer }) => mappedClaimFaults(claims, issuer) },
  { ...emailVerified, check: ({ claims, issuer }) => emailVerifiedFaults(claims, issuer) },
]

/** Exactly one user, whose attribute is the claim's value to the letter. */
export const mappingRules: readonly ExchangeRule<MappingSubject>[] = [
  {
    id: 'tti/user-not-found',
    severity: 'error',
    source: 'R239; R252; R275; C19',
    title: 'The mapped claim finds a user',
    fix: 'Provision the person (SCIM or by hand), or map the claim to the attribute that holds its value. Values are compared exactly, case included.',
    answer,
    check: (subject) => {
      const { claimAttributePath: claim, identityStoreAttributePath: attribute } = subject.issuer
      if (mappedValue(subject.claims, subject.issuer) === undefined) return 'cantTell'
      if (matches(subject).length > 0) return []
      // A directory that compares loosely is told apart from one that knows nobody; the value itself is not shown.
      const reason = subject.candidates.length > 0 ? 'not-exact' : 'none'
      return [
        {
          reason,
          path: `claims.${claim}`,
          expected: `a user whose ${attribute} is this value`,
          message: `No user's ${attribute} equals the claim "${claim}".`,
        },
      ]
    },
  },
  {
    id: 'tti/user-ambiguous',
    severity: 'error',
    source: 'R239; R260',
    title: 'The mapped claim finds no more than one user',
    fix: 'Map a claim whose value only one user has.',
    answer,
    check: (subject) => {
      if (mappedValue(subject.claims, subject.issuer) === undefined) return 'cantTell'
      const found = matches(subject).length
      if (found < 2) return []
      const { claimAttributePath: claim, identityStoreAttributePath: attribute } = subject.issuer
      return [
        {
          reason: 'several',
          path: `claims.${claim}`,
          expected: '1 user',
          actual: `${found} users`,
          message: `Several users' ${attribute} equals the claim "${claim}".`,
        },
      ]
    },
  },
]

interface AuthorizationSubject {
  readonly user: User
  readonly application: Application
}

const enabledRule: ExchangeRule<{ readonly user: User | undefined }> = {
  id: 'tti/user-disabled',
  severity: 'error',
  source: 'R164; R220',
  title: 'The user is enabled',
  fix: 'Enable the user in Identity Center (or at the identity provider, where SCIM decides it).',
  answer,
  check: ({ user }) => {
    if (!user) return 'cantTell'
    return user.status === 'ENABLED'
      ? []
      : [
          {
            reason: 'disabled',
            path: 'user.status',
            expected: 'ENABLED',
            actual: user.status,
            message: 'The user is disabled.',
          },
        ]
  },
}

const assignmentRule: ExchangeRule<AuthorizationSubject> = {
  id: 'tti/user-not-assigned',
  severity: 'error',
  source: 'R267; R161',
  title: "Where the application requires assignments, the user or one of the user's groups is assigned",
  fix: 'Assign the user or a group that lists the user itself (groups in groups are not followed), or let the application not require assignments.',
  answer,
  check: ({ user, application }) => {
    if (application.assignmentRequired === false) return 'notApplicable'
    return application.assignments.some((assignment) => isAssignedTo(user, assignment))
      ? []
      : [
          {
            reason: 'not-assigned',
            path: 'application.assignments',
            message: 'The user is not assigned to the application.',
          },
        ]
  },
}

export const authorizationRules = [enabledRule, assignmentRule] as const

/**
 * The one user whom a token names (R239, R260): the candidates are what the directory found for the mapped claim, and
 * are held against it once more. No user, several, and a disabled one each have their own finding.
 */
export function mapUser(
  claims: Pick<TrustedClaims, 'claims'>,
  issuer: TrustedTokenIssuer,
  candidates: readonly User[],
): Verdict<User> {
  return inspectUser(claims, issuer, candidates).verdict
}

/** As {@link mapUser}, with what each rule said: for a report. Without claims none of them can tell. */
export function inspectUser(
  claims: Pick<TrustedClaims, 'claims'> | undefined,
  issuer: TrustedTokenIssuer,
  candidates: readonly User[],
): { readonly verdict: Verdict<User>; readonly rules: readonly RuleOutcome[] } {
  const subject: MappingSubject = { claims: claims?.claims ?? {}, issuer, candidates }
  const [found, second] = matches(subject)
  const user = second ? undefined : found
  const rules = [
    ...(claims ? runRules(claimRules, subject) : []),
    ...runRules(mappingRules, subject),
    ...runRules([enabledRule], { user }),
  ]
  const verdict = verdictOf(rules, () => {
    if (!user) throw new Error('A user was asked of a refused mapping.')
    return user
  })
  return { verdict, rules }
}

/** Whether the user may use the application: enabled, and assigned where assignments are required (R267). */
export function authorizeUser(user: User, application: Application): Verdict<User> {
  return verdictOf(runRules<AuthorizationSubject>(authorizationRules, { user, application }), () => user)
}

/** The value by which the directory is asked; undefined where the mapped claim is unfit. */
export function mappedValue(claims: JsonObject, issuer: TrustedTokenIssuer): string | undefined {
  const value = claimAt(claims, issuer.claimAttributePath)
  return typeof value === 'string' && value !== '' ? value : undefined
}

function matches({ claims, issuer, candidates }: MappingSubject): readonly User[] {
  const value = mappedValue(claims, issuer)
  const people = candidates.filter(
    (user) => value !== undefined && valuesAt(user, issuer.identityStoreAttributePath).includes(value),
  )
  // One person listed twice is one person; two records under one id are not.
  return people.filter((user, index) => people.indexOf(user) === index)
}
