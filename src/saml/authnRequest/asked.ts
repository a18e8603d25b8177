import type { CheckResult, Fault } from '../../core/rule.js'
import { shown } from '../../core/shown.js'
import { difference } from '../differ.js'
import { COMPARISONS } from './build.js'
import type { RequestSubject } from './subject.js'

export const ROOT = '/AuthnRequest'
const ENCRYPTED = 'urn:oasis:names:tc:SAML:2.0:nameid-format:encrypted'

/** Where the answer is asked for. */
export function acsFaults({ request: { acsURL, acsIndex }, sp }: RequestSubject): CheckResult {
  if (!sp) return 'cantTell'
  if (acsIndex !== undefined)
    return [
      {
        reason: 'index',
        path: `${ROOT}/@AssertionConsumerServiceIndex`,
        actual: shown(acsIndex),
        message: 'ACS URLs are registered without an index.',
        fix: 'Have the application send AssertionConsumerServiceURL, or nothing, instead of an index.',
      },
    ]
  if (acsURL === undefined || sp.acsURLs.includes(acsURL)) return []
  const reasons = sp.acsURLs.map((known) => difference(known, acsURL))
  const at = Math.max(
    0,
    reasons.findIndex((reason) => reason !== 'mismatch'),
  )
  const reason = reasons[at]
  return [
    {
      reason: reason === undefined || reason === 'mismatch' ? 'unregistered' : reason,
      path: `${ROOT}/@AssertionConsumerServiceURL`,
      expected: shown(sp.acsURLs[at], 512),
      actual: shown(acsURL, 512),
      message: 'No answer is sent to a URL that is not registered.',
    },
  ]
}

/** Which NameID is asked for. */
export function policyFaults({ request: { nameIDPolicy }, sp }: RequestSubject): CheckResult {
  if (!nameIDPolicy) return 'notApplicable'
  if (!sp) return 'cantTell'
  const { format, spNameQualifier } = nameIDPolicy
  const faults: Fault[] = []
  if (format === ENCRYPTED)
    faults.push({
      reason: 'encrypted',
      path: `${ROOT}/NameIDPolicy/@Format`,
      message: 'Nothing in an answer is encrypted.',
    })
  if (spNameQualifier !== undefined && spNameQualifier !== sp.entityID)
    faults.push({
      reason: 'qualifier',
      path: `${ROOT}/NameIDPolicy/@SPNameQualifier`,
      expected: shown(sp.entityID, 512),
      actual: shown(spNameQualifier, 512),
      message: 'The NameID is asked for in the name of another application.',
    })
  return faults
}

/** How the person is to prove who they are. */
export function contextFaults({ request: { authnContext } }: RequestSubject): CheckResult {
  if (!authnContext) return 'notApplicable'
  const path = `${ROOT}/RequestedAuthnContext`
  const { comparison = 'exact', classRefs, hasDeclarations } = authnContext
  const faults: Fault[] = []
  if (!(COMPARISONS as readonly string[]).includes(comparison))
    faults.push({
      reason: 'comparison',
      path: `${path}/@Comparison`,
      expected: COMPARISONS.join(', '),
      actual: shown(comparison),
      message: 'SAML knows no such comparison.',
    })
  if (hasDeclarations)
    faults.push({
      reason: 'declaration',
      path,
      message: 'Declarations of authentication contexts are not read.',
    })
  else if (classRefs.length === 0) faults.push({ reason: 'none', path, message: 'No class is named.' })
  if (classRefs.some((ref) => ref === undefined || ref === ''))
    faults.push({ reason: 'structured', path, message: 'A class is no text.' })
  return faults
}
