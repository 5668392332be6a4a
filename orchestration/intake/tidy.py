"""Bulk files: a resource that maps columns instead of cells, checked and written by DuckDB.

Every row is held to the contract of a printed figure, file by file, in bounded memory; a value that is wrong
in a million rows is one fault that counts them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

from orchestration import engine
from orchestration.engine import literal
from orchestration.intake import long_csv
from orchestration.intake.bulk_columns import column_faults, columns, header_faults
from orchestration.intake.long_csv import Broken
from orchestration.intake.mapping import LISTED, Cell, Mapper
from orchestration.intake.seed_files import is_seed
from orchestration.intake.tidy_query import UNDECLARED, Part, TidyQuery
from orchestration.intake.units import PERCENT
from validations import numerals
from validations.descriptor import DIMENSIONS, Tidy
from validations.faults import Fault

#: Distinct wrong values of a column that are listed one by one.
LISTED_VALUES = 50
#: Combinations of codes, areas apart, that one file may hold: they are judged one by one.
COMBINATIONS = 20_000
CONTROL = r"[\x{00}-\x{1f}\x{7f}-\x{9f}\x{061c}\x{200b}-\x{200f}\x{2028}-\x{202e}\x{2060}-\x{2069}\x{feff}]"


@dataclass(frozen=True)
class TidyReader:
    """Reads one tidy resource. `folder`: of its source; `tolerant`: whether rules may withhold cells."""

    mapper: Mapper
    resource: Tidy
    folder: Path
    relative: str
    tolerant: bool
    query: TidyQuery

    def parts(self, faults: list[Fault]) -> list[Part]:
        """The files, in the order of their names; files that are none of it are faults."""
        path, check = self.folder / self.resource.path, self.mapper.check("files")
        if not self.resource.is_folder:
            if path.is_symlink() or not path.is_file():
                faults.append(Fault(self.relative, None, "", "no such file", "a file", check))
                return []
            return [Part(path, self.relative, None)]
        if path.is_symlink() or not path.is_dir():
            faults.append(Fault(self.relative, None, "", "no such folder", "a folder of files, one a period", check))
            return []
        parts = []
        for file in sorted(filter(is_seed, path.iterdir())):
            relative = f"{self.relative}/{file.name}"
            if file.is_symlink() or not file.is_file() or file.suffix not in (".parquet", ".csv"):
                faults.append(
                    Fault(relative, None, "", "an entry that is no bulk file", "PERIOD.parquet or PERIOD.csv", check)
                )
            else:
                if parts and parts[-1].period == file.stem:
                    faults.append(Fault(relative, None, "", file.name, f"one file for {file.stem}", check))
                parts.append(Part(file, relative, file.stem))
        if not parts:
            faults.append(Fault(self.relative, None, "", "no file", "a file for each period", check))
        return parts

    def connect(self, spill: Path) -> duckdb.DuckDBPyConnection:
        """An engine of its own, with what the rows are looked up in."""
        connection = engine.limit(duckdb.connect(), spill)
        # Rows are numbered in the order of the file.
        connection.execute("set preserve_insertion_order = true")
        connection.execute("create table time_basis_of (indicator varchar, time_basis varchar)")
        bases = [[r["code"], r["time_basis"]] for r in self.mapper.lists.records["indicator"]]
        connection.executemany("insert into time_basis_of values (?, ?)", bases)
        return connection

    def faults(self, connection: duckdb.DuckDBPyConnection, part: Part) -> tuple[int, list[Fault]]:
        """Rows of one file, and everything wrong with it."""
        try:
            faults = self._column_faults(connection, part)
            if faults:
                return 0, faults
            source = self.query.figures(connection, part)
            # CSV is taken apart once and looked at many times; of Parquet only what is asked for is read.
            if part.path.suffix == ".csv":
                rows = self._take_apart(connection, part)
                source = "figures"
            else:
                rows = connection.execute(f"select count(*) from {source}").fetchone()[0]
            faults += self._dimension_faults(connection, part, source)
            faults += self._value_faults(connection, part, source)
            faults += self._unit_faults(connection, part, source)
            faults += self._key_faults(connection, part, source)
        except (duckdb.Error, pl.exceptions.PolarsError, Broken) as error:
            return 0, [
                self._fault(part, broken.line, "", broken.read, broken.expected, "files")
                for broken in self._broken(part, error)
            ]
        if not rows:
            faults.append(self._fault(part, None, "", "no row", "at least one row"))
        return rows, faults

    def _take_apart(self, connection: duckdb.DuckDBPyConnection, part: Part) -> int:
        """Lay a CSV file down as the table `figures`, each row with its line; gives its rows. Raises Broken."""

        def lay_down() -> int:
            connection.execute(f"create or replace temp table figures as from {self.query.figures(connection, part)}")
            return connection.execute("select count(*) from figures").fetchone()[0]

        rows = lay_down()
        if not long_csv.has_a_line_each(part.path, rows):
            self.query.ahead[part.path] = long_csv.ahead(part.path, rows)
            lay_down()
        return rows

    def _broken(self, part: Part, error: Exception) -> list[Broken]:
        """Why a file cannot be read whole: in our words where we find the places, in those of its reader where not."""
        found = long_csv.look_through(part.path) if part.path.suffix == ".csv" else []
        if found:
            return found
        return [
            error
            if isinstance(error, Broken)
            else Broken(None, " ".join(str(error).split())[:400], "as the reader says")
        ]

    def write(self, connection: duckdb.DuckDBPyConnection, part: Part, target: Path) -> None:
        """Leave one file of the raw layer; its rows have passed `faults`."""
        target.parent.mkdir(parents=True, exist_ok=True)
        query = self.query.observations(connection, part)
        # What has more values than this in a row group is written as it stands sooner.
        connection.execute(f"copy ({query}) to {literal(str(target))} (format parquet, dictionary_size_limit 4096)")

    def select(
        self, connection: duckdb.DuckDBPyConnection, parts: list[Part], where: Mapping[str, str], wanted: int
    ) -> list[Cell]:
        """The figures with the given dimensions, in the order of the files; at most one more than `wanted`."""
        cells = []
        condition = " and ".join(f"{name} = {literal(code)}" for name, code in where.items())
        for part in parts:
            if part.period is None or where.get("time_period", part.period) == part.period:
                source = self.query.observations(connection, part)
                # A selector that is too wide must not fetch a file: one more than wanted tells as much.
                query = f"select * from ({source}) where {condition} order by row_no limit {wanted + 1 - len(cells)}"
                cursor = connection.execute(query)
                names = [column[0] for column in cursor.description]
                cells += [dict(zip(names, row)) for row in cursor.fetchall()]
            if len(cells) > wanted:
                break
        return cells

    def _column_faults(self, connection: duckdb.DuckDBPyConnection, part: Part) -> list[Fault]:
        found = columns(connection, part.path)
        row = 1 if part.path.suffix == ".csv" else None
        faults = [self._fault(part, row, *wrong) for wrong in header_faults([name for name, _ in found])]
        return faults or [
            self._fault(part, row, *wrong) for wrong in column_faults(self.resource, found, part.period is not None)
        ]

    def _fault(
        self, part: Part, row: int | None, column: str, read: str, expected: str, check: str = "figures"
    ) -> Fault:
        return Fault(part.file, row, column, read, expected, self.mapper.check(check))

    def _column_of(self, name: str) -> str:
        return next((column.name for column in self.resource.columns if column.holds == name), name)

    def _counted(
        self, part: Part, name: str, found: Iterator[tuple[str | None, int, int]] | list, expected: str
    ) -> list[Fault]:
        """One fault for each wrong value of a column, with its first row and how often it stands."""
        found = sorted(found, key=lambda entry: entry[2])
        faults = []
        for value, times, row in found[:LISTED_VALUES]:
            often = f" ({times:,} rows read so)" if times > 1 else ""
            faults.append(
                self._fault(
                    part, row, self._column_of(name), (value or "nothing").removeprefix(UNDECLARED), expected + often
                )
            )
        if len(found) > LISTED_VALUES:
            rest = found[LISTED_VALUES:]
            read = f"{len(rest):,} further values in {sum(times for _, times, _ in rest):,} rows"
            faults.append(self._fault(part, rest[0][2], self._column_of(name), read, expected))
        return faults

    def _dimension_faults(self, connection: duckdb.DuckDBPyConnection, part: Part, source: str) -> list[Fault]:
        """Every combination of codes that the file holds, and every area, against the contract of a figure."""
        areas = connection.execute(f"select ref_area, count(*), min(row_no) from {source} group by 1").fetchall()
        known = set(self.mapper.lists.codes("area"))
        faults = self._counted(part, "ref_area", [area for area in areas if area[0] not in known], "a code of area")
        any_area = next(iter(known))
        names = [name for name in DIMENSIONS if name != "ref_area"]
        query = f"select {', '.join(names)}, count(*), min(row_no) from {source} group by all limit {COMBINATIONS + 1}"
        combinations = connection.execute(query).fetchall()
        if len(combinations) > COMBINATIONS:
            expected = f"at most {COMBINATIONS:,}, areas apart: is a column mapped to the wrong dimension?"
            return [*faults, self._fault(part, None, "", "too many combinations of codes", expected)]
        found: dict[tuple[str, str, str], tuple[int, int]] = {}
        for *codes, times, row in combinations:
            values = {name: code or "" for name, code in zip(names, codes)} | {"ref_area": any_area}
            wrong = [(name, "nothing", "a code") for name in LISTED if not values[name]]
            wrong += self.mapper.dimension_faults(values)
            if part.period is not None and values["time_period"] != part.period:
                wrong.append(
                    ("time_period", values["time_period"], f"{part.period}, the period that the file's name states")
                )
            for fault in dict.fromkeys(wrong):
                rows, first = found.get(fault, (0, row))
                found[fault] = (rows + times, min(first, row))
        by_column: dict[tuple[str, str], list[tuple[str, int, int]]] = {}
        for (name, read, expected), (rows, first) in found.items():
            by_column.setdefault((name, expected), []).append((read, rows, first))
        for (name, expected), entries in by_column.items():
            faults += self._counted(part, name, entries, expected)
        return faults

    def _value_faults(self, connection: duckdb.DuckDBPyConnection, part: Part, source: str) -> list[Fault]:
        readable = f"({self.query.is_number()} or {self.query.is_missing()})"
        if self.tolerant:
            # A text that is no number is quarantined by a rule; one that is no text stops here all the same.
            readable = f"(printed_value <> '' and not regexp_matches(printed_value, {literal(CONTROL)}) and length(printed_value) <= 400)"
        query = f"select printed_value, count(*), min(row_no) from {source} where not coalesce({readable}, false) group by 1"
        marks = "".join(f", or {mark!r} for a missing value" for mark in self.resource.missing_values)
        return self._counted(part, "printed_value", connection.execute(query).fetchall(), numerals.EXPECTED + marks)

    def _unit_faults(self, connection: duckdb.DuckDBPyConnection, part: Part, source: str) -> list[Fault]:
        known = {None, *self.mapper.lists.codes("unit_text")}
        query = f"select printed_unit, count(*), min(row_no) from {source} group by 1"
        units = connection.execute(query).fetchall()
        wrong = [entry for entry in units if entry[0] not in known]
        faults = self._counted(part, "printed_unit", wrong, "a unit text of unit_text.csv, whole")
        both = f"""
            select printed_value || ' in ' || printed_unit, count(*), min(row_no) from {source}
            where printed_unit <> '{PERCENT}' and printed_value like '%\\%' escape '\\' group by 1"""
        faults += self._counted(
            part, "printed_unit", connection.execute(both).fetchall(), "a percent sign or a unit, not both"
        )
        if self.resource.unit_stated is None and any(unit is None for unit, _, _ in units):
            faults += self._without_unit(connection, part, source)
        return faults

    def _without_unit(self, connection: duckdb.DuckDBPyConnection, part: Part, source: str) -> list[Fault]:
        """Figures whose unit nothing states, an indicator each."""
        query = f"""
            select indicator, measure, arg_min(printed_value, row_no), count(*), min(row_no) from {source}
            where printed_unit is null and {self.query.is_number()} and printed_value not like '%\\%' escape '\\'
            group by 1, 2 order by 1, 2"""
        held = {column.holds for column in self.resource.columns}
        faults = []
        for indicator, measure, value, times, row in connection.execute(query).fetchall():
            if self.mapper.units.belongs_to({"indicator": indicator, "measure": measure}):
                faults += self._counted(
                    part,
                    "printed_unit" if "printed_unit" in held else "printed_value",
                    [(f"{value} without a unit", times, row)],
                    self.mapper.units.expected(self.resource, indicator),
                )
        return faults

    def _key_faults(self, connection: duckdb.DuckDBPyConnection, part: Part, source: str) -> list[Fault]:
        """Rows that measure the same thing as another row of the file."""
        key, held = ", ".join(DIMENSIONS), {column.holds for column in self.resource.columns}
        # Rows of one file differ in what it holds; a quick hash of that narrows them down to those that may be doubled.
        quick = f"hash({', '.join(name for name in DIMENSIONS if name in held) or '1'})"
        query = f"""
            select concat_ws('.', {key}), count(*), min(row_no) from {source}
            where {quick} in (select {quick} from {source} group by 1 having count(*) > 1)
            group by {key} having count(*) > 1"""
        return self._counted(part, "", connection.execute(query).fetchall(), "each combination of dimensions once")
