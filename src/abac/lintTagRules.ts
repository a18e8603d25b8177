import { foldCase } from '../core/codec.js'
import { nearest } from '../core/nearest.js'
import {
  isGuarded,
  operatorOf,
  OPERATORS,
  tagKeyOf,
  unguardedConditions,
  variablesIn,
} from '../core/policy/index.js'
import type { Condition, Statement } from '../core/policy/index.js'
import type { Fault, Rule } from '../core/rule.js'
import { shown } from '../core/shown.js'
import {
  distinct,
  isPrincipalTag,
  isResourceTag,
  principalTagsOf,
  textsOf,
  type LintSubject,
} from './lintFacts.js'
import { ignoringActions, supportOf, tagUseOf } from './lintResourceTags.js'

/** Traps of conditions on tags. */
export const tagRules: readonly Rule<LintSubject>[] = [
  {
    id: 'abac/null-guard',
    severity: 'warning',
    source: 'R290; IAM User Guide, Multivalued context keys',
    title: 'ForAllValues in an Allow is guarded against an absent key',
    fix: 'Add the key to "Null" with "false" in the same Condition.',
    check: ({ policy }) =>
      policy.statements.flatMap(unguardedConditions).map(({ key, path }) => ({
        reason: 'unguarded',
        path,
        actual: shown(key),
        message: 'ForAllValues is true of a request without the key, so the Allow applies to it.',
      })),
  },
  {
    id: 'abac/set-operator',
    severity: 'warning',
    source: 'IAM User Guide, Single-valued vs. multivalued context keys',
    title: 'A tag, which has one value, is compared without ForAllValues and ForAnyValue',
    fix: 'Use the plain operator: each tag key has one value.',
    check: ({ policy }) =>
      conditionsOf(policy.statements)
        .filter(({ quantifier, key }) => quantifier !== undefined && isTag(key))
        .map((condition) => ({
          reason: 'single-valued',
          path: condition.path,
          actual: shown(operatorOf(condition)),
          message: 'The key has one value at most, and what the quantifier makes of it is not what it seems.',
        })),
  },
  {
    id: 'abac/absent-tag',
    severity: 'warning',
    source: 'R128; IAM User Guide, Condition operators',
    title: 'An Allow does not apply to what has no such tag',
    fix: 'Compare with the values that are wanted, or add the key to "Null" with "false".',
    check: ({ policy }) => policy.statements.flatMap(absentTags),
  },
  {
    id: 'abac/variable-default',
    severity: 'warning',
    source: 'IAM User Guide, Variables and tags',
    title: 'A variable in a Deny has a default, or is guarded',
    fix: 'Write ${aws:PrincipalTag/Key, \'none\'} with a value that no tag has, or add the key to "Null" with "false".',
    check: ({ policy }) =>
      policy.statements
        .filter(({ effect }) => effect === 'Deny')
        .flatMap((statement) =>
          textsOf(statement).flatMap(({ text, path }) =>
            variablesIn(text, policy.version)
              .filter(({ key, fallback }) => fallback === undefined && !isGuarded(statement, key))
              .map(({ key }) => ({
                reason: 'no-default',
                path,
                actual: shown(key),
                message: 'Where the key is absent AWS may take the whole Deny for void.',
              })),
          ),
        ),
  },
  {
    id: 'abac/tag-key-spelling',
    severity: 'warning',
    source: 'R121; R356; IAM User Guide, Tagging conventions',
    title: 'Tag keys are spelled in the policy as they are sent, and as resources have them',
    fix: 'Spell the key in the policy exactly as in the attributes for access control, upper and lower case included.',
    check: (subject) => [
      ...misspelt(subject),
      ...conditionsOf(subject.policy.statements).flatMap(unlikeKeys(subject)),
    ],
  },
  {
    id: 'abac/tag-never-sent',
    severity: 'warning',
    source: 'R121; R122; R127',
    title: 'Every tag of the caller that the policy speaks of is sent',
    fix: 'Add the key to the attributes for access control, or have the identity provider assert it.',
    check: (subject) => {
      const { tagKeys } = subject
      if (!tagKeys) return 'notApplicable'
      return distinct(principalTagsOf(subject))
        .filter(({ text }) => !tagKeys.includes(text) && meantKey(text, tagKeys) === undefined)
        .map(({ text, path }) => ({
          reason: 'never-sent',
          path,
          expected: shown(tagKeys.join(', ')),
          actual: shown(text),
          message: 'The tag is not among those that are sent, so the condition never sees it.',
        }))
    },
  },
  {
    id: 'abac/resource-tags',
    severity: 'warning',
    source: 'R127; R128; Service Authorization Reference',
    title: 'Actions under a condition on resource tags see the tags of their resource',
    fix: 'Put actions that see no resource tags, such as those that list, into a statement without the condition.',
    check: ({ policy }) =>
      policy.statements
        .filter(({ conditions }) => conditions.some(({ key }) => isResourceTag(key)))
        .flatMap(tagless),
  },
]

function conditionsOf(statements: readonly Statement[]): readonly Condition[] {
  return statements.flatMap(({ conditions }) => conditions)
}

