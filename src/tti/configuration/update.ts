import { isObject } from '../../core/json.js'
import { hasError, type Verdict } from '../../core/outcome.js'
import { runRules, verdictOf } from '../../core/rule.js'
import { shown } from '../../core/shown.js'
import type { Application } from '../application.js'
import type { ExchangeRule } from '../rule.js'
import type { TrustedTokenIssuer } from '../types.js'
import { member, unknownMembers } from './fields.js'
import { readIssuer, type IssuerOptions } from './issuer.js'
import { oidcJwtConfiguration } from './issuerRules.js'

interface UpdateSubject {
  readonly current: TrustedTokenIssuer
  readonly update: unknown
  readonly applications: readonly Application[]
}

export const updateRules: readonly ExchangeRule<UpdateSubject>[] = [
  {
    id: 'tti/update-shape',
    severity: 'error',
    source: 'R240; sso-admin API',
    title: 'An update has the shape of UpdateTrustedTokenIssuer',
    fix: 'Give TrustedTokenIssuerArn and what changes: Name, or ClaimAttributePath, IdentityStoreAttributePath, JwksRetrievalOption.',
    answer: 'InvalidRequestException',
    check: ({ current, update }) => {
      if (!isObject(update))
        return [{ reason: 'not-object', path: '$', message: 'The update is not a JSON object.' }]
      const faults = [
        ...unknownMembers(update, ['TrustedTokenIssuerArn', 'Name', 'TrustedTokenIssuerConfiguration'], '$'),
      ]
      const arn = member(update, 'TrustedTokenIssuerArn')
      const arnPath = '$.TrustedTokenIssuerArn'
      if (arn === undefined && current.arn !== undefined) {
        faults.push({
          reason: 'missing',
          path: arnPath,
          expected: current.arn,
          message: 'The update names no issuer.',
        })
      } else if (arn !== undefined && arn !== current.arn) {
        faults.push({
          reason: 'other-issuer',
          path: arnPath,
          actual: shown(arn),
          message: 'The update is for another issuer.',
        })
      }
      if (
        member(update, 'Name') === undefined &&
        member(update, 'TrustedTokenIssuerConfiguration') === undefined
      ) {
        faults.push({ reason: 'empty', path: '$', message: 'The update changes nothing.' })
      }
      const outer = member(update, 'TrustedTokenIssuerConfiguration')
      const outerPath = '$.TrustedTokenIssuerConfiguration'
      if (outer === undefined) return faults
      if (!isObject(outer) || !isObject(member(outer, 'OidcJwtConfiguration'))) {
        faults.push({
          reason: 'not-object',
          path: `${outerPath}.OidcJwtConfiguration`,
          message: 'The configuration is not an object.',
        })
      }
      return isObject(outer)
        ? [...faults, ...unknownMembers(outer, ['OidcJwtConfiguration'], outerPath)]
        : faults
    },
  },
  {
    id: 'tti/issuer-url-immutable',
    severity: 'error',
    source: 'R240; sso-admin API',
    title: 'The issuer URL never changes',
    fix: 'Create a second trusted token issuer with the new URL, move the applications to it, then delete this one.',
    answer: 'InvalidRequestException',
    check: ({ current, update }) => {
      const jwt = oidcJwtConfiguration(update)
      const url = jwt && member(jwt, 'IssuerUrl')
      if (url === undefined || url === current.issuerURL) return []
      const path = '$.TrustedTokenIssuerConfiguration.OidcJwtConfiguration.IssuerUrl'
      return [
        {
          reason: 'changed',
          path,
          expected: current.issuerURL,
          actual: shown(url),
          message: 'The update changes the issuer URL.',
        },
      ]
    },
  },
  {
    id: 'tti/issuer-in-use',
    severity: 'warning',
    source: 'R241',
    title: 'An issuer whose settings change is used by no application',
    fix: 'Tell the owners of these applications first: their users may lose access.',
    answer: 'InvalidRequestException',
    check: ({ current, applications }) =>
      applications
        .filter(({ authorizedTokenIssuers }) =>
          authorizedTokenIssuers.some(({ issuer }) => issuer.issuerURL === current.issuerURL),
        )
        .map(({ arn }) => ({
          reason: 'in-use',
          path: '$',
          actual: arn,
          message: 'An application exchanges tokens of this issuer.',
        })),
  },
]

/**
 * Applies an UpdateTrustedTokenIssuer body: everything but the issuer URL may change (R240). The result is judged as a
 * new configuration would be; applications that use the issuer come back as warnings (R241).
 */
export function updateIssuer(
  current: TrustedTokenIssuer,
  update: unknown,
  options: IssuerOptions & { readonly applications?: readonly Application[] } = {},
): Verdict<TrustedTokenIssuer> {
  const outcomes = runRules(updateRules, { current, update, applications: options.applications ?? [] })
  if (!isObject(update) || hasError(outcomes.flatMap(({ findings }) => findings))) {
    return verdictOf(outcomes, () => current)
  }
  const jwt = oidcJwtConfiguration(update) ?? {}
  const changed = {
    ...(current.arn === undefined ? {} : { TrustedTokenIssuerArn: current.arn }),
    Name: member(update, 'Name') === undefined ? current.name : member(update, 'Name'),
    TrustedTokenIssuerType: 'OIDC_JWT',
    TrustedTokenIssuerConfiguration: {
      OidcJwtConfiguration: {
        IssuerUrl: current.issuerURL,
        ClaimAttributePath: current.claimAttributePath,
        IdentityStoreAttributePath: current.identityStoreAttributePath,
        JwksRetrievalOption: 'OPEN_ID_DISCOVERY',
        ...jwt,
      },
    },
  }
  const read = readIssuer(changed, '$', options)
  return verdictOf([...outcomes, ...read.outcomes], () => read.value)
}
