import { encodeBase64url } from '../core/codec.js'
import type { Verdict } from '../core/outcome.js'
import type { RandomBytes } from '../core/ports.js'
import { runRules, verdictOf, type Rule } from '../core/rule.js'
import { seal, unseal, type SealingKey } from '../tti/tokens/seal.js'
import type { IdentityContext } from '../tti/index.js'

/** A role session: what its session token says, to the center that sealed it and to nobody else. */
export interface RoleSession {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly roleARN: string
  readonly roleId: string
  readonly roleSessionName: string
  readonly issuedAt: number
  readonly expiresAt: number
  readonly sessionTags: Readonly<Record<string, string>>
  readonly transitiveTagKeys: readonly string[]
  readonly sourceIdentity?: string
  /** Caps what the session may do, beside its role's policies. */
  readonly sessionPolicy?: unknown
  /** The instance of the center that made the session. */
  readonly instanceARN: string
  /** Whom the session acts for: only ever what a context assertion of this center said. */
  readonly context?: IdentityContext
}

/** A fresh temporary access key, as STS makes them. */
export function temporaryKey(randomBytes: RandomBytes): Pick<RoleSession, 'accessKeyId' | 'secretAccessKey'> {
  const capitals = Array.from(randomBytes(16), (byte) =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.charAt(byte & 31),
  ).join('')
  return { accessKeyId: `ASIA${capitals}`, secretAccessKey: encodeBase64url(randomBytes(30)) }
}

export async function sealSession(
  session: RoleSession,
  keys: readonly [SealingKey, ...SealingKey[]],
): Promise<string> {
  return seal('role-session', session, keys)
}

interface SessionSubject {
  readonly session: RoleSession | undefined
  readonly accessKeyId: string
  readonly now: number
}

export const sessionRules: readonly Rule<SessionSubject>[] = [
  {
    id: 'center/session-token',
    severity: 'error',
    source: 'AWS Signature Version 4',
    title: 'A session token was made by this center, for the access key beside it',
    fix: 'Use access key, secret and session token of one AssumeRole answer of this center, unchanged.',
    check: ({ session, accessKeyId }) => {
      if (!session)
        return [{ reason: 'not-opened', message: 'The session token was made elsewhere, or altered.' }]
      if (session.accessKeyId === accessKeyId) return []
      return [{ reason: 'other-key', message: 'The session token belongs to another access key.' }]
    },
  },
  {
    id: 'center/session-expiry',
    severity: 'error',
    source: 'STS API',
    title: 'A session has not expired',
    fix: 'Assume the role again.',
    check: ({ session, now }) => {
      if (!session) return 'cantTell'
      return now < session.expiresAt ? [] : [{ reason: 'expired', message: 'The session has expired.' }]
    },
  },
]

/** The session behind a session token, for the access key that came with it. */
export async function openSession(
  token: string,
  options: { readonly accessKeyId: string; readonly keys: readonly SealingKey[]; readonly now: number },
): Promise<Verdict<RoleSession>> {
  const session = (await unseal('role-session', token, options.keys)) as unknown as RoleSession | undefined
  const outcomes = runRules(sessionRules, { session, accessKeyId: options.accessKeyId, now: options.now })
  return verdictOf(outcomes, () => session as RoleSession)
}

/** `arn:aws:sts::<account>:assumed-role/<role name>/<session name>`. */
export function sessionARN({
  roleARN,
  roleSessionName,
}: Pick<RoleSession, 'roleARN' | 'roleSessionName'>): string {
  const [, partition = '', , , account = '', resource = ''] = roleARN.split(':')
  return `arn:${partition}:sts::${account}:assumed-role/${resource.split('/').at(-1) ?? ''}/${roleSessionName}`
}
