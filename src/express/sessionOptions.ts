import type { SessionTags } from '../abac/index.js'
import { sessionTags } from '../abac/index.js'
import type { Identity } from '../core/identity.js'
import type { Verdict } from '../core/outcome.js'
import type { Clock, RandomBytes, StateStore } from '../core/ports.js'
import { systemClock, systemRandomBytes } from '../flows/index.js'
import type { SealingKey } from '../tti/tokens/seal.js'
import { cookieNameFor } from './cookies.js'
import { guardedStore, inTimeOf, type InTime } from './guardedStore.js'
import type { OnRefused } from './refusal.js'
import { appPath, appURL, misuse } from './target.js'

export type SealingKeys = readonly SealingKey[]

export interface AppSessionsOptions {
  /** The origin of the app, as browsers know it: https, or http on this machine. */
  readonly url: string
  /**
   * At least one key of 32 bytes: the first seals, all open. To rotate, put a new one first, and keep the old one for as long
   * as sessions last. A function is asked at every request. Each app needs keys of its own.
   */
  readonly keys: SealingKeys | (() => SealingKeys)
  /** Where sessions are kept: one that all hosts of the app share. */
  readonly state: StateStore
  /** How long a request waits for an answer of a store, in seconds: from 1 to 60. Default 10. A slower one is out. */
  readonly storeTimeoutSeconds?: number | undefined
  /** How long a session lasts at the most, in seconds: from 60 to 604,800 (7 days). Default 28,800 (8 hours). */
  readonly maxAgeSeconds?: number | undefined
  /** Begins with `__Host-`. Default `__Host-countersign`, with the port of `url` where it names one. */
  readonly cookieName?: string | undefined
  /**
   * Makes the session tags of whoever signs in; a refusal refuses the sign-in. Default: the tags that the identity provider
   * asserts, within the limits of STS.
   */
  readonly tags?: ((identity: Identity) => Verdict<SessionTags> | Promise<Verdict<SessionTags>>) | undefined
  /** Where `requireIdentity` sends a person who is not signed in, with `?returnTo=`. Default: nowhere, 401. */
  readonly signInPath?: string | undefined
  /** Where a POST signs out. Default: nowhere; see `end`. */
  readonly signOutPath?: string | undefined
  /** Where signing out leads. Default `/`. */
  readonly signedOutPath?: string | undefined
  readonly onRefused?: OnRefused | undefined
  /** Epoch seconds. Default: the machine's clock. */
  readonly now?: Clock | undefined
  /** Default: the machine's. */
  readonly randomBytes?: RandomBytes | undefined
}

export interface SessionSettings {
  /** Guarded. */
  readonly state: StateStore
  readonly inTime: InTime
  readonly maxAgeSeconds: number
  readonly cookieName: string
  readonly tags: NonNullable<AppSessionsOptions['tags']>
  readonly signedOutPath: string
  readonly now: Clock
  readonly url: URL
  readonly randomBytes: RandomBytes
  readonly signInPath: string | undefined
  readonly signOutPath: string | undefined
  readonly onRefused: OnRefused | undefined
  sealingKeys(): readonly [SealingKey, ...SealingKey[]]
}

/** @throws FederationError `ERR_INVALID_OPTION` */
export function sessionSettings(options: AppSessionsOptions): SessionSettings {
  if (typeof options !== 'object' || options === null) misuse('Options are required.')
  const { keys, state, maxAgeSeconds = 28_800, onRefused, tags = assertedTags } = options
  const { now = systemClock, randomBytes = systemRandomBytes } = options
  const url = appURL(options.url, 'url')
  if (url.origin !== options.url.replace(/\/$/, '')) misuse('url must be an origin: scheme, host and port.')
  if (!Number.isSafeInteger(maxAgeSeconds) || maxAgeSeconds < 60 || maxAgeSeconds > 604_800)
    misuse('maxAgeSeconds must be from 60 to 604,800 seconds.')
  if (
    typeof state?.get !== 'function' ||
    typeof state.put !== 'function' ||
    typeof state.delete !== 'function'
  )
    misuse('state must be a StateStore.')
  if (onRefused !== undefined && typeof onRefused !== 'function') misuse('onRefused must be a function.')
  for (const [name, value] of Object.entries({ now, randomBytes, tags }))
    if (typeof value !== 'function') misuse(`${name} must be a function.`)
  const { cookieName = cookieNameFor(url, '') } = options
  if (typeof cookieName !== 'string' || !/^__Host-[A-Za-z0-9._-]{1,64}$/.test(cookieName))
    misuse('cookieName must begin with __Host-, and go on with at most 64 letters, digits, dots and dashes.')
  const { signInPath, signOutPath, signedOutPath = '/', storeTimeoutSeconds = 10 } = options
  if (!(storeTimeoutSeconds >= 1 && storeTimeoutSeconds <= 60))
    misuse('storeTimeoutSeconds must be from 1 to 60.')
  const inTime = inTimeOf(storeTimeoutSeconds)
  if (typeof keys !== 'function') checkKeys(keys)
  return {
    url,
    state: guardedStore(state, inTime),
    inTime,
    maxAgeSeconds,
    cookieName,
    tags,
    onRefused,
    now,
    randomBytes,
    signInPath: signInPath === undefined ? undefined : appPath(signInPath, 'signInPath'),
    signOutPath: signOutPath === undefined ? undefined : appPath(signOutPath, 'signOutPath'),
    signedOutPath: appPath(signedOutPath, 'signedOutPath'),
    sealingKeys: () => checkKeys(typeof keys === 'function' ? keys() : keys),
  }
}

function assertedTags(identity: Identity): Verdict<SessionTags> {
  return sessionTags(identity, undefined, { AccessControlAttributes: [] })
}

function checkKeys(keys: unknown): readonly [SealingKey, ...SealingKey[]] {
  if (!Array.isArray(keys)) misuse('keys must be a list of sealing keys.')
  const [first, ...rest] = Array.from(keys as readonly unknown[], checkKey)
  if (first === undefined) misuse('keys must hold at least one sealing key.')
  const all = [first, ...rest] as const
  if (new Set(all.map(({ id }) => id)).size !== all.length) misuse('Each of the keys needs an id of its own.')
  return all
}

function checkKey(key: unknown): SealingKey {
  const { id, key: bytes } = (key ?? {}) as Partial<SealingKey>
  if (typeof id !== 'string' || !/^[A-Za-z0-9._-]{1,64}$/.test(id))
    misuse('A sealing key has an id of 1 to 64 letters, digits, dots, dashes and underscores.')
  if (!(bytes instanceof Uint8Array)) misuse(`The sealing key "${id}" must be bytes.`)
  // Most often a variable that is not set: Buffer.from('') has none.
  if (bytes.length !== 32) misuse(`A sealing key has 32 bytes, and "${id}" has ${bytes.length}.`)
  return { id, key: bytes }
}
