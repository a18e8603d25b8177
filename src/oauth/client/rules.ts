import type { RuleRow } from '../../core/rule.js'
import { memberRules } from './answer.js'
import { answerGateRules, exceptionRules } from './answerRules.js'
import { configGateRules, configRules } from './awsConfig/rules.js'
import { callbackGateRules, callbackRules } from './callbackRules.js'
import { deviceAuthorizationRules } from './deviceAuthorization.js'
import { endedRows } from './ended.js'
import { pollRules } from './poll.js'
import { registrationRules } from './registration.js'
import { tokenRules } from './token.js'

/** Every rule of a client that signs people in, for documents and reports. */
export const signInRules: readonly RuleRow[] = [
  ...callbackGateRules,
  ...callbackRules,
  ...answerGateRules,
  ...exceptionRules,
  ...memberRules,
  ...registrationRules,
  ...deviceAuthorizationRules,
  ...tokenRules,
  ...pollRules,
  ...Object.values(endedRows),
  ...configGateRules,
  ...configRules,
]
