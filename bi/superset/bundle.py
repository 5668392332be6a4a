"""What Superset imports: the published file as a database, each mart as a dataset, one dashboard of charts.

Datasets take their columns, types and comments from the published file, so they cannot drift from it; the
dashboard is declared in `dashboard.yaml`.
"""

from __future__ import annotations

import json
import zipfile
from itertools import count
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import yaml

from bi.release import Release, Table

HOME = Path(__file__).parent
VERSION = "1.0.0"
DATABASE = "Minsheng 民生"
#: What keeps a BI tool to reading: the file read-only, nothing outside it, and no way to lift either.
CONNECTION = {"read_only": True, "config": {"enable_external_access": "false", "lock_configuration": "true"}}
KINDS = {"line": "echarts_timeseries_line", "bar": "echarts_timeseries_bar", "table": "table"}
FORMATS = {"_persons": ",d", "_share": ".1%", "_ratio": ".3f", "_per_month": ",.1f", "_yuan": ",.0f", "year": "d"}
#: Height of a chart on the dashboard, in Superset's grid units.
HEIGHT = 52


class BundleError(Exception):
    """`dashboard.yaml` asks for something that the published file does not have."""


def write(release: Release, database: Path, bundle: Path) -> None:
    """Write the bundle as a zip. `database`: the path of the published file through `current`, absolute.

    Raises BundleError with every mart and column that is named in `dashboard.yaml` and is not published.
    """
    marts = {table.name: table for table in release.tables.values() if table.schema == "marts"}
    declared = yaml.safe_load((HOME / "dashboard.yaml").read_text(encoding="utf-8"))
    charts = [chart for row in declared["rows"] for chart in row]
    if wrong := list(_unknown(charts, marts)):
        raise BundleError("\n".join(wrong))
    files: dict[str, Any] = {
        "metadata.yaml": {"version": VERSION, "type": "assets", "timestamp": "2000-01-01T00:00:00+00:00"},
        "databases/minsheng.yaml": {
            "database_name": DATABASE,
            "sqlalchemy_uri": f"duckdb:///{database}",
            "expose_in_sqllab": True,
            "allow_dml": False,
            "allow_ctas": False,
            "allow_cvas": False,
            "extra": {"engine_params": {"connect_args": CONNECTION}, "allows_virtual_table_explore": True},
            "uuid": _uuid("database"),
            "version": VERSION,
        },
        "dashboards/minsheng.yaml": _dashboard(declared),
        **{f"datasets/minsheng/{name}.yaml": _dataset(table) for name, table in marts.items()},
        **{f"charts/{_uuid(chart['name'])}.yaml": _chart(chart) for chart in charts},
    }
    with zipfile.ZipFile(bundle, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in files.items():
            out.writestr(f"minsheng/{name}", yaml.safe_dump(content, allow_unicode=True, sort_keys=False))


def _uuid(name: str) -> str:
    """The same for the same name, so that a second import replaces the first."""
    return str(uuid5(NAMESPACE_URL, f"minsheng/superset/{name}"))


def _unknown(charts: list[dict[str, Any]], marts: dict[str, Table]) -> list[str]:
    wrong = []
    for chart in charts:
        if chart["mart"] not in marts:
            wrong.append(f"dashboard.yaml, {chart['name']!r}: there is no mart {chart['mart']}")
            continue
        known = {column.name for column in marts[chart["mart"]].columns}
        named = (
            [chart[key] for key in ("x", "y", "by") if key in chart] + chart.get("columns", []) + chart.get("order", [])
        )
        wrong += [
            f"dashboard.yaml, {chart['name']!r}: marts.{chart['mart']} has no column {name}"
            for name in named
            if name not in known
        ]
    return wrong


def _dataset(table: Table) -> dict[str, Any]:
    return {
        "table_name": table.name,
        "schema": table.schema,
        "description": table.comment,
        "columns": [
            {
                "column_name": column.name,
                "type": column.type,
                "is_dttm": column.type == "DATE",
                "groupby": True,
                "filterable": True,
                "description": column.comment,
            }
            for column in table.columns
        ],
        "metrics": [{"metric_name": "count", "expression": "COUNT(*)", "verbose_name": "rows"}],
        "uuid": _uuid(f"marts.{table.name}"),
        "database_uuid": _uuid("database"),
        "version": VERSION,
    }


def _chart(chart: dict[str, Any]) -> dict[str, Any]:
    kind = KINDS[chart["kind"]]
    filters = [{"expressionType": "SQL", "clause": "WHERE", "sqlExpression": chart["only"]}] if "only" in chart else []
    params: dict[str, Any] = {"viz_type": kind, "adhoc_filters": filters, "row_limit": 1000}
    if chart["kind"] == "table":
        params |= {
            "query_mode": "raw",
            "all_columns": chart["columns"],
            "order_by_cols": [json.dumps([name, True]) for name in chart.get("order", [])],
            "column_config": {name: {"d3NumberFormat": _format(name)} for name in chart["columns"] if _format(name)},
            "show_cell_bars": False,
            "page_length": 10,
        }
    else:
        params |= {
            "x_axis": chart["x"],
            "time_grain_sqla": "P1Y",
            "x_axis_time_format": "%Y",
            "x_axis_sort_asc": True,
            "metrics": [_metric(chart)],
            "groupby": [chart["by"]] if "by" in chart else [],
            "y_axis_format": _format(chart["y"]) or ",.2f",
            "markerEnabled": True,
            "show_legend": "by" in chart,
            "rich_tooltip": True,
            "y_axis_title": "",
            "truncateYAxis": False,
        }
    return {
        "slice_name": chart["name"],
        "viz_type": kind,
        "params": params,
        "uuid": _uuid(chart["name"]),
        "dataset_uuid": _uuid(f"marts.{chart['mart']}"),
        "version": VERSION,
    }


def _format(column: str) -> str | None:
    """How a column of this unit is written; None for what is no measure."""
    return next((written for ending, written in FORMATS.items() if column.endswith(ending)), None)


def _metric(chart: dict[str, Any]) -> dict[str, Any]:
    """One figure a point: an aggregate is demanded, and of one row the largest is the row."""
    return {"expressionType": "SQL", "sqlExpression": f"max({chart['y']})", "label": chart["y"]}


def _dashboard(declared: dict[str, Any]) -> dict[str, Any]:
    position: dict[str, Any] = {
        "DASHBOARD_VERSION_KEY": "v2",
        "ROOT_ID": {"type": "ROOT", "id": "ROOT_ID", "children": ["GRID_ID"]},
        "GRID_ID": {"type": "GRID", "id": "GRID_ID", "parents": ["ROOT_ID"], "children": []},
    }
    note = {"type": "MARKDOWN", "id": "MARKDOWN-note", "parents": ["ROOT_ID", "GRID_ID", "ROW-note"], "children": []}
    position["GRID_ID"]["children"].append("ROW-note")
    position["ROW-note"] = _row("ROW-note", ["MARKDOWN-note"])
    position["MARKDOWN-note"] = note | {"meta": {"code": declared["note"], "width": 12, "height": 16}}
    # The import replaces these numbers by its own, and demands them all the same.
    chart_numbers = count(1)
    for number, row in enumerate(declared["rows"]):
        row_id = f"ROW-{number}"
        position["GRID_ID"]["children"].append(row_id)
        names = {f"CHART-{_uuid(chart['name'])[:8]}": chart for chart in row}
        position[row_id] = _row(row_id, list(names))
        for chart_id, chart in names.items():
            position[chart_id] = {
                "type": "CHART",
                "id": chart_id,
                "parents": ["ROOT_ID", "GRID_ID", row_id],
                "children": [],
                "meta": {
                    "uuid": _uuid(chart["name"]),
                    "chartId": next(chart_numbers),
                    "sliceName": chart["name"],
                    "width": chart["width"],
                    "height": HEIGHT,
                },
            }
    return {
        "dashboard_title": declared["title"],
        "slug": "minsheng",
        "published": True,
        "position": position,
        "metadata": {"cross_filters_enabled": False, "refresh_frequency": 0},
        "uuid": _uuid("dashboard"),
        "version": VERSION,
    }


def _row(row_id: str, children: list[str]) -> dict[str, Any]:
    meta = {"background": "BACKGROUND_TRANSPARENT"}
    return {"type": "ROW", "id": row_id, "parents": ["ROOT_ID", "GRID_ID"], "children": children, "meta": meta}
