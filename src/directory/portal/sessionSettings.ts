import { isObject } from '../../core/json.js'
import type { Verdict } from '../../core/outcome.js'
import { runRules, verdictOf, type Fault, type Rule } from '../../core/rule.js'
import { kindOf, shown } from '../../core/shown.js'
import { nearest } from '../../core/nearest.js'
import { misuse, requireObject } from './arguments.js'

const MINUTE = 60
const DAY_MINUTES = 24 * 60

/** How long people stay signed in, in minutes: 15 to 10,080, or 90 days by the preset (R216, C08). */
export const SESSION_MINUTES = {
  default: 8 * 60,
  min: 15,
  max: 7 * DAY_MINUTES,
  ninetyDays: 90 * DAY_MINUTES,
} as const

/** The extended sessions of Amazon Q Developer: 90 days (R226). */
export const EXTENDED_SESSION_SECONDS = SESSION_MINUTES.ninetyDays * MINUTE

/** What an administrator sets under "Configure session settings". */
export interface SessionSettings {
  /** Of the sign-in session, and so of every application session that is refreshed from it. */
  readonly durationSeconds: number
  /** Whether the applications that may have it keep their sessions for 90 days, whatever the duration is. */
  readonly extendedSessions: boolean
}

export interface SessionSettingsSubject {
  readonly value: unknown
  /** Whether Amazon Q Developer is to be had in the Region of the instance. */
  readonly qDeveloper: boolean
}

type SessionSettingsRule = Rule<SessionSettingsSubject>

const MEMBERS = ['durationMinutes', 'extendedSessions']

export const sessionSettingsRules: readonly SessionSettingsRule[] = [
  {
    id: 'portal/session-settings',
    severity: 'error',
    source: 'R216; R226',
    title: 'Session settings are an object of durationMinutes and extendedSessions',
    fix: 'Write { "durationMinutes": 480, "extendedSessions": false }; either may be left out.',
    check: ({ value }) => {
      const path = '$'
      if (!isObject(value))
        return [{ reason: 'type', path, actual: kindOf(value), message: 'The settings are no object.' }]
      const extended = own(value, 'extendedSessions')
      const unknown = Object.keys(value).filter((name) => !MEMBERS.includes(name))
      return [
        ...unknown.slice(0, 20).map((name): Fault => {
          const meant = nearest(name, MEMBERS)
          const fix = meant === undefined ? undefined : `Did you mean ${meant}?`
          return { reason: 'unknown-member', path, actual: shown(name), message: 'Not known here.', fix }
        }),
        ...(extended === undefined || typeof extended === 'boolean'
          ? []
          : [
              {
                reason: 'type',
                path: '$.extendedSessions',
                actual: kindOf(extended),
                message: 'Whether sessions are extended is a boolean.',
              },
            ]),
      ]
    },
  },
  {
    id: 'portal/session-duration',
    severity: 'error',
    source: 'R216; C08',
    title: 'People stay signed in for 15 to 10,080 minutes, or for exactly 90 days',
    fix: 'Enter whole minutes from 15 to 10080 (7 days), or choose 90 days (129600 minutes).',
    check: ({ value }) => {
      if (!isObject(value)) return 'cantTell'
      const minutes = own(value, 'durationMinutes')
      if (minutes === undefined) return []
      const path = '$.durationMinutes'
      const expected = `${SESSION_MINUTES.min} to ${SESSION_MINUTES.max}, or ${SESSION_MINUTES.ninetyDays}`
      const fault = (reason: string, message: string): Fault[] => [
        { reason, path, expected, actual: shown(minutes), message },
      ]
      if (typeof minutes !== 'number' || !Number.isSafeInteger(minutes))
        return fault('type', 'The duration is no whole number of minutes.')
      if (minutes === SESSION_MINUTES.ninetyDays) return []
      if (minutes < SESSION_MINUTES.min) return fault('too-short', 'The duration is too short.')
      return minutes > SESSION_MINUTES.max ? fault('too-long', 'The duration is too long.') : []
    },
  },
  {
    id: 'portal/extended-sessions',
    severity: 'warning',
    source: 'R226',
    title: 'Sessions are extended only where Amazon Q Developer is to be had in the Region of the instance',
    fix: 'Leave extendedSessions out in this Region: sessions keep their duration whatever it says.',
    check: ({ value, qDeveloper }) => {
      const extended = isObject(value) && own(value, 'extendedSessions') === true
      if (!extended) return 'notApplicable'
      const message = 'Amazon Q Developer is not to be had here, so that sessions are not extended.'
      return qDeveloper ? [] : [{ reason: 'ignored', path: '$.extendedSessions', message }]
    },
  },
]

/**
 * Judges session settings, `{ durationMinutes?, extendedSessions? }`, as a form or a file has them. Left out they are
 * 8 hours and no extension. Settings say nothing of sessions that live already: those keep the end they were given
 * (R037), and the sessions of IAM roles follow their permission set alone (R223).
 *
 * @param options.qDeveloper - whether Amazon Q Developer is to be had in the Region of the instance: where it is not,
 *   sessions are not extended, and a warning says so (R226). Default true: which Regions it has, nothing here knows.
 * @throws FederationError `ERR_INVALID_OPTION` for options that are none
 *
 * @example
 * ```ts
 * import { validateSessionSettings } from 'countersign/directory'
 *
 * const verdict = validateSessionSettings({ durationMinutes: 18 * 60 })
 * if (verdict.ok) console.log(verdict.value.durationSeconds) // 64800
 * ```
 */
export function validateSessionSettings(
  value: unknown,
  options: { readonly qDeveloper?: boolean | undefined } = {},
): Verdict<SessionSettings> {
  requireObject(options, 'options')
  const { qDeveloper = true } = options
  if (typeof qDeveloper !== 'boolean') misuse('options.qDeveloper is a boolean.')
  return verdictOf(runRules(sessionSettingsRules, { value, qDeveloper }), () => {
    const settings = isObject(value) ? value : {}
    const minutes = own(settings, 'durationMinutes')
    return {
      durationSeconds: (typeof minutes === 'number' ? minutes : SESSION_MINUTES.default) * MINUTE,
      extendedSessions: qDeveloper && own(settings, 'extendedSessions') === true,
    }
  })
}

function own(value: object, name: string): unknown {
  return Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined
}
