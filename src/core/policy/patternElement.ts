import { faultsOf, readStrings, type Located, type Report } from './faults.js'
import { shown } from '../shown.js'
import { splitArn } from './match.js'
import { checkVariable, type PolicyVersion } from './variables.js'

/** Action or NotAction, Resource or NotResource. */
export interface PatternElement {
  readonly not: boolean
  readonly patterns: readonly string[]
}

const actionFault = faultsOf('policy/action')
const resourceFault = faultsOf('policy/resource')

/** Reads actions: `*`, or a service prefix without wildcards and a name that may hold them. */
export function readActions(value: unknown, path: string, report: Report): readonly string[] {
  const actions = readStrings(value, path, 'policy/action', report)
  for (const action of actions) checkAction(action, report)
  return actions.map(({ text }) => text)
}

function checkAction({ text, path }: Located, report: Report): void {
  if (text === '*' || text === '*:*') return
  const detail = { expected: 'service:Action', actual: shown(text) }
  const [service = '', name = '', ...more] = text.split(':')
  if (!text.includes(':')) {
    // A name, something that is no part of a name, and a name: the separator is wrong rather than missing.
    const [, before, after] = /^([\w-]{1,64})[^\w*?-]+([\w*?-]{1,128})$/.exec(text) ?? []
    if (before === undefined || after === undefined) {
      report(actionFault('service-prefix', path, 'An action starts with the prefix of its service.', detail))
    } else {
      report(
        actionFault('separator', path, 'A colon separates the service prefix from the action.', {
          ...detail,
          fix: `Write "${before}:${after}".`,
        }),
      )
    }
  } else if (more.length > 0) {
    report(actionFault('separator', path, 'An action holds one colon.', detail))
  } else if (/[*?]/.test(service)) {
    report(
      actionFault('service-wildcard', path, 'The service prefix holds no wildcard, except in "*".', detail),
    )
  } else if (service === '') {
    report(actionFault('service-prefix', path, 'An action starts with the prefix of its service.', detail))
  } else if (!/^[A-Za-z0-9-]+$/.test(service) || !/^[\w*?-]+$/.test(name)) {
    report(
      actionFault('characters', path, 'The action has characters that no action has, or no name.', detail),
    )
  }
}

/** Reads resources: `*`, or an ARN with six parts, any of which may hold wildcards. */
export function readResources(
  value: unknown,
  path: string,
  version: PolicyVersion,
  report: Report,
): readonly string[] {
  const resources = readStrings(value, path, 'policy/resource', report)
  for (const resource of resources) {
    checkVariable(resource, version, 'policy/resource', 'resource', report)
    if (resource.text === '*' || splitArn(resource.text)) continue
    report(
      resourceFault('malformed-arn', resource.path, 'A resource is "*" or an ARN with six parts.', {
        expected: 'arn:partition:service:region:account:resource',
        actual: shown(resource.text),
      }),
    )
  }
  return resources.map(({ text }) => text)
}
