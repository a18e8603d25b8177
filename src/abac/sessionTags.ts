import type { Identity } from '../core/identity.js'
import type { Verdict } from '../core/outcome.js'
import { failingRules, runRules, verdictOf, type RuleOutcome } from '../core/rule.js'
import { TAG_ATTRIBUTES } from '../core/sts/index.js'
import { readAttributeUser } from './attributeUser.js'
import type { AttributeConfiguration, DescribedAttributeConfiguration } from './configuration.js'
import { readConfiguration, type ConfigurationReading } from './configurationReading.js'
import { configurationRules } from './configurationRules.js'
import { misuse, optionsOf, reading } from './misuse.js'
import { packedSizePercent } from './packedSize.js'
import { TAG_CLAIM } from './tagClaims.js'
import {
  droppedAssertion,
  mergeTags,
  type AssertedTag,
  type DroppedTag,
  type MergedTags,
  type Precedence,
  type SessionTag,
} from './tagMerge.js'
import { PROVISIONERS, tagRules, type Provisioner, type TagsSubject } from './tagRules.js'

/** The tags of a session, within every limit of STS, and what was dropped on the way. Deeply frozen. */
export interface SessionTags {
  /** At most 50: those of the configuration in its order, then those that are only asserted. */
  readonly tags: readonly SessionTag[]
  /** Keys of `tags` that roles assumed further on inherit. */
  readonly transitiveTagKeys: readonly string[]
  readonly dropped: readonly DroppedTag[]
  /** How much of the space for packed tags they take: an estimate, in percent. */
  readonly packedSizePercent: number
}

export interface SessionTagsOptions {
  /** Who wins where a key is both configured and asserted (C01). Default `directory`. */
  readonly precedence?: Precedence | undefined
  /** Keys that are handed on when roles are chained; each must be among the tags. Identity Center itself hands on none. */
  readonly transitiveTagKeys?: readonly string[] | undefined
  /**
   * Whether the NameID of a SAML sign-in must be the user's userName. Default true for a NameID as Identity Center takes
   * it; one with another format names people otherwise and is not compared.
   */
  readonly checkUser?: boolean | undefined
  /** What provisions the directory: of some it is known that they leave stale attributes, which is warned of (R130). Default `other`. */
  readonly provisionedBy?: Provisioner | undefined
}

/** Every rule's word on the tags, for a report; the verdict is that of {@link sessionTags}. */
export interface SessionTagsInspection {
  readonly verdict: Verdict<SessionTags>
  readonly rules: readonly RuleOutcome[]
  /** The tags as they would be, whether or not the rules let them through: for people, never for a session. */
  readonly claimed: MergedTags
}

/**
 * The session tags of a person, as Identity Center makes them of the attributes in its directory and of those that the
 * identity provider asserts (R110-R128). A key that is configured takes the directory's value, even where there is none; a
 * key that is only asserted passes; with `'off'` there are no tags at all, whatever is asserted. Every tag is within the
 * limits of STS, and what was dropped is told, both as findings and in the value.
 *
 * @param identity who signed in, from `validateResponse` or an ID token; undefined for someone of Identity Center's own
 * directory, of whom nothing is asserted
 * @param user the person in the directory: a SCIM user, or one as Identity Store's ListUsers and DescribeUser (with
 * `Extensions`) answer; undefined only where nothing is configured. The `User` of this package keeps userName, displayName
 * and emails alone.
 * @param configuration as sso-admin takes it, or describes it, or `'off'`
 * @throws FederationError `ERR_INVALID_OPTION` for misuse; never for what user and configuration hold
 *
 * @example
 * ```ts
 * import type { SamlIdentity } from 'countersign'
 * import { sessionTags, toAssumeRole } from 'countersign/abac'
 *
 * declare const identity: SamlIdentity // from validateResponse
 * declare const user: unknown // GET /Users/ID of the SCIM endpoint
 * const verdict = sessionTags(identity, user, {
 *   AccessControlAttributes: [{ Key: 'CostCenter', Value: { Source: ['${path:enterprise.costCenter}'] } }],
 * })
 * if (verdict.ok) console.log(toAssumeRole(verdict.value).Tags) // for AssumeRoleCommand
 * else console.log(verdict.findings)
 * ```
 */
export function sessionTags(
  identity: Identity | undefined,
  user: unknown,
  configuration: AttributeConfiguration | DescribedAttributeConfiguration | 'off',
  options?: SessionTagsOptions,
): Verdict<SessionTags> {
  return judge(identity, user, configuration, options, failingRules).verdict
}

/** As {@link sessionTags}, with the outcome of every rule. */
export function inspectSessionTags(
  identity: Identity | undefined,
  user: unknown,
  configuration: AttributeConfiguration | DescribedAttributeConfiguration | 'off',
  options?: SessionTagsOptions,
): SessionTagsInspection {
  return judge(identity, user, configuration, options, runRules)
}

