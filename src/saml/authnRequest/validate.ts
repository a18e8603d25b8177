import { hasError, type Verdict } from '../../core/outcome.js'
import { runRules, verdictOf, type Rule, type RuleOutcome } from '../../core/rule.js'
import { decode } from '../bindings/decode.js'
import type { MessageInput } from '../bindings/input.js'
import type { ParametersReading } from '../bindings/parameters.js'
import { readDetached, type DetachedReading } from '../bindings/redirectSignature.js'
import { certificatesOf } from '../expectation.js'
import { readMessage } from '../message.js'
import { messageRules, type Reading } from '../messageRules.js'
import { DSIG } from '../names.js'
import { verificationRules } from '../response/signatureRules.js'
import { parseDocument, type XmlElement } from '../xml/document.js'
import { XmlFault } from '../xml/fault.js'
import { allElementsOf } from '../xml/query.js'
import { verifySignature, type Trust } from '../xml/signature.js'
import { SignatureFault } from '../xml/signatureFault.js'
import {
  certificatesIn,
  requestSettingsOf,
  type AuthnRequestExpectation,
  type RegisteredServiceProvider,
  type RequestSettings,
} from './expectation.js'
import { requestRules } from './meaningRules.js'
import { readRequest, type RequestReading } from './read.js'
import { requestOf, type AuthnRequest } from './request.js'
import { requestShapeRules } from './shapeRules.js'
import { requestIssuerRules, requestSignatureRules, requestStrengthRules } from './signatureRules.js'
import type { EnvelopedReading, RequestSubject } from './subject.js'

/**
 * Decides on an AuthnRequest, for an identity provider. Give what came by a binding, as it came: then the signature of a
 * query is verified, too, and RelayState comes back; or bytes, XML or base64 of a message alone, which cannot have one.
 *
 * The same reader and the same rules of signatures as for Responses: whatever is signed anywhere in it must be the
 * request itself (S06), by a key of the application that its Issuer names. The answer goes to a registered URL and to
 * no other. Extensions, Conditions and Scoping are passed over; a Subject is refused. The ID is not remembered here.
 *
 * @throws FederationError `ERR_INVALID_OPTION` for misuse; never for what the message is
 *
 * @example
 * ```ts
 * import { validateAuthnRequest } from 'countersign/saml'
 *
 * declare const query: string // all behind the question mark, as received
 * const verdict = validateAuthnRequest(
 *   { binding: 'redirect', query },
 *   {
 *     sps: [{ entityID: 'https://app.example.com/saml', acsURLs: ['https://app.example.com/saml/acs'] }],
 *     destination: 'https://idp.example.com/sso',
 *     now: Math.floor(Date.now() / 1000),
 *   },
 * )
 * if (verdict.ok) console.log(verdict.value.id, verdict.value.acsURL, verdict.value.relayState)
 * ```
 */
export function validateAuthnRequest(
  message: MessageInput | Uint8Array | string,
  expectation: AuthnRequestExpectation,
): Verdict<AuthnRequest> {
  const settings = requestSettingsOf(expectation)
  const outcomes: RuleOutcome[] = []
  /** Runs one gate; true when it let nothing through. */
  const failed = <T>(rules: readonly Rule<T>[], subject: T): boolean => {
    const more = runRules(rules, subject)
    outcomes.push(...more)
    return more.some(({ outcome, findings }) => outcome === 'cantTell' || hasError(findings))
  }
  const stopped = (): Verdict<AuthnRequest> => verdictOf(outcomes, unreachable)

  const received = receive(message)
  outcomes.push(...received.outcomes)
  if (!received.reading) return stopped()
  const { reading, parameters } = received
  if (failed(messageRules, reading) || !reading.root) return stopped()

  const claimed = claimedBy(reading.root, settings, parameters !== undefined)
  if (failed(requestShapeRules, claimed) || failed(requestIssuerRules, claimed) || !claimed.sp)
    return stopped()
  const subject = proven(claimed, claimed.sp, parameters)
  const unproven = failed(requestSignatureRules, subject)
  // Without a certificate it could only be said again that nothing verifies.
  const verifiable = subject.signatures.length > 0 && certificatesIn(claimed.sp).length > 0
  if ((verifiable && failed(verificationRules, subject)) || unproven) return stopped()
  outcomes.push(...runRules([...requestIssuerRules, ...requestStrengthRules, ...requestRules], subject))
  return verdictOf(outcomes, () => requestOf(subject, received.relayState))
}

