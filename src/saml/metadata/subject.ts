import type { CheckResult, Rule } from '../../core/rule.js'
import type { TrustedCertificate } from '../certificate.js'
import { LAST_INSTANT, misuse } from '../expectation.js'
import type { EntityReading, RoleReading } from './read.js'
import type { MetadataProfile } from './types.js'

/** All that the rules about an entity look at. */
export interface MetadataSubject {
  readonly entity: EntityReading
  readonly now: number
  /** Whether what Identity Center alone asks is asked, too. */
  readonly profile: MetadataProfile
}

export type MetadataRule = Rule<MetadataSubject>

/** Most rules refuse. */
export function metadataRule(
  row: Omit<MetadataRule, 'severity'> & Partial<Pick<MetadataRule, 'severity'>>,
): MetadataRule {
  return { severity: 'error', ...row }
}

/** A check of each descriptor of a role, or of any; where there is none it does not apply. */
export function ofRole(
  kind: RoleReading['kind'] | 'any',
  check: (role: RoleReading, subject: MetadataSubject) => Exclude<CheckResult, string>,
): MetadataRule['check'] {
  return (subject) => {
    const roles = subject.entity.roles.filter((role) => kind === 'any' || role.kind === kind)
    return roles.length === 0 ? 'notApplicable' : roles.flatMap((role) => check(role, subject)).slice(0, 20)
  }
}

/** As {@link ofRole}, of an identity provider, where its metadata is for Identity Center. */
export function ofIdentityCenter(
  check: (role: RoleReading, subject: MetadataSubject) => Exclude<CheckResult, string>,
): MetadataRule['check'] {
  const checked = ofRole('idp', check)
  return (subject) => (subject.profile === 'identity-center' ? checked(subject) : 'notApplicable')
}

/** The certificates of a role that sign and could be read, each once, in order. */
export function certificatesIn(
  role: RoleReading,
): readonly { readonly path: string; readonly certificate: TrustedCertificate }[] {
  const seen = new Set<string>()
  return role.keys
    .flatMap(({ certificates }) => certificates)
    .flatMap(({ path, verdict }) => {
      if (!verdict.ok || seen.has(verdict.value.sha256)) return []
      seen.add(verdict.value.sha256)
      return [{ path, certificate: verdict.value }]
    })
}

/** @throws FederationError `ERR_INVALID_OPTION` */
export function checkNow(now: number): void {
  if (!Number.isSafeInteger(now) || now < 0 || now > LAST_INSTANT) misuse('now must be whole epoch seconds.')
}
