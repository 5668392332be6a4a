"""The columns of a bulk file: their names, their types, and whether they are those that the descriptor maps."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from orchestration.engine import literal, quoted
from orchestration.intake.formats.format import Column
from validations.labels import Column as Declared
from validations.layouts import Tidy
from validations.numerals import MOST_DECIMALS
from validations.periods import is_before

#: Types whose text is exact: texts themselves, whole numbers, as codes and years are stored, and days.
EXACT = "VARCHAR|U?(TINY|SMALL|BIG)INT|U?INTEGER|DATE|TIMESTAMP(_S|_MS|_NS)?"
#: DECIMAL with decimals: how many the file stores, whatever was printed.
SCALED = r"DECIMAL\(\d+,[1-8]\)"
#: Binary numbers: how many decimals were printed nobody knows.
BINARY = "FLOAT|DOUBLE"
_OF_FIGURES = "|".join((r"VARCHAR|U?(TINY|SMALL|BIG)INT|U?INTEGER|DECIMAL\(\d+,0\)", SCALED, BINARY))
#: A whole number may be stored as a binary one, beside others that are missing.
_OF_CODES = "|".join((EXACT, BINARY))


def text_of(column: Declared, types: Mapping[str, str]) -> str:
    """What stands in a column of the rows `r`, as text: of several that are one their texts together, or, where some are
    empty, those that are not."""
    texts = {name: text_in(name, types.get(name, "")) for name in column.of}
    parts = column.parts
    if len(parts) == 3 and not parts[0] + parts[2]:
        return texts[parts[1]]
    whole = ", ".join(literal(part) if n % 2 == 0 else texts[part] for n, part in enumerate(parts) if part)
    are_told = " and ".join(f"nullif({text}, '') is not null" for text in texts.values())
    rest = ", ".join(f"nullif({text}, '')" for text in texts.values())
    return f"case when {are_told} then concat({whole}) else nullif(concat_ws(' ', {rest}), '') end"


def text_in(name: str, kind: str) -> str:
    """The text of a column of the rows `r`, as it is printed as far as its type tells."""
    text = f"cast(r.{quoted(name)} as varchar)"
    if re.fullmatch(BINARY, kind):
        # The shortest text that is this number, to the decimals that a printed figure may have; 1e-05 is 0.00001.
        exact = f"cast(try_cast({text} as decimal(38, {MOST_DECIMALS})) as varchar)"
        return f"coalesce({_without_zeros(exact)}, {text})"
    # The file stores these decimals for all rows alike: which of its zeros were printed, nobody knows.
    return _without_zeros(text) if re.fullmatch(SCALED, kind) else text


def _without_zeros(text: str) -> str:
    return f"rtrim(rtrim({text}, '0'), '.')"


def left_out_by(resource: Tidy, types: Mapping[str, str]) -> dict[str, str]:
    """SQL: whether a row `r` is left out, by the column whose text says so: one that is not wanted, or none of those that are."""
    found = {}
    for column in resource.columns:
        text = f"coalesce({text_of(column, types)}, '')"
        ways = [f"{text} in ({', '.join(map(literal, column.left_out))})"] * bool(column.left_out)
        ways += [f"{text} not in ({', '.join(map(literal, column.only))})"] * bool(column.only)
        if ways:
            found[column.name] = " or ".join(ways)
    return found


def is_exact(column: Declared, types: Mapping[str, str]) -> bool:
    """Whether what stands in a column is a text, or is its own text, as a whole number is, and a day."""
    return all(re.fullmatch(_OF_CODES, types.get(name, "")) for name in column.of)


def is_binary(column: Declared, types: Mapping[str, str]) -> bool:
    """Whether the printed decimals of a column of figures are lost."""
    return any(re.fullmatch(BINARY, types.get(name, "")) for name in column.of)


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
    # A column that is one of several may stand alone as well, holding nothing that is read.
    of_all = sorted(resource.columns, key=lambda column: bool(column.held))
    declared = {name: ", ".join(column.held) or "_" for column in of_all for name in column.of}
    for name, holds in declared.items():
        if name not in types:
            yield name, "no such column", f"a column that holds {holds}"
    for name in types:
        if name not in declared:
            yield name, "a column that nothing declares", f"only {', '.join(declared)}"
    for name, kind in types.items():
        holds = declared.get(name, "_")
        is_value = holds == "printed_value"
        if holds != "_" and not re.fullmatch(_OF_FIGURES if is_value else _OF_CODES, kind):
            numbers = f"whole numbers, DECIMAL of at most {MOST_DECIMALS} decimals, or DOUBLE"
            yield name, kind, f"text, {numbers}" if is_value else "text, whole numbers, or days"
    stated = {name for name, code in resource.value.stated().items() if not is_before(code)}
    if not names_its_period and "time_period" not in {*resource.held, *resource.defaults.stated(), *stated}:
        yield "", "no time_period", "a column that holds it, or a folder of files named by it"
