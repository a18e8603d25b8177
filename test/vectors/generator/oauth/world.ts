import { createHash } from 'node:crypto'
import type { Json } from '../vector.js'
import { NOW, type Members } from '../world.js'

export { NOW }
export const ISSUER = 'https://identitycenter.amazonaws.com/ssoins-1234567890abcdef'
export const PORTAL = 'https://d-1234567890.awsapps.com/start'
export const REGIONAL_PORTAL = 'https://ssoins-1234567890abcdef.portal.us-east-1.app.aws'
export const APPLICATION =
  'arn:aws:sso::111122223333:application/ssoins-1234567890abcdef/apl-1234567890abcdef'
export const CALLBACK = 'http://127.0.0.1/oauth/callback'
export const ASKED_CALLBACK = 'http://127.0.0.1:49152/oauth/callback'
export const DEVICE_CODE = 'urn:ietf:params:oauth:grant-type:device_code'
export const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
export const CLIENT = 'aoci-the-client'
export const OTHER_CLIENT = 'aoci-another-client'
const USER = '9067642ac7-11111111-2222-4333-8444-555555555555'
export const PORTAL_SCOPE = 'sso:account:access'
export const COMPLETIONS = 'codewhisperer:completions'

/** The S256 challenge of a verifier (RFC 7636 4.2). */
export function challenge(verifier: string = VERIFIER): string {
  return createHash('sha256').update(verifier).digest('base64url')
}

/** A digest as it is kept of a secret: any 43 characters of base64url will do. */
export function digest(of: string): string {
  return createHash('sha256').update(of).digest('base64url')
}

export const client = (more: Members = {}): Members => ({
  clientId: CLIENT,
  clientName: 'a tool',
  scopes: [PORTAL_SCOPE, COMPLETIONS],
  redirectURIs: [CALLBACK, 'https://app.example.com/cb'],
  grantTypes: ['authorization_code', DEVICE_CODE, 'refresh_token'],
  ...more,
})

export const registered = (more: Members = {}): Members =>
  client({
    secretDigest: digest('secret'),
    issuedAt: NOW - 86_400,
    secretExpiresAt: NOW + 89 * 86_400,
    withoutScopes: false,
    ...more,
  })

export const code = (more: Members = {}): Members => ({
  clientId: CLIENT,
  redirectURI: ASKED_CALLBACK,
  scopes: [PORTAL_SCOPE],
  codeChallenge: challenge(),
  userId: USER,
  signInSessionID: 'session-1',
  issuedAt: NOW - 5,
  expiresAt: NOW + 55,
  status: 'issued',
  ...more,
})

export const device = (more: Members = {}): Members => ({
  clientId: CLIENT,
  clientName: 'a tool',
  scopes: [PORTAL_SCOPE],
  issuedAt: NOW - 60,
  expiresAt: NOW + 540,
  status: 'pending',
  intervalSeconds: 1,
  ...more,
})

export const approval: Members = { status: 'approved', userId: USER, signInSessionID: 'session-1' }

export const signIn = (more: Members = {}): Members => ({
  sessionID: 'session-1',
  userId: USER,
  startedAt: NOW - 3_600,
  expiresAt: NOW + 25_200,
  limitedBy: 'duration',
  ...more,
})

export const user = (more: Members = {}): Members => ({
  userId: USER,
  userName: 'ada@example.com',
  emails: [{ value: 'ada@example.com', primary: true }],
  externalIds: [],
  status: 'ENABLED',
  groupIds: [],
  ...more,
})

export const grant = (more: Members = {}): Members => ({
  grantID: 'grant-1',
  clientId: CLIENT,
  scopes: [PORTAL_SCOPE],
  session: {
    sessionID: 'grant-1',
    applicationArn: CLIENT,
    userId: USER,
    signInSessionID: 'session-1',
    startedAt: NOW - 1_800,
    expiresAt: NOW + 1_800,
    extended: false,
  },
  refreshDigest: digest('refresh-1'),
  ...more,
})

export const accessToken = (more: Members = {}): Members => ({
  grantID: 'grant-1',
  clientId: CLIENT,
  userId: USER,
  signInSessionID: 'session-1',
  scopes: [PORTAL_SCOPE, COMPLETIONS],
  issuedAt: NOW - 1_800,
  expiresAt: NOW + 1_800,
  ...more,
})

/** What a step answers: its outcome, the state as it is to be kept, and the grant that is to be revoked. */
export function step(state: Members, more: Members = {}): { readonly value: Json } {
  return { value: { state, ...more } }
}

export function also(...told: readonly string[]): { readonly also: { rule: string; reason: string }[] } {
  return {
    also: told.map((text) => {
      const [rule = '', reason = ''] = text.split(' ')
      return { rule, reason }
    }),
  }
}
