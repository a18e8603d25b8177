import { createHash, randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exceptions, type ExceptionName } from '../../src/oauth/index.js'

export type Body = Record<string, unknown>
/** What a test has the server answer in place of its own answer. */
export type Override = (body: Body, response: ServerResponse, count: number) => boolean

export interface OidcServer {
  readonly url: string
  /** Every request so far, in order. */
  readonly requests: { readonly path: string; readonly body: Body }[]
  /** By path; true: it has answered. */
  readonly overrides: Map<string, Override>
  /** The browser's part: the address to which `/authorize` sends it back, with a code. */
  consent(authorizeURL: string): string
  /** What the next polls are answered with; after them, tokens. */
  readonly polls: ExceptionName[]
  stop(): Promise<void>
}

/** The wire of the SSO OIDC service on the real node:http, in memory: enough to sign in by a code, a device or a refresh token. */
export async function oidcServer(): Promise<OidcServer> {
  const requests: { path: string; body: Body }[] = []
  const overrides = new Map<string, Override>()
  const polls: ExceptionName[] = []
  const codes = new Map<string, { challenge: string; redirectUri: string; clientId: string }>()
  const refreshTokens = new Set<string>()
  const name = (): string => randomBytes(24).toString('base64url')
  const tokens = (): Body => {
    const refreshToken = `aorv${name()}`
    refreshTokens.add(refreshToken)
    return { accessToken: `aoal${name()}`, tokenType: 'Bearer', expiresIn: 3600, refreshToken, idToken: null }
  }
  const grants: Record<string, (body: Body) => Body | ExceptionName> = {
    authorization_code: ({ code, codeVerifier, redirectUri, clientId }) => {
      const kept = codes.get(String(code))
      codes.delete(String(code))
      const challenge = createHash('sha256').update(String(codeVerifier)).digest('base64url')
      const holds = kept?.challenge === challenge && kept.redirectUri === redirectUri
      return holds && kept.clientId === clientId ? tokens() : 'InvalidGrantException'
    },
    'urn:ietf:params:oauth:grant-type:device_code': () => polls.shift() ?? tokens(),
    refresh_token: ({ refreshToken }) =>
      refreshTokens.delete(String(refreshToken)) ? tokens() : 'InvalidGrantException',
  }
  const answers: Record<string, (body: Body) => Body | ExceptionName> = {
    '/client/register': () => ({
      clientId: name(),
      clientSecret: name(),
      clientIdIssuedAt: Math.floor(Date.now() / 1000),
      clientSecretExpiresAt: 4_000_000_000,
    }),
    '/device_authorization': () => ({
      deviceCode: name(),
      userCode: 'BCDF-GHJK',
      verificationUri: 'https://portal.example.com/device',
      verificationUriComplete: 'https://portal.example.com/device?user_code=BCDF-GHJK',
      expiresIn: 600,
      interval: 1,
    }),
    '/token': (body) => grants[String(body['grantType'])]?.(body) ?? 'UnsupportedGrantTypeException',
  }

  const handle = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const path = incoming.url ?? ''
    let text = ''
    for await (const chunk of incoming) text += String(chunk)
    const body = JSON.parse(text) as Body
    requests.push({ path, body })
    const count = requests.filter((request) => request.path === path).length
    if (overrides.get(path)?.(body, outgoing, count)) return
    const answer = answers[path]?.(body) ?? 'InvalidRequestException'
    if (typeof answer === 'string') refuse(outgoing, answer)
    else json(outgoing, 200, answer)
  }
  const server = createServer((incoming, outgoing) => void handle(incoming, outgoing))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    overrides,
    polls,
    consent: (authorizeURL) => {
      const asked = new URL(authorizeURL).searchParams
      const code = name()
      const redirectUri = asked.get('redirect_uri')!
      codes.set(code, {
        challenge: asked.get('code_challenge')!,
        redirectUri,
        clientId: asked.get('client_id')!,
      })
      return `${redirectUri}?code=${code}&state=${asked.get('state')!}`
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

export function json(
  outgoing: ServerResponse,
  status: number,
  body: unknown,
  more: Record<string, string> = {},
): true {
  outgoing.writeHead(status, { 'content-type': 'application/json', ...more })
  outgoing.end(JSON.stringify(body))
  return true
}

export function refuse(outgoing: ServerResponse, exception: ExceptionName): true {
  const { status, error } = exceptions[exception]
  return json(outgoing, status, { error, error_description: 'No.' }, { 'x-amzn-errortype': exception })
}
