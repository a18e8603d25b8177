import type { OidcIdentity, StateStore } from '../../src/core/index.js'
import {
  appSessions,
  exchangeIdentity,
  type AppSessionsOptions,
  type ExchangeIdentityOptions,
  type IdentityExchange,
} from '../../src/express/index.js'
import { KEY } from './oidcSupport.js'
import { Browser, MAJORS, Refusals, serve, type Running } from './support.js'

export const ADA: OidcIdentity = {
  protocol: 'oidc',
  issuer: 'https://idp.example.com/tenant',
  subject: 'u1',
  audience: 'my-client',
  accessControl: { Department: 'billing' },
  claims: { sub: 'u1' },
  expiresAt: 4_000_000_000,
}

export interface ExchangeAppOptions {
  readonly exchange: IdentityExchange
  readonly state: StateStore
  /** The JWT of the next sign-in; undefined: one without. */
  readonly jwt: () => string | undefined
  readonly now: () => number
  readonly identity?: Partial<OidcIdentity>
  readonly sessions?: Partial<AppSessionsOptions>
  readonly options?: Partial<ExchangeIdentityOptions>
  readonly express?: (typeof MAJORS)[number][1]
}

export interface ExchangeApp extends Running {
  readonly refusals: Refusals
}

/** An app that exchanges; signing in there is a GET of `/in`. */
export async function exchangeApp(options: ExchangeAppOptions): Promise<ExchangeApp> {
  const refusals = new Refusals()
  const { state, now, exchange } = options
  const [, express] = MAJORS[0]
  const server = await serve((url) => {
    // One app at several hosts: what is sealed is sealed for its URL.
    const sessions = appSessions({
      url: 'http://127.0.0.1:9',
      keys: [KEY],
      state,
      now,
      onRefused: refusals.onRefused,
      ...options.sessions,
    })
    const app = (options.express ?? express)()
    app.get('/in', (request, response) => {
      const idToken = options.jwt()
      void sessions
        .begin(request, response, {
          identity: { ...ADA, ...options.identity },
          ...(idToken ? { idToken } : {}),
        })
        .then((begun) => {
          if (begun) response.redirect(303, url)
        })
    })
    app.use(sessions)
    app.get('/plain', (request, response) => {
      response.json({
        who: request.identity?.protocol ?? null,
        exchanged: request.exchanged ?? null,
        keepsJWT: sessions.read(request)?.idToken !== undefined,
      })
    })
    app.use(exchangeIdentity({ sessions, exchange, ...options.options }))
    app.use((request, response) => {
      response.json({ exchanged: request.exchanged ?? null })
    })
    return app
  })
  return { ...server, refusals }
}

/** A browser that has signed in at an app. */
export async function signedIn(app: Running): Promise<Browser> {
  const browser = new Browser()
  await browser.fetch(`${app.url}/in`)
  return browser
}

/** Counts the calls of an exchange, and lets a test hold them. */
export function counted(exchange: IdentityExchange) {
  const calls: string[] = []
  let gate = Promise.resolve()
  return {
    calls,
    hold: () => {
      let release = (): void => undefined
      gate = new Promise((resolve) => (release = resolve))
      return () => release()
    },
    exchange: {
      clientId: exchange.clientId,
      exchange: async (jwt: string) => {
        calls.push(jwt)
        await gate
        return exchange.exchange(jwt)
      },
    } satisfies IdentityExchange,
  }
}
