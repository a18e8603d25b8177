import { createHash } from 'node:crypto'
import { encodeBase64url, lengthPrefixed } from '../core/codec.js'
import { isObject, type JsonObject } from '../core/json.js'
import { type Verdict } from '../core/outcome.js'
import type { StateEntry, StateStore } from '../core/ports.js'
import { runRules, verdictOf } from '../core/rule.js'
import { isSecret } from '../core/secret.js'
import { openSealed, seal } from '../tti/tokens/seal.js'
import { cookieNameFor, cookieValues, setCookie } from './cookies.js'
import { guardedStore } from './guardedStore.js'
import type { House } from './house.js'
import type { AppRequest, AppResponse } from './http.js'
import { loginRules, type LoginSubject } from './loginRules.js'
import { asked, StoreOutage } from './outage.js'

/** How long a person may take to sign in. */
export const LOGIN_SECONDS = 600

/** What is remembered between the request to an identity provider and its answer. */
export interface PendingLogin {
  readonly returnTo: string
  /** Of the protocol, such as a code verifier and a nonce; kept sealed. JSON, two levels deep. */
  readonly data?: JsonObject
  /** The session that the browser had when it began, which ends with it. */
  readonly replaces?: string
}

/** A login that this browser began and has not ended. */
export interface FoundLogin extends PendingLogin {
  readonly handle: string
  readonly version: string
}

/** Logins under way, each bound to the browser that began it. `handle`: a SAML request's id, or OAuth's state. */
export interface PendingLogins {
  /** Remembers a login under a fresh handle, and binds it to the browser by a cookie. */
  begin(
    request: AppRequest,
    response: AppResponse,
    handle: string,
    login: Omit<PendingLogin, 'replaces'>,
  ): Promise<'begun' | StoreOutage>
  /** The login of a handle, if this browser began it; it stays outstanding. */
  find(request: AppRequest, handle: string): Promise<Verdict<FoundLogin> | StoreOutage>
  /** Ends a login: of any number of calls at once, on whatever host, exactly one is accepted. */
  use(found: FoundLogin): Promise<Verdict<PendingLogin> | StoreOutage>
}

export interface PendingLoginsOptions {
  readonly house: House
  readonly state: StateStore
  /** Keeps the logins of one middleware from any other's, such as `saml` and the entityIDs of both parties. */
  readonly realm: readonly string[]
}

const SECRET = /^[A-Za-z0-9_-]{43}$/
const MAX_HANDLE_CHARACTERS = 256
const LIMITS = { maxDepth: 6 } as const

export function pendingLogins({ house, state: given, realm }: PendingLoginsOptions): PendingLogins {
  const state = given === house.state ? given : guardedStore(given, house.inTime)
  const cookie = cookieNameFor(house.url, '-login')
  const keyOf = (handle: string): string =>
    `countersign/express/login/${digestOf(['app-login', house.app, ...realm, handle])}`

  const secretsOf = (request: AppRequest): LoginSubject['browser'] | { readonly secret: string } => {
    const values = cookieValues(request, cookie)
    const [secret] = values
    if (secret === undefined) return 'none'
    if (values.length > 1) return 'several'
    return SECRET.test(secret) ? { secret } : 'form'
  }

  const opened = async (handle: string, entry: StateEntry): Promise<JsonObject | undefined> => {
    const content = await openSealed('app-login', entry.value, house.sealingKeys(), LIMITS)
    return typeof content === 'object' && content.key === keyOf(handle) ? content : undefined
  }

  return {
    async begin(request, response, handle, { returnTo, data }) {
      const replaces = await house.held(request)
      const held = secretsOf(request)
      // Kept where there is one, so that the logins of two tabs are both this browser's.
      const secret = typeof held === 'object' ? held.secret : encodeBase64url(house.randomBytes(32))
      const key = keyOf(handle)
      const content = {
        key,
        browser: digestOf(['browser', secret]),
        returnTo,
        ...(data ? { data } : {}),
        ...(replaces ? { replaces } : {}),
      }
      const sealed = await seal('app-login', content, house.sealingKeys())
      const expiresAt = house.now() + LOGIN_SECONDS
      const put = await asked(() => state.put(key, sealed, { ifVersion: null, expiresAt }))
      if (put instanceof StoreOutage) return put
      if (!put.ok) return new StoreOutage(new Error('The handle of a login is not fresh.'))
      setCookie(response, { name: cookie, value: secret, maxAgeSeconds: LOGIN_SECONDS, sameSite: 'None' })
      return 'begun'
    },

    async find(request, handle) {
      const held = secretsOf(request)
      const known = handle !== '' && handle.length <= MAX_HANDLE_CHARACTERS
      const entry = known ? await asked(() => state.get(keyOf(handle))) : undefined
      if (entry instanceof StoreOutage) return entry
      const content = entry && (await opened(handle, entry))
      const browser = typeof held === 'object' ? 'one' : held
      const kept = content?.browser
      const same =
        typeof held === 'object' && typeof kept === 'string'
          ? isSecret(digestOf(['browser', held.secret]), kept)
          : undefined
      const login = !entry ? 'unknown' : entry.value === USED ? 'used' : content ? 'open' : 'unreadable'
      return verdictOf(runRules(loginRules, { browser, login, same }), () => ({
        handle,
        version: entry?.version ?? '',
        ...pendingOf(content ?? {}),
      }))
    },

    async use({ handle, version, ...login }) {
      const used = { ifVersion: version, expiresAt: house.now() + LOGIN_SECONDS }
      const put = await asked(() => state.put(keyOf(handle), USED, used))
      if (put instanceof StoreOutage) return put
      const ended = put.ok ? 'open' : 'used'
      return verdictOf(runRules(loginRules, { browser: 'one', login: ended, same: true }), () => login)
    },
  }
}

/** What is left of a login that has ended: enough to say so. */
const USED = 'used'

function pendingOf({ returnTo, data, replaces }: JsonObject): PendingLogin {
  return {
    returnTo: typeof returnTo === 'string' ? returnTo : '/',
    ...(isObject(data) ? { data } : {}),
    ...(typeof replaces === 'string' ? { replaces } : {}),
  }
}

function digestOf(texts: readonly string[]): string {
  return createHash('sha256').update(lengthPrefixed(texts)).digest('base64url')
}
