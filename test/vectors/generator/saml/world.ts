import type { Members } from '../world.js'
import { NOW } from '../world.js'

export { NOW }

export const IDP = 'https://idp.example.com/saml'
export const SP = 'https://us-east-1.signin.aws.amazon.com/platform/saml/d-1234567890'
export const ACS =
  'https://us-east-1.signin.aws.amazon.com/platform/saml/acs/0a1b2c3d-1111-2222-3333-444455556666'
export const REQUEST = '_request-1'
export const PERSON = 'ada@example.com'
/** Whom an attacker wants to be. */
export const ADMIN = 'admin@example.com'

export const SAMLP = 'urn:oasis:names:tc:SAML:2.0:protocol'
export const SAML = 'urn:oasis:names:tc:SAML:2.0:assertion'
export const DSIG = 'http://www.w3.org/2000/09/xmldsig#'
export const XSI = 'http://www.w3.org/2001/XMLSchema-instance'
export const XS = 'http://www.w3.org/2001/XMLSchema'
export const EXC_C14N = 'http://www.w3.org/2001/10/xml-exc-c14n#'
export const ENVELOPED = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature'
export const EMAIL = 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress'
export const BEARER = 'urn:oasis:names:tc:SAML:2.0:cm:bearer'
export const SUCCESS = 'urn:oasis:names:tc:SAML:2.0:status:Success'
export const URI_NAME = 'urn:oasis:names:tc:SAML:2.0:attrname-format:uri'
export const PASSWORD = 'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport'
export const ACCESS_CONTROL = 'https://aws.amazon.com/SAML/Attributes/AccessControl:'

/** An instant as SAML writes it, so many seconds from the vectors' own. */
export function at(seconds: number): string {
  return new Date((NOW + seconds) * 1000).toISOString().replace('.000Z', 'Z')
}

/** What every Response is held against that does not say otherwise, but for the certificates. */
export const expectation: Members = {
  sp: { entityID: SP, acsURL: ACS },
  inResponseTo: REQUEST,
}
