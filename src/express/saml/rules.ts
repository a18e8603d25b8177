import type { Rule } from '../../core/rule.js'

export interface UnsolicitedSubject {
  /** The Response names a request that it answers. */
  readonly answers: boolean
  readonly idpInitiated: boolean
}

export const unsolicitedRules: readonly Rule<UnsolicitedSubject>[] = [
  {
    id: 'express/unsolicited',
    severity: 'error',
    source: 'SAML Profiles 4.1.5; RFC 6819 4.4.1.8',
    title: 'A Response answers a request of this app, unless sign-ins may begin at the identity provider',
    fix: 'Begin the sign-in at this app. Where it must begin at the identity provider, set idpInitiated, and accept that a link can then sign a person in as somebody else.',
    check: ({ answers, idpInitiated }) =>
      answers || idpInitiated
        ? []
        : [
            {
              reason: 'unsolicited',
              path: '/Response/@InResponseTo',
              message: 'The Response answers no request.',
            },
          ],
  },
]

export interface ProviderSubject {
  readonly provider: 'known' | keyof typeof MESSAGES
}

const MESSAGES = {
  unavailable: 'The function that gives its certificates or metadata failed.',
  metadata: 'Its metadata is refused.',
  'no-provider': 'Its metadata describes no identity provider.',
  'no-endpoint': 'Its metadata names no sign-in URL for HTTP-Redirect or HTTP-POST.',
  'wants-signed': 'It wants signed requests, and there is no signer.',
} as const

export const providerRules: readonly Rule<ProviderSubject>[] = [
  {
    id: 'express/identity-provider',
    severity: 'error',
    source: 'SAML Metadata 2.4.3; R043; R045',
    title: "The identity provider's certificates and sign-in URL are known",
    fix: 'See the other findings, and the cause that onRefused is told; fetch the metadata anew; give a signer where requests must be signed.',
    check: ({ provider }) =>
      provider === 'known' ? [] : [{ reason: provider, path: 'idp', message: MESSAGES[provider] }],
  },
]
