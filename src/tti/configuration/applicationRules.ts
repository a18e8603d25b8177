import { isObject, memberPath, type JsonObject } from '../../core/json.js'
import type { Fault } from '../../core/rule.js'
import { kindOf, shown } from '../../core/shown.js'
import { redirectURIFaults } from '../../oauth/server/redirectURI.js'
import { grantTypes } from '../../oauth/wire.js'
import { applicationRule, type ApplicationRule } from './applicationRule.js'
import { applicationARN, instanceARN, issuerARN } from './arns.js'
import {
  choiceFaults,
  member,
  stringListFaults,
  textFaults,
  unknownMembers,
  valueFaults,
  type TextLimits,
} from './fields.js'
import { grantOf, listFaults, listOf, settingsFaults } from './settings.js'

const members = [
  'ApplicationArn', 'ApplicationProviderArn', 'ApplicationAccount', 'InstanceArn', 'IdentityStoreArn', 'Name', 'Description',
  'PortalOptions', 'Status', 'Tags', 'ClientToken', 'CreatedDate', 'CreatedFrom',
  'Grants', 'AccessScopes', 'AssignmentConfiguration', 'AuthenticationMethods', 'Assignments',
] // prettier-ignore

const limits = {
  name: { min: 1, max: 100, pattern: /^[\S\s]*$/, expected: '1 to 100 characters', optional: true },
  redirectURI: { min: 1, max: 2048, pattern: /^[\S\s]*$/, expected: 'a redirect URI' },
  audience: { min: 1, max: 512, pattern: /^[\S\s]*$/, expected: '1 to 512 characters' },
  provider: {
    min: 10,
    max: 1224,
    pattern: /^arn:aws(?:-[a-z]{1,5}){0,3}:sso::aws:applicationProvider\/[a-zA-Z0-9-/]+$/,
    expected: 'arn:aws:sso::aws:applicationProvider/custom',
    optional: true,
  },
} satisfies Record<string, TextLimits>

