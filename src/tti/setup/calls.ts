import { isObject, type JsonObject } from '../../core/json.js'
import { member } from '../configuration/fields.js'

/** The pages of "Add application" for an OAuth 2.0 application, and "Specify trusted applications" after them (R202). */
export const SETUP_STEPS = [
  'type',
  'details',
  'authentication',
  'credentials',
  'trusted-applications',
  'assignments',
] as const

export type SetupStep = (typeof SETUP_STEPS)[number]

/** The sso-admin calls that do it, each in its step; CreateApplication takes the type and the details. */
export const SETUP_OPERATIONS = {
  CreateApplication: 'type',
  PutApplicationAssignmentConfiguration: 'details',
  CreateTrustedTokenIssuer: 'authentication',
  PutApplicationGrant: 'authentication',
  PutApplicationAuthenticationMethod: 'credentials',
  PutApplicationAccessScope: 'trusted-applications',
  CreateApplicationAssignment: 'assignments',
} as const satisfies Readonly<Record<string, SetupStep>>

export type SetupOperation = keyof typeof SETUP_OPERATIONS

/** One call, in the shape of sso-admin. */
export interface SetupCall {
  readonly step: SetupStep
  readonly operation: SetupOperation
  readonly input: JsonObject
  /** Of what is created: the ARN by which later calls name it. */
  readonly creates?: string
}

export interface SetupSubject {
  readonly calls: unknown
  /** The ARNs of trusted token issuers that are there already. */
  readonly issuers: readonly string[]
}

/** A call as far as it can be read, with its place. */
export interface ReadCall {
  readonly path: string
  readonly operation: SetupOperation | undefined
  /** Empty where it is no object, of which `malformed` tells. */
  readonly input: JsonObject
  readonly creates: string | undefined
  /** The member that has not its form. */
  readonly malformed: 'input' | 'creates' | undefined
}

const MAX_CALLS = 500

/** The calls; undefined where there is no list of them, or one that is longer than any set-up. */
export function readCalls(calls: unknown): readonly ReadCall[] | undefined {
  if (!Array.isArray(calls) || calls.length > MAX_CALLS) return undefined
  return Array.from(calls as unknown[], (call, index) => {
    const path = `$[${index}]`
    const object: JsonObject = isObject(call) ? call : {}
    const [operation, input, creates] = ['operation', 'input', 'creates'].map((name) => member(object, name))
    return {
      path,
      operation: isOperation(operation) ? operation : undefined,
      input: isObject(input) ? input : {},
      creates: typeof creates === 'string' ? creates : undefined,
      malformed: !isObject(input)
        ? 'input'
        : creates !== undefined && typeof creates !== 'string'
          ? 'creates'
          : undefined,
    }
  })
}

function isOperation(value: unknown): value is SetupOperation {
  return typeof value === 'string' && Object.hasOwn(SETUP_OPERATIONS, value)
}
