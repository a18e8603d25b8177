import type { SamlIdentity } from '../../core/identity.js'
import type { AttributeReading, NameIDReading } from '../assertion.js'
import { trimmed } from '../xml/characters.js'
import type { ResponseSubject } from './subject.js'

/** The identity that an accepted Response proves: every value of it was signed. */
export function identityOf(subject: ResponseSubject): SamlIdentity {
  const { assertion, response, responseSigned, settings, verifiedBy } = subject
  const [name] = assertion?.nameIDs ?? []
  const nameID = name?.value
  const [confirmation] = assertion?.confirmations ?? []
  const [statement] = assertion?.authnStatements ?? []
  const confirmedUntil = confirmation?.notOnOrAfter?.at
  const goodUntil = assertion?.conditions[0]?.notOnOrAfter?.at
  const authnInstant = statement?.authnInstant?.at
  // The rules have seen to all of these; the compiler has not.
  if (!assertion || nameID === undefined || assertion.id === undefined || !verifiedBy)
    throw new Error('An identity was asked of what is none.')
  if (authnInstant === undefined || confirmedUntil === undefined || goodUntil === undefined)
    throw new Error('An assertion without its instants was accepted.')
  const sessionEnd = statement?.sessionNotOnOrAfter?.whole
  // The confirmation's own is signed always, the Response's only with the Response.
  const inResponseTo = confirmation?.inResponseTo ?? (responseSigned ? response.inResponseTo : undefined)
  return {
    protocol: 'saml',
    nameID,
    ...(name && settings.profile === 'service-provider' ? kindOfName(name) : {}),
    issuer: settings.idp.entityID,
    accessControl: accessControlOf(assertion.attributes, settings.abac),
    attributes: attributesOf(assertion.attributes),
    ...(statement?.sessionIndex === undefined ? {} : { sessionIndex: statement.sessionIndex }),
    authnInstant,
    ...(inResponseTo === undefined ? {} : { inResponseTo }),
    ...(sessionEnd === undefined ? {} : { sessionNotOnOrAfter: sessionEnd }),
    assertionID: assertion.id,
    ...(responseSigned && response.id !== undefined ? { responseID: response.id } : {}),
    notOnOrAfter: Math.min(confirmedUntil, goodUntil),
    verifiedBy: verifiedBy.sha256,
  }
}

function kindOfName({
  format,
  nameQualifier,
  spNameQualifier,
}: NameIDReading): Pick<SamlIdentity, 'nameIDFormat' | 'nameQualifier' | 'spNameQualifier'> {
  return {
    ...(format === undefined ? {} : { nameIDFormat: format }),
    ...(nameQualifier === undefined ? {} : { nameQualifier }),
    ...(spNameQualifier === undefined ? {} : { spNameQualifier }),
  }
}

// Without a prototype, no name of an attribute finds anything that the message did not hold (S95).
function accessControlOf(
  attributes: readonly AttributeReading[],
  abac: boolean,
): Readonly<Record<string, string>> {
  const tags = Object.create(null) as Record<string, string>
  if (!abac) return tags
  for (const { tagKey, values } of attributes) {
    const text = values[0]?.text
    if (tagKey !== undefined && text !== undefined) tags[tagKey] = trimmed(text)
  }
  return tags
}

function attributesOf(attributes: readonly AttributeReading[]): Readonly<Record<string, readonly string[]>> {
  const map = Object.create(null) as Record<string, string[]>
  for (const { name, values } of attributes) {
    if (name === undefined) continue
    const texts = (map[name] ??= [])
    for (const { text, nil } of values) if (text !== undefined && !nil) texts.push(text)
  }
  return map
}
