import { formatDateTime } from '../../core/codec.js'
import type { JsonObject } from '../../core/json.js'
import type { CheckResult, Fault } from '../../core/rule.js'
import { kindOf, shown } from '../../core/shown.js'
import { emailVerified, emailVerifiedFaults, mappedClaim, mappedClaimFaults } from './mappedClaim.js'
import type { TokenReading } from './read.js'
import { claimOf, tokenRule, whenRead, type TokenRule, type TokenSubject } from './subject.js'

/** 9999-12-31T23:59:59Z. A later instant is a mistake (mostly milliseconds), not a date. */
export const LAST_INSTANT = 253_402_300_799
const MAX_AUDIENCES = 100

/** What the signed claims must say. All of these run: a person sees every fault at once. */
export const claimRules: readonly TokenRule[] = [
  tokenRule({
    id: 'tti/sub',
    source: 'R256; RFC 7519 4.1.2',
    title: 'The subject is a non-empty text',
    fix: 'Have the identity provider issue the token for a person: a client credentials token has no person.',
    check: whenRead('payload', (subject) => textFaults(subject, 'sub')),
  }),
  tokenRule({
    id: 'tti/aud',
    source: 'R257; R245; RFC 7519 4.1.3',
    title: "The audience names one of the application's audiences for this issuer",
    fix: "Add the token's audience to AuthorizedAudiences of the application's grant for this issuer, or request the token for a configured audience.",
    check: whenRead('payload', audienceFaults),
  }),
  tokenRule({
    id: 'tti/exp',
    source: 'R258; RFC 7519 4.1.4',
    title: 'The token expires, and has not yet',
    fix: 'Get a fresh token and exchange it at once.',
    check: whenRead('payload', (subject) => {
      const exp = claimOf(subject, 'exp')
      if (exp === undefined)
        return [{ reason: 'missing', path: 'claims.exp', message: 'The token never expires.' }]
      const wrong = timeFaults('exp', exp)
      if (typeof exp !== 'number' || wrong.length > 0) return wrong
      const { now, clockSkewSeconds, maxTokenLifetimeSeconds: longest } = subject
      if (longest !== undefined && exp > now + longest + clockSkewSeconds) {
        const message = 'The token lives longer than this exchange allows.'
        return [
          {
            reason: 'too-long',
            path: 'claims.exp',
            expected: `within ${longest} s`,
            actual: formatDateTime(exp),
            message,
          },
        ]
      }
      if (now < exp + clockSkewSeconds) return []
      const actual = formatDateTime(exp)
      const expected = `after ${formatDateTime(now - clockSkewSeconds)}`
      return [{ reason: 'expired', path: 'claims.exp', expected, actual, message: 'The token has expired.' }]
    }),
  }),
  tokenRule({
    id: 'tti/nbf',
    source: 'R261; RFC 7519 4.1.5',
    title: 'A token that names a first instant is past it',
    fix: "Set the clocks right, or wait: the token's nbf lies in the future.",
    check: whenRead('payload', (subject) => {
      const nbf = claimOf(subject, 'nbf')
      if (nbf === undefined) return 'notApplicable'
      const wrong = timeFaults('nbf', nbf)
      if (typeof nbf !== 'number' || wrong.length > 0) return wrong
      const exp = claimOf(subject, 'exp')
      if (typeof exp === 'number' && nbf >= exp) {
        return [
          {
            reason: 'after-exp',
            path: 'claims.nbf',
            message: 'The token begins when it has already expired.',
          },
        ]
      }
      if (subject.now >= nbf - subject.clockSkewSeconds) return []
      return [
        {
          reason: 'not-yet',
          path: 'claims.nbf',
          actual: formatDateTime(nbf),
          message: 'The token is not valid yet.',
        },
      ]
    }),
  }),
  tokenRule({
    id: 'tti/iat',
    source: 'R261; RFC 7519 4.1.6',
    title: 'A token was not issued in the future, nor longer ago than allowed',
    fix: "Set the clocks right, or get a fresh token: see the token's iat.",
    check: whenRead('payload', (subject) => {
      const iat = claimOf(subject, 'iat')
      const { now, clockSkewSeconds: skew, maxTokenAgeSeconds: maxAge } = subject
      const path = 'claims.iat'
      if (iat === undefined) {
        if (maxAge === undefined) return 'notApplicable'
        return [
          {
            reason: 'missing',
            path,
            message: 'The token does not say when it was issued, and its age is limited.',
          },
        ]
      }
      const wrong = timeFaults('iat', iat)
      if (typeof iat !== 'number' || wrong.length > 0) return wrong
      const actual = formatDateTime(iat)
      if (iat > now + skew)
        return [{ reason: 'future', path, actual, message: 'The token was issued in the future.' }]
      if (maxAge === undefined || now - iat <= maxAge + skew) return []
      return [
        {
          reason: 'too-old',
          path,
          actual,
          expected: `at most ${maxAge} s old`,
          message: 'The token is too old.',
        },
      ]
    }),
  }),
  tokenRule({
    id: 'tti/jti',
    source: 'R262; RFC 7519 4.1.7; attack R07',
    title: 'A token id is a non-empty text',
    fix: 'Have the identity provider write "jti" as a unique text in each token, or leave it out.',
    check: whenRead('payload', (subject) =>
      claimOf(subject, 'jti') === undefined ? 'notApplicable' : textFaults(subject, 'jti'),
    ),
  }),
  tokenRule({
    id: 'tti/events',
    source: 'R259; RFC 8417 2.2; attack J09',
    title: 'A token is not a security event',
    fix: 'Send the ID token or the access token, not a logout token or a security event.',
    check: whenRead('payload', (subject) =>
      claimOf(subject, 'events') === undefined
        ? []
        : [
            {
              reason: 'present',
              path: 'claims.events',
              message: 'A token with "events" tells of something; it grants nothing.',
            },
          ],
    ),
  }),
  {
    ...mappedClaim,
    check: ({ reading, issuer }) => onClaims(reading, (claims) => mappedClaimFaults(claims, issuer)),
  },
  {
    ...emailVerified,
    check: ({ reading, issuer }) => onClaims(reading, (claims) => emailVerifiedFaults(claims, issuer)),
  },
]

