import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import express5 from 'express'
import express4 from 'express4'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { assertAccepted } from '../../src/core/index.js'
import {
  bearerCallers,
  trustedTokenEndpoint,
  type Refused,
  type TrustedTokenEndpointOptions,
} from '../../src/express/index.js'
import { systemPorts, type ExchangePorts } from '../../src/flows/index.js'
import { memoryReplayStore, memoryStateStore } from '../../src/stores/index.js'
import { validateDeployment } from '../../src/tti/index.js'
import {
  APPLICATION,
  AUDIENCE,
  CONFIGURATION,
  makeDeployment,
  makePorts,
  USERS,
} from '../support/deployment.js'

export const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
export const ROLE = 'arn:aws:iam::111122223333:role/my-app'
export const BEARER = randomBytes(32).toString('base64url')
export const digestOf = (token: string): string => createHash('sha256').update(token).digest('hex')
/** Both majors: Express 4 has no types of its own here, and what is used of it is the same. */
export const majors = [
  ['Express 5', express5],
  ['Express 4', express4],
] as const

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const closed = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })

/** An issuer on loopback: discovery, keys, and tokens that jose makes. */
export async function outsideIssuer() {
  const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true })
  const jwk = { ...(await exportJWK(publicKey)), kid: 'k1', use: 'sig', alg: 'RS256' }
  const server = createServer((request, response) => {
    const documents: Record<string, object> = {
      '/.well-known/openid-configuration': { issuer: url, jwks_uri: `${url}/jwks` },
      '/jwks': { keys: [jwk] },
    }
    const document = documents[request.url ?? '']
    response.writeHead(document ? 200 : 404, { 'content-type': 'application/json' })
    response.end(JSON.stringify(document ?? {}))
  })
  const url = await listening(server)
  return {
    url,
    token: (claims: Record<string, unknown> = {}): Promise<string> =>
      new SignJWT({ email: 'ada@example.com', ...claims })
        .setProtectedHeader({ alg: 'RS256', kid: 'k1' })
        .setIssuer(url)
        .setSubject('u1')
        .setAudience(AUDIENCE)
        .setIssuedAt()
        .setExpirationTime('5 minutes')
        .setJti(randomUUID())
        .sign(privateKey),
    stop: () => closed(server),
  }
}

export type Issuer = Awaited<ReturnType<typeof outsideIssuer>>

/** A deployment that trusts the issuer, on the machine's clock. */
export function worldOf(issuer: Pick<Issuer, 'url'>, more: Partial<ExchangePorts> = {}) {
  const configuration = structuredClone(CONFIGURATION)
  const [trusted] = configuration.TrustedTokenIssuers
  trusted!.TrustedTokenIssuerConfiguration.OidcJwtConfiguration.IssuerUrl = issuer.url
  const deployment = {
    ...assertAccepted(validateDeployment(configuration, { allowLoopbackIssuer: true })),
    tokenKeys: makeDeployment().tokenKeys,
  }
  const { directory } = makePorts()
  const now = (): number => Math.floor(Date.now() / 1000)
  const own = { directory, replay: memoryReplayStore(), state: memoryStateStore({ now }), ...more }
  const user = async (userId: string) => {
    const found = USERS.find((person) => person.userId === userId)
    return (await directory.find('userName', found?.userName ?? ''))[0]
  }
  return { deployment, ports: systemPorts(own, { allowLoopbackIssuer: true }), user }
}

export interface Running {
  readonly url: string
  readonly refused: Refused[]
  /** Rules and reasons of the errors that were refused for last. */
  last(): string[]
  stop(): Promise<void>
}

/** An application of either major with an endpoint at /token. */
export async function running(
  express: typeof express5,
  options: Pick<TrustedTokenEndpointOptions, 'deployment' | 'ports'> & Partial<TrustedTokenEndpointOptions>,
  before: (app: express5.Express) => void = () => undefined,
): Promise<Running> {
  const refused: Refused[] = []
  const app = express()
  before(app)
  app.use(
    trustedTokenEndpoint({
      url: 'https://exchange.example.com/token',
      authenticateCaller: bearerCallers([{ digest: digestOf(BEARER), callerARN: ROLE }]),
      onRefused: (one) => void refused.push(one),
      ...options,
    }),
  )
  app.use(
    (_request: express5.Request, response: express5.Response) => void response.status(404).end('elsewhere'),
  )
  const server = createServer(app)
  return {
    url: await listening(server),
    refused,
    last: () => refused.at(-1)?.findings.map(({ rule, reason }) => `${rule} ${reason}`) ?? [],
    stop: () => closed(server),
  }
}

const authorized = { authorization: `Bearer ${BEARER}` }

/** A request in OAuth's form; undefined members are left out. */
export function postForm(
  { url }: Pick<Running, 'url'>,
  members: Record<string, string | undefined>,
  headers: Record<string, string> = authorized,
): Promise<Response> {
  const given = Object.entries(members).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]],
  )
  return fetch(`${url}/token`, { method: 'POST', headers, body: new URLSearchParams(given) })
}

export const exchangeOf = (assertion: string, more: Record<string, string | undefined> = {}) => ({
  grant_type: JWT_BEARER,
  client_id: APPLICATION,
  assertion,
  ...more,
})

/** Any request at all, authorized unless told otherwise. */
export function post(
  { url }: Pick<Running, 'url'>,
  body: string,
  headers: Record<string, string>,
  path = '/token',
): Promise<Response> {
  return fetch(`${url}${path}`, { method: 'POST', headers: { ...authorized, ...headers }, body })
}

export const FORM = { 'content-type': 'application/x-www-form-urlencoded' }
export const JSON_TYPE = { 'content-type': 'application/json' }
