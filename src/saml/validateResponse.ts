import type { SamlIdentity } from '../core/identity.js'
import { hasError, type Verdict } from '../core/outcome.js'
import { failingRules, runRules, verdictOf, type Rule, type RuleOutcome } from '../core/rule.js'
import { instantOf, readAssertion, readNameID, type AssertionReading } from './assertion.js'
import { settingsOf, type ResponseExpectation } from './expectation.js'
import { readMessage } from './message.js'
import { messageRules, type Reading } from './messageRules.js'
import { DSIG, SAML } from './names.js'
import { envelopeRules, rootRules } from './response/envelopeRules.js'
import { identityOf } from './response/identity.js'
import { NEAR_LIMIT } from './response/responseRules.js'
import { meaningRules } from './response/rules.js'
import { signatureRules } from './response/signatureRules.js'
import type {
  MessageSubject,
  ResponseReading,
  ResponseSubject,
  SignatureReading,
} from './response/subject.js'
import { charactersIn, trimmed } from './xml/characters.js'
import { parseDocument, type XmlElement } from './xml/document.js'
import { XmlFault } from './xml/fault.js'
import { attributeOf, childrenNamed, isElement, allElementsOf } from './xml/query.js'
import { verifySignature, type Verified } from './xml/signature.js'
import { SignatureFault } from './xml/signatureFault.js'

/** Everything that the rules say of one Response, for a report; the verdict is that of `validateResponse`. */
export interface Inspection {
  /** Whether every signature verified: what the rules read is what a trusted certificate signed. */
  readonly verified: boolean
  readonly verdict: Verdict<SamlIdentity>
  readonly rules: readonly RuleOutcome[]
  readonly claimed: ClaimedByResponse
}

/** What a message says of itself, proven or not: for people, never to sign anyone in by. */
export interface ClaimedByResponse {
  readonly nameID?: string
  readonly issuer?: string
  readonly assertionID?: string
  /** What would be session tags, by tag key; without a prototype, and at most 60 of them. */
  readonly accessControl?: Readonly<Record<string, string>>
}

/** As {@link ClaimedByResponse}, and which request the Response says it answers. */
export interface DescribedResponse extends ClaimedByResponse {
  readonly inResponseTo?: string
}

/**
 * Decides on a SAML 2.0 Response as Identity Center does (R001-R031), or, with `profile: 'service-provider'`, as SAML's Web
 * SSO profile does. Takes bytes or text of 256 KB at the most: XML, or its base64 as the HTTP-POST binding sends it.
 *
 * Gates (message, shape, signatures) stop; past them every rule runs and all findings come back. An Identity is read
 * from verified bytes alone. Nothing here remembers the assertion: see `samlLogin` in `countersign/flows`.
 *
 * @throws FederationError `ERR_INVALID_OPTION` for misuse; never for what the message is
 *
 * @example
 * ```ts
 * import { validateResponse } from 'countersign/saml'
 *
 * declare const SAMLResponse: string, pem: string, requestID: string
 * const verdict = validateResponse(SAMLResponse, {
 *   idp: { entityID: 'https://idp.example.com', certificates: [pem] },
 *   sp: { entityID: 'https://app.example.com/saml', acsURL: 'https://app.example.com/saml/acs' },
 *   inResponseTo: requestID,
 *   now: Math.floor(Date.now() / 1000),
 * })
 * if (verdict.ok) console.log(verdict.value.nameID, verdict.value.accessControl)
 * ```
 */
export function validateResponse(
  message: Uint8Array | string,
  expectation: ResponseExpectation,
): Verdict<SamlIdentity> {
  return judge(message, expectation, true).verdict
}

/** As {@link validateResponse}, but reads on past failed gates, so that a report shows every rule. */
export function inspectResponse(message: Uint8Array | string, expectation: ResponseExpectation): Inspection {
  return judge(message, expectation, false)
}

