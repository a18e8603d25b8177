import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  AssumeRoleCommand,
  GetCallerIdentityCommand,
  STSClient,
  STSServiceException,
  type AssumeRoleCommandInput,
} from '@aws-sdk/client-sts'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { FORM_LIMITS, readQuery, stsQueryAnswer, stsQueryRules } from '../../src/center/sts/query.js'
import { assumeRoleResponse, errorResponse, getCallerIdentityResponse } from '../../src/center/sts/xml.js'
import { FederationError, type Verdict } from '../../src/core/outcome.js'
import { validateAssumeRole } from '../../src/tti/roleSession/index.js'

const FORM = 'application/x-www-form-urlencoded'
const ROLE = 'arn:aws:iam::111122223333:role/Analyst'
const bytes = (text: string) => new TextEncoder().encode(text)
const read = (text: string, contentType: string | undefined = FORM) => readQuery(bytes(text), contentType)
const found = (verdict: Verdict<unknown>) => verdict.findings.map(({ rule, reason }) => `${rule} ${reason}`)
const CALLER = 'Action=GetCallerIdentity&Version=2011-06-15'
const ASSUME = 'Action=AssumeRole&Version=2011-06-15'
const paramsOf = (text: string) => {
  const verdict = read(text)
  expect(found(verdict)).toEqual([])
  return verdict.ok ? verdict.value.params : undefined
}

const fullest = {
  RoleArn: ROLE,
  RoleSessionName: 'ada@example.test',
  DurationSeconds: 900,
  ProvidedContexts: [
    {
      ProviderArn: 'arn:aws:iam::aws:contextProvider/IdentityCenter',
      ContextAssertion: 'c29tZSBieXRlcw+/==',
    },
  ],
  Tags: [
    { Key: 'Cost Center', Value: 'R/D = 100 + more @home' },
    { Key: 'Ström', Value: '' },
    { Key: '名前', Value: '\u{20000}' },
  ],
  TransitiveTagKeys: ['Cost Center', 'Ström'],
  SourceIdentity: 'ada',
  ExternalId: 'ex:1',
  Policy: '{"Version":"2012-10-17","Statement":[]}\r\n',
  PolicyArns: [{ arn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }],
} satisfies AssumeRoleCommandInput

