import { buildReport, type Report } from '../../conformance/index.js'
import type { RuleOutcome } from '../../core/rule.js'
import { printable } from '../../core/shown.js'
import {
  inspectIdentityCenterEndpoints,
  inspectMetadata,
  inspectResponse,
  inspectSamlUser,
  outwardMessage,
  parseCertificate,
  parseMetadata,
  type TrustedCertificate,
} from '../../saml/index.js'
import { gathered } from '../faults.js'
import { readBytes } from '../files.js'
import { Misuse } from '../misuse.js'
import {
  clockSkewOf,
  formatOf,
  instantOf,
  oneOf,
  profileOf,
  readOptions,
  required,
  requiredAll,
  text,
  type Values,
} from '../options.js'
import { openMessage } from '../samlMessage.js'
import { secondOpinion } from '../secondOpinion.js'
import { readUsers } from '../users.js'
import { version } from '../version.js'

export const checkResponseOptions = {
  idp: 'string',
  'idp-entity-id': 'string',
  'idp-certificate': 'string',
  audience: 'string',
  acs: 'string',
  'in-response-to': 'string',
  abac: 'string',
  users: 'string',
  profile: 'string',
  'clock-skew': 'string',
  'allow-sha1': 'boolean',
  at: 'string',
  format: 'string',
  verbose: 'boolean',
} as const

/**
 * `check response FILE`: whether Identity Center would accept this Response, told rule by rule and without signing anyone
 * in. The identity provider comes from its metadata (`--idp`), or from an entityID and a certificate.
 */
export async function checkResponse(words: readonly string[]): Promise<Report> {
  const { values, positionals } = readOptions(words, checkResponseOptions)
  const [file, ...others] = positionals
  if (file === undefined || others.length > 0) throw new Misuse('check response takes one FILE.')
  formatOf(values)
  const inputs = [file, ...['idp', 'idp-certificate', 'users'].map((name) => text(values, name))]
  if (inputs.filter((name) => name === '-').length > 1)
    throw new Misuse('Only one FILE can be standard input.')
  const now = instantOf(values)
  const settings = responseSettings(values, now)

  const [bytes, idp, users] = await gathered([
    readBytes(file),
    readProvider(values, now),
    readUsers(text(values, 'users')),
  ])
  const { message, xml, form, outcomes } = openMessage(bytes)
  const source = xml === undefined ? undefined : ({ kind: 'xml', text: xml } as const)
  const facts =
    form === 'XML' || form === 'unknown' ? {} : { form: `${form}; lines are those of the XML in it` }
  const subject = { kind: 'response', name: file } as const
  if (message === undefined)
    return buildReport({ version, subject, now, verified: false, facts, outcomes, source })
  const inspection = inspectResponse(message, { ...settings, idp })
  const opinion = await secondOpinion(
    xml,
    idp.certificates,
    inspection.rules.flatMap(({ findings }) => findings),
  )
  const { verdict, verified, claimed } = inspection
  const identity = verdict.ok ? verdict.value : undefined
  const named = users && inspectSamlUser(identity?.nameID ?? claimed.nameID, users)
  return buildReport({
    version,
    subject,
    now,
    verified,
    source,
    hint: opinion?.hint,
    identity: identity && {
      nameID: identity.nameID,
      issuer: identity.issuer,
      ...(named?.user ? { userId: named.user.userId } : {}),
      ...(Object.keys(identity.accessControl).length > 0
        ? { sessionTags: { ...identity.accessControl } }
        : {}),
    },
    facts: {
      ...facts,
      ...(claimed.nameID === undefined || (verdict.ok && named?.user !== undefined) || (verdict.ok && !named)
        ? {}
        : { 'claimed NameID': claimed.nameID }),
      ...(identity ? { 'signed by': certificateLine(identity.verifiedBy, idp.certificates) } : {}),
      ...(opinion ? { 'second opinion': opinion.fact } : {}),
    },
    outcomes: [
      ...outcomes,
      ...inspection.rules,
      ...(named?.rules ?? []),
      ...idp.outcomes,
      ...endpointOutcomes(settings),
    ],
    // An application of one's own has pages of its own.
    userSees: settings.profile === 'service-provider' ? undefined : outwardMessage,
  })
}

