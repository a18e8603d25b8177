import { isObject, memberPath, type JsonObject } from '../../core/json.js'
import type { Fault } from '../../core/rule.js'
import { kindOf, shown } from '../../core/shown.js'
import { isLoopbackHost, urlPort } from '../issuerURL.js'
import type { ExchangeRule } from '../rule.js'
import { instanceARN, issuerARN } from './arns.js'
import { choiceFaults, member, textFaults, unknownMembers, valueFaults, type TextLimits } from './fields.js'

export interface IssuerSubject {
  /** As CreateTrustedTokenIssuer takes it, or as DescribeTrustedTokenIssuer answers. */
  readonly value: unknown
  readonly path: string
  readonly allowLoopbackIssuer: boolean
}

export type IssuerRule = ExchangeRule<IssuerSubject>

const members = [
  'InstanceArn',
  'Name',
  'TrustedTokenIssuerType',
  'TrustedTokenIssuerConfiguration',
  'TrustedTokenIssuerArn',
  'ClientToken',
  'Tags',
]
const jwtMembers = ['IssuerUrl', 'ClaimAttributePath', 'IdentityStoreAttributePath', 'JwksRetrievalOption']

const limits = {
  name: { min: 1, max: 255, pattern: /^[\w+=,.@-]+$/, expected: 'letters, digits and _+=,.@-' },
  url: {
    min: 1,
    max: 512,
    pattern: /^https?:\/\/[-a-zA-Z0-9+&@/%=~_|!:,.;]*[-a-zA-Z0-9+&@/%=~_|]$/,
    expected: 'an http or https URL without query and fragment',
  },
  claim: {
    min: 1,
    max: 255,
    pattern: /^\p{L}+(?:[._]\p{L}+){0,2}$/u,
    expected: 'one to three words of letters, joined by . or _',
  },
  clientToken: { min: 1, max: 64, pattern: /^[!-~]+$/, expected: 'printable ASCII', optional: true },
  tagKey: {
    min: 1,
    max: 128,
    pattern: /^[\p{L}\p{Z}\p{N}_.:/=+\-@]+$/u,
    expected: 'letters, digits, spaces and _.:/=+-@',
  },
  tagValue: {
    min: 0,
    max: 256,
    pattern: /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u,
    expected: 'letters, digits, spaces and _.:/=+-@',
  },
} satisfies Record<string, TextLimits>

function rule(row: Omit<IssuerRule, 'severity' | 'answer'> & Partial<IssuerRule>): IssuerRule {
  return { severity: 'error', answer: 'InvalidRequestException', ...row }
}

