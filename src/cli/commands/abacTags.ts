import {
  inspectSessionTags,
  PROVISIONERS,
  type AttributeConfiguration,
  type DroppedTag,
  type SessionTag,
  type SessionTagsInspection,
} from '../../abac/index.js'
import { buildReport, textReport, type Report, type Style } from '../../conformance/index.js'
import type { SamlIdentity } from '../../core/identity.js'
import { isObject } from '../../core/json.js'
import type { RuleOutcome, RuleRow } from '../../core/rule.js'
import { printable } from '../../core/shown.js'
import { describeResponse, inspectResponse, type ClaimedByResponse } from '../../saml/index.js'
import { gathered } from '../faults.js'
import { readBytes, readJson } from '../files.js'
import { jsonText } from '../jsonText.js'
import { Misuse } from '../misuse.js'
import {
  formatOf,
  instantOf,
  oneOf,
  readOptions,
  requiredAll,
  text,
  textOrJson,
  type Values,
} from '../options.js'
import { trimmedEnd } from '../samlMessage.js'
import { table } from '../table.js'
import type { Terminal } from '../terminal.js'
import { version } from '../version.js'
import { checkResponseOptions, readProvider, responseSettings } from './checkResponse.js'

export const abacTagsOptions = {
  ...checkResponseOptions,
  user: 'string',
  config: 'string',
  response: 'string',
  precedence: 'string',
  transitive: 'string',
  'provisioned-by': 'string',
} as const

/** By which a Response is judged, and nothing else is. */
const responseOptions = Object.keys(checkResponseOptions).filter(
  (name) => !['abac', 'users', 'at', 'format', 'verbose'].includes(name),
)

/** What `abac tags` answers to a program. It only ever grows. */
export interface TagsReport extends Report {
  /** The session tags; none where anything refuses. */
  readonly tags: readonly SessionTag[]
  /** What they would be, where something refuses: for people, never for a session. */
  readonly claimedTags: readonly SessionTag[]
  readonly dropped: readonly DroppedTag[]
  readonly transitiveTagKeys: readonly string[]
  /** An estimate. */
  readonly packedSizePercent: number | null
}

/** `abac tags`: which session tags a person gets, where each comes from, and what was dropped on the way. */
export async function abacTags(words: readonly string[], terminal: Terminal): Promise<0 | 1> {
  const { values, positionals } = readOptions(words, abacTagsOptions)
  if (positionals.length > 0)
    throw new Misuse('abac tags takes its files by options: --user, --config, --response.')
  const format = formatOf(values, textOrJson)
  const now = instantOf(values)
  const off = oneOf(values, 'abac', ['on', 'off']) === 'off'
  if (text(values, 'users') !== undefined)
    throw new Misuse('abac tags takes --user, the person, and not --users.')
  const idle = responseOptions.filter((name) => values[name] !== undefined).map((name) => `--${name}`)
  if (idle.length > 0 && text(values, 'response') === undefined)
    throw new Misuse(`${idle.join(', ')}: of no use without --response.`)
  const [userFile] = requiredAll(values, off ? ['user'] : ['user', 'config'])
  const configFile = text(values, 'config')
  const responseFile = text(values, 'response')
  const inputs = [userFile, configFile, responseFile, text(values, 'idp'), text(values, 'idp-certificate')]
  if (inputs.filter((name) => name === '-').length > 1)
    throw new Misuse('Only one FILE can be standard input.')
  const precedence = oneOf(values, 'precedence', ['directory', 'assertion'])
  const transitiveTagKeys = text(values, 'transitive')?.split(',')

  const [found, configuration, signIn] = await gathered([
    readJson(userFile),
    readConfiguration(configFile),
    readSignIn(responseFile, values, now),
  ])
  const user = personOf(found, signIn.identity?.nameID, userFile)
  const inspection = inspectSessionTags(
    signIn.identity,
    user,
    off ? 'off' : (configuration as AttributeConfiguration),
    { precedence, transitiveTagKeys, provisionedBy: oneOf(values, 'provisioned-by', PROVISIONERS) },
  )
  const report = reportOf(inspection, signIn, { now, name: userFile, user })
  const verbose = values['verbose'] === true
  terminal.out(format === 'json' ? jsonText(report) : tagsText(report, terminal.style, verbose))
  return report.verdict === 'accepted' ? 0 : 1
}

async function readConfiguration(file: string | undefined): Promise<unknown> {
  return file === undefined ? undefined : readJson(file)
}

interface SignIn {
  /** Proven, or only claimed: `verified` says which. */
  readonly identity: SamlIdentity | undefined
  readonly verified: boolean
  readonly outcomes: readonly RuleOutcome[]
}

/** What a Response without an identity provider to judge it by breaks. */
export const unverifiedRow: RuleRow = {
  id: 'cli/response-unverified',
  severity: 'error',
  source: 'attack S14',
  title: 'A Response is judged by the identity provider that it must come from',
  fix: 'Give --idp METADATA, or --idp-entity-id ID with --idp-certificate PEM, and --audience and --acs.',
}

