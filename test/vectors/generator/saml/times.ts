import type { Keys } from '../keys.js'
import { cases, type Json, type Vector } from '../vector.js'
import { authn, audience, conditions, confirmation, subject, tag } from './template.js'
import { also, samlToolbox } from './toolbox.js'
import { at, BEARER } from './world.js'

const DAY = 86_400

/** Texts that are no instants, whatever `Date.parse` makes of them. */
const MALFORMED: readonly [string, string, string][] = [
  ['no-zone', 'no time zone', '2027-01-15T08:00:00'],
  ['lower-case-z', 'a z in lower case', '2027-01-15T08:00:00z'],
  ['lower-case-t', 'a t in lower case', '2027-01-15t08:00:00Z'],
  ['offset', 'an offset from UTC', '2027-01-15T10:00:00+02:00'],
  ['offset-zero', 'an offset of nothing', '2027-01-15T08:00:00+00:00'],
  ['space', 'a space between date and time', '2027-01-15 08:00:00Z'],
  ['white-space', 'white space around it', ' 2027-01-15T08:00:00Z '],
  ['date', 'a date alone', '2027-01-15'],
  ['no-seconds', 'no seconds', '2027-01-15T08:00Z'],
  ['basic', 'the form without hyphens', '20270115T080000Z'],
  ['february-30', '30 February', '2027-02-30T08:00:00Z'],
  ['february-29', '29 February of a year without one', '2027-02-29T08:00:00Z'],
  ['month-13', 'a thirteenth month', '2027-13-01T08:00:00Z'],
  ['day-0', 'a day zero', '2027-01-00T08:00:00Z'],
  ['hour-24', 'the hour 24', '2027-01-14T24:00:00Z'],
  ['hour-25', 'the hour 25', '2027-01-15T25:00:00Z'],
  ['leap-second', 'a leap second', '2026-12-31T23:59:60Z'],
  ['year-5', 'a year of five digits', '12027-01-15T08:00:00Z'],
  ['year-negative', 'a year before Christ', '-2027-01-15T08:00:00Z'],
  ['year-2', 'a year of two digits', '27-01-15T08:00:00Z'],
  ['epoch', 'epoch seconds', '1800000000'],
  ['nan', 'NaN', 'NaN'],
  ['infinity', 'Infinity', 'Infinity'],
  ['words', 'a date in words', 'Fri, 15 Jan 2027 08:00:00 GMT'],
  ['now', 'the word now', 'now'],
  ['empty', 'an empty text', ''],
  ['comma', 'a comma before the fraction', '2027-01-15T08:00:00,5Z'],
  ['fraction-empty', 'a point without a fraction', '2027-01-15T08:00:00.Z'],
  ['fraction-long', 'a fraction of ten digits', '2027-01-15T08:00:00.0000000000Z'],
  ['digits', 'digits of another script', '\u0662\u0660\u0662\u0667-01-15T08:00:00Z'],
]

