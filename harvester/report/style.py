"""How the page looks: light and dark, on a phone, on paper. No outside file, no script."""

from __future__ import annotations

STYLE = """
:root { color-scheme: light dark; --paper: #ffffff; --ink: #1b1f24; --quiet: #57606a; --rule: #d0d7de;
  --soft: #f3f5f8; --accent: #1f5fae; --part: #b35900; --warn: #8a3b00; --warn-soft: #fff4e5; --bad: #a40e26;
  --bad-soft: #ffebe9; --good: #116329; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #14181d; --ink: #e6e9ee; --quiet: #a5afba; --rule: #39424d; --soft: #1e242b; --accent: #6aaef7;
    --part: #f0a04b; --warn: #f5c27a; --warn-soft: #33270f; --bad: #ff9a94; --bad-soft: #3d1618; --good: #7ee2a0; } }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", Arial, sans-serif; }
main, header, footer { max-width: 70rem; margin: 0 auto; padding: 0 1.25rem; }
header { padding-top: 1.75rem; }
h1 { font-size: 1.7rem; line-height: 1.25; margin: 0 0 .25rem; overflow-wrap: anywhere; }
h2 { font-size: 1.3rem; margin: 2.5rem 0 .5rem; padding-top: .5rem; border-top: 1px solid var(--rule); }
h3 { font-size: 1.05rem; margin: 1.5rem 0 .35rem; overflow-wrap: anywhere; }
h4 { font-size: 1rem; margin: 1rem 0 .25rem; }
p, ul { margin: .4rem 0 .8rem; max-width: 46rem; overflow-wrap: anywhere; }
.quiet { color: var(--quiet); }
a { color: var(--accent); }
nav ul { display: flex; flex-wrap: wrap; gap: .15rem 1.1rem; list-style: none; padding: 0; max-width: none; }
nav a { display: inline-block; padding: .3rem 0; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(8.5rem, 1fr)); gap: .75rem; margin: 1rem 0; }
.tile { background: var(--soft); border-radius: .5rem; padding: .7rem .9rem; }
.tile strong { display: block; font-size: 1.6rem; line-height: 1.2; }
.tile span { color: var(--quiet); font-size: .92rem; }
.note { border-left: 4px solid var(--warn); background: var(--warn-soft); padding: .5rem .9rem; margin: .6rem 0;
  border-radius: 0 .4rem .4rem 0; overflow-wrap: anywhere; }
.note.bad { border-color: var(--bad); background: var(--bad-soft); }
.note p, .note ul { margin: .2rem 0; max-width: none; }
.missing { color: var(--bad); font-weight: 700; }
.scroll { overflow-x: auto; margin: .6rem 0 1rem; }
table { border-collapse: collapse; min-width: 100%; font-size: .93rem; }
caption { text-align: left; color: var(--quiet); padding: .2rem 0; }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem; border-bottom: 1px solid var(--rule); }
thead th { background: var(--soft); }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
td.n, td.d { white-space: nowrap; }
td.title { min-width: 14rem; max-width: 40rem; overflow-wrap: anywhere; }
tr.total td, tr.total th { font-weight: 700; }
.clamp { display: block; max-height: 12em; overflow: auto; }
pre { background: var(--soft); border-radius: .4rem; padding: .7rem .9rem; white-space: pre-wrap;
  overflow-wrap: anywhere; font: .86rem/1.45 ui-monospace, "Cascadia Mono", "Liberation Mono", Consolas, monospace;
  max-height: 22rem; overflow-y: auto; margin: .4rem 0 .8rem; }
code { font: .92em ui-monospace, "Liberation Mono", Consolas, monospace; overflow-wrap: anywhere; }
summary { cursor: pointer; padding: .3rem 0; color: var(--accent); }
details > .scroll { max-height: 28rem; overflow: auto; }
.figure { overflow-x: auto; margin: .6rem 0; }
.figure svg { max-width: 100%; height: auto; }
.figure.flow { background: #ffffff; border: 1px solid var(--rule); border-radius: .4rem; padding: .5rem; }
.chart text { fill: var(--ink); font: 13px system-ui, "Liberation Sans", Arial, sans-serif; }
.chart text.small { font-size: 11px; }
.chart .bar { fill: var(--accent); } .chart .part { fill: var(--part); }
.chart .axis, .chart .link { stroke: var(--ink); fill: none; } .chart .link { stroke-width: 2.5; }
.chart .dot { fill: var(--ink); } .chart .hole { fill: var(--rule); } .chart .band { fill: var(--soft); }
footer { color: var(--quiet); padding-top: 2rem; padding-bottom: 3rem; font-size: .9rem; }
@media (max-width: 40rem) {
  .figure.flow svg, .figure .chart { max-width: none; }
  .figure.flow svg { width: 46rem; } h1 { font-size: 1.4rem; } }
@media print {
  :root { color-scheme: light; --paper: #ffffff; --ink: #000000; --quiet: #444444; --rule: #aaaaaa; --soft: #f3f3f3;
    --accent: #1f5fae; --part: #b35900; --warn: #8a3b00; --warn-soft: #ffffff; --bad: #a40e26; --bad-soft: #ffffff; }
  body { font-size: 10pt; } nav { display: none; } main, header, footer { max-width: none; padding: 0; }
  pre, .clamp, details > .scroll { max-height: none; overflow: visible; }
  .scroll, .figure { overflow: visible; }
  details::details-content { content-visibility: visible; display: block; block-size: auto; }
  h2, h3 { break-after: avoid; } tr, .tile, .note, svg { break-inside: avoid; } thead { display: table-header-group; }
  table { font-size: 8.5pt; } td.title { min-width: 0; }
  @page { margin: 15mm; } }
"""
