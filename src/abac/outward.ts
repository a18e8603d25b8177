import { FederationError } from '../core/outcome.js'
import { findingOf } from '../core/rule.js'
import { memberOf, sessionTagFaults, TAG_ATTRIBUTES, transitiveTagFaults } from '../core/sts/index.js'
import { misuse, reading } from './misuse.js'
import type { SessionTags } from './sessionTags.js'
import { tagRules } from './tagRules.js'

/** What goes into tags on their way out: {@link SessionTags}, or tags and transitive keys of one's own. */
export type OutgoingTags = Pick<SessionTags, 'transitiveTagKeys'> & {
  readonly tags: readonly { readonly key: string; readonly value: string }[]
}

/** The tags of a sign-in to an AWS account, as `issueResponse` takes them, and the attributes that come of it. */
export interface SamlSessionTags {
  /** `login.principalTags`: tag key to value, without a prototype. */
  readonly principalTags: Readonly<Record<string, string>>
  /** `login.transitiveTagKeys`. */
  readonly transitiveTagKeys: readonly string[]
  /** The same as SAML attributes: `PrincipalTag:{Key}` with one value each, and `TransitiveTagKeys` with one per key. */
  readonly attributes: readonly { readonly name: string; readonly values: readonly string[] }[]
}

/**
 * Session tags for AssumeRoleWithSAML: Identity Center, and any identity provider of one's own, hands them to the account
 * as `PrincipalTag` attributes of the assertion.
 *
 * @throws FederationError `ERR_INVALID_OPTION` for tags beyond the limits of STS, which {@link sessionTags} gives none of
 *
 * @example
 * ```ts
 * import { toAssumeRoleWithSAML, type SessionTags } from 'countersign/abac'
 * import type { AccountLogin } from 'countersign/saml'
 *
 * declare const tags: SessionTags
 * const { principalTags, transitiveTagKeys } = toAssumeRoleWithSAML(tags)
 * const login: AccountLogin = {
 *   to: 'account',
 *   nameID: 'ada',
 *   roleSessionName: 'ada',
 *   roles: [
 *     {
 *       roleArn: 'arn:aws:iam::111122223333:role/Developer',
 *       providerArn: 'arn:aws:iam::111122223333:saml-provider/Example',
 *     },
 *   ],
 *   principalTags,
 *   transitiveTagKeys,
 * }
 * ```
 */
export function toAssumeRoleWithSAML(tags: OutgoingTags): SamlSessionTags {
  const { pairs, transitive } = judged(tags)
  const principalTags = Object.create(null) as Record<string, string>
  for (const { Key, Value } of pairs) principalTags[Key] = Value
  return {
    principalTags,
    transitiveTagKeys: transitive,
    attributes: [
      ...pairs.map(({ Key, Value }) => ({ name: `${TAG_ATTRIBUTES.principalTag}${Key}`, values: [Value] })),
      ...(transitive.length === 0 ? [] : [{ name: TAG_ATTRIBUTES.transitiveTagKeys, values: transitive }]),
    ],
  }
}

/** Members of the input of AssumeRole, mutable because the type of the AWS SDK wants them so. */
export interface AssumeRoleTags {
  Tags: { Key: string; Value: string }[]
  /** Absent where no key is handed on. */
  TransitiveTagKeys?: string[]
}

/**
 * Session tags for AssumeRole, to be spread into the input of the AWS SDK's `AssumeRoleCommand`.
 *
 * @throws FederationError `ERR_INVALID_OPTION` for tags beyond the limits of STS
 */
export function toAssumeRole(tags: OutgoingTags): AssumeRoleTags {
  const { pairs, transitive } = judged(tags)
  return { Tags: pairs, ...(transitive.length === 0 ? {} : { TransitiveTagKeys: transitive }) }
}

/**
 * The same as parameters of the STS query protocol, such as `['Tags.member.1.Key', 'CostCenter']`: for
 * `new URLSearchParams(...)`.
 *
 * @throws FederationError `ERR_INVALID_OPTION` for tags beyond the limits of STS
 */
export function toAssumeRoleQuery(tags: OutgoingTags): [name: string, value: string][] {
  const { Tags, TransitiveTagKeys = [] } = toAssumeRole(tags)
  return [
    ...Tags.flatMap(({ Key, Value }, index): [string, string][] => [
      [`Tags.member.${index + 1}.Key`, Key],
      [`Tags.member.${index + 1}.Value`, Value],
    ]),
    ...TransitiveTagKeys.map((key, index): [string, string] => [
      `TransitiveTagKeys.member.${index + 1}`,
      key,
    ]),
  ]
}

/**
 * Session tags as the condition keys of a request, such as `aws:PrincipalTag/CostCenter`: for the context of `decide`.
 *
 * @throws FederationError `ERR_INVALID_OPTION` for tags beyond the limits of STS
 */
export function principalTagContext(tags: OutgoingTags): Readonly<Record<string, string>> {
  return Object.fromEntries(judged(tags).pairs.map(({ Key, Value }) => [`aws:PrincipalTag/${Key}`, Value]))
}

function judged(tags: OutgoingTags): {
  readonly pairs: { Key: string; Value: string }[]
  readonly transitive: string[]
} {
  const { pairs, transitive } = reading(() => read(tags))
  const of = (id: string) => (fault: Parameters<typeof findingOf>[1]) => {
    const rule = tagRules.find((row) => row.id === id)
    return rule === undefined ? [] : [findingOf(rule, fault)]
  }
  const findings = [
    ...sessionTagFaults(pairs, 'tags').flatMap(of('abac/session-tags')),
    ...transitiveTagFaults(transitive, pairs, [], 'transitiveTagKeys').flatMap(
      of('abac/transitive-tag-keys'),
    ),
  ]
  if (findings.length === 0)
    return { pairs: pairs as { Key: string; Value: string }[], transitive: transitive as string[] }
  throw new FederationError('ERR_INVALID_OPTION', 'The tags are not within the limits of STS.', { findings })
}

/** A copy in wire spelling; lists are only looked at as far as one past their limit. */
function read(tags: unknown): {
  readonly pairs: readonly unknown[]
  readonly transitive: readonly unknown[]
} {
  const list = memberOf(tags, 'tags')
  const keys = memberOf(tags, 'transitiveTagKeys')
  if (!Array.isArray(list) || (keys !== undefined && !Array.isArray(keys)))
    misuse('tags is what sessionTags gives: { tags, transitiveTagKeys }.')
  return {
    pairs: firstOf(list).map((tag) => ({ Key: memberOf(tag, 'key'), Value: memberOf(tag, 'value') })),
    transitive: keys === undefined ? [] : firstOf(keys),
  }
}

function firstOf(list: readonly unknown[]): readonly unknown[] {
  return Array.from({ length: Math.min(list.length, 51) }, (_, index) => list[index])
}
