import type { AuthorizationRule } from './authorizationRules.js'
import type { SignInSession } from '../../directory/portal/index.js'

/** A sign-in as it is kept under its session's id: the session, and the digest of what the browser holds. */
export interface SignIn {
  readonly session: SignInSession
  /** Absent where no browser holds the session: it came of a token exchange. */
  readonly secretDigest?: string
}

/** The person said no (R207). */
export const consentRules: readonly AuthorizationRule<{ readonly decision: 'approve' | 'deny' }>[] = [
  {
    id: 'oauth/consent',
    severity: 'error',
    source: 'R207; RFC 6749 4.1.2.1',
    title: 'The person consents',
    fix: 'Nothing: the person does not want the application to have access.',
    error: 'access_denied',
    check: ({ decision }) =>
      decision === 'approve' ? [] : [{ reason: 'denied', message: 'The person refused.' }],
  },
]
