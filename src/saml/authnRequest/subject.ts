import type { Rule } from '../../core/rule.js'
import type { DetachedReading } from '../bindings/redirectSignature.js'
import type { TrustedCertificate } from '../certificate.js'
import type { XmlElement } from '../xml/document.js'
import type { Verified } from '../xml/signature.js'
import type { SignatureFault } from '../xml/signatureFault.js'
import type { RegisteredServiceProvider, RequestSettings } from './expectation.js'
import type { RequestReading } from './read.js'

/** The one signature inside a request, and what came of it. */
export type EnvelopedReading =
  | { readonly verified: Verified; readonly fault?: never }
  | { readonly fault: SignatureFault; readonly verified?: never }

/** All that the rules about a request look at. */
export interface RequestSubject {
  readonly settings: RequestSettings
  /** As received. */
  readonly root: XmlElement
  readonly byRedirect: boolean
  /** Who sends it, by its Issuer; undefined: nobody that is known. */
  readonly sp: RegisteredServiceProvider | undefined
  /** From verified bytes where the request itself is signed. */
  readonly request: RequestReading
  readonly enveloped: EnvelopedReading | undefined
  /** Signatures that stand where none may. */
  readonly strays: readonly XmlElement[]
  /** Of the query, where it came by HTTP-Redirect. */
  readonly detached: DetachedReading
  /** Those that claim the request, be they good or not: in the message, or of its query. */
  readonly signatures: readonly { readonly fault?: SignatureFault }[]
  readonly verifiedBy: TrustedCertificate | undefined
  readonly usesSHA1: boolean
}

export type RequestRule = Rule<RequestSubject>

/** Most rules refuse. */
export function requestRule(row: Omit<RequestRule, 'severity'> & Partial<RequestRule>): RequestRule {
  return { severity: 'error', ...row }
}
