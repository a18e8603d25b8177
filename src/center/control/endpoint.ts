import { validateAttributeConfiguration } from '../../abac/index.js'
import { accepted, decided, hasError, type Finding, type Verdict } from '../../core/outcome.js'
import type { Clock } from '../../core/ports.js'
import { readJsonObject } from '../../core/jsonObject.js'
import { runRules, verdictOf } from '../../core/rule.js'
import type { Attributes, AttributeState } from '../../flows/attributeState.js'
import type { SealingKey } from '../../tti/index.js'
import { nobody, proveCaller, type Caller } from '../caller.js'
import type { CenterConfig } from '../config.js'
import { headerOf, ROOM_FOR_ATTRIBUTES, type ReceivedRequest, type Reply } from '../reply.js'
import { controlAnswers, controlException, controlResponse } from './answers.js'
import { runAttributeOperation } from './attributes.js'
import { callerFindings, trustFindings } from './callerRules.js'
import { CONTROL_OPERATIONS, controlOperation, TARGET_HEADER, type ControlOperation } from './operations.js'
import { controlRequestRules } from './requestRules.js'
import { controlAnswer } from './rules.js'

export interface ControlEndpoint {
  readonly config: CenterConfig
  readonly sealing: readonly SealingKey[]
  readonly now: Clock
  readonly attributes: AttributeState
}

interface Asked {
  readonly operation: ControlOperation
  readonly instanceARN: string
  /** The configuration that is to hold; `off` where the operation brings none. */
  readonly given: Attributes
}

const CONFIGURATION = 'InstanceAccessControlAttributeConfiguration'

/** POST / with an `X-Amz-Target`: the sso-admin API in AWS JSON 1.1, as far as it is served (R131). */
export async function answerControl(
  request: ReceivedRequest,
  requestId: string,
  center: ControlEndpoint,
): Promise<Reply> {
  const { config, sealing } = center
  const operation = controlOperation(headerOf(request, TARGET_HEADER))
  const event = {
    eventSource: 'sso.amazonaws.com',
    eventName: operation ?? 'Unknown',
    readOnly: operation !== undefined && CONTROL_OPERATIONS[operation].readOnly,
  } as const

  // Whoever cannot prove who they are learns nothing of what was asked.
  const proof = await proveCaller(request, { service: 'sso', now: center.now(), config, sealing })
  if (!proof.ok) {
    const { exception: name, status, message } = proof.answer
    return {
      response: controlException({ name, status, modelled: false }, message, requestId),
      audit: { ...event, userIdentity: nobody, error: { code: name, message }, findings: proof.findings },
    }
  }
  const userIdentity = proof.caller.identity
  const refuse = (findings: readonly Finding[], parameters: object = {}): Reply => {
    const { name, message } = controlAnswer(findings)
    return {
      response: controlException({ name, ...controlAnswers[name] }, message, requestId),
      audit: { ...event, ...parameters, userIdentity, error: { code: name, message }, findings },
    }
  }
  const asked = judgeRequest(request, operation, proof.caller, config)
  if (!asked.ok) return refuse(asked.findings)
  const parameters = {
    requestParameters: loggedParameters(asked.value),
    maxParameterCharacters: ROOM_FOR_ATTRIBUTES,
  }
  const done = await runAttributeOperation(asked.value.operation, asked.value.given, center.attributes)
  if (!done.ok) return refuse(done.findings, parameters)
  return {
    response: controlResponse(200, done.value, requestId),
    audit: { ...event, ...parameters, userIdentity, findings: asked.findings },
  }
}

/** What is asked, once it is well-formed, the caller may ask it, and the configuration is one that keeps its rules. */
function judgeRequest(
  request: ReceivedRequest,
  operation: ControlOperation | undefined,
  caller: Caller,
  config: CenterConfig,
): Verdict<Asked> {
  const body = readJsonObject(request.body)
  const outcomes = runRules(controlRequestRules, {
    url: request.url,
    target: headerOf(request, TARGET_HEADER),
    operation,
    contentType: headerOf(request, 'content-type'),
    body,
  })
  const read = verdictOf(outcomes, () => null)
  if (!read.ok) return read
  if (operation === undefined || 'fault' in body)
    throw new Error('A request without an operation was accepted.')

  const instanceARN = String(body.object['InstanceArn'])
  const denied = callerFindings(caller, { action: `sso:${operation}`, instanceARN }, config)
  if (hasError(denied)) return decided(denied, unreachable)
  const enables = operation === 'CreateInstanceAccessControlAttributeConfiguration'
  const untrusted = enables ? trustFindings(caller, config) : []
  if (hasError(untrusted)) return decided(untrusted, unreachable)
  const configuration = body.object[CONFIGURATION]
  if (configuration === undefined) return accepted({ operation, instanceARN, given: 'off' })
  const given = validateAttributeConfiguration({ [CONFIGURATION]: configuration })
  return given.ok ? accepted({ operation, instanceARN, given: given.value }, given.findings) : given
}

/** As CloudTrail spells members: the first letter small. */
function loggedParameters({ instanceARN: instanceArn, given }: Asked): object {
  if (given === 'off') return { instanceArn }
  const accessControlAttributes = given.AccessControlAttributes.map(({ Key, Value }) => ({
    key: Key,
    value: { source: Value.Source },
  }))
  return { instanceArn, instanceAccessControlAttributeConfiguration: { accessControlAttributes } }
}

function unreachable(): never {
  throw new Error('A value was asked of a refused request.')
}
