"""pandera contracts of the relations: what must hold between indicators, as texts (seeds/relations)."""

from __future__ import annotations

from collections.abc import Callable

import pandera.polars as pa
import polars as pl

from validations import published
from validations.code_lists import CodeLists
from validations.contracts import DATE, LIST_OF, TRUTH, column, matches, one_of
from validations.forms import FORMED, Forms, codes_of

#: Columns of every file of relations, in its order.
RELATIONS: dict[str, list[str]] = {
    "quotient": ["relation_id", "rule_id", "result", "numerator", "denominator", "reason_en"],
    "bound": ["relation_id", "lower", "upper", "is_wider", "reason_en"],
    "part": ["relation_id", "indicator", "whole", "part", "left_out_in", "reason_en"],
    "alias": ["relation_id", "form", "read_as", "reason_en"],
    "balance": ["relation_id", "stock", "inflow", "outflow", "reason_en"],
    "plausible": [
        *("relation_id", "kind", "numerator", "denominator", "per", "ref_area", "low", "high"),
        "reason_en",
    ],
    "break": [
        *("relation_id", "indicator", "scheme", "pop_group", "scope", "ref_area", "valid_from", "valid_to"),
        *("caveat_en", "caveat_zh", "before_en", "before_zh", "after_en", "after_zh", "reason_en"),
    ],
}
#: Dimensions in which figures add up to a whole; areas do so by their parents.
ADDITIVE = tuple(published.dimensions("adds_up"))
#: What a band of plausible values is about.
KINDS = ("level", "quotient", "growth")
NUMBER = matches(r"^[0-9]{1,15}(\.[0-9]{1,10})?$", "a number that is not negative")


def _same_dimension(data: pa.PolarsData) -> pl.LazyFrame:
    def dimension(name: str) -> pl.Expr:
        return pl.col(name).str.split("=").list.first()

    # What is no such dimension is a fault of its own.
    own = dimension(data.key)
    return data.lazyframe.select((own == dimension("whole")) | ~own.is_in(list(ADDITIVE)))


def _after(name: str) -> pa.Check:
    """Texts that sort after those of the column `name`: dates; numbers by value."""

    def check(data: pa.PolarsData) -> pl.LazyFrame:
        first, last = pl.col(name), pl.col(data.key)
        if name == "low":
            first, last = first.cast(pl.Float64, strict=False), last.cast(pl.Float64, strict=False)
        return data.lazyframe.select((last > first).fill_null(True))

    return pa.Check(check, error=f"more than {name}")


def _with_its(language: str) -> pa.Check:
    """Texts that stand beside one in the other language: before_en beside before_zh, both or neither."""

    def check(data: pa.PolarsData) -> pl.LazyFrame:
        other = pl.col(f"{data.key.rpartition('_')[0]}_{language}")
        return data.lazyframe.select(pl.col(data.key).is_null() == other.is_null())

    return pa.Check(check, error=f"a text in both languages or in neither (_{language})")


def _holds(test: Callable[[str], bool], error: str) -> pa.Check:
    """A check of one text of a column."""

    def check(data: pa.PolarsData) -> pl.LazyFrame:
        return data.lazyframe.select(pl.col(data.key).map_elements(test, return_dtype=pl.Boolean))

    return pa.Check(check, error=error)


def _form_checks(lists: CodeLists) -> dict[str, list[pa.Check]]:
    """What the columns of alias.csv must be."""
    forms = Forms(lists)

    def are_codes(named: dict[str, str]) -> bool:
        return all(name in FORMED and code in lists.codes(LIST_OF.get(name, name)) for name, code in named.items())

    def is_known(text: str) -> bool:
        named = codes_of(text)
        relative = named.pop("counterpart", "_Z")
        return bool(named) and are_codes(named) and (relative == "_Z" or are_codes(codes_of(relative)))

    def ends(text: str) -> bool:
        form = codes_of(text)
        declared = [f for f in forms.declared if f.form == form]
        return len(declared) == 1 and forms.canonical(form) == {**form, **declared[0].read_as}

    def keeps_its_time(text: str) -> bool:
        form = codes_of(text)
        named = [codes.get("indicator") for codes in (form, *(f.read_as for f in forms.declared if f.form == form))]
        known = [lists.record("indicator", name) for name in named if name in lists.codes("indicator")]
        return len({record["time_basis"] for record in known}) < 2

    known = _holds(is_known, f"dimension=code, such as scheme=DIBAO, of {', '.join(FORMED)}, each a code of its list")
    return {
        "form": [
            known,
            _holds(ends, "a form that stands once, and whose reading is no form that another row reads on"),
            _holds(keeps_its_time, "a form whose indicator has the time basis of the one that it is read as"),
        ],
        "read_as": [known],
    }


def relation(name: str, lists: CodeLists) -> pa.DataFrameSchema:
    """Contract of one kind of relation: ids unique, codes known, spans and bands not empty."""
    indicator = one_of(lists.codes("indicator"), "indicator.csv")
    members = [f"{dimension}={code}" for dimension in ADDITIVE for code in lists.codes(dimension)]
    member = one_of(members, "a dimension that adds up, such as residence=U")
    fixed = {
        "relation_id": column(matches(r"^[a-z0-9_]+$", "an id in lower case"), unique=True),
        # Held against the register, with a hint, where the file is read.
        "rule_id": column(),
        "whole": column(member),
        "part": column(member, pa.Check(_same_dimension, error="a code in the dimension of whole")),
        "scheme": column(one_of(lists.codes("scheme"), "scheme.csv")),
        "pop_group": column(one_of(lists.codes("pop_group"), "the list pop_group of code.csv"), nullable=True),
        "scope": column(one_of(lists.codes("scope"), "the list scope of code.csv"), nullable=True),
        "left_out_in": column(one_of(lists.codes("scope"), "the list scope of code.csv"), nullable=True),
        "ref_area": column(one_of(lists.codes("area"), "area.csv"), nullable=True),
        "is_wider": column(TRUTH),
        "kind": column(one_of(KINDS, "level, quotient, growth")),
        "denominator": column(indicator, nullable=name == "plausible"),
        "per": column(indicator, nullable=True),
        "indicator": column(indicator, nullable=name == "break"),
        "low": column(NUMBER),
        "high": column(NUMBER, _after("low")),
        **({text: column(*checks) for text, checks in _form_checks(lists).items()} if name == "alias" else {}),
        "valid_from": column(DATE),
        "valid_to": column(DATE, _after("valid_from")),
        **{text: column() for text in ("caveat_en", "caveat_zh", "reason_en")},
        **{
            f"{side}_{language}": column(_with_its(other), nullable=True)
            for side in ("before", "after")
            for language, other in (("en", "zh"), ("zh", "en"))
        },
    }
    columns = {key: fixed.get(key) or column(indicator) for key in RELATIONS[name]}
    return pa.DataFrameSchema(columns, strict=True)
