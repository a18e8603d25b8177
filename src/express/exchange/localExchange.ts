import type { Finding } from '../../core/outcome.js'
import { exchangeToken, type ExchangeDeployment, type ExchangePorts } from '../../flows/index.js'
import { grantTypes } from '../../oauth/index.js'
import { exchangeRule } from '../../tti/index.js'
import { misuse } from '../target.js'
import type { IdentityExchange } from './types.js'

export interface LocalExchangeOptions {
  readonly deployment: ExchangeDeployment
  readonly ports: ExchangePorts
  /** The ARN of the application that this app is, as the deployment knows it. */
  readonly clientId: string
  /** Who this app is for the application's actor policy: `arn:aws:sts::<account>:assumed-role/<role>/<session>`. */
  readonly callerARN: string
  /** Default: all that the application may have. */
  readonly scope?: readonly string[] | undefined
}

/**
 * An exchange in this process, over `exchangeToken` of `countersign/flows`: for an exchange of one's own, and for tests without
 * an AWS account.
 *
 * @throws FederationError `ERR_INVALID_OPTION` for an application that the deployment does not have
 *
 * @example
 * ```ts
 * import { localExchange } from 'countersign/express'
 * import type { ExchangeDeployment, ExchangePorts } from 'countersign/flows'
 *
 * declare const deployment: ExchangeDeployment, ports: ExchangePorts
 * const exchange = localExchange({
 *   deployment,
 *   ports,
 *   clientId: deployment.applications[0]?.arn ?? '',
 *   callerARN: 'arn:aws:sts::111122223333:assumed-role/my-app/i-0abc',
 * })
 * ```
 */
export function localExchange(options: LocalExchangeOptions): IdentityExchange {
  const { deployment, ports, clientId, callerARN, scope } = options
  if (
    !Array.isArray(deployment?.applications) ||
    !deployment.applications.some(({ arn }) => arn === clientId)
  )
    misuse('clientId must be the ARN of an application of the deployment.')
  if (typeof ports?.replay?.claim !== 'function') misuse('ports must be those of an exchange.')
  return {
    clientId,
    async exchange(jwt) {
      const request = { clientId, grantType: grantTypes.jwtBearer, assertion: jwt, callerARN }
      const verdict = await exchangeToken({ ...request, ...(scope ? { scope } : {}) }, deployment, ports)
      if (verdict.ok) return { ok: true, value: verdict.value }
      return { ok: false, outage: isOutage(verdict.findings), findings: verdict.findings }
    },
  }
}

/** Whether what refused is a port, and not the token or the person. */
function isOutage(findings: readonly Finding[]): boolean {
  return findings.some(
    ({ rule, severity }) =>
      severity === 'error' &&
      (rule === 'tti/issuer-unreachable' || exchangeRule(rule)?.answer === 'InternalServerException'),
  )
}
