import { FederationError } from '../core/outcome.js'

export { reading } from '../core/reading.js'

/** Misuse of a function: nothing that a peer or a file can cause. */
export function misuse(message: string): never {
  throw new FederationError('ERR_INVALID_OPTION', message)
}

/** Callers without types may give anything where options are asked for. */
export function optionsOf<T extends object>(options: T | undefined): Partial<T> {
  if (options === undefined) return {}
  if (typeof options !== 'object' || options === null) misuse('Options are an object.')
  return options
}
