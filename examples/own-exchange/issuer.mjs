import { randomUUID } from 'node:crypto'
import express from 'express'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { audience } from './configuration.mjs'
import { listen } from './listen.mjs'

/**
 * An identity provider that is not ours: discovery, keys, and ID tokens. `signIn` stands in for its sign-in page, so that
 * the example needs no provider; Okta, Entra and the like issue such tokens at the end of an OIDC sign-in.
 */
export async function startIssuer() {
  const { publicKey, privateKey } = await generateKeyPair('RS256')
  const kid = randomUUID()
  const app = express()
  const issuer = await listen(app)
  app.get('/.well-known/openid-configuration', (_request, response) =>
    response.json({ issuer: issuer.url, jwks_uri: `${issuer.url}/jwks` }),
  )
  app.get('/jwks', async (_request, response) =>
    response.json({ keys: [{ ...(await exportJWK(publicKey)), kid, use: 'sig', alg: 'RS256' }] }),
  )
  return {
    ...issuer,
    signIn: (email) =>
      new SignJWT({ email, email_verified: true })
        .setProtectedHeader({ alg: 'RS256', kid })
        .setIssuer(issuer.url)
        .setSubject(email)
        .setAudience(audience)
        .setIssuedAt()
        .setExpirationTime('5 minutes')
        .setJti(randomUUID())
        .sign(privateKey),
  }
}