/** The rules of one application's settings. */
export const applicationRules: readonly ApplicationRule[] = [
  {
    id: 'tti/application-shape',
    severity: 'error',
    source: 'R202; R253; sso-admin API',
    title: 'The application has the shapes of sso-admin',
    fix: 'Paste the bodies that you give to PutApplicationGrant and its siblings, under Grants, AccessScopes, AuthenticationMethods, AssignmentConfiguration and Assignments.',
    answer: 'InvalidRequestException',
    check: ({ value, path }) => {
      if (!isObject(value))
        return [
          {
            reason: 'not-object',
            path,
            actual: kindOf(value),
            message: 'The application is not a JSON object.',
          },
        ]
      return [...unknownMembers(value, members, path), ...settingsFaults(value, path)]
    },
  },
  applicationRule(
    {
      id: 'tti/application-arn',
      source: 'R277; R365; sso-admin API',
      title: 'The application has an ARN, and ARNs have the forms of sso-admin',
      fix: 'Copy the ARNs as AWS prints them.',
    },
    (application, path) => [
      ...textFaults(application, 'ApplicationArn', path, applicationARN),
      ...textFaults(application, 'InstanceArn', path, { ...instanceARN, optional: true }),
      ...textFaults(application, 'Name', path, limits.name),
    ],
  ),
  applicationRule(
    {
      id: 'tti/application-protocol',
      source: 'R276',
      title: 'The application is an OAuth 2.0 application',
      fix: 'Create a customer managed OAuth 2.0 application: trusted identity propagation does not work with SAML 2.0 ones.',
    },
    (application, path) => {
      const provider = member(application, 'ApplicationProviderArn')
      if (provider === undefined) return 'notApplicable'
      const at = memberPath(path, 'ApplicationProviderArn')
      if (typeof provider === 'string' && provider.endsWith('-saml'))
        return [
          {
            reason: 'saml',
            path: at,
            actual: shown(provider),
            message: 'The application is a SAML 2.0 application.',
          },
        ]
      return valueFaults(provider, at, limits.provider)
    },
  ),
  applicationRule(
    {
      id: 'tti/application-status',
      source: 'sso-admin API',
      title: 'The status is ENABLED or DISABLED',
      fix: 'Set Status to ENABLED or DISABLED, or leave it out (ENABLED).',
    },
    (application, path) => choiceFaults(application, 'Status', path, ['ENABLED', 'DISABLED'], true),
  ),
  applicationRule(
    {
      id: 'tti/grant',
      source: 'R253; sso-admin API',
      title: 'Each grant has a known type, its own setting and occurs once',
      fix: 'Give each grant as PutApplicationGrant takes it: GrantType and Grant, with the one member that belongs to the type.',
    },
    (application, path) => {
      const { entries } = listOf(application, 'Grants', path)
      const types = entries.map(({ value }) => member(value, 'GrantType'))
      return entries.flatMap(({ value: item, path: here }, index): readonly Fault[] => {
        const faults = choiceFaults(item, 'GrantType', here, Object.keys(grantMembers))
        const type = types[index]
        if (typeof type !== 'string' || faults.length > 0) return faults
        if (types.indexOf(type) !== index)
          return [
            { reason: 'duplicate', path: here, actual: shown(type), message: 'The grant occurs twice.' },
          ]
        const grant = member(item, 'Grant')
        const expected = grantMembers[type] ?? ''
        if (!isObject(grant) || !isObject(member(grant, expected)) || Object.keys(grant).length !== 1) {
          return [
            {
              reason: 'setting',
              path: memberPath(here, 'Grant'),
              expected: `{ ${expected}: { ... } }`,
              actual: kindOf(grant),
              message: 'The grant does not hold the setting of its type.',
            },
          ]
        }
        return []
      })
    },
  ),
  applicationRule(
    {
      id: 'tti/redirect-uris',
      source: 'R253; sso-admin API; RFC 9700 2.1; attack O07',
      title: 'The authorization_code grant has 1 to 10 redirect URIs: https, or http to a loopback address',
      fix: 'Write { "AuthorizationCode": { "RedirectUris": ["https://app.example.com/callback"] } }, each URI in full.',
    },
    (application, path) => {
      const [grant, at] = grantOf(application, path, grantTypes.authorizationCode, 'AuthorizationCode')
      if (!grant) return 'notApplicable'
      const uris = member(grant, 'RedirectUris')
      const urisPath = memberPath(at, 'RedirectUris')
      const faults = [
        ...unknownMembers(grant, ['RedirectUris'], at),
        ...stringListFaults(uris, urisPath, 1, 10, limits.redirectURI),
      ]
      if (faults.length > 0 || !Array.isArray(uris)) return faults
      return uris.flatMap((uri: unknown, index) =>
        redirectURIFaults(String(uri), memberPath(urisPath, index)),
      )
    },
  ),
  applicationRule(
    {
      id: 'tti/application-issuer',
      source: 'R246',
      title: 'The application trusts at least one token issuer',
      fix: 'Add the jwt-bearer grant with AuthorizedTokenIssuers to the application.',
    },
    (application, path) => {
      return authorizedIssuers(application, path).length > 0
        ? []
        : [
            {
              reason: 'none',
              path: memberPath(path, 'Grants'),
              message: 'The application trusts no token issuer.',
            },
          ]
    },
  ),
  applicationRule(
    {
      id: 'tti/authorized-issuers',
      source: 'R245; R231; sso-admin API',
      title: 'The jwt-bearer grant names 1 to 10 different, configured issuers',
      fix: 'Name each trusted token issuer once, by the ARN that it has under TrustedTokenIssuers.',
    },
    (application, path, { issuers }) => {
      const [grant, grantPath] = jwtBearerGrant(application, path)
      const { entries, length, path: at } = authorizedIssuers(application, path)
      const urls = new Set<string>()
      const faults: Fault[] = grant
        ? [
            ...unknownMembers(grant, ['AuthorizedTokenIssuers'], grantPath),
            ...listFaults(grant, 'AuthorizedTokenIssuers', grantPath),
          ]
        : []
      if (length > 10)
        faults.push({
          reason: 'too-many',
          path: at,
          expected: 'at most 10',
          actual: `${length}`,
          message: 'The grant names too many issuers.',
        })
      for (const { value: item, path: here } of entries) {
        faults.push(...unknownMembers(item, ['TrustedTokenIssuerArn', 'AuthorizedAudiences'], here))
        const wrong = textFaults(item, 'TrustedTokenIssuerArn', here, issuerARN)
        faults.push(...wrong)
        if (wrong.length > 0) continue
        const arn = String(member(item, 'TrustedTokenIssuerArn'))
        const issuer = issuers.get(arn)
        const arnPath = memberPath(here, 'TrustedTokenIssuerArn')
        if (!issuer)
          faults.push({
            reason: 'unknown-issuer',
            path: arnPath,
            actual: shown(arn),
            message: 'No configured issuer has this ARN.',
          })
        // Two issuers with one URL cannot be told apart by a token's "iss".
        else if (urls.has(issuer.issuerURL))
          faults.push({
            reason: 'duplicate',
            path: arnPath,
            message: 'The grant already names an issuer with this issuer URL.',
          })
        else urls.add(issuer.issuerURL)
      }
      return faults
    },
  ),
  applicationRule(
    {
      id: 'tti/authorized-audiences',
      source: 'R245; R257; sso-admin API',
      title: 'Each authorized issuer has 1 to 10 audiences of 1 to 512 characters',
      fix: 'List the values that "aud" has in the tokens of this issuer: mostly the client id at the identity provider.',
    },
    (application, path) => {
      return authorizedIssuers(application, path).entries.flatMap(({ value, path: here }) =>
        stringListFaults(
          member(value, 'AuthorizedAudiences'),
          memberPath(here, 'AuthorizedAudiences'),
          1,
          10,
          limits.audience,
        ),
      )
    },
  ),
]

/** PutApplicationGrant's types and the one member of `Grant` that belongs to each. */
const grantMembers: Readonly<Record<string, string>> = {
  [grantTypes.authorizationCode]: 'AuthorizationCode',
  [grantTypes.jwtBearer]: 'JwtBearer',
  [grantTypes.refreshToken]: 'RefreshToken',
  [grantTypes.tokenExchange]: 'TokenExchange',
}

function jwtBearerGrant(application: JsonObject, path: string): [JsonObject | undefined, string] {
  return grantOf(application, path, grantTypes.jwtBearer, 'JwtBearer')
}

export function authorizedIssuers(application: JsonObject, path: string): ReturnType<typeof listOf> {
  const [grant, grantPath] = jwtBearerGrant(application, path)
  return listOf(grant ?? {}, 'AuthorizedTokenIssuers', grantPath)
}
