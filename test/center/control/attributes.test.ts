import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AttributeConfiguration } from '../../../src/abac/index.js'
import { runAttributeOperation } from '../../../src/center/control/attributes.js'
import type { ControlOperation } from '../../../src/center/control/operations.js'
import type { StateStore } from '../../../src/core/index.js'
import { attributeState, type Attributes } from '../../../src/flows/attributeState.js'
import { memoryStateStore } from '../../../src/stores/index.js'

const instanceARN = 'arn:aws:sso:::instance/ssoins-1234567890abcdef'
const store = () => memoryStateStore({ now: () => 1_800_000_000 })
const stateOf = (state: StateStore, configured: Attributes = 'off') =>
  attributeState(configured, { instanceARN, state })

const configurations: fc.Arbitrary<AttributeConfiguration> = fc
  .subarray(['Team', 'CostCenter', 'Title'])
  .map((keys) => ({
    AccessControlAttributes: keys.map((Key) => ({ Key, Value: { Source: ['${path:title}'] } })),
  }))
type Verb = 'Create' | 'Describe' | 'Update' | 'Delete'
const operation = (verb: Verb): ControlOperation => `${verb}InstanceAccessControlAttributeConfiguration`
interface Call {
  readonly verb: Verb
  readonly given: AttributeConfiguration
}
const calls: fc.Arbitrary<Call> = fc.record({
  verb: fc.constantFrom<Verb>('Create', 'Describe', 'Update', 'Delete'),
  given: configurations,
})

/** What one call makes of what holds, said once more and more simply. */
function expected(current: Attributes, { verb, given }: Call): { next: Attributes; answer: unknown } {
  const refusal = (reason: string) => ({ next: current, answer: `center/attributes-status ${reason}` })
  if (verb === 'Create') return current === 'off' ? { next: given, answer: {} } : refusal('enabled')
  if (current === 'off') return refusal('disabled')
  if (verb === 'Update') return { next: given, answer: {} }
  if (verb === 'Delete') return { next: 'off', answer: {} }
  return {
    next: current,
    answer: { Status: 'ENABLED', InstanceAccessControlAttributeConfiguration: current },
  }
}

async function answerOf(state: StateStore, configured: Attributes, { verb, given }: Call): Promise<unknown> {
  const verdict = await runAttributeOperation(operation(verb), given, stateOf(state, configured))
  return verdict.ok ? verdict.value : `${verdict.findings[0].rule} ${verdict.findings[0].reason}`
}

describe('attributes for access control that are kept', () => {
  it('are after any calls what one call after the other makes of them, whoever asks', async () => {
    const property = fc.asyncProperty(
      fc.oneof(fc.constant('off' as const), configurations),
      fc.array(calls, { maxLength: 12 }),
      async (configured, sequence) => {
        const state = store()
        let current: Attributes = configured
        for (const call of sequence) {
          const { next, answer } = expected(current, call)
          expect(await answerOf(state, configured, call)).toEqual(answer)
          current = next
          expect(await stateOf(state, configured).current()).toMatchObject({ ok: true, value: current })
        }
      },
    )
    await fc.assert(property)
  })

  it('are, after calls at once, what these make of them in some order', async () => {
    const property = fc.asyncProperty(
      fc.array(calls, { minLength: 2, maxLength: 4 }),
      fc.scheduler(),
      async (sequence, scheduler) => {
        const inner = store()
        const slow: StateStore = {
          get: (key) => scheduler.schedule(Promise.resolve(null)).then(() => inner.get(key)),
          put: (...put) => scheduler.schedule(Promise.resolve(null)).then(() => inner.put(...put)),
          delete: (key) => inner.delete(key),
        }
        const running = sequence.map((call) => answerOf(slow, 'off', call))
        await scheduler.waitFor(Promise.all(running))
        const answers = await Promise.all(running)
        const last = await stateOf(inner).current()
        const orders = permutations(sequence.map((call, index) => ({ call, answer: answers[index] })))
        const fits = orders.some((order) => {
          let current: Attributes = 'off'
          for (const { call, answer } of order) {
            const made = expected(current, call)
            if (JSON.stringify(made.answer) !== JSON.stringify(answer)) return false
            current = made.next
          }
          return JSON.stringify(current) === JSON.stringify(last.ok && last.value)
        })
        expect(fits).toBe(true)
      },
    )
    await fc.assert(property)
  })

  it.each([
    ['unavailable', (inner: StateStore) => ({ ...inner, get: () => Promise.reject(new Error('down')) })],
    [
      'malformed',
      (inner: StateStore) => ({ ...inner, get: () => Promise.resolve({ value: {}, version: '1' }) }),
    ],
    [
      'malformed',
      (inner: StateStore) => {
        const configuration = { AccessControlAttributes: [{ Key: 'aws:Team', Value: { Source: [] } }] }
        return { ...inner, get: () => Promise.resolve({ value: { configuration }, version: '1' }) }
      },
    ],
    [
      'malformed',
      // What Describe answers is not what is kept.
      (inner: StateStore) => {
        const configuration = {
          InstanceAccessControlAttributeConfiguration: { AccessControlAttributes: [] },
        }
        return { ...inner, get: () => Promise.resolve({ value: { configuration }, version: '1' }) }
      },
    ],
    [
      'contended',
      (inner: StateStore) => ({
        ...inner,
        put: () => Promise.resolve({ ok: false, reason: 'conflict' } as const),
      }),
    ],
  ])('refuse a change while the store is %s', async (reason, broken) => {
    const given = { AccessControlAttributes: [] }
    const answer = await answerOf(broken(store()), 'off', { verb: 'Create', given })
    expect(answer).toBe(`oauth/store ${reason}`)
  })

  it('hold until they are changed, however late that is', async () => {
    let now = 1_800_000_000
    const state = memoryStateStore({ now: () => now })
    await answerOf(state, 'off', { verb: 'Create', given: { AccessControlAttributes: [] } })
    now += 1_000_000_000
    expect(await stateOf(state).current()).toMatchObject({ value: { AccessControlAttributes: [] } })
  })

  it('are those of one instance', async () => {
    const state = store()
    const given = { AccessControlAttributes: [] }
    await answerOf(state, 'off', { verb: 'Create', given })
    const other = attributeState('off', { instanceARN: `${instanceARN.slice(0, -1)}0`, state })
    expect(await other.current()).toMatchObject({ value: 'off' })
  })
})

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length === 0) return [[]]
  return items.flatMap((item, index) =>
    permutations(items.filter((_, other) => other !== index)).map((rest) => [item, ...rest]),
  )
}
