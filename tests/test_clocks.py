"""What was known when: docs/two-clocks.md word for word, on a warehouse with a release, a second, and a rollback."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from orchestration.artifacts import DATABASE
from orchestration.paths import ROOT
from orchestration.release import ledger
from orchestration.release.promote import promote, rollback
from orchestration.release.summary import summary
from tests.conftest import Line, command

PAGE = ROOT / "docs" / "two-clocks.md"
BLOCK = re.compile(r"```sql\n(?P<sql>.*?)```\n(?:\n(?P<table>(?:\|[^\n]*\n)+))?", re.S)


@pytest.fixture
def three_promotions(line_of_all: Line, monkeypatch) -> Line:
    """One in March, one in June, and a rollback in September."""
    months = iter([6, 9])
    monkeypatch.setattr(ledger, "now", lambda: datetime(2026, next(months), 20, 6, tzinfo=UTC))
    first = json.loads(line_of_all.paths.ledger.read_text(encoding="utf-8"))
    line_of_all.paths.ledger.write_text(
        json.dumps({**first, "promoted_at": "2026-03-20T06:00:00+00:00"}) + "\n", "utf-8"
    )
    promote(line_of_all.paths, line_of_all.candidate)
    rollback(line_of_all.paths, approved_by="A. Person")
    return line_of_all


def test_the_page_gives_what_it_prints(three_promotions: Line, monkeypatch):
    monkeypatch.chdir(three_promotions.paths.warehouse.parent)
    folders = {path.name[:7]: path.name for path in three_promotions.paths.releases.iterdir()}
    latest = max(folders.values())
    text = re.sub(r"r00000\d-x+", lambda found: folders[found[0][:7]], PAGE.read_text(encoding="utf-8"))
    blocks = list(BLOCK.finditer(text))
    assert sum(block["table"] is not None for block in blocks) == 4
    with duckdb.connect(f"warehouse/releases/{latest}/{DATABASE}", read_only=True) as connection:
        for block in blocks:
            sql = block["sql"]
            # A connection that has a release open cannot attach it again: the page attaches in a fresh one.
            if "attach" in sql:
                connection.close()
                connection = duckdb.connect()
            result = connection.execute(sql)
            if block["table"]:
                lines = block["table"].strip().splitlines()
                printed = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
                rows = [["" if v is None else str(v) for v in row] for row in result.fetchall()]
                assert [[column[0] for column in result.description], *rows] == [printed[0], *printed[2:]]


def test_the_ledger_goes_one_way_though_the_clock_was_set_back(line: Line, monkeypatch):
    before = ledger.promotions(line.paths)[0].promoted_at
    monkeypatch.setattr(ledger, "now", lambda: datetime(1999, 1, 1, tzinfo=UTC))
    assert promote(line.paths, line.candidate).changed
    assert [p.promoted_at for p in ledger.promotions(line.paths)] == [before, before]
    assert rollback(line.paths).changed


def test_a_summary_for_a_mail(three_promotions: Line):
    paths = three_promotions.paths
    second = ledger.promotions(paths)[1].release_id
    text = summary(paths, second)
    for expected in (
        f"Minsheng, release {second}",
        "Published 2026-06-20 06:00 UTC after r000001-",
        "It is not the release that readers see now.",
        "14 value(s) in 5 table(s) changed.",
        "14  by what the sources say (source)",
        "  CHN, 2016, U: standard_yuan_per_month 494.6 -> 494.7 (source)",
    ):
        assert expected in text
    now = summary(paths)
    for expected in (
        "Made current again, by a rollback 2026-09-20 06:00 UTC",
        "approved by A. Person",
        f"Taken back: {second}, whose 14 changed value(s) are as they were before it.",
    ):
        assert expected in now
    assert max(map(len, text.splitlines())) < 200 and text.isprintable() is False  # lines, nothing else
    assert all(line.isprintable() for line in text.splitlines())


def test_the_commands_say_what_changed(built: Line):
    done = command(built.paths, "changes")
    assert done.returncode == 0 and "It is the first of its line" in done.stdout
    unknown = command(built.paths, "changes", "r000042-000000000000")
    assert unknown.returncode == 1 and "is not kept" in unknown.stderr


def test_a_package_that_any_tool_reads(built: Line):
    """The descriptor names every file that it speaks of with its hash, and every column with its meaning."""
    from orchestration.release.manifest import Manifest

    folder = built.paths.current.resolve()
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    manifest = Manifest.read(folder)
    shipped = [path for path in (built.paths.seeds / "sources").iterdir() if path.is_dir()]
    assert package["version"] == manifest.release_id and len(package["sources"]) == len(shipped)
    tables = {resource["name"]: resource for resource in package["resources"] if resource.get("type") == "table"}
    assert set(tables) == set(manifest.tables)
    for resource in package["resources"]:
        assert resource["hash"] == f"sha256:{manifest.files[resource['path']]}"
        assert not Path(resource["path"]).is_absolute() and ".." not in resource["path"]
    for name, resource in tables.items():
        described = duckdb.execute("describe from read_parquet(?)", [str(folder / resource["path"])]).fetchall()
        fields = resource["schema"]["fields"]
        assert [field["name"] for field in fields] == [row[0] for row in described], name
        assert all(len(field["description"]) > 3 for field in fields) and resource["rows"] == manifest.tables[name].rows
        assert set(resource["schema"]["primaryKey"]) <= {field["name"] for field in fields}
    # As the reference implementation reads: through pandas, where an integer that is NULL becomes a NaN.
    frame = pd.read_parquet(folder / tables["marts.dibao"]["path"])
    of_dibao = {field["name"]: field for field in tables["marts.dibao"]["schema"]["fields"]}
    missing = {
        str(value) for value in frame.loc[frame["recipients_change_persons"].isna(), "recipients_change_persons"]
    }
    assert missing and missing <= set(of_dibao["recipients_change_persons"]["missingValues"])
    assert "missingValues" not in of_dibao["year"] and "missingValues" not in of_dibao["caveat_en"]
    standard = next(f for f in tables["marts.dibao"]["schema"]["fields"] if f["name"] == "standard_yuan_per_month")
    assert standard["type"] == "number" and "yuan per month" in standard["description"]
