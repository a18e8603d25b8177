import { isObject, memberPath, type JsonObject, type JsonValue } from '../../core/json.js'
import { accepted, hasError, refused, type Finding, type Verdict } from '../../core/outcome.js'
import { failingRules, findingsOf, type Fault, type Rule } from '../../core/rule.js'
import { kindOf, shown } from '../../core/shown.js'
import { parseCertificate, type TrustedCertificate } from '../certificate.js'
import { LAST_INSTANT } from '../expectation.js'
import { distrustOf } from './key.js'
import {
  MAX_DISTRUSTED,
  MAX_INBOUND,
  MAX_NAME_CHARACTERS,
  MAX_OUTBOUND,
  type CertificateSet,
  type InboundSet,
  type ReadSet,
} from './set.js'
import { fault, plainJson } from './setJson.js'

interface SetSubject {
  readonly faults: readonly Fault[]
}

export const setRules: readonly Rule<SetSubject>[] = [
  {
    id: 'saml/certificate-set',
    severity: 'error',
    source: 'R058; R066; RFC 8259',
    title:
      'A certificate set is what this package wrote: one version, every member known, every digest right',
    fix: 'Restore the set from the last copy that can be read, or begin a new one and import the certificates again.',
    check: ({ faults }) => faults.slice(0, 20),
  },
]

/** Reads a set from JSON text, from bytes, or from the value that JSON became. Never throws. */
export function readSet(input: unknown, now: number): Verdict<ReadSet> {
  const { value, faults: unreadable } = plainJson(input)
  const reader = new SetReader(now)
  const set = value === undefined ? undefined : reader.read(value)
  const faults = [...unreadable, ...reader.faults]
  const findings = [...findingsOf(failingRules(setRules, { faults })), ...reader.findings]
  const [first, ...rest] = findings
  if (first !== undefined && hasError(findings)) return refused([first, ...rest])
  if (!set) throw new Error('A set was asked of refused JSON.')
  return accepted({ set: frozen(set), certificates: reader.certificates }, [])
}

/** Reads member by member; what it cannot read it writes down. */
class SetReader {
  readonly faults: Fault[] = []
  readonly findings: Finding[] = []
  readonly certificates: TrustedCertificate[] = []
  readonly #now: number

  constructor(now: number) {
    this.#now = now
  }

