import { accepted, type Verdict } from '../../core/outcome.js'
import { runRules, verdictOf } from '../../core/rule.js'
import type { Attributes, AttributeState } from '../../flows/attributeState.js'
import type { ControlOperation } from './operations.js'
import type { ControlRule } from './rule.js'

type Status = 'enabled' | 'disabled'

export const attributeRules: readonly ControlRule<{ readonly found: Status; readonly wanted: Status }>[] = [
  {
    id: 'center/attributes-status',
    severity: 'error',
    source: 'R131; SSO Admin API',
    title:
      'Attributes for access control are enabled while they are disabled, and described, updated and disabled while they are enabled',
    fix: 'Create the configuration to enable them, Update it while they are enabled, Delete it to disable them.',
    answer: 'ResourceNotFoundException',
    answers: { enabled: 'ConflictException' },
    check: ({ found, wanted }) => {
      if (found === wanted) return []
      const message = `Attributes for access control are ${found}.`
      return [{ reason: found, expected: wanted, actual: found, message }]
    },
  },
]

/**
 * Runs an operation on the attributes for access control of an instance (R131), and gives its answer. What is changed
 * holds for the sessions that begin from then on (R126); disabling deletes every mapping (R117).
 *
 * @param given - the configuration that Create and Update bring
 */
export async function runAttributeOperation(
  operation: ControlOperation,
  given: Attributes,
  state: AttributeState,
): Promise<Verdict<object>> {
  switch (operation) {
    case 'CreateInstanceAccessControlAttributeConfiguration':
      return empty(await state.change((current) => whereStatusIs('disabled', current, given)))
    case 'UpdateInstanceAccessControlAttributeConfiguration':
      return empty(await state.change((current) => whereStatusIs('enabled', current, given)))
    case 'DeleteInstanceAccessControlAttributeConfiguration':
      return empty(await state.change((current) => whereStatusIs('enabled', current, 'off')))
    case 'DescribeInstanceAccessControlAttributeConfiguration': {
      const kept = await state.current()
      const current = kept.ok ? whereStatusIs('enabled', kept.value, kept.value) : kept
      if (!current.ok) return current
      return accepted({ Status: 'ENABLED', InstanceAccessControlAttributeConfiguration: current.value })
    }
  }
}

function whereStatusIs(wanted: Status, current: Attributes, next: Attributes): Verdict<Attributes> {
  const found = current === 'off' ? 'disabled' : 'enabled'
  return verdictOf(runRules(attributeRules, { found, wanted }), () => next)
}

function empty(changed: Verdict<unknown>): Verdict<object> {
  return changed.ok ? accepted({}) : changed
}
