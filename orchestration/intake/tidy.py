"""Bulk files: a resource that maps columns instead of cells, checked and written by DuckDB.

Every row is held to the contract of a printed figure, file by file, in bounded memory; a value that is wrong
in a million rows is one fault that counts them.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration import engine
from orchestration.engine import constant, literal, quoted
from orchestration.intake.mapping import LISTED, Cell, Mapper
from orchestration.intake.seed_files import is_seed
from validations import numerals
from validations.descriptor import DIMENSIONS, SERIES_ID, Tidy
from validations.faults import Fault

#: Distinct wrong values of a column that are listed one by one.
LISTED_VALUES = 50
#: Combinations of codes, areas apart, that one file may hold: they are judged one by one.
COMBINATIONS = 20_000
#: A name that no column of a file has.
ROW = '"row of the file"'
#: Types whose text is exact.
EXACT = r"U?(TINY|SMALL|BIG)INT|U?INTEGER|DECIMAL\(\d+,[0-8]\)"
#: Put before a spelling that the descriptor does not declare.
UNDECLARED = "?"
CONTROL = r"[\x{00}-\x{1f}\x{7f}-\x{9f}\x{061c}\x{200b}-\x{200f}\x{2028}-\x{202e}\x{2060}-\x{2069}\x{feff}]"


@dataclass(frozen=True)
class Part:
    """One file of a tidy resource. `period`: the one that its name states, in a folder of files."""

    path: Path
    file: str
    period: str | None


@dataclass(frozen=True)
class TidyReader:
    """Reads one tidy resource. `folder`: of its source; `tolerant`: whether rules may withhold cells."""

    mapper: Mapper
    resource: Tidy
    folder: Path
    relative: str
    tolerant: bool

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
            source = self._figures(connection, part)
            # CSV is taken apart once and looked at many times; of Parquet only what is asked for is read.
            if part.path.suffix == ".csv":
                connection.execute(f"create or replace temp table figures as from {source}")
                source = "figures"
            rows = connection.execute(f"select count(*) from {source}").fetchone()[0]
            faults += self._dimension_faults(connection, part, source)
            faults += self._value_faults(connection, part, source)
            faults += self._unit_faults(connection, part, source)
            faults += self._key_faults(connection, part, source)
        except (duckdb.Error, UnicodeDecodeError, csv.Error) as error:
            text = " ".join(str(error).split())
            return 0, [self._fault(part, None, "", text[:400], "a file that can be read whole", "files")]
        if not rows:
            faults.append(self._fault(part, None, "", "no row", "at least one row"))
        return rows, faults

    def write(self, connection: duckdb.DuckDBPyConnection, part: Part, target: Path) -> None:
        """Leave one file of the raw layer; its rows have passed `faults`."""
        target.parent.mkdir(parents=True, exist_ok=True)
        query = self._observations(self._figures(connection, part), part, self._columns(connection, part))
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
                source = self._observations(self._figures(connection, part), part, self._columns(connection, part))
                # A selector that is too wide must not fetch a file: one more than wanted tells as much.
                query = f"select * from ({source}) where {condition} order by row_no limit {wanted + 1 - len(cells)}"
                cursor = connection.execute(query)
                names = [column[0] for column in cursor.description]
                cells += [dict(zip(names, row)) for row in cursor.fetchall()]
            if len(cells) > wanted:
                break
        return cells

    def _column_faults(self, connection: duckdb.DuckDBPyConnection, part: Part) -> list[Fault]:
        types = self._columns(connection, part)
        declared = {column.name: column.holds for column in self.resource.columns}
        faults = [
            self._fault(part, None, name, "no such column", f"a column that holds {holds}")
            for name, holds in declared.items()
            if name not in types
        ]
        faults += [
            self._fault(part, None, name, "a column that nothing declares", f"only {', '.join(declared)}")
            for name in types
            if name not in declared
        ]
        for name, kind in types.items():
            exact = kind == "VARCHAR" or (declared.get(name) == "printed_value" and re.fullmatch(EXACT, kind))
            if declared.get(name, "_") != "_" and not exact:
                what = "text, integers or DECIMAL of at most 8 decimals: a binary float has lost its printed ones"
                faults.append(
                    self._fault(part, None, name, kind, what if declared[name] == "printed_value" else "text")
                )
        stated = {*declared.values(), *self.resource.defaults.stated()}
        if part.period is None and "time_period" not in stated:
            expected = "a column that holds it, or a folder of files named by it"
            faults.append(self._fault(part, None, "", "no time_period", expected))
        return faults

    def _columns(self, connection: duckdb.DuckDBPyConnection, part: Part) -> dict[str, str]:
        if part.path.suffix == ".parquet":
            read = f"read_parquet({literal(str(part.path))}, hive_partitioning = false)"
            described = connection.execute(f"describe select * from {read}")
            return {row[0]: row[1] for row in described.fetchall()}
        with part.path.open(encoding="utf-8-sig", newline="") as handle:
            header = next(csv.reader(handle), [])
        doubled = sorted({name for name in header if header.count(name) > 1})
        if doubled:
            raise csv.Error(f"the header has {', '.join(doubled)} twice")
        return dict.fromkeys(header, "VARCHAR")

    def _figures(self, connection: duckdb.DuckDBPyConnection, part: Part) -> str:
        """The rows of a file with their number, every dimension, printed value and unit, as a subquery."""
        path = literal(str(part.path))
        if part.path.suffix == ".parquet":
            rows = (
                f"select *, file_row_number + 1 as {ROW} from"
                f" read_parquet({path}, file_row_number = true, hive_partitioning = false)"
            )
        else:
            columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in self._columns(connection, part))
            rows = (
                f"select *, row_number() over () + 1 as {ROW} from read_csv({path}, header = true, auto_detect = false,"
                f" delim = ',', quote = '\"', escape = '\"', nullstr = '', columns = {{{columns}}})"
            )
        held = {column.holds: column for column in self.resource.columns}
        stated = self.resource.defaults.stated()

        def expression(name: str, default: str | None) -> str:
            if name in held:
                text = f"cast(r.{quoted(held[name].name)} as varchar)"
                whens = " ".join(f"when {literal(k)} then {literal(v)}" for k, v in held[name].codes.items())
                # A spelling that is not declared must not pass for a code.
                return f"case {text} {whens} else '{UNDECLARED}' || {text} end" if whens else text
            if name == "time_period" and part.period is not None:
                return constant(part.period)
            if name == "time_basis" and name not in stated:
                return "b.time_basis"
            code = stated.get(name, default)
            return "cast(null as varchar)" if code is None else constant(code)

        dimensions = {name: expression(name, default) for name, default in DIMENSIONS.items()}
        unit = constant(self.resource.printed_unit) if self.resource.printed_unit else None
        other = {
            "printed_value": expression("printed_value", None),
            "printed_unit": expression("printed_unit", None)
            if "printed_unit" in held
            else unit or "cast(null as varchar)",
        }
        listed = ", ".join(f"{text} as {name}" for name, text in (dimensions | other).items())
        return (
            f"(select r.{ROW} as row_no, {listed} from ({rows}) as r"
            f" left join time_basis_of as b on b.indicator = {dimensions['indicator']})"
        )

    def _observations(self, source: str, part: Part, columns: Iterable[str]) -> str:
        """Rows of the raw layer's `observation`. `columns`: of the file, in its order."""
        descriptor = self.mapper.descriptor
        value = next(column.name for column in self.resource.columns if column.holds == "printed_value")
        number = list(columns).index(value) + 1
        series = ", ".join(SERIES_ID)
        return f"""
            select
                concat({literal(descriptor.name)}, ':', concat_ws('.', {series}), ':', time_period,
                    case when base_period <> '_Z' then '/' || base_period else '' end, ':', {literal(descriptor.vintage)}) as observation_id,
                {constant(descriptor.name)} as source_id, {constant(self.resource.name)} as table_id, {constant("tidy")} as layout,
                cast(row_no as integer) as row_no, cast({number} as integer) as column_no, cast(null as varchar) as row_label,
                {constant(value)} as column_label, {constant(self.resource.section)} as section,
                cast(null as varchar) as statement, {constant(part.file)} as file, printed_value, printed_unit,
                case when is_number then digits end as numeral, cast(null as varchar) as numeral_high,
                case when is_number then cast(length(split_part(digits, '.', 2)) as integer) end as decimals,
                is_number and printed_value like '%\\%' escape '\\' as percent,
                is_missing, {constant("_Z")} as qualifier, {", ".join(DIMENSIONS)}
            from (
                select *, replace(rtrim(printed_value, '%'), ',', '') as digits, {self._is_number()} as is_number, {self._is_missing()} as is_missing
                from {source}
            )"""

    def _is_number(self) -> str:
        return f"(regexp_full_match(printed_value, {literal(numerals.PRINTED_NUMBER)}) and not {self._is_missing()})"

    def _is_missing(self) -> str:
        marks = ", ".join(literal(mark) for mark in self.resource.missing_values)
        return f"(printed_value in ({marks}))" if marks else "false"

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
        readable = f"({self._is_number()} or {self._is_missing()})"
        if self.tolerant:
            # A text that is no number is quarantined by a rule; one that is no text stops here all the same.
            readable = f"(printed_value <> '' and not regexp_matches(printed_value, {literal(CONTROL)}) and length(printed_value) <= 400)"
        query = f"select printed_value, count(*), min(row_no) from {source} where not coalesce({readable}, false) group by 1"
        marks = "".join(f", or {mark!r} for a missing value" for mark in self.resource.missing_values)
        return self._counted(part, "printed_value", connection.execute(query).fetchall(), numerals.EXPECTED + marks)

    def _unit_faults(self, connection: duckdb.DuckDBPyConnection, part: Part, source: str) -> list[Fault]:
        known = set(self.mapper.lists.codes("unit_text"))
        query = f"select printed_unit, count(*), min(row_no) from {source} where printed_unit is not null group by 1"
        wrong = [entry for entry in connection.execute(query).fetchall() if entry[0] not in known]
        faults = self._counted(part, "printed_unit", wrong, "a unit text of unit_text.csv, whole")
        both = f"""
            select printed_value || ' in ' || printed_unit, count(*), min(row_no) from {source}
            where printed_unit is not null and printed_value like '%\\%' escape '\\' group by 1"""
        return faults + self._counted(
            part, "printed_unit", connection.execute(both).fetchall(), "a percent sign or a unit, not both"
        )

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
