import type { ConfigFile, Section, Value } from './file.js'

/** What the rules of one profile judge. */
export interface ProfileSubject {
  readonly file: ConfigFile
  readonly wanted: string
  /** Undefined where there is none, or more than one. */
  readonly profile: Section | undefined
  /** The section that the profile names; undefined where it names none, or one that is not there. */
  readonly session: Section | undefined
  /** Where the members of the sign-in stand: in the session, or in the profile itself. */
  readonly signIn: Section | undefined
}

export const SESSION_MEMBERS = ['sso_start_url', 'sso_region', 'sso_registration_scopes'] as const

export function subjectOf(file: ConfigFile, wanted: string): ProfileSubject {
  const [profile, ...others] = file.sections.filter((section) => isProfile(section, wanted))
  const only = others.length === 0 ? profile : undefined
  const named = textOf(only, 'sso_session')
  const session = file.sections.find(({ type, name }) => type === 'sso-session' && name === named)
  return { file, wanted, profile: only, session, signIn: named === undefined ? only : session }
}

/** `[default]` and `[profile default]` are both the default profile; all others need the word. */
export function isProfile({ type, name }: Section, wanted: string): boolean {
  return name === wanted && (type === 'profile' || (type === '' && wanted === 'default'))
}

export function valueOf(section: Section | undefined, member: string): Value | undefined {
  return section?.values.get(member)
}

export function textOf(section: Section | undefined, member: string): string | undefined {
  return valueOf(section, member)?.text
}

/** As the AWS CLI reads them: by commas. Absent, the access portal's. */
export function scopesOf(signIn: Section | undefined): readonly string[] | undefined {
  return textOf(signIn, 'sso_registration_scopes')
    ?.split(',')
    .map((scope) => scope.trim())
}
