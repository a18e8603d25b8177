import { EMAIL_ADDRESS, HTTP_POST, HTTP_REDIRECT, METADATA } from '../../src/saml/names.js'
import { certificateText, vectorKey } from '../support/certificates.js'

/** 2026-11-25T12:00:00Z. */
export const NOW = 1_795_608_000
export const IDP = 'https://idp.example.com/saml'

const rsa = vectorKey('rsa-issuer')
const other = vectorKey('rsa-other')
export const CERTIFICATE = certificateText({ key: rsa })
export const NEXT = certificateText({ key: other, name: 'next.example.com' })
export const EXPIRED = certificateText({ key: rsa, name: 'old.example.com', to: '20261124000000Z' })
export const NOT_YET = certificateText({ key: other, name: 'new.example.com', from: '20270101000000Z' })
export const WEAK = certificateText({ key: vectorKey('rsa-1024') })
export const EC = certificateText({ key: vectorKey('ec-p256') })

export const PROTOCOL = 'urn:oasis:names:tc:SAML:2.0:protocol'
export const XMLNS = `xmlns:md="${METADATA}" xmlns:ds="http://www.w3.org/2000/09/xmldsig#"`

export const keyOf = (certificate: string, use: string | undefined = 'signing'): string =>
  `<md:KeyDescriptor${use === undefined ? '' : ` use="${use}"`}>${infoOf(certificate)}</md:KeyDescriptor>`

export const infoOf = (...certificates: string[]): string =>
  `<ds:KeyInfo><ds:X509Data>${certificates
    .map((text) => `<ds:X509Certificate>${text}</ds:X509Certificate>`)
    .join('')}</ds:X509Data></ds:KeyInfo>`

export const formatOf = (format: string): string => `<md:NameIDFormat>${format}</md:NameIDFormat>`

export const signInOf = (location = 'https://idp.example.com/sso', binding = HTTP_REDIRECT): string =>
  `<md:SingleSignOnService Binding="${binding}" Location="${location}"/>`

export const acsOf = (
  rest = 'index="0"',
  location = 'https://app.example.com/acs',
  binding = HTTP_POST,
): string => `<md:AssertionConsumerService Binding="${binding}" Location="${location}" ${rest}/>`

interface Parts {
  readonly entity: string
  readonly role: string
  readonly keys: string
  readonly formats: string
  readonly endpoints: string
  readonly more: string
}

const idpParts: Parts = {
  entity: `entityID="${IDP}"`,
  role: `protocolSupportEnumeration="${PROTOCOL}"`,
  keys: keyOf(CERTIFICATE),
  formats: formatOf(EMAIL_ADDRESS),
  endpoints: signInOf(),
  more: '',
}

/** An identity provider without a fault, but for the parts that are given. */
export function idp(parts: Partial<Parts> = {}): string {
  const { entity, role, keys, formats, endpoints, more } = { ...idpParts, ...parts }
  return `<md:EntityDescriptor ${XMLNS} ${entity}><md:IDPSSODescriptor ${role}>${keys}${formats}${endpoints}</md:IDPSSODescriptor>${more}</md:EntityDescriptor>`
}

/** A service provider, likewise. */
export function sp(parts: Partial<Parts> = {}): string {
  return idp({ keys: '', endpoints: acsOf(), ...parts }).replaceAll('IDPSSODescriptor', 'SPSSODescriptor')
}

export function group(...entities: string[]): string {
  return `<md:EntitiesDescriptor ${XMLNS}>${entities.join('')}</md:EntitiesDescriptor>`
}

/** As the admin console of Okta shows it. */
export const okta = `<?xml version="1.0" encoding="UTF-8"?><md:EntityDescriptor entityID="http://www.okta.com/exk1fcia8zpMZ7y8q0h8" xmlns:md="${METADATA}"><md:IDPSSODescriptor WantAuthnRequestsSigned="false" protocolSupportEnumeration="${PROTOCOL}"><md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>${CERTIFICATE.replace(/.{64}/g, '$&\n')}
</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor><md:NameIDFormat>urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified</md:NameIDFormat><md:NameIDFormat>${EMAIL_ADDRESS}</md:NameIDFormat><md:SingleSignOnService Binding="${HTTP_POST}" Location="https://example.okta.com/app/amazon_aws_sso/exk1fcia8zpMZ7y8q0h8/sso/saml"/><md:SingleSignOnService Binding="${HTTP_REDIRECT}" Location="https://example.okta.com/app/amazon_aws_sso/exk1fcia8zpMZ7y8q0h8/sso/saml"/></md:IDPSSODescriptor></md:EntityDescriptor>
`

