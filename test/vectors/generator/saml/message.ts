import type { Keys } from '../keys.js'
import { cases, type Json, type Vector } from '../vector.js'
import { attribute, response, statement } from './template.js'
import { inParts, samlToolbox } from './toolbox.js'

const LIMIT = 262_144

const base64 = (text: string | Buffer): string => Buffer.from(text).toString('base64')
const bytes = (content: Buffer): Json => ({ base64: content.toString('base64') })
const lines = (text: string, end: string): string => (text.match(/.{1,76}/g) ?? []).join(end)

/** RFC 1951 without compression: what every inflater reads, and every version of zlib writes alike. */
function stored(content: Buffer): Buffer {
  const header = Buffer.alloc(5)
  header[0] = 1
  header.writeUInt16LE(content.length, 1)
  header.writeUInt16LE(content.length ^ 0xffff, 3)
  return Buffer.concat([header, content])
}

/** What came, before any of it is read as XML. */
export function messageVectors(keys: Keys): readonly Vector[] {
  const { accepted, refused, vectors } = cases('response', 'message', [], 'saml')
  const { input, signed } = samlToolbox(keys)
  const text = signed()
  const posted = base64(text)

  accepted('message', 'xml', 'a Response as XML', input(text))
  accepted('message', 'bytes', 'a Response as bytes', input(bytes(Buffer.from(text))))
  accepted('message', 'base64', 'a Response as the HTTP-POST binding sends it', input(posted))
  accepted('message', 'base64-bytes', 'the same, as bytes', input(bytes(Buffer.from(posted))))
  accepted('message', 'white-space-around', 'white space before and after the root element', input(`\n \t${text}\r\n`)) // prettier-ignore
  refused('message', 'nothing', 'empty', 'an empty text', input(''))
  refused('message', 'no-bytes', 'empty', 'no bytes', input(bytes(Buffer.alloc(0))))
  refused('message', 'white-space', 'empty', 'white space', input(' \n\t'))
  const page = `<html><body><form><input name="SAMLResponse" value="${posted}"/></form></body></html>`
  refused('message', 'html', 'html', 'the page that holds the form', input(page))
  refused(
    'message',
    'html-doctype',
    'html',
    'such a page with its document type',
    input(`<!DOCTYPE html>\n${page}`),
  )
  refused('message', 'html-base64', 'html', 'such a page in base64', input(base64(page)))
  refused(
    'message',
    'html-case',
    'html',
    'such a page in upper case',
    input('\n<HTML><BODY>Error</BODY></HTML>'),
  )
  refused('message', 'jwt', 'jwt', 'a JWT', input('eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl'))
  refused('message', 'form', 'form', 'the whole form field', input(`SAMLResponse=${encodeURIComponent(posted)}&RelayState=x`)) // prettier-ignore
  refused('message', 'form-listed', 'form', 'the form field as a browser lists it', input(`SAMLResponse: ${posted}`)) // prettier-ignore
  refused('message', 'form-tag', 'html', 'the hidden field of a form', input(`<input type="hidden" name="SAMLResponse" value="${posted}">`)) // prettier-ignore
  refused('message', 'data-url', 'data-url', 'a data: URL', input(`data:text/xml;base64,${posted}`))
  refused('message', 'url', 'url', 'the address of the consumer service', input('https://us-east-1.signin.aws.amazon.com/platform/saml/acs/0a1b2c3d')) // prettier-ignore
  refused('message', 'http-capture', 'http-capture', 'a request as it goes over the wire', input(`POST /platform/saml/acs HTTP/1.1\r\nHost: us-east-1.signin.aws.amazon.com\r\n\r\nSAMLResponse=${encodeURIComponent(posted)}`)) // prettier-ignore
  refused('message', 'har', 'json', 'a capture as JSON', input('{"log":{"version":"1.2","entries":[]}}'))
  refused('message', 'json', 'not-xml', 'JSON in base64', input(base64('{"nameID":"ada@example.com"}')))
  refused('message', 'twice', 'not-xml', 'base64 of base64', input(base64(posted)), { attacks: ['S67'] })
  refused('message', 'deflated', 'not-xml', 'a deflated message, as HTTP-Redirect has it', input(base64(stored(Buffer.from(text)))), { attacks: ['S68'] }) // prettier-ignore
  refused('message', 'binary', 'binary', 'bytes that are neither text nor XML', input(bytes(Buffer.from('30820122ff00', 'hex')))) // prettier-ignore
  refused('message', 'binary-base64', 'not-xml', 'such bytes in base64', input(base64(Buffer.from('30820122ff00', 'hex')))) // prettier-ignore

  const S69 = { attacks: ['S69'] }
  const padded = (length: number, filler = ' '): Json =>
    inParts(text + filler.repeat((length - text.length) / filler.length), filler)
  accepted('message-size', 'limit', 'exactly 262,144 characters', input(padded(LIMIT)), S69)
  refused('message-size', 'above', 'too-large', '262,145 characters', input(padded(LIMIT + 1)), S69)
  const accented = response({ assertion: `<!--${'\u00e9'.repeat(150_000)}-->` })
  refused('message-size', 'bytes', 'too-large', 'fewer characters, and more bytes', input(inParts(accented, '\u00e9')), S69) // prettier-ignore
  refused('message-size', 'attributes', 'too-large', 'a million attributes', input(inParts(`<samlp:Response${' a="b"'.repeat(1_000_000)}/>`, ' a="b"')), { attacks: ['S69', 'S71'] }) // prettier-ignore
  refused('message-size', 'base64', 'too-large', 'base64 of 262,145 bytes', input(inParts(base64(`<a>${' '.repeat(LIMIT - 6)}</a>`), 'ICAg')), S69) // prettier-ignore
  refused('message-size', 'base64-endless', 'too-large', 'four million characters of base64', input(inParts('A'.repeat(4_000_000), 'A')), S69) // prettier-ignore

  const S67 = { attacks: ['S67'] }
  accepted('base64', 'one-line', 'base64 in one line', input(posted))
  accepted(
    'base64',
    'lines',
    'base64 in lines of 76 characters, as MIME has it',
    input(lines(posted, '\r\n')),
  )
  accepted(
    'base64',
    'line-feeds',
    'base64 in lines, with a line break at the end',
    input(`${lines(posted, '\n')}\n`),
  )
  const filled = [1, 2, 3].map((missing) => base64(text + ' '.repeat((3 - (Buffer.byteLength(text) % 3) + 3 - missing) % 3))) // prettier-ignore
  const double = filled.find((one) => one.endsWith('==')) ?? ''
  const single = filled.find((one) => /[^=]=$/.test(one)) ?? ''
  const spare = (encoded: string): string =>
    encoded.replace(/([A-Za-z0-9+/])(=+)$/, (_, last: string, end: string) => `${String.fromCharCode(last.charCodeAt(0) + 1)}${end}`) // prettier-ignore
  const lax: readonly [string, string, string, string][] = [
    [
      'alphabet',
      'alphabet',
      'a character that is not of the alphabet',
      `${posted.slice(0, 40)}*${posted.slice(40)}`,
    ],
    [
      'url-safe',
      'alphabet',
      'base64url',
      base64('<a b="???>>>"/>').replaceAll('+', '-').replaceAll('/', '_'),
    ],
    ['quoted', 'alphabet', 'base64 in quotes', `"${posted}"`],
    ['no-break-space', 'alphabet', 'a no-break space', `${posted.slice(0, 40)}\u00a0${posted.slice(40)}`],
    ['padding-missing', 'padding', 'base64 without its padding', double.slice(0, -2)],
    ['padding-short', 'padding', 'one = where two belong', double.slice(0, -1)],
    ['padding-long', 'padding', 'one = too many', `${single}=`],
    ['padding-inside', 'padding', 'padding, and more base64 after it', `${double}AAAA`],
    ['cut', 'length', 'base64 that is cut off', single.slice(0, -3)],
    ['spare-bits', 'not-canonical', 'bits left over before ==', spare(double)],
    ['spare-bits-single', 'not-canonical', 'bits left over before =', spare(single)],
    ['percent', 'percent-encoded', 'base64 that is still percent-encoded', encodeURIComponent(double)],
  ]
  for (const [name, reason, title, message] of lax)
    refused('base64', name, reason, title, input(message), S67)

  encodingVectors({ accepted, refused }, keys)
  return vectors
}

