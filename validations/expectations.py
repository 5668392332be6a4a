"""How an expectation is written: plain data, so that what stage 4 must run is known without Great Expectations."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

ROW_COUNT = "ExpectTableRowCountToBeBetween"
UNIQUE = "ExpectCompoundColumnsToBeUnique"
UNIQUE_COLUMN = "ExpectColumnValuesToBeUnique"
BETWEEN = "ExpectColumnValuesToBeBetween"
AFTER = "ExpectColumnPairValuesAToBeGreaterThanB"
NO_ROWS = "UnexpectedRowsExpectation"


class Entry(NamedTuple):
    """What must hold of a table. `kind`: class of Great Expectations; `columns`: those that it is about, `says`: what
    must hold, in words, where its arguments do not tell either."""

    name: str
    kind: str
    arguments: dict[str, Any]
    columns: tuple[str, ...] = ()
    says: str = ""


@dataclass(frozen=True)
class Expectation:
    """One expectation: an id that stays, the class of Great Expectations, its arguments."""

    table: str
    name: str
    kind: str
    arguments: dict[str, Any] = field(default_factory=dict)
    columns: tuple[str, ...] = ()
    says: str = ""

    @property
    def check(self) -> str:
        return f"audit.{self.table}.{self.name}"

    @property
    def query(self) -> str:
        """The SQL of one of `NO_ROWS`, of its own table."""
        return self.arguments["unexpected_rows_query"].format(batch=self.table)

    @property
    def expected(self) -> str:
        """What must hold, in words."""
        a = self.arguments
        match self.kind:
            case "ExpectColumnValuesToBeBetween":
                return f"{a['column']} from {a['min_value']:,} to {a['max_value']:,}"
            case "ExpectColumnValuesToBeUnique":
                return f"one row for each {a['column']}"
            case "ExpectCompoundColumnsToBeUnique":
                return f"one row for each {', '.join(a['column_list'])}"
            case "ExpectColumnPairValuesAToBeGreaterThanB":
                return f"{a['column_A']} after {a['column_B']}"
            case "ExpectTableRowCountToBeBetween":
                return f"at least {a['min_value']} row(s)"
        return self.says or self.name.replace("_", " ")


def rows(name: str, query: str, columns: tuple[str, ...] = (), says: str = "") -> Entry:
    """No row may come back. `{batch}` is the table, which Great Expectations gives an alias of its own."""
    query = " ".join(query.split()).replace("{batch} as ", "(select * from {batch}) as ")
    return Entry(name, NO_ROWS, {"unexpected_rows_query": query}, columns, says)


def not_empty() -> Entry:
    """There is a row."""
    return Entry("is_not_empty", ROW_COUNT, {"min_value": 1})
