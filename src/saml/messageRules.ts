import type { Fault, Rule, RuleRow } from '../core/rule.js'
import type { MessageFault } from './message.js'
import { placeOf, type XmlFault } from './xml/fault.js'

/** What reading a message came to, for the rules of its first gate. */
export interface Reading {
  readonly text: string | undefined
  readonly fault: MessageFault | XmlFault | undefined
}

type Row = RuleRow & {
  readonly messages: Readonly<Record<string, string>>
  readonly fixes?: Readonly<Record<string, string>>
}

const rows: readonly Row[] = [
  {
    id: 'saml/message',
    severity: 'error',
    source: 'SAML Bindings 3.5.4',
    title: 'A message is XML, or the base64 of XML as the HTTP-POST binding sends it',
    fix: 'Give the value of the form field SAMLResponse, or the XML itself.',
    messages: {
      empty: 'There is nothing.',
      html: 'This is an HTML page, not a SAML message.',
      jwt: 'This is a JWT, not a SAML message.',
      form: 'This is a whole form field, with its name.',
      'data-url': 'This is a data: URL, not a SAML message.',
      url: 'This is the address of a page, not a SAML message.',
      'http-capture': 'This is a capture of HTTP, not a SAML message.',
      json: 'This is JSON, not a SAML message.',
      binary: 'These bytes are neither XML nor base64.',
      'not-xml': 'The base64 does not hold XML.',
    },
    fixes: {
      html: 'The page may hold the message: give the value of its hidden field SAMLResponse.',
      jwt: 'A JWT is for an exchange: see countersign check token.',
      'data-url': 'Give what stands after the comma, as base64 or as XML.',
      url: 'A Response is not in the address: give the value of the form field SAMLResponse that the browser posts.',
      'http-capture':
        'Of the capture, give the body of the POST to the assertion consumer service alone, or the value of its field SAMLResponse.',
      json: 'Of a HAR file or another capture in JSON, give the value of the field SAMLResponse alone.',
      form: 'Give the value alone, without the name of the field and without what follows an ampersand.',
      'not-xml':
        'A Response is sent by HTTP-POST, neither deflated (as HTTP-Redirect does) nor encoded twice.',
    },
  },
  {
    id: 'saml/message-size',
    severity: 'error',
    source: 'attack S69',
    title: 'A message is 262,144 characters and bytes at the most',
    fix: 'Send fewer attributes: a sign-in needs one NameID and 50 attributes at the most.',
    messages: { 'too-large': 'The message is larger than any sign-in.' },
  },
  {
    id: 'saml/base64',
    severity: 'error',
    source: 'SAML Bindings 3.5.4; RFC 4648 4; attack S67',
    title: 'Base64 is canonical: its alphabet, its padding, no bits left over; line breaks are allowed',
    fix: 'Encode the XML with a standard base64 encoder, and send all of it.',
    messages: {
      alphabet: 'A character is not of the base64 alphabet.',
      padding: 'The padding is not that of base64.',
      length: 'The base64 is cut off.',
      'not-canonical': 'Bits are left over: the text is not what its bytes encode to.',
      'percent-encoded': 'The base64 is still percent-encoded, as in a form or a URL.',
      spaces: 'Spaces stand in the base64, as where a form has read each + as one.',
    },
    fixes: {
      'percent-encoded': 'Decode the percent-encoding first: %2B is +, %2F is / and %3D is =.',
      spaces: 'Percent-encode the value before it is put into a form: + is %2B.',
    },
  },
  {
    id: 'saml/encoding',
    severity: 'error',
    source: 'XML 1.0 4.3.3; attack S65',
    title: 'A message is in UTF-8, says nothing else, and has no byte order mark',
    fix: 'Write the XML in UTF-8 without a byte order mark.',
    messages: {
      'utf-16': 'The message is in UTF-16.',
      'byte-order-mark': 'The message begins with a byte order mark.',
      'invalid-utf-8': 'The bytes are not UTF-8.',
      declared: 'The XML declaration names another encoding than UTF-8.',
    },
  },
  {
    id: 'saml/xml-characters',
    severity: 'error',
    source: 'XML 1.0 2.2; attack S66',
    title: 'Every character is one that XML may hold',
    fix: 'Remove control characters from the values that the message is made of.',
    messages: { illegal: 'A character is one that XML cannot hold.' },
  },
  {
    id: 'saml/xml-doctype',
    severity: 'error',
    source: 'SAML Core 1.1; attacks S60, S61, S62',
    title: 'There is no document type declaration',
    fix: 'Remove <!DOCTYPE ...>: SAML messages have none, and entities of it are never resolved.',
    messages: { present: 'A document type declaration stands here. Nothing of it was read.' },
  },
  {
    id: 'saml/xml-processing-instruction',
    severity: 'error',
    source: 'attack S27',
    title: 'There is no processing instruction',
    fix: 'Remove <?...?>. Only the XML declaration may stand at the very beginning.',
    messages: { present: 'A processing instruction stands here.' },
  },
  {
    id: 'saml/xml-namespaces',
    severity: 'error',
    source: 'Namespaces in XML 1.0 3-6; attacks S26, S64',
    title: 'Every prefix is declared, and every namespace has an absolute name',
    fix: 'Declare each prefix on its element or one around it, with the full URI of the namespace.',
    messages: {
      name: 'A qualified name has one colon, with a name on both sides.',
      'undeclared-prefix': 'A prefix of this element is not declared.',
      reserved: 'The prefixes xml and xmlns, and their namespaces, cannot be declared otherwise.',
      empty: 'A prefix cannot stand for no namespace.',
      'not-a-uri': 'The name of a namespace is not an absolute URI.',
    },
  },
  {
    id: 'saml/xml-duplicate-attribute',
    severity: 'error',
    source: 'XML 1.0 3.1; Namespaces in XML 1.0 6.3; attack S63',
    title: 'No attribute occurs twice in an element',
    fix: 'Write each attribute once.',
    messages: {
      attribute: 'An attribute of this element occurs twice.',
      declaration: 'A namespace declaration of this element occurs twice.',
    },
  },
  {
    id: 'saml/xml-limits',
    severity: 'error',
    source: 'attacks S70, S71',
    title:
      'Elements nest 64 deep at the most, there are 5,000 nodes at the most, and names of namespaces have 1,024 characters at the most',
    fix: 'Send less: a sign-in has about a hundred nodes.',
    messages: {
      depth: 'Elements nest too deep.',
      nodes: 'There are too many elements, attributes and texts.',
      namespace: 'The name of a namespace is too long.',
      'canonical-form': 'The canonical form is too long.',
    },
  },
  {
    id: 'saml/xml-well-formed',
    severity: 'error',
    source: 'XML 1.0 2.1; attacks S63, S72',
    title: 'The text is well-formed XML',
    fix: 'Write the message with an XML library, and send all of it.',
    messages: {
      'no-root': 'There is no element.',
      'after-root': 'Something stands after the root element.',
      'outside-root': 'Text stands outside the root element.',
      declaration: 'The XML declaration cannot be read.',
      version: 'Only version 1.0 of XML is read.',
      'element-name': 'The name of an element cannot be read: names are ASCII here.',
      'attribute-name': 'The name of an attribute cannot be read: names are ASCII here.',
      'start-tag': 'A start tag cannot be read.',
      'end-tag': 'An end tag does not match its start tag.',
      'unclosed-element': 'An element does not end.',
      attribute: 'An attribute cannot be read.',
      'unclosed-attribute': 'The value of an attribute does not end.',
      comment: 'Two hyphens stand inside a comment.',
      'unclosed-comment': 'A comment does not end.',
      'unclosed-cdata': 'A CDATA section does not end.',
      'cdata-end': ']]> stands in text.',
      markup: 'This markup has no place here.',
      reference: 'This is no reference to a character or to one of the five entities.',
    },
  },
]

/** The gate before anything is understood: what came is a message, and well-formed XML of the kind that SAML uses. */
export const messageRules: readonly Rule<Reading>[] = rows.map(({ messages, fixes, ...row }) => ({
  ...row,
  check: ({ text, fault }) => {
    if (fault?.rule === row.id) return [faultOf(fault, text, messages, fixes)]
    // What comes first hides what would come after it.
    return fault ? 'cantTell' : []
  },
}))

function faultOf(
  fault: MessageFault | XmlFault,
  text: string | undefined,
  messages: Readonly<Record<string, string>>,
  fixes: Readonly<Record<string, string>> = {},
): Fault {
  const { reason } = fault
  return {
    reason,
    message: messages[reason] ?? 'The message cannot be read.',
    fix: Object.hasOwn(fixes, reason) ? fixes[reason] : undefined,
    path: 'offset' in fault && text !== undefined ? placeOf(text, fault.offset) : undefined,
  }
}
