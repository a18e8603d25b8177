/** Who signs in where: the identity provider knows all three, the directory of Identity Center has two of them. */
export const people = {
  ada: person('ada', 'Ada Lovelace', 'billing'),
  bob: person('bob', 'Bob Babbage', 'engineering'),
  zoe: person('zoe', 'Zoe Nobody', 'billing'),
}

function person(login, name, department) {
  const email = `${login}@example.com`
  // The claim in which STS and Countersign look for session tags.
  const tags = { 'https://aws.amazon.com/tags': { principal_tags: { Department: [department] } } }
  return { login, name, department, claims: { name, email, email_verified: true, ...tags } }
}

/** What can be read, and whose department each belongs to. */
export const documents = [
  { id: 'invoices', title: 'Invoices of November', department: 'billing', text: 'Paid: 41. Open: 3.' },
  { id: 'reminders', title: 'Reminders to send', department: 'billing', text: 'Three, by Friday.' },
  {
    id: 'turbines',
    title: 'Plans of the turbine hall',
    department: 'engineering',
    text: 'Revision 7 is current.',
  },
  { id: 'salaries', title: 'Salaries', department: 'people', text: 'Nobody here reads this.' },
]

/** The policy of the role that the app assumes for a person: IAM's JSON, as it would stand in AWS. */
export const readersPolicy = {
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'OwnDepartment',
      Effect: 'Allow',
      Action: 's3:GetObject',
      Resource: 'arn:aws:s3:::company-documents/*',
      Condition: { StringEquals: { 's3:ExistingObjectTag/Department': '${aws:PrincipalTag/Department}' } },
    },
  ],
}
