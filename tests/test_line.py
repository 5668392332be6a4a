"""What a user gets from `make run`: the figures of the page, in a file that explains itself."""

from __future__ import annotations

import os
import re
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from orchestration.artifacts import DATABASE
from orchestration.paths import ROOT
from orchestration.release.assemble import AssembleError, assemble
from orchestration.release.manifest import AUDIT, MANIFEST, Manifest
from tests import releases, test_losses
from tests.conftest import Line, build, command
from validations import agreement


def test_a_first_dry_run_ends_well(fresh, sound: Path, tmp_path: Path):
    """Everything passed and nothing is published: as asked, and no error."""
    paths = fresh(sound, tmp_path / "warehouse")
    done = command(paths, "refresh", "--dry-run")
    told = done.stdout + done.stderr
    assert done.returncode == 0 and not paths.current.exists(), told
    assert "make promote CANDIDATE=" in told and "Nothing is published" not in told


@pytest.fixture
def published(built: Line):
    with duckdb.connect(str(built.paths.current / DATABASE), read_only=True) as connection:
        yield connection


def test_the_end_of_the_run_says_where_what_and_how(built: Line):
    shipped = [path for path in (built.paths.seeds / "sources").iterdir() if path.is_dir()]
    for text in (f" figures of {len(shipped)} source", "promote: r000001-", "marts.dibao", "make sql", DATABASE):
        assert text in built.output


def test_dibao_shows_what_the_page_means(published):
    """Table 2 labels hundred millions as billions, and its rural row as urban."""
    rows = published.execute("""
        select residence, expenditure_yuan, recipients_persons, expenditure_per_recipient_printed_yuan_per_year, standard_yuan_per_month
        from marts.dibao where year = 2015 and not is_total order by residence""").fetchall()
    assert rows == [
        ("R", Decimal("93150000000.0000"), 49036000, Decimal("1899.6000"), Decimal("264.8000")),
        ("U", Decimal("71930000000.0000"), 17011000, Decimal("4228.4000"), Decimal("451.1000")),
    ]


def test_a_row_names_the_publications_of_its_figures(published):
    """Every printed value against its own lineage, and every sum of the mart's own against its parts'."""
    for contract in agreement.contracts().values():
        if not contract.printed or contract.table == "marts.series":
            continue
        key = " || '|' || ".join(f"'{column}=' || m.{column}" for column in contract.grain)
        named = "list_contains(string_split(m.source_ids, ', '), o.source_id)"
        printed = ", ".join(f"'{column.name}'" for column in contract.printed)
        figures, missed = published.execute(f"""
            select count(*), count(*) filter (not coalesce({named}, false)) from {contract.table} as m
            inner join core.lineage as l on l.table_name = '{contract.table}' and l.row_key = {key}
            inner join core.observation as o on o.observation_id = l.observation_id
            where l.column_name in ({printed})""").fetchone()
        assert figures > 0 and missed == 0, contract.table


def test_every_printed_figure_is_kept_as_printed(published, built: Line):
    """Cell by cell against the seeds, which a person can hold against the pages."""
    import csv

    registers = published.execute("select distinct source_id, table_id from core.document").fetchall()
    files = sorted((built.paths.seeds / "sources").glob("*/table_*.csv"))
    tables = [path for path in files if (path.parent.name, path.stem) not in registers]
    assert len(files) > len(tables) > 0
    for path in tables:
        with path.open(encoding="utf-8") as handle:
            printed = {
                (r, c): text
                for r, row in enumerate(csv.reader(handle), 1)
                for c, text in enumerate(row, 1)
                if r > 1 and c > 1
            }
        kept = dict(
            published.execute(
                "select row(row_no, column_no), printed_value from core.observation where source_id = ? and table_id = ?",
                [path.parent.name, path.stem],
            ).fetchall()
        )
        assert kept.keys() == printed.keys()
        # The line's seeds were edited after the first release in one cell.
        differing = {place: (text, kept[place]) for place, text in printed.items() if kept[place] != text}
        assert differing in ({}, {(2, 3): ("494.7", "494.6")})