/** The sign-in of `--response`, judged as `check response` does; without an identity provider, only described. */
async function readSignIn(file: string | undefined, values: Values, now: number): Promise<SignIn> {
  if (file === undefined) return { identity: undefined, verified: true, outcomes: [] }
  const judged = ['idp', 'idp-entity-id', 'idp-certificate'].some((name) => text(values, name) !== undefined)
  if (!judged) {
    const described = describeResponse(trimmedEnd(await readBytes(file)))
    if (!described.ok) throw new Misuse(`${printable(file)}: is not a SAML Response.`, described.findings)
    const message = 'No identity provider was given: nothing proves that this Response is genuine.'
    const finding = { rule: unverifiedRow.id, reason: 'no-certificate', severity: 'error', path: '--response', message, fix: unverifiedRow.fix } as const // prettier-ignore
    return {
      identity: claimedIdentity(described.value),
      verified: false,
      outcomes: [{ rule: unverifiedRow, outcome: 'fail', findings: [finding] }],
    }
  }
  const settings = responseSettings(values, now)
  const [message, idp] = await gathered([readBytes(file), readProvider(values, now)])
  const { verdict, verified, rules, claimed } = inspectResponse(trimmedEnd(message), { ...settings, idp })
  return {
    identity: verdict.ok ? verdict.value : claimedIdentity(claimed),
    verified,
    outcomes: [...rules, ...idp.outcomes],
  }
}

/** Who the person would be, for the eyes of a person alone: the report is refused whatever comes of it. */
function claimedIdentity({
  nameID = '',
  issuer = '',
  assertionID = '',
  accessControl = {},
}: ClaimedByResponse): SamlIdentity {
  return {
    protocol: 'saml',
    nameID,
    issuer,
    assertionID,
    accessControl,
    attributes: {},
    authnInstant: 0,
    notOnOrAfter: 0,
    verifiedBy: '',
  }
}

/** The user of a file: one by itself, or the one of a list whose userName is the NameID. */
function personOf(json: unknown, nameID: string | undefined, file: string): unknown {
  const list = Array.isArray(json) ? json : isObject(json) ? (json['Users'] ?? json['Resources']) : undefined
  if (!Array.isArray(list)) return json
  const people = list as readonly unknown[]
  if (people.length === 1) return people[0]
  const named = people.filter(
    (one) => isObject(one) && nameID !== undefined && [one['UserName'], one['userName']].includes(nameID),
  )
  if (named.length === 1) return named[0]
  throw new Misuse(
    nameID === undefined
      ? `${printable(file)}: lists not one user. Give the one who is meant, or a sign-in by --response.`
      : `${printable(file)}: lists not one user, and none of them, or more, is the one who signed in.`,
  )
}

function userNameOf(user: unknown): { readonly userName?: string } {
  const userName = isObject(user) ? (user['userName'] ?? user['UserName']) : undefined
  return typeof userName === 'string' ? { userName } : {}
}

function reportOf(
  { verdict, rules, claimed }: SessionTagsInspection,
  { identity, verified, outcomes }: SignIn,
  { now, name, user }: { readonly now: number; readonly name: string; readonly user: unknown },
): TagsReport {
  const report = buildReport({
    version,
    subject: { kind: 'session-tags', name },
    now,
    verified,
    identity: identity ? { nameID: identity.nameID, issuer: identity.issuer } : userNameOf(user),
    facts: {
      ...(verified || identity === undefined ? {} : { 'claimed NameID': identity.nameID }),
      ...(verdict.ok && verdict.value.transitiveTagKeys.length > 0
        ? { 'transitive keys': verdict.value.transitiveTagKeys.join(', ') }
        : {}),
      ...(verdict.ok ? { 'packed size': `about ${verdict.value.packedSizePercent} percent` } : {}),
    },
    outcomes: [...outcomes, ...rules],
  })
  const given = report.verdict === 'accepted' && verdict.ok ? verdict.value : undefined
  return {
    ...report,
    tags: given?.tags ?? [],
    claimedTags: given ? [] : claimed.tags,
    dropped: claimed.dropped,
    transitiveTagKeys: given?.transitiveTagKeys ?? [],
    packedSizePercent: given?.packedSizePercent ?? null,
  }
}

function tagsText(report: TagsReport, style: Style, verbose: boolean): string {
  const { tags, claimedTags, dropped } = report
  const shown = report.verdict === 'accepted' ? tags : claimedTags
  const heading = report.verified ? 'These would be the tags, were they not refused:' : 'NOT PROVEN. What the Response and the directory say would make these tags:' // prettier-ignore
  return [
    textReport(report, style, { verbose }).trimEnd(),
    '',
    ...(report.verdict === 'accepted' ? [] : [style.warn(heading)]),
    ...(shown.length === 0
      ? ['No session tags.']
      : table(
          ['KEY', 'VALUE', 'SOURCE', 'FROM'],
          shown.map(({ key, value, source, from }) => [key, value, source, from]),
        )),
    ...(dropped.length === 0
      ? []
      : [
          '',
          ...table(
            ['DROPPED', 'SOURCE', 'WHY', 'FROM'],
            dropped.map(({ key, source, reason, from }) => [key, source, reason, from]),
          ),
        ]),
    '',
  ].join('\n')
}
