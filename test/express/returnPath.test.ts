import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { returnPathsOf } from '../../src/express/returnPath.js'

const anywhere = returnPathsOf(undefined)
const reason = (path: string, allowed?: readonly string[]): string => {
  const verdict = returnPathsOf(allowed)(path)
  return verdict.ok ? 'ok' : verdict.findings.map((finding) => `${finding.rule} ${finding.reason}`).join()
}

describe('return paths', () => {
  it.each([
    ['', 'not-a-path'],
    ['reports', 'not-a-path'],
    ['?a=1', 'not-a-path'],
    ['https://app.example.com/', 'not-a-path'],
    ['https:evil.example.com', 'not-a-path'],
    ['javascript:alert(1)', 'not-a-path'],
    ['data:text/html,x', 'not-a-path'],
    [' /reports', 'not-a-path'],
    ['\t//evil.example.com', 'not-a-path'],
    ['//evil.example.com', 'other-host'],
    ['///evil.example.com', 'other-host'],
    ['/\\evil.example.com', 'other-host'],
    ['\\\\evil.example.com', 'not-a-path'],
    ['/a\\..\\..\\evil', 'backslash'],
    ['/\n/evil.example.com', 'characters'],
    ['/a\r\nSet-Cookie: x=y', 'characters'],
    ['/a b', 'characters'],
    ['/\u0000', 'characters'],
    ['/é', 'characters'],
    ['/\u202e', 'characters'],
    ['/<script>', 'characters'],
    ['/"', 'characters'],
    ['/%2f/evil.example.com', 'escape'],
    ['/%5Cevil.example.com', 'escape'],
    ['/%0d%0aSet-Cookie:x', 'escape'],
    ['/%00', 'escape'],
    ['/%zz', 'escape'],
    ['/%', 'escape'],
    ['/..//evil.example.com', 'dot-segment'],
    ['/.//evil.example.com', 'dot-segment'],
    ['/a/%2E%2e/b', 'dot-segment'],
    ['/a/.%2e', 'dot-segment'],
    [`/${'a'.repeat(2048)}`, 'too-long'],
  ])('%j is refused', (path, why) => {
    expect(reason(path)).toBe(`express/return-path ${why}`)
  })

  it('are those that the app allows', () => {
    const allowed = ['/billing', '/reports/*']
    for (const path of [
      '/billing',
      '/billing?year=2026',
      '/billing#top',
      '/reports/',
      '/reports/a/b?c=/d//e',
      '/reports/..a',
    ])
      expect([path, reason(path, allowed)]).toEqual([path, 'ok'])
    for (const path of [
      '/',
      '/billing/',
      '/Billing',
      '/billing2',
      '/reports',
      '/reportsX/',
      '/x?/reports/',
      '/%62illing',
    ])
      expect([path, reason(path, allowed)]).toEqual([path, 'express/return-path not-allowed'])
    expect(reason('/a?next=https://evil.example.com')).toBe('ok')
  })

  it('come once', () => {
    const verdict = anywhere(['/a', '/a'])
    expect(verdict.findings.map((finding) => finding.reason)).toEqual(['duplicate'])
  })

  it('whatever the text, lead to no other host, and are sent as they are', () => {
    const part = fc.constantFrom(
      '/',
      '\\',
      '//',
      '.',
      '..',
      '%2e',
      '%2f',
      '@',
      ':',
      '?',
      '#',
      'http:',
      'evil.example.com',
      '\t',
      '\n',
      '\0',
      ' ',
    )
    const path = fc.oneof(
      fc.string(),
      fc
        .array(fc.oneof(part, fc.string({ maxLength: 3 })), { maxLength: 8 })
        .map((parts) => `/${parts.join('')}`),
    )
    fc.assert(
      fc.property(path, (text) => {
        const verdict = anywhere(text)
        if (!verdict.ok) return
        const url = new URL(verdict.value, 'https://app.example.com/signin/x')
        expect(url.origin).toBe('https://app.example.com')
        expect(url.pathname).toBe(text.split(/[?#]/)[0])
        expect(verdict.value).toMatch(/^\/[\x21-\x7e]*$/)
      }),
      { numRuns: 3_000 },
    )
  })
})
