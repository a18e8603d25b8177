import { findingsOf, runRules, type Rule } from '../core/rule.js'
import type { Finding } from '../core/outcome.js'

/** A store that could not be asked, and what it threw. */
export class StoreOutage {
  readonly cause: unknown
  constructor(cause: unknown) {
    this.cause = cause
  }
}

/** What a store answers, or that it is out. */
export async function asked<T>(ask: () => Promise<T>): Promise<T | StoreOutage> {
  try {
    return await ask()
  } catch (cause) {
    return new StoreOutage(cause)
  }
}

export const outageRules: readonly Rule<{ readonly outage: boolean }>[] = [
  {
    id: 'express/store',
    severity: 'error',
    source: 'DESIGN: a store that cannot remember lets nothing through',
    title: 'The store of sessions and sign-ins answers',
    fix: 'Bring the store back: until then nobody is signed in, and nobody signs in.',
    check: ({ outage }) =>
      outage ? [{ reason: 'unavailable', message: 'The store did not answer as it should.' }] : [],
  },
]

export function outageFindings(): readonly Finding[] {
  return findingsOf(runRules(outageRules, { outage: true }))
}
