import type { Reasons } from './index.js'

export const abacReasons: Reasons = {
  'abac/attribute-path':
    'Identity Center takes attributes of its directory from these places alone; another can only be asserted.',
  'abac/attribute-without-source':
    'The console lets the value be left out, and then no tag comes of the key.',
  'abac/off': 'While attributes for access control are off, no session has tags, whatever is asserted.',
  'abac/user': 'Tags are taken from the user as the directory has it; from another form none can be read.',
  'abac/user-other': 'With the attributes of someone else a person would get the access of someone else.',
  'abac/attribute-absent':
    'A condition on a tag that the session does not have fails, so what it allows is denied.',
  'abac/attribute-stale': 'A tag that outlives its attribute keeps open what was to be taken away.',
  'abac/attribute-multi-valued': 'A session tag has one value, and nobody chooses one of several.',
  'abac/tag-replaced':
    'Identity Center takes the value of the directory for a key that is configured there, so the other one decides nothing.',
  'abac/tag-key-case': 'To STS the two are one key; a policy names it in one case.',
  'abac/tag-key-look-alike':
    'A key that only looks like that of a policy is another key, and nobody sees why.',
  'abac/tag-white-space': 'Policies compare the whole text, and white space is part of it.',
  'abac/packed-size': 'STS refuses tags that do not fit: PackedPolicyTooLarge.',
  'abac/tag-claims': 'STS reads the tags of an ID token in these two forms alone.',
  'abac/directory-*':
    'Identity Center fills users by mappings of attributes of Active Directory, and takes no others.',
  'abac/session-duration': 'Identity Center makes no session that is shorter or longer.',
  'abac/relay-state': 'After the sign-in the browser is sent there, and nowhere but to the console.',
  'abac/inline-policy*': 'A permission set with another policy, or a larger one, is not made.',
  'abac/managed-policies': 'A permission set with more is not made.',
  'abac/managed-policies-of-role':
    'The permission set is made, and then fails in each account whose quota is lower.',
  'abac/permission-sets': 'Names are unique in an instance, and its quota ends their number.',
  'abac/role-session-name': 'Identity Center names the session after the user, and STS takes no other name.',
  'abac/null-guard': 'It was to let in those who have the right values, and lets in those who have none.',
  'abac/set-operator': 'Such an operator is for keys of several values, and its meaning surprises with one.',
  'abac/absent-tag': 'What nobody has tagged is open to everybody then.',
  'abac/variable-default': 'A Deny that does not apply forbids nothing, and nobody notices.',
  'abac/tag-key-spelling': 'A condition on a key that is spelled otherwise does not hold.',
  'abac/tag-never-sent': 'A condition on a tag that no session has never holds.',
  'abac/resource-tags': 'Where an action sees no tags of the resource, a condition on them never holds.',
  'abac/variable-version': 'Without that Version the variable is compared as the text that it is.',
  'abac/role-*':
    'A role that is made anew, or of another Region, has another ARN, and then the policy fails.',
  'abac/user-id': 'Who takes the name next is taken for the person who had it.',
}
