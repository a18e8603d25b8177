import { FederationError, hasError } from '../../core/outcome.js'
import type { AsyncSigner, Signer } from '../../core/ports.js'
import { findingsOf, runRules } from '../../core/rule.js'
import type { TrustedCertificate } from '../certificate.js'
import { misuse } from '../expectation.js'
import { ID_FORM } from '../names.js'
import { checkSigner, keyInfoOf } from '../signer.js'
import { canonicalize } from '../xml/canonicalize.js'
import type { XmlElement } from '../xml/document.js'
import { toBeSigned, type ToBeSigned } from '../xml/sign.js'
import { entityElement, type EntityDescription } from './element.js'
import { readFile } from './file.js'
import { fileRules } from './fileRules.js'
import { certificateOutcomes } from './keyRules.js'
import { readEntity } from './read.js'
import { timelessRules } from './rules.js'

/**
 * The metadata of an identity provider, a service provider or both, as canonical XML: the same description gives the same
 * text, and `parseMetadata` reads the description back out of it. Whether a certificate is valid now is not looked at.
 *
 * @throws FederationError `ERR_INVALID_OPTION` for a description that no metadata may have; `findings` tell what is wrong
 *
 * @example
 * ```ts
 * import { buildMetadata } from 'countersign/saml'
 *
 * const xml = buildMetadata({
 *   entityID: 'https://app.example.com/saml',
 *   sp: {
 *     assertionConsumerServices: [{ location: 'https://app.example.com/saml/acs' }],
 *     wantAssertionsSigned: true,
 *   },
 * })
 * ```
 */
export function buildMetadata(entity: EntityDescription): string {
  return canonicalize(judged(entityElement(entity)))
}

export interface IssueMetadataOptions<S = Signer> {
  readonly signer: S
  /** Of the root, for the signature to name: an XML name, such as `_` and 32 random hexadecimal digits. */
  readonly id: string
  /** Written into the signature, for receivers that look there: PEM, or parsed once. Default: none. */
  readonly certificate?: string | TrustedCertificate | undefined
}

/**
 * As {@link buildMetadata}, signed as a whole. `parseMetadata` verifies it when it is given the signer's certificate.
 *
 * @throws FederationError `ERR_INVALID_OPTION` for misuse, `ERR_SIGNER_FAILED` when the signer answers no signature
 *
 * @example
 * ```ts
 * import { issueMetadata, type EntityMetadata } from 'countersign/saml'
 * import { samlSigner } from 'countersign/flows'
 *
 * declare const entity: EntityMetadata, privateKeyPEM: string
 * const xml = issueMetadata(entity, { signer: samlSigner(privateKeyPEM), id: `_${crypto.randomUUID()}` })
 * ```
 */
export function issueMetadata(entity: EntityDescription, options: IssueMetadataOptions): string {
  const { bytes, finish } = prepared(entity, options)
  return written(finish(options.signer.sign(bytes)))
}

/** As {@link issueMetadata}, with a signer that takes its time, such as a KMS. */
export async function issueMetadataAsync(
  entity: EntityDescription,
  options: IssueMetadataOptions<AsyncSigner | Signer>,
): Promise<string> {
  const { bytes, finish } = prepared(entity, options)
  return written(finish(await options.signer.sign(bytes)))
}

function prepared(
  entity: EntityDescription,
  options: IssueMetadataOptions<AsyncSigner | Signer>,
): ToBeSigned {
  const { signer, id, certificate } = options ?? misuse('Options are required.')
  checkSigner(signer)
  if (typeof id !== 'string' || !ID_FORM.test(id)) misuse('id must be an XML name.')
  return toBeSigned(judged(entityElement(entity, id)), signer.alg, keyInfoOf(certificate))
}

/** The schema of metadata has a signature before everything else, where that of messages has it behind the issuer. */
function written(signed: XmlElement): string {
  const [first, signature, ...rest] = signed.children
  const children = [signature, first, ...rest].filter((child) => child !== undefined)
  return canonicalize(judged({ ...signed, children }))
}

/** The element, if what becomes of it is what `parseMetadata` takes: read anew and held against the same rules. */
function judged(element: XmlElement): XmlElement {
  const file = readFile(canonicalize(element))
  const entity = file.root && readEntity(file.root)
  const findings = findingsOf([
    ...runRules(fileRules, file),
    // Of these rules none asks for the time; what Identity Center asks, another receiver may not.
    ...(entity
      ? [
          ...runRules(timelessRules, { entity, now: 0, profile: 'service-provider' }),
          ...certificateOutcomes(entity),
        ]
      : []),
  ])
  if (!hasError(findings)) return element
  const reasons = findings
    .filter(({ severity }) => severity === 'error')
    .map(({ rule, reason }) => `${rule} (${reason})`)
  throw new FederationError('ERR_INVALID_OPTION', `No metadata may say this: ${reasons.join(', ')}.`, {
    findings,
  })
}
