import type { Verdict } from '../../core/outcome.js'
import { runRules, verdictOf, type Rule } from '../../core/rule.js'
import { misuse, requireObject } from './arguments.js'

/** An application that is to be added to an instance. */
export interface PlannedApplication {
  readonly protocol: 'saml' | 'oauth'
  /** Of the customer, rather than managed by AWS. */
  readonly customerManaged: boolean
  readonly instanceType: 'organization' | 'account'
}

export const applicationInstanceRules: readonly Rule<PlannedApplication>[] = [
  {
    id: 'portal/application-instance',
    severity: 'error',
    source: 'R084; R204',
    title: 'Customer managed SAML applications are added to an organization instance',
    fix: "Add the application to the organization's instance in the management account; an account instance takes OAuth applications.",
    check: ({ protocol, customerManaged, instanceType }) =>
      protocol === 'saml' && customerManaged && instanceType === 'account'
        ? [
            {
              reason: 'account-instance',
              path: 'instanceType',
              message: 'An account instance takes no such application.',
            },
          ]
        : [],
  },
]

/** Whether an instance takes an application (R084, R204). What it then maps and sends has rules of its own in `saml`. */
export function checkApplicationInstance(application: PlannedApplication): Verdict<PlannedApplication> {
  requireObject(application, 'application')
  const { protocol, instanceType } = application
  if (protocol !== 'saml' && protocol !== 'oauth') misuse('protocol is saml or oauth.')
  if (instanceType !== 'organization' && instanceType !== 'account')
    misuse('instanceType is organization or account.')
  return verdictOf(runRules(applicationInstanceRules, application), () => application)
}