function isTag(key: string): boolean {
  return isPrincipalTag(key) || isResourceTag(key)
}

function absentTags(statement: Statement): readonly Fault[] {
  if (statement.effect !== 'Allow') return []
  return statement.conditions
    .filter(({ key, quantifier }) => isTag(key) && quantifier === undefined && !isGuarded(statement, key))
    .filter(({ operator, ifExists }) => ifExists || OPERATORS[operator].negated)
    .map(({ ifExists, key, path }) => ({
      reason: ifExists ? 'if-exists' : 'negated',
      path,
      actual: shown(key),
      message:
        'The condition also holds where the tag is absent, so the Allow covers whoever or whatever has none.',
    }))
}

/** The key that was probably meant: the same in another case, or a similar one. */
function meantKey(key: string, tagKeys: readonly string[]): string | undefined {
  return tagKeys.find((sent) => foldCase(sent) === foldCase(key)) ?? nearest(key, tagKeys)
}

function misspelt(subject: LintSubject): readonly Fault[] {
  const { tagKeys = [] } = subject
  return distinct(principalTagsOf(subject)).flatMap(({ text, path }): readonly Fault[] => {
    const meant = tagKeys.includes(text) ? undefined : meantKey(text, tagKeys)
    if (meant === undefined) return []
    return [
      {
        reason: foldCase(meant) === foldCase(text) ? 'case' : 'similar',
        path,
        expected: shown(meant),
        actual: shown(text),
        message: 'The key in the policy is not that of the session tag.',
      },
    ]
  })
}

/** A tag of the resource compared with a tag of the caller whose key is the same but for its case. */
function unlikeKeys({ policy }: LintSubject): (condition: Condition) => readonly Fault[] {
  return ({ key, values, path }) => {
    const own = isResourceTag(key) ? tagKeyOf(key) : undefined
    if (own === undefined) return []
    return values
      .flatMap((text) => variablesIn(text, policy.version))
      .filter((variable) => isPrincipalTag(variable.key))
      .map((variable) => tagKeyOf(variable.key) ?? '')
      .filter((other) => other !== own && foldCase(other) === foldCase(own))
      .map((other) => ({
        reason: 'resource-key-case',
        path,
        expected: shown(other),
        actual: shown(own),
        message: 'The two tag keys differ in case only, and the tag keys of resources are case-sensitive.',
      }))
  }
}

/** What the actions of a statement with a condition on resource tags make of them, as far as it is known. */
function tagless({ actions, path, conditions }: Statement): readonly Fault[] {
  const here = `${path}.${actions.not ? 'NotAction' : 'Action'}`
  if (actions.not) return [{ ...TAGLESS.unknown, reason: 'unknown', path: here }]
  const told = actions.patterns.map((pattern) => {
    const foreign = foreignKey(pattern, conditions)
    return foreign === undefined ? tagUse(pattern) : { reason: 'other-service' as const, pattern }
  })
  const reasons = ['other-service', 'ignored', 'opt-in', 'unknown'] as const
  return reasons.flatMap((reason) => {
    const patterns = told.filter((one) => one.reason === reason).map(({ pattern }) => pattern)
    const [first] = patterns
    if (first === undefined) return []
    const optIn = reason === 'opt-in' ? { fix: supportOf(first)?.optIn } : {}
    return [{ ...TAGLESS[reason], ...optIn, reason, path: here, actual: shown(patterns.join(', ')) }]
  })
}

interface ActionUse {
  readonly reason: keyof typeof TAGLESS | 'fine'
  readonly pattern: string
}

function tagUse(pattern: string): ActionUse {
  if (/[*?]/.test(pattern)) {
    const ignoring = ignoringActions(pattern)
    if (ignoring.length === 0) return { reason: 'unknown', pattern }
    return { reason: 'ignored', pattern: `${pattern} (${ignoring.slice(0, 3).join(', ')})` }
  }
  const use = tagUseOf(pattern)
  return { reason: use === 'honours' ? 'fine' : use === 'ignores' ? 'ignored' : use, pattern }
}

const TAGLESS = {
  'other-service': {
    message: "The condition key is another service's own, and is absent from the requests of this one.",
    fix: 'Use aws:ResourceTag, which every service that has tags knows.',
  },
  ignored: {
    message:
      'These actions, or some of them, see no resource tags, so the key is absent from their requests.',
    fix: 'Put actions that see no resource tags, such as those that list, into a statement without the condition.',
  },
  'opt-in': { message: 'These actions see resource tags only where that was switched on.', fix: undefined },
  unknown: {
    message: 'Whether these actions see resource tags is not known here.',
    fix: 'Look them up in the Service Authorization Reference: their resource types have aws:ResourceTag, or not.',
  },
} as const

/** A condition key of another service's own, such as `ec2:ResourceTag` on an action of S3. */
function foreignKey(pattern: string, conditions: readonly Condition[]): string | undefined {
  const service = pattern.toLowerCase().split(':')[0] ?? ''
  return conditions
    .map(({ key }) => key)
    .filter(isResourceTag)
    .find((key) => !['aws', service].includes(key.toLowerCase().split(':')[0] ?? '') && service !== '*')
}
