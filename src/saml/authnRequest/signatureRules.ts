import type { Fault } from '../../core/rule.js'
import { shown } from '../../core/shown.js'
import { difference } from '../differ.js'
import { issuerFormatFaults } from '../response/partyRules.js'
import { sha1Faults, sha1Row, weakKeyFaults, weakKeyRow } from '../strength.js'
import { pathOf } from '../xml/query.js'
import { certificatesIn, mustSign } from './expectation.js'
import { requestRule as rule, type RequestRule, type RequestSubject } from './subject.js'

/** Who says to be asking: whose keys count is decided by it. */
export const requestIssuerRules: readonly RequestRule[] = [
  rule({
    id: 'saml/request-issuer',
    source: 'SAML Profiles 4.1.4.1; attacks S48, S85',
    title: 'The issuer of a request is the entityID of a registered application, to the letter',
    fix: "Register the application with the entityID (audience) that its own metadata states, or correct the application's.",
    check: issuerFaults,
  }),
]

/** Whether a request is signed, and where it may be: what verifying came to is told by the rules of Responses. */
export const requestSignatureRules: readonly RequestRule[] = [
  rule({
    id: 'saml/request-signature-missing',
    source: 'SAML Profiles 4.1.3.3; SAML Bindings 3.4.4.1; attacks S14, S50',
    title: 'The request of an application that signs is signed',
    fix: 'Turn on signing of requests in the application, or have its registration not require it.',
    check: ({ signatures, strays, sp, detached }) => {
      if (detached === 'half')
        return [
          { reason: 'half', path: 'Signature', message: 'The query has one of SigAlg and Signature alone.' },
        ]
      if (!sp) return 'cantTell'
      return signatures.length > 0 || strays.length > 0 || !mustSign(sp)
        ? []
        : [{ reason: 'missing', path: '/AuthnRequest', message: 'The request is not signed.' }]
    },
  }),
  rule({
    id: 'saml/request-signature-unknown-key',
    source: 'SAML Core 3.2.1; attack S14',
    title: 'Of an application that signs its requests a certificate is registered',
    fix: "Register the application's signing certificate, or turn off signing of requests in the application: a signature that nobody can verify is refused.",
    check: ({ signatures, sp }) => {
      if (!sp) return 'cantTell'
      return signatures.length > 0 && certificatesIn(sp).length === 0
        ? [
            {
              reason: 'no-certificate',
              message: 'The request is signed, and no certificate is registered to verify it.',
            },
          ]
        : []
    },
  }),
  rule({
    id: 'saml/request-signature-placement',
    source: 'SAML Core 5.4; SAML Bindings 3.4.4.1; attacks S01, S06, S12, S15',
    title:
      'A signature is a child of the request, the only one; by HTTP-Redirect there is none in the message',
    fix: 'Put the one signature directly into the AuthnRequest; by HTTP-Redirect sign the query instead.',
    check: ({ strays, enveloped, byRedirect }) => {
      const faults: Fault[] = strays.slice(0, 20).map((stray) => ({
        reason: 'misplaced',
        path: pathOf(stray),
        message: 'No signature may stand here.',
      }))
      if (enveloped && byRedirect)
        faults.push({
          reason: 'redirect',
          path: '/AuthnRequest/Signature',
          message: 'A message by HTTP-Redirect holds no signature of its own.',
        })
      return faults
    },
  }),
]

/** How good the signature is that verified. */
export const requestStrengthRules: readonly RequestRule[] = [
  {
    ...weakKeyRow,
    check: ({ verifiedBy }) =>
      verifiedBy ? weakKeyFaults(verifiedBy.keyType, verifiedBy.keyBits) : 'notApplicable',
  },
  { ...sha1Row, check: ({ usesSHA1 }) => sha1Faults(usesSHA1) },
]

function issuerFaults({ request, settings, sp }: RequestSubject): readonly Fault[] {
  const path = '/AuthnRequest/Issuer'
  const [first, second] = request.issuers
  if (!first) return [{ reason: 'missing', path, message: 'The request does not say who asks.' }]
  if (second) return [{ reason: 'several', path, message: 'There are several issuers.' }]
  const wrong = issuerFormatFaults(path, first)
  if (wrong.length > 0) return wrong
  const { value } = first
  if (sp && value === sp.entityID) return []
  const reasons = settings.sps.map(({ entityID }) => difference(entityID, value))
  const at = reasons.findIndex((reason) => reason !== 'mismatch')
  return [
    {
      reason: (at < 0 ? undefined : reasons[at]) ?? 'unknown',
      path,
      expected: at < 0 ? 'the entityID of a registered application' : shown(settings.sps[at]?.entityID, 512),
      actual: shown(value, 512),
      message: 'No application is registered under this entityID.',
    },
  ]
}
