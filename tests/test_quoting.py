"""What may be quoted stands in a list, and whoever looks at statuses asks it; the calendar has every period."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import duckdb
import pytest

from orchestration.artifacts import DATABASE
from orchestration.paths import ROOT
from tests.conftest import SEEDS, Line
from validations import published

#: A condition that takes normal values alone, or marks all others, in SQL, Python and JavaScript.
ON_NORMAL_ALONE = re.compile(
    r"""status\w*["')\]]*\s*(?:=+|<>|!=+|is\s+distinct\s+from|is\s+not\s+distinct\s+from|(?:not\s+)?in)\s*[(\[{]?\s*(?:None,\s*)?["']A["']\s*(?![,\s]*["'][A-Z_])"""
)
READ_BY_PEOPLE = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *(
        path
        for folder in ("docs", "bi", "orchestration")
        for path in sorted((ROOT / folder).rglob("*"))
        if path.suffix in (".md", ".py", ".yml", ".yaml", ".html", ".js", ".sql")
    ),
]


@pytest.mark.parametrize(
    "condition",
    [
        "where d.standard_status = 'A'",
        "recipients_status in ('A')",
        "obs_status <> 'A'",
        'status if status != "A" else None',
        'if status in (None, "A", "_Z"):'.replace(', "_Z"', ""),
        'row["obs_status"] == "A"',
    ],
)
def test_a_filter_on_normal_values_is_seen(condition: str):
    assert ON_NORMAL_ALONE.search(condition)


@pytest.mark.parametrize("condition", ["obs_status in ('A', 'D', 'U')", "freq = 'A'", "status A is normal"])
def test_another_condition_is_none(condition: str):
    assert not ON_NORMAL_ALONE.search(condition)


def test_no_page_and_no_dashboard_takes_normal_values_alone():
    found = {
        str(path.relative_to(ROOT)): hit[0]
        for path in READ_BY_PEOPLE
        if (hit := ON_NORMAL_ALONE.search(path.read_text("utf-8")))
    }
    assert found == {}, "use core.obs_status: most values of another status may be quoted, with their mark"


def records(name: str) -> list[dict[str, str]]:
    with Path(SEEDS / "codelists" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_status_says_whether_it_may_be_quoted():
    told = {record["code"]: record for record in records("status.csv")}
    assert set(told) == {record["code"] for record in records("code.csv") if record["codelist"] == "obs_status"}
    for code, record in told.items():
        assert bool(record["mark_en"]) == bool(record["mark_zh"]), code
        assert record["may_be_shown"] == "true" or record["may_be_quoted"] == "false", code
        if code in published.missing_statuses():
            assert record["may_be_shown"] == "false", f"{code}: there is no value to show"


def test_readers_find_what_the_list_says(built: Line):
    with duckdb.connect(str(built.paths.current / DATABASE), read_only=True) as connection:
        told = connection.execute("select obs_status, may_be_quoted, mark_en, mark_zh from core.obs_status").fetchall()
    assert sorted(told, key=str) == sorted(
        (
            (r["code"], r["may_be_quoted"] == "true", r["mark_en"] or None, r["mark_zh"] or None)
            for r in records("status.csv")
        ),
        key=str,
    )


def test_the_calendar_has_every_period_without_a_gap(built: Line):
    with duckdb.connect(str(built.paths.current / DATABASE), read_only=True) as connection:
        count, first, last = connection.execute("select count(*), min(year), max(year) from core.period").fetchone()
        for table in published.tables().values():
            for name in {"time_period", "previous_time_period"} & set(table.columns):
                if table.schema != "marts":
                    continue
                assert table.reference(name).tables == {"core.period": "time_period"}
                assert (
                    connection.execute(
                        f"select {name} from {table.full_name} where {name} not in (select time_period from core.period)"
                    ).fetchall()
                    == []
                )
        starts = connection.execute(
            "select freq, period_start, lag(period_end) over (partition by freq order by period_start) + interval 1 day"
            " from core.period qualify lag(period_end) over (partition by freq order by period_start) is not null"
        ).fetchall()
    assert count == 17 * (last - first + 1)
    assert all(str(start) == str(after)[:10] for _, start, after in starts)
