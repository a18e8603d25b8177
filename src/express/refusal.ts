import { createHash } from 'node:crypto'
import type { Finding } from '../core/outcome.js'
import { printable } from '../core/shown.js'
import type { AppRequest, AppResponse } from './http.js'
import { pathOf } from './target.js'

export type RefusalStatus = 400 | 401 | 403 | 405 | 413 | 415 | 500 | 502 | 503

/** What the app learns of a request that was refused. The browser learns the status, and a sentence that goes with it. */
export interface Refused {
  readonly status: RefusalStatus
  /** Never with a secret. */
  readonly findings: readonly Finding[]
  readonly method: string
  /** Without the query, which may hold a code. */
  readonly path: string
  /** What was thrown, as by a store that is out. It comes from elsewhere: look at what it says before you log it. */
  readonly cause?: unknown
}

/** Told of every refusal, after the answer. What it throws, or rejects with, changes nothing. */
export type OnRefused = (refused: Refused) => void

export interface Refusal {
  readonly status: RefusalStatus
  readonly findings: readonly Finding[]
  readonly cause?: unknown
  /** With 405: the methods that are allowed. */
  readonly allow?: string
}

/** Ends a request: static public text to the browser, the findings to the app. */
export function refuse(
  request: AppRequest,
  response: AppResponse,
  refusal: Refusal,
  place: { readonly onRefused?: OnRefused | undefined; readonly signInPath?: string | undefined } = {},
): void {
  answer(response, refusal, place.signInPath)
  tell(place.onRefused, {
    status: refusal.status,
    findings: refusal.findings,
    method: request.method ?? '',
    path: printable(pathOf(request).slice(0, 500)),
    ...(refusal.cause === undefined ? {} : { cause: refusal.cause }),
  })
}

/** Tells the app of what has been answered. */
export function tell<Told>(listener: ((told: Told) => void) | undefined, told: Told): void {
  try {
    // Typed to answer nothing; one that is async all the same must not end the process.
    Promise.resolve<unknown>(listener?.(told)).catch(() => undefined)
  } catch {
    // The request has been answered already.
  }
}

function answer(response: AppResponse, { status, allow }: Refusal, signInPath: string | undefined): void {
  if (response.headersSent) {
    // What is half an answer is not completed.
    if (!response.writableEnded) response.destroy()
    return
  }
  const page = pageOf(status, signInPath)
  response.statusCode = status
  for (const name of ['content-encoding', 'etag', 'last-modified', 'location']) response.removeHeader(name)
  if (allow !== undefined) response.setHeader('allow', allow)
  for (const [name, value] of Object.entries(PAGE_HEADERS)) response.setHeader(name, value)
  response.setHeader('content-length', Buffer.byteLength(page))
  response.end(page)
}

/** Sends a browser on, by GET. */
export function seeOther(response: AppResponse, location: string): void {
  response.statusCode = 303
  response.setHeader('location', location)
  response.setHeader('cache-control', 'no-store')
  response.setHeader('content-length', 0)
  response.end()
}

const TEXTS: Readonly<Record<RefusalStatus, readonly [title: string, text: string]>> = {
  400: ['This request cannot be used', 'Something in it is missing or not as it should be. Start again.'],
  401: ['Please sign in', 'You are not signed in here, or no longer. Sign in and try again.'],
  403: ['This is not allowed', 'The request was refused. If you were signing in, start again from this app.'],
  405: ['This address is used otherwise', 'Go back and use the links and buttons of this app.'],
  413: ['This is too large', 'More was sent than is read here.'],
  415: ['This cannot be read', 'What was sent is not of the kind that is read here.'],
  500: ['Something is not set up', 'The request was refused. Whoever runs this app can find out why.'],
  502: [
    'Signing in does not work now',
    'The service that signs you in did not answer as it should. Try later.',
  ],
  503: ['Please try again later', 'This app cannot tell at the moment who you are, so it lets nobody in.'],
}

/** What signing in again may mend; with anything else it would only lose what the person was at. */
const MENDED_BY_SIGN_IN: readonly RefusalStatus[] = [400, 401, 403]

const STYLE = [
  ':root{color-scheme:light dark;--page:#f3f4f6;--card:#fff;--ink:#1b2430;--line:#d8dde5;--link:#1d4ed8}',
  '@media (prefers-color-scheme:dark){:root{--page:#11161d;--card:#1a212b;--ink:#e8ecf2;--line:#323d4b;--link:#8ab0ff}}',
  'body{margin:0;padding:10vh 1rem 2rem;background:var(--page);color:var(--ink);font:16px/1.5 system-ui,sans-serif}',
  'main{max-width:30rem;margin:auto;padding:1.75rem;background:var(--card);border:1px solid var(--line);border-radius:12px}',
  'h1{margin:0;font-size:1.4rem;line-height:1.25}p{margin:.75rem 0 0}a{color:var(--link)}',
  'a:focus-visible{outline:3px solid var(--link);outline-offset:2px}',
].join('')

const PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'`,
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
} as const

function pageOf(status: RefusalStatus, signInPath: string | undefined): string {
  const [title, text] = TEXTS[status]
  const signIn = signInPath !== undefined && MENDED_BY_SIGN_IN.includes(status)
  const link = (signIn ? signInPath : '/').replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${title}</h1>
<p>${text}</p>
<p><a href="${link}">${signIn ? 'Sign in' : 'Go on'}</a></p>
</main>
</body>
</html>
`
}
