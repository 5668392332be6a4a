"""The data dictionary: every published table and column, as a page and as CSV."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from html import escape
from pathlib import Path

from bi.files.metadata import TableFacts, unit_of
from orchestration.release.export import BOM

HEADER = (
    "table",
    "position",
    "column",
    "type",
    "unit",
    "required",
    "key",
    "status_column",
    "description",
    "checks",
    "standing_findings",
)
STYLE = """
body { font: 16px/1.5 system-ui, "Noto Sans CJK SC", sans-serif; max-width: 76rem; margin: 1.5rem auto; padding: 0 1rem;
    color: #1b1b1b; background: #fff }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 }
th, td { text-align: left; vertical-align: top; padding: .25rem .6rem .25rem 0; border-bottom: 1px solid #ddd }
code { font-size: .9em; overflow-wrap: anywhere }
h1, h2, p, li { overflow-wrap: anywhere }
h2 { margin-top: 2.5rem }
nav ul { columns: 16rem; padding-left: 1.2rem }
.scroll { overflow-x: auto }
input { font: inherit; width: 100%; max-width: 30rem; padding: .3rem }
"""
FILTER = """
const field = document.getElementById("filter"), told = document.getElementById("told");
field.addEventListener("input", () => {
  const wanted = field.value.trim().toLowerCase();
  let shown = 0;
  for (const section of document.querySelectorAll("section")) {
    const whole = section.querySelector("h2").textContent.toLowerCase().includes(wanted);
    let any = whole;
    for (const row of section.querySelectorAll("tbody tr")) {
      row.hidden = !(whole || row.textContent.toLowerCase().includes(wanted));
      any = any || !row.hidden;
      shown += row.hidden ? 0 : 1;
    }
    section.hidden = !any;
    document.getElementById("to-" + section.querySelector("h2").id).hidden = !any;
  }
  told.textContent = wanted ? shown + " columns" : "";
});
"""


def write_csv(tables: list[TableFacts], path: Path) -> None:
    """One row for each table (position 0) and each of its columns, in order."""
    with path.open("w", encoding="utf-8", newline="") as out:
        out.write(BOM)
        writer = csv.writer(out, lineterminator="\r\n")
        writer.writerow(HEADER)
        for facts in tables:
            writer.writerows(_rows(facts))


def write_html(tables: list[TableFacts], release_id: str, path: Path) -> None:
    """The same as one page that needs nothing else."""
    contents = "".join(
        f'<li id="to-{facts.table.full_name}"><a href="#{facts.table.full_name}">{facts.table.full_name}</a>, {facts.rows:,} rows</li>'
        for facts in tables
    )
    path.write_text(
        f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Data dictionary, {release_id}</title><style>{STYLE}</style></head><body><main>
<h1>Data dictionary <span lang="zh">数据字典</span></h1>
<p>Every published table and column of release {release_id}, from the contracts that built it. Types are DuckDB's.
A key is what no two rows share. The status column says how far to trust a measure and why it is null.
Standing findings are rules that still find something in the figures that a column follows from: see
<code>quality.finding</code> before quoting them. The same as <a href="dictionary.csv">CSV</a>.</p>
<p><label for="filter">Find a table or column</label><br><input id="filter" type="search">
<span id="told" role="status"></span></p>
<nav aria-label="Tables"><ul>{contents}</ul></nav>
{"".join(_section(facts) for facts in tables)}</main>
<script>{FILTER}</script></body></html>
""",
        encoding="utf-8",
    )


def column_checks(facts: TableFacts, column: str) -> list[str]:
    """Names of the expectations of the audit that are about this column."""
    return [e.name for e in facts.expectations if column in e.columns]


def _rows(facts: TableFacts) -> Iterator[list[str | int]]:
    name = facts.table.full_name
    checks = " ".join(check.check for check in facts.checks)
    yield [name, 0, "", "", "", "", " ".join(facts.key), "", facts.table.comment, checks, ""]
    for position, column in enumerate(facts.table.columns, 1):
        yield [
            name,
            position,
            column.name,
            column.type,
            unit_of(column.name),
            "false" if column.is_nullable else "true",
            "true" if column.name in facts.key else "false",
            facts.status_of.get(column.name, ""),
            column.comment,
            " ".join(column_checks(facts, column.name)),
            " ".join(facts.findings.get(column.name, ())),
        ]


def _section(facts: TableFacts) -> str:
    name = facts.table.full_name
    body = "".join(
        "<tr>"
        f'<th scope="row"><code>{escape(str(column))}</code></th><td><code>{escape(str(data_type))}</code></td>'
        f"<td>{'required' if required == 'true' else 'may be null'}{', key' if key == 'true' else ''}</td>"
        f"<td>{escape(str(comment))}</td><td>{escape(str(unit))}</td><td>{_codes(str(status))}</td>"
        f"<td>{_codes(f'{checks} {found}')}</td></tr>"
        for _, position, column, data_type, unit, required, key, status, comment, checks, found in _rows(facts)
        if position
    )
    checks = "".join(f"<li><code>{escape(check.check)}</code> (stage {check.stage})</li>" for check in facts.checks)
    sources = f"<p>Figures of {_codes(' '.join(facts.sources))}.</p>" if facts.sources else ""
    return f"""<section><h2 id="{name}">{name}</h2>
<p>{escape(facts.table.comment)}</p><p>Key: {_codes(" ".join(facts.key))}. {facts.rows:,} rows.</p>{sources}
<div class="scroll" tabindex="0" role="region" aria-label="Columns of {name}"><table>
<thead><tr><th scope="col">column</th><th scope="col">type</th><th scope="col">null?</th><th scope="col">meaning</th>
<th scope="col">unit</th><th scope="col">status in</th><th scope="col">checks, standing findings</th></tr></thead>
<tbody>{body}</tbody></table></div>
<details><summary>{len(facts.checks)} checks of this table</summary><ul>{checks}</ul></details></section>
"""


def _codes(words: str) -> str:
    return ", ".join(f"<code>{escape(word)}</code>" for word in words.split())
