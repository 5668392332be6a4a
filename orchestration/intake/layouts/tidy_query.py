"""The SQL over one bulk file: its rows as figures, and as they stand in the raw layer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from orchestration.engine import constant, literal, quoted
from orchestration.intake.formats.format import ROW, BulkFile
from orchestration.intake.layouts.tidy_columns import SCALED
from orchestration.intake.units import PURE_NUMBER, RELATIVE
from validations import numerals
from validations.descriptor import Descriptor
from validations.dimensions import DIMENSIONS, SERIES_ID
from validations.forms import FORMED
from validations.layouts import Tidy

#: Put before a spelling that the descriptor does not declare.
UNDECLARED = "?"


@dataclass(frozen=True)
class Part:
    """One file of a tidy resource, which messages call `file`. `period`: the one that its name states, in a folder of files.

    `forms`: codes of the dimensions FORMED that stand in it in another form than the canonical one, and what they are read
    as; filled by who has read the file whole.
    """

    path: Path
    file: str
    period: str | None
    data: BulkFile
    forms: dict[tuple[str, ...], tuple[str, ...]] = field(default_factory=dict, compare=False)


@dataclass(frozen=True)
class TidyQuery:
    """Queries over the files of one tidy resource. `layout`: what its figures are said to stand in; `known_hedges`: the
    wordings of qualifiers."""

    descriptor: Descriptor
    resource: Tidy
    layout: str
    known_hedges: Mapping[str, str]

    @property
    def hedges(self) -> dict[str, str]:
        """The wordings of hedges that may stand beside a number."""
        return self.resource.hedges(self.known_hedges)

    def figures(self, connection: duckdb.DuckDBPyConnection, part: Part) -> str:
        """The rows of a file with their line (of Parquet: their number), every dimension, printed value, unit and label."""
        types, held = dict(part.data.columns(connection)), self.resource.held
        dimensions = {name: self._dimension(name, part, types) for name in DIMENSIONS}
        unit = constant(self.resource.printed_unit) if self.resource.printed_unit else "cast(null as varchar)"
        other = {
            # An empty text is an empty cell: CSV knows no other, Parquet has both.
            "printed_value": f"coalesce({self._text('printed_value', types)}, '')",
            "printed_unit": f"nullif({self._text('printed_unit', types)}, '')" if "printed_unit" in held else unit,
            "vintage": self._text("vintage", types) if "vintage" in held else constant(self._vintage),
            "qualifier": self._stated(types),
            "row_label": self._text("row_label", types) if "row_label" in held else "cast(null as varchar)",
        }
        other["unit_meant"] = self._meant(other["printed_unit"], dimensions["measure"])
        listed = ", ".join(f"{text} as {name}" for name, text in (dimensions | other).items())
        return (
            f"(select r.{ROW} as row_no, {listed} from ({part.data.scan(connection)}) as r"
            f" left join indicator_of as b on b.indicator = {dimensions['indicator']})"
        )

    def _meant(self, unit: str, measure: str) -> str:
        """The unit that a figure is in though its row prints none: of what is measured in pure numbers."""
        if self.resource.unit_meant is None:
            return "cast(null as varchar)"
        relative = ", ".join(map(literal, RELATIVE))
        is_pure = f"({measure} in ({relative}) or b.unit_measure = {literal(PURE_NUMBER)})"
        return f"case when {unit} is null and {is_pure} then {literal(self.resource.unit_meant)} end"

    @property
    def _vintage(self) -> str:
        """The edition, where no column says it of each figure."""
        return self.resource.vintage or self.descriptor.vintage

    def _dimension(self, name: str, part: Part, types: Mapping[str, str]) -> str:
        """The code of a dimension: as a column spells it, as the file's name or the descriptor states it, or its default."""
        stated = self.resource.defaults.stated()
        if name in self.resource.held:
            return self._text(name, types)
        if name == "time_period" and part.period is not None:
            return constant(part.period)
        if name == "time_basis" and name not in stated:
            return "b.time_basis"
        code = stated.get(name, DIMENSIONS[name])
        return "cast(null as varchar)" if code is None else constant(code)

    def _text(self, holds: str, types: Mapping[str, str]) -> str:
        """What the column that holds something says, spellings replaced by their codes."""
        column = self.resource.held[holds]
        text = f"cast(r.{quoted(column.name)} as varchar)"
        if re.fullmatch(SCALED, types.get(column.name, "")):
            # The file stores these decimals for all rows alike: which of its zeros were printed, nobody knows.
            text = f"rtrim(rtrim({text}, '0'), '.')"
        whens = " ".join(f"when {literal(k)} then {literal(v)}" for k, v in column.codes.items())
        # A spelling that is not declared must not pass for a code.
        return f"case {text} {whens} else '{UNDECLARED}' || {text} end" if whens else text

    def observations(self, connection: duckdb.DuckDBPyConnection, part: Part) -> str:
        """Rows of the raw layer's `observation`, in the canonical form; an id is of the form that stands in the file."""
        descriptor = self.descriptor
        value = self.resource.held["printed_value"].name
        number = [name for name, _ in part.data.columns(connection)].index(value) + 1
        series = ", ".join(f"f.{name}" for name in SERIES_ID)
        return f"""
            select
                concat({literal(descriptor.name)}, ':', concat_ws('.', {series}), ':', f.time_period,
                    case when f.base_period <> '_Z' then '/' || f.base_period else '' end, ':', f.vintage) as observation_id,
                {constant(descriptor.name)} as source_id, {constant(self.resource.name)} as table_id, {constant(self.resource.name)} as whole_table, {constant(self.layout)} as layout,
                cast(row_no as integer) as row_no, cast({number} as integer) as column_no, f.row_label,
                {constant(value)} as column_label, {constant(self.resource.section)} as section,
                cast(null as varchar) as statement, {constant(part.file)} as file, f.vintage,
                {constant(self.resource.agency or descriptor.agency)} as agency, printed_value, printed_unit,
                unit_meant, case when is_number then digits end as numeral, {self.high_end()} as numeral_high,
                case when is_number then cast(length(split_part(digits, '.', 2)) as integer) end as decimals, true as decimals_known,
                is_number and contains(printed_value, '%') as percent,
                is_missing, {self.qualifier()} as qualifier, {", ".join(self._canonical(part))}
            from (
                select *, {self.digits()} as digits, {self.is_number()} as is_number, {self.is_missing()} as is_missing
                from {self.figures(connection, part)}
            ) as f {self._read_as(part)}"""

    def _canonical(self, part: Part) -> list[str]:
        """Every dimension of the figures `f` in the canonical form."""
        read = FORMED if part.forms else ()
        return [f"coalesce(c.read_{n}, f.{n}) as {n}" if n in read else f"f.{n}" for n in DIMENSIONS]

    def _read_as(self, part: Part) -> str:
        """The join of the figures `f` to what their codes are read as; nothing where all are canonical."""
        if not part.forms:
            return ""
        rows = ", ".join(f"({', '.join(map(literal, (*stated, *read)))})" for stated, read in part.forms.items())
        names = ", ".join([*FORMED, *(f"read_{name}" for name in FORMED)])
        meets = " and ".join(f"c.{name} = f.{name}" for name in FORMED)
        return f"left join (values {rows}) as c ({names}) on {meets}"

    def is_number(self) -> str:
        pattern = numerals.hedged_pattern(numerals.PRINTED_NUMBER, self.hedges, self.resource.has_ranges)
        return f"(regexp_full_match(printed_value, {literal(pattern)}) and not {self.is_missing()})"

    def digits(self) -> str:
        """The number as it is printed, without its separators; of a range the low end."""
        number = "rtrim(printed_value, '%')"
        if self.resource.qualifiers:
            number = f"regexp_extract(printed_value, {literal(f'-?{numerals.DIGITS}')})"
        return f"replace({number}, ',', '')"

    def high_end(self) -> str:
        pattern = literal(f"^{numerals.DIGITS}%?{numerals.DASH}({numerals.DIGITS})%?$")
        high = f"nullif(replace(regexp_extract(printed_value, {pattern}, 1), ',', ''), '')"
        return high if self.resource.has_ranges else "cast(null as varchar)"

    def qualifier(self) -> str:
        """The qualifier of a figure: of what stands beside its number, or as a column states it."""
        beside = f"trim(regexp_replace(printed_value, {literal(numerals.PRINTED_NUMBER)}, ''))"
        whens = "".join(f" when {literal(text)} then {literal(code)}" for text, code in self.hedges.items())
        hedge = f"case {beside}{whens} else qualifier end" if whens else "qualifier"
        return f"case when {self.high_end()} is not null then {constant(numerals.RANGE)} else {hedge} end"

    def _stated(self, types: Mapping[str, str]) -> str:
        """What a column says of the qualifiers, worded or as codes; nothing where it is empty."""
        if "qualifier" not in self.resource.held:
            return constant("_Z")
        text = self._text("qualifier", types)
        whens = "".join(f" when {literal(k)} then {literal(v)}" for k, v in self.known_hedges.items())
        return f"coalesce(case {text}{whens} else nullif({text}, '') end, '_Z')"

    def is_missing(self) -> str:
        marks = ", ".join(literal(mark) for mark in self.resource.marks)
        return f"(printed_value in ({marks}))" if marks else "false"
