/** What programs of AWS read to sign a person in: the sign-in that several profiles share. */
export interface SSOSession {
  /** Of `[sso-session NAME]`; absent where the profile itself has the members, as profiles did before there were sessions. */
  readonly name?: string
  /** The URL of the access portal, or the issuer URL of the instance (R197). */
  readonly startURL: string
  /** The Region of the instance. */
  readonly region: string
  /** Default `sso:account:access`. */
  readonly registrationScopes: readonly string[]
}

/** One role in one account, by a sign-in. */
export interface SSOProfile {
  /** Of `[profile NAME]`; `default` is that of `[default]`. */
  readonly name: string
  readonly accountId: string
  readonly roleName: string
  /** Where calls go, unless they say otherwise. */
  readonly region?: string
  readonly session: SSOSession
}