  read(value: JsonValue): CertificateSet | undefined {
    if (!isObject(value)) {
      this.faults.push(fault('type', '$', 'A set is an object.', 'an object', kindOf(value)))
      return undefined
    }
    const old = Object.hasOwn(value, 'version') ? undefined : fromVersion0(value, this.#now)
    // Of a set that lost its version, all else would be lost without a word: what is distrusted, above all.
    if (old) this.#known(value, '$', ['entityID', 'certificates'])
    const upgraded = old ?? value
    const { version, direction } = upgraded
    if (version !== 1) {
      const newer = typeof version === 'number' && Number.isInteger(version) && version > 1
      const message = newer ? 'A newer version of this package wrote the set.' : 'There is no such version.'
      this.faults.push(fault(newer ? 'newer' : 'version', '$.version', message, '1', shown(version)))
      return undefined
    }
    if (direction === 'inbound') return this.#inbound(upgraded)
    if (direction === 'outbound') return this.#outbound(upgraded)
    this.faults.push(fault('direction', '$.direction', 'A set is inbound or outbound.', 'inbound or outbound', shown(direction))) // prettier-ignore
    return undefined
  }

  #inbound(set: JsonObject): CertificateSet {
    this.#known(set, '$', ['version', 'direction', 'party', 'entityID', 'certificates', 'distrusted', 'usesSince', 'metadata']) // prettier-ignore
    const metadata = set.metadata
    if (metadata !== undefined) {
      if (!isObject(metadata)) this.#wrong('$.metadata', 'an object', metadata)
      else {
        this.#known(metadata, '$.metadata', ['readAt', 'validUntil', 'readAgainAt'])
        this.#instant(metadata, '$.metadata', 'readAt')
        this.#instant(metadata, '$.metadata', 'validUntil', true)
        this.#instant(metadata, '$.metadata', 'readAgainAt', true)
      }
    }
    this.#instant(set, '$', 'usesSince', true)
    this.#name(set, 'entityID')
    this.#oneOf(set, '$', 'party', ['idp', 'sp'])
    this.#certificates(set, MAX_INBOUND, (one, path) => {
      this.#known(one, path, ['sha256', 'pem', 'from', 'trustedSince', 'lastUsedAt'])
      this.#oneOf(one, path, 'from', ['file', 'metadata'])
      this.#instant(one, path, 'trustedSince')
      this.#instant(one, path, 'lastUsedAt', true)
    })
    this.#list(set, 'distrusted', MAX_DISTRUSTED, (one, path) => {
      this.#known(one, path, ['sha256', 'keySHA256', 'since'])
      this.#digest(one, path, 'sha256')
      this.#digest(one, path, 'keySHA256')
      this.#instant(one, path, 'since')
    })
    // Every member was looked at, and what is not as it should be is a fault.
    const read = set as unknown as InboundSet
    if (this.faults.length === 0)
      this.certificates.forEach((certificate, index) => {
        const by = distrustOf(read, certificate)
        if (by === undefined) return
        const message = `The set trusts a certificate that was removed from it as compromised, by its ${by === 'key' ? 'key' : 'digest'}.`
        this.faults.push(fault('distrusted', memberPath('$.certificates', index), message))
      })
    return read
  }

  #outbound(set: JsonObject): CertificateSet {
    this.#known(set, '$', ['version', 'direction', 'application', 'certificates', 'active'])
    this.#name(set, 'application')
    this.#certificates(set, MAX_OUTBOUND, (one, path) => {
      this.#known(one, path, ['sha256', 'pem', 'algorithm', 'generatedAt'])
      this.#oneOf(one, path, 'algorithm', ['rsa-sha1', 'rsa-sha256', 'rsa-sha384', 'rsa-sha512'])
      this.#instant(one, path, 'generatedAt')
    })
    this.certificates.forEach(({ keyType }, index) => {
      if (keyType !== 'rsa') this.#wrong(memberPath('$.certificates', index), 'an RSA key', keyType)
    })
    const digests = this.certificates.map(({ sha256 }) => sha256)
    const { active } = set
    const right = digests.length === 0 ? active === undefined : digests.some((digest) => digest === active)
    if (!right && this.faults.length === 0)
      this.faults.push(fault('active', '$.active', 'Exactly one certificate of the set is active.', digests.join(' or ') || 'absent', shown(active))) // prettier-ignore
    return set as unknown as CertificateSet
  }

  #certificates(set: JsonObject, most: number, check: (one: JsonObject, path: string) => void): void {
    const seen = new Set<string>()
    this.#list(set, 'certificates', most, (one, path) => {
      check(one, path)
      const { pem, sha256 } = one
      if (typeof pem !== 'string') return this.#wrong(memberPath(path, 'pem'), 'a text', pem)
      const verdict = parseCertificate(pem)
      for (const finding of verdict.findings)
        if (finding.severity === 'error') this.findings.push({ ...finding, path: memberPath(path, 'pem') })
      if (!verdict.ok) return
      const { sha256: digest } = verdict.value
      // A set that says one digest and trusts another certificate was changed by hand.
      if (digest !== sha256)
        this.faults.push(fault('mismatch', memberPath(path, 'sha256'), 'This is the digest of another certificate.', digest, shown(sha256))) // prettier-ignore
      if (seen.has(digest)) this.faults.push(fault('duplicate', path, 'The certificate is in the set twice.'))
      seen.add(digest)
      this.certificates.push(verdict.value)
    })
  }

  #list(set: JsonObject, name: string, most: number, read: (one: JsonObject, path: string) => void): void {
    const path = memberPath('$', name)
    const list = set[name]
    if (!Array.isArray(list)) return this.#wrong(path, 'a list', list)
    if (list.length > most)
      return void this.faults.push(fault('too-many', path, 'The list is longer than any set has it.', `at most ${most}`, String(list.length))) // prettier-ignore
    list.forEach((one: JsonValue, index) => {
      const place = memberPath(path, index)
      if (isObject(one)) read(one, place)
      else this.#wrong(place, 'an object', one)
    })
  }

  #known(object: JsonObject, path: string, names: readonly string[]): void {
    for (const name of Object.keys(object))
      if (!names.includes(name))
        this.faults.push(fault('unknown-member', memberPath(path, name), 'No set has this member.'))
  }

  #name(set: JsonObject, name: string): void {
    const value = set[name]
    if (!isName(value)) this.#wrong(memberPath('$', name), `a text of 1 to ${MAX_NAME_CHARACTERS} characters`, value) // prettier-ignore
  }

  #oneOf(object: JsonObject, path: string, name: string, words: readonly string[]): void {
    const value = object[name]
    if (typeof value !== 'string' || !words.includes(value))
      this.#wrong(memberPath(path, name), words.join(' or '), value)
  }

  #instant(object: JsonObject, path: string, name: string, optional = false): void {
    const value = object[name]
    if (optional && value === undefined) return
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0 || value > LAST_INSTANT)
      this.#wrong(memberPath(path, name), 'whole epoch seconds', value)
  }

  #digest(object: JsonObject, path: string, name: string): void {
    const value = object[name]
    if (typeof value !== 'string' || !/^[0-9a-f]{64}$/.test(value))
      this.#wrong(memberPath(path, name), '64 hexadecimal digits in lower case', value)
  }

  #wrong(path: string, expected: string, value: unknown): void {
    this.faults.push(
      fault('type', path, 'The member is not what a set has there.', expected, shown(value, 40)),
    )
  }
}

export function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= MAX_NAME_CHARACTERS
}

/**
 * What applications kept before there were sets, `idp` of an expectation: an entityID and the PEM of its certificates.
 * Since when these are trusted nobody knows: from now on at least.
 */
function fromVersion0({ entityID, certificates }: JsonObject, now: number): JsonObject | undefined {
  if (!Array.isArray(certificates) || !certificates.every((pem) => typeof pem === 'string')) return undefined
  const read = certificates.map((pem: string): JsonObject => {
    const verdict = parseCertificate(pem)
    const found = verdict.ok ? { sha256: verdict.value.sha256, pem: verdict.value.pem } : { sha256: '', pem }
    return { ...found, from: 'file', trustedSince: now }
  })
  const twice = (one: JsonObject, index: number): boolean =>
    one.sha256 === '' || read.findIndex(({ sha256 }) => sha256 === one.sha256) === index
  const set = { version: 1, direction: 'inbound', party: 'idp', certificates: read.filter(twice) }
  return { ...set, distrusted: [], ...(entityID === undefined ? {} : { entityID }) }
}

/** Plain objects, not to be changed: what a set holds was checked once. */
function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return Object.freeze(value.map((one: unknown) => frozen(one))) as T
  return Object.freeze(
    Object.fromEntries(Object.entries(value).map(([name, member]) => [name, frozen<unknown>(member)])),
  ) as T
}
