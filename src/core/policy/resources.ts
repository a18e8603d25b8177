import { readingsOf, type Reading } from './context.js'
import { matchArn, matchWildcard } from './match.js'
import type { ReadRequest } from './request.js'
import type { Statement } from './statement.js'
import { fillTemplate, variablesIn, type PolicyVersion } from './variables.js'

/**
 * Whether a statement speaks of the request's resource.
 *
 * A wildcard stands within one part of an ARN, and "can expand to match beyond the colon boundaries" at the end of one:
 * so an Allow takes it for the first and a Deny for the second, and the Not forms the other way round. As in conditions,
 * no Allow applies with a variable that cannot be filled; for a Deny it names nothing.
 */
export function matchResources(
  { resources, effect }: Pick<Statement, 'resources' | 'effect'>,
  request: ReadRequest,
  version: PolicyVersion,
): boolean {
  const one = (reading: Reading): boolean => {
    const wide = (effect === 'Deny') !== resources.not
    const filled = resources.patterns.map((text) => fillTemplate(text, version, request.context, reading))
    if (effect === 'Allow' && filled.includes(undefined)) return false
    const named = filled.some((pattern) => {
      if (!pattern) return false
      const { text, marks } = pattern
      if (marks === '*') return true
      return (wide ? matchWildcard : matchArn)(text, request.resource, marks)
    })
    return named !== resources.not
  }
  const variables = resources.patterns.flatMap((text) => variablesIn(text, version))
  const readings = readingsOf(
    request.context,
    [],
    variables.map(({ key }) => key),
  )
  return effect === 'Deny' ? readings.some(one) : readings.every(one)
}
