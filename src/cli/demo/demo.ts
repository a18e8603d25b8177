import { createInterface } from 'node:readline/promises'
import { Misuse } from '../misuse.js'
import { oneOf, readOptions } from '../options.js'
import type { Terminal } from '../terminal.js'
import { Steps, type Step, type StepResult } from './steps.js'
import { tellStory } from './story.js'

/**
 * `demo [--once] [--format json]`: the main job on real input. Exit code 0 only if every step went as it must. In a
 * terminal it offers to run again, unless `--once`.
 */
export async function demo(words: readonly string[], terminal: Terminal): Promise<0 | 1> {
  const { values, positionals } = readOptions(words, { once: 'boolean', format: 'string' })
  if (positionals.length > 0) throw new Misuse('demo takes no file.')
  const json = oneOf(values, 'format', ['text', 'json']) === 'json'
  let passed = await runOnce(json, terminal)
  while (values['once'] !== true && !json && terminal.interactive && (await again()))
    passed = await runOnce(json, terminal)
  return passed ? 0 : 1
}

async function runOnce(json: boolean, terminal: Terminal): Promise<boolean> {
  const steps = new Steps((result) => {
    if (!json) terminal.out(stepText(result, terminal))
  })
  if (!json) terminal.out(introduction(terminal))
  await tellStory(steps)
  if (json) {
    const plain = steps.results.map(({ name, outcome, rule, ms }): Step => ({
      name,
      outcome,
      ...(rule === undefined ? {} : { rule }),
      ms,
    }))
    terminal.out(`${JSON.stringify({ steps: plain }, null, 2)}\n`)
  } else terminal.out(conclusion(steps, terminal))
  return steps.asExpected
}

function introduction({ style }: Terminal): string {
  return `${style.strong("Countersign: an outside IdP's JWT is exchanged, exactly once")}\n\n`
}

function stepText(
  { name, outcome, ms, asExpected, details, finding }: StepResult,
  { style }: Terminal,
): string {
  const mark = asExpected ? style.good(outcome === 'ok' ? '  ok     ' : '  refused') : style.bad('  WRONG  ')
  const time = style.faint(`${ms.toFixed(1).padStart(8)} ms`)
  const cause = finding ? [`${style.warn(`${finding.rule} (${finding.reason})`)}: ${finding.message}`] : []
  const indented = [...cause, ...details].map((line) => `                        ${line}\n`)
  return `${mark}${time}  ${name}\n${indented.join('')}`
}

function conclusion(steps: Steps, { style }: Terminal): string {
  const { length } = steps.results
  const wrong = steps.results.filter(({ asExpected }) => !asExpected).length
  return steps.asExpected
    ? `\n${style.good(`All ${length} steps went as they must.`)}\n`
    : `\n${style.bad(`${wrong} of ${length} steps did not go as they must.`)}\n`
}

async function again(): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout })
  try {
    await terminal.question('\nEnter runs it again, Ctrl-C ends. ')
    return true
  } catch {
    // Ctrl-C or the end of input: done, not failed.
    return false
  } finally {
    terminal.close()
  }
}
