"""Format apart from layout: what reads bytes knows no page, what a page means knows no bytes, and each is named once."""

from __future__ import annotations

import ast
import csv
import re
import shutil
from pathlib import Path

import duckdb
import pytest

from orchestration import intake
from orchestration.intake import formats
from orchestration.intake.decisions import as_decided
from orchestration.intake.formats.format import PLAIN, Asked, Page
from orchestration.intake.layouts import LAYOUTS
from orchestration.intake.records import read_records
from orchestration.intake.source_reader import read_source
from orchestration.paths import ROOT
from tests.conftest import BULK_DESCRIPTOR, SEEDS, edit
from tests.test_house import imports
from validations import published
from validations.code_lists import CodeLists
from validations.layouts import BULK, PAGE, SHAPES, TOO_MANY, layout_of
from validations.list_contracts import CODELISTS
from validations.relations import RELATIONS
from validations.rules import RULES

SOUND = ROOT / "tests" / "sources" / "sound_bulletin"
REGISTER = """
  - name: laws
    path: laws.csv
    layout: register
    title: Laws
    kind: policy_document
    section: "1"
    columns: [{label: 文件, holds: title}, {label: Year, holds: release_year}]
"""
NAMES = "(?:" + "|".join(SHAPES) + ")"
#: Where layouts are read, checked and judged; what makes sources up writes descriptors, and names them there.
CODE = [
    p for room in ("orchestration", "validations", "bi", "proofs/mutants") for p in sorted((ROOT / room).rglob("*.py"))
]
HOME = ROOT / "validations" / "layouts.py"


class Lines:
    """A format made up for the tests: a cell a line, a row ends with a line of its own; so rows stand on every nth line."""

    endings = (".lines",)

    def page(self, path: Path, file: str, check: str, faults: list, asked: Asked = PLAIN) -> Page | None:
        rows, lines = [[]], [1]
        for number, text in enumerate(path.read_text("utf-8").splitlines(), start=1):
            if text == "--":
                rows.append([])
                lines.append(number + 1)
            else:
                rows[-1].append(text)
        return Page(rows[:-1], lines[:-1])

    def ways(self, path: Path) -> list[Asked]:
        return [PLAIN]


@pytest.fixture(scope="module")
def lists() -> CodeLists:
    def records(kind: str, name: str) -> list[dict[str, str | None]]:
        found = read_records(SEEDS / kind / f"{name}.csv", name, "", [])
        return found.texts(found.header)

    kinds = {"codelists": CODELISTS, "rules": RULES, "relations": RELATIONS}
    return CodeLists(*({name: records(kind, name) for name in names} for kind, names in kinds.items()))


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    """A source with two printed tables, running text and a register."""
    folder = Path(shutil.copytree(SOUND, tmp_path / "seeds" / "sources" / SOUND.name))
    descriptor = folder / "datapackage.yaml"
    descriptor.write_text(descriptor.read_text("utf-8") + REGISTER, encoding="utf-8")
    (folder / "laws.csv").write_text("文件,Year\n社会救助暂行办法,2014\nNotice,2015\n", encoding="utf-8")
    return tmp_path / "seeds"


def read(seeds: Path, lists: CodeLists):
    return read_source(seeds, SOUND.name, lists, seeds, lambda text: None)


def test_a_new_format_serves_every_layout_of_a_page(seeds: Path, lists: CodeLists, monkeypatch: pytest.MonkeyPatch):
    """All that it takes is its module and its registration: the same figures and documents, at its own places."""
    as_csv = read(seeds, lists)
    assert as_csv.faults == [] and len(as_csv.rows["observation"]) > 100 and len(as_csv.rows["document"]) == 2
    monkeypatch.setitem(formats.PAGES, ".lines", Lines())
    monkeypatch.setitem(formats.ENDINGS, PAGE, sorted(formats.PAGES))
    folder = seeds / "sources" / SOUND.name
    width = {}
    for path in sorted(folder.glob("*.csv")):
        rows = list(csv.reader(path.open(encoding="utf-8", newline="")))
        path.with_suffix(".lines").write_text("".join("\n".join([*row, "--\n"]) for row in rows), encoding="utf-8")
        width[path.stem] = len(rows[0]) + 1
        path.unlink()
    descriptor = folder / "datapackage.yaml"
    descriptor.write_text(descriptor.read_text("utf-8").replace(".csv\n", ".lines\n"), encoding="utf-8")
    as_lines = read(seeds, lists)
    assert as_lines.faults == []
    for table in ("observation", "document"):
        for old, new in zip(as_csv.rows[table], as_lines.rows[table], strict=True):
            assert new["row_no"] == (old["row_no"] - 1) * width[Path(str(old["file"])).stem] + 1
            assert new["file"] == str(old["file"]).replace(".csv", ".lines")
            differ = {name for name in old if old[name] != new[name]}
            assert differ <= {"row_no", "file", "observation_id", "document_id"}


