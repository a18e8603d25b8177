import { hasError, type Verdict } from '../../core/outcome.js'
import { runRules, verdictOf, type RuleOutcome } from '../../core/rule.js'
import { decodeBase64 } from '../base64.js'
import { checkOptions, misuse } from '../expectation.js'
import { readMessage, type MessageFault } from '../message.js'
import { messageRules } from '../messageRules.js'
import { isWhiteSpace } from '../xml/characters.js'
import { bindingRules, DEFLATE, type BindingSubject } from './bindingRules.js'
import { inflated } from './inflate.js'
import type { DecodedMessage, MessageInput, MessageKind } from './input.js'
import { kindsIn, readParameters, type ParametersReading } from './parameters.js'

export interface DecodeOptions {
  /** Refuses the other one by name. Default: either is taken. */
  readonly kind?: MessageKind | undefined
}

/**
 * Takes a message out of the HTTP-Redirect or HTTP-POST binding. By Redirect it is a raw DEFLATE stream of 262,144 bytes at
 * the most once inflated; by POST nothing is ever inflated. Each parameter of SAML comes once; others, by whatever name,
 * are passed over. A `+` is a space in both, so that base64 with one that was not percent-encoded is refused.
 *
 * The message is not parsed, and no signature is verified: see `validateResponse`, `validateAuthnRequest` and
 * `verifyRedirectSignature`. RelayState comes back to the letter, however long (R075).
 *
 * @throws FederationError `ERR_INVALID_OPTION` for misuse; never for what came
 *
 * @example
 * ```ts
 * import { decodeMessage } from 'countersign/saml'
 *
 * declare const body: string // of a POST, as received
 * const verdict = decodeMessage({ binding: 'post', body }, { kind: 'SAMLResponse' })
 * if (verdict.ok) console.log(verdict.value.message, verdict.value.relayState)
 * ```
 */
export function decodeMessage(input: MessageInput, options: DecodeOptions = {}): Verdict<DecodedMessage> {
  checkOptions(options)
  const { outcomes, decoded } = decode(input, options.kind)
  return verdictOf(outcomes, () => decoded ?? unreachable())
}

/** What decoding came to: `decoded` is there only where no rule refused. */
export interface Decoding {
  readonly outcomes: readonly RuleOutcome[]
  readonly parameters: ParametersReading
  readonly decoded: DecodedMessage | undefined
}

export function decode(input: MessageInput, kind: MessageKind | undefined): Decoding {
  if (typeof input !== 'object' || input === null || !['redirect', 'post'].includes(input.binding))
    misuse('input.binding must be redirect or post.')
  if (kind !== undefined && kind !== 'SAMLRequest' && kind !== 'SAMLResponse')
    misuse('kind must be SAMLRequest or SAMLResponse.')
  const { binding } = input
  const parameters = readParameters(input)
  const kinds = kindsIn(parameters)
  const [found] = kinds
  const judge = (deflate: BindingSubject['deflate']): readonly RuleOutcome[] =>
    runRules(bindingRules, { binding, parameters, kind, deflate })
  const { formFaults, duplicates, values } = parameters
  const odd = kinds.length !== 1 || formFaults.length > 0 || duplicates.length > 0
  if (odd || found === undefined || !understood(values.get('SAMLEncoding')))
    return { outcomes: judge('unread'), parameters, decoded: undefined }

  const { text, deflate } = readXML(values.get(found) ?? '', binding)
  const reading = typeof text === 'string' ? { text, fault: undefined } : { text: undefined, fault: text }
  const outcomes = [
    ...judge(deflate),
    ...((reading.text ?? reading.fault) ? runRules(messageRules, reading) : []),
  ]
  const refused = outcomes.some(({ findings }) => hasError(findings))
  const decoded = refused || typeof text !== 'string' ? undefined : message(text, found, binding, parameters)
  return { outcomes, parameters, decoded }
}

function understood(encoding: string | undefined): boolean {
  return encoding === undefined || encoding === DEFLATE
}

interface XMLReading {
  /** Undefined: inflating failed, which its own rule says. */
  readonly text: string | MessageFault | undefined
  readonly deflate: BindingSubject['deflate']
}

function readXML(value: string, binding: 'redirect' | 'post'): XMLReading {
  // A plus sign that was not percent-encoded reads as a space. Lines are broken by HTTP-POST alone (3.4.4.1, 3.5.4).
  const spaced = binding === 'redirect' ? /[\t\n\r ]/.test(value) : /[\t ]/.test(value)
  const bytes = !spaced ? decodeBase64(value) : value.trimStart().startsWith('<') ? 'alphabet' : 'spaces'
  if (bytes === 'empty') return { text: { rule: 'saml/message', reason: 'empty' }, deflate: 'unread' }
  if (typeof bytes === 'string') return { text: { rule: 'saml/base64', reason: bytes }, deflate: 'unread' }
  if (binding === 'post') return { text: xmlOf(bytes), deflate: 'unread' }
  const plain = inflated(bytes)
  return typeof plain === 'string'
    ? { text: undefined, deflate: plain }
    : { text: xmlOf(plain), deflate: 'inflated' }
}

/** What the binding carries is XML itself: not base64 once more, which `readMessage` would take. */
function xmlOf(bytes: Uint8Array): string | MessageFault {
  let at = 0
  while (at < bytes.length && isWhiteSpace(bytes[at] ?? 0)) at++
  // `<`, or the beginnings of other encodings, which are refused by name.
  return [0x3c, 0xef, 0xfe, 0xff, 0].includes(bytes[at] ?? 1)
    ? readMessage(bytes)
    : { rule: 'saml/message', reason: 'not-xml' }
}

function message(
  xml: string,
  kind: MessageKind,
  binding: 'redirect' | 'post',
  { values }: ParametersReading,
): DecodedMessage {
  const relayState = values.get('RelayState')
  const algorithm = values.get('SigAlg')
  const value = values.get('Signature')
  return {
    binding,
    kind,
    message: xml,
    ...(relayState === undefined ? {} : { relayState }),
    ...(algorithm === undefined || value === undefined ? {} : { signature: { algorithm, value } }),
  }
}

function unreachable(): never {
  throw new Error('A message was asked of what could not be decoded.')
}
