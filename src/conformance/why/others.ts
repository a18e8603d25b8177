import type { Reasons } from './index.js'

export const otherReasons: Reasons = {
  'policy/*': 'IAM decides by policies to the letter; what cannot be read grants nothing.',
  'policy/work':
    'Every value of a policy is compared with every value of the request, so who chooses both could hold everybody else up.',
  'directory/users-*': 'Whom a sign-in names is looked up here: what is missing or read wrongly is nobody.',
  'directory/user-name*': 'The user name is what the NameID of a sign-in must equal.',
  'directory/duplicate-user': 'By a value that two people share nobody can be told apart.',
  'directory/*': 'The Identity Store takes users of this form, so others cannot be of it.',
  'scim/file': 'The SCIM endpoint takes one user, as one JSON object.',
  'scim/schemas': 'The schemas say how the rest of the user is read; what they do not name is not read.',
  'scim/user-name':
    'Identity Center tells people by their user name; a user without a valid one is not provisioned.',
  'scim/user-name-console':
    'The console takes a shorter user name than the API, so this one could not be entered by hand.',
  'scim/user-name-sign-in':
    'At sign-in the NameID must equal the user name, and must be formed like an e-mail address.',
  'scim/name':
    'A user without a first and a last name is not provisioned: the endpoint answers with a validation error.',
  'scim/display-name': 'A user without a display name is not provisioned.',
  'scim/single-value':
    'The endpoint fails where a list has more than one item: "List attribute emails exceeds allowed limit of 1".',
  'scim/email-absent':
    'Trusted token issuers and the activity of people are often mapped by the e-mail address.',
  'scim/external-id': 'The external id ties the user to the identity provider when the user name changes.',
  'scim/external-id-absent':
    'Without an external id a renamed user looks like a new one, and loses assignments.',
  'scim/active': "Whether the user may sign in must be told as JSON's true or false.",
  'scim/enterprise':
    'Policies may decide by these attributes; the endpoint answers an empty one with a validation error.',
  'scim/unsupported': 'Identity Center does not keep these, so whatever relies on them fails later.',
  'scim/unknown': 'What is not of the schema is not kept: mostly it is a misspelt attribute.',
  'scim/*': 'The endpoint answers with a validation error, and the user is not provisioned.',
  'sts/*': 'STS refuses the query before it looks at who sends it.',
  'center/control-*':
    'Whoever may say which attributes become session tags decides what every policy by tags allows.',
  'center/attributes-*':
    'Roles of permission sets take session tags only once their trust policies allow it, and disabling forgets every mapping.',
  'center/*': 'The local center behaves as AWS does where this is set up otherwise.',
  'sigv4/*': 'The signature of the request is how AWS knows who calls.',
}
