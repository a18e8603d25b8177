import { createPrivateKey, randomBytes, sign, type JsonWebKey } from 'node:crypto'
import { assertAccepted, type User, type Verdict } from '../../src/core/index.js'
import { directoryOf, parseUsers } from '../../src/directory/index.js'
import {
  discoverIssuerKeys,
  exchangeToken,
  staticIssuerKeys,
  type ExchangePorts,
} from '../../src/flows/index.js'
import { memoryReplayStore, memoryStateStore } from '../../src/stores/index.js'
import {
  authorizeUser,
  checkTokenExchange,
  checkTrustPolicy,
  grantScopes,
  narrowScopes,
  identityContext,
  mapUser,
  parseKeySet,
  parseReservedRole,
  preflight,
  readAccessToken,
  readContextAssertion,
  readDiscovery,
  readOnBehalfOf,
  replayKey,
  updateIssuer,
  validateApplicationSetup,
  validateAssumeRole,
  validateDeployment,
  validateIssuer,
  validateToken,
  type Deployment,
  type SealingKey,
  type TokenExpectation,
  type TrustedTokenIssuer,
} from '../../src/tti/index.js'
import type { Vector } from '../vectors/generate.js'
import { keys } from './vectorFiles.js'

/** A vector's input, or a part of it: JSON whose shape its subject tells. */
export type Input = Readonly<Record<string, unknown>>

export interface Run {
  readonly verdict: Verdict<unknown>
  /** What a vector's `value` is compared with. */
  readonly facts: unknown
}

/** Runs one vector through the public functions. */
export async function runVector(vector: Pick<Vector, 'subject' | 'now' | 'input'>): Promise<Run> {
  const runner = runners[vector.subject]
  if (!runner) throw new Error(`No runner for ${vector.subject}.`)
  return runner(vector.input as Input, vector.now)
}

type Runner = (input: Input, now: number) => Promise<Run> | Run

const told = (verdict: Verdict<unknown>): Run => ({ verdict, facts: verdict.ok ? verdict.value : undefined })

/** Inputs are JSON of every shape, wrong ones above all: the functions take them as their callers would pass them. */
const as = <T>(value: unknown): T => value as T

const runners: Readonly<Record<string, Runner>> = {
  token: async (input, now) => told(await validateToken(as(input['token']), expectationOf(input, now))),
  issuer: (input) => told(validateIssuer(input['configuration'], as(input['options'] ?? {}))),
  update: (input) => {
    const applications = input['deployment'] === undefined ? [] : deploymentOf(input['deployment']).applications // prettier-ignore
    return told(updateIssuer(issuerOf(input['current']), input['update'], { applications }))
  },
  setup: (input) => told(validateApplicationSetup(input['calls'], as(input['options'] ?? {}))),
  deployment: (input) => told(validateDeployment(input['configuration'])),
  discovery: ({ document, issuerURL, ...access }) =>
    told(readDiscovery(bytesOf(document), { issuerURL: as(issuerURL) }, access)),
  jwks: async ({ document }) => {
    const verdict = await parseKeySet(bytesOf(document))
    return { verdict, facts: verdict.ok ? { usable: usable(verdict.value) } : undefined }
  },
  issuerKeys: runIssuerKeys,
  user: ({ claims, issuer, candidates }) =>
    told(mapUser({ claims: as(claims) }, issuerOf(issuer), as<unknown[]>(candidates).map(userOf))),
  authorization: (input) => told(authorizeUser(userOf(input['user']), applicationOf(input))),
  scope: (input) => {
    const verdict = grantScopes(as(input['scope']), applicationOf(input))
    return { verdict, facts: { scopes: verdict.value } }
  },
  narrowing: ({ scope, granted }) => {
    const verdict = narrowScopes(as(scope), as(granted))
    return { verdict, facts: { scopes: verdict.value } }
  },
  tokenExchange: (input) =>
    told(
      checkTokenExchange({
        request: as(input['request']),
        application: applicationOf(input),
        token: as(input['token']),
      }),
    ),
  replayKey: async ({ claims, missingJti }) => {
    const { iss, jti } = as<{ iss: string; jti?: string }>(claims)
    const trusted = { issuer: iss, ...(jti === undefined ? {} : { jti }), claims: as<never>(claims) }
    const verdict = await replayKey(trusted, missingJti === undefined ? {} : { missingJti: as(missingJti) })
    return { verdict, facts: { key: verdict.value } }
  },
  exchange: runExchange,
  accessToken: async ({ token, keys: sealing, audience }, now) =>
    told(await readAccessToken(as(token), { keys: sealingKeys(sealing), audience: as(audience), now })),
  context: async ({ assertion, keys: sealing, instanceARN }, now) =>
    told(
      await readContextAssertion(as(assertion), {
        keys: sealingKeys(sealing),
        instanceARN: as(instanceARN),
        now,
      }),
    ),
  identityContext: ({ answer, kind }) => told(identityContext(as(answer), { kind: as(kind) })),
  assumeRole: ({ request, ...options }) => told(validateAssumeRole(request, options)),
  reservedRole: ({ arn }) => told(parseReservedRole(as(arn))),
  onBehalfOf: ({ record }) => told(readOnBehalfOf(record)),
  trustPolicy: ({ policy, caller, tagSession }) =>
    told(checkTrustPolicy(textOf(policy), { caller: as(caller), tagSession: as(tagSession) })),
  preflight: ({ plan }) => told(preflight(as(plan))),
}

