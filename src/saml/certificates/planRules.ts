import { formatDateTime } from '../../core/codec.js'
import type { Fault, Rule } from '../../core/rule.js'
import { shown } from '../../core/shown.js'
import { validityOf, type TrustedCertificate } from '../certificate.js'
import { colourOf } from './colour.js'
import type { PlanFacts } from './planFacts.js'

const warning = (row: Omit<Rule<PlanFacts>, 'severity'>): Rule<PlanFacts> => ({ severity: 'warning', ...row })

/** What a person should know before sign-ins fail. */
export const planRules: readonly Rule<PlanFacts>[] = [
  warning({
    id: 'saml/rotation-not-imported',
    source: 'R058; R060',
    title: 'Every certificate that the metadata offers is trusted before the identity provider signs with it',
    fix: 'Import it now: until it is trusted, what it signs is refused.',
    check: ({ offered }) =>
      offered.map((one) => ({
        reason: 'not-imported',
        actual: named(one),
        message: 'The metadata offers a certificate that the set does not have.',
      })),
  }),
  warning({
    id: 'saml/rotation-gap',
    source: 'R058; R060',
    title: 'The next certificate is valid before the present one expires',
    fix: 'Have a certificate made that is valid from today on.',
    check: ({ target, oldUntil, old, now }) => {
      if (!target || old.length === 0 || validityOf(target, now) !== 'not-yet') return []
      const until = oldUntil ?? now - 1
      if (target.notBefore <= until + 1) return []
      const message = 'No certificate is valid in between, and nobody can sign in.'
      const expected = `valid from ${formatDateTime(until + 1)} on`
      return [
        { reason: 'gap', expected, actual: `valid from ${formatDateTime(target.notBefore)} on`, message },
      ]
    },
  }),
  warning({
    id: 'saml/rotation-expiry',
    source: 'R063; R071; C24',
    title: 'The certificate that was made last is valid for more than 90 days',
    fix: 'Begin a rotation: obtain the next certificate.',
    check: ({ target, now }) => {
      if (!target) return [{ reason: 'expired', message: 'Every certificate has expired, or there is none.' }]
      const colour = colourOf(target, now)
      if (colour === 'green' || validityOf(target, now) === 'not-yet') return []
      const message =
        colour === 'red' ? 'The certificate has expired.' : 'The certificate expires in 90 days or less.'
      return [{ reason: colour === 'red' ? 'expired' : 'expiring', actual: named(target), message }]
    },
  }),
  warning({
    id: 'saml/rotation-in-use',
    source: 'R060',
    title: 'Nothing is signed with an old certificate once its successor is active',
    fix: 'Keep the old certificate until it is unused, and see at the identity provider that the new one is active.',
    check: ({ set, members, old, switched, now }) => {
      const targetIsIn = members.length > old.length
      if (set.direction !== 'inbound' || !targetIsIn) return 'notApplicable'
      return old.flatMap(({ certificate, use, lastUsedAt }): readonly Fault[] => {
        if (validityOf(certificate, now) === 'expired' || use === 'unused') return []
        if (use === 'used' && lastUsedAt !== undefined && switched)
          return [{ reason: 'used', actual: `${named(certificate)}, ${formatDateTime(lastUsedAt)}`, message: 'The old certificate verified a message lately.' }] // prettier-ignore
        if (use === 'used') return []
        return [{ reason: 'unknown', actual: named(certificate), message: 'Nothing tells whether the old certificate is still used.', fix: 'Record which certificate verifies (recordCertificateUse), and wait.' }] // prettier-ignore
      })
    },
  }),
  warning({
    id: 'saml/rotation-unused',
    source: 'R060',
    title: 'A certificate that is no longer of use is not trusted any longer',
    fix: 'Remove it: what is trusted without need can only do harm.',
    check: ({ set, members, old, now, unusedDays }) => {
      const candidates = set.direction === 'inbound' ? old : old.filter(({ active }) => !active)
      if (members.length === candidates.length) return []
      return candidates.flatMap(({ certificate, use }): readonly Fault[] => {
        if (validityOf(certificate, now) === 'expired')
          return [{ reason: 'expired', actual: named(certificate), message: 'It has expired, and is safe to remove.' }] // prettier-ignore
        if (use !== 'unused') return []
        const message = `It verified nothing for ${unusedDays} days while another did, and is safe to remove.`
        return [{ reason: 'unused', actual: named(certificate), message }]
      })
    },
  }),
  warning({
    id: 'saml/rotation-outage',
    source: 'R061; R067; R069',
    title: 'Both certificates are trusted while one takes the place of the other',
    fix: 'Plan the change for a quiet hour, and do both sides of it one after the other.',
    check: ({ oneAtATime, target, old, switched, now }) => {
      const due = !target || colourOf(target, now) !== 'green' || (old.length > 0 && !switched)
      const message = 'Nobody can sign in between the change on one side and that on the other.'
      return oneAtATime && due ? [{ reason: 'one-at-a-time', message }] : []
    },
  }),
  warning({
    id: 'saml/rotation-metadata',
    source: 'SAML Metadata 2.3.2',
    title: 'The metadata from which certificates came is read again in time, and goes on to offer them',
    fix: 'Fetch the metadata anew and refresh the set with it.',
    check: ({ set, now, withdrawn }) => {
      if (set.direction !== 'inbound') return 'notApplicable'
      const faults: Fault[] = withdrawn.map((one) => ({
        reason: 'withdrawn',
        actual: named(one),
        message: 'The metadata no longer offers this certificate.',
      }))
      const { validUntil, readAgainAt } = set.metadata ?? {}
      if (validUntil !== undefined && now >= validUntil)
        faults.push({ reason: 'expired', path: '$.metadata.validUntil', actual: formatDateTime(validUntil), message: 'The metadata is no longer valid.' }) // prettier-ignore
      else if (readAgainAt !== undefined && now >= readAgainAt)
        faults.push({ reason: 'stale', path: '$.metadata.readAgainAt', actual: formatDateTime(readAgainAt), message: 'The metadata is due to be read again.' }) // prettier-ignore
      return faults
    },
  }),
]

/** A certificate, as a finding names it. */
export function named({ sha256, subject, notAfter }: TrustedCertificate): string {
  return `${sha256.slice(0, 16)}... ${shown(subject, 60)}, until ${formatDateTime(notAfter)}`
}
