"""Errors of known kinds at known places of the county panel (proofs/generators/panel.py).

`PLANTED`: cells that read another text than they should; all are planted together, and the release goes
on. A `gate` says who should see each: a rule of stage 2, the reading of numbers, or nobody, where nothing
that the warehouse knows binds the figure. `REFUSED`: faults that each stop the release, planted one at a
time by `plant`.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.engine import literal

#: Names of the panel that errors are planted in.
SOURCE = "county_panel"
PARTICIPANTS, EXPENDITURE, PER_HEAD = "PARTICIPANTS", "EXPENDITURE", "PER_HEAD"
POPULATION = "PANEL_POPULATION"
PERIOD_COLUMN = "      - {name: period, holds: time_period}\n"
#: Who should see an error that is planted in a cell.
QUOTIENT, UNIT, NO_NUMBER = "identity.per_head", "unit.quantity", "value.unparseable"
#: Nobody: the figure is bound by nothing, or lies within the rounding of what binds it.
UNSEEN = ""
#: Nobody, and rightly so: the text is unusual and means what it should.
SOUND = "sound"
#: Counties that the cells below lie in, from number 0.
COUNTIES_NEEDED = 45
#: More than this many quarantined cells stop the release; the descriptor says so.
CEILING = 200


@dataclass(frozen=True)
class Cell:
    """A cell of one month before anything was planted. `of`: the text of a cell beside it."""

    value: str
    of: Callable[..., str]


@dataclass(frozen=True)
class Planted:
    """One error: cell `indicator`, `residence` of county `area_no`, in month `month` (both from 0).

    `misread`: the text that it reads instead, in `column`. `without`: an indicator whose row is left out.
    """

    kind: str
    month: int
    area_no: int
    indicator: str
    misread: Callable[[Cell], str]
    gate: str
    residence: str = "urban"
    column: str = "value"
    without: str | None = None


@dataclass(frozen=True)
class Written:
    """An error as it stands in the files. `row`: its record in the month's file, from 1."""

    kind: str
    file: str
    row: int
    period: str
    area: str
    indicator: str
    residence: str
    column: str
    printed: str
    read: str
    gate: str


def _times(text: str, factor: int) -> str:
    """The number times `factor`, with as many decimals."""
    decimals = len(text.partition(".")[2])
    digits = str(int(text.replace(".", "")) * factor).rjust(decimals + 1, "0")
    return f"{digits[:-decimals]}.{digits[-decimals:]}" if decimals else digits


def _first_digit_replaced(text: str) -> str:
    return str(int(text[0]) % 9 + 1) + text[1:]


def _swapped(text: str) -> str:
    """The first two neighbouring digits that differ, swapped."""
    at = next(n for n in range(len(text) - 1) if text[n : n + 2].isdigit() and text[n] != text[n + 1])
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def _last_digit_raised(text: str) -> str:
    """One more in the last place: a step that rounding may hide."""
    number = int(text.replace(".", "")) + 1
    return f"{number // 100}.{number % 100:02}" if "." in text else str(number)


def _grouped(text: str) -> str:
    whole, point, rest = text.partition(".")
    return f"{int(whole):,}{point}{rest}"


def _code(family: int, part: str) -> str:
    return f"PANEL_{family:02}_{part}"


def _says(text: str) -> Callable[[Cell], str]:
    return lambda cell: text


