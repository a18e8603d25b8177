import { formatDateTime } from '../../core/codec.js'
import type { CheckResult, Fault } from '../../core/rule.js'
import { shown } from '../../core/shown.js'
import type { Instant } from '../instant.js'
import { instantFaults, pastFaults } from './instantFaults.js'
import { ASSERTION, CONDITIONS, CONFIRMATION_DATA } from './paths.js'
import {
  ofAssertion,
  responseRule,
  type ResponseRule,
  type ResponseSubject,
  type Settings,
} from './subject.js'

const STATEMENT = `${ASSERTION}/AuthnStatement`

/** When an assertion is good, and the sign-in that it tells of. */
export const timeRules: readonly ResponseRule[] = [
  responseRule({
    id: 'saml/conditions',
    source: 'SAML Core 2.5.1; attack S88',
    title: 'The assertion has Conditions, once, and each of them is known',
    fix: 'Have the identity provider send one Conditions element with an AudienceRestriction, and no conditions of its own.',
    check: ofAssertion(({ conditions }) => {
      const [first, second] = conditions
      if (!first)
        return [{ reason: 'missing', path: CONDITIONS, message: 'The assertion has no conditions.' }]
      if (second)
        return [{ reason: 'several', path: CONDITIONS, message: 'The assertion has several Conditions.' }]
      return first.unknown.slice(0, 20).map((name) => ({
        reason: 'unknown',
        path: CONDITIONS,
        actual: shown(name),
        message: 'Whether this condition holds cannot be said.',
      }))
    }),
  }),
  responseRule({
    id: 'saml/not-before',
    source: 'SAML Core 2.5.1.2; attack S86',
    title: 'The first instant at which the assertion is good has come',
    fix: "Set the clocks right: the identity provider's and the one here.",
    check: (subject) =>
      eachWindow(subject, (path, { notBefore, notOnOrAfter }, settings) => {
        if (!notBefore) return []
        const where = `${path}/@NotBefore`
        const wrong = instantFaults(where, notBefore)
        if (wrong.length > 0 || notBefore.at === undefined) return wrong
        if (notOnOrAfter?.at !== undefined && notBefore.at >= notOnOrAfter.at)
          return [
            {
              reason: 'inverted',
              path: where,
              expected: `before ${shown(notOnOrAfter.text)}`,
              actual: shown(notBefore.text),
              message: 'There is no instant at which the assertion is good.',
              fix: 'Have the identity provider write a NotOnOrAfter after NotBefore.',
            },
          ]
        if (settings.now >= notBefore.at - settings.clockSkewSeconds) return []
        return [
          {
            reason: 'not-yet',
            path: where,
            expected: `at most ${formatDateTime(settings.now + settings.clockSkewSeconds)}`,
            actual: shown(notBefore.text),
            message: 'The assertion is not good yet.',
          },
        ]
      }),
  }),
  responseRule({
    id: 'saml/not-on-or-after',
    source: 'SAML Core 2.5.1.2; SAML Profiles 4.1.4.2; attack S86',
    title:
      'Conditions and confirmation say when the assertion ends, and it has not; nor does it last absurdly long',
    fix: 'Begin the sign-in anew. If it always fails, set the clocks right; if the assertion lasts too long, shorten its lifetime in the identity provider.',
    check: (subject) =>
      eachWindow(subject, (path, { notOnOrAfter }, settings) => {
        const where = `${path}/@NotOnOrAfter`
        const wrong = instantFaults(where, notOnOrAfter)
        if (wrong.length > 0 || notOnOrAfter?.at === undefined) return wrong
        return endFaults(where, notOnOrAfter, settings)
      }),
  }),
  responseRule({
    id: 'saml/confirmation-not-before',
    severity: 'warning',
    source: 'SAML Profiles 4.1.4.2',
    title: 'The bearer confirmation has no NotBefore',
    fix: 'Leave NotBefore out of SubjectConfirmationData: it belongs on Conditions.',
    check: ofAssertion(({ confirmations: [first] }) =>
      first?.notBefore
        ? [
            {
              reason: 'present',
              path: `${CONFIRMATION_DATA}/@NotBefore`,
              message: 'The profile forbids NotBefore here.',
            },
          ]
        : [],
    ),
  }),
  responseRule({
    id: 'saml/authn-statement',
    source: 'SAML Profiles 4.1.4.2; SAML Core 2.7.2; attack S86',
    title: 'The assertion tells of one sign-in, which was not in the future',
    fix: 'Have the identity provider send one AuthnStatement.',
    check: ofAssertion(({ authnStatements: [first, second] }, { settings }) => {
      if (!first)
        return [{ reason: 'missing', path: STATEMENT, message: 'The assertion tells of no sign-in.' }]
      if (second)
        return [{ reason: 'several', path: STATEMENT, message: 'The assertion tells of several sign-ins.' }]
      return pastFaults(`${STATEMENT}/@AuthnInstant`, first.authnInstant, settings)
    }),
  }),
  responseRule({
    id: 'saml/session-expired',
    source: 'R020; SAML Core 2.7.2; attack S88',
    title: 'The session at the identity provider has not ended',
    fix: 'Sign in at the identity provider anew.',
    check: ofAssertion(({ authnStatements: [first] }, { settings }) => {
      const end = first?.sessionNotOnOrAfter
      if (!end) return 'notApplicable'
      const path = `${STATEMENT}/@SessionNotOnOrAfter`
      const wrong = instantFaults(path, end)
      if (wrong.length > 0 || end.at === undefined) return wrong
      return settings.now < end.at + settings.clockSkewSeconds
        ? []
        : [
            {
              reason: 'expired',
              path,
              actual: shown(end.text),
              message: 'The session at the identity provider has ended.',
            },
          ]
    }),
  }),
]

interface Window {
  readonly notBefore: Instant | undefined
  readonly notOnOrAfter: Instant | undefined
}

/** Both places that bound an assertion: Conditions, and the confirmation of its bearer. */
function eachWindow(
  { assertion, settings }: ResponseSubject,
  check: (path: string, window: Window, settings: Settings) => readonly Fault[],
): CheckResult {
  if (!assertion) return 'cantTell'
  const [conditions] = assertion.conditions
  const [confirmation] = assertion.confirmations
  return [
    ...(conditions ? check(CONDITIONS, conditions, settings) : []),
    ...(confirmation ? check(CONFIRMATION_DATA, confirmation, settings) : []),
  ]
}

function endFaults(path: string, end: Instant, settings: Settings): readonly Fault[] {
  const { now, clockSkewSeconds: skew, maxAssertionLifetimeSeconds: longest } = settings
  const at = end.at ?? 0
  if (now >= at + skew)
    return [
      {
        reason: 'expired',
        path,
        expected: `after ${formatDateTime(now - skew)}`,
        actual: shown(end.text),
        message: 'The assertion has ended.',
      },
    ]
  if (at > now + longest + skew)
    return [
      {
        reason: 'too-long',
        path,
        expected: `at most ${longest} s from now`,
        actual: shown(end.text),
        message: 'The assertion lasts absurdly long.',
        fix: 'Shorten the lifetime of assertions in the identity provider to some minutes.',
      },
    ]
  return []
}
