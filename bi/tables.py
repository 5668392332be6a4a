"""The tables beneath the pictures: a mart's rows as cells that lead to their source and bear their marks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

from bi import figures
from bi.marks import Mark, Marks, link
from bi.release import Release
from bi.texts import LANGUAGES, Texts
from validations import row_keys, suites

#: The end of the names of the columns that a sentence is about.
NAMED = re.compile(r"[a-z0-9]_[a-z0-9_]+(: |：)")
#: What is built as the name of a column is.
COLUMN = re.compile(r"(?<![a-z0-9_.])[a-z][a-z0-9]*_[a-z0-9_]+", re.ASCII)
#: Rows of a mart that a page shows; larger marts lead to the files.
SHOWN_ROWS = 400
#: The areas whose figures a page shows first: the widest.
LEVELS = ["group", "country", "province", "prefecture", "county"]
#: Codes that say nothing of a row.
UNNAMED_CODES = {"_Z", "_T", "_U"}
#: Why a value is missing, in a word.
MISSING = {"Q": "withheld", "O": "not_printed", "_Z": "not_applicable"}


@dataclass(frozen=True)
class Cell:
    """One value as shown: `exact` is the mart's own, for machines; `title` is told on hovering."""

    text: str
    exact: str | None = None
    href: str | None = None
    status: str | None = None
    status_name: str = ""
    marks: list[Mark] = field(default_factory=list)
    is_number: bool = False


@dataclass(frozen=True)
class Head:
    """A column's heading: its name in the page's language and in the mart, its unit, marks of all its cells."""

    text: str
    column: str
    unit: str
    is_number: bool
    marks: list[Mark]


@dataclass(frozen=True)
class View:
    """One table of a page."""

    title: str
    row_heads: list[Head]
    heads: list[Head]
    rows: list[tuple[list[str], str, list[Cell]]]
    marks: list[Mark]


@dataclass(frozen=True)
class Mart:
    """A mart's rows in the order of a page, widest areas first."""

    name: str
    rows: list[dict[str, Any]]
    all_rows: int
    grain: list[str]

    @property
    def table(self) -> str:
        return f"marts.{self.name}"

    def key(self, row: dict[str, Any]) -> str:
        return row_keys.text(self.grain, row)

    @property
    def rows_of_main_area(self) -> list[dict[str, Any]]:
        """What a picture in time is made of: one area in one frequency, the fullest; of two alike the longer periods."""
        found = [row for row in self.rows if row["ref_area"] == self.main_area]
        counted = Counter(row.get("freq") or "" for row in found)
        fullest = max(sorted(counted), key=counted.__getitem__, default="")
        return [row for row in found if (row.get("freq") or "") == fullest]

    @cached_property
    def main_area(self) -> str | None:
        """The widest area of the mart, of which a picture in time is made; the fullest of several."""
        areas = [row["ref_area"] for row in self.rows]
        countries = [area for area in areas if area and area.isalpha() and len(area) == 3]
        pool = countries or areas
        return max(dict.fromkeys(pool), key=pool.count, default=None)


def read(release: Release, name: str, spec: dict[str, Any]) -> Mart:
    """The rows of `marts.<name>`, sorted by the columns that name a row. Raises duckdb.Error."""
    order = [column for column in [*spec.get("what", []), *spec["rows"]] if column not in ("ref_area", "what")]
    ranks = " ".join(f"when '{level}' then {rank}" for rank, level in enumerate(LEVELS))
    # The name is that of a contract.
    rows = release.rows(
        f"select m.* from marts.{name} as m left join core.area as a on a.ref_area = m.ref_area"
        f" order by case a.level {ranks} else {len(LEVELS)} end, m.ref_area, {', '.join(f'm.{c}' for c in order)}"
        f" limit {SHOWN_ROWS}"
    )
    (counted,) = release.rows(f"select count(*) as n from marts.{name}")
    if what := spec.get("what"):
        rows = [{**row, **_what(row, what)} for row in rows]
    return Mart(name, rows, counted["n"], suites.grain(f"marts.{name}"))


def _what(row: dict[str, Any], columns: list[str]) -> dict[str, str]:
    """What a series is, in words: its dimensions without those that say nothing."""
    told = {}
    for language in LANGUAGES:
        words = [
            named(row, column, Texts(language)) for column in columns if row[column] not in {*UNNAMED_CODES, "level"}
        ]
        told[f"what_name_{language}"] = " · ".join(words)
    return {"what": told["what_name_en"], **told}


def constants(mart: Mart, spec: dict[str, Any], texts: Texts) -> list[tuple[str, str]]:
    """Dimensions that have one value in all rows: said once above the tables instead of in every row."""
    columns = spec["rows"][:-1]
    return [
        (texts.column(column), named(mart.rows[0], column, texts))
        for column in columns
        if len({row[column] for row in mart.rows}) == 1 and mart.rows[0][column] not in UNNAMED_CODES
    ]


