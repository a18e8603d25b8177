// A person signs in at an identity provider; AWS sees the person, not this app's role. `node examples/express-tip/app.mjs`
import { randomBytes } from 'node:crypto'
import { pathToFileURL } from 'node:url'
import express from 'express'
import {
  appSessions,
  exchangeIdentity,
  identityCenterExchange,
  oidcSignIn,
  requireIdentity,
} from 'countersign/express'
import { memoryStateStore } from 'countersign/stores'
import { systemClock } from 'countersign/flows'
import { awsClients, mayRead, roleSessionOf } from './aws.mjs'
import { application, startLocalCenter } from './center.mjs'
import { startIdentityProvider } from './identityProvider.mjs'
import {
  brokenPage,
  deniedPage,
  documentPage,
  homePage,
  missingPage,
  sendPage,
  welcomePage,
} from './pages.mjs'
import { documents } from './people.mjs'

const clientId = 'reading-app'

/** Starts the app, and the identity provider and Identity Center that stand in for the real ones. */
export async function start({ port = 3000, onRefused } = {}) {
  const app = express()
  const server = await new Promise((resolve, reject) => {
    const listening = app.listen(port, '127.0.0.1', (error) => (error ? reject(error) : resolve(listening)))
  })
  const url = `http://127.0.0.1:${server.address().port}`
  const redirectURL = `${url}/signin/callback`
  const provider = await startIdentityProvider({ clientId, redirectURL })
  const center = await startLocalCenter({ issuerURL: provider.issuerURL, clientId })
  const aws = awsClients(center.url)

  const sessions = appSessions({
    url,
    keys: [{ id: 'first', key: randomBytes(32) }], // in your program: from where it keeps its secrets
    state: memoryStateStore({ now: systemClock }), // of several processes: one that they share
    signInPath: '/signin',
    onRefused,
  })
  app.use(
    oidcSignIn({
      sessions,
      issuerURL: provider.issuerURL,
      clientId,
      redirectURL,
      loginPath: '/signin',
      logoutPath: '/signout',
      authorizationParameters: { prompt: 'login' }, // so that you can come back as somebody else
      allowLoopbackIssuer: true, // for this machine's own provider alone
    }),
  )
  app.use(sessions)
  app.get('/', (request, response, next) => {
    if (request.identity) next()
    else sendPage(response, 200, welcomePage())
  })

  app.use(requireIdentity())
  app.use(
    exchangeIdentity({
      sessions,
      exchange: identityCenterExchange({ client: aws.oidc, clientId: application }),
    }),
  )
  app.get('/', async (request, response) => {
    const session = await roleSessionOf(request, aws)
    const readable = documents.map((document) => ({ document, decision: mayRead(session, document) }))
    sendPage(response, 200, homePage({ identity: request.identity, session, readable }))
  })
  app.get('/documents/:id', async (request, response) => {
    const document = documents.find(({ id }) => id === request.params.id)
    if (!document) return sendPage(response, 404, missingPage())
    const decision = mayRead(await roleSessionOf(request, aws), document)
    if (decision.effect !== 'allow') return sendPage(response, 403, deniedPage(document, decision))
    sendPage(response, 200, documentPage(document))
  })
  app.use((_request, response) => sendPage(response, 404, missingPage()))
  // Express tells an error by its arguments, all four. What went wrong is for the terminal, and not for the browser.
  app.use((error, _request, response, next) => {
    if (response.headersSent) return next(error)
    console.error(error)
    sendPage(response, 500, brokenPage())
  })

  const stop = async () => {
    server.close()
    server.closeAllConnections()
    await Promise.all([provider.stop(), center.stop()])
  }
  return { url, providerURL: provider.issuerURL, centerURL: center.url, stop }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const onRefused = ({ status, path, findings }) => {
    for (const { rule, reason, message } of findings)
      console.warn(`${status} ${path}: ${rule} (${reason}) ${message}`)
  }
  const { url, providerURL, centerURL } = await start({ port: Number(process.env.PORT ?? 3000), onRefused })
  console.log(`Identity provider  ${providerURL}`)
  console.log(`Identity Center    ${centerURL}`)
  console.log(`Open               ${url}`)
}
