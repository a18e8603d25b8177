import type { CheckResult } from '../../core/rule.js'
import { shown } from '../../core/shown.js'
import { addrSpecFault, type AddrSpecFault } from '../addrSpec.js'
import type { NameIDReading } from '../assertion.js'
import { BEARER, EMAIL_ADDRESS, EMAIL_ADDRESS_TYPO } from '../names.js'
import { CONFIRMATION, CONFIRMATION_DATA, NAME_ID } from './paths.js'
import { ofAssertion, responseRule, type ResponseRule, type ResponseSubject } from './subject.js'

/** Whom the assertion is about, and that whoever brings it may. */
export const subjectRules: readonly ResponseRule[] = [
  responseRule({
    id: 'saml/subject',
    source: 'SAML Profiles 4.1.4.2; attack S93',
    title: 'The assertion has one Subject with one NameID, which is a text',
    fix: 'Have the identity provider send the NameID of the person, once.',
    check: ofAssertion(({ subjectCount, nameIDs }) => {
      const [first, second] = nameIDs
      if (!first) return [{ reason: 'missing', path: NAME_ID, message: 'The assertion names nobody.' }]
      if (second || subjectCount > 1)
        return [{ reason: 'several', path: NAME_ID, message: 'The assertion names several people.' }]
      if (first.value === undefined)
        return [{ reason: 'structured', path: NAME_ID, message: 'The NameID holds elements.' }]
      return first.value === '' ? [{ reason: 'empty', path: NAME_ID, message: 'The NameID is empty.' }] : []
    }),
  }),
  responseRule({
    id: 'saml/nameid-format',
    source: 'R001; R002; R027; C06',
    title: 'The Format of the NameID is that of an e-mail address',
    fix: `In the identity provider's console, set the NameID format to ${EMAIL_ADDRESS} (mostly called "EmailAddress").`,
    check: ofIdentityCenter(({ format, value }) => {
      if (format === EMAIL_ADDRESS) return []
      const fault = { path: `${NAME_ID}/@Format`, expected: EMAIL_ADDRESS, actual: shown(format) }
      if (format === EMAIL_ADDRESS_TYPO) {
        return [
          {
            ...fault,
            reason: 'documentation-typo',
            message: 'This is the URN as a troubleshooting page of AWS misprints it: "name" lacks its s.',
            fix: `Write urn:oasis:names:..., with an s: ${EMAIL_ADDRESS}.`,
          },
        ]
      }
      if (value?.includes('+')) {
        return [
          {
            ...fault,
            reason: 'plus-address',
            message: 'The NameID has a + and is not declared as an e-mail address.',
            fix: `Set the NameID format to ${EMAIL_ADDRESS}. In PingOne (which reports SAML_215 or "Invalid input") choose Advanced for the mapping of SAML_SUBJECT, and set "Name ID Format to send to SP".`,
          },
        ]
      }
      const reason = format === undefined ? 'missing' : 'other'
      return [{ ...fault, reason, message: 'Identity Center takes no other kind of NameID.' }]
    }),
  }),
  responseRule({
    id: 'saml/nameid-value',
    source: 'R003; RFC 2822 3.4.1; attacks S73, S93, S94',
    title:
      'The NameID is an address, name@domain.com, in ASCII, of 64 octets before the @ and 254 in all at the most',
    fix: 'Map the NameID to an attribute that is formed like an e-mail address and equals the userName in Identity Center.',
    check: (subject) => {
      const [nameID] = subject.assertion?.nameIDs ?? []
      if (subject.settings.profile !== 'identity-center' && nameID?.format !== EMAIL_ADDRESS)
        return 'notApplicable'
      if (!subject.assertion) return 'cantTell'
      if (nameID?.value === undefined) return 'notApplicable'
      const reason = addrSpecFault(nameID.value)
      return reason === undefined
        ? []
        : [
            {
              reason,
              path: NAME_ID,
              expected: 'name@domain.com',
              actual: shown(nameID.value, 300),
              message: addressMessages[reason],
            },
          ]
    },
  }),
  responseRule({
    id: 'saml/nameid-guest',
    source: 'R028',
    title: 'The NameID is not the user principal name of an Entra guest',
    fix: 'In Entra, open Attributes & Claims, Unique User Identifier (Name ID), and add two claim conditions: members from user.userprincipalname, external guests from user.mail.',
    check: ofIdentityCenter(({ value }) =>
      value !== undefined && value.toUpperCase().includes('#EXT#')
        ? [
            {
              reason: 'guest',
              path: NAME_ID,
              actual: shown(value, 300),
              message: 'This is how Entra names a guest: no user of Identity Center has this name.',
            },
          ]
        : [],
    ),
  }),
  responseRule({
    id: 'saml/subject-confirmation',
    source: 'SAML Profiles 4.1.4.2; attack S89',
    title: 'The subject is confirmed once, as bearer, with its data',
    fix: 'Have the identity provider send one SubjectConfirmation of method bearer with a Recipient and a NotOnOrAfter.',
    check: ofAssertion(({ confirmations: [first, second] }) => {
      if (!first)
        return [
          {
            reason: 'missing',
            path: CONFIRMATION,
            expected: BEARER,
            message: 'The subject is not confirmed.',
          },
        ]
      if (second)
        return [
          { reason: 'several', path: CONFIRMATION, message: 'The subject is confirmed in several ways.' },
        ]
      if (first.method !== BEARER)
        return [
          {
            reason: 'method',
            path: `${CONFIRMATION}/@Method`,
            expected: BEARER,
            actual: shown(first.method),
            message: 'The bearer of the message is not confirmed.',
          },
        ]
      if (first.dataCount !== 1)
        return [
          {
            reason: 'data',
            path: CONFIRMATION_DATA,
            expected: '1',
            actual: String(first.dataCount),
            message: 'The confirmation has no data, or several.',
          },
        ]
      return []
    }),
  }),
]

const addressMessages: Readonly<Record<AddrSpecFault, string>> = {
  empty: 'The NameID is empty.',
  'white-space':
    'White space stands at an end of the NameID. It is not cut off: two people would become one.',
  'not-ascii': 'A character of the NameID is not ASCII.',
  'no-at': 'The NameID has no @.',
  'too-long': 'The NameID is longer than an address can be.',
  'local-part': 'What stands before the @ is not a dot-atom.',
  'quoted-local-part': 'The quoted text before the @ is not a quoted-string.',
  domain: 'What stands after the @ is not a domain.',
  'domain-literal': 'A domain in brackets is not taken.',
}

/** What only Identity Center asks of the one NameID. */
function ofIdentityCenter(
  check: (nameID: NameIDReading) => CheckResult,
): (subject: ResponseSubject) => CheckResult {
  return ({ assertion, settings }) => {
    if (settings.profile !== 'identity-center') return 'notApplicable'
    if (!assertion) return 'cantTell'
    const [nameID] = assertion.nameIDs
    return nameID ? check(nameID) : 'notApplicable'
  }
}