/** The rules of one trusted token issuer's configuration. A member that another rule misses is that rule's matter. */
export const issuerRules: readonly IssuerRule[] = [
  rule({
    id: 'tti/issuer-shape',
    source: 'R232; sso-admin API',
    title: 'The configuration has the shape of CreateTrustedTokenIssuer',
    fix: 'Paste the JSON that you give to "aws sso-admin create-trusted-token-issuer".',
    check: ({ value, path }) => {
      if (!isObject(value))
        return [
          { reason: 'not-object', path, actual: kindOf(value), message: 'The issuer is not a JSON object.' },
        ]
      const faults = [...unknownMembers(value, members, path)]
      const [outer, outerPath] = part(value, path, 'TrustedTokenIssuerConfiguration', faults)
      if (!outer) return faults
      faults.push(...unknownMembers(outer, ['OidcJwtConfiguration'], outerPath))
      const [inner, innerPath] = part(outer, outerPath, 'OidcJwtConfiguration', faults)
      return inner ? [...faults, ...unknownMembers(inner, jwtMembers, innerPath)] : faults
    },
  }),
  rule({
    id: 'tti/issuer-name',
    source: 'R232; sso-admin API',
    title: 'The issuer has a name of 1 to 255 letters, digits and _+=,.@-',
    fix: 'Give the issuer a short name without spaces.',
    check: onIssuer((value, path) => textFaults(value, 'Name', path, limits.name)),
  }),
  rule({
    id: 'tti/issuer-type',
    source: 'R232; sso-admin API',
    title: 'The issuer type is OIDC_JWT',
    fix: 'Set TrustedTokenIssuerType to OIDC_JWT.',
    check: onIssuer((value, path) => choiceFaults(value, 'TrustedTokenIssuerType', path, ['OIDC_JWT'])),
  }),
  rule({
    id: 'tti/issuer-arn',
    source: 'R365; sso-admin API',
    title: 'ARNs of issuer and instance have the forms of sso-admin',
    fix: 'Copy the ARNs as AWS prints them.',
    check: onIssuer((value, path) => [
      ...textFaults(value, 'TrustedTokenIssuerArn', path, { ...issuerARN, optional: true }),
      ...textFaults(value, 'InstanceArn', path, { ...instanceARN, optional: true }),
    ]),
  }),
  rule({
    id: 'tti/issuer-tags',
    source: 'R232; R356; sso-admin API',
    title: 'Tags (at most 75) and the client token are within the limits of the API',
    fix: 'Leave Tags and ClientToken out, or keep to their limits.',
    check: onIssuer((value, path) => [
      ...textFaults(value, 'ClientToken', path, limits.clientToken),
      ...tagFaults(value, path),
    ]),
  }),
  rule({
    id: 'tti/issuer-url',
    source: 'R232; R234; sso-admin API; OIDC Discovery 3',
    title:
      'The issuer URL is an http or https URL of at most 512 characters, with neither query, fragment nor user',
    fix: 'Use the value of "issuer" in the discovery document of the identity provider.',
    check: onJwt((value, path) => {
      const faults = textFaults(value, 'IssuerUrl', path, limits.url)
      if (faults.length > 0) return faults
      const at = memberPath(path, 'IssuerUrl')
      const text = String(member(value, 'IssuerUrl'))
      if (/^https?:\/\/[^/]*@/.test(text)) {
        return [{ reason: 'user', path: at, message: 'The issuer URL has a user or a password in it.' }]
      }
      // The platform's parser would mend an odd authority; AWS would look for it as it stands.
      if (!parsedURL(value) || !/^https?:\/\/[^/:]+(?::\d+)?(?:\/|$)/.test(text)) {
        const expected = limits.url.expected
        return [{ reason: 'not-url', path: at, expected, message: 'The issuer URL cannot be read as a URL.' }]
      }
      return []
    }),
  }),
  rule({
    id: 'tti/issuer-url-well-known',
    source: 'R233',
    title: 'The issuer URL stops before .well-known/openid-configuration',
    fix: 'Remove the suffix: the URL is the issuer itself, and the suffix is added when its keys are fetched.',
    check: onURL((url, path) =>
      /\/\.?well-known(?:\/|$)|\/openid-configuration\/?$/i.test(decoded(url.pathname))
        ? [
            {
              reason: 'suffix',
              path,
              actual: shown(url.pathname),
              message: 'The issuer URL is that of its discovery document.',
            },
          ]
        : [],
    ),
  }),
  rule({
    id: 'tti/issuer-url-port',
    source: 'R235',
    title: 'The issuer is reached on port 443 or 80',
    fix: 'Serve the issuer on port 443: Identity Center connects to no other (and port 80).',
    check: onURL((url, path, { allowLoopbackIssuer }) => {
      const port = urlPort(url)
      if (port === 443 || port === 80) return []
      if (allowLoopbackIssuer && isLoopbackHost(url.hostname)) return 'notApplicable'
      return [
        {
          reason: 'port',
          path,
          expected: '443 or 80',
          actual: `${port}`,
          message: 'The issuer URL names another port.',
        },
      ]
    }),
  }),
  rule({
    id: 'tti/issuer-url-loopback',
    source: 'attack J28',
    title: 'The issuer is not on this machine',
    fix: 'Use the public issuer URL; for a local test allow loopback issuers explicitly.',
    check: onURL((url, path, { allowLoopbackIssuer }) => {
      if (!isLoopbackHost(url.hostname)) return []
      if (allowLoopbackIssuer) return 'notApplicable'
      return [
        {
          reason: 'loopback',
          path,
          actual: shown(url.hostname),
          message: 'The issuer URL leads back to this machine.',
        },
      ]
    }),
  }),
  rule({
    id: 'tti/issuer-url-https',
    severity: 'warning',
    source: 'R235; OIDC Discovery 4',
    title: 'The issuer uses https',
    fix: 'Use an https issuer: over http anyone on the way can replace its keys.',
    check: onURL((url, path, { allowLoopbackIssuer }) => {
      if (url.protocol === 'https:') return []
      if (allowLoopbackIssuer && isLoopbackHost(url.hostname)) return 'notApplicable'
      return [
        {
          reason: 'http',
          path,
          expected: 'https',
          actual: 'http',
          message: "The issuer's keys would travel unprotected.",
        },
      ]
    }),
  }),
  rule({
    id: 'tti/claim-attribute-path',
    source: 'R238; R260; sso-admin API',
    title: 'The claim path is one to three words of letters, joined by . or _',
    fix: 'Map a claim such as "email", "sub" or "preferred_username".',
    check: onJwt((value, path) =>
      textFaults(value, 'ClaimAttributePath', path, limits.claim).map((fault) => {
        const claim = member(value, 'ClaimAttributePath')
        return fault.reason === 'pattern' && typeof claim === 'string'
          ? { ...fault, ...claimDiagnosis(claim) }
          : fault
      }),
    ),
  }),
  rule({
    id: 'tti/identity-store-attribute-path',
    source: 'R237; Identity Store API',
    title: 'The claim is matched with userName, emails.value or externalId',
    fix: 'Set IdentityStoreAttributePath to userName, emails.value or externalId, spelled so.',
    check: onJwt((value, path) =>
      choiceFaults(value, 'IdentityStoreAttributePath', path, ['userName', 'emails.value', 'externalId']),
    ),
  }),
  rule({
    id: 'tti/jwks-retrieval',
    source: 'R243; sso-admin API',
    title: 'Keys are retrieved by OPEN_ID_DISCOVERY',
    fix: 'Set JwksRetrievalOption to OPEN_ID_DISCOVERY.',
    check: onJwt((value, path) => choiceFaults(value, 'JwksRetrievalOption', path, ['OPEN_ID_DISCOVERY'])),
  }),
]

