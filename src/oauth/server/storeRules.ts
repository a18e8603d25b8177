import type { GrantRule } from '../rule.js'

/** Why a store could not be relied on: words only, since the text of an error may quote anything. */
export interface StoreFailure {
  readonly reason: 'unavailable' | 'contended' | 'malformed'
  readonly cause?: string
}

export const storeRules: readonly GrantRule<StoreFailure>[] = [
  {
    id: 'oauth/store',
    severity: 'error',
    source: 'attack R09',
    title:
      'The state store and the directory answer, and a value is written before others change it time and again',
    fix: 'Bring the store back: until then nothing is granted.',
    answer: 'InternalServerException',
    check: ({ reason, cause }) => [{ reason, actual: cause, message: 'The store could not be relied on.' }],
  },
]