describe('readQuery', () => {
  it('reads GetCallerIdentity', () => {
    expect(read(CALLER)).toEqual({
      ok: true,
      value: { action: 'GetCallerIdentity', version: '2011-06-15', params: {} },
      findings: [],
    })
  })

  it('reads as botocore writes: a plus for a space, other order, declared charset', () => {
    const text =
      'Tags.member.2.Value=b&Tags.member.2.Key=two&Tags.member.1.Key=one+%2B&Tags.member.1.Value=a&' +
      `DurationSeconds=3600&Version=2011-06-15&Action=AssumeRole&RoleArn=${encodeURIComponent(ROLE)}`
    for (const type of [
      FORM,
      `${FORM}; charset=utf-8`,
      `${FORM};charset="UTF-8"`,
      'Application/X-WWW-Form-Urlencoded',
    ]) {
      const verdict = read(text, type)
      expect(verdict.ok && verdict.value).toEqual({
        action: 'AssumeRole',
        version: '2011-06-15',
        params: {
          RoleArn: ROLE,
          DurationSeconds: 3600,
          Tags: [
            { Key: 'one +', Value: 'a' },
            { Key: 'two', Value: 'b' },
          ],
        },
      })
    }
  })

  it('reads an empty list, and leaves what a structure lacks to the rules of the operation', () => {
    const params = paramsOf(
      `${ASSUME}&RoleArn=${ROLE}&RoleSessionName=ada&TransitiveTagKeys=&Tags.member.1.Key=a`,
    )
    expect(params).toMatchObject({ TransitiveTagKeys: [], Tags: [{ Key: 'a' }] })
    expect(found(validateAssumeRole(params))).toEqual(['tti/session-tags missing'])
  })

  it('reads ten and more items in their order', () => {
    const keys = Array.from({ length: 60 }, (_, at) => `k${at}`)
    const list = keys.map((key, at) => `TransitiveTagKeys.member.${at + 1}=${key}`)
    expect(paramsOf([ASSUME, ...list.reverse()].join('&'))).toEqual({ TransitiveTagKeys: keys })
  })

  it.each<[string, string, string[], string]>([
    ['no action', 'Version=2011-06-15', ['sts/action missing'], 'MissingAction 400'],
    [
      'an action that is not served',
      'Action=AssumeRoot&Version=2011-06-15',
      ['sts/action unknown'],
      'InvalidAction 400',
    ],
    [
      'an action of the prototype',
      'Action=__proto__&Version=2011-06-15',
      ['sts/action unknown'],
      'InvalidAction 400',
    ],
    ['an action in lower case', CALLER.replace('Get', 'get'), ['sts/action unknown'], 'InvalidAction 400'],
    ['no version', 'Action=GetCallerIdentity', ['sts/version missing'], 'InvalidAction 400'],
    ['another version', CALLER.replace('-15', '-16'), ['sts/version mismatch'], 'InvalidAction 400'],
    ['neither of them', 'a=b', ['sts/action missing', 'sts/version missing'], 'MissingAction 400'],
    [
      'a parameter that the operation lacks',
      `${CALLER}&RoleArn=${ROLE}`,
      ['sts/parameter unknown'],
      'InvalidQueryParameter 400',
    ],
    [
      'a parameter of the prototype',
      `${ASSUME}&constructor=1&__proto__.member.1=2`,
      ['sts/parameter unknown', 'sts/parameter unknown'],
      'InvalidQueryParameter 400',
    ],
    [
      'a parameter in lower case',
      `${ASSUME}&roleArn=x`,
      ['sts/parameter unknown'],
      'InvalidQueryParameter 400',
    ],
    [
      'members of a text',
      `${ASSUME}&RoleArn.member.1=x`,
      ['sts/parameter unknown'],
      'InvalidQueryParameter 400',
    ],
    [
      'an unknown member of a structure',
      `${ASSUME}&Tags.member.1.key=x&Tags.member.1.__proto__=y`,
      ['sts/parameter unknown', 'sts/parameter unknown'],
      'InvalidQueryParameter 400',
    ],
    [
      'a structure in a list of texts',
      `${ASSUME}&TransitiveTagKeys.member.1.Key=x`,
      ['sts/parameter unknown'],
      'InvalidQueryParameter 400',
    ],
    [
      'a text in a list of structures',
      `${ASSUME}&Tags.member.1=x`,
      ['sts/parameter unknown'],
      'InvalidQueryParameter 400',
    ],
    [
      'too deep a name',
      `${ASSUME}&Tags.member.1.Key.member.1=x`,
      ['sts/parameter unknown'],
      'InvalidQueryParameter 400',
    ],
    [
      'a list that begins at 2',
      `${ASSUME}&Tags.member.2.Key=x`,
      ['sts/list gap'],
      'InvalidQueryParameter 400',
    ],
    [
      'a list with a gap',
      `${ASSUME}&TransitiveTagKeys.member.1=x&TransitiveTagKeys.member.3=y`,
      ['sts/list gap'],
      'InvalidQueryParameter 400',
    ],
    ['the index 0', `${ASSUME}&Tags.member.0.Key=x`, ['sts/list index'], 'InvalidQueryParameter 400'],
    [
      'an index with a zero',
      `${ASSUME}&Tags.member.01.Key=x`,
      ['sts/list index'],
      'InvalidQueryParameter 400',
    ],
    ['an index of letters', `${ASSUME}&Tags.member.x.Key=x`, ['sts/list index'], 'InvalidQueryParameter 400'],
    ['a huge index', `${ASSUME}&Tags.member.1000.Key=x`, ['sts/list index'], 'InvalidQueryParameter 400'],
    ['a flat list', `${ASSUME}&Tags.1.Key=x`, ['sts/list form'], 'InvalidQueryParameter 400'],
    ['a text for a list', `${ASSUME}&Tags=x`, ['sts/list form'], 'InvalidQueryParameter 400'],
    [
      'an empty list with items',
      `${ASSUME}&TransitiveTagKeys=&TransitiveTagKeys.member.1=x`,
      ['sts/list conflict'],
      'InvalidQueryParameter 400',
    ],
    ...['', '-1', '+900', '0900', '9e2', '900.0', ' 900', '0x384', '9000000000', '٩٠٠'].map(
      (value): [string, string, string[], string] => [
        `the number ${JSON.stringify(value)}`,
        `${ASSUME}&DurationSeconds=${encodeURIComponent(value)}`,
        ['sts/number form'],
        'ValidationError 400',
      ],
    ),
    ['a parameter twice', `${CALLER}&Version=2011-06-15`, ['sts/form duplicate'], 'MalformedQueryString 404'],
    [
      'a parameter twice in two spellings',
      `${CALLER}&%41ction=AssumeRole`,
      ['sts/form duplicate'],
      'MalformedQueryString 404',
    ],
    ['an empty body', '', ['sts/form empty'], 'MalformedQueryString 404'],
    ['an empty parameter', `${CALLER}&`, ['sts/form no-name'], 'MalformedQueryString 404'],
    ['a parameter without a name', `${CALLER}&=x`, ['sts/form no-name'], 'MalformedQueryString 404'],
    ['a parameter without a value', `${CALLER}&x`, ['sts/form no-value'], 'MalformedQueryString 404'],
    ['a broken escape', `${CALLER}&a=%4`, ['sts/form escape'], 'MalformedQueryString 404'],
    ['an escape of no UTF-8', `${CALLER}&a=%C3%28`, ['sts/form escape'], 'MalformedQueryString 404'],
    ['an escaped surrogate', `${CALLER}&a=%ED%A0%80`, ['sts/form escape'], 'MalformedQueryString 404'],
    ['a raw space', `${CALLER}&a=b c`, ['sts/form characters'], 'MalformedQueryString 404'],
    ['raw letters beyond ASCII', `${CALLER}&a=\u00e9`, ['sts/form characters'], 'MalformedQueryString 404'],
    ['a line break at the end', `${CALLER}\n`, ['sts/form characters'], 'MalformedQueryString 404'],
    [
      'too many parameters',
      `${CALLER}${'&a=b'.repeat(FORM_LIMITS.parameters)}`,
      ['sts/form too-many'],
      'MalformedQueryString 404',
    ],
    [
      'too large a body',
      `${CALLER}&a=${'b'.repeat(FORM_LIMITS.bytes)}`,
      ['sts/form too-large'],
      'MalformedQueryString 404',
    ],
  ])('refuses %s', (_name, text, expected, answer) => {
    const verdict = read(text)
    expect(found(verdict)).toEqual(expected)
    const { code, status } = stsQueryAnswer(verdict.findings)
    expect(`${code} ${status}`).toBe(answer)
  })

  it.each([
    undefined,
    '',
    'text/plain',
    'application/json',
    'multipart/form-data',
    `${FORM}; charset=utf-16`,
    `${FORM}; charset=utf-8; charset=utf-7`,
    `${FORM}, text/plain`,
    `x${FORM}`,
  ])('refuses the content type %j', (contentType) => {
    const verdict = readQuery(bytes(CALLER), contentType)
    expect(found(verdict)).toEqual([`sts/content-type ${contentType === undefined ? 'missing' : 'mismatch'}`])
  })

  it('reports every breach of an operation at once, and no value', () => {
    const verdict = read('Action=AssumeRole&Version=1&DurationSeconds=s3cret&Tags=s3cret&Nope=s3cret')
    expect(found(verdict)).toEqual([
      'sts/version mismatch',
      'sts/parameter unknown',
      'sts/list form',
      'sts/number form',
    ])
    expect(JSON.stringify(verdict.findings)).not.toContain('s3cret')
  })

  it('is total: any bytes give a verdict', () => {
    const piece = fc.constantFrom(
      '&',
      '=',
      '%',
      '+',
      '.',
      'member',
      '1',
      'Tags',
      'Action',
      ASSUME,
      'Key',
      '%C3',
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 80 }),
          fc.array(piece, { maxLength: 30 }).map((pieces) => bytes(pieces.join(''))),
        ),
        (body) => {
          const verdict = readQuery(body, FORM)
          expect(verdict.ok || verdict.findings.length > 0).toBe(true)
        },
      ),
      { numRuns: 2000 },
    )
  })

  it('has one row for each id', () => {
    expect(new Set(stsQueryRules.map(({ id }) => id)).size).toBe(stsQueryRules.length)
  })
})

