"""pandera contracts of the relations: what must hold between indicators, as texts (seeds/relations)."""

from __future__ import annotations

import pandera.polars as pa
import polars as pl

from validations import published
from validations.contracts import DATE, CodeLists, column, matches, one_of

#: Columns of every file of relations, in its order.
RELATIONS: dict[str, list[str]] = {
    "quotient": ["relation_id", "rule_id", "result", "numerator", "denominator", "reason_en"],
    "bound": ["relation_id", "lower", "upper", "reason_en"],
    "part": ["relation_id", "indicator", "whole", "part", "reason_en"],
    "alias": ["relation_id", "indicator", "scheme", "same_as", "reason_en"],
    "balance": ["relation_id", "stock", "inflow", "outflow", "reason_en"],
    "plausible": [
        *("relation_id", "kind", "numerator", "denominator", "per", "ref_area", "low", "high"),
        "reason_en",
    ],
    "break": [
        *("relation_id", "indicator", "scheme", "pop_group", "valid_from", "valid_to"),
        *("caveat_en", "caveat_zh", "reason_en"),
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
        "ref_area": column(one_of(lists.codes("area"), "area.csv"), nullable=True),
        "kind": column(one_of(KINDS, "level, quotient, growth")),
        "denominator": column(indicator, nullable=name == "plausible"),
        "per": column(indicator, nullable=True),
        "indicator": column(indicator, nullable=name == "break"),
        "low": column(NUMBER),
        "high": column(NUMBER, _after("low")),
        "valid_from": column(DATE),
        "valid_to": column(DATE, _after("valid_from")),
        **{text: column() for text in ("caveat_en", "caveat_zh", "reason_en")},
    }
    columns = {key: fixed.get(key) or column(indicator) for key in RELATIONS[name]}
    return pa.DataFrameSchema(columns, strict=True)
