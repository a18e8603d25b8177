import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { begin, CALLBACK, oidcApp, scriptedIssuer, type OidcApp, type ScriptedIssuer } from './oidcSupport.js'
import { Browser, MAJORS, type Sent } from './support.js'

let issuer: ScriptedIssuer
beforeAll(async () => {
  issuer = await scriptedIssuer()
})
afterAll(() => issuer.close())

describe.each(MAJORS)('a callback on %s', (_major, express) => {
  let app: OidcApp
  let browser: Browser
  let asked: URL
  let good: URL
  beforeEach(async () => {
    app = await oidcApp({ issuerURL: issuer.url, express, signIn: { allowedReturnPaths: ['/reports/*'] } })
    browser = new Browser()
    asked = await begin(browser, app)
    good = new URL(issuer.accept(asked))
  })
  afterEach(() => app.close())

  /** The refusal of a callback; nobody is signed in by it, nothing was sent to the token endpoint, and the page is static. */
  async function refused(url: string | URL, init: Sent = {}): Promise<readonly (number | string)[]> {
    const tokens = issuer.asked.filter((one) => one === 'POST /token').length
    const response = await browser.fetch(String(url), init)
    const page = await response.text()
    expect(issuer.asked.filter((one) => one === 'POST /token')).toHaveLength(tokens)
    expect(response.status).toBe(app.refusals.last[0])
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(response.headers.get('cache-control')).toBe('no-store')
    for (const text of ['code-', 'evil', asked.searchParams.get('state')!, '    at '])
      expect(page).not.toContain(text)
    expect(JSON.stringify(app.refusals.all)).not.toContain(asked.searchParams.get('state'))
    expect(await (await browser.fetch(app.url)).json()).toMatchObject({ identity: null })
    return app.refusals.last
  }

  const changed = (change: (query: URLSearchParams) => void): URL => {
    const url = new URL(good)
    change(url.searchParams)
    return url
  }

  it('without a state, or with two, is refused', async () => {
    expect(await refused(changed((query) => query.delete('state')))).toContain('sign-in/state missing')
    const twice = changed((query) => query.append('state', query.get('state')!))
    expect(await refused(twice)).toEqual([400, 'sign-in/callback-query repeated'])
    expect(await refused(`${app.url}${CALLBACK}`)).toContain('sign-in/state missing')
  })

  it('with a state that nobody was given is refused', async () => {
    const wrong = changed((query) => query.set('state', 'x'.repeat(43)))
    expect(await refused(wrong)).toEqual([403, 'express/login unknown'])
    const empty = changed((query) => query.set('state', ''))
    expect(await refused(empty)).toEqual([403, 'express/login unknown'])
  })

  it('of another issuer, or of none where it names itself, is refused', async () => {
    const other = changed((query) => query.set('iss', 'https://evil.example'))
    expect(await refused(other)).toEqual([400, 'sign-in/iss mismatch'])
    expect(await refused(changed((query) => query.delete('iss')))).toEqual([400, 'sign-in/iss missing'])
  })

  it('of another issuer is refused where the provider does not announce that it names itself, too', async () => {
    const quiet = await scriptedIssuer()
    delete quiet.script.metadata['authorization_response_iss_parameter_supported']
    const other = await oidcApp({ issuerURL: quiet.url, express })
    const person = new Browser()
    const back = new URL(quiet.accept(await begin(person, other)))
    back.searchParams.set('iss', issuer.url)
    expect((await person.fetch(back.href)).status).toBe(400)
    expect(other.refusals.last).toEqual([400, 'sign-in/iss mismatch'])
    back.searchParams.delete('iss')
    expect((await person.fetch(back.href)).status).toBe(303)
    await other.close()
    await quiet.close()
  })

  it('with any parameter twice is refused', async () => {
    for (const name of ['code', 'iss']) {
      const twice = changed((query) => query.append(name, 'evil'))
      expect(await refused(twice)).toEqual([400, 'sign-in/callback-query repeated'])
    }
  })

  it('that is oversize is refused before it is looked up', async () => {
    // Node takes no more than 16 KiB of headers, so that a server answers 431 by itself for most of these.
    const large = changed((query) => query.set('code', 'c'.repeat(4097)))
    expect(await refused(large)).toEqual([400, 'sign-in/callback-outcome code-form'])
    const response = await browser.fetch(changed((query) => query.set('code', 'c'.repeat(20_000))).href)
    expect(response.status).toBe(431)
  })

  it('without a code, or with a code and an error, is refused', async () => {
    expect(await refused(changed((query) => query.delete('code')))).toContain(
      'sign-in/callback-outcome missing',
    )
    expect(await refused(changed((query) => query.set('error', 'access_denied')))).toContain(
      'sign-in/callback-outcome both',
    )
  })

  it('with an error ends on a static page, and the reason goes to the app', async () => {
    const denied = changed((query) => {
      query.delete('code')
      query.set('error', 'access_denied')
      query.set('error_description', '<b>evil</b>')
    })
    expect(await refused(denied)).toEqual([403, 'sign-in/authorized access-denied'])
    const away = changed((query) => {
      query.delete('code')
      query.set('error', 'temporarily_unavailable')
    })
    expect(await refused(away)).toEqual([503, 'sign-in/authorized temporarily-unavailable'])
  })

  it('by POST is refused', async () => {
    expect(await refused(good, { method: 'POST' })).toEqual([405, 'express/method other'])
    expect((await browser.fetch(`${app.url}/signin`, { method: 'POST' })).status).toBe(405)
  })

  it('with a cookie that the app did not set, or with two, is refused', async () => {
    const [name = '', value = ''] = [...browser.cookies][0]!
    expect(await refused(good, { headers: { cookie: `${name}=evil` } })).toEqual([
      403,
      'express/login-browser form',
    ])
    expect(await refused(good, { headers: { cookie: `${name}=${value}; ${name}=${value}` } })).toEqual([
      403,
      'express/login-browser duplicate-cookie',
    ])
  })

  it('of whatever form signs nobody in, and never fails otherwise than by a rule', async () => {
    const words = fc.constantFrom(
      'code',
      'state',
      'iss',
      'error',
      'response',
      'id_token',
      good.searchParams.get('state')!,
    )
    const pair = fc.tuple(
      fc.oneof(words, fc.string({ maxLength: 8 })),
      fc.oneof(words, fc.string({ maxLength: 20 })),
    )
    const query = fc.oneof(
      fc.array(pair, { maxLength: 8 }).map((pairs) => new URLSearchParams(pairs).toString()),
      fc.stringMatching(/^[!$%&'()*+,./0-9:;=?@A-Z_a-z~-]{0,60}$/),
    )
    await fc.assert(
      fc.asyncProperty(query, async (text) => {
        const response = await browser.fetch(`${app.url}${CALLBACK}?${text}`)
        expect([400, 403]).toContain(response.status)
        expect(app.refusals.all.at(-1)?.findings.length).toBeGreaterThan(0)
        expect(app.refusals.all.at(-1)?.cause).toBeUndefined()
      }),
      { numRuns: 100 },
    )
    expect((await browser.fetch(good.href)).status).toBe(303)
  })

  it('with parameters that are none of the code flow is taken as if they were not there', async () => {
    const more = changed((query) => {
      for (const name of ['response', 'id_token', 'token', 'session_state']) query.set(name, 'evil')
    })
    expect((await browser.fetch(more.href)).status).toBe(303)
  })

  it('is still good after all that, and leads where it should', async () => {
    const response = await browser.fetch(good.href)
    expect([response.status, response.headers.get('location')]).toEqual([303, '/'])
  })

  it('never leads where a sign-in may not', async () => {
    for (const returnTo of [
      'https://evil.example/',
      '//evil.example',
      '/\\evil.example',
      '/admin',
      '/reports/../admin',
      '/reports/\n',
    ])
      expect((await begin(browser, app, returnTo)).href, returnTo).toBe('status:400')
    expect(app.refusals.all.every(({ findings }) => findings[0]?.rule === 'express/return-path')).toBe(true)
    const twice = await browser.fetch(`${app.url}/signin?returnTo=/reports/1&returnTo=//evil.example`)
    expect([twice.status, app.refusals.last[0]]).toEqual([400, 400])
    await begin(browser, app, '/reports/1')
  })

  it('of one provider is not taken for another of the same app', async () => {
    const other = await scriptedIssuer()
    const second = await oidcApp({
      issuerURL: other.url,
      express,
      state: app.state,
      sessions: { cookieName: '__Host-second' },
    })
    const back = other.accept(await begin(browser, second))
    const elsewhere = new URL(back)
    elsewhere.port = new URL(app.url).port
    expect(await refused(elsewhere)).toEqual([403, 'express/login unknown'])
    await second.close()
    await other.close()
  })

  it('of one provider is not taken for another within one app', async () => {
    const other = await scriptedIssuer()
    const both = await oidcApp({
      issuerURL: issuer.url,
      express,
      also: (url) => ({
        issuerURL: other.url,
        redirectURL: `${url}/other/callback`,
        loginPath: '/other',
        logoutPath: undefined,
      }),
    })
    const asked = new URL((await browser.fetch(`${both.url}/other`)).headers.get('location')!)
    const back = new URL(other.accept(asked))
    const mixed = new URL(back)
    mixed.pathname = CALLBACK
    expect((await browser.fetch(mixed.href)).status).toBe(403)
    expect(both.refusals.last).toEqual([403, 'express/login unknown'])
    expect((await browser.fetch(back.href)).status).toBe(303)
    await both.close()
    await other.close()
  })
})
