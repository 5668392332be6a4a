"""What the pages of claims, decisions, changes and contracts show: rows of `quality` and `release`, and verdicts."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import mistune

from bi.marks import Mark, Marks, link
from bi.release import Release
from orchestration.artifacts import PASSED
from orchestration.paths import ROOT
from orchestration.release.manifest import AUDIT

#: The measured report on the rules: it is of the code and not of a release.
MUTANTS = ROOT / "docs" / "mutants.md"
#: Changes that a page lists; the table `release.change` holds all of them.
SHOWN_CHANGES = 500
#: Cells that a page lists; the table `quality.cell` holds all of them.
SHOWN_CELLS = 2000


#: What a series is called, in both languages: its indicator, scheme, and whom it is about.
_NAMES = ", ".join(
    f"concat_ws({separator}, i.name_{language}, c.name_{language}, g.name_{language}, x.name_{language}) as what_{language}"
    for language, separator in (("en", "', '"), ("zh", "'，'"))
)


@dataclass(frozen=True)
class Judged:
    """A decision or finding with the printed cells that it judges."""

    mark: Mark
    cells: list[str]

    @property
    def href(self) -> str | None:
        return link(self.cells)


@dataclass(frozen=True)
class Grid:
    """Counts of two properties: `rows` by name, each with a count for each of `columns`."""

    columns: list[str]
    rows: list[tuple[str, list[int]]]

    @property
    def totals(self) -> list[int]:
        return [sum(counts[at] for _, counts in self.rows) for at in range(len(self.columns))]


def grid(pairs: Iterable[tuple[str, str]]) -> Grid:
    """How often each pair stands there."""
    counted = Counter(pairs)
    columns = sorted({column for _, column in counted})
    rows = sorted({row for row, _ in counted})
    return Grid(columns, [(row, [counted[row, column] for column in columns]) for row in rows])


def cells(release: Release) -> tuple[list[dict[str, Any]], int]:
    """What became of the printed figures, by source and place, with the name of each use; and how many there are."""
    rows = release.rows(
        """select c.*, u.name_en as use_name_en, u.name_zh as use_name_zh
        from quality.cell as c inner join core.code as u on u.codelist = 'cell_use' and u.code = c.use
        order by c.source_id, c.file, c.row_no, c.column_no, c.observation_id limit ?""",
        [SHOWN_CELLS],
    )
    (counted,) = release.rows("select count(*) as n from quality.cell")
    told = [
        {
            **row,
            "label": " / ".join(text for text in (row["row_label"], row["column_label"]) if text),
            "place": f"{row['file'].rpartition('/')[2]} {row['row_no']}/{row['column_no']}",
            "href": link([row["observation_id"]]),
        }
        for row in rows
    ]
    return told, counted["n"]


def claims(release: Release) -> list[dict[str, Any]]:
    """Every claim with a link to the figures that it is tested on, by source and section."""
    cells = _cells(release, "quality.claim_observation", "claim_id", "true")
    rows = release.rows("from quality.claim order by source_id, section, claim_id")
    return [{**row, "href": link(cells.get(row["claim_id"], []))} for row in rows]


def decisions(release: Release, marks: Marks) -> list[Judged]:
    cells = _cells(release, "quality.decision_observation", "decision_id", "is_covered")
    return [Judged(mark, cells.get(key, [])) for key, mark in marks.decisions.items()]


def findings(release: Release, marks: Marks) -> list[Judged]:
    """The findings that no decision answers."""
    cells = _cells(release, "quality.finding_observation", "finding_id", "true")
    return [Judged(mark, cells.get(key, [])) for key, mark in marks.findings.items()]


def papers(release: Release) -> list[dict[str, Any]]:
    """Every figure of a paper that an office states too, beside the office's: `quality.paper_check` as readers read it."""
    rows = release.rows(
        f"""select p.*, {_NAMES}, o.printed_value as office_printed_value, o.printed_unit as office_printed_unit,
            {_stage("p.office_stage", "office_stage_name")},
            format('{{:,}}', cast(round(p.office_value) as bigint)) as office_sum,
            lower(u.name_en) as office_sum_unit_en, u.name_zh as office_sum_unit_zh
        from quality.paper_check as p {_named("p")}
        inner join core.unit as u on u.unit_measure = p.unit_measure
        inner join core.observation as o on o.observation_id = p.office_observation_id
        order by p.source_id, p.observation_id"""
    )
    return [
        {**row, "href": link([row["observation_id"]]), "office_href": link([row["office_observation_id"]])}
        for row in rows
    ]


