import type { IdentityStoreAttributePath } from '../../core/identity.js'
import { isObject, type JsonObject } from '../../core/json.js'
import type { Verdict } from '../../core/outcome.js'
import { runRules, verdictOf, type RuleOutcome } from '../../core/rule.js'
import type { TrustedTokenIssuer } from '../types.js'
import { member } from './fields.js'
import { issuerRules, oidcJwtConfiguration } from './issuerRules.js'

export interface IssuerOptions {
  /** Opens loopback hosts, any port and http on them, for tests on one machine. Default false. */
  readonly allowLoopbackIssuer?: boolean | undefined
}

/**
 * Judges a trusted token issuer's configuration, in the shape of sso-admin's CreateTrustedTokenIssuer (a
 * DescribeTrustedTokenIssuer answer and a {@link TrustedTokenIssuer} do as well). AWS itself does not check the issuer
 * URL and fails later without a word (R234): this tells now.
 *
 * @example
 * ```ts
 * import { validateIssuer } from 'countersign/tti'
 *
 * const verdict = validateIssuer({
 *   InstanceArn: 'arn:aws:sso:::instance/ssoins-1234567890abcdef',
 *   Name: 'okta',
 *   TrustedTokenIssuerType: 'OIDC_JWT',
 *   TrustedTokenIssuerConfiguration: {
 *     OidcJwtConfiguration: {
 *       IssuerUrl: 'https://example.okta.com/oauth2/default',
 *       ClaimAttributePath: 'email',
 *       IdentityStoreAttributePath: 'emails.value',
 *       JwksRetrievalOption: 'OPEN_ID_DISCOVERY',
 *     },
 *   },
 * })
 * if (!verdict.ok) for (const { rule, path, message, fix } of verdict.findings) console.error(rule, path, message, fix)
 * ```
 */
export function validateIssuer(
  configuration: unknown,
  options: IssuerOptions = {},
): Verdict<TrustedTokenIssuer> {
  return inspectIssuer(configuration, options).verdict
}

/** As {@link validateIssuer}, with what each rule said: for a report. */
export function inspectIssuer(
  configuration: unknown,
  options: IssuerOptions = {},
): { readonly verdict: Verdict<TrustedTokenIssuer>; readonly rules: readonly RuleOutcome[] } {
  const { value, outcomes } = readIssuer(configuration, '$', options)
  return { verdict: verdictOf(outcomes, () => value), rules: outcomes }
}

/** The rules' outcomes at a place in a larger document, and the issuer they are about (sound only if none failed). */
export function readIssuer(
  configuration: unknown,
  path: string,
  options: IssuerOptions,
): { value: TrustedTokenIssuer; outcomes: readonly RuleOutcome[] } {
  const value = apiShape(configuration)
  const subject = { value, path, allowLoopbackIssuer: options.allowLoopbackIssuer ?? false }
  const outcomes = runRules(issuerRules, subject)
  const jwt = oidcJwtConfiguration(value)
  const text = (object: JsonObject | undefined, name: string): string => {
    const found = object && member(object, name)
    return typeof found === 'string' ? found : ''
  }
  const outer = isObject(value) ? value : undefined
  const arn = text(outer, 'TrustedTokenIssuerArn')
  return {
    outcomes,
    value: {
      ...(arn === '' ? {} : { arn }),
      name: text(outer, 'Name'),
      issuerURL: text(jwt, 'IssuerUrl'),
      claimAttributePath: text(jwt, 'ClaimAttributePath'),
      identityStoreAttributePath: text(jwt, 'IdentityStoreAttributePath') as IdentityStoreAttributePath,
    },
  }
}

/** A TrustedTokenIssuer as the API would have it, so that a stored verdict's value can be judged again. */
function apiShape(configuration: unknown): unknown {
  if (!isObject(configuration) || member(configuration, 'issuerURL') === undefined) return configuration
  const { arn, name, issuerURL, claimAttributePath, identityStoreAttributePath, ...others } = configuration
  const given = (object: Record<string, unknown>): Record<string, unknown> =>
    Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined))
  return given({
    ...others,
    TrustedTokenIssuerArn: arn,
    Name: name,
    TrustedTokenIssuerType: 'OIDC_JWT',
    TrustedTokenIssuerConfiguration: {
      OidcJwtConfiguration: given({
        IssuerUrl: issuerURL,
        ClaimAttributePath: claimAttributePath,
        IdentityStoreAttributePath: identityStoreAttributePath,
        JwksRetrievalOption: 'OPEN_ID_DISCOVERY',
      }),
    },
  })
}
