import { connect } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { samlApp } from './samlApp.js'
import { Browser, MAJORS } from './support.js'

let close: (() => Promise<void>)[] = []
afterEach(async () => {
  await Promise.all(close.map((one) => one()))
  close = []
})

/** Sends bytes as they are, and answers the status and the head of what comes back. */
function raw(url: string, text: string): Promise<{ readonly status: number; readonly head: string }> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    let answer = ''
    socket.on('data', (chunk) => (answer += chunk.toString('latin1')))
    socket.on('error', reject)
    socket.on('close', () => {
      const [head = ''] = answer.split('\r\n\r\n')
      resolve({ status: Number(head.split(' ')[1]), head })
    })
    socket.write(text)
  })
}

describe.each(MAJORS)('odd requests on %s', (_major, express) => {
  async function start() {
    const app = await samlApp(express)
    close.push(app.close)
    const ask = (line: string, headers: readonly string[] = []) =>
      raw(
        app.url,
        [`${line} HTTP/1.1`, 'Host: evil.example', 'Connection: close', ...headers, '', ''].join('\r\n'),
      )
    const browser = new Browser()
    await app.signIn(browser)
    const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`)
    return { ...app, ask, browser, cookie }
  }

  it('to an address that is almost one of a sign-in are none of its business, and sign nobody in or out', async () => {
    const app = await start()
    const cookie = [`Cookie: ${app.cookie.join('; ')}`, `Origin: ${app.url}`]
    for (const path of [
      '/signout/',
      '//signout',
      '/./signout',
      '/SIGNOUT',
      '/%73ignout',
      '/signout;x',
      '/x/../signout',
      `${app.url}/signout`,
      'http://evil.example/signout',
    ]) {
      const { status } = await app.ask(`POST ${path}`, [...cookie, 'Content-Length: 0'])
      expect([path, status]).toEqual([path, 404])
      expect(await app.who(app.browser)).toBe('ada@example.com')
    }
    for (const path of [
      '/signin/',
      '//signin',
      '/SignIn',
      `${app.url}/signin`,
      '/saml/acs/',
      '//saml/acs',
      '/saml//acs',
    ])
      for (const method of ['GET', 'POST']) {
        const { status, head } = await app.ask(
          `${method} ${path}`,
          method === 'POST' ? ['Content-Length: 0'] : [],
        )
        expect([path, status]).toEqual([path, 404])
        expect(head.toLowerCase()).not.toContain('set-cookie')
      }
  })

  it('by another method begin nothing', async () => {
    const app = await start()
    for (const method of ['HEAD', 'OPTIONS', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'PROPFIND', 'POST']) {
      const { status, head } = await app.ask(`${method} /signin`, ['Content-Length: 0'])
      expect([method, status]).toEqual([method, 405])
      expect(head.toLowerCase()).not.toContain('set-cookie')
      if (method !== 'POST')
        expect((await app.ask(`${method} /saml/acs`, ['Content-Length: 0'])).status).toBe(405)
    }
  })

  it('with a session need a page of this app behind them, whatever changes something', async () => {
    const app = await start()
    const cookie = `Cookie: ${app.cookie.join('; ')}`
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'PROPFIND', 'MKCOL'])
      for (const from of [
        [],
        ['Origin: null'],
        ['Origin: https://evil.example'],
        [`Origin: ${app.url}`, 'Origin: https://evil.example'],
        [`Origin: ${app.url}`, 'Sec-Fetch-Site: cross-site'],
        ['Sec-Fetch-Site: same-origin', 'Sec-Fetch-Site: cross-site'],
        [`Origin: ${app.url}.evil.example`],
        [`Origin: ${app.url}/`],
        ['X-Forwarded-Host: evil.example', 'Origin: http://evil.example'],
      ])
        expect([
          method,
          from,
          (await app.ask(`${method} /me`, [cookie, 'Content-Length: 0', ...from])).status,
        ]).toEqual([method, from, 403])
  })

  it('with the cookie in two headers, in quotes, twice or under a name that is almost its own sign nobody in', async () => {
    const app = await start()
    const session = app.cookie.find((one) => !one.includes('-login')) ?? ''
    const [name = '', value = ''] = session.split(/=(.*)/s)
    const who = async (...headers: string[]) => (await app.ask('GET /me', headers)).status
    expect(await who(`Cookie: ${session}`)).toBe(200)
    for (const headers of [
      [`Cookie: ${session}`, `Cookie: ${session}`],
      [`Cookie: ${session}; ${name}=x`],
      [`Cookie: ${name}=; ${session}`],
      [`Cookie: ${name}="${value}"`],
      [`Cookie: ${name}=${value}=`],
      [`Cookie: ${name}=${value},${session}`],
      [`Cookie: ${name.toLowerCase()}=${value}`],
      [`Cookie: =${session}`],
      [`Cookie: ${encodeURIComponent(name)}%20=${value}`],
      [`Cookie: $Version=1; ${name}=${value}; ${name}`, `X-Forwarded-User: ada`, `Cookie: ${name}=`],
    ])
      expect([headers, await who(...headers)]).toEqual([headers, 401])
    const many = Array.from({ length: 1500 }, (_, at) => `c${at}=1`).join('; ')
    expect(await who(`Cookie: ${many}; ${session}`)).toBe(200)
    expect(await who(`Cookie: ${'x'.repeat(20_000)}=1; ${session}`)).toBe(431)
  })
})
