import type { Verdict } from '../../core/outcome.js'
import { runRules, verdictOf, type Fault, type Rule } from '../../core/rule.js'
import { kindOf, shown } from '../../core/shown.js'
import { readStrictURL, strictURLMessages } from '../../core/strictURL.js'
import { misuse, requireObject, requireText } from './arguments.js'

export type ConsolePartition = 'aws' | 'aws-us-gov' | 'aws-cn'

/** A page of the AWS Management Console. */
export interface ConsoleURL {
  readonly url: string
  readonly partition: ConsolePartition
  /** Of the host; without one the console opens in the Region that the person used last (R101). */
  readonly region?: string
}

const HOSTS: readonly (readonly [string, ConsolePartition])[] = [
  ['console.aws.amazon.com', 'aws'],
  ['console.amazonaws-us-gov.com', 'aws-us-gov'],
  ['console.amazonaws.cn', 'aws-cn'],
]
const REGION = /^[a-z]{2,8}(?:-[a-z]{1,16}){1,3}-[0-9]{1,2}$/
/** sso-admin API, RelayState. */
const MAX_CHARACTERS = 240

interface ConsoleSubject {
  readonly url: unknown
  readonly max: number
}

export const consoleURLRules: readonly Rule<ConsoleSubject>[] = [
  {
    id: 'portal/console-url',
    severity: 'error',
    source: 'R101; sso-admin API, RelayState',
    title: 'A relay state or destination is an https URL inside the AWS Management Console',
    fix: 'Write a URL such as https://console.aws.amazon.com/ec2/, or https://us-east-2.console.aws.amazon.com/ec2/ for one Region.',
    check: ({ url, max }) => consoleURLFaults(url, max),
  },
]

/** What keeps a text from being a page of the console; by default as the relay state of a permission set. */
export function consoleURLFaults(url: unknown, max = MAX_CHARACTERS): readonly Fault[] {
  const read = readURL(url, max)
  return 'reason' in read ? [read] : []
}

/**
 * Reads the relay state of a permission set: a URL of 240 characters at most, inside the AWS Management Console (R101).
 * Anything before the console's host must be a name below it, so that no other host passes.
 */
export function parseRelayState(url: string): Verdict<ConsoleURL> {
  return parseConsoleURL(url, MAX_CHARACTERS)
}

/** As {@link parseRelayState}, for the destination of a link: longer ones are fine. */
export function parseConsoleURL(url: string, max = 2048): Verdict<ConsoleURL> {
  if (!Number.isSafeInteger(max) || max < 1) misuse('max is a number of characters.')
  return verdictOf(runRules(consoleURLRules, { url, max }), () => readURL(url, max) as ConsoleURL)
}

/** The first page of the console. */
export function consoleHome(partition: ConsolePartition): string {
  const host = HOSTS.find(([, of]) => of === partition)?.[0]
  return host === undefined ? misuse('partition is aws, aws-us-gov or aws-cn.') : `https://${host}/`
}

/** The same page in the Region that the person used last, unless the URL names a Region itself (R101). */
export function inLastRegion(page: ConsoleURL, lastRegion: string | undefined): string {
  requireObject(page, 'page')
  const { url, partition, region } = page
  requireText(url, 'url')
  if (region !== undefined || lastRegion === undefined) return url
  if (typeof lastRegion !== 'string' || !REGION.test(lastRegion)) misuse('lastRegion is a Region of AWS.')
  const host = HOSTS.find(([, of]) => of === partition)?.[0] ?? misuse('partition is unknown.')
  const start = `https://${host}`
  // Below the console's own host stand names of services, which have a form of their own.
  return url.startsWith(start) ? `https://${lastRegion}.${host}${url.slice(start.length)}` : url
}

function readURL(url: unknown, max: number): ConsoleURL | Fault {
  const path = 'url'
  const expected = 'https://[REGION.]console.aws.amazon.com/...'
  if (typeof url !== 'string')
    return { reason: 'type', path, expected, actual: kindOf(url), message: 'The URL is no text.' }
  const read = readStrictURL(url, max)
  const actual = shown(url)
  if (typeof read === 'string')
    return { reason: read, path, expected, actual, message: strictURLMessages[read] }
  for (const [host, partition] of HOSTS) {
    if (read.host === host) return { url, partition }
    if (!read.host.endsWith(`.${host}`)) continue
    const label =
      read.host
        .slice(0, -host.length - 1)
        .split('.')
        .at(-1) ?? ''
    return { url, partition, ...(REGION.test(label) ? { region: label } : {}) }
  }
  return {
    reason: 'outside-console',
    path,
    expected,
    actual,
    message: 'The host is not that of the console.',
  }
}