/** As Google's admin console offers it for download: ends with its certificate. */
export const google = `<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<md:EntityDescriptor xmlns:md="${METADATA}" entityID="https://accounts.google.com/o/saml2?idpid=C0example" validUntil="2031-03-05T12:10:28.000Z">
  <md:IDPSSODescriptor WantAuthnRequestsSigned="false" protocolSupportEnumeration="${PROTOCOL}">
    <md:KeyDescriptor use="signing">
      <ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#">
        <ds:X509Data>
          <ds:X509Certificate>${CERTIFICATE}</ds:X509Certificate>
        </ds:X509Data>
      </ds:KeyInfo>
    </md:KeyDescriptor>
    <md:NameIDFormat>${EMAIL_ADDRESS}</md:NameIDFormat>
    <md:SingleSignOnService Binding="${HTTP_REDIRECT}" Location="https://accounts.google.com/o/saml2/idp?idpid=C0example"/>
    <md:SingleSignOnService Binding="${HTTP_POST}" Location="https://accounts.google.com/o/saml2/idp?idpid=C0example"/>
  </md:IDPSSODescriptor>
</md:EntityDescriptor>
`

/** As Keycloak before 13 wrote it: a group of one. */
export const keycloak = `<EntitiesDescriptor xmlns="${METADATA}" xmlns:dsig="http://www.w3.org/2000/09/xmldsig#" Name="urn:keycloak">
  <EntityDescriptor entityID="https://sso.example.com/realms/platform">
    <IDPSSODescriptor WantAuthnRequestsSigned="true" protocolSupportEnumeration="${PROTOCOL}">
      <KeyDescriptor use="signing"><dsig:KeyInfo><dsig:KeyName>HwKcqyKwZ7dE838</dsig:KeyName><dsig:X509Data><dsig:X509Certificate>${CERTIFICATE}</dsig:X509Certificate></dsig:X509Data></dsig:KeyInfo></KeyDescriptor>
      <ArtifactResolutionService Binding="urn:oasis:names:tc:SAML:2.0:bindings:SOAP" Location="https://sso.example.com/realms/platform/protocol/saml/resolve" index="0"/>
      <SingleLogoutService Binding="${HTTP_POST}" Location="https://sso.example.com/realms/platform/protocol/saml"/>
      <NameIDFormat>urn:oasis:names:tc:SAML:2.0:nameid-format:persistent</NameIDFormat>
      <NameIDFormat>urn:oasis:names:tc:SAML:2.0:nameid-format:transient</NameIDFormat>
      <NameIDFormat>urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified</NameIDFormat>
      <NameIDFormat>${EMAIL_ADDRESS}</NameIDFormat>
      <SingleSignOnService Binding="${HTTP_POST}" Location="https://sso.example.com/realms/platform/protocol/saml"/>
      <SingleSignOnService Binding="${HTTP_REDIRECT}" Location="https://sso.example.com/realms/platform/protocol/saml"/>
      <SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:SOAP" Location="https://sso.example.com/realms/platform/protocol/saml"/>
      <SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Artifact" Location="https://sso.example.com/realms/platform/protocol/saml"/>
    </IDPSSODescriptor>
  </EntityDescriptor>
</EntitiesDescriptor>
`

const FED = 'http://docs.oasis-open.org/wsfed/federation/200706'
const roleOf = (type: string, certificates: readonly string[]): string =>
  `<RoleDescriptor xsi:type="fed:${type}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:fed="${FED}" protocolSupportEnumeration="${FED}">${certificates
    .map(
      (text) =>
        `<KeyDescriptor use="signing"><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data><X509Certificate>${text}</X509Certificate></X509Data></KeyInfo></KeyDescriptor>`,
    )
    .join(
      '',
    )}<fed:ClaimTypesOffered><auth:ClaimType Uri="http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name" xmlns:auth="http://docs.oasis-open.org/wsfed/authorization/200706"><auth:DisplayName>Name</auth:DisplayName></auth:ClaimType></fed:ClaimTypesOffered><fed:PassiveRequestorEndpoint><EndpointReference xmlns="http://www.w3.org/2005/08/addressing"><Address>https://login.example.com/wsfed</Address></EndpointReference></fed:PassiveRequestorEndpoint></RoleDescriptor>`

