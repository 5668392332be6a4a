"""What the texts in the columns of a long file say: codes as they stand, and names, wordings and periods as on a page."""

from __future__ import annotations

import duckdb

from orchestration.intake.formats.format import BulkFile
from orchestration.intake.layouts.tidy_columns import is_exact, text_of
from orchestration.intake.spellings import Said, Spellings
from validations.code_lists import CodeLists
from validations.labels import UNREAD, Column, Label
from validations.layouts import Tidy

#: Texts of one column that are looked up; a column of more holds something else, or codes alone.
TEXTS = 20_000
#: Rows that are looked at first, so that a column of too many texts is never gathered whole.
FIRST = 100_000

#: What each text of a column says, by the name of the column.
Texts = dict[str, dict[str, Said]]


def said_of(column: Column, said: str | dict[str, str]) -> Said:
    """What `codes` of a column states for a text: codes by dimension; UNREAD for one whose rows are left out."""
    if isinstance(said, dict):
        return dict(said)
    return {UNREAD: ""} if said == UNREAD and column.holds != "qualifier" else {column.held[0]: said}


def texts_of(connection: duckdb.DuckDBPyConnection, lists: CodeLists, resource: Tidy, data: BulkFile) -> Texts:
    """What the texts of one file say, column by column, of columns whose texts are not codes already.

    A text that no list knows is left out: it stands for itself, and is found where codes are held against their lists.
    """
    columns = [c for c in resource.columns if c.of_dimensions or (c.codes and c.holds == "vintage")]
    spellings = Spellings(lists, frozenset(), resource.defaults.stated().get("ref_area"))
    found: Texts = {}
    found_texts = distinct(connection, data, [column for column in columns if not column.codes])
    for column in columns:
        texts = found_texts.get(column.name, [])
        entry = Label(holds=column.holds) if not column.codes else None
        read = {text: spellings.says(text, entry) for text in texts} if entry else {}
        said = {text: one for text, one in read.items() if one}
        if column.codes:
            found[column.name] = {text: said_of(column, told) for text, told in column.codes.items()}
        elif not column.is_one or any(one != {column.held[0]: text} for text, one in said.items()):
            found[column.name] = said
    return found


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
