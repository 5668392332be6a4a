"""Why a figure is what it is: `make why CELL=urban_rural_dibao/table_2/4/3`, or FIGURE="marts.dibao time_period=2020 ...".

Reads the current release alone, by `quality.cell`, `core.lineage`, findings, decisions and `release.change`.
"""

from __future__ import annotations

import difflib
import shlex
from collections.abc import Iterator, Sequence
from typing import Any

import duckdb

from orchestration.paths import Paths
from orchestration.release import ledger

#: Cells of one figure that are told whole; the rest is counted.
TOLD = 6


class NotFound(Exception):
    """There is no such cell or figure; the message says what there is."""


def of_cell(paths: Paths, name: str) -> str:
    """What became of the printed cell `source/table/row/column` (or an observation_id). Raises NotFound, LedgerError."""
    with _opened(paths) as connection:
        places = [part for part in name.strip("/").split("/") if part]
        if len(places) == 4:
            places[2:] = [place.lstrip("rc") for place in places[2:]]
            where, values = "source_id = ? and table_id = ? and row_no = ? and column_no = ?", places
            if not all(place.isdigit() for place in places[2:]):
                raise NotFound(f"{name!r}: row and column are numbers, as in urban_rural_dibao/table_2/4/3")
        else:
            where, values = "observation_id = ?", [name]
        found = _rows(connection, f"select observation_id from core.observation where {where}", values)
        if not found:
            raise NotFound(f"no printed figure at {name!r}; {_near(connection, places)}")
        return "\n".join(line for row in found for line in _cell(connection, row["observation_id"]))


def of_figure(paths: Paths, name: str) -> str:
    """What a value of a mart follows from, `table column=value ... measure`. Raises NotFound, LedgerError."""
    with _opened(paths) as connection:
        table, keys, column = _read(connection, name)
        where = " and ".join(f"cast({key} as varchar) = ?" for key in keys) or "true"
        rows = _rows(connection, f"select * from {table} where {where} limit {TOLD + 1}", list(keys.values()))
        if not rows:
            return "\n".join(_no_row(connection, table, keys))
        lines: list[str] = []
        for row in rows[:TOLD]:
            lines += _figure(connection, table, row, column)
        if len(rows) > TOLD:
            lines.append("There are more rows: say more of the row's key.")
        return "\n".join(lines)


def _opened(paths: Paths) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(ledger.published_file(paths)), read_only=True)


def _rows(connection: duckdb.DuckDBPyConnection, query: str, values: Sequence[Any] = ()) -> list[dict[str, Any]]:
    done = connection.execute(query, list(values))
    names = [told[0] for told in done.description]
    return [dict(zip(names, row)) for row in done.fetchall()]


def _read(connection: duckdb.DuckDBPyConnection, name: str) -> tuple[str, dict[str, str], str | None]:
    """Table, keys and measure of a figure as it is named, each of them one that there is. Raises NotFound."""
    try:
        words = shlex.split(name)
    except ValueError as error:
        raise NotFound(f"{name!r}: {error}") from None
    tables = [f"{r['schema_name']}.{r['table_name']}" for r in _rows(connection, "from duckdb_tables() order by all")]
    table = words[0] if words else ""
    if table not in tables:
        raise NotFound(_unknown("table", table, [t for t in tables if t.startswith("marts.")]))
    schema, _, short = table.partition(".")
    query = "select column_name from duckdb_columns() where schema_name = ? and table_name = ? order by column_index"
    columns = [row["column_name"] for row in _rows(connection, query, [schema, short])]
    keys, measure = {}, None
    for word in words[1:]:
        key, equals, value = word.partition("=")
        if key not in columns:
            raise NotFound(_unknown("column", key, columns, f" of {table}"))
        if equals:
            keys[key] = value
        elif measure:
            raise NotFound(f"two measures, {measure} and {key}: ask for one")
        else:
            measure = key
    return table, keys, measure


