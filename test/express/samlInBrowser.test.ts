import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, afterEach, describe, expect } from 'vitest'
import express from 'express'
import { assertAccepted } from '../../src/core/index.js'
import { encodePost, issueResponse, validateAuthnRequest } from '../../src/saml/index.js'
import { idpCertificate, idpSigner, NOW } from '../support/saml.js'
import { browserPeer, launchBrowser } from '../support/person.js'
import { IDP, samlApp } from './samlApp.js'
import { serve, type Running } from './support.js'

const it = await browserPeer()

/** An identity provider of another site, which asks nobody for anything. */
function serveProvider(appURL: () => string): Promise<Running> {
  let ids = 0
  return serve((url) => {
    const app = express()
    app.use(express.urlencoded({ extended: false }))
    app.all('/sso', (request, response) => {
      const sp = { entityID: `${appURL()}/saml`, acsURL: `${appURL()}/saml/acs` }
      const input =
        request.method === 'GET'
          ? { binding: 'redirect' as const, query: request.originalUrl.slice('/sso'.length) }
          : { binding: 'post' as const, body: request.body as Record<string, unknown> }
      const sso = `${url.replace('127.0.0.1', 'localhost')}/sso`
      const sps = [{ entityID: sp.entityID, acsURLs: [sp.acsURL] }]
      const { id } = assertAccepted(validateAuthnRequest(input, { sps, destination: sso, now: NOW }))
      const message = assertAccepted(
        issueResponse(
          { to: 'identity-center', sp, nameID: 'ada@example.com', inResponseTo: id },
          { entityID: IDP, signer: idpSigner, now: NOW, newID: () => `_b${++ids}` },
        ),
      )
      const page = encodePost({ message, destination: sp.acsURL })
      response.set('content-security-policy', page.contentSecurityPolicy).send(page.html)
    })
    app.get('/evil', (request, response) => {
      response.send(
        `<form method="post" action="${appURL()}${String(request.query['path'])}"><button>go</button></form>`,
      )
    })
    return app
  })
}

let browser: Browser
let page: Page
beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser.close())
beforeEach(async () => {
  page = await (await browser.newContext()).newPage()
})
afterEach(() => page.context().close())

describe('in a browser, with an identity provider of another site', () => {
  const signsInAndOut = async (ssoBinding: 'redirect' | 'post'): Promise<void> => {
    let appURL = ''
    const provider = await serveProvider(() => appURL)
    const elsewhere = provider.url.replace('127.0.0.1', 'localhost')
    const app = await samlApp(express, {
      saml: {
        idp: { entityID: IDP, certificates: [idpCertificate], ssoURL: `${elsewhere}/sso`, ssoBinding },
      },
      before: (made) => {
        made.get('/bye', (_request, response) => {
          response.send('<form method="post" action="/signout"><button>go</button></form>')
        })
      },
    })
    appURL = app.url
    const shown = () => page.textContent('body')
    try {
      await page.goto(`${app.url}/me?from=link`)
      await page.waitForURL(`${app.url}/me?from=link`)
      expect(JSON.parse((await shown()) ?? '')).toMatchObject({ nameID: 'ada@example.com' })

      // What another site makes the browser send comes without the session, and changes nothing.
      await page.goto(`${elsewhere}/evil?path=/signout`)
      await page.click('button')
      await page.waitForURL((url) => url.origin === app.url)
      await page.goto(app.url)
      expect(JSON.parse((await shown()) ?? '')).toEqual({ who: 'ada@example.com' })

      await page.goto(`${app.url}/bye`)
      await page.click('button')
      await page.waitForURL(`${app.url}/`)
      expect(JSON.parse((await shown()) ?? '')).toEqual({ who: null })

      // A Response of elsewhere, in a browser that asked for none.
      expect(app.refusals.all).toEqual([])
      await page.context().clearCookies()
      await page.goto(`${elsewhere}/evil?path=/saml/acs`)
      await page.click('button')
      await page.getByText('This request cannot be used').first().waitFor()
      expect(app.refusals.last).toEqual([400, 'express/body-size empty'])
    } finally {
      await app.close()
      await provider.close()
    }
  }

  it('a person signs in and out, by HTTP-Redirect', () => signsInAndOut('redirect'))
  it('a person signs in and out, by HTTP-POST', () => signsInAndOut('post'))
})
