"""Long CSV and Parquet as people write them: places are lines of the file, and what cannot be read is told with its line."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import polars as pl
import pytest

from orchestration import intake
from orchestration.intake.formats import long_csv as lines_of
from tests.conftest import BULK, BULK_DESCRIPTOR, edit, put_cell


def note_column(seeds: Path) -> list[str]:
    """The lines of the panel as long CSV, with a column `note` that nobody reads."""
    edit(seeds / BULK_DESCRIPTOR, "      - {name: area,", "      - {name: note, holds: _}\n      - {name: area,")
    header, *rows = (seeds / BULK).read_text(encoding="utf-8").splitlines()
    return [f"note,{header}", *(f"x,{row}" for row in rows)]


def test_places_are_lines_of_the_file(long_csv: Path, tmp_path: Path):
    """Blank lines and line ends in quotes count: a fault, and a figure, stand where an editor shows them."""
    seeds = Path(shutil.copytree(long_csv, tmp_path / "seeds"))
    lines = note_column(seeds)
    lines[2] = lines[2].replace("x,", '"two\nlines",', 1)
    lines[3:3] = ["", ""]
    data = "\n".join([*lines, "", ""])
    for ends in ("\n", "\r\n"):
        (seeds / BULK).write_text(data.replace("\n", ends), encoding="utf-8", newline="")
        result = intake.read(seeds, tmp_path / "spill")
        assert result.faults == []
        intake.write(result, tmp_path / "raw")
        query = f"select row_no from '{tmp_path}/raw/observation/**/*.parquet' order by row_no limit 4"
        assert [row for (row,) in duckdb.execute(query).fetchall()] == [2, 3, 7, 8]
    lines[5], lines[7] = put_cell(lines[5], "residence", "town"), put_cell(lines[7], "value", "1x")
    (seeds / BULK).write_text("\n".join(lines) + "\n", encoding="utf-8")
    found = sorted(intake.read(seeds, tmp_path / "spill").faults)
    assert [(fault.row, fault.column) for fault in found] == [(7, "residence"), (9, "value")]


def test_a_row_too_wide_is_told_with_its_line_below_line_ends_in_quotes(long_csv: Path, tmp_path: Path):
    """DuckDB counts what it reads as records: its own message would name the line 3."""
    seeds = Path(shutil.copytree(long_csv, tmp_path / "seeds"))
    lines = note_column(seeds)
    lines[1] = lines[1].replace("x,", '"a\n\nb",', 1)
    lines[2] += ",1"
    (seeds / BULK).write_text("\n".join(lines) + "\n", encoding="utf-8")
    (fault,) = intake.read(seeds, tmp_path / "spill").faults
    assert (fault.row, fault.read) == (5, "8 cells") and "7 cells, as the header has" in fault.expected


def test_every_row_of_another_width_is_told(long_csv: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Up to a ceiling, with what ends the file behind them."""
    seeds = Path(shutil.copytree(long_csv, tmp_path / "seeds"))
    lines = (seeds / BULK).read_text(encoding="utf-8").splitlines()[:12]
    lines[2], lines[4], lines[7] = lines[2] + ",1", lines[4].rsplit(",", 1)[0], lines[7] + ",1,2"
    (seeds / BULK).write_text("\n".join(lines) + "\n", encoding="utf-8")
    found = sorted(intake.read(seeds, tmp_path / "spill").faults)
    assert [(fault.row, fault.read) for fault in found] == [(3, "7 cells"), (5, "5 cells"), (8, "8 cells")]
    monkeypatch.setattr(lines_of, "MAX_RAGGED", 1)
    found = sorted(intake.read(seeds, tmp_path / "spill").faults)
    assert [(fault.row, fault.read) for fault in found] == [(3, "7 cells"), (5, "2 further lines with such faults")]


def test_a_column_that_is_none_is_told_with_the_line_of_the_header(long_csv: Path, tmp_path: Path):
    seeds = Path(shutil.copytree(long_csv, tmp_path / "seeds"))
    edit(seeds / BULK, "area,", "region,")
    found = intake.read(seeds, tmp_path / "spill").faults
    assert sorted((fault.row, fault.column) for fault in found) == [(1, "area"), (1, "region")]


