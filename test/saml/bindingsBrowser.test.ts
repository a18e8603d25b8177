import { spawn } from 'node:child_process'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect } from 'vitest'
import { decodeMessage } from '../../src/saml/bindings/decode.js'
import { encodePost } from '../../src/saml/bindings/encodePost.js'
import { encodeRedirect } from '../../src/saml/bindings/encodeRedirect.js'
import { verifyRedirectSignature } from '../../src/saml/bindings/redirectSignature.js'
import { buildAuthnRequest } from '../../src/saml/authnRequest/build.js'
import { peer, run } from '../support/peers.js'
import { idpCertificate, idpSigner, issued, NOW } from '../support/saml.js'

/** The HTML and URLs that are made here, held against the parser and the form submission of a real browser. */

const inChromium = await peer({ name: 'Chromium', debianPackage: 'chromium' }, () =>
  run('chromium', ['--version']),
)

const XML = issued()
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

const closing: (() => void | Promise<void>)[] = []
afterAll(async () => {
  for (const close of closing) await close()
})

async function serve(handle: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server: Server = createServer(handle)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** A Chromium that opens a URL, and its end. */
function open(url: string): () => Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-chromium-'))
  const browser = spawn('chromium', [...FLAGS, `--user-data-dir=${folder}`, url], {
    detached: true,
    stdio: 'ignore',
  })
  return async () => {
    const ended = new Promise((resolve) => browser.once('close', resolve))
    // The group of processes that it started, and no other.
    if (browser.pid !== undefined && browser.exitCode === null) process.kill(-browser.pid, 'SIGKILL')
    await ended
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
  }
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return Buffer.concat(parts)
}

/** What is sent, and how it arrives where that is not the same. */
const relayStates: readonly (readonly [sent: string, arrives?: string])[] = [
  ['plain'],
  [''],
  ['a&b=c+d e%20f;g#h?i'],
  [`"'><script>fetch('/pwned')</script><!-- &quot; &#34; &amp;`],
  ['" autofocus onfocus="fetch(`/pwned`)'],
  ['äöü ß 日本語 العربية \u{1f600} \u202e \u200b \ufeff \ufffd \uffff \u{10ffff}'],
  ['\u0080\u0085\u009f\u00a0\u2028\u2029'],
  ['\u0001\u0008\u000b\u000c\u001f\u007f'],
  ['\t leading and trailing \t'],
  ['https://app.example.com/reports?year=2026&kind=a%20b#top'],
  ['é&=+%'.repeat(342)],
  ['\r\nlines\r\nof a form\r\n'],
  ['lines\nof\rothers', 'lines\r\nof\r\nothers'],
  ['a\0b', 'a\ufffdb'],
]

describe('a browser', () => {
  inChromium('posts each page by itself under its policy, and RelayState arrives to the letter', async () => {
    const bodies: Buffer[] = []
    const astray: string[] = []
    let done: () => void = () => undefined
    const all = new Promise<void>((resolve) => (done = resolve))
    const pages = await serve((request, response) => {
      const [relayState] = relayStates[Number(request.url?.slice(1))] ?? []
      if (relayState === undefined) {
        if (request.url !== '/favicon.ico') astray.push(request.url ?? '')
        response.writeHead(404).end()
        return
      }
      const { html, contentSecurityPolicy } = encodePost({
        message: XML,
        kind: 'SAMLResponse',
        destination: `${acs}/acs?tenant=a&b='c'`,
        relayState,
      })
      response.writeHead(200, {
        'Content-Type': 'text/html; charset=utf-8',
        'Content-Security-Policy': contentSecurityPolicy,
      })
      response.end(html)
    })
    const acs = await serve((request, response) => {
      if (request.method !== 'POST') {
        if (request.url !== '/favicon.ico') astray.push(request.url ?? '')
        response.writeHead(404).end()
        return
      }
      void bodyOf(request).then((body) => {
        bodies.push(body)
        const next = bodies.length
        response.writeHead(200, { 'Content-Type': 'text/html' })
        if (next < relayStates.length) response.end(`<script>location.replace('${pages}/${next}')</script>`)
        else response.end('', done)
      })
    })
    const close = open(`${pages}/0`)
    await Promise.race([all, new Promise((resolve) => setTimeout(resolve, 45_000))])
    await close()
    expect(astray).toEqual([])
    expect(bodies).toHaveLength(relayStates.length)
    bodies.forEach((body, index) => {
      const [sent, arrives = sent] = relayStates[index]!
      expect(decodeMessage({ binding: 'post', body })).toEqual({
        ok: true,
        findings: [],
        value: { binding: 'post', kind: 'SAMLResponse', message: XML, relayState: arrives },
      })
    })
  })

  inChromium('follows the receiver to an origin that the policy names', async () => {
    let done: () => void = () => undefined
    const arrived = new Promise<string>((resolve) => (done = () => resolve('arrived')))
    const elsewhere = await serve((request, response) => {
      response.end()
      if (request.url === '/home') done()
    })
    const acs = await serve((_request, response) =>
      response.writeHead(303, { Location: `${elsewhere}/home` }).end(),
    )
    const pages = await serve((_request, response) => {
      const { html, contentSecurityPolicy } = encodePost({
        message: XML,
        kind: 'SAMLResponse',
        destination: `${acs}/acs`,
        redirectOrigins: [elsewhere],
      })
      response.writeHead(200, {
        'Content-Type': 'text/html; charset=utf-8',
        'Content-Security-Policy': contentSecurityPolicy,
      })
      response.end(html)
    })
    const close = open(pages)
    const outcome = await Promise.race([arrived, new Promise((resolve) => setTimeout(resolve, 30_000, 'no'))])
    await close()
    expect(outcome).toBe('arrived')
  })

  inChromium('leaves the octets of a signed query as they are', async () => {
    const queries: string[] = []
    const states = relayStates.map(([sent]) => sent)
    let done: () => void = () => undefined
    const all = new Promise<void>((resolve) => (done = resolve))
    const idp = await serve((request, response) => {
      const url = request.url ?? ''
      if (url === '/favicon.ico') {
        response.writeHead(404).end()
        return
      }
      if (url.startsWith('/sso?')) queries.push(url.slice('/sso?'.length))
      const relayState = states[queries.length]
      if (relayState === undefined) {
        response.end('', done)
        return
      }
      const destination = `http://${request.headers.host}/sso?tenant='1'`
      const message = buildAuthnRequest({
        id: '_1',
        now: NOW,
        issuer: 'https://app.example.com',
        destination,
        acsURL: 'https://app.example.com/acs',
      })
      const location = encodeRedirect({
        message,
        kind: 'SAMLRequest',
        destination,
        relayState,
        signer: idpSigner,
      })
      // From a page, so that no chain of redirects grows too long.
      response.writeHead(200, { 'Content-Type': 'text/html' })
      response.end(`<script>location.replace(${JSON.stringify(location)})</script>`)
    })
    const close = open(`${idp}/`)
    await Promise.race([all, new Promise((resolve) => setTimeout(resolve, 45_000))])
    await close()
    expect(queries).toHaveLength(states.length)
    queries.forEach((query, index) => {
      expect(decodeMessage({ binding: 'redirect', query }).value?.relayState).toBe(states[index])
      expect(verifyRedirectSignature(query, { certificates: [idpCertificate], now: NOW }).ok).toBe(true)
    })
  })
})
