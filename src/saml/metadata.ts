import { hasError, type Verdict } from '../core/outcome.js'
import { runRules, verdictOf, type Rule, type RuleOutcome } from '../core/rule.js'
import type { TrustedCertificate } from './certificate.js'
import { certificatesOf, checkOptions, misuse } from './expectation.js'
import {
  choiceRules,
  chosenOf,
  entitiesIn,
  isRoot,
  metadataSignatureRules,
  shapeRules,
  type DocumentSubject,
} from './metadata/documentRules.js'
import { entityOf } from './metadata/entity.js'
import { readFile } from './metadata/file.js'
import { fileRules } from './metadata/fileRules.js'
import { certificateOutcomes } from './metadata/keyRules.js'
import { readEntity, type EntityReading } from './metadata/read.js'
import { judgedRules } from './metadata/rules.js'
import { certificatesIn, checkNow } from './metadata/subject.js'
import type { EntityMetadata, MetadataOptions, MetadataProfile } from './metadata/types.js'
import { DSIG } from './names.js'
import type { XmlElement } from './xml/document.js'
import { childrenNamed, isElement, allElementsOf } from './xml/query.js'
import { verifySignature } from './xml/signature.js'
import { SignatureFault } from './xml/signatureFault.js'

/** Everything that the rules say of one document, for a report; the verdict is that of `parseMetadata`. */
export interface MetadataInspection {
  /** False only where certificates were given and none of them verified what was read. */
  readonly verified: boolean
  readonly verdict: Verdict<EntityMetadata>
  readonly rules: readonly RuleOutcome[]
  /** What the document says, refused or not: for people, never to trust anyone by. */
  readonly claimed: {
    readonly entityID?: string
    readonly certificates: readonly TrustedCertificate[]
    readonly signInURLs: readonly string[]
    readonly acsURLs: readonly string[]
  }
}

/**
 * Reads the SAML 2.0 metadata of an identity provider or a service provider as Identity Center does (R043-R046, R051): XML
 * as text or bytes, 75,000 characters at the most. The root is an EntityDescriptor, or an EntitiesDescriptor of which
 * `entityID` picks one. With `certificates` the document must be signed as a whole, and only what is signed is read.
 *
 * Gates (file, document, signature) stop; past them every rule runs and all findings come back. Bindings other than
 * HTTP-POST and HTTP-Redirect, other protocols and single logout are passed over.
 *
 * @throws FederationError `ERR_INVALID_OPTION` for misuse; never for what the document is
 *
 * @example
 * ```ts
 * import { parseMetadata, validateResponse } from 'countersign/saml'
 *
 * declare const metadataXML: string, SAMLResponse: string
 * const now = Math.floor(Date.now() / 1000)
 * const metadata = parseMetadata(metadataXML, { now })
 * if (metadata.ok && metadata.value.idp) {
 *   const { entityID, idp } = metadata.value
 *   const verdict = validateResponse(SAMLResponse, {
 *     idp: { entityID, certificates: idp.certificates },
 *     sp: { entityID: 'https://app.example.com/saml', acsURL: 'https://app.example.com/saml/acs' },
 *     now,
 *   })
 * }
 * ```
 */
export function parseMetadata(xml: Uint8Array | string, options: MetadataOptions): Verdict<EntityMetadata> {
  return judge(xml, options, true).verdict
}

/** As {@link parseMetadata}, but reads on past failed gates, so that a report shows every rule. */
export function inspectMetadata(xml: Uint8Array | string, options: MetadataOptions): MetadataInspection {
  return judge(xml, options, false)
}