def views(mart: Mart, spec: dict[str, Any], marks: Marks, texts: Texts) -> list[View]:
    """The tables of a mart's page, as it is laid out."""
    *first, last = spec["rows"]
    rows = [*(column for column in first if len({row[column] for row in mart.rows}) > 1), last]
    return [_view(mart, rows, table, marks, texts) for table in spec["tables"]]


def caveats(rows: Iterable[dict[str, Any]], texts: Texts) -> list[str]:
    """What readers are told of the rows: every caveat, in the order of its first row, each once."""
    return list(dict.fromkeys(text for row in rows if (text := caveat(row, texts))))


def caveat(row: dict[str, Any], texts: Texts) -> str:
    """A row's caveat, columns called as the book calls them; a sentence told twice, and not of columns, is said once."""
    text = texts.field(row, "caveat") or ""
    if NAMED.search(text):
        return COLUMN.sub(lambda found: texts.column(found[0]), text)
    parts = re.split(r"(?<=\.) (?=[A-Z])|(?<=。)", text)
    return (" " if texts.language == "en" else "").join(dict.fromkeys(part for part in parts if part))


def named(row: dict[str, Any], column: str, texts: Texts) -> str:
    """A dimension of a row in words: the name that the row carries beside the code, or the code's own."""
    name = row.get(f"{column}_name_{texts.language}")
    return str(name) if name else texts.code(row[column])


def _view(mart: Mart, row_columns: list[str], table: dict[str, Any], marks: Marks, texts: Texts) -> View:
    columns = table["columns"]
    units = {
        name: figures.unit_of(
            name,
            [row[name] for row in mart.rows if _is_number(row.get(name))],
            texts.language,
            spec.get("as") == "percent",
        )
        for name, spec in columns.items()
    }
    cells = {
        name: [_cell(mart, row, name, spec, units[name], marks, texts) for row in mart.rows]
        for name, spec in columns.items()
    }
    common = {name: _common(column) for name, column in cells.items()}
    notes = caveats(mart.rows, texts)
    rows = []
    for number, row in enumerate(mart.rows):
        told = caveat(row, texts)
        letter = str(notes.index(told) + 1) if told else ""
        shown = [_without(cells[name][number], common[name]) for name in columns]
        rows.append(([named(row, column, texts) for column in row_columns], letter, shown))
    heads = [
        Head(
            texts.of(spec),
            name,
            units[name].name,
            any(cell.is_number for cell in cells[name]),
            common[name],
        )
        for name, spec in columns.items()
    ]
    used = {mark.code: mark for column in cells.values() for cell in column for mark in cell.marks}
    return View(
        texts.of(table["title"]),
        [Head(texts.column(column), column, "", False, []) for column in row_columns],
        heads,
        rows,
        [used[code] for code in sorted(used, key=lambda code: (code[0], int(code[1:])))],
    )


def _cell(
    mart: Mart, row: dict[str, Any], column: str, spec: dict[str, Any], unit: figures.Unit, marks: Marks, texts: Texts
) -> Cell:
    value = row.get(column, row.get(f"{column}_{texts.language}"))
    status = row.get(spec.get("status", ""))
    if value is None:
        words = texts.word(MISSING.get(status, "no_figure")) if status else ""
        if status == "_Z" and row.get("qualifier") == "range":
            words = texts.word("as_range")
        return Cell(words, status=status, status_name=texts.status(status))
    if spec.get("as") == "words" or not _is_number(value):
        return Cell(row.get(f"{column}_name_{texts.language}") or _words(value, texts), str(value))
    key = mart.key(row)
    cells = marks.cells(mart.table, key, column)
    return Cell(
        unit.text(value),
        format(Decimal(str(value)), "f"),
        link(cells),
        status if marks.is_told(status) else None,
        texts.status(status),
        marks.of_value(mart.table, key, column),
        True,
    )


def _words(value: Any, texts: Texts) -> str:
    text = str(value)
    return texts.code(value if isinstance(value, bool) else text.partition("=")[2] or text)


def _common(cells: list[Cell]) -> list[Mark]:
    """The marks that every number of a column bears: they stand at its heading, once."""
    numbers = [cell.marks for cell in cells if cell.is_number]
    if len(numbers) < 2:
        return []
    return [mark for mark in numbers[0] if all(mark in marks for marks in numbers)]


def _without(cell: Cell, marks: list[Mark]) -> Cell:
    kept = [mark for mark in cell.marks if mark not in marks]
    return Cell(cell.text, cell.exact, cell.href, cell.status, cell.status_name, kept, cell.is_number)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)
