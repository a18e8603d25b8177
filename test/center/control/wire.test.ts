import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CONTROL_OPERATIONS } from '../../../src/center/control/operations.js'
import { FederationError, type Finding } from '../../../src/core/index.js'
import { memoryStateStore } from '../../../src/stores/index.js'
import { ADMIN_KEY, EXAMPLE_INSTANCE, runCenter, type RunningCenter } from '../../support/center.js'
import { signedRequest, type SignedRequest } from '../../support/signedRequest.js'

const JSON_TYPE = 'application/x-amz-json-1.1'
const DESCRIBE = 'SWBExternalService.DescribeInstanceAccessControlAttributeConfiguration'
const CREATE = 'SWBExternalService.CreateInstanceAccessControlAttributeConfiguration'
const instance = { InstanceArn: EXAMPLE_INSTANCE }
const configuration = { AccessControlAttributes: [] }
const disabled = 'center/attributes-status disabled'

let running: RunningCenter
/** Behind the last event. */
let findings: readonly Finding[] = []
beforeAll(async () => {
  running = await runCenter({ onEvent: (_, behind) => (findings = behind) })
})
afterAll(() => running.server.stop())

type Signing = Partial<Parameters<typeof signedRequest>[1]>

function sign(body: unknown, { origin, ...more }: Signing & { origin?: string } = {}): SignedRequest {
  return signedRequest(origin ?? running.server.url, {
    path: '/',
    service: 'sso',
    contentType: JSON_TYPE,
    target: DESCRIBE,
    key: ADMIN_KEY,
    body: typeof body === 'string' ? body : JSON.stringify(body),
    ...more,
  })
}

async function send({ method, path, headers, body }: SignedRequest): Promise<unknown[]> {
  const response = await fetch(running.server.url + path, { method, headers, body })
  expect(response.headers.get('content-type')).toBe(JSON_TYPE)
  expect(response.headers.get('cache-control')).toBe('no-store')
  expect(response.headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/)
  const answer = (await response.json()) as Record<string, unknown>
  const event = running.center.events().at(-1)!
  expect(event.eventSource).toBe('sso.amazonaws.com')
  expect(event.errorCode).toBe(answer['__type'])
  const causes = event.additionalEventData?.findings ?? []
  return [response.status, answer['__type'], causes.map(({ rule, reason }) => `${rule} ${reason}`)]
}