PLANTED = [
    Planted("factor_10", 0, 1, _code(1, EXPENDITURE), lambda c: _times(c.value, 10), QUOTIENT),
    Planted("factor_100", 0, 2, _code(2, EXPENDITURE), lambda c: _times(c.value, 100), QUOTIENT),
    Planted("factor_10000", 1, 3, _code(3, EXPENDITURE), lambda c: _times(c.value, 10_000), QUOTIENT),
    Planted("factor_10_in_count", 0, 4, _code(4, PARTICIPANTS), lambda c: _times(c.value, 10), QUOTIENT),
    Planted("per_head_as_share", 0, 5, _code(5, PER_HEAD), lambda c: f"0.{c.value.replace('.', '')}", QUOTIENT),
    Planted("digit_replaced", 0, 6, _code(6, EXPENDITURE), lambda c: _first_digit_replaced(c.value), QUOTIENT),
    Planted("digits_swapped", 0, 7, _code(7, PARTICIPANTS), lambda c: _swapped(c.value), QUOTIENT),
    Planted("digits_swapped_per_head", 1, 8, _code(8, PER_HEAD), lambda c: _swapped(c.value), QUOTIENT, "rural"),
    Planted("neighbour_copied", 0, 9, _code(9, EXPENDITURE), lambda c: c.of(area_no=10), QUOTIENT),
    Planted("other_indicator", 1, 11, _code(10, PARTICIPANTS), lambda c: c.of(indicator=_code(11, PARTICIPANTS)), QUOTIENT),
    Planted("other_residence", 0, 12, _code(11, PER_HEAD), lambda c: c.of(residence="rural"), QUOTIENT),
    Planted("minus_sign", 0, 13, _code(12, EXPENDITURE), lambda c: f"-{c.value}", QUOTIENT),
    Planted("unit_slipped", 1, 14, _code(1, EXPENDITURE), _says("CNY"), QUOTIENT, column="unit"),
    Planted("unit_of_persons", 1, 15, _code(2, EXPENDITURE), _says("persons"), UNIT, column="unit"),
    Planted("words", 0, 17, _code(4, EXPENDITURE), _says("n.a."), NO_NUMBER),
    Planted("two_points", 0, 18, _code(5, PER_HEAD), _says("12..5"), NO_NUMBER),
    Planted("points_between_thousands", 1, 19, _code(6, PARTICIPANTS), _says("1.234.567"), NO_NUMBER),
    Planted("exponent", 0, 20, _code(7, PARTICIPANTS), _says("1e5"), NO_NUMBER),
    Planted("full_width_digits", 0, 21, "DIBAO_RECIPIENTS", _says("\uff11\uff12\uff13\uff14"), NO_NUMBER),
    Planted("space_after", 1, 22, "DIBAO_STANDARD", lambda c: f"{c.value} ", NO_NUMBER),
    Planted("plus_sign", 1, 23, POPULATION, lambda c: f"+{c.value}", NO_NUMBER),
    Planted("wrong_groups", 0, 24, POPULATION, _says("12,34,567"), NO_NUMBER),
    Planted("too_many_digits", 0, 25, POPULATION, _says("1234567890123456"), NO_NUMBER),
    Planted("not_a_number", 1, 26, "DIBAO_EXPENDITURE", _says("NaN"), NO_NUMBER),
    Planted("unbound_factor_10", 0, 27, POPULATION, lambda c: _times(c.value, 10), UNSEEN),
    Planted("dibao_recipients_tenfold", 0, 2, "DIBAO_RECIPIENTS", lambda c: _times(c.value, 10), UNSEEN),
    Planted("standard_digit", 1, 29, "DIBAO_STANDARD", lambda c: _swapped(c.value), UNSEEN),
    Planted("count_without_triple", 0, 30, _code(8, PARTICIPANTS), lambda c: _times(c.value, 10), UNSEEN, without=_code(8, PER_HEAD)),
    Planted("last_digit", 0, 12, _code(9, EXPENDITURE), lambda c: _last_digit_raised(c.value), UNSEEN),
    Planted("grouped_thousands", 0, 32, POPULATION, lambda c: _grouped(c.value), SOUND),
    Planted("grouped_decimals", 1, 0, _code(10, EXPENDITURE), lambda c: _grouped(c.value), SOUND),
    Planted("missing", 0, 34, _code(11, PER_HEAD), _says("-"), SOUND),
]  # fmt: skip


def misread(connection: duckdb.DuckDBPyConnection, month: int, period: str) -> list[Written]:
    """Plant what `PLANTED` has for this month in the table `month`; return where it stands."""
    areas = [row[0] for row in connection.execute("select area from area order by area_no").fetchall()]
    where = "area = ? and indicator = ? and residence = ?"
    found, changes = [], []
    for error in (error for error in PLANTED if error.month == month):
        key = {"area_no": error.area_no, "indicator": error.indicator, "residence": error.residence}

        def text(column: str = "value", key: dict = key, **other: object) -> str:
            at = {**key, **other}
            place = [areas[at["area_no"]], at["indicator"], at["residence"]]
            return connection.execute(f"select {column} from month where {where}", place).fetchone()[0]

        printed = text(column=error.column)
        read = error.misread(Cell(text(), text))
        if printed == read:
            raise ValueError(f"{error.kind}: the cell reads {read} already")
        place = [areas[error.area_no], error.indicator, error.residence]
        changes.append((error, place, read))
        found.append((error, place, printed, read))
    for error, place, read in changes:
        connection.execute(f"update month set {error.column} = ? where {where}", [read, *place])
        if error.without:
            connection.execute(f"delete from month where {where}", [place[0], error.without, place[2]])
    rows = f"select row_no from (select *, row_number() over (order by rowid) as row_no from month) where {where}"
    return [
        Written(
            kind=error.kind,
            file=f"sources/{SOURCE}/panel/{period}.parquet",
            row=connection.execute(rows, place).fetchone()[0],
            period=period,
            area=place[0],
            indicator=error.indicator,
            residence=error.residence,
            column=error.column,
            printed=printed,
            read=read,
            gate=error.gate,
        )
        for error, place, printed, read in found
    ]


@dataclass(frozen=True)
class Refusal:
    """A fault that stops the release. `gate`: who refuses; `names`: a text that the message must hold."""

    gate: str
    names: str
    sql: str = ""
    files: Callable[[Path], None] | None = None


