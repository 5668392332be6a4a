"""The book's own words in one language, and the names of codes."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from validations import published

LANGUAGES = ("en", "zh")
HERE = Path(__file__).parent


@cache
def marts() -> dict[str, Any]:
    """What `marts.yml` says of each mart, in the order of the book, and the contract of each column that it shows.

    A mart of which nothing is said there comes last, with one table; a measure that has no place there stands at the
    end of the last table. A column: what it is called in each language, the column of its `status`, and `as`: percent, or words for a number
    that measures nothing. Raises KeyError for a mart or a column without a label.
    """
    told = yaml.safe_load((HERE / "marts.yml").read_text(encoding="utf-8"))
    contracts = {table.name: table for table in published.tables().values() if table.schema == published.MARTS}
    told |= {name: _page(contract) for name, contract in contracts.items() if name not in told}
    for name, mart in told.items():
        mart["title"] = contracts[name].label
        placed = {column for table in mart["tables"] for column in table["columns"]}
        measures = [column.name for column in contracts[name].measures]
        mart["tables"][-1]["columns"] += [column for column in measures if column not in placed]
        for table in mart["tables"]:
            table["columns"] = {column: _column(f"marts.{name}", column) for column in table["columns"]}
    return told


def _page(mart: published.Table) -> dict[str, Any]:
    """The page of a mart of which `marts.yml` says nothing: its measures, or all that has a name where it has none."""
    rows = sorted(mart.grain, key=lambda column: column == "time_period")
    named = [column.name for column in mart.columns.values() if column.label and column.name not in rows]
    columns = [] if mart.measures else named
    return {"lead": dict.fromkeys(LANGUAGES, ""), "rows": rows, "tables": [{"title": mart.label, "columns": columns}]}


def _column(table: str, name: str) -> dict[str, str]:
    columns = published.tables()[table].columns
    # Where a mart has a text in both languages, one column of the page shows the one or the other.
    column = columns.get(name) or columns[f"{name}_en"]
    told = dict(column.meta["label"])
    if column.status:
        told["status"] = column.status
    if column.meta.get("display") == "percent":
        told["as"] = "percent"
    elif column.data_type == "integer":
        told["as"] = "words"
    return told


@cache
def pictures() -> dict[str, Any]:
    """Title and words of each picture, by its id."""
    return yaml.safe_load((HERE / "pictures.yml").read_text(encoding="utf-8"))


@cache
def _texts() -> dict[str, Any]:
    return yaml.safe_load((HERE / "texts.yml").read_text(encoding="utf-8"))


class Texts:
    """Words, statuses and codes in `language`."""

    def __init__(self, language: str):
        self.language = language

    def word(self, key: str, **values: Any) -> str:
        """A word or sentence of the book. Raises KeyError if it has none of that name."""
        text = _texts()["words"][key][self.language]
        return text.format(**values) if values else text

    def status(self, code: str | None) -> str:
        return self._code("statuses", code)

    def column(self, name: str) -> str:
        """What the contract of a column of that name calls it; the book's own word where it is no column."""
        label = published.label(name)
        return label[self.language] if label else self._code("columns", name)

    def code(self, code: Any) -> str:
        """The name of a code, or the code where it has none; yes and no for what is true or false."""
        if isinstance(code, bool):
            return self.word("yes" if code else "no")
        return self._code("codes", code)

    def of(self, both: dict[str, str]) -> str:
        """One of two texts."""
        return both[self.language]

    def lead(self, page: str) -> str:
        """What a page of its own says first. Raises KeyError if it has no such page."""
        return _texts()["pages"][page]["lead"][self.language]

    @property
    def lines(self) -> dict[str, Any]:
        """Sentences of single pages, by name."""
        return {name: both[self.language] for name, both in _texts()["lines"].items()}

    def field(self, row: dict[str, Any], stem: str) -> Any:
        """`stem_en` or `stem_zh` of a row."""
        return row.get(f"{stem}_{self.language}")

    def _code(self, kind: str, code: Any) -> str:
        if code is None:
            return ""
        known = _texts()[kind].get(str(code))
        return known[self.language] if known else str(code)
