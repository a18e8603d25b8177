import { sessionTags } from '../../abac/index.js'
import { decided, type Verdict } from '../../core/outcome.js'
import type { RandomBytes } from '../../core/ports.js'
import { findingsOf, runRules, type Rule } from '../../core/rule.js'
import { STS_LIMITS, textFaults } from '../../core/sts/index.js'
import type { Attributes } from '../../flows/attributeState.js'
import { selectRole, startRoleSession, type RoleChoice } from '../../directory/portal/index.js'
import type { ResolvedAccessToken } from '../../oauth/index.js'
import type { CenterConfig } from '../config.js'
import { permissionSetRoleARN } from '../portalConfig.js'
import { temporaryKey, type RoleSession } from '../session.js'

interface NameSubject {
  readonly userName: string
}

export const roleCredentialsRules: readonly Rule<NameSubject>[] = [
  {
    id: 'center/portal-session-name',
    severity: 'error',
    source: 'R099; STS API AssumeRoleWithSAML',
    title: 'The user name can name a session of a role: 2 to 64 letters, digits or _+=,.@-',
    fix: 'Give the user another userName.',
    check: ({ userName }) => textFaults(userName, STS_LIMITS.roleSessionName, 'userName'),
  },
]

/**
 * Begins the session of a permission set's role for a person (GetRoleCredentials; R099, R104, R219): the person is assigned the
 * set in the account now, and the session lasts as long as the set says, whatever becomes of the sign-in. Its tags are
 * those of the person's attributes now (R125, R126); a person whose attributes make none that STS would take gets no session.
 */
export function beginRoleSession(
  choice: RoleChoice,
  { user, signIn }: Pick<ResolvedAccessToken, 'user' | 'signIn'>,
  {
    config,
    attributes,
    now,
    randomBytes,
  }: {
    readonly config: CenterConfig
    /** As they are now. */
    readonly attributes: Attributes
    readonly now: number
    readonly randomBytes: RandomBytes
  },
): Verdict<RoleSession> {
  const { portal, deployment, region, roles } = config
  const { instanceARN } = deployment
  const chosen = selectRole(portal.access, user, choice)
  if (!chosen.ok) return chosen
  const set = portal.permissionSets.find(({ arn }) => arn === chosen.value.permissionSetArn)
  const roleARN = permissionSetRoleARN(chosen.value, { instanceARN, region })
  const role = roles.find(({ arn }) => arn === roleARN)
  if (!set || !role) throw new Error('A chosen role is not there.')
  const times = startRoleSession(signIn, user, set.sessionDurationSeconds, now)
  const named = findingsOf(runRules(roleCredentialsRules, { userName: user.userName }))
  const tags = sessionTags(undefined, portal.entries.get(user.userId), attributes)
  return decided([...times.findings, ...named, ...tags.findings], () => {
    if (!times.ok || !tags.ok) throw new Error('A session without its times or its tags.')
    return {
      ...temporaryKey(randomBytes),
      roleARN,
      roleId: role.roleId,
      roleSessionName: user.userName,
      issuedAt: times.value.startedAt,
      expiresAt: times.value.expiresAt,
      sessionTags: Object.fromEntries(tags.value.tags.map(({ key, value }) => [key, value])),
      transitiveTagKeys: [],
      instanceARN,
    }
  })
}
