import { MAX_TOKEN_CHARACTERS, type JsonSegment, type TokenForm } from './read.js'
import { tokenRule, type TokenRule } from './subject.js'

// A hostile token could name thousands.
const MAX_DUPLICATES = 20
const segmentNames = ['header', 'payload', 'signature'] as const
const jsonSegmentNames = ['header', 'payload'] as const

const formMessages: Readonly<Record<Exclude<TokenForm, 'compact' | 'encrypted'>, string>> = {
  'not-text': 'The assertion is not a text.',
  empty: 'The assertion is empty.',
  'white-space': 'The assertion begins or ends with white space.',
  json: 'The assertion is in JSON serialization, whose unprotected header could name its own algorithm.',
  segments: 'The assertion is not three segments separated by dots.',
}

/** The first gate: is this text one compact, signed JWT, written in the one canonical way? */
export const formRules: readonly TokenRule[] = [
  tokenRule({
    id: 'tti/token-size',
    source: 'RFC 8725 2; attack J25',
    title: 'A token has at most 16,384 characters',
    fix: 'Have the identity provider leave groups and other long claims out of the token.',
    check: ({ reading }) =>
      reading.size <= MAX_TOKEN_CHARACTERS
        ? []
        : [
            {
              reason: 'too-large',
              message: 'The token is too large to be read.',
              expected: `at most ${MAX_TOKEN_CHARACTERS} characters`,
              actual: `${reading.size}`,
            },
          ],
  }),
  tokenRule({
    id: 'tti/token-form',
    source: 'R254; RFC 7515 7.1',
    title: 'A token is a JWT in compact serialization: header, claims, signature',
    fix: 'Send the ID token or JWT access token exactly as the identity provider returned it.',
    check: ({ reading }) => {
      if (reading.size > MAX_TOKEN_CHARACTERS) return 'cantTell'
      if (reading.form === 'compact' || reading.form === 'encrypted') return []
      const actual = reading.form === 'segments' ? { actual: `${reading.segmentCount} segments` } : {}
      return [
        { reason: reading.form, message: formMessages[reading.form], expected: '3 segments', ...actual },
      ]
    },
  }),
  tokenRule({
    id: 'tti/token-encrypted',
    source: 'R254; attack J12',
    title: 'A token is signed, not encrypted',
    fix: 'Turn off ID token encryption for this client at the identity provider.',
    check: ({ reading }) => {
      if (reading.form === 'encrypted') {
        return [
          {
            reason: 'jwe',
            message: 'The token is encrypted (JWE, five segments); only a signed JWT is read.',
          },
        ]
      }
      return reading.form === 'compact' ? [] : 'notApplicable'
    },
  }),
  tokenRule({
    id: 'tti/base64url',
    source: 'RFC 7515 2; RFC 4648 3.5; attack J15',
    title: 'Every segment is canonical base64url, without padding',
    fix: 'Do not re-encode, wrap or trim the token on its way.',
    check: ({ reading }) =>
      reading.form !== 'compact'
        ? 'cantTell'
        : segmentNames.flatMap((name) => {
            const fault = reading[name]?.fault
            return fault
              ? [{ reason: fault, path: name, message: `The ${name} is not canonical base64url.` }]
              : []
          }),
  }),
  tokenRule({
    id: 'tti/token-json',
    source: 'RFC 7519 7.2; RFC 8259',
    title: 'Header and claims are each one well-formed JSON object',
    fix: 'Have the identity provider issue a JWT whose header and claims are JSON objects in UTF-8.',
    check: ({ reading }) => {
      const decoded = decodedSegments(reading)
      if (decoded.length < 2) return 'cantTell'
      return decoded.flatMap(([name, { jsonFault }]) =>
        jsonFault
          ? [
              {
                reason: jsonFault,
                path: name,
                message: `The ${name} is not a JSON object that can be read safely.`,
              },
            ]
          : [],
      )
    },
  }),
  tokenRule({
    id: 'tti/duplicate-member',
    source: 'RFC 7519 4; RFC 8725 2.4; attack J16',
    title: 'No member name occurs twice in header or claims',
    fix: 'Remove the duplicate claim mapping at the identity provider: readers disagree which of the two counts.',
    check: ({ reading }) => {
      const decoded = decodedSegments(reading).filter(([, segment]) => segment.object)
      if (decoded.length < 2) return 'cantTell'
      return decoded.flatMap(([name, { duplicates }]) =>
        duplicates.slice(0, MAX_DUPLICATES).map((path) => ({
          reason: 'duplicate',
          path: path.replace('$', name),
          message: `The ${name} names a member twice.`,
        })),
      )
    },
  }),
]

function decodedSegments(reading: { header?: JsonSegment; payload?: JsonSegment }): [string, JsonSegment][] {
  return jsonSegmentNames.flatMap((name): [string, JsonSegment][] => {
    const segment = reading[name]
    return segment?.bytes ? [[name, segment]] : []
  })
}
