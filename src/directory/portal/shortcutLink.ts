import { isWellFormed } from '../../core/codec.js'
import type { User } from '../../core/identity.js'
import { decided, type Verdict } from '../../core/outcome.js'
import { runRules, verdictOf, type Fault, type Rule } from '../../core/rule.js'
import { kindOf, shown } from '../../core/shown.js'
import { readStrictURL, strictURLMessages } from '../../core/strictURL.js'
import type { AccountAccess } from './accountAccess.js'
import { isAccountId, misuse, requireAccountId, requireObject, requireText } from './arguments.js'
import { consoleHome, inLastRegion, parseConsoleURL, parseRelayState, type ConsoleURL } from './consoleURL.js'
import { selectableRoles, selectRole, type SelectableRole } from './portalAccess.js'
import { buildPortalURL, portalOf, type PortalURL } from './portalURL.js'

/** A link that opens the console for an account, a permission set and a page of it (R102). */
export interface ShortcutLink {
  readonly portal: PortalURL
  readonly accountId: string
  /** The permission set; without it the person is asked (R103). */
  readonly permissionSetName?: string | undefined
  /** A page of the console. */
  readonly destination?: string | undefined
}

const PARAMETERS = ['account_id', 'role_name', 'destination'] as const
const ROUTE = '/console?'

/**
 * The link, with every value URL-encoded (R102).
 *
 * @throws FederationError `ERR_INVALID_OPTION` for what has not the declared types; a destination outside the console,
 * or in another partition than the portal, makes no link either.
 *
 * @example
 * ```ts
 * import { buildShortcutLink } from 'countersign/directory'
 *
 * const link = buildShortcutLink({
 *   portal: { partition: 'aws', name: 'example' },
 *   accountId: '123456789012',
 *   permissionSetName: 'S3FullAccess',
 *   destination: 'https://console.aws.amazon.com/s3/home',
 * })
 * ```
 */
export function buildShortcutLink(link: ShortcutLink): string {
  requireObject(link, 'link')
  const { portal, accountId, permissionSetName, destination } = link
  const url = buildPortalURL(portal)
  requireAccountId(accountId)
  if (permissionSetName !== undefined) requireText(permissionSetName, 'permissionSetName')
  if (destination !== undefined) {
    requireText(destination, 'destination')
    const page = parseConsoleURL(destination)
    if (!page.ok) misuse('destination is a page of the console.', page.findings)
    if (page.value.partition !== portal.partition) misuse('destination is in the partition of the portal.')
  }
  const values = [accountId, permissionSetName, destination]
  const query = PARAMETERS.flatMap((name, index) => {
    const value = values[index]
    if (value === undefined) return []
    if (!isWellFormed(value)) misuse(`${name} is well-formed Unicode.`)
    return [`${name}=${encodeURIComponent(value)}`]
  })
  return `${url.replace(/\/$/, '')}/#${ROUTE}${query.join('&')}`
}

interface LinkSubject {
  readonly link: unknown
}

export const shortcutLinkRules: readonly Rule<LinkSubject>[] = [
  {
    id: 'portal/shortcut-link',
    severity: 'error',
    source: 'R102; R103',
    title:
      'A shortcut link is a portal URL with /#/console? and account_id, role_name and destination, each once and encoded',
    fix: 'Make the link with "Create shortcut" in the portal, or encode every value.',
    check: ({ link }) => {
      const read = readLink(link)
      return 'reason' in read ? [read] : []
    },
  },
]

/** Reads a shortcut link; one that leaves the console or its portal's partition is refused (R102). */
export function parseShortcutLink(link: string): Verdict<ShortcutLink> {
  return verdictOf(runRules(shortcutLinkRules, { link }), () => readLink(link) as ShortcutLink)
}

/** Where a console session begins, and what said so. */
export interface Destination {
  readonly url: string
  readonly from: 'link' | 'relay-state' | 'home'
}

/**
 * Where a console session begins: at the destination of the link, else at the relay state of the permission set, else at
 * the console's home (R103). A URL without a Region opens in the one used last (R101).
 *
 * Refused is a page outside the console or in another partition.
 */
export function consoleDestination(options: {
  readonly partition: 'aws' | 'aws-us-gov' | 'aws-cn'
  readonly link?: string | undefined
  readonly relayState?: string | undefined
  readonly lastRegion?: string | undefined
}): Verdict<Destination> {
  requireObject(options, 'options')
  const { partition, link, relayState, lastRegion } = options
  const home = consoleHome(partition)
  if (lastRegion !== undefined) requireText(lastRegion, 'lastRegion')
  const [from, verdict] =
    link !== undefined
      ? (['link', parseConsoleURL(link)] as const)
      : relayState !== undefined
        ? (['relay-state', parseRelayState(relayState)] as const)
        : (['home', parseConsoleURL(home)] as const)
  if (!verdict.ok) return verdict
  const page: ConsoleURL = verdict.value
  const other = runRules([partitionRule], { page, partition })
  return verdictOf(other, () => ({ url: inLastRegion(page, lastRegion), from }))
}

export const partitionRule: Rule<{ readonly page: ConsoleURL; readonly partition: string }> = {
  id: 'portal/console-partition',
  severity: 'error',
  source: 'R039; R101',
  title: 'A page of the console is in the partition of the portal',
  fix: 'Name a page of the console of the same partition: console.aws.amazon.com, or console.amazonaws-us-gov.com.',
  check: ({ page, partition }) =>
    page.partition === partition
      ? []
      : [
          {
            reason: 'other-partition',
            path: 'url',
            expected: partition,
            actual: page.partition,
            message: 'The page belongs to another partition.',
          },
        ],
}

