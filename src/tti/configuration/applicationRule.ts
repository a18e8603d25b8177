import { isObject, type JsonObject } from '../../core/json.js'
import type { CheckResult } from '../../core/rule.js'
import type { ExchangeRule } from '../rule.js'
import type { TrustedTokenIssuer } from '../types.js'

export interface ApplicationSubject {
  /** CreateApplication's answer with the bodies of the Put... calls under Grants, AccessScopes and so on. */
  readonly value: unknown
  readonly path: string
  /** The deployment's issuers by ARN. */
  readonly issuers: ReadonlyMap<string, TrustedTokenIssuer>
}

export type ApplicationRule = ExchangeRule<ApplicationSubject>

/** A rule whose check sees an application that is at least an object. */
export function applicationRule(
  row: Pick<ApplicationRule, 'id' | 'source' | 'title' | 'fix'> & Partial<ApplicationRule>,
  check: (application: JsonObject, path: string, subject: ApplicationSubject) => CheckResult,
): ApplicationRule {
  return {
    severity: 'error',
    answer: 'InvalidRequestException',
    ...row,
    check: (subject) => (isObject(subject.value) ? check(subject.value, subject.path, subject) : 'cantTell'),
  }
}
