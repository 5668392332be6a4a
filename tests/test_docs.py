"""What a page says was tried: queries give the printed results, examples work, links lead somewhere."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from bi import files
from bi.release import opened
from orchestration import intake
from orchestration.artifacts import DATABASE
from orchestration.paths import ROOT, Paths
from tests.conftest import Line, build, write_example

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
QUERY = re.compile(r"```sql\n(?P<sql>.*?)```\n\n(?P<table>(?:\|[^\n]*\n)+)", re.S)
QUERIES = [
    (page.name, match["sql"], match["table"])
    for page in PAGES
    if page.name != "two-clocks.md"  # needs more than one release: test_clocks.py
    for match in QUERY.finditer(page.read_text("utf-8"))
]


@pytest.mark.parametrize(
    ("page", "sql", "table"), QUERIES, ids=[f"{page}-{i}" for i, (page, _, _) in enumerate(QUERIES)]
)
def test_a_query_gives_the_printed_result(built: Line, page, sql, table):
    printed = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in table.strip().splitlines()]
    with duckdb.connect(str(built.paths.current / DATABASE), read_only=True) as connection:
        result = connection.execute(sql)
        names = [column[0] for column in result.description]
        rows = [["" if value is None else str(value) for value in row] for row in result.fetchall()]
    assert [names, *rows] == [printed[0], *printed[2:]]


RECIPE = re.compile(r"```python\n(?P<code>.*?)```\n\n```text\n(?P<printed>.*?)```", re.S)
RECIPES = [
    (page.name, match["code"], match["printed"]) for page in PAGES for match in RECIPE.finditer(page.read_text("utf-8"))
]


@pytest.fixture(scope="module")
def desk(built: Line, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which paths of the pages lead to the release and to its files."""
    folder = tmp_path_factory.mktemp("desk")
    (folder / "warehouse").mkdir()
    (folder / "warehouse" / "current").symlink_to(built.paths.current.resolve())
    with opened(built.paths.current) as release:
        files.write(release, folder / "warehouse" / "book")
    return folder


@pytest.mark.parametrize(("page", "code", "printed"), RECIPES, ids=[f"{p}-{i}" for i, (p, _, _) in enumerate(RECIPES)])
def test_a_recipe_prints_what_the_page_says(desk: Path, page, code, printed):
    done = subprocess.run([sys.executable, "-c", code], cwd=desk, capture_output=True, text=True)
    assert (done.stdout, done.returncode) == (printed, 0), done.stderr


def test_every_python_of_a_page_is_run():
    """A block that is shown without what it prints would never be tried."""
    shown = sum(page.read_text("utf-8").count("```python\n") for page in PAGES)
    assert shown == len(RECIPES) >= 2


def test_pages_have_queries():
    assert len(QUERIES) >= 5


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path):
    targets = re.findall(r"\]\(([^)#]+)\)", page.read_text("utf-8"))
    assert [target for target in targets if "://" not in target and not (page.parent / target).exists()] == []


def test_the_make_targets_that_pages_name_exist():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    named = {name for page in PAGES for name in re.findall(r"\bmake ([a-z][a-z-]*)\b", page.read_text("utf-8"))}
    # English sentences have the verb as well: only what stands in code counts.
    code = {name for page in PAGES for name in re.findall(r"(?:`|    )make ([a-z][a-z-]*)", page.read_text("utf-8"))}
    assert code <= named and code
    assert [name for name in sorted(code) if not re.search(rf"^{name}:", makefile, re.M)] == []


def test_a_new_source_is_a_new_folder(line: Line, monkeypatch):
    """The example of docs/add-a-source.md, word for word, through intake, dbt, assembly and audit."""
    write_example(line.paths.seeds)
    assert intake.read(line.paths.seeds).faults == []
    candidate = build(Paths(line.paths.seeds, line.paths.warehouse), "example", monkeypatch)
    with duckdb.connect(str(candidate / "release" / DATABASE), read_only=True) as connection:
        row = connection.execute(
            "select standard_yuan_per_month, standard_status from marts.dibao where year = 2025 and residence = 'U'"
        ).fetchone()
        assert (float(row[0]), row[1]) == (823.5, "A")
        sources = connection.execute(
            "select source_id, year from marts.series where indicator = 'DIBAO_STANDARD' and residence = 'U' and measure = 'level' order by year desc"
        ).fetchall()
        assert sources[0] == ("example_bulletin", 2025) and "urban_rural_dibao" in {source for source, _ in sources}
        reasons = connection.execute(
            "select distinct reason from release.change where base_release_id is not null"
        ).fetchall()
        assert reasons == [("source",)], (
            "is_spliced of the older series changed as well: by the new source, not by code"
        )
        new = connection.execute(
            "select row_key from release.change where table_name = 'core.source' and base_release_id is not null"
        ).fetchall()
        assert new == [("source_id=example_bulletin",)]


def rows_of(heading: str, root: Path = ROOT) -> list[list[str]]:
    """The rows of the first table after a line of docs/rules.md that begins as `heading` does."""
    text = (root / "docs" / "rules.md").read_text("utf-8").split(heading, 1)[1]
    table = re.search(r"(?:\|[^\n]*\n)+", text)[0].strip().splitlines()
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip("|"))] for line in table[2:]]


def test_the_findings_on_the_page_are_those_of_a_run(built: Line):
    with duckdb.connect(str(built.paths.current / DATABASE), read_only=True) as connection:
        found = connection.execute(
            """
            select rule_id, count(*) filter (pass = 'printed'), count(*) filter (pass = 'decided')
            from quality.finding group by rule_id order by rule_id"""
        ).fetchall()
    printed = [(r[0].strip("`"), int(r[1] or 0), int(r[2] or 0)) for r in rows_of("## How often they are right")]
    assert printed == found
    judged = [(int(r[3]), int(r[4])) for r in rows_of("## How often they are right")]
    assert [right + wrong for right, wrong in judged] == [row[1] + row[2] for row in found]
    assert f"All in all {sum(right + wrong for right, wrong in judged)} findings" in (ROOT / "docs/rules.md").read_text(
        "utf-8"
    )
