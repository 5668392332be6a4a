"""The SQL over one bulk file: its rows as figures, and as they stand in the raw layer."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from orchestration.engine import constant, literal, quoted
from orchestration.intake.formats.format import ROW, STORED, BulkFile
from orchestration.intake.layouts.tidy_columns import is_binary, left_out_by, text_of
from orchestration.intake.layouts.tidy_texts import Bearers, Texts, joins, names_of
from orchestration.intake.layouts.tidy_words import Words, without_words
from orchestration.intake.units import PERCENT, PURE_NUMBER, RELATIVE
from validations import numerals
from validations.descriptor import Descriptor
from validations.dimensions import DIMENSIONS, SERIES_ID
from validations.forms import FORMED
from validations.labels import UNIT, VALUE, Column
from validations.layouts import Tidy
from validations.periods import is_before

INDICATOR = "indicator"
#: Put before a spelling that the descriptor does not declare.
UNDECLARED = "?"
#: What a text may say of the persons of a figure without being declared to: 城市低保人数 is urban.
OF_PERSONS = ("residence", "pop_group", "age")


def _before(base: str, period: str) -> str:
    """A period that is told from that of its row, as that one; `-P1Y` of 2024-03 is 2023-03, `--03` of 2024 is 2024-03."""
    if base == constant("_Z"):
        return base
    count = f"cast(regexp_extract({base}, '[0-9]+') as integer)"
    year = f"printf('%04d', cast(left({period}, 4) as integer) - {count}) || substr({period}, 5)"
    month = f"strftime(try_cast({period} || '-01' as date) - to_months({count}), '%Y-%m')"
    ends = "".join(
        f" when regexp_full_match({base}, '-P[1-9][0-9]?{unit}') and regexp_full_match({period}, '{of}') then {said}"
        for unit, of, said in (("Y", "[0-9]{4}(-Q?[0-9]{1,2})?", year), ("M", "[0-9]{4}-[0-9]{2}", month))
    )
    ends += f" when starts_with({base}, '--') and regexp_full_match({period}, '[0-9]{{4}}') then {period} || substr({base}, 2)"
    return f"(case{ends} else {base} end)"


def against(name: str) -> str:
    """What a relation of figures calls the texts that say a dimension against each other."""
    return f"against_{name}"


@dataclass(frozen=True)
class Part:
    """One file of a tidy resource, which messages call `file`. `period`: the one that its name states, in a folder of files.

    `texts`: what the texts of its columns say, where they are no codes; `bearers`: of names of areas that say another thing
    in another year. `forms`: codes of the dimensions FORMED that stand in it in another form than the canonical one, and what they are read
    as. `words`: the units behind its numbers. All are filled by who has read the file whole.
    """

    path: Path
    file: str
    period: str | None
    data: BulkFile
    texts: Texts = field(default_factory=dict, compare=False)
    bearers: Bearers = field(default_factory=dict, compare=False)
    forms: dict[tuple[str, ...], tuple[str, ...]] = field(default_factory=dict, compare=False)
    words: Words = field(default_factory=dict, compare=False)


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
        """The rows of a file with their line (of Parquet: their number), every dimension, printed value, unit and label,
        and whether they are to be read."""
        types = dict(part.data.columns(connection))
        dimensions = {name: self._dimension(name, part, types) for name in DIMENSIONS}
        text_by = {column.name: text_of(column, types) for column in self.resource.columns}
        said_by = joins(part.texts, part.bearers, text_by, dimensions["time_period"])
        earlier = self.resource.value.time_period
        if earlier and is_before(earlier):
            told = dimensions["time_period"]
            # A text that is no period stands for itself.
            is_period = f"regexp_full_match({told}, '[0-9]{{4}}(-Q?[0-9]{{1,2}})?')"
            dimensions["time_period"] = f"case when {is_period} then {_before(constant(earlier), told)} else {told} end"
        dimensions["base_period"] = _before(dimensions["base_period"], dimensions["time_period"])
        unit = self.resource.unit.printed_unit
        unit = constant(unit) if unit else "cast(null as varchar)"
        if not self.resource.value.states_unit:
            unit = self._told(UNIT, part, types, unit)
        if self.resource.value.measure in RELATIVE:
            # The unit of the row is that of its other figures.
            unit = f"case when not contains({self._text(VALUE, types)}, '{PERCENT}') then {unit} end"
        # An empty text is an empty cell: CSV knows no other, Parquet has both.
        printed = f"coalesce({self._text('printed_value', types)}, '')"
        printed, unit = without_words(printed, f"nullif({unit}, '')", part.words)
        other = {
            "printed_value": printed,
            "printed_unit": unit,
            "vintage": self._told("vintage", part, types, constant(self._vintage)),
            "qualifier": self._stated(types),
            "row_label": self._label(part, types),
        }
        left_out = left_out_by(self.resource, types).values()
        value = self.resource.value
        stored = f"not list_contains(r.{STORED}, {literal(value.name)})" if part.data.tells_stored else "true"
        other["decimals_known"] = "false" if is_binary(value, types) else stored
        other |= {against(name): self._against(name, part, types) for name in self.told_twice(part)}
        other["is_read"] = f"not ({' or '.join(left_out)})" if left_out else "true"
        other["unit_meant"] = self._meant(other["printed_unit"], dimensions["measure"])
        listed = ", ".join(f"{text} as {name}" for name, text in (dimensions | other).items())
        return (
            f"(select r.{ROW} as row_no, {listed} from ({part.data.scan(connection)}) as r {said_by}"
            f" left join indicator_of as b on b.indicator = {dimensions['indicator']})"
        )

    def _told(self, name: str, part: Part, types: Mapping[str, str], otherwise: str) -> str:
        """What the texts of a row say of `name`: the column that holds it, else another; `otherwise` where none does.

        A text that nobody knows stands for itself; where texts are declared, or say several things, it must not pass for a code.
        """
        says = {of: self._said(of, name, n) for n, (of, t) in enumerate(part.texts.items(), 1) if name in names_of(t)}
        columns = self.resource.holding(name)
        # A code goes before a name, which several areas may bear.
        coded = sorted(columns, key=lambda column: column.name in part.bearers)
        known = [said for column in coded if (said := self._known(column, name, part, types))]
        if any(column.is_one for column in columns):
            # What one of several columns says goes before a text that nobody knows.
            told = [(f"'{UNDECLARED}' || " if c.spelled else "") + text_of(c, types) for c in columns if c.is_one]
        else:
            told = [*(said for of, said in says.items() if of not in {c.name for c in columns}), otherwise]
        told = f"coalesce({', '.join(dict.fromkeys([*known, *told]))})" if known or len(told) > 1 else told[0]
        for column in (c for c in columns if not c.is_one and c.held[0] == name):
            number = list(part.texts).index(column.name) + 1
            text = f"'{UNDECLARED}' || coalesce({text_of(column, types)}, '')"
            told = f"case when s{number}.text is null then {text} else {told} end"
        return told

    def _said(self, column: str, name: str, number: int) -> str:
        """What the texts of a column say of `name`; of what is held at the end of a span of months that it is a stock."""
        said = f"s{number}.{quoted(name)}"
        is_period = any(c.name == column and "time_period" in c.held for c in self.resource.columns)
        if name != "time_basis" or not is_period:
            return said
        return f"case when b.time_basis = 'stock' and {said} = 'year_to_date' then 'stock' else {said} end"

    def _known(self, column: Column, name: str, part: Part, types: Mapping[str, str]) -> str:
        """The code of `name` that the text of a column stands for; of a column without texts that are looked up the text."""
        if column.name not in part.texts:
            return text_of(column, types)
        number = list(part.texts).index(column.name) + 1
        return self._said(column.name, name, number) if name in names_of(part.texts[column.name]) else ""

    def saying(self, name: str, part: Part) -> list[Column]:
        """The columns that hold a dimension, and those whose texts say who the figures are of beside what they hold."""
        held = self.resource.holding(name)
        others = [c for c in self.resource.columns if c not in held and name in names_of(part.texts.get(c.name, {}))]
        return [*held, *(others if name in OF_PERSONS else [])]

    def told_twice(self, part: Part) -> list[str]:
        """The dimensions that several columns say."""
        return [name for name in DIMENSIONS if len(self.saying(name, part)) > 1]

    def _against(self, name: str, part: Part, types: Mapping[str, str]) -> str:
        """The texts of a row, where those of the columns that hold a dimension stand for several codes."""
        columns = self.saying(name, part)
        codes = {c.name: f"nullif({known}, '')" for c in columns if (known := self._known(c, name, part, types))}
        texts = ", ".join(text_of(column, types) for column in columns)
        if part.bearers.keys() & codes.keys():
            # The code beside a name may be that of any area that ever bore it.
            for column, code in codes.items():
                one = f"case when {code} is not null then [{code}] end"
                is_named = column in part.bearers
                number = list(part.texts).index(column) + 1 if is_named else 0
                codes[column] = f"coalesce(s{number}.bearers, {one})" if is_named else one
            differ = "not list_has_any({}, {})"
        else:
            differ = "{} <> {}"
        pairs = " or ".join(differ.format(*pair) for pair in itertools.combinations(codes.values(), 2)) or "false"
        return f"case when {pairs} then concat_ws(' and ', {texts}) end"

    @property
    def label(self) -> Column | None:
        """The column that says what the publication calls a figure: by itself, or with texts that name the indicator."""
        held = self.resource.held
        named = held.get(INDICATOR)
        return held.get("row_label") or (named if named and (named.spelled or not named.is_one) else None)

    def _label(self, part: Part, types: Mapping[str, str]) -> str:
        """What the publication calls a figure: as a column says, or the text that names its indicator."""
        held = self.resource.held
        named = held.get(INDICATOR)
        told = held.get("row_label") or (named if named and named.name in part.texts else None)
        return text_of(told, types) if told else "cast(null as varchar)"

    def _meant(self, unit: str, measure: str) -> str:
        """The unit that a figure is in though its row prints none: of what is measured in pure numbers."""
        meant = self.resource.unit.unit_meant
        if meant is None:
            return "cast(null as varchar)"
        relative = ", ".join(map(literal, RELATIVE))
        is_pure = f"({measure} in ({relative}) or b.unit_measure = {literal(PURE_NUMBER)})"
        return f"case when {unit} is null and {is_pure} then {literal(meant)} end"

    @property
    def _vintage(self) -> str:
        """The edition, where no column says it of each figure."""
        return self.resource.vintage or self.descriptor.vintage

    def _dimension(self, name: str, part: Part, types: Mapping[str, str]) -> str:
        """The code of a dimension: as a column spells it, as the file's name or the descriptor states it, or its default."""
        own = self.resource.value.stated().get(name)
        if own and not (name == "time_period" and is_before(own)):
            return constant(own)
        stated = self.resource.defaults.stated()
        code = stated.get(name, DIMENSIONS[name])
        otherwise = "cast(null as varchar)" if code is None else constant(code)
        if name == "time_period" and part.period is not None:
            otherwise = constant(part.period)
        if name == "time_basis" and name not in stated:
            otherwise = "b.time_basis"
        return self._told(name, part, types, otherwise)

    def _text(self, holds: str, types: Mapping[str, str]) -> str:
        """What the column that holds something says, spellings replaced by their codes."""
        column = self.resource.held[holds]
        text = text_of(column, types)
        whens = " ".join(f"when {literal(k)} then {literal(str(v))}" for k, v in column.spelled.items())
        return f"case {text} {whens} else '{UNDECLARED}' || {text} end" if whens else text

    def observations(self, connection: duckdb.DuckDBPyConnection, part: Part) -> str:
        """Rows of the raw layer's `observation`, in the canonical form; an id is of the form that stands in the file."""
        descriptor = self.descriptor
        value = self.resource.value.name
        number = [name for name, _ in part.data.columns(connection)].index(value) + 1
        series = ", ".join(f"f.{name}" for name in SERIES_ID)
        # Last year's figure of this row may be this year's of another.
        of_column = f", {literal(f':{self.resource.name}')}" if self.resource.name != self.resource.whole else ""
        return f"""
            select
                concat({literal(descriptor.name)}, ':', concat_ws('.', {series}), ':', f.time_period,
                    case when f.base_period <> '_Z' then '/' || f.base_period else '' end, ':', f.vintage{of_column}) as observation_id,
                {constant(descriptor.name)} as source_id, {constant(self.resource.name)} as table_id, {constant(self.resource.whole)} as whole_table, {constant(self.layout)} as layout,
                cast(row_no as integer) as row_no, cast({number} as integer) as column_no, f.row_label,
                {constant(value)} as column_label, {constant(self.resource.section)} as section,
                cast(null as varchar) as statement, {constant(part.file)} as file, f.vintage,
                {constant(self.resource.agency or descriptor.agency)} as agency, printed_value, printed_unit,
                unit_meant, case when is_number then digits end as numeral, {self.high_end()} as numeral_high,
                case when is_number then cast(length(split_part(digits, '.', 2)) as integer) end as decimals, decimals_known,
                is_number and contains(printed_value, '%') as percent,
                is_missing, {self.qualifier()} as qualifier, {", ".join(self._canonical(part))}
            from (
                select *, {self.digits()} as digits, {self.is_number()} as is_number, {self.is_missing()} as is_missing
                from {self.figures(connection, part)} where is_read
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
