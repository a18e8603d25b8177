import type { AttributeConfiguration } from '../abac/index.js'
import type { Verdict } from '../core/outcome.js'
import type { StateStore } from '../core/ports.js'
import { change, keyOf, read } from './grants/kept.js'
import { verdictFrom } from './grants/refusal.js'

/** Which attributes become session tags; `off` where attributes for access control are not enabled. */
export type Attributes = AttributeConfiguration | 'off'

/** Attributes for access control of one instance, as its administrators have left them. */
export interface AttributeState {
  /** What holds now. A store that does not answer refuses. */
  current(): Promise<Verdict<Attributes>>
  /**
   * Makes something else of what holds now, unless the step refuses. Of any number of changes at once each sees what the
   * one before it left.
   */
  change(step: (current: Attributes) => Verdict<Attributes>): Promise<Verdict<Attributes>>
}

/** `null`: disabled. */
interface Kept {
  readonly configuration: AttributeConfiguration | null
}

/** The end of 9999: what an administrator has set holds until it is set anew. */
const NEVER = 253_402_300_799

/** @param configured - what holds until it is changed for the first time */
export function attributeState(
  configured: Attributes,
  { instanceARN, state }: { readonly instanceARN: string; readonly state: StateStore },
): AttributeState {
  const key = keyOf.attributes(instanceARN)
  const attributesOf = (kept: Kept | undefined): Attributes =>
    kept ? (kept.configuration ?? 'off') : configured
  return {
    current: () => verdictFrom(async () => attributesOf(await read<Kept>(state, key))),
    change: async (step) => {
      const changed = await verdictFrom(() =>
        change<Kept, Attributes>(
          state,
          key,
          (kept) => {
            const outcome = step(attributesOf(kept))
            if (!outcome.ok) return { outcome, state: undefined }
            return { outcome, state: { configuration: outcome.value === 'off' ? null : outcome.value } }
          },
          () => NEVER,
        ),
      )
      return changed.ok ? changed.value.outcome : changed
    },
  }
}
