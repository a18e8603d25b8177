import type { Fault, Rule } from '../../core/rule.js'
import { shown } from '../../core/shown.js'
import { matchAction } from '../../core/policy/index.js'
import type { PropagationPlan } from './preflight.js'
import { consoleSessionActions, optInRegions, propagationSupport, supportOf } from './support.js'

/** What propagation asks of the instance and of every service alike. */
export const preflightInstanceRules: readonly Rule<PropagationPlan>[] = [
  {
    id: 'tti/tip-region',
    severity: 'error',
    source: 'R280',
    title: 'Identity Center is enabled in the Region of every service',
    fix: 'Use the services in a Region of the instance, or enable Identity Center where the services are.',
    check: ({ instance, services }) =>
      services.flatMap(({ region }, index): readonly Fault[] => {
        if (instance.regions.includes(region)) return []
        const expected = instance.regions.map((one) => shown(one, 40)).join(', ')
        const message = 'Identity Center is not enabled in the Region of this service.'
        const path = `$.services[${index}].region`
        return [{ reason: 'other-region', path, expected, actual: shown(region, 40), message }]
      }),
  },
  {
    id: 'tti/tip-account-instance',
    severity: 'error',
    source: 'R281',
    title: 'With an account instance every service is in its account',
    fix: 'Use an organization instance, or keep all services in the account of the instance.',
    check: ({ instance, services }) => {
      if (instance.type === 'organization') return 'notApplicable'
      return services.flatMap(({ accountID }, index): readonly Fault[] => {
        if (accountID === instance.accountID) return []
        const path = `$.services[${index}].accountID`
        const message = 'The service is in another account than the account instance.'
        const expected = shown(instance.accountID, 20)
        return [{ reason: 'other-account', path, expected, actual: shown(accountID, 20), message }]
      })
    },
  },
  {
    id: 'tti/tip-organization-instance',
    severity: 'warning',
    source: 'R281',
    title: 'The instance is an organization instance',
    fix: 'Prefer an organization instance: an account instance cannot be turned into one later.',
    check: ({ instance }) => {
      if (instance.type === 'organization') return []
      const message = 'An account instance confines propagation to one account.'
      return [{ reason: 'account-instance', path: '$.instance.type', message }]
    },
  },
  {
    id: 'tti/tip-provisioned',
    severity: 'error',
    source: 'R282',
    title: 'The identity provider is connected, users and groups are provisioned',
    fix: 'Connect the identity source in Identity Center and provision users and groups, by SCIM for instance.',
    check: ({ instance }) =>
      (['identityProviderConnected', 'usersProvisioned', 'groupsProvisioned'] as const).flatMap((member) =>
        instance[member] === true
          ? []
          : [{ reason: 'not-ready', path: `$.instance.${member}`, message: 'This has not been done yet.' }],
      ),
  },
  {
    id: 'tti/tip-connected',
    severity: 'error',
    source: 'R282',
    title: 'Every service is connected to Identity Center',
    fix: "Connect the service to Identity Center in the service's own console.",
    check: ({ services }) =>
      services.flatMap(({ connected }, index) =>
        connected === true
          ? []
          : [
              {
                reason: 'not-connected',
                path: `$.services[${index}].connected`,
                message: 'The service is not connected.',
              },
            ],
      ),
  },
  {
    id: 'tti/tip-supported',
    severity: 'error',
    source: 'R308; R310',
    title: 'Every service supports trusted identity propagation',
    fix: 'Use a service that does, or let this one work with its own role.',
    check: ({ services }) =>
      services.flatMap(({ service }, index): readonly Fault[] => {
        const path = `$.services[${index}].service`
        const actual = shown(service, 64)
        switch (propagationSupport(service)) {
          case undefined:
            return [{ reason: 'unknown-service', path, actual, message: 'Nothing is known of this service.' }]
          case 'no':
            return [
              { reason: 'unsupported', path, actual, message: 'The service does not propagate identity.' },
            ]
          default:
            return []
        }
      }),
  },
  {
    id: 'tti/tip-support-agreed',
    severity: 'warning',
    source: 'C12',
    title: 'The sources agree that every service supports trusted identity propagation',
    fix: "Consult the service's own guide before you rely on it.",
    check: ({ services }) =>
      services.flatMap(({ service }, index): readonly Fault[] => {
        if (propagationSupport(service) !== 'contradictory') return []
        const path = `$.services[${index}].service`
        const message = "AWS's own documents contradict one another about this service."
        return [{ reason: 'contradictory', path, actual: shown(service, 64), message }]
      }),
  },
  {
    id: 'tti/tip-account-instance-support',
    severity: 'error',
    source: 'R309',
    title: 'With an account instance every service works with one',
    fix: 'Use an organization instance for this service.',
    check: ({ instance, services }) => {
      if (instance.type === 'organization') return 'notApplicable'
      return services.flatMap(({ service }, index): readonly Fault[] => {
        if (supportOf(service)?.accountInstance !== 'no') return []
        const path = `$.services[${index}].service`
        const message = 'The service integrates with organization instances only.'
        return [{ reason: 'organization-only', path, actual: shown(service, 64), message }]
      })
    },
  },
  {
    id: 'tti/tip-console-sessions',
    severity: 'error',
    source: 'R298',
    title: 'Identity-aware console sessions have all they need',
    fix: 'Use an organization instance; grant the administrator the listed actions and the users sts:SetContext.',
    check: ({ instance, consoleSessions }) => {
      if (consoleSessions === undefined) return 'notApplicable'
      const faults: Fault[] = []
      if (instance.type !== 'organization') {
        const message = 'Identity-aware console sessions need an organization instance.'
        faults.push({ reason: 'account-instance', path: '$.instance.type', message })
      }
      const optIn = instance.regions.filter((region) => optInRegions.includes(region))
      if (consoleSessions.amazonQ && optIn.length > 0) {
        const message = 'Amazon Q does not integrate in a Region that is disabled by default.'
        faults.push({
          reason: 'opt-in-region',
          path: '$.instance.regions',
          actual: optIn.join(', '),
          message,
        })
      }
      const lacking = consoleSessionActions.filter(
        (action) => !consoleSessions.administratorActions.some((pattern) => matchAction(pattern, action)),
      )
      faults.push(
        ...lacking.map((expected) => ({
          reason: 'missing-permission',
          path: '$.consoleSessions.administratorActions',
          expected,
          message: 'The administrator lacks a permission.',
        })),
      )
      if (consoleSessions.usersMaySetContext !== true) {
        const path = '$.consoleSessions.usersMaySetContext'
        const message = 'The users may not set the context of their sessions.'
        faults.push({ reason: 'no-set-context', path, expected: 'sts:SetContext', message })
      }
      return faults
    },
  },
]
