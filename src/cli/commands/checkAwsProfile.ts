import { buildReport, type Report } from '../../conformance/index.js'
import { decodeUtf8 } from '../../core/codec.js'
import { inspectSSOProfile, oidcEndpoint } from '../../oauth/index.js'
import { readBytes } from '../files.js'
import { Misuse } from '../misuse.js'
import { formatOf, instantOf, readOptions, text } from '../options.js'
import { version } from '../version.js'

export const checkAwsProfileOptions = {
  profile: 'string',
  format: 'string',
  verbose: 'boolean',
  at: 'string',
} as const

/** `check aws-profile FILE`: a profile of `~/.aws/config` that signs in by Identity Center. */
export async function checkAwsProfile(words: readonly string[]): Promise<Report> {
  const { values, positionals } = readOptions(words, checkAwsProfileOptions)
  const [file, ...others] = positionals
  if (file === undefined || others.length > 0) throw new Misuse('check aws-profile takes one FILE.')
  formatOf(values)
  const now = instantOf(values)
  const name = text(values, 'profile') ?? 'default'
  const config = decodeUtf8(await readBytes(file))
  if (config === undefined) throw new Misuse('A config file is text in UTF-8.')
  const { verdict, rules } = inspectSSOProfile(config, name)
  const { accountId, roleName, session } = verdict.value ?? {}
  return buildReport({
    version,
    subject: { kind: 'aws-profile', name: file },
    now,
    verified: true,
    identity: verdict.ok ? { profile: name, accountId, roleName } : undefined,
    facts: session
      ? {
          'start URL': session.startURL,
          endpoint: oidcEndpoint(session.region),
          scopes: session.registrationScopes.join(', '),
          'not judged': 'whether the account and the role are assigned: the access portal knows',
        }
      : {},
    outcomes: rules,
  })
}
