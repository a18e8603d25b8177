import { describe, expect, it } from 'vitest'
import { evaluatePolicy, parsePolicy, readCaller } from '../../../src/core/policy/index.js'

const ROLE = 'arn:aws:iam::111122223333:role/apps/Exchange'
const BARE_ROLE = 'arn:aws:iam::111122223333:role/Exchange'
const SESSION = 'arn:aws:sts::111122223333:assumed-role/Exchange/run-1'
const ROOT = 'arn:aws:iam::111122223333:root'
const USER = 'arn:aws:iam::111122223333:user/ops/Ann'
const SAML = 'arn:aws:iam::111122223333:saml-provider/okta'
const SERVICE = 'access-grants.s3.amazonaws.com'

function evaluate(principal: string, statement: object) {
  const { policy, faults } = parsePolicy({ Statement: { Action: '*', Resource: '*', ...statement } })
  expect(faults).toEqual([])
  return evaluatePolicy(policy!, { principal, action: 'sts:AssumeRole', resource: '*', context: {} })
}

describe('readCaller', () => {
  it.each<[string, unknown]>([
    [
      ROLE,
      {
        type: 'aws',
        principal: { kind: 'role', partition: 'aws', account: '111122223333', name: 'Exchange', arn: ROLE },
      },
    ],
    [
      SESSION,
      {
        type: 'aws',
        principal: {
          kind: 'session',
          partition: 'aws',
          account: '111122223333',
          name: 'Exchange',
          arn: SESSION,
        },
      },
    ],
    [SERVICE, { type: 'service', name: SERVICE }],
    ['ec2.amazonaws.com.cn', { type: 'service', name: 'ec2.amazonaws.com.cn' }],
    [SAML, { type: 'federated', provider: SAML }],
    ['accounts.google.com', { type: 'federated', provider: 'accounts.google.com' }],
    ['cognito-identity.amazonaws.com', { type: 'federated', provider: 'cognito-identity.amazonaws.com' }],
    ['*', undefined],
    ['111122223333', undefined],
    ['', undefined],
    ['arn:aws:iam::111122223333:role/*', undefined],
    ['arn:aws:iam::111122223333:group/a', undefined],
    ['arn:aws:iam::111122223333:saml-provider/*', undefined],
    ['Access-Grants.s3.amazonaws.com', undefined],
  ])('%s', (text, expected) => {
    expect(readCaller(text)).toEqual(expected)
  })
})

describe('Principal', () => {
  it.each<[string, unknown, string, string | undefined]>([
    ['everyone', '*', SESSION, 'everyone'],
    ['everyone, by kind', { AWS: '*' }, USER, 'everyone'],
    ['everyone, a service too', '*', SERVICE, 'everyone'],
    ['an account id', { AWS: '111122223333' }, SESSION, 'account'],
    ['another account id', { AWS: '444455556666' }, SESSION, undefined],
    ['the account root', { AWS: ROOT }, USER, 'account'],
    ['the account root, to itself', { AWS: ROOT }, ROOT, 'caller'],
    ['an account id, to its root', { AWS: '111122223333' }, ROOT, 'caller'],
    ['the root of another partition', { AWS: 'arn:aws-cn:iam::111122223333:root' }, USER, undefined],
    ['an account, to a service', { AWS: ROOT }, SERVICE, undefined],
    ['an account, to its SAML provider', { AWS: ROOT }, SAML, undefined],
    ['the user', { AWS: USER }, USER, 'caller'],
    ['the user in other case', { AWS: USER.replace('Ann', 'ann') }, USER, undefined],
    ['the user on another path', { AWS: 'arn:aws:iam::111122223333:user/Ann' }, USER, undefined],
    ['the role', { AWS: ROLE }, ROLE, 'caller'],
    ['the role on another path', { AWS: BARE_ROLE }, ROLE, undefined],
    ['the role, to its session', { AWS: ROLE }, SESSION, 'role'],
    ['the role without path, to its session', { AWS: BARE_ROLE }, SESSION, 'role'],
    [
      'a role whose path has that name',
      { AWS: 'arn:aws:iam::111122223333:role/Exchange/Other' },
      SESSION,
      undefined,
    ],
    ['the role of another account', { AWS: ROLE.replace('1111', '2222') }, SESSION, undefined],
    [
      'the role of another partition',
      { AWS: ROLE.replace('arn:aws:', 'arn:aws-us-gov:') },
      SESSION,
      undefined,
    ],
    [
      'a user of the name of the role',
      { AWS: 'arn:aws:iam::111122223333:user/Exchange' },
      SESSION,
      undefined,
    ],
    ['the session', { AWS: SESSION }, SESSION, 'caller'],
    ['another session', { AWS: `${SESSION}0` }, SESSION, undefined],
    ['the session, to its role', { AWS: SESSION }, BARE_ROLE, undefined],
    ['the nearest of several', { AWS: ['111122223333', ROLE, '*'] }, SESSION, 'role'],
    ['the service', { Service: SERVICE }, SERVICE, 'caller'],
    ['another service', { Service: 's3.amazonaws.com' }, SERVICE, undefined],
    ['the provider', { Federated: SAML }, SAML, 'caller'],
    ['a provider, to a role', { Federated: SAML }, ROLE, undefined],
  ])('%s', (_, Principal, principal, reach) => {
    const { effect, reach: reached } = evaluate(principal, { Effect: 'Allow', Principal })
    expect([effect, reached]).toEqual(reach === undefined ? ['none', undefined] : ['allow', reach])
    const denied = evaluate(principal, { Effect: 'Deny', Principal })
    expect(denied.effect).toBe(reach === undefined ? 'none' : 'explicitDeny')
  })

  it('covers no caller by a canonical user id', () => {
    const Principal = { CanonicalUser: 'ab'.repeat(32) }
    expect(evaluate(ROLE, { Effect: 'Allow', Principal }).effect).toBe('none')
  })
})

describe('NotPrincipal', () => {
  it.each<[string, unknown, string, 'none' | 'explicitDeny']>([
    ['the user and the account', { AWS: [USER, ROOT] }, USER, 'none'],
    ['the user and the account id', { AWS: [USER, '111122223333'] }, USER, 'none'],
    ['the user without the account', { AWS: USER }, USER, 'explicitDeny'],
    ['the account without the user', { AWS: ROOT }, USER, 'explicitDeny'],
    ['session, role and account', { AWS: [SESSION, ROLE, ROOT] }, SESSION, 'none'],
    ['session and account', { AWS: [SESSION, ROOT] }, SESSION, 'explicitDeny'],
    ['role and account, for a session', { AWS: [ROLE, ROOT] }, SESSION, 'explicitDeny'],
    ['the root', { AWS: ROOT }, ROOT, 'none'],
    ['the service', { Service: SERVICE }, SERVICE, 'none'],
    ['another service', { Service: 's3.amazonaws.com' }, SERVICE, 'explicitDeny'],
  ])('%s', (_, NotPrincipal, principal, effect) => {
    expect(evaluate(principal, { Effect: 'Deny', NotPrincipal }).effect).toBe(effect)
  })
})
