import { accepted, decided, hasError, refused, type Finding, type Verdict } from '../../core/outcome.js'
import { failingRules, findingsOf, runRules, type RuleOutcome } from '../../core/rule.js'
import { certificateRules, parseCertificate, type TrustedCertificate } from '../certificate.js'
import { misuse } from '../expectation.js'
import { checkNow } from '../metadata/subject.js'
import { charactersIn } from '../xml/characters.js'
import { countRules, fileRules, importRules, isIn, knownRules, type FileSubject } from './addRules.js'
import { changed, type CertificateChange } from './change.js'
import { inDirection } from './direction.js'
import { given, isCertificate } from './given.js'
import { readSet } from './readSet.js'
import type { InboundSet, ReadSet, TrustedParty } from './set.js'

export interface ImportOptions {
  /** Epoch seconds. */
  readonly now: number
  /** Where the certificate came from. Default `file`. A refresh lets go only of what came from metadata. */
  readonly from?: 'file' | 'metadata' | undefined
}

/**
 * Adds a certificate to those of a party that we trust; from then on whatever its key signs is accepted (R058). The PEM
 * holds one certificate, in 2,500 characters of an identity provider or 2,048 bytes of a service provider; a chain, a
 * private key, an expired one, one that was removed as compromised are refused by name. The same certificate twice is one.
 *
 * @throws FederationError `ERR_INVALID_OPTION` for misuse; never for what the certificate or the set is
 *
 * @example
 * ```ts
 * import { importCertificate, inboundSet, trustedCertificates } from 'countersign/saml'
 *
 * declare const pem: string
 * const now = Math.floor(Date.now() / 1000)
 * const change = importCertificate(inboundSet({ entityID: 'https://idp.example.com' }), pem, { now })
 * console.log(JSON.stringify(change.set)) // to keep, whether it was changed or not
 * if (change.ok) console.log(trustedCertificates(change.value), change.audit)
 * ```
 */
export function importCertificate(
  set: InboundSet,
  pem: string | Uint8Array | TrustedCertificate,
  options: ImportOptions,
): CertificateChange<InboundSet> {
  const { now, from = 'file' } = given(options)
  checkNow(now)
  if (from !== 'file' && from !== 'metadata') misuse('from must be file or metadata.')
  const text = isCertificate(pem) ? given(pem, 'pem').pem : pem
  checkText(text)
  const read = inDirection(readSet(set, now), 'inbound')
  const party = read.ok ? read.value.set.party : 'idp'
  const verdict = readCertificateFile(text, party)
  const certificate = verdict.ok ? verdict.value : undefined
  const findings = [
    ...(read.ok ? [] : read.findings),
    ...verdict.findings,
    ...(read.ok && certificate ? additionFindings(read.value, certificate, now) : []),
  ]
  return changed<InboundSet>({
    action: 'import',
    now,
    before: set,
    read: read.value?.set,
    findings,
    certificate,
    after: () => (read.ok && certificate ? withCertificate(read.value.set, certificate, now, from) : set),
  })
}

/** What the rules say of a certificate that is to come into an inbound set. */
export function additionFindings(
  read: ReadSet<InboundSet>,
  certificate: TrustedCertificate,
  now: number,
): readonly Finding[] {
  // What is in the set already was judged, and whether it has expired since is no matter of importing.
  const added = [...countRules, ...knownRules]
  const rules = isIn(read.set, certificate) ? added : [...importRules, ...added]
  return findingsOf(failingRules(rules, { certificate, now, read }))
}

/** The set with a certificate more, unless it has it. */
export function withCertificate(
  set: InboundSet,
  { sha256, pem }: TrustedCertificate,
  now: number,
  from: 'file' | 'metadata',
): InboundSet {
  if (set.certificates.some((one) => one.sha256 === sha256)) return set
  return { ...set, certificates: [...set.certificates, { sha256, pem, from, trustedSince: now }] }
}

/** Everything that is said of a certificate by itself, for a report; with `ok` it can be imported at `now`. */
export interface CertificateInspection {
  readonly verdict: Verdict<TrustedCertificate>
  readonly rules: readonly RuleOutcome[]
}

/**
 * Whether a file could be imported as the certificate of a party, without a set: every rule with its outcome.
 *
 * @throws FederationError `ERR_INVALID_OPTION` for misuse
 */
export function inspectCertificate(
  pem: string | Uint8Array,
  options: { readonly now: number; readonly party?: TrustedParty },
): CertificateInspection {
  const { now, party = 'idp' } = given(options)
  checkNow(now)
  if (party !== 'idp' && party !== 'sp') misuse('party must be idp or sp.')
  checkText(pem)
  const file = runRules(fileRules, sizeOf(pem, party))
  const parsed = parseCertificate(pem)
  const read = certificateRules.map((rule): RuleOutcome => {
    const findings = parsed.findings.filter((finding) => finding.rule === rule.id)
    if (findings.length > 0) return { rule, outcome: 'fail', findings }
    return { rule, outcome: parsed.ok ? 'pass' : 'cantTell', findings }
  })
  const judged: readonly RuleOutcome[] = parsed.ok
    ? runRules(importRules, { certificate: parsed.value, now })
    : importRules.map((rule) => ({ rule, outcome: 'cantTell', findings: [] }))
  const rules = [...file, ...read, ...judged]
  const findings = findingsOf(rules)
  const [first, ...rest] = findings
  if (!parsed.ok) return { rules, verdict: refused(first ? [first, ...rest] : parsed.findings) }
  return { rules, verdict: decided(findings, () => parsed.value) }
}

/** Whether the certificate, which metadata brought, is not too long for a file of a party. */
export function lengthFindings({ pem }: TrustedCertificate, party: TrustedParty): readonly Finding[] {
  return findingsOf(failingRules(fileRules, sizeOf(pem, party)))
}

/** One certificate from a file of a party, if it is not too long to be one. */
function readCertificateFile(text: string | Uint8Array, party: TrustedParty): Verdict<TrustedCertificate> {
  const size = findingsOf(failingRules(fileRules, sizeOf(text, party)))
  const verdict = parseCertificate(text)
  const [first, ...rest] = [...size, ...verdict.findings]
  if (first !== undefined && hasError([first, ...rest])) return refused([first, ...rest])
  return verdict.ok ? accepted(verdict.value, verdict.findings) : verdict
}

/** Of what is longer than this, the exact size helps nobody. */
const MAX_COUNTED = 65_536

function sizeOf(text: string | Uint8Array, party: TrustedParty): FileSubject {
  if (text.length > MAX_COUNTED) return { party, bytes: text.length, characters: text.length }
  const file = Buffer.from(text as string)
  const characters = file.toString('utf8')
  return { party, bytes: file.length, characters: charactersIn(characters, 0, characters.length, 0) }
}

function checkText(text: unknown): asserts text is string | Uint8Array {
  if (typeof text !== 'string' && !(ArrayBuffer.isView(text) && text instanceof Uint8Array))
    misuse('A certificate is PEM, as text or bytes.')
}