@pytest.mark.parametrize("layout", ["table", "prose", "register"])
def test_a_file_that_no_format_reads_is_a_fault_of_the_descriptor(seeds: Path, lists: CodeLists, layout: str):
    path = seeds / "sources" / SOUND.name / "datapackage.yaml"
    text = path.read_text("utf-8")
    old = re.search(rf"path: (\w+)\.csv\n    layout: {layout}", text)
    edit(path, old[0], old[0].replace(".csv", ".docx"))
    (fault,) = read(seeds, lists).faults
    assert fault.read == f"{old[1]}.docx" and fault.column.endswith(".path") and fault.row is not None
    assert all(re.escape(ending) in fault.expected for ending in formats.PAGES)


def test_a_resource_may_bear_the_name_of_a_check(seeds: Path, lists: CodeLists):
    """What is wrong with its figures is no fault of the decisions."""
    folder = seeds / "sources" / SOUND.name
    edit(folder / "datapackage.yaml", "name: table_1", "name: decisions")
    edit(folder / "table_1.csv", "41.24", "41.24x")
    (fault,) = read(seeds, lists).faults
    assert fault.check == f"intake.{SOUND.name}.figures"


# A bulk file, as its format gives it.


def bulk_rows(path: Path) -> list[tuple]:
    file = formats.BULKS[path.suffix].bulk(path)
    with duckdb.connect() as connection:
        for _ in range(2):
            rows = connection.execute(file.scan(connection)).fetchall()
            file.is_misread(len(rows))
        assert [name for name, _ in file.columns(connection)] == ["地区", "value"]
        return sorted(rows, key=lambda row: row[-1])


def test_every_format_of_bulk_files_gives_rows_with_their_places(tmp_path: Path):
    path = tmp_path / "a.csv"
    path.write_text('地区,value\n"two\nlines",1\n\n北京,2.50\n', encoding="utf-8")
    assert bulk_rows(path) == [("two\nlines", "1", 2), ("北京", "2.50", 5)]
    duckdb.execute(f"copy (select '北京' as 地区, '2.50' as value) to '{tmp_path}/a.parquet' (format parquet)")
    assert bulk_rows(tmp_path / "a.parquet") == [("北京", "2.50", 1)]
    assert {".csv", ".parquet"} <= formats.BULKS.keys() and formats.ENDINGS[BULK] == sorted(formats.BULKS)


# As decided.


def test_what_a_decision_makes_of_a_figure_is_said_once():
    cells = [{"observation_id": name, "residence": "U", "time_period": "2019", "printed_unit": "元"} for name in "abc"]
    rows = {
        "decision": [
            {"decision_id": "to_rural", "field": "residence", "new_value": "R"},
            {"decision_id": "a_year_later", "field": "time_period", "new_value": "2020"},
            {"decision_id": "unit", "field": "printed_unit", "new_value": "万元"},
            {"decision_id": "withheld", "field": None, "new_value": None},
        ],
        "decision_cell": [
            {"decision_id": "to_rural", "observation_id": "a", "is_covered": True},
            {"decision_id": "a_year_later", "observation_id": "a", "is_covered": True},
            {"decision_id": "to_rural", "observation_id": "b", "is_covered": False},
            {"decision_id": "unit", "observation_id": "b", "is_covered": True},
            {"decision_id": "withheld", "observation_id": "c", "is_covered": True},
        ],
    }
    decided = as_decided(cells, rows)
    assert decided[0] == cells[0] | {"residence": "R", "time_period": "2020"}, "fields of several decisions"
    assert decided[1:] == cells[1:], "what a decision rests on, and units, stay as printed"


# The house.


def test_every_layout_of_a_descriptor_has_its_reader():
    assert set(LAYOUTS) == set(SHAPES.values())
    assert all(SHAPES[layout_of(shape)] is shape for shape in LAYOUTS)