/** When an assertion is good, and the sign-in that it tells of. The skew is 60 seconds unless a case says otherwise. */
export function timeVectors(keys: Keys): readonly Vector[] {
  const { accepted, refused, warned, vectors } = cases('response', 'meaning', ['S86'], 'saml')
  const { input, of, signed } = samlToolbox(keys)
  const when = (NotBefore: string | undefined, NotOnOrAfter: string | undefined): Json =>
    of({ conditions: conditions({ NotBefore, NotOnOrAfter }) })
  const confirmed = (NotOnOrAfter: string | undefined, NotBefore?: string): Json =>
    of({ subject: subject(undefined, confirmation({ NotOnOrAfter, NotBefore })) })
  const fraction = (seconds: number, digits: string): string => at(seconds).replace('Z', `.${digits}Z`)
  const S87 = { attacks: ['S87'] }

  const issued = (IssueInstant: string | undefined): Json => of({ attributes: { IssueInstant } })
  accepted('issue-instant', 'now', 'issued now', issued(at(0)))
  accepted('issue-instant', 'past', 'issued a year ago: the end alone counts', issued(at(-365 * DAY)))
  accepted('issue-instant', 'last-second', 'issued 60 seconds from now', issued(at(60)))
  refused('issue-instant', 'future', 'future', 'issued 61 seconds from now', issued(at(61)))
  accepted(
    'issue-instant',
    'fraction',
    'issued 60.001 seconds from now: the clock here has no parts of seconds, and may be as far',
    issued(fraction(60, '001')),
  )
  refused('issue-instant', 'fraction-future', 'future', 'issued 61.001 seconds from now', issued(fraction(61, '001'))) // prettier-ignore
  accepted('issue-instant', 'milliseconds', 'milliseconds', issued(fraction(-30, '999')), S87)
  accepted(
    'issue-instant',
    'nanoseconds',
    'a fraction of nine digits',
    issued(fraction(-30, '123456789')),
    S87,
  )
  refused('issue-instant', 'missing', 'missing', 'an assertion without an instant', issued(undefined), S87)
  refused('issue-instant', 'response-missing', 'missing', 'a Response without an instant', of({}, { attributes: { IssueInstant: undefined } }), S87) // prettier-ignore
  refused('issue-instant', 'response-future', 'future', 'a Response from the future', of({}, { attributes: { IssueInstant: at(61) } })) // prettier-ignore
  for (const [name, title, text] of MALFORMED) {
    refused('issue-instant', `malformed-${name}`, 'malformed', `IssueInstant: ${title}`, issued(text), S87)
    refused(
      'not-on-or-after',
      `malformed-${name}`,
      'malformed',
      `NotOnOrAfter: ${title}`,
      when(at(-60), text),
      S87,
    )
  }

  const S88 = { attacks: ['S88'] }
  const content = (more: string): Json => of({ conditions: conditions({}, audience() + more) })
  accepted('conditions', 'one', 'one Conditions element', input(signed()))
  accepted(
    'conditions',
    'one-time-use',
    'OneTimeUse: the replay store keeps it',
    content('<saml:OneTimeUse/>'),
    S88,
  )
  accepted('conditions', 'proxy-restriction', 'ProxyRestriction: nothing is issued anew here', content('<saml:ProxyRestriction Count="0"/>'), S88) // prettier-ignore
  refused('conditions', 'missing', 'missing', 'no Conditions', of({ conditions: '' }), { ...S88, ...also('audience missing') }) // prettier-ignore
  refused(
    'conditions',
    'several',
    'several',
    'two Conditions',
    of({ conditions: conditions() + conditions() }),
    S88,
  )
  refused('conditions', 'unknown', 'unknown', 'an element of SAML that is no condition', content('<saml:Condition/>'), S88) // prettier-ignore
  refused('conditions', 'extension', 'unknown', 'a Condition of a type of its own', content('<saml:Condition xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:e="urn:e" xsi:type="e:Weekdays"/>'), S88) // prettier-ignore
  refused('conditions', 'foreign', 'unknown', 'a condition of another namespace', content('<e:OneTimeUse xmlns:e="urn:e"/>'), S88) // prettier-ignore
  refused('conditions', 'do-not-cache', 'unknown', 'the DoNotCacheCondition of SAML 1.1', content('<saml:DoNotCacheCondition/>'), S88) // prettier-ignore

  accepted('not-before', 'now', 'good from now', when(at(0), at(300)))
  accepted('not-before', 'none', 'no beginning', when(undefined, at(300)))
  accepted('not-before', 'last-second', 'good from 60 seconds after now', when(at(60), at(300)))
  refused('not-before', 'not-yet', 'not-yet', 'good from 61 seconds after now', when(at(61), at(300)))
  refused(
    'not-before',
    'fraction',
    'not-yet',
    'good from 60.5 seconds after now',
    when(fraction(60, '5'), at(300)),
  )
  accepted(
    'not-before',
    'zero-fraction',
    'good from 60.000 seconds after now',
    when(fraction(60, '000'), at(300)),
  )
  refused('not-before', 'far', 'not-yet', 'good from next year', when(at(365 * DAY), at(366 * DAY)), also('not-on-or-after too-long')) // prettier-ignore
  refused('not-before', 'inverted', 'inverted', 'a beginning after the end', when(at(30), at(20)))
  refused('not-before', 'empty-window', 'inverted', 'a beginning that is the end', when(at(30), at(30)))
  refused('not-before', 'malformed', 'malformed', 'a beginning without a time zone', when('2027-01-15T07:00:00', at(300)), S87) // prettier-ignore
  refused('not-before', 'nan', 'malformed', 'NaN as the beginning', when('NaN', at(300)), S87)
  refused('not-before', 'confirmation', 'not-yet', 'a confirmation that begins 61 seconds from now', confirmed(at(300), at(61)), also('confirmation-not-before present')) // prettier-ignore
  refused('not-before', 'confirmation-inverted', 'inverted', 'a confirmation that begins after its end', confirmed(at(20), at(30)), also('confirmation-not-before present')) // prettier-ignore

  accepted('not-on-or-after', 'later', 'an end in five minutes', when(at(-60), at(300)), { value: { notOnOrAfter: 1_800_000_300 } }) // prettier-ignore
  accepted('not-on-or-after', 'sooner-confirmation', 'a confirmation that ends sooner than the conditions', confirmed(at(120)), { value: { notOnOrAfter: 1_800_000_120 } }) // prettier-ignore
  accepted('not-on-or-after', 'last-second', 'an end 59 seconds ago', when(at(-90), at(-59)))
  refused('not-on-or-after', 'expired', 'expired', 'an end 60 seconds ago', when(at(-90), at(-60)))
  accepted('not-on-or-after', 'fraction', 'an end 59.5 seconds ago', when(at(-90), fraction(-60, '5')))
  accepted('not-on-or-after', 'no-skew', 'no clock skew, and an end in one second', input(signed({ conditions: conditions({ NotOnOrAfter: at(1) }) }), { clockSkewSeconds: 0 })) // prettier-ignore
  refused('not-on-or-after', 'no-skew-now', 'expired', 'no clock skew, and an end now', input(signed({ conditions: conditions({ NotOnOrAfter: at(0) }) }), { clockSkewSeconds: 0 })) // prettier-ignore
  refused('not-on-or-after', 'year-ago', 'expired', 'an end a year ago', when(at(-366 * DAY), at(-365 * DAY)))
  refused('not-on-or-after', 'missing', 'missing', 'Conditions without an end', when(at(-60), undefined))
  refused(
    'not-on-or-after',
    'confirmation-missing',
    'missing',
    'a confirmation without an end',
    confirmed(undefined),
  )
  accepted('not-on-or-after', 'confirmation-last-second', 'a confirmation that ended 59 seconds ago', confirmed(at(-59))) // prettier-ignore
  refused('not-on-or-after', 'confirmation-expired', 'expired', 'a confirmation that ended 60 seconds ago', confirmed(at(-60))) // prettier-ignore
  refused('not-on-or-after', 'confirmation-malformed', 'malformed', 'a confirmation that ends on 30 February', confirmed('2027-02-30T08:00:00Z'), S87) // prettier-ignore
  accepted('not-on-or-after', 'longest', 'an end in 31 days and the skew', when(at(-60), at(31 * DAY + 60)))
  refused(
    'not-on-or-after',
    'too-long',
    'too-long',
    'an end one second later',
    when(at(-60), at(31 * DAY + 61)),
  )
  refused(
    'not-on-or-after',
    'year-9999',
    'too-long',
    'an end in the year 9999',
    when(at(-60), '9999-12-31T23:59:59Z'),
  )
  refused('not-on-or-after', 'lifetime', 'too-long', 'an end in 301 seconds, and 240 are allowed', input(signed({ conditions: conditions({ NotOnOrAfter: at(301) }) }), { maxAssertionLifetimeSeconds: 240 })) // prettier-ignore
  accepted('not-on-or-after', 'lifetime-kept', 'an end in 300 seconds, and 240 and the skew are allowed', input(signed(), { maxAssertionLifetimeSeconds: 240 })) // prettier-ignore

  accepted('confirmation-not-before', 'none', 'a confirmation without a beginning', input(signed()))
  warned(
    'confirmation-not-before',
    'present',
    'present',
    'a confirmation with a beginning',
    confirmed(at(300), at(-60)),
  )
  warned('confirmation-not-before', 'last-second', 'present', 'a confirmation that begins in 60 seconds', confirmed(at(300), at(60))) // prettier-ignore

  const signedIn = (attributes: Parameters<typeof authn>[0]): Json => of({ authn: authn(attributes) })
  accepted('authn-statement', 'one', 'one AuthnStatement', input(signed()), { value: { authnInstant: 1_799_999_910, sessionIndex: '_session-1' } }) // prettier-ignore
  accepted('authn-statement', 'no-session', 'no SessionIndex', signedIn({ SessionIndex: undefined }))
  accepted(
    'authn-statement',
    'last-second',
    'a sign-in 60 seconds from now',
    signedIn({ AuthnInstant: at(60) }),
  )
  refused(
    'authn-statement',
    'future',
    'future',
    'a sign-in 61 seconds from now',
    signedIn({ AuthnInstant: at(61) }),
  )
  refused('authn-statement', 'missing', 'missing', 'no AuthnStatement', of({ authn: '' }), S88)
  refused(
    'authn-statement',
    'several',
    'several',
    'two AuthnStatements',
    of({ authn: authn() + authn() }),
    S88,
  )
  refused('authn-statement', 'instant-missing', 'missing', 'a sign-in at no instant', signedIn({ AuthnInstant: undefined }), S87) // prettier-ignore
  refused('authn-statement', 'malformed', 'malformed', 'a sign-in on a day without a time', signedIn({ AuthnInstant: '2027-01-15' }), S87) // prettier-ignore

  accepted('session-expired', 'later', 'a session that ends in eight hours', signedIn({ SessionNotOnOrAfter: at(28_800) }), { ...S88, value: { sessionNotOnOrAfter: 1_800_028_800 } }) // prettier-ignore
  accepted('session-expired', 'last-second', 'a session that ended 59 seconds ago', signedIn({ SessionNotOnOrAfter: at(-59) }), S88) // prettier-ignore
  refused('session-expired', 'expired', 'expired', 'a session that ended 60 seconds ago', signedIn({ SessionNotOnOrAfter: at(-60) }), S88) // prettier-ignore
  refused('session-expired', 'malformed', 'malformed', 'a session that ends with an offset', signedIn({ SessionNotOnOrAfter: '2027-01-15T20:00:00+02:00' }), S87) // prettier-ignore
  return [...vectors, ...confirmationVectors(keys)]
}

