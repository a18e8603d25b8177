import { FederationError, type Verdict } from '../../core/outcome.js'
import { runRules, verdictOf, type Fault, type Rule } from '../../core/rule.js'
import { kindOf, shown } from '../../core/shown.js'
import { readStrictURL, strictURLMessages, type StrictURL } from '../../core/strictURL.js'
import { misuse, requireObject, requireText } from './arguments.js'

/** Where an instance has its portal (R038, R039). */
export type PortalURL =
  | {
      readonly partition: 'aws'
      /** The directory's id, `d-` and 10 hexadecimal digits, or the subdomain chosen instead. */
      readonly name: string
    }
  | { readonly partition: 'aws-us-gov'; readonly region: string; readonly name: string }

const DIRECTORY = /^d-[0-9a-f]{10}$/
const NAME = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/
const CLASSIC = /^([a-z0-9-]{1,63})\.awsapps\.com$/
const GOVERNMENT = /^start\.(us-gov-[a-z]{1,10}-[0-9]{1,2})\.us-gov-home\.awsapps\.com$/
const GOVERNMENT_PATH = /^\/directory\/([a-z0-9-]{1,63})\/?$/
const EXPECTED =
  'https://NAME.awsapps.com/start, or https://start.us-gov-west-1.us-gov-home.awsapps.com/directory/NAME/'

interface URLSubject {
  readonly url: unknown
}

export const portalURLRules: readonly Rule<URLSubject>[] = [
  {
    id: 'portal/url',
    severity: 'error',
    source: 'R038; R039',
    title: 'A portal URL is that of an AWS access portal, to the letter',
    fix: 'Copy the AWS access portal URL from the Dashboard of Identity Center.',
    check: ({ url }) => {
      const read = readURL(url)
      return 'reason' in read ? [read] : []
    },
  },
]

/**
 * Reads the URL of an AWS access portal, of the partition `aws` or `aws-us-gov`, with or without the trailing slash and
 * the `#/` that the portal itself adds. Look-alike hosts, `http`, user info, ports and other paths are refused by name.
 *
 * @example
 * ```ts
 * import { parsePortalURL } from 'countersign/directory'
 *
 * const verdict = parsePortalURL('https://d-1234567890.awsapps.com/start')
 * if (verdict.ok) console.log(verdict.value.partition, verdict.value.name) // aws d-1234567890
 * ```
 */
export function parsePortalURL(url: string): Verdict<PortalURL> {
  return verdictOf(runRules(portalURLRules, { url }), () => readURL(url) as PortalURL)
}

/**
 * The URL of a portal in its one canonical spelling.
 *
 * @throws FederationError `ERR_INVALID_OPTION` for what {@link parsePortalURL} does not read.
 */
export function buildPortalURL(portal: PortalURL): string {
  requireObject(portal, 'portal')
  requireText(portal.name, 'portal.name')
  if (portal.partition === 'aws-us-gov') requireText(portal.region, 'portal.region')
  const url =
    portal.partition === 'aws'
      ? `https://${portal.name}.awsapps.com/start`
      : portal.partition === 'aws-us-gov'
        ? `https://start.${portal.region}.us-gov-home.awsapps.com/directory/${portal.name}/`
        : ''
  const read = readURL(url)
  if ('reason' in read || read.name !== portal.name)
    throw new FederationError('ERR_INVALID_OPTION', 'These parts make no URL of a portal.')
  return url
}

/** Whether the portal still has the name it was born with, and so may be given another, once (R038). */
export function isCustomised(portal: Pick<PortalURL, 'name'>): boolean {
  requireObject(portal, 'portal')
  requireText(portal.name, 'portal.name')
  return !DIRECTORY.test(portal.name)
}

interface CustomisationSubject {
  readonly portal: PortalURL
  readonly subdomain: string
}

export const customisationRules: readonly Rule<CustomisationSubject>[] = [
  {
    id: 'portal/customised-once',
    severity: 'error',
    source: 'R038',
    title: 'The URL of a portal is customised once, and never again',
    fix: 'Keep the subdomain. Only deleting the instance, or a change between the Identity Center directory and Active Directory, makes another URL.',
    check: ({ portal }) =>
      isCustomised(portal)
        ? [
            {
              reason: 'again',
              path: 'portal.name',
              actual: shown(portal.name),
              message: 'The URL has been customised.',
            },
          ]
        : [],
  },
  {
    id: 'portal/subdomain',
    severity: 'error',
    source: 'R038; RFC 1123 2.1',
    title: 'A subdomain is one label of lower-case letters, digits and hyphens, and no id of a directory',
    fix: 'Choose a name such as example.',
    check: ({ subdomain }) => {
      const fault = (reason: string): Fault[] => [
        {
          reason,
          path: 'subdomain',
          actual: shown(subdomain),
          message: 'This cannot be the subdomain of a portal.',
        },
      ]
      if (!NAME.test(subdomain)) return fault('form')
      // `start` is the host of another partition, and an id would pass for the portal of somebody else.
      return subdomain === 'start' || /^d-[0-9a-f]{10}$/.test(subdomain) ? fault('reserved') : []
    },
  },
]

