import { shown } from '../../core/shown.js'
import { differenceFaults } from '../differ.js'
import { sha1Faults, sha1Row, weakKeyFaults, weakKeyRow } from '../strength.js'
import { pastFaults } from './instantFaults.js'
import { ASSERTION } from './paths.js'
import { ofAssertion, responseRule, type ResponseRule } from './subject.js'

/** What Response and Assertion say of themselves. */
export const responseRules: readonly ResponseRule[] = [
  {
    ...weakKeyRow,
    check: ({ verifiedBy }) =>
      verifiedBy ? weakKeyFaults(verifiedBy.keyType, verifiedBy.keyBits) : 'cantTell',
  },
  { ...sha1Row, check: ({ usesSHA1 }) => sha1Faults(usesSHA1) },
  responseRule({
    id: 'saml/version',
    source: 'SAML Core 2.3.3, 3.2.2; attack S91',
    title: 'The version is 2.0',
    fix: 'Send SAML 2.0.',
    check: ({ response, assertion }) => [
      ...differenceFaults('/Response/@Version', '2.0', response.version),
      ...(assertion ? differenceFaults(`${ASSERTION}/@Version`, '2.0', assertion.version) : []),
    ],
  }),
  responseRule({
    id: 'saml/structure',
    source: 'SAML Core 2.3.3, 2.4, 2.7; attack S63',
    title: 'An Assertion holds what the schema allows, in its order',
    fix: 'Have the identity provider write Issuer, Signature, Subject, Conditions, Advice and the statements, in this order.',
    check: ofAssertion(({ misplaced }) =>
      misplaced.slice(0, 20).map(({ path, name }) => ({
        reason: 'misplaced',
        path,
        actual: shown(name),
        message: 'This has no place here.',
      })),
    ),
  }),
  responseRule({
    id: 'saml/issue-instant',
    source: 'SAML Core 1.3.3, 2.3.3, 3.2.2; attacks S86, S87',
    title: 'Response and assertion say when they were issued, and it was not in the future',
    fix: "Set the clocks right: the identity provider's and the one here.",
    check: ({ response, assertion, settings }) => [
      ...pastFaults('/Response/@IssueInstant', response.issueInstant, settings),
      ...(assertion ? pastFaults(`${ASSERTION}/@IssueInstant`, assertion.issueInstant, settings) : []),
    ],
  }),
  responseRule({
    id: 'saml/assertion-size',
    severity: 'warning',
    source: 'R342; R079',
    title: 'An assertion has 50,000 characters at the most, and 10 % to spare',
    fix: 'Send fewer or shorter attributes: lists of groups are what makes assertions long.',
    check: ({ assertion, assertionCharacters: count }) => {
      if (!assertion) return 'cantTell'
      const fault = {
        path: ASSERTION,
        expected: `at most ${MAX_ASSERTION_CHARACTERS}`,
        actual: String(count),
      }
      if (count > MAX_ASSERTION_CHARACTERS)
        return [
          {
            ...fault,
            reason: 'too-large',
            message: 'The assertion is longer than Identity Center documents.',
          },
        ]
      if (count > NEAR_LIMIT)
        return [
          {
            ...fault,
            reason: 'near-limit',
            message: 'The assertion is nearly as long as Identity Center allows.',
          },
        ]
      return []
    },
  }),
]

export const MAX_ASSERTION_CHARACTERS = 50_000
/** From here on it is worth a warning. */
export const NEAR_LIMIT = 0.9 * MAX_ASSERTION_CHARACTERS
