import type { Verdict } from '../../core/outcome.js'
import { runRules, verdictOf } from '../../core/rule.js'
import {
  authorizationCodeURL,
  authorizationErrorURL,
  consentRules,
  consentView,
  digestOf,
  issueCode,
  secretFrom,
  validateAuthorizationRequest,
  type AuthorizationRequest,
  type ConsentView,
} from '../../oauth/index.js'
import { requireAdmitted } from './admitted.js'
import { namedClient } from './clients.js'
import { create, keyOf } from './kept.js'
import { misuse, passed, storeRefusal, verdictFrom } from './refusal.js'
import { fresh, type GrantPorts, type GrantService } from './service.js'
import type { SignedIn } from './signIns.js'

/** What became of a request to `/authorize`. */
export interface Authorization<T> {
  readonly verdict: Verdict<T>
  /** Where the browser goes: with a code, or with an error. Absent where nobody is proven to be there. */
  readonly location?: string
}

/** A request that a person can be asked about. */
export interface AskedAuthorization extends AuthorizationRequest {
  readonly view: ConsentView
}

type Query = readonly (readonly [string, string])[]

/** The query as pairs of texts, read once; a getter or proxy of the caller's is as good as something else. */
function readQuery(query: Query): Query {
  try {
    const pairs = Array.from(query, ([name, value]) => [name, value] as const)
    if (Array.isArray(query) && pairs.flat().every((text) => typeof text === 'string')) return pairs
  } catch {
    // Told below.
  }
  return misuse('The query is a list of pairs of texts, such as [...url.searchParams].')
}

/**
 * Judges a request to `/authorize`. Accepted, it is to be shown to a person who is signed in; refused, it goes back to
 * the client where that is proven (`location`), and to a page otherwise.
 *
 * @param query - names and values as `url.searchParams` gives them
 * @throws FederationError `ERR_INVALID_OPTION` for a query that is none
 */
export async function validateAuthorization(
  query: Query,
  service: GrantService,
  ports: GrantPorts,
): Promise<Authorization<AskedAuthorization>> {
  const pairs = readQuery(query)
  const ids = pairs.flatMap(([name, value]) => (name === 'client_id' ? [value] : []))
  const found = await verdictFrom(() => namedClient(ids.length === 1 ? ids[0] : undefined, service, ports))
  if (!found.ok) return { verdict: found }
  const { verdict, redirect } = validateAuthorizationRequest(pairs, found.value)
  if (verdict.ok) {
    const view = consentView(verdict.value, service.scopes)
    return { verdict: { ...verdict, value: { ...verdict.value, view } } }
  }
  return {
    verdict,
    ...(redirect ? { location: authorizationErrorURL(redirect, verdict.findings, service.issuerURL) } : {}),
  }
}

/**
 * A person's answer to a request, which is judged once more: approved, the browser goes back with a code that lives 60
 * seconds, counts once, and is bound to client, redirect URI, scopes, challenge, person and sign-in session.
 */
export async function decideAuthorization(
  query: Query,
  decision: 'approve' | 'deny',
  signedIn: SignedIn,
  service: GrantService,
  ports: GrantPorts,
): Promise<Authorization<AskedAuthorization>> {
  const asked = await validateAuthorization(query, service, ports)
  if (!asked.verdict.ok) return asked
  const request = asked.verdict.value
  const code = await verdictFrom(async () => {
    passed(verdictOf(runRules(consentRules, { decision }), () => undefined))
    await requireAdmitted(request.clientId, signedIn.user, service, ports)
    return newCode(request, signedIn, ports)
  })
  if (code.ok) return { ...asked, location: authorizationCodeURL(request, code.value, service.issuerURL) }
  return { verdict: code, location: authorizationErrorURL(request, code.findings, service.issuerURL) }
}

async function newCode(
  request: AuthorizationRequest,
  { session, user }: SignedIn,
  ports: GrantPorts,
): Promise<string> {
  const code = secretFrom('aoac', fresh(ports, 32))
  const context = { now: ports.now(), userId: user.userId, signInSessionID: session.sessionID }
  const key = keyOf.code(await digestOf('authorization-code', code))
  const issued = issueCode(request, context)
  // Kept as long as what it gives, so that a second use is known at any time.
  if (!(await create(ports.state, key, issued, Math.max(issued.expiresAt, session.expiresAt))))
    throw storeRefusal({ reason: 'contended' })
  return code
}
