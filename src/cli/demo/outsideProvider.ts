import { generateKeyPair, randomBytes, randomUUID } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { promisify, stripVTControlCharacters } from 'node:util'
import type * as oidcProvider from 'oidc-provider'
import type { Account, Configuration } from 'oidc-provider'
import { FederationError } from '../../core/outcome.js'

type OidcProvider = typeof oidcProvider

/** A person whom the outside provider knows. */
export interface OutsideAccount {
  /** What the person types into the login form; also the `sub` of their tokens. */
  readonly login: string
  /** `email` and `email_verified` are released for scope `email`, every other claim for scope `profile`. */
  readonly claims: Readonly<Record<string, unknown>>
}

/** A public native client (RFC 8252): no secret, PKCE instead. */
export interface OutsideClient {
  readonly clientId: string
  /** Loopback addresses with `http:`; the port of a request may differ from the registered one (RFC 8252 7.3). */
  readonly redirectURIs: readonly string[]
}

export interface OutsideProviderOptions {
  readonly accounts: readonly OutsideAccount[]
  readonly clients: readonly OutsideClient[]
  /** Whether each ID token carries a `jti` of its own; default true. The provider by itself puts none. */
  readonly jti?: boolean
  /** Lifetime of an ID token; default 3600. */
  readonly idTokenLifetimeSeconds?: number
  /**
   * Receives what the provider would print (that it runs on development settings) and any failure inside it; default:
   * dropped. What is printed while the package loads reaches only the first caller in a process.
   */
  readonly onNotice?: (notice: string) => void
}

export interface OutsideProvider {
  /** `http://127.0.0.1:PORT`, no trailing slash: exactly the `iss` of its tokens. */
  readonly issuerURL: string
  /** Stops listening and drops open connections; may be called more than once. */
  close(): Promise<void>
}

/**
 * Starts `oidc-provider` on 127.0.0.1, on a free port, as an identity provider that is not ours: a fresh RSA key signs
 * RS256 ID tokens, PKCE with S256 is required, its own login and consent pages ask the person. Those pages accept any
 * password: this is for demonstrations and tests only.
 *
 * @throws FederationError `ERR_MISSING_PEER` without the package `oidc-provider`; `ERR_INVALID_OPTION` when two accounts
 * share a login or the provider does not take a client or the lifetime.
 */
export async function startOutsideProvider(options: OutsideProviderOptions): Promise<OutsideProvider> {
  const accounts = new Map(options.accounts.map((account) => [account.login, account]))
  if (accounts.size !== options.accounts.length) {
    throw new FederationError('ERR_INVALID_OPTION', 'accounts: every account needs a login of its own.')
  }
  const onNotice = options.onNotice ?? (() => undefined)
  const library = await loadLibrary(onNotice)
  const configuration = await configure(library, options, accounts)

  // The issuer names the port, so listen before the provider is built.
  const server = createServer()
  const issuerURL = `http://127.0.0.1:${await listen(server)}`
  try {
    const provider = build(library, issuerURL, configuration, onNotice)
    // A client is only looked at when it is first used; a wrong registration should show now.
    for (const { clientId } of options.clients) await provider.Client.find(clientId)
    server.on('request', provider.callback())
  } catch (cause) {
    await stop(server)
    throw new FederationError('ERR_INVALID_OPTION', 'oidc-provider does not take these options.', { cause })
  }
  let closing: Promise<void> | undefined
  return { issuerURL, close: () => (closing ??= stop(server)) }
}

function build(
  { Provider }: OidcProvider,
  issuerURL: string,
  configuration: Configuration,
  onNotice: (notice: string) => void,
) {
  const restore = divertNotices(onNotice)
  try {
    const provider = new Provider(issuerURL, configuration)
    const onError = (error: Error) => onNotice(`oidc-provider failed: ${error.name}: ${error.message}`)
    provider.on('server_error', (_context, error) => onError(error))
    // Koa's own event, which the types leave out; unheard, Koa prints the error with its stack.
    const application: NodeJS.EventEmitter = provider
    application.on('error', onError)
    return provider
  } finally {
    restore()
  }
}

