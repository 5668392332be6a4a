"""Periods that are told from another one: `-P1Y`, a year before, of what a column of growth or of the last year prints;
`--03`, March, and `--Q1` of the year of the row, of what a column of months or quarters prints."""

from __future__ import annotations

import re

#: So many years or months before, as ISO 8601 writes durations.
BEFORE = re.compile(r"-P([1-9][0-9]?)([YM])")
#: A month or a quarter of a year, as ISO 8601 wrote a month without its year.
PART = re.compile(r"--(0[1-9]|1[0-2]|Q[1-4])")


def is_before(code: str) -> bool:
    """Whether a code says how long before another period one lies, or which part of it it is."""
    return BEFORE.fullmatch(code) is not None or PART.fullmatch(code) is not None


def before(period: str, code: str) -> str | None:
    """The period that lies `code` before: of 2024-03 `-P1Y` is 2023-03, `-P1M` 2024-02; the part of a year, of 2024 `--03`
    is 2024-03; None where there is no such one, as a month before a year."""
    if (part := PART.fullmatch(code)) is not None:
        return f"{period}-{part[1]}" if re.fullmatch("[0-9]{4}", period, flags=re.ASCII) else None
    found, of = BEFORE.fullmatch(code), re.fullmatch(r"([0-9]{4})(?:-(Q?)([0-9]{1,2}))?", period, flags=re.ASCII)
    if found is None or of is None:
        return None
    year, is_quarter, part = int(of[1]), of[2] == "Q", of[3]
    months = int(found[1]) * (12 if found[2] == "Y" else 1)
    length = 12 if part is None else 3 if is_quarter else 1
    if months % length:
        return None
    count, of_a_year = months // length, 12 // length
    at = year * of_a_year + int(part or 1) - 1 - count
    year, number = divmod(at, of_a_year)
    if part is None:
        return f"{year:04d}"
    return f"{year:04d}-Q{number + 1}" if is_quarter else f"{year:04d}-{number + 1:02d}"
