import { refused, type Verdict } from '../../core/outcome.js'
import { requestedScopes, stateFaults, valueOf, type Parameters } from './authorizationParameters.js'
import { authorizationGateRules, authorizationRules } from './authorizationRules.js'
import type { RedirectTarget } from './authorizationURL.js'
import type { OAuthClient } from './client.js'
import { listOf, optional, requireForm, texts, type Form } from './form.js'
import { clientForm } from './stateForms.js'
import { toldAsMisuse } from './misuse.js'
import { judged } from './step.js'

/** What a client asks a person for, judged. */
export interface AuthorizationRequest {
  readonly clientId: string
  readonly clientName: string
  /** As it was asked for, port included. */
  readonly redirectURI: string
  readonly scopes: readonly string[]
  readonly codeChallenge: string
  readonly state?: string
}

const pairForm: Form = (value) => texts(value) && (value as readonly string[]).length === 2

/**
 * Judges the query of `/authorize`: first who asks and where the answer goes, then the rest. A refusal past the gate
 * has a `redirect`, to which {@link authorizationErrorURL} sends it; one without is for a page and goes nowhere.
 *
 * @throws FederationError `ERR_INVALID_OPTION` for parameters that are no pairs of texts, and a client that is none
 */
export function validateAuthorizationRequest(
  parameters: Parameters,
  client: OAuthClient | undefined,
): { readonly verdict: Verdict<AuthorizationRequest>; readonly redirect?: RedirectTarget } {
  return toldAsMisuse(() => {
    requireForm(parameters, listOf(pairForm), 'parameters')
    requireForm(client, optional(clientForm), 'client')
    const subject = { parameters, client }
    const gate = judged(authorizationGateRules, subject, () => ({
      client: client ?? unreachable(),
      redirectURI: valueOf(parameters, 'redirect_uri') ?? unreachable(),
    }))
    if (!gate.ok) return { verdict: refused(gate.findings) }
    const { redirectURI } = gate.value
    const given = valueOf(parameters, 'state')
    const state = given !== undefined && stateFaults(parameters).length === 0 ? { state: given } : {}
    const verdict = judged(authorizationRules, subject, () => ({
      clientId: gate.value.client.clientId,
      clientName: gate.value.client.clientName,
      redirectURI,
      scopes: requestedScopes(parameters) ?? gate.value.client.scopes,
      codeChallenge: valueOf(parameters, 'code_challenge') ?? unreachable(),
      ...state,
    }))
    return { verdict, redirect: { redirectURI, ...state } }
  })
}

function unreachable(): never {
  throw new Error('A value was asked of a refused authorization request.')
}
