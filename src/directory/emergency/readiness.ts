import type { Verdict } from '../../core/outcome.js'
import { runRules, verdictOf, type CheckResult, type Rule } from '../../core/rule.js'
import { shown } from '../../core/shown.js'
import { misuse, requireList, requireObject, requireText } from '../portal/arguments.js'
import { parseEmergencyGroup } from './groupName.js'

/** How things stand at the identity provider. */
export interface EmergencyState {
  /** `normal` while Identity Center works, `emergency` while people work around it, `returning` once it works again. */
  readonly phase: 'normal' | 'emergency' | 'returning'
  /** Whether the identity provider's application for IAM federation is enabled. */
  readonly applicationEnabled: boolean
  readonly groups: readonly { readonly name: string; readonly members: number }[]
  /** People who are signed in by emergency access; undefined where nobody knows. */
  readonly signedIn?: number | undefined
}

const rule = (
  row: Omit<Rule<EmergencyState>, 'severity' | 'check'>,
  check: (state: EmergencyState) => CheckResult,
): Rule<EmergencyState> => ({ severity: 'error', ...row, check })

export const readinessRules: readonly Rule<EmergencyState>[] = [
  rule(
    {
      id: 'emergency/groups',
      source: 'R106; R108',
      title: 'There is an emergency group, and each is named so that it stands for a role',
      fix: 'Create a group for each emergency role, named aws#ROLE#ACCOUNT.',
    },
    ({ groups }) => {
      if (groups.length === 0)
        return [{ reason: 'none', path: 'groups', message: 'There is no emergency group.' }]
      return groups.flatMap(({ name }, index) =>
        parseEmergencyGroup(name).findings.map(({ reason, message }) => ({
          reason,
          path: `groups[${index}].name`,
          actual: shown(name),
          message,
        })),
      )
    },
  ),
  rule(
    {
      id: 'emergency/members',
      source: 'R108',
      title: 'Emergency groups are empty in normal times, and have members in an emergency',
      fix: 'Normally: remove every member. In an emergency: add the people who are to act, by the usual request.',
    },
    ({ phase, groups }) => {
      if (phase === 'returning') return 'notApplicable'
      if (phase === 'emergency')
        return groups.some(({ members }) => members > 0)
          ? []
          : [{ reason: 'nobody', path: 'groups', message: 'Nobody can act: every emergency group is empty.' }]
      return groups.flatMap(({ members }, index) =>
        members === 0
          ? []
          : [
              {
                reason: 'members',
                path: `groups[${index}].members`,
                expected: '0',
                actual: String(members),
                message: 'Somebody holds emergency access in normal times.',
              },
            ],
      )
    },
  ),
  rule(
    {
      id: 'emergency/application',
      source: 'R108',
      title:
        "The identity provider's application for emergency access is enabled in an emergency and at no other time",
      fix: 'Normally: disable the application, once everybody has signed out. In an emergency: enable it.',
    },
    ({ phase, applicationEnabled, signedIn }) => {
      const path = 'applicationEnabled'
      if (phase === 'emergency')
        return applicationEnabled ? [] : [{ reason: 'disabled', path, message: 'Nobody can sign in.' }]
      // On the way back people sign out first: an application that is disabled earlier strands them.
      if (phase === 'returning') return applicationEnabled && signedIn === undefined ? 'cantTell' : []
      return applicationEnabled
        ? [{ reason: 'enabled', path, message: 'The way around Identity Center is open in normal times.' }]
        : []
    },
  ),
  rule(
    {
      id: 'emergency/sign-out',
      source: 'R108',
      title: 'On the way back, people sign out before the application is disabled',
      fix: 'Ask everybody to sign out and to use the portal again; then disable the application, after working hours, and empty the groups.',
    },
    ({ phase, applicationEnabled, signedIn }) => {
      if (phase !== 'returning' || signedIn === undefined) return 'notApplicable'
      return !applicationEnabled && signedIn > 0
        ? [
            {
              reason: 'too-early',
              path: 'signedIn',
              actual: String(signedIn),
              message: 'People are signed in still.',
            },
          ]
        : []
    },
  ),
]

/** Whether emergency access stands as it should in this phase (R108). */
export function checkEmergencyState(state: EmergencyState): Verdict<EmergencyState> {
  requireObject(state, 'state')
  const { phase, applicationEnabled, groups, signedIn } = state
  if (!['normal', 'emergency', 'returning'].includes(phase))
    misuse('phase is normal, emergency or returning.')
  if (typeof applicationEnabled !== 'boolean') misuse('applicationEnabled is a boolean.')
  requireList(groups, 'groups')
  for (const group of groups) {
    requireObject(group, 'groups[]')
    requireText(group.name, 'groups[].name')
    requireCount(group.members, 'groups[].members')
  }
  if (signedIn !== undefined) requireCount(signedIn, 'signedIn')
  return verdictOf(runRules(readinessRules, state), () => state)
}

function requireCount(value: unknown, what: string): void {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) misuse(`${what} is a number.`)
}

export interface RunbookStep {
  readonly phase: 'prepare' | 'failover' | 'return'
  readonly who:
    'administrator of the identity provider' | 'administrator of AWS' | 'everybody with emergency access'
  readonly step: string
}

const IDP = 'administrator of the identity provider'
const AWS = 'administrator of AWS'

/** What to do before, in and after an emergency, in order (R108). */
export const EMERGENCY_RUNBOOK: readonly RunbookStep[] = Object.freeze([
  {
    phase: 'prepare',
    who: IDP,
    step: 'Set up an application for IAM federation (Okta: AWS Account Federation).',
  },
  {
    phase: 'prepare',
    who: AWS,
    step: 'Create the SAML provider and the emergency roles in the emergency account.',
  },
  { phase: 'prepare', who: AWS, step: 'Create the workload roles, each trusting its emergency role.' },
  { phase: 'prepare', who: IDP, step: 'Create the groups aws#ROLE#ACCOUNT, without members.' },
  { phase: 'prepare', who: IDP, step: 'Try it once, then disable the application.' },
  { phase: 'failover', who: IDP, step: 'Enable the application.' },
  { phase: 'failover', who: IDP, step: 'Add the people who are to act to the groups, by the usual request.' },
  {
    phase: 'failover',
    who: 'everybody with emergency access',
    step: 'Sign in at the identity provider, choose the emergency role, and switch to the role of the workload account.',
  },
  {
    phase: 'return',
    who: AWS,
    step: 'See in the AWS Health Dashboard that Identity Center works, and sign in to it.',
  },
  { phase: 'return', who: 'everybody with emergency access', step: 'Sign out, and use the portal again.' },
  { phase: 'return', who: IDP, step: 'Disable the application, after working hours.' },
  { phase: 'return', who: IDP, step: 'Remove all members from the groups.' },
])
