import { isObject, memberPath, type JsonObject } from '../../core/json.js'
import type { Verdict } from '../../core/outcome.js'
import { runRules, verdictOf, type RuleOutcome } from '../../core/rule.js'
import { grantTypes } from '../../oauth/wire.js'
import type { AccessScope, Application, Deployment } from '../application.js'
import type { TrustedTokenIssuer } from '../types.js'
import { accessRules, actorPolicyOf, assignmentRequired } from './accessRules.js'
import { applicationRules, authorizedIssuers } from './applicationRules.js'
import { deploymentRules, list } from './deploymentRules.js'
import { member } from './fields.js'
import { readIssuer, type IssuerOptions } from './issuer.js'
import { grantOf, listOf } from './settings.js'

/**
 * Judges a whole deployment in the shapes of sso-admin, and reports every fault at once with its JSON path:
 * `{ Instance, TrustedTokenIssuers: [...], Applications: [...] }`, where each application holds the bodies of its
 * PutApplicationGrant, PutApplicationAccessScope, PutApplicationAuthenticationMethod,
 * PutApplicationAssignmentConfiguration and CreateApplicationAssignment calls (R253).
 *
 * @example
 * ```ts
 * import { validateDeployment } from 'countersign/tti'
 *
 * declare const configuration: unknown
 * const verdict = validateDeployment(configuration)
 * if (verdict.ok) console.log(verdict.value.applications.length)
 * ```
 */
export function validateDeployment(configuration: unknown, options: IssuerOptions = {}): Verdict<Deployment> {
  const deployment = isObject(configuration) ? configuration : {}
  const outcomes: RuleOutcome[] = [...runRules(deploymentRules, { value: configuration })]
  const issuers = list(deployment, 'TrustedTokenIssuers').map((value, index) => {
    const read = readIssuer(value, memberPath('$.TrustedTokenIssuers', index), options)
    outcomes.push(...read.outcomes)
    return read.value
  })
  const byARN = new Map(issuers.flatMap((issuer) => (issuer.arn === undefined ? [] : [[issuer.arn, issuer]])))
  const applications = list(deployment, 'Applications')
  applications.forEach((value, index) => {
    const path = memberPath('$.Applications', index)
    outcomes.push(...runRules([...applicationRules, ...accessRules], { value, path, issuers: byARN }))
  })
  return verdictOf(outcomes, () => {
    const instance = member(deployment, 'Instance') as JsonObject
    return {
      instanceARN: String(member(instance, 'InstanceArn')),
      accountId: String(member(instance, 'OwnerAccountId')),
      identityStoreId: String(member(instance, 'IdentityStoreId')),
      issuers,
      applications: applications.map((value) => buildApplication(value as JsonObject, byARN)),
    }
  })
}

/** The typed application of settings that every rule has passed. */
function buildApplication(value: JsonObject, issuers: ReadonlyMap<string, TrustedTokenIssuer>): Application {
  const name = member(value, 'Name')
  const codes = grantOf(value, '$', grantTypes.authorizationCode, 'AuthorizationCode')[0]
  const redirectURIs = codes && (member(codes, 'RedirectUris') as string[])
  return {
    arn: String(member(value, 'ApplicationArn')),
    ...(typeof name === 'string' ? { name } : {}),
    enabled: member(value, 'Status') !== 'DISABLED',
    authorizedTokenIssuers: authorizedIssuers(value, '$').entries.flatMap(({ value: item }) => {
      const issuer = issuers.get(String(member(item, 'TrustedTokenIssuerArn')))
      return issuer ? [{ issuer, audiences: member(item, 'AuthorizedAudiences') as string[] }] : []
    }),
    refreshTokenGrant: grantOf(value, '$', grantTypes.refreshToken, 'RefreshToken')[0] !== undefined,
    ...(redirectURIs === undefined ? {} : { authorizationCodeGrant: { redirectURIs } }),
    tokenExchangeGrant: grantOf(value, '$', grantTypes.tokenExchange, 'TokenExchange')[0] !== undefined,
    accessScopes: listOf(value, 'AccessScopes', '$').entries.map(({ value: item }): AccessScope => {
      const targets = member(item, 'AuthorizedTargets')
      return {
        scope: String(member(item, 'Scope')),
        authorizedTargets: Array.isArray(targets) ? targets : [],
      }
    }),
    assignmentRequired: assignmentRequired(value) === true,
    assignments: listOf(value, 'Assignments', '$').entries.map(({ value: item }) => ({
      principalId: String(member(item, 'PrincipalId')),
      principalType: member(item, 'PrincipalType') === 'GROUP' ? 'GROUP' : 'USER',
    })),
    actorPolicies: listOf(value, 'AuthenticationMethods', '$').entries.map(
      ({ value: item }) => actorPolicyOf(item, '$')[0],
    ),
  }
}
