"""What rules found, for the person who must decide: the cells, the arithmetic, and the decision to write."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import get_args

import duckdb
import yaml

from orchestration.artifacts import DATABASE, WORK
from orchestration.engine import literal
from validations import published
from validations.decision import DOCUMENT_PRINTS, OF_A_DOCUMENT, Outcome
from validations.dimensions import DIMENSIONS
from validations.layouts import Register, layout_of

#: Roles of cells that others are held against: a decision made about the first role rests on them.
LEADING = ("doubted", "result", "whole", "closing", "stated", "cell", "first", "second", "part", "numerator", "lower")
#: Findings whose help is printed in full; of more than these the first line is, up to as many as are read.
SHOWN, READ = 5, 200
OUTCOMES = get_args(Outcome)


@dataclass(frozen=True)
class Cell:
    """One figure of a finding: its role, its place, what it prints, and its dimensions where it has no cell."""

    role: str
    source_id: str
    table: str
    layout: str
    file: str
    row: int
    column: int
    printed_value: str
    printed_unit: str | None
    where: dict[str, str]

    def selector(self) -> dict[str, object]:
        """How a decision covers it: by row and column, a document by its row, a figure of a long file by its dimensions."""
        if self.layout == layout_of(Register):
            return {"table": self.table, "row": self.row, "expected": [self.printed_value]}
        if published.layouts().get(self.layout, {}).get("is_printed"):
            return {"table": self.table, "row": self.row, "column": self.column, "expected": [self.printed_value]}
        return {"table": self.table, "where": self.where, "expected": [self.printed_value]}


@dataclass
class Finding:
    """One thing that a rule noticed, in one pass or in both. `decision_id`: what answers it, if anything does."""

    rule_id: str
    severity: str
    standing: str
    message: str
    decision_id: str | None
    passes: list[str]
    cells: list[Cell] = field(default_factory=list)


def read(
    connection: duckdb.DuckDBPyConnection, source_id: str | None = None, standing: str | None = None
) -> list[Finding]:
    """Findings of the candidate that `connection` has open (work.duckdb, `minsheng` attached), worst first.

    `source_id`: only those with a figure or document of that source. `standing`: only those of this standing, and of
    them no more than READ in either pass: a bulk source can have a million. A finding that stands alike as printed
    and as decided is one.
    """
    dimensions = ", ".join(f"o.{name}" for name in DIMENSIONS)
    rows = connection.execute(
        f"""
        select f.rule_id, f.severity, f.standing, f.message, f.decision_id, f.pass, x.role, x.observation_id,
            coalesce(o.source_id, d.source_id), coalesce(o.table_id, d.table_id), coalesce(o.layout, {literal(layout_of(Register))}),
            coalesce(o.file, d.file), coalesce(o.row_no, d.row_no), coalesce(o.column_no, 1),
            coalesce(o.printed_value, {DOCUMENT_PRINTS}),
            o.printed_unit, {dimensions}
        from minsheng.quality.finding as f
        inner join minsheng.quality.finding_observation as x on x.finding_id = f.finding_id
        left join observation.observation_pass as o on o.observation_id = x.observation_id and o.pass <> 'printed'
        left join minsheng.core.document as d on d.document_id = x.observation_id
        where ($1 is null or f.finding_id in (
                select y.finding_id from minsheng.quality.finding_observation as y where split_part(y.observation_id, ':', 1) = $1))
            and ($2 is null or f.finding_id in (
                select g.finding_id from minsheng.quality.finding as g where g.standing = $2
                qualify row_number() over (partition by g.pass order by g.severity, g.rule_id, g.message, g.finding_id) <= $3))
        order by case f.standing when 'unexplained' then 0 when 'noted' then 1 when 'accepted' then 2 else 3 end,
            f.severity, f.rule_id, f.message, f.pass desc, 9, 10, 13, 14, f.finding_id
        """,
        [source_id, standing, READ],
    ).fetchall()
    found: dict[tuple, Finding] = {}
    for rule_id, severity, standing, message, decision_id, in_pass, role, _, *place in rows:
        key = (rule_id, standing, message, decision_id)
        finding = found.setdefault(key, Finding(rule_id, severity, standing, message, decision_id, []))
        if in_pass not in finding.passes:
            finding.passes.append(in_pass)
        source, table, layout, file, row, column, value, unit, *codes = place
        where = {n: c for (n, default), c in zip(DIMENSIONS.items(), codes) if c is not None and c != default}
        cell = Cell(role, source, table, layout, file, row, column, value, unit, where)
        if cell not in finding.cells:
            finding.cells.append(cell)
    return list(found.values())


def open_candidate(candidate: Path) -> duckdb.DuckDBPyConnection:
    """The databases of a candidate, as `open_release`."""
    return open_release(candidate / "release")


def open_release(release: Path) -> duckdb.DuckDBPyConnection:
    """The databases in a release's folder, read-only: work.duckdb, and the published file as `minsheng`."""
    connection = duckdb.connect(str(release / WORK), read_only=True)
    # Views name their Parquet from the folder of the file.
    connection.execute(f"set file_search_path = {literal(release.as_posix())}")
    connection.execute(f"attach {literal((release / DATABASE).as_posix())} as minsheng (read_only)")
    return connection


