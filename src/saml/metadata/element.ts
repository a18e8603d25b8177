import { formatDateTime } from '../../core/codec.js'
import { FederationError } from '../../core/outcome.js'
import { certificatesOf, LAST_INSTANT, misuse } from '../expectation.js'
import type { TrustedCertificate } from '../certificate.js'
import { DSIG, EMAIL_ADDRESS, HTTP_POST, HTTP_REDIRECT, METADATA, SAMLP } from '../names.js'
import { elementsIn } from '../xml/build.js'
import { illegalCharacterIn } from '../xml/characters.js'
import type { XmlElement } from '../xml/document.js'
import { pathOf, allElementsOf } from '../xml/query.js'
import { MAX_DURATION_SECONDS } from '../../core/duration.js'
import type { AssertionConsumerService, SingleSignOnService } from './types.js'

const md = elementsIn('md', METADATA)
const ds = elementsIn('ds', DSIG)

/** Metadata to be written; an `EntityMetadata` is one, too. */
export interface EntityDescription {
  readonly entityID: string
  /** Epoch seconds. */
  readonly validUntil?: number | undefined
  readonly cacheDurationSeconds?: number | undefined
  readonly idp?:
    | {
        /** PEM, or parsed once. */
        readonly certificates: readonly (string | TrustedCertificate)[]
        readonly singleSignOnServices: readonly SingleSignOnService[]
        /** Default: that of e-mail addresses, the only one that Identity Center takes. */
        readonly nameIDFormats?: readonly string[] | undefined
        readonly wantAuthnRequestsSigned?: boolean | undefined
      }
    | undefined
  readonly sp?:
    | {
        /** Default: none. */
        readonly certificates?: readonly (string | TrustedCertificate)[] | undefined
        /** Default: HTTP-POST, numbered from 0, none the default. */
        readonly assertionConsumerServices: readonly (Pick<AssertionConsumerService, 'location'> &
          Partial<AssertionConsumerService>)[]
        readonly nameIDFormats?: readonly string[] | undefined
        readonly authnRequestsSigned?: boolean | undefined
        readonly wantAssertionsSigned?: boolean | undefined
      }
    | undefined
}

/**
 * The element of a description, unjudged. There is no SingleLogoutService to ask for: Identity Center has no single logout
 * (R022, R078), and no key for encryption (R045).
 *
 * @throws FederationError `ERR_INVALID_OPTION`
 */
export function entityElement(entity: EntityDescription, id?: string): XmlElement {
  if (typeof entity !== 'object' || entity === null) misuse('A description of an entity is required.')
  const { entityID, validUntil, cacheDurationSeconds: cache, idp, sp } = entity
  if (typeof entityID !== 'string') misuse('entityID must be a text.')
  if (validUntil !== undefined && !isWhole(validUntil, LAST_INSTANT))
    misuse('validUntil must be whole epoch seconds.')
  if (cache !== undefined && !isWhole(cache, MAX_DURATION_SECONDS))
    misuse('cacheDurationSeconds must be a whole number of seconds, 100 years at the most.')
  const element = md(
    'EntityDescriptor',
    {
      ID: id,
      entityID,
      validUntil: validUntil === undefined ? undefined : formatDateTime(validUntil),
      cacheDuration: cache === undefined ? undefined : `PT${cache}S`,
    },
    idp &&
      md(
        'IDPSSODescriptor',
        {
          protocolSupportEnumeration: SAMLP,
          WantAuthnRequestsSigned: flag(idp.wantAuthnRequestsSigned, 'wantAuthnRequestsSigned'),
        },
        keysOf(idp.certificates),
        formatsOf(idp.nameIDFormats),
        listOf(idp.singleSignOnServices, 'singleSignOnServices').map(({ binding, location }) =>
          md('SingleSignOnService', {
            Binding: known(binding, [HTTP_POST, HTTP_REDIRECT]),
            Location: location,
          }),
        ),
      ),
    sp &&
      md(
        'SPSSODescriptor',
        {
          protocolSupportEnumeration: SAMLP,
          AuthnRequestsSigned: flag(sp.authnRequestsSigned, 'authnRequestsSigned'),
          WantAssertionsSigned: flag(sp.wantAssertionsSigned, 'wantAssertionsSigned'),
        },
        keysOf(sp.certificates),
        formatsOf(sp.nameIDFormats),
        listOf(sp.assertionConsumerServices, 'assertionConsumerServices').map(acsOf),
      ),
  )
  refuseIllegal(element)
  return element
}

function keysOf(certificates: readonly (string | TrustedCertificate)[] = []): readonly XmlElement[] {
  const parsed = Array.isArray(certificates) && certificates.length === 0 ? [] : certificatesOf(certificates)
  return parsed.map(({ pem }) =>
    md(
      'KeyDescriptor',
      { use: 'signing' },
      ds(
        'KeyInfo',
        {},
        ds('X509Data', {}, ds('X509Certificate', {}, pem.replace(/-----[A-Z ]+-----|\n/g, ''))),
      ),
    ),
  )
}

function formatsOf(formats: readonly string[] = [EMAIL_ADDRESS]): readonly XmlElement[] {
  return listOf(formats, 'nameIDFormats').map((format) => {
    if (!/^\S+$/.test(format)) misuse('nameIDFormats must hold URIs.')
    return md('NameIDFormat', {}, format)
  })
}

/** One of a binding that `parseMetadata` would pass over is not written. */
function known(binding: string, bindings: readonly string[]): string {
  return bindings.includes(binding) ? binding : misuse(`binding must be ${bindings.join(' or ')}.`)
}

function acsOf(
  { binding = HTTP_POST, location, index, isDefault }: Partial<AssertionConsumerService>,
  place: number,
): XmlElement {
  return md('AssertionConsumerService', {
    Binding: known(binding, [HTTP_POST]),
    Location: location,
    index: String(index ?? place),
    // Absent it is false, and no other is the default because of it.
    isDefault: flag(isDefault, 'isDefault'),
  })
}

/** Only what is true is written: absent is false, in all of them. */
function flag(value: boolean | undefined, name: string): 'true' | undefined {
  if (value !== undefined && typeof value !== 'boolean') misuse(`${name} must be true or false.`)
  return value === true ? 'true' : undefined
}

function listOf<T>(list: readonly T[], name: string): readonly T[] {
  if (!Array.isArray(list)) misuse(`${name} must be a list.`)
  return list
}

function isWhole(value: number, most: number): boolean {
  return Number.isSafeInteger(value) && value >= 0 && value <= most
}

function refuseIllegal(root: XmlElement): void {
  for (const element of allElementsOf(root)) {
    const texts = [
      ...element.attributes.map(({ value }) => value),
      ...element.children.filter((child) => typeof child === 'string'),
    ]
    if (texts.some((text) => illegalCharacterIn(text) >= 0))
      throw new FederationError(
        'ERR_INVALID_OPTION',
        `A value of ${pathOf(element).slice(1)} has a character that XML cannot hold.`,
      )
  }
}
