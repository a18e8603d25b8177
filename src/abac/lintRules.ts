import { contextKey, matchWildcard } from '../core/policy/index.js'
import type { Fault, Rule } from '../core/rule.js'
import { shown } from '../core/shown.js'
import { textsOf, type LintSubject, type PlacedText } from './lintFacts.js'
import { tagRules } from './lintTagRules.js'

/** The traps that policies for attribute-based access control fall into; none of them makes a policy invalid. */
export const lintRules: readonly Rule<LintSubject>[] = [
  ...tagRules,
  {
    id: 'abac/variable-version',
    severity: 'warning',
    source: 'IAM User Guide, Variables and tags; Version',
    title: 'A policy with variables says Version 2012-10-17',
    fix: 'Set Version to "2012-10-17".',
    check: ({ policy }) =>
      policy.version === '2012-10-17'
        ? []
        : policy.statements
            .flatMap(textsOf)
            .filter(({ text }) => hasVariable(text))
            .map(({ text, path }) => ({
              reason: 'literal',
              path,
              actual: shown(text),
              message: 'Without this version "${...}" is text like any other, and nothing is filled in.',
            })),
  },
  {
    id: 'abac/role-region',
    severity: 'warning',
    source: 'R094; R363; C07',
    title: 'A pattern for the role of a permission set covers the path with and without a Region',
    fix: 'Write role/aws-reserved/sso.amazonaws.com*/AWSReservedSSO_NAME_*: the first star stands for the Region, or nothing.',
    check: (subject) => roleTexts(subject).flatMap((text) => otherShape(text, subject.roleArns)),
  },
  {
    id: 'abac/role-suffix',
    severity: 'warning',
    source: 'R095; R363; R364',
    title: 'The role of a permission set is named without its suffix',
    fix: 'End the pattern with AWSReservedSSO_NAME_* in a condition on aws:PrincipalArn.',
    check: (subject) =>
      roleTexts(subject)
        .filter(({ text }) => /_[0-9A-Fa-f]{16}$/.test(text))
        .map(({ text, path }) => ({
          reason: 'suffix',
          path,
          actual: shown(text),
          message: 'The suffix is another once the last assignment was removed and made anew.',
        })),
  },
  {
    id: 'abac/user-id',
    severity: 'warning',
    source: 'R358; R360',
    title: 'A person is told by identitystore:UserId, not by the name of a session',
    fix: 'Compare identitystore:UserId with the user id of the identity store.',
    check: ({ policy }) =>
      policy.statements
        .flatMap(({ conditions }) => conditions)
        .filter(
          ({ key, values }) => contextKey(key) === 'aws:userid' && values.some((text) => /:.*@/.test(text)),
        )
        .map(({ path }) => ({
          reason: 'mutable-name',
          path,
          message: 'The name of the session changes with the user name or e-mail address of the person.',
        })),
  },
]

/** Whether a text has a variable, as Version 2012-10-17 would read it: a default may hold braces. */
function hasVariable(text: string): boolean {
  const start = text.indexOf('${')
  return start >= 0 && text.includes('}', start)
}

const RESERVED = 'role/aws-reserved/sso.amazonaws.com'
const NAME = 'AWSReservedSSO_'

/** Wherever the ARN of a permission set's role may stand. */
function roleTexts({ policy }: LintSubject): readonly PlacedText[] {
  const principals = policy.statements.flatMap(({ principals: element, path }) =>
    (element?.entries ?? []).flatMap((entry) =>
      entry.type === 'aws'
        ? [{ text: entry.principal.arn, path: `${path}.${element?.not ? 'NotPrincipal' : 'Principal'}.AWS` }]
        : [],
    ),
  )
  return [...policy.statements.flatMap(textsOf), ...principals].filter(
    ({ text }) => text.includes(`:${RESERVED}`) || text.includes(NAME),
  )
}

/** Roles of the same permission set whose path has the other shape. */
function otherShape({ text, path }: PlacedText, roleArns: readonly string[] | undefined): readonly Fault[] {
  const message = 'The Region stands in the path of some roles of permission sets and not of others.'
  const fault = (actual: string): Fault => ({
    reason: 'region-bound',
    path,
    expected: shown(text),
    actual,
    message,
  })
  // What a variable is filled with is not known: any one name stands for it.
  const pattern = text.replace(/\$\{[^{}]*\}/g, 'x')
  const [region, name] = placesOf(pattern)
  if (roleArns === undefined) {
    const bare = `${ROLE}${sample(name)}`
    const bound = covers(pattern, `${ROLE}${sample(region)}/${sample(name)}`) && !covers(pattern, bare)
    return bound ? [{ ...fault('a role without a Region in its path'), actual: undefined }] : []
  }
  const missed = roleArns.filter((arn) => matchWildcard(name, placesOf(arn)[1]) && !covers(pattern, arn))
  return missed.slice(0, 1).map((arn) => fault(shown(arn)))
}

const ROLE = `arn:aws:iam::111122223333:${RESERVED}/`

/** What stands where the Region may, and the name of the role. */
function placesOf(arn: string): readonly [region: string, name: string] {
  const slash = arn.lastIndexOf('/') + 1
  const named = arn.indexOf(NAME, slash)
  const end = named < 0 ? slash : named
  const before = arn.slice(0, end).replace(/\/$/, '')
  return [before.slice(before.lastIndexOf('/') + 1), arn.slice(end)]
}

/** A text that a pattern covers. */
function sample(pattern: string): string {
  return pattern.replace(/[*?]/g, 'x')
}

/** Whether a pattern covers a role, whatever the partition and the account. */
function covers(pattern: string, arn: string): boolean {
  const parts = pattern.split(':')
  if (parts[0] !== 'arn' || parts.length < 6) return matchWildcard(pattern, arn)
  return matchWildcard(afterAccount(pattern), afterAccount(arn))
}

function afterAccount(arn: string): string {
  return arn.split(':').slice(5).join(':')
}