def test_a_wrong_unit_changes_only_the_decided_value(published):
    row = published.execute(
        "select printed_obs_value, obs_value, unit_mult from core.observation where observation_id = 'urban_rural_dibao:table_2:r2:c2'"
    ).fetchone()
    assert row == (Decimal("719300000000"), Decimal("71930000000"), 9)


def test_a_range_is_published_by_its_ends(published):
    rows = published.execute("""
        select ref_area, obs_value, obs_low, obs_high, unit_measure, obs_status from marts.series
        where qualifier = 'range' order by ref_area""").fetchall()
    assert rows == [
        ("GRP_BEIJING_SHANGHAI", None, Decimal("829.5"), Decimal("1100.5"), "CNY_M", "_Z"),
        ("GRP_SICHUAN_HENAN_JIANGXI", None, Decimal("102.5"), Decimal("110.5"), "CNY_M", "_Z"),
    ]


def test_heads_without_a_unit_are_found_by_what_follows_from_them(published):
    """security_system prints insured people without a unit, beside spending per head: they are in 10 thousand."""
    row = published.execute("""
        select printed_obs_value, obs_value, unit_stated, indicator from core.observation
        where observation_id = 'security_system:table_2:r3:c2'""").fetchone()
    assert row == (23735, 237350000, False, "INSURANCE_PARTICIPANTS")


def test_the_ratio_narrows_while_the_difference_widens(published):
    row = published.execute(
        "select urban_rural_standard_ratio, urban_rural_standard_difference_yuan_per_month, standard_ratio_direction, standard_difference_direction from marts.dibao_gap where year = 2020"
    ).fetchone()
    assert row == (Decimal("1.363929"), Decimal("180.8000"), "narrows", "widens")


def test_the_quarantined_and_the_disputed_are_out_of_the_series(published):
    status = published.execute(
        "select obs_value, obs_status, is_usable from core.observation where statement like '%by 2019'"
    ).fetchone()
    assert status == (Decimal("1.36"), "V", False)
    row = published.execute(
        """select obs_value, is_disputed from marts.series where indicator = 'DIBAO_EXPENDITURE_PER_RECIPIENT' and measure = 'level' and residence = 'U' and year = 2020"""
    ).fetchone()
    assert row == (Decimal("6673.7"), True), "the table comes before the text"


def test_an_indicator_has_one_measure(published):
    """Who knows indicator and year alone adds up no change with levels."""
    measures = published.execute(
        "select indicator from marts.series group by indicator having count(distinct measure) > 1"
    )
    assert measures.fetchall() == []
    kinds = published.execute("select distinct measure from marts.series").fetchall()
    assert len(kinds) > 3, "the sources print more than levels"
    totals = published.execute("""
        select year, sum(obs_value), max(d.recipients_persons)
        from marts.series as s left join marts.dibao as d using (ref_area, freq, time_period, year)
        where s.indicator = 'DIBAO_RECIPIENTS' and d.residence = '_T' and s.ref_area = 'CHN' and s.freq = 'A'
        group by year""").fetchall()
    assert totals and [row for row in totals if row[1] != row[2]] == []
    nameless = published.execute("""
        select s.indicator from marts.series as s
        left join core.indicator as i on i.indicator = s.indicator and i.base_indicator = s.base_indicator and i.measure = s.measure
        where i.name_en is null or i.name_zh is null or i.unit_measure <> s.unit_measure""").fetchall()
    assert nameless == []


def test_what_the_rules_found(published):
    """Of the papers, whose errors are known; what offices publish grows."""
    found = published.execute("""
        select rule_id, pass, standing, count(*) from quality.finding
        where severity = 'error' and finding_id in (
            select finding_id from quality.finding_observation
            inner join core.observation using (observation_id) where release_stage = 'secondary_literature')
        group by all order by all""").fetchall()
    assert found == [
        ("identity.growth", "printed", "explained", 2),
        ("identity.per_head", "decided", "accepted", 2),
        ("identity.per_head", "printed", "explained", 15 + 8),
        ("identity.ratio", "printed", "explained", 1),
        ("identity.sum", "printed", "explained", 2),
        ("key.doubled", "printed", "explained", 6),
        ("restatement.within_source", "decided", "accepted", 1),
        ("restatement.within_source", "printed", "explained", 5 + 2),
    ]


