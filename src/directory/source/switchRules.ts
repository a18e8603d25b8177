import type { CheckResult, Rule } from '../../core/rule.js'
import { shown } from '../../core/shown.js'
import type { IdentitySource, SourceState } from './state.js'

export interface SwitchSubject {
  readonly state: SourceState
  readonly to: IdentitySource
}

const rule = (
  row: Omit<Rule<SwitchSubject>, 'severity' | 'check'>,
  check: (subject: SwitchSubject) => CheckResult,
): Rule<SwitchSubject> => ({ severity: 'error', ...row, check })

/** What is asked before an identity source is changed. */
export const switchRules: readonly Rule<SwitchSubject>[] = [
  rule(
    {
      id: 'source/instance',
      source: 'R036; guide, "Change your identity source"',
      title: 'The identity source is changed in an organization instance',
      fix: 'Change it in the management account of the organization.',
    },
    ({ state }) =>
      state.instanceType === 'organization'
        ? []
        : [
            {
              reason: 'account-instance',
              path: 'instanceType',
              message: 'An account instance keeps its source.',
            },
          ],
  ),
  rule(
    {
      id: 'source/other',
      source: 'R032',
      title: 'A change of the identity source leads to another source',
      fix: 'Name the other identity provider or directory. URLs and certificates of the present one are changed where they stand.',
    },
    ({ state, to }) =>
      isSameSource(state.source, to)
        ? [
            {
              reason: 'same',
              path: 'to',
              actual: shown(sourceName(to)),
              message: 'This is the identity source already.',
            },
          ]
        : [],
  ),
]

export const confirmationRule: Rule<{ readonly confirmation: unknown }> = {
  id: 'source/confirmation',
  severity: 'error',
  source: 'R054',
  title: 'A change of the identity source is confirmed by the word ACCEPT',
  fix: 'Read what is lost, then type ACCEPT in capitals.',
  check: ({ confirmation }) =>
    confirmation === 'ACCEPT'
      ? []
      : [
          {
            reason: confirmation === undefined ? 'missing' : 'other-word',
            path: 'confirmation',
            expected: 'ACCEPT',
            message: 'The change is not confirmed.',
          },
        ],
}

/** Of a list that a configuration may have: one source, no more and no fewer. */
export const singleSourceRule: Rule<{ readonly sources: readonly unknown[] }> = {
  id: 'source/single',
  severity: 'error',
  source: 'R032; R352',
  title: 'An instance has exactly one identity source',
  fix: 'Name the one that is to count. A second one is never added: it replaces the first.',
  check: ({ sources }) =>
    sources.length === 1
      ? []
      : [
          {
            reason: sources.length === 0 ? 'none' : 'several',
            path: 'sources',
            expected: '1',
            actual: String(sources.length),
            message: 'There is not exactly one identity source.',
          },
        ],
}

export function isSameSource(one: IdentitySource, other: IdentitySource): boolean {
  return one.type === other.type && sourceName(one) === sourceName(other)
}

export function sourceName(source: IdentitySource): string {
  switch (source.type) {
    case 'identity-center':
      return 'the Identity Center directory'
    case 'external':
      return source.entityID
    case 'active-directory':
      return source.directoryId
  }
}
