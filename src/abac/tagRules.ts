import type { CheckResult, Rule } from '../core/rule.js'
import { shown } from '../core/shown.js'
import { foldTagKey, sessionTagFaults, transitiveTagFaults } from '../core/sts/index.js'
import type { AttributeUser, UserFault } from './attributeUser.js'
import { packedSizePercent } from './packedSize.js'
import {
  ASSERTED,
  assertionPath,
  broken,
  ASK_FOR_EXTENSION,
  CONFIGURED,
  configurationPath,
  fixOfAnswer,
  listed,
  lookAlike,
  NONE,
  placed,
  placeOf,
} from './tagFaults.js'
import { isNone, type MergedTags } from './tagMerge.js'

export interface TagsSubject extends MergedTags {
  readonly enabled: boolean
  /** What could not be told of the user; undefined where the directory is not asked. */
  readonly user: AttributeUser | UserFault | undefined
  /** The NameID that must be the userName; undefined where the identity does not say. */
  readonly nameID: string | undefined
  /** The configured keys, as written. */
  readonly configuredKeys: readonly string[]
  readonly transitiveTagKeys: readonly string[]
  readonly provisionedBy: Provisioner
}

/** What provisions the directory by SCIM. */
export const PROVISIONERS = ['entra-id', 'pingfederate', 'pingone', 'other'] as const
export type Provisioner = (typeof PROVISIONERS)[number]

/** Changes arrive from these, but an attribute that is removed, or emptied, there stays in the directory (R130). */
const KEEPING: Readonly<Partial<Record<Provisioner, string>>> = {
  'entra-id': 'Microsoft Entra ID',
  pingfederate: 'PingFederate',
  pingone: 'PingOne',
}

/** From here on STS is likely to refuse one tag more. */
const NEAR_PERCENT = 80
/** More findings of one kind than a person wants to read; `dropped` of the value has them all. */
const MANY = 60

/** The rule of what is only looked at while attributes for access control are on. */
const whenOn =
  (check: (subject: TagsSubject) => CheckResult) =>
  (subject: TagsSubject): CheckResult =>
    subject.enabled ? check(subject) : 'notApplicable'

