"""The style sheet of a report's page: light, dark and print."""

STYLE = """
:root {
  --page: #f4f5f7; --card: #ffffff; --text: #1b2430; --soft: #5b6776; --line: #e1e5ea;
  --delivered: #12806a; --sent: #8fb8ae; --failed: #c8452f; --other: #aab4c0;
  --shadow: 0 1px 2px rgb(20 30 40 / 6%), 0 4px 16px rgb(20 30 40 / 5%);
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #10151b; --card: #19212a; --text: #e8edf2; --soft: #9aa7b5; --line: #2b3641;
    --delivered: #35b394; --sent: #3d6f65; --failed: #ec7059; --other: #5a6875; --shadow: none;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--page); color: var(--text);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
}
main { max-width: 60rem; margin: 0 auto; padding: 3rem 1.25rem 2rem; }
header { margin-bottom: 1.75rem; }
h1 { margin: 0; font-size: 2rem; line-height: 1.2; letter-spacing: -0.015em;
     overflow-wrap: anywhere; }
h2 { margin: 0; font-size: 1.1rem; letter-spacing: -0.005em; }
p { margin: 0.25rem 0 0; }
.soft { color: var(--soft); font-size: 0.9rem; }
.eyebrow { color: var(--soft); font-size: 0.8rem; font-weight: 600; letter-spacing: 0.06em;
           text-transform: uppercase; margin: 0 0 0.4rem; }
.quote { border-left: 4px solid var(--delivered); padding: 0.6rem 1rem; margin: 1rem 0 0;
         background: var(--card); border-radius: 0 8px 8px 0; overflow-wrap: anywhere; }
.quote p { min-height: 1.5em; margin: 0; }
.notice { border-left: 4px solid var(--soft); padding: 0.6rem 1rem; margin: 1rem 0 0;
          background: var(--card); border-radius: 0 8px 8px 0; }
.cards { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(10rem, 1fr));
         margin: 0 0 1rem; }
.card, section { background: var(--card); border-radius: 14px; box-shadow: var(--shadow); }
.card { padding: 1.1rem 1.25rem; }
.card dt { color: var(--soft); font-size: 0.85rem; }
.card dd { margin: 0.1rem 0 0; font-size: 2rem; font-weight: 650; line-height: 1.15;
           letter-spacing: -0.02em; font-variant-numeric: tabular-nums; }
.card dd.more { font-size: 0.85rem; font-weight: 400; color: var(--soft); letter-spacing: 0;
                margin-top: 0.25rem; }
dd.is-delivered { color: var(--delivered); }
dd.is-failed { color: var(--failed); }
section { padding: 1.5rem; margin: 0 0 1rem; break-inside: avoid; }
.chart { margin: 1.1rem 0 0; }
svg { display: block; width: 100%; overflow: visible; }
svg.shares { border-radius: 6px; overflow: hidden; }
svg.columns { margin-left: var(--margin); width: calc(100% - var(--margin)); }
.margin-3 { --margin: 2.2rem; }
.margin-7 { --margin: 4rem; }
.margin-20 { --margin: 6rem; }
svg .narrow { display: none; }
svg text { font-size: 12.5px; fill: var(--soft); font-variant-numeric: tabular-nums; }
svg text.strong { fill: var(--text); font-weight: 600; }
svg .grid { stroke: var(--line); stroke-width: 1; }
svg .fill { stroke: var(--card); stroke-width: 1; }
.fill.is-delivered, .fill.is-completed, .fill.is-received { fill: var(--delivered); }
.fill.is-sent { fill: var(--sent); }
.fill.is-failed { fill: var(--failed); }
.fill.is-other { fill: var(--other); }
.key { display: inline-block; width: 0.7rem; height: 0.7rem; border-radius: 3px;
       margin-right: 0.55rem; background: var(--other); }
.key.is-delivered, .key.is-completed, .key.is-received { background: var(--delivered); }
.key.is-sent { background: var(--sent); }
.key.is-failed { background: var(--failed); }
.legend { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; margin: 0.75rem 0 0; padding: 0;
          list-style: none; font-size: 0.9rem; color: var(--soft); }
table { width: 100%; border-collapse: collapse; margin: 1.1rem 0 0; font-size: 0.925rem; }
caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
th, td { padding: 0.45rem 0.75rem; text-align: right; border-bottom: 1px solid var(--line);
         font-variant-numeric: tabular-nums; vertical-align: top; }
th:first-child, td:first-child { text-align: left; padding-left: 0; overflow-wrap: anywhere; }
th:last-child, td:last-child { padding-right: 0; }
thead th { color: var(--soft); font-size: 0.8rem; font-weight: 600; }
tbody th { font-weight: 400; }
tbody tr:last-child > * { border-bottom: 0; }
.scroll { overflow-x: auto; }
details { margin: 1rem 0 0; font-size: 0.925rem; }
summary { cursor: pointer; color: var(--soft); }
footer { padding: 0.5rem 0 2rem; overflow-wrap: anywhere; }
@media (max-width: 40rem) {
  main { padding-top: 1.5rem; }
  h1 { font-size: 1.6rem; }
  section { padding: 1.1rem; }
  svg .narrow { display: inline; }
  svg .wide { display: none; }
  table { font-size: 0.8rem; }
  th, td { padding: 0.45rem 0.2rem; }
  td { white-space: nowrap; }
  thead th { font-size: 0.7rem; }
  th:first-child { width: 99%; }
}
@media print {
  :root {
    --page: #fff; --card: #fff; --text: #000; --soft: #444; --line: #ccc; --shadow: none;
    --delivered: #12806a; --sent: #8fb8ae; --failed: #c8452f; --other: #aab4c0;
  }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  @page { margin: 1.6cm; }
  body { font-size: 10pt; }
  main { max-width: none; padding: 0 1px; }
  header { margin-bottom: 1rem; }
  h1 { font-size: 1.7rem; }
  .cards { grid-template-columns: repeat(4, 1fr); gap: 0.6rem; margin-bottom: 0.6rem; }
  .card, section { border: 1px solid var(--line); border-radius: 8px; }
  .card { padding: 0.6rem 0.8rem; }
  .card dd { font-size: 1.4rem; }
  section { padding: 0.8rem 1rem; margin-bottom: 0.6rem; }
  .chart, table { margin-top: 0.6rem; }
  th, td { padding-top: 0.25rem; padding-bottom: 0.25rem; }
  footer { padding-bottom: 0; }
  details:not([open]) { display: none; }
}
"""