def described(finding: Finding, source_id: str | None = None) -> str:
    """A finding for people: what the page says, what the arithmetic says, and the skeleton of a decision."""
    passes = " and ".join(f"as {name}" for name in finding.passes)
    lines = [f"{finding.rule_id} ({finding.severity}, {passes}): {finding.message}"]
    width = max(len(cell.role) for cell in finding.cells)
    for cell in finding.cells[:12]:
        unit = f" {cell.printed_unit}" if cell.printed_unit else ""
        lines.append(
            f"    {cell.role:{width}}  {cell.file}, row {cell.row}, column {cell.column}: {cell.printed_value}{unit}"
        )
    if len(finding.cells) > 12:
        lines.append(f"    and {len(finding.cells) - 12} cells more")
    if finding.rule_id == "decision.stale":
        return "\n".join([*lines, "  the decision must follow the page: correct what it expects, or take it out"])
    if finding.decision_id:
        return "\n".join([*lines, f"  answered by {finding.decision_id}"])
    own = [cell for cell in finding.cells if cell.source_id == (source_id or cell.source_id)]
    if not own:
        return "\n".join(lines)
    source = own[0].source_id
    lines.append(f"  a decision would stand in sources/{source}/decisions.yaml:")
    lines.append(_indented(skeleton(finding.rule_id, [cell for cell in own if cell.source_id == source]), 4))
    return "\n".join(lines)


def leading(cells: Sequence[Cell]) -> str:
    """The role of the cells that a decision would be about; those of other roles they are held against."""
    return next((role for role in LEADING if any(cell.role == role for cell in cells)), cells[0].role)


def skeleton(rule_id: str, cells: Sequence[Cell]) -> str:
    """The YAML of a decision about `cells`: what they print is filled in, the judgement is left to a person."""
    doubted = leading(cells)
    # Of a document nothing changes: it states no figure.
    is_figure = any(cell.layout != layout_of(Register) for cell in cells)
    covers = _selectors(cell for cell in cells if cell.role == doubted)
    rests_on = [s for s in _selectors(cell for cell in cells if cell.role != doubted) if s not in covers]
    lines = [
        "- decision_id: ",
        f"  outcome: # {' | '.join(OUTCOMES if is_figure else OF_A_DOCUMENT)}",
        *(
            ["  # field: and new_value: where something changes, such as printed_unit, residence, scope or obs_status"]
            if is_figure
            else []
        ),
        "  covers:",
        *(f"    - {_flow(selector)}" for selector in covers),
    ]
    if rests_on:
        lines += ["  rests_on:", *(f"    - {_flow(selector)}" for selector in rests_on)]
    return "\n".join(
        [
            *lines,
            f"  rules: [{rule_id}]",
            "  evidence: >-",
            "    ",
            "  caveat_en: ",
            "  caveat_zh: ",
            "  confidence: # proven | high | low",
            "  decided_by: ",
            "  decided_on: # 2026-01-31",
        ]
    )


def help_for(findings: Iterable[Finding]) -> str:
    """What a person needs to answer unexplained findings: the first few in full, the others by a line."""
    findings = list(findings)
    texts = [described(finding) for finding in findings[:SHOWN]]
    texts += [f"{finding.rule_id}: {finding.message}" for finding in findings[SHOWN:]]
    sources = sorted({cell.source_id for finding in findings for cell in finding.cells})
    texts.append(
        "See all of a source, and what to write: " + "; ".join(f"make check-source SOURCE={s}" for s in sources)
    )
    return "\n\n".join(texts)


def _selectors(cells: Iterable[Cell]) -> list[dict[str, object]]:
    selectors: list[dict[str, object]] = []
    for cell in cells:
        if cell.selector() not in selectors:
            selectors.append(cell.selector())
    return selectors


def _flow(selector: dict[str, object]) -> str:
    text = yaml.safe_dump(selector, default_flow_style=True, sort_keys=False, allow_unicode=True, width=10_000)
    return text.strip()


def _indented(text: str, by: int) -> str:
    return "\n".join(" " * by + line if line else line for line in text.splitlines())
