// The pages of the example: a template that escapes every value, and a frame.

const MARKUP = Symbol('markup')
const markup = (text) => ({ [MARKUP]: true, text })

const entities = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

function written(value) {
  if (value?.[MARKUP]) return value.text
  if (Array.isArray(value)) return value.map(written).join('')
  return String(value).replaceAll(/[&<>"']/g, (character) => entities[character])
}

/** Markup in which every value is text, but for markup that was made in the same way. */
export function html(strings, ...values) {
  return markup(strings.reduce((text, string, at) => text + written(values[at - 1]) + string))
}

const STYLE = `
:root{color-scheme:light dark;--page:#f2f4f7;--card:#fff;--ink:#16202c;--soft:#566373;--line:#d9dfe6;--accent:#1d4ed8;--on:#fff;--good:#0f6b3c;--bad:#9b1c1c}
@media (prefers-color-scheme:dark){:root{--page:#0e141b;--card:#18212b;--ink:#e9eef4;--soft:#9fadbc;--line:#2d3a48;--accent:#7aa7ff;--on:#0b1220;--good:#6ee7a0;--bad:#ffb4b4}}
*{box-sizing:border-box}
body{margin:0;padding:8vh 1rem 2rem;background:var(--page);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
main{max-width:34rem;margin:auto;padding:2rem;background:var(--card);border:1px solid var(--line);border-radius:14px}
h1{margin:0 0 .75rem;font-size:1.5rem;line-height:1.25}
h2{margin:1.75rem 0 .5rem;font-size:.8rem;letter-spacing:.05em;text-transform:uppercase;color:var(--soft)}
.soft,small{color:var(--soft)}
small{display:block;font-weight:400}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.35rem 1.25rem;margin:0}
dt{color:var(--soft)}
dd{margin:0;overflow-wrap:anywhere}
ul{list-style:none;margin:0;padding:0}
li{display:flex;justify-content:space-between;gap:1rem;padding:.7rem 0;border-top:1px solid var(--line)}
.yes{color:var(--good);font-weight:600}
.no{color:var(--bad);font-weight:600}
form{margin:1.25rem 0 0}
button,.button{display:inline-block;font:inherit;font-weight:600;padding:.6rem 1.1rem;border:1px solid var(--line);border-radius:9px;background:transparent;color:inherit;text-decoration:none;cursor:pointer}
button[name=email]{display:block;width:100%;margin-top:.6rem;text-align:left}
.primary{background:var(--accent);border-color:var(--accent);color:var(--on)}
a{color:var(--accent)}
.primary:is(a){color:var(--on)}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
@media (max-width:34rem){main{padding:1.35rem}dl{grid-template-columns:1fr;gap:0}dd:not(:last-child){margin-bottom:.6rem}}
`

export function page(title, content) {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>${title}</title>
        <style>
          ${markup(STYLE)}
        </style>
      </head>
      <body>
        <main>
          <h1>${title}</h1>
          ${content}
        </main>
      </body>
    </html>`.text
}

/** The last handlers of an app: a page for an address that is not there, and one for what went wrong, without a stack trace. */
export function endings(app, wayOn = '') {
  app.use((_request, response) => {
    response.status(404).send(
      page(
        'Not here',
        html`<p>There is no such page.</p>
          ${wayOn}`,
      ),
    )
  })
  // Express tells an error by its arguments, all four.
  app.use((error, _request, response, next) => {
    if (response.headersSent) return next(error)
    console.error(error)
    response.status(500).send(
      page(
        'Not now',
        html`<p>Something went wrong here. Try again later.</p>
          ${wayOn}`,
      ),
    )
  })
}