function judge(
  identity: Identity | undefined,
  user: unknown,
  configuration: unknown,
  options: SessionTagsOptions | undefined,
  run: typeof runRules,
): SessionTagsInspection {
  const { subject, configured } = reading(() => subjectOf(identity, user, configuration, options))
  const rules = [...(configured ? run(configurationRules, configured) : []), ...run(tagRules, subject)]
  const { tags, dropped, consulted } = subject
  return {
    verdict: verdictOf(rules, () => valueOf(subject)),
    rules,
    claimed: { tags, dropped, consulted },
  }
}

function subjectOf(
  identity: Identity | undefined,
  user: unknown,
  configuration: unknown,
  options: SessionTagsOptions | undefined,
): { readonly subject: TagsSubject; readonly configured?: ConfigurationReading } {
  const { precedence, transitiveTagKeys, checkUser, provisionedBy } = settingsOf(options)
  const asserted = assertedBy(identity)
  const off = {
    enabled: false,
    user: undefined,
    nameID: undefined,
    configuredKeys: [],
    transitiveTagKeys: [],
    provisionedBy,
    tags: [],
    dropped: asserted.map((tag) => droppedAssertion(tag, 'off')),
    consulted: [],
  }
  if (configuration === 'off') return { subject: off }
  const configured = readConfiguration(configuration)
  const { attributes } = configured
  // Where no attribute is taken from the directory, nobody needs to be found there.
  const person = user === undefined && attributes.length === 0 ? undefined : readAttributeUser(user)
  const known = typeof person === 'object' ? person : undefined
  const subject: TagsSubject = {
    enabled: true,
    user: person,
    nameID: checkUser ? nameOf(identity) : undefined,
    configuredKeys: attributes.flatMap(({ key }) => (typeof key === 'string' ? [key] : [])),
    transitiveTagKeys,
    provisionedBy,
    ...mergeTags({ configured: attributes, user: known, asserted, precedence }),
  }
  return { subject, configured }
}

function settingsOf(options: SessionTagsOptions | undefined): {
  readonly precedence: Precedence
  readonly transitiveTagKeys: readonly string[]
  readonly checkUser: boolean
  readonly provisionedBy: Provisioner
} {
  const {
    precedence = 'directory',
    transitiveTagKeys = [],
    checkUser = true,
    provisionedBy = 'other',
  } = optionsOf(options)
  if (precedence !== 'directory' && precedence !== 'assertion')
    misuse('precedence is directory or assertion.')
  if (typeof checkUser !== 'boolean') misuse('checkUser is true or false.')
  if (!PROVISIONERS.includes(provisionedBy)) misuse(`provisionedBy is one of ${PROVISIONERS.join(', ')}.`)
  if (!Array.isArray(transitiveTagKeys) || transitiveTagKeys.length > 1_000)
    misuse('transitiveTagKeys is a list of tag keys.')
  const keys = Array.from(transitiveTagKeys as readonly unknown[])
  if (!keys.every((key): key is string => typeof key === 'string'))
    misuse('transitiveTagKeys is a list of tag keys.')
  return { precedence, transitiveTagKeys: keys, checkUser, provisionedBy }
}

/** An identity is made by this package: one that is none is the caller's mistake. */
function assertedBy(identity: unknown): readonly AssertedTag[] {
  if (identity === undefined) return []
  if (typeof identity !== 'object' || identity === null) misuse('identity is who signed in, or undefined.')
  const { protocol, accessControl } = identity as Partial<Identity>
  if (protocol !== 'saml' && protocol !== 'oidc') misuse('identity.protocol is saml or oidc.')
  if (typeof accessControl !== 'object' || accessControl === null || Array.isArray(accessControl))
    misuse('identity.accessControl is an object of texts.')
  const entries = Object.entries(accessControl)
  if (!entries.every(([, value]) => typeof value === 'string'))
    misuse('identity.accessControl is an object of texts.')
  const prefix = protocol === 'saml' ? TAG_ATTRIBUTES.accessControl : TAG_CLAIM
  return entries.map(([key, value]) => ({ key, value, from: `${prefix}${key}` }))
}

function nameOf(identity: Identity | undefined): string | undefined {
  return identity?.protocol === 'saml' && identity.nameIDFormat === undefined ? identity.nameID : undefined
}

function valueOf({ tags, dropped, transitiveTagKeys }: TagsSubject): SessionTags {
  return Object.freeze({
    tags: Object.freeze(tags.map((tag) => Object.freeze({ ...tag }))),
    transitiveTagKeys: Object.freeze([...transitiveTagKeys]),
    dropped: Object.freeze(dropped.map((one) => Object.freeze({ ...one }))),
    packedSizePercent: packedSizePercent(tags),
  })
}
