import { describe, expect, it } from 'vitest'
import { decide } from '../../../src/core/policy/index.js'
import { checkTrustPolicy } from '../../../src/tti/roleSession/index.js'

const role = 'arn:aws:iam::111122223333:role/path/app'
const trust = (principal: unknown, condition?: object) => ({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: principal,
      Action: ['sts:AssumeRole', 'sts:SetContext'],
      ...(condition ? { Condition: condition } : {}),
    },
  ],
})

describe('checkTrustPolicy and the evaluator', () => {
  it.each([
    ['a session of the role', { AWS: role }, 'arn:aws:sts::111122223333:assumed-role/app/i-1'],
    ['a session of another role', { AWS: role }, 'arn:aws:sts::111122223333:assumed-role/other/i-1'],
    ['a session in another account', { AWS: role }, 'arn:aws:sts::444455556666:assumed-role/app/i-1'],
    ['the role itself', { AWS: role }, role],
    ['everyone', '*', 'arn:aws:sts::111122223333:assumed-role/other/i-1'],
  ])('agree on %s', (_, principal, caller) => {
    const policy = trust(principal)
    const request = { principal: caller, resource: 'arn:aws:iam::111122223333:role/target', context: {} }
    const everything = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } }
    const allowed = ['sts:AssumeRole', 'sts:SetContext'].every(
      (action) =>
        decide({ identity: [everything], resource: policy }, { ...request, action }).effect === 'allow',
    )
    expect(checkTrustPolicy(policy, { caller }).ok).toBe(allowed)
  })

  it.each([
    [trust({ AWS: 'not an arn' }), 'tti/trust-policy'],
    [trust({ AWS: role }, { Foo: { 'aws:a': 'b' } }), 'tti/trust-policy'],
  ])('both refuse what neither understands %#', (policy, rule) => {
    const verdict = checkTrustPolicy(policy)
    expect(verdict.ok).toBe(false)
    expect(verdict.findings.map((finding) => finding.rule)).toContain(rule)
  })
})
