"""Text rows of a source: policy documents that a table lists, and dated events."""

from __future__ import annotations

import re
from dataclasses import dataclass

from orchestration.intake.mapping import Cell, Mapper
from orchestration.intake.reading import Setting, SourceRows
from orchestration.intake.records import header_faults, read_records
from validations.decision import Cover
from validations.faults import Fault
from validations.layouts import Register
from validations.strict_model import PLAIN

YEAR = "(19|20)[0-9]{2}"
#: When something happened, as far as the page says: a year, a month, a day, a span of years, a decade, or not at all.
PATTERNS = {"release_year": YEAR, "date": f"_U|(19|20)[0-9]0s|{YEAR}(-(0[1-9]|1[0-2])(-[0-3][0-9])?|/{YEAR})?"}
EXPECTED = {
    "release_year": "a year, 1900 to 2099",
    "date": "a date such as 2018, 2018-02, 2018-02-01, 2013/2014, 1960s or _U",
}
COLUMNS = ("title", "number", "release_year", "date", "section", "scheme", "ref_area", "statement")
Row = dict[str, str | int | None]


@dataclass(frozen=True)
class TextRows:
    """The documents or events of one register, which state no figure."""

    setting: Setting
    register: Register

    def declared_faults(self, place: tuple) -> list[Fault]:
        return []

    def read(self, source: SourceRows, is_sound: bool) -> None:
        """Add one document a record of the register."""
        file, mapper, register = self.setting.file(self.register), self.setting.mapper, self.register
        records = read_records(self.setting.path(register), file, mapper.check("files"), source.faults)
        if records is None:
            return
        wrong = header_faults(records, [c.label for c in register.columns], file, mapper.check("figures"))
        source.faults += wrong
        if wrong:
            return
        for row_no, record in zip(records.lines[1:], records.rows):
            held = {c.holds: (c.label, text) for c, text in zip(register.columns, record) if c.holds != "_"}
            row, faults = self._row({name: text or None for name, (_, text) in held.items()})
            for name, read, expected in faults:
                label = held[name][0] if name in held else name
                source.faults.append(Fault(file, row_no, label, read, expected, mapper.check("figures")))
            place = {
                "document_id": f"{mapper.descriptor.name}:{register.name}:r{row_no}",
                "source_id": mapper.descriptor.name,
                "table_id": register.name,
                "kind": register.kind,
                "file": file,
                "row_no": row_no,
            }
            source.rows["document"].append(place | row)

    def covered(self, cover: Cover, source: SourceRows) -> list[Cell]:
        """A row, judged as a whole: what it prints is its number, or its title where it has none, and when it is put."""
        return [
            {
                "observation_id": row["document_id"],
                "printed_value": " | ".join(
                    str(text) for text in (row["number"] or row["title"], row["release_year"] or row["date"]) if text
                ),
                **{name: row[name] for name in ("kind", "file", "row_no")},
                "column_no": "1 and on",
            }
            for row in source.rows["document"]
            if (row["table_id"], row["row_no"], None) == (self.register.name, cover.row, cover.column)
        ]

    def _row(self, held: Row) -> tuple[Row, list[tuple[str, str, str]]]:
        """What a record says, and what is wrong with it: (column, read, expected)."""
        register = self.register
        row: Row = {name: held.get(name) for name in COLUMNS}
        row["section"] = row["section"] or register.section
        for name in ("scheme", "ref_area"):
            row[name] = row[name] or getattr(register.defaults, name) or "_Z"
        faults, number = _wrong(row, self.setting.mapper), str(row["number"] or "")
        issuer = next((i for i in register.issuers if number.startswith(i.printed)), None)
        if number and issuer is None:
            known = ", ".join(i.printed for i in register.issuers)
            faults.append(("number", number, f"a number that begins as an issuer's does: {known}"))
        names = {"issuer_en": issuer.name_en if issuer else None, "issuer_zh": issuer.name_zh if issuer else None}
        return names | row, faults


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
