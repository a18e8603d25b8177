import { FederationError } from '../../core/outcome.js'

/**
 * Runs a step over the arguments of a caller. Where these are not what their types say, that is told as misuse: nothing
 * that a peer sends gets here unjudged.
 *
 * @throws FederationError `ERR_INVALID_OPTION`, with what was thrown as its cause
 */
export function toldAsMisuse<T>(step: () => T): T {
  try {
    return step()
  } catch (error) {
    throw misuseOf(error)
  }
}

/** An error of a caller's argument, or of a port, as misuse; a FederationError as it is. */
export function misuseOf(error: unknown): FederationError {
  if (error instanceof FederationError) return error
  return new FederationError(
    'ERR_INVALID_OPTION',
    'An argument, or what a port answered, is not what its type says.',
    {
      cause: error,
    },
  )
}
