"""Hostile and broken seeds: whatever stands in a file, intake ends with a clear fault and its place, or with text as text.

One case for each kind of attack or accident, then variation over all of them. The kinds that are slips of a hand
(a doubled row, a wrong code) stand in test_intake.py, those of bulk files in test_bulk.py.
"""

from __future__ import annotations

import csv
import os
import re
import shutil
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from orchestration import intake
from orchestration.intake.source_reader import read_source
from tests.conftest import SEEDS, SOURCE, copy_of_seeds
from validations.code_lists import CodeLists
from validations.faults import IntakeError
from validations.list_contracts import CODELISTS
from validations.strict_model import PLAIN

TABLE, PROSE, DESCRIPTOR, DECISIONS = (
    f"{SOURCE}/{name}" for name in ("table_1.csv", "prose.csv", "datapackage.yaml", "decisions.yaml")
)
AREA = "codelists/area.csv"
LINE_OF_GANSU = next(n for n, line in enumerate((SEEDS / AREA).read_text("utf-8").splitlines(), 1) if "Gansu" in line)
NUMBER, DIRECTION = "a number such as", "without control characters"
CONTROLS = "\u202e\u2066\u200e\u200f\u061c\u200b\u2028\ufeff\x00\x1b\x85"


def put(old: bytes, new: bytes):
    """A change of one place, which must stand there."""

    def change(data: bytes) -> bytes:
        assert old in data
        return data.replace(old, new, 1)

    return change


def cell(new: str):
    return put(b"451.1", new.encode())


# kind, file, what is done to its bytes, row, part of what is expected
# fmt: off
KINDS = [
    ("another encoding: Latin-1", PROSE, put(b"Urban standard", b"Urb\xe9n standard"), 4, "text in UTF-8"),
    ("another encoding: UTF-16", TABLE, lambda d: d.decode().encode("utf-16"), 1, "text in UTF-8"),
    ("another encoding: half a surrogate pair", TABLE, put(b"451.1", b"\xed\xa0\x80"), 2, "text in UTF-8"),
    ("NUL in a figure", TABLE, cell("45\x001.1"), 2, DIRECTION),
    ("NUL in a label", TABLE, put(b"Rural (", b"Rural\x00("), 3, DIRECTION),
    ("NUL in a code list", AREA, put(b"Gansu", b"Gan\x00su"), LINE_OF_GANSU, DIRECTION),
    ("NUL in YAML", DESCRIPTOR, put(b"title:", b"ti\x00tle:"), 4, "visible text"),
    ("terminal escape in prose", PROSE, put(b"Urban standard", b"Urban \x1b[31m standard"), 4, DIRECTION),
    ("ragged: a cell too many", TABLE, put(b"451.1", b"451.1,1"), 2, "7 cells"),
    ("ragged: 50,000 cells", TABLE, lambda d: d + b",".join([b"1"] * 50_000) + b"\n", 5, "7 cells"),
    ("ragged: blank rows", TABLE, lambda d: d + b"\n\n", 5, "7 cells"),
    ("doubled header", PROSE, put(b"section,", b"section,section,"), None, "cells"),
    ("doubled header as a row", TABLE, lambda d: d + d.splitlines(keepends=True)[0], 5, "a row label"),
    ("formula", TABLE, cell("=HYPERLINK(1)"), 2, NUMBER),
    ("formula: command", TABLE, cell("@SUM(1)"), 2, NUMBER),
    ("SQL in a figure", TABLE, cell("1'); drop table x; --"), 2, NUMBER),
    ("SQL in a label", TABLE, put(b"Rural (CNY/month)", b"Rural'; drop table x; --"), 3, "a row label"),
    ("SQL in a name", DESCRIPTOR, put(b"name: table_1", b"name: table'; drop"), None, "match pattern"),
    ("template in a name", DECISIONS, put(b"decision_id: ", b"decision_id: x{{env_var('HOME')}}"), None, "match pattern"),
    ("quote that never ends", TABLE, cell('"451.1'), 2, "quotes doubled"),
    ("line end in a figure", TABLE, cell('"451.1\n"'), 2, DIRECTION),
    ("line end in a label", TABLE, put(b"Rural (CNY/month)", b'"Rural\r\n(CNY/month)"'), 3, DIRECTION),
    ("path upwards", DESCRIPTOR, put(b"path: table_1.csv", b"path: ../x/table_1.csv"), None, "match pattern"),
    ("path from the root", DESCRIPTOR, put(b"path: table_1.csv", b"path: /etc/passwd"), None, "match pattern"),
    ("path on the net", DESCRIPTOR, put(b"path: table_1.csv", b"path: http://127.0.0.1/t.csv"), None, "match pattern"),
    ("path with a pattern", DESCRIPTOR, put(b"path: table_1.csv", b'path: "*.csv"'), None, "match pattern"),
    ("path with a NUL", DESCRIPTOR, put(b"path: table_1.csv", b'path: "table_1.csv\\0"'), None, "match pattern"),
    ("YAML tag that calls", DESCRIPTOR, put(b"vintage: _U", b"vintage: !!python/object/apply:os.system [id]"), 13, "without a tag"),
    ("YAML alias bomb", DESCRIPTOR, lambda d: b"a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]\n", 1, "the value itself"),
    ("YAML merge key", DESCRIPTOR, put(b"cadence: never", b"<<: {cadence: never}"), None, "not permitted"),
    ("YAML of two documents", DESCRIPTOR, lambda d: d + b"\n---\na: b\n", None, "YAML"),
    ("YAML of many levels", DESCRIPTOR, lambda d: d + b"x: " + b"[" * 100_000, None, "a few levels"),
    ("YAML of half a million items", DESCRIPTOR, lambda d: d + b"x: [" + b"1," * 500_000 + b"1]", 1, "at most 500000"),
    ("YAML that is no mapping", DESCRIPTOR, lambda d: b"- a\n", 1, "a valid dictionary"),
    ("YAML that is empty", DECISIONS, lambda d: b"", 1, "Field required"),
    ("file of 21 MB", TABLE, lambda d: d + b"\n" * 21_000_000, None, "at most 20000000 bytes"),
    ("nine million cells", TABLE, lambda d: b"a,b\n" * 4_700_000, 250_001, "a tidy resource"),
    ("header of a million cells", TABLE, lambda d: b"," * 1_000_000 + b"\n1\n", 1, "a tidy resource"),
    ("cell of 200,000 characters", TABLE, lambda d: d + b"x" * 200_000 + b",1\n", 5, "CSV"),
    ("empty file", TABLE, lambda d: b"", None, "a header and at least one row"),
    ("number of a hundred digits", TABLE, cell("9" * 100), 2, NUMBER),
    ("number with an exponent", TABLE, cell("1e308"), 2, NUMBER),
    ("number in hexadecimal", TABLE, cell("0x1F"), 2, NUMBER),
    ("number with underscores", TABLE, cell("4_51"), 2, NUMBER),
    ("not a number", TABLE, cell("NaN"), 2, NUMBER),
    ("infinity", TABLE, cell("-Infinity"), 2, NUMBER),
    ("mark without a width behind a figure", TABLE, cell("451.1\u200b"), 2, NUMBER),
]
# fmt: on


