import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, openSync, ftruncateSync, closeSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { Report } from '../../src/conformance/index.js'
import { formatDateTime } from '../../src/core/codec.js'
import { command, temporaryFiles } from '../support/command.js'
import { ADA, IDP, idpPEM, issued, NOW, SP, told } from '../support/saml.js'

const { file, folder, remove } = temporaryFiles()
afterAll(remove)

const certificate = file('idp.pem', idpPEM)
const OPTIONS = [
  ...['--idp-entity-id', IDP, '--idp-certificate', certificate],
  ...['--audience', SP.entityID, '--acs', SP.acsURL, '--in-response-to', '_request'],
  ...['--at', formatDateTime(NOW)],
]

async function check(path: string, ...more: string[]) {
  return command('check', 'response', path, ...OPTIONS, ...more)
}

async function report(content: string | Uint8Array): Promise<{ code: number; report: Report }> {
  const { code, out } = await check(file('message', content), '--format', 'json')
  return { code, report: JSON.parse(out) as Report }
}

const xml = issued()
const base64 = Buffer.from(xml).toString('base64')
const body = `SAMLResponse=${encodeURIComponent(base64)}`
const errors = ({ rules }: Report): string[] =>
  told(rules.flatMap(({ findings }) => findings).filter(({ severity }) => severity === 'error'))

describe('a Response is taken as it was copied', () => {
  it.each([
    ['XML', xml],
    ['XML in a file', `${xml}\r\n`],
    ['bytes of XML', Buffer.from(xml)],
    ['base64', base64],
    ['base64 in lines', base64.replaceAll(/(.{76})/g, '$1\r\n')],
    ['a form body', body],
    ['a form body in a file', `${body}\n`],
    ['a form body with RelayState', `${body}&RelayState=https%3A%2F%2Fexample.com%2Fa%3Fb`],
    ['a form body with RelayState first', `RelayState=abc&${body}`],
    ['a form body with what is not of SAML', `${body}&utf8=%E2%9C%93&x`],
    ['lower-case escapes', body.replaceAll(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase())],
  ])('%s', async (_, content) => {
    const { code, report: answer } = await report(content)
    expect([code, answer.verdict, answer.identity?.['nameID']]).toEqual([0, 'accepted', ADA.nameID])
  })

  it('judges the RelayState beside it, too', async () => {
    const { code, report: answer } = await report(`${body}&RelayState=${'a'.repeat(81)}`)
    expect(code).toBe(0)
    expect(told(answer.rules.flatMap(({ findings }) => findings))).toEqual([
      'saml/relay-state-length too-long',
    ])
  })

  it('gives places in the XML that a form or base64 holds', async () => {
    const changed = xml.replace('ada@example.com', 'eve@example.com').replaceAll('><', '>\n<')
    const { report: answer } = await report(
      `SAMLResponse=${encodeURIComponent(Buffer.from(changed).toString('base64'))}`,
    )
    const finding = answer.rules
      .flatMap(({ findings }) => findings)
      .find(({ rule }) => rule === 'saml/digest')
    const line = changed.split('\n').findIndex((one) => one.startsWith('<ds:Signature ')) + 1
    expect(finding?.place).toMatchObject({ line, column: 1 })
  })

  it('from standard input', () => {
    // The command of its own, for a standard input of its own.
    const out = execFileSync(
      process.execPath,
      [join(import.meta.dirname, '../../scripts/ts.mjs'), join(import.meta.dirname, 'stdin.ts'), ...OPTIONS],
      { input: body, encoding: 'utf8' },
    )
    expect(out).toMatch(/^ACCEPTED {2}response -/)
  })
})

