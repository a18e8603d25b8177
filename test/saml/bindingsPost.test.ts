import fc from 'fast-check'
import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { decodeMessage } from '../../src/saml/bindings/decode.js'
import { encodePost, type PostOptions } from '../../src/saml/bindings/encodePost.js'
import { issued, told } from '../support/saml.js'

const XML = issued()
const ACS = 'https://app.example.com/saml/acs'
const encoded = (more: Partial<PostOptions> = {}): ReturnType<typeof encodePost> =>
  encodePost({ message: XML, kind: 'SAMLResponse', destination: ACS, ...more })

/** All tags of a page, and the text between them: a reader that knows no more than where a tag begins and ends. */
function tagsIn(html: string): string[] {
  return html.match(/<[^>]*>/g) ?? []
}

/** What a parser of HTML makes of a value: the few references that the page uses. */
function valueOf(html: string, name: string): string | undefined {
  const written = new RegExp(`name="${name}" value="([^"]*)"`).exec(html)?.[1]
  return written?.replace(/&#(\d+);/g, (_reference, code: string) => String.fromCharCode(Number(code)))
}

const texts = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({
    unit: fc.constantFrom(
      '"',
      "'",
      '<',
      '>',
      '&',
      '&#34;',
      '&quot;',
      '</form>',
      '<script>',
      ' ',
      '\n',
      '\r',
      '\t',
      '\0',
      '`',
      '=',
      'é',
      '--',
      ']]>',
    ),
  }),
)