describe('AWS JSON 1.1', () => {
  const unknown = (reason = 'unknown') => [
    404,
    'UnknownOperationException',
    [`center/control-target ${reason}`],
  ]
  it.each([
    ['another operation', 'SWBExternalService.ListPermissionSets'],
    ['another service', `AWSIdentityStore.${DESCRIBE.split('.')[1]!}`],
    ['another service of a name as long', DESCRIBE.replace('SWB', 'SWA')],
    ['no service', DESCRIBE.split('.')[1]!],
    ['another case', DESCRIBE.toLowerCase()],
    ['a member of every object', 'SWBExternalService.constructor'],
    ['nothing', ''],
    ['two', `${DESCRIBE}, ${CREATE}`],
  ])('serves no operation by %s', async (_, target) => {
    expect(await send(sign(instance, { target }))).toEqual(unknown())
  })

  it('serves at / alone', async () => {
    expect(await send(sign(instance, { path: '/?a=b' }))).toEqual(unknown('other-path'))
  })

  const serialization = (reason: string) => [400, 'SerializationException', [`center/control-body ${reason}`]]
  it.each([
    ['not-json', '{'],
    ['not-json', ''],
    ['not-object', '[]'],
    ['not-object', 'null'],
    ['duplicate-member', `{"InstanceArn":"${EXAMPLE_INSTANCE}","InstanceArn":"${EXAMPLE_INSTANCE}"}`],
    ['not-json', `${'['.repeat(9)}${']'.repeat(9)}`],
  ])('refuses a body that is %s: %s', async (reason, body) => {
    expect(await send(sign(body))).toEqual(serialization(reason))
  })

  it.each(['application/json', 'application/x-amz-json-1.0', 'text/plain', undefined])(
    'refuses the type %s',
    async (contentType) => {
      expect(await send(sign(instance, { contentType }))).toEqual(serialization('content-type'))
    },
  )

  it('takes the type in any case, and with a charset', async () => {
    const contentType = 'Application/X-Amz-Json-1.1; charset=utf-8'
    expect((await send(sign(instance, { contentType })))[1]).toBe('ResourceNotFoundException')
  })

  const validation = (...causes: string[]) => [400, 'ValidationException', causes]
  const member = 'center/control-member'
  it.each([
    [{}, `${member} missing`],
    [{ InstanceArn: null }, `${member} not-string`],
    [{ InstanceArn: 'arn:aws:sso:::instance/x' }, `${member} pattern`],
    [{ InstanceArn: `${EXAMPLE_INSTANCE}\n` }, `${member} pattern`],
    [{ ...instance, instanceArn: EXAMPLE_INSTANCE }, `${member} unknown-member`],
    [{ ...instance, InstanceAccessControlAttributeConfiguration: configuration }, `${member} unknown-member`],
  ])('refuses the members %j', async (body, cause) => {
    expect(await send(sign(body))).toEqual(validation(cause))
  })

  it.each([
    [undefined, `${member} missing`],
    [null, `${member} not-object`],
    [[], `${member} not-object`],
    [{}, 'abac/configuration missing'],
    // What Describe answers is no configuration, wherever else it may be pasted.
    [{ InstanceAccessControlAttributeConfiguration: configuration }, 'abac/configuration unknown-member'],
    [{ ...configuration, Status: 'ENABLED' }, 'abac/configuration unknown-member'],
  ])('refuses the configuration %j', async (given, cause) => {
    const body = { ...instance, InstanceAccessControlAttributeConfiguration: given }
    const [status, name, causes] = await send(sign(body, { target: CREATE }))
    expect([status, name]).toEqual([400, 'ValidationException'])
    expect(causes).toContain(cause)
  })

  it('names ten unknown members at most, each with the one that may be meant', async () => {
    const unknown = Array.from({ length: 30 }, (_, index) => [`InstanceArn${index}`, ''])
    const cause = `${member} unknown-member`
    const body = { ...instance, ...(Object.fromEntries(unknown) as object) }
    expect(await send(sign(body))).toEqual(validation(...Array.from({ length: 10 }, () => cause)))
    expect(findings[0]?.fix).toContain('InstanceArn?')
    await send(sign({ ...instance, more: '' }))
    expect(findings[0]?.fix).not.toContain('?')
  })

  it('tells ten faults at most, and how many there are', async () => {
    const AccessControlAttributes = Array.from({ length: 11 }, () => null)
    const body = { ...instance, InstanceAccessControlAttributeConfiguration: { AccessControlAttributes } }
    await send(sign(body, { target: CREATE }))
    const { errorMessage = '' } = running.center.events().at(-1)!
    const count = findings.length
    expect(count).toBeGreaterThan(10)
    expect(errorMessage).toMatch(new RegExp(`^${count} .* \\.\\.\\.$`))
    expect(errorMessage.match(/Value at/g)).toHaveLength(10)
    await send(sign({ instanceArn: EXAMPLE_INSTANCE }))
    expect(running.center.events().at(-1)?.errorMessage).toMatch(
      /^2 [^.]*'\$\.instanceArn'.*'\$\.InstanceArn'/,
    )
  })

  it('tells no warning as a fault', async () => {
    const AccessControlAttributes = [
      { Key: 'Team', Value: { Source: [''] } },
      { Key: 'aws:Team', Value: { Source: ['${path:title}'] } },
    ]
    const body = { ...instance, InstanceAccessControlAttributeConfiguration: { AccessControlAttributes } }
    await send(sign(body, { target: CREATE }))
    expect(findings.map(({ severity }) => severity)).toContain('warning')
    expect(running.center.events().at(-1)?.errorMessage).toMatch(/^1 /)
  })

  it.each([
    ['Message', new Error('connection refused'), 'oauth/store unavailable'],
    ['message', new FederationError('ERR_INVALID_OPTION', 'secret'), 'center/request failed'],
  ])('has the text of a failure of ours in %s', async (name, error, cause) => {
    const down = { ...memoryStateStore({ now: () => 0 }), get: () => Promise.reject(error) }
    const { center, server } = await runCenter({ state: down })
    try {
      const { headers, body } = sign(instance, { origin: server.url })
      const response = await fetch(server.url, { method: 'POST', headers, body })
      expect(response.status).toBe(500)
      const text = expect.not.stringContaining('secret') as string
      expect(await response.json()).toEqual({ __type: 'InternalServerException', [name]: text })
      const { eventSource, additionalEventData } = center.events().at(-1)!
      expect(eventSource).toBe('sso.amazonaws.com')
      expect(additionalEventData?.findings.map(({ rule, reason }) => `${rule} ${reason}`)).toEqual([cause])
    } finally {
      await server.stop()
    }
  })

  it('is spoken at / alone, whatever other paths are sent', async () => {
    const { headers, body } = sign(instance)
    const response = await fetch(`${running.server.url}/nothing`, { method: 'POST', headers, body })
    expect(response.headers.get('content-type')).toBe('application/json')
    expect(running.center.events().at(-1)?.eventSource).toBe('sso-oauth.amazonaws.com')
  })

  it('keeps a token that stands where a member should out of the log', async () => {
    const token = 'eyJhbGciOiJSUzI1NiJ9.payload.signature'
    expect(await send(sign({ ...instance, [token]: '' }))).toEqual(validation(`${member} unknown-member`))
    expect(JSON.stringify(running.center.events().at(-1))).not.toContain(token)
  })

  it('answers a body that is too large in its own protocol', async () => {
    const { headers, body } = sign({ ...instance, more: 'x'.repeat(70_000) })
    const response = await fetch(running.server.url, { method: 'POST', headers, body })
    expect(response.status).toBe(413)
    const text = expect.any(String) as string
    expect(await response.json()).toEqual({ __type: 'RequestEntityTooLargeException', message: text })
    expect(running.center.events().at(-1)?.eventSource).toBe('sso.amazonaws.com')
  })

  it('answers any object whatever by an exception, and changes nothing', async () => {
    const targets = Object.keys(CONTROL_OPERATIONS).map((name) => `SWBExternalService.${name}`)
    const names = fc.oneof(
      fc.constantFrom('InstanceArn', 'AccessControlAttributes', '__proto__'),
      fc.string(),
    )
    const property = fc.asyncProperty(
      fc.constantFrom(...targets),
      fc.oneof(
        fc.json(),
        fc.dictionary(names, fc.jsonValue({ maxDepth: 3 })).map((body) => JSON.stringify(body)),
      ),
      async (target, body) => {
        const [status, name] = await send(sign(body, { target }))
        expect(status).toBe(400)
        expect(['SerializationException', 'ValidationException']).toContain(name)
      },
    )
    await fc.assert(property, { numRuns: 100 })
    expect(await send(sign(instance))).toEqual([404, 'ResourceNotFoundException', [disabled]])
  })
})