@pytest.mark.parametrize(("name", "mark"), [(";", ";"), ("tab", "\t")])
def test_a_long_file_says_what_stands_between_its_cells(long_csv: Path, tmp_path: Path, name: str, mark: str):
    seeds = Path(shutil.copytree(long_csv, tmp_path / "seeds"))
    before = intake.read(seeds, tmp_path / "spill").sources[-1].figures
    text = "\n".join(note_column(seeds)).replace(",", mark).replace(f"x{mark}", '"two\nlines"' + mark, 1)
    (seeds / BULK).write_text(text + "\n\n", encoding="utf-8")
    (fault,) = intake.read(seeds, tmp_path / "spill").faults
    assert fault.row == 1 and f"delimiter: {name!r}" in fault.expected, fault
    edit(seeds / BULK_DESCRIPTOR, "    layout: tidy\n", f'    layout: tidy\n    delimiter: "{name}"\n')
    result = intake.read(seeds, tmp_path / "spill")
    assert result.faults == [] and result.sources[-1].figures == before > 1


def test_a_long_file_may_be_in_gb18030(long_csv: Path, tmp_path: Path):
    """It is read as the same text in UTF-8 is, each figure at its own line; nothing is left beside what was read."""
    seeds = Path(shutil.copytree(long_csv, tmp_path / "seeds"))
    lines = [line.replace("x,", "北京,", 1) for line in note_column(seeds)]
    lines[2] = lines[2].replace("北京,", '"两\n行",', 1)
    text = "\n".join([*lines[:4], "", *lines[4:], ""])
    laid = []
    for encoding in ("utf-8", "gb18030"):
        (seeds / BULK).write_bytes(text.encode(encoding))
        if encoding != "utf-8":
            (fault,) = intake.read(seeds, tmp_path / "spill").faults
            assert "a long file may say encoding: gb18030" in fault.expected
            edit(seeds / BULK_DESCRIPTOR, "    layout: tidy\n", "    layout: tidy\n    encoding: gb18030\n")
        result = intake.read(seeds, tmp_path / "spill")
        assert result.faults == [], [str(fault) for fault in result.faults]
        intake.write(result, tmp_path / encoding)
        rows = pl.read_parquet(next((tmp_path / encoding / "observation").glob("*/panel/*.parquet")))
        laid.append(sorted(rows.select("row_no", pl.exclude("row_no")).rows(), key=lambda row: row[0]))
    assert laid[0] == laid[1] and [row[0] for row in laid[0]][:4] == [2, 3, 5, 7]
    assert [*tmp_path.rglob("panel.csv")] == [seeds / BULK]
    # A byte that no character of it begins with, within the first part of the file and far below.
    for line, further in ((4, 0), (3003, 3000)):
        many = [*lines[:3], *[lines[3]] * further, *lines[3:]]
        content = "\n".join(many).encode("gb18030").splitlines(keepends=True)
        content[line] = b"\xff" + content[line]
        (seeds / BULK).write_bytes(b"".join(content))
        (fault,) = intake.read(seeds, tmp_path / "spill").faults
        assert fault.row == line + 1 and fault.read.startswith("byte 0xff") and "in GB18030" in fault.expected, fault
    shutil.copy(seeds / BULK, seeds / BULK.replace(".csv", ".parquet"))
    edit(seeds / BULK_DESCRIPTOR, "path: panel.csv", "path: panel.parquet")
    assert any("encoding: of a text" in fault.expected for fault in intake.read(seeds, tmp_path / "spill").faults)


