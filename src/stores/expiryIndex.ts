/**
 * Which keys expire when, on a clock that only moves forward. One bucket per expiry second, so that expiry is exact and
 * nothing has to be searched for.
 *
 * Cost of `advance`: the smaller of the seconds elapsed and the number of buckets, plus one step per expired key. A jump
 * of years therefore costs one pass over the buckets, and every key is visited once in its life.
 */
export class ExpiryIndex {
  /** The highest instant seen. A clock that steps back does not lower it, so what was over stays over. */
  #latest = Number.NEGATIVE_INFINITY
  readonly #buckets = new Map<number, Set<string>>()

  /** Whether an entry with this expiry is over by the latest instant seen: alive before `expiresAt`, over at it. */
  isOver(expiresAt: number): boolean {
    return expiresAt <= this.#latest
  }

  /** Files a key that is not in the index under an expiry that is not over. */
  add(key: string, expiresAt: number): void {
    const bucket = this.#buckets.get(expiresAt)
    if (bucket === undefined) this.#buckets.set(expiresAt, new Set([key]))
    else bucket.add(key)
  }

  /** Takes a key out before its time; `expiresAt` is the one that it was added with. */
  remove(key: string, expiresAt: number): void {
    const bucket = this.#buckets.get(expiresAt)
    if (bucket?.delete(key) && bucket.size === 0) this.#buckets.delete(expiresAt)
  }

  /** Moves the clock on, never back, and hands every key that is over by then to `drop`, once. */
  advance(now: number, drop: (key: string) => void): void {
    if (now <= this.#latest) return
    const from = this.#latest
    this.#latest = now
    if (now - from <= this.#buckets.size) {
      for (let second = from + 1; second <= now; second++) this.#dropBucket(second, drop)
    } else {
      for (const second of this.#buckets.keys()) if (second <= now) this.#dropBucket(second, drop)
    }
  }

  #dropBucket(second: number, drop: (key: string) => void): void {
    const bucket = this.#buckets.get(second)
    if (bucket === undefined) return
    this.#buckets.delete(second)
    for (const key of bucket) drop(key)
  }
}
