import type { Finding } from '../../core/outcome.js'
import { findingOf } from '../../core/rule.js'
import type { Caller } from '../caller.js'
import { notAllowed } from '../callerAccess.js'
import type { CenterConfig } from '../config.js'
import { permissionSetRoleARN } from '../portalConfig.js'
import type { ControlRow } from './rule.js'

export const controlCallerRow: ControlRow = {
  id: 'center/control-caller',
  severity: 'error',
  source: 'SSO Admin API; R375',
  title:
    "The caller is of the instance's account, and their own policies allow the operation on the instance",
  fix: 'Allow sso:OPERATION on the ARN of the instance in the Policies of the access key or role.',
  answer: 'AccessDeniedException',
}

export const attributesTrustRow: ControlRow = {
  id: 'center/attributes-trust',
  severity: 'error',
  source: 'R118',
  title:
    'Where there are permission sets, whoever enables attributes for access control may change the trust policies of their roles',
  fix: 'Allow iam:UpdateAssumeRolePolicy on arn:aws:iam::*:role/aws-reserved/sso.amazonaws.com/* in the Policies of the access key or role.',
  answer: 'AccessDeniedException',
}

export const controlInstanceRow: ControlRow = {
  id: 'center/control-instance',
  severity: 'error',
  source: 'SSO Admin API',
  title: 'The instance is the one of this center',
  fix: 'Send the InstanceArn of the configuration.',
  answer: 'ResourceNotFoundException',
}

/**
 * Why the caller may not call an operation on an instance. Whoever may not learns nothing of which instances there are.
 */
export function callerFindings(
  caller: Caller,
  { action, instanceARN }: { readonly action: string; readonly instanceARN: string },
  { deployment }: CenterConfig,
): readonly Finding[] {
  if (caller.account !== deployment.accountId) {
    const [expected, actual] = [deployment.accountId, caller.account]
    const message = 'The instance is of another account.'
    return [findingOf(controlCallerRow, { reason: 'other-account', path: action, expected, actual, message })]
  }
  const denied = notAllowed(caller, { action, resource: instanceARN }, controlCallerRow)
  if (denied.length > 0 || instanceARN === deployment.instanceARN) return denied
  const [expected, message] = [deployment.instanceARN, 'There is no such instance here.']
  const fault = { reason: 'unknown', path: '$.InstanceArn', expected, actual: instanceARN, message }
  return [findingOf(controlInstanceRow, fault)]
}

/**
 * Why the caller may not enable attributes for access control: the roles of permission sets must then trust Identity Center
 * to tag sessions. In the caller's account that takes the caller's own permission; in others Identity Center has its own.
 */
export function trustFindings(
  caller: Caller,
  { deployment, portal, region }: CenterConfig,
): readonly Finding[] {
  const { accountId, instanceARN } = deployment
  return portal.permissionSets.flatMap(({ arn, name }) => {
    const role = portal.access.roles.find(
      (made) => made.permissionSetArn === arn && made.accountId === accountId,
    )
    // Of a set that is not assigned there, the role that it would have.
    const named = role ?? {
      accountId,
      permissionSetArn: arn,
      permissionSetName: name,
      suffix: '0'.repeat(16),
    }
    const resource = permissionSetRoleARN(named, { instanceARN, region })
    return notAllowed(caller, { action: 'iam:UpdateAssumeRolePolicy', resource }, attributesTrustRow)
  })
}
