import type { RuleOutcome } from '../core/rule.js'
import { runRules } from '../core/rule.js'
import { decodeUtf8 } from '../core/codec.js'
import { decode } from '../saml/bindings/decode.js'
import { relayStateRules } from '../saml/bindings/relayState.js'
import { readMessage } from '../saml/message.js'

/** A file that holds a SAML Response, as somebody copied it. */
export interface OpenedMessage {
  /** What is to be judged; undefined where the form around it is already refused. */
  readonly message: Uint8Array | string | undefined
  /** Its XML, where it could be decoded: what findings have places in. */
  readonly xml: string | undefined
  /** In which form it came, for people. */
  readonly form: string
  /** What the rules say of the form around it; nothing where there is none. */
  readonly outcomes: readonly RuleOutcome[]
}

/**
 * Takes a Response as XML, as base64, or as the body of the form that a browser posts (`SAMLResponse=...&RelayState=...`,
 * percent-encoded), and never guesses: what is something else is refused by the rule that says what to give.
 */
export function openMessage(file: Uint8Array): OpenedMessage {
  const bytes = trimmedEnd(file)
  // Beyond any form; what is that large is refused by its size.
  const text = bytes.length > 1_048_576 ? undefined : decodeUtf8(bytes)?.trim()
  if (text === undefined || !isFormBody(text)) {
    const xml = readMessage(bytes)
    const isXML = typeof xml === 'string'
    const form = !isXML ? 'unknown' : text?.startsWith('<') ? 'XML' : 'base64'
    return { message: bytes, xml: isXML ? xml : undefined, form, outcomes: [] }
  }
  const { outcomes, decoded } = decode({ binding: 'post', body: text }, 'SAMLResponse')
  const relayState = decoded?.relayState
  return {
    message: decoded?.message,
    xml: decoded?.message,
    form: relayState === undefined ? 'form body' : 'form body with RelayState',
    outcomes: [
      ...outcomes,
      ...(relayState === undefined ? [] : runRules(relayStateRules, { relayState, binding: 'post' })),
    ],
  }
}

/** Whether a text is the body of a form with a message of SAML among its fields. */
function isFormBody(text: string): boolean {
  return /^[A-Za-z][\w.-]{0,63}=/.test(text) && /(?:^|&)SAML(?:Response|Request)=/.test(text)
}

/** A file ends in a line break; a message does not. */
export function trimmedEnd(bytes: Uint8Array): Uint8Array {
  let end = bytes.length
  while (end > 0 && (bytes[end - 1] === 10 || bytes[end - 1] === 13)) end--
  return bytes.subarray(0, end)
}
