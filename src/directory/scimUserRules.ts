import type { Fault, Rule } from '../core/rule.js'
import type { ScimUserEntry, ScimUserSubject } from './scimUserEntry.js'
import {
  displayNameFaults,
  emailAbsentFaults,
  enterpriseFaults,
  externalIdAbsentFaults,
  listItemFaults,
  nameFaults,
  plainTextFaults,
  schemasFaults,
  signInFaults,
  singleValueFaults,
  unknownFaults,
  unsupportedFaults,
} from './scimUserFaults.js'
import { externalIdsFaults, longUserNameFaults, statusFaults, userNameFaults } from './userFaults.js'

type ScimUserRule = Rule<ScimUserSubject>

/** What the SCIM endpoint of Identity Center asks of the content of one user. */
export const scimUserRules: readonly ScimUserRule[] = [
  {
    id: 'scim/file',
    severity: 'error',
    source: 'R153; RFC 7644 3.3; RFC 8259',
    title: 'A SCIM user is one JSON object, its members each once, of 262,144 characters at the most',
    fix: 'Give the body that the identity provider posts to /Users: one user, as UTF-8 JSON.',
    check: ({ fileFaults }) => fileFaults,
  },
  {
    id: 'scim/schemas',
    severity: 'error',
    source: 'R144; RFC 7643 3.1, 4.1, 4.3',
    title: 'The schemas name the core schema of users, and the enterprise one where it is used, and no other',
    fix: 'List urn:ietf:params:scim:schemas:core:2.0:User in schemas, with the enterprise schema only where the user has its attributes.',
    check: ofUser(schemasFaults),
  },
  {
    id: 'scim/user-name',
    severity: 'error',
    source: 'R145; R150; Identity Store API, User',
    title: 'A user has a userName of 1 to 128 visible characters that is not reserved',
    fix: 'Map userName from the name that people sign in with at the identity provider.',
    check: ofUser(({ entry }) => userNameFaults(entry)),
  },
  {
    id: 'scim/user-name-console',
    severity: 'warning',
    source: 'R162',
    title: 'A user name has at most the 100 characters that the console takes',
    fix: 'Shorten the user name if it must be possible to enter it in the console.',
    check: ofUser(({ entry }) => longUserNameFaults(entry)),
  },
  {
    id: 'scim/user-name-sign-in',
    severity: 'warning',
    source: 'R003; R004; R028; R165',
    title: 'The user name is one that a NameID can equal: formed like an e-mail address',
    fix: 'Map userName from an attribute that is formed like an e-mail address, and the NameID from the same one.',
    check: ofUser(signInFaults),
  },
  {
    id: 'scim/name',
    severity: 'error',
    source: 'R145; R146; C33',
    title: 'A user has a first and a last name (name.givenName, name.familyName) that are not empty',
    fix: 'Fill in first and last name at the identity provider, and map name.givenName and name.familyName from them.',
    check: ofUser(nameFaults),
  },
  {
    id: 'scim/display-name',
    severity: 'error',
    source: 'R145; R146',
    title: 'A user has a display name that is not empty',
    fix: 'Map displayName at the identity provider from an attribute that everybody has.',
    check: ofUser(displayNameFaults),
  },
  {
    id: 'scim/single-value',
    severity: 'error',
    source: 'R147; R178; Identity Store API, User',
    title: 'A user has one email, one phone number, one address and one role at the most',
    fix: 'Map one value only at the identity provider (such as the work phone), or remove the mapping.',
    check: ofUser(singleValueFaults),
  },
  {
    id: 'scim/list-item',
    severity: 'error',
    source: 'R146; R153; RFC 7643 2.4; Identity Store API, User',
    title:
      'An item of a list has a value that is not empty (an address its parts), and primary is true or false',
    fix: 'Leave the item out where there is no value, and send primary as a boolean, not as a text.',
    check: ofUser(listItemFaults),
  },
  {
    id: 'scim/text',
    severity: 'error',
    source: 'R146; Identity Store API, User',
    title: 'Other attributes are texts of 1 to 1,024 characters',
    fix: 'Leave an attribute out where there is no value for it; do not send it empty.',
    check: ofUser(plainTextFaults),
  },
  {
    id: 'scim/active',
    severity: 'error',
    source: 'R164; RFC 7643 4.1.1',
    title: 'Where active is given, it is true or false',
    fix: 'Send active as a boolean. Entra may send "True" as a text: see its flag aadOptscim062020.',
    check: ofUser(({ entry }) => statusFaults(entry)),
  },
  {
    id: 'scim/external-id',
    severity: 'error',
    source: 'R156; Identity Store API, User; RFC 7643 3.1',
    title: 'Where an external id is given, it is one text of 1 to 256 visible characters',
    fix: 'Map externalId from the id that the identity provider gives people once and for all.',
    check: ofUser(({ entry }) => externalIdsFaults(entry)),
  },
  {
    id: 'scim/external-id-absent',
    severity: 'warning',
    source: 'R156',
    title: 'A user has an external id, and it is not a name that may change',
    fix: 'Map externalId from the id that the identity provider gives people once and for all, such as objectId.',
    check: ofUser(externalIdAbsentFaults),
  },
  {
    id: 'scim/email-absent',
    severity: 'warning',
    source: 'R150; R163; R165',
    title: 'A user has an e-mail address',
    fix: 'Map the primary e-mail from an attribute that is unique and not empty.',
    check: ofUser(emailAbsentFaults),
  },
  {
    id: 'scim/enterprise',
    severity: 'error',
    source: 'R153; RFC 7643 4.3',
    title: 'Attributes of the enterprise schema are texts that are not empty, and a manager is { value }',
    fix: 'Leave an attribute out where there is no value for it, and send the manager as { "value": the id }.',
    check: ofUser(enterpriseFaults),
  },
  {
    id: 'scim/unsupported',
    severity: 'warning',
    source: 'R149',
    title:
      "Nothing is sent that Identity Center does not keep: password, ims, photos, entitlements, x509Certificates, display of a list's item, meta.version",
    fix: 'Remove the mapping at the identity provider.',
    check: ofUser(unsupportedFaults),
  },
  {
    id: 'scim/unknown',
    severity: 'warning',
    source: 'RFC 7643 2.1, 4.1, 4.3',
    title: 'Every attribute is one of the schema, spelled as there',
    fix: 'Remove the attribute, or correct its name in the mapping of the identity provider.',
    check: ofUser(unknownFaults),
  },
]

function ofUser(check: (user: ScimUserEntry) => readonly Fault[] | 'notApplicable'): ScimUserRule['check'] {
  return ({ user }) => (user ? check(user) : 'cantTell')
}
