/** The style sheet of an HTML report: system fonts, light and dark, and paper. */
export const htmlStyle = `
:root{--page:#f6f7f9;--card:#fff;--ink:#1b1f24;--soft:#57606a;--line:#d8dee4;--code:#f0f2f5;--good:#14692e;--goodbg:#e3f4e8;--bad:#a8071a;--badbg:#fdebec;--warn:#7d4e00;--warnbg:#fff4dc;--mark:#ffe08a;--markink:#1b1f24}
@media (prefers-color-scheme:dark){:root{--page:#0f1317;--card:#171c22;--ink:#e4e8ed;--soft:#9aa5b1;--line:#2d353e;--code:#222931;--good:#6fd58b;--goodbg:#13291a;--bad:#ff8c8c;--badbg:#351719;--warn:#f0c058;--warnbg:#33270f;--mark:#7a5f00;--markink:#fff}}
*{box-sizing:border-box}
body{margin:0;overflow-wrap:anywhere;background:var(--page);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
header,main{max-width:60rem;margin:0 auto;padding:0 1.25rem}
header{padding-top:2rem;padding-bottom:.25rem}
h1{font-size:1.5rem;line-height:1.3;margin:.1rem 0 .5rem;overflow-wrap:anywhere}
h2{font-size:1.05rem;margin:1.75rem 0 .6rem}
h3{font-size:1rem;line-height:1.4;margin:0;overflow-wrap:anywhere}
.kind{margin:0;color:var(--soft);font-size:.8rem;letter-spacing:.06em;text-transform:uppercase}
.verdict{display:inline-block;padding:.05em .55em;border-radius:.35em;margin-right:.3em}
.accepted .verdict{color:var(--good);background:var(--goodbg)}
.refused .verdict{color:var(--bad);background:var(--badbg)}
.meta{margin:0;color:var(--soft)}
.unproven{margin:.75rem 0 0;padding:.5rem .8rem;border-radius:.35rem;color:var(--warn);background:var(--warnbg)}
article{background:var(--card);border:1px solid var(--line);border-left:4px solid var(--bad);border-radius:.4rem;padding:.9rem 1.1rem;margin:0 0 .9rem;break-inside:avoid}
article.warning{border-left-color:var(--warn)}
.rule{margin:.1rem 0 .6rem;color:var(--soft)}
dl{display:grid;grid-template-columns:5.5rem minmax(0,1fr);gap:.3rem .9rem;margin:0}
dl.facts{grid-template-columns:minmax(6rem,14rem) minmax(0,1fr);background:var(--card);border:1px solid var(--line);border-radius:.4rem;padding:.9rem 1.1rem}
dt{color:var(--soft)}
dd{margin:0;overflow-wrap:anywhere}
.fix{font-weight:600;color:var(--ink)}
code,pre{font:.86em/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace}
code{background:var(--code);border-radius:.25em;padding:.1em .35em;overflow-wrap:anywhere}
pre{margin:0;padding:.5rem .7rem;background:var(--code);border-radius:.35rem;white-space:pre-wrap;overflow-wrap:anywhere}
mark{background:var(--mark);color:var(--markink);border-radius:.2em}
.source{color:var(--soft);font-size:.86em;white-space:normal}
table{width:100%;border-collapse:collapse;background:var(--card);border:1px solid var(--line);font-size:.88rem}
th,td{text-align:left;vertical-align:top;padding:.35rem .7rem;border-top:1px solid var(--line)}
th{color:var(--soft);font-weight:600;border-top:0}
td:first-child{white-space:nowrap}
@media (min-width:40rem){td code{white-space:nowrap}}
.pass td:first-child{color:var(--good)}
.fail td:first-child,.cantTell td:first-child{color:var(--bad)}
.fail td:first-child{font-weight:600}
.warned td:first-child{color:var(--warn)}
.notApplicable{color:var(--soft)}
main{padding-bottom:2.5rem}
@media (max-width:40rem){dl,dl.facts{grid-template-columns:1fr;gap:0}dd{margin-bottom:.5rem}dt:empty{display:none}}
@media print{
@page{margin:16mm}
:root{--page:#fff;--card:#fff;--ink:#000;--soft:#444;--line:#bbb;--code:#f3f3f3;--good:#14692e;--goodbg:#e3f4e8;--bad:#a8071a;--badbg:#fdebec;--warn:#7d4e00;--warnbg:#fff4dc;--mark:#ffe08a;--markink:#000}
body{font-size:10.5pt;-webkit-print-color-adjust:exact;print-color-adjust:exact}
header,main{max-width:none;padding-left:0;padding-right:0}
h2{break-after:avoid}
tr{break-inside:avoid}
thead{display:table-header-group}
}
`
