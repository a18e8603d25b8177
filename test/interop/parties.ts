import { readFileSync } from 'node:fs'
import { samlSigner } from '../../src/flows/index.js'
import type { ServiceProvider, Signer } from '../../src/saml/index.js'

/** One block of a PEM file, without the words that stand before it: not every peer skips them. */
function pem(name: string): string {
  const text = readFileSync(new URL(`./keys/${name}.pem`, import.meta.url), 'utf8')
  return text.slice(text.indexOf('-----BEGIN'))
}

/** An identity provider's key and certificate. Both are published: they prove nothing. */
export interface KeyPair {
  readonly privateKey: string
  readonly certificate: string
}

const keyPair = (name: string): KeyPair => ({
  privateKey: pem(`${name}.key`),
  certificate: pem(`${name}.crt`),
})

export const IDP_ENTITY_ID = 'https://idp.example.com/saml?tenant=a&b'
/** The key of the identity provider that every peer trusts, ... */
export const trusted = keyPair('idp')
/** ... and one that nobody does. */
export const stranger = keyPair('other')

/** The base64 of a certificate, as metadata and KeyInfo have it. */
export const bare = ({ certificate }: KeyPair): string => certificate.replace(/-----[A-Z ]+-----|\s/g, '')

const signers = new Map<string, Signer>()

/** Keys are parsed once: that takes as long as a signature. */
export function signerOf(pair: KeyPair, alg: Signer['alg']): Signer {
  const name = `${alg} ${pair.certificate}`
  const signer = signers.get(name) ?? samlSigner(pair.privateKey, alg)
  signers.set(name, signer)
  return signer
}

const xml = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')

/** SAML metadata of the identity provider, for peers that are configured by it. */
export const idpMetadata = (): string =>
  `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${xml(IDP_ENTITY_ID)}">` +
  '<md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">' +
  '<md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data>' +
  `<ds:X509Certificate>${bare(trusted)}</ds:X509Certificate>` +
  '</ds:X509Data></ds:KeyInfo></md:KeyDescriptor>' +
  '<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.example.com/sso"/>' +
  '</md:IDPSSODescriptor></md:EntityDescriptor>'

/** SAML metadata of a service provider. */
export const spMetadata = ({ entityID, acsURL }: ServiceProvider): string =>
  `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${xml(entityID)}">` +
  '<md:SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">' +
  '<md:AssertionConsumerService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" ' +
  `Location="${xml(acsURL)}" index="0" isDefault="true"/>` +
  '</md:SPSSODescriptor></md:EntityDescriptor>'

/** What peers hold our Responses against is this machine's clock, so they are issued by it. */
export const now = (): number => Math.floor(Date.now() / 1000)
