"""A table that goes on on further pages: what a later one prints is held to what the earlier ones did."""

from __future__ import annotations

from dataclasses import dataclass, field

from orchestration.intake.layouts.blocks import Fail
from orchestration.intake.mapping import Cell, some
from validations.dimensions import DIMENSIONS


@dataclass
class Continued:
    """The headers and the figures of the pages that were read, of the table `whole`. Faults go to the page's `fail`."""

    whole: str
    _headers: list[dict[str, str]] = field(default_factory=list)
    _stated: dict[tuple, Cell] = field(default_factory=dict)

    def add(self, headers: list[tuple[int | None, dict[str, str]]], cells: list[Cell], fail: Fail) -> None:
        """Take up a page: the line and the labels (as read: as printed) of each header, and its figures."""
        for line, labels in headers:
            self._header(line, labels, fail)
        self._headers += [labels for _, labels in headers]
        self._rows(cells, fail)

    def _header(self, line: int | None, own: dict[str, str], fail: Fail) -> None:
        """That a header of a later page is one of an earlier page, or holds none of its columns."""
        alike = [one for one in self._headers if own.keys() & one.keys()]
        if not alike or any(own.keys() == one.keys() for one in alike):
            return
        shared = max(alike, key=lambda one: len(own.keys() & one.keys()))
        lacks, adds = (some(a[k] for k in a if k not in b) for a, b in ((shared, own), (own, shared)))
        read = "; ".join(filter(None, (lacks and f"without {lacks}", adds and f"with {adds}")))
        expected = f"the columns of {self.whole} that it continues, or none of them: {some(shared.values())}"
        fail(line, "", f"a header {read}", expected)

    def _rows(self, cells: list[Cell], fail: Fail) -> None:
        """Rows that an earlier page has printed, each told once."""
        told = set()
        for cell in cells:
            key = tuple(cell[name] for name in DIMENSIONS)
            first = self._stated.setdefault(key, cell)
            if first["table_id"] != cell["table_id"] and cell["row_no"] not in told:
                told.add(cell["row_no"])
                read = f"{cell['row_label']}, which stands in {first['file']}, row {first['row_no']} as well"
                expected = f"each row of {self.whole} once; range leaves out one that is printed again"
                fail(cell["row_no"], str(cell["column_label"]), read, expected)
