"""What the texts in the columns of a long file say: codes as they stand, and names, wordings and periods as on a page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import duckdb

from orchestration.engine import literal, quoted
from orchestration.intake.formats.format import BulkFile
from orchestration.intake.layouts.tidy_columns import is_exact, left_out_by, text_of
from orchestration.intake.mapping import some
from orchestration.intake.spellings import Said, Spellings
from validations.area_names import NOW
from validations.code_lists import CodeLists
from validations.labels import UNREAD, Column, Label
from validations.layouts import Tidy

#: Texts of one column that are looked up; a column of more holds something else, or codes alone.
TEXTS = 20_000
#: Rows that are looked at first, so that a column of too many texts is never gathered whole.
FIRST = 100_000

#: What each text of a column says, by the name of the column.
Texts = dict[str, dict[str, Said]]


class Bearer(NamedTuple):
    """Whose a name is from one year to another: the code of the one area, or None of several; `all`: those that ever bore it."""

    since: int
    until: int
    code: str | None
    all: tuple[str, ...]


#: By column of areas and text, of names that several areas bore or bear: whose each is in which years, in their order.
Bearers = dict[str, dict[str, list[Bearer]]]


def said_of(column: Column, said: str | dict[str, str]) -> Said:
    """What `codes` of a column states for a text: codes by dimension; UNREAD for one whose rows are left out."""
    if isinstance(said, dict):
        return dict(said)
    return {UNREAD: ""} if said == UNREAD and column.holds != "qualifier" else {column.held[0]: said}


def texts_of(
    connection: duckdb.DuckDBPyConnection, lists: CodeLists, resource: Tidy, data: BulkFile, area_map: int | None
) -> tuple[Texts, Bearers]:
    """What the texts of one file say, column by column, of columns whose texts are not codes already; last those in which
    names of areas are other areas' in other years. `area_map`: the one year whose names they are.

    A text that no list knows is left out: it stands for itself, and is found where codes are held against their lists.
    """
    columns = [c for c in resource.columns if c.of_dimensions or (c.spelled and c.holds == "vintage")]
    within = tuple(filter(None, [resource.defaults.stated().get("ref_area")]))
    spellings = Spellings(lists, frozenset(), within, area_map)
    found: Texts = {}
    bearers: Bearers = {}
    found_texts = distinct(connection, data, [column for column in columns if not column.spelled])
    for column in columns:
        texts = found_texts.get(column.name, [])
        entry = Label(holds=column.holds) if not column.spelled else None
        read = {text: spellings.says(text, entry) for text in texts} if entry else {}
        said = {text: one for text, one in read.items() if one}
        if column.holds == "ref_area" and (named := _bearers(spellings, list(read))):
            bearers[column.name] = named
            said |= {text: {"ref_area": ""} for text in named}
        if column.spelled:
            found[column.name] = {text: said_of(column, told) for text, told in column.codes.items()}
        elif not column.is_one or any(one != {column.held[0]: text} for text, one in said.items()):
            found[column.name] = said
    return {name: found[name] for name in sorted(found, key=lambda name: name in bearers)}, bearers


def _bearers(spellings: Spellings, texts: list[str]) -> dict[str, list[Bearer]]:
    """Whose the names are that several areas bore or bear."""
    found = {}
    for text in texts:
        readings = spellings.readings(text)
        if len(readings) > 1 or len(readings[0][1].codes) > 1:
            ends = [year - 1 for year, _ in readings[1:]] + [NOW]
            ever = tuple(dict.fromkeys(code for _, match in readings for code in match.codes))
            found[text] = [Bearer(since, until, m.code, ever) for (since, m), until in zip(readings, ends)]
    return found


def names_of(texts: Mapping[str, Said]) -> list[str]:
    """What the texts of a column say something of."""
    return list(dict.fromkeys(name for said in texts.values() for name in said))


def joins(texts: Texts, bearers: Bearers, text_by: Mapping[str, str], period: str) -> str:
    """SQL: the joins of the rows `r` to what their texts say, a relation `s1`, `s2` ... for each column of `texts`, of which
    `text_by` is the text; of names of areas to what they say in the year of the `period` of the row."""
    found = []
    year = f"coalesce(try_cast(left({period}, 4) as integer), {NOW})"
    for number, (column, said_by) in enumerate(texts.items(), start=1):
        names = names_of(said_by)
        columns, meets = ["text", *map(quoted, names)], f"s{number}.text = {text_by[column]}"
        rows = [[or_null(t), *(or_null(said.get(n)) for n in names)] for t, said in said_by.items()]
        if column in bearers:
            columns += ["since", "until", "bearers"]
            meets += f" and {year} between s{number}.since and s{number}.until"
            rows = [[*row, "0", str(NOW), "null"] for row, text in zip(rows, said_by) if text not in bearers[column]]
            rows += [
                [
                    literal(text),
                    or_null(one.code),
                    str(one.since),
                    str(one.until),
                    f"[{', '.join(map(literal, one.all))}]",
                ]
                for text, ones in bearers[column].items()
                for one in ones
            ]
        values = ", ".join(f"({', '.join(row)})" for row in rows or [[or_null(None)] * len(columns)])
        found.append(f"left join (values {values}) as s{number} ({', '.join(columns)}) on {meets}")
    return " ".join(found)


def or_null(text: str | None) -> str:
    return "cast(null as varchar)" if text is None else literal(text)


def distinct(connection: duckdb.DuckDBPyConnection, data: BulkFile, columns: list[Column]) -> dict[str, list[str]]:
    """The texts of some columns by name, each once; of a column that has more than are looked up, none."""
    types = dict(data.columns(connection))
    texts = {c.name: text_of(c, types) for c in columns if is_exact(c, types)}
    if not texts:
        return {}
    scan = data.scan(connection)
    counts = ", ".join(f"count(distinct {text})" for text in texts.values())
    counted = connection.execute(f"select {counts} from (from ({scan}) limit {FIRST}) as r").fetchone()
    few = {name: text for (name, text), count in zip(texts.items(), counted) if count <= TEXTS}
    if not few:
        return {}
    listed = ", ".join(f"list(distinct {text}) filter ({text} is not null)" for text in few.values())
    row = connection.execute(f"select {listed} from ({scan}) as r").fetchone()
    return {name: found for name, found in zip(few, row) if found and len(found) <= TEXTS}


def left_out(connection: duckdb.DuckDBPyConnection, data: BulkFile, resource: Tidy) -> str:
    """How many rows of a file are not read, and by which texts of which columns; nothing where all are."""
    told, types = [], dict(data.columns(connection))
    for column, is_out in left_out_by(resource, types).items():
        text = text_of(next(one for one in resource.columns if one.name == column), types)
        query = (
            f"select {text}, count(*) from ({data.scan(connection)}) as r where {is_out} group by 1 order by 2 desc, 1"
        )
        found = connection.execute(query).fetchall()
        of_each = some([f"{text or 'nothing'} {times:,}" for text, times in found])
        told += [f"{sum(times for _, times in found):,} row(s) left out by {column}: {of_each}"] if found else []
    return "; ".join(told)