def test_every_published_number_leads_back_to_printed_cells(published):
    """Promise 5, for each numeric measure of each mart that is not NULL."""
    import json

    from validations import suites

    tables = published.execute("""
        select table_name, list(column_name) from duckdb_columns()
        where schema_name = 'marts' and (data_type like 'DECIMAL%' or data_type = 'BIGINT') and column_name not in ('years_elapsed')
        group by table_name order by table_name""").fetchall()
    marts = {name for (name,) in published.execute("select distinct table_name from core.measure").fetchall()}
    assert marts and marts <= {f"marts.{table}" for table, _ in tables}
    orphans = []
    for table, columns in tables:
        key = "concat_ws('|', " + ", ".join(f"'{c}=' || {c}" for c in suites.grain(f"marts.{table}")) + ")"
        for column in columns:
            orphans += published.execute(f"""
                select '{table}.{column}', {key} from marts.{table} as m
                where {column} is not null and not exists (
                    select 1 from core.lineage as l
                    where l.table_name = 'marts.{table}' and l.column_name = '{column}' and l.row_key = {key})""").fetchall()
    assert orphans == [], json.dumps(orphans[:5])


def test_every_table_and_column_has_a_comment(published):
    without = published.execute("""
        select table_name || '.' || column_name from duckdb_columns() where comment is null and not internal
        union all select table_name from duckdb_tables() where comment is null and not internal""").fetchall()
    assert without == []
    assert published.execute("select count(*) from duckdb_views() where not internal").fetchone() == (0,)


def test_columns_name_their_unit(published):
    """A measure's name ends in its unit."""
    names = published.execute("""select distinct column_name from duckdb_columns() where schema_name = 'marts' and table_name <> 'series'
        and (data_type like 'DECIMAL%' or data_type = 'BIGINT') and column_name <> 'years_elapsed'""").fetchall()
    suffix = re.compile(r"_(yuan|yuan_per_month|yuan_per_year|persons|households|person_times|months|share|ratio|pp)$")
    assert [name for (name,) in names if not suffix.search(name)] == []


def test_a_release_folder_is_whole(built: Line):
    folder = built.paths.current.resolve()
    manifest = Manifest.read(folder)
    assert {path.name for path in folder.iterdir()} == {
        DATABASE,
        "work.duckdb",
        "work",
        "parquet",
        "dbt",
        "datapackage.json",
        MANIFEST,
        AUDIT,
    }
    assert folder.name == manifest.release_id and manifest.base_release_id is None and manifest.sequence == 1
    for name in manifest.tables:
        parquet = folder / "parquet" / f"{name.replace('.', '/')}.parquet"
        assert (
            duckdb.execute("select count(*) from read_parquet(?)", [str(parquet)]).fetchone()[0]
            == manifest.tables[name].rows
        )


def test_the_manifest_says_what_the_release_is_made_of(built: Line):
    """Measured again: the seeds it was built from, the tools, the files, and what each check said."""
    import json
    from importlib.metadata import version

    from orchestration.artifacts import PASSED, sha256
    from orchestration.intake import seed_files
    from orchestration.release.assemble import code_version
    from orchestration.release.manifest import payload

    folder = built.paths.current.resolve()
    manifest = Manifest.read(folder)
    assert manifest.input_hash == seed_files.input_hash(ROOT / "seeds") and manifest.code_version == code_version()
    assert manifest.tool_versions["dagster"] == version("dagster")
    assert all(version(tool) == number for tool, number in manifest.tool_versions.items() if tool != "python")
    assert {"dbt-core", "dbt-duckdb", "duckdb", "great-expectations", "pandera", "python"} <= set(
        manifest.tool_versions
    )
    assert manifest.files == payload(folder) and len({facts.sha256 for facts in manifest.tables.values()}) > 20
    assert {check.stage for check in manifest.checks} == {1, 2, 3, 4}
    audited = json.loads((folder / AUDIT).read_text(encoding="utf-8"))
    assert audited["manifest_sha256"] == sha256(folder / MANIFEST)
    verdicts = {row["check"]: row["verdict"] for row in audited["verdicts"]}
    assert verdicts == {check.check: PASSED for check in manifest.checks if check.stage == 4}


