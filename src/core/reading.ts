import { FederationError } from './outcome.js'

/**
 * Runs a reading of a caller's arguments: one that cannot even be read, such as a revoked proxy, is misuse.
 *
 * @throws FederationError `ERR_INVALID_OPTION`, or whatever FederationError the reading throws
 */
export function reading<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof FederationError) throw error
    // What an accessor of the caller's threw is nobody's business.
    throw new FederationError('ERR_INVALID_OPTION', 'An argument cannot be read.')
  }
}