/** UTF-8 and nothing else. */
function encodingVectors(
  { accepted, refused }: Pick<ReturnType<typeof cases>, 'accepted' | 'refused'>,
  keys: Keys,
): void {
  const { input, signed } = samlToolbox(keys)
  const S65 = { attacks: ['S65'] }
  const value = '\u00c5sa \u2713 \ud83d\ude00'
  const text = signed({ statement: statement(attribute('displayName', value)) })
  const declared = (encoding: string): string => `<?xml version="1.0" encoding="${encoding}"?>${text}`
  accepted('encoding', 'utf-8', 'characters of two, three and four bytes', input(bytes(Buffer.from(text))), { attacks: ['S65'], value: { attributes: { displayName: [value] } } }) // prettier-ignore
  accepted('encoding', 'declared', 'UTF-8, declared', input(bytes(Buffer.from(declared('UTF-8')))), S65)
  accepted('encoding', 'declared-lower-case', 'UTF-8, declared in lower case', input(declared('utf-8')), S65)
  refused('encoding', 'latin-1', 'declared', 'ISO-8859-1, declared', input(declared('ISO-8859-1')), S65)
  refused('encoding', 'utf-7', 'declared', 'UTF-7, declared', input(declared('UTF-7')), S65)
  refused('encoding', 'utf-16-declared', 'declared', 'UTF-16, declared in what is UTF-8', input(declared('UTF-16')), S65) // prettier-ignore
  refused('encoding', 'encoding-empty', 'declared', 'an encoding without a name', input(declared('')), S65)
  const little = Buffer.from(text, 'utf16le')
  const big = Buffer.from(little).swap16()
  const marked = (mark: string, content: Buffer): Buffer => Buffer.concat([Buffer.from(mark, 'hex'), content])
  refused('encoding', 'utf-16-little-endian', 'utf-16', 'UTF-16, little-endian', input(bytes(marked('fffe', little))), S65) // prettier-ignore
  refused(
    'encoding',
    'utf-16-big-endian',
    'utf-16',
    'UTF-16, big-endian',
    input(bytes(marked('feff', big))),
    S65,
  )
  refused(
    'encoding',
    'utf-16-unmarked',
    'utf-16',
    'UTF-16 without a byte order mark',
    input(bytes(little)),
    S65,
  )
  refused('encoding', 'utf-16-unmarked-big-endian', 'utf-16', 'the same, big-endian', input(bytes(big)), S65)
  refused(
    'encoding',
    'utf-16-base64',
    'utf-16',
    'UTF-16 in base64',
    input(base64(marked('fffe', little))),
    S65,
  )
  const mark = marked('efbbbf', Buffer.from(text))
  refused('encoding', 'byte-order-mark', 'byte-order-mark', 'a byte order mark', input(bytes(mark)), S65)
  refused('encoding', 'byte-order-mark-base64', 'byte-order-mark', 'a byte order mark, in base64', input(base64(mark)), S65) // prettier-ignore
  refused('encoding', 'byte-order-mark-text', 'byte-order-mark', 'a byte order mark, in a text', input(`\ufeff${text}`), S65) // prettier-ignore
  const invalid: readonly [string, string, string][] = [
    ['overlong', 'an overlong form of <', 'c0bc'],
    ['overlong-nul', 'an overlong form of NUL', 'c080'],
    ['overlong-slash', 'an overlong form of three bytes', 'e080af'],
    ['surrogate', 'half a surrogate pair, encoded', 'eda080'],
    ['surrogates', 'a surrogate pair, each half encoded', 'eda0bdedb880'],
    ['lone-byte', 'a byte that begins nothing', '80'],
    ['latin-1-bytes', 'a letter in ISO-8859-1', 'e9'],
    ['beyond', 'a code point beyond U+10FFFF', 'f4908080'],
    ['cut-off', 'a character that is cut off', 'e282'],
  ]
  for (const [name, title, hex] of invalid) {
    const [before = '', after = ''] = signed({ statement: statement(attribute('displayName', '@@')) }).split(
      '@@',
    )
    const message = Buffer.concat([Buffer.from(before), Buffer.from(hex, 'hex'), Buffer.from(after)])
    refused('encoding', name, 'invalid-utf-8', title, input(bytes(message)), S65)
    if (name === 'overlong') refused('encoding', `${name}-base64`, 'invalid-utf-8', `${title}, in base64`, input(base64(message)), S65) // prettier-ignore
  }
}
