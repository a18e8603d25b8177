import { chromium, type Browser, type Page } from 'playwright-core'
import { peer, run } from './peers.js'

/** `it` where there is a browser to sign in with. */
export function browserPeer() {
  return peer({ name: 'Chromium', debianPackage: 'chromium' }, () => run('/usr/bin/chromium', ['--version']))
}

/** The machine's Chromium: it reaches nothing but this machine. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-background-networking',
      // By its name it is another site.
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
    ],
  })
}

/** Signs in as somebody at a page of the center that asks who one is; nothing where one is signed in already. */
export async function signInAs(page: Page, userName: string): Promise<void> {
  const person = page.getByRole('button', { name: userName })
  if (await person.isVisible()) await person.click()
}

/** Confirms a device's code as a person: opens the address with the code in it, compares the code, and decides. */
export async function decideDevice(
  page: Page,
  {
    address,
    userCode,
    userName,
    decision = 'Allow access',
  }: { address: string; userCode: string; userName: string; decision?: 'Allow access' | 'Deny' },
): Promise<void> {
  await page.goto(address)
  await signInAs(page, userName)
  const go = page.getByRole('button', { name: 'Continue' })
  if (await go.isVisible()) await go.click()
  await page.getByText(userCode).waitFor()
  await page.getByRole('button', { name: decision }).click()
  await page.waitForLoadState()
}

/** Consents, or does not, to what an application asks for in the browser. */
export async function decideConsent(
  page: Page,
  {
    address,
    userName,
    decision = 'Allow access',
  }: { address: string; userName: string; decision?: 'Allow access' | 'Deny' },
): Promise<void> {
  await page.goto(address)
  await signInAs(page, userName)
  await page.getByRole('button', { name: decision }).click()
  await page.waitForLoadState()
}
