import type { Vector } from '../vectors/generate.js'
import { pathsIn, vectorText } from '../tti/vectorFiles.js'

/** Every file of test/vectors/saml, relative to test/vectors. */
export const samlVectorPaths: readonly string[] = pathsIn('saml')

export const samlVectors: readonly Vector[] = samlVectorPaths.map(
  (path) => JSON.parse(vectorText(path)) as Vector,
)