const keysOf = (certificates: readonly string[], use = 'signing'): string =>
  certificates
    .map(
      (text) =>
        `<KeyDescriptor use="${use}"><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data><X509Certificate>${text}</X509Certificate></X509Data></KeyInfo></KeyDescriptor>`,
    )
    .join('')

const TENANT = '11111111-2222-3333-4444-555555555555'
/** As Entra publishes it, but for its signature: WS-Federation beside SAML, several keys, no NameIDFormat. */
export const entra = `<EntityDescriptor ID="_8c1b1f6b-0f1b-4b7a-9f0a-3a4a1c9e2f11" entityID="https://sts.windows.net/${TENANT}/" xmlns="${METADATA}">${roleOf('SecurityTokenServiceType', [CERTIFICATE, NEXT])}${roleOf('ApplicationServiceType', [CERTIFICATE])}<IDPSSODescriptor protocolSupportEnumeration="${PROTOCOL}">${keysOf([CERTIFICATE, NEXT])}<SingleLogoutService Binding="${HTTP_REDIRECT}" Location="https://login.microsoftonline.com/${TENANT}/saml2"/><SingleSignOnService Binding="${HTTP_REDIRECT}" Location="https://login.microsoftonline.com/${TENANT}/saml2"/><SingleSignOnService Binding="${HTTP_POST}" Location="https://login.microsoftonline.com/${TENANT}/saml2"/></IDPSSODescriptor></EntityDescriptor>`

/** As AD FS publishes it, but for its signature: both roles, and keys for encryption. */
export const adfs = `<EntityDescriptor ID="_3f2a" entityID="http://adfs.example.com/adfs/services/trust" xmlns="${METADATA}">${roleOf('ApplicationServiceType', [CERTIFICATE])}<SPSSODescriptor WantAssertionsSigned="true" protocolSupportEnumeration="${PROTOCOL}">${keysOf([NEXT], 'encryption')}${keysOf([CERTIFICATE])}<SingleLogoutService Binding="${HTTP_POST}" Location="https://adfs.example.com/adfs/ls/"/><NameIDFormat>${EMAIL_ADDRESS}</NameIDFormat><AssertionConsumerService Binding="${HTTP_POST}" Location="https://adfs.example.com/adfs/ls/" index="0" isDefault="true"/><AssertionConsumerService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Artifact" Location="https://adfs.example.com/adfs/ls/" index="1"/><AssertionConsumerService Binding="${HTTP_REDIRECT}" Location="https://adfs.example.com/adfs/ls/" index="2"/></SPSSODescriptor><IDPSSODescriptor protocolSupportEnumeration="${PROTOCOL}">${keysOf([NEXT], 'encryption')}${keysOf([CERTIFICATE])}<NameIDFormat>${EMAIL_ADDRESS}</NameIDFormat><NameIDFormat>urn:oasis:names:tc:SAML:2.0:nameid-format:persistent</NameIDFormat><SingleSignOnService Binding="${HTTP_REDIRECT}" Location="https://adfs.example.com/adfs/ls/"/><SingleSignOnService Binding="${HTTP_POST}" Location="https://adfs.example.com/adfs/ls/"/><Attribute Name="http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress" NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:uri" FriendlyName="E-Mail Address" xmlns="urn:oasis:names:tc:SAML:2.0:assertion"/></IDPSSODescriptor></EntityDescriptor>`

/** As Identity Center offers its own for download, in shape: what an identity provider imports (R049). */
export const identityCenter = `<?xml version="1.0" encoding="UTF-8"?><EntityDescriptor xmlns="${METADATA}" entityID="https://us-east-1.signin.aws.amazon.com/platform/saml/d-1234567890"><SPSSODescriptor protocolSupportEnumeration="${PROTOCOL}" WantAssertionsSigned="true"><NameIDFormat>${EMAIL_ADDRESS}</NameIDFormat><AssertionConsumerService Binding="${HTTP_POST}" Location="https://us-east-1.signin.aws.amazon.com/platform/saml/acs/0a1b2c3d-4e5f" index="0" isDefault="true"/></SPSSODescriptor></EntityDescriptor>`