def test_sql_is_told_which_figures_are_followed_to_their_cells():
    told = published.layouts()
    listed = duckdb.execute(
        f"select layout from (select unnest(?) as layout) where {published.is_followed()}", [[*told]]
    ).fetchall()
    assert {name for (name,) in listed} == {*told} - {TOO_MANY}
    assert all(told[name]["is_followed"] for name in SHAPES if name in told), "what a descriptor declares is followed"


def test_formats_know_no_layout_and_layouts_no_format():
    graph = imports(ROOT)
    intake = "orchestration.intake"
    of_formats = {name: found for name, found in graph.items() if name.startswith(f"{intake}.formats")}
    known = ("layouts", "mapping", "reading", "units", "records", "decisions", "claims")
    assert of_formats and not {other for found in of_formats.values() for other in found} & {
        module for module in graph if module.startswith(tuple(f"{intake}.{name}" for name in known))
    }
    readers = {f"{intake}.formats.{p.stem}" for p in (ROOT / "orchestration/intake/formats").glob("*.py")}
    readers -= {f"{intake}.formats.__init__", f"{intake}.formats.format"}
    others = [name for name, found in graph.items() if found & readers and name not in of_formats]
    assert not [name for name in others if name.startswith("orchestration")]


def names_a_layout(tree: ast.AST) -> list[int]:
    """Lines that tell layouts apart by name, in Python or in SQL, or by the class of a resource."""
    shapes = {shape.__name__ for shape in SHAPES.values()}
    # A printed table is named in many ways that are none of a layout: the other names are not.
    apart = {name for name in SHAPES if name != "table"}
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            in_sql = re.search(
                rf"layout\W{{1,5}}(?:(?:not )?in\W{{1,5}})?['\"]{NAMES}['\"]|['\"]{NAMES}['\"] as layout", node.value
            )
            found += [node.lineno] if in_sql or node.value in apart else []
        elif isinstance(node, ast.Compare) and "layout" in ast.unparse(node):
            constants = {part.value for part in ast.walk(node) if isinstance(part, ast.Constant)}
            found += [node.lineno] if constants & {*SHAPES} else []
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "isinstance":
            kinds = {part.id for part in ast.walk(node.args[1]) if isinstance(part, ast.Name)}
            found += [node.lineno] if kinds & shapes else []
    return found


def test_layouts_are_told_apart_in_one_place():
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in CODE
        if path != HOME
        for line in names_a_layout(ast.parse(path.read_text("utf-8")))
    ]
    assert found == []


@pytest.mark.parametrize(
    "text",
    [
        "isinstance(resource, Table | Prose)",
        "resource.layout == 'table'",
        "cell['layout'] in ('table', 'x')",
        "DECLARED = {'prose': 1}",
        "query = \"select * from core.observation where layout <> 'table'\"",
        "query = \"select * from core.observation as o where o.layout in ('table')\"",
    ],
)
def test_a_layout_named_elsewhere_is_seen(text: str):
    assert names_a_layout(ast.parse(text))


def test_an_agency_that_a_page_names_stands_beside_its_figures(seeds: Path, lists: CodeLists, long_csv: Path):
    """Of one table of a paper, and of a long file; an agency that no list knows is a fault of its line."""
    descriptor = seeds / "sources" / SOUND.name / "datapackage.yaml"
    edit(descriptor, "  - name: table_1\n", "  - name: table_1\n    agency: MCA\n")
    of_tables = {(row["table_id"], row["agency"]) for row in read(seeds, lists).rows["observation"]}
    assert ("table_1", "MCA") in of_tables and {agency for table, agency in of_tables if table != "table_1"} == {"_U"}

    edit(descriptor, "    agency: MCA\n", "    agency: OFFICE\n")
    (fault,) = read(seeds, lists).faults
    assert (fault.read, descriptor.read_text("utf-8").splitlines()[fault.row - 1]) == ("OFFICE", "    agency: OFFICE")

    panel = Path(shutil.copytree(long_csv, seeds.parent / "long"))
    edit(panel / BULK_DESCRIPTOR, "    layout: tidy\n", "    layout: tidy\n    agency: NBS\n")
    intake.write(intake.read(panel), seeds.parent / "raw")
    found = duckdb.sql(f"select distinct agency from '{seeds.parent}/raw/observation/**/*.parquet'").fetchall()
    assert found == [("NBS",)]