def _unknown(kind: str, name: str, known: Sequence[str], where: str = "") -> str:
    near = difflib.get_close_matches(name, known, 1, 0.5)
    return f"no {kind} {name!r}{where}; " + (f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}")


def _near(connection: duckdb.DuckDBPyConnection, places: Sequence[str]) -> str:
    """What a person may have meant: sources, tables of the source, or the rows and columns of the table."""
    asked = "select distinct source_id as n from core.observation order by n"
    sources = [row["n"] for row in _rows(connection, asked)]
    if not places or places[0] not in sources:
        return f"the sources are {', '.join(sources)}"
    asked = """select table_id as n, min(row_no) as r1, max(row_no) as r2, min(column_no) as c1, max(column_no) as c2
        from core.observation where source_id = ? group by table_id order by n"""
    tables = {row["n"]: row for row in _rows(connection, asked, [places[0]])}
    if len(places) < 2 or places[1] not in tables:
        return f"the tables of {places[0]} are {', '.join(tables)}"
    has = tables[places[1]]
    return f"figures of {places[1]} stand in rows {has['r1']} to {has['r2']}, columns {has['c1']} to {has['c2']}"


def _cell(connection: duckdb.DuckDBPyConnection, observation_id: str, indent: str = "") -> Iterator[str]:
    """One printed figure: what is printed, what it is taken for, what was found and decided, what became of it."""
    told = _rows(
        connection,
        """select o.*, c.use, c.shown_in, c.reason_en, c.left_out_en, s.title
        from core.observation as o left join quality.cell as c using (observation_id)
        left join core.source as s on s.source_id = o.source_id where o.observation_id = ?""",
        [observation_id],
    )[0]
    label = " / ".join(text for text in (told["row_label"], told["column_label"]) if text)
    yield f"{indent}{told['file']}, row {told['row_no']}, column {told['column_no']}" + (f": {label}" if label else "")
    yield f"{indent}  printed      {told['printed_value']}" + _in(told["printed_unit"]) + f", in: {told['title']}"
    value = told["obs_value"]
    if value is None and told["obs_low"] is not None:
        value = f"{_short(told['obs_low'])} to {_short(told['obs_high'])}"
    yield (
        f"{indent}  taken for    {told['indicator']}, {told['ref_area']}, {told['time_period']}: "
        f"{_short(value)}{_in(told['unit_measure'])}, status {told['obs_status']}"
    )
    if told["caveat_en"]:
        yield f"{indent}  readers hear {told['caveat_en']}"
    for row in _rows(connection, FINDINGS, [observation_id]):
        yield f"{indent}  found        {row['rule_id']} ({row['standing']}): {row['message']}"
    for row in _rows(connection, DECISIONS, [observation_id]):
        what = f"{row['field']} -> {row['new_value']}" if row["field"] else row["outcome"]
        when = f" on {row['decided_on']}" if row["decided_on"] else ""
        yield f"{indent}  decided      {what}, by {row['decided_by']}{when} ({row['decision_id']}): {row['evidence']}"
    if told["use"] is None:
        yield f"{indent}  became       a figure of a bulk file that no rule and no decision is about"
    else:
        yield f"{indent}  became       {told['use']}" + (f" in {told['shown_in']}" if told["shown_in"] else "")
    if told["reason_en"]:
        yield f"{indent}  why not more {told['reason_en']}"
    if told["left_out_en"]:
        yield f"{indent}  left out of  {told['left_out_en']}"
    for row in _rows(connection, SHOWN, [observation_id]):
        yield f"{indent}  shown in     {row['table_name']} {row['row_key']}: {row['columns']}"


