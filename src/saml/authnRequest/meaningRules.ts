import { formatDateTime } from '../../core/codec.js'
import { shown } from '../../core/shown.js'
import { differenceFaults } from '../differ.js'
import { HTTP_POST } from '../names.js'
import { instantFaults } from '../response/instantFaults.js'
import { acsFaults, contextFaults, policyFaults, ROOT } from './asked.js'
import { booleanOf } from './read.js'
import { requestRule as rule, type RequestRule } from './subject.js'

/** What a request asks for, once it is known who asks. All of these run. */
export const requestRules: readonly RequestRule[] = [
  rule({
    id: 'saml/request-version',
    source: 'SAML Core 3.2.1; attack S91',
    title: 'The version of a request is 2.0',
    fix: 'Send SAML 2.0.',
    check: ({ request }) => differenceFaults(`${ROOT}/@Version`, '2.0', request.version),
  }),
  rule({
    id: 'saml/request-issue-instant',
    source: 'SAML Core 1.3.3, 3.2.1; attacks S86, S87, S96',
    title: 'A request says when it was issued: not in the future, and not long ago',
    fix: 'Begin the sign-in anew. If it always fails, set the clocks right.',
    check: ({ request: { issueInstant }, settings }) => {
      const path = `${ROOT}/@IssueInstant`
      const wrong = instantFaults(path, issueInstant)
      if (wrong.length > 0 || issueInstant?.at === undefined) return wrong
      const { now, clockSkewSeconds: skew, maxAgeSeconds } = settings
      const actual = shown(issueInstant.text)
      if (issueInstant.at > now + skew) {
        const expected = `at most ${formatDateTime(now + skew)}`
        return [{ reason: 'future', path, expected, actual, message: 'The request is from the future.' }]
      }
      if (issueInstant.at >= now - maxAgeSeconds - skew) return []
      return [
        {
          reason: 'stale',
          path,
          expected: `at most ${maxAgeSeconds} s ago`,
          actual,
          message: 'The request is old.',
        },
      ]
    },
  }),
  rule({
    id: 'saml/request-destination',
    source: 'SAML Bindings 3.4.5.2, 3.5.5.2; attack S82',
    title: 'The destination of a request is the URL it came to, to the letter; a signed request states one',
    fix: "Copy the sign-in URL of the identity provider's metadata into the application, with nothing added or left out.",
    check: ({ request: { destination }, signatures, settings }) =>
      destination === undefined && signatures.length === 0
        ? 'notApplicable'
        : differenceFaults(`${ROOT}/@Destination`, settings.destination, destination),
  }),
  rule({
    id: 'saml/request-acs',
    source: 'SAML Core 3.4.1; SAML Profiles 4.1.4.1; attack S99',
    title: 'A request asks for its answer at a registered ACS URL, to the letter, or at none in particular',
    fix: "Register the application's ACS URL exactly as it sends it, or correct the application's.",
    check: acsFaults,
  }),
  rule({
    id: 'saml/request-protocol-binding',
    source: 'SAML Profiles 4.1.2, 4.1.4.1; R073',
    title: 'The answer is asked for by HTTP-POST, or by no binding in particular',
    fix: `Set ProtocolBinding to ${HTTP_POST}, or leave it out.`,
    check: ({ request: { protocolBinding } }) =>
      protocolBinding === undefined
        ? []
        : differenceFaults(`${ROOT}/@ProtocolBinding`, HTTP_POST, protocolBinding),
  }),
  rule({
    id: 'saml/request-subject',
    source: 'SAML Core 3.4.1.4',
    title: 'A request does not say whom to sign in',
    fix: 'Leave Subject out: whoever signs in is who the answer is about.',
    check: ({ request }) =>
      request.hasSubject
        ? [
            {
              reason: 'present',
              path: `${ROOT}/Subject`,
              message: 'A request for a certain person is not answered.',
            },
          ]
        : [],
  }),
  rule({
    id: 'saml/request-nameid-policy',
    source: 'SAML Core 3.4.1.1, 8.3; R007',
    title: 'A request asks for no encrypted NameID, nor for one of another application',
    fix: 'Ask for urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress, and leave SPNameQualifier out.',
    check: policyFaults,
  }),
  rule({
    id: 'saml/request-flags',
    source: 'SAML Core 3.4.1, 3.4.1.1; XML Schema 2 3.2.2',
    title: 'ForceAuthn, IsPassive and AllowCreate are true, false, 1 or 0',
    fix: 'Write true or false, or leave them out.',
    check: ({ request: { forceAuthn, isPassive, nameIDPolicy } }) =>
      (
        [
          [`${ROOT}/@ForceAuthn`, forceAuthn],
          [`${ROOT}/@IsPassive`, isPassive],
          [`${ROOT}/NameIDPolicy/@AllowCreate`, nameIDPolicy?.allowCreate],
        ] as const
      )
        .filter(([, value]) => booleanOf(value) === undefined)
        .map(([path, value]) => ({
          reason: 'malformed',
          path,
          expected: 'true or false',
          actual: shown(value),
          message: 'This is neither true nor false.',
        })),
  }),
  rule({
    id: 'saml/request-authn-context',
    source: 'SAML Core 3.3.2.2.1',
    title: 'A RequestedAuthnContext names classes, and a comparison that SAML knows',
    fix: 'Name AuthnContextClassRef elements, and exact, minimum, maximum or better; or leave RequestedAuthnContext out.',
    check: contextFaults,
  }),
]
