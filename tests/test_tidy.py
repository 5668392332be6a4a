"""Bulk files at intake: what is wrong stops with its place, all of it at once, and what is right is read as it stands."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks import lower_bound
from orchestration import intake
from proofs.generators import panel, planted
from tests.conftest import BULK, edit
from tests.test_hostile import CONTROLS, HOSTILE, TEXTS
from validations import numerals
from validations.faults import IntakeError
from validations.strict_model import PLAIN

INTAKE = sorted(kind for kind, refusal in planted.REFUSED.items() if refusal.gate == "intake")


@pytest.mark.parametrize("kind", INTAKE)
def test_intake_refuses(sound: Path, tmp_path: Path, kind: str):
    seeds = Path(shutil.copytree(sound, tmp_path / "seeds"))
    refusal = planted.plant(seeds, kind)
    result = intake.read(seeds)
    assert result.faults
    assert refusal.names in "\n".join(map(str, result.faults))
    assert all(fault.file.startswith("sources/county_panel/") for fault in result.faults)
    assert len(result.faults) <= 3, "a fault that many rows share is one"
    (check,) = {check["check_id"] for check in result.checks() if check["verdict"] == "failed"}
    assert check in ("intake.county_panel.figures", "intake.county_panel.files")


def test_what_bulk_is_measured_against_knows_the_lists(sound: Path, tmp_path: Path):
    """The lower bound of `make bench-bulk` is SQL of its own: a column that a list gains stops it."""
    rows = lower_bound.build(sound, tmp_path / "bound", 2, None)
    assert rows["core.observation"] == rows["marts.series"] > 0


def test_all_faults_of_all_files_come_at_once_with_their_place(sound: Path, tmp_path: Path):
    seeds = Path(shutil.copytree(sound, tmp_path / "seeds"))
    folder = seeds / "sources" / panel.SOURCE
    edit(folder / "datapackage.yaml", "quarantine_ceiling: 200\n", "")
    planted._rewrite(folder / "panel/2015-01.parquet", "update month set value = 'n.a.' where residence = 'rural'")
    planted._rewrite(
        folder / "panel/2015-02.parquet",
        "update month set residence = 'U' where area = '110101' and residence = 'urban'",
    )
    faults = intake.read(seeds).faults
    assert [(f.file[-15:], f.row, f.column, f.read) for f in sorted(faults)] == [
        ("2015-01.parquet", 2, "value", "n.a."),
        ("2015-02.parquet", 1, "residence", "U"),
    ]
    assert "(160 rows read so)" in min(faults).expected


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_one_file_holds_the_same_as_a_folder(sound: Path, tmp_path: Path, form: str):
    """Long CSV and one Parquet file give the figures that a folder of months gives."""
    panel.write(tmp_path / form, 2, counties_count=4, form=form)
    content = []
    for seeds in (sound, tmp_path / form):
        raw = tmp_path / f"raw_{seeds.name}"
        intake.write(intake.read(seeds), raw)
        query = f"select * exclude (file, row_no) from read_parquet('{raw}/observation/**/*.parquet') order by observation_id"
        content.append(duckdb.execute(query).fetchall())
    assert content[0] == content[1] and len(content[0]) == 4 * 2 * 40 * 2


def test_csv_rows_are_counted_from_the_header(tmp_path: Path):
    panel.write(tmp_path / "seeds", 2, counties_count=4, form="csv")
    file = tmp_path / "seeds/sources/county_panel/panel.csv"
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    lines[6] = lines[6].replace("urban", "town").replace("rural", "town")
    lines[9] = '"110101",a "b\n'
    file.write_text("".join(lines), encoding="utf-8")
    (fault,) = intake.read(tmp_path / "seeds").faults
    assert (fault.file, fault.row, fault.read) == ("sources/county_panel/panel.csv", 10, "2 cells")
    lines[9] = lines[8]
    file.write_text("".join(lines), encoding="utf-8")
    first, second = sorted(intake.read(tmp_path / "seeds").faults, key=lambda fault: fault.row)
    assert (first.row, first.column, first.read) == (7, "residence", "town")
    assert (second.row, second.expected.split(" (")[0]) == (9, "each combination of dimensions once")


def test_an_edition_is_stated_by_its_column(tmp_path: Path):
    """Two editions may state one figure; what is no date is a fault, and so is one edition that states it twice."""
    panel.write(tmp_path / "seeds", 2, counties_count=4, form="csv")
    folder = tmp_path / "seeds/sources/county_panel"
    edit(
        folder / "datapackage.yaml",
        "      - {name: value,",
        "      - {name: edition, holds: vintage}\n      - {name: value,",
    )
    header, *rows = (folder / "panel.csv").read_text(encoding="utf-8").splitlines()
    again = [f"{row},2025-07" for row in rows]
    write = (folder / "panel.csv").write_text
    write("\n".join([f"{header},edition", *(f"{row},2024" for row in rows), *again]) + "\n", encoding="utf-8")
    result = intake.read(tmp_path / "seeds")
    assert result.faults == []
    intake.write(result, tmp_path / "raw")
    query = f"select vintage, count(*), count(distinct observation_id) from read_parquet('{tmp_path}/raw/observation/**/*.parquet') group by all order by all"
    assert duckdb.execute(query).fetchall() == [("2024", len(rows), len(rows)), ("2025-07", len(rows), len(rows))]

    write(
        "\n".join([f"{header},edition", *again, f"{rows[0]},2025-07", f"{rows[1]},last year"]) + "\n", encoding="utf-8"
    )
    wrong, doubled = sorted(intake.read(tmp_path / "seeds").faults, key=lambda fault: fault.column, reverse=True)
    assert (wrong.column, wrong.read, wrong.row) == ("edition", "last year", len(rows) + 3)
    assert doubled.expected.startswith("each combination of dimensions once in an edition")


def test_two_files_of_one_period_are_a_fault(sound: Path, tmp_path: Path):
    seeds = Path(shutil.copytree(sound, tmp_path / "seeds"))
    (seeds / "sources/county_panel/panel/2015-01.csv").write_text("area,indicator,residence,value,unit\n")
    found = [fault for fault in intake.read(seeds).faults if fault.expected == "one file for 2015-01"]
    assert [fault.file for fault in found] == ["sources/county_panel/panel/2015-01.parquet"]


def test_what_is_printed_is_never_mapped(sound: Path, tmp_path: Path):
    seeds = Path(shutil.copytree(sound, tmp_path / "seeds"))
    edit(
        seeds / "sources/county_panel/datapackage.yaml",
        "holds: printed_unit}",
        "holds: printed_unit, codes: {CNY: persons}}",
    )
    (fault,) = intake.read(seeds).faults
    assert "stays as printed" in fault.expected


def test_rows_and_columns_are_those_of_the_file(sound: Path, tmp_path: Path):
    """A column named row_no is not the row, and the place of the value is the file's, not the descriptor's."""
    seeds = Path(shutil.copytree(sound, tmp_path / "seeds"))
    folder = seeds / "sources/county_panel"
    edit(folder / "datapackage.yaml", "      - {name: area,", "      - {name: row_no, holds: _}\n      - {name: area,")
    for path in (folder / "panel").iterdir():
        name = path.as_posix()
        duckdb.execute(
            f"copy (select value, 7 as row_no, * exclude (value) from read_parquet('{name}')) to '{name}.new' (format parquet)"
        )
        path.with_suffix(".parquet.new").rename(path)
    result = intake.read(seeds)
    assert result.faults == []
    intake.write(result, tmp_path / "raw")
    query = f"select min(row_no), max(row_no), count(distinct row_no), min(column_no), max(column_no) from read_parquet('{tmp_path}/raw/observation/county_panel/**/*.parquet')"
    assert duckdb.execute(query).fetchone() == (1, 320, 320, 1, 1)


def test_files_that_change_while_they_are_read_are_refused(sound: Path, tmp_path: Path):
    seeds = Path(shutil.copytree(sound, tmp_path / "seeds"))
    result = intake.read(seeds)
    planted.plant(seeds, "unknown_area")
    with pytest.raises(IntakeError, match="changed while they were read"):
        intake.write(result, tmp_path / "raw")


def test_a_header_that_names_a_column_twice_is_a_fault(tmp_path: Path):
    panel.write(tmp_path / "seeds", 2, counties_count=4, form="csv")
    file = tmp_path / "seeds/sources/county_panel/panel.csv"
    edit(file, "area,indicator", "area,area")
    (fault,) = intake.read(tmp_path / "seeds").faults
    assert "area twice" in fault.read


# Hostile bulk files.


@pytest.mark.parametrize("kind", ["link", "link to nothing", "pipe", "folder", "pattern", "link instead of the folder"])
def test_what_is_no_bulk_file_is_not_opened(sound: Path, tmp_path: Path, kind: str):
    """Nor is a name with a star in it taken for the names of other files."""
    seeds = Path(shutil.copytree(sound, tmp_path / "seeds"))
    folder = seeds / "sources/county_panel/panel"
    extra = folder / "2015-03.parquet"
    if kind == "pipe":
        os.mkfifo(extra)
    elif kind == "folder":
        extra.mkdir()
    elif kind == "pattern":
        (folder / "2015-02.parquet").rename(folder / "2015-*.parquet")
    elif kind == "link instead of the folder":
        folder.rename(tmp_path / "elsewhere")
        folder.symlink_to(tmp_path / "elsewhere")
    else:
        extra.symlink_to("2015-01.parquet" if kind == "link" else "/nowhere.parquet")
    faults = intake.read(seeds).faults
    assert faults and all(fault.file.startswith("sources/county_panel/panel") for fault in faults)


# fmt: off
KINDS = [
    ("another encoding", "value", b"\xe9"), ("NUL", "value", b"1\x002"), ("NUL in a code", "area", b"110\x00101"),
    ("a cell too many", "value", b"1,2"), ("quote that never ends", "value", b'"1'), ("line end", "value", b'"1\n2"'),
    ("formula", "value", b"=1+1"), ("SQL in a figure", "value", b"1'); drop table x; --"),
    ("SQL in a code", "area", b"' or 1=1; --"), ("not a number", "value", b"NaN"), ("infinity", "value", b"-inf"),
    ("exponent", "value", b"1e308"), ("a hundred digits", "value", b"9" * 100), ("digits of another script", "value", "٤٥".encode()),
    *((f"U+{ord(mark):04X}", "value", f"1{mark}2".encode()) for mark in CONTROLS),
    *((f"U+{ord(mark):04X} in a unit", "unit", f"CNY{mark}".encode()) for mark in CONTROLS),
    *((f"text {number} in a code", "residence", text.replace('"', "").encode()) for number, text in enumerate(TEXTS)),
]
# fmt: on


@pytest.mark.parametrize(("column", "text"), [kind[1:] for kind in KINDS], ids=[kind[0] for kind in KINDS])
def test_each_kind_is_a_fault_with_its_place_in_bulk_too(long_csv: Path, tmp_path: Path, column: str, text: bytes):
    seeds = Path(shutil.copytree(long_csv, tmp_path / "seeds"))
    header, *rows = (seeds / BULK).read_bytes().splitlines()
    cells = rows[2].split(b",")
    cells[header.decode().split(",").index(column)] = text
    rows[2] = b",".join(cells)
    (seeds / BULK).write_bytes(b"\n".join([header, *rows]) + b"\n")
    faults = intake.read(seeds).faults
    assert faults and {fault.file for fault in faults} == {BULK}
    assert all(str(fault).isprintable() and fault.expected for fault in faults)
    assert any(fault.row == 4 and fault.column == column for fault in faults) or any(
        "file that can be read whole" in fault.expected for fault in faults
    )


@pytest.mark.parametrize("mark", CONTROLS, ids=[f"U+{ord(mark):04X}" for mark in CONTROLS])
def test_no_ceiling_lets_marks_pass_that_nobody_sees(tmp_path: Path, mark: str):
    """A source may have figures withheld that are no numbers; they are published as printed, so they must be visible."""
    panel.write(tmp_path / "seeds", 1, counties_count=1, form="csv")
    edit(tmp_path / "seeds" / BULK, "806.54", "806.5x")
    assert intake.read(tmp_path / "seeds").faults == []
    edit(tmp_path / "seeds" / BULK, "806.5x", f"806.5{mark}x")
    faults = intake.read(tmp_path / "seeds").faults
    assert {fault.file for fault in faults} == {BULK} and all(str(fault).isprintable() for fault in faults)


def test_whatever_is_put_into_a_bulk_file_ends_in_faults_or_in_clean_figures(long_csv: Path, tmp_path: Path):
    """Bytes put in anywhere, over anything, most of them into a figure: no exception, each fault in that file, and
    what passes is plain."""
    data = (long_csv / BULK).read_bytes()
    figures = [found.start(1) for found in re.finditer(rb",([0-9.]+),[^,\n]*,[^,\n]*\n", data)]
    passed = []

    anywhere, figure = st.integers(0, len(data)), st.sampled_from(figures)
    number = st.from_regex(r"-?[0-9]{1,3}[.,]?[0-9]?%?", fullmatch=True).map(str.encode)

    @given(st.one_of(*(st.tuples(*pair) for pair in ((anywhere, HOSTILE), (figure, HOSTILE), (figure, number)))))
    @settings(max_examples=60, deadline=None, derandomize=True, database=None)
    def put_in(change: tuple[int, bytes]) -> None:
        where, new = change
        folder = tmp_path / "case"
        seeds = Path(shutil.copytree(long_csv, folder / "seeds"))
        (seeds / BULK).write_bytes(data[:where] + new + data[where + len(new) :])
        try:
            result = intake.read(seeds, folder / "spill")
            assert all(fault.file == BULK and str(fault).isprintable() for fault in result.faults)
            if not result.faults:
                intake.write(result, folder / "raw")
                rows = duckdb.execute(f"from read_parquet('{folder}/raw/observation/**/*.parquet')").fetchall()
                texts = [value for row in rows for value in row if isinstance(value, str)]
                assert all(re.match(PLAIN, text) for text in texts)
                numbers = duckdb.execute(
                    f"select printed_value from '{folder}/raw/observation/**/*.parquet'"
                ).fetchall()
                assert all(re.fullmatch(numerals.PRINTED_NUMBER, number) for (number,) in numbers)
                passed.append(new)
            assert set(os.listdir(folder)) <= {"seeds", "spill", "raw"}
        finally:
            shutil.rmtree(folder)

    put_in()
    assert len(passed) > 5, "not every change is a fault"
