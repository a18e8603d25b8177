import { describe, expect, it } from 'vitest'
import { requestContext, type ContextSources } from '../../src/abac/index.js'
import { FederationError } from '../../src/core/outcome.js'

const plain = (sources: ContextSources) => ({ ...requestContext(sources) })

describe('requestContext', () => {
  it('names session tags and resource tags as IAM does', () => {
    const sources = { sessionTags: { CostCenter: 'blue' }, resourceTags: { CostCenter: 'red', Stage: '' } }
    expect(plain({ action: 'ec2:StartInstances', ...sources })).toEqual({
      'aws:PrincipalTag/CostCenter': 'blue',
      'aws:ResourceTag/CostCenter': 'red',
      'aws:ResourceTag/Stage': '',
      'ec2:ResourceTag/CostCenter': 'red',
      'ec2:ResourceTag/Stage': '',
    })
    expect(plain({ action: 'sqs:SendMessage', ...sources })).toEqual({
      'aws:PrincipalTag/CostCenter': 'blue',
      'aws:ResourceTag/CostCenter': 'red',
      'aws:ResourceTag/Stage': '',
    })
  })

  it('gives no resource tags to an action that sees none', () => {
    expect(plain({ action: 'ec2:DescribeInstances', resourceTags: { a: 'b' } })).toEqual({})
  })

  it('lets given keys win, whatever their case', () => {
    const context = { 'AWS:principaltag/CostCenter': ['red'], 'aws:SourceIp': '10.0.0.1' }
    expect(plain({ action: 'a:B', sessionTags: { CostCenter: 'blue' }, context })).toEqual(context)
  })

  it('has no prototype, and takes a name of one for a tag', () => {
    const sessionTags = JSON.parse('{"__proto__":"x","constructor":"y"}') as Record<string, string>
    const context = requestContext({ action: 'a:B', sessionTags })
    expect(Object.getPrototypeOf(context)).toBeNull()
    expect(Object.keys(context)).toEqual(['aws:PrincipalTag/__proto__', 'aws:PrincipalTag/constructor'])
  })

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['no action', {}],
    ['tags in a list', { action: 'a:B', sessionTags: [] }],
    ['a tag that is no text', { action: 'a:B', resourceTags: { a: 1 } }],
    ['a Map of tags', { action: 'a:B', sessionTags: new Map([['a', 'b']]) }],
    ['a Map for a context', { action: 'a:B', context: new Map([['a:b', 'c']]) }],
    ['a context that is none', { action: 'a:B', context: 'x' }],
  ])('throws for %s', (_, sources) => {
    let thrown: unknown
    try {
      requestContext(sources as ContextSources)
    } catch (error) {
      thrown = error
    }
    expect(thrown).toBeInstanceOf(FederationError)
    expect((thrown as FederationError).code).toBe('ERR_INVALID_OPTION')
  })
})
