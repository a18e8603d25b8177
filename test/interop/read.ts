import { validateResponse, type ResponseExpectation } from '../../src/saml/index.js'
import { RECEIVERS, type Contents, type Kind } from './issued.js'
import type { Refusal } from './mistakes.js'
import { IDP_ENTITY_ID, now, trusted } from './parties.js'

/** What we hold a message to a receiver against: Identity Center as itself, the others as service providers. */
export function expectationOf(kind: Kind): ResponseExpectation {
  const { sp, inResponseTo = null } = RECEIVERS[kind]
  return {
    idp: { entityID: IDP_ENTITY_ID, certificates: [trusted.certificate] },
    sp,
    inResponseTo,
    profile: kind === 'identity-center' ? kind : 'service-provider',
    now: now(),
  }
}

/** What we read in a message, or everything that we refuse it by, each once. */
export function read(message: string, expectation: ResponseExpectation): Contents | readonly Refusal[] {
  const { ok, value, findings } = validateResponse(message, expectation)
  if (ok) return { nameID: value.nameID, attributes: { ...value.attributes } }
  const errors = findings.filter(({ severity }) => severity === 'error')
  return [...new Set(errors.map(({ rule, reason }) => `${rule} (${reason})` as Refusal))].sort()
}
