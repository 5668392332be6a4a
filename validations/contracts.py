"""pandera contracts of the seeds: text frames in, every fault out.

A contract is checked lazily over a frame of texts (one row a record of the file, empty
cells null), so that one report names all faults of all files with their place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

import pandera.polars as pa
import polars as pl

from validations import numerals
from validations.code_lists import CodeLists
from validations.dimensions import DIMENSIONS
from validations.faults import Fault
from validations.strict_model import PLAIN

EXPECTED_TEXT = {
    "not_nullable": "a value",
    "field_uniqueness": "a value that stands once in its column",
    "multiple_fields_uniqueness": "a combination that stands once in the file",
}


def column(*checks: pa.Check, nullable: bool = False, unique: bool = False) -> pa.Column:
    text = pa.Check.str_matches(PLAIN, error="text without control characters")
    return pa.Column(pl.String, [text, *checks], nullable=nullable, unique=unique)


def one_of(codes: Iterable[str], what: str) -> pa.Check:
    # Not `isin`: pandera copies a check with all that it states, and there are thousands of areas.
    known = pl.lit(pl.Series([list(codes)], dtype=pl.List(pl.String)))

    def are_known(data: pa.PolarsData) -> pl.LazyFrame:
        return data.lazyframe.select(pl.col(data.key).is_in(known))

    return pa.Check(are_known, error=f"a code of {what}")


def matches(pattern: str, expected: str) -> pa.Check:
    return pa.Check.str_matches(pattern, error=expected)


def _are_dates(data: pa.PolarsData) -> pl.LazyFrame:
    text = pl.col(data.key)
    return data.lazyframe.select(text.is_null() | text.str.to_date("%Y-%m-%d", strict=False).is_not_null())


DATE = pa.Check(_are_dates, error="a date such as 2018-03-21")
INTEGER = matches(r"^(0|[1-9][0-9]?)$", "a whole number from 0 to 99")
#: How far a hedged number may lie off: a share of it, half a unit of its last digit, or any distance.
REACH = matches(r"^(digit|open|0(\.[0-9]{1,4})?|1)$", "digit, open, or a share from 0 to 1")
TRUTH = pa.Check.isin(["true", "false"], error="true, false")
MULTIPLIER = matches(r"^(-2|[0-9]|1[0-2])$", "a power of ten: -2, or from 0 to 12")


def printed_table(
    columns: Iterable[str],
    missing_values: Iterable[str],
    lists: CodeLists,
    hedges: Iterable[str] = (),
    ranges: bool = False,
) -> pa.DataFrameSchema:
    """Contract of a printed table laid out as a frame of `label` and `columns`.

    Every cell holds a number, with one of the `hedges` or a range where the table prints such, or nothing where the page
    prints one of `missing_values`, the marks that hold for it.
    """
    accepted = "|".join([numerals.PRINTED_NUMBER, *map(re.escape, lists.words())])
    number = matches(rf"^{numerals.hedged_pattern(accepted, hedges, ranges)}$", _or_missing(missing_values))
    cells = {name: column(number, nullable=True) for name in columns}
    return pa.DataFrameSchema({"label": column(), **cells}, strict=True)


#: First columns of every prose file; the dimensions that vary follow, in the order of DIMENSIONS.
PROSE_COLUMNS = ["section", "statement", "printed_value", "printed_unit", "qualifier", "direction"]
#: May follow them: `false` in the row of a figure for which the text states no unit.
UNIT_STATED = "unit_stated"
#: Dimensions whose codes stand in a list of another name.
LIST_OF = {"ref_area": "area"}
PERIOD = matches(r"^[0-9]{4}(-Q[1-4]|-(0[1-9]|1[0-2]))?$", "a period such as 2015, 2015-Q1 or 2015-01")


def prose_columns(header: Iterable[str]) -> list[str]:
    """The header that a prose file with the dimensions of `header` must have."""
    present = set(header)
    return [*PROSE_COLUMNS, *(name for name in (UNIT_STATED, *DIMENSIONS) if name in present)]


def prose(lists: CodeLists, header: Iterable[str]) -> pa.DataFrameSchema:
    """Contract of figures stated in running text, one a row; `header` is that of the file.

    A dimension may be empty: then the descriptor's default holds, or mapping finds it missing.
    """
    hedges = numerals.hedge_pattern(lists.hedges())
    words = map(re.escape, lists.words())
    accepted = "|".join([numerals.PRINTED_NUMBER, numerals.PRINTED_RANGE, *words])
    number = matches(
        rf"^(?:{hedges} ?)?(?:{accepted})(?: ?{hedges})?$",
        f"{numerals.EXPECTED}, or a range such as 830-1100; a hedge beside it as in hedge_text.csv",
    )
    hedged = [*lists.codes("qualifier"), *lists.hedges()]
    columns = {
        "section": column(),
        "statement": column(),
        "printed_value": column(number),
        "printed_unit": column(one_of(lists.codes("unit_text"), "unit_text.csv"), nullable=True),
        UNIT_STATED: column(one_of(["false"], "false, or nothing"), nullable=True),
        "qualifier": column(one_of(hedged, "the list qualifier, or a text of hedge_text.csv"), nullable=True),
        "direction": column(one_of(["rise", "fall"], "rise, fall"), nullable=True),
        "counterpart": column(matches(r"^[a-z_]+=\w+$", "dimension=code, such as residence=R"), nullable=True),
        "time_period": column(PERIOD, nullable=True),
        "base_period": column(PERIOD, nullable=True),
    }

    def code(name: str) -> pa.Column:
        codelist = LIST_OF.get(name, name)
        return column(one_of(lists.codes(codelist), codelist), nullable=True)

    return pa.DataFrameSchema({name: columns.get(name) or code(name) for name in prose_columns(header)}, strict=True)


def faults(
    schema: pa.DataFrameSchema,
    frame: pl.DataFrame,
    file: str,
    check: str,
    lines: Sequence[int],
    columns: Mapping[str, str] | None = None,
) -> list[Fault]:
    """Every fault of `frame` against `schema`.

    `lines`: on which line of `file` each row of the frame begins; `columns`: the names that the file's reader
    knows, where the frame's differ.
    """
    try:
        schema.validate(frame, lazy=True)
    except pa.errors.SchemaErrors as errors:
        cases = errors.failure_cases.iter_rows(named=True)
        return [_fault(case, file, check, lines, columns or {}) for case in cases]
    return []


def _fault(case: dict, file: str, check: str, lines: Sequence[int], columns: Mapping[str, str]) -> Fault:
    return Fault(
        file=file,
        row=None if case["index"] is None else lines[case["index"]],
        column=columns.get(case["column"], case["column"] or ""),
        read=case["failure_case"] if case["failure_case"] is not None else "",
        expected=EXPECTED_TEXT.get(case["check"], case["check"]),
        check=check,
    )


def _or_missing(missing_values: Iterable[str]) -> str:
    marks = ", ".join(repr(mark) for mark in missing_values)
    return numerals.EXPECTED + (f", or a mark for a missing value: {marks}" if marks else "")
