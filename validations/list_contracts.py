"""pandera contracts of the code lists: for each its columns, in the order of its file."""

from __future__ import annotations

import pandera.polars as pa
import polars as pl

from validations import periods, plain_text
from validations.code_lists import CodeLists
from validations.contracts import DATE, INTEGER, LIST_OF, MULTIPLIER, REACH, TRUTH, column, matches, one_of
from validations.dimensions import DIMENSIONS

CODE = r"^[A-Z0-9_]{1,64}$"
CODE_FORM = matches(CODE, "a code of capital letters, digits and _")
CODE_COLUMN = column(CODE_FORM, unique=True)
YEAR = matches(r"^(19|20)[0-9]{2}$", "a year, 1900 to 2099")
NAMED = {"code": CODE_COLUMN, "name_en": column(), "name_zh": column()}
VALIDITY = {"valid_from": column(DATE, nullable=True), "valid_to": column(DATE, nullable=True)}
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

FOLDED_SINCE = pa.Check(
    lambda data: data.lazyframe.select(pl.col("folded_into").is_null() == pl.col("folded_since").is_null()),
    error="a folded_since for each folded_into, and for nothing else",
)


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


def _says_one_thing(lists: CodeLists) -> pa.Check:
    """Wordings that read alike, whatever is typesetting in them, say the same; nor is one the name of another code."""

    def key(text: str | None) -> str:
        return plain_text.read(text or "", plain_text.READ_OVER).casefold()

    said: dict[str, set[str]] = {}
    for record in lists.records.get("label_text", []):
        said.setdefault(key(record["text"]), set()).add(" ".join(sorted((record["says"] or "").split())))
    for dimension in (name for name in DIMENSIONS if name != "ref_area"):
        codelist = LIST_OF.get(dimension, dimension)
        for record in lists.records.get(codelist) or [r for r in lists.records["code"] if r["codelist"] == codelist]:
            for name in {key(record["name_en"]), key(record["name_zh"])} & said.keys():
                # A wording may say more than the name does.
                is_said = all(f"{dimension}={record['code']}" in says.split() for says in said[name])
                said[name] |= {""} if not is_said else set()

    def check(data: pa.PolarsData) -> pl.LazyFrame:
        is_one = pl.col(data.key).map_elements(lambda text: len(said[key(text)]) == 1, return_dtype=pl.Boolean)
        return data.lazyframe.select(is_one)

    return pa.Check(
        check, error="a wording that says one thing: another row, or a name, reads alike and says otherwise"
    )


def _columns(lists: CodeLists) -> dict[str, dict[str, pa.Column]]:
    """By list and column; `lists`: what references are held against."""
    return {
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
            **NAMED,
            "quantity": column(matches(r"^[a-z]+$", "a kind of quantity in lower case")),
            "months": column(INTEGER, nullable=True),
            "definition_en": column(),
            "definition_zh": column(),
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
        "area_member": {
            "area_group": column(one_of(lists.codes("area"), "area.csv")),
            "member": column(one_of(lists.codes("area"), "area.csv")),
            **VALIDITY,
        },
        "indicator": {
            "code": column(CODE_FORM, _of_no_other_measure(lists), unique=True),
            "name_en": column(),
            "name_zh": column(),
            "unit_measure": column(one_of(lists.codes("unit"), "unit.csv")),
            "time_basis": column(one_of(lists.codes("time_basis"), "the list time_basis of code.csv")),
            "is_derived": column(TRUTH),
            "definition_en": column(),
            "definition_zh": column(),
            "is_rate": column(one_of({"true"}, "true, or nothing"), nullable=True),
            "is_of_its_period": column(one_of({"true"}, "true, or nothing"), nullable=True),
        },
        "release_stage": {
            "code": column(unique=True),
            "name_en": column(),
            "name_zh": column(),
            "rank": column(INTEGER, unique=True),
            "is_provisional": column(TRUTH),
        },
        "agency": {
            **NAMED,
            **VALIDITY,
        },
        "scheme": {
            **NAMED,
            "parent": column(one_of(lists.codes("scheme"), "scheme.csv"), nullable=True),
            "agency": column(one_of(lists.codes("agency"), "agency.csv")),
            "tier_basic_supplementary": column(nullable=True),
            "tier_insurance_assistance_welfare": column(nullable=True),
            "tier_assistance_insurance_commercial": column(nullable=True),
            "tier_basic_enterprise_commercial": column(nullable=True),
            "residence_covered": column(one_of({"U", "R", "_T"}, "U, R or _T, or nothing"), nullable=True),
            "successor": column(one_of(lists.codes("scheme"), "scheme.csv"), nullable=True),
            "folded_into": column(one_of(lists.codes("scheme"), "scheme.csv"), nullable=True),
            "folded_since": column(YEAR, nullable=True),
            "definition_en": column(),
            "definition_zh": column(),
        },
        "area": {
            **NAMED,
            "parent": column(one_of(lists.codes("area"), "area.csv"), nullable=True),
            "level": column(one_of(lists.codes("area_level"), "the list area_level of code.csv")),
            "code_system": column(),
            **VALIDITY,
            "name_en_kind": column(one_of(lists.codes("name_kind"), "the list name_kind of code.csv"), nullable=True),
            "name_en_source": column(nullable=True),
        },
        "area_life": {
            "area": column(one_of(lists.codes("area"), "area.csv")),
            "name_en": column(),
            "name_zh": column(),
            "valid_from": column(DATE),
            "valid_to": column(DATE, nullable=True),
        },
        "area_successor": {
            "area": column(one_of(lists.codes("area"), "area.csv")),
            "successor": column(one_of(lists.codes("area"), "area.csv")),
            "year": column(YEAR),
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
            "text": column(_says_one_thing(lists), unique=True),
            "says": column(_says(lists)),
            "reason_en": column(),
        },
    }


#: Columns of every code list, in the order of its file.
CODELISTS = {name: list(columns) for name, columns in _columns(CodeLists({"code": []})).items()}


def codelist(name: str, lists: CodeLists) -> pa.DataFrameSchema:
    """Contract of one code list: codes unique, names in both languages, references known."""
    unique = {
        "code": ["codelist", "code"],
        "area_member": ["area_group", "member"],
        "area_life": ["area", "valid_from"],
        "area_successor": ["area", "successor", "year"],
        "area_alias": ["area", "text"],
        "label_word": ["codelist", "text"],
    }.get(name)
    checks = {"area": [OFFICIAL_HAS_SOURCE], "area_successor": [NOT_ITSELF], "scheme": [FOLDED_SINCE]}.get(name, [])
    return pa.DataFrameSchema(_columns(lists)[name], checks=checks, strict=True, unique=unique)
