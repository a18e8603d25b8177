import type { Finding, RuleId } from '../core/outcome.js'
import { misuse } from './expectation.js'

/** A sentence that Identity Center shows to whoever signs in, and what an administrator then looks at. */
export interface SignInMessage {
  /** As the page has it. */
  readonly text: string
  readonly source: string
  /** What to look at, in the guide's order. */
  readonly check: readonly string[]
}

/** The three sentences behind which all refusals of a sign-in disappear (R024-R026). */
export const SIGN_IN_MESSAGES = Object.freeze({
  unexpected: {
    text: 'An unexpected error has occurred',
    source: 'R024',
    check: [
      'The NameID format at the identity provider is that of e-mail addresses.',
      'The NameID is formed like name@domain, and equals the user name of a user in Identity Center to the letter.',
      'There is one assertion, and it is not encrypted.',
      'With attributes for access control: 50 attributes at most, each named once, with one plain value.',
      'The ACS URL at the identity provider is that of Identity Center, to the letter.',
      'CloudTrail has the event ExternalIdPDirectoryLogin.',
    ],
  },
  setup: {
    text: "It's not you, it's us",
    source: 'R025',
    check: [
      'The clock of the device is right.',
      'The certificate that Identity Center has of the identity provider is the one that signs.',
      "The NameID format in the identity provider's metadata is urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress.",
      'With AD Connector: the credentials of its service account are right and have not expired.',
    ],
  },
  mfa: {
    text: 'Invalid MFA credentials',
    source: 'R026; C38',
    check: ['SCIM has provisioned the user: see the provisioning log of the identity provider.'],
  },
} as const satisfies Record<string, SignInMessage>)

type MessageName = keyof typeof SIGN_IN_MESSAGES

// All others are told as "unexpected". Signature and clock are a matter of how the two sides are set up (R025).
const TOLD_AS: Readonly<Partial<Record<RuleId, MessageName>>> = Object.freeze({
  'saml/signature': 'setup',
  'saml/certificate-expired': 'setup',
  'saml/not-before': 'setup',
  'saml/not-on-or-after': 'setup',
  'saml/confirmation-not-before': 'setup',
  'saml/issue-instant': 'setup',
  'saml/metadata-nameid-format': 'setup',
  'saml/metadata-certificate': 'setup',
  'saml/metadata-certificate-validity': 'setup',
  'saml/metadata-certificate-current': 'setup',
})

/** What a person would see of a refused sign-in; what it was is only in the findings. */
export interface OutwardMessage {
  readonly text: string
  /** Sentences that are seen instead in some cases (C38). */
  readonly orElse: readonly string[]
  /** The rule of which it speaks. */
  readonly rule: RuleId
  /** What the guide has an administrator look at. */
  readonly check: readonly string[]
}

/**
 * What Identity Center would show to the person whose sign-in these findings refuse: one of three sentences that say
 * nothing of the cause (R024-R026). Of several errors the first counts. Undefined where nothing refuses.
 *
 * @throws FederationError `ERR_INVALID_OPTION` for what is no list of findings
 *
 * @example
 * ```ts
 * import { outwardMessage, validateResponse, type ResponseExpectation } from 'countersign/saml'
 *
 * declare const SAMLResponse: string, expectation: ResponseExpectation
 * const { findings } = validateResponse(SAMLResponse, expectation)
 * console.log(outwardMessage(findings)?.text) // An unexpected error has occurred
 * ```
 */
export function outwardMessage(findings: readonly Finding[]): OutwardMessage | undefined {
  if (!Array.isArray(findings)) misuse('findings must be a list.')
  for (const finding of findings as readonly unknown[])
    if (typeof finding !== 'object' || finding === null) misuse('findings must hold findings.')
  const first = findings.find(({ severity }) => severity === 'error')
  if (first === undefined) return undefined
  const { rule, reason } = first
  // Who signs in before SCIM has brought the user may see either sentence (C38).
  const unprovisioned = rule === 'saml/user' && reason === 'unknown'
  const name = Object.hasOwn(TOLD_AS, rule) ? (TOLD_AS[rule] ?? 'unexpected') : 'unexpected'
  const { text, check } = SIGN_IN_MESSAGES[name]
  return {
    text,
    orElse: unprovisioned ? [SIGN_IN_MESSAGES.mfa.text] : [],
    rule,
    check: unprovisioned ? [...SIGN_IN_MESSAGES.mfa.check, ...check] : check,
  }
}

/** The rules that are told otherwise than as unexpected, for documents and tests. */
export function setupRuleIDs(): readonly string[] {
  return Object.keys(TOLD_AS)
}