function onClaims(reading: TokenReading, check: (claims: JsonObject) => CheckResult): CheckResult {
  return reading.payload?.object ? check(reading.payload.object) : 'cantTell'
}

function textFaults(subject: TokenSubject, name: string): readonly Fault[] {
  const value = claimOf(subject, name)
  const path = `claims.${name}`
  if (value === undefined) return [{ reason: 'missing', path, message: `The token has no "${name}".` }]
  if (typeof value !== 'string') {
    return [
      {
        reason: 'not-string',
        path,
        expected: 'a text',
        actual: kindOf(value),
        message: `"${name}" is not a text.`,
      },
    ]
  }
  return value === '' ? [{ reason: 'empty', path, message: `"${name}" is empty.` }] : []
}

function timeFaults(name: string, value: unknown): readonly Fault[] {
  const path = `claims.${name}`
  if (typeof value !== 'number') {
    return [
      {
        reason: 'not-number',
        path,
        expected: 'epoch seconds',
        actual: kindOf(value),
        message: `"${name}" is not a number.`,
      },
    ]
  }
  if (!Number.isInteger(value)) {
    return [
      {
        reason: 'not-integer',
        path,
        expected: 'whole seconds',
        actual: shown(value),
        message: `"${name}" is not whole.`,
      },
    ]
  }
  if (value >= 0 && value <= LAST_INSTANT) return []
  const fix = value > LAST_INSTANT ? 'Write epoch seconds: the value looks like milliseconds.' : undefined
  return [
    {
      reason: 'absurd',
      path,
      expected: 'epoch seconds before year 10000',
      actual: shown(value),
      message: `"${name}" is no date.`,
      fix,
    },
  ]
}

function audienceFaults(subject: TokenSubject): readonly Fault[] {
  const aud = claimOf(subject, 'aud')
  const path = 'claims.aud'
  if (aud === undefined) return [{ reason: 'missing', path, message: 'The token names no audience.' }]
  const named: readonly unknown[] | undefined =
    typeof aud === 'string' ? [aud] : Array.isArray(aud) ? aud : undefined
  if (!named || !named.every((one) => typeof one === 'string')) {
    return [
      {
        reason: 'not-string',
        path,
        expected: 'a text or an array of texts',
        actual: kindOf(aud),
        message: 'The audience is neither a text nor an array of texts.',
      },
    ]
  }
  if (named.length > MAX_AUDIENCES) {
    return [
      {
        reason: 'too-many',
        path,
        expected: `at most ${MAX_AUDIENCES}`,
        actual: `${named.length}`,
        message: 'The token names too many audiences.',
      },
    ]
  }
  if (audienceOf(subject) !== undefined) return []
  const expected = subject.audiences.map((audience) => shown(audience)).join(' or ')
  const actual =
    named
      .slice(0, 5)
      .map((audience) => shown(audience))
      .join(', ') || 'none'
  return [{ reason: 'mismatch', path, expected, actual, message: 'The token is meant for another audience.' }]
}

/** The first configured audience that the token names, compared exactly. */
export function audienceOf(subject: TokenSubject): string | undefined {
  const aud = claimOf(subject, 'aud')
  return subject.audiences.find((audience) =>
    Array.isArray(aud) ? aud.includes(audience) : aud === audience,
  )
}
