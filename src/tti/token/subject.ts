import type { JsonValue } from '../../core/json.js'
import type { Fault } from '../../core/rule.js'
import type { KeySelection } from '../keys.js'
import type { ExchangeRule } from '../rule.js'
import type { TrustedTokenIssuer } from '../types.js'
import type { TokenReading } from './read.js'

/** All that a token rule may look at. Later phases see what earlier ones produced. */
export interface TokenSubject {
  readonly reading: TokenReading
  readonly issuer: TrustedTokenIssuer
  readonly audiences: readonly string[]
  readonly now: number
  readonly clockSkewSeconds: number
  readonly maxTokenAgeSeconds?: number | undefined
  readonly maxTokenLifetimeSeconds?: number | undefined
  readonly selection?: KeySelection | undefined
  readonly signature?: 'valid' | 'invalid' | undefined
}

export type TokenRule = ExchangeRule<TokenSubject>

/** What all token rules share: AWS answers every bad assertion with the same exception. */
export function tokenRule(row: Omit<TokenRule, 'answer' | 'severity'> & Partial<TokenRule>): TokenRule {
  return { severity: 'error', answer: 'InvalidGrantException', ...row }
}

export function headerOf(subject: TokenSubject, name: string): JsonValue | undefined {
  return subject.reading.header?.object?.[name]
}

export function claimOf(subject: TokenSubject, name: string): JsonValue | undefined {
  return subject.reading.payload?.object?.[name]
}

/** A check that needs the header, or the claims, to have been read. */
export function whenRead(
  part: 'header' | 'payload',
  check: (subject: TokenSubject) => readonly Fault[] | 'notApplicable' | 'cantTell',
): TokenRule['check'] {
  return (subject) => (subject.reading[part]?.object ? check(subject) : 'cantTell')
}
