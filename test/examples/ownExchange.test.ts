import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { it as plainIt } from 'vitest'
import { browserPeer, launchBrowser } from '../support/person.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const main = `${root}examples/own-exchange/main.mjs`
const it = await browserPeer()

plainIt('the example tells its story and ends', () => {
  const out = execFileSync(process.execPath, [main, '--once'], { cwd: root, encoding: 'utf8' })
  const guide = readFileSync(`${root}docs/start-exchange.md`, 'utf8')
  const [, told] = /```\n(issuer [\s\S]*?)```/.exec(guide) ?? []
  expect(out.replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:PORT')).toBe(told)
  expect(out).toMatch(/Ada's token is exchanged: 200\n/)
  expect(out).toMatch(/she reads +2 expenses of Ada Lovelace\n/)
  expect(out).toMatch(/Ada's token a second time: 400 invalid_grant\n +log +tti\/replay \(already\)\n/)
  expect(out).toMatch(/Bob, who is not assigned: 400 invalid_grant\n +log +tti\/user-not-assigned /)
  expect(out).toMatch(/a caller with another token: 401 invalid_client\n/)
  expect(out).not.toMatch(/eyJ|Error/)
})

describe('the pages of the example in a browser', () => {
  let program: ChildProcess
  let url = ''
  let browser: Browser
  let context: BrowserContext
  let page: Page
  beforeAll(async () => {
    program = spawn(process.execPath, [main], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] })
    let out = ''
    url = await new Promise((resolve, reject) => {
      program.once('exit', () => reject(new Error(out)))
      program.stdout?.on('data', (text: Buffer) => {
        out += String(text)
        const [, found] = /Open (http:\S+) in a browser/.exec(out) ?? []
        if (found !== undefined) resolve(found)
      })
    })
    browser = await launchBrowser()
    context = await browser.newContext()
    page = await context.newPage()
  })
  afterAll(async () => {
    await browser?.close()
    program.kill()
  })
  const press = (name: string | RegExp) => page.getByRole('button', { name }).click()
  const seen = (text: string) => page.getByText(text, { exact: false }).first().waitFor()

  it('shows a page, and no stack trace, for what it cannot answer', async () => {
    const form = { 'content-type': 'application/x-www-form-urlencoded', origin: url }
    const tooLarge = { method: 'POST', headers: form, body: `email=${'a'.repeat(3000)}` }
    for (const [path, init, status] of [
      ['/nothing', {}, 404],
      ['/sign-in', tooLarge, 413],
    ] as const) {
      const answer = await fetch(`${url}${path}`, init)
      expect(answer.status).toBe(status)
      const text = await answer.text()
      expect(text).toContain('<h1>')
      expect(text).not.toMatch(/\bat \S+:\d|node_modules/)
    }
  })

  it('signs in, reads, is refused the same token again, and signs out', async () => {
    await page.goto(url)
    await press(/Ada Lovelace/)
    await seen('Train to Turin')
    await seen('arn:aws:sso::111122223333:trustedTokenIssuer/')
    await press('Exchange it again')
    await seen('Refused: 400 invalid_grant')
    await seen('tti/replay')
    expect(await page.content()).not.toMatch(/eyJ/)
    const [cookie] = await context.cookies()
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict' })
    await press('Sign out')
    await seen('Who are you?')
    expect(await context.cookies()).toEqual([])
    // The cookie of a session that has ended opens nothing.
    const ended = await fetch(url, { headers: { cookie: `own-exchange=${cookie?.value}` } })
    expect(await ended.text()).toContain('Who are you?')
  })

  it('shows whoever is not assigned, or not known, no more than that', async () => {
    for (const [name, rule] of [
      [/Bob Kahn/, 'tti/user-not-assigned'],
      [/Mallory/, 'tti/user-not-found'],
    ] as const) {
      await page.goto(url)
      await press(name)
      await seen('Refused: 400 invalid_grant')
      await seen(rule)
      expect(await page.getByText('Train to Turin').count()).toBe(0)
      await press('Sign out')
      await seen('Who are you?')
    }
  })

  it('takes no form of another site', async () => {
    const init = { method: 'POST', headers: { origin: 'https://evil.example' }, body: new URLSearchParams() }
    expect((await fetch(`${url}/sign-in`, init)).status).toBe(403)
  })
})