/** That whoever brings the assertion may. */
function confirmationVectors(keys: Keys): readonly Vector[] {
  const { accepted, refused, vectors } = cases('response', 'meaning', ['S89'], 'saml')
  const { input, of, signed } = samlToolbox(keys)
  const confirmedBy = (content: string): Json => of({ subject: subject(undefined, content) })
  const method = (name: string): string => confirmation({}, name)
  accepted('subject-confirmation', 'bearer', 'one bearer confirmation', input(signed()))
  const wrong: readonly [string, string, string, string, string[]?][] = [
    ['missing', 'missing', 'no confirmation', '', ['in-response-to missing']],
    ['several', 'several', 'two bearer confirmations', confirmation() + confirmation()],
    ['spread', 'several', 'two confirmations, each with a part of what is asked', confirmation({ Recipient: undefined }) + confirmation({ NotOnOrAfter: undefined }), ['recipient missing']], // prettier-ignore
    ['second-wrong', 'several', 'a right confirmation, and one for another recipient', confirmation() + confirmation({ Recipient: 'https://evil.example/' })], // prettier-ignore
    ['holder-of-key', 'method', 'holder-of-key', method('urn:oasis:names:tc:SAML:2.0:cm:holder-of-key')],
    ['sender-vouches', 'method', 'sender-vouches', method('urn:oasis:names:tc:SAML:2.0:cm:sender-vouches')],
    ['case', 'method', 'the method in upper case', method(BEARER.toUpperCase())],
    ['saml-1', 'method', 'the bearer method of SAML 1.1', method('urn:oasis:names:tc:SAML:1.0:cm:bearer')],
    ['no-method', 'method', 'no method', confirmation().replace(/ Method="[^"]*"/, '')],
    ['no-data', 'data', 'no data', tag('saml:SubjectConfirmation', { Method: BEARER }), ['recipient missing', 'not-on-or-after missing', 'in-response-to missing']], // prettier-ignore
    ['two-data', 'data', 'data twice', confirmation().replace('</saml:SubjectConfirmation>', '<saml:SubjectConfirmationData/></saml:SubjectConfirmation>')], // prettier-ignore
  ]
  for (const [name, reason, title, content, more = []] of wrong) {
    refused(
      'subject-confirmation',
      name,
      reason,
      title,
      confirmedBy(content),
      more.length > 0 ? also(...more) : {},
    )
  }
  return vectors
}
