import { cases, type Json, type Vector } from '../vector.js'

const FILE = `[sso-session my-org]
sso_start_url = https://my-org.awsapps.com/start
sso_region = ap-northeast-1
sso_registration_scopes = sso:account:access

[profile dev]
sso_session = my-org
sso_account_id = 111111111111
sso_role_name = Developer
region = ap-northeast-1
`

/** A profile of ~/.aws/config: first what the AWS CLI and the SDKs read differently, then what it says. */
export function profileVectors(): readonly Vector[] {
  const { accepted, refused, vectors } = cases('profile', 'profile', [], 'sign-in', 'oauth')
  const of = (config: string, name = 'dev'): Json => ({ config, name })
  const changed = (from: string, to: string, name?: string): Json => of(FILE.replace(from, to), name)
  const value = { accountId: '111111111111', roleName: 'Developer', session: { name: 'my-org' } }

  accepted('config-file', 'article', 'the file of the guide', of(FILE), { value })
  accepted('config-file', 'crlf', 'lines that end as those of Windows', of(FILE.replaceAll('\n', '\r\n')), { value }) // prettier-ignore
  accepted('config-file', 'nested', 'members below one without a value', of(`${FILE}s3 =\n  addressing_style = path\n`), { value }) // prettier-ignore
  for (const [name, reason, title, input] of [
    ['padding', 'section-header', 'padding in a header', changed('[profile dev]', '[ profile dev ]')],
    ['two-spaces', 'section-header', 'two spaces in a header', changed('[profile dev]', '[profile  dev]')],
    ['type-alike', 'section-header', 'a type that begins as another', of(`${FILE}[profiles dev]\nsso_role_name = Admin\n`)], // prettier-ignore
    [
      'dot',
      'section-header',
      'a dot in place of the space',
      of(`${FILE}[profile.dev]\nregion = eu-west-1\n`),
    ],
    ['default-section', 'section-header', 'a section that speaks for all', of(`[DEFAULT]\nregion = eu-west-1\n${FILE}`)], // prettier-ignore
    ['section-twice', 'section-twice', 'a profile twice', of(`${FILE}[profile dev]\n`)],
    ['member-twice', 'member-twice', 'a member twice', of(`${FILE}region = eu-west-1\n`)],
    ['member-case', 'member-case', 'a member in capitals', of(`${FILE}SSO_Region = eu-west-1\n`)],
    ['indented', 'indented', 'a member indented below a value', of(`${FILE}  sso_role_name = Admin\n`)],
    ['comment', 'comment', 'a comment behind a value', changed('= Developer', '= Developer # mine')],
    ['value-comment', 'comment', 'a value that begins as a comment', changed('= sso:', '= #,sso:')],
    ['colon', 'no-member', 'a colon that ends a name', of(`${FILE}sso_role_name:x = Admin\n`)],
    ['byte-order-mark', 'byte-order-mark', 'a byte order mark', of(`\ufeff${FILE}`)],
    ['carriage-return', 'characters', 'half a line end in a comment', of(`${FILE}# x\rregion = eu-west-1\n`)],
  ] as const)
    refused('config-file', name, reason, title, input)

  accepted('config-profile', 'default', 'the default profile', changed('[profile dev]', '[default]', 'default'), { value }) // prettier-ignore
  refused('config-profile', 'missing', 'missing', 'a profile that is not there', of(FILE, 'other'))
  refused('config-profile', 'word', 'word-missing', 'a header without the word', changed('[profile dev]', '[dev]')) // prettier-ignore
  refused('config-profile', 'name', 'name', 'a name with a space', changed('[profile dev]', '[profile "d v"]', 'd v')) // prettier-ignore
  refused('config-profile', 'twice', 'twice', 'two default profiles', changed('[profile dev]', '[default]\n[profile default]', 'default')) // prettier-ignore

  accepted('config-session', 'same', 'a profile that repeats its session', of(`${FILE}sso_region = ap-northeast-1\n`), { value }) // prettier-ignore
  refused('config-session', 'missing', 'missing', 'a session that is not there', changed('sso_session = my-org', 'sso_session = other')) // prettier-ignore
  refused('config-session', 'inconsistent', 'inconsistent', 'another start URL in the profile', of(`${FILE}sso_start_url = https://evil.awsapps.com/start\n`)) // prettier-ignore

  accepted('config-member', 'role', 'a role name of every sign that it may have', changed('= Developer', '= A+b=c,d.e@f-g_1')) // prettier-ignore
  refused('config-member', 'missing', 'missing', 'no account', changed('sso_account_id = 111111111111\n', ''))
  refused(
    'config-member',
    'account',
    'form',
    'an account of 11 digits',
    changed('111111111111', '11111111111'),
  )
  refused('config-member', 'role-arn', 'form', 'the ARN of a role', changed('= Developer', '= arn:aws:iam::111111111111:role/x')) // prettier-ignore
  refused('config-member', 'http', 'form', 'a start URL of http', changed('https://', 'http://'))

  accepted('config-scopes', 'two', 'a scope more', changed('= sso:', '= codewhisperer:completions,sso:'))
  refused('config-scopes', 'no-portal', 'no-portal', 'none of the portal', changed('= sso:account:access', '= codewhisperer:completions')) // prettier-ignore
  refused('config-scopes', 'builder-id', 'other-issuer', 'AWS Builder ID, which has no accounts', changed('my-org.awsapps', 'view.awsapps')) // prettier-ignore
  refused('config-scopes', 'misprint', 'not-a-scope', 'the scope with a space', changed('= sso:', '= codewhisperer:task assist,sso:')) // prettier-ignore

  const portal = 'https://ssoins-1234567890abcdef.portal.REGION.app.aws'
  const at = (region: string): Json => changed('https://my-org.awsapps.com/start', portal.replace('REGION', region)) // prettier-ignore
  accepted('config-region', 'own', 'the portal of the Region', at('ap-northeast-1'))
  refused('config-region', 'other', 'other-region', 'the portal of another Region', at('us-east-1'))
  return vectors
}
