import { createRemoteJWKSet, jwtVerify } from 'jose'
import { application } from './configuration.mjs'

/** The application's part: plain OAuth (RFC 7523), so any OAuth library does as well. */
export function clientOf(exchange, callerToken) {
  const keys = createRemoteJWKSet(new URL(`${exchange.url}/jwks`))
  return {
    /** The answer of the exchange: tokens, or an error by name. */
    async exchange(assertion) {
      const response = await fetch(`${exchange.url}/token`, {
        method: 'POST',
        headers: { authorization: `Bearer ${callerToken}` },
        body: new URLSearchParams({
          grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
          client_id: application,
          assertion,
        }),
      })
      return { status: response.status, ...(await response.json()) }
    },
    /** What the exchange says of the person, verified. */
    async claims(idToken) {
      const expected = { issuer: exchange.issuer, audience: application, algorithms: ['RS256'] }
      return (await jwtVerify(idToken, keys, expected)).payload
    },
    /** What the receiving application answers to the person. */
    async expenses(accessToken) {
      const headers = { authorization: `Bearer ${accessToken}` }
      const response = await fetch(`${exchange.url}/expenses`, { headers })
      return { status: response.status, ...(await response.json()) }
    },
  }
}
