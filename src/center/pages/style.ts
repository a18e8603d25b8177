/** The one style sheet of the pages. It is constant, so that its hash allows it and nothing else. */
export const STYLE = `
:root{color-scheme:light dark;--page:#eef1f5;--card:#fff;--ink:#16202c;--soft:#556270;--line:#d6dce4;--accent:#1d4ed8;--on-accent:#fff;--warn-ink:#6b4a00;--warn:#fff4d6;--warn-line:#ecd391;--bad:#fdecec;--bad-ink:#8c1d1d;--bad-line:#f2b8b8}
@media (prefers-color-scheme:dark){:root{--page:#0e141b;--card:#18212b;--ink:#e9eef4;--soft:#9fadbc;--line:#2d3a48;--accent:#7aa7ff;--on-accent:#0b1220;--warn-ink:#f3dca0;--warn:#332a12;--warn-line:#5c4b1c;--bad:#3a1a1c;--bad-ink:#ffb9b9;--bad-line:#6d2c30}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:flex;flex-direction:column;align-items:center;padding:8vh 1rem 2rem;background:var(--page);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
main{width:100%;max-width:30rem;background:var(--card);border:1px solid var(--line);border-radius:14px;padding:2rem;box-shadow:0 1px 2px rgb(10 20 40/6%),0 12px 32px rgb(10 20 40/8%)}
.brand{display:flex;align-items:center;gap:.55rem;margin:0 0 1.5rem;color:var(--soft);font-size:.875rem;font-weight:600;letter-spacing:.01em}
.brand::before{content:"";width:1.1rem;height:1.1rem;border-radius:5px;background:linear-gradient(135deg,var(--accent),#0ea5a4)}
h1{margin:0 0 .5rem;font-size:1.45rem;line-height:1.25;letter-spacing:-.01em;overflow-wrap:anywhere}
h2{margin:1.5rem 0 .5rem;font-size:.8rem;letter-spacing:.04em;text-transform:uppercase;color:var(--soft)}
p{margin:.5rem 0}
.soft{color:var(--soft);font-size:.925rem}
.note{margin:1.25rem 0 0;padding:.75rem .9rem;border:1px solid var(--warn-line);border-radius:9px;background:var(--warn);color:var(--warn-ink);font-size:.9rem}
.bad{margin:0 0 1.25rem;padding:.75rem .9rem;border:1px solid var(--bad-line);border-radius:9px;background:var(--bad);color:var(--bad-ink)}
ul{list-style:none;margin:0;padding:0}
.scopes li{padding:.7rem 0;border-top:1px solid var(--line);overflow-wrap:anywhere}
.scopes li:last-child{border-bottom:1px solid var(--line)}
code,.code{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace}
.scopes code{display:block;color:var(--soft);font-size:.8rem}
.code{display:block;margin:.75rem 0;padding:.8rem;border:1px dashed var(--line);border-radius:9px;text-align:center;font-size:1.75rem;letter-spacing:.12em}
.actions{display:flex;flex-wrap:wrap;gap:.75rem;margin-top:1.5rem}
button{font:inherit;font-weight:600;padding:.65rem 1.2rem;border:1px solid var(--line);border-radius:9px;background:transparent;color:var(--ink);cursor:pointer;flex:1 1 8rem}
button:hover{border-color:var(--soft)}
.primary{background:var(--accent);border-color:var(--accent);color:var(--on-accent)}
.primary:hover{filter:brightness(1.07)}
.people button{display:block;width:100%;margin-top:.6rem;text-align:left;font-weight:500;overflow-wrap:anywhere}
.people strong{display:block;font-weight:600}
.people button span{color:var(--soft);font-size:.875rem}
.people button[disabled]{opacity:.55;cursor:not-allowed}
label{display:block;margin-top:1rem;font-weight:600}
input{display:block;width:100%;margin-top:.4rem;padding:.7rem .8rem;border:1px solid var(--line);border-radius:9px;background:transparent;color:inherit;font:inherit}
input[name=user_code]{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:1.35rem;letter-spacing:.12em;text-align:center;text-transform:uppercase}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
.who{width:100%;max-width:30rem;margin:1rem 0 0;display:flex;flex-wrap:wrap;gap:.25rem .75rem;align-items:center;justify-content:space-between;color:var(--soft);font-size:.875rem;overflow-wrap:anywhere}
.who button{flex:none;padding:.25rem .7rem;font-size:.8125rem;font-weight:500;color:inherit}
a{color:var(--accent)}
@media (max-width:30rem){body{padding-top:1rem}main{padding:1.35rem}}
`
