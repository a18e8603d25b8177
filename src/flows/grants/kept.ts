import { validateAttributeConfiguration } from '../../abac/index.js'
import { isObject } from '../../core/json.js'
import type { StateStore } from '../../core/ports.js'
import type { Step } from '../../oauth/index.js'
import { has, members, text, type Form } from '../../oauth/server/form.js'
import * as forms from '../../oauth/server/stateForms.js'
import { asked, storeRefusal } from './refusal.js'

/** Of so many who change one value at once the last still gets its turn. */
const MAX_ROUNDS = 256

/** The place of one kind of value in the store, by what it is found by: an id, or the digest of a secret. */
export const keyOf = {
  accessToken: (digest: string): string => `oauth:access-token:${digest}`,
  attempts: (whose: string): string => `oauth:attempts:${whose}`,
  attributes: (instanceARN: string): string => `abac:attributes:${instanceARN}`,
  client: (clientId: string): string => `oauth:client:${clientId}`,
  code: (digest: string): string => `oauth:code:${digest}`,
  device: (digest: string): string => `oauth:device:${digest}`,
  grant: (grantID: string): string => `oauth:grant:${grantID}`,
  refreshToken: (digest: string): string => `oauth:refresh-token:${digest}`,
  signIn: (sessionID: string): string => `oauth:sign-in:${sessionID}`,
  userCode: (digest: string): string => `oauth:user-code:${digest}`,
} as const

/** What each kind of value is, by the word that its key begins with. */
const formOf: Readonly<Record<string, Form>> = {
  'access-token': forms.accessTokenForm,
  attempts: forms.attemptsForm,
  attributes: members({
    // Without the member that Describe puts around it: it is answered as it is kept.
    configuration: (value) =>
      value === null ||
      (isObject(value) && 'AccessControlAttributes' in value && validateAttributeConfiguration(value).ok),
  }),
  client: forms.registeredClientForm,
  code: forms.codeForm,
  device: forms.deviceForm,
  grant: forms.grantForm,
  'refresh-token': members({ grantID: text }),
  'sign-in': forms.signInForm,
  'user-code': members({ device: text }),
}

function isKept(key: string, value: unknown): boolean {
  const [, kind = ''] = key.split(':', 2)
  const form = Object.hasOwn(formOf, kind) ? formOf[kind] : undefined
  return form !== undefined && has(value, form)
}

export async function read<T>(store: StateStore, key: string): Promise<T | undefined> {
  return (await entry<T>(store, key))?.value
}

/** Writes what must be new; false where there is such a thing already. */
export async function create(
  store: StateStore,
  key: string,
  value: object,
  expiresAt: number,
): Promise<boolean> {
  return (await asked(() => store.put(key, value, { ifVersion: null, expiresAt }))).ok === true
}

export async function remove(store: StateStore, key: string): Promise<void> {
  await asked(() => store.delete(key))
}

/**
 * Runs a step over what is kept, and writes its state only if nobody has written in between; otherwise the step runs
 * again over what is there then. So of any number of servers that run one step at once, each sees what the one before it
 * left.
 *
 * @param until - when the state may be forgotten, in epoch seconds
 */
export async function change<State extends object, Outcome>(
  store: StateStore,
  key: string,
  step: (state: State | undefined) => Promise<Step<Outcome, State>> | Step<Outcome, State>,
  until: (state: State) => number,
): Promise<Step<Outcome, State>> {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const current = await entry<State>(store, key)
    const made = await step(current?.value)
    const { state } = made
    if (state === undefined || state === current?.value) return made
    const options = { ifVersion: current?.version ?? null, expiresAt: until(state) }
    if ((await asked(() => store.put(key, state, options))).ok === true) return made
  }
  throw storeRefusal({ reason: 'contended' })
}

async function entry<T>(store: StateStore, key: string): Promise<{ value: T; version: string } | undefined> {
  const found = await asked(() => store.get(key))
  if (found === undefined) return undefined
  // What is kept is what was written here; a store that answers something else is not to be relied on.
  if (!isObject(found) || !isKept(key, found.value) || typeof found.version !== 'string')
    throw storeRefusal({ reason: 'malformed' })
  return { value: found.value as T, version: found.version }
}
