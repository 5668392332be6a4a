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
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from bi.files import contract, dbt_docs, dictionary, metadata, sdmx, workbook
from bi.files.metadata import TableFacts
from bi.release import Release
from orchestration.export import copy_csv

FOLDER, INDEX = "files", "index.json"
SERIES = "series"


@dataclass(frozen=True)
class File:
    """A file of the folder, as the book's pages list it. `note`: what is left out and where it is instead."""

    name: str
    title_en: str
    title_zh: str
    kind: str
    bytes: int
    note: str = ""


def write(release: Release, folder: Path) -> None:
    """Write every file below `folder`/files. Raises OSError, KeyError or duckdb.Error."""
    files = folder / FOLDER
    (files / "contracts").mkdir(parents=True)
    tables = metadata.published(release)
    marts = [facts for facts in tables if facts.table.schema == "marts"]
    written: list[File] = []

    def add(name: str, title_en: str, title_zh: str, kind: str, make: Callable[[Path], object], note: str = "") -> None:
        path = files / name
        make(path)
        written.append(File(name, title_en, title_zh, kind, path.stat().st_size, note))

    left_out = ", ".join(facts.table.name for facts in marts if not workbook.fits(facts))
    note = f"without {left_out}: more rows than a sheet holds, see the Parquet files" if left_out else ""
    add(
        "minsheng.xlsx",
        "Every mart in one Excel workbook, with notes",
        "全部数据集市Excel工作簿(含说明)",
        "xlsx",
        lambda path: workbook.write(release, marts, path),
        note,
    )
    add(
        "dictionary.html",
        "Data dictionary: every table and column",
        "数据字典",
        "html",
        lambda path: dictionary.write_html(tables, release.release_id, path),
    )
    add(
        "dictionary.csv",
        "Data dictionary as CSV",
        "数据字典(CSV)",
        "csv",
        lambda path: dictionary.write_csv(tables, path),
    )
    add(
        "dbt.html",
        "dbt documentation: models, tests and where they lead",
        "dbt文档:模型、测试与血缘",
        "html",
        lambda path: dbt_docs.write(release, path),
    )
    for facts in marts:
        _add_mart(release, facts, add)
    (files / INDEX).write_text(
        json.dumps([asdict(file) for file in written], ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )


def _add_mart(release: Release, facts: TableFacts, add: Callable[..., None]) -> None:
    name = facts.table.name
    source = release.folder / "parquet" / facts.table.schema / f"{name}.parquet"
    add(f"{name}.parquet", f"{name} as Parquet", f"{name}(Parquet)", "parquet", lambda path: _link(source, path))
    if workbook.fits(facts):
        # What no spreadsheet opens is not laid out for one; `make export` writes it for whoever asks.
        schema = facts.table.schema
        add(
            f"{name}.csv",
            f"{name} as CSV for spreadsheets",
            f"{name}(CSV)",
            "csv",
            lambda path: copy_csv(release.connection, schema, name, path),
        )
    if name == SERIES and workbook.fits(facts):
        add(
            "series.sdmx.csv",
            "series as SDMX-CSV 2.0",
            "序列(SDMX-CSV 2.0)",
            "sdmx-csv",
            lambda path: sdmx.write_csv(release, path),
        )
        add(
            "series.structure.json",
            "Structure and code lists of the series, SDMX-JSON 2.0",
            "序列的数据结构与代码表(SDMX-JSON 2.0)",
            "sdmx-json",
            lambda path: sdmx.write_structure(release, path),
        )
    add(
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