def test_growth_in_a_long_file_may_be_in_the_unit_that_is_meant(long_csv: Path, tmp_path: Path):
    """Of what is a pure number, where its row prints none; a sum of money without a unit is asked all the same."""
    seeds = Path(shutil.copytree(long_csv, tmp_path / "seeds"))
    columns = "".join(f"      - {{name: {name}, holds: {name}}}\n" for name in ("measure", "base_period"))
    edit(seeds / BULK_DESCRIPTOR, "      - {name: area,", f"{columns}      - {{name: area,")
    edit(seeds / BULK_DESCRIPTOR, "    layout: tidy\n", '    layout: tidy\n    unit_meant: "%"\n')
    header, first, second, *rows = (seeds / BULK).read_text(encoding="utf-8").splitlines()
    first, bare = (put_cell(line, "unit", "") for line in (first, second))
    for row in (bare, second):
        lines = [
            f"measure,base_period,{header}",
            f"growth,2014-01,{first}",
            *(f"level,_Z,{one}" for one in [row, *rows]),
        ]
        (seeds / BULK).write_text("\n".join(lines) + "\n", encoding="utf-8")
        result = intake.read(seeds, tmp_path / "spill")
        assert [(f.row, f.column) for f in result.faults] == [(3, "unit")] * (row == bare), result.faults
    intake.write(result, tmp_path / "raw")
    laid = pl.read_parquet(next((tmp_path / "raw" / "observation").glob("*/panel/*.parquet")))
    assert [row for row in zip(laid["printed_unit"], laid["unit_meant"]) if row[1]] == [(None, "%")]


def test_growth_takes_no_unit_of_what_has_grown(long_csv: Path, tmp_path: Path):
    """In a long file as on a page."""
    seeds = Path(shutil.copytree(long_csv, tmp_path / "seeds"))
    edit(
        seeds / BULK_DESCRIPTOR, "      - {name: area,", "      - {name: measure, holds: measure}\n      - {name: area,"
    )
    header, first, *rows = (seeds / BULK).read_text(encoding="utf-8").splitlines()
    lines = [f"measure,{header}", f"ratio,{put_cell(first, 'unit', '元')}", *(f"level,{row}" for row in rows)]
    (seeds / BULK).write_text("\n".join(lines) + "\n", encoding="utf-8")
    found = [f for f in intake.read(seeds, tmp_path / "spill").faults if f.column == "unit"]
    assert [(f.row, f.read) for f in found] == [(2, "ratio in 元")] and "unit_stated: false" in found[0].expected


def test_a_stray_file_does_not_silence_the_figures(long_csv: Path, tmp_path: Path):
    seeds = Path(shutil.copytree(long_csv, tmp_path / "seeds"))
    (seeds / "sources/county_panel/notes.txt").write_text("to do", encoding="utf-8")
    header, first, *rows = (seeds / BULK).read_text(encoding="utf-8").splitlines()
    (seeds / BULK).write_text("\n".join([header, put_cell(first, "value", "12.y3"), *rows]) + "\n", encoding="utf-8")
    found = intake.read(seeds, tmp_path / "spill").faults
    assert {fault.file.rsplit("/")[-1] for fault in found} == {"notes.txt", "panel.csv"}


@pytest.mark.parametrize("text", ["", None])
def test_an_empty_unit_of_parquet_is_none(sound: Path, tmp_path: Path, text: str | None):
    seeds = Path(shutil.copytree(sound, tmp_path / "seeds"))
    file = seeds / "sources/county_panel/panel/2015-01.parquet"
    pl.read_parquet(file).with_columns(pl.lit(text, dtype=pl.String).alias("unit")).write_parquet(file)
    assert all("without a unit" in fault.read for fault in intake.read(seeds).faults)
    edit(seeds / BULK_DESCRIPTOR, "    layout: tidy\n", "    layout: tidy\n    unit_stated: false\n")
    assert intake.read(seeds).faults == []


@pytest.mark.parametrize(
    ("ends", "row", "read"),
    [
        (["\n", "\n", "\r\n", "\n"], 3, "ends in CRLF, after lines that end in LF"),
        (["\r\n", "\n", "\r\n", "\r\n"], 2, "ends in LF, after lines that end in CRLF"),
        (["\r", "\r", "\n", "\r\n"], 3, "ends in LF, after lines that end in CR"),
        (["\n", "\r", "\r\n", "\n"], 2, "ends in CR, after lines that end in LF"),
    ],
)
def test_mixed_line_ends_are_told_with_their_line(long_csv: Path, tmp_path: Path, ends, row, read):
    seeds = Path(shutil.copytree(long_csv, tmp_path / "seeds"))
    lines = (seeds / BULK).read_text(encoding="utf-8").splitlines()[:4]
    (seeds / BULK).write_text("".join(map(str.__add__, lines, ends)), encoding="utf-8", newline="")
    (fault,) = intake.read(seeds, tmp_path / "spill").faults
    assert fault.row == row and read in fault.read and "perl -pi" in fault.expected


