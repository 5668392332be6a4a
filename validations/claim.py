"""The shape of what a source states of its own figures (`claims.yaml`)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from validations.dimensions import DIMENSIONS
from validations.strict_model import Name, Strict, Text, Whole

#: What an operator makes of figures: its roles, the first of which it computes from the second. Figures of one
#: role are added up. `share`: the part over the part and the rest; `growth`: the end over the base, less one.
#: `count`: how many there are. `proportion`: by the rule of three, what `part` is of a whole that is not printed, of
#: which another part is printed with its share.
OPERATORS: dict[str, tuple[str, ...]] = {
    "value": ("figure",),
    "sum": ("addends",),
    "difference": ("minuend", "subtrahend"),
    "ratio": ("numerator", "denominator"),
    "share": ("part", "rest"),
    "growth": ("end", "base"),
    "count": ("counted",),
    "proportion": ("part", "other_part", "other_share"),
}
#: How many figures a role takes, least and most, where it is not one or more.
TAKES: dict[str, tuple[int, int | None]] = {"figure": (1, 1), "addends": (2, None)}
#: Tests of what was computed against the printed result: itself, or the highest or lowest of several.
NUMBERS = ("equals", "maximum", "minimum")
#: Tests that hold or do not: at each place above or below zero, from each place to the next, or of one place.
WORDS = ("positive", "negative", "rises", "falls", "highest", "lowest")
#: Tests of several places, which need `along`.
OF_SEVERAL = ("maximum", "minimum", "rises", "falls", "highest", "lowest")


class Figure(Strict):
    """One printed figure of the source, by its table (or prose) and its dimensions as decided; or, to be counted, a name
    that the text lists, as printed."""

    table: Name | None = None
    where: dict[Literal[tuple(DIMENSIONS)], Text] = Field(default={}, min_length=1)
    listed: Text | None = None

    @model_validator(mode="after")
    def is_a_figure_or_a_name(self) -> Figure:
        stated = [bool(value) for value in (self.table, self.where, self.listed)]
        if stated not in ([True, True, False], [False, False, True]):
            raise ValueError("table and where of a figure; or listed, a name to be counted")
        return self


class Printed(Strict):
    """The cell that prints the result (in running text: the row of its figure), and the text that stands there."""

    table: Name
    row: Whole = Field(ge=2)
    column: Whole | None = Field(default=None, ge=2)
    expected: Text


class Along(Strict):
    """The dimension that a claim runs along, and its codes in order: every figure is taken once for each."""

    dimension: Literal[tuple(DIMENSIONS)]
    codes: list[Text] = Field(min_length=2)

    @model_validator(mode="after")
    def codes_are_in_order(self) -> Along:
        doubled = sorted({code for code in self.codes if self.codes.count(code) > 1})
        if doubled:
            raise ValueError(f"codes: each once; read again: {', '.join(doubled)}")
        if self.dimension in ("time_period", "base_period") and self.codes != sorted(self.codes):
            raise ValueError(f"codes: periods from the earliest to the latest; read {', '.join(self.codes)}")
        return self


class Claim(Strict):
    """One statement of a source, in our words, with what would show it to follow from the source's figures.

    `reading_of`: the claim of which this one is another reading. `missing_en` and `missing_zh`, in place of
    operator, operands and test, say what a statement lacks that the source's own figures cannot test.
    """

    claim_id: Name
    section: Text
    statement: Text
    reading_of: Name | None = None
    printed: Printed | None = None
    operator: Literal[tuple(OPERATORS)] | None = None
    operands: dict[Name, list[Figure]] = {}
    along: Along | None = None
    test: Literal[NUMBERS + WORDS] | None = None
    at: Text | None = None
    missing_en: Text | None = None
    missing_zh: Text | None = None

    @property
    def is_checkable(self) -> bool:
        return self.missing_en is None

    @model_validator(mode="after")
    def is_tested_or_says_why_not(self) -> Claim:
        if (self.missing_en is None) != (self.missing_zh is None):
            raise ValueError("missing_en and missing_zh: both or neither")
        tested = [n for n in ("operator", "operands", "along", "test", "at") if getattr(self, n)]
        if not self.is_checkable and tested:
            raise ValueError(f"missing_en: for a statement that nothing tests; read {', '.join(tested)} as well")
        if self.is_checkable and not (self.operator and self.operands and self.test):
            raise ValueError("operator, operands and test; or missing_en and missing_zh, if no figure can test it")
        return self

    @model_validator(mode="after")
    def operands_are_those_of_the_operator(self) -> Claim:
        if self.operator is None:
            return self
        roles = OPERATORS[self.operator]
        if set(self.operands) != set(roles):
            raise ValueError(f"operands: {' and '.join(roles)} for {self.operator}; read {', '.join(self.operands)}")
        if self.operator != "count" and any(f.listed for group in self.operands.values() for f in group):
            raise ValueError(f"listed: for count, and for nothing else; the operator is {self.operator}")
        for role, figures in self.operands.items():
            least, most = TAKES.get(role, (1, None))
            if len(figures) < least or len(figures) > (most or len(figures)):
                wanted = f"{least}" if least == most else f"{least} or more"
                raise ValueError(f"operands: {wanted} of {role} for {self.operator}; read {len(figures)}")
        return self

    @model_validator(mode="after")
    def test_has_what_it_needs(self) -> Claim:
        if self.test is None:
            return self
        if (self.test in NUMBERS) != (self.printed is not None):
            raise ValueError(f"printed: for {', '.join(NUMBERS)}, and for nothing else; the test is {self.test}")
        if self.along is None and self.test in OF_SEVERAL:
            raise ValueError(f"along: needed by {self.test}, which looks at several places")
        if self.along is not None and self.test == "equals":
            raise ValueError("along: not with equals, which looks at one place; maximum or minimum of several")
        if (self.at is not None) != (self.test in ("highest", "lowest")):
            raise ValueError(f"at: for highest and lowest, and for nothing else; the test is {self.test}")
        if self.at is not None and self.at not in self.along.codes:
            raise ValueError(f"at: one of {', '.join(self.along.codes)}; read {self.at}")
        return self

    @model_validator(mode="after")
    def only_along_runs_along(self) -> Claim:
        figures = [figure for group in self.operands.values() for figure in group]
        if self.along and any(self.along.dimension in figure.where for figure in figures):
            raise ValueError(f"where: without {self.along.dimension}, which along gives")
        return self


class Claims(Strict):
    """All claims of one source."""

    claims: list[Claim]

    @model_validator(mode="after")
    def claims_are_named_once(self) -> Claims:
        names = [claim.claim_id for claim in self.claims]
        doubled = sorted({name for name in names if names.count(name) > 1})
        if doubled:
            raise ValueError(f"each claim_id once; read again: {', '.join(doubled)}")
        return self

    @model_validator(mode="after")
    def readings_are_of_a_statement(self) -> Claims:
        statements = {claim.claim_id for claim in self.claims if claim.reading_of is None}
        wrong = [c.claim_id for c in self.claims if c.reading_of is not None and c.reading_of not in statements]
        if wrong:
            raise ValueError(f"reading_of: a claim_id that is no reading itself; wrong in {', '.join(wrong)}")
        return self
