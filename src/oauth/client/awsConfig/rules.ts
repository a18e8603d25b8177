import type { Fault, Rule } from '../../../core/rule.js'
import { shown } from '../../../core/shown.js'
import { isScopeToken, issuerKindOf, PORTAL_SCOPE, servesScope } from '../../scope.js'
import { regionInURL } from '../../server/instanceURL.js'
import { isRegion } from '../endpoint.js'
import { webURL } from '../members.js'
import { scopesOf, SESSION_MEMBERS, textOf, valueOf, type ProfileSubject } from './facts.js'
import type { Section } from './file.js'

type ProfileRule = Rule<ProfileSubject>

const GUIDE = 'AWS SDKs and Tools Reference Guide, Shared config file format'

/** A file of which nobody can tell what holds is not read on. */
export const configGateRules: readonly ProfileRule[] = [
  {
    id: 'sign-in/config-file',
    severity: 'error',
    source: `R199; ${GUIDE}`,
    title: 'A config file has sections, each once, with members, each once, that every program reads alike',
    fix: 'Mend the line: [profile NAME] or [sso-session NAME], and below it NAME = VALUE, comments on lines of their own, none of it indented but what is below a member without a value.',
    check: ({ file }) => file.faults,
  },
]

export const configRules: readonly ProfileRule[] = [
  {
    id: 'sign-in/config-profile',
    severity: 'error',
    source: `R199; ${GUIDE}`,
    title: 'The profile is in the file, once, as [profile NAME] or [default]',
    fix: 'Name a profile of the file, or make it with aws configure sso; in names use letters, digits and . _ @ + - alone.',
    check: ({ file, wanted, profile }) => {
      if (profile)
        return isReadName(profile.name)
          ? []
          : [{ reason: 'name', path: at(profile), actual: shown(wanted, 60), message: 'The SDKs do not find a profile of this name.' }] // prettier-ignore
      const named = file.sections.filter(({ name }) => name === wanted)
      const actual = shown(wanted, 60)
      if (named.some(({ type }) => type === 'profile'))
        return [{ reason: 'twice', actual, message: 'The default profile has two sections.' }]
      const [bare] = named.filter(({ type }) => type === '')
      if (!bare) return [{ reason: 'missing', actual, message: 'The file has no such profile.' }]
      return [
        {
          reason: 'word-missing',
          path: `line ${bare.line}`,
          actual,
          message: 'In a config file the header of a profile begins with the word.',
          fix: `Write [profile ${shown(wanted, 60)}].`,
        },
      ]
    },
  },
  {
    id: 'sign-in/config-session',
    severity: 'error',
    source: 'R199; AWS CLI User Guide, IAM Identity Center authentication',
    title: 'The profile signs in by a session of the file, or by members of its own that say no other',
    fix: 'Put sso_start_url and sso_region into [sso-session NAME], and sso_session = NAME into the profile.',
    check: ({ profile, session }) => {
      if (!profile) return 'cantTell'
      const named = valueOf(profile, 'sso_session')
      if (!named)
        return textOf(profile, 'sso_start_url') === undefined
          ? [
              {
                reason: 'no-sign-in',
                path: at(profile),
                message: 'The profile does not sign in by Identity Center.',
              },
            ]
          : []
      if (!session) {
        const actual = shown(named.text, 60)
        return [
          { reason: 'missing', path: `line ${named.line}`, actual, message: 'The file has no such session.' },
        ]
      }
      return SESSION_MEMBERS.flatMap((name): readonly Fault[] => {
        const own = valueOf(profile, name)
        if (!own || own.text === textOf(session, name)) return []
        const message = 'The profile says otherwise than its session, and programs refuse both.'
        return [{ reason: 'inconsistent', path: `line ${own.line}`, actual: name, message }]
      })
    },
  },
  {
    id: 'sign-in/config-member',
    severity: 'error',
    source: 'R199; SSO Portal API GetRoleCredentials',
    title: 'Account, role, start URL and Region are there, each with its form',
    fix: 'Give sso_account_id (12 digits) and sso_role_name (the permission set) in the profile, sso_start_url and sso_region in the session.',
    check: ({ profile, signIn }) => {
      if (!profile || !signIn) return 'cantTell'
      return [
        ...memberFaults(profile, 'sso_account_id', (text) => /^\d{12}$/.test(text)),
        ...memberFaults(profile, 'sso_role_name', (text) => /^[\w+=,.@-]{1,64}$/.test(text)),
        ...memberFaults(signIn, 'sso_start_url', (text) => text.length <= webURL.max && webURL.fits(text)),
        ...memberFaults(signIn, 'sso_region', isRegion),
        ...(valueOf(profile, 'region') ? memberFaults(profile, 'region', isRegion) : []),
        ...(valueOf(profile, 'sso_session') ? memberFaults(profile, 'sso_session', isName) : []),
      ]
    },
  },
  {
    id: 'sign-in/config-scopes',
    severity: 'error',
    source: 'R190; R199; R200; RFC 6749 3.3',
    title: 'The session registers for scopes that its issuer gives, the access portal’s among them',
    fix: `Write sso_registration_scopes = ${PORTAL_SCOPE}, several parted by commas; AWS Builder ID gives no roles in accounts.`,
    check: ({ signIn }) => {
      if (!signIn) return 'cantTell'
      const path = `line ${valueOf(signIn, 'sso_registration_scopes')?.line ?? signIn.line}`
      const scopes = scopesOf(signIn) ?? [PORTAL_SCOPE]
      const issuer = issuerKindOf(textOf(signIn, 'sso_start_url') ?? '')
      const faults = scopes.slice(0, 25).flatMap((scope, index): readonly Fault[] => {
        const actual = shown(scope, 60)
        if (!isScopeToken(scope))
          return [{ reason: 'not-a-scope', path, actual, message: 'This cannot be a scope.' }]
        if (scopes.indexOf(scope) !== index)
          return [{ reason: 'duplicate', path, actual, message: 'The scope occurs twice.' }]
        return servesScope(issuer, scope)
          ? []
          : [{ reason: 'other-issuer', path, actual, message: 'AWS Builder ID does not give this scope.' }]
      })
      if (scopes.length > 25)
        faults.push({ reason: 'too-many', path, expected: 'at most 25', actual: `${scopes.length}`, message: 'There are too many scopes.' }) // prettier-ignore
      if (!scopes.includes(PORTAL_SCOPE))
        faults.push({ reason: 'no-portal', path, expected: PORTAL_SCOPE, message: 'Without it there are no credentials of a role.' }) // prettier-ignore
      return faults
    },
  },
  {
    id: 'sign-in/config-region',
    severity: 'error',
    source: 'R196; R198',
    title: 'sso_region is the Region that the start URL names, where it names one',
    fix: 'Copy both from the settings page of the instance: a client and its instance are in one Region.',
    check: ({ signIn }) => {
      const [url, region] = [textOf(signIn, 'sso_start_url'), valueOf(signIn, 'sso_region')]
      if (url === undefined || !region) return 'cantTell'
      const named = regionInURL(url)
      if (named === undefined) return 'notApplicable'
      if (named === region.text) return []
      const message = 'The instance is in another Region.'
      return [{ reason: 'other-region', path: `line ${region.line}`, expected: named, actual: shown(region.text, 40), message }] // prettier-ignore
    },
  },
]

/** Names that every program finds, quoted or not. */
function isReadName(text: string): boolean {
  return /^[\w.@%:/+-]+$/.test(text)
}

/** Names that need no quotes, so that every program finds the section. */
export function isName(text: string): boolean {
  return /^[A-Za-z0-9][\w.@+-]{0,127}$/.test(text)
}

function memberFaults(section: Section, name: string, fits: (text: string) => boolean): readonly Fault[] {
  const value = valueOf(section, name)
  if (!value || value.text === '')
    return [{ reason: 'missing', path: at(section), expected: name, message: 'The member is missing.' }]
  const path = `line ${value.line}`
  return fits(value.text)
    ? []
    : [{ reason: 'form', path, actual: shown(value.text, 120), message: `This is no ${name}.` }]
}

function at({ line }: Section): string {
  return `line ${line}`
}
