import type { SamlIdentity } from '../../core/identity.js'
import type { AttributeReading } from '../assertion.js'
import { ACCESS_CONTROL } from '../names.js'
import { trimmed } from '../xml/characters.js'
import { isAccessControl } from './attributeRules.js'
import type { ResponseSubject } from './subject.js'

/** The identity that an accepted Response proves: every value of it was signed. */
export function identityOf(subject: ResponseSubject): SamlIdentity {
  const { assertion, response, responseSigned, settings, verifiedBy } = subject
  const nameID = assertion?.nameIDs[0]?.value
  const [confirmation] = assertion?.confirmations ?? []
  const [statement] = assertion?.authnStatements ?? []
  const ends = [confirmation?.notOnOrAfter?.at, assertion?.conditions[0]?.notOnOrAfter?.at]
  const authnInstant = statement?.authnInstant?.at
  const [end, other] = ends
  // The rules have seen to all of these; the compiler has not.
  if (
    !assertion ||
    nameID === undefined ||
    assertion.id === undefined ||
    authnInstant === undefined ||
    !verifiedBy
  )
    throw new Error('An identity was asked of what is none.')
  if (end === undefined || other === undefined) throw new Error('An assertion without an end was accepted.')
  const sessionEnd = statement?.sessionNotOnOrAfter?.at
  return Object.freeze({
    protocol: 'saml',
    nameID,
    issuer: settings.idp.entityID,
    accessControl: accessControlOf(assertion.attributes, settings.abac),
    attributes: attributesOf(assertion.attributes),
    ...(statement?.sessionIndex === undefined ? {} : { sessionIndex: statement.sessionIndex }),
    authnInstant,
    // The confirmation's own: it is signed, which the Response may not be.
    ...(confirmation?.inResponseTo === undefined ? {} : { inResponseTo: confirmation.inResponseTo }),
    ...(sessionEnd === undefined ? {} : { sessionNotOnOrAfter: sessionEnd }),
    assertionID: assertion.id,
    ...(responseSigned && response.id !== undefined ? { responseID: response.id } : {}),
    notOnOrAfter: Math.min(end, other),
    verifiedBy: verifiedBy.sha256,
  })
}

function accessControlOf(
  attributes: readonly AttributeReading[],
  abac: boolean,
): Readonly<Record<string, string>> {
  const tags = Object.create(null) as Record<string, string>
  if (!abac) return Object.freeze(tags)
  for (const { name, values } of attributes) {
    const text = values[0]?.text
    if (name !== undefined && isAccessControl(name) && text !== undefined)
      tags[name.slice(ACCESS_CONTROL.length)] = trimmed(text)
  }
  return Object.freeze(tags)
}

function attributesOf(attributes: readonly AttributeReading[]): Readonly<Record<string, readonly string[]>> {
  const map = Object.create(null) as Record<string, string[]>
  for (const { name, values } of attributes) {
    const texts = values.flatMap(({ text, nil }) => (text === undefined || nil ? [] : [text]))
    if (name !== undefined && (texts.length > 0 || values.length === 0)) (map[name] ??= []).push(...texts)
  }
  for (const texts of Object.values(map)) Object.freeze(texts)
  return Object.freeze(map)
}