/**
 * What a Response says of itself, with nothing proven: for a person who has no certificate at hand, or to look up the request
 * that it is then held against. A message that cannot be read is refused; one that can says what it likes.
 */
export function describeResponse(message: Uint8Array | string): Verdict<DescribedResponse> {
  const { root, ...reading } = read(message)
  return verdictOf(failingRules(messageRules, reading), () => {
    const [assertion] = root ? childrenNamed(root, SAML, 'Assertion') : []
    const inResponseTo = root && attributeOf(root, 'InResponseTo')
    return {
      ...claimedBy(assertion && readAssertion(assertion)),
      ...(inResponseTo === undefined ? {} : { inResponseTo: said(inResponseTo) }),
    }
  })
}

function judge(
  message: Uint8Array | string,
  expectation: ResponseExpectation,
  stopAtGate: boolean,
): Inspection {
  const settings = settingsOf(expectation)
  const outcomes: RuleOutcome[] = []
  // A verdict needs no word of what passed.
  const run = stopAtGate ? failingRules : runRules
  /** Runs one gate; true when it let nothing through. */
  const failed = <T>(rules: readonly Rule<T>[], subject: T): boolean => {
    const more = run(rules, subject)
    outcomes.push(...more)
    return more.some(({ outcome, findings }) => outcome === 'cantTell' || hasError(findings))
  }
  const stopped = (): Inspection => ({
    verified: false,
    verdict: verdictOf(outcomes, unreachable),
    rules: outcomes,
    claimed: {},
  })

  const { root, ...reading } = read(message)
  if (failed(messageRules, reading) || !root || reading.text === undefined) {
    // Of a message that cannot be read, the other rules could only say that they cannot tell.
    return stopped()
  }
  const shape: MessageSubject = {
    settings,
    root,
    elements: allElementsOf(root),
    signatures: [],
    strays: [],
  }
  if (failed(rootRules, shape)) return stopped()
  const misshapen = failed(envelopeRules, shape)
  if (misshapen && stopAtGate) return stopped()
  const signed: MessageSubject = { ...shape, ...readSignatures(shape, !misshapen) }
  const unproven = failed(signatureRules, signed)
  if (unproven && stopAtGate) return stopped()

  const verified = !misshapen && !unproven
  const subject = readMeaning(signed, reading.text, verified)
  outcomes.push(...run(meaningRules, subject))
  return {
    verified,
    verdict: verdictOf(outcomes, () => (verified ? identityOf(subject) : unreachable())),
    rules: outcomes,
    claimed: stopAtGate ? {} : claimedBy(subject.assertion),
  }
}

function read(message: Uint8Array | string): Reading & { readonly root?: XmlElement } {
  if (typeof message !== 'string' && !(ArrayBuffer.isView(message) && message instanceof Uint8Array))
    return { text: undefined, fault: { rule: 'saml/message', reason: 'binary' } }
  const text = readMessage(message)
  if (typeof text !== 'string') return { text: undefined, fault: text }
  try {
    return { text, fault: undefined, root: parseDocument(text) }
  } catch (error) {
    if (error instanceof XmlFault) return { text, fault: error }
    throw error
  }
}

/** Every Signature of the message: each that stands where one may is verified, wherever its element stands. */
function readSignatures(
  { root, elements, settings }: MessageSubject,
  wellShaped: boolean,
): Pick<MessageSubject, 'signatures' | 'strays'> {
  const signatures: SignatureReading[] = []
  const strays: XmlElement[] = []
  const trust = { ...settings, certificates: settings.idp.certificates }
  const taken = new Set<XmlElement>()
  for (const element of elements) {
    // A look-alike of another namespace is one that another reader might take (S15).
    if (element.local !== 'Signature') continue
    const { parent } = element
    const ofRoot = parent === root
    const ofAssertion = parent !== undefined && parent.parent === root && isElement(parent, SAML, 'Assertion')
    if (!parent || element.namespace !== DSIG || !(ofRoot || ofAssertion) || taken.has(parent)) {
      strays.push(element)
      continue
    }
    taken.add(parent)
    const of = ofRoot ? 'response' : 'assertion'
    // Of a message of a wrong shape nothing is verified: it is only being described.
    if (wellShaped || signatures.length < 2) signatures.push({ of, ...verify(element, parent, trust) })
  }
  return { signatures, strays }
}

