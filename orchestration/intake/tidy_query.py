"""The SQL over one bulk file: its rows as figures, and as they stand in the raw layer."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from orchestration.engine import constant, literal, quoted
from orchestration.intake.bulk_columns import SCALED, columns
from orchestration.intake.long_csv import Ahead
from validations import numerals
from validations.descriptor import DIMENSIONS, SERIES_ID, Descriptor, Tidy

#: A name that no column of a file has.
ROW = '"row of the file"'
#: Put before a spelling that the descriptor does not declare.
UNDECLARED = "?"


@dataclass(frozen=True)
class Part:
    """One file of a tidy resource. `period`: the one that its name states, in a folder of files."""

    path: Path
    file: str
    period: str | None


@dataclass(frozen=True)
class TidyQuery:
    """Queries over the files of one tidy resource.

    `ahead`: of CSV files in which records are not lines, where they begin; filled by who has read them whole.
    """

    descriptor: Descriptor
    resource: Tidy
    ahead: dict[Path, Ahead] = field(default_factory=dict, compare=False)

    def figures(self, connection: duckdb.DuckDBPyConnection, part: Part) -> str:
        """The rows of a file with their line (of Parquet: their number), every dimension, printed value and unit."""
        path, types = literal(str(part.path)), dict(columns(connection, part.path))
        if part.path.suffix == ".parquet":
            rows = (
                f"select *, file_row_number + 1 as {ROW} from"
                f" read_parquet({path}, file_row_number = true, hive_partitioning = false)"
            )
        else:
            named = ", ".join(f"{literal(name)}: '{kind}'" for name, kind in types.items())
            rows = (
                f"select *, row_number() over () + 1 as {ROW} from read_csv({path}, header = true, auto_detect = false,"
                f" delim = ',', quote = '\"', escape = '\"', nullstr = '', columns = {{{named}}})"
            )
            if part.path in self.ahead:
                records, lines = zip(*self.ahead[part.path])
                connection.execute(
                    "create or replace temp table ahead as select unnest(?) as record, unnest(?) as lines",
                    [list(records), list(lines)],
                )
                rows = (
                    f"select f.* replace (f.{ROW} + a.lines as {ROW}) from ({rows}) as f"
                    f" asof join ahead as a on f.{ROW} >= a.record"
                )
        held = {column.holds: column for column in self.resource.columns}
        stated = self.resource.defaults.stated()

        def expression(name: str, default: str | None) -> str:
            if name in held:
                text = f"cast(r.{quoted(held[name].name)} as varchar)"
                if re.fullmatch(SCALED, types.get(held[name].name, "")):
                    # The file stores these decimals for all rows alike: which of its zeros were printed, nobody knows.
                    text = f"rtrim(rtrim({text}, '0'), '.')"
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
            # An empty text is an empty cell: CSV knows no other, Parquet has both.
            "printed_unit": f"nullif({expression('printed_unit', None)}, '')"
            if "printed_unit" in held
            else unit or "cast(null as varchar)",
        }
        listed = ", ".join(f"{text} as {name}" for name, text in (dimensions | other).items())
        return (
            f"(select r.{ROW} as row_no, {listed} from ({rows}) as r"
            f" left join time_basis_of as b on b.indicator = {dimensions['indicator']})"
        )

    def observations(self, connection: duckdb.DuckDBPyConnection, part: Part) -> str:
        """Rows of the raw layer's `observation`."""
        descriptor = self.descriptor
        value = next(column.name for column in self.resource.columns if column.holds == "printed_value")
        number = [name for name, _ in columns(connection, part.path)].index(value) + 1
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
                select *, replace(rtrim(printed_value, '%'), ',', '') as digits, {self.is_number()} as is_number, {self.is_missing()} as is_missing
                from {self.figures(connection, part)}
            )"""

    def is_number(self) -> str:
        return f"(regexp_full_match(printed_value, {literal(numerals.PRINTED_NUMBER)}) and not {self.is_missing()})"

    def is_missing(self) -> str:
        marks = ", ".join(literal(mark) for mark in self.resource.missing_values)
        return f"(printed_value in ({marks}))" if marks else "false"