@pytest.mark.real_stages
def test_same_input_same_content_whatever_the_surroundings(built: Line, tmp_path, fresh):
    """Another process with another time zone, locale, hash seed, and one thread: the hash of the first release."""
    paths = fresh(ROOT / "seeds", tmp_path / "warehouse")
    elsewhere = {
        "TZ": "Pacific/Kiritimati",
        "LC_ALL": "tr_TR.UTF-8",
        "PYTHONHASHSEED": "7",
        "POLARS_MAX_THREADS": "1",
        "PYTHONUTF8": "0",
    }
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})  # inherited: DuckDB takes as many threads as it is given cores
    try:
        done = command(paths, "refresh", **elsewhere)
    finally:
        os.sched_setaffinity(0, cores)
    assert done.returncode == 0, done.stderr
    first, second = (Manifest.read(p.current.resolve()) for p in (built.paths, paths))
    assert (first.content_hash, first.tables.keys()) == (second.content_hash, second.tables.keys())
    differing = {name for name in first.tables if first.tables[name] != second.tables[name]}
    assert differing == set()


def test_the_commands_around_a_release(built: Line):
    status = command(built.paths, "status")
    assert status.returncode == 0 and "Release r000001-" in status.stdout
    asked = command(built.paths, "sql", "select count(*) as areas from core.area")
    assert asked.returncode == 0 and "areas" in asked.stdout
    outside = command(built.paths, "sql", "select * from read_csv('/etc/passwd')")
    assert outside.returncode == 1 and "disabled" in outside.stderr
    wrong = command(built.paths, "sql", "select * from marts.nothing")
    assert wrong.returncode == 1 and "does not exist" in wrong.stderr
    checked = command(built.paths, "check")
    assert checked.returncode == 0 and re.search(r"urban_rural_dibao: \d+ figures, \d+ decisions", checked.stdout)


def test_before_the_first_release_the_commands_say_what_to_do(built: Line, tmp_path):
    from orchestration.paths import Paths

    empty = Paths(seeds=built.paths.seeds, warehouse=tmp_path / "empty")
    for arguments in (["status"], ["sql", "select 1"], ["rollback"]):
        done = command(empty, *arguments)
        assert done.returncode == 1
        assert "make run" in done.stdout + done.stderr or "no earlier release" in done.stderr


@pytest.mark.real_stages
def test_a_dbt_that_dies_leaves_nothing_to_assemble(line: Line, monkeypatch):
    """Killed in the middle of a second build, where the first one had left whole results."""
    import signal
    import sys

    from orchestration import transform

    def children() -> list[int]:
        text = "".join(path.read_text() for path in Path("/proc/self/task").glob("*/children"))
        return [int(pid) for pid in text.split()]

    class Killer:
        def write(self, text: str) -> None:
            if "OK created" in text:
                for pid in children():
                    os.kill(pid, signal.SIGKILL)

        def flush(self) -> None:
            pass

    assert (line.candidate / "dbt" / "run_results.json").exists()
    monkeypatch.setattr(sys, "stdout", Killer())
    with line.paths.lock() as lock, pytest.raises(transform.TransformError, match="ended with code -9"):
        transform.build(line.paths, line.candidate, lock)
    with pytest.raises(AssembleError):
        assemble(line.paths, line.candidate)