@pytest.fixture(scope="module")
def lists() -> CodeLists:
    return intake.read(SEEDS).lists


def damaged(folder: Path, file: str, change) -> Path:
    seeds = copy_of_seeds(folder)
    (seeds / file).write_bytes(change((SEEDS / file).read_bytes()))
    return seeds


@pytest.mark.parametrize(("file", "change", "row", "expected"), [k[1:] for k in KINDS], ids=[k[0] for k in KINDS])
def test_each_kind_is_a_fault_with_its_place(tmp_path, file, change, row, expected):
    seeds = damaged(tmp_path, file, change)
    found = [fault for fault in intake.read(seeds).faults if fault.file == file]
    assert any(expected in fault.expected and row in (None, fault.row) for fault in found), [str(f) for f in found[:5]]
    text = str(IntakeError(found))
    assert len(text) < 1_000_000 and all(line.isprintable() for line in text.splitlines()), "safe to print"


@pytest.mark.parametrize("mark", CONTROLS, ids=[f"U+{ord(mark):04X}" for mark in CONTROLS])
@pytest.mark.parametrize("file", [PROSE, AREA, DESCRIPTOR], ids=["prose", "code list", "descriptor"])
def test_marks_that_nobody_sees_are_faults(tmp_path, file, mark):
    """A name that reads backwards, or that looks like another, is no name."""
    old = {PROSE: "Urban standard", AREA: "Gansu", DESCRIPTOR: "title: "}[file]
    seeds = damaged(tmp_path, file, put(old.encode(), f"{old}a{mark}b".encode()))
    faults = intake.read(seeds).faults
    assert {fault.file for fault in faults} == {file} and all(fault.row for fault in faults)


