import { formatDateTime } from '../../core/codec.js'
import type { AsyncSigner, Signer } from '../../core/ports.js'
import { endpointOf } from '../bindings/endpoint.js'
import type { TrustedCertificate } from '../certificate.js'
import { LAST_INSTANT, misuse } from '../expectation.js'
import { checkSigner, keyInfoOf } from '../signer.js'
import { EMAIL_ADDRESS, HTTP_POST, SAML, SAMLP } from '../names.js'
import { elementsIn } from '../xml/build.js'
import { canonicalize } from '../xml/canonicalize.js'
import { illegalCharacterIn } from '../xml/characters.js'
import type { XmlElement } from '../xml/document.js'
import { toBeSigned } from '../xml/sign.js'

const samlp = elementsIn('samlp', SAMLP)
const saml = elementsIn('saml', SAML)

export const COMPARISONS = ['exact', 'minimum', 'maximum', 'better'] as const
export type AuthnContextComparison = (typeof COMPARISONS)[number]

export interface AuthnRequestOptions {
  /** A fresh ID: an XML name, such as `_` and 32 random hexadecimal digits. Keep it: the Response answers it. */
  readonly id: string
  /** Epoch seconds. */
  readonly now: number
  /** The service provider's entityID. */
  readonly issuer: string
  /** The identity provider's sign-in URL, to which the request is sent. */
  readonly destination: string
  /** Where the Response is to be posted. */
  readonly acsURL: string
  /** Default: that of an e-mail address, which Identity Center asks for; null asks for none. */
  readonly nameIDFormat?: string | null | undefined
  /** Whether an identifier may be made for the person. Default: not said. */
  readonly allowCreate?: boolean | undefined
  /** The person shall prove anew who they are. */
  readonly forceAuthn?: boolean | undefined
  /** The person shall see nothing of it. */
  readonly isPassive?: boolean | undefined
  /** How the person shall prove who they are: authentication context classes, best first. */
  readonly requestedAuthnContext?: readonly string[] | undefined
  /** Default `exact`: one of those. */
  readonly comparison?: AuthnContextComparison | undefined
  /** The application's name, for people. */
  readonly providerName?: string | undefined
}

export interface IssueAuthnRequestOptions extends AuthnRequestOptions {
  /** Written into KeyInfo, for receivers that look there: PEM, or parsed once. Default: no KeyInfo. */
  readonly certificate?: string | TrustedCertificate | undefined
}

/**
 * An unsigned AuthnRequest, as XML in its canonical form: of the kind that Identity Center sends as a service provider. For
 * `encodeRedirect`, which signs the query, or `encodePost`. The same options give the same bytes.
 *
 * @throws FederationError `ERR_INVALID_OPTION` for misuse, such as a character that XML cannot hold
 *
 * @example
 * ```ts
 * import { buildAuthnRequest } from 'countersign/saml'
 *
 * const request = buildAuthnRequest({
 *   id: `_${crypto.randomUUID()}`,
 *   now: Math.floor(Date.now() / 1000),
 *   issuer: 'https://app.example.com/saml',
 *   destination: 'https://idp.example.com/sso',
 *   acsURL: 'https://app.example.com/saml/acs',
 * })
 * console.log(request)
 * ```
 */
export function buildAuthnRequest(options: AuthnRequestOptions): string {
  return canonicalize(requestOf(options))
}

/**
 * As {@link buildAuthnRequest}, with an enveloped signature, for `encodePost`. HTTP-Redirect signs the query instead.
 *
 * @throws FederationError `ERR_INVALID_OPTION` for misuse, `ERR_SIGNER_FAILED` when the signer answers no signature
 */
export function issueAuthnRequest(options: IssueAuthnRequestOptions, signer: Signer): string {
  const { bytes, finish } = prepared(options, signer)
  return canonicalize(finish(signer.sign(bytes)))
}

/** As {@link issueAuthnRequest}, with a signer that takes its time, such as a KMS. */
export async function issueAuthnRequestAsync(
  options: IssueAuthnRequestOptions,
  signer: AsyncSigner | Signer,
): Promise<string> {
  const { bytes, finish } = prepared(options, signer)
  return canonicalize(finish(await signer.sign(bytes)))
}

function prepared(options: IssueAuthnRequestOptions, signer: AsyncSigner | Signer) {
  checkSigner(signer)
  return toBeSigned(requestOf(options), signer.alg, keyInfoOf(options.certificate))
}

function requestOf(options: AuthnRequestOptions): XmlElement {
  if (typeof options !== 'object' || options === null) misuse('options are required.')
  const { id, now, issuer, destination, acsURL, requestedAuthnContext, comparison, providerName } = options
  const { nameIDFormat = EMAIL_ADDRESS } = options
  if (typeof id !== 'string' || !/^[A-Za-z_][A-Za-z0-9._-]{0,255}$/.test(id))
    misuse('id must be an XML name.')
  if (!Number.isSafeInteger(now) || now < 0 || now > LAST_INSTANT) misuse('now must be whole epoch seconds.')
  endpointOf(destination, 'destination')
  endpointOf(acsURL, 'acsURL')
  const contexts = contextsOf(requestedAuthnContext, comparison)
  const allowCreate = flag(options.allowCreate, 'allowCreate')
  if (nameIDFormat === null && allowCreate !== undefined) misuse('allowCreate belongs to a nameIDFormat.')
  return samlp(
    'AuthnRequest',
    {
      AssertionConsumerServiceURL: acsURL,
      Destination: destination,
      ForceAuthn: flag(options.forceAuthn, 'forceAuthn'),
      ID: id,
      IsPassive: flag(options.isPassive, 'isPassive'),
      IssueInstant: formatDateTime(now),
      ProtocolBinding: HTTP_POST,
      ProviderName: providerName === undefined ? undefined : text(providerName, 'providerName'),
      Version: '2.0',
    },
    saml('Issuer', {}, text(issuer, 'issuer')),
    nameIDFormat !== null &&
      samlp('NameIDPolicy', { AllowCreate: allowCreate, Format: text(nameIDFormat, 'nameIDFormat') }),
    contexts.length > 0 &&
      samlp(
        'RequestedAuthnContext',
        { Comparison: comparison ?? 'exact' },
        contexts.map((context) => saml('AuthnContextClassRef', {}, context)),
      ),
  )
}

function contextsOf(contexts: unknown, comparison: unknown): readonly string[] {
  if (comparison !== undefined && !(COMPARISONS as readonly unknown[]).includes(comparison))
    misuse(`comparison must be one of ${COMPARISONS.join(', ')}.`)
  if (contexts === undefined) {
    if (comparison !== undefined) misuse('comparison belongs to a requestedAuthnContext.')
    return []
  }
  if (!Array.isArray(contexts) || contexts.length === 0)
    misuse('requestedAuthnContext must be a list of at least one.')
  return contexts.map((context) => text(context, 'requestedAuthnContext'))
}

/** A text that a request can hold: 1,024 characters are the most that SAML gives an entityID. */
function text(value: unknown, name: string): string {
  if (typeof value !== 'string' || value === '' || value.length > 1024)
    misuse(`${name} must be a text of 1 to 1024 characters.`)
  if (illegalCharacterIn(value) >= 0) misuse(`${name} holds a character that XML cannot hold.`)
  return value
}

function flag(value: unknown, name: string): 'true' | 'false' | undefined {
  if (value !== undefined && typeof value !== 'boolean') misuse(`${name} must be true or false.`)
  return value === undefined ? undefined : value ? 'true' : 'false'
}