describe('signatures', () => {
  const invalid = [403, 'InvalidSignatureException']

  it('cover the operation: a request to describe is none to delete', async () => {
    const signed = sign(instance)
    const target = DESCRIBE.replace('Describe', 'Delete')
    const swapped = { ...signed, headers: { ...signed.headers, 'x-amz-target': target } }
    expect((await send(swapped)).slice(0, 2)).toEqual(invalid)
    const { headers, ...rest } = sign(instance, { target: undefined })
    const added = { ...rest, headers: { ...headers, 'x-amz-target': target } }
    expect((await send(added)).slice(0, 2)).toEqual(invalid)
  })

  it('cover the body', async () => {
    const body = JSON.stringify({ InstanceArn: EXAMPLE_INSTANCE.replace('123', '321') })
    expect(await send({ ...sign(instance), body })).toEqual([...invalid, ['sigv4/signature mismatch']])
  })

  it.each(['sts', 'sso-oauth'] as const)('are of the service: none made for %s', async (service) => {
    expect((await send(sign(instance, { service }))).slice(0, 2)).toEqual(invalid)
  })

  it('are of an access key that is known, and there', async () => {
    const key = { ...ADMIN_KEY, accessKeyId: 'AKIAUNKNOWNUNKNOWN12' }
    expect((await send(sign(instance, { key }))).slice(0, 2)).toEqual([403, 'UnrecognizedClientException'])
    const signed = sign(instance)
    const unsigned = Object.entries(signed.headers).filter(([name]) => name !== 'authorization')
    expect((await send({ ...signed, headers: Object.fromEntries(unsigned) })).slice(0, 2)).toEqual([
      403,
      'MissingAuthenticationTokenException',
    ])
  })

  it('are asked for first: nobody learns which operations there are', async () => {
    const key = { ...ADMIN_KEY, secretAccessKey: 'wrong-secret-of-nobody' }
    const answers = [
      sign('{', { key, target: 'x' }),
      sign(instance, { key }),
      sign({}, { key, target: CREATE }),
    ]
    for (const request of answers) expect((await send(request)).slice(0, 2)).toEqual(invalid)
    expect(running.center.events().at(-1)?.requestParameters).toBeNull()
  })
})
