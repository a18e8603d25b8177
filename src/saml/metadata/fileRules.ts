import type { Fault, Rule } from '../../core/rule.js'
import { messageRules } from '../messageRules.js'
import { MAX_METADATA_CHARACTERS, type FileReading, type FormFault } from './file.js'

const forms: Readonly<Record<FormFault, readonly [message: string, fix?: string]>> = {
  empty: ['There is nothing.'],
  base64: ['This looks like base64.', 'Decode the base64: metadata is given as the XML itself.'],
  html: [
    'This is an HTML page, perhaps one to sign in at.',
    'Sign in first, or take the URL that needs no sign-in, and save what it answers.',
  ],
  pem: [
    'This is a certificate or a key, not metadata.',
    'Without a metadata file, give entityID, sign-in URL and certificate one by one.',
  ],
  json: [
    'This is JSON, perhaps the configuration of an OpenID provider.',
    'Download the SAML metadata, which is XML.',
  ],
  url: ['This is a URL.', 'Download what stands there: nothing is fetched.'],
  'browser-view': [
    "This was copied from a browser's view of the document.",
    'Save the document as a file (or view its source), and take all of it from <EntityDescriptor to </EntityDescriptor>.',
  ],
  'text-before': [
    'Text stands before the document.',
    'Take all of it from <EntityDescriptor to </EntityDescriptor>, and nothing before or after.',
  ],
  'not-xml': ['This is not XML.'],
}

/** Where the fix of a message's rule would not help with metadata. */
const fixes: Readonly<Record<string, string>> = {
  'saml/message-size':
    'Leave out what a sign-in does not need: other entities, logos, claims of WS-Federation.',
  'saml/xml-limits':
    'Leave out what a sign-in does not need: other entities, logos, claims of WS-Federation.',
  'saml/xml-well-formed':
    'Download the metadata anew, as a file. Of copied text take all from <EntityDescriptor to </EntityDescriptor>, and nothing before or after.',
}

const ofMessagesAlone: readonly string[] = ['saml/message', 'saml/base64']

/** The gate before anything is understood: what came is a document, of a size and a kind that are read. */
export const fileRules: readonly Rule<FileReading>[] = [
  {
    id: 'saml/metadata-form',
    severity: 'error',
    source: 'SAML Metadata 2',
    title: 'Metadata is given as XML',
    fix: 'Give the metadata file as the identity provider offers it for download.',
    check: ({ form }) => {
      if (form === undefined) return []
      const [message, fix] = forms[form]
      return [{ reason: form, message, fix }]
    },
  },
  {
    id: 'saml/metadata-byte-order-mark',
    severity: 'warning',
    source: 'XML 1.0 4.3.3',
    title: 'Metadata does not begin with a byte order mark',
    fix: "Save the file in UTF-8 without a byte order mark: not all of AWS reads one. Entra's federation metadata begins with it; `tail -c +4 FILE` prints it without.",
    check: ({ byteOrderMark }) =>
      byteOrderMark
        ? [{ reason: 'present', message: 'The file begins with a byte order mark, which was passed over.' }]
        : [],
  },
  {
    id: 'saml/metadata-size',
    severity: 'error',
    source: 'R043; R344; attack S99',
    title: 'Metadata has 75,000 characters at the most, each counted once however many bytes it takes',
    fix: 'Leave out what a sign-in does not need (other entities, logos, claims of WS-Federation), or configure entityID, sign-in URL and certificate one by one.',
    check: ({ characters }) => {
      if (characters === undefined) return 'cantTell'
      if (characters <= MAX_METADATA_CHARACTERS) return []
      const most = String(MAX_METADATA_CHARACTERS)
      return [
        {
          reason: 'too-large',
          expected: `at most ${most} characters`,
          actual: characters === Infinity ? `more than ${most}` : `${characters} characters`,
          message: 'Identity Center takes no metadata of this size.',
        },
      ]
    },
  },
  ...messageRules
    .filter(({ id }) => !ofMessagesAlone.includes(id))
    .map((rule): Rule<FileReading> => ({
      ...rule,
      check: (file) => {
        if (file.form !== undefined) return 'cantTell'
        const result = rule.check(file)
        if (typeof result === 'string') return result
        return result.map((fault): Fault => {
          const fix = fixes[`${rule.id} ${fault.reason}`] ?? fixes[rule.id]
          return fix === undefined ? fault : { ...fault, fix }
        })
      },
    })),
]
