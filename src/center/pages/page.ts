import { createHash } from 'node:crypto'
import { html, Html } from './html.js'
import { STYLE } from './style.js'

export interface Page {
  readonly title: string
  readonly body: Html
  /** Who is signed in, and how to sign out; absent where nobody is. */
  readonly footer?: Html
}

export interface PageOptions {
  readonly status?: number
  readonly requestId: string
  /** Where a form of the page may end up besides here: the source expression of a client's redirect URI. */
  readonly formTarget?: string
  readonly cookies?: readonly string[]
}

const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64')

/** A page: no script, no image, no frame, and nothing that is loaded. */
export function pageResponse({ title, body, footer }: Page, options: PageOptions): Response {
  const { status = 200, requestId, formTarget, cookies = [] } = options
  const document = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} - Local Identity Center</title>
        <link rel="icon" href="data:," />
        ${new Html(`<style>${STYLE}</style>`)}
      </head>
      <body>
        <main>
          <p class="brand">Local Identity Center</p>
          ${body}
        </main>
        ${footer}
      </body>
    </html>`
  const headers = browserHeaders(requestId, cookies)
  headers.set('content-type', 'text/html; charset=utf-8')
  headers.set('content-security-policy', policy(formTarget))
  headers.set('x-frame-options', 'DENY')
  return new Response(document.text, { status, headers })
}

/** Sends a browser on, by GET. */
export function seeOther(
  location: string,
  { requestId, cookies = [] }: { readonly requestId: string; readonly cookies?: readonly string[] },
): Response {
  const headers = browserHeaders(requestId, cookies)
  headers.set('location', location)
  return new Response(null, { status: 303, headers })
}

function browserHeaders(requestId: string, cookies: readonly string[]): Headers {
  const headers = new Headers({
    'cache-control': 'no-store',
    // Not "no-referrer", with which browsers hide the origin of the forms here, too.
    'referrer-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
    'cross-origin-opener-policy': 'same-origin',
    'x-amzn-requestid': requestId,
  })
  for (const cookie of cookies) headers.append('set-cookie', cookie)
  return headers
}

function policy(formTarget: string | undefined): string {
  return [
    "default-src 'none'",
    `style-src 'sha256-${STYLE_HASH}'`,
    'img-src data:',
    // Browsers hold a form to this through every redirect that follows it.
    `form-action 'self'${formTarget === undefined ? '' : ` ${formTarget}`}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ')
}

/**
 * The source expression for where a redirect URI leads. An IPv6 address, a scheme of a client's own and a host with what
 * would end the expression can only be named by their scheme.
 */
export function formTargetOf(redirectURI: string): string | undefined {
  if (!URL.canParse(redirectURI)) return undefined
  const { protocol, host } = new URL(redirectURI)
  const web = protocol === 'http:' || protocol === 'https:'
  return web && /^[a-z0-9._-]+(?::\d+)?$/.test(host) ? `${protocol}//${host}` : protocol
}
