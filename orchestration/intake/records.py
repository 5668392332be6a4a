"""A page that is one list of records: a header, and rows of its width below it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from orchestration.intake import formats
from validations.faults import Fault


@dataclass(frozen=True)
class Records:
    """Records of a page, all of one width. `lines`: on which line of the file each record begins, header first."""

    header: list[str]
    rows: list[list[str]]
    lines: list[int]

    def line_of(self, index: int) -> int:
        """The line of a record below the header, counted from 0."""
        return self.lines[index + 1]

    def texts(self, names: Sequence[str]) -> list[dict[str, str | None]]:
        """The records by `names`, one a column; an empty cell is None."""
        return [{name: text or None for name, text in zip(names, row)} for row in self.rows]


def read_records(path: Path, file: str, check: str, faults: list[Fault]) -> Records | None:
    """The records of a file, in whatever format; None (and faults) if it cannot be read as such.

    A blank line is a fault and no record: what stands below it is read all the same.
    """
    page = formats.PAGES[path.suffix].page(path, file, check, faults)
    if page is None:
        return None
    placed = [(line, row) for line, row in zip(page.lines, page.rows) if row]
    if len(placed) < 2:
        faults.append(Fault(file, None, "", f"{len(placed)} row(s)", "a header and at least one row", check))
        return None
    lines, rows = map(list, zip(*placed))
    expected = f"{len(rows[0])} cells, as the header has"
    ragged = [(line, len(row)) for line, row in placed if len(row) != len(rows[0])]
    blank = [line for line, row in zip(page.lines, page.rows) if not row]
    faults += [Fault(file, line, "", "a blank line", expected, check) for line in blank]
    faults += [Fault(file, line, "", f"{width} cells", expected, check) for line, width in ragged]
    return None if ragged else Records(rows[0], rows[1:], lines)


def header_faults(records: Records, expected: list[str], file: str, check: str) -> list[Fault]:
    """A header that is another than the one `expected`."""
    if records.header == expected:
        return []
    read = ",".join(records.header)
    return [Fault(file, records.lines[0], "", read, f"the header {','.join(expected)}", check)]
