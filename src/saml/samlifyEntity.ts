import type { Verdict } from '../core/outcome.js'
import { runRules, verdictOf, type Fault, type Rule } from '../core/rule.js'
import { shown } from '../core/shown.js'
import type { TrustedCertificate } from './certificate.js'
import { misuse } from './expectation.js'
import { readEntity, type EntityReading, type RoleReading } from './metadata/read.js'
import { certificatesIn } from './metadata/subject.js'
import { HTTP_POST, METADATA } from './names.js'
import { parseDocument } from './xml/document.js'
import { XmlFault } from './xml/fault.js'
import { isElement } from './xml/query.js'

/** As far as it matters here, what `IdentityProvider(...)` of samlify 2.13 answers. */
export interface SamlifyIdentityProvider {
  readonly entityType: string
  readonly entityMeta: { getMetadata(): string; getSingleSignOnService(binding: string): unknown }
}

/** As far as it matters here, what `ServiceProvider(...)` of samlify 2.13 answers. */
export interface SamlifyServiceProvider {
  readonly entityType: string
  readonly entityMeta: { getMetadata(): string; getAssertionConsumerService(binding: string): unknown }
}

interface SamlifySubject {
  readonly kind: 'idp' | 'sp'
  readonly entity: EntityReading | undefined
  /** Why there is no entity. */
  readonly fault: string | undefined
  /** Those of the kind that the entity is. */
  readonly roles: readonly RoleReading[]
}

type SamlifyRule = Rule<SamlifySubject>

const rule = (row: Omit<SamlifyRule, 'severity'>): SamlifyRule => ({ severity: 'error', ...row })

/** What is asked of an entity of samlify before anything is trusted by it. */
export const samlifyRules: readonly SamlifyRule[] = [
  rule({
    id: 'saml/samlify-metadata',
    source: 'SAML Metadata 2.3.2, 2.4; attacks S60, S99',
    title: 'An entity of samlify holds well-formed metadata of one entity, once in the role that it has',
    fix: 'Build the entity from the metadata of this one party, or from settings that have an entityID.',
    check: ({ kind, entity, fault, roles }) => {
      const expected = kind === 'idp' ? 'IDPSSODescriptor' : 'SPSSODescriptor'
      if (!entity)
        return [
          { reason: 'unreadable', actual: fault, message: 'The metadata of the entity cannot be read.' },
        ]
      const faults: Fault[] = []
      if (!entity.entityID)
        faults.push({
          reason: 'entity-id',
          path: `${entity.path}/@entityID`,
          message: 'The entity has no entityID.',
        })
      if (roles.length !== 1)
        faults.push({
          reason: roles.length === 0 ? 'role' : 'several',
          path: entity.path,
          expected: `one ${expected} for SAML 2.0`,
          actual: String(roles.length),
          message: 'Its metadata does not describe it in its role, once.',
        })
      return faults
    },
  }),
  rule({
    id: 'saml/samlify-certificate',
    source: 'R018; SAML Metadata 2.4.1.1; attacks S14, S40',
    title: 'An identity provider of samlify has certificates for signing, and each of them can be read',
    fix: 'Give the metadata, or signingCert, of the certificates that the identity provider signs with.',
    check: ({ kind, roles }) => {
      if (kind === 'sp') return 'notApplicable'
      const [role] = roles
      if (!role) return 'cantTell'
      const certificates = role.keys.flatMap((key) => key.certificates)
      if (certificates.length === 0) {
        const elsewhere = role.keys.some(({ use }) => use === 'encryption')
        return [
          {
            reason: elsewhere ? 'encryption-only' : 'missing',
            path: role.path,
            message: elsewhere
              ? 'Its only key is for encryption. samlify would take it for signing; here it is not trusted.'
              : 'There is no certificate that a signature could be trusted by.',
          },
        ]
      }
      return certificates.flatMap(({ path, verdict }) =>
        verdict.ok
          ? []
          : [
              {
                reason: 'unreadable',
                path,
                actual: verdict.findings.map(({ rule: id, reason }) => `${id} (${reason})`).join(', '),
                message: 'This is no certificate that can be trusted.',
              },
            ],
      )
    },
  }),
  rule({
    id: 'saml/samlify-acs',
    source: 'R008; SAML Profiles 4.1.2; SAML Metadata 2.4.4',
    title: 'A service provider of samlify has one ACS URL for HTTP-POST, or one that is the default',
    fix: `Give the entity one AssertionConsumerService of ${HTTP_POST}, or mark one of them as isDefault.`,
    check: ({ kind, roles }) => {
      if (kind === 'idp') return 'notApplicable'
      const [role] = roles
      if (!role) return 'cantTell'
      const { endpoints, path } = role
      if (endpoints.length === 0)
        return [{ reason: 'missing', path, expected: HTTP_POST, message: 'No ACS URL is for HTTP-POST.' }]
      const found = acsIn(role)
      if (found === undefined)
        return [
          {
            reason: 'several',
            path,
            actual: endpoints
              .slice(0, 5)
              .map(({ location }) => shown(location, 200))
              .join(', '),
            message: 'Several ACS URLs are for HTTP-POST, and not one of them is the default.',
          },
        ]
      return found.location ? [] : [{ reason: 'location', path: found.path, message: 'The ACS has no URL.' }]
    },
  }),
]

