import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { chromium, type Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { buildReport, htmlReport, type Report } from '../../src/conformance/index.js'
import { peer, run } from '../support/peers.js'

const it = await peer({ name: 'chromium', debianPackage: 'chromium' }, () =>
  run('/usr/bin/chromium', ['--version']),
)

const folder = mkdtempSync(join(tmpdir(), 'countersign-html-'))
let browser: Browser | undefined
/** What anything in a page asked of the network. */
const asked: string[] = []
const server = createServer((request, response) => {
  asked.push(request.url ?? '')
  response.end('x')
})
let origin = ''
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  browser = await chromium
    .launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] })
    .catch(() => undefined)
})
afterAll(async () => {
  await browser?.close()
  server.close()
  rmSync(folder, { recursive: true })
})

const hostile = (): readonly string[] => [
  '<script>window.ran = 1; document.title = "ran"</script>',
  `"><img src="${origin}/img" onerror="window.ran = 1">`,
  `'><svg onload="window.ran = 1"><a href="javascript:window.ran=1">x</a>`,
  `</style></title><link rel="stylesheet" href="${origin}/css">`,
  `<meta http-equiv="refresh" content="0;url=${origin}/refresh"><base href="${origin}/">`,
  `<iframe src="${origin}/frame"></iframe><form action="${origin}/form"><input name="a"></form>`,
  `url(${origin}/url) @import "${origin}/import";`,
  '&lt;b&gt; &amp;#60;script> \u202egnol\u2066 \u0000 \u001b[31m',
]

function reportOf(values: readonly string[]): Report {
  return buildReport({
    version: '1.0.0',
    subject: { kind: 'response', name: values[0] ?? 'file.xml' },
    now: 0,
    verified: false,
    facts: Object.fromEntries(values.map((value) => [value, value])),
    userSees: () => ({
      text: `seen: ${values[0] ?? ''}`,
      rule: 'saml/r0',
      orElse: values.slice(1),
      check: [],
    }),
    source: { kind: 'xml', text: `<a>\n<b c="x">${values.join('')}` },
    outcomes: values.map((value, index) => ({
      rule: { id: `saml/r${index}`, severity: 'error', source: value, title: value, fix: value },
      outcome: 'fail',
      findings: [
        {
          rule: `saml/r${index}`,
          reason: value,
          severity: index % 2 === 0 ? 'error' : 'warning',
          path: index === 0 ? 'line 2, column 4' : value,
          expected: value,
          actual: value,
          message: `finding ${index}: ${value}`,
          fix: `fix ${index}: ${value}`,
        },
      ],
    })),
  })
}

async function opened(html: string, colorScheme: 'light' | 'dark' = 'light') {
  const file = join(folder, `${Math.abs(html.length)}-${colorScheme}.html`)
  writeFileSync(file, html)
  const page = await browser!.newPage({ colorScheme })
  const requests: string[] = []
  page.on('request', (request) => void requests.push(request.url()))
  await page.goto(pathToFileURL(file).href, { waitUntil: 'load' })
  return { page, requests, url: pathToFileURL(file).href }
}

describe('an HTML report in a browser', () => {
  it('runs nothing and asks for nothing, whatever the subject holds', async () => {
    const { page, requests, url } = await opened(htmlReport(reportOf(hostile())))
    await page.waitForTimeout(300)
    expect(requests).toEqual([url])
    expect(asked).toEqual([])
    expect(await page.evaluate('window.ran')).toBeUndefined()
    expect(await page.evaluate('document.querySelectorAll("script, img, svg, iframe, form, a, link, base, input").length')).toBe(0) // prettier-ignore
    expect(await page.title()).toMatch(/^Refused: /)
    // All of it is there to read.
    const text = (await page.locator('body').innerText()).replaceAll(/\s+/g, ' ')
    for (const [index, value] of hostile().slice(0, 7).entries())
      expect(text).toContain(`finding ${index}: ${value}`)
    expect(text).toContain(`seen: ${hostile()[0] ?? ''}`)
    await page.close()
  })

  it('would run what it does not escape: the test can fail', async () => {
    const [script = ''] = hostile()
    const { page } = await opened(
      htmlReport(reportOf(['harmless']))
        .replace(/<meta http-equiv[^>]*>/, '')
        .replace('finding 0: harmless', script),
    )
    expect(await page.evaluate('window.ran')).toBe(1)
    await page.close()
  })

  it('is held by its own policy where something slips through', async () => {
    const [script = '', image = ''] = hostile()
    const { page } = await opened(
      htmlReport(reportOf(['harmless'])).replace('finding 0: harmless', `${script}<b a="${image}</b>`),
    )
    expect(await page.evaluate('window.ran')).toBeUndefined()
    expect(asked).toEqual([])
    await page.close()
  })

  it('prints with every finding, on white, whatever the screen has', async () => {
    const values = Array.from({ length: 12 }, (_, index) => `value ${index}`)
    const { page } = await opened(htmlReport(reportOf(values)), 'dark')
    await page.emulateMedia({ media: 'print' })
    for (const index of values.keys()) {
      expect(await page.getByText(`finding ${index}: value ${index}`).isVisible()).toBe(true)
      expect(await page.getByText(`fix ${index}: value ${index}`).isVisible()).toBe(true)
    }
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)')
    expect((await page.pdf({ format: 'A4' })).length).toBeGreaterThan(10_000)
    await page.close()
  })

  it('is light or dark as the reader has it, and fits a narrow screen', async () => {
    const background = 'getComputedStyle(document.body).backgroundColor'
    const html = htmlReport(reportOf(['x'.repeat(400), `/a/${'b'.repeat(300)}`]))
    const light = await opened(html)
    const dark = await opened(html, 'dark')
    expect(await light.page.evaluate(background)).not.toBe(await dark.page.evaluate(background))
    await light.page.setViewportSize({ width: 360, height: 640 })
    expect(await light.page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360)
    await light.page.close()
    await dark.page.close()
  })
})
