import type { Rule } from '../../core/rule.js'
import { shown } from '../../core/shown.js'
import { MAX_INFLATED_BYTES, type MessageKind } from './input.js'
import type { DeflateFault } from './inflate.js'
import { kindsIn, type ParametersReading } from './parameters.js'

export const DEFLATE = 'urn:oasis:names:tc:SAML:2.0:bindings:URL-Encoding:DEFLATE'

export interface BindingSubject {
  readonly binding: 'redirect' | 'post'
  readonly parameters: ParametersReading
  /** The only kind that is expected, if any. */
  readonly kind: MessageKind | undefined
  /** What came of inflating; `unread`: it did not come to that. */
  readonly deflate: DeflateFault | 'unread' | 'inflated'
}

type BindingRule = Rule<BindingSubject>

const rule = (row: Omit<BindingRule, 'severity'>): BindingRule => ({ severity: 'error', ...row })

const deflateMessages: Readonly<Record<DeflateFault, readonly [message: string, fix?: string]>> = {
  'too-large': ['What is deflated is larger than any message. Inflating ended there.'],
  'trailing-data': ['Something stands after the end of the DEFLATE stream.'],
  truncated: ['The DEFLATE stream is cut off.', 'Send all of it: servers and mail programs cut long URLs.'],
  zlib: [
    'This is zlib (RFC 1950), with a header around the DEFLATE stream.',
    'Deflate raw: without header and checksum.',
  ],
  'not-deflated': [
    'This is XML that was not deflated.',
    'Deflate the XML before the base64 encoding: only HTTP-POST sends it as it is.',
  ],
  malformed: ['This is no DEFLATE stream.'],
}

/** What is asked of a query or form before the message in it is looked at. */
export const bindingRules: readonly BindingRule[] = [
  rule({
    id: 'saml/binding-form',
    source: 'RFC 3986 2.1; URL Standard 5.1; attacks S50, S65, S69',
    title:
      'A query (65,536 characters at the most) or form (524,288) is percent-encoded UTF-8 in visible ASCII, with 64 parameters at the most',
    fix: 'Encode each value with a URL encoder, once, and send nothing else along.',
    check: ({ parameters }) => parameters.formFaults,
  }),
  rule({
    id: 'saml/binding-parameter',
    source: 'SAML Bindings 3.4.4, 3.5.4; attack S50',
    title: 'There is one SAMLRequest or one SAMLResponse, and no parameter of SAML comes twice',
    fix: 'Send the message once, under its own name, and RelayState once.',
    check: ({ parameters, kind }) => {
      const { duplicates, formFaults, raw } = parameters
      const twice = duplicates.map((name) => ({
        reason: 'duplicate',
        path: name,
        message: 'This parameter comes twice.',
      }))
      const kinds = kindsIn(parameters)
      const [only] = kinds
      if (kinds.length > 1)
        return [...twice, { reason: 'both', message: 'There are a request and a response.' }]
      if (only === undefined) {
        // Of one that cannot be decoded it is said already.
        if (formFaults.length > 0 || raw.has('SAMLRequest') || raw.has('SAMLResponse'))
          return twice.length > 0 ? twice : 'cantTell'
        const expected = kind ?? 'SAMLRequest or SAMLResponse'
        return [...twice, { reason: 'missing', expected, message: 'There is no message.' }]
      }
      return kind === undefined || only === kind
        ? twice
        : [
            ...twice,
            {
              reason: 'other-kind',
              expected: kind,
              actual: only,
              message: 'The other kind of message is expected.',
            },
          ]
    },
  }),
  rule({
    id: 'saml/redirect-encoding',
    source: 'SAML Bindings 3.4.4',
    title: 'SAMLEncoding is absent, or that of DEFLATE',
    fix: `Leave SAMLEncoding out, or set it to ${DEFLATE}.`,
    check: ({ binding, parameters }) => {
      const encoding = parameters.values.get('SAMLEncoding')
      if (binding !== 'redirect' || encoding === undefined) return 'notApplicable'
      if (encoding === DEFLATE) return []
      return [
        {
          reason: 'unknown',
          path: 'SAMLEncoding',
          expected: DEFLATE,
          actual: shown(encoding),
          message: 'No other encoding is read.',
        },
      ]
    },
  }),
  rule({
    id: 'saml/redirect-deflate',
    source: 'SAML Bindings 3.4.4.1; RFC 1951; attack S68',
    title: 'The message is one raw DEFLATE stream, of 262,144 bytes at the most once inflated',
    fix: 'Deflate the XML as RFC 1951 has it, and encode nothing but that.',
    check: ({ binding, deflate }) => {
      if (binding === 'post') return 'notApplicable'
      if (deflate === 'unread') return 'cantTell'
      if (deflate === 'inflated') return []
      const [message, fix] = deflateMessages[deflate]
      const expected = deflate === 'too-large' ? `at most ${MAX_INFLATED_BYTES} bytes` : undefined
      return [{ reason: deflate, expected, message, fix }]
    },
  }),
]
