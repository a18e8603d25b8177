import { misuse, requireObject } from './arguments.js'

/** What decides on an application's tile in the access portal, as the console names it. */
export interface ApplicationTile {
  /** "Require assignments"; otherwise everybody of the instance may use the application. */
  readonly assignmentRequired: boolean
  /** "Application visibility in AWS access portal". */
  readonly visibility: 'visible' | 'not-visible'
  /** Whether the person, or a group that lists the person, is assigned the application. */
  readonly assigned: boolean
}

/**
 * Whether a person sees an application's tile in the access portal (R203). It says nothing of access: an application
 * without a tile is still used by its own address.
 *
 * @throws FederationError `ERR_INVALID_OPTION` for misuse
 */
export function showsTile(tile: ApplicationTile): boolean {
  requireObject(tile, 'tile')
  const { assignmentRequired, visibility, assigned } = tile
  if (typeof assignmentRequired !== 'boolean' || typeof assigned !== 'boolean')
    misuse('assignmentRequired and assigned are booleans.')
  if (visibility !== 'visible' && visibility !== 'not-visible')
    misuse('visibility is visible or not-visible.')
  return visibility === 'visible' && (assigned || !assignmentRequired)
}
