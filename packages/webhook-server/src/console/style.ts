/** The page's style: of one column on a phone, dark where the reader's machine is. Every text has a contrast of 4.5 at least. */
export const style = `
:root{color-scheme:light dark;--ground:#fff;--panel:#f4f5f7;--text:#1b1f24;--quiet:#57606a;--edge:#d0d7de;--one:#0b5cad;--two:#a3470f;--bad:#b3261e;--good:#1a6b33}
@media (prefers-color-scheme:dark){:root{--ground:#12161b;--panel:#1b2128;--text:#e6eaef;--quiet:#a3adb8;--edge:#3a434d;--one:#79b8ff;--two:#ffab70;--bad:#ff9a91;--good:#7ee29a}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:80rem;padding:1rem;background:var(--ground);color:var(--text);font:1rem/1.45 system-ui,sans-serif}
header,footer{display:flex;flex-wrap:wrap;gap:.25rem 1rem;align-items:baseline}
header form{margin-left:auto}
h1{font-size:1.4rem;margin:0}h2{font-size:1.1rem;margin:1.75rem 0 .5rem}
p{margin:.4rem 0;max-width:44rem}.quiet,footer{color:var(--quiet)}.bad{color:var(--bad);font-weight:600}.good{color:var(--good)}
a{color:var(--one)}
dl{display:grid;grid-template-columns:repeat(auto-fit,minmax(8.5rem,1fr));gap:.5rem;margin:1rem 0}
dl div{background:var(--panel);border:1px solid var(--edge);border-radius:.4rem;padding:.5rem .7rem}
dt{color:var(--quiet);font-size:.85rem}dd{margin:0;font-size:1.35rem;font-variant-numeric:tabular-nums}
nav ul,.legend{display:flex;flex-wrap:wrap;gap:.25rem 1rem;list-style:none;margin:.5rem 0;padding:0}
nav [aria-current]{color:var(--text);font-weight:600;text-decoration:none}
.plots{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,22rem),1fr));gap:1rem}
figure{margin:0;background:var(--panel);border:1px solid var(--edge);border-radius:.4rem;padding:.6rem}
figcaption{font-weight:600}.plot{display:block;width:100%;height:auto}.plot text{fill:var(--quiet);font-size:12px}
.grid{stroke:var(--edge);stroke-width:1}.line{fill:none;stroke-width:2;stroke-linejoin:round;stroke-linecap:round}
.line-0{stroke:var(--one)}.line-1{stroke:var(--two);stroke-dasharray:5 4}
.legend{font-size:.85rem;margin:.3rem 0 0}.legend li{display:flex;align-items:center;gap:.4rem}.legend svg{width:24px;height:8px}
.scroll{overflow-x:auto}.scroll:focus-visible,button:focus-visible,a:focus-visible,input:focus-visible{outline:3px solid var(--one);outline-offset:2px}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
caption{text-align:left;color:var(--quiet);padding-bottom:.3rem}
th,td{text-align:left;padding:.35rem .75rem .35rem 0;border-bottom:1px solid var(--edge);vertical-align:top}
th{font-size:.85rem}tbody th{font-size:1rem;font-weight:600}td.number,th.number{text-align:right}.scroll+.scroll{margin-top:1rem}
button,input{font:inherit;color:inherit;border:1px solid var(--quiet);border-radius:.35rem;padding:.35rem .7rem;min-height:2.5rem;background:var(--panel)}
button{cursor:pointer}form{display:inline}.login{display:grid;gap:.5rem;max-width:22rem;margin-top:1rem}
.said{border-left:.3rem solid var(--one);background:var(--panel);padding:.5rem .75rem;max-width:none}
@media (prefers-reduced-motion:no-preference){button{transition:background .1s}}
`
