import type { Rule } from '../../core/rule.js'
import type { AssertionReading, NameIDReading } from '../assertion.js'
import type { TrustedCertificate } from '../certificate.js'
import type { Instant } from '../instant.js'
import type { XmlElement } from '../xml/document.js'
import type { Verified } from '../xml/signature.js'
import type { SignatureFault } from '../xml/signatureFault.js'

/** A {@link ResponseExpectation} whose defaults are filled in and whose certificates are parsed. */
export interface Settings {
  readonly idp: { readonly entityID: string; readonly certificates: readonly TrustedCertificate[] }
  readonly sp: { readonly entityID: string; readonly acsURL: string }
  readonly now: number
  readonly clockSkewSeconds: number
  readonly maxAssertionLifetimeSeconds: number
  /** The outstanding request ids; null: none; undefined: not checked. */
  readonly inResponseTo: readonly string[] | null | undefined
  readonly abac: boolean
  readonly profile: 'identity-center' | 'service-provider'
  readonly allowSHA1: boolean
  readonly allowExpiredCertificates: boolean
}

/** What the Response itself says, beside its assertion. Unless it is signed this may only cause refusal. */
export interface ResponseReading {
  readonly id: string | undefined
  readonly version: string | undefined
  readonly issueInstant: Instant | undefined
  readonly destination: string | undefined
  readonly inResponseTo: string | undefined
  readonly issuers: readonly NameIDReading[]
}

/** One signature of the message, and what came of it. */
export interface SignatureReading {
  /** What it signs. */
  readonly of: 'response' | 'assertion'
  readonly fault?: SignatureFault
  readonly verified?: Verified
}

/** A message that could be read as a document: what the rules about its shape and its signatures look at. */
export interface MessageSubject {
  readonly settings: Settings
  /** As received: the text's own tree. */
  readonly root: XmlElement
  /** The root and every element in it, in document order. */
  readonly elements: readonly XmlElement[]
  /** Signatures that stand where they may, in document order; others are in `strays`. */
  readonly signatures: readonly SignatureReading[]
  readonly strays: readonly XmlElement[]
}

/** All that the rules about a Response's meaning look at. */
export interface ResponseSubject extends MessageSubject {
  readonly response: ResponseReading
  readonly responseSigned: boolean
  /** Read from verified bytes, or, in an inspection that reads on, from the message as it is. */
  readonly assertion: AssertionReading | undefined
  /** The characters of the assertion as the message has it. */
  readonly assertionCharacters: number
  readonly verifiedBy: TrustedCertificate | undefined
  readonly usesSHA1: boolean
}

export type MessageRule = Rule<MessageSubject>
export type ResponseRule = Rule<ResponseSubject>

/** Most rules refuse. */
export function responseRule(row: Omit<ResponseRule, 'severity'> & Partial<ResponseRule>): ResponseRule {
  return { severity: 'error', ...row }
}

/** A check of the assertion; where there is none to read it cannot tell. */
export function ofAssertion(
  check: (assertion: AssertionReading, subject: ResponseSubject) => ReturnType<ResponseRule['check']>,
): ResponseRule['check'] {
  return (subject) => (subject.assertion ? check(subject.assertion, subject) : 'cantTell')
}
