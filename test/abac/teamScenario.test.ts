import { describe, expect, it } from 'vitest'
import {
  decide,
  requestContext,
  reservedRoleArns,
  sessionTags,
  toAssumeRoleWithSAML,
  validateAttributeConfiguration,
} from '../../src/abac/index.js'
import { assertAccepted } from '../../src/core/index.js'

// R133: one permission set, which nobody edits; who may do what is in the directory.
const configuration = assertAccepted(
  validateAttributeConfiguration({
    AccessControlAttributes: [{ Key: 'Team', Value: { Source: ['${path:enterprise.department}'] } }],
  }),
)
const permissionSet = {
  Version: '2012-10-17',
  Statement: {
    Effect: 'Allow',
    Action: ['ec2:StartInstances', 'ec2:StopInstances'],
    Resource: '*',
    Condition: { StringEquals: { 'ec2:ResourceTag/Team': '${aws:PrincipalTag/Team}' } },
  },
}
const [role] = reservedRoleArns({
  partition: 'aws',
  account: '111122223333',
  permissionSetName: 'Developer',
  suffix: '0123456789abcdef',
})

const person = (userName: string, department: string | undefined) => ({
  userName,
  'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': { department },
})
const tagsOf = (user: unknown) => assertAccepted(sessionTags(undefined, user, configuration))

/** What a session that begins now may do to an instance of a team. */
function stop(user: { userName: string }, resourceTags: Record<string, string>): string {
  const principal = role!
    .replace(':iam:', ':sts:')
    .replace(/role\/.*\//, 'assumed-role/')
    .concat(`/${user.userName}`)
  const action = 'ec2:StopInstances'
  const resource = 'arn:aws:ec2:us-east-1:111122223333:instance/i-0123456789abcdef0'
  const tags = Object.fromEntries(tagsOf(user).tags.map(({ key, value }) => [key, value]))
  const context = requestContext({ action, sessionTags: tags, resourceTags })
  return decide({ identity: [permissionSet] }, { principal, action, resource, context }).effect
}

describe('two people with one permission set (R133)', () => {
  const bob = person('bob@example.com', 'Apollo')
  const sally = person('sally@example.com', 'Gemini')

  it('each reach what their team owns', () => {
    expect([stop(bob, { Team: 'Apollo' }), stop(bob, { Team: 'Gemini' })]).toEqual(['allow', 'implicitDeny'])
    expect([stop(sally, { Team: 'Apollo' }), stop(sally, { Team: 'Gemini' })]).toEqual([
      'implicitDeny',
      'allow',
    ])
  })

  it('move with their team, and the policy stays', () => {
    const moved = person('bob@example.com', 'Gemini')
    expect([stop(moved, { Team: 'Apollo' }), stop(moved, { Team: 'Gemini' })]).toEqual([
      'implicitDeny',
      'allow',
    ])
  })

  it('reach nothing without a team, and nothing that no team owns (R127, R128)', () => {
    const alone = person('bob@example.com', undefined)
    expect([stop(alone, { Team: 'Apollo' }), stop(alone, {})]).toEqual(['implicitDeny', 'implicitDeny'])
    expect(stop(bob, {})).toBe('implicitDeny')
  })

  it('bring each tag as an attribute of its own (R111)', () => {
    expect(toAssumeRoleWithSAML(tagsOf(bob)).principalTags).toEqual({ Team: 'Apollo' })
  })
})
