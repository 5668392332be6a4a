"""Formats: what reads the bytes of a source's files. What a page means is its layout, which no format knows.

A new format is a module here and its line in FORMATS: descriptors may name such files from then on, and every layout
of a page, or of bulk files, reads them.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from orchestration.intake.formats.container import way_out as way_out
from orchestration.intake.formats.csv_file import Csv, Tsv
from orchestration.intake.formats.format import Asked, BulkFormat, Format, PageFormat
from orchestration.intake.formats.html_file import Html
from orchestration.intake.formats.parquet_file import Parquet
from orchestration.intake.formats.workbook import Workbook
from validations.layouts import BULK, PAGE

#: All formats; of those that serve for the same, the one to be recommended first.
FORMATS: tuple[Format, ...] = (Parquet(), Csv(), Tsv(), Workbook(), Html())
#: What a page, and a bulk file, can be read from, by the ending of the file's name.
PAGES: Mapping[str, PageFormat] = {
    end: form for form in FORMATS if isinstance(form, PageFormat) for end in form.endings
}
BULKS: Mapping[str, BulkFormat] = {
    end: form for form in FORMATS if isinstance(form, BulkFormat) for end in form.endings
}
#: What a descriptor is told of them when it is parsed.
ENDINGS = {PAGE: sorted(PAGES), BULK: sorted(BULKS)}


def ways(path: Path) -> list[Asked]:
    """How a file with one of these endings may be asked for, as it looks."""
    return next(form for form in FORMATS if path.suffix.lower() in form.endings).ways(path)
