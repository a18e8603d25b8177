import { createHash, randomBytes } from 'node:crypto'
import express from 'express'
import { html, page, STYLE } from './page.mjs'
import { listen } from './listen.mjs'

const COOKIE = 'own-exchange'
const people = [
  ['ada@example.com', 'Ada Lovelace', 'in the group Finance, which is assigned'],
  ['bob@example.com', 'Bob Kahn', 'a user, but not assigned to the application'],
  ['mallory@example.com', 'Mallory', 'known to the identity provider, unknown to the exchange'],
]

const back = html`<p><a href="/">Back</a></p>`

/** The application's pages: sign in, see who one is to the exchange, read, be refused, sign out. */
export async function startPages({ issuer, exchange, client, port }) {
  const sessions = new Map()
  const app = express()
  const server = await listen(app, port)
  const csp = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`

  app.disable('x-powered-by')
  app.use((request, response, next) => {
    response.set({
      'cache-control': 'no-store',
      'content-security-policy': csp,
      'x-content-type-options': 'nosniff',
    })
    // A form of another site is not ours.
    if (request.method === 'POST' && request.headers.origin !== server.url) return response.status(403).end()
    const [, id] =
      new RegExp(`(?:^|; )${COOKIE}=([\\w-]{43})(?:;|$)`).exec(request.headers.cookie ?? '') ?? []
    request.session = sessions.get(id)
    request.sessionID = id
    next()
  })
  app.use(express.urlencoded({ extended: false, limit: '2kb' }))

  app.get('/', async (request, response) => {
    response.send(page(request.session ? await signedIn(request.session) : signedOut()))
  })

  app.post('/sign-in', async (request, response) => {
    const [email] = people.find(([known]) => known === request.body?.email) ?? []
    if (email === undefined)
      return response.status(400).send(page([html`<h1>Nobody has that name.</h1>`, back]))
    const jwt = await issuer.signIn(email)
    const id = randomBytes(32).toString('base64url')
    sessions.delete(request.sessionID)
    sessions.set(id, { email, jwt, ...(await exchanged(jwt)) })
    response.cookie(COOKIE, id, { httpOnly: true, sameSite: 'strict' }).redirect(303, '/')
  })

  app.post('/again', async (request, response) => {
    if (request.session) request.session.again = await exchanged(request.session.jwt)
    response.redirect(303, '/')
  })

  app.post('/sign-out', (request, response) => {
    sessions.delete(request.sessionID)
    response.clearCookie(COOKIE).redirect(303, '/')
  })

  app.use((_request, response) => {
    response.status(404).send(page([html`<h1>There is no such page.</h1>`, back]))
  })
  // Express tells an error by its arguments, all four. A stack trace is for the terminal, and not for the browser.
  app.use((error, _request, response, next) => {
    if (response.headersSent) return next(error)
    const status = error.status === 400 || error.status === 413 ? error.status : 500
    if (status === 500) console.error(error)
    response.status(status).send(page([html`<h1>That did not work.</h1>`, back]))
  })

  return server

  /** An answer of the exchange, with what its log says of it: a page of your own would not show that. */
  async function exchanged(jwt) {
    const before = exchange.log.length
    const answer = await client.exchange(jwt)
    return { answer, log: exchange.log.slice(before) }
  }

  function signedOut() {
    return html`<h1>Who are you?</h1>
      <p class="soft">The sign-in page of your identity provider would stand here.</p>
      <form method="post" action="/sign-in">
        ${people.map(
          ([email, name, what]) =>
            html`<button class="person" name="email" value="${email}">
              <strong>${name}</strong><span>${what}</span>
            </button>`,
        )}
      </form>`
  }

  async function signedIn({ email, answer, log, again }) {
    if (answer.error) return [html`<h1>No tokens for ${email}</h1>`, refusal(answer, log), actions()]
    const claims = await client.claims(answer.id_token)
    const { owner, expenses } = await client.expenses(answer.access_token)
    const rows = [
      ['who you are here', claims.sub],
      ['vouched for by', claims.act.sub],
      ['issued by', claims.iss],
      ['for', claims.aud],
      ['scopes', answer.scope],
      ['ends', new Date(claims.exp * 1000).toISOString()],
    ]
    return [
      html`<h1>${owner}</h1>
        <p class="soft">Signed in as ${email}; the token was exchanged once.</p>`,
      again ? [html`<h2>The same token again</h2>`, refusal(again.answer, again.log)] : '',
      html`<h2>What the exchange says of you</h2>
        <dl>
          ${rows.map(
            ([name, value]) =>
              html`<dt>${name}</dt>
                <dd>${value}</dd>`,
          )}
        </dl>
        <h2>What you may read</h2>
        <ul>
          ${expenses.map((expense) => html`<li>${expense}</li>`)}
        </ul>`,
      actions('again'),
    ]
  }

  function refusal({ status, error, error_description }, log) {
    return html`<div class="refused" role="alert">
        <strong>Refused: ${status} ${error}</strong>
        <span>${error_description}. That is all an application is told.</span>
      </div>
      <h2>What the log of the exchange says</h2>
      ${log.map(
        ({ rule, reason, message, fix }) =>
          html`<p><code>${rule}</code> (${reason})<br />${message}<br /><span class="soft">${fix}</span></p>`,
      )}`
  }

  function actions(again) {
    return html`<div class="actions">
      ${again ? html`<form method="post" action="/again"><button>Exchange it again</button></form>` : ''}
      <form method="post" action="/sign-out"><button class="primary">Sign out</button></form>
    </div>`
  }
}
