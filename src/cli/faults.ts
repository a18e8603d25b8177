import { Misuse } from './misuse.js'

/** The results of all readings, or one Misuse with the faults of every one that failed: a person mends them at once. */
export async function gathered<const T extends readonly Promise<unknown>[]>(
  readings: T,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  const settled = await Promise.allSettled(readings)
  const faults: Misuse[] = []
  for (const result of settled) {
    if (result.status === 'fulfilled') continue
    if (!(result.reason instanceof Misuse)) throw result.reason
    faults.push(result.reason)
  }
  if (faults.length > 0) {
    throw new Misuse(
      faults.map(({ message }) => message).join('\n'),
      faults.flatMap(({ findings }) => findings),
    )
  }
  return settled.map((result) => (result as PromiseFulfilledResult<unknown>).value) as {
    -readonly [K in keyof T]: Awaited<T[K]>
  }
}
