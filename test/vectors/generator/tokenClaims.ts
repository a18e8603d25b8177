import type { Keys } from './keys.js'
import { claimsText, toolbox } from './toolbox.js'
import { cases, type Json, type More, type Vector } from './vector.js'
import { AUDIENCE, issuer, ISSUER, NOW, type Members } from './world.js'

const LAST_INSTANT = 253_402_300_799

export function tokenClaimVectors(keys: Keys): readonly Vector[] {
  const { accepted, refused, warned, vectors } = cases('token', 'claims')
  const { claims, payload } = toolbox(keys)
  const J17 = { attacks: ['J17'] }
  /** One claim in every JSON type that it may not have. */
  const types = (claim: string, reason: string, values: readonly [string, Json][], more: More): void => {
    for (const [name, value] of values) {
      refused(claim, name, reason, `"${claim}" of JSON type ${name}`, claims({ [claim]: value }), more)
    }
  }
  const notTexts: readonly [string, Json][] = [
    ['null', null],
    ['number', 1],
    ['true', true],
    ['array', ['u1']],
    ['object', { id: 'u1' }],
  ]

  accepted('sub', 'text', 'a subject', claims({ sub: 'u1' }))
  accepted('sub', 'odd', 'a subject with a space, a slash and a letter beyond ASCII', claims({ sub: ' a/\u00e9' })) // prettier-ignore
  refused('sub', 'missing', 'missing', 'no subject', claims({ sub: undefined }))
  refused('sub', 'empty', 'empty', 'an empty subject', claims({ sub: '' }))
  types('sub', 'not-string', notTexts, J17)

  const J20 = { attacks: ['J20'] }
  const hundred = Array.from({ length: 99 }, (_, index) => `other-${index}`)
  accepted('aud', 'text', 'the configured audience', claims({ aud: AUDIENCE }))
  accepted('aud', 'array', 'the configured audience among others', claims({ aud: ['other', AUDIENCE] }))
  accepted('aud', 'second', 'the second of two configured audiences', claims({ aud: 'second' }, { audiences: [AUDIENCE, 'second'] }), { value: { audience: 'second' } }) // prettier-ignore
  accepted('aud', 'hundred', 'an array of 100 audiences', claims({ aud: [...hundred, AUDIENCE] }), J20)
  accepted('aud', 'azp', 'an authorized party that is another: it does not decide', claims({ azp: 'other' }), J20) // prettier-ignore
  const audiences: readonly [string, string, string, Json | undefined, string[]?][] = [
    ['missing', 'missing', 'no audience', undefined],
    ['null', 'not-string', 'null as the audience', null],
    ['number', 'not-string', 'a number as the audience', 1],
    ['object', 'not-string', 'an object as the audience', { [AUDIENCE]: true }],
    ['array-of-numbers', 'not-string', 'an array that also holds a number', [AUDIENCE, 1]],
    ['array-of-arrays', 'not-string', 'an array in an array', [[AUDIENCE]]],
    ['empty-array', 'mismatch', 'an empty array', []],
    ['empty', 'mismatch', 'an empty text', ''],
    ['other', 'mismatch', 'another audience', 'other'],
    ['array-of-others', 'mismatch', 'an array of other audiences', ['other', 'another']],
    ['prefix', 'mismatch', 'the beginning of the audience', 'my-cli'],
    ['suffix', 'mismatch', 'the audience with more after it', 'my-client-2'],
    ['case', 'mismatch', 'the audience in another case', 'My-Client'],
    ['list', 'mismatch', 'a list in one text', `other ${AUDIENCE}`],
    ['comma-list', 'mismatch', 'a list with commas', `${AUDIENCE},other`],
    ['space', 'mismatch', 'the audience with a space', `${AUDIENCE} `],
    ['wildcard', 'mismatch', 'a wildcard', '*'],
    ['azp-only', 'mismatch', 'the audience as another claim only', 'other'],
    ['101', 'too-many', 'an array of 101 audiences', [...hundred, 'other', AUDIENCE]],
  ]
  for (const [name, reason, title, aud] of audiences) {
    const more = name === 'azp-only' ? { azp: AUDIENCE, client_id: AUDIENCE } : {}
    refused('aud', name, reason, title, claims({ aud, ...more }), J20)
  }

  timeVectors()

  const R07 = { attacks: ['R07'] }
  accepted('jti', 'text', 'a token id', claims({ jti: '4f1e' }), { value: { jti: '4f1e' } })
  accepted('jti', 'proto', '__proto__ as the token id', claims({ jti: '__proto__' }), { ...R07, value: { jti: '__proto__' } }) // prettier-ignore
  accepted('jti', 'odd', 'a token id with control characters and letters beyond ASCII', claims({ jti: '|\u0000\n\u00e9\ud83d\ude00' }), R07) // prettier-ignore
  accepted('jti', '8-kib', 'a token id of 8,192 characters', claims({ jti: 'j'.repeat(8192) }), { attacks: ['R08'] }) // prettier-ignore
  refused('jti', 'empty', 'empty', 'an empty token id', claims({ jti: '' }), R07)
  types('jti', 'not-string', notTexts, R07)

  const logout = { 'http://schemas.openid.net/event/backchannel-logout': {} }
  accepted('events', 'absent', 'no events', claims({}))
  refused('events', 'logout', 'present', 'a logout token without a type', claims({ events: logout, jti: 'l1' }), { attacks: ['J09'] }) // prettier-ignore
  refused('events', 'security-event', 'present', 'a security event', claims({ events: { 'https://schemas.openid.net/secevent/risc/event-type/account-disabled': {} } }), { attacks: ['J09'] }) // prettier-ignore
  refused('events', 'empty', 'present', 'an empty object of events', claims({ events: {} }), { attacks: ['J09'] }) // prettier-ignore
  refused('events', 'null', 'present', 'null as the events', claims({ events: null }), { attacks: ['J09'] })

  mappedClaimVectors()
  return vectors

  function timeVectors(): void {
    const J18 = { attacks: ['J18'] }
    const J19 = { attacks: ['J19'] }
    const strict = { clockSkewSeconds: 0 }
    accepted('exp', 'future', 'an expiry in the future', claims({ exp: NOW + 300 }), { value: { expiresAt: NOW + 300 } }) // prettier-ignore
    accepted('exp', 'now', 'an expiry of this second, within the skew', claims({ exp: NOW }), J18)
    accepted('exp', 'last-second-of-skew', 'an expiry 59 seconds ago', claims({ exp: NOW - 59 }), J18)
    refused('exp', 'end-of-skew', 'expired', 'an expiry 60 seconds ago: as long as the skew', claims({ exp: NOW - 60 }), J18) // prettier-ignore
    accepted('exp', 'no-skew-next-second', 'without skew, an expiry in the next second', claims({ exp: NOW + 1 }, strict), J18) // prettier-ignore
    refused('exp', 'no-skew-now', 'expired', 'without skew, an expiry of this second', claims({ exp: NOW }, strict), J18) // prettier-ignore
    accepted('exp', 'exponent', 'an expiry in exponent form', payload(claimsText('"exp":1.8000003e9', ['exp']))) // prettier-ignore
    accepted('exp', 'year-9999', 'the last second of the year 9999', claims({ exp: LAST_INSTANT }), J18)
    refused('exp', 'year-10000', 'absurd', 'the first second of the year 10000', claims({ exp: LAST_INSTANT + 1 }), J18) // prettier-ignore
    refused('exp', 'milliseconds', 'absurd', 'milliseconds in place of seconds', claims({ exp: (NOW + 300) * 1000 }), J18) // prettier-ignore
    refused('exp', '1e300', 'absurd', 'a number that is finite, and no date', payload(claimsText('"exp":1e300', ['exp'])), J18) // prettier-ignore
    refused('exp', 'negative', 'absurd', 'a negative expiry', claims({ exp: -1 }), J18)
    refused('exp', 'zero', 'expired', 'an expiry of 0', claims({ exp: 0 }), J18)
    refused('exp', 'fraction', 'not-integer', 'an expiry with a fraction', claims({ exp: NOW + 300.5 }), J18)
    refused('exp', 'long-ago', 'expired', 'an expiry a year ago', claims({ exp: NOW - 31_536_000 }), J18)
    const short = { maxTokenLifetimeSeconds: 300 }
    accepted('exp', 'lifetime-at-limit', 'a lifetime of the limit and the skew', claims({ exp: NOW + 360 }, short), J18) // prettier-ignore
    refused('exp', 'lifetime-past-limit', 'too-long', 'a lifetime a second more', claims({ exp: NOW + 361 }, short), J18) // prettier-ignore
    refused('exp', 'missing', 'missing', 'no expiry', claims({ exp: undefined }), J18)
    const times: readonly [string, Json][] = [['string', `${NOW + 300}`], ['null', null], ['true', true], ['array', [NOW + 300]], ['object', {}], ['date', '2027-01-15T08:05:00Z']] // prettier-ignore
    types('exp', 'not-number', times, J18)

    accepted('nbf', 'past', 'a first instant in the past', claims({ nbf: NOW - 10 }))
    accepted('nbf', 'end-of-skew', 'a first instant as far ahead as the skew', claims({ nbf: NOW + 60 }), J19)
    refused('nbf', 'past-skew', 'not-yet', 'a first instant a second past the skew', claims({ nbf: NOW + 61 }), J19) // prettier-ignore
    accepted('nbf', 'no-skew-now', 'without skew, a first instant of this second', claims({ nbf: NOW }, strict), J19) // prettier-ignore
    refused('nbf', 'no-skew-next-second', 'not-yet', 'without skew, a first instant in the next second', claims({ nbf: NOW + 1 }, strict), J19) // prettier-ignore
    refused('nbf', 'equal-to-exp', 'after-exp', 'a first instant at the expiry', claims({ nbf: NOW + 30, exp: NOW + 30 }), J19) // prettier-ignore
    refused('nbf', 'after-exp', 'after-exp', 'a first instant after the expiry', claims({ nbf: NOW + 31, exp: NOW + 30 }), J19) // prettier-ignore
    refused('nbf', 'milliseconds', 'absurd', 'milliseconds in place of seconds', claims({ nbf: NOW * 1000 }), J19) // prettier-ignore
    refused('nbf', 'negative', 'absurd', 'a negative first instant', claims({ nbf: -1 }), J19)
    refused('nbf', 'fraction', 'not-integer', 'a first instant with a fraction', claims({ nbf: NOW - 0.5 }), J19) // prettier-ignore
    types('nbf', 'not-number', times, J19)

    accepted('iat', 'now', 'issued this second', claims({ iat: NOW }))
    accepted('iat', 'long-ago', 'issued ten years ago: the age is not limited', claims({ iat: NOW - 315_360_000 })) // prettier-ignore
    accepted('iat', 'end-of-skew', 'issued as far ahead as the skew', claims({ iat: NOW + 60 }), J19)
    refused('iat', 'past-skew', 'future', 'issued a second past the skew', claims({ iat: NOW + 61 }), J19)
    refused('iat', 'milliseconds', 'absurd', 'milliseconds in place of seconds', claims({ iat: NOW * 1000 }), J19) // prettier-ignore
    refused('iat', 'negative', 'absurd', 'a negative instant', claims({ iat: -1 }), J19)
    refused('iat', 'fraction', 'not-integer', 'an instant with a fraction', claims({ iat: NOW - 0.5 }), J19)
    types('iat', 'not-number', times, J19)
    const limited = { maxTokenAgeSeconds: 600 }
    accepted('iat', 'age-at-limit', 'an age of the limit and the skew', claims({ iat: NOW - 660 }, limited))
    refused('iat', 'age-past-limit', 'too-old', 'an age a second more', claims({ iat: NOW - 661 }, limited))
    refused('iat', 'age-unknown', 'missing', 'no instant of issue, where the age is limited', claims({ iat: undefined }, limited)) // prettier-ignore
  }

  function mappedClaimVectors(): void {
    const J26 = { attacks: ['J26'] }
    const at = (ClaimAttributePath: string): Members => ({ issuer: issuer({ ClaimAttributePath }) })
    const nested = (profile: Json | undefined): Json => claims({ profile }, at('profile.email'))
    accepted('mapped-claim', 'text', 'the mapped claim as a text', claims({}))
    accepted('mapped-claim', 'nested', 'a member of an object', nested({ email: 'ada@example.com' }))
    accepted('mapped-claim', 'underscore', 'a claim with an underscore', claims({ preferred_username: 'ada' }, at('preferred_username'))) // prettier-ignore
    accepted('mapped-claim', 'constructor-own', 'a claim that is named constructor', claims({ constructor: 'ada' } as unknown as Members, at('constructor'))) // prettier-ignore
    refused('mapped-claim', 'missing', 'missing', 'no such claim', claims({ email: undefined }), J26)
    refused('mapped-claim', 'empty', 'empty', 'an empty claim', claims({ email: '' }), J26)
    for (const [name, value] of [...notTexts, ['array-of-one', ['ada@example.com']] as const]) {
      refused('mapped-claim', name, 'not-string', `the mapped claim of JSON type ${name}`, claims({ email: value }), J26) // prettier-ignore
    }
    refused('mapped-claim', 'case', 'missing', 'the claim under a name in another case', claims({ email: undefined, Email: 'ada@example.com' }), J26) // prettier-ignore
    refused('mapped-claim', 'nested-missing', 'missing', 'an object without the member', nested({}), J26)
    refused('mapped-claim', 'nested-flat', 'missing', 'a flat claim whose name has the dot', claims({ 'profile.email': 'ada@example.com' }, at('profile.email')), J26) // prettier-ignore
    refused('mapped-claim', 'nested-in-text', 'missing', 'a text where the object should be', nested('ada'), J26) // prettier-ignore
    refused('mapped-claim', 'nested-in-array', 'missing', 'an array where the object should be', nested([{ email: 'ada@example.com' }]), J26) // prettier-ignore
    refused('mapped-claim', 'nested-in-null', 'missing', 'null where the object should be', nested(null), J26)
    for (const name of ['constructor', 'toString', 'valueOf', 'hasOwnProperty']) {
      refused('mapped-claim', `inherited-${name.toLowerCase()}`, 'missing', `${name}, which objects inherit in some languages`, claims({}, at(name)), J26) // prettier-ignore
    }
    refused('mapped-claim', 'inherited-nested', 'missing', 'constructor.name, which objects inherit', claims({}, at('constructor.name')), J26) // prettier-ignore
    refused('mapped-claim', 'length-of-text', 'missing', 'the length of a text', claims({ email: 'ada@example.com' }, at('email.length')), J26) // prettier-ignore
    refused('mapped-claim', 'proto-member', 'missing', 'the claim inside a member named __proto__', payload(claimsText('"__proto__":{"email":"eve@example.com"}', ['email'])), J26) // prettier-ignore

    for (const [name, value] of [
      ['absent', undefined],
      ['true', true],
      ['text-true', 'true'],
    ] as const) {
      accepted('email-verified', name, `email_verified ${name}`, claims({ email_verified: value }))
    }
    accepted('mapped-claim', 'unverified-other', 'an unverified address where another claim is mapped', claims({ email_verified: false }, at('sub')), { value: { issuer: ISSUER, subject: 'u1' } }) // prettier-ignore
    const unverified: readonly [string, Json][] = [['false', false], ['text-false', 'false'], ['null', null], ['zero', 0], ['one', 1], ['upper-case', 'TRUE'], ['array', [true]]] // prettier-ignore
    for (const [name, value] of unverified) {
      warned('email-verified', name, 'unverified', `email_verified ${name}`, claims({ email_verified: value }), J26) // prettier-ignore
    }
  }
}
