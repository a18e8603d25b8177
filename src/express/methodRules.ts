import type { Rule } from '../core/rule.js'
import { shown } from '../core/shown.js'

export interface MethodSubject {
  readonly method: string
  readonly expected: 'GET' | 'POST'
}

export const methodRules: readonly Rule<MethodSubject>[] = [
  {
    id: 'express/method',
    severity: 'error',
    source: 'RFC 9110 9.1; SAML Bindings 3.5',
    title: 'An address of a sign-in is used by its method',
    fix: 'Open the sign-in with a link; let the identity provider send its answer by the binding that the metadata names.',
    check: ({ method, expected }) =>
      method === expected
        ? []
        : [
            {
              reason: 'other',
              path: 'method',
              expected,
              actual: shown(method, 20),
              message: 'It is used otherwise.',
            },
          ],
  },
]
