"""Rows for the code lists of what a page says and no list knows; CODE and the like are for a person."""

from __future__ import annotations

import csv
import io
import re

from orchestration.drafting.labels import Meaning
from orchestration.drafting.page_rows import plain
from validations import plain_text
from validations.list_contracts import CODELISTS


def rows_to_add(meaning: Meaning) -> list[str]:
    """Rows for indicator.csv and unit_text.csv, each behind the name of its list."""
    # Where a line states several units, each is of another indicator.
    unit = meaning.units.of() if len(meaning.units.of_all) == 1 else None
    measured = (meaning.lists.record("unit_text", unit)["unit_measure"] if unit else "") or ""
    rows = [_row(text, measured) for text in dict.fromkeys(meaning.unknown)]
    foreign = meaning.units.unknown()
    return rows + ([f"unit_text.csv: {foreign},UNIT_MEASURE,UNIT_MULT"] if foreign else [])


def _row(text: str, measured: str) -> str:
    """A row of indicator.csv for a label, its names as the label prints them, in one language or in both."""
    english = " ".join(re.sub(f"[{plain_text.HAN}（）、，：；]+", " ", text).split()).strip(" ()-")
    chinese = plain(text) if re.search(f"[{plain_text.HAN}]", text) else ""
    said = {
        "code": re.sub("[^A-Z0-9]+", "_", english.upper()).strip("_")[:64]
        if re.search("[a-z]{2}", english)
        else "CODE",
        "name_en": english if re.search("[A-Za-z]{2}", english) else "NAME_EN",
        "name_zh": chinese or "NAME_ZH",
        "unit_measure": measured or "UNIT_MEASURE",
        "time_basis": "stock or flow",
        "is_derived": "false",
        "definition_en": "DEFINITION_EN",
        "definition_zh": "DEFINITION_ZH",
    }
    row = io.StringIO()
    csv.writer(row, lineterminator="").writerow([said.get(column, "") for column in CODELISTS["indicator"]])
    return f"indicator.csv: {row.getvalue()}"