/** What is asked of the tags of a session, where they come from, and what became of the rest. */
export const tagRules: readonly Rule<TagsSubject>[] = [
  {
    id: 'abac/off',
    severity: 'warning',
    source: 'R116; R117',
    title: 'Nothing is asserted while attributes for access control are off',
    fix: 'Enable attributes for access control in Identity Center, or let the identity provider stop sending them.',
    check: ({ enabled, dropped }) => {
      if (enabled) return 'notApplicable'
      const [first] = dropped
      if (first === undefined) return []
      const actual = `${dropped.length} asserted: ${listed(dropped.map(({ key }) => key))}`
      const message = 'Attributes for access control are off: what is asserted becomes no tag.'
      return [{ reason: 'dropped', path: assertionPath(first.key), actual, message }]
    },
  },
  {
    id: 'abac/user',
    severity: 'error',
    source: 'R119; RFC 7643 4.1; Identity Store API, User',
    title: 'The user whose attributes are configured is a SCIM user or one of Identity Store',
    fix: `Give the user as GET /Users/ID of the SCIM endpoint answers, or "aws identitystore describe-user" with ${ASK_FOR_EXTENSION}.`,
    check: whenOn(({ user }) => {
      if (user === undefined) return 'notApplicable'
      if (typeof user !== 'string') return []
      return [{ reason: user, path: '$', message: 'The user is of no shape that is known.' }]
    }),
  },
  {
    id: 'abac/user-other',
    severity: 'error',
    source: 'R004; R005',
    title: 'The user is the person who signed in: the NameID is the userName, to the letter',
    fix: 'Look the user up by the NameID of this sign-in. Where an app of yours names people otherwise, set checkUser to false.',
    check: whenOn(({ user, nameID }) => {
      if (typeof user !== 'object' || nameID === undefined) return 'notApplicable'
      if (user.userName === nameID) return []
      return [
        {
          reason: 'mismatch',
          path: '$.userName',
          expected: shown(nameID, 300),
          actual: shown(user.userName, 300),
          message: 'The attributes are those of another person.',
        },
      ]
    }),
  },
  {
    id: 'abac/attribute-absent',
    severity: 'warning',
    source: 'R119; R127',
    title: 'The person has a value for every configured attribute',
    fix: 'Fill in the attribute at its source, and have it provisioned by SCIM. Without the tag a condition on it fails.',
    check: whenOn(({ consulted, user }) =>
      consulted.flatMap(({ key, resolution }) => {
        if (resolution.ok || !isNone(resolution.reason)) return []
        const { reason, path } = resolution
        const fix = typeof user === 'object' ? fixOfAnswer(user, path) : undefined
        return [{ reason, path, expected: `a value for ${shown(key)}`, message: NONE[reason], fix }]
      }),
    ),
  },
  {
    id: 'abac/attribute-stale',
    severity: 'warning',
    source: 'R130; R125',
    title: 'What is removed from a person at the identity provider is removed in the directory, too',
    fix: 'Set the attribute to another value instead of removing it, or clear it in Identity Center itself; or have the identity provider assert it at sign-in.',
    check: whenOn(({ provisionedBy, tags }) => {
      const name = KEEPING[provisionedBy]
      if (name === undefined) return 'notApplicable'
      const keys = tags.filter(({ source }) => source === 'directory').map(({ key }) => key)
      const [first] = keys
      if (first === undefined) return []
      const message = `${name} does not clear an attribute in Identity Center that is removed there: a tag may outlive it.`
      return [
        { reason: 'not-cleared', path: configurationPath(first), actual: `tags of ${listed(keys)}`, message },
      ]
    }),
  },
  {
    id: 'abac/attribute-multi-valued',
    severity: 'error',
    source: 'R123',
    title: 'A configured attribute has one value',
    fix: 'Keep one value at the source: attributes for access control take no list.',
    check: whenOn(({ consulted }) => broken(consulted, 'multi-valued', 'The attribute has several values.')),
  },
  {
    id: 'abac/attribute-value',
    severity: 'error',
    source: 'RFC 7643 4.1, 4.3; Identity Store API, User',
    title: 'A configured attribute is a text that stands in one place',
    fix: 'Provision the attribute as a text, where its schema has it.',
    check: whenOn(({ consulted }) => [
      ...broken(consulted, 'type', 'The attribute is no text.'),
      ...broken(consulted, 'ambiguous', 'The attribute stands in two places.'),
    ]),
  },
  {
    id: 'abac/tag-replaced',
    severity: 'warning',
    source: 'C01; R124',
    title: 'A key comes from the directory or from the assertion, not from both',
    fix: 'Remove the key from the configuration, or its attribute from what the identity provider sends.',
    check: whenOn(({ dropped }) =>
      dropped
        .filter(({ reason }) => reason === 'replaced' || reason === 'not-taken')
        .slice(0, MANY)
        .map(({ key, source, reason }) => ({
          reason,
          path: source === 'assertion' ? assertionPath(key) : configurationPath(key),
          message: source === 'assertion' ? ASSERTED[reason as keyof typeof ASSERTED] : CONFIGURED,
        })),
    ),
  },
  {
    id: 'abac/tag-key-case',
    severity: 'warning',
    source: 'R121; STS API Tag',
    title: 'A key that is configured and asserted is spelled in one case',
    fix: 'Spell the key in the identity provider as in the configuration: policies name it in one way.',
    check: whenOn(({ dropped, tags, configuredKeys }) => {
      const spelled = new Map(configuredKeys.map((key) => [foldTagKey(key), key]))
      return [...dropped, ...tags]
        .filter(({ source }) => source === 'assertion')
        .flatMap(({ key }) => {
          const expected = spelled.get(foldTagKey(key))
          if (expected === undefined || expected === key) return []
          const message = 'The key is asserted in another case than it is configured in.'
          return [
            {
              reason: 'case',
              path: assertionPath(key),
              expected: shown(expected),
              actual: shown(key),
              message,
            },
          ]
        })
        .slice(0, MANY)
    }),
  },
  {
    id: 'abac/tag-key-look-alike',
    severity: 'warning',
    source: 'Unicode TS 39; attack S94',
    title: 'A key cannot be mistaken for another: its letters are of one script, and in their plain form',
    fix: 'Type the key anew where it is configured: one that only looks like the key of a policy is another key.',
    check: whenOn(({ tags }) =>
      tags
        .flatMap((tag) => {
          const reason = lookAlike(tag.key)
          if (reason === undefined) return []
          const message = 'The key may look like another and is not the same.'
          return [{ reason, path: placeOf(tag), actual: shown(tag.key), message }]
        })
        .slice(0, MANY),
    ),
  },
  {
    id: 'abac/tag-white-space',
    severity: 'warning',
    source: 'R112; R121',
    title: 'No white space stands around a key or a value',
    fix: 'Remove the white space at the source: it is part of the tag, and policies compare the whole text.',
    check: whenOn(({ tags }) =>
      tags
        .filter(({ key, value }) => /^\p{Z}|\p{Z}$/u.test(key) || /^\p{Z}|\p{Z}$/u.test(value))
        .slice(0, MANY)
        .map((tag) => ({
          reason: 'surrounding',
          path: placeOf(tag),
          message: 'White space stands around the key or the value, and is part of the tag.',
        })),
    ),
  },
  {
    id: 'abac/session-tags',
    severity: 'error',
    source: 'STS API Tag; R123; R011',
    title:
      'Session tags keep the limits of STS: 50 tags, keys of 1 to 128 and values of 0 to 256 letters, digits, separators and _ . : / = + - @, no key twice in any case',
    fix: 'Correct the attribute at its source. STS takes no comma, ampersand or bracket; of a list send one value.',
    check: whenOn(({ tags }) =>
      sessionTagFaults(
        tags.map(({ key, value }) => ({ Key: key, Value: value })),
        'tags',
      ).map((fault) => placed(fault, tags)),
    ),
  },
  {
    id: 'abac/transitive-tag-keys',
    severity: 'error',
    source: 'STS API AssumeRole TransitiveTagKeys',
    title: 'Transitive keys are keys of the tags, at most 50, none twice',
    fix: 'Name only keys that the session has; a person without the attribute has no such tag.',
    check: whenOn(({ transitiveTagKeys, tags }) =>
      transitiveTagKeys.length === 0
        ? 'notApplicable'
        : transitiveTagFaults(
            transitiveTagKeys,
            tags.map(({ key }) => ({ Key: key })),
            [],
            'transitiveTagKeys',
          ),
    ),
  },
  {
    id: 'abac/packed-size',
    severity: 'warning',
    source: 'STS API AssumeRole PackedPolicySize',
    title: 'Packed, the tags fit the space that STS gives them: some 460 bytes, by estimate',
    fix: 'Send fewer tags or shorter values: STS answers PackedPolicyTooLarge beyond 100 percent.',
    check: whenOn(({ tags }) => {
      const percent = packedSizePercent(tags)
      if (percent < NEAR_PERCENT) return []
      const reason = percent > 100 ? 'too-large' : 'near'
      const message = 'The tags take nearly all, or more, of the space that STS gives them.'
      return [
        {
          reason,
          path: 'tags',
          expected: 'at most 100 percent',
          actual: `about ${percent} percent`,
          message,
        },
      ]
    }),
  },
]