def revisions(release: Release) -> tuple[list[dict[str, Any]], int]:
    """What later publications state otherwise, the largest share first: rows of `marts.revision`; how many there are."""
    rows = release.rows(
        f"""select r.*, {_NAMES}, o.printed_value, o.printed_unit, {_stage("r.release_stage", "stage_name")},
            f.printed_value as first_printed_value, f.printed_unit as first_printed_unit,
            {_stage("r.first_stage", "first_stage_name")}
        from marts.revision as r {_named("r")}
        inner join core.observation as o on o.observation_id = r.observation_id
        inner join core.observation as f on f.observation_id = r.first_observation_id
        where r.obs_value <> r.first_value
        order by abs(r.revision_share) desc nulls last, r.observation_id limit ?""",
        [SHOWN_CHANGES],
    )
    (counted,) = release.rows("select count(*) as n from marts.revision where obs_value <> first_value")
    told = [
        {**row, "href": link([row["observation_id"]]), "first_href": link([row["first_observation_id"]])}
        for row in rows
    ]
    return told, counted["n"]


def changes(release: Release) -> tuple[list[dict[str, Any]], int]:
    """The newest changes, and how many there are."""
    rows = release.rows(
        "from release.change order by release_id desc, table_name, row_key, column_name limit ?", [SHOWN_CHANGES]
    )
    (counted,) = release.rows("select count(*) as n from release.change")
    return rows, counted["n"]


def checks(release: Release) -> Grid:
    """Every declared check of the release by stage and verdict: those of stage 4 from `audit.json`."""
    pairs = [(str(row["stage"]), row["verdict"]) for row in release.rows("select stage, verdict from quality.check")]
    return grid([*pairs, *(("4", verdict["verdict"]) for verdict in _audit(release))])


def checks_by_table(release: Release) -> list[tuple[str, str, int, int]]:
    """Stage, table, how many checks it passed, and how many it has."""
    pairs = [
        (str(row["stage"]), row["table_name"], row["verdict"])
        for row in release.rows("select stage, table_name, verdict from quality.check")
    ]
    pairs += [("4", verdict["table"], verdict["verdict"]) for verdict in _audit(release)]
    declared, passed = Counter(pair[:2] for pair in pairs), Counter(p[:2] for p in pairs if p[2] == PASSED)
    return [(*place, passed[place], declared[place]) for place in sorted(declared)]


def findings_by_rule(release: Release) -> Grid:
    return grid((r["rule_id"], r["standing"]) for r in release.rows("select rule_id, standing from quality.finding"))


def decisions_by_outcome(release: Release) -> Grid:
    return grid(
        (r["outcome"], r["confidence"]) for r in release.rows("select outcome, confidence from quality.decision")
    )


def mutants() -> str:
    """The report on planted errors as HTML, its headings below the page's; empty if it is not beside the code."""
    if not MUTANTS.exists():
        return ""
    text = MUTANTS.read_text(encoding="utf-8").partition("\n")[2]
    text = re.sub(r"^(#+) ", r"#\1 ", text, flags=re.M)
    text = re.sub(r"\[([^\]]+)\]\((?!#)[^)]*\)", r"\1", text)
    html = str(mistune.create_markdown(plugins=["table"])(text)).replace("<pre>", '<pre tabindex="0">')
    region = (
        '<div class="scroll" tabindex="0" role="region" aria-label="docs/mutants.md, table {}"><table class="plain">'
    )
    first, *rest = html.replace("</table>", "</table></div>").split("<table>")
    return first + "".join(region.format(number) + part for number, part in enumerate(rest, start=1))


def _named(row: str) -> str:
    """SQL: the lists that `_NAMES` reads, for a row with the columns of a series; `_T` and `_Z` say nothing."""
    measure = f"i.base_indicator = {row}.indicator and i.measure = split_part({row}.series_id, '.', 2)"
    return f"""inner join core.indicator as i on {measure}
        left join core.scheme as c on c.scheme = {row}.scheme and c.scheme not like '\\_%' escape '\\'
        left join core.code as g on g.codelist = 'pop_group' and g.code = split_part({row}.series_id, '.', 5)
            and g.code not like '\\_%' escape '\\'
        left join core.code as x on x.codelist = 'residence' and x.code = {row}.residence
            and x.code not like '\\_%' escape '\\'"""


def _stage(code: str, name: str) -> str:
    """SQL: the names of a stage of release."""
    return ", ".join(
        f"(select s.name_{language} from core.code as s where s.codelist = 'release_stage' and s.code = {code})"
        f" as {name}_{language}"
        for language in ("en", "zh")
    )


def _audit(release: Release) -> list[dict[str, Any]]:
    return json.loads((release.folder / AUDIT).read_text(encoding="utf-8"))["verdicts"]


def _cells(release: Release, table: str, key: str, where: str) -> dict[str, list[str]]:
    rows = release.rows(
        f"select {key} as key, list(distinct observation_id order by observation_id) as cells"
        f" from {table} where {where} group by all"
    )
    return {row["key"]: row["cells"] for row in rows}
