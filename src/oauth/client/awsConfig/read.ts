import { FederationError, hasError, type Verdict } from '../../../core/outcome.js'
import { runRules, verdictOf, type RuleOutcome } from '../../../core/rule.js'
import { PORTAL_SCOPE } from '../../scope.js'
import { scopesOf, subjectOf, textOf, type ProfileSubject } from './facts.js'
import { readConfigFile, type Section } from './file.js'
import type { SSOProfile } from './profile.js'
import { configGateRules, configRules } from './rules.js'

/**
 * Reads one profile of `~/.aws/config` that signs in by IAM Identity Center, with its session (R199). A file that the AWS
 * CLI and the SDKs would read differently is refused by the line.
 *
 * @param text - the whole file, at most 262,144 characters
 * @param name - `default` for the default profile
 * @throws FederationError `ERR_INVALID_OPTION` for arguments that are no texts
 *
 * @example
 * ```ts
 * import { oidcEndpoint, readSSOProfile } from 'countersign/oauth'
 *
 * declare const config: string // of ~/.aws/config
 * const verdict = readSSOProfile(config, 'dev')
 * if (verdict.ok) console.log(oidcEndpoint(verdict.value.session.region), verdict.value.session.startURL)
 * else for (const { rule, reason, path, fix } of verdict.findings) console.log(rule, reason, path, fix)
 * ```
 */
export function readSSOProfile(text: string, name: string): Verdict<SSOProfile> {
  return inspectSSOProfile(text, name).verdict
}

/** Everything that is said of a profile, for a report. */
export interface SSOProfileInspection {
  readonly verdict: Verdict<SSOProfile>
  readonly rules: readonly RuleOutcome[]
}

/**
 * As {@link readSSOProfile}, every rule with its outcome.
 *
 * @throws FederationError `ERR_INVALID_OPTION` for arguments that are no texts
 */
export function inspectSSOProfile(text: string, name: string): SSOProfileInspection {
  if (typeof text !== 'string' || typeof name !== 'string' || name === '')
    throw new FederationError('ERR_INVALID_OPTION', 'A config file and the name of a profile are texts.')
  const subject = subjectOf(readConfigFile(text), name)
  const gate = runRules(configGateRules, subject)
  const readable = !hasError(gate.flatMap(({ findings }) => findings))
  const rules = [
    ...gate,
    ...(readable
      ? runRules(configRules, subject)
      : configRules.map((rule): RuleOutcome => ({ rule, outcome: 'cantTell', findings: [] }))),
  ]
  return { rules, verdict: verdictOf(rules, () => profileOf(subject, name)) }
}

function profileOf({ profile, session, signIn }: ProfileSubject, name: string): SSOProfile {
  const need = (section: Section | undefined, member: string): string =>
    textOf(section, member) ?? unreachable()
  const region = textOf(profile, 'region')
  return {
    name,
    accountId: need(profile, 'sso_account_id'),
    roleName: need(profile, 'sso_role_name'),
    ...(region === undefined ? {} : { region }),
    session: {
      ...(session === undefined ? {} : { name: session.name }),
      startURL: need(signIn, 'sso_start_url'),
      region: need(signIn, 'sso_region'),
      registrationScopes: scopesOf(signIn) ?? [PORTAL_SCOPE],
    },
  }
}

function unreachable(): never {
  throw new Error('A profile was asked of a refused file.')
}
