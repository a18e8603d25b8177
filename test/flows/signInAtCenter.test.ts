import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect } from 'vitest'
import type { Verdict } from '../../src/core/index.js'
import {
  refreshSignIn,
  signInWithBrowser,
  signInWithDevice,
  type BrowserOptions,
  type SignInTokens,
} from '../../src/flows/index.js'
import { issuerOf } from '../../src/tti/index.js'
import { START_URL } from '../support/awsHome.js'
import { runCenter, type RunningCenter } from '../support/center.js'
import { browserPeer, decideConsent, decideDevice, launchBrowser } from '../support/person.js'

const it = await browserPeer()
const ADA = 'ada@example.com'

let running: RunningCenter
let browser: Browser
let page: Page
beforeAll(async () => {
  running = await runCenter()
  browser = await launchBrowser()
})
afterAll(async () => {
  await browser.close()
  await running.server.stop()
})
beforeEach(async () => {
  page = await (await browser.newContext()).newPage()
})
afterEach(() => page.context().close())

const told = ({ findings }: Verdict<unknown>): string[] =>
  findings.map(({ rule, reason }) => `${rule} ${reason}`)
const options = () => ({ endpoint: running.server.url, startUrl: START_URL, clientName: 'Expense tool' })
const endpoint = () => ({ endpoint: running.server.url })

/** The accounts that an access token lets a person see; the status where it does not. */
async function accounts({ tokens }: SignInTokens): Promise<unknown> {
  const headers = { 'x-amz-sso_bearer_token': tokens.accessToken }
  const response = await fetch(`${running.server.url}/assignment/accounts`, { headers })
  return response.ok
    ? ((await response.json()) as { accountList: unknown[] }).accountList.length
    : response.status
}

describe('signInWithBrowser, at the center and in a browser', () => {
  const signIn = (decision: 'Allow access' | 'Deny' = 'Allow access', more: Partial<BrowserOptions> = {}) => {
    const deciding: Promise<void>[] = []
    const openBrowser = (address: string): void =>
      void deciding.push(decideConsent(page, { address, userName: ADA, decision }))
    const issuer = issuerOf(running.options.config.deployment)
    return signInWithBrowser({ ...options(), issuer, ...more }, { openBrowser }).finally(() =>
      Promise.all(deciding),
    )
  }

  it('signs a person in, with tokens that work and that are refreshed', async () => {
    const verdict = await signIn()
    expect(told(verdict)).toEqual([])
    if (!verdict.ok) return
    expect(page.url()).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/oauth\/callback\?code=/)
    expect(await page.getByRole('heading').textContent()).toBe('Back to your application')
    expect(await accounts(verdict.value)).toBe(2)
    const refreshed = await refreshSignIn(verdict.value, endpoint())
    if (!refreshed.ok) throw new Error(told(refreshed).join())
    expect(await accounts(refreshed.value)).toBe(2)

    // Signing out at the portal ends both, at once here and at the next refresh (R218).
    const headers = { 'x-amz-sso_bearer_token': refreshed.value.tokens.accessToken }
    await fetch(`${running.server.url}/logout`, { method: 'POST', headers })
    expect(await accounts(refreshed.value)).toBe(401)
    expect(told(await refreshSignIn(refreshed.value, endpoint()))).toEqual([
      'sign-in/exception invalid-grant',
    ])
  })

  it('revokes what a refresh token gave that is used twice', async () => {
    const verdict = await signIn()
    if (!verdict.ok) throw new Error(told(verdict).join())
    const refreshed = await refreshSignIn(verdict.value, endpoint())
    if (!refreshed.ok) throw new Error(told(refreshed).join())
    expect(told(await refreshSignIn(verdict.value, endpoint()))).toEqual(['sign-in/exception invalid-grant'])
    expect(told(await refreshSignIn(refreshed.value, endpoint()))).toEqual([
      'sign-in/exception invalid-grant',
    ])
    expect(await accounts(refreshed.value)).toBe(401)
  })

  it('is told that the person does not consent (R207)', async () => {
    expect(told(await signIn('Deny'))).toEqual(['sign-in/authorized access-denied'])
    expect(await page.getByRole('heading').textContent()).toBe('The sign-in did not finish')
  })

  it('is told that another server answered', async () => {
    expect(told(await signIn('Allow access', { issuer: 'https://another.example' }))).toEqual([
      'sign-in/iss mismatch',
    ])
  })

  it('keeps its registration for the next sign-in', async () => {
    const first = await signIn()
    if (!first.ok) throw new Error(told(first).join())
    expect(await signIn('Allow access', { client: first.value.client })).toMatchObject({
      ok: true,
      value: { client: first.value.client },
    })
  })
})

describe('signInWithDevice, at the center and in a browser', () => {
  const signIn = (decision: 'Allow access' | 'Deny') =>
    signInWithDevice(options(), {
      onCode: ({ userCode, verificationUriComplete = '' }) =>
        decideDevice(page, { address: verificationUriComplete, userCode, userName: ADA, decision }),
    })

  it('signs a person in, with tokens that work and that are refreshed', async () => {
    const verdict = await signIn('Allow access')
    if (!verdict.ok) throw new Error(told(verdict).join())
    expect(await accounts(verdict.value)).toBe(2)
    const refreshed = await refreshSignIn(verdict.value, endpoint())
    expect(refreshed.ok && (await accounts(refreshed.value))).toBe(2)
  })

  it('is told that the person does not consent (R212)', async () => {
    expect(told(await signIn('Deny'))).toEqual(['sign-in/exception access-denied'])
  })
})
