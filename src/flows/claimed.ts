import type { ClaimOutcome, ReplayStore } from '../core/ports.js'

/** A store that throws, or answers what the port does not know, has not remembered the key. */
export async function claimed(
  store: ReplayStore,
  key: string,
  expiresAt: number,
  now: number,
): Promise<ClaimOutcome> {
  try {
    const outcome = await store.claim(key, expiresAt, now)
    return outcome === 'claimed' || outcome === 'already' || outcome === 'full' ? outcome : 'unavailable'
  } catch {
    return 'unavailable'
  }
}
