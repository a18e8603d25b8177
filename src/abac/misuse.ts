import { FederationError } from '../core/outcome.js'

/** Misuse of a function: nothing that a peer or a file can cause. */
export function misuse(message: string): never {
  throw new FederationError('ERR_INVALID_OPTION', message)
}

/** Runs a reading of arguments: one that cannot even be read, such as a revoked proxy, is misuse. */
export function reading<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof FederationError) throw error
    return misuse('An argument cannot be read.')
  }
}

/** Callers without types may give anything where options are asked for. */
export function optionsOf<T extends object>(options: T | undefined): Partial<T> {
  if (options === undefined) return {}
  if (typeof options !== 'object' || options === null) misuse('Options are an object.')
  return options
}
