import { findingsOf, runRules } from '../../core/rule.js'
import { parseMetadata, type EntityMetadata } from '../../saml/index.js'
import { HTTP_POST, HTTP_REDIRECT } from '../../saml/names.js'
import type { Refusal } from '../refusal.js'
import type { Certificates, SamlIdentityProvider, SamlServiceProviderOptions } from './options.js'
import { providerRules, type ProviderSubject } from './rules.js'

/** The identity provider as it is at one request. */
export interface KnownProvider {
  readonly entityID: string
  readonly certificates: Certificates
  readonly ssoURL: string
  readonly ssoBinding: 'redirect' | 'post'
}

/** Finds out what the identity provider is now. Functions of the app are asked each time. */
export function providerOf(
  options: Pick<SamlServiceProviderOptions, 'idp' | 'signer' | 'profile'>,
): (now: number) => Promise<KnownProvider | Refusal> {
  const { idp, signer } = options
  return async (now) => {
    try {
      if ('ssoURL' in idp) {
        const { entityID, certificates, ssoURL, ssoBinding = 'redirect' } = idp
        const trusted = typeof certificates === 'function' ? await certificates() : certificates
        return { entityID, certificates: trusted, ssoURL, ssoBinding }
      }
      const { metadata } = idp
      return readProvider(typeof metadata === 'function' ? await metadata() : metadata, now, idp, signer)
    } catch (cause) {
      return { ...unknown('unavailable', 503), cause }
    }
  }
}

type ByMetadata = Extract<SamlIdentityProvider, { readonly metadata: unknown }>

function readProvider(
  xml: string,
  now: number,
  { entityID, metadataCertificates: certificates }: ByMetadata,
  signer: SamlServiceProviderOptions['signer'],
): KnownProvider | Refusal {
  const verdict = parseMetadata(xml, { now, entityID, certificates, profile: 'service-provider' })
  if (!verdict.ok) {
    const { status, findings } = unknown('metadata')
    return { status, findings: [...findings, ...verdict.findings] }
  }
  const entity: EntityMetadata = verdict.value
  if (entity.idp === undefined) return unknown('no-provider')
  if (entity.idp.wantAuthnRequestsSigned && signer === undefined) return unknown('wants-signed')
  const { singleSignOnServices, certificates: trusted } = entity.idp
  const service =
    singleSignOnServices.find(({ binding }) => binding === HTTP_REDIRECT) ??
    singleSignOnServices.find(({ binding }) => binding === HTTP_POST)
  if (service === undefined) return unknown('no-endpoint')
  return {
    entityID: entity.entityID,
    certificates: trusted,
    ssoURL: service.location,
    ssoBinding: service.binding === HTTP_REDIRECT ? 'redirect' : 'post',
  }
}

function unknown(provider: ProviderSubject['provider'], status: 500 | 503 = 500): Refusal {
  return { status, findings: findingsOf(runRules(providerRules, { provider })) }
}
