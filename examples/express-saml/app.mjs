// An app whose people sign in by SAML. Who is in billing may read the invoices.
import { randomBytes } from 'node:crypto'
import { appSessions, requireIdentity, requireTag, samlServiceProvider } from 'countersign/express'
import { memoryReplayStore, memoryStateStore } from 'countersign/stores'
import express from 'express'
import { endings, html, page } from './pages.mjs'

/** The app at `url`; `idp` is what it knows of the identity provider: its name, where to sign in, its certificate. */
export function createApp({ url, idp, onRefused }) {
  // One process, and sessions that end with it. An app of several processes shares its stores, and keeps its key.
  const state = memoryStateStore({ now: () => Math.floor(Date.now() / 1000) })
  const keys = [{ id: 'first', key: new Uint8Array(randomBytes(32)) }]
  const sessions = appSessions({ url, keys, state, signInPath: '/login', signOutPath: '/logout', onRefused })
  const saml = samlServiceProvider({
    sessions,
    idp,
    sp: { entityID: `${url}/saml/metadata`, acsURL: `${url}/saml/acs` },
    state,
    replay: memoryReplayStore(),
    loginPath: '/login',
    metadataPath: '/saml/metadata',
    allowedReturnPaths: ['/', '/invoices', '/plans'],
  })

  const app = express()
  app.disable('x-powered-by')
  app.use(saml) // signs people in
  app.use(sessions) // says who is signed in

  app.get('/', (request, response) => {
    response.send(request.identity ? home(request) : welcome())
  })
  app.get('/invoices', requireIdentity(), requireTag('Department', 'billing'), (request, response) => {
    response.send(
      page(
        'Invoices',
        html`<p>No. 1843: one analytical engine.</p>
          <p><a href="/">Back</a></p>`,
      ),
    )
  })
  app.get('/plans', requireIdentity(), requireTag('Department', 'engineering'), (request, response) => {
    response.send(
      page(
        'Plans',
        html`<p>A compiler, one of these days.</p>
          <p><a href="/">Back</a></p>`,
      ),
    )
  })
  endings(app, html`<p><a href="/">Back</a></p>`)
  return app
}

function welcome() {
  return page(
    'Ledger',
    html`<p class="soft">Nobody is signed in.</p>
      <p><a class="button primary" href="/login">Sign in with SAML</a></p>`,
  )
}

function home({ identity, sessionTags }) {
  const tags = sessionTags.tags.map(
    ({ key, value }) =>
      html`<dt>${key}</dt>
        <dd>${value}</dd>`,
  )
  const department = sessionTags.tags.find(({ key }) => key === 'Department')?.value
  const door = (path, title, needed) =>
    html`<li>
      <a href="${path}">${title}</a>
      <span class="${department === needed ? 'yes' : 'no'}"
        >${department === needed ? 'yours to read' : `for ${needed}`}</span
      >
    </li>`
  return page(
    `Hello, ${identity.nameID}`,
    html`<h2>Who you are</h2>
      <dl>
        <dt>NameID</dt>
        <dd>${identity.nameID}</dd>
        <dt>signed in at</dt>
        <dd>${identity.issuer}</dd>
        ${tags}
      </dl>
      <h2>What you may read</h2>
      <ul>
        ${door('/invoices', 'Invoices', 'billing')}${door('/plans', 'Plans', 'engineering')}
      </ul>
      <form method="post" action="/logout"><button>Sign out</button></form>`,
  )
}
