import { countAttempt, type Allowance, type Attempts, type Step } from '../../oauth/index.js'
import { change } from './kept.js'
import type { GrantPorts } from './service.js'

/** Counts an attempt in its window before it is made; refused where there have been too many. */
export function counted(
  key: string,
  allowance: Allowance,
  { state, now }: GrantPorts,
): Promise<Step<Attempts, Attempts>> {
  return change<Attempts, Attempts>(
    state,
    key,
    (attempts) => countAttempt(attempts, allowance, now()),
    ({ since }) => since + allowance.windowSeconds,
  )
}
