import type { AsyncSigner, ReplayStore, Signer, StateStore } from '../../core/ports.js'
import {
  buildAuthnRequest,
  buildMetadata,
  encodeRedirect,
  type ResponseExpectation,
  type TrustedCertificate,
} from '../../saml/index.js'
import { certificatesOf, strictnessOf } from '../../saml/expectation.js'
import { HOUSE, type House } from '../house.js'
import { pendingLogins, type PendingLogins } from '../pendingLogins.js'
import { returnPathsOf, type ReturnPaths } from '../returnPath.js'
import type { AppSessions } from '../sessions.js'
import { appPath, appURL, misuse } from '../target.js'

export type Certificates = readonly (string | TrustedCertificate)[]

/** The identity provider, by its parts or by its metadata. Functions are asked at every request. */
export type SamlIdentityProvider =
  | {
      readonly entityID: string
      /** PEM, or parsed once: all are trusted. A function serves where they rotate. */
      readonly certificates: Certificates | (() => Certificates | Promise<Certificates>)
      /** Where a person is sent to sign in. */
      readonly ssoURL: string
      /** Default `redirect`. */
      readonly ssoBinding?: 'redirect' | 'post' | undefined
    }
  | {
      /** XML. A function may fetch it, and should remember it. */
      readonly metadata: string | (() => string | Promise<string>)
      /** Which entity is meant, where the metadata holds several. */
      readonly entityID?: string | undefined
      /** By which the metadata must be signed. Default: it is trusted as it is given. */
      readonly metadataCertificates?: Certificates | undefined
    }

export interface SamlServiceProviderOptions extends Pick<
  ResponseExpectation,
  'clockSkewSeconds' | 'abac' | 'allowSHA1' | 'allowExpiredCertificates' | 'maxAssertionLifetimeSeconds'
> {
  readonly sessions: AppSessions
  readonly idp: SamlIdentityProvider
  /** This app, as the identity provider knows it. The path of `acsURL` is served here; it is of the origin of the sessions. */
  readonly sp: { readonly entityID: string; readonly acsURL: string }
  /** Where the ids of requests are remembered. Default: where the sessions are. */
  readonly state?: StateStore | undefined
  /** What remembers assertions: one that all hosts of the app share. */
  readonly replay: ReplayStore
  /** A GET to it begins a sign-in; `?returnTo=` says where it leads. */
  readonly loginPath: string
  /** A GET to it answers the metadata of this app. Default: nowhere. */
  readonly metadataPath?: string | undefined
  /** Signs requests: the query by HTTP-Redirect, the message by HTTP-POST. Default: they are not signed. */
  readonly signer?: Signer | AsyncSigner | undefined
  /** The signer's certificate, for the metadata. */
  readonly certificate?: string | TrustedCertificate | undefined
  /**
   * Where a sign-in may lead: `/billing` is that path, `/reports/*` everything below `/reports/`. Default `/*`: any path of
   * this app.
   */
  readonly allowedReturnPaths?: readonly string[] | undefined
  /** Where a sign-in leads of which nothing else is said. Default `/`. */
  readonly defaultReturnPath?: string | undefined
  /** Whether a sign-in may begin at the identity provider. Default false: anybody can make such a link. */
  readonly idpInitiated?: boolean | undefined
  /** What a Response is held against. Default `service-provider`: SAML's own profile. */
  readonly profile?: ResponseExpectation['profile']
  /** What the requests ask for. Default: nothing with `service-provider`, an e-mail address with `identity-center`. */
  readonly nameIDFormat?: string | null | undefined
  /** The person shall prove anew who they are. */
  readonly forceAuthn?: boolean | undefined
}

export interface SamlSettings {
  readonly options: SamlServiceProviderOptions
  readonly sessions: AppSessions
  readonly house: House
  readonly logins: PendingLogins
  readonly returnPaths: ReturnPaths
  readonly defaultReturnPath: string
  readonly profile: NonNullable<ResponseExpectation['profile']>
  readonly acsPath: string
  /** Undefined where none is served. */
  readonly metadata: { readonly path: string; readonly xml: string } | undefined
}

