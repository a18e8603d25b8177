import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { auditEvent, HIDDEN, masked, type AuditInput } from '../../src/audit/index.js'

const input: AuditInput = {
  now: 1_800_000_000,
  eventID: 'e',
  requestID: 'r',
  eventSource: 'sso-oauth.amazonaws.com',
  eventName: 'CreateTokenWithIAM',
  region: 'us-east-1',
  accountId: '111122223333',
  sourceIPAddress: '127.0.0.1',
  userAgent: 'test',
  userIdentity: { type: 'Unknown' },
}

describe('an audit event', () => {
  it("has CloudTrail's members, and names the rules that refused", () => {
    const event = auditEvent({
      ...input,
      error: { code: 'InvalidGrantException', message: 'Invalid grant provided' },
      findings: [
        {
          rule: 'tti/replay',
          reason: 'already',
          severity: 'error',
          actual: 'secret',
          message: 'secret',
          path: 'claims.jti',
        },
      ],
    })
    expect(event).toMatchObject({
      eventVersion: '1.08',
      eventTime: '2027-01-15T08:00:00Z',
      eventSource: 'sso-oauth.amazonaws.com',
      errorCode: 'InvalidGrantException',
      requestParameters: null,
      responseElements: null,
      eventType: 'AwsApiCall',
      recipientAccountId: '111122223333',
      additionalEventData: { findings: [{ rule: 'tti/replay', reason: 'already', path: 'claims.jti' }] },
    })
    expect(JSON.stringify(event)).not.toContain('secret')
  })

  it('hides a token in what the caller was told', () => {
    const message = `Value at '$["eyJhbGciOiJSUzI1NiJ9.payload.signature"]': no such member`
    expect(auditEvent({ ...input, error: { code: 'ValidationException', message } })).toMatchObject({
      errorCode: 'ValidationException',
      errorMessage: HIDDEN,
    })
  })

  it('hides every secret, wherever it stands, and external ids (R328, R329)', () => {
    const names = [
      ...[
        'assertion',
        'accessToken',
        'refreshToken',
        'idToken',
        'clientSecret',
        'subjectToken',
        'code',
        'codeVerifier',
        'userCode',
        'token',
        'password',
      ],
      ...[
        'identityContext',
        'ContextAssertion',
        'SessionToken',
        'secretAccessKey',
        'externalId',
        'ExternalIds',
      ],
    ]
    fc.assert(
      fc.property(
        fc.constantFrom(...names),
        fc.array(fc.constantFrom('a', 'b', '0'), { maxLength: 5 }),
        (name, path) => {
          const deep = path.reduce<unknown>((value, at) => (at === '0' ? [value] : { [at]: value }), {
            [name]: 'hunter2',
          })
          const event = auditEvent({ ...input, requestParameters: deep, responseElements: { deep } })
          expect(JSON.stringify(event)).not.toContain('hunter2')
        },
      ),
    )
    expect(masked({ clientId: 'c', deviceCode: 'd', accessToken: 'x' })).toEqual({
      clientId: 'c',
      deviceCode: 'd',
      accessToken: HIDDEN,
    })
  })

  it.each(['aoal', 'aorv', 'aoac', 'aocs'])('hides %s..., where a name is expected', (prefix) => {
    const token = `${prefix}${'x'.repeat(43)}`
    const path = `$.${token}`
    const finding = { rule: 'a/b', reason: 'unknown-member', severity: 'error', message: '', path } as const
    const event = auditEvent({ ...input, requestParameters: { [token]: 1 }, findings: [finding] })
    expect(JSON.stringify(event)).not.toContain(token)
    expect(event.additionalEventData?.findings).toEqual([
      { rule: 'a/b', reason: 'unknown-member', severity: 'error', path: HIDDEN },
    ])
  })

  it('bounds what it keeps', () => {
    const event = auditEvent({
      ...input,
      userAgent: 'x'.repeat(10_000),
      requestParameters: { text: 'x'.repeat(100_000), list: Array.from({ length: 10_000 }, () => 'y') },
      findings: Array.from({ length: 1000 }, () => ({
        rule: 'a/b' as const,
        reason: 'r',
        severity: 'error' as const,
        message: '',
      })),
    })
    expect(JSON.stringify(event).length).toBeLessThan(10_000)
  })
})
