"""The columns of a bulk file: their names, their types, and whether they are those that the descriptor maps."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from orchestration.engine import literal, quoted
from orchestration.intake.formats.format import Column
from validations.labels import Column as Declared
from validations.layouts import Tidy

#: Types whose text is exact.
EXACT = r"U?(TINY|SMALL|BIG)INT|U?INTEGER|DECIMAL\(\d+,[0-8]\)"
#: DECIMAL with decimals: how many the file stores, whatever was printed.
SCALED = r"DECIMAL\(\d+,[1-9]\d*\)"


def text_of(column: Declared, types: Mapping[str, str]) -> str:
    """What stands in a column of the rows `r`, as text: of several that are one their texts together, or, where some are
    empty, those that are not."""
    texts = {name: _text(name, types.get(name, "")) for name in column.of}
    parts = column.parts
    if len(parts) == 3 and not parts[0] + parts[2]:
        return texts[parts[1]]
    whole = ", ".join(literal(part) if n % 2 == 0 else texts[part] for n, part in enumerate(parts) if part)
    are_told = " and ".join(f"nullif({text}, '') is not null" for text in texts.values())
    rest = ", ".join(f"nullif({text}, '')" for text in texts.values())
    return f"case when {are_told} then concat({whole}) else nullif(concat_ws(' ', {rest}), '') end"


def _text(name: str, kind: str) -> str:
    text = f"cast(r.{quoted(name)} as varchar)"
    # The file stores these decimals for all rows alike: which of its zeros were printed, nobody knows.
    return f"rtrim(rtrim({text}, '0'), '.')" if re.fullmatch(SCALED, kind) else text


def header_faults(names: list[str]) -> Iterator[tuple[str, str, str]]:
    """Names that tell no columns apart: (column, read, expected). DuckDB is blind to capitals."""
    for number, name in enumerate(names, start=1):
        if not name.strip():
            yield str(number), name, "a name: the cell of the header is empty; name the column, or delete it"
    spellings: dict[str, list[str]] = {}
    for name in names:
        spellings.setdefault(name.casefold(), []).append(name)
    for same in spellings.values():
        if same[0].strip() and len(same) > 1:
            read = f"{same[0]} twice" if len(set(same)) == 1 else " and ".join(dict.fromkeys(same))
            yield same[0], read, "names that differ in more than capitals: name one of them otherwise, or delete it"


def column_faults(resource: Tidy, found: list[Column], names_its_period: bool) -> Iterator[tuple[str, str, str]]:
    """Columns that are not as the descriptor maps them: (column, read, expected)."""
    types = dict(found)
    declared = {name: ", ".join(column.held) or "_" for column in resource.columns for name in column.of}
    for name, holds in declared.items():
        if name not in types:
            yield name, "no such column", f"a column that holds {holds}"
    for name in types:
        if name not in declared:
            yield name, "a column that nothing declares", f"only {', '.join(declared)}"
    for name, kind in types.items():
        holds = declared.get(name, "_")
        is_value = holds == "printed_value"
        if holds != "_" and not (kind == "VARCHAR" or (is_value and re.fullmatch(EXACT, kind))):
            what = "text, integers or DECIMAL of at most 8 decimals: a binary float has lost its printed ones"
            yield name, kind, what if is_value else "text"
    if not names_its_period and "time_period" not in {*resource.held, *resource.defaults.stated()}:
        yield "", "no time_period", "a column that holds it, or a folder of files named by it"
