import { describe, expect, it } from 'vitest'
import { decide, parsePolicy } from '../../../src/core/policy/index.js'

const role = 'arn:aws:iam::111122223333:role/expense-app-user'
const session = 'arn:aws:sts::111122223333:assumed-role/expense-app/i-1'
const trust = (...actions: string[]) => ({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::111122223333:role/expense-app' }, Action: actions },
  ],
})
const asks = (action: string, principal = session) => ({ principal, action, resource: role, context: {} })

describe('a trust policy', () => {
  it('is about its role, and names no resource', () => {
    expect(parsePolicy(trust('sts:AssumeRole'), '$', 'trust').faults).toEqual([])
    expect(parsePolicy(trust('sts:AssumeRole'), '$', 'resource').faults).toMatchObject([
      { rule: 'policy/resource', reason: 'missing' },
    ])
    const named = trust('sts:AssumeRole')
    Object.assign(named.Statement[0]!, { Resource: '*' })
    expect(parsePolicy(named, '$', 'trust').faults).toMatchObject([
      { rule: 'policy/resource', reason: 'not-allowed' },
    ])
  })

  it('decides who may act as the role, and each action by itself', () => {
    const policies = { identity: [], resource: trust('sts:AssumeRole') }
    expect(decide(policies, asks('sts:AssumeRole')).effect).toBe('allow')
    expect(decide(policies, asks('sts:SetContext')).effect).toBe('implicitDeny')
    const both = { identity: [], resource: trust('sts:AssumeRole', 'sts:SetContext') }
    expect(decide(both, asks('sts:SetContext')).effect).toBe('allow')
    const other = 'arn:aws:sts::111122223333:assumed-role/other/i-1'
    expect(decide(both, asks('sts:AssumeRole', other)).effect).toBe('implicitDeny')
  })
})