describe('what is no Response is refused, and the finding says what to give', () => {
  const html = `<!DOCTYPE html><html><body><form method="post"><input type="hidden" name="SAMLResponse" value="${base64}"></form></body></html>`
  it.each([
    ['nothing', '', 'saml/message empty'],
    ['white space', ' \n\t', 'saml/message empty'],
    ['text', 'not a message\n', 'saml/base64 spaces'],
    ['binary', new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0xff, 0xfe, 0]), 'saml/message binary'],
    ['broken XML', '<samlp:Response', 'saml/xml-well-formed start-tag'],
    ['an HTML page that holds the field', html, 'saml/message html'],
    ['the form alone', html.replace(/^.*<body>/, ''), 'saml/message html'],
    ['the hidden field alone', `<input name="SAMLResponse" value="${base64}">`, 'saml/message html'],
    ['a data: URL', `data:text/xml;base64,${base64}`, 'saml/message data-url'],
    [
      'a request as it goes over the wire',
      `POST /acs HTTP/1.1\r\nHost: x\r\n\r\n${body}`,
      'saml/message http-capture',
    ],
    ['a command of a browser', `curl 'https://x/acs' --data-raw '${body}'`, 'saml/message http-capture'],
    ['headers', `Host: example.com\n\n${body}`, 'saml/message http-capture'],
    ['an address', `https://example.com/acs?${body}`, 'saml/message url'],
    [
      'a HAR file',
      JSON.stringify({ log: { entries: [{ request: { postData: { text: body } } }] } }),
      'saml/message json',
    ],
    ['a field as a browser lists it', `SAMLResponse: ${base64}`, 'saml/message form'],
    ['the value, still percent-encoded', encodeURIComponent(base64), 'saml/base64 percent-encoded'],
    [
      'a form body whose pluses are not encoded',
      `SAMLResponse=${base64.replace(/^(.{8})./, '$1+')}`,
      'saml/base64 spaces',
    ],
    ['a form body with two of them', `${body}&${body}`, 'saml/binding-parameter duplicate'],
    [
      'a form body with a request',
      body.replace('SAMLResponse', 'SAMLRequest'),
      'saml/binding-parameter other-kind',
    ],
    ['a form body that is cut', body.slice(0, 1001).replace(/%?.?$/, '%'), 'saml/binding-form escape'],
    ['a JWT', 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln', 'saml/message jwt'],
  ])('%s', async (_, content, finding) => {
    const { code, report: answer } = await report(content)
    expect([code, answer.verdict, answer.verified]).toEqual([1, 'refused', false])
    expect(errors(answer)).toContain(finding)
    for (const { fix } of answer.rules.flatMap(({ findings }) => findings)) expect(fix).toMatch(/\w/)
  })

  it('shows no value of the signature in any of them, in any format', async () => {
    const value = /<ds:SignatureValue>([^<]{24})/.exec(xml)?.[1] ?? ''
    const inBase64 = base64.slice(base64.length - 400, base64.length - 376)
    expect(value).toHaveLength(24)
    const broken = xml.replace(/<ds:SignatureValue>/, (tag) => `${tag}\u0001`)
    for (const content of [
      xml.replace('ada@', 'eve@'),
      broken,
      html,
      body.slice(0, -3),
      `POST / HTTP/1.1\n\n${body}`,
    ])
      for (const format of ['text', 'json', 'html']) {
        const { out } = await check(file('message', content), '--format', format, '--verbose')
        expect(out).not.toContain(value)
        expect(out).not.toContain(inBase64)
      }
  })
})

/** The superuser may read everything, so the work is done as a user who may not. */
async function asNobody<T>(work: () => Promise<T>): Promise<T> {
  if (process.getuid?.() !== 0) return work()
  process.seteuid?.(65_534)
  try {
    return await work()
  } finally {
    process.seteuid?.(0)
  }
}

describe('a file that cannot be read is misuse, told in a line that names it', () => {
  const sparse = (name: string, size: number): string => {
    const path = join(folder, name)
    const handle = openSync(path, 'w')
    ftruncateSync(handle, size)
    closeSync(handle)
    return path
  }
  const kinds = ['response', 'metadata', 'scim-user', 'issuer', 'token'] as const
  const options = {
    response: OPTIONS,
    metadata: [],
    'scim-user': [],
    issuer: [],
    token: ['--issuer', file('tti.json', {}), '--audience', 'a'],
  }
  for (const kind of kinds) {
    const checked = (path: string) => command('check', kind, path, ...options[kind])
    it.each([
      ['a file that is not there', () => join(folder, 'nowhere'), /there is no such file/],
      [
        'a folder',
        () => {
          mkdirSync(join(folder, 'sub'), { recursive: true })
          return join(folder, 'sub')
        },
        /is a folder, not a file/,
      ],
      ['a file in what is no folder', () => join(file('plain', 'x'), 'below'), /ENOTDIR/],
      ['an endless device', () => '/dev/zero', /larger than 16 MiB/],
      ['a huge file', () => sparse('huge', 3 * 1024 * 1024 * 1024), /larger than 16 MiB/],
      ['a name with a control character', () => join(folder, 'a\u001b[31mb'), /\\u001b/],
    ])(`check ${kind}: %s`, async (_, path, says) => {
      // prettier-ignore
      const { code, out, err } = await checked(path())
      expect([code, out]).toEqual([2, ''])
      expect(err).toMatch(says)
    })
    it(`check ${kind}: an unreadable file`, async () => {
      const path = file('locked', 'x')
      chmodSync(path, 0)
      const { code, err } = await asNobody(() => checked(path))
      expect(code).toBe(2)
      expect(err).toMatch(/may not be read/)
      chmodSync(path, 0o600)
    })
    it.each([
      ['nothing', ''],
      ['binary', new Uint8Array([0xff, 0xfe, 0, 1, 2])],
      ['NUL', new Uint8Array(1_000)],
      ['JSON with a member twice', '{"a": 1, "a": 2}'],
      ['JSON that nests deep', `${'['.repeat(5_000)}${']'.repeat(5_000)}`],
      ['an HTML page', '<!doctype html><title>x</title>'],
      ['sixteen million characters', 'A'.repeat(16 * 1024 * 1024)],
    ])(`check ${kind}: %s is no success`, async (_, content) => {
      const { code, out, err } = await checked(file('content', content))
      expect([1, 2]).toContain(code)
      expect(`${out}${err}`.length).toBeLessThan(6_000)
    })
  }
})
