import { isWellFormed } from '../../core/codec.js'
import type { Finding } from '../../core/outcome.js'
import { findingsOf, runRules, type Rule } from '../../core/rule.js'
import { misuse } from '../expectation.js'

/** What SAML allows; what is longer travels all the same, and receivers differ. */
export const MAX_RELAY_STATE_BYTES = 80

interface RelayStateSubject {
  readonly relayState: string
  readonly binding: 'redirect' | 'post'
}

/** Warnings only: whose RelayState it is, they get it back unmodified (R075). */
export const relayStateRules: readonly Rule<RelayStateSubject>[] = [
  {
    id: 'saml/relay-state-length',
    severity: 'warning',
    source: 'SAML Bindings 3.4.3, 3.5.3; R075; attack S97',
    title: 'RelayState is 80 bytes of UTF-8 at the most',
    fix: 'Send a short random key, and keep what it stands for on the server.',
    check: ({ relayState }) => {
      const bytes = Buffer.byteLength(relayState)
      if (bytes <= MAX_RELAY_STATE_BYTES) return []
      return [
        {
          reason: 'too-long',
          path: 'RelayState',
          expected: `at most ${MAX_RELAY_STATE_BYTES} bytes`,
          actual: `${bytes} bytes`,
          message: 'SAML allows less; it is passed on as it is, and some receivers cut or refuse it.',
        },
      ]
    },
  },
  {
    id: 'saml/relay-state-form',
    severity: 'warning',
    source: 'HTML 4.10.22.5; R075',
    title: 'RelayState is one that an HTML form sends as it is',
    fix: 'Leave line breaks and NUL out of the RelayState, or encode it, as base64url for example.',
    check: ({ relayState, binding }) => {
      if (binding !== 'post') return 'notApplicable'
      const faults = []
      if (/\r(?!\n)|(?<!\r)\n/.test(relayState))
        faults.push({
          reason: 'line-break',
          path: 'RelayState',
          message: 'Browsers send every line break of a form as CR LF, whatever it was.',
        })
      if (relayState.includes('\0'))
        faults.push({
          reason: 'null',
          path: 'RelayState',
          message: 'No HTML page can hold the character NUL: U+FFFD comes in its place.',
        })
      return faults
    },
  },
]

/**
 * What may become of a RelayState on its way, as warnings: longer than SAML's 80 bytes, or changed by the browser that
 * posts it. `encodePost` says the same of its own.
 *
 * @throws FederationError `ERR_INVALID_OPTION` for what has no UTF-8 form
 *
 * @example
 * ```ts
 * import { checkRelayState } from 'countersign/saml'
 *
 * for (const { rule, message } of checkRelayState('/reports?year=2026', 'redirect')) console.warn(rule, message)
 * ```
 */
export function checkRelayState(relayState: string, binding: 'redirect' | 'post'): readonly Finding[] {
  return findingsOf(runRules(relayStateRules, { relayState: textOf(relayState), binding }))
}

function textOf(relayState: unknown): string {
  if (typeof relayState !== 'string' || !isWellFormed(relayState))
    misuse('relayState must be a text without halves of surrogate pairs.')
  return relayState
}

/** The RelayState that a caller gives, if it is one that can be sent. */
export function relayStateOf(relayState: unknown): string | undefined {
  return relayState === undefined ? undefined : textOf(relayState)
}
