import { spawn, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect } from 'vitest'
import { browserPeer, launchBrowser } from '../support/person.js'

const it = await browserPeer()
const root = fileURLToPath(new URL('../..', import.meta.url))

let program: ChildProcess
let url: string
let browser: Browser
/** What the program says on its error stream, of refusals. */
let told = ''
beforeAll(async () => {
  // As its README says, from the built package.
  program = spawn(process.execPath, ['examples/express-tip/app.mjs'], {
    cwd: root,
    env: { ...process.env, PORT: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  program.stderr?.on('data', (chunk: Buffer) => (told += chunk.toString()))
  let out = ''
  url = await new Promise<string>((resolve, reject) => {
    program.once('exit', () => reject(new Error(told)))
    program.stdout?.on('data', (chunk: Buffer) => {
      out += chunk.toString()
      const found = /^Open +(http:\S+)\n/m.exec(out)?.[1]
      if (found !== undefined) resolve(found)
    })
  })
  browser = await launchBrowser()
})
afterAll(async () => {
  await browser?.close()
  program.kill()
})

let context: BrowserContext
let page: Page
const complaints: string[] = []
beforeEach(async () => {
  told = ''
  complaints.length = 0
  context = await browser.newContext()
  page = await context.newPage()
  page.on('console', (message) => {
    if (!message.text().includes('status of')) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
})
afterEach(() => context.close())

const shot = async (name: string): Promise<void> => {
  const folder = process.env['COUNTERSIGN_SCREENSHOTS']
  if (folder !== undefined) await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true })
}

async function signIn(name: string): Promise<void> {
  await page.goto(url)
  await shot('welcome')
  await page.getByRole('link', { name: 'Sign in' }).click()
  await shot('choose')
  await page.getByRole('button', { name }).click()
  await page.waitForLoadState()
}

describe('examples/express-tip in a browser', () => {
  it('signs Ada in, shows who AWS sees, lets her read and refuses her, and signs her out', async () => {
    await signIn('Ada Lovelace')
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Ada Lovelace')
    await page.getByText('Department: billing', { exact: true }).first().waitFor()
    await page.getByText('arn:aws:sts::111122223333:assumed-role/document-readers/ada').waitFor()
    expect(await page.getByText('You may read this').count()).toBe(2)
    expect(await page.getByText('Not for you').count()).toBe(2)
    await shot('home')

    await page.getByRole('link', { name: 'Invoices of November' }).click()
    await page.getByText('Paid: 41.').waitFor()
    await page.getByRole('link', { name: 'Back' }).click()
    const refused = page.waitForResponse((response) => response.url().endsWith('/documents/turbines'))
    await page.getByRole('link', { name: 'Plans of the turbine hall' }).click()
    expect((await refused).status()).toBe(403)
    await page.getByText('implicitDeny').waitFor()
    expect(await page.content()).not.toContain('Revision 7')
    await shot('denied')

    // What the browser holds is one sealed cookie of this host, out of reach of scripts.
    // The provider's are of the same host: cookies do not tell ports apart.
    const own = (await context.cookies()).filter(({ name }) => !/^_(?:session|interaction)/.test(name))
    const [session, ...others] = own.filter(({ name }) => !name.includes('-login'))
    expect(others).toEqual([])
    expect(session).toMatchObject({ httpOnly: true, secure: true, sameSite: 'Lax', path: '/' })
    expect(session?.name).toMatch(/^__Host-/)

    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('link', { name: 'Sign in' }).waitFor()
    const response = await page.goto(`${url}/documents/invoices`)
    expect(new URL(response!.url()).origin).not.toBe(url)
    expect([told, complaints]).toEqual(['', []])
  })

  it('shows Bob what is Bob’s, after Ada in the same browser', async () => {
    await signIn('Ada Lovelace')
    await page.getByRole('button', { name: 'Sign out' }).click()
    await signIn('Bob Babbage')
    await page.getByText('Department: engineering', { exact: true }).first().waitFor()
    await page.getByRole('link', { name: 'Plans of the turbine hall' }).click()
    await page.getByText('Revision 7').waitFor()
    expect([told, complaints]).toEqual(['', []])
  })

  it('brings a person back to the page that they opened', async () => {
    await page.goto(`${url}/documents/invoices`)
    await page.getByRole('button', { name: 'Ada Lovelace' }).click()
    await page.getByText('Paid: 41.').waitFor()
  })

  it('shows Zoe, whom the directory does not have, nothing but that she is refused', async () => {
    await signIn('Zoe Nobody')
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('This is not allowed')
    await shot('refused')
    expect(told).toContain('403 /: express/exchange-refused (access-denied)')
    expect(told).toContain('403 /: tti/user-not-found (possible-cause)')
    expect(told).not.toMatch(/eyJ|local-secret/)
    // From there she can come back as somebody else.
    await page.getByRole('link', { name: 'Sign in' }).click()
    await page.getByRole('button', { name: 'Ada Lovelace' }).click()
    await page.getByText('You may read this').first().waitFor()
  })
})
