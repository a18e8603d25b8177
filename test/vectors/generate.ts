import { decisionVectors } from './generator/abac/decisions.js'
import { tagVectors } from './generator/abac/vectors.js'
import { deploymentVectors } from './generator/deployment.js'
import { discoveryVectors, issuerKeyVectors, jwksVectors } from './generator/documents.js'
import { exchangeVectors } from './generator/exchange.js'
import { issuerVectors, updateVectors } from './generator/issuer.js'
import { KEY_NAMES, makeKey, type Keys } from './generator/keys.js'
import {
  authorizationVectors,
  mappingVectors,
  narrowingVectors,
  replayKeyVectors,
  scopeVectors,
  tokenExchangeVectors,
} from './generator/person.js'
import { oauthVectors } from './generator/oauth/vectors.js'
import { samlVectors } from './generator/saml/vectors.js'
import { sealedVectors } from './generator/sealed.js'
import { setupVectors } from './generator/setup.js'
import { sessionVectors } from './generator/session.js'
import { tokenClaimVectors } from './generator/tokenClaims.js'
import { tokenFormVectors } from './generator/tokenForm.js'
import { tokenHeaderVectors } from './generator/tokenHeader.js'
import { tokenIssuerVectors, tokenKeyVectors, tokenSignatureVectors } from './generator/tokenKeys.js'
import { planVectors, trustVectors } from './generator/trust.js'
import type { Vector } from './generator/vector.js'

export { certificateFiles } from './generator/saml/certificates.js'
export { KEY_NAMES, makeKey, type Keys, type Vector }

/** Every vector of tti/, from the keys alone: the same keys give the same bytes. */
export function generateVectors(keys: Keys): readonly Vector[] {
  return unique([
    ...issuerVectors(),
    ...updateVectors(),
    ...deploymentVectors(),
    ...setupVectors(),
    ...tokenFormVectors(keys),
    ...tokenHeaderVectors(keys),
    ...tokenIssuerVectors(keys),
    ...tokenKeyVectors(keys),
    ...tokenSignatureVectors(keys),
    ...tokenClaimVectors(keys),
    ...discoveryVectors(),
    ...jwksVectors(keys),
    ...issuerKeyVectors(keys),
    ...mappingVectors(),
    ...authorizationVectors(),
    ...scopeVectors(),
    ...narrowingVectors(),
    ...tokenExchangeVectors(),
    ...replayKeyVectors(),
    ...exchangeVectors(keys),
    ...sealedVectors(keys),
    ...sessionVectors(),
    ...trustVectors(),
    ...planVectors(),
  ])
}

/** Every vector of saml/, likewise. */
export function generateSamlVectors(keys: Keys): readonly Vector[] {
  return unique(samlVectors(keys))
}

/** Every vector of oauth/. */
export function generateOAuthVectors(): readonly Vector[] {
  return unique(oauthVectors())
}

/** Every vector of abac/decide. */
export function generateDecisionVectors(): readonly Vector[] {
  return unique(decisionVectors())
}

/** Every vector of abac/tags. */
export function generateTagVectors(): readonly Vector[] {
  return unique(tagVectors())
}

function unique(vectors: readonly Vector[]): readonly Vector[] {
  const seen = new Set<string>()
  const twice = vectors.filter(({ id }) => seen.size === seen.add(id).size).map(({ id }) => id)
  if (twice.length > 0) throw new Error(`Two vectors have one id: ${twice.join(', ')}.`)
  return vectors
}

/** The file of a vector, relative to test/vectors, and its text. */
export function fileOf(vector: Vector): { readonly path: string; readonly text: string } {
  return { path: `${vector.id}.json`, text: `${JSON.stringify(vector, null, 2)}\n` }
}
