import { accepted, FederationError, refused, type Finding, type Verdict } from '../../core/outcome.js'
import { findingOf } from '../../core/rule.js'
import { storeRules, type StoreFailure } from '../../oauth/index.js'
import { misuseOf } from '../../oauth/server/misuse.js'

/** Carries a step's findings out of a flow; never leaves this folder. */
export class Refusal extends Error {
  readonly findings: readonly Finding[]
  constructor(findings: readonly Finding[]) {
    super('refused')
    this.findings = findings
  }
}

/** The value of a step, or the end of the flow. */
export function passed<T>(verdict: Verdict<T>): T {
  if (!verdict.ok) throw new Refusal(verdict.findings)
  return verdict.value
}

/** Runs a flow: whatever refuses in it is returned, and only misuse is thrown. */
export async function verdictFrom<T>(flow: () => Promise<T>): Promise<Verdict<T>> {
  try {
    return accepted(await flow())
  } catch (stop) {
    const [first, ...rest] = stop instanceof Refusal ? stop.findings : []
    if (!first) throw misuseOf(stop)
    return refused([first, ...rest])
  }
}

export function misuse(message: string): never {
  throw new FederationError('ERR_INVALID_OPTION', message)
}

/** One member of an object of options, read once. */
export function optionOf<T extends object, Name extends keyof T>(options: T, name: Name): T[Name] {
  try {
    if (typeof options === 'object' && options !== null) return options[name]
  } catch {
    // A getter or a proxy of the caller's: as good as no object.
  }
  return misuse('The options are not an object that can be read.')
}

export function storeRefusal(failure: StoreFailure): Refusal {
  return new Refusal(
    storeRules.flatMap((rule) => {
      const faults = rule.check(failure)
      return typeof faults === 'string' ? [] : faults.map((fault) => findingOf(rule, fault))
    }),
  )
}

/** Asks a store or the directory: an outage refuses, misuse is thrown on. */
export async function asked<T>(question: () => Promise<T>): Promise<T> {
  try {
    return await question()
  } catch (error) {
    if (error instanceof FederationError && error.code === 'ERR_INVALID_OPTION') throw error
    throw storeRefusal({ reason: 'unavailable', cause: kindOfError(error) })
  }
}

/** An error's code or name: words only, since the text of an error may quote anything. */
export function kindOfError(error: unknown): string {
  const word = (value: unknown): string | undefined =>
    typeof value === 'string' && /^\w{1,60}$/.test(value) ? value : undefined
  if (!(error instanceof Error)) return typeof error
  return word('code' in error ? error.code : undefined) ?? word(error.name) ?? 'Error'
}