export function expectationOf(input: Input, now: number): TokenExpectation {
  return {
    issuer: issuerOf(input['issuer']),
    jwks: input['jwks'],
    audiences: as(input['audiences']),
    now,
    clockSkewSeconds: as(input['clockSkewSeconds']),
    maxTokenAgeSeconds: as(input['maxTokenAgeSeconds']),
    maxTokenLifetimeSeconds: as(input['maxTokenLifetimeSeconds']),
  }
}

function issuerOf(configuration: unknown): TrustedTokenIssuer {
  return assertAccepted(validateIssuer(configuration))
}

function deploymentOf(configuration: unknown): Deployment {
  return assertAccepted(validateDeployment(configuration))
}

function applicationOf(input: Input): Deployment['applications'][number] {
  const found = deploymentOf(input['deployment']).applications.find(({ arn }) => arn === input['application'])
  if (!found) throw new Error('The vector names an application that it does not have.')
  return found
}

/** One user at a time: a loose directory may answer several who could not stand in one file. */
function userOf(user: unknown): User {
  const [parsed] = assertAccepted(parseUsers([user]))
  if (!parsed) throw new Error('The vector has no user.')
  return parsed
}

function sealingKeys(list: unknown): SealingKey[] {
  return as<{ id: string; k: string }[]>(list).map(({ id, k }) => ({ id, key: Buffer.from(k, 'base64url') }))
}

function usable({ keys: trusted }: { readonly keys: readonly { readonly kid?: string }[] }): unknown {
  return trusted.map(({ kid }) => kid ?? null)
}

/** A document is a text, `{ text, paddedTo }` with spaces after it, or `{ base64 }`. */
function textOf(document: unknown): unknown {
  const { text, paddedTo } = as<{ text?: string; paddedTo?: number }>(document ?? {})
  return text === undefined ? document : text.padEnd(paddedTo ?? 0)
}

function bytesOf(document: unknown): Uint8Array {
  const { base64 } = as<{ base64?: string }>(document)
  return base64 === undefined ? Buffer.from(String(textOf(document))) : Buffer.from(base64, 'base64')
}

async function runIssuerKeys(input: Input, now: number): Promise<Run> {
  const source = discoverIssuerKeys({ timeoutSeconds: as(input['timeoutSeconds']) })
  const issuer = { ...issuerFor(input['issuer']) }
  const finds = as<{ now?: number; kid?: string; responses: Readonly<Record<string, Answer>> }[]>(input['finds']) // prettier-ignore
  let fetches = 0
  let verdict: Awaited<ReturnType<typeof source.find>> | undefined
  for (const { now: instant = now, kid, responses } of finds) {
    verdict = await source.find(issuer, {
      ...(kid === undefined ? {} : { kid }),
      now: instant,
      fetch: (url, { signal }) => {
        fetches++
        return answered(responses[url], signal)
      },
    })
  }
  if (!verdict) throw new Error('The vector finds nothing.')
  return { verdict, facts: { fetches, ...(verdict.ok ? { usable: usable(verdict.value) } : {}) } }
}

/** Issuers that no configuration would hold are looked for as well. */
function issuerFor(configuration: unknown): TrustedTokenIssuer {
  const settings = as<Record<string, Record<string, Record<string, string>>>>(configuration)
  const jwt = settings['TrustedTokenIssuerConfiguration']?.['OidcJwtConfiguration'] ?? {}
  return {
    name: 'idp',
    issuerURL: jwt['IssuerUrl'] ?? '',
    claimAttributePath: 'email',
    identityStoreAttributePath: 'emails.value',
  }
}

interface Answer {
  readonly status?: number
  readonly body?: unknown
  readonly location?: string
  readonly contentLength?: number
  readonly error?: string
  readonly silent?: boolean
}

