"""pandera contracts of the seeds: text frames in, every fault out.

A contract is checked lazily over a frame of texts (one row a record of the file, empty
cells null), so that one report names all faults of all files with their place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

import pandera.polars as pa
import polars as pl

from validations import numerals, periods
from validations.code_lists import CodeLists
from validations.dimensions import DIMENSIONS
from validations.faults import Fault
from validations.strict_model import PLAIN

CODE = r"^[A-Z0-9_]{1,64}$"
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


CODE_FORM = matches(CODE, "a code of capital letters, digits and _")
CODE_COLUMN = column(CODE_FORM, unique=True)
NAMED = {"code": CODE_COLUMN, "name_en": column(), "name_zh": column()}
DEFINED = {**NAMED, "definition_en": column(), "definition_zh": column()}


def _are_dates(data: pa.PolarsData) -> pl.LazyFrame:
    text = pl.col(data.key)
    return data.lazyframe.select(text.is_null() | text.str.to_date("%Y-%m-%d", strict=False).is_not_null())


DATE = pa.Check(_are_dates, error="a date such as 2018-03-21")
#: An official name is somebody's: without its source it is a common one.
OFFICIAL_HAS_SOURCE = pa.Check(
    lambda data: data.lazyframe.select(
        (pl.col("name_en_kind").fill_null("usual") != "official") | pl.col("name_en_source").is_not_null()
    ),
    error="a name_en_source for each name that is official",
)
NOT_ITSELF = pa.Check(
    lambda data: data.lazyframe.select(pl.col("area") != pl.col("successor")), error="another area as successor"
)
VALIDITY = {"valid_from": column(DATE, nullable=True), "valid_to": column(DATE, nullable=True)}
INTEGER = matches(r"^(0|[1-9][0-9]?)$", "a whole number from 0 to 99")
#: How far a hedged number may lie off: a share of it, half a unit of its last digit, or any distance.
REACH = matches(r"^(digit|open|0(\.[0-9]{1,4})?|1)$", "digit, open, or a share from 0 to 1")
TRUTH = pa.Check.isin(["true", "false"], error="true, false")
MULTIPLIER = matches(r"^(-2|[0-9]|1[0-2])$", "a power of ten: -2, or from 0 to 12")

#: Columns of every code list, in the order of the file.
CODELISTS: dict[str, list[str]] = {
    "code": ["codelist", "code", "name_en", "name_zh", "definition_en"],
    "status": ["code", "may_be_shown", "may_be_quoted", "mark_en", "mark_zh"],
    "unit": ["code", "name_en", "name_zh", "quantity", "months", "definition_en", "definition_zh"],
    "unit_text": ["text", "unit_measure", "unit_mult"],
    "numeral": ["text", "numeral"],
    "hedge": ["qualifier", "below", "above", "in_words", "is_strict", "mirror", "reason_en"],
    "hedge_text": ["text", "qualifier"],
    "caveat": ["caveat", "text_en", "text_zh"],
    "code_system": ["code_system", "first_year", "reason_en"],
    "area_member": ["area_group", "member", "valid_from", "valid_to"],
    "indicator": [
        "code",
        "name_en",
        "name_zh",
        "unit_measure",
        "time_basis",
        "is_derived",
        "definition_en",
        "definition_zh",
        "is_rate",
        "is_of_its_period",
    ],
    "release_stage": ["code", "name_en", "name_zh", "rank", "is_provisional"],
    "agency": ["code", "name_en", "name_zh", "valid_from", "valid_to"],
    "scheme": [
        "code",
        "name_en",
        "name_zh",
        "parent",
        "agency",
        "tier_basic_supplementary",
        "tier_insurance_assistance_welfare",
        "tier_assistance_insurance_commercial",
        "tier_basic_enterprise_commercial",
        "residence_covered",
        "definition_en",
        "definition_zh",
    ],
    "area": [
        "code",
        "name_en",
        "name_zh",
        "parent",
        "level",
        "code_system",
        "valid_from",
        "valid_to",
        "name_en_kind",
        "name_en_source",
    ],
    "area_life": ["area", "name_en", "name_zh", "valid_from", "valid_to"],
    "area_successor": ["area", "successor", "year", "passed"],
    "area_alias": ["area", "text", "reason_en"],
    "label_word": ["codelist", "code", "text"],
    "label_text": ["text", "says", "reason_en"],
}


def _of_no_other_measure(lists: CodeLists) -> pa.Check:
    """marts.series makes the indicator of what is no level of indicator and measure (macro series_indicator)."""
    made = {
        f"{code}_{measure.upper()}"
        for code in lists.codes("indicator")
        for measure in lists.codes("measure")
        if measure != "level"
    }
    expected = "a code that is not another indicator's with the name of a measure at its end: marts.series makes those"
    return pa.Check.notin(sorted(made), error=expected)


def _says(lists: CodeLists) -> pa.Check:
    """Codes by dimension, such as `indicator=POPULATION population_basis=resident`; periods from that of the table."""

    def is_known(name: str, code: str) -> bool:
        if name in ("time_period", "base_period"):
            return periods.is_before(code)
        return name in DIMENSIONS and code in lists.codes(LIST_OF.get(name, name))

    def are_known(text: str) -> bool:
        return all(is_known(*part.partition("=")[::2]) for part in text.split())

    def check(data: pa.PolarsData) -> pl.LazyFrame:
        return data.lazyframe.select(pl.col(data.key).map_elements(are_known, return_dtype=pl.Boolean))

    return pa.Check(check, error="dimension=code, such as indicator=POPULATION, each a code of its list")


def codelist(name: str, lists: CodeLists) -> pa.DataFrameSchema:
    """Contract of one code list: codes unique, names in both languages, references known."""
    columns: dict[str, pa.Column] = {
        "code": {
            "codelist": column(matches(r"^[a-z_]+$", "a list's name in lower case")),
            "code": column(),
            "name_en": column(),
            "name_zh": column(),
            "definition_en": column(nullable=True),
        },
        "status": {
            "code": column(one_of(lists.codes("obs_status"), "the list obs_status of code.csv"), unique=True),
            "may_be_shown": column(TRUTH),
            "may_be_quoted": column(TRUTH),
            "mark_en": column(nullable=True),
            "mark_zh": column(nullable=True),
        },
        "unit": {
            **DEFINED,
            "quantity": column(matches(r"^[a-z]+$", "a kind of quantity in lower case")),
            "months": column(INTEGER, nullable=True),
        },
        "unit_text": {
            "text": column(unique=True),
            "unit_measure": column(one_of(lists.codes("unit"), "unit.csv"), nullable=True),
            "unit_mult": column(MULTIPLIER),
        },
        "numeral": {
            "text": column(unique=True),
            "numeral": column(matches(r"^-?[0-9]{1,15}(\.[0-9]{1,10})?$", "a decimal number")),
        },
        "hedge": {
            "qualifier": column(one_of(lists.codes("qualifier"), "the list qualifier of code.csv"), unique=True),
            "below": column(REACH),
            "above": column(REACH),
            "in_words": column(REACH, matches(r"^[01]", "a share from 0 to 1")),
            "is_strict": column(TRUTH),
            "mirror": column(one_of(lists.codes("qualifier"), "the list qualifier of code.csv")),
            "reason_en": column(),
        },
        "hedge_text": {
            "text": column(matches(r"^[^0-9]+$", "a wording without digits"), unique=True),
            "qualifier": column(one_of(set(lists.codes("qualifier")) - {"_Z", "range"}, "a qualifier that hedges")),
        },
        "caveat": {
            "caveat": column(matches(r"^[a-z][a-z_]{0,62}$", "a name of small letters and _"), unique=True),
            "text_en": column(),
            "text_zh": column(),
        },
        "code_system": {
            "code_system": column(unique=True),
            "first_year": column(matches(r"^(1[89]|20)[0-9]{2}$", "a year, 1800 to 2099")),
            "reason_en": column(),
        },
        "indicator": {
            **DEFINED,
            "code": column(CODE_FORM, _of_no_other_measure(lists), unique=True),
            "unit_measure": column(one_of(lists.codes("unit"), "unit.csv")),
            "time_basis": column(one_of(lists.codes("time_basis"), "the list time_basis of code.csv")),
            "is_derived": column(TRUTH),
            "is_rate": column(one_of({"true"}, "true, or nothing"), nullable=True),
            "is_of_its_period": column(one_of({"true"}, "true, or nothing"), nullable=True),
        },
        "release_stage": {
            **NAMED,
            "code": column(unique=True),
            "rank": column(INTEGER, unique=True),
            "is_provisional": column(TRUTH),
        },
        "agency": {**NAMED, **VALIDITY},
        "scheme": {
            **DEFINED,
            "parent": column(one_of(lists.codes("scheme"), "scheme.csv"), nullable=True),
            "agency": column(one_of(lists.codes("agency"), "agency.csv")),
            **{name: column(nullable=True) for name in CODELISTS["scheme"] if name.startswith("tier_")},
            "residence_covered": column(one_of({"U", "R", "_T"}, "U, R or _T, or nothing"), nullable=True),
        },
        "area": {
            **NAMED,
            **VALIDITY,
            "parent": column(one_of(lists.codes("area"), "area.csv"), nullable=True),
            "level": column(one_of(lists.codes("area_level"), "the list area_level of code.csv")),
            "code_system": column(),
            "name_en_kind": column(one_of(lists.codes("name_kind"), "the list name_kind of code.csv"), nullable=True),
            "name_en_source": column(nullable=True),
        },
        "area_life": {
            **VALIDITY,
            "area": column(one_of(lists.codes("area"), "area.csv")),
            "name_en": column(),
            "name_zh": column(),
            "valid_from": column(DATE),
        },
        "area_successor": {
            "area": column(one_of(lists.codes("area"), "area.csv")),
            "successor": column(one_of(lists.codes("area"), "area.csv")),
            "year": column(matches(r"^(19|20)[0-9]{2}$", "a year, 1900 to 2099")),
            "passed": column(one_of(lists.codes("passed"), "the list passed of code.csv")),
        },
        "area_alias": {
            "area": column(one_of(lists.codes("area"), "area.csv")),
            "text": column(),
            "reason_en": column(),
        },
        "label_word": {
            "codelist": column(one_of(["residence", "pop_group", "ref_area"], "residence, pop_group or ref_area")),
            "code": column(),
            "text": column(),
        },
        "label_text": {
            "text": column(unique=True),
            "says": column(_says(lists)),
            "reason_en": column(),
        },
        "area_member": {
            **VALIDITY,
            "area_group": column(one_of(lists.codes("area"), "area.csv")),
            "member": column(one_of(lists.codes("area"), "area.csv")),
        },
    }[name]
    unique = {
        "code": ["codelist", "code"],
        "area_member": ["area_group", "member"],
        "area_life": ["area", "valid_from"],
        "area_successor": ["area", "successor", "year"],
        "area_alias": ["area", "text"],
        "label_word": ["codelist", "text"],
    }.get(name)
    checks = {"area": [OFFICIAL_HAS_SOURCE], "area_successor": [NOT_ITSELF]}.get(name, [])
    return pa.DataFrameSchema({k: columns[k] for k in CODELISTS[name]}, checks=checks, strict=True, unique=unique)


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