FINDINGS = """
    select distinct f.rule_id, f.standing, f.message
    from quality.finding_observation as x inner join quality.finding as f using (finding_id)
    where x.observation_id = ? order by all
"""
DECISIONS = """
    select d.* from quality.decision_observation as x inner join quality.decision as d using (decision_id)
    where x.observation_id = ? and x.is_covered order by d.decision_id
"""
SHOWN = """
    select table_name, row_key, string_agg(column_name, ', ' order by column_name) as columns
    from core.lineage where observation_id = ? group by all order by all
"""


def _figure(
    connection: duckdb.DuckDBPyConnection, table: str, row: dict[str, Any], column: str | None
) -> Iterator[str]:
    """One row of a mart: its measures or the one that is asked for, and the cells that they follow from."""
    schema, _, name = table.partition(".")
    measures = _rows(
        connection,
        "select * from core.measure where table_name = ? and (? is null or column_name = ?)",
        [table, column, column],
    )
    keys = _rows(connection, "select distinct row_key from core.lineage where table_name = ?", [table])
    key = next((k["row_key"] for k in keys if _is_key(k["row_key"], row)), None)
    yield f"{table}" + (f"  {key.replace('|', ', ')}" if key else "")
    for measure in measures or ([{"column_name": column, "status_column": None}] if column else []):
        status = measure.get("status_column")
        told = f", status {row[status]}" if status and row.get(status) else ""
        yield f"  {measure['column_name']} = {_short(row[measure['column_name']])}{told}"
    if row.get("caveat_en"):
        yield f"  caveat: {row['caveat_en']}"
    values: list[Any] = [table, key, column, column]
    changes = """from release.change where table_name = ? and row_key = ? and (? is null or column_name = ?)
        order by release_id, column_name"""
    for change in _rows(connection, changes, values):
        yield (
            f"  {change['release_id']} changed {change['column_name']}: {change['before_value']} -> "
            f"{change['after_value']} ({change['reason']})"
        )
    cells = _rows(
        connection,
        """select observation_id, string_agg(column_name, ', ' order by column_name) as columns from core.lineage
        where table_name = ? and row_key = ? and (? is null or column_name = ?) group by all order by observation_id""",
        values,
    )
    yield f"  follows from {len(cells)} printed figure(s)" + (":" if cells else "")
    for cell in cells[:TOLD]:
        yield from _cell(connection, cell["observation_id"], "    ")
    if len(cells) > TOLD:
        yield f"    and {len(cells) - TOLD} more: select * from core.lineage where table_name = '{table}' and row_key = '{key}'"


def _is_key(row_key: str, row: dict[str, Any]) -> bool:
    parts = [part.partition("=") for part in row_key.split("|")]
    return all(name in row and str(row[name]) == value for name, _, value in parts)


def _no_row(connection: duckdb.DuckDBPyConnection, table: str, keys: dict[str, str]) -> Iterator[str]:
    """A figure that the mart does not show: the cells of these dimensions, with what excluded each."""
    yield f"{table} has no row with {', '.join(f'{k}={v}' for k, v in keys.items())}."
    columns = {"indicator", "scheme", "residence", "ref_area", "time_period", "source_id"} & keys.keys()
    where = " and ".join(f"{column} = ?" for column in sorted(columns))
    found = _rows(
        connection,
        f"select observation_id from quality.cell where {where or 'false'} order by use, observation_id",
        [keys[column] for column in sorted(columns)],
    )
    if not found:
        yield "No printed figure has these dimensions: no source states it."
    else:
        yield f"{len(found)} printed figure(s) have these dimensions:"
    for cell in found[:TOLD]:
        yield from _cell(connection, cell["observation_id"], "    ")
    if len(found) > TOLD:
        yield f"    and {len(found) - TOLD} more: select * from quality.cell where ..."


def _in(unit: str | None) -> str:
    return f" {unit}" if unit else ""


def _short(value: Any) -> str:
    """A value as one reads it: no zeros behind its last decimal."""
    text = str(value) if value is not None else "no value"
    return text.rstrip("0").rstrip(".") if "." in text and text.replace(".", "").lstrip("-").isdigit() else text
