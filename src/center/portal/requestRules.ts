import type { Fault, Rule } from '../../core/rule.js'
import { shown } from '../../core/shown.js'
import { isAccountId } from '../../directory/portal/arguments.js'
import type { FormReading } from '../../core/form.js'

/** The operations of the portal API, as `METHOD PATH`, with the parameters that each has. */
export const PORTAL_OPERATIONS = {
  'GET /assignment/accounts': { name: 'ListAccounts', parameters: [], paged: true },
  'GET /assignment/roles': { name: 'ListAccountRoles', parameters: ['account_id'], paged: true },
  'GET /federation/credentials': {
    name: 'GetRoleCredentials',
    parameters: ['role_name', 'account_id'],
    paged: false,
  },
  'POST /logout': { name: 'Logout', parameters: [], paged: false },
} as const

export type PortalOperation = (typeof PORTAL_OPERATIONS)[keyof typeof PORTAL_OPERATIONS]

export interface PortalRequestSubject {
  readonly operation: PortalOperation
  readonly query: FormReading
}

/** ListAccounts and ListAccountRoles: of one page (SSO Portal API). */
export const MAX_RESULTS = 100
const PAGING = ['max_result', 'next_token']

export const portalRequestRules: readonly Rule<PortalRequestSubject>[] = [
  {
    id: 'center/portal-query',
    severity: 'error',
    source: 'SSO Portal API; attack O17',
    title: 'The query is well-formed, and has each parameter of the operation once and no other',
    fix: 'Send account_id and role_name as the operation needs them, max_result and next_token where it lists, percent-encoded.',
    check: ({ operation, query }) => {
      if (query.faults.length > 0) return query.faults
      const known: readonly string[] = [...operation.parameters, ...(operation.paged ? PAGING : [])]
      return [...query.parameters.keys()]
        .filter((name) => !known.includes(name))
        .slice(0, 10)
        .map((name) => ({
          reason: 'unknown',
          path: 'query',
          actual: shown(name, 60),
          message: 'The operation has no such parameter.',
        }))
    },
  },
  {
    id: 'center/portal-parameter',
    severity: 'error',
    source: 'SSO Portal API',
    title: 'account_id is 12 digits, role_name the name of a permission set, max_result 1 to 100',
    fix: 'Send the account number and the permission set as ListAccounts and ListAccountRoles answer them.',
    check: ({ operation, query: { parameters } }) => {
      const faults: Fault[] = []
      const judge = (name: string, fits: boolean, expected: string): void => {
        const value = parameters.get(name)
        if (fits) return
        const reason = value === undefined ? 'missing' : 'form'
        const message = `${name} is missing, or not of its form.`
        faults.push({ reason, path: name, expected, actual: shown(value, 60), message })
      }
      const wanted: readonly string[] = operation.parameters
      if (wanted.includes('account_id'))
        judge('account_id', isAccountId(parameters.get('account_id')), '12 digits')
      if (wanted.includes('role_name'))
        judge('role_name', SET_NAME.test(parameters.get('role_name') ?? ''), 'the name of a permission set')
      const most = parameters.get('max_result')
      if (operation.paged && most !== undefined)
        judge('max_result', /^(?:[1-9]\d?|100)$/.test(most), `1 to ${MAX_RESULTS}`)
      return faults
    },
  },
]

/** R096. */
const SET_NAME = /^[\w+=,.@-]{1,32}$/