describe('encodePost', () => {
  it('gives the fields of the form', () => {
    const { fields, findings } = encoded({ relayState: 'a&b' })
    expect(fields).toEqual({ SAMLResponse: Buffer.from(XML).toString('base64'), RelayState: 'a&b' })
    expect(findings).toEqual([])
    expect(encoded().fields).not.toHaveProperty('RelayState')
    expect(valueOf(encoded().html, 'RelayState')).toBeUndefined()
    expect(encoded({ relayState: '' }).fields.RelayState).toBe('')
  })

  it('is a whole page, that works with and without scripts', () => {
    const { html } = encoded()
    expect(html.startsWith('<!doctype html>\n<html lang="en">')).toBe(true)
    expect(html).toContain('<meta charset="utf-8">')
    expect(html).toContain('<title>Continue to app.example.com</title>')
    expect(html).toContain('<button type="submit">Continue</button>')
    expect(html).toContain('<form method="post" action="https://app.example.com/saml/acs"')
    expect(html).not.toMatch(/src=|href=|style=|\son\w+=/)
    expect(html.match(/<script/g)).toHaveLength(1)
  })

  it('allows that one script by its hash, and one place to post to', () => {
    const { html, contentSecurityPolicy } = encoded()
    const script = /<script>(.*)<\/script>/.exec(html)?.[1] ?? ''
    const hash = createHash('sha256').update(script).digest('base64')
    expect(contentSecurityPolicy.split('; ')).toEqual([
      "default-src 'none'",
      `script-src 'sha256-${hash}'`,
      'form-action https://app.example.com',
      "frame-ancestors 'none'",
      "base-uri 'none'",
    ])
    expect(contentSecurityPolicy).not.toContain('unsafe')
  })

  it('allows what the caller names beside', () => {
    const nonce = 'MDEyMzQ1Njc4OWFiY2RlZg=='
    const { html, contentSecurityPolicy } = encoded({
      nonce,
      redirectOrigins: ['https://www.example.com', 'https://app.example.com', 'https:'],
    })
    expect(contentSecurityPolicy).toMatch(/script-src 'sha256-[^']+' 'nonce-MDEyMzQ1Njc4OWFiY2RlZg=='/)
    expect(contentSecurityPolicy).toContain(
      'form-action https://app.example.com https://www.example.com https:;',
    )
    expect(html).toContain(`<script nonce="${nonce}">`)
    // A policy cannot name the address of an IPv6 host.
    expect(encoded({ destination: 'http://[::1]:3000/acs' }).contentSecurityPolicy).toContain(
      'form-action http:;',
    )
  })

  it('lets no RelayState break out of its place', () => {
    const reference = tagsIn(encoded({ relayState: '' }).html)
    fc.assert(
      fc.property(texts, (relayState) => {
        const { html, contentSecurityPolicy } = encoded({ relayState })
        const tags = tagsIn(html)
        expect(tags).toHaveLength(reference.length)
        expect(tags.filter((tag) => !tag.includes('name="RelayState"'))).toEqual(
          reference.filter((tag) => !tag.includes('name="RelayState"')),
        )
        expect(valueOf(html, 'RelayState')).toBe(relayState)
        expect(contentSecurityPolicy).toBe(encoded().contentSecurityPolicy)
      }),
      { numRuns: 1000 },
    )
  })

  it('lets no destination break out of its place: what is no URL is misuse', () => {
    const reference = tagsIn(encoded().html).length
    fc.assert(
      fc.property(
        texts,
        fc.constantFrom(`${ACS}?`, 'https://', 'https://app.example.com', ''),
        (text, before) => {
          let page: ReturnType<typeof encodePost>
          try {
            page = encoded({ destination: before + text })
          } catch (error) {
            expect(error).toMatchObject({ code: 'ERR_INVALID_OPTION' })
            return
          }
          expect(tagsIn(page.html)).toHaveLength(reference)
          expect(page.contentSecurityPolicy.split('; ')).toHaveLength(5)
          expect(page.contentSecurityPolicy).toMatch(/; form-action https:\/\/[\w.:-]+; /)
        },
      ),
      { numRuns: 2000 },
    )
    const { html } = encoded({ destination: `${ACS}?a=1&b='2'` })
    expect(html).toContain('action="https://app.example.com/saml/acs?a=1&#38;b=&#39;2&#39;"')
  })

  it('round-trips what a form then sends', () => {
    fc.assert(
      fc.property(texts, (relayState) => {
        const { fields } = encoded({ relayState })
        const body = new URLSearchParams(fields as Record<string, string>).toString()
        const expected = { binding: 'post', kind: 'SAMLResponse', message: XML, relayState }
        expect(decodeMessage({ binding: 'post', body }).value).toEqual(expected)
        expect(decodeMessage({ binding: 'post', body: { ...fields } }).value).toEqual(expected)
      }),
      { numRuns: 500 },
    )
  })

  it.each([
    ['x'.repeat(81), ['saml/relay-state-length too-long']],
    ['a\nb', ['saml/relay-state-form line-break']],
    ['a\rb', ['saml/relay-state-form line-break']],
    ['a\r\n\nb', ['saml/relay-state-form line-break']],
    ['a\r\nb', []],
    ['a\0b', ['saml/relay-state-form null']],
    ['é&=+%'.repeat(400), ['saml/relay-state-length too-long']],
  ])('warns of what may become of a RelayState (case %#)', (relayState, expected) => {
    const { findings, fields } = encoded({ relayState })
    expect(told(findings)).toEqual(expected)
    expect(findings.every(({ severity }) => severity === 'warning')).toBe(true)
    expect(fields.RelayState).toBe(relayState)
  })

  it.each<[string, Partial<PostOptions>]>([
    ['http elsewhere', { destination: 'http://app.example.com/acs' }],
    ['a relative URL', { destination: '/acs' }],
    ['a host that ends a directive', { destination: 'https://app.example.com;sandbox' }],
    ['a host that begins a list', { destination: 'https://app.example.com,a' }],
    ['javascript:', { destination: 'javascript:alert(1)' }],
    ['data:', { destination: 'data:text/html,x' }],
    ['no destination', { destination: undefined as unknown as string }],
    ['a bad message', { message: '<a' }],
    ['the other kind', { kind: 'SAMLRequest' }],
    ['half a surrogate pair', { relayState: '\ud800' }],
    ['no text as RelayState', { relayState: 1 as unknown as string }],
    ['a short nonce', { nonce: 'abc' }],
    ['a nonce that is none', { nonce: "abcdefghijklmnop' 'unsafe-inline" }],
    ['an origin with a path', { redirectOrigins: ['https://a.example/path'] }],
    ['an origin that is a directive', { redirectOrigins: ["https://a.example; script-src 'unsafe-inline'"] }],
    ['no list of origins', { redirectOrigins: 'https://a.example' as unknown as string[] }],
  ])('refuses %s as misuse', (_name, more) => {
    expect(() => encoded(more)).toThrow(expect.objectContaining({ code: 'ERR_INVALID_OPTION' }) as Error)
  })
})
