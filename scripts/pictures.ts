import { gatesPicture } from './gatesPicture.js'
import { propagationPicture } from './propagationPicture.js'

/** The pictures of the documentation: content by path. */
export function pictures(): ReadonlyMap<string, string> {
  return new Map([
    ['docs/img/gates.svg', gatesPicture()],
    ['docs/img/propagation.svg', propagationPicture()],
  ])
}