/** Gives a portal its own name, once (R038). */
export function customisePortalURL(portal: PortalURL, subdomain: string): Verdict<PortalURL> {
  buildPortalURL(portal)
  if (typeof subdomain !== 'string') misuse('subdomain is a text.')
  return verdictOf(runRules(customisationRules, { portal, subdomain }), () => ({
    ...portal,
    name: subdomain,
  }))
}

interface SignOnSubject {
  readonly signOnURL: string
  readonly portal: PortalURL
}

export const signOnURLRules: readonly Rule<SignOnSubject>[] = [
  {
    id: 'portal/sign-on-url',
    severity: 'error',
    source: 'R031',
    title: "The identity provider's sign-on URL is the URL of the portal, to the letter",
    fix: 'Paste the "AWS access portal sign-in URL" into the sign-on URL (Entra: "Sign on URL (Optional)") without changing it.',
    check: ({ signOnURL, portal }) => {
      const expected = buildPortalURL(portal)
      const path = 'signOnURL'
      if (signOnURL === expected) return []
      const read = readURL(signOnURL)
      const actual = shown(signOnURL)
      if ('reason' in read) return [{ ...read, path }]
      const same = read.name === portal.name && read.partition === portal.partition
      return [
        same
          ? { reason: 'spelling', path, expected, actual, message: 'The same portal, spelled otherwise.' }
          : {
              reason: 'other-portal',
              path,
              expected,
              actual,
              message: 'This is the portal of another instance.',
            },
      ]
    },
  },
]

/** Whether people who start at the identity provider come out at this portal (R031). */
export function checkSignOnURL(signOnURL: string, portal: PortalURL): Verdict<string> {
  if (typeof signOnURL !== 'string') misuse('signOnURL is a text.')
  buildPortalURL(portal)
  return verdictOf(runRules(signOnURLRules, { signOnURL, portal }), () => signOnURL)
}

function readURL(url: unknown): PortalURL | Fault {
  const path = 'url'
  const expected = EXPECTED
  if (typeof url !== 'string')
    return { reason: 'type', path, expected, actual: kindOf(url), message: 'The URL is no text.' }
  const read = readStrictURL(url, 512)
  const actual = shown(url)
  if (typeof read === 'string')
    return { reason: read, path, expected, actual, message: strictURLMessages[read] }
  const fault = (reason: string, message: string): Fault => ({ reason, path, expected, actual, message })
  if (read.query !== undefined || ![undefined, '', '/'].includes(read.fragment))
    return fault('extra', 'The URL goes on behind the address of the portal.')
  return portalOf(read) ?? fault(isKnownHost(read.host) ? 'path' : 'host', 'This is no address of a portal.')
}

/** The portal at an address, whatever its fragment. */
export function portalOf({ host, path }: StrictURL): PortalURL | undefined {
  const [, region] = GOVERNMENT.exec(host) ?? []
  if (region !== undefined) {
    const [, name = ''] = GOVERNMENT_PATH.exec(path) ?? []
    return NAME.test(name) ? { partition: 'aws-us-gov', region, name } : undefined
  }
  const [, name = ''] = CLASSIC.exec(host) ?? []
  const there = path === '/start' || path === '/start/'
  return NAME.test(name) && name !== 'start' && there ? { partition: 'aws', name } : undefined
}

function isKnownHost(host: string): boolean {
  return GOVERNMENT.test(host) || (CLASSIC.test(host) && host !== 'start.awsapps.com')
}

/**
 * What web filters have to let through for a portal and its sign-in (R042): exactly the 14 names of the guide, with the
 * Region and the portal's own name filled in; `*` stands for any one label.
 *
 * @throws FederationError `ERR_INVALID_OPTION` when `name` or `region` is not one.
 */
export function allowListedHosts(portal: {
  readonly name: string
  readonly region: string
}): readonly string[] {
  requireObject(portal, 'portal')
  const { name, region } = portal
  if (typeof name !== 'string' || !NAME.test(name)) misuse('name is the id of a directory, or an alias.')
  if (typeof region !== 'string' || !/^[a-z]{2,8}(?:-[a-z]{1,16}){1,3}-[0-9]{1,2}$/.test(region))
    misuse('region is a Region of AWS.')
  return [
    `${name}.awsapps.com`,
    '*.aws.dev',
    '*.awsstatic.com',
    '*.console.aws.a2z.com',
    `oidc.${region}.amazonaws.com`,
    '*.sso.amazonaws.com',
    `*.sso.${region}.amazonaws.com`,
    `*.sso-portal.${region}.amazonaws.com`,
    `${region}.prod.pr.panorama.console.api.aws/panoramaroute`,
    `${region}.signin.aws`,
    `${region}.signin.aws.amazon.com`,
    'signin.aws.amazon.com',
    '*.cloudfront.net',
    'opfcaptcha-prod.s3.amazonaws.com',
  ]
}
