import { buildReport, type Report, type SourceText } from '../../conformance/index.js'
import { decodeUtf8 } from '../../core/codec.js'
import { printable } from '../../core/shown.js'
import type { RuleOutcome } from '../../core/rule.js'
import {
  inspectIdentityCenterEndpoints,
  inspectMetadata,
  parseCertificate,
  type MetadataInspection,
  type TrustedCertificate,
} from '../../saml/index.js'
import { gathered } from '../faults.js'
import { readBytes } from '../files.js'
import { Misuse } from '../misuse.js'
import { formatOf, instantOf, profileOf, readOptions, text } from '../options.js'
import { version } from '../version.js'

export const checkMetadataOptions = {
  'entity-id': 'string',
  certificate: 'string',
  profile: 'string',
  at: 'string',
  format: 'string',
  verbose: 'boolean',
} as const

const DAY = 86_400
/** More certificates than these are counted. */
const MAX_LISTED = 10

/**
 * `check metadata FILE`: whether Identity Center would take this metadata. With `--certificate` it must be signed with the
 * key of this certificate; of several entities `--entity-id` names the one that is meant.
 */
export async function checkMetadata(words: readonly string[]): Promise<Report> {
  const { values, positionals } = readOptions(words, checkMetadataOptions)
  const [file, ...others] = positionals
  if (file === undefined || others.length > 0) throw new Misuse('check metadata takes one FILE.')
  formatOf(values)
  const signer = text(values, 'certificate')
  if (file === '-' && signer === '-') throw new Misuse('Only one FILE can be standard input.')
  const now = instantOf(values)
  const entityID = text(values, 'entity-id')

  const [xml, certificate] = await gathered([readBytes(file), readCertificate(signer)])
  const { verdict, verified, rules, claimed } = inspectMetadata(xml, {
    now,
    entityID,
    certificates: certificate && [certificate],
    profile: profileOf(values),
  })
  const { value } = verdict
  const { certificates, signInURLs, acsURLs } = claimed
  return buildReport({
    version,
    subject: { kind: 'metadata', name: file },
    now,
    verified,
    identity: value && {
      entityID: value.entityID,
      ...(value.verifiedBy === undefined ? {} : { verifiedBy: value.verifiedBy }),
    },
    facts: {
      ...(verdict.ok || claimed.entityID === undefined ? {} : { 'claimed entityID': claimed.entityID }),
      ...(certificates.length === 0 ? {} : { certificates: certificatesLine(certificates, now) }),
      ...(signInURLs.length === 0 ? {} : { 'sign-in URLs': listed(signInURLs) }),
      ...(acsURLs.length === 0 ? {} : { 'ACS URLs': listed(acsURLs) }),
    },
    outcomes: [...rules, ...endpointOutcomes(claimed, profileOf(values))],
    source: sourceOf(xml),
  })
}

/** Of a service provider: whether it is Identity Center, as the profile has it; only if it is not, and not of an application. */
function endpointOutcomes(
  { entityID, acsURLs, signInURLs }: MetadataInspection['claimed'],
  profile: string | undefined,
): readonly RuleOutcome[] {
  if (profile === 'service-provider' || entityID === undefined || signInURLs.length > 0) return []
  return acsURLs
    .slice(0, MAX_LISTED)
    .flatMap((acsURL) => inspectIdentityCenterEndpoints({ entityID, acsURL }))
    .filter(({ findings }) => findings.length > 0)
}

/** A file that is no text has no places. */
function sourceOf(bytes: Uint8Array): SourceText | undefined {
  const text = decodeUtf8(bytes)
  return text === undefined ? undefined : { kind: 'xml', text: text.replace(/^\ufeff/, '') }
}

async function readCertificate(file: string | undefined): Promise<TrustedCertificate | undefined> {
  if (file === undefined) return undefined
  const verdict = parseCertificate(await readBytes(file))
  if (!verdict.ok) throw new Misuse(`${printable(file)}: is not one certificate in PEM.`, verdict.findings)
  return verdict.value
}

/** Each once: most identity providers have one URL for all bindings. */
function listed(urls: readonly string[]): string {
  return [...new Set(urls)].join(', ')
}

function certificatesLine(certificates: readonly TrustedCertificate[], now: number): string {
  const lines = certificates
    .slice(0, MAX_LISTED)
    .map(
      ({ sha256, notBefore, notAfter }) => `${sha256.slice(0, 16)}... ${validity(notBefore, notAfter, now)}`,
    )
  const more = certificates.length > MAX_LISTED ? ', ...' : ''
  return `${certificates.length} (SHA-256 ${lines.join(', ')}${more})`
}

function validity(notBefore: number, notAfter: number, now: number): string {
  if (now > notAfter) return 'expired'
  if (now < notBefore) return 'not valid yet'
  const days = Math.floor((notAfter - now) / DAY)
  return `${days} ${days === 1 ? 'day' : 'days'} left`
}