@pytest.mark.parametrize("ends", [b"\r\n", b"\r"], ids=["Windows", "old Macintosh"])
def test_line_ends_make_no_difference(tmp_path, ends, lists):
    seeds = damaged(tmp_path, TABLE, lambda d: d.replace(b"\n", ends))
    name = Path(SOURCE).name
    same = read_source(SEEDS, name, lists, tmp_path, print).rows["observation"]
    assert read_source(seeds, name, lists, tmp_path, print).rows["observation"] == same


TEXTS = [
    "'; drop schema core cascade; --",
    '"; delete from core.observation; "',
    "{{ env_var('HOME') }} {% raw %}",
    "${HOME} $(id) `id` %s {0} {statement}",
    "=cmd|' /C calc'!A0",
    "<script>alert(1)</script>",
]


@pytest.mark.parametrize("text", TEXTS)
def test_text_stays_text(tmp_path, text, lists):
    """In a statement any visible text may stand; it is carried as it is, through SQL and Parquet."""
    import polars as pl

    seeds = damaged(tmp_path, PROSE, lambda data: data)
    header, *rows = csv.reader((SEEDS / PROSE).open(encoding="utf-8", newline=""))
    rows[2][header.index("statement")] = text
    with (seeds / PROSE).open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle).writerows([header, *rows])
    source = read_source(seeds, Path(SOURCE).name, lists, tmp_path, print)
    assert source.faults == []
    frame = pl.DataFrame(source.rows["observation"], schema=intake.OBSERVATION)
    frame.write_parquet(tmp_path / "o.parquet")
    kept = pl.read_parquet(tmp_path / "o.parquet")["statement"].to_list()
    assert any(statement == text for statement in kept)


@pytest.mark.parametrize("kind", ["link", "link out of the seeds", "pipe", "folder"])
def test_what_is_no_file_is_not_opened(tmp_path, kind):
    """A pipe would never end, and a link leads where nobody looked."""
    seeds = copy_of_seeds(tmp_path)
    path = seeds / TABLE
    path.unlink()
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    else:
        path.symlink_to("table_2.csv" if kind == "link" else "/etc/passwd")
    found = [fault for fault in intake.read(seeds).faults if fault.file == TABLE]
    assert found and all(fault.read in ("a link", "no such file", "a file that nothing declares") for fault in found)


OPENED: list[str] = []


def _watch(event: str, arguments: tuple) -> None:
    if event == "open" and WATCHED and isinstance(arguments[0], str | os.PathLike):
        OPENED.append(os.fspath(arguments[0]))


WATCHED: list[bool] = []
sys.addaudithook(_watch)


def opened_while_reading(seeds: Path, lists: CodeLists, spill: Path) -> tuple[list, set[str]]:
    """The faults of the source, and every file that Python opened."""
    OPENED.clear()
    WATCHED.append(True)
    try:
        source = read_source(seeds, Path(SOURCE).name, lists, spill, lambda text: None)
    finally:
        WATCHED.clear()
    return source, {os.path.realpath(path) for path in OPENED if not path.endswith((".py", ".pyc"))}


# What an attacker or an accident puts in: hostile pieces, characters of every kind, and bytes.
PIECES = st.sampled_from(
    [*CONTROLS, *TEXTS, "../../etc/passwd", "file:///etc/passwd", "&a [*a]", "!!python/name:os.system", "NaN", "inf"]
    + ["1e999", "-0", "０１", "٤٥", "\r", "\n", "\t", '"', "'", ",", ";", ":", "- ", "? ", "{", "[", "%", "#", "|", ">"]
)
HOSTILE = st.one_of(
    PIECES.map(str.encode),
    st.text(min_size=1, max_size=12).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.binary(min_size=1, max_size=6),
    st.lists(PIECES, min_size=2, max_size=5).map(lambda parts: "".join(parts).encode()),
)
FILES = [TABLE, PROSE, DESCRIPTOR, DECISIONS]


