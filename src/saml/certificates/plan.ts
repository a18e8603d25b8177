import { formatDateTime } from '../../core/codec.js'
import { FederationError, type Finding } from '../../core/outcome.js'
import { failingRules, findingsOf } from '../../core/rule.js'
import { validityOf, type TrustedCertificate } from '../certificate.js'
import { flag, misuse } from '../expectation.js'
import { checkNow } from '../metadata/subject.js'
import type { EntityMetadata } from '../metadata/types.js'
import { colourOf, yellowAt } from './colour.js'
import { certificateList, given } from './given.js'
import { offeredBy } from './offered.js'
import { planFacts, type PlanFacts } from './planFacts.js'
import { named, planRules } from './planRules.js'
import { readSet } from './readSet.js'
import { MAX_OUTBOUND, type CertificateSet, type ReadSet } from './set.js'
import { daysOf, DEFAULT_UNUSED_DAYS } from './use.js'

/** R060 for certificates that we trust, R069 for those that we sign with. */
export type RotationStepName = 'obtain' | 'import' | 'generate' | 'distribute' | 'activate' | 'delete'

export interface RotationStep {
  readonly step: RotationStepName
  /** `waiting`: its time has not come, and nothing else is to be done before. */
  readonly state: 'done' | 'due' | 'waiting' | 'later'
  /** What a person does, and where. */
  readonly does: string
}

export interface RotationPlan {
  readonly direction: CertificateSet['direction']
  /** The entityID of the party, or our application. */
  readonly of: string
  /** The one step that is to be done now; null where nothing is. */
  readonly due: RotationStepName | null
  /** What to do next, or when to look again, in words. */
  readonly next: string
  /** The four of a rotation, in order. */
  readonly steps: readonly RotationStep[]
  /** What the rotation is for: its SHA-256. Absent where there is no certificate that has not expired. */
  readonly target?: string
  /** Warnings; errors only of metadata that was given and cannot be that of this party. */
  readonly findings: readonly Finding[]
}

export interface RotationPlanOptions {
  /** Epoch seconds. */
  readonly now: number
  /** What the party's metadata offers now: read by `parseMetadata`, or its certificates. */
  readonly offered?: EntityMetadata | readonly TrustedCertificate[] | undefined
  /** Days after which a certificate that verified nothing, while another did, is safe to remove. Default 7. */
  readonly unusedDays?: number | undefined
  /** The other side holds one certificate at a time, so that changing it interrupts sign-ins (R061). Default false. */
  readonly oneAtATime?: boolean | undefined
  /** Of our own certificates: the service provider has the new one. Default false. */
  readonly distributed?: boolean | undefined
}

/**
 * Where a rotation stands: the four steps, the one that is due, and what threatens sign-ins. For a set without a rotation
 * it tells when to begin one.
 *
 * @throws FederationError `ERR_INVALID_OPTION` for misuse, and for a set that cannot be read
 *
 * @example
 * ```ts
 * import { parseMetadata, rotationPlan, type InboundSet } from 'countersign/saml'
 *
 * declare const set: InboundSet, metadataXML: string
 * const now = Math.floor(Date.now() / 1000)
 * const metadata = parseMetadata(metadataXML, { now, entityID: set.entityID })
 * const plan = rotationPlan(set, { now, offered: metadata.value })
 * console.log(plan.due, plan.next, plan.findings.map(({ reason }) => reason))
 * ```
 */
export function rotationPlan(set: CertificateSet, options: RotationPlanOptions): RotationPlan {
  const { now, offered, ...asked } = given(options)
  checkNow(now)
  const unusedDays = daysOf(asked.unusedDays, 'unusedDays', DEFAULT_UNUSED_DAYS)
  const oneAtATime = flag(asked.oneAtATime, 'oneAtATime')
  const distributed = flag(asked.distributed, 'distributed')
  const read = readSet(set, now)
  if (!read.ok) throw new FederationError('ERR_INVALID_OPTION', 'This is no certificate set.', { findings: read.findings }) // prettier-ignore
  const { certificates, findings } = offersOf(read.value, offered, now)
  const facts = planFacts({ read: read.value, now, unusedDays, offered: certificates, oneAtATime })
  return planOf(facts, distributed, findings)
}

/** As {@link rotationPlan}, of a set that was read already. */
export function planOf(facts: PlanFacts, distributed: boolean, findings: readonly Finding[]): RotationPlan {
  const { set, target } = facts
  const { due, waiting, next } =
    set.direction === 'inbound' ? inboundStep(facts) : outboundStep(facts, distributed)
  const words = set.direction === 'inbound' ? inboundWords(facts) : outboundWords(facts)
  const names = Object.keys(words) as RotationStepName[]
  const at = names.indexOf(due ?? waiting ?? 'delete')
  const begun = due !== null || waiting !== undefined
  const steps = names.map((step, index): RotationStep => ({
    step,
    state: step === due ? 'due' : step === waiting ? 'waiting' : !begun || index < at ? 'done' : 'later',
    does: words[step] ?? '',
  }))
  return {
    direction: set.direction,
    of: set.direction === 'inbound' ? set.entityID : set.application,
    due,
    next: due === null ? next : `${words[due] ?? ''}${next === '' ? '' : ` ${next}`}`,
    steps,
    ...(target ? { target: target.sha256 } : {}),
    findings: [...findings, ...findingsOf(failingRules(planRules, facts))],
  }
}

