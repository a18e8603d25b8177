import { FederationError } from '../../../core/outcome.js'
import { readArguments, type Forms } from '../forms.js'
import * as members from '../members.js'
import type { SSOProfile } from './profile.js'
import { readSSOProfile } from './read.js'
import { isName } from './rules.js'

const text = { is: 'text', max: 2_048, fits: (value: string) => /^[\x21-\x7e]+$/.test(value), expected: 'visible ASCII characters' } as const // prettier-ignore
/** What needs no quotes, so that every program finds the section. */
const name = { is: 'text', max: 128, fits: isName, expected: 'letters, digits and . _ @ + -' } as const
const forms: Forms = {
  name,
  accountId: text,
  roleName: text,
  region: members.optional(text),
  session: {
    is: 'object',
    members: {
      name: members.optional(name),
      startURL: text,
      region: text,
      registrationScopes: members.scopes,
    },
  },
}

/**
 * The sections of `~/.aws/config` for one profile and its session (R199), to be added to a file that has neither. What
 * {@link readSSOProfile} reads of it is the profile that was given.
 *
 * @param options.withSession - false where the file has the session already; default true
 * @throws FederationError `ERR_INVALID_OPTION`, with findings where the profile is none that can be read back
 *
 * @example
 * ```ts
 * import { buildSSOProfile } from 'countersign/oauth'
 *
 * const session = {
 *   name: 'my-org',
 *   startURL: 'https://my-org.awsapps.com/start',
 *   region: 'ap-northeast-1',
 *   registrationScopes: ['sso:account:access'],
 * }
 * console.log(buildSSOProfile({ name: 'dev', accountId: '111111111111', roleName: 'PowerUserAccess', session }))
 * ```
 */
export function buildSSOProfile(
  given: SSOProfile,
  options: { readonly withSession?: boolean | undefined } = {},
): string {
  const { withSession = true } = readArguments(options, { withSession: { is: 'ignored' } })
  if (typeof withSession !== 'boolean')
    throw new FederationError('ERR_INVALID_OPTION', 'withSession is a boolean.')
  const { name, accountId, roleName, region, session } = readArguments(given, forms)
  const signIn = [
    `sso_start_url = ${session.startURL}`,
    `sso_region = ${session.region}`,
    `sso_registration_scopes = ${session.registrationScopes.join(',')}`,
  ]
  const profile = [
    name === 'default' ? '[default]' : `[profile ${name}]`,
    ...(session.name === undefined ? signIn : [`sso_session = ${session.name}`]),
    `sso_account_id = ${accountId}`,
    `sso_role_name = ${roleName}`,
    ...(region === undefined ? [] : [`region = ${region}`]),
  ]
  const sections =
    session.name === undefined ? [profile] : [[`[sso-session ${session.name}]`, ...signIn], profile]
  const file = sections.map(textOf).join('\n')
  // The same rules as for a file that somebody wrote, and nothing else than was given may come back.
  const read = readSSOProfile(file, name)
  if (!read.ok) throw new FederationError('ERR_INVALID_OPTION', 'No config file may say this.', { findings: read.findings }) // prettier-ignore
  return withSession || session.name === undefined ? file : textOf(profile)
}

function textOf(lines: readonly string[]): string {
  return `${lines.join('\n')}\n`
}
