import { createHash } from 'node:crypto'

const STYLE = `
:root{color-scheme:light dark;--page:#f3f4f8;--card:#fff;--ink:#172033;--soft:#5b6781;--line:#dfe3ec;--accent:#3046d6;--on:#fff;--yes:#0f7a45;--yes-bg:#e4f6ec;--no:#a3242f;--no-bg:#fdebec}
@media (prefers-color-scheme:dark){:root{--page:#0d1220;--card:#161d2f;--ink:#e8ecf6;--soft:#9aa6c0;--line:#2a344c;--accent:#93a4ff;--on:#0d1220;--yes:#7fe0ac;--yes-bg:#12301f;--no:#ff9da6;--no-bg:#3a171b}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
header,main{max-width:46rem;margin:0 auto;padding:0 1.25rem}
header{display:flex;align-items:center;justify-content:space-between;gap:1rem;padding-top:1.5rem;padding-bottom:1.5rem;min-height:5.5rem}
.brand{font-weight:700;letter-spacing:-.01em;color:var(--ink);text-decoration:none}
.brand::before{content:"";display:inline-block;width:.85rem;height:.85rem;margin-right:.55rem;border-radius:.25rem;background:linear-gradient(135deg,var(--accent),#17b3a3)}
section{background:var(--card);border:1px solid var(--line);border-radius:.9rem;padding:1.5rem;margin-bottom:1.25rem}
h1{margin:0 0 .35rem;font-size:1.6rem;line-height:1.2;letter-spacing:-.02em}
h2{margin:0 0 .9rem;font-size:.8rem;letter-spacing:.07em;text-transform:uppercase;color:var(--soft)}
p{margin:.35rem 0}
form{margin:0}
section>:last-child{margin-bottom:0}
.soft{color:var(--soft)}
dl{display:grid;grid-template-columns:9rem 1fr;gap:.55rem 1rem;margin:0}
dt{color:var(--soft)}
dd{margin:0;overflow-wrap:anywhere}
code{font:.875em ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
.tag{display:inline-block;padding:.1rem .65rem;border:1px solid var(--line);border-radius:1rem;font-size:.9rem}
.tag b{font-weight:600}
ul{list-style:none;margin:0;padding:0}
li{display:flex;align-items:center;gap:1rem;padding:.8rem 0;border-top:1px solid var(--line)}
li:first-child{border-top:0;padding-top:0}
li:last-child{padding-bottom:0}
li div{flex:1}
li p{margin:0;font-size:.875rem}
.yes,.no{flex:none;padding:.15rem .7rem;border-radius:1rem;font-size:.8125rem;font-weight:600}
.yes{color:var(--yes);background:var(--yes-bg)}
.no{color:var(--no);background:var(--no-bg)}
a{color:var(--accent)}
.button,button{display:inline-block;font:inherit;font-weight:600;padding:.6rem 1.15rem;border:1px solid var(--accent);border-radius:.6rem;background:var(--accent);color:var(--on);text-decoration:none;cursor:pointer}
.quiet{background:transparent;color:var(--ink);border-color:var(--line)}
.actions{display:flex;flex-wrap:wrap;gap:.75rem;margin-top:1.25rem}
.people button{width:100%;text-align:left;background:transparent;color:var(--ink);border-color:var(--line);margin-top:.7rem}
.people button:hover{border-color:var(--accent)}
.people span{display:block;font-weight:400;font-size:.875rem;color:var(--soft)}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
@media (max-width:34rem){dl{grid-template-columns:1fr;gap:0}dd:not(:last-child){margin-bottom:.6rem}li{flex-direction:column;align-items:flex-start;gap:.4rem}}
`

const POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; frame-ancestors 'none'`

/** Sends a page: no scripts, and nothing from elsewhere. */
export function sendPage(response, status, html) {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': POLICY,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'same-origin',
  })
  response.end(html)
}

const signOut = '<form method="post" action="/signout"><button class="quiet">Sign out</button></form>'

export const welcomePage = () =>
  page(
    'Reading room',
    `<section>
<h1>Reading room</h1>
<p class="soft">You read what belongs to your department. AWS sees who you are, not just which app asks.</p>
<div class="actions"><a class="button" href="/signin">Sign in</a></div>
</section>`,
  )

export function homePage({ identity, session, readable }) {
  const { name, email } = identity.claims
  const tags = Object.entries(session.tags).map(
    ([key, value]) => `<span class="tag">${text(key)}: <b>${text(value)}</b></span>`,
  )
  return page(
    'Reading room',
    `<section>
<h1>${text(name)}</h1>
<p class="soft">${text(email)}</p>
</section>
<section>
<h2>Who AWS sees</h2>
<dl>
<dt>Signed in at</dt><dd>${text(identity.issuer)}</dd>
<dt>Your tags</dt><dd>${tags.join(' ')}</dd>
<dt>Role session</dt><dd><code>${text(session.arn)}</code></dd>
<dt>Good until</dt><dd>${text(
      session.expiresAt
        .toISOString()
        .replace(/\.\d+Z$/, ' UTC')
        .replace('T', ' '),
    )}</dd>
</dl>
</section>
<section>
<h2>What you may read</h2>
<ul>
${readable.map(row).join('\n')}
</ul>
</section>`,
    signOut,
  )
}

function row({ document: { id, title, department }, decision }) {
  const allowed = decision.effect === 'allow'
  return `<li><div><a href="/documents/${text(id)}">${text(title)}</a><p class="soft">Department: ${text(department)}</p></div>
<span class="${allowed ? 'yes' : 'no'}">${allowed ? 'You may read this' : 'Not for you'}</span></li>`
}

export const documentPage = ({ title, text: content }) =>
  page(title, `<section><h1>${text(title)}</h1><p>${text(content)}</p>${back}</section>`, signOut)

export const deniedPage = ({ title, department }, { effect }) =>
  page(
    'Not for you',
    `<section>
<h1>Not for you</h1>
<p>“${text(title)}” belongs to the department <b>${text(department)}</b>.</p>
<p class="soft">IAM says <code>${text(effect)}</code>: no statement of your role allows it with your tags.</p>${back}
</section>`,
    signOut,
  )

export const missingPage = () =>
  page('Not here', `<section><h1>Not here</h1><p class="soft">There is no such page.</p>${back}</section>`)

export const brokenPage = () =>
  page(
    'Not now',
    `<section><h1>Not now</h1><p class="soft">Something went wrong here. Try again later.</p>${back}</section>`,
  )

export const choosePage = (everybody) =>
  page(
    'Who are you?',
    `<section class="people">
<h1>Who are you?</h1>
<p class="soft">This is the identity provider. It believes you.</p>
<form method="post">
${everybody.map(({ login, name, department }) => `<button formaction="?as=${text(login)}">${text(name)}<span>${text(department)}</span></button>`).join('\n')}
</form>
</section>`,
    '',
    'Identity provider',
  )

const back = '<div class="actions"><a class="button quiet" href="/">Back</a></div>'

function page(title, body, action = '', brand = 'Reading room') {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${text(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<header><span class="brand">${text(brand)}</span>${action}</header>
<main>
${body}
</main>
</body>
</html>
`
}

function text(value) {
  return String(value ?? '').replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
