import { assertAccepted } from '../../src/core/index.js'
import {
  appSessions,
  requireIdentity,
  requireTag,
  samlServiceProvider,
  type AppSessionsOptions,
  type SamlServiceProviderOptions,
} from '../../src/express/index.js'
import { issueResponse, validateAuthnRequest, type IdentityCenterLogin } from '../../src/saml/index.js'
import { memoryReplayStore, memoryStateStore } from '../../src/stores/index.js'
import { idpCertificate, idpSigner, NOW } from '../support/saml.js'
import type { Browser } from './support.js'
import { Refusals, serve, type App, type MAJORS, type Running } from './support.js'

export const KEY = { id: 'k1', key: new Uint8Array(32).fill(1) }
export const IDP = 'https://idp.example.com/saml'
const SSO = 'https://idp.example.com/sso'

type Express = (typeof MAJORS)[number][1]

export interface SamlAppOptions {
  readonly sessions?: Partial<AppSessionsOptions>
  readonly saml?: Partial<SamlServiceProviderOptions>
  /** What else is mounted first. */
  readonly before?: (app: App) => void
}

let ids = 0

/** An app that signs people in by SAML, and an identity provider to go with it. */
export async function samlApp(express: Express, options: SamlAppOptions = {}) {
  const clock = { now: NOW }
  const now = (): number => clock.now
  const refusals = new Refusals()
  const state = memoryStateStore({ now })
  const replay = memoryReplayStore()
  const running: Running = await serve((url) => {
    const sessions = appSessions({
      url,
      keys: [KEY],
      state,
      now,
      signInPath: '/signin',
      signOutPath: '/signout',
      onRefused: refusals.onRefused,
      ...options.sessions,
    })
    const app = express()
    options.before?.(app)
    app.use(
      samlServiceProvider({
        sessions,
        idp: { entityID: IDP, certificates: [idpCertificate], ssoURL: SSO },
        sp: { entityID: `${url}/saml`, acsURL: `${url}/saml/acs` },
        replay,
        loginPath: '/signin',
        metadataPath: '/saml/metadata',
        ...options.saml,
      }),
    )
    app.use(sessions)
    app.get('/', (request, response) => {
      response.json({ who: request.identity?.protocol === 'saml' ? request.identity.nameID : null })
    })
    app.get('/me', requireIdentity(), (request, response) => {
      response.json(request.identity)
    })
    app.get('/billing', requireTag('Department', 'billing', 'finance'), (_request, response) => {
      response.send('invoices')
    })
    return app
  })
  const { url } = running
  const acs = `${url}/saml/acs`

  /** The browser begins a sign-in; what the identity provider gets. */
  const begin = async (browser: Browser, query = ''): Promise<string> => {
    const response = await browser.fetch(`${url}/signin${query}`)
    const location = response.headers.get('location') ?? ''
    const request = assertAccepted(
      validateAuthnRequest(
        { binding: 'redirect', query: new URL(location).search },
        { sps: [{ entityID: `${url}/saml`, acsURLs: [acs] }], destination: SSO, now: clock.now },
      ),
    )
    return request.id
  }
  const respond = (login: Partial<IdentityCenterLogin> = {}, entityID = IDP): string => {
    const xml = assertAccepted(
      issueResponse(
        {
          to: 'identity-center',
          sp: { entityID: `${url}/saml`, acsURL: acs },
          nameID: 'ada@example.com',
          accessControl: { Department: 'billing' },
          ...login,
        },
        { entityID, signer: idpSigner, now: clock.now, newID: () => `_id${++ids}` },
      ),
    )
    return Buffer.from(xml).toString('base64')
  }
  /** As a page of the identity provider posts it: from another site, with the cookies that go there. */
  const post = (browser: Browser, fields: Record<string, string> | string): Promise<Response> =>
    browser.post(acs, fields, { origin: 'https://idp.example.com', 'sec-fetch-site': 'cross-site' })

  const signIn = async (browser: Browser, login: Partial<IdentityCenterLogin> = {}, query = '') => {
    const inResponseTo = await begin(browser, query)
    return post(browser, { SAMLResponse: respond({ inResponseTo, ...login }) })
  }
  const who = async (browser: Browser): Promise<unknown> =>
    ((await (await browser.fetch(url)).json()) as { who: unknown }).who

  return { ...running, acs, clock, state, refusals, begin, respond, post, signIn, who }
}
