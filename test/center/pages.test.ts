import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { randomBytes } from 'node:crypto'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect } from 'vitest'
import { exampleConfig, runCenter, type RunningCenter } from '../support/center.js'
import { authorizeQuery, DEVICE_CODE } from '../support/grants.js'
import { browserPeer, launchBrowser, signInAs } from '../support/person.js'

const it = await browserPeer()

let running: RunningCenter
let browser: Browser | undefined
let callback: { readonly origin: string; readonly seen: URL[]; close: () => void }
beforeAll(async () => {
  running = await runCenter()
  const seen: URL[] = []
  const server = createServer((request, response) => {
    // Not what a browser asks for by itself, such as an icon.
    if (request.url?.startsWith('/oauth/')) seen.push(new URL(request.url, 'http://127.0.0.1'))
    response.setHeader('content-type', 'text/plain').end('back at the application')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  callback = { origin: `http://127.0.0.1:${port}`, seen, close: () => server.close() }
  browser = await launchBrowser().catch(() => undefined)
})
afterAll(async () => {
  await browser?.close()
  callback.close()
  await running.server.stop()
})

/** Time runs forwards alone: a test that moves it has the center to itself. */
let moved = false
function moveClock(seconds: number): void {
  moved = true
  running.center.moveClock(seconds)
}

let context: BrowserContext
let page: Page
const complaints: string[] = []
beforeEach(async () => {
  if (!browser) return
  callback.seen.length = 0
  complaints.length = 0
  context = await browser.newContext()
  page = await context.newPage()
  page.on('console', (message) => {
    // What a policy blocks is told here; that a page answered 400 is no complaint.
    if (!message.text().includes('status of')) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
})
afterEach(async () => {
  await context?.close()
  if (moved) {
    await running.server.stop()
    running = await runCenter()
    moved = false
  }
  expect(complaints).toEqual([])
})

async function call(path: string, body: object): Promise<Record<string, string>> {
  const response = await fetch(running.server.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return (await response.json()) as Record<string, string>
}

const register = (clientName = 'the tool') =>
  call('/client/register', {
    clientName,
    clientType: 'public',
    scopes: ['sso:account:access', 'codewhisperer:completions'],
    redirectUris: ['http://127.0.0.1/oauth/callback'],
  })

async function startDevice() {
  const { clientId, clientSecret } = await register()
  const started = await call('/device_authorization', {
    clientId,
    clientSecret,
    startUrl: `${running.server.url}/start`,
  })
  const poll = () =>
    call('/token', { clientId, clientSecret, grantType: DEVICE_CODE, deviceCode: started['deviceCode'] })
  return { userCode: started['userCode']!, link: started['verificationUriComplete']!, poll }
}

async function openConsent(
  clientName?: string,
): Promise<{ redeem: (code: string) => Promise<Record<string, string>> }> {
  const { clientId, clientSecret } = await register(clientName)
  const codeVerifier = randomBytes(32).toString('base64url')
  const redirectUri = `${callback.origin}/oauth/callback`
  const query = authorizeQuery(clientId!, redirectUri, codeVerifier)
  await page.goto(`${running.server.url}/authorize?${new URLSearchParams(query).toString()}`)
  const redeem = (code: string) =>
    call('/token', {
      clientId,
      clientSecret,
      grantType: 'authorization_code',
      code,
      redirectUri,
      codeVerifier,
    })
  return { redeem }
}

const heading = () => page.getByRole('heading', { level: 1 }).innerText()

describe('consent, in Chromium', () => {
  it('signs in, shows who asks for what, and goes back with a code that works', async () => {
    const { redeem } = await openConsent()
    expect(await heading()).toBe('Who are you?')
    expect(await page.getByText('no passwords').isVisible()).toBe(true)
    await signInAs(page, 'ada@example.com')
    expect(await heading()).toBe('Allow the tool to access your data?')
    expect(await page.getByText('sso:account:access').isVisible()).toBe(true)
    expect(await page.getByText('codewhisperer:completions').isVisible()).toBe(false)
    await page.getByRole('button', { name: 'Allow access' }).click()
    await page.waitForURL(/oauth\/callback/)
    const [seen] = callback.seen
    expect(seen?.searchParams.get('state')).toBe('a state')
    expect(await redeem(seen?.searchParams.get('code') ?? '')).toMatchObject({ tokenType: 'Bearer' })
  })

  it('goes back with access_denied and no code', async () => {
    await openConsent()
    await signInAs(page, 'ada@example.com')
    await page.getByRole('button', { name: 'Deny' }).click()
    await page.waitForURL(/oauth\/callback/)
    const [seen] = callback.seen
    expect(Object.fromEntries(seen!.searchParams)).toEqual({
      error: 'access_denied',
      error_description: 'Access denied',
      state: 'a state',
      iss: 'https://identitycenter.amazonaws.com/ssoins-1234567890abcdef',
    })
  })

  it('shows the name of an application as text', async () => {
    await openConsent('<img src=x onerror=alert(1)> & "friends"')
    await signInAs(page, 'ada@example.com')
    expect(await heading()).toBe('Allow <img src=x onerror=alert(1)> & "friends" to access your data?')
    expect(await page.locator('img').count()).toBe(0)
  })

  it('can be done with the keyboard alone', async () => {
    const { redeem } = await openConsent()
    const focused = () => page.evaluate('document.activeElement.innerText')
    const tabTo = async (text: string): Promise<void> => {
      for (let step = 0; step < 12; step++) {
        await page.keyboard.press('Tab')
        if (String(await focused()).includes(text)) return
      }
      throw new Error(`No way to ${text} by the keyboard.`)
    }
    await tabTo('ada@example.com')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Allow access' }).waitFor()
    await tabTo('Allow access')
    await page.keyboard.press('Space')
    await page.waitForURL(/oauth\/callback/)
    expect(await redeem(callback.seen[0]?.searchParams.get('code') ?? '')).toMatchObject({
      tokenType: 'Bearer',
    })
  })

  it('asks anew after the back button, for a code of its own', async () => {
    const { redeem } = await openConsent()
    await signInAs(page, 'ada@example.com')
    await page.getByRole('button', { name: 'Allow access' }).click()
    await page.waitForURL(/oauth\/callback/)
    await page.goBack()
    await page.getByRole('button', { name: 'Allow access' }).click()
    await page.waitForURL(/oauth\/callback/)
    const codes = callback.seen.map(({ searchParams }) => searchParams.get('code') ?? '')
    expect(new Set(codes).size).toBe(2)
    for (const code of codes) expect(await redeem(code)).toMatchObject({ tokenType: 'Bearer' })
  })

  it('is not given in the name of who signed in meanwhile', async () => {
    await openConsent()
    await signInAs(page, 'ada@example.com')
    const other = await context.newPage()
    await other.goto(`${running.server.url}/signin`)
    await signInAs(other, 'bob@example.com')
    await other.getByText('Hello, Bob Babbage').waitFor()
    await page.getByRole('button', { name: 'Allow access' }).click()
    expect(await heading()).toBe('This form cannot be used')
    expect(callback.seen).toEqual([])
  })

  it('of another person follows a sign-out', async () => {
    await openConsent()
    await signInAs(page, 'ada@example.com')
    await page.getByRole('button', { name: 'Use another person' }).click()
    expect(await heading()).toBe('Who are you?')
    await signInAs(page, 'bob@example.com')
    expect(await page.getByText('Signed in as bob@example.com').isVisible()).toBe(true)
    expect(await heading()).toBe('Allow the tool to access your data?')
  })
})

describe('devices, in Chromium', () => {
  it('are allowed after code, application and scopes have been shown', async () => {
    const { userCode, link, poll } = await startDevice()
    await page.goto(link)
    await signInAs(page, 'ada@example.com')
    expect(await page.getByLabel('Code').inputValue()).toBe(userCode)
    await page.getByRole('button', { name: 'Continue' }).click()
    for (const shown of [userCode, 'sso:account:access', 'codewhisperer:completions'])
      expect(await page.getByText(shown).isVisible()).toBe(true)
    expect(await heading()).toBe('Allow the tool to access your data?')
    await page.getByRole('button', { name: 'Allow access' }).click()
    await page.waitForURL(/\/device\/allowed/)
    await page.reload()
    expect(await heading()).toBe('Access allowed')
    expect(await poll()).toMatchObject({ tokenType: 'Bearer' })
  })

  it('are denied, and the back button does not change that', async () => {
    const { userCode, poll } = await startDevice()
    await page.goto(`${running.server.url}/device`)
    await signInAs(page, 'ada@example.com')
    // The keyboard is in the field already, and Enter goes on.
    await page.locator('#user_code:focus').waitFor()
    await page.keyboard.type(userCode.toLowerCase().replace('-', ''))
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Deny' }).click()
    await page.waitForURL(/\/device\/denied/)
    await page.goto(`${running.server.url}/device?user_code=${userCode}`)
    await page.getByRole('button', { name: 'Continue' }).click()
    expect(await page.getByRole('alert').innerText()).toContain('answered already')
    expect(await poll()).toMatchObject({ error: 'access_denied' })
  })

  it('with a wrong code show nothing, and after five nobody may guess on', async () => {
    const { userCode } = await startDevice()
    const wrong = userCode === 'BBBB-BBBB' ? 'CCCC-CCCC' : 'BBBB-BBBB'
    await page.goto(`${running.server.url}/device`)
    await signInAs(page, 'bob@example.com')
    for (let guess = 0; guess < 5; guess++) {
      await page.getByLabel('Code').fill(wrong)
      await page.getByRole('button', { name: 'Continue' }).click()
      expect(await page.getByRole('alert').innerText()).toContain('wrong or has expired')
      expect(await page.getByText('the tool').count()).toBe(0)
    }
    await page.getByLabel('Code').fill(userCode)
    await page.getByRole('button', { name: 'Continue' }).click()
    expect(await page.getByRole('alert').innerText()).toContain('Too many wrong codes')
    moveClock(600)
    const next = await startDevice()
    await page.getByLabel('Code').fill(next.userCode)
    await page.getByRole('button', { name: 'Continue' }).click()
    expect(await heading()).toBe('Allow the tool to access your data?')
  })

  it('with an expired code are not allowed any more', async () => {
    const { link, poll } = await startDevice()
    await page.goto(link)
    await signInAs(page, 'ada@example.com')
    await page.getByRole('button', { name: 'Continue' }).click()
    moveClock(600)
    await page.getByRole('button', { name: 'Allow access' }).click()
    expect(await page.getByRole('alert').innerText()).toContain('wrong or has expired')
    expect(await poll()).toMatchObject({ error: 'expired_token' })
  })

  it('are asked for a sign-in again once that has ended', async () => {
    const { link } = await startDevice()
    await page.goto(link)
    await signInAs(page, 'ada@example.com')
    moveClock(28_800)
    await page.getByRole('button', { name: 'Continue' }).click()
    expect(await heading()).toBe('Who are you?')
  })
})

describe('a crowded directory', () => {
  it('lists fifty people and takes anybody by user name; who is disabled cannot be chosen', async () => {
    const config = exampleConfig() as unknown as { Users: object[] }
    for (let at = 0; at < 60; at++)
      config.Users.push({
        UserId: `90676d1f-5d04-4f1a-8a3e-2f1d7a3c1${String(at).padStart(3, '0')}`,
        UserName: `user${at}@example.com`,
        UserStatus: at === 0 ? 'DISABLED' : 'ENABLED',
      })
    const crowded = await runCenter({}, config)
    await page.goto(`${crowded.server.url}/signin`)
    expect(await page.getByRole('button').count()).toBe(51)
    expect(await page.getByRole('button', { name: 'user0@example.com' }).isDisabled()).toBe(true)
    const field = page.getByLabel('Or somebody else')
    await field.fill('nobody')
    await page.getByRole('button', { name: 'Continue' }).click()
    expect(await page.getByRole('alert').innerText()).toContain('nobody of this name')
    await field.fill('user0@example.com')
    await page.getByRole('button', { name: 'Continue' }).click()
    expect(await heading()).toBe('You cannot sign in')
    await page.goto(`${crowded.server.url}/signin`)
    await field.fill('user59@example.com')
    await page.getByRole('button', { name: 'Continue' }).click()
    expect(await heading()).toBe('Hello, user59@example.com')
    await crowded.server.stop()
  })
})
