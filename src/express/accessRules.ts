import type { Rule } from '../core/rule.js'
import { shown } from '../core/shown.js'

export interface AccessSubject {
  readonly who: 'signed-in' | 'nobody' | keyof typeof MESSAGES
}

const MESSAGES = {
  'no-sessions': 'No sessions have looked at this request.',
  'other-app':
    'The sessions that looked last are those of an app within this one, which let the request through.',
} as const

export const identityRules: readonly Rule<AccessSubject>[] = [
  {
    id: 'express/identity',
    severity: 'error',
    source: 'OWASP ASVS V8.2; DESIGN: fail closed',
    title: 'Somebody is signed in',
    fix: 'Sign in. Where sessions are missing, mount appSessions before what requires an identity; where an app within has sessions of its own, mount it behind, or this app’s sessions again behind it.',
    check: ({ who }) => {
      if (who === 'signed-in') return []
      return who === 'nobody'
        ? [{ reason: 'absent', message: 'Nobody is signed in.' }]
        : [{ reason: who, message: MESSAGES[who] }]
    },
  },
]

export interface TagSubject {
  readonly key: string
  readonly values: readonly string[]
  /** What the person has under that key. */
  readonly held: string | undefined
}

export const tagRules: readonly Rule<TagSubject>[] = [
  {
    id: 'express/tag',
    severity: 'error',
    source: 'R110; R119',
    title: 'Who is signed in has the session tag that is required',
    fix: 'Give the person the attribute, in the directory or at the identity provider, under this very key and with one of the values, to the letter.',
    check: ({ key, values, held }) => {
      const path = `tags.${key}`
      const expected =
        values.length === 0
          ? 'any value'
          : values
              .slice(0, 10)
              .map((value) => shown(value, 60))
              .join(' or ')
      if (held === undefined) return [{ reason: 'missing', path, expected, message: 'The tag is missing.' }]
      return values.length === 0 || values.includes(held)
        ? []
        : [
            {
              reason: 'mismatch',
              path,
              expected,
              actual: shown(held, 60),
              message: 'The tag has another value.',
            },
          ]
    },
  },
]
