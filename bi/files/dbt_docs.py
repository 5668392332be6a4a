"""dbt's own documentation of the project that built the release, as one page that asks for nothing else.

The manifest is the one that the build left in the release; the catalog is read from the release's two DuckDB files,
read-only. dbt is not started: `dbt docs generate` would parse the project of today and open the files for writing.
The page is the one that dbt brings along; both are put into it as `dbt docs generate --static` does.
Source of the format: dbt artifacts, catalog v1.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
from dbt.task.docs import DOCS_INDEX_FILE_PATH

from bi.files.metadata import dbt_manifest
from bi.release import Release
from orchestration.artifacts import WORK
from orchestration.engine import literal

CATALOG = "https://schemas.getdbt.com/dbt/catalog/v1.json"
#: The page would tell its maker of its visitors if it stood on the maker's own host; here nothing can leave it.
POLICY = (
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval';"
    " style-src 'unsafe-inline'; img-src data:; font-src data:\">"
)
COLUMNS = """
    select database_name, schema_name, table_name, column_name, data_type, column_index, comment
    from duckdb_columns() where not internal
    order by database_name, schema_name, table_name, column_index
"""


def write(release: Release, path: Path) -> None:
    """The page. Raises OSError if the release keeps no manifest of dbt, ValueError if dbt's page has changed."""
    manifest = dbt_manifest(release)
    page = Path(DOCS_INDEX_FILE_PATH).read_text(encoding="utf-8")
    for mark, data in (("MANIFEST.JSON", manifest), ("CATALOG.JSON", catalog(release, manifest))):
        whole = f'"{mark} INLINE DATA"'
        if whole not in page:
            raise ValueError(f"dbt's page has no place for {mark}: its format has changed")
        # What ends a script must not stand in one.
        page = page.replace(whole, json.dumps(data, ensure_ascii=False).replace("</", "<\\/"))
    path.write_text(page.replace("<head>", f"<head>{POLICY}", 1), encoding="utf-8")


def catalog(release: Release, manifest: dict[str, Any]) -> dict[str, Any]:
    """Columns and types of every model as the release's files have them, by dbt's unique id."""
    ids = {
        (node["database"], node["schema"], node["alias"]): unique_id
        for unique_id, node in manifest["nodes"].items()
        if node["resource_type"] == "model"
    }
    nodes: dict[str, Any] = {}
    for database, schema, table, column, data_type, index, comment in _columns(release):
        unique_id = ids.get((database, schema, table))
        if unique_id is None:
            continue
        node = nodes.setdefault(
            unique_id,
            {
                "unique_id": unique_id,
                "metadata": {"type": "BASE TABLE", "database": database, "schema": schema, "name": table},
                "columns": {},
                "stats": {},
            },
        )
        node["columns"][column] = {"name": column, "type": data_type, "index": index, "comment": comment}
    about = manifest["metadata"]
    return {
        "metadata": {
            "dbt_schema_version": CATALOG,
            "dbt_version": about["dbt_version"],
            "generated_at": about["generated_at"],
            "invocation_id": about["invocation_id"],
            "env": {},
        },
        "nodes": nodes,
        "sources": {},
        "errors": None,
    }


def _columns(release: Release) -> list[tuple]:
    """Columns of the published file and of the work tables, which lie beside it where the release keeps them."""
    rows = release.connection.execute(COLUMNS).fetchall()
    work = release.folder / WORK
    if work.exists():
        with duckdb.connect() as connection:
            connection.execute(f"attach {literal(work.as_posix())} as work (read_only)")
            rows += connection.execute(COLUMNS).fetchall()
    return rows
