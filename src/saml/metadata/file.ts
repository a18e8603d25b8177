import { decodeUtf8 } from '../../core/codec.js'
import { readMessage } from '../message.js'
import type { Reading } from '../messageRules.js'
import { trimmed } from '../xml/characters.js'
import { parseDocument, type XmlElement } from '../xml/document.js'
import { XmlFault } from '../xml/fault.js'

/** What Identity Center takes of metadata (R043, R344): characters as people count them, whatever they weigh in bytes. */
export const MAX_METADATA_CHARACTERS = 75_000

/** What a text is that is no XML. */
export type FormFault =
  'empty' | 'base64' | 'html' | 'pem' | 'json' | 'url' | 'browser-view' | 'text-before' | 'not-xml'

/** What was given as metadata, as far as it could be read. */
export interface FileReading extends Reading {
  readonly byteOrderMark: boolean
  readonly form: FormFault | undefined
  /** Undefined where it is no text. */
  readonly characters: number | undefined
  readonly root: XmlElement | undefined
}

/** Metadata comes as a file: it is XML itself, where a message may be the base64 of XML. */
export function readFile(given: Uint8Array | string): FileReading {
  const xml = withoutMark(given)
  return { ...readXML(xml), byteOrderMark: xml !== given }
}

/** UTF-8's own mark says nothing, and Entra's metadata begins with it; in a message, which is signed, it has no place. */
function withoutMark(xml: Uint8Array | string): Uint8Array | string {
  if (typeof xml === 'string') return xml.startsWith('\ufeff') ? xml.slice(1) : xml
  const isMarked = xml instanceof Uint8Array && xml[0] === 0xef && xml[1] === 0xbb && xml[2] === 0xbf
  return isMarked ? xml.subarray(3) : xml
}

function readXML(xml: Uint8Array | string): Omit<FileReading, 'byteOrderMark'> {
  const none = { text: undefined, fault: undefined, form: undefined, root: undefined }
  if (typeof xml !== 'string' && !(ArrayBuffer.isView(xml) && xml instanceof Uint8Array))
    return { ...none, form: 'not-xml', characters: undefined }
  const characters = charactersOf(xml)
  const form = formFault(xml)
  if (form !== undefined) return { ...none, form, characters }
  const text = readMessage(xml)
  if (typeof text !== 'string') {
    const ofMessages = text.rule === 'saml/message' || text.rule === 'saml/base64'
    return ofMessages ? { ...none, form: 'not-xml', characters } : { ...none, fault: text, characters }
  }
  try {
    return { ...none, text, root: parseDocument(text), characters }
  } catch (error) {
    if (error instanceof XmlFault) return { ...none, text, fault: error, characters }
    throw error
  }
}

/** Code points; of what is far too large only that it is. */
function charactersOf(xml: Uint8Array | string): number | undefined {
  if (xml.length > 4 * MAX_METADATA_CHARACTERS) return Infinity
  const text = typeof xml === 'string' ? xml : decodeUtf8(xml)
  if (text === undefined) return undefined
  let count = text.length
  for (let at = 1; at < text.length; at++) {
    const pair = (text.charCodeAt(at - 1) & 0xfc00) === 0xd800 && (text.charCodeAt(at) & 0xfc00) === 0xdc00
    if (pair) count--
  }
  return count
}

/** Byte order marks, as text and as bytes, and the beginning of UTF-16 without one. */
const ENCODING_MARKS: readonly string[] = [
  '\ufeff',
  '\u00ef\u00bb\u00bf',
  '\u00fe\u00ff',
  '\u00ff\u00fe',
  '\u0000<',
]

/** What a text is that does not begin like XML; undefined for what does, or what another encoding might hide. */
function formFault(xml: Uint8Array | string): FormFault | undefined {
  const start =
    typeof xml === 'string' ? xml.slice(0, 4096) : Buffer.from(xml.subarray(0, 4096)).toString('latin1')
  if (ENCODING_MARKS.some((mark) => start.startsWith(mark))) return undefined
  const head = trimmed(start)
  if (/^<(?:html|!doctype html)/i.test(head)) return 'html'
  if (head.startsWith('<')) return undefined
  if (head === '') return xml.length > start.length ? 'not-xml' : 'empty'
  if (head.includes('-----BEGIN')) return 'pem'
  if (head.startsWith('{')) return 'json'
  if (head.startsWith('This XML file does not appear')) return 'browser-view'
  if (head.includes('<')) return 'text-before'
  if (/^https?:\/\/\S+$/.test(head)) return 'url'
  return /^[A-Za-z0-9+/=\t\n\r ]+$/.test(head) && head.length > 64 ? 'base64' : 'not-xml'
}
