"""A fault of the input: one place, what was read there, what was expected."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass

#: Faults that a report lists.
SHOWN = 500
#: Characters of what was read that a line shows.
READ = 200


@dataclass(frozen=True)
class Fault:
    """One thing wrong with the seeds.

    `row` is the line of a text file on which the record begins, blank lines counted (the header is 1), or the
    row of a Parquet file; None where the fault concerns the whole file. `check` is the id of the check that
    saw it. Faults are ordered as a person goes through them: by file, what concerns the whole file first.
    """

    file: str
    row: int | None
    column: str
    read: str
    expected: str
    check: str

    def __str__(self) -> str:
        place = self.file
        if self.row is not None:
            place += f", row {self.row}"
        if self.column:
            place += f", column {self.column}"
        read = self.read if len(self.read) <= READ else f"{self.read[:READ]}... ({len(self.read):,} characters)"
        return _visible(f"{place}: read {read!r}; expected {self.expected}")

    def __lt__(self, other: Fault) -> bool:
        return self._order() < other._order()

    def _order(self) -> tuple[str, int, str, str, str, str]:
        return self.file, self.row or 0, self.column, self.expected, self.read, self.check

    def as_record(self) -> dict[str, str]:
        """The fault as one row of a table of texts."""
        return {key: "" if value is None else str(value) for key, value in asdict(self).items()}


def _visible(text: str) -> str:
    """Text that does nothing to a terminal: a key or the name of a file may hold anything."""
    return text if text.isprintable() else "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


class IntakeError(Exception):
    """The seeds hold faults; `faults` lists all of them."""

    def __init__(self, faults: Iterable[Fault]):
        self.faults = sorted(set(faults))
        super().__init__(report(self.faults))


def report(faults: list[Fault]) -> str:
    """All faults in one text, a line each, grouped by file; of more than a person reads, the first ones."""
    files = len({fault.file for fault in faults})
    head = f"{len(faults)} fault(s) in {files} file(s) of the seeds; nothing was built."
    more = [f"  and {len(faults) - SHOWN:,} more"] if len(faults) > SHOWN else []
    return "\n".join([head, *(f"  {fault}" for fault in faults[:SHOWN]), *more])
