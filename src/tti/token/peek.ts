import { readToken } from './read.js'

/** The issuer that a token claims, unverified: good for choosing whose keys decide, and for nothing else. */
export function claimedIssuer(jwt: string): string | undefined {
  const iss = readToken(jwt).payload?.object?.['iss']
  return typeof iss === 'string' ? iss : undefined
}
