"""A fault of the input: one place, what was read there, what was expected."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass

#: Faults that a report lists.
SHOWN = 500
#: Characters of what was read that a line shows.
READ = 200


@dataclass(frozen=True, order=True)
class Fault:
    """One thing wrong with the seeds.

    `row` is the record of a CSV file (the header is 1) or the line of a YAML file;
    None where the fault concerns the whole file. `check` is the id of the check that
    saw it.
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

    def as_record(self) -> dict[str, str]:
        """The fault as one row of a table of texts."""
        return {key: "" if value is None else str(value) for key, value in asdict(self).items()}


def _visible(text: str) -> str:
    """Text that does nothing to a terminal: a key or the name of a file may hold anything."""
    return text if text.isprintable() else "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


class IntakeError(Exception):
    """The seeds hold faults; `faults` lists all of them."""

    def __init__(self, faults: Iterable[Fault]):
        self.faults = sorted(set(faults), key=lambda f: (f.file, f.row or 0, f.column, f.expected))
        super().__init__(report(self.faults))


def report(faults: list[Fault]) -> str:
    """All faults in one text, a line each, grouped by file; of more than a person reads, the first ones."""
    files = len({fault.file for fault in faults})
    head = f"{len(faults)} fault(s) in {files} file(s) of the seeds; nothing was built."
    more = [f"  and {len(faults) - SHOWN:,} more"] if len(faults) > SHOWN else []
    return "\n".join([head, *(f"  {fault}" for fault in faults[:SHOWN]), *more])