function answered(answer: Answer | undefined, signal: AbortSignal): Promise<Response> {
  if (!answer) throw new Error('The vector does not say what this URL answers.')
  const { status = 200, body, location, contentLength, error, silent } = answer
  if (error !== undefined) return Promise.reject(Object.assign(new Error('failed'), { code: error }))
  if (silent === true) {
    return new Promise((_, reject) => {
      signal.addEventListener('abort', () => {
        reject(new Error('aborted'))
      })
    })
  }
  const headers = new Headers()
  if (location !== undefined) headers.set('location', location)
  if (contentLength !== undefined) headers.set('content-length', String(contentLength))
  return Promise.resolve(
    new Response(body === undefined ? null : Buffer.from(bytesOf(body)), { status, headers }),
  )
}

interface Step {
  readonly expect?: 'accepted' | 'refused'
  readonly now?: number
  readonly times?: number
  readonly claimedAt?: number
  readonly request: unknown
  readonly faults?: Readonly<Record<string, string>>
}

async function runExchange(input: Input, start: number): Promise<Run> {
  let now = start
  const configured = deploymentOf(input['deployment'])
  const applications = configured.applications.map((one) =>
    input['withoutGrant'] === true ? { ...one, authorizedTokenIssuers: [] } : one,
  )
  const base: ExchangePorts = {
    now: () => now,
    randomBytes: (n) => randomBytes(n),
    directory: directoryOf(as<unknown[]>(input['users']).map(userOf)),
    keys: staticIssuerKeys(as(input['jwks'])),
    replay: memoryReplayStore({ maxEntries: as<number>(input['replayEntries'] ?? 1000) }),
    state: memoryStateStore({ now: () => now }),
    fetch: () => Promise.reject(new Error('no network')),
  }
  const { missingJti, clockSkewSeconds, maxTokenAgeSeconds } = as<Record<string, never>>(input)
  const options = Object.fromEntries(
    Object.entries({ missingJti, clockSkewSeconds, maxTokenAgeSeconds }).filter(([, value]) => value !== undefined), // prettier-ignore
  )
  const signer = createPrivateKey({ key: keys['rsa-other'] as JsonWebKey, format: 'jwk' })
  let verdict: Verdict<unknown> | undefined
  for (const { expect, now: instant, times = 1, claimedAt, request, faults = {} } of as<Step[]>(
    input['steps'],
  )) {
    now = instant ?? start
    const deployment = {
      ...configured,
      ...options,
      applications,
      tokenKeys: {
        sealing: [{ id: 'own', key: Buffer.from(keys['oct-sealing'].k ?? '', 'base64url') }] as const,
        signer: {
          alg: 'rsa-sha256' as const,
          sign: (bytes: Uint8Array) => {
            if (faults['tokens']) throw new Error('down')
            return sign('RSA-SHA256', bytes, signer)
          },
        },
      },
    }
    const ports = {
      ...withFaults(base, faults),
      ...(claimedAt === undefined ? {} : { now: inTurn(now, claimedAt) }),
    }
    const verdicts = await Promise.all(
      Array.from({ length: times }, () => exchangeToken(as(request), deployment, ports)),
    )
    const won = verdicts.filter(({ ok }) => ok).length
    if (times > 1 && won !== 1) throw new Error(`${won} of ${times} exchanges were accepted.`)
    verdict = verdicts.find(({ ok }) => times === 1 || !ok)
    if (expect !== undefined && verdict?.ok !== (expect === 'accepted')) {
      throw new Error(`A step was not ${expect}: ${JSON.stringify(verdict?.findings)}`)
    }
  }
  if (!verdict) throw new Error('The vector exchanges nothing.')
  return told(verdict)
}

/** A clock that shows one instant first and another from then on. */
function inTurn(first: number, then: number): () => number {
  let asked = 0
  return () => (asked++ === 0 ? first : then)
}

function withFaults(ports: ExchangePorts, faults: Readonly<Record<string, string>>): ExchangePorts {
  const down = (): Promise<never> => Promise.reject(new Error('down'))
  const { replay, state, directory, keys: source } = faults
  const conflict = async (): Promise<{ ok: false; reason: 'conflict' }> => ({ ok: false, reason: 'conflict' })
  const claims: Readonly<Record<string, () => Promise<never>>> = {
    full: async () => 'full' as never,
    unavailable: async () => 'unavailable' as never,
    nonsense: async () => true as never,
    throws: down,
  }
  const claim = replay === undefined ? undefined : claims[replay]
  return {
    ...ports,
    ...(claim ? { replay: { claim } } : {}),
    ...(state ? { state: { ...ports.state, put: state === 'conflict' ? conflict : down } } : {}),
    ...(directory ? { directory: { find: down } } : {}),
    ...(source ? { keys: { find: down } } : {}),
  }
}