interface Step {
  readonly due: RotationStepName | null
  readonly waiting?: RotationStepName
  /** Said instead of the step's words where none is due, and after them where one is. */
  readonly next: string
}

function inboundStep({ set, now, members, target, old, switched, unusedDays }: PlanFacts): Step {
  if (!target) return { due: 'obtain', next: 'Nobody can sign in until then.' }
  if (!set.certificates.some(({ sha256 }) => sha256 === target.sha256)) return { due: 'import', next: '' }
  const fresh = colourOf(target, now) === 'green'
  if (!switched) {
    if (validityOf(target, now) === 'valid') return { due: 'activate', next: '' }
    const wait = `Wait until ${formatDateTime(target.notBefore)}, when the new certificate is valid, then activate it.`
    return { due: null, waiting: 'activate', next: wait }
  }
  const removable = old.filter(
    ({ certificate, use }) => use === 'unused' || validityOf(certificate, now) === 'expired',
  )
  if (removable.length > 0 && members.length > removable.length) return { due: 'delete', next: '' }
  if (!fresh && validityOf(target, now) === 'valid') return { due: 'obtain', next: `It expires at ${formatDateTime(target.notAfter)}.` } // prettier-ignore
  if (old.length === 0) return { due: null, next: nothing(target) }
  const wait = `Wait until the old certificate has verified nothing for ${unusedDays} days, then delete it.`
  return { due: null, waiting: 'delete', next: wait }
}

function outboundStep({ now, target, old, switched }: PlanFacts, distributed: boolean): Step {
  if (!target) {
    const full = old.length < MAX_OUTBOUND ? '' : 'Delete the inactive one first: the set is full. '
    return { due: 'generate', next: `${full}Nothing can be signed until then.` }
  }
  if (!switched) {
    if (!distributed) return { due: 'distribute', next: '' }
    if (validityOf(target, now) === 'valid') return { due: 'activate', next: '' }
    const wait = `Wait until ${formatDateTime(target.notBefore)}, when the new certificate is valid.`
    return { due: null, waiting: 'activate', next: wait }
  }
  if (old.length > 0) return { due: 'delete', next: '' }
  if (colourOf(target, now) === 'green') return { due: null, next: nothing(target) }
  return { due: 'generate', next: `The active one ends at ${formatDateTime(target.notAfter)}.` }
}

function nothing(target: TrustedCertificate): string {
  return `Nothing is to be done before ${formatDateTime(yellowAt(target))}, when 90 days are left.`
}

type Words = Partial<Record<RotationStepName, string>>

function inboundWords({ set, target, oneAtATime }: PlanFacts): Words {
  const at = set.direction === 'inbound' && set.party === 'sp' ? 'service provider' : 'identity provider'
  const which = target ? ` (${named(target)})` : ''
  return {
    obtain: `Make a new signing certificate at the ${at}, not active yet, and download it in PEM.`,
    import: `Import the new certificate${which} here; both are trusted from then on.`,
    activate: oneAtATime
      ? `Replace the certificate at the ${at} by the new one${which}, off peak: it holds one at a time.`
      : `Set the new certificate${which} to active at the ${at}.`,
    delete: `Delete the old certificate here, then at the ${at}.`,
  }
}

function outboundWords({ target, oneAtATime }: PlanFacts): Words {
  const which = target ? ` (${named(target)})` : ''
  return {
    generate: `Generate a new certificate${target ? '; the present one goes on signing' : ''}.`,
    distribute: oneAtATime
      ? `Replace the certificate at the service provider by the new one${which}, off peak, and activate it here at once.`
      : `Add the new certificate${which} at the service provider.`,
    activate: `Set the new certificate${which} to active here, and sign in to try it.`,
    delete: 'Delete the inactive certificate here, then at the service provider.',
  }
}

function offersOf(
  read: ReadSet,
  offered: RotationPlanOptions['offered'],
  now: number,
): {
  readonly certificates: readonly TrustedCertificate[] | undefined
  readonly findings: readonly Finding[]
} {
  if (offered === undefined) return { certificates: undefined, findings: [] }
  if (isList(offered)) return { certificates: certificateList(offered, 'offered'), findings: [] }
  if (read.set.direction === 'outbound') misuse('offered is about certificates of others.')
  const { certificates, findings } = offeredBy(offered as EntityMetadata, read.set, now)
  return { certificates: findings.length > 0 ? undefined : certificates, findings }
}

/** A proxy that was revoked is no list, and not much else. */
function isList(value: unknown): boolean {
  try {
    return Array.isArray(value)
  } catch {
    return false
  }
}
