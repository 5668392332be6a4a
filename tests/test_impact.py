"""`make impact`: what a change will touch, before anything is built, and what it touched, column by column."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from orchestration import development, findings, fingerprints
from orchestration.artifacts import WORK_TABLES
from orchestration.desk import columns, impact
from orchestration.release.content import PublishedTable
from orchestration.release.manifest import DBT_MANIFEST
from tests.conftest import SOURCE, Line, command, edit, published_state
from tests.test_development import BY_NAME, below


@dataclass(frozen=True)
class Changed(development.Project):
    """A project whose changed models read what they read in the release."""

    sql: Mapping[str, str]

    def compiled(self, models):
        return {model["unique_id"]: self.sql[model["unique_id"]] for model in models}


@pytest.fixture(scope="module")
def release(built: Line) -> Path:
    return built.paths.current.resolve()


def reach(release: Path, raw: Path, change) -> tuple[impact.Reach, dict]:
    """What a change of the release's own manifest reaches; `raw`: that of the release."""
    old = json.loads((release / DBT_MANIFEST).read_text("utf-8"))
    new, sql = copy.deepcopy(old), {uid: node.get("compiled_code") for uid, node in old["nodes"].items()}
    before = fingerprints.of_all(old, raw)
    with findings.open_release(release) as connection:
        schemas = columns.built(connection, {})
    change(new, sql)
    return impact.reach(Changed(new, raw, False, None, sql), old, before, schemas), new


def named(found: impact.Reach) -> dict[str, set[str]]:
    return {uid.removeprefix(BY_NAME): set(names) for uid, names in found.models.items()}


def test_a_changed_model_reaches_what_reads_it_column_by_column(built: Line, release: Path):
    def change(new: dict, sql: dict) -> None:
        new["nodes"][BY_NAME + "dibao"]["raw_code"] += " "

    found, manifest = reach(release, built.candidate / "raw", change)
    reached = named(found)
    assert found.code == {BY_NAME + "dibao"} and found.files == found.gone == []
    assert set(reached) == below(manifest, "dibao")
    assert reached["dibao"] == {*manifest["nodes"][BY_NAME + "dibao"]["columns"]}
    told = list(impact._told(found, manifest))
    assert told[0] == "Code changed: dibao"
    assert any(line.startswith("  marts.dibao: all of its ") for line in told)
    assert not any("marts.policy_register" in line for line in told)


def test_columns_that_follow_from_nothing_changed_are_left_out(built: Line, release: Path):
    """Caveats are words: where only they change, no figure does."""

    def change(new: dict, sql: dict) -> None:
        new["nodes"][BY_NAME + "stg_caveat"]["raw_code"] += " "

    found, manifest = reach(release, built.candidate / "raw", change)
    reached = named(found)
    assert set(reached) == below(manifest, "stg_caveat")
    assert "caveat_en" in reached["dibao"] and "standard_yuan_per_month" not in reached["dibao"]
    assert any(line.startswith("  marts.dibao: ") and " of " in line for line in impact._told(found, manifest))


def test_a_new_column_is_followed_and_a_model_that_went_is_told(built: Line, release: Path):
    def change(new: dict, sql: dict) -> None:
        uid = BY_NAME + "stg_caveat"
        new["nodes"][uid]["raw_code"] += " "
        sql[uid] = f"select *, 1 as brand_new from ({sql[uid]}) as q"
        del new["nodes"][BY_NAME + "policy_register"]

    found, _ = reach(release, built.candidate / "raw", change)
    assert "brand_new" in named(found)["stg_caveat"] and found.gone == ["policy_register"]


def test_the_seeds_are_told_by_file(line: Line):
    """In the words of the command: the release says what it was made of; a changed page names its raw file."""
    made_of = json.loads((line.paths.current / WORK_TABLES / fingerprints.FILE).read_text("utf-8"))
    assert "raw/observation/urban_rural_dibao.parquet" in made_of
    edit(line.paths.seeds / SOURCE / "table_1.csv", "494.7", "494.6")
    state = published_state(line.paths)
    same = command(line.paths, "impact")
    assert same.returncode == 0 and "nothing is touched" in same.stdout, same.stdout + same.stderr
    edit(line.paths.seeds / SOURCE / "table_1.csv", "494.6", "494.8")
    done = command(line.paths, "impact")
    assert done.returncode == 0, done.stderr
    assert "Seeds changed: raw/observation/urban_rural_dibao.parquet" in done.stdout
    (dibao,) = [text for text in done.stdout.splitlines() if text.startswith("  marts.dibao: ")]
    assert "standard_yuan_per_month" in dibao or "all of its" in dibao
    # The register reads what is told of documents and of figures alike: what it is told may change, and nothing else.
    (register,) = [text for text in done.stdout.splitlines() if text.startswith("  marts.policy_register: ")]
    assert register.endswith("columns: caveat_en, caveat_zh")
    assert published_state(line.paths) == state


def test_a_candidate_is_compared_column_by_column(line: Line):
    """One figure of the page changed: the share of equal values, and the row."""
    done = command(line.paths, "impact", f"--candidate={line.candidate.name}")
    assert done.returncode == 0, done.stderr
    part = done.stdout.partition("marts.dibao: ")[2].partition("\n\n")[0]
    rows, told = part.split(" ")[0], [text.strip() for text in part.splitlines()]
    assert " 0 new, 0 gone" in told[0]
    assert f"standard_yuan_per_month: {100 * (int(rows) - 1) / int(rows):.1f} % equal, 1 of {rows} rows differ" in told
    assert told[-1] == "ref_area=CHN|time_period=2017|residence=U" and told[-2].startswith(
        "ref_area=CHN|time_period=2016|"
    )
    assert "recipients_persons" not in part and "tables are equal" in done.stdout


def test_what_is_not_there_is_said(line: Line):
    done = command(line.paths, "impact", "--candidate=nowhere")
    assert done.returncode == 1 and "there is no candidate 'nowhere'" in done.stderr


def test_rows_that_come_and_go_are_counted_beside_those_that_differ():
    with duckdb.connect() as connection:
        for catalog, rows in (
            ("base", "(1, 'a', 5, 0), (2, 'b', 6, 0), (3, 'c', null, 0)"),
            ("minsheng", "(1, 'a', 5, 0), (2, 'b', 7, 0), (4, 'd', null, 0)"),
        ):
            connection.execute(f"attach ':memory:' as {catalog}")
            connection.execute(f"create schema {catalog}.marts")
            last = "old" if catalog == "base" else "young"
            connection.execute(
                f"create table {catalog}.marts.t as select * from (values {rows}) as v (k, word, number, {last})"
            )
        table = PublishedTable("marts", "t", ("k",), ("k", "word", "number", "young"))
        told = [text.strip() for text in impact._of_table(connection, table)]
    assert told == [
        "marts.t: 2 rows on both sides, 1 new, 1 gone",
        "number: 50.0 % equal, 1 of 2 rows differ",
        "columns new: young",
        "columns gone: old",
        "k=2",
        "k=3 (gone)",
        "k=4 (new)",
    ]
