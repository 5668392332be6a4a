"""How an expectation is written: plain data, so that what stage 4 must run is known without Great Expectations."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

#: Name, class of Great Expectations, arguments.
Entry = tuple[str, str, dict[str, Any]]
ROW_COUNT = "ExpectTableRowCountToBeBetween"
UNIQUE = "ExpectCompoundColumnsToBeUnique"
UNIQUE_COLUMN = "ExpectColumnValuesToBeUnique"
IN_SET = "ExpectColumnValuesToBeInSet"
BETWEEN = "ExpectColumnValuesToBeBetween"
AFTER = "ExpectColumnPairValuesAToBeGreaterThanB"
NO_ROWS = "UnexpectedRowsExpectation"

RESIDENCES = ["U", "R", "_T"]
DIRECTIONS = ["narrows", "widens", "unchanged"]
STATUSES = ["A", "B", "D", "L", "O", "Q", "U", "V", "_Z"]


@dataclass(frozen=True)
class Expectation:
    """One expectation: an id that stays, the class of Great Expectations, its arguments."""

    table: str
    name: str
    kind: str
    arguments: dict[str, Any] = field(default_factory=dict)

    @property
    def check(self) -> str:
        return f"audit.{self.table}.{self.name}"

    @property
    def expected(self) -> str:
        """What must hold, in words."""
        a = self.arguments
        match self.kind:
            case "ExpectColumnValuesToBeBetween":
                return f"{a['column']} from {a['min_value']:,} to {a['max_value']:,}"
            case "ExpectColumnValuesToBeInSet":
                return f"{a['column']} is one of {', '.join(map(str, a['value_set']))}"
            case "ExpectColumnValuesToBeUnique":
                return f"one row for each {a['column']}"
            case "ExpectCompoundColumnsToBeUnique":
                return f"one row for each {', '.join(a['column_list'])}"
            case "ExpectColumnPairValuesAToBeGreaterThanB":
                return f"{a['column_A']} after {a['column_B']}"
            case "ExpectTableRowCountToBeBetween":
                return f"at least {a['min_value']} row(s)"
        return self.name.replace("_", " ")


def rows(name: str, query: str) -> Entry:
    """No row may come back. `{batch}` is the table, which Great Expectations gives an alias of its own."""
    query = " ".join(query.split()).replace("{batch} as ", "(select * from {batch}) as ")
    return name, NO_ROWS, {"unexpected_rows_query": query}


def between(column: str, low: float, high: float) -> Entry:
    """Values lie in the world's range."""
    return f"{column}_is_plausible", BETWEEN, {"column": column, "min_value": low, "max_value": high}


def in_set(column: str, values: list[str]) -> Entry:
    """Values are codes."""
    return f"{column}_is_a_code", IN_SET, {"column": column, "value_set": values}


def key(*columns: str) -> Entry:
    """Rows have a key of their own."""
    if len(columns) == 1:
        return "key_is_unique", UNIQUE_COLUMN, {"column": columns[0]}
    return "key_is_unique", UNIQUE, {"column_list": list(columns)}


def not_empty() -> Entry:
    """There is a row."""
    return "is_not_empty", ROW_COUNT, {"min_value": 1}


def null_has_caveat(table: str, measures: dict[str, str]) -> Entry:
    """A NULL measure has a status and caveats that say why. `measures`: column -> column of its status."""
    clauses = [
        f"(({value} is null) <> ({status} in ('L', 'M', 'O', 'Q', '_Z')))"
        f" or ({value} is null and (caveat_en is null or caveat_zh is null))"
        for value, status in measures.items()
    ]
    return rows("null_is_explained", f"select * from {{batch}} where {' or '.join(clauses)}")
