/** The one style sheet: constant, so that its hash allows it and nothing else. */
export const STYLE = `
:root{color-scheme:light dark;--page:#f2f0eb;--card:#fff;--ink:#1d2329;--soft:#5d6670;--line:#dcd8cf;--accent:#0f6b5c;--on-accent:#fff;--bad:#fdeceb;--bad-ink:#8a1f1b;--bad-line:#efbab6}
@media (prefers-color-scheme:dark){:root{--page:#14171a;--card:#1e2327;--ink:#e8ebed;--soft:#a0a9b1;--line:#343b42;--accent:#5cc8b4;--on-accent:#08211c;--bad:#3a1e1d;--bad-ink:#ffb8b2;--bad-line:#6f3230}}
*{box-sizing:border-box}
body{margin:0;padding:7vh 1rem 3rem;background:var(--page);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,Arial,sans-serif}
main{max-width:38rem;margin:0 auto;padding:2rem;background:var(--card);border:1px solid var(--line);border-radius:14px}
.brand{margin:0 0 1.25rem;color:var(--soft);font-size:.875rem;font-weight:600}
h1{margin:0;font-size:1.6rem;line-height:1.2;overflow-wrap:anywhere}
h2{margin:1.75rem 0 .5rem;font-size:1rem}
p{margin:.4rem 0}
.soft{color:var(--soft);font-size:.925rem}
dl{display:grid;grid-template-columns:max-content 1fr;margin:0}
dt,dd{margin:0;padding:.5rem 0;border-top:1px solid var(--line)}
dt{padding-right:1.25rem;color:var(--soft)}
dd,code{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.85rem;overflow-wrap:anywhere}
ul{margin:0;padding:0;list-style:none}
li{padding:.5rem 0;border-top:1px solid var(--line)}
.refused{margin:1.25rem 0 0;padding:.8rem 1rem;border:1px solid var(--bad-line);border-radius:10px;background:var(--bad);color:var(--bad-ink)}
.refused strong,.refused span{display:block}
.actions{display:flex;flex-wrap:wrap;gap:.75rem;margin-top:2rem}
.actions form{flex:1 1 14rem}
button{width:100%;padding:.7rem 1rem;border:1px solid var(--line);border-radius:10px;background:transparent;color:inherit;font:inherit;font-weight:600;cursor:pointer}
button:hover{border-color:var(--soft)}
.primary{border-color:var(--accent);background:var(--accent);color:var(--on-accent)}
.person:hover{border-color:var(--accent)}
a{color:var(--accent)}
.person{margin-top:.75rem;text-align:left}
.person strong,.person span{display:block}
.person span{color:var(--soft);font-size:.9rem;font-weight:400}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
@media (max-width:34rem){main{padding:1.35rem}dl{grid-template-columns:1fr}dd{padding-top:0;border-top:0}}
`

const markup = Symbol('markup')
const entities = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const textOf = (value) => {
  if (Array.isArray(value)) return value.map(textOf).join('')
  return value?.[markup] ?? String(value).replace(/[&<>"']/g, (character) => entities[character])
}

/** Markup with its values escaped, but for values that are markup themselves. */
export const html = (parts, ...values) => ({
  [markup]: parts.map((part, index) => part + (index < values.length ? textOf(values[index]) : '')).join(''),
})

export const page = (content) =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">` +
  `<title>Expenses</title><style>${STYLE}</style><main><p class="brand">Expenses, at an exchange of our own</p>` +
  `${textOf(content)}</main></html>`
