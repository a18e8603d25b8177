import express from 'express'
import { assertAccepted } from 'countersign'
import { bearerCallers, trustedTokenEndpoint } from 'countersign/express'
import { directoryOf, generateTokenKeys, parseUsers, systemClock, systemPorts } from 'countersign/flows'
import { memoryReplayStore, memoryStateStore } from 'countersign/stores'
import { issuerOf, readAccessToken, validateDeployment } from 'countersign/tti'
import { callerARN, deployment as configuration, receiver, users } from './configuration.mjs'
import { listen } from './listen.mjs'

/**
 * The exchange: what you would run. Its stores are in memory and its keys are fresh, which is for one process and for
 * trying things out; several processes share a replay store, a state store and the keys.
 *
 * @param issuerURL whose tokens are exchanged
 * @param callerDigest the SHA-256 of the bearer token with which the application calls
 */
export async function startExchange(issuerURL, callerDigest) {
  const loopback = { allowLoopbackIssuer: true } // for an issuer on this machine; never elsewhere
  const tokenKeys = await generateTokenKeys()
  const deployment = {
    ...assertAccepted(validateDeployment(configuration(issuerURL), loopback)),
    tokenKeys,
  }
  const stores = { replay: memoryReplayStore(), state: memoryStateStore({ now: systemClock }) }
  const directory = directoryOf(assertAccepted(parseUsers(users)))
  const log = []

  const app = express()
  app.disable('x-powered-by')
  app.all(
    '/token',
    trustedTokenEndpoint({
      deployment,
      ports: systemPorts({ directory, ...stores }, loopback),
      authenticateCaller: bearerCallers([{ digest: callerDigest, callerARN }]),
      onRefused: ({ status, findings }) => {
        for (const { rule, reason, message, fix } of findings)
          log.push({ status, rule, reason, message, fix })
      },
    }),
  )
  // With this key anyone can verify the ID tokens that are issued here.
  const { kty, n, e } = tokenKeys.publicKey.export({ format: 'jwk' })
  app.get('/jwks', (_request, response) =>
    response.json({ keys: [{ kty, n, e, kid: tokenKeys.signer.keyID, use: 'sig', alg: 'RS256' }] }),
  )
  // The receiving application. It shares the sealing key here; otherwise it would ask the exchange to read its tokens.
  app.get('/expenses', async (request, response) => {
    const [, token = ''] = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '') ?? []
    const reading = { keys: tokenKeys.sealing, audience: receiver, now: systemClock() }
    const verdict = await readAccessToken(token, reading)
    if (!verdict.ok) return response.status(401).json({ error: 'invalid_token' })
    const { userId, scopes } = verdict.value
    if (!scopes.includes('expenses:read')) return response.status(403).json({ error: 'insufficient_scope' })
    const owner = users.find(({ UserId }) => UserId === userId)?.DisplayName
    response.json({ owner, expenses: ['Train to Turin, 84.20', 'Paper and punch cards, 12.75'] })
  })

  const server = await listen(app)
  return { ...server, issuer: issuerOf(deployment), log }
}
