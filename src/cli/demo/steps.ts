import { performance } from 'node:perf_hooks'
import type { Finding, Verdict } from '../../core/outcome.js'

/** What became of one step: `{ name, outcome, rule?, ms }` is what `--format json` prints. */
export interface Step {
  readonly name: string
  readonly outcome: 'ok' | 'refused'
  readonly rule?: string
  readonly ms: number
}

export interface StepResult extends Step {
  /** Whether this is how the step had to end. */
  readonly asExpected: boolean
  readonly details: readonly string[]
  readonly finding?: Finding
}

/** Runs steps one after the other, timing each, and tells of each as soon as it is over. */
export class Steps {
  readonly results: StepResult[] = []
  readonly #tell: (result: StepResult) => void

  constructor(tell: (result: StepResult) => void) {
    this.#tell = tell
  }

  /** A step that must succeed; one that throws ends the demo. */
  async done<T>(name: string, work: () => Promise<T>, details: (value: T) => readonly string[]): Promise<T> {
    const started = performance.now()
    const value = await work()
    this.#add({ name, outcome: 'ok', ms: since(started), asExpected: true, details: details(value) })
    return value
  }

  /** A step that must be accepted. */
  async accepted<T>(
    name: string,
    work: () => Promise<Verdict<T>>,
    details: (value: T) => readonly string[],
  ): Promise<T | undefined> {
    const started = performance.now()
    const verdict = await work()
    this.#add({
      name,
      ...outcomeOf(verdict),
      ms: since(started),
      asExpected: verdict.ok,
      details: verdict.ok ? details(verdict.value) : [],
    })
    return verdict.ok ? verdict.value : undefined
  }

  /** A step that must be refused, and by this rule. */
  async refused(
    name: string,
    rule: string,
    work: () => Promise<Verdict<unknown>>,
    details: (findings: readonly Finding[]) => readonly string[],
  ): Promise<void> {
    const started = performance.now()
    const verdict = await work()
    const outcome = outcomeOf(verdict)
    const asExpected = !verdict.ok && outcome.rule === rule
    this.#add({ name, ...outcome, ms: since(started), asExpected, details: details(verdict.findings) })
  }

  get asExpected(): boolean {
    return this.results.every((result) => result.asExpected)
  }

  #add(result: StepResult): void {
    this.results.push(result)
    this.#tell(result)
  }
}

function outcomeOf(verdict: Verdict<unknown>): Pick<StepResult, 'outcome' | 'rule' | 'finding'> {
  if (verdict.ok) return { outcome: 'ok' }
  const finding = verdict.findings.find(({ severity }) => severity === 'error') ?? verdict.findings[0]
  return { outcome: 'refused', rule: finding.rule, finding }
}

function since(started: number): number {
  return Math.round((performance.now() - started) * 10) / 10
}
