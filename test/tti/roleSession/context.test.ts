import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeBase64url, encodeUtf8 } from '../../../src/core/codec.js'
import { FederationError, type Verdict } from '../../../src/core/outcome.js'
import { identityContext, type ContextSource } from '../../../src/tti/roleSession/index.js'

const IDENTITY = 'identity-context-assertion'
const AUDIT = 'audit-context-assertion'
const raw = (text: string) => `aGVhZGVy.${encodeBase64url(encodeUtf8(text))}.c2lnbmF0dXJl`
const token = (claims: object) => raw(JSON.stringify(claims))
const found = (verdict: Verdict<unknown>) => verdict.findings.map(({ rule, reason }) => `${rule} ${reason}`)
const details = (value: unknown) => ({ awsAdditionalDetails: { identityContext: value } }) as ContextSource

describe('identityContext', () => {
  const both = { 'sts:identity_context': IDENTITY, 'sts:audit_context': AUDIT, sub: 'x' }

  it.each<[string, ContextSource]>([
    ['awsAdditionalDetails', details(IDENTITY)],
    ['the idToken', { idToken: token(both) }],
    ['both, agreeing', { ...details(IDENTITY), idToken: token(both) }],
    ['claims', both],
    ['details beside a token without the claim', { ...details(IDENTITY), idToken: token({ sub: 'x' }) }],
  ])('takes the identity context from %s', (_name, source) => {
    expect(identityContext(source)).toEqual({
      ok: true,
      value: { kind: 'identity', contextAssertion: IDENTITY },
      findings: [],
    })
  })

  it('takes the audit context when asked, with the warning that it is legacy', () => {
    const verdict = identityContext({ ...details(IDENTITY), idToken: token(both) }, { kind: 'audit' })
    expect(verdict.ok && verdict.value).toEqual({ kind: 'audit', contextAssertion: AUDIT })
    expect(found(verdict)).toEqual(['tti/context-kind legacy'])
  })

  it.each<[string, unknown, 'identity' | 'audit']>([
    ['nothing', {}, 'identity'],
    ['a refresh answer', { accessToken: 'x', tokenType: 'Bearer' }, 'identity'],
    ['only an audit claim', { idToken: token({ 'sts:audit_context': AUDIT }) }, 'identity'],
    ['only an identity claim', { idToken: token({ 'sts:identity_context': IDENTITY }) }, 'audit'],
    ['details, but audit is asked for', details(IDENTITY), 'audit'],
    ['null details', { awsAdditionalDetails: null }, 'identity'],
    ['inherited members', Object.create({ 'sts:identity_context': IDENTITY }), 'identity'],
  ])('refuses %s', (_name, source, kind) => {
    const verdict = identityContext(source as ContextSource, { kind })
    expect(verdict.ok).toBe(false)
    expect(found(verdict)).toContain('tti/identity-context missing')
  })

  it('refuses two different contexts, whichever kind is asked for', () => {
    const source = { ...details('another-assertion'), idToken: token(both) }
    expect(found(identityContext(source))).toEqual(['tti/context-agreement mismatch'])
    expect(found(identityContext(source, { kind: 'audit' }))).toContain('tti/context-agreement mismatch')
  })

  it.each([
    [3, 'too-short'],
    [4, undefined],
    [2048, undefined],
    [2049, 'too-long'],
  ])('an assertion of %s characters: %s', (length, reason) => {
    const verdict = identityContext(details('x'.repeat(length)))
    expect(found(verdict)).toEqual(reason === undefined ? [] : [`tti/identity-context ${reason}`])
  })

  it('refuses an assertion that is no text', () => {
    for (const value of [1, null, {}, ['abcd']]) {
      expect(found(identityContext(details(value)))).toEqual(['tti/identity-context type'])
    }
  })

  it.each<[string, unknown]>([
    ['type', 42],
    ['oversize', 'x'.repeat(65_537)],
    ['parts', 'a.b'],
    ['parts', 'a.b.c.d.e'],
    ['base64url', 'a.e30=.c'],
    ['base64url', 'a.e31.c'],
    ['utf-8', `a.${encodeBase64url(new Uint8Array([0x22, 0xff, 0x22]))}.c`],
    ['json', raw('{')],
    ['json', raw('{"a":'.repeat(30) + '1' + '}'.repeat(30))],
    ['duplicate-member', raw('{"sts:identity_context":"aaaa","sts:identity_context":"bbbb"}')],
    ['not-an-object', raw('[]')],
  ])(
    'an unreadable idToken (%s) gives nothing, and only warns beside awsAdditionalDetails',
    (reason, idToken) => {
      const alone = identityContext({ idToken } as ContextSource)
      expect(alone.ok).toBe(false)
      expect(found(alone)).toEqual([`tti/id-token-payload ${reason}`, 'tti/identity-context missing'])
      const beside = identityContext({ idToken, ...details(IDENTITY) } as ContextSource)
      expect(beside.ok && beside.value.contextAssertion).toBe(IDENTITY)
      expect(found(beside)).toEqual([`tti/id-token-payload ${reason}`])
    },
  )

  it('never puts an assertion or a token into a finding', () => {
    const secret = 'SECRETSECRET'.repeat(300)
    const idToken = token({ 'sts:identity_context': secret })
    const verdict = identityContext({ ...details(`${secret}2`), idToken })
    expect(verdict.ok).toBe(false)
    expect(JSON.stringify(verdict)).not.toContain('SECRET')
  })

  it('throws for an unknown kind', () => {
    expect(() => identityContext({}, { kind: 'both' as 'audit' })).toThrow(FederationError)
  })

  it('answers anything whatever with a verdict', () => {
    fc.assert(
      fc.property(fc.anything(), fc.constantFrom('identity' as const, 'audit' as const), (source, kind) => {
        const verdict = identityContext(source as ContextSource, { kind })
        expect(verdict.ok || verdict.findings.length > 0).toBe(true)
      }),
    )
  })
})