/** Whether the two addresses are Identity Center's own: only where it is the one that asks, and only if they are not. */
function endpointOutcomes(settings: {
  readonly sp: { readonly entityID: string; readonly acsURL: string }
  readonly profile: string | undefined
}): readonly RuleOutcome[] {
  if (settings.profile === 'service-provider') return []
  return inspectIdentityCenterEndpoints(settings.sp).filter(({ findings }) => findings.length > 0)
}

/** What a Response is held against, but for the identity provider, which is read later. */
export function responseSettings(values: Values, now: number) {
  const ways = ['idp', 'idp-certificate', 'idp-entity-id']
  const unknown = ways.every((name) => text(values, name) === undefined)
  const [entityID, acsURL] = requiredAll(values, ['audience', 'acs', ...(unknown ? ['idp'] : [])])
  const settings = {
    sp: { entityID, acsURL },
    now,
    clockSkewSeconds: clockSkewOf(values),
    inResponseTo: requestOf(text(values, 'in-response-to')),
    abac: oneOf(values, 'abac', ['on', 'off']),
    profile: profileOf(values),
    allowSHA1: values['allow-sha1'] === true,
  } as const
  sourceOf(values)
  return settings
}

/** `none`: only a response that answers no request is expected. An ID of SAML may be that word, but nobody's is. */
function requestOf(value: string | undefined): string | null | undefined {
  return value === 'none' ? null : value
}

export interface Provider {
  readonly entityID: string
  readonly certificates: readonly TrustedCertificate[]
  /** What the rules about metadata say against it. */
  readonly outcomes: readonly RuleOutcome[]
}

/** Either `--idp`, of which `--idp-entity-id` may pick one, or both of `--idp-entity-id` and `--idp-certificate`. */
function sourceOf(values: Values): 'metadata' | 'settings' {
  const metadata = text(values, 'idp') !== undefined
  const certificate = text(values, 'idp-certificate') !== undefined
  if (metadata === certificate)
    throw new Misuse(
      'The identity provider is --idp METADATA, or --idp-entity-id ID with --idp-certificate PEM.',
    )
  return metadata ? 'metadata' : 'settings'
}

export async function readProvider(values: Values, now: number): Promise<Provider> {
  if (sourceOf(values) === 'settings') {
    const file = required(values, 'idp-certificate')
    const entityID = required(values, 'idp-entity-id')
    const verdict = parseCertificate(await readBytes(file))
    if (!verdict.ok) throw new Misuse(`${printable(file)}: is not one certificate in PEM.`, verdict.findings)
    return { entityID, certificates: [verdict.value], outcomes: [] }
  }
  // Trust is what metadata is read for. What Identity Center would not like of it besides is reported, and no obstacle.
  const file = required(values, 'idp')
  const xml = await readBytes(file)
  const options = { now, entityID: text(values, 'idp-entity-id') }
  const verdict = parseMetadata(xml, { ...options, profile: 'service-provider' })
  if (!verdict.ok)
    throw new Misuse(
      `${printable(file)}: cannot be read as an identity provider's metadata.`,
      verdict.findings,
    )
  const { entityID, idp } = verdict.value
  if (!idp) throw new Misuse(`${printable(file)}: describes no identity provider.`)
  const profile = profileOf(values)
  const { rules } = inspectMetadata(xml, profile === undefined ? options : { ...options, profile })
  return {
    entityID,
    certificates: idp.certificates,
    outcomes: rules.filter(({ findings }) => findings.length > 0),
  }
}

function certificateLine(sha256: string, certificates: readonly TrustedCertificate[]): string {
  const certificate = certificates.find((one) => one.sha256 === sha256)
  const until = certificate
    ? `, valid until ${new Date(certificate.notAfter * 1000).toISOString().slice(0, 10)}`
    : ''
  return `${certificate?.subject ?? 'a certificate'}${until} (SHA-256 ${sha256})`
}
