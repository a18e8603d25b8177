import { checkOptions, LAST_INSTANT, misuse } from './expectation.js'

export interface SessionEndOptions {
  /**
   * How the application reads SessionNotOnOrAfter (R077): `max`, as a bound that its own duration may fall short of, or
   * `exact`, as the end itself.
   */
  readonly mode: 'max' | 'exact'
  /** The application's own duration, with `max` and wherever the assertion says nothing. */
  readonly durationSeconds: number
  /** Of the verified assertion; undefined where it says nothing. */
  readonly sessionNotOnOrAfter?: number | undefined
  readonly now: number
}

/**
 * When the session of an application ends, in epoch seconds: the first second at which it lives no more. Undefined: there
 * is none to begin, because SessionNotOnOrAfter lies in the past (R077, R020).
 *
 * @throws FederationError `ERR_INVALID_OPTION` for what has not the declared types
 *
 * @example
 * ```ts
 * import { sessionEnd, type Identity } from 'countersign/saml'
 *
 * declare const identity: Identity
 * const { sessionNotOnOrAfter } = identity
 * const now = Math.floor(Date.now() / 1000)
 * console.log(sessionEnd({ mode: 'max', durationSeconds: 8 * 3600, sessionNotOnOrAfter, now }))
 * ```
 */
export function sessionEnd(options: SessionEndOptions): number | undefined {
  checkOptions(options)
  const { mode, durationSeconds, sessionNotOnOrAfter, now } = options
  if (mode !== 'max' && mode !== 'exact') misuse('mode must be max or exact.')
  if (!Number.isSafeInteger(durationSeconds) || durationSeconds < 1)
    misuse('durationSeconds must be whole seconds, more than 0.')
  if (!isInstant(now)) misuse('now must be whole epoch seconds.')
  const own = now + durationSeconds
  if (sessionNotOnOrAfter === undefined) return own
  if (!isInstant(sessionNotOnOrAfter)) misuse('sessionNotOnOrAfter must be whole epoch seconds.')
  if (sessionNotOnOrAfter <= now) return undefined
  return mode === 'exact' ? sessionNotOnOrAfter : Math.min(own, sessionNotOnOrAfter)
}

function isInstant(value: unknown): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= LAST_INSTANT
}
