"""The contract of a printed figure, held against every row of one bulk file in bounded memory.

A value that is wrong in a million rows is one fault that counts them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import duckdb
import polars as pl

from orchestration.engine import literal
from orchestration.intake.formats.format import Broken, why_broken
from orchestration.intake.layouts.tidy_columns import column_faults, header_faults
from orchestration.intake.layouts.tidy_query import UNDECLARED, Part, TidyQuery, against
from orchestration.intake.layouts.tidy_texts import distinct, texts_of
from orchestration.intake.layouts.tidy_words import words_of
from orchestration.intake.mapping import LISTED, Mapper, some, summed
from orchestration.intake.spellings import area_names
from orchestration.intake.units import PERCENT, RELATIVE, SIGNED
from validations import numerals
from validations.dimensions import DIMENSIONS
from validations.faults import Fault
from validations.forms import FORMED
from validations.labels import UNIT
from validations.layouts import VINTAGE, Tidy
from validations.periods import before

#: Distinct wrong values of a column that are listed one by one.
LISTED_VALUES = 50
#: Combinations of codes, areas apart, that one file may hold: they are judged one by one.
COMBINATIONS = 20_000
VINTAGE_COLUMN, LABEL_COLUMN = "vintage", "row_label"
CONTROL = r"[\x{00}-\x{1f}\x{7f}-\x{9f}\x{061c}\x{200b}-\x{200f}\x{2028}-\x{202e}\x{2060}-\x{2069}\x{feff}]"


@dataclass(frozen=True)
class FileCheck:
    """Holds one file of a tidy resource to its contract."""

    connection: duckdb.DuckDBPyConnection
    mapper: Mapper
    query: TidyQuery
    part: Part

    @property
    def resource(self) -> Tidy:
        return self.query.resource

    def run(self) -> tuple[int, list[Fault]]:
        """Rows of the file, and everything wrong with it."""
        try:
            faults = self._column_faults()
            if faults:
                return 0, faults
            area_map = self.mapper.descriptor.area_map
            texts, bearers = texts_of(self.connection, self.mapper.lists, self.resource, self.part.data, area_map)
            self.part.texts.update(texts)
            self.part.bearers.update(bearers)
            faults = self._only_faults()
            if faults:
                return 0, faults
            source, rows = self._scanned()
            words, wrong = words_of(self.connection, self.mapper.units, source)
            self.part.words.update(words)
            source, rows = self._scanned() if words else (source, rows)
            faults += [
                fault for *found, expected in wrong for fault in self._counted("printed_value", [found], expected)
            ]
            faults += self._dimension_faults(source)
            faults += self._faults_of_columns_against_each_other(source)
            faults += self._value_faults(source)
            faults += self._unit_faults(source)
            faults += self._qualifier_faults(source)
            faults += self._vintage_faults(source)
            faults += self._label_faults(source)
            faults += self._key_faults(source)
        except (duckdb.Error, pl.exceptions.PolarsError, Broken) as error:
            broken = why_broken(self.part.data, error)
            return 0, [self._fault(found.line, "", found.read, found.expected, "files") for found in broken]
        if not rows:
            faults.append(self._fault(None, "", "no row", "at least one row"))
        return rows, faults

    def _scanned(self) -> tuple[str, int]:
        """The figures of the file as a relation to look at many times, and how many there are. Raises Broken."""
        source = self.query.figures(self.connection, self.part)
        # So is looking up what its texts say, row by row.
        if self.part.data.is_costly or self.part.texts:
            source = "figures"
            if self.part.data.is_misread(self._lay_down()):
                self._lay_down()
        read = f"(from {source} where is_read)"
        return read, self._count(read)

    def _lay_down(self) -> int:
        query = self.query.figures(self.connection, self.part)
        self.connection.execute(f"create or replace temp table figures as from {query}")
        return self._count("figures")

    def _count(self, source: str) -> int:
        return self.connection.execute(f"select count(*) from {source}").fetchone()[0]

    def _column_faults(self) -> list[Fault]:
        found, row = self.part.data.columns(self.connection), self.part.data.header_row
        wrong = [*header_faults([name for name, _ in found])]
        wrong = wrong or [*column_faults(self.resource, found, self.part.period is not None)]
        return [self._fault(row, *what) for what in wrong]

    def _only_faults(self) -> list[Fault]:
        """Texts of which alone the rows are read, and that no row has."""
        faults = []
        for column in self.resource.columns:
            if column.only:
                found = distinct(self.connection, self.part.data, [column]).get(column.name, [])
                expected = f"only: a text of this column: {some(found, column.only[0])}"
                faults += [
                    self._fault(None, column.called, text, expected) for text in column.only if text not in found
                ]
        return faults

    def _fault(self, row: int | None, column: str, read: str, expected: str, check: str = "figures") -> Fault:
        return Fault(self.part.file, row, column, read, expected, self.mapper.check(check))

    def _column_of(self, name: str) -> str:
        return ", ".join(column.called for column in self.resource.holding(name)) or name

    def _counted(self, name: str, found: Iterable[tuple[str | None, int, int]], expected: str) -> list[Fault]:
        """One fault for each wrong value of a column, with its first row and how often it stands."""
        found = sorted(found, key=lambda entry: entry[2])
        faults = []
        for value, times, row in found[:LISTED_VALUES]:
            often = f" ({times:,} rows read so)" if times > 1 else ""
            read = (value or "nothing").removeprefix(UNDECLARED)
            faults.append(self._fault(row, self._column_of(name), read, expected + often))
        if len(found) > LISTED_VALUES:
            rest = found[LISTED_VALUES:]
            read = f"{len(rest):,} further values in {sum(times for _, times, _ in rest):,} rows"
            faults.append(self._fault(rest[0][2], self._column_of(name), read, expected))
        return faults

    def _dimension_faults(self, source: str) -> list[Fault]:
        """Every combination of codes that the file holds, and every area, against the contract of a figure."""
        areas = self.connection.execute(f"select ref_area, count(*), min(row_no) from {source} group by 1").fetchall()
        known = set(self.mapper.lists.codes("area"))
        faults = self._area_faults([area for area in areas if area[0] not in known])
        any_area = next(iter(known))
        names = [name for name in DIMENSIONS if name != "ref_area"]
        query = f"select {', '.join(names)}, count(*), min(row_no) from {source} group by all limit {COMBINATIONS + 1}"
        combinations = self.connection.execute(query).fetchall()
        if len(combinations) > COMBINATIONS:
            expected = f"at most {COMBINATIONS:,}, areas apart: is a column mapped to the wrong dimension?"
            return [*faults, self._fault(None, "", "too many combinations of codes", expected)]
        found: dict[tuple[str, str, str], tuple[int, int]] = {}
        for *codes, times, row in combinations:
            values = {name: code or "" for name, code in zip(names, codes)} | {"ref_area": any_area}
            if unsaid := self._unsaid(values):
                rows, first = found.get(unsaid, (0, row))
                found[unsaid] = (rows + times, min(first, row))
                continue
            read = self.mapper.forms.canonical(values)
            if read != values:
                self.part.forms[tuple(values[n] for n in FORMED)] = tuple(read[n] for n in FORMED)
            # The time basis follows from the indicator: of one that no list knows, that is told and nothing else.
            is_known = values["indicator"] in self.mapper.lists.codes("indicator")
            needed = [name for name in LISTED if is_known or name != "time_basis"]
            wrong = [(name, "nothing", "a code") for name in needed if not values[name]]
            wrong += self.mapper.dimension_faults(values)
            named = self.part.period
            named = named and (before(named, self.resource.value.time_period or "") or named)
            if named is not None and values["time_period"] != named:
                wrong.append(("time_period", values["time_period"], f"{named}, the period that the file's name states"))
            for fault in dict.fromkeys(wrong):
                rows, first = found.get(fault, (0, row))
                found[fault] = (rows + times, min(first, row))
        by_column: dict[tuple[str, str], list[tuple[str, int, int]]] = {}
        for (name, read, expected), (rows, first) in found.items():
            by_column.setdefault((name, expected), []).append((read, rows, first))
        for (name, expected), entries in by_column.items():
            faults += self._counted(name, entries, expected)
        return faults

    def _faults_of_columns_against_each_other(self, source: str) -> list[Fault]:
        """Rows whose columns say a dimension in several ways: a code of one area beside the name of another."""
        faults = []
        for name in self.query.told_twice(self.part):
            query = f"""
                select {against(name)}, count(*), min(row_no) from {source}
                where {against(name)} is not null group by 1"""
            expected = f"one {name}, as both say it; of two columns that do not mean the same one holds _"
            called = ", ".join(column.called for column in self.query.saying(name, self.part))
            faults += self._counted(called, self.connection.execute(query).fetchall(), expected)
        return faults

    def _unsaid(self, values: dict[str, str]) -> tuple[str, str, str] | None:
        """A text of which nothing says what it holds, in a column of several things: all else follows from that."""
        for column in self.resource.columns:
            text = values.get(column.held[0], "") if column.held and not column.is_one else ""
            if text.startswith(UNDECLARED):
                held = ", ".join(column.held)
                return column.held[0], text, f"a text that says {held}: declare it in codes, with _ if it is not read"
        return None

    def _value_faults(self, source: str) -> list[Fault]:
        readable = f"({self.query.is_number()} or {self.query.is_missing()})"
        if self.mapper.descriptor.quarantine_ceiling is not None:
            # A text that is no number is quarantined by a rule; one that is no text stops here all the same.
            plain = f"not regexp_matches(printed_value, {literal(CONTROL)}) and length(printed_value) <= 400"
            readable = f"({self.query.is_missing()} or (printed_value <> '' and {plain}))"
        query = f"select printed_value, count(*), min(row_no) from {source} where not coalesce({readable}, false) group by 1"
        marks = "".join(f", or {mark!r} for a missing value" for mark in self.resource.marks)
        found = self.connection.execute(query).fetchall()
        hints: dict[str, list] = {}
        for entry in found:
            hints.setdefault(numerals.declared(entry[0], self.mapper.lists.hedges()), []).append(entry)
        told = [(summed(same), numerals.EXPECTED + marks + hint) for hint, same in hints.items()]
        return [fault for same, expected in told for fault in self._counted("printed_value", same, expected)]

    def _qualifier_faults(self, source: str) -> list[Fault]:
        """What a column says of qualifiers and no list knows, and what contradicts the number beside it."""
        resource, query = self.resource, self.query
        if not resource.qualifiers and "qualifier" not in resource.held:
            return []
        codes = ", ".join(map(literal, self.mapper.lists.codes("qualifier")))
        high, found = query.high_end(), query.qualifier()
        checks = (
            ("qualifier", "qualifier", f"qualifier not in ({codes})", "the list qualifier, or a text of hedge_text.csv"),
            ("qualifier", "qualifier || ' beside ' || printed_value",
             f"qualifier <> '_Z' and qualifier <> {found} or qualifier = 'range' and {high} is null",
             "one qualifier for a figure: range for two numbers, and for nothing else"),
            ("printed_value", "printed_value", f"cast({query.digits()} as decimal(38, 10)) >= cast({high} as decimal(38, 10))",
             "a range from the lower number to the higher"),
        )  # fmt: skip
        faults = []
        for name, read, wrong, expected in checks:
            asked = (
                f"select {read}, count(*), min(row_no) from {source} where {query.is_number()} and ({wrong}) group by 1"
            )
            faults += self._counted(name, self.connection.execute(asked).fetchall(), expected)
        return faults

    def _unit_faults(self, source: str) -> list[Fault]:
        known = {None, *self.mapper.lists.codes("unit_text")}
        query = f"select printed_unit, count(*), min(row_no) from {source} group by 1"
        units = self.connection.execute(query).fetchall()
        wrong = [entry for entry in units if entry[0] not in known]
        faults = self._counted("printed_unit", wrong, "a unit text of unit_text.csv, whole")
        both = f"""
            select printed_value || ' in ' || printed_unit, count(*), min(row_no) from {source}
            where printed_unit <> '{PERCENT}' and {self.query.is_number()} and contains(printed_value, '%')
            group by 1"""
        faults += self._counted(
            "printed_unit", self.connection.execute(both).fetchall(), "a percent sign or a unit, not both"
        )
        listed, relative = (", ".join(map(literal, found)) for found in (self.mapper.units.of_quantities(), RELATIVE))
        measured = f"""
            select measure || ' in ' || printed_unit, count(*), min(row_no) from {source}
            where measure in ({relative}) and printed_unit in ({listed}) and not contains(printed_value, '%')
            group by 1"""
        faults += self._counted("printed_unit", self.connection.execute(measured).fetchall(), SIGNED)
        faults += self._units_against_labels(source)
        if self.resource.unit.unit_stated is None and any(unit is None for unit, _, _ in units):
            faults += self._without_unit(source)
        return faults

    def _units_against_labels(self, source: str) -> list[Fault]:
        """Rows whose column of units says another one than the label of the figure prints."""
        held, label, value = self.resource.held, self.query.label, self.resource.value
        if UNIT not in held or value.states_unit:
            return []
        # The name of the column of figures prints a unit of them all.
        texts = "cast(null as varchar)" if label in (None, held[UNIT]) else "row_label"
        query = f"""
            select {texts}, printed_unit, measure, count(*), min(row_no) from {source}
            where printed_unit is not null and not contains(printed_value, '%')
            group by 1, 2, 3 order by 5 limit {COMBINATIONS}"""
        faults = []
        unread = "of the two the one that is wrong is not read: holds: _ for the unit's column, and"
        ways = f"{UNIT} with {value.called}"
        if label:
            ways = f"the right unit as {UNIT} in codes of {label.called}"
        for text, unit, measure, times, row in self.connection.execute(query).fetchall():
            for called, told in ((label.called if label else "", text), (value.called, value.name)):
                if told and (printed := self.mapper.units.in_label(told, unit, measure)):
                    expected = f"{printed!r}, as {called} prints it in {told!r}; {unread} {ways}"
                    faults += self._counted(UNIT, [(unit, times, row)], expected)
        return faults

    def _without_unit(self, source: str) -> list[Fault]:
        """Figures whose unit nothing states, an indicator each."""
        query = f"""
            select indicator, measure, arg_min(printed_value, row_no), count(*), min(row_no) from {source}
            where printed_unit is null and {self.query.is_number()} and not contains(printed_value, '%')
            group by 1, 2 order by 1, 2"""
        held = self.resource.held
        faults = []
        for indicator, measure, value, times, row in self.connection.execute(query).fetchall():
            if self.mapper.units.belongs_to({"indicator": indicator, "measure": measure}):
                faults += self._counted(
                    "printed_unit" if "printed_unit" in held else "printed_value",
                    [(f"{value} without a unit", times, row)],
                    self.mapper.units.expected(self.resource, [indicator]),
                )
        return faults

    def _vintage_faults(self, source: str) -> list[Fault]:
        """Editions that are no date, where a column holds them."""
        if VINTAGE_COLUMN not in self.resource.held:
            return []
        query = f"""
            select {VINTAGE_COLUMN}, count(*), min(row_no) from {source}
            where not coalesce(regexp_full_match({VINTAGE_COLUMN}, {literal(VINTAGE)}), false) group by 1"""
        wrong = self.connection.execute(query).fetchall()
        return self._counted(VINTAGE_COLUMN, wrong, "the date of the edition, such as 2024 or 2024-07-25; or _U")

    def _label_faults(self, source: str) -> list[Fault]:
        """Labels that are no plain text, where a column holds them."""
        if LABEL_COLUMN not in self.resource.held:
            return []
        query = f"""
            select {LABEL_COLUMN}, count(*), min(row_no) from {source}
            where regexp_matches({LABEL_COLUMN}, {literal(CONTROL)}) or length({LABEL_COLUMN}) > 400 group by 1"""
        expected = "at most 400 characters, none of which steers a terminal or a page"
        return self._counted(LABEL_COLUMN, self.connection.execute(query).fetchall(), expected)

    def _area_faults(self, areas: list[tuple]) -> list[Fault]:
        """Texts that are no code of an area: (text, rows, first row); those that are the name of several say of which."""
        names = area_names(self.mapper.lists)
        shared = {area[0]: match for area in areas if len((match := names.ever(area[0] or "")).codes) > 1}
        faults = self._counted("ref_area", [area for area in areas if area[0] not in shared], "a code of area")
        for area in [area for area in areas if area[0] in shared][:LISTED_VALUES]:
            faults += self._counted("ref_area", [area], shared[area[0]].expected)
        return faults

    def _key_faults(self, source: str) -> list[Fault]:
        """Rows that measure the same thing as another row of the file; whose area is not known, nobody knows that of."""
        keys, held = [*DIMENSIONS, VINTAGE_COLUMN], self.resource.held
        key = ", ".join(keys)
        # Rows of one file differ in what it holds; a quick hash of that narrows them down to those that may be doubled.
        quick = f"hash({', '.join(name for name in keys if name in held) or '1'})"
        query = f"""
            select concat_ws('.', {key}), count(*), min(row_no), any_value(ref_area) from {source}
            where {quick} in (select {quick} from {source} group by 1 having count(*) > 1)
            group by {key} having count(*) > 1"""
        known = self.mapper.lists.codes("area")
        found = [one for *one, area in self.connection.execute(query).fetchall() if area in known]
        within = " in an edition" if VINTAGE_COLUMN in held else ""
        return self._counted("", found, f"each combination of dimensions once{within}")