/** @throws FederationError `ERR_INVALID_OPTION` */
export function samlSettings(options: SamlServiceProviderOptions): SamlSettings {
  if (typeof options !== 'object' || options === null) misuse('Options are required.')
  const { sessions, idp, sp, replay, profile = 'service-provider', idpInitiated } = options
  const house = (sessions as Partial<AppSessions> | undefined)?.[HOUSE]
  if (house === undefined) misuse('sessions must be what appSessions answers.')
  if (typeof replay?.claim !== 'function') misuse('replay must be a ReplayStore.')
  const { state = house.state } = options
  if (typeof state?.get !== 'function' || typeof state.put !== 'function')
    misuse('state must be a StateStore.')
  if (typeof idp !== 'object' || idp === null) misuse('idp is required.')
  if (typeof sp?.entityID !== 'string' || sp.entityID === '') misuse('sp.entityID is required.')
  strictnessOf({ ...options, profile })
  if (idpInitiated !== undefined && typeof idpInitiated !== 'boolean')
    misuse('idpInitiated must be true or false.')
  const acsURL = appURL(sp.acsURL, 'sp.acsURL')
  if (acsURL.origin !== house.url.origin || acsURL.search !== '')
    misuse('sp.acsURL must be a path of the origin of the sessions, without a query.')
  checkRequests(options)
  const acsPath = appPath(acsURL.pathname, 'The path of sp.acsURL')
  const loginPath = appPath(options.loginPath, 'loginPath')
  const metadata = metadataOf(options)
  const paths = [acsPath, loginPath, ...(metadata ? [metadata.path] : [])]
  if (new Set(paths).size !== paths.length)
    misuse('loginPath, metadataPath and the path of acsURL must differ.')
  const parties = 'entityID' in idp && idp.entityID !== undefined ? [idp.entityID] : []
  return {
    options,
    sessions,
    house,
    logins: pendingLogins({
      house,
      state,
      realm: ['saml', sp.entityID, acsURL.href, ...parties],
    }),
    returnPaths: returnPathsOf(options.allowedReturnPaths),
    defaultReturnPath: appPath(options.defaultReturnPath ?? '/', 'defaultReturnPath'),
    profile,
    acsPath,
    metadata,
  }
}

/** What every request says is said once now, so that misuse shows when the app starts. */
function checkRequests({ idp, sp, nameIDFormat }: SamlServiceProviderOptions): void {
  const destination = 'ssoURL' in idp ? idp.ssoURL : 'https://idp.invalid/'
  if ('ssoURL' in idp) {
    const { entityID, ssoBinding = 'redirect', certificates } = idp
    if (typeof entityID !== 'string' || entityID === '') misuse('idp.entityID is required.')
    if (ssoBinding !== 'redirect' && ssoBinding !== 'post') misuse('idp.ssoBinding must be redirect or post.')
    if (typeof certificates !== 'function' && !(Array.isArray(certificates) && certificates.length > 0))
      misuse('idp.certificates must hold at least one certificate.')
    if (typeof certificates !== 'function') certificatesOf(certificates)
  } else if (typeof idp.metadata !== 'string' && typeof idp.metadata !== 'function')
    misuse('idp needs certificates and ssoURL, or metadata.')
  else if (idp.metadataCertificates !== undefined) certificatesOf(idp.metadataCertificates)
  const message = buildAuthnRequest({
    id: '_check',
    now: 0,
    issuer: sp.entityID,
    destination,
    acsURL: sp.acsURL,
    nameIDFormat,
  })
  encodeRedirect({ message, destination })
}

function metadataOf(options: SamlServiceProviderOptions): SamlSettings['metadata'] {
  const { metadataPath, sp, signer, certificate, nameIDFormat } = options
  if (metadataPath === undefined) return undefined
  const xml = buildMetadata({
    entityID: sp.entityID,
    sp: {
      assertionConsumerServices: [{ location: sp.acsURL, isDefault: true }],
      authnRequestsSigned: signer !== undefined,
      wantAssertionsSigned: true,
      ...(certificate === undefined ? {} : { certificates: [certificate] }),
      ...(typeof nameIDFormat === 'string' ? { nameIDFormats: [nameIDFormat] } : {}),
    },
  })
  return { path: appPath(metadataPath, 'metadataPath'), xml }
}