async function configure(
  { interactionPolicy }: OidcProvider,
  options: OutsideProviderOptions,
  accounts: ReadonlyMap<string, OutsideAccount>,
): Promise<Configuration> {
  const emailClaims = ['email', 'email_verified']
  const names = new Set(options.accounts.flatMap((account) => Object.keys(account.claims)))
  const withJti = options.jti ?? true

  // The built-in login form takes any login. Without this check an unknown one would become a sign-in without an
  // account, which ends in an internal error; with it the login form comes back.
  const policy = interactionPolicy.base()
  const known = new interactionPolicy.Check(
    'unknown_account',
    'the account is not known here',
    ({ oidc }) => oidc.session?.accountId !== undefined && oidc.account === undefined,
  )
  policy.get('login')?.checks.add(known)

  const account = (login: string): Account | undefined => {
    const found = accounts.get(login)
    return found && { accountId: login, claims: (use) => claimsFor(found, withJti && use === 'id_token') }
  }
  return {
    clients: options.clients.map((client) => ({
      client_id: client.clientId,
      redirect_uris: [...client.redirectURIs],
      application_type: 'native',
      token_endpoint_auth_method: 'none',
    })),
    findAccount: (_context, login) => account(login),
    claims: {
      openid: withJti ? ['sub', 'jti'] : ['sub'],
      email: emailClaims,
      profile: [...names].filter((name) => !emailClaims.includes(name)),
    },
    // An exchange sees the ID token only, so the claims must be in it and not at the userinfo endpoint alone.
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    jwks: { keys: [await signingKey()] },
    cookies: { keys: [randomBytes(32).toString('base64url')] },
    interactions: { policy },
    features: { devInteractions: { enabled: true }, rpInitiatedLogout: { enabled: false } },
    // From here on: each default would print a notice at its first use.
    ttl: {
      AccessToken: 3600,
      AuthorizationCode: 60,
      Grant: 3600,
      IdToken: options.idTokenLifetimeSeconds ?? 3600,
      Interaction: 600,
      Session: 3600,
    },
    clientBasedCORS: () => false,
    renderError: (context, out) => {
      context.type = 'text/plain'
      context.body = [out.error, out.error_description].filter(Boolean).join(': ')
    },
  }
}

function claimsFor(account: OutsideAccount, withJti: boolean) {
  return { ...account.claims, sub: account.login, ...(withJti ? { jti: randomUUID() } : {}) }
}

async function signingKey() {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 })
  const { kty, n, e, d, p, q, dp, dq, qi } = privateKey.export({ format: 'jwk' })
  return { kty: kty ?? 'RSA', n, e, d, p, q, dp, dq, qi, kid: randomUUID(), alg: 'RS256', use: 'sig' }
}

let loading: Promise<OidcProvider> | undefined

/** Once per process, because only the first load prints. Lazily, because only the demo and tests need the package. */
function loadLibrary(onNotice: (notice: string) => void): Promise<OidcProvider> {
  return (loading ??= (async () => {
    const restore = divertNotices(onNotice)
    try {
      return await import('oidc-provider')
    } catch (cause) {
      const message =
        'The package "oidc-provider" is needed here and cannot be loaded: npm install oidc-provider'
      throw new FederationError('ERR_MISSING_PEER', message, { cause })
    } finally {
      restore()
    }
  })())
}

/**
 * oidc-provider prints its notices with `console.info` and `console.warn` and offers no switch. Those it prints at first
 * use are avoided by configuration; those of loading and building cannot be, so for these two moments its own lines,
 * known by their prefix, go elsewhere. Every other line is printed as ever.
 */
function divertNotices(onNotice: (notice: string) => void): () => void {
  const { info, warn } = console
  const sift =
    (print: (...values: unknown[]) => void) =>
    (...values: unknown[]): void => {
      const line = typeof values[0] === 'string' ? stripVTControlCharacters(values[0]) : ''
      if (/^oidc-provider (?:NOTICE|WARNING): /.test(line)) onNotice(line)
      else print.apply(console, values)
    }
  console.info = sift(info)
  console.warn = sift(warn)
  return () => {
    console.info = info
    console.warn = warn
  }
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error ? reject(error) : resolve()))
    server.closeAllConnections() // browsers and fetch keep theirs open
  })
}
