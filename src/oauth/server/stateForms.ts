import { grantTypes } from '../wire.js'
import { listOf, members, oneOf, optional, text, texts, truth, whole, type Form } from './form.js'

// What is kept between two requests. A store that gives back anything else is not to be relied on: without its end, say,
// a token would never end.

export const attemptsForm: Form = members({ since: whole, count: whole })

export const clientForm: Form = members({
  clientId: text,
  clientName: text,
  scopes: texts,
  redirectURIs: texts,
  grantTypes: listOf(oneOf(...Object.values(grantTypes))),
  applicationARN: optional(text),
})

export const registeredClientForm: Form = (value) =>
  clientForm(value) &&
  members({ secretDigest: text, issuedAt: whole, secretExpiresAt: whole, withoutScopes: truth })(value)

export const codeForm: Form = members({
  clientId: text,
  redirectURI: text,
  scopes: texts,
  codeChallenge: text,
  userId: text,
  signInSessionID: text,
  issuedAt: whole,
  expiresAt: whole,
  status: oneOf('issued', 'redeemed', 'dead'),
  grantID: optional(text),
})

export const deviceForm: Form = members({
  clientId: text,
  clientName: text,
  scopes: texts,
  issuedAt: whole,
  expiresAt: whole,
  status: oneOf('pending', 'approved', 'denied', 'redeemed'),
  intervalSeconds: whole,
  polledAt: optional(whole),
  userId: optional(text),
  signInSessionID: optional(text),
  grantID: optional(text),
})

export const grantForm: Form = members({
  grantID: text,
  clientId: text,
  scopes: texts,
  session: members({
    sessionID: text,
    applicationArn: text,
    userId: text,
    signInSessionID: text,
    startedAt: whole,
    expiresAt: whole,
    extended: truth,
  }),
  refreshDigest: optional(text),
  revoked: optional(members({ at: whole, because: text })),
})

export const accessTokenForm: Form = members({
  grantID: text,
  clientId: text,
  userId: text,
  signInSessionID: text,
  scopes: texts,
  issuedAt: whole,
  expiresAt: whole,
})

export const signInSessionForm: Form = members({
  sessionID: text,
  userId: text,
  startedAt: whole,
  expiresAt: whole,
  limitedBy: oneOf('duration', 'identity-provider'),
  extendedUntil: optional(whole),
  ended: optional(members({ at: whole, by: oneOf('sign-out', 'administrator') })),
})

export const signInForm: Form = members({ session: signInSessionForm, secretDigest: optional(text) })

export const userForm: Form = members({ userId: text, groupIds: texts, status: oneOf('ENABLED', 'DISABLED') })

/** The sign-in session and the user behind a grant: each may be gone. */
export const personForm: Form = members({ signIn: optional(signInSessionForm), user: optional(userForm) })
