import type { Finding, Verdict } from '../../core/outcome.js'
import { runRules, verdictOf } from '../../core/rule.js'
import type { TrustedCertificate } from '../certificate.js'
import { checkOptions, misuse } from '../expectation.js'
import { HTTP_POST } from '../names.js'
import { canonicalize } from '../xml/canonicalize.js'
import { entityElement } from './element.js'
import { readFile } from './file.js'
import { fileRules } from './fileRules.js'
import { certificateOutcomes } from './keyRules.js'
import { readEntity } from './read.js'
import { judgedRules } from './rules.js'
import { certificatesIn, checkNow } from './subject.js'
import type { EntityMetadata } from './types.js'

/** What is trusted of an identity provider, in whichever way it was configured (R047). */
export interface IdentityProvider {
  readonly entityID: string
  /** Where browsers are sent to sign in. */
  readonly signInURL: string
  readonly certificates: readonly TrustedCertificate[]
}

export interface IdentityProviderSettings {
  /** What consoles call the IdP issuer URL. */
  readonly entityID: string
  readonly signInURL: string
  /** PEM, or parsed once. */
  readonly certificates: readonly (string | TrustedCertificate)[]
}

/**
 * An identity provider from what a person typed in, held against the rules that its metadata would be held against (R047);
 * a change of sign-in URL or issuer is `identityProvider({ ...idp, signInURL }, { now })` (R048).
 *
 * @throws FederationError `ERR_INVALID_OPTION` for misuse, such as a certificate that is none
 *
 * @example
 * ```ts
 * import { identityProvider } from 'countersign/saml'
 *
 * declare const pem: string
 * const verdict = identityProvider(
 *   { entityID: 'https://idp.example.com', signInURL: 'https://idp.example.com/sso', certificates: [pem] },
 *   { now: Math.floor(Date.now() / 1000) },
 * )
 * ```
 */
export function identityProvider(
  settings: IdentityProviderSettings,
  options: { readonly now: number },
): Verdict<IdentityProvider> {
  const { entityID, signInURL, certificates } = settings ?? misuse('Settings are required.')
  const { now } = options ?? misuse('Options are required.')
  checkNow(now)
  const file = readFile(
    canonicalize(
      entityElement({
        entityID,
        idp: { certificates, singleSignOnServices: [{ binding: HTTP_POST, location: signInURL }] },
      }),
    ),
  )
  const entity = file.root && readEntity(file.root)
  const outcomes = [
    ...runRules(fileRules, file),
    ...(entity
      ? [
          ...runRules(judgedRules, { entity, now, profile: 'identity-center' }),
          ...certificateOutcomes(entity),
        ]
      : []),
  ]
  const verdict = verdictOf(outcomes, () =>
    trusted(
      entityID,
      signInURL,
      entity?.roles.flatMap(certificatesIn).map(({ certificate }) => certificate) ?? [],
    ),
  )
  const findings = verdict.findings.map(ofSettings)
  const [first, ...rest] = findings
  if (verdict.ok) return { ...verdict, findings }
  return first === undefined ? verdict : { ok: false, findings: [first, ...rest] }
}

/**
 * The same of metadata: its entityID, the first of its sign-in URLs, and its certificates for signing.
 *
 * @throws FederationError `ERR_INVALID_OPTION` for metadata that describes no identity provider
 *
 * @example
 * ```ts
 * import { identityProviderOf, parseMetadata } from 'countersign/saml'
 *
 * declare const metadataXML: string
 * const metadata = parseMetadata(metadataXML, { now: Math.floor(Date.now() / 1000) })
 * if (metadata.ok && metadata.value.idp) console.log(identityProviderOf(metadata.value).signInURL)
 * ```
 */
export function identityProviderOf(metadata: EntityMetadata): IdentityProvider {
  checkOptions(metadata)
  const { entityID, idp } = metadata
  const location = idp?.singleSignOnServices[0]?.location
  if (!idp || location === undefined) return misuse('The metadata describes no identity provider.')
  return trusted(entityID, location, idp.certificates)
}

function trusted(
  entityID: string,
  signInURL: string,
  certificates: readonly TrustedCertificate[],
): IdentityProvider {
  return Object.freeze({ entityID, signInURL, certificates: Object.freeze([...certificates]) })
}

/** The finding, told of what was typed in instead of the document that was made of it. */
function ofSettings(finding: Finding): Finding {
  const { path = '' } = finding
  const place = /\/KeyDescriptor(?:\[(\d+)\])?/.exec(path)
  if (place) return { ...finding, path: `certificates[${Number(place[1] ?? 1) - 1}]` }
  if (path.includes('SingleSignOnService')) return { ...finding, path: 'signInURL' }
  if (path.endsWith('/@entityID')) return { ...finding, path: 'entityID' }
  return path.endsWith('/IDPSSODescriptor') ? { ...finding, path: 'certificates' } : finding
}
