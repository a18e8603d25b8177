import type { Rule } from '../core/rule.js'
import { shown } from '../core/shown.js'

export interface BodySubject {
  readonly contentType: string | undefined
  readonly contentEncoding: string | undefined
  /** `skipped`: of another kind than is read. `broken-off`: the client went away. */
  readonly body: 'read' | 'too-large' | 'empty' | 'not-form' | 'skipped' | 'broken-off'
  readonly maxBytes: number
}

/** What a posted form must be before anything of it is looked at. */
export const bodyRules: readonly Rule<BodySubject>[] = [
  {
    id: 'express/body-type',
    severity: 'error',
    source: 'SAML Bindings 3.5.4; HTML 4.10.21.7',
    title: 'The body is a form of application/x-www-form-urlencoded, not compressed',
    fix: 'Post a plain HTML form.',
    check: ({ contentType, contentEncoding, body }) => {
      if (!isForm(contentType))
        return [
          {
            reason: 'media-type',
            path: 'Content-Type',
            expected: FORM,
            actual: shown(contentType, 80),
            message: 'The body is said to be of another kind.',
          },
        ]
      if (contentEncoding !== undefined && contentEncoding.toLowerCase() !== 'identity')
        return [{ reason: 'encoded', path: 'Content-Encoding', message: 'The body is compressed.' }]
      return body === 'not-form'
        ? [{ reason: 'parsed', message: 'A parser before has made of the body what is no form.' }]
        : []
    },
  },
  {
    id: 'express/body-size',
    severity: 'error',
    source: 'DESIGN: bounded sizes',
    title: 'The body is there, and is no larger than it needs to be',
    fix: 'Send less. Where another parser reads the bodies of this app, mount it behind, or let it leave forms alone.',
    check: ({ body, maxBytes }) => {
      if (body === 'skipped') return 'notApplicable'
      const expected = `at most ${maxBytes} bytes`
      if (body === 'too-large')
        return [{ reason: 'too-large', expected, message: 'The body is too large to be read.' }]
      if (body === 'empty') return [{ reason: 'empty', message: 'There is no body, or none is left.' }]
      return body === 'broken-off' ? [{ reason: 'broken-off', message: 'The body broke off.' }] : []
    },
  },
]

const FORM = 'application/x-www-form-urlencoded'

/** Whether a Content-Type says form; a charset, if any, says UTF-8, which a form's bytes are in any case. */
export function isForm(contentType: string | undefined): boolean {
  const [type = '', ...parameters] = (contentType ?? '').toLowerCase().split(';')
  return type.trim() === FORM && parameters.every((parameter) => /^\s*charset="?utf-8"?\s*$/.test(parameter))
}
