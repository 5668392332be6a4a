"""Faults come in one report, and each names the line of the file, however the file ends its lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration import intake
from orchestration.__main__ import check
from orchestration.paths import Paths
from tests.conftest import edit, write_example
from tests.test_intake import TABLE_1, faults
from validations.faults import Fault, IntakeError


def test_faults_with_and_without_a_row_are_one_report(seeds: Path, capsys):
    """`make check` and `make check-source` print the same: what concerns a whole file first, then row by row."""
    write_example(seeds)
    edit(seeds / "sources/example_bulletin/table_1.csv", "Cities", "City")
    assert check(Paths(seeds, seeds.parent / "warehouse")) == 1
    said = capsys.readouterr().err
    first, second = (line for line in said.splitlines() if line.startswith("  "))
    assert "row label 'Cities' 0 time(s)" in first and "row 2, column 1: read 'City'" in second
    with pytest.raises(IntakeError) as refused:
        intake.write(intake.read(seeds, only="example_bulletin"), seeds.parent / "raw")
    assert str(refused.value) in said


def test_faults_are_in_the_order_of_the_page():
    places = [("a.csv", None), ("a.csv", 9), ("a.csv", 10), ("b.csv", None)]
    found = sorted(Fault(file, row, "", "x", "y", "c") for file, row in reversed(places))
    assert [(fault.file, fault.row) for fault in found] == places


def test_places_in_a_printed_table_are_lines_of_the_file(seeds: Path):
    """Blank lines and line ends in quotes count, and what stands below them is read all the same."""
    path = seeds / TABLE_1
    header, first, *rows = path.read_text(encoding="utf-8").splitlines()
    edited = [
        header,
        "",
        first.replace("Urban (", '"Urban\n(').replace(",", '",', 1),
        "",
        rows[0].replace("264.8", "26x.8"),
        rows[1],
    ]
    path.write_text("\n".join(edited) + "\n", encoding="utf-8")
    found = [(fault.row, fault.column, fault.read) for fault in sorted(faults(seeds)) if fault.row]
    assert found == [
        (2, "", "a blank line"),
        (3, "1", "Urban\n(CNY/month)"),
        (3, "1", "Urban\n(CNY/month)"),
        (5, "", "a blank line"),
        (6, "2 (2015)", "26x.8"),
    ]


def test_places_in_a_code_list_are_lines_of_the_file(seeds: Path):
    path = seeds / "codelists/area.csv"
    header, *rows = path.read_text(encoding="utf-8").splitlines()
    rows[0] = rows[0].replace(",1949-10-01", ',"1949-10-01\n"', 1)
    rows[1] = rows[1].replace(",1961-09-30", ",1961-02-31", 1)
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    assert {(fault.row, fault.column) for fault in faults(seeds)} == {(2, "valid_from"), (4, "valid_from")}


@pytest.mark.parametrize("ends", [b"\r\n", b"\r", b"mixed"])
def test_line_ends_of_a_printed_table_do_not_move_places(seeds: Path, ends: bytes):
    path = seeds / TABLE_1
    edit(path, "1.70", "1.7o")
    lines = path.read_bytes().splitlines()
    kinds = [b"\r\n", b"\r", b"\n", b"\r\n"] if ends == b"mixed" else [ends] * 4
    path.write_bytes(b"".join(line + end for line, end in zip(lines, kinds)))
    assert [(fault.row, fault.read) for fault in faults(seeds)] == [(4, "1.7o")]
    path.write_bytes(path.read_bytes().replace(b"1.7o", b"1.7\xe9"))
    assert [(fault.row, fault.read[:9]) for fault in faults(seeds)] == [(4, "byte 0xe9")]


def test_an_empty_cell_of_the_header_is_told_once(seeds: Path):
    """As a spreadsheet writes it that was once wider: not a fault in each cell below."""
    path = seeds / TABLE_1
    path.write_text("".join(f"{line},\n" for line in path.read_text(encoding="utf-8").splitlines()), encoding="utf-8")
    (fault,) = faults(seeds)
    assert (fault.row, fault.column, fault.read) == (1, "8", "") and "the cell is empty" in fault.expected
