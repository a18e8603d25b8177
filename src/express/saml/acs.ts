import { accepted, hasError, type Finding } from '../../core/outcome.js'
import { findingsOf, runRules } from '../../core/rule.js'
import { samlLogin } from '../../flows/index.js'
import { decodeMessage, describeResponse, type DecodedMessage } from '../../saml/index.js'
import { MAX_FORM_CHARACTERS } from '../../saml/bindings/input.js'
import { readFormBody } from '../formBody.js'
import type { AppRequest, AppResponse } from '../http.js'
import { StoreOutage } from '../outage.js'
import type { FoundLogin } from '../pendingLogins.js'
import { seeOther, type Refusal } from '../refusal.js'
import type { SamlSettings } from './options.js'
import type { KnownProvider } from './provider.js'
import { unsolicitedRules } from './rules.js'

/**
 * The assertion consumer service: takes a Response only in the browser that began the sign-in, uses up what it is, and
 * begins a session. What the message says of itself serves to look up the request; everything else waits for the signature.
 */
export async function consumeAssertion(
  request: AppRequest,
  response: AppResponse,
  idp: KnownProvider,
  settings: SamlSettings,
): Promise<void> {
  const { house, sessions, options, profile, logins } = settings
  const refuse = (status: Refusal['status'], findings: readonly Finding[]): void => {
    house.refuse(request, response, { status, findings })
  }
  const received = await receive(request)
  if ('status' in received) return refuse(received.status, received.findings)
  const landing = relayed(received, settings)
  if (!landing.ok) return refuse(403, landing.findings)
  const found = await loginFor(request, received.inResponseTo, settings)
  if (found instanceof StoreOutage) return house.refuseOutage(request, response, found)
  if ('status' in found) return refuse(found.status, found.findings)

  const { sp, replay, clockSkewSeconds, abac, allowSHA1, allowExpiredCertificates } = options
  const { maxAssertionLifetimeSeconds } = options
  const { entityID, certificates } = idp
  const verdict = await samlLogin(
    received.message,
    {
      idp: { entityID, certificates },
      sp,
      now: house.now(),
      profile,
      inResponseTo: found.login?.handle ?? null,
      clockSkewSeconds,
      abac,
      allowSHA1,
      allowExpiredCertificates,
      maxAssertionLifetimeSeconds,
    },
    { replay: { claim: (...asked) => house.inTime(() => replay.claim(...asked)) } },
  )
  if (!verdict.ok) return refuse(isOutage(verdict.findings) ? 503 : 403, verdict.findings)
  const used = found.login && (await logins.use(found.login))
  if (used instanceof StoreOutage) return house.refuseOutage(request, response, used)
  if (used?.ok === false) return refuse(403, used.findings)
  if (await sessions.begin(request, response, { identity: verdict.value, replaces: used?.value.replaces }))
    seeOther(response, used?.value.returnTo ?? landing.value)
}

type Received = Pick<DecodedMessage, 'message' | 'relayState'> & {
  readonly inResponseTo: string | undefined
}

/** The Response out of its form, read as far as it says which request it answers. */
async function receive(request: AppRequest): Promise<Received | Pick<Refusal, 'status' | 'findings'>> {
  const form = await readFormBody(request, { maxBytes: MAX_FORM_CHARACTERS })
  if ('status' in form) return form
  const decoded = decodeMessage({ binding: 'post', body: form.body }, { kind: 'SAMLResponse' })
  if (!decoded.ok) return { status: 400, findings: decoded.findings }
  const { message, relayState } = decoded.value
  const described = describeResponse(message)
  if (!described.ok) return { status: 400, findings: described.findings }
  return {
    message,
    inResponseTo: described.value.inResponseTo,
    ...(relayState === undefined ? {} : { relayState }),
  }
}

/**
 * Where the RelayState would lead. It is looked at even where the app remembers itself where its sign-in leads: what names
 * another host was not sent in good faith. An empty one is none.
 */
function relayed({ relayState = '' }: Received, { returnPaths, defaultReturnPath }: SamlSettings) {
  return relayState === '' ? accepted(defaultReturnPath) : returnPaths(relayState)
}

/** The login that a Response answers; none for one that answers nothing, where that may be. */
async function loginFor(
  request: AppRequest,
  inResponseTo: string | undefined,
  { logins, options }: SamlSettings,
): Promise<{ readonly login?: FoundLogin } | Pick<Refusal, 'status' | 'findings'> | StoreOutage> {
  const { idpInitiated = false } = options
  const answers = inResponseTo !== undefined
  const unasked = findingsOf(runRules(unsolicitedRules, { answers, idpInitiated }))
  if (hasError(unasked)) return { status: 403, findings: unasked }
  if (!answers) return {}
  const found = await logins.find(request, inResponseTo)
  if (found instanceof StoreOutage) return found
  return found.ok ? { login: found.value } : { status: 403, findings: found.findings }
}

function isOutage(findings: readonly Finding[]): boolean {
  return findings.some(({ rule }) => rule === 'saml/replay-store')
}
