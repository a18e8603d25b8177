import { NO_APPLICATIONS_MESSAGE } from './portalAccess.js'
import { protectedRoleMessage } from './protectedRole.js'
import { ASSIGNMENTS_REREAD_SECONDS } from './roleSession.js'
import { SESSION_INVALID_MESSAGE } from './signInSession.js'

/** What people see of the portal when something is amiss, and what is behind it. */
export interface PortalSymptom {
  readonly symptom: string
  readonly cause: string
  readonly fix: string
  /** R-numbers of the requirements. */
  readonly source: string
}

/** Knowledge for a person or a diagnosis: no rule can see these from what it is given. */
export const PORTAL_SYMPTOMS: readonly PortalSymptom[] = Object.freeze([
  {
    symptom: `"${NO_APPLICATIONS_MESSAGE}"`,
    cause:
      'Nothing is assigned to the person, or only to a group that holds the person through another group.',
    fix: 'Assign the group of which the person is a direct member.',
    source: 'R085; R086',
  },
  {
    symptom: 'An application or account that was just assigned is not there',
    cause: `The portal reads what is assigned every ${ASSIGNMENTS_REREAD_SECONDS / 60} minutes.`,
    fix: 'Wait, or sign out and in again.',
    source: 'R088',
  },
  {
    symptom: `"${SESSION_INVALID_MESSAGE}"`,
    cause: 'The session was revoked, or has run out.',
    fix: 'Sign in again; in an editor, cancel what is still trying to connect first.',
    source: 'R228',
  },
  {
    symptom: `"${protectedRoleMessage('AWSReservedSSO_NAME_SUFFIX')}"`,
    cause: "Somebody changed a permission set's role in IAM.",
    fix: 'Change the permission set in Identity Center.',
    source: 'R097',
  },
  {
    symptom: 'Sign-in is blocked inside a private network',
    cause:
      'Sign-in goes through a VPC endpoint for Console Private Access, which lets no sign-in to Identity Center pass.',
    fix: 'Let sign-in use the public endpoint of AWS sign-in.',
    source: 'R041',
  },
  {
    symptom: 'The portal or its sign-in loads half, or not at all, behind a web filter',
    cause: 'The filter holds back a host that the portal needs.',
    fix: 'Let the 14 names pass that allowListedHosts() gives for the Region.',
    source: 'R042',
  },
  {
    symptom: 'A user name is refused where Active Directory is the identity source',
    cause:
      'With MFA (context-aware or always-on), or users in four or more domains, the domain must be named.',
    fix: 'Sign in as DOMAIN\\user.',
    source: 'R040',
  },
  {
    symptom: 'Nobody can sign in to one account any more, though assignments are there',
    cause: 'Somebody deleted or changed the SAML provider AWSSSO_..._DO_NOT_DELETE of the account.',
    fix: 'Apply the assignments of the account again: that makes the provider anew.',
    source: 'R091; R092',
  },
])
