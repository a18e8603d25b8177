/** Where a Response goes, and in whose name it is opened there. */
export interface ServiceProvider {
  readonly entityID: string
  readonly acsURL: string
}

interface CommonLogin {
  /** The person, as the receiver knows them. Written to the letter. */
  readonly nameID: string
  /** The id of the request that is answered; absent for a sign-in that began at the identity provider. */
  readonly inResponseTo?: string | undefined
  /** Default: the assertion's ID. */
  readonly sessionIndex?: string | undefined
  /** When the person proved who they are, in epoch seconds. Default: now. */
  readonly authnInstant?: number | undefined
  /** How. Default `urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport`. */
  readonly authnContextClassRef?: string | undefined
  /** How long the assertion can be presented. Default 300. */
  readonly lifetimeSeconds?: number | undefined
}

/** An attribute as SAML carries it. */
export interface LoginAttribute {
  readonly name: string
  /** A URN, such as `urn:oasis:names:tc:SAML:2.0:attrname-format:uri`. Default: that of `basic`. */
  readonly nameFormat?: string | undefined
  readonly values: readonly string[]
}

/** A sign-in to Identity Center: the NameID is the userName, formed like an e-mail address (R001-R004). */
export interface IdentityCenterLogin extends CommonLogin {
  readonly to: 'identity-center'
  readonly sp: ServiceProvider
  /** Session tags by tag key (R110). */
  readonly accessControl?: Readonly<Record<string, string>> | undefined
  /** Whether the receiver has attributes for access control enabled, and so takes 50 single-valued attributes. Default `on`. */
  readonly abac?: 'on' | 'off' | undefined
  /** The session at the portal ends so long after `authnInstant`, or when Identity Center ends it, if that is earlier (R020). */
  readonly sessionDurationSeconds?: number | undefined
  readonly attributes?: readonly LoginAttribute[] | undefined
}

/** A sign-in to an AWS account, for AssumeRoleWithSAML (R105, R107). */
export interface AccountLogin extends CommonLogin {
  readonly to: 'account'
  /** Default: `https://signin.aws.amazon.com/saml` with the audience `urn:amazon:webservices`. */
  readonly sp?: ServiceProvider | undefined
  readonly nameIDFormat?: string | undefined
  readonly roles: readonly { readonly roleArn: string; readonly providerArn: string }[]
  readonly roleSessionName: string
  /** 900 to 43,200: how long the role session lasts. */
  readonly sessionDurationSeconds?: number | undefined
  readonly sourceIdentity?: string | undefined
  readonly principalTags?: Readonly<Record<string, string>> | undefined
  readonly transitiveTagKeys?: readonly string[] | undefined
}

/** A sign-in to a customer managed SAML application (R074-R083): see `applicationLogin`. */
export interface ApplicationLogin extends CommonLogin {
  readonly to: 'application'
  readonly sp: ServiceProvider
  readonly nameIDFormat?: string | undefined
  readonly attributes?: readonly LoginAttribute[] | undefined
  /** The session at the application ends so long after `authnInstant` (R076). */
  readonly sessionDurationSeconds?: number | undefined
}

export type Login = IdentityCenterLogin | AccountLogin | ApplicationLogin
