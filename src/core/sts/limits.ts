/** The bounds of one text parameter. Lengths count Unicode scalar values, as AWS service models do. */
export interface TextLimit {
  readonly min: number
  readonly max: number
  /** Matches the whole text; also matches each allowed character by itself. */
  readonly pattern?: RegExp
  /** The allowed characters, for people. */
  readonly characters?: string
}

const NAME = { pattern: /^[A-Za-z0-9_+=,.@-]*$/, characters: 'A-Z a-z 0-9 _ + = , . @ -' }
const TAG_CHARACTERS = 'letters, separators, digits and _ . : / = + - @'

/** The parameters of STS AssumeRole as the service model and its documentation bound them (STS API AssumeRole, Tag). */
export const STS_LIMITS = {
  roleArn: { min: 20, max: 2048 },
  roleSessionName: { min: 2, max: 64, ...NAME },
  durationSeconds: { min: 900, max: 43_200, maxChained: 3600 },
  providedContexts: { min: 1, max: 5 },
  providerArn: { min: 20, max: 2048 },
  contextAssertion: { min: 4, max: 2048 },
  sessionTags: { max: 50 },
  sessionTagKey: {
    min: 1,
    max: 128,
    pattern: /^[\p{L}\p{Z}\p{N}_.:/=+\-@]+$/u,
    characters: TAG_CHARACTERS,
  },
  sessionTagValue: {
    min: 0,
    max: 256,
    pattern: /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u,
    characters: TAG_CHARACTERS,
  },
  transitiveTagKeys: { max: 50 },
  sourceIdentity: { min: 2, max: 64, ...NAME },
  externalID: {
    min: 2,
    max: 1224,
    pattern: /^[A-Za-z0-9_+=,.@:/-]*$/,
    characters: 'A-Z a-z 0-9 _ + = , . @ : / -',
  },
  policy: {
    min: 1,
    max: 2048,
    // The service's own class: it names tab, line feed and carriage return.
    // eslint-disable-next-line no-control-regex
    pattern: /^[\u0009\u000a\u000d\u0020-\u00ff]+$/,
    characters: 'tab, line breaks and U+0020 to U+00FF',
  },
  policyArns: { max: 10 },
  policyArn: { min: 20, max: 2048 },
} as const

/** Quotas of Identity Center that an exchange meets; none can be raised. */
export const LIMITS = {
  /** Trusted token issuers of one instance (R231, R351). */
  trustedTokenIssuers: 10,
  /** Access scopes of one application (R341). */
  accessScopesPerApplication: 25,
  /** Scopes of one request for an access token (R192). */
  scopesPerRequest: 25,
} as const

/** The one context provider whose assertions make a role session identity-enhanced (R285). */
export const IDENTITY_CENTER_CONTEXT_PROVIDER = 'arn:aws:iam::aws:contextProvider/IdentityCenter'
