"""Text rows of a source: policy documents that a table lists, and dated events."""

from __future__ import annotations

import re
from pathlib import Path

from orchestration.intake.mapping import Mapper
from orchestration.intake.seed_files import csv_records, header_faults
from validations.descriptor import PLAIN, Register
from validations.faults import Fault

YEAR = "(19|20)[0-9]{2}"
#: When something happened, as far as the page says: a year, a month, a day, a span of years, a decade, or not at all.
PATTERNS = {"release_year": YEAR, "date": f"_U|(19|20)[0-9]0s|{YEAR}(-(0[1-9]|1[0-2])(-[0-3][0-9])?|/{YEAR})?"}
EXPECTED = {
    "release_year": "a year, 1900 to 2099",
    "date": "a date such as 2018, 2018-02, 2018-02-01, 2013/2014, 1960s or _U",
}
COLUMNS = ("title", "number", "release_year", "date", "section", "scheme", "ref_area", "statement")
Row = dict[str, str | int | None]


def register_rows(mapper: Mapper, register: Register, folder: Path, file: str, faults: list[Fault]) -> list[Row]:
    """One row a record of the register; its faults are added to `faults`."""
    check = mapper.check("figures")
    records = csv_records(folder / register.path, file, mapper.check("files"), faults)
    if records is None:
        return []
    wrong = header_faults(records, [column.label for column in register.columns], file, check)
    faults += wrong
    if wrong:
        return []
    rows = []
    for row_no, record in zip(records.lines[1:], records.rows):
        held = {c.holds: (c.label, text) for c, text in zip(register.columns, record) if c.holds != "_"}
        row: Row = {name: held[name][1] or None if name in held else None for name in COLUMNS}
        row["section"] = row["section"] or register.section
        for name in ("scheme", "ref_area"):
            row[name] = row[name] or getattr(register.defaults, name) or "_Z"
        label = {name: place[0] for name, place in held.items()}
        for name, read, expected in _wrong(row, mapper):
            faults.append(Fault(file, row_no, label.get(name, name), read, expected, check))
        issuer = next((i for i in register.issuers if str(row["number"] or "").startswith(i.printed)), None)
        if row["number"] and issuer is None:
            known = ", ".join(i.printed for i in register.issuers)
            faults.append(
                Fault(
                    file,
                    row_no,
                    label["number"],
                    str(row["number"]),
                    f"a number that begins as an issuer's does: {known}",
                    check,
                )
            )
        rows.append(
            {
                "document_id": f"{mapper.descriptor.name}:{register.name}:r{row_no}",
                "source_id": mapper.descriptor.name,
                "table_id": register.name,
                "kind": register.kind,
                "file": file,
                "row_no": row_no,
                "issuer_en": issuer.name_en if issuer else None,
                "issuer_zh": issuer.name_zh if issuer else None,
                **row,
            }
        )
    return rows


def _wrong(row: Row, mapper: Mapper) -> list[tuple[str, str, str]]:
    """What is wrong with one row: (column, read, expected)."""
    faults = [
        (n, str(row[n]), "text without control characters")
        for n in COLUMNS
        if row[n] and not re.fullmatch(PLAIN, str(row[n]))
    ]
    if not row["title"]:
        faults.append(("title", "nothing", "a title"))
    for name, pattern in PATTERNS.items():
        if row[name] and not re.fullmatch(pattern, str(row[name]), flags=re.ASCII):
            faults.append((name, str(row[name]), EXPECTED[name]))
    for name, codelist in (("scheme", "scheme"), ("ref_area", "area")):
        if row[name] != "_Z" and row[name] not in mapper.lists.codes(codelist):
            faults.append((name, str(row[name]), f"a code of {codelist}"))
    return faults
