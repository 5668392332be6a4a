"""The release's tables as files for every hand: Parquet, CSV, a workbook, SDMX, and what documents them.

files/index.json              what stands here, for the book's pages: name, titles, kind, bytes, and a note where needed
files/<mart>.parquet          the release's own file, under a second name
files/<mart>.csv              for spreadsheets
files/minsheng.xlsx           every mart, with notes
files/series.sdmx.csv         marts.series for tools of official statistics; its structure beside it
files/dictionary.html, .csv   every published table and column
files/contracts/<mart>.odcs.yaml
files/dbt.html                dbt's documentation
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bi.files import contract, dbt_docs, dictionary, metadata, sdmx, workbook
from bi.files.metadata import TableFacts
from bi.release import Release
from orchestration import engine
from orchestration.release.export import copy_csv
from orchestration.release.manifest import DBT_MANIFEST

FOLDER, INDEX = "files", "index.json"
SERIES = "series"
#: Rows below its header that a spreadsheet opens at all; of more no CSV is laid out.
SPREADSHEET_ROWS = 1_048_575


@dataclass(frozen=True)
class File:
    """A file to write, as the book's pages will list it. `note`: what is left out and where it is instead."""

    name: str
    title_en: str
    title_zh: str
    kind: str
    make: Callable[[Path], object]
    note: str = ""


def write(release: Release, folder: Path) -> None:
    """Write every file below `folder`/files. Raises OSError, KeyError or duckdb.Error.

    A release from before the time that releases kept dbt's manifest has none: its index is empty.
    """
    files = folder / FOLDER
    (files / "contracts").mkdir(parents=True)
    listed = []
    if (release.folder / DBT_MANIFEST).exists():
        tables = metadata.published(release)
        marts = [facts for facts in tables if facts.table.schema == "marts"]
        with _bounded(release, folder):
            for file in (*_of_all(release, tables, marts), *(f for mart in marts for f in _of_mart(release, mart))):
                file.make(files / file.name)
                told = {name: getattr(file, name) for name in ("name", "title_en", "title_zh", "kind", "note")}
                listed.append({**told, "bytes": (files / file.name).stat().st_size})
    (files / INDEX).write_text(json.dumps(listed, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


@contextmanager
def _bounded(release: Release, folder: Path) -> Iterator[None]:
    """Sorting keeps to the memory of a stage, and spills beside the files: DuckDB would do it beside the release."""
    with tempfile.TemporaryDirectory(prefix=".spill-", dir=folder) as spill:
        release.connection.execute(f"set memory_limit = {engine.literal(engine.memory())}")
        release.connection.execute(f"set temp_directory = {engine.literal(spill)}")
        yield
        release.connection.execute("reset temp_directory")


def _of_all(release: Release, tables: list[TableFacts], marts: list[TableFacts]) -> Iterator[File]:
    left_out = ", ".join(facts.table.name for facts in marts if not workbook.fits(facts))
    yield File(
        "minsheng.xlsx",
        "Every mart in one Excel workbook, with notes",
        "全部数据集市Excel工作簿(含说明)",
        "xlsx",
        lambda path: workbook.write(release, marts, path),
        f"without {left_out}: more than {workbook.SHEET_ROWS:,} rows, see the other files" if left_out else "",
    )
    yield File(
        "dictionary.html",
        "Data dictionary: every table and column",
        "数据字典",
        "html",
        lambda path: dictionary.write_html(tables, release.release_id, path),
    )
    yield File(
        "dictionary.csv",
        "Data dictionary as CSV",
        "数据字典(CSV)",
        "csv",
        lambda path: dictionary.write_csv(tables, path),
    )
    yield File(
        "dbt.html",
        "dbt documentation: models, tests and where they lead",
        "dbt文档：模型、测试与血缘",
        "html",
        lambda path: dbt_docs.write(release, path),
    )


def _of_mart(release: Release, facts: TableFacts) -> Iterator[File]:
    schema, name = facts.table.schema, facts.table.name
    source = release.folder / "parquet" / schema / f"{name}.parquet"
    # What no spreadsheet opens is left to Parquet; `make export` writes it for whoever asks.
    opens = facts.rows <= SPREADSHEET_ROWS
    yield File(
        f"{name}.parquet",
        f"{name} as Parquet",
        f"{name}(Parquet)",
        "parquet",
        lambda path: _link(source, path),
        "" if opens else f"more than {SPREADSHEET_ROWS:,} rows: in no other format; make export TABLE={schema}.{name}",
    )
    if opens:
        yield File(
            f"{name}.csv",
            f"{name} as CSV for spreadsheets",
            f"{name}(CSV)",
            "csv",
            lambda path: copy_csv(release.connection, schema, name, path),
        )
    if opens and name == SERIES:
        yield File(
            "series.sdmx.csv",
            "series as SDMX-CSV 2.0",
            "序列(SDMX-CSV 2.0)",
            "sdmx-csv",
            lambda path: sdmx.write_csv(release, path),
        )
        yield File(
            "series.structure.json",
            "Structure and code lists of the series, SDMX-JSON 2.0",
            "序列的数据结构与代码表(SDMX-JSON 2.0)",
            "sdmx-json",
            lambda path: sdmx.write_structure(release, path),
        )
    yield File(
        f"contracts/{name}.odcs.yaml",
        f"Data contract of {name} (ODCS)",
        f"{name}的数据合同(ODCS)",
        "odcs",
        lambda path: contract.write(release, facts, path),
    )


def _link(source: Path, path: Path) -> None:
    """A second name for the release's file, so that it lies on the disk once; a copy where that cannot be."""
    try:
        os.link(source, path)
    except OSError:
        shutil.copyfile(source, path)