describe('the real STS client over HTTP', () => {
  let server: Server
  let client: STSClient
  let answer: { status: number; body: string }
  let received: { body: Uint8Array; contentType: string | undefined } | undefined
  beforeAll(async () => {
    server = createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        received = { body: Buffer.concat(chunks), contentType: request.headers['content-type'] }
        response.writeHead(answer.status, { 'content-type': 'text/xml' }).end(answer.body)
      })
    })
    server.keepAliveTimeout = 0 // a busy machine must not close a socket just as the client reuses it
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    client = new STSClient({
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      region: 'us-east-1',
      credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
      maxAttempts: 1,
    })
  })
  afterAll(async () => {
    client.destroy()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  beforeEach(() => {
    received = undefined
  })

  const credentials = {
    accessKeyId: 'ASIAEXAMPLE',
    secretAccessKey: 'a/b+c<d>&e"f\'g]]>',
    sessionToken: 'FQoGZXIvYXdzE+/==',
    expiration: 1_795_356_000,
  }
  const assumedRoleUser = {
    assumedRoleId: 'AROAEXAMPLE:ada',
    arn: 'arn:aws:sts::111122223333:assumed-role/Analyst/ada',
  }
  const assume = async (input: AssumeRoleCommandInput) => {
    answer = { status: 200, body: assumeRoleResponse({ credentials, assumedRoleUser, requestId: 'r' }) }
    await client.send(new AssumeRoleCommand(input))
    return readQuery(received!.body, received!.contentType)
  }

  it('sends what validateAssumeRole takes, to the letter', async () => {
    const verdict = await assume(fullest)
    expect(found(verdict)).toEqual([])
    expect(verdict.ok && verdict.value.params).toEqual(fullest)
    expect(validateAssumeRole(verdict.ok && verdict.value.params)).toEqual({
      ok: true,
      value: fullest,
      findings: [],
    })
  })

  it('sends empty lists', async () => {
    const verdict = await assume({ RoleArn: ROLE, RoleSessionName: 'ada', Tags: [], TransitiveTagKeys: [] })
    expect(verdict.ok && verdict.value.params).toEqual({
      RoleArn: ROLE,
      RoleSessionName: 'ada',
      Tags: [],
      TransitiveTagKeys: [],
    })
  })

  it('sends any texts and gets any tags across', async () => {
    const any = fc.string({ unit: 'grapheme', maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(
        any,
        fc.array(fc.record({ Key: any, Value: any }), { minLength: 1, maxLength: 4 }),
        async (RoleSessionName, Tags) => {
          const input = { RoleArn: ROLE, RoleSessionName, Tags }
          const verdict = await assume(input)
          expect(verdict.ok && verdict.value.params).toEqual(input)
        },
      ),
      { numRuns: 60 },
    )
  })

  it('reads the answer of AssumeRole', async () => {
    const body = assumeRoleResponse({
      credentials,
      assumedRoleUser,
      packedPolicySize: 6,
      sourceIdentity: 'ada',
      requestId: '9d1c7d2e-0000-4000-8000-000000000000',
    })
    answer = { status: 200, body }
    const output = await client.send(new AssumeRoleCommand({ RoleArn: ROLE, RoleSessionName: 'ada' }))
    expect(output).toMatchObject({
      Credentials: {
        AccessKeyId: credentials.accessKeyId,
        SecretAccessKey: credentials.secretAccessKey,
        SessionToken: credentials.sessionToken,
        Expiration: new Date(credentials.expiration * 1000),
      },
      AssumedRoleUser: { AssumedRoleId: assumedRoleUser.assumedRoleId, Arn: assumedRoleUser.arn },
      PackedPolicySize: 6,
      SourceIdentity: 'ada',
    })
    expect(body).toContain('<Expiration>2026-11-22T14:00:00Z</Expiration>')
  })

  it('reads the least answer of AssumeRole', async () => {
    const output = await assume({ RoleArn: ROLE, RoleSessionName: 'ada' }).then(() =>
      client.send(new AssumeRoleCommand({ RoleArn: ROLE, RoleSessionName: 'ada' })),
    )
    expect(output.PackedPolicySize).toBeUndefined()
    expect(output.SourceIdentity).toBeUndefined()
  })

  it('reads the answer of GetCallerIdentity, whatever characters it holds', async () => {
    // What XML can carry, and what its reader does not trim away.
    const legal = fc
      .string({
        unit: fc.oneof(
          fc.constantFrom('&', '<', '>', '"', "'", ']]>', '&amp;', '&#38;', '<!--', '\r', '\n', '\t', ' '),
          fc.constantFrom('\u00e9', '\u0085', '\u2028', '\ufffd', '\u{1f600}', '\u7fff'),
          fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
        ),
        maxLength: 20,
      })
      .map((value) => `[${value}]`)
    await fc.assert(
      fc.asyncProperty(legal, legal, legal, async (arn, userId, account) => {
        answer = { status: 200, body: getCallerIdentityResponse({ arn, userId, account, requestId: 'r' }) }
        const output = await client.send(new GetCallerIdentityCommand({}))
        expect([output.Arn, output.UserId, output.Account]).toEqual([arn, userId, account])
      }),
      { numRuns: 150 },
    )
    expect(found(readQuery(received!.body, received!.contentType))).toEqual([])
  })

  it.each([
    ['Sender', 'AccessDenied', 403],
    ['Sender', 'SignatureDoesNotMatch', 403],
    ['Sender', 'InvalidAction', 400],
    ['Sender', 'MalformedQueryString', 404],
    ['Sender', 'ExpiredTokenException', 400],
    ['Receiver', 'InternalFailure', 500],
  ] as const)('throws a %s error named %s', async (type, code, status) => {
    const message = 'User <arn:aws> & "others" may not: \u00e9 ]]>'
    answer = { status, body: errorResponse({ type, code, message, requestId: 'request-1' }) }
    const error = await client.send(new GetCallerIdentityCommand({})).then(
      () => undefined,
      (reason: unknown) => reason,
    )
    expect(error).toBeInstanceOf(STSServiceException)
    expect(error).toMatchObject({ name: code, message, $metadata: { httpStatusCode: status } })
    expect((error as { Error?: unknown }).Error).toMatchObject({ Type: type, Code: code })
  })
})

describe('answers', () => {
  const illegal = ['\0', '\u0008', '\u001f', '\ud800', '\udfff', '\ufffe', '\uffff']

  it.each(illegal)('never carry the character %j', (character) => {
    const identity = { arn: 'a', userId: 'u', account: '1', requestId: 'r' }
    for (const member of Object.keys(identity)) {
      expect(() => getCallerIdentityResponse({ ...identity, [member]: `a${character}b` })).toThrow(
        FederationError,
      )
    }
    const text = errorResponse({
      type: 'Sender',
      code: 'C',
      message: `a${character}b${character}`,
      requestId: 'r',
    })
    expect(text).toContain('<Message>a\ufffdb\ufffd</Message>')
  })

  it('write the shape of the query protocol', () => {
    expect(errorResponse({ type: 'Sender', code: 'AccessDenied', message: 'no', requestId: 'r' })).toBe(
      '<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>' +
        '<Code>AccessDenied</Code><Message>no</Message></Error><RequestId>r</RequestId></ErrorResponse>',
    )
    expect(getCallerIdentityResponse({ arn: 'a', userId: 'u', account: '1', requestId: 'r' })).toBe(
      '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">' +
        '<GetCallerIdentityResult><Arn>a</Arn><UserId>u</UserId><Account>1</Account></GetCallerIdentityResult>' +
        '<ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></GetCallerIdentityResponse>',
    )
  })

  it('refuse an expiration that is no instant', () => {
    for (const expiration of [Number.NaN, -1, 1.5, Number.POSITIVE_INFINITY]) {
      const credentials = { accessKeyId: 'a', secretAccessKey: 's', sessionToken: 't', expiration }
      const answer = { credentials, assumedRoleUser: { assumedRoleId: 'i', arn: 'a' }, requestId: 'r' }
      expect(() => assumeRoleResponse(answer)).toThrow(FederationError)
    }
  })
})
