import { checkOptions, misuse } from '../expectation.js'
import { readMessage } from '../message.js'
import { SAMLP } from '../names.js'
import { parseDocument, type XmlElement } from '../xml/document.js'
import { XmlFault } from '../xml/fault.js'
import type { MessageKind } from './input.js'

/** What both bindings send. */
export interface OutgoingMessage {
  /** The XML of the message, as `buildAuthnRequest` and `issueResponse` answer it. */
  readonly message: string
  /** Told by the message itself; where given, it must be so. */
  readonly kind?: MessageKind | undefined
  /** The endpoint: https, or http on this machine. Its own query is kept. */
  readonly destination: string
  /** Sent to the letter. */
  readonly relayState?: string | undefined
}

/** The document of a message that is about to be sent, and under which name: that of its own kind. */
export function documentOf(options: OutgoingMessage): {
  readonly root: XmlElement
  readonly kind: MessageKind
} {
  checkOptions(options)
  const { message, kind } = options
  if (kind !== undefined && kind !== 'SAMLRequest' && kind !== 'SAMLResponse')
    misuse('kind must be SAMLRequest or SAMLResponse.')
  if (
    typeof message !== 'string' ||
    !message.trimStart().startsWith('<') ||
    typeof readMessage(message) !== 'string'
  )
    misuse('message must be the XML of a message, of 256 KB at the most.')
  try {
    const root = parseDocument(message)
    const own = root.local.endsWith('Response') ? 'SAMLResponse' : 'SAMLRequest'
    if (root.namespace !== SAMLP || own !== (kind ?? own)) misuse(`message is no ${kind ?? own}.`)
    return { root, kind: own }
  } catch (error) {
    if (error instanceof XmlFault) misuse('message is not well-formed XML.')
    throw error
  }
}