@given(
    file=st.sampled_from(FILES),
    where=st.floats(0, 1),
    gone=st.integers(0, 30),
    new=HOSTILE,
    times=st.sampled_from([1, 1, 1, 50]),
)
@example(file=DECISIONS, where=0.2, gone=0, new="\u200f: x\n".encode(), times=1)
@example(file=TABLE, where=0.5, gone=0, new=b"\x00", times=1)
@settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_whatever_is_put_in_ends_in_faults_or_in_clean_text(tmp_path_factory, lists, file, where, gone, new, times):
    """Bytes put in anywhere, over anything: no exception, each fault with its file, nothing read elsewhere, and
    what passes is visible text on one line."""
    folder = tmp_path_factory.mktemp("hostile")
    seeds, name = folder / "seeds", Path(SOURCE).name
    shutil.copytree(SEEDS / SOURCE, seeds / SOURCE)
    data = (SEEDS / file).read_bytes()
    at = int(where * len(data))
    (seeds / file).write_bytes(data[:at] + new * times + data[at + gone :])
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    try:
        source, opened = opened_while_reading(seeds, lists, folder / "spill")
        for fault in source.faults:
            assert fault.file.startswith(f"sources/{name}/") and fault.expected and str(fault).isprintable()
        for table in source.rows.values() if not source.faults else []:
            for row in table:
                for value in row.values():
                    assert not isinstance(value, str) or re.match(PLAIN, value), value
        inside = os.path.realpath(seeds / SOURCE)
        assert {path for path in opened if not path.startswith((inside, sys.prefix, sys.base_prefix))} == set()
        assert {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path != folder / "spill"} == before
    finally:
        shutil.rmtree(folder)


@given(text=st.text(max_size=12), number=st.one_of(st.floats(), st.integers(), st.decimals(allow_nan=True)))
@settings(max_examples=200, deadline=None, derandomize=True, database=None)
def test_only_plain_numbers_are_numbers(text, number):
    """What the contract of a figure lets through, DuckDB reads as a finite decimal, and nothing else."""
    from decimal import Decimal

    from validations import numerals

    for candidate in (text, str(number), f"{text}{number}"):
        if re.fullmatch(numerals.PRINTED_NUMBER, candidate):
            assert candidate.isascii()
            assert Decimal(candidate.rstrip("%").replace(",", "")).is_finite()


def test_the_lists_are_the_ones_that_intake_reads(lists):
    assert set(lists.records) == set(CODELISTS)


# What goes out again.

FORMULAS = ["=1+1", "+1+1", "-1+cmd", "@SUM(A1)", "\t=1", "\r=1", " =1", "\uff1d1", "=cmd|' /C calc'!A0", "-", "+86 10"]


def safe(value) -> str:
    """A value as the text of a cell, as every export writes it."""
    import duckdb

    from orchestration.release.export import harmless

    return duckdb.execute(f"select {harmless('v')} from (select ? as v)", [str(value)]).fetchone()[0]


@pytest.mark.parametrize("text", FORMULAS, ids=ascii)
def test_no_cell_of_an_export_is_a_formula(text):
    assert safe(text) == f"'{text}"


@given(st.one_of(st.text(max_size=8), st.sampled_from(FORMULAS), st.integers(), st.decimals(allow_nan=False)))
@settings(max_examples=300, deadline=None, derandomize=True, database=None)
def test_an_export_loses_nothing_and_begins_no_formula(value):
    from orchestration.release.export import NUMBER

    text = safe(value)
    assert text.removeprefix("'") == str(value).removeprefix("'")
    assert re.fullmatch(NUMBER, text) or not text.lstrip()[:1] or text.lstrip()[0] not in "=+-@"


def test_an_exported_table_is_the_table(built):
    import io

    import polars as pl

    from tests.conftest import command

    done = command(built.paths, "export", "core.observation")
    rows = list(csv.reader(io.StringIO(done.stdout.removeprefix("\ufeff"))))
    published = pl.read_parquet(built.paths.current / "parquet/core/observation.parquet")
    assert done.returncode == 0 and len(rows) == 1 + published.height > 200
    place = rows[0].index("printed_value")
    assert {row[place] for row in rows[1:]} >= {"451.1", "10.57%"}
    wrong = command(built.paths, "export", "marts.dibao; drop table x")
    assert wrong.returncode == 1 and "is no table of the release" in wrong.stderr


def test_a_report_does_nothing_to_a_terminal():
    """A key of YAML and the name of a file may hold anything; the report shows it."""
    from validations.faults import Fault

    text = str(Fault("sources/a\x1b[2J.csv", 1, "key\u202e", "x", "y\u2028", ""))
    assert text.isprintable() and r"\x1b[2J" in text and r"\u202e" in text
