import type { Verdict } from '../../core/outcome.js'
import { runRules, verdictOf } from '../../core/rule.js'
import { identityStoreARN } from '../application.js'
import type { ExchangeRule } from '../rule.js'
import { tokenExpiry, type TokenContents } from './contents.js'
import { seal, unseal, type SealingKey } from './seal.js'

/** Whom a role session acts for, as STS learns it by opening a context assertion (R293, R295). */
export interface IdentityContext {
  /** `identity` may decide access; `audit` is only logged (R286-R288). */
  readonly kind: 'identity' | 'audit'
  readonly userId: string
  readonly identityStoreARN: string
  readonly applicationARN: string
  readonly instanceARN: string
  readonly credentialId: string
  readonly expiresAt: number
}

/** Seals one context assertion. It stays under STS's 2,048 characters with the longest ids. */
export async function sealContext(
  kind: IdentityContext['kind'],
  contents: TokenContents,
  keys: readonly [SealingKey, ...SealingKey[]],
): Promise<string> {
  const context: IdentityContext = {
    kind,
    userId: contents.user.userId,
    identityStoreARN: identityStoreARN(contents.deployment),
    applicationARN: contents.application.arn,
    instanceARN: contents.deployment.instanceARN,
    credentialId: contents.credentialId,
    expiresAt: tokenExpiry(contents),
  }
  return seal(`${kind}-context`, context, keys)
}

interface ContextSubject {
  readonly context: IdentityContext | undefined
  readonly instanceARN: string
  readonly now: number
}

export const contextAssertionRules: readonly ExchangeRule<ContextSubject>[] = [
  {
    id: 'tti/context-seal',
    severity: 'error',
    source: 'R295',
    title: 'A context assertion was made by this exchange',
    fix: 'Pass on awsAdditionalDetails.identityContext of the exchange unchanged.',
    answer: 'AccessDeniedException',
    check: ({ context }) =>
      context ? [] : [{ reason: 'not-opened', message: 'The context was made elsewhere, or altered.' }],
  },
  {
    id: 'tti/context-instance',
    severity: 'error',
    source: 'R293; R295',
    title: 'A context assertion belongs to this instance',
    fix: 'Assume the role where the identity context was issued.',
    answer: 'AccessDeniedException',
    check: ({ context, instanceARN }) => {
      if (!context) return 'cantTell'
      return context.instanceARN === instanceARN
        ? []
        : [{ reason: 'other-instance', message: 'The context belongs to another instance.' }]
    },
  },
  {
    id: 'tti/context-expiry',
    severity: 'error',
    source: 'Identity Center ID token',
    title: 'A context assertion has not expired',
    fix: 'Exchange a fresh token for a fresh context.',
    answer: 'ExpiredTokenException',
    check: ({ context, now }) => {
      if (!context) return 'cantTell'
      return now < context.expiresAt ? [] : [{ reason: 'expired', message: 'The context has expired.' }]
    },
  },
]

/** Opens a context assertion that this exchange sealed: the only source of a session's identity. */
export async function readContextAssertion(
  assertion: string,
  options: { readonly keys: readonly SealingKey[]; readonly instanceARN: string; readonly now: number },
): Promise<Verdict<IdentityContext>> {
  const content =
    (await unseal('identity-context', assertion, options.keys)) ??
    (await unseal('audit-context', assertion, options.keys))
  const context = content as unknown as IdentityContext | undefined
  const outcomes = runRules(contextAssertionRules, {
    context,
    instanceARN: options.instanceARN,
    now: options.now,
  })
  return verdictOf(outcomes, () => context as IdentityContext)
}