/** The inner object with the four settings, if the shape is right so far. */
export function oidcJwtConfiguration(value: unknown): JsonObject | undefined {
  const outer = isObject(value) ? member(value, 'TrustedTokenIssuerConfiguration') : undefined
  const inner = isObject(outer) ? member(outer, 'OidcJwtConfiguration') : undefined
  return isObject(inner) ? inner : undefined
}

function part(
  object: JsonObject,
  path: string,
  name: string,
  faults: Fault[],
): [JsonObject | undefined, string] {
  const value = member(object, name)
  const at = memberPath(path, name)
  if (isObject(value)) return [value, at]
  const reason = value === undefined ? 'missing' : 'not-object'
  faults.push({ reason, path: at, actual: kindOf(value), message: `${name} is not an object.` })
  return [undefined, at]
}

function onIssuer(check: (value: JsonObject, path: string) => readonly Fault[]): IssuerRule['check'] {
  return ({ value, path }) => (isObject(value) ? check(value, path) : 'cantTell')
}

function onJwt(check: (value: JsonObject, path: string) => readonly Fault[]): IssuerRule['check'] {
  return ({ value, path }) => {
    const jwt = oidcJwtConfiguration(value)
    return jwt ? check(jwt, `${path}.TrustedTokenIssuerConfiguration.OidcJwtConfiguration`) : 'cantTell'
  }
}

type URLCheck = (url: URL, path: string, subject: IssuerSubject) => readonly Fault[] | 'notApplicable'

function onURL(check: URLCheck): IssuerRule['check'] {
  return (subject) => {
    const jwt = oidcJwtConfiguration(subject.value)
    const url = jwt && parsedURL(jwt)
    if (!url) return 'cantTell'
    return check(
      url,
      `${subject.path}.TrustedTokenIssuerConfiguration.OidcJwtConfiguration.IssuerUrl`,
      subject,
    )
  }
}

function parsedURL(jwt: JsonObject): URL | undefined {
  const text = member(jwt, 'IssuerUrl')
  if (typeof text !== 'string' || text.length > limits.url.max) return undefined
  const url = URL.canParse(text) ? new URL(text) : undefined
  return url && (url.protocol === 'https:' || url.protocol === 'http:') ? url : undefined
}

function claimDiagnosis(claim: string): Partial<Fault> {
  if (claim.includes('://') || claim.includes('/')) {
    return {
      reason: 'namespaced',
      fix: 'AWS cannot map a namespaced claim: have the identity provider also write it under a plain name.',
    }
  }
  if (claim.includes(':')) {
    return {
      reason: 'custom-claim',
      fix: 'AWS cannot map a claim with a colon (custom:..., cognito:...): use "email", "sub" or "username".',
    }
  }
  if (claim.includes('-')) {
    return {
      reason: 'hyphen',
      fix: renamed(claim.replaceAll('-', '_')),
    }
  }
  if (/\d/.test(claim))
    return {
      reason: 'digit',
      fix: 'Rename the claim at the identity provider: its name may have letters only.',
    }
  return {}
}

function renamed(name: string): string {
  const example = limits.claim.pattern.test(name)
    ? `, for example to "${name}"`
    : ': its name may have letters, . and _ only'
  return `Rename the claim at the identity provider${example}.`
}

/** A path with its percent-encoding undone, as a server would. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

function tagFaults(value: JsonObject, path: string): readonly Fault[] {
  const tags = member(value, 'Tags')
  const at = memberPath(path, 'Tags')
  if (tags === undefined) return []
  if (!Array.isArray(tags))
    return [{ reason: 'not-array', path: at, actual: kindOf(tags), message: 'Tags is not an array.' }]
  if (tags.length > 75)
    return [
      {
        reason: 'too-many',
        path: at,
        expected: 'at most 75',
        actual: `${tags.length}`,
        message: 'There are too many tags.',
      },
    ]
  return tags.flatMap((tag: unknown, index) => {
    const here = memberPath(at, index)
    if (!isObject(tag))
      return [{ reason: 'not-object', path: here, actual: kindOf(tag), message: 'A tag is not an object.' }]
    return [
      ...valueFaults(member(tag, 'Key'), memberPath(here, 'Key'), limits.tagKey),
      ...valueFaults(member(tag, 'Value'), memberPath(here, 'Value'), limits.tagValue),
    ]
  })
}
