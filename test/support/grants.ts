import { createHash, randomBytes } from 'node:crypto'
import { assertAccepted, type StateStore, type User, type Verdict } from '../../src/core/index.js'
import { parseUsers } from '../../src/directory/index.js'
import { validateSessionSettings } from '../../src/directory/portal/index.js'
import {
  beginSignIn,
  createToken,
  decideAuthorization,
  decideUserCode,
  registerClient,
  startDeviceAuthorization,
  type GrantPorts,
  type GrantService,
  type SignedIn,
} from '../../src/flows/index.js'
import { grantAnswer, publicScopes, type CreateTokenResponse } from '../../src/oauth/index.js'
import { memoryStateStore } from '../../src/stores/index.js'
import { validateDeployment } from '../../src/tti/index.js'
import { CONFIGURATION, NOW, USERS } from './deployment.js'

export const DEVICE_CODE = 'urn:ietf:params:oauth:grant-type:device_code'
export const START_URL = 'https://d-1234567890.awsapps.com/start'
export const REDIRECT = 'http://127.0.0.1/oauth/callback'
export const ISSUER_URL = 'https://identitycenter.amazonaws.com/ssoins-1234567890abcdef'

export const users: readonly User[] = assertAccepted(
  parseUsers(
    USERS.map(({ userId, userName, email, groups, status }) => ({
      UserId: userId,
      UserName: userName,
      Emails: [{ Value: email, Primary: true }],
      UserStatus: status ?? 'ENABLED',
      GroupIds: groups,
    })),
  ),
)
export const [ada, bob, eve] = users as [User, User, User]

/** One instance over a store, with a clock that is moved by hand and people who can be disabled. */
export class World {
  time = NOW
  people = new Map(users.map((user) => [user.userId, user]))
  readonly state: StateStore
  readonly ports: GrantPorts
  service: GrantService

  constructor(
    wrap: (state: StateStore) => StateStore = (state) => state,
    configuration: unknown = CONFIGURATION,
  ) {
    this.state = wrap(memoryStateStore({ now: () => this.time }))
    this.ports = {
      now: () => this.time,
      randomBytes: (count) => new Uint8Array(randomBytes(count)),
      state: this.state,
      user: async (userId) => this.people.get(userId),
    }
    this.service = {
      deployment: assertAccepted(validateDeployment(configuration)),
      issuerURL: ISSUER_URL,
      instanceURLs: [ISSUER_URL, START_URL],
      verificationURI: 'http://127.0.0.1:9410/device',
      scopes: publicScopes,
      sessions: assertAccepted(validateSessionSettings({})),
    }
  }

  async register(more: object = {}): Promise<Client> {
    const request = {
      clientName: 'the tool',
      clientType: 'public',
      scopes: ['sso:account:access', 'codewhisperer:completions'],
      redirectUris: [REDIRECT],
      ...more,
    }
    const { clientId, clientSecret } = assertAccepted(await registerClient(request, this.service, this.ports))
    return { clientId, clientSecret }
  }

  async signIn(user: User = ada): Promise<SignedIn & { readonly ticket: string }> {
    return assertAccepted(await beginSignIn(user, this.service, this.ports))
  }

  async startDevice({ clientId, clientSecret }: Client) {
    const request = { clientId, clientSecret, startUrl: START_URL }
    return assertAccepted(await startDeviceAuthorization(request, this.service, this.ports))
  }

  decide(userCode: string, decision: 'approve' | 'deny', signedIn: SignedIn) {
    return decideUserCode(userCode, decision, signedIn, this.service, this.ports)
  }

  /** A code of a fresh authorization that the person approved. */
  async code(client: Client, signedIn: SignedIn, more: Record<string, string> = {}): Promise<CodeRequest> {
    const codeVerifier = randomBytes(32).toString('base64url')
    const redirectUri = 'http://127.0.0.1:51234/oauth/callback'
    const query = { ...authorizeQuery(client.clientId, redirectUri, codeVerifier), ...more }
    const { verdict, location } = await decideAuthorization(
      Object.entries(query),
      'approve',
      signedIn,
      this.service,
      this.ports,
    )
    assertAccepted(verdict)
    const code = new URL(location ?? '').searchParams.get('code') ?? ''
    return { ...client, grantType: 'authorization_code', code, redirectUri, codeVerifier }
  }

  /** What CreateToken answers: tokens, or the name of its exception with the rules behind it. */
  async token(request: object): Promise<CreateTokenResponse | Refused> {
    return answered(await createToken(request, this.service, this.ports), ({ response }) => response)
  }

  async tokens(request: object): Promise<CreateTokenResponse> {
    const answer = await this.token(request)
    if ('refused' in answer) throw new Error(JSON.stringify(answer))
    return answer
  }

  /** The tokens of a device that a person approved. */
  async deviceTokens(client: Client, signedIn: SignedIn): Promise<CreateTokenResponse> {
    const { deviceCode, userCode } = await this.startDevice(client)
    assertAccepted(await this.decide(userCode, 'approve', signedIn))
    return this.tokens({ ...client, grantType: DEVICE_CODE, deviceCode })
  }
}

export interface Client {
  readonly clientId: string
  readonly clientSecret: string
}

export type CodeRequest = Client & {
  readonly grantType: 'authorization_code'
  readonly code: string
  readonly redirectUri: string
  readonly codeVerifier: string
}

export interface Refused {
  readonly refused: string
  readonly rules: readonly string[]
}

export function answered<T, R>(verdict: Verdict<T>, value: (accepted: T) => R): R | Refused {
  return verdict.ok
    ? value(verdict.value)
    : { refused: grantAnswer(verdict.findings).name, rules: rulesOf(verdict) }
}

export function rulesOf({ findings }: Verdict<unknown>): string[] {
  return findings.map(({ rule, reason }) => `${rule} ${reason}`)
}

export function authorizeQuery(
  clientId: string,
  redirectUri: string,
  codeVerifier: string,
): Record<string, string> {
  return {
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    state: 'a state',
    code_challenge_method: 'S256',
    code_challenge: challenge(codeVerifier),
    scopes: 'sso:account:access',
  }
}

export function challenge(codeVerifier: string): string {
  return createHash('sha256').update(codeVerifier).digest('base64url')
}

/** A store that lets others run between the steps of every call. */
export function yielding(state: StateStore): StateStore {
  const pause = () => new Promise<void>((resolve) => setImmediate(resolve))
  const slow =
    <Args extends unknown[], T>(call: (...args: Args) => Promise<T>) =>
    async (...args: Args): Promise<T> => {
      await pause()
      const answer = await call(...args)
      await pause()
      return answer
    }
  return {
    get: slow((key) => state.get(key)),
    put: slow((key, value, options) => state.put(key, value, options)),
    delete: slow((key) => state.delete(key)),
  }
}
