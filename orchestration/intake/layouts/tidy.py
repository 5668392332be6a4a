"""Long files: a resource that maps columns instead of cells, checked and written by DuckDB, file by file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from orchestration import engine
from orchestration.engine import literal
from orchestration.intake.formats import BULKS
from orchestration.intake.formats.format import Asked
from orchestration.intake.layouts.tidy_check import FileCheck
from orchestration.intake.layouts.tidy_query import Part, TidyQuery
from orchestration.intake.layouts.tidy_texts import left_out, said_of
from orchestration.intake.mapping import LISTED, Cell
from orchestration.intake.reading import Progress, Setting, SourceRows
from orchestration.intake.seed_files import is_seed
from orchestration.intake.units import PURE_NUMBER, RELATIVE
from validations.contracts import LIST_OF
from validations.decision import Cover
from validations.faults import Fault
from validations.layouts import TOO_MANY, VINTAGE, Tidy
from validations.slugs import as_label

#: Figures of one resource that are followed one by one, from the cell to what is published; of more, none is.
FOLLOWED = 20_000


@dataclass
class LongFile:
    """The files of one tidy resource. `parts`: each of them, and `figures`: how many they state, once they are read."""

    setting: Setting
    resource: Tidy
    parts: list[Part] = field(default_factory=list)
    figures: int = 0

    def declared_faults(self, place: tuple) -> list[Fault]:
        """Codes that the spellings of columns stand for, and the unit of all figures."""
        mapper, resource = self.setting.mapper, self.resource
        faults = mapper.qualifier_faults(place, resource)
        for index, column in enumerate(resource.columns):
            for text, said in column.codes.items():
                where = (*place, "columns", index, "codes", text)
                for name, code in said_of(column, said).items():
                    if name in (*LISTED, "qualifier"):
                        faults += mapper.unknown(where, LIST_OF.get(name, name), code)
                    if name == "vintage" and not re.fullmatch(VINTAGE, code):
                        faults.append(mapper.fault(where, code, "the date of the edition, such as 2024; or _U"))
        value = resource.value
        at = (*place, "columns", resource.columns.index(value))
        faults += mapper.code_faults(at, value)
        if value.states_unit:
            measured = {PURE_NUMBER} if value.measure in RELATIVE else set()
            label = as_label(value.name, mapper.lists.codes("unit_text"))
            faults += mapper.unit_faults(at, value, label, resource, measured)
        return faults + mapper.unit_faults(
            place, resource, "" if value.states_unit else resource.value_column, resource
        )

    def read(self, source: SourceRows, is_sound: bool) -> None:
        """Check every row of every file; the files are kept for `write`."""
        if not is_sound:
            return
        parts = self._files(source.faults)
        with self._connect(self.setting.spill) as connection:
            for number, part in enumerate(parts, start=1):
                with part.data.within(self.setting.spill):
                    read, faults = FileCheck(connection, self.setting.mapper, self._query, part).run()
                    out = left_out(connection, part.data, self.resource) if read else ""
                    remarks = [f"{part.file}: {told}" for told in (part.data.unseen, out) if told]
                    source.remarks += [remark for remark in remarks if remark not in source.remarks]
                # Of one that cannot be read, no figure can be asked for.
                self.parts += [part] if read else []
                self.figures += read
                # What is wrong with a row is told once, however many columns of figures it has.
                known = {*source.faults}
                source.faults += [fault for fault in faults if fault not in known]
                self.setting.progress(
                    f"{part.file}: checked, file {number} of {len(parts)}, {self.figures:,} rows so far,"
                    f" {len(source.faults)} fault(s)"
                )
        source.bulk[self.resource.name] = self
        source.bulk_figures += self.figures

    def cells(self, rows: Iterable[int] | None = None) -> list[Cell]:
        """The figures that are followed one by one; of some `rows` of the file alone, where these are given."""
        of_rows = "true" if rows is None else f"row_no in ({', '.join(map(str, rows))})"
        with self._connect(self.setting.spill) as connection:
            return self._select(connection, {}, FOLLOWED, of_rows)

    def covered(self, cover: Cover, source: SourceRows) -> list[Cell]:
        if not cover.where:
            return []
        with self._connect(self.setting.spill) as connection:
            return self._select(connection, cover.where, cover.count)

    def write(self, folder: Path, spill: Path, progress: Progress) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        with self._connect(spill) as connection:
            for number, part in enumerate(self.parts, start=1):
                target = folder / f"{part.path.stem}.parquet"
                # What has more values than this in a row group is written as it stands sooner.
                options = "format parquet, dictionary_size_limit 4096"
                with part.data.within(spill):
                    query = self._query.observations(connection, part)
                    connection.execute(f"copy ({query}) to {literal(str(target))} ({options})")
                progress(f"{part.file}: laid down, file {number} of {len(self.parts)}")

    @property
    def _query(self) -> TidyQuery:
        layout = self.resource.layout if self.figures <= FOLLOWED else TOO_MANY
        mapper = self.setting.mapper
        return TidyQuery(mapper.descriptor, self.resource, layout, mapper.lists.hedges())

    def _files(self, faults: list[Fault]) -> list[Part]:
        """The files, in the order of their names; files that are none of it are faults."""
        path, file = self.setting.path(self.resource), self.setting.file(self.resource)

        def fault(file: str, read: str, expected: str) -> None:
            faults.append(Fault(file, None, "", read, expected, self.setting.mapper.check("files")))

        if not self.resource.is_folder:
            if path.is_symlink() or not path.is_file():
                fault(file, "no such file", "a file")
                return []
            return [self._part(path, file, None)]
        if path.is_symlink() or not path.is_dir():
            fault(file, "no such folder", "a folder of files, one a period")
            return []
        parts: list[Part] = []
        for entry in sorted(filter(is_seed, path.iterdir())):
            relative = f"{file}/{entry.name}"
            if entry.is_symlink() or not entry.is_file() or entry.suffix not in BULKS:
                fault(relative, "an entry that is no bulk file", " or ".join(f"PERIOD{end}" for end in BULKS))
                continue
            if parts and parts[-1].period == entry.stem:
                fault(relative, entry.name, f"one file for {entry.stem}")
            parts.append(self._part(entry, relative, entry.stem))
        if not parts:
            fault(file, "no file", "a file for each period")
        return parts

    def _part(self, path: Path, file: str, period: str | None) -> Part:
        resource = self.resource
        asked = Asked(resource.sheet, resource.encoding, resource.between, (resource.title, *resource.notes))
        data = BULKS[path.suffix].bulk(path, asked)
        return Part(path, f"{file}#{data.sheet}" if data.sheet else file, period, data)

    def _connect(self, spill: Path) -> duckdb.DuckDBPyConnection:
        """An engine of its own, with what the rows are looked up in."""
        connection = engine.limit(duckdb.connect(), spill)
        # Rows are numbered in the order of the file.
        connection.execute("set preserve_insertion_order = true")
        listed, names = self.setting.mapper.lists.records["indicator"], ("indicator", "time_basis", "unit_measure")
        columns = ", ".join(f"unnest(${n}::varchar[]) as {name}" for n, name in enumerate(names, start=1))
        told = [[record[name] for record in listed] for name in ("code", *names[1:])]
        connection.execute(f"create table indicator_of as select {columns}", told)
        return connection

    def _select(
        self, connection: duckdb.DuckDBPyConnection, where: Mapping[str, str], wanted: int, of_rows: str = "true"
    ) -> list[Cell]:
        """The figures with the given dimensions, in the order of the files; at most one more than `wanted`."""
        cells: list[Cell] = []
        codes = self.setting.mapper.forms.canonical(where)
        condition = " and ".join([of_rows, *(f"{name} = {literal(code)}" for name, code in codes.items())])
        for part in self.parts:
            if part.period is None or where.get("time_period", part.period) == part.period:
                # A selector that is too wide must not fetch a file: one more than wanted tells as much.
                most = f"order by row_no limit {wanted + 1 - len(cells)}"
                with part.data.within(self.setting.spill):
                    rows = self._query.observations(connection, part)
                    cursor = connection.execute(f"select * from ({rows}) where {condition} {most}")
                    names = [column[0] for column in cursor.description]
                    cells += [dict(zip(names, row)) for row in cursor.fetchall()]
            if len(cells) > wanted:
                break
        return cells
