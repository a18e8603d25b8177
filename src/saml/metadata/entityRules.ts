import { formatDateTime } from '../../core/codec.js'
import type { CheckResult, Fault } from '../../core/rule.js'
import { shown } from '../../core/shown.js'
import { SAMLP } from '../names.js'
import { durationSeconds } from '../../core/duration.js'
import { isURL, schemeOf } from './location.js'
import type { EntityReading, ValidityReading } from './read.js'
import { metadataRule, ofRole, type MetadataRule, type MetadataSubject } from './subject.js'

/** SAML Core 8.3.6. */
const MAX_ENTITY_ID_CHARACTERS = 1_024

/** Who is described, in which roles, and for how long. */
export const entityRules: readonly MetadataRule[] = [
  metadataRule({
    id: 'saml/metadata-entity-id',
    source: 'R044; SAML Metadata 2.3.2; SAML Core 8.3.6',
    title:
      'The entity has an entityID of 1,024 characters at the most, without white space; a URL among them has a host',
    fix: 'Set the entityID (also called issuer) of the identity provider: of a URL all of it, such as https://idp.example.com/saml.',
    check: entityIDFaults,
  }),
  metadataRule({
    id: 'saml/metadata-entity-id-uri',
    severity: 'warning',
    source: 'SAML Core 8.3.6',
    title: 'The entityID is an absolute URI',
    fix: 'Choose a URI of your own domain, such as https://idp.example.com/saml, and configure it on both sides.',
    check: ({ entity: { entityID, path } }) => {
      if (entityID === undefined || entityID === '') return 'notApplicable'
      return schemeOf(entityID) === undefined
        ? [
            {
              reason: 'relative',
              path: `${path}/@entityID`,
              actual: shown(entityID, 512),
              message: 'A name that is no absolute URI may be the name of somebody else, too.',
            },
          ]
        : []
    },
  }),
  metadataRule({
    id: 'saml/metadata-role',
    source: 'R044; SAML Metadata 2.4.1; attack S99',
    title:
      'The entity is an identity provider (IDPSSODescriptor), a service provider (SPSSODescriptor) or both, once each, by SAML 2.0',
    fix: "Give the SAML 2.0 metadata of the identity provider's application for Identity Center.",
    check: roleFaults,
  }),
  metadataRule({
    id: 'saml/metadata-boolean',
    source: 'SAML Metadata 2.2.3, 2.4.3, 2.4.4; XML Schema 3.2.2',
    title: 'What is true or false is written true, false, 1 or 0',
    fix: 'Write true or false.',
    check: ofRole('any', ({ flags }) =>
      flags
        .filter(({ value }) => readBoolean(value) === undefined)
        .map(({ path, value }) => ({
          reason: 'malformed',
          path,
          expected: 'true or false',
          actual: shown(value),
          message: 'This is neither true nor false.',
        })),
    ),
  }),
  metadataRule({
    id: 'saml/metadata-cache-duration',
    source: 'SAML Metadata 2.3.2; XML Schema 3.2.6',
    title: 'How long metadata may be cached is a duration of 100 years at the most',
    fix: 'Write a duration such as P1D or PT6H, or none.',
    check: ({ entity }) =>
      ofEach(entity, ({ path, cacheDuration }) => {
        if (cacheDuration === undefined) return []
        const reason = durationSeconds(cacheDuration)
        if (typeof reason === 'number') return []
        return [
          {
            reason,
            path: `${path}/@cacheDuration`,
            expected: 'a duration such as PT6H',
            actual: shown(cacheDuration),
            message: 'For this long nothing can be cached.',
          },
        ]
      }),
  }),
]

/** For whether it is past, one needs to know the time. */
export const validUntilRule: MetadataRule = metadataRule({
  id: 'saml/metadata-valid-until',
  source: 'SAML Metadata 2.3.1, 2.3.2; SAML Core 1.3.3; attack S99',
  title: 'The metadata has not expired',
  fix: 'Download the current metadata of the identity provider.',
  check: ({ entity, now }) =>
    ofEach(entity, ({ path, validUntil }) => {
      if (!validUntil) return []
      const { at, text } = validUntil
      const fault = { path: `${path}/@validUntil`, actual: shown(text) }
      if (at === undefined)
        return [
          {
            ...fault,
            reason: 'malformed',
            expected: 'a date-time in UTC, such as 2026-11-25T09:30:00Z',
            message: 'This is no date-time in UTC.',
          },
        ]
      if (now < at) return []
      const expected = `after ${formatDateTime(now)}`
      return [{ ...fault, reason: 'expired', expected, message: 'The metadata is no longer valid.' }]
    }),
})

/** A group of many roles, each with a fault of its own, need not be told of in full. */
function ofEach(
  { validity }: EntityReading,
  check: (validity: ValidityReading) => readonly Fault[],
): readonly Fault[] {
  return validity.flatMap(check).slice(0, 20)
}

export function readBoolean(text: string): boolean | undefined {
  if (text === 'true' || text === '1') return true
  return text === 'false' || text === '0' ? false : undefined
}

function entityIDFaults({ entity }: MetadataSubject): CheckResult {
  const { entityID } = entity
  const fault = { path: `${entity.path}/@entityID`, actual: shown(entityID, 512) }
  if (entityID === undefined) return [{ ...fault, reason: 'missing', message: 'The entity has no entityID.' }]
  if (entityID === '') return [{ ...fault, reason: 'empty', message: 'The entityID is empty.' }]
  const characters = [...entityID].length
  if (characters > MAX_ENTITY_ID_CHARACTERS)
    return [
      {
        reason: 'too-long',
        path: fault.path,
        expected: `at most ${MAX_ENTITY_ID_CHARACTERS} characters`,
        actual: `${characters} characters`,
        message: 'The entityID is too long.',
      },
    ]
  if (/\s/.test(entityID))
    return [{ ...fault, reason: 'white-space', message: 'White space stands in the entityID.' }]
  const scheme = schemeOf(entityID)
  // Keycloak with a wrong hostname writes https:/keycloak/realms/..., which Identity Center does not take.
  if ((scheme === 'https' || scheme === 'http') && !isURL(entityID))
    return [
      { ...fault, reason: 'malformed', message: 'The entityID begins like a URL, but is none with a host.' },
    ]
  return []
}

function roleFaults({ entity }: MetadataSubject): CheckResult {
  const { roles, foreign, path } = entity
  if (roles.length === 0) {
    const [first] = foreign
    return first === undefined
      ? [
          {
            reason: 'missing',
            path,
            message: 'The entity is neither identity provider nor service provider.',
          },
        ]
      : [
          {
            reason: 'protocol',
            path: `${first}/@protocolSupportEnumeration`,
            expected: SAMLP,
            message: 'The entity does not speak SAML 2.0.',
          },
        ]
  }
  return roles
    .filter((role, index) => roles.findIndex(({ kind }) => kind === role.kind) < index)
    .slice(0, 20)
    .map((role) => ({
      reason: 'several',
      path: role.path,
      message: 'The entity has this role twice: which of the two is meant cannot be said.',
    }))
}