function verify(
  signature: XmlElement,
  signed: XmlElement,
  trust: Parameters<typeof verifySignature>[2],
): { readonly verified: Verified } | { readonly fault: SignatureFault } {
  try {
    return { verified: verifySignature(signature, signed, trust) }
  } catch (error) {
    if (error instanceof SignatureFault) return { fault: error }
    throw error
  }
}

/** What the message means: read from verified bytes where there are any, and otherwise only to describe it. */
function readMeaning(message: MessageSubject, text: string, verified: boolean): ResponseSubject {
  const { root, signatures } = message
  const [received] = childrenNamed(root, SAML, 'Assertion')
  const proofs = verified ? signatures : []
  const response = proofs.find(({ of }) => of === 'response')?.verified
  const assertion = proofs.find(({ of }) => of === 'assertion')?.verified
  // A signed Response covers its assertion, too; what only its own signature covers is that alone.
  const proven = response ? childrenNamed(response.element, SAML, 'Assertion')[0] : assertion?.element
  const element = verified ? proven : received
  return {
    ...message,
    response: readResponse(response?.element ?? root),
    responseSigned: signatures.some(({ of }) => of === 'response'),
    assertion: element && readAssertion(element),
    assertionCharacters: received ? charactersIn(text, received.start, received.end, NEAR_LIMIT) : 0,
    verifiedBy: (assertion ?? response)?.certificate,
    usesSHA1: signatures.some(({ verified: proof }) => proof?.usesSHA1),
  }
}

function readResponse(root: XmlElement): ResponseReading {
  return {
    id: attributeOf(root, 'ID'),
    version: attributeOf(root, 'Version'),
    issueInstant: instantOf(root, 'IssueInstant'),
    destination: attributeOf(root, 'Destination'),
    inResponseTo: attributeOf(root, 'InResponseTo'),
    issuers: childrenNamed(root, SAML, 'Issuer').map(readNameID),
  }
}

function claimedBy(assertion: AssertionReading | undefined): ClaimedByResponse {
  const nameID = saidOf(assertion?.nameIDs[0]?.value)
  const issuer = saidOf(assertion?.issuers[0]?.value)
  const assertionID = saidOf(assertion?.id)
  return {
    ...(nameID === undefined ? {} : { nameID }),
    ...(issuer === undefined ? {} : { issuer }),
    ...(assertionID === undefined ? {} : { assertionID }),
    ...(assertion ? claimedTags(assertion) : {}),
  }
}

function saidOf(value: string | undefined): string | undefined {
  return value === undefined ? undefined : said(value)
}

function said(value: string): string {
  return value.length <= MAX_CLAIMED_CHARACTERS ? value : `${value.slice(0, MAX_CLAIMED_CHARACTERS)}...`
}

function claimedTags({ attributes }: AssertionReading): Pick<ClaimedByResponse, 'accessControl'> {
  const tags = Object.create(null) as Record<string, string>
  const named = attributes.filter(({ tagKey }) => tagKey !== undefined).slice(0, MAX_CLAIMED_TAGS)
  for (const { tagKey, values } of named) {
    const key = saidOf(tagKey)
    const text = saidOf(values[0]?.text)
    if (key !== undefined && text !== undefined) tags[key] = trimmed(text)
  }
  return named.length === 0 ? {} : { accessControl: tags }
}

/** Nobody vouches for these, and nobody is named by more. */
const MAX_CLAIMED_CHARACTERS = 1_024
const MAX_CLAIMED_TAGS = 60

function unreachable(): never {
  throw new Error('An identity was asked of a refused Response.')
}
