import { decodeUtf8 } from '../core/codec.js'
import { decodeBase64 } from './base64.js'
import { isWhiteSpace } from './xml/characters.js'
import { MAX_XML_CHARACTERS } from './xml/document.js'

/** The rules about what a message is at all, before any of it is read as XML. */
export type MessageRuleId = 'saml/message' | 'saml/message-size' | 'saml/base64' | 'saml/encoding'

export interface MessageFault {
  readonly rule: MessageRuleId
  readonly reason: string
}

/** 256 KB, as bytes and, in {@link MAX_XML_CHARACTERS}, as characters. */
export const MAX_MESSAGE_BYTES = MAX_XML_CHARACTERS
/** Base64 of the largest message, with room for line breaks. */
const MAX_BASE64_CHARACTERS = Math.ceil(MAX_MESSAGE_BYTES / 3) * 4 + 16_384

/**
 * The XML text of a message that is given as bytes or text, plain or as the base64 of the HTTP-POST binding. Nothing is
 * inflated: only the HTTP-Redirect binding deflates (`decodeMessage`).
 */
export function readMessage(message: Uint8Array | string): string | MessageFault {
  if (typeof message !== 'string') return readBytes(message)
  if (message.length > MAX_BASE64_CHARACTERS) return { rule: 'saml/message-size', reason: 'too-large' }
  if (message.charCodeAt(0) === 0xfeff) return { rule: 'saml/encoding', reason: 'byte-order-mark' }
  if (!beginsLikeXML(message)) return readBase64(message)
  // A text has no size in bytes; what it would have is what counts.
  if (message.length > MAX_XML_CHARACTERS || Buffer.byteLength(message) > MAX_MESSAGE_BYTES)
    return { rule: 'saml/message-size', reason: 'too-large' }
  return notHTML(message)
}

function readBytes(bytes: Uint8Array): string | MessageFault {
  if (bytes.length > MAX_BASE64_CHARACTERS) return { rule: 'saml/message-size', reason: 'too-large' }
  const xml = readXML(bytes)
  if (xml !== undefined) return xml
  const text = decodeUtf8(bytes)
  return text === undefined ? { rule: 'saml/message', reason: 'binary' } : readBase64(text)
}

/** Bytes that are meant to be XML; undefined for others. */
function readXML(bytes: Uint8Array): string | MessageFault | undefined {
  const a = bytes[0]
  const b = bytes[1]
  const c = bytes[2]
  if (
    (a === 0xfe && b === 0xff) ||
    (a === 0xff && b === 0xfe) ||
    (a === 0 && b === 60) ||
    (a === 60 && b === 0)
  )
    return { rule: 'saml/encoding', reason: 'utf-16' }
  if (a === 0xef && b === 0xbb && c === 0xbf) return { rule: 'saml/encoding', reason: 'byte-order-mark' }
  let at = 0
  while (at < bytes.length && isWhiteSpace(bytes[at] ?? 0)) at++
  if (bytes[at] !== 60) return undefined
  if (bytes.length > MAX_MESSAGE_BYTES) return { rule: 'saml/message-size', reason: 'too-large' }
  const text = decodeUtf8(bytes)
  return text === undefined ? { rule: 'saml/encoding', reason: 'invalid-utf-8' } : notHTML(text)
}

/** What base64 gives must be XML: not deflated, and not base64 once more. */
function readBase64(text: string): string | MessageFault {
  // A line of base64 has no blanks; where it does, a form has read each unencoded + as one.
  if (text.includes(' ') && /[A-Za-z0-9+/=] +[A-Za-z0-9+/=]/.test(text)) return notBase64(text, 'spaces')
  const bytes = decodeBase64(text)
  if (typeof bytes === 'string') return notBase64(text, bytes)
  if (bytes.length > MAX_MESSAGE_BYTES) return { rule: 'saml/message-size', reason: 'too-large' }
  return readXML(bytes) ?? { rule: 'saml/message', reason: 'not-xml' }
}

/** What it may be instead, for whoever has to find the mistake. */
function notBase64(text: string, reason: string): MessageFault {
  if (reason === 'empty') return { rule: 'saml/message', reason: 'empty' }
  const begin = text.slice(0, 64)
  if (begin.startsWith('eyJ') && text.includes('.')) return { rule: 'saml/message', reason: 'jwt' }
  if (/^[A-Za-z]{1,32}=/.test(begin) || /^SAML(?:Response|Request)\s*:/.test(begin))
    return { rule: 'saml/message', reason: 'form' }
  if (/^data:/i.test(begin)) return { rule: 'saml/message', reason: 'data-url' }
  if (/^https?:\/\//i.test(begin)) return { rule: 'saml/message', reason: 'url' }
  if (/^(?:[A-Z]{3,7} \S|HTTP\/\d|curl |[A-Za-z][A-Za-z0-9-]{1,40}:\s)/.test(begin))
    return { rule: 'saml/message', reason: 'http-capture' }
  if (/^\s*\{/.test(begin)) return { rule: 'saml/message', reason: 'json' }
  if (/%(?:2[BF]|3D|0[AD])/i.test(text.slice(0, 4096)) || /%3D(?:%3D)?\s*$/i.test(text.slice(-16)))
    return { rule: 'saml/base64', reason: 'percent-encoded' }
  return { rule: 'saml/base64', reason }
}

function notHTML(text: string): string | MessageFault {
  const begin = text.slice(0, 256).trimStart().toLowerCase()
  const html = /^<(?:!doctype html|html|head|body|form|input|script)[\s>]/.test(begin)
  return html ? { rule: 'saml/message', reason: 'html' } : text
}

function beginsLikeXML(text: string): boolean {
  let at = 0
  while (at < text.length && isWhiteSpace(text.charCodeAt(at))) at++
  return text.charCodeAt(at) === 60
}
