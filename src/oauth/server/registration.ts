import type { Verdict } from '../../core/outcome.js'
import { readOnce } from '../../core/readOnce.js'
import { PORTAL_SCOPE, servesScope } from '../scope.js'
import { own, textOf, textsOf } from './bodyFaults.js'
import type { RegisteredClient } from './client.js'
import { listOf, members, oneOf, optional, requireForm, text, texts, whole } from './form.js'
import { GRANT_LIMITS } from './limits.js'
import { toldAsMisuse } from './misuse.js'
import { clientForm } from './stateForms.js'
import { publicGrantTypes, registrationRules, type RegistrationContext } from './registrationRules.js'
import { judged } from './step.js'

const contextForm = members({
  now: whole,
  clientID: text,
  secretDigest: text,
  scopes: listOf(members({ scope: text, description: text })),
  instanceURLs: texts,
  issuer: optional(oneOf('identity-center', 'builder-id')),
  applications: listOf(clientForm),
})

/**
 * Registers a public client (RegisterClient): judges what it asks for and answers the client as it is to be kept. A
 * client that names no scopes gets the access portal's, and no refresh tokens, as clients did before there were scopes.
 * What a client with an entitled application leaves out, too, is no more than the application has.
 *
 * @param body - what was sent, whatever it is
 * @throws FederationError `ERR_INVALID_OPTION` for a context that is none
 */
export function registerClient(body: unknown, context: RegistrationContext): Verdict<RegisteredClient> {
  return toldAsMisuse(() => {
    requireForm(context, contextForm, 'context')
    return registered(readOnce(body), context)
  })
}

function registered(request: unknown, context: RegistrationContext): Verdict<RegisteredClient> {
  return judged(registrationRules, { request, context }, () => {
    const scopes = textsOf(request, 'scopes')
    const application = textOf(request, 'entitledApplicationArn')
    const entitled = context.applications.find(({ clientId }) => clientId === application)
    const hasPortal =
      servesScope(context.issuer ?? 'identity-center', PORTAL_SCOPE) &&
      (!entitled || entitled.scopes.includes(PORTAL_SCOPE))
    const portal = hasPortal ? [PORTAL_SCOPE] : []
    return {
      clientId: context.clientID,
      clientName: String(own(request, 'clientName')),
      scopes: scopes === undefined || scopes.length === 0 ? portal : scopes,
      redirectURIs: textsOf(request, 'redirectUris') ?? [],
      grantTypes: publicGrantTypes.filter((type) =>
        (textsOf(request, 'grantTypes') ?? entitled?.grantTypes ?? publicGrantTypes).includes(type),
      ),
      ...(application === undefined ? {} : { applicationARN: application }),
      secretDigest: context.secretDigest,
      issuedAt: context.now,
      secretExpiresAt: context.now + GRANT_LIMITS.clientSecretSeconds,
      withoutScopes: scopes === undefined || scopes.length === 0,
    }
  })
}
