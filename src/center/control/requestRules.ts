import { isObject, memberPath, type JsonObject } from '../../core/json.js'
import { nearest } from '../../core/nearest.js'
import type { Fault } from '../../core/rule.js'
import { kindOf, shown } from '../../core/shown.js'
import { instanceARN } from '../../tti/configuration/arns.js'
import { member, textFaults } from '../../tti/configuration/fields.js'
import { CONTROL_OPERATIONS, type ControlOperation } from './operations.js'
import type { ControlRule } from './rule.js'

export interface ControlRequestSubject {
  readonly url: string
  readonly target: string | undefined
  readonly operation: ControlOperation | undefined
  readonly contentType: string | undefined
  readonly body: { readonly object: JsonObject } | { readonly fault: Fault }
}

const SOURCE = 'SSO Admin API; AWS JSON 1.1'
const CONTENT_TYPE = 'application/x-amz-json-1.1'

/** What every request is asked, in the order in which the rules answer. */
export const controlRequestRules: readonly ControlRule<ControlRequestSubject>[] = [
  {
    id: 'center/control-target',
    severity: 'error',
    source: SOURCE,
    title: 'X-Amz-Target names an operation that is served, and the request is a POST to /',
    fix: `Call one of ${Object.keys(CONTROL_OPERATIONS).join(', ')}; all else stands in the configuration of the center.`,
    answer: 'UnknownOperationException',
    check: ({ url, target, operation }) => {
      const message = 'The operation is not served here.'
      if (operation === undefined)
        return [{ reason: 'unknown', path: 'headers.x-amz-target', actual: shown(target, 120), message }]
      return url === '/' ? [] : [{ reason: 'other-path', path: 'url', expected: '/', message }]
    },
  },
  {
    id: 'center/control-body',
    severity: 'error',
    source: `${SOURCE}; attack O17`,
    title: `The body is one JSON object with each member once, sent as ${CONTENT_TYPE}`,
    fix: 'Send JSON as the AWS SDKs do.',
    answer: 'SerializationException',
    check: ({ contentType, body }) => {
      const type = contentType?.split(';')[0]?.trim().toLowerCase()
      if (type !== CONTENT_TYPE) {
        const message = `The body is not sent as ${CONTENT_TYPE}.`
        return [
          { reason: 'content-type', path: 'headers.content-type', actual: shown(contentType, 60), message },
        ]
      }
      return 'fault' in body ? [body.fault] : []
    },
  },
  {
    id: 'center/control-member',
    severity: 'error',
    source: 'SSO Admin API',
    title:
      'The request has the members of its operation, and no other; InstanceArn is the ARN of an instance',
    fix: 'Send the members as "aws sso-admin OPERATION --generate-cli-skeleton" prints them.',
    answer: 'ValidationException',
    check: ({ operation, body }) => {
      if (operation === undefined || 'fault' in body) return 'cantTell'
      const { members } = CONTROL_OPERATIONS[operation]
      return [
        ...unknownFaults(body.object, members),
        ...members.flatMap((name) =>
          name === 'InstanceArn'
            ? textFaults(body.object, name, '$', instanceARN)
            : objectFaults(body.object, name),
        ),
      ]
    },
  },
]

// A hostile object could name thousands.
const MAX_UNKNOWN = 10

function unknownFaults(object: JsonObject, known: readonly string[]): readonly Fault[] {
  return Object.keys(object)
    .filter((name) => !known.includes(name))
    .slice(0, MAX_UNKNOWN)
    .map((name) => {
      const meant = nearest(name, known)
      return {
        reason: 'unknown-member',
        path: memberPath('$', name),
        message: 'The operation has no such member.',
        fix: meant === undefined ? undefined : `Did you mean ${meant}?`,
      }
    })
}

function objectFaults(object: JsonObject, name: string): readonly Fault[] {
  const value = member(object, name)
  if (isObject(value)) return []
  const reason = value === undefined ? 'missing' : 'not-object'
  return [{ reason, path: `$.${name}`, actual: kindOf(value), message: `${name} is not an object.` }]
}