/** What a link comes to for the person who follows it. */
export type FollowedLink =
  | { readonly role: SelectableRole; readonly destination: Destination }
  /** The link names no permission set: the person chooses one of these. */
  | { readonly choose: readonly SelectableRole[]; readonly accountId: string }

/**
 * Follows a link as the person who is signed in. It gives no access: what is not assigned is refused, whatever the link
 * says, and where it names no permission set the person is asked (R103).
 */
export function followShortcutLink(
  link: ShortcutLink,
  person: {
    readonly access: AccountAccess
    readonly user: Pick<User, 'userId' | 'groupIds'>
    /** Relay states by ARN of the permission set. */
    readonly relayStates: ReadonlyMap<string, string>
    readonly lastRegion?: string | undefined
  },
): Verdict<FollowedLink> {
  requireObject(link, 'link')
  requireObject(person, 'person')
  const { access, user, relayStates, lastRegion } = person
  if (!(relayStates instanceof Map)) misuse('relayStates is a map.')
  const { portal, accountId, permissionSetName, destination } = link
  buildPortalURL(portal)
  requireAccountId(accountId)
  if (permissionSetName === undefined) {
    const choose = selectableRoles(access, user, accountId)
    return verdictOf(runRules([shortcutAccessRule], { choose }), () => ({ choose, accountId }))
  }
  const role = selectRole(access, user, { accountId, permissionSetName })
  if (!role.ok) return role
  const relayState = relayStates.get(role.value.permissionSetArn)
  const where = consoleDestination({ partition: portal.partition, link: destination, relayState, lastRegion })
  return where.ok ? decided(where.findings, () => ({ role: role.value, destination: where.value })) : where
}

export const shortcutAccessRule: Rule<{ readonly choose: readonly SelectableRole[] }> = {
  id: 'portal/shortcut-access',
  severity: 'error',
  source: 'R103',
  title: 'Who follows a link has a permission set in its account already',
  fix: 'Assign a permission set in the account: a link gives no access.',
  check: ({ choose }) =>
    choose.length > 0
      ? []
      : [
          {
            reason: 'no-role',
            path: 'account_id',
            message: 'Nothing is assigned to the person in this account.',
          },
        ],
}

function readLink(link: unknown): ShortcutLink | Fault {
  const expected = 'https://NAME.awsapps.com/start/#/console?account_id=...'
  const fault = (reason: string, path: string, message: string, actual?: string): Fault => ({
    reason,
    path,
    expected,
    ...(actual === undefined ? {} : { actual }),
    message,
  })
  if (typeof link !== 'string') return fault('type', 'link', 'The link is no text.', kindOf(link))
  const read = readStrictURL(link, 8192)
  if (typeof read === 'string') return fault(read, 'link', strictURLMessages[read], shown(link))
  const portal = read.query === undefined ? portalOf(read) : undefined
  if (portal === undefined) return fault('portal', 'link', 'The link is not to a portal.', shown(link))
  const { fragment = '' } = read
  if (!fragment.startsWith(ROUTE))
    return fault('route', 'link', 'The link is not to the console.', shown(link))
  const values = readQuery(fragment.slice(ROUTE.length))
  if ('reason' in values) return fault(values.reason, values.path ?? 'link', values.message)
  const { account_id: accountId, role_name: permissionSetName, destination } = values
  if (!isAccountId(accountId))
    return fault('account', 'account_id', 'The link names no account of 12 digits.', shown(accountId))
  if (destination !== undefined) {
    const page = parseConsoleURL(destination)
    const [finding] = page.findings
    if (finding !== undefined)
      return fault(finding.reason, 'destination', finding.message, shown(destination))
    if (page.ok && page.value.partition !== portal.partition)
      return fault(
        'other-partition',
        'destination',
        'The page belongs to another partition.',
        shown(destination),
      )
  }
  return {
    portal,
    accountId,
    ...(permissionSetName === undefined ? {} : { permissionSetName }),
    ...(destination === undefined ? {} : { destination }),
  }
}

type Parameters = { readonly [K in (typeof PARAMETERS)[number]]?: string }

/** Each parameter once, not empty, and encoded so that it can mean but one thing. */
function readQuery(query: string): Parameters | Fault {
  const values: { [K in (typeof PARAMETERS)[number]]?: string } = {}
  for (const pair of query.split('&').slice(0, 10)) {
    const equals = pair.indexOf('=')
    const written = equals < 0 ? pair : pair.slice(0, equals)
    const name = PARAMETERS.find((known) => known === written)
    if (name === undefined)
      return { reason: 'parameter', path: shown(written, 40), message: 'Not a parameter of links.' }
    if (values[name] !== undefined)
      return { reason: 'repeated', path: name, message: 'The parameter stands twice.' }
    const raw = equals < 0 ? '' : pair.slice(equals + 1)
    if (!/^(?:[A-Za-z0-9_.!~*'()-]|%[0-9A-Fa-f]{2})+$/.test(raw))
      return { reason: 'encoding', path: name, message: 'The value is empty or not URL-encoded.' }
    const value = decoded(raw)
    if (value === undefined) return { reason: 'encoding', path: name, message: 'The value is not UTF-8.' }
    values[name] = value
  }
  return values
}

function decoded(raw: string): string | undefined {
  try {
    return decodeURIComponent(raw)
  } catch {
    return undefined
  }
}
