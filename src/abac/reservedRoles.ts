import { buildReservedRoleArn, type ReservedRole } from '../core/sts/index.js'
import { reading } from './misuse.js'

/**
 * The ARNs that one role may have: without a Region in the path, and with it where there is one. The sources disagree on
 * when it stands there (C07), so match `AWSReservedSSO_NAME_` at the end, and never by the Region.
 *
 * @throws FederationError `ERR_INVALID_OPTION` for parts that make no ARN
 */
export function reservedRoleArns(role: Omit<ReservedRole, 'sessionName'>): readonly string[] {
  return reading(() => {
    const { partition, account, permissionSetName, suffix, region } = role
    const bare = { partition, account, permissionSetName, suffix }
    return [
      buildReservedRoleArn(bare),
      ...(region === undefined ? [] : [buildReservedRoleArn({ ...bare, region })]),
    ]
  })
}