def test_withdrawn_figures_are_listed_as_changes(line: Line, monkeypatch):
    """Two prose figures that nothing else states are taken out of the seed."""
    prose = line.paths.seeds / "sources/urban_rural_dibao/prose.csv"
    decisions = line.paths.seeds / "sources/urban_rural_dibao/decisions.yaml"
    lines = prose.read_text(encoding="utf-8").splitlines(keepends=True)
    prose.write_text("".join(lines[:-2]), encoding="utf-8")
    assert "row: 20" not in decisions.read_text(encoding="utf-8")
    # What the text states of them goes with them: a claim whose result is gone is a fault.
    prose.with_name("claims.yaml").unlink()
    # What was published goes only with a waiver, in the words of the message.
    with pytest.raises(AssembleError, match="published no more") as refused:
        build(line.paths, "withdrawn", monkeypatch)
    withdrawn = Line(line.paths, line.paths.candidate("withdrawn"), "")
    test_losses.write(withdrawn, str(refused.value))
    assemble(line.paths, withdrawn.candidate)
    with duckdb.connect(str(withdrawn.candidate / "release" / DATABASE), read_only=True) as connection:
        gone = connection.execute("""
            select row_key, after_value, reason from release.change
            where table_name = 'core.observation' and after_value is null order by row_key""").fetchall()
    assert gone == [(f"observation_id=urban_rural_dibao:prose:r{row}:c3", None, "source") for row in (20, 21)]


def test_a_decision_alone_is_a_reason(line: Line, monkeypatch):
    from tests.conftest import edit

    decisions = line.paths.seeds / "sources/urban_rural_dibao/decisions.yaml"
    edit(decisions, "new_value: U\n", "new_value: D\n")
    edit(line.paths.seeds / "sources/urban_rural_dibao/table_1.csv", "494.7", "494.6")
    candidate = build(line.paths, "redecided", monkeypatch)
    with duckdb.connect(str(candidate / "release" / DATABASE), read_only=True) as connection:
        rows = connection.execute(
            "select distinct table_name, reason from release.change where base_release_id is not null order by all"
        ).fetchall()
    # Its caveat stands wherever something follows from the figure; nothing of it is put down to a source or to code.
    assert {table for table, _ in rows} >= {"marts.dibao", "marts.series"} and {reason for _, reason in rows} == {
        "decision"
    }


def test_content_hashes_tell_values_apart():
    """What one row says in two columns, another cannot say in one."""
    from orchestration.release.content import PublishedTable, table_facts

    table = PublishedTable("main", "t", ("a",), ("a", "b"))
    with duckdb.connect() as connection:
        facts = []
        for values in (("A", "B"), ("A\x1f1:B", ""), ("A1:B", None), ("A", None)):
            connection.execute("create or replace table t (a varchar, b varchar)")
            connection.execute("insert into t values (?, ?)", values)
            facts.append(table_facts(connection, "memory", table).sha256)
    assert len(set(facts)) == len(facts)


def test_a_base_of_an_older_schema_stops_nothing(line: Line, monkeypatch):
    """Columns and tables that the base did not have yet: what differs is put down to code."""
    base = line.paths.current.resolve() / DATABASE
    base.chmod(0o644)
    with duckdb.connect(str(base)) as connection:
        connection.execute("alter table core.observation drop column vintage")
        connection.execute("drop table quality.decision_observation")
        connection.execute("alter table marts.dibao_gap drop column time_period")
        connection.execute("alter table release.change add column note varchar")
        connection.execute("update release.info set code_version = 'older'")
    releases.reseal(line.paths, base.parent.name)
    # Its ledger had a column that is gone.
    with pytest.raises(AssembleError, match=r"the column release\.change\.note") as refused:
        build(line.paths, "newer", monkeypatch)
    candidate = line.paths.candidate("newer")
    test_losses.write(Line(line.paths, candidate, ""), str(refused.value))
    assemble(line.paths, candidate)
    with duckdb.connect(str(candidate / "release" / DATABASE), read_only=True) as connection:
        rows = connection.execute(
            "select table_name, reason, count(*) from release.change where base_release_id is not null group by all order by all"
        ).fetchall()
    assert {reason for _, reason, _ in rows} == {"code"}
    assert ("marts.dibao_gap", "code", 1) in rows
