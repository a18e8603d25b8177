import { buildReport, type Report } from '../../conformance/index.js'
import { formatDateTime } from '../../core/codec.js'
import { certificateStatus, inspectCertificate } from '../../saml/index.js'
import { readBytes } from '../files.js'
import { Misuse } from '../misuse.js'
import { formatOf, instantOf, oneOf, readOptions } from '../options.js'
import { version } from '../version.js'

export const checkCertificateOptions = {
  party: 'string',
  at: 'string',
  format: 'string',
  verbose: 'boolean',
} as const

/** `check certificate FILE`: whether Identity Center would import this certificate of an identity provider, or of a service provider. */
export async function checkCertificate(words: readonly string[]): Promise<Report> {
  const { values, positionals } = readOptions(words, checkCertificateOptions)
  const [file, ...others] = positionals
  if (file === undefined || others.length > 0) throw new Misuse('check certificate takes one FILE.')
  formatOf(values)
  const party = oneOf(values, 'party', ['idp', 'sp']) ?? 'idp'
  const now = instantOf(values)
  const { verdict, rules } = inspectCertificate(await readBytes(file), { now, party })
  const certificate = verdict.value
  const status = certificate && certificateStatus(certificate, { now })
  return buildReport({
    version,
    subject: { kind: 'certificate', name: file },
    now,
    verified: true,
    identity: certificate && { sha256: certificate.sha256, subject: certificate.subject },
    facts: {
      ...(certificate && status
        ? {
            issuer: certificate.issuer,
            'serial number': certificate.serialNumber,
            key: `${certificate.keyType.toUpperCase()}, ${certificate.keyBits} bits`,
            valid: `${formatDateTime(certificate.notBefore)} to ${formatDateTime(certificate.notAfter)}`,
            status: `${status.colour}, ${status.daysLeft} days left. ${status.next}`,
          }
        : {}),
    },
    outcomes: rules,
  })
}
