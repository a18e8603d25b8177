import type { Finding, Verdict } from '../../core/outcome.js'
import {
  createToken,
  registerClient,
  startDeviceAuthorization,
  type CreatedToken,
} from '../../flows/index.js'
import { wireAnswer } from '../../oauth/index.js'
import { publicAnswer } from '../../tti/index.js'
import { nobody } from '../caller.js'
import { readJsonBody } from '../jsonBody.js'
import { jsonResponse, type ReceivedRequest, type Reply } from '../reply.js'
import { personIdentity, type GrantWorld } from './world.js'

/** The operations of public clients, which nobody signs: their paths, and what their events are called. */
export const clientOperations = {
  '/client/register': 'RegisterClient',
  '/device_authorization': 'StartDeviceAuthorization',
  '/token': 'CreateToken',
} as const

export type ClientPath = keyof typeof clientOperations

export function isClientPath(path: string): path is ClientPath {
  return Object.hasOwn(clientOperations, path)
}

/** RegisterClient, StartDeviceAuthorization and CreateToken: JSON in, JSON or an exception out. */
export async function answerClient(
  path: ClientPath,
  request: ReceivedRequest,
  requestId: string,
  { service, ports }: GrantWorld,
): Promise<Reply> {
  const event = { eventSource: 'sso.amazonaws.com', eventName: clientOperations[path] } as const
  const body = readJsonBody(request)
  if ('finding' in body) return refuse([body.finding], 'InvalidRequestException')
  const requestParameters = body.object

  switch (path) {
    case '/client/register':
      return answer(await registerClient(body.object, service, ports))
    case '/device_authorization': {
      const verdict = await startDeviceAuthorization(body.object, service, ports)
      if (!verdict.ok) return refuse(verdict.findings)
      // Codes that are not used yet stay out of the log.
      const { verificationUri, expiresIn, interval } = verdict.value
      return grant(verdict.value, { verificationUri, expiresIn, interval })
    }
    case '/token':
      return tokens(await createToken(body.object, service, ports))
  }

  function answer(verdict: Verdict<object>): Reply {
    return verdict.ok ? grant(verdict.value, verdict.value) : refuse(verdict.findings)
  }

  function tokens(verdict: Verdict<CreatedToken>): Reply {
    if (!verdict.ok) return refuse(verdict.findings)
    const { response, grant: given } = verdict.value
    const { userId, signInSessionID: sessionID } = given.session
    const reply = grant(response, response)
    const userIdentity = personIdentity({ userId, sessionID }, service.deployment)
    return { ...reply, audit: { ...reply.audit, userIdentity } }
  }

  function grant(response: object, responseElements: object): Reply {
    return {
      response: jsonResponse(200, response, requestId),
      audit: { ...event, userIdentity: nobody, requestParameters, responseElements, findings: [] },
    }
  }

  function refuse(findings: readonly Finding[], name?: 'InvalidRequestException'): Reply {
    const told = name === undefined ? publicAnswer(findings) : wireAnswer(name)
    const { error, error_description } = told
    return {
      response: jsonResponse(told.status, { error, error_description }, requestId, told.name),
      audit: {
        ...event,
        userIdentity: nobody,
        error: { code: told.name, message: error_description },
        findings,
        ...(name === undefined ? { requestParameters } : {}),
      },
    }
  }
}
