import type { Finding } from '../../core/outcome.js'
import { allowListRow } from '../callerAccess.js'
import type { ControlAnswerName } from './answers.js'
import { attributeRules } from './attributes.js'
import { attributesTrustRow, controlCallerRow, controlInstanceRow } from './callerRules.js'
import { controlRequestRules } from './requestRules.js'
import type { ControlRow } from './rule.js'

/** Every rule of the control plane beside those of signatures and of the configurations that it takes. */
export const controlRules: readonly ControlRow[] = [
  ...controlRequestRules,
  controlCallerRow,
  controlInstanceRow,
  attributesTrustRow,
  ...attributeRules,
]

const answering: readonly ControlRow[] = [
  ...controlRules,
  { ...allowListRow, answer: 'AccessDeniedException' },
]

/** What the caller of a refused request is told. */
export function controlAnswer(findings: readonly Finding[]): {
  readonly name: ControlAnswerName
  readonly message: string
} {
  const errors = findings.filter(({ severity }) => severity === 'error')
  if (errors.some(({ rule }) => rule === 'oauth/store'))
    return { name: 'InternalServerException', message: 'The service is not available.' }
  for (const row of answering) {
    const finding = errors.find(({ rule }) => rule === row.id)
    const name = finding && (row.answers?.[finding.reason] ?? row.answer)
    if (name && name !== 'ValidationException') return { name, message: finding.message }
  }
  return { name: 'ValidationException', message: validationMessage(errors) }
}

const MAX_TOLD = 10

/** Whoever signed a request may know what is wrong with it, and mends it sooner. */
function validationMessage(errors: readonly Finding[]): string {
  const told = errors.slice(0, MAX_TOLD).map(({ path = '$', message }) => `Value at '${path}': ${message}`)
  const more = errors.length > told.length ? '; ...' : ''
  return `${errors.length} validation error${errors.length === 1 ? '' : 's'} detected: ${told.join('; ')}${more}`
}