def test_rows_that_the_reader_leaves_out_are_missed(tmp_path: Path):
    """In a large file DuckDB reads over a line that ends otherwise, and says nothing: rows and lines must agree."""
    path = tmp_path / "panel.csv"
    path.write_bytes(b"a,b\n1,2\n3,4\r\n")
    assert lines_of.has_a_line_each(path, 2) and not lines_of.has_a_line_each(path, 1)
    with pytest.raises(lines_of.Broken, match="ends in CRLF"):
        lines_of.ahead(path, 1)
    path.write_bytes(b"a,b\n1,2\n\n3,4\n")
    assert lines_of.ahead(path, 2) == [(1, 0), (3, 1)]
    with pytest.raises(lines_of.Broken, match="1 rows of 2"):
        lines_of.ahead(path, 1)


@pytest.mark.parametrize(
    ("text", "encoding", "said"),
    [("北京", "gb18030", "GB18030"), ("caf\xe9", "latin-1", None), (None, "utf-16", "UTF-16")],
)
def test_a_byte_that_is_no_utf8_is_told_with_its_row(long_csv: Path, tmp_path: Path, text, encoding, said):
    seeds = Path(shutil.copytree(long_csv, tmp_path / "seeds"))
    lines = note_column(seeds)
    if text:
        lines[4] = lines[4].replace("x,", f"{text},", 1)
        # Far below the first bytes that a reader looks at.
        lines[5:5] = [line + " " * 300 for line in lines[1:4]] * 20
    (seeds / BULK).write_bytes(("\n".join(lines) + "\n").encode(encoding))
    (fault,) = intake.read(seeds, tmp_path / "spill").faults
    assert fault.row == (5 if text else 1) and "text in UTF-8" in fault.expected and fault.read.startswith("byte 0x")
    assert f"iconv -f {said} -t UTF-8 panel.csv" in fault.expected if said else "iconv" not in fault.expected


@pytest.mark.parametrize(
    ("old", "new", "column", "read"),
    [
        ("area,indicator", "area,", "2", ""),
        ("area,", "area,Area,", "area", "area and Area"),
        ("area,", "area,AREA,", "area", "area and AREA"),
    ],
)
def test_names_that_tell_no_columns_apart_are_faults_of_the_header(
    long_csv: Path, tmp_path: Path, old, new, column, read
):
    seeds = Path(shutil.copytree(long_csv, tmp_path / "seeds"))
    edit(seeds / BULK, old, new)
    (fault,) = intake.read(seeds, tmp_path / "spill").faults
    assert (fault.file, fault.row, fault.column, fault.read) == (BULK, 1, column, read)


def test_names_of_parquet_that_differ_in_capitals_are_a_fault(sound: Path, tmp_path: Path):
    """DuckDB gives the second one another name and goes on."""
    seeds = Path(shutil.copytree(sound, tmp_path / "seeds"))
    file = seeds / "sources/county_panel/panel/2015-01.parquet"
    pl.read_parquet(file).with_columns(pl.lit("7").alias("Value")).write_parquet(file)
    (fault,) = intake.read(seeds).faults
    assert (fault.column, fault.read) == ("value", "value and Value")


def test_a_file_that_begins_with_a_blank_line_has_no_header(long_csv: Path, tmp_path: Path):
    seeds = Path(shutil.copytree(long_csv, tmp_path / "seeds"))
    (seeds / BULK).write_bytes(b"\n" + (seeds / BULK).read_bytes())
    (fault,) = intake.read(seeds, tmp_path / "spill").faults
    assert fault.row == 1 and "a header in the first line" in fault.expected


