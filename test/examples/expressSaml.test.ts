import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { runExample, type ExampleProgram } from '../support/exampleProgram.js'
import { browserPeer, launchBrowser } from '../support/person.js'

const it = await browserPeer()

let example: ExampleProgram
let browser: Browser | undefined
let app: string
beforeAll(async () => {
  example = await runExample('examples/express-saml/start.mjs', ['Identity provider', 'Open'], {
    PORT: '0',
    IDP_PORT: '0',
  })
  app = example.printed['Open'] ?? ''
  browser = await launchBrowser().catch(() => undefined)
})
afterAll(async () => {
  await browser?.close()
  await example.stop()
})

const visit = async (): Promise<Page> => (await browser!.newContext()).newPage()
const said = (page: Page) => page.locator('main').innerText()
const signIn = async (page: Page, name: string): Promise<void> => {
  await page.goto(app)
  await page.getByRole('link', { name: 'Sign in with SAML' }).click()
  await page.getByRole('button', { name }).click()
  await page.getByRole('heading', { name: 'Hello' }).waitFor()
}

describe('examples/express-saml', () => {
  it('lets a person sign in, read, be refused, and sign out', async () => {
    const page = await visit()
    await signIn(page, 'Ada Lovelace')
    const home = await said(page)
    expect(home).toContain('ada@example.com')
    expect(home).toMatch(/Department\s+billing/)
    await page.getByRole('link', { name: 'Invoices' }).click()
    expect(await said(page)).toContain('one analytical engine')
    const refused = await page.goto(`${app}/plans`)
    expect(refused?.status()).toBe(403)
    expect(await page.content()).not.toContain('compiler')
    await page.goto(app)
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByText('Nobody is signed in').waitFor()
    // What was read is not shown again by going back.
    await page.goBack()
    expect(await page.content()).not.toContain('ada@example.com')
    await page.context().close()
  })

  it('brings people back to the page that they came for', async () => {
    const page = await visit()
    await page.goto(`${app}/plans`)
    await page.getByRole('button', { name: 'Grace Hopper' }).click()
    await page.getByText('A compiler').waitFor()
    expect(page.url()).toBe(`${app}/plans`)
    await page.context().close()
  })

  it('shows a page, and no stack trace, for what it cannot answer', async () => {
    const idp = example.printed['Identity provider'] ?? ''
    for (const [address, status] of [
      [`${app}/nothing`, 404],
      [`${idp}/sso`, 400],
      [`${idp}/sso?SAMLRequest=x`, 400],
    ] as const) {
      const answer = await fetch(address)
      expect(answer.status).toBe(status)
      const page = await answer.text()
      expect(page).toContain('<h1>')
      expect(page).not.toMatch(/\bat \S+:\d|node_modules/)
    }
  })

  it('takes no Response that another browser asked for', async () => {
    const [ada, mallory] = [await visit(), await visit()]
    // Mallory signs in, keeps the Response from the app, and has Ada's browser post it.
    const kept = new Promise<string>((resolve) => {
      void mallory.route('**/saml/acs', async (route) => {
        resolve(new URLSearchParams(route.request().postData() ?? '').get('SAMLResponse') ?? '')
        await route.abort()
      })
    })
    await mallory.goto(`${app}/login`)
    await mallory.getByRole('button', { name: 'Grace Hopper' }).click()
    const SAMLResponse = await kept
    const form = `<form method="post" action="${app}/saml/acs"><input name="SAMLResponse" value="${SAMLResponse}"></form><script>document.forms[0].submit()</script>`
    await ada.goto(`${app}/`)
    const [answer] = await Promise.all([
      ada.waitForResponse((response) => response.url().endsWith('/saml/acs')),
      ada.setContent(form),
    ])
    expect(answer.status()).toBe(403)
    await ada.goto(app)
    await ada.getByText('Nobody is signed in').waitFor()
    expect(example.output()).toMatch(/403 \/saml\/acs: express\/login/)
    await Promise.all([ada.context().close(), mallory.context().close()])
  })
})
