import { formatDateTime } from '../../core/codec.js'
import type { Fault, RuleOutcome } from '../../core/rule.js'
import { shown } from '../../core/shown.js'
import { certificateRules, validityOf, type TrustedCertificate } from '../certificate.js'
import type { EntityReading, KeyReading, RoleReading } from './read.js'
import { certificatesIn, metadataRule, ofRole, type MetadataRule } from './subject.js'

/** Which keys sign. */
export const keyRules: readonly MetadataRule[] = [
  metadataRule({
    id: 'saml/metadata-certificate',
    source: 'R044; R055; SAML Metadata 2.4.1.1',
    title: 'An identity provider has an X.509 certificate for signing',
    fix: 'Give metadata with a KeyDescriptor for signing that holds an X509Certificate.',
    check: ofRole('idp', (role) =>
      role.keys.some(({ certificates }) => certificates.length > 0)
        ? []
        : [{ reason: 'missing', path: role.path, message: 'There is no certificate for signing.' }],
    ),
  }),
  metadataRule({
    id: 'saml/metadata-key',
    source: 'SAML Metadata 2.4.1.1; SAML Metadata Interoperability Profile 2.5.1',
    title: 'A KeyDescriptor is for signing or encryption, and describes one key',
    fix: 'Write one KeyDescriptor for each certificate that signs, and no certificates of an authority.',
    check: ofRole('any', ({ keys }) => keys.flatMap(keyFaults)),
  }),
  metadataRule({
    id: 'saml/metadata-key-without-certificate',
    severity: 'warning',
    source: 'R044; SAML Metadata 2.4.1.1',
    title: 'A KeyDescriptor for signing holds an X509Certificate',
    fix: 'Add the certificate: a key that is only named, or given as a KeyValue, is not trusted.',
    check: ofRole('any', ({ keys }) =>
      keys
        .filter((key) => isSigning(key) && key.certificates.length === 0)
        .map(({ path }) => ({
          reason: 'missing',
          path,
          message: 'This key has no certificate, and is not trusted.',
        })),
    ),
  }),
  metadataRule({
    id: 'saml/metadata-encryption-key',
    severity: 'warning',
    source: 'R045',
    title: 'There is no key for encryption',
    fix: 'Leave the key out, and encryption of assertions off: Identity Center does not support it.',
    check: ofRole('any', ({ keys }) =>
      keys
        .filter(({ use }) => use === 'encryption')
        .map(({ path }) => ({
          reason: 'present',
          path,
          message: 'A key for encryption is not supported, and was not read.',
        })),
    ),
  }),
]

/** For these one needs to know the time. */
export const keyTimeRules: readonly MetadataRule[] = [
  metadataRule({
    id: 'saml/metadata-certificate-validity',
    severity: 'warning',
    source: 'R063; RFC 5280 4.1.2.5',
    title: 'Every certificate for signing is valid now',
    fix: 'Remove the certificate from the metadata once nothing is signed with its key any more.',
    check: ofRole('any', (role, { now }) =>
      certificatesIn(role).flatMap(({ path, certificate }): readonly Fault[] => {
        const reason = validityOf(certificate, now)
        if (reason === 'valid') return []
        const message =
          reason === 'expired'
            ? 'This certificate has expired. Nothing that its key signs is accepted.'
            : 'This certificate is not valid yet. Nothing that its key signs is accepted until it is.'
        return [
          { reason, path, expected: `valid at ${formatDateTime(now)}`, actual: named(certificate), message },
        ]
      }),
    ),
  }),
  metadataRule({
    id: 'saml/metadata-certificate-current',
    source: 'R055; R063; R065',
    title: "One of an identity provider's certificates can verify now: it is valid, and its key is RSA",
    fix: 'Have the identity provider make a new certificate with an RSA key, and download its metadata anew.',
    check: (subject) => {
      const roles = subject.entity.roles.filter(({ kind }) => kind === 'idp')
      if (roles.length === 0) return 'notApplicable'
      if (roles.some((role) => certificatesIn(role).length === 0)) return 'cantTell'
      return roles.flatMap((role) => currentFaults(role, subject.now))
    },
  }),
]

/** What is given there is not PEM, as the fix of a certificate by itself has it. */
const FORM_FIX =
  'Have the identity provider write one certificate into X509Certificate: the base64 of its DER form, without lines of PEM and without a chain.'

/** What the rules about certificates say of each certificate for signing, with its place. */
export function certificateOutcomes({ roles }: EntityReading): readonly RuleOutcome[] {
  const read = roles.flatMap(({ keys }) => keys).flatMap(({ certificates }) => certificates)
  const anyRefused = read.some(({ verdict }) => !verdict.ok)
  return certificateRules.map((rule): RuleOutcome => {
    const findings = read.flatMap(({ path, verdict }) =>
      verdict.findings
        .filter((finding) => finding.rule === rule.id)
        .map((finding) => ({
          ...finding,
          path,
          ...(rule.id === 'saml/certificate-form' ? { fix: FORM_FIX } : {}),
        })),
    )
    if (findings.length > 0) return { rule, outcome: 'fail', findings: findings.slice(0, 20) }
    return { rule, outcome: read.length === 0 ? 'notApplicable' : anyRefused ? 'cantTell' : 'pass', findings }
  })
}

function keyFaults({ path, use, certificates }: KeyReading): readonly Fault[] {
  if (use !== undefined && use !== 'signing' && use !== 'encryption')
    return [
      {
        reason: 'use',
        path: `${path}/@use`,
        expected: 'signing or encryption',
        actual: shown(use),
        message: 'What this key is for is not known.',
      },
    ]
  const different = new Set(
    certificates.map(({ verdict }, index) => (verdict.ok ? verdict.value.sha256 : String(index))),
  ).size
  if (different < 2) return []
  return [
    {
      reason: 'several',
      path,
      expected: '1 certificate',
      actual: `${different} certificates`,
      message: 'Which of these certificates signs cannot be said; one may be that of an authority.',
    },
  ]
}

function isSigning({ use }: KeyReading): boolean {
  return use === undefined || use === 'signing'
}

function currentFaults(role: RoleReading, now: number): readonly Fault[] {
  const certificates = certificatesIn(role).map(({ certificate }) => certificate)
  const valid = certificates.filter((certificate) => validityOf(certificate, now) === 'valid')
  if (valid.some(({ keyType }) => keyType === 'rsa')) return []
  const fault = { path: role.path, actual: certificates.slice(0, 5).map(named).join('; ') }
  return valid.length > 0
    ? [
        {
          ...fault,
          reason: 'no-rsa',
          message: 'No valid certificate has a key that signatures are accepted from.',
        },
      ]
    : [
        {
          ...fault,
          reason: 'none-valid',
          message: 'No certificate is valid at this time: nothing can be verified.',
        },
      ]
}

function named({ subject, sha256, notBefore, notAfter }: TrustedCertificate): string {
  return `${shown(subject)}, ${formatDateTime(notBefore)} to ${formatDateTime(notAfter)}, SHA-256 ${sha256}`
}
