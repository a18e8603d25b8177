import { randomBytes, randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import { exportJWK, generateKeyPair } from 'jose'
import Provider from 'oidc-provider'
import { choosePage, sendPage } from './pages.mjs'
import { people } from './people.mjs'

/**
 * An OpenID provider on this machine, where Okta, Entra or another stands in a program of your own. It asks who you are, and
 * believes it.
 */
export async function startIdentityProvider({ clientId, redirectURL }) {
  const server = createServer()
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuerURL = `http://127.0.0.1:${server.address().port}`
  const { privateKey } = await generateKeyPair('RS256', { extractable: true })

  const provider = new Provider(issuerURL, {
    clients: [
      {
        client_id: clientId,
        redirect_uris: [redirectURL],
        token_endpoint_auth_method: 'none',
      },
    ],
    jwks: { keys: [{ ...(await exportJWK(privateKey)), kid: randomUUID(), alg: 'RS256', use: 'sig' }] },
    cookies: { keys: [randomBytes(32).toString('base64url')] },
    // Identity Center needs a token of its own for each exchange: jti tells them apart.
    claims: {
      openid: ['sub', 'jti'],
      email: ['email', 'email_verified'],
      profile: ['name', 'https://aws.amazon.com/tags'],
    },
    conformIdTokenClaims: false,
    findAccount: (_context, login) => {
      const person = Object.hasOwn(people, login) ? people[login] : undefined
      return (
        person && { accountId: login, claims: () => ({ ...person.claims, sub: login, jti: randomUUID() }) }
      )
    },
    features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: false } },
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    // There is one app, and it is ours: nobody is asked for consent.
    loadExistingGrant: async ({ oidc }) => {
      const grant = new oidc.provider.Grant({
        clientId: oidc.client.clientId,
        accountId: oidc.session.accountId,
      })
      grant.addOIDCScope('openid email profile')
      await grant.save()
      return grant
    },
    ttl: {
      AccessToken: 3600,
      AuthorizationCode: 60,
      Grant: 3600,
      IdToken: 600,
      Interaction: 600,
      Session: 3600,
    },
    clientBasedCORS: () => false,
    renderError: (context, { error }) => {
      context.type = 'text/plain'
      context.body = error
    },
  })

  const answer = provider.callback()
  server.on('request', (request, response) => {
    if (request.url.startsWith('/interaction/')) {
      choose(provider, request, response).catch(() => {
        response.writeHead(400, { 'content-type': 'text/plain' }).end('Start again from the app.')
      })
    } else answer(request, response)
  })
  return {
    issuerURL,
    stop: () =>
      new Promise((resolve) => {
        server.close(resolve)
        server.closeAllConnections()
      }),
  }
}

/** The one page of the provider: who are you? */
async function choose(provider, request, response) {
  await provider.interactionDetails(request, response)
  const accountId = new URL(request.url, 'http://idp').searchParams.get('as')
  if (request.method === 'POST' && Object.hasOwn(people, accountId ?? ''))
    await provider.interactionFinished(request, response, { login: { accountId } })
  else sendPage(response, 200, choosePage(Object.values(people)))
}