function judge(xml: Uint8Array | string, options: MetadataOptions, stopAtGate: boolean): MetadataInspection {
  const { now, entityID, certificates, profile } = settingsOf(options)
  const outcomes: RuleOutcome[] = []
  /** Runs one gate; true when it let nothing through. */
  const failed = <T>(rules: readonly Rule<T>[], subject: T): boolean => {
    const more = runRules(rules, subject)
    outcomes.push(...more)
    return more.some(({ outcome, findings }) => outcome === 'cantTell' || hasError(findings))
  }
  const asked = certificates !== undefined
  const stopped = (verified = !asked): MetadataInspection => ({
    verified,
    verdict: verdictOf(outcomes, unreachable),
    rules: outcomes,
    claimed: claimedBy(undefined),
  })

  const file = readFile(xml)
  const unread = failed(fileRules, file)
  if (!file.root || (unread && stopAtGate)) return stopped()
  const shape: DocumentSubject = { root: file.root, signatures: [], strays: [] }
  const misshapen = failed(shapeRules, shape)
  // Of another kind of document the other rules could only say that they cannot tell.
  if (!isRoot(file.root) || (misshapen && stopAtGate)) return stopped()
  const signed: DocumentSubject = asked ? { ...shape, ...readSignature(file.root, certificates, now) } : shape
  const unproven = asked && failed(metadataSignatureRules, signed)
  if (unproven && stopAtGate) return stopped()

  // Past the signature only verified bytes are read; an inspection goes on with what there is, to describe it.
  const proof = signed.signatures[0]?.verified
  const verified = !asked || (proof !== undefined && !misshapen && !unproven)
  const root = proof?.element ?? file.root
  const choice = { root, entityID, entities: entitiesIn(root) }
  const unchosen = failed(choiceRules, choice)
  const element = chosenOf(choice)[0] ?? (choice.entities.length === 1 ? choice.entities[0] : undefined)
  if (!element || (unchosen && stopAtGate)) return stopped(verified)
  const entity = readEntity(element)
  outcomes.push(...runRules(judgedRules, { entity, now, profile }), ...certificateOutcomes(entity))
  return {
    verified,
    verdict: verdictOf(outcomes, () =>
      verified && !unread ? entityOf(entity, proof?.certificate.sha256) : unreachable(),
    ),
    rules: outcomes,
    claimed: claimedBy(entity),
  }
}

function settingsOf(options: MetadataOptions): {
  readonly profile: MetadataProfile
  readonly now: number
  readonly entityID: string | undefined
  readonly certificates: readonly TrustedCertificate[] | undefined
} {
  checkOptions(options)
  const { now, entityID, certificates, profile = 'identity-center' } = options
  checkNow(now)
  if (entityID !== undefined && (typeof entityID !== 'string' || entityID === ''))
    misuse('entityID must be a non-empty text.')
  if (profile !== 'identity-center' && profile !== 'service-provider')
    misuse('profile must be identity-center or service-provider.')
  return {
    now,
    entityID,
    profile,
    certificates: certificates === undefined ? undefined : certificatesOf(certificates),
  }
}

/** The signature of the root, verified; where there are several, or only others, they are strays. */
function readSignature(
  root: XmlElement,
  certificates: readonly TrustedCertificate[],
  now: number,
): Pick<DocumentSubject, 'signatures' | 'strays'> {
  const [signature, ...more] = childrenNamed(root, DSIG, 'Signature')
  if (!signature) {
    const strays: XmlElement[] = []
    for (const element of allElementsOf(root)) {
      if (isElement(element, DSIG, 'Signature')) strays.push(element)
    }
    return { signatures: [], strays }
  }
  if (more.length > 0) return { signatures: [], strays: more }
  try {
    return { signatures: [{ verified: verifySignature(signature, root, { certificates, now }) }], strays: [] }
  } catch (error) {
    if (error instanceof SignatureFault) return { signatures: [{ fault: error }], strays: [] }
    throw error
  }
}

function claimedBy(entity: EntityReading | undefined): MetadataInspection['claimed'] {
  const roles = entity?.roles ?? []
  const locations = (kind: 'idp' | 'sp'): readonly string[] =>
    roles
      .filter((role) => role.kind === kind)
      .flatMap(({ endpoints }) => endpoints.flatMap(({ location }) => location ?? []))
  return {
    ...(entity?.entityID === undefined ? {} : { entityID: entity.entityID }),
    certificates: roles.flatMap((role) => certificatesIn(role).map(({ certificate }) => certificate)),
    signInURLs: locations('idp'),
    acsURLs: locations('sp'),
  }
}

function unreachable(): never {
  throw new Error('Metadata was asked of a refused document.')
}
