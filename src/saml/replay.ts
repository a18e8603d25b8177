import { createHash } from 'node:crypto'
import { encodeBase64url, lengthPrefixed } from '../core/codec.js'
import type { SamlIdentity } from '../core/identity.js'
import type { ClaimOutcome } from '../core/ports.js'
import type { Rule } from '../core/rule.js'

/** What became of a claim, and of what it was: the assertion, or the request that it answers. */
export interface ClaimSubject {
  readonly claim: ClaimOutcome
  readonly of: 'assertion' | 'request'
}

export const samlReplayRules: readonly Rule<ClaimSubject>[] = [
  {
    id: 'saml/replay',
    severity: 'error',
    source: 'SAML Profiles 4.1.4.5; attacks S83, S96',
    title: 'An assertion is presented once, and answers a request that nothing has answered before',
    fix: 'Begin the sign-in anew. If nobody sent it twice, see that the identity provider gives each assertion an ID of its own.',
    check: ({ claim, of }) => {
      if (claim !== 'already') return []
      return of === 'assertion'
        ? [
            {
              reason: 'assertion',
              path: '/Response/Assertion/@ID',
              message: 'The assertion was presented before.',
            },
          ]
        : [
            {
              reason: 'request',
              path: '/Response/@InResponseTo',
              message: 'The request was answered before.',
            },
          ]
    },
  },
  {
    id: 'saml/replay-store',
    severity: 'error',
    source: 'attacks S96, R08, R09',
    title: 'The replay store remembers the assertion',
    fix: 'Bring the replay store back, or give it room: without it nobody signs in.',
    check: ({ claim, of }) => {
      if (claim === 'claimed' || claim === 'already') return []
      const reason = claim === 'full' ? 'full' : 'unavailable'
      return [{ reason, message: `The replay store could not take the ${of}.` }]
    },
  },
]

/**
 * The keys under which a sign-in is used up: of the assertion, and of the request that it answers, if any. SHA-256 over
 * length-prefixed texts, so that no two can be joined to one; an ID counts for its issuer alone. The message's bytes
 * play no part: another wrapper or encoding does not make an assertion new (S96).
 */
export function samlReplayKeys(
  identity: Pick<SamlIdentity, 'issuer' | 'assertionID' | 'inResponseTo'>,
): readonly { readonly of: ClaimSubject['of']; readonly key: string }[] {
  const { issuer, assertionID, inResponseTo } = identity
  const key = (...parts: readonly string[]): string =>
    encodeBase64url(createHash('sha256').update(lengthPrefixed(parts)).digest())
  return [
    { of: 'assertion', key: key('saml-assertion', issuer, assertionID) },
    ...(inResponseTo === undefined
      ? []
      : [{ of: 'request' as const, key: key('saml-request', issuer, inResponseTo) }]),
  ]
}
