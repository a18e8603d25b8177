const CONFIGURATION = 'InstanceAccessControlAttributeConfiguration'

/** The operations of the sso-admin API that are served, and the members of their requests, each of which is needed. */
export const CONTROL_OPERATIONS = {
  CreateInstanceAccessControlAttributeConfiguration: {
    members: ['InstanceArn', CONFIGURATION],
    readOnly: false,
  },
  DescribeInstanceAccessControlAttributeConfiguration: { members: ['InstanceArn'], readOnly: true },
  UpdateInstanceAccessControlAttributeConfiguration: {
    members: ['InstanceArn', CONFIGURATION],
    readOnly: false,
  },
  DeleteInstanceAccessControlAttributeConfiguration: { members: ['InstanceArn'], readOnly: false },
} as const satisfies Readonly<
  Record<string, { readonly members: readonly string[]; readonly readOnly: boolean }>
>

export type ControlOperation = keyof typeof CONTROL_OPERATIONS

/** The header that names the operation: `SWBExternalService.OPERATION`. */
export const TARGET_HEADER = 'x-amz-target'
const TARGET = 'SWBExternalService.'

/** The operation that a target names, if it is served. */
export function controlOperation(target: string | undefined): ControlOperation | undefined {
  if (target?.startsWith(TARGET) !== true) return undefined
  const name = target.slice(TARGET.length)
  return Object.hasOwn(CONTROL_OPERATIONS, name) ? (name as ControlOperation) : undefined
}
