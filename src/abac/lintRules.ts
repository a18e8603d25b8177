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
            .filter(({ text }) => /\$\{[^{}]*\}/.test(text))
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

const RESERVED = 'role/aws-reserved/sso.amazonaws.com'

/** Wherever the ARN of a permission set's role may stand. */
function roleTexts({ policy }: LintSubject): readonly PlacedText[] {
  const principals = policy.statements.flatMap(({ principals: element, path }) =>
    (element?.entries ?? []).flatMap((entry) =>
      entry.type === 'aws'
        ? [{ text: entry.principal.arn, path: `${path}.${element?.not ? 'NotPrincipal' : 'Principal'}.AWS` }]
        : [],
    ),
  )
  return [...policy.statements.flatMap(textsOf), ...principals].filter(({ text }) =>
    text.includes(`:${RESERVED}`),
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
  const after = text.slice(text.indexOf(RESERVED) + RESERVED.length)
  if (roleArns === undefined) {
    const bound = after.startsWith('/') && after.split('/').length > 2
    return bound ? [{ ...fault('a role without a Region in its path'), actual: undefined }] : []
  }
  const missed = roleArns.filter(
    (arn) =>
      matchWildcard(lastSegment(text), lastSegment(arn)) &&
      !matchWildcard(afterAccount(text), afterAccount(arn)),
  )
  return missed.slice(0, 1).map((arn) => fault(shown(arn)))
}

function lastSegment(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1)
}

function afterAccount(arn: string): string {
  return arn.slice(Math.max(0, arn.indexOf('role/')))
}
