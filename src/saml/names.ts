import { TAG_ATTRIBUTES } from '../core/sts/index.js'

/** The names that SAML 2.0, XML Signature and AWS give to things. */

export const SAMLP = 'urn:oasis:names:tc:SAML:2.0:protocol'
export const SAML = 'urn:oasis:names:tc:SAML:2.0:assertion'
export const METADATA = 'urn:oasis:names:tc:SAML:2.0:metadata'
export const DSIG = 'http://www.w3.org/2000/09/xmldsig#'
export const XSI = 'http://www.w3.org/2001/XMLSchema-instance'
export const XS = 'http://www.w3.org/2001/XMLSchema'

export const STATUS_SUCCESS = 'urn:oasis:names:tc:SAML:2.0:status:Success'
export const BEARER = 'urn:oasis:names:tc:SAML:2.0:cm:bearer'
export const ENTITY_FORMAT = 'urn:oasis:names:tc:SAML:2.0:nameid-format:entity'
/** The one NameID format that Identity Center takes (R001). */
export const EMAIL_ADDRESS = 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress'
/** As a troubleshooting page of the guide prints it, without the `s` of `names` (R002, C06). Never accepted. */
export const EMAIL_ADDRESS_TYPO = 'urn:oasis:name:tc:SAML:1.1:nameid-format:emailAddress'
/** What SAML Core 8.2 defines for an attribute's name. */
export const ATTRNAME_FORMATS: readonly string[] = ['unspecified', 'uri', 'basic'].map(
  (name) => `urn:oasis:names:tc:SAML:2.0:attrname-format:${name}`,
)

export const HTTP_POST = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST'
export const HTTP_REDIRECT = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect'

const AWS_ATTRIBUTES = 'https://aws.amazon.com/SAML/Attributes/'
/** Before the tag key in the name of an attribute for access control (R110). */
export const ACCESS_CONTROL = TAG_ATTRIBUTES.accessControl
/** The attributes of a sign-in to an AWS account. */
export const AWS = {
  role: `${AWS_ATTRIBUTES}Role`,
  roleSessionName: `${AWS_ATTRIBUTES}RoleSessionName`,
  sessionDuration: `${AWS_ATTRIBUTES}SessionDuration`,
  sourceIdentity: `${AWS_ATTRIBUTES}SourceIdentity`,
  principalTag: TAG_ATTRIBUTES.principalTag,
  transitiveTagKeys: TAG_ATTRIBUTES.transitiveTagKeys,
} as const

/** Audience and ACS URL of IAM's own SAML federation: another door than Identity Center's (R010). */
export const IAM_AUDIENCE = 'urn:amazon:webservices'
export const IAM_ACS = 'https://signin.aws.amazon.com/saml'
/** Also the regional form, and the one for encrypted assertions. */
export const IAM_ACS_FORM = /^https:\/\/(?:[a-z0-9-]{1,32}\.)?signin\.aws\.amazon\.com\/saml(?:$|[/?#])/

/** An ID of SAML: an XML name of ASCII, of a length that nobody needs more of. */
export const ID_FORM = /^[A-Za-z_][A-Za-z0-9._-]{0,255}$/