def test_the_scale_of_a_decimal_is_storage(sound: Path, tmp_path: Path):
    """DECIMAL(18,4) keeps 12.5 as 12.5000: its zeros were not printed, and its interval is that of 12.5."""
    seeds = Path(shutil.copytree(sound, tmp_path / "seeds"))
    for file in (seeds / "sources/county_panel/panel").iterdir():
        frame = pl.read_parquet(file).with_columns(pl.col("value").cast(pl.Decimal(18, 4)))
        values = ["12.5", "1200", "0.0000", "-3.2500", "1.2345"]
        head = pl.Series("value", values).cast(pl.Decimal(18, 4))
        frame.with_columns(pl.concat([head, frame["value"][len(values) :]])).write_parquet(file)
    result = intake.read(seeds)
    assert result.faults == []
    intake.write(result, tmp_path / "raw")
    query = f"select printed_value, decimals from '{tmp_path}/raw/observation/county_panel/panel/2015-01.parquet' order by row_no limit 5"
    assert duckdb.execute(query).fetchall() == [("12.5", 1), ("1200", 0), ("0", 0), ("-3.25", 2), ("1.2345", 4)]


def test_a_float_is_read_as_it_is_stored(sound: Path, tmp_path: Path):
    """Its shortest text, to the decimals that a printed figure may have; how many were printed nobody knows."""
    seeds = Path(shutil.copytree(sound, tmp_path / "seeds"))
    for file in (seeds / "sources/county_panel/panel").iterdir():
        frame = pl.read_parquet(file).with_columns(pl.col("value").cast(pl.Float64))
        head = pl.Series("value", [12.5, 1200.0, 0.1 + 0.2, -3.25, 123456789.12, 1e-05, 0.0])
        frame.with_columns(pl.concat([head, frame["value"][len(head) :]])).write_parquet(file)
    result = intake.read(seeds)
    assert result.faults == []
    intake.write(result, tmp_path / "raw")
    raw = f"from '{tmp_path}/raw/observation/county_panel/panel/2015-01.parquet'"
    texts = duckdb.execute(f"select printed_value {raw} order by row_no limit 7").fetchall()
    assert [text for (text,) in texts] == ["12.5", "1200", "0.3", "-3.25", "123456789.12", "0.00001", "0"]
    assert duckdb.execute(f"select distinct decimals_known {raw}").fetchall() == [(False,)]


def test_whole_numbers_are_codes_and_booleans_are_none(sound: Path, tmp_path: Path):
    seeds = Path(shutil.copytree(sound, tmp_path / "seeds"))
    file = seeds / "sources/county_panel/panel/2015-01.parquet"
    frame = pl.read_parquet(file)
    for kind in (pl.Int32, pl.Float64):
        frame.with_columns(pl.col("area").cast(kind)).write_parquet(file)
        assert intake.read(seeds).faults == []
    frame.with_columns(pl.lit(True).alias("area")).write_parquet(file)
    (fault,) = intake.read(seeds).faults
    assert (fault.column, fault.read, fault.expected) == ("area", "BOOLEAN", "text, whole numbers, or days")


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_an_empty_cell_may_be_declared_missing(sound: Path, long_csv: Path, tmp_path: Path, form: str):
    """Undeclared it is a fault that says how; declared it is a figure that is missing, in a file of either form."""
    seeds = Path(shutil.copytree(sound if form == "parquet" else long_csv, tmp_path / "seeds"))
    if form == "parquet":
        file = seeds / "sources/county_panel/panel/2015-01.parquet"
        table = pl.read_parquet(file)
        at = table.get_column_index("value")
        values = table["value"].to_list()
        values[:2] = [None, ""]
        table.replace_column(at, pl.Series("value", values, dtype=pl.String)).write_parquet(file)
    else:
        lines = (seeds / BULK).read_text(encoding="utf-8").splitlines()
        lines[1:3] = [put_cell(line, "value", "") for line in lines[1:3]]
        (seeds / BULK).write_text("\n".join(lines) + "\n", encoding="utf-8")
    (fault,) = intake.read(seeds, tmp_path / "spill").faults
    assert (fault.column, fault.read) == ("value", "nothing")
    assert 'missing_values: [""]' in fault.expected and "(2 rows read so)" in fault.expected
    edit(seeds / BULK_DESCRIPTOR, "    layout: tidy\n", '    layout: tidy\n    not_applicable: [""]\n')
    result = intake.read(seeds, tmp_path / "spill")
    assert result.faults == []
    intake.write(result, tmp_path / "raw")
    query = f"""
        select count(*) filter (is_missing and printed_value = '' and numeral is null), count(*) filter (is_missing)
        from '{tmp_path}/raw/observation/**/*.parquet'"""
    assert duckdb.execute(query).fetchone() == (2, 2)
