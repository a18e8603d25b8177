import { createHash, X509Certificate } from 'node:crypto'
import { privateKey, publicKey, type Keys } from '../keys.js'
import { cases, type Json, type More, type Vector } from '../vector.js'
import type { Members } from '../world.js'
import { certificateParts, certificatesOf } from './certificates.js'
import { certificateDER, pem, type CertificateParts } from './der.js'
import { inParts } from './toolbox.js'
import { at, IDP, NOW, SP } from './world.js'

const DAY = 86_400
const OTHER = 'https://other.example.com/saml'

/** What is done to sets of certificates. */
export function certificateSetVectors(keys: Keys): readonly Vector[] {
  const certificates = certificatesOf(keys)
  const parts = certificateParts(keys)
  const { idp, 'idp-next': next, 'idp-expired': expired, 'idp-not-yet': notYet, 'idp-ec': ec } = certificates
  const made = (more: Partial<CertificateParts>): string => pem(certificateDER({ ...parts.idp, ...more }))
  const otherKey = {
    publicKey: publicKey(keys['rsa-other']).export({ type: 'spki', format: 'der' }),
    signedBy: privateKey(keys['rsa-other']),
  }
  const inbound = (all: readonly (string | Entry)[], more: Members = {}): Members => ({
    version: 1,
    direction: 'inbound',
    party: 'idp',
    entityID: IDP,
    certificates: all.map((one) => entry(typeof one === 'string' ? { pem: one } : one)),
    distrusted: [],
    ...more,
  })
  const outbound = (all: readonly string[], active: string | undefined, more: Members = {}): Members => ({
    version: 1,
    direction: 'outbound',
    application: 'expenses',
    certificates: all.map((one) => ({
      sha256: sha256(one),
      pem: one,
      algorithm: 'rsa-sha256',
      generatedAt: NOW,
    })),
    ...(active === undefined ? {} : { active: sha256(active) }),
    ...more,
  })
  const metadata = (all: readonly string[], more: Members = {}): Members => ({
    entityID: IDP,
    certificates: all,
    ...more,
  })
  const lost = (one: string): Members => ({
    sha256: sha256(one),
    keySHA256: keySHA256(one),
    since: NOW - DAY,
  })
  const holds = (...all: readonly string[]): More => ({
    value: { certificates: all.map((one) => ({ sha256: sha256(one) })) },
  })

  const sets = cases('certificateSet', 'certificate', [], 'saml')
  const set = (given: Json): Json => ({ set: given })
  sets.accepted('certificate-set', 'inbound', 'an inbound set', set(inbound([idp, next], { usesSince: NOW, metadata: { readAt: NOW, validUntil: NOW, readAgainAt: NOW } })), holds(idp, next)) // prettier-ignore
  sets.accepted('certificate-set', 'outbound', 'an outbound set', set(outbound([idp, next], next)), { value: { active: sha256(next) } }) // prettier-ignore
  sets.accepted(
    'certificate-set',
    'empty',
    'an outbound set without a certificate',
    set(outbound([], undefined)),
  )
  sets.accepted('certificate-set', 'before-sets', 'what was kept before there were sets', set({ entityID: IDP, certificates: [idp] }), { value: { version: 1, direction: 'inbound', party: 'idp' } }) // prettier-ignore
  const faults: readonly [string, string, string, Json][] = [
    ['number', 'type', 'a number', 1],
    ['no-version', 'version', 'no version', {}],
    ['newer', 'newer', 'the next version', inbound([idp], { version: 2 })],
    ['direction', 'direction', 'another direction', inbound([idp], { direction: 'both' })],
    ['unknown-member', 'unknown-member', 'a member that no set has', inbound([idp], { trustAll: true })],
    ['entity-id-missing', 'type', 'no entityID', inbound([idp], { entityID: undefined })],
    ['instant', 'type', 'an instant that is none', inbound([{ pem: idp, trustedSince: -1 }])],
    [
      'digest',
      'mismatch',
      'the digest of another certificate',
      inbound([{ pem: idp, sha256: sha256(next) }]),
    ],
    ['twice', 'duplicate', 'a certificate twice', inbound([idp, idp])],
    ['eleven', 'too-many', 'eleven certificates', inbound(Array<string>(11).fill(idp))],
    ['none-active', 'active', 'no active certificate', outbound([idp], undefined)],
    ['foreign-active', 'active', 'an active certificate that is not in the set', outbound([idp], next)],
    ['three', 'too-many', 'three certificates of our own', outbound([idp, next, expired], idp)],
  ]
  for (const [name, reason, title, given] of faults)
    sets.refused('certificate-set', name, reason, title, set(given))

  const changes = cases('certificateChange', 'certificate', [], 'saml')
  const { accepted, refused, warned } = changes
  const doing = (operation: string, to: Json, more: Members): Json => ({ operation, set: to, ...more })
  const importing = (certificate: Json, to: Json = inbound([idp])): Json =>
    doing('import', to, { certificate })
  const removing = (one: string, to: Json, more: Members = {}): Json =>
    doing('remove', to, { sha256: sha256(one), ...more })
  const activating = (one: string, to: Json): Json => doing('activate', to, { sha256: sha256(one) })
  const refreshing = (to: Json, offer: Json, more: Members = {}): Json =>
    doing('refresh', to, { metadata: offer, ...more })
  const ofMetadata = (one: string, more: Members = {}): Entry => ({ pem: one, from: 'metadata', ...more })

  accepted('certificate-direction', 'inbound', 'a certificate for those that are trusted', importing(next), holds(idp, next)) // prettier-ignore
  refused('certificate-direction', 'import', 'outbound', 'a certificate for our own', importing(next, outbound([idp], idp))) // prettier-ignore
  refused('certificate-direction', 'activate', 'inbound', 'one of those that are trusted, all of which are active', activating(idp, inbound([idp, next]))) // prettier-ignore

  const filled = (length: number): Json => inParts(next + '\n'.repeat(length - next.length), '\n')
  const sp = inbound([], { party: 'sp', entityID: SP })
  accepted('certificate-length', 'idp-2500', "an identity provider's file of 2,500 characters", importing(filled(2_500))) // prettier-ignore
  refused('certificate-length', 'idp-2501', 'too-long', 'one of 2,501', importing(filled(2_501)))
  warned('certificate-text', 'idp-characters', 'before', '2,500 characters of more bytes, most of them text that is not read', importing(inParts(`${'\u00e4'.repeat(2_499 - next.length)}\n${next}`, '\u00e4'))) // prettier-ignore
  accepted('certificate-length', 'sp-2048', "a service provider's file of 2,048 bytes", importing(filled(2_048), sp)) // prettier-ignore
  refused('certificate-length', 'sp-2049', 'too-long', 'one of 2,049', importing(filled(2_049), sp))
  refused('certificate-length', 'chain', 'too-long', 'a certificate with its chain', importing(next + idp + idp), { also: [{ rule: 'saml/certificate-form', reason: 'several' }] }) // prettier-ignore

  const empty = inbound([])
  accepted('certificate-import-expired', 'last-second', 'a certificate in the last second of its validity', importing(certificates['idp-ends-now'], empty)) // prettier-ignore
  refused('certificate-import-expired', 'expired', 'expired', 'a certificate that has expired', importing(expired, empty)) // prettier-ignore
  accepted('certificate-import-not-yet', 'first-second', 'one in the first second', importing(certificates['idp-begins-now'], empty)) // prettier-ignore
  warned('certificate-import-not-yet', 'later', 'not-yet', 'one that begins later', importing(notYet, empty))
  accepted('certificate-distrusted', 'other', 'a certificate of another key than the lost one', importing(next, inbound([idp], { distrusted: [lost(certificates['idp-look-alike'])] }))) // prettier-ignore
  refused('certificate-distrusted', 'certificate', 'certificate', 'a certificate that was compromised', importing(next, inbound([idp], { distrusted: [lost(next)] }))) // prettier-ignore
  refused('certificate-distrusted', 'key', 'key', 'another certificate of a key that was', importing(made({ ...otherKey, serial: 33 }), inbound([idp], { distrusted: [lost(next)] }))) // prettier-ignore

  const many = Array.from({ length: 10 }, (_, index) => made({ serial: 40 + index }))
  accepted('certificate-count', 'tenth', 'the tenth certificate', importing(next, inbound(many.slice(1))))
  refused('certificate-count', 'eleventh', 'too-many', 'the eleventh', importing(next, inbound(many)))
  accepted('certificate-known', 'new', 'a certificate that is new in key and name', importing(next), holds(idp, next)) // prettier-ignore
  warned('certificate-known', 'same', 'same', 'one that is there', importing(idp), holds(idp))
  warned(
    'certificate-known',
    'same-key',
    'same-key',
    'one of a key that is there',
    importing(made({ serial: 34 })),
  )
  warned('certificate-known', 'look-alike', 'look-alike', 'one with the names of another, and another key', importing(certificates['idp-look-alike']), { attacks: ['S41'] }) // prettier-ignore

  accepted('certificate-metadata', 'own', 'the metadata of the party', refreshing(inbound([ofMetadata(idp)]), metadata([idp, next], { validUntil: NOW + 1, cacheDurationSeconds: 60 })), { value: { certificates: [{ sha256: sha256(idp) }, { sha256: sha256(next), from: 'metadata', trustedSince: NOW }], metadata: { readAt: NOW, validUntil: NOW + 1, readAgainAt: NOW + 60 } } }) // prettier-ignore
  refused('certificate-metadata', 'other-entity', 'other-entity', 'that of another', refreshing(inbound([idp]), metadata([next], { entityID: OTHER }))) // prettier-ignore
  refused('certificate-metadata', 'none', 'none', 'metadata without a certificate', refreshing(inbound([idp]), metadata([]))) // prettier-ignore
  refused('certificate-metadata', 'expired', 'expired', 'metadata that has ended', refreshing(inbound([idp]), metadata([next], { validUntil: NOW }))) // prettier-ignore

  const used = (one: string, days: number): Entry => ofMetadata(one, { lastUsedAt: NOW - days * DAY })
  const noted = { usesSince: NOW - 30 * DAY }
  accepted('certificate-refresh', 'unused', 'one that is no longer offered, and unused for a week', refreshing(inbound([used(idp, 8), used(next, 1)], noted), metadata([next])), holds(next)) // prettier-ignore
  accepted('certificate-refresh', 'kept', 'one that is in use, and kept', refreshing(inbound([used(idp, 1)], noted), metadata([next]), { keep: true }), holds(idp, next)) // prettier-ignore
  accepted('certificate-refresh', 'forced', 'one that is in use, and let go by force', refreshing(inbound([used(idp, 1)], noted), metadata([next]), { force: true }), holds(next)) // prettier-ignore
  accepted('certificate-refresh', 'from-file', 'one that came from a file', refreshing(inbound([idp]), metadata([next])), holds(idp, next)) // prettier-ignore
  refused('certificate-refresh', 'in-use', 'in-use', 'one that was used lately, and is no longer offered', refreshing(inbound([used(idp, 6), used(next, 1)], noted), metadata([next]))) // prettier-ignore
  refused('certificate-refresh', 'use-unknown', 'use-unknown', 'one of which no use is known, and of no other', refreshing(inbound([ofMetadata(idp)]), metadata([next]))) // prettier-ignore
  accepted('certificate-skipped', 'none', 'metadata whose certificates are all of use', refreshing(empty, metadata([idp])), holds(idp)) // prettier-ignore
  warned('certificate-skipped', 'expired', 'expired', 'metadata that offers an expired one, too', refreshing(empty, metadata([next, expired])), holds(next)) // prettier-ignore
  warned('certificate-skipped', 'distrusted', 'distrusted', 'metadata that offers a compromised one still', refreshing(inbound([idp], { distrusted: [lost(next)] }), metadata([next])), holds(idp)) // prettier-ignore
  accepted('certificate-refresh-last', 'one', 'metadata that leaves one that verifies', refreshing(inbound([used(idp, 1)]), metadata([next]), { force: true })) // prettier-ignore
  refused('certificate-refresh-last', 'last-valid', 'last-valid', 'metadata whose only certificate begins later, by force', refreshing(inbound([used(next, 1)]), metadata([notYet]), { force: true }), { also: [{ rule: 'saml/certificate-import-not-yet', reason: 'not-yet' }] }) // prettier-ignore
  refused('certificate-refresh-last', 'only', 'only', 'metadata with expired certificates alone, by force', refreshing(inbound([used(next, 1)]), metadata([expired]), { force: true }), { also: [{ rule: 'saml/certificate-skipped', reason: 'expired' }] }) // prettier-ignore
  refused('certificate-refresh-last', 'eleven', 'too-many', 'eleven certificates', refreshing(inbound([next]), metadata(many))) // prettier-ignore

  accepted('certificate-unknown', 'use', 'a use of one of the set', doing('use', inbound([idp]), { sha256: sha256(idp) }), { value: { usesSince: NOW, certificates: [{ lastUsedAt: NOW }] } }) // prettier-ignore
  refused('certificate-unknown', 'foreign-use', 'unknown', 'a use of one that is not trusted', doing('use', inbound([idp]), { sha256: sha256(next) })) // prettier-ignore
  refused('certificate-unknown', 'remove', 'unknown', 'one that is not there', removing(next, inbound([idp])))
  refused('certificate-unknown', 'prefix', 'unknown', 'the beginning of a digest', doing('remove', inbound([idp, next]), { sha256: sha256(idp).slice(0, 16) })) // prettier-ignore
  accepted('certificate-last', 'another', 'one of two that verify', removing(idp, inbound([idp, next])), holds(next)) // prettier-ignore
  accepted('certificate-last', 'expired', 'one that has expired', removing(expired, inbound([next, expired])), holds(next)) // prettier-ignore
  refused('certificate-last', 'only', 'only', 'the only one', removing(idp, inbound([idp])))
  refused('certificate-last', 'expired-left', 'last-valid', 'the last valid one, while an expired one is left', removing(next, inbound([next, expired]))) // prettier-ignore
  refused('certificate-last', 'not-yet-left', 'last-valid', 'the last, while one is left that begins later', removing(next, inbound([next, notYet]))) // prettier-ignore
  refused('certificate-last', 'ec-left', 'last-valid', 'the last, while one of an EC key is left', removing(next, inbound([next, ec]))) // prettier-ignore
  refused('certificate-last', 'compromised', 'only', 'the only one, compromised', removing(idp, inbound([idp]), { compromised: true })) // prettier-ignore
  refused('certificate-last', 'compromised-key', 'only', 'one whose key all others have, compromised', removing(idp, inbound([idp, made({ serial: 35 })]), { compromised: true })) // prettier-ignore
  accepted('certificate-active', 'inactive', 'our certificate that is not active', removing(idp, outbound([idp, next], next)), { value: { active: sha256(next), certificates: [{ sha256: sha256(next) }] } }) // prettier-ignore
  refused(
    'certificate-active',
    'active',
    'active',
    'the active one',
    removing(idp, outbound([idp, next], idp)),
  )
  accepted('certificate-in-use', 'last-week', 'one that was last used a week ago', removing(idp, inbound([used(idp, 7), next])), holds(next)) // prettier-ignore
  warned('certificate-in-use', 'yesterday', 'used', 'one that was used yesterday', removing(idp, inbound([used(idp, 1), next])), holds(next)) // prettier-ignore
  accepted('certificate-in-use', 'compromised', 'one that was used yesterday, compromised', removing(idp, inbound([used(idp, 1), next]), { compromised: true }), { value: { distrusted: [{ sha256: sha256(idp), keySHA256: keySHA256(idp), since: NOW }] } }) // prettier-ignore
  accepted('certificate-activation', 'valid', 'one that is valid', activating(next, outbound([idp, next], idp)), { value: { active: sha256(next) } }) // prettier-ignore
  refused('certificate-activation', 'expired', 'expired', 'one that has expired', activating(expired, outbound([idp, expired], idp))) // prettier-ignore
  refused('certificate-activation', 'not-yet', 'not-yet', 'one that begins later', activating(notYet, outbound([idp, notYet], idp))) // prettier-ignore

  const plans = cases('rotationPlan', 'certificate', [], 'saml')
  const planned = (given: Json, more: Members = {}): Json => ({ set: given, ...more })
  const due = (step: string | null): More => ({ value: { due: step } })
  const other = (more: Partial<CertificateParts>): string => made({ ...otherKey, serial: 60, ...more })
  const [newer, soon] = [other({ notBefore: '2026-06-01T00:00:00Z' }), other({ notAfter: at(30 * DAY) })]
  const gap = other({ notBefore: at(40 * DAY) })
  const ending = made({ notAfter: at(30 * DAY), serial: 61 })
  const calm = inbound([idp])
  const rolled = inbound([used(idp, 8), used(newer, 1)], noted)
  const also = (rule: string, reason: string): More => ({ also: [{ rule: `saml/${rule}`, reason }] })
  for (const term of ['not-imported', 'gap', 'expiry', 'in-use', 'unused', 'outage', 'metadata'])
    plans.accepted(`rotation-${term}`, 'calm', 'one certificate that lasts', planned(calm, { oneAtATime: term === 'outage' }), due(null)) // prettier-ignore
  plans.warned('rotation-not-imported', 'offered', 'not-imported', 'a certificate that metadata offers and nobody trusts', planned(calm, { offered: [idp, newer] }), due('import')) // prettier-ignore
  plans.warned('rotation-gap', 'ten-days', 'gap', 'a present one that ends ten days before the next begins', planned(inbound([ending, gap])), { ...also('rotation-in-use', 'unknown'), ...due(null) }) // prettier-ignore
  plans.warned('rotation-expiry', 'ninety-days', 'expiring', 'exactly 90 days that are left', planned(inbound([other({ notAfter: at(90 * DAY) })])), due('obtain')) // prettier-ignore
  plans.accepted('rotation-expiry', 'more-than-ninety-days', 'a second more', planned(inbound([other({ notAfter: at(90 * DAY + 1) })])), due(null)) // prettier-ignore
  plans.warned('rotation-expiry', 'soon', 'expiring', 'thirty days that are left of our own', planned(outbound([soon], soon)), due('generate')) // prettier-ignore
  plans.warned('rotation-expiry', 'expired', 'expired', 'certificates that have all expired', planned(inbound([expired])), due('obtain')) // prettier-ignore
  plans.warned('rotation-in-use', 'used', 'used', 'an old one that was used after the new one', planned(inbound([used(idp, 1), used(newer, 2)], noted)), due(null)) // prettier-ignore
  plans.warned('rotation-in-use', 'unknown', 'unknown', 'two of which no use is known', planned(inbound([idp, newer])), due('activate')) // prettier-ignore
  plans.warned('rotation-unused', 'unused', 'unused', 'an old one that was unused for a week', planned(rolled), due('delete')) // prettier-ignore
  plans.warned('rotation-unused', 'expired', 'expired', 'an old one that has expired', planned(inbound([expired, newer])), due('delete')) // prettier-ignore
  plans.warned('rotation-outage', 'one-at-a-time', 'one-at-a-time', 'a party that holds one at a time', planned(outbound([idp, next], idp), { oneAtATime: true }), due('distribute')) // prettier-ignore
  plans.warned('rotation-metadata', 'stale', 'stale', 'metadata that is due to be read', planned(inbound([idp], { metadata: { readAt: NOW - 60, readAgainAt: NOW } })), due(null)) // prettier-ignore
  plans.warned('rotation-metadata', 'expired', 'expired', 'metadata that has ended', planned(inbound([idp], { metadata: { readAt: NOW - 60, validUntil: NOW } })), due(null)) // prettier-ignore
  return [...sets.vectors, ...changes.vectors, ...plans.vectors]
}

interface Entry {
  readonly pem: string
  readonly sha256?: string
  readonly from?: string
  readonly trustedSince?: number
  readonly lastUsedAt?: number
}

function entry({
  pem: text,
  sha256: digest = sha256(text),
  from = 'file',
  trustedSince = NOW - 60 * DAY,
  lastUsedAt,
}: Entry): Members {
  return {
    sha256: digest,
    pem: text,
    from,
    trustedSince,
    ...(lastUsedAt === undefined ? {} : { lastUsedAt }),
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(new X509Certificate(text).raw).digest('hex')
}

function keySHA256(text: string): string {
  const key = new X509Certificate(text).publicKey.export({ type: 'spki', format: 'der' })
  return createHash('sha256').update(key).digest('hex')
}