interface Received {
  readonly outcomes: readonly RuleOutcome[]
  readonly reading?: Reading & { readonly root?: XmlElement }
  /** Of a query: what its signature covers. */
  readonly parameters?: ParametersReading
  readonly relayState?: string | undefined
}

function receive(message: MessageInput | Uint8Array | string): Received {
  if (typeof message === 'string' || message instanceof Uint8Array || !message?.binding)
    return { outcomes: [], reading: read(message) }
  const { outcomes, decoded, parameters } = decode(message, 'SAMLRequest')
  if (!decoded) return { outcomes }
  return {
    outcomes: outcomes.filter(({ rule }) => !messageRules.some(({ id }) => id === rule.id)),
    reading: parsed(decoded.message),
    relayState: decoded.relayState,
    ...(message.binding === 'redirect' ? { parameters } : {}),
  }
}

function read(message: unknown): Reading & { readonly root?: XmlElement } {
  if (typeof message !== 'string' && !(message instanceof Uint8Array))
    return { text: undefined, fault: { rule: 'saml/message', reason: 'binary' } }
  const text = readMessage(message)
  return typeof text === 'string' ? parsed(text) : { text: undefined, fault: text }
}

function parsed(text: string): Reading & { readonly root?: XmlElement } {
  try {
    return { text, fault: undefined, root: parseDocument(text) }
  } catch (error) {
    if (error instanceof XmlFault) return { text, fault: error }
    throw error
  }
}

/** The request as it came: what it says decides who has to have signed it, and nothing else yet. */
function claimedBy(root: XmlElement, settings: RequestSettings, byRedirect: boolean): RequestSubject {
  const request = readRequest(root)
  return {
    settings,
    root,
    byRedirect,
    sp: settings.sps.find(({ entityID }) => entityID === issuerOf(request)),
    request,
    enveloped: undefined,
    strays: [],
    detached: 'absent',
    signatures: [],
    verifiedBy: undefined,
    usesSHA1: false,
  }
}

function issuerOf({ issuers }: RequestReading): string | undefined {
  return issuers.length === 1 ? issuers[0]?.value : undefined
}

/** The request with its signatures verified, and read from what they cover. */
function proven(
  claimed: RequestSubject,
  sp: RegisteredServiceProvider,
  parameters: ParametersReading | undefined,
): RequestSubject {
  const { settings, root } = claimed
  const trusted = certificatesIn(sp)
  const trust: Trust = { ...settings, certificates: trusted.length > 0 ? certificatesOf(trusted) : [] }
  const strays: XmlElement[] = []
  let enveloped: EnvelopedReading | undefined
  for (const element of allElementsOf(root)) {
    // A look-alike of another namespace is one that another reader might take (S15).
    if (element.local !== 'Signature') continue
    if (element.parent === root && element.namespace === DSIG && !enveloped)
      enveloped = verified(element, root, trust)
    else strays.push(element)
  }
  const detached: DetachedReading = parameters ? readDetached(parameters, trust) : 'absent'
  const ofQuery = typeof detached === 'string' ? undefined : detached.verified
  const inside = enveloped?.verified
  return {
    ...claimed,
    request: inside ? readRequest(inside.element) : claimed.request,
    enveloped,
    strays,
    detached,
    signatures: [enveloped, typeof detached === 'string' ? undefined : detached].filter(
      (one) => one !== undefined,
    ),
    verifiedBy: inside?.certificate ?? ofQuery?.certificate,
    usesSHA1: inside?.usesSHA1 === true || ofQuery?.usesSHA1 === true,
  }
}

function verified(signature: XmlElement, signed: XmlElement, trust: Trust): EnvelopedReading {
  try {
    return { verified: verifySignature(signature, signed, trust) }
  } catch (error) {
    if (error instanceof SignatureFault) return { fault: error }
    throw error
  }
}

function unreachable(): never {
  throw new Error('A request was asked of a refused message.')
}
