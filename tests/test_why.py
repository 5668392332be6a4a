"""Each printed figure has one answer to "what became of it, and why"; a mart's value leads to it, in one command."""

from __future__ import annotations

import re
from collections import Counter

import duckdb
import pytest

from orchestration import why
from orchestration.paths import ROOT
from tests.conftest import Line, command

USES = {"shown", "series", "preceded", "withheld", "missing"}


@pytest.fixture(scope="module")
def published(built: Line):
    with duckdb.connect(str(built.paths.current / "minsheng.duckdb"), read_only=True) as connection:
        yield connection


def ask(published: duckdb.DuckDBPyConnection, query: str) -> list[tuple]:
    return published.execute(query).fetchall()


def test_every_printed_figure_has_one_row(published):
    cells = ask(published, "select observation_id, use from quality.cell")
    printed = ask(published, "select observation_id from core.observation")
    assert Counter(name for name, _ in cells) == Counter(name for (name,) in printed) and len(cells) > 100
    assert {use for _, use in cells} == USES


@pytest.mark.parametrize(
    ("use", "truth"),
    [
        ("shown", "exists (from core.lineage as l where l.observation_id = c.observation_id and l.table_name <> 'marts.series')"),
        ("series", "exists (from marts.series as s where s.observation_id = c.observation_id) and c.shown_in is null"),
        ("preceded", "c.shown_instead <> c.observation_id and c.is_usable"),
        ("withheld", "not c.is_usable and c.obs_value is not null and c.shown_in is null"),
        ("missing", "c.obs_value is null and c.obs_status = 'O'"),
    ],
)  # fmt: skip
def test_what_became_of_a_figure_is_so(published, use: str, truth: str):
    [(wrong, looked_at)] = ask(
        published,
        f"select count(*) filter (not coalesce({truth}, false)), count(*) from quality.cell as c where use = '{use}'",
    )
    assert looked_at > 0 and wrong == 0


def test_what_is_not_shown_has_its_reason_in_both_languages(published):
    told = ask(published, "select use = 'shown', reason_en is null, reason_zh is null from quality.cell")
    assert {row for row in told} == {(True, True, True), (False, False, False)}


def test_a_mart_that_leaves_a_figure_out_says_why(built: Line, published):
    """The contracts' own reasons, with the marts that give them; no mart leaves out what it shows."""
    found = ask(
        published, "select observation_id, left_out_en, shown_in from quality.cell where left_out_en is not null"
    )
    assert found
    for _, told, shown_in in found:
        marts = set(re.findall(r"(?:^|; )(marts\.\w+): ", told))
        assert marts, told
        assert not marts & set((shown_in or "").split(", ")), told
    assert f"left out of  {found[0][1]}" in why.of_cell(built.paths, found[0][0])


def test_each_cell_can_be_told(built: Line, published):
    ids = [
        name
        for (name,) in ask(
            published, "select observation_id from core.observation order by hash(observation_id) limit 25"
        )
    ]
    told = {name: why.of_cell(built.paths, name) for name in ids}
    for name, text in told.items():
        [(value, use)] = ask(published, f"select printed_value, use from quality.cell where observation_id = '{name}'")
        assert f"printed      {value}" in text and f"became       {use}" in text


def test_a_decided_cell_names_who_decided_and_why(built: Line):
    text = why.of_cell(built.paths, "security_system/table_3/6/3")
    assert "withheld" in text and "pattern.repeated_row (explained)" in text and "decided      quarantined, by " in text


def test_a_value_leads_to_its_cells(built: Line):
    text = why.of_figure(built.paths, "marts.regional_finance ref_area=620623 self_sufficiency_ratio")
    assert "follows from 2 printed figure(s)" in text and "32114" in text and "462471" in text


@pytest.mark.parametrize(
    ("figure", "says"),
    [
        ("marts.diba", "did you mean marts.dibao"),
        ("marts.dibao reciients_persons", "did you mean recipients_persons"),
        ("marts.dibao recipients_persons expenditure_yuan", "ask for one"),
        ('marts.dibao "', "quotation"),
        ("", "no table ''"),
    ],
)
def test_a_figure_that_there_is_none_of(built: Line, figure: str, says: str):
    with pytest.raises(why.NotFound, match=says):
        why.of_figure(built.paths, figure)


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        ("nowhere/table_1/1/1", "the sources are"),
        ("urban_rural_dibao/table_9/1/1", "the tables of urban_rural_dibao are"),
        ("urban_rural_dibao/table_2/99/3", "stand in rows 2 to 7"),
        ("urban_rural_dibao/table_2/four/3", "are numbers"),
    ],
)
def test_a_cell_that_there_is_none_of(built: Line, cell: str, says: str):
    with pytest.raises(why.NotFound, match=says):
        why.of_cell(built.paths, cell)


def test_a_row_that_a_mart_does_not_have(built: Line):
    assert "no source states it" in why.of_figure(built.paths, "marts.dibao time_period=1850 residence=R")


def test_the_command(built: Line):
    done = command(built.paths, "why", "--cell", "urban_rural_dibao/table_2/4/3")
    assert done.returncode == 0 and "became       shown" in done.stdout
    done = command(built.paths, "why", "--cell", "urban_rural_dibao/table_2/99/3")
    assert done.returncode == 1 and "rows 2 to 7" in done.stderr


def test_the_page_names_cells_that_there_are(built: Line):
    text = (ROOT / "docs" / "why.md").read_text("utf-8")
    [cell] = [line.split("CELL=")[1].split()[0] for line in text.splitlines() if line.startswith("    make why CELL=")]
    [figure] = [line.split('"')[1] for line in text.splitlines() if line.startswith("    make why FIGURE=")]
    assert "became" in why.of_cell(built.paths, cell) and "follows from" in why.of_figure(built.paths, figure)