/** What samlify's own look-up would leave to the order: the one for HTTP-POST, or of several the one default. */
function acsIn({ endpoints }: RoleReading): RoleReading['endpoints'][number] | undefined {
  if (endpoints.length === 1) return endpoints[0]
  const defaults = endpoints.filter(({ isDefault }) => isDefault === 'true' || isDefault === '1')
  return defaults.length === 1 ? defaults[0] : undefined
}

/**
 * The part of a `ResponseExpectation` that an app's samlify entity stands for: of an identity provider its entityID and
 * signing certificates, of a service provider its entityID and ACS URL. Read from the entity's metadata, strictly, rather
 * than by samlify's look-ups: those take an encryption key for a signing key, and miss keys that have no `use`.
 *
 * @throws FederationError `ERR_INVALID_OPTION` for what is no entity of samlify
 *
 * @example
 * ```ts
 * import { fromSamlify, validateResponse, type SamlifyIdentityProvider, type SamlifyServiceProvider } from 'countersign/saml'
 *
 * declare const SAMLResponse: string, idp: SamlifyIdentityProvider, sp: SamlifyServiceProvider
 * const [ofIdP, ofSP] = [fromSamlify(idp), fromSamlify(sp)]
 * if (ofIdP.ok && ofSP.ok) {
 *   const expectation = { ...ofIdP.value, ...ofSP.value, now: Math.floor(Date.now() / 1000) }
 *   console.log(validateResponse(SAMLResponse, expectation).ok)
 * }
 * ```
 */
export function fromSamlify(entity: SamlifyIdentityProvider): Verdict<{
  readonly idp: { readonly entityID: string; readonly certificates: readonly TrustedCertificate[] }
}>
export function fromSamlify(entity: SamlifyServiceProvider): Verdict<{
  readonly sp: { readonly entityID: string; readonly acsURL: string }
}>
export function fromSamlify(entity: SamlifyIdentityProvider | SamlifyServiceProvider): Verdict<unknown> {
  const kind = entity?.entityType
  if ((kind !== 'idp' && kind !== 'sp') || typeof entity.entityMeta?.getMetadata !== 'function')
    misuse('entity must be an IdentityProvider or a ServiceProvider of samlify.')
  const { entity: read, fault } = readMetadata(entity.entityMeta.getMetadata())
  const roles = read?.roles.filter((role) => role.kind === kind) ?? []
  const outcomes = runRules(samlifyRules, { kind, entity: read, fault, roles })
  return verdictOf(outcomes, () => {
    const [role] = roles
    const { entityID } = read ?? {}
    if (!role || !entityID) throw new Error('An entity was asked of what is none.')
    return kind === 'idp'
      ? { idp: { entityID, certificates: certificatesIn(role).map(({ certificate }) => certificate) } }
      : { sp: { entityID, acsURL: acsIn(role)?.location } }
  })
}

function readMetadata(xml: string): Pick<SamlifySubject, 'entity' | 'fault'> {
  try {
    const root = parseDocument(xml)
    if (!isElement(root, METADATA, 'EntityDescriptor')) return { entity: undefined, fault: shown(root.local) }
    return { entity: readEntity(root), fault: undefined }
  } catch (error) {
    if (error instanceof XmlFault) return { entity: undefined, fault: `${error.rule} (${error.reason})` }
    throw error
  }
}