#: The cell that most of them are planted in.
AT = f"where area = '110101' and indicator = '{_code(1, EXPENDITURE)}' and residence = 'urban'"
FILE = "2015-01.parquet"


def _rename(name: str) -> Callable[[Path], None]:
    return lambda panel: (panel / FILE).rename(panel / name).touch()


def _with_periods(panel: Path) -> None:
    """A column of periods in every file; one row of January says February."""
    for path in sorted(panel.glob("*.parquet")):
        _rewrite(path, f"alter table month add column period varchar default '{path.stem}'")
    _rewrite(panel / FILE, f"update month set period = '2015-02' {AT}")
    descriptor = panel.parent / "datapackage.yaml"
    text = descriptor.read_text(encoding="utf-8")
    descriptor.write_text(text.replace("    missing_values", f"{PERIOD_COLUMN}    missing_values"), encoding="utf-8")


REFUSED = {
    "unknown_area": Refusal("intake", "999999", f"update month set area = '999999' {AT}"),
    "unknown_indicator": Refusal("intake", "PANEL_99_X", f"update month set indicator = 'PANEL_99_X' {AT}"),
    "unknown_residence": Refusal("intake", "town", f"update month set residence = 'town' {AT}"),
    "unknown_unit": Refusal("intake", "10 thousand RMB", f"update month set unit = '10 thousand RMB' {AT}"),
    "unit_in_part": Refusal("intake", "10 thousand CNY ", f"update month set unit = '10 thousand CNY ' {AT}"),
    "percent_sign_and_unit": Refusal("intake", "%", f"update month set value = value || '%' {AT}"),
    "doubled_row": Refusal("intake", "110101", f"insert into month select * from month {AT}"),
    "doubled_key": Refusal(
        "intake", "110101", f"insert into month select area, indicator, residence, '1.00', unit from month {AT}"
    ),
    "null_value": Refusal("intake", "value", f"update month set value = null {AT}"),
    "null_area": Refusal("intake", "area", f"update month set area = null {AT}"),
    "null_indicator": Refusal("intake", "indicator", f"update month set indicator = null {AT}"),
    "missing_column": Refusal("intake", "unit", "alter table month drop column unit"),
    "undeclared_column": Refusal("intake", "note", "alter table month add column note varchar default 'x'"),
    "value_of_date": Refusal(
        "intake", "DATE", "alter table month alter column value type date using date '2015-01-31'"
    ),
    "area_of_boolean": Refusal("intake", "BOOLEAN", "alter table month alter column area type boolean using true"),
    "control_character": Refusal("intake", "value", f"update month set value = concat('1', chr(8), '2') {AT}"),
    "line_break_in_unit": Refusal("intake", "unit", f"update month set unit = concat(unit, chr(10)) {AT}"),
    "no_rows": Refusal("intake", FILE, "delete from month"),
    "no_period": Refusal("intake", "2015-13", files=_rename("2015-13.parquet")),
    "period_of_a_quarter": Refusal("intake", "2015-Q1", files=_rename("2015-Q1.parquet")),
    "period_of_another_row": Refusal("intake", "2015-02", files=_with_periods),
    "no_parquet": Refusal("intake", FILE, files=lambda panel: (panel / FILE).write_bytes(b"no Parquet") and None),
    "cut_off": Refusal("intake", FILE, files=lambda panel: _cut(panel / FILE)),
    "stray_file": Refusal("intake", "notes.txt", files=lambda panel: (panel / "notes.txt").write_text("x") and None),
    "no_file": Refusal("intake", "panel", files=lambda panel: [path.unlink() for path in panel.iterdir()] and None),
    "above_the_ceiling": Refusal(
        "ceiling",
        str(CEILING),
        f"update month set value = 'n.a.' where rowid in (select rowid from month order by rowid limit {CEILING + 1})",
    ),
    "year_before_any": Refusal(
        "audit",
        "year_is_plausible",
        files=lambda panel: shutil.copyfile(panel / FILE, panel / "1948-01.parquet") and None,
    ),
}


def plant(folder: Path, kind: str) -> Refusal:
    """Plant one fault of `REFUSED` in the first month of a seeds folder that `panel.write` made."""
    refusal, panel = REFUSED[kind], folder / "sources" / SOURCE / "panel"
    if not (panel / FILE).exists():
        raise ValueError(f"{panel / FILE} is not there: faults are planted in a folder of months")
    if refusal.files:
        refusal.files(panel)
    else:
        _rewrite(panel / FILE, refusal.sql)
    return refusal


def _rewrite(path: Path, sql: str) -> None:
    name = literal(str(path))
    with duckdb.connect(config={"threads": 1, "memory_limit": "1GB"}) as connection:
        connection.execute(f"create temp table month as select * from read_parquet({name})")
        connection.execute(sql)
        connection.execute(f"copy month to {name} (format parquet)")


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
