"""What a printed label or a line beside a table may say: the shapes of their entries in a descriptor.

An entry maps one printed text (`label`), or all texts of a kind (`holds`): `{holds: ref_area}` reads the labels as names
of areas, `{holds: "{scheme}{indicator}"}` as a name of each behind the other, `{holds: _}` leaves them unread.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, model_validator

from validations import numerals
from validations.dimensions import DIMENSIONS, Dimensions
from validations.strict_model import PLAIN, Name, Strict, Text, Whole

UNIT, UNREAD = "printed_unit", "_"
#: What a text may say.
HOLDS = (*DIMENSIONS, UNIT, UNREAD)
_PLACE = re.compile(r"\{(" + "|".join(HOLDS) + r")\}")


def _false(value: object) -> object:
    if value != "false":
        raise ValueError("false, where the page states no unit; one that it states is the printed_unit")
    return False


UnitStated = Annotated[Literal[False], BeforeValidator(_false)]


def _true(value: object) -> object:
    if value != "true":
        raise ValueError("true, where the label is printed behind each of those that it is of")
    return True


Follows = Annotated[Literal[True], BeforeValidator(_true)]


def _on_one_line(value: object) -> object:
    if isinstance(value, str) and re.search("[\n\r\t]", value):
        raise ValueError("a label on one line: with read_over: [spaces] line breaks and tabs of the page are blanks")
    return value


Printed = Annotated[str, BeforeValidator(_on_one_line), StringConstraints(min_length=1, max_length=400, pattern=PLAIN)]
#: The same of a row or a column; an empty one is that of those without a label.
Named = Annotated[str, BeforeValidator(_on_one_line), StringConstraints(max_length=400, pattern=PLAIN)]
#: A mark that stands for a figure; an empty one is an empty cell.
Mark = Annotated[str, StringConstraints(max_length=400, pattern=PLAIN)]


def parts_of(pattern: str) -> list[str]:
    """A pattern such as `{time_period}年` or `time_period`, split: texts at even places, what is held at odd ones."""
    return ["", pattern, ""] if pattern in HOLDS else _PLACE.split(pattern)


def held_by(pattern: str) -> list[str]:
    """What a pattern holds, without what is left unread."""
    return [name for name in parts_of(pattern)[1::2] if name != UNREAD]


def _is_pattern(pattern: str) -> str:
    held = held_by(pattern)
    doubled = sorted({name for name in held if held.count(name) > 1})
    if len(parts_of(pattern)) == 1 or doubled:
        names = f"one of {', '.join(HOLDS)}, or a text with such names in braces, each once: {{indicator}}({{printed_unit}})"
        raise ValueError(names)
    return pattern


Pattern = Annotated[str, StringConstraints(min_length=1, max_length=400, pattern=PLAIN), AfterValidator(_is_pattern)]
#: Texts, and what each says: a code, or codes by dimension, or _ for one that is not read.
Codes = dict[str, str | dict[str, str]]


class Marks(Strict):
    """Texts that stand for a figure: `missing_values` for one that is missing, `not_applicable` where there is none
    to be had; an empty text is an empty cell."""

    missing_values: list[Mark] = []
    not_applicable: list[Mark] = []

    @property
    def marks(self) -> list[str]:
        return [*self.missing_values, *self.not_applicable]

    @model_validator(mode="after")
    def marks_are_no_numbers(self) -> Marks:
        numbers = [mark for mark in self.marks if numerals.parse(mark, {}) is not None]
        if numbers:
            raise ValueError(f"missing_values: marks that are no numbers; read {', '.join(numbers)}")
        both = sorted({*self.missing_values} & {*self.not_applicable})
        if both:
            raise ValueError(
                f"not_applicable: marks that are not missing_values as well; read {', '.join(map(repr, both))}"
            )
        return self


class Hedged(Strict):
    """`qualifiers`: which of the list `qualifier` the figures print: `range` for two numbers (2000-3000), others as
    `hedge_text.csv` words them beside a number (约20, 20多, about 20)."""

    qualifiers: list[Name] = []

    @property
    def has_ranges(self) -> bool:
        return numerals.RANGE in self.qualifiers

    def hedges(self, known: Mapping[str, str]) -> dict[str, str]:
        """Of the `known` wordings those of its qualifiers."""
        return {text: qualifier for text, qualifier in known.items() if qualifier in self.qualifiers}


class Unit(Strict):
    """The unit text as printed; or `unit_stated: false` if the page states none: such figures count in base units,
    with low reliability and a caveat. `unit_meant`: of growth, shares and other pure numbers for which it states none,
    the one that they are in all the same: 5.3 for 5.3 %."""

    printed_unit: Text | None = None
    unit_stated: UnitStated | None = None
    unit_meant: Text | None = None

    @model_validator(mode="after")
    def unit_is_printed_or_not(self) -> Unit:
        if self.printed_unit and self.unit_stated is False:
            raise ValueError("printed_unit, or unit_stated: false where the page states none; not both")
        if self.unit_meant and (self.printed_unit or self.unit_stated is False):
            raise ValueError("unit_meant: where the page prints no unit; without printed_unit and unit_stated")
        return self


class Spelled(Strict):
    """`codes`: texts as printed, and what they say where the code lists do not."""

    codes: Codes = {}

    @model_validator(mode="after")
    def codes_are_of_dimensions(self) -> Spelled:
        for text, said in self.codes.items():
            wrong = sorted({*said} - {*HOLDS}) if isinstance(said, dict) else []
            if wrong:
                raise ValueError(f"codes: {text}: codes by dimension; read {', '.join(wrong)}")
        return self


class Label(Dimensions, Unit, Marks, Spelled):
    """A row or a column, or all of one kind, and what it stands for.

    `label`: the printed text; `holds` beside it: its cells say something of their row (or column), or are not read.
    `holds` alone: all other labels say it. `times_printed`: how often a block prints the label;
    0: once, or not at all. `follows`: it stands behind others, however often, and has what the one before it says and it
    does not.
    """

    label: Named | None = None
    holds: Pattern | list[str] | None = None
    times_printed: Whole = Field(default=1, ge=0)
    follows: Follows | None = None

    @model_validator(mode="after")
    def it_says_something(self) -> Label:
        if self.follows and (self.label is None or self.holds):
            raise ValueError("follows: of a label that stands for figures")
        if self.label is None and self.holds is None:
            raise ValueError("label: the text that the page prints; or holds: what all other labels say")
        if self.label is not None and not self.label.strip() and self.holds != UNREAD:
            raise ValueError('label: the text that the page prints; {label: "", holds: _} leaves what has none unread')
        if isinstance(self.holds, list):
            wrong = sorted({*self.holds} - {*HOLDS} | ({UNREAD} & {*self.holds}))
            if wrong or not self.codes:
                raise ValueError(f"holds: dimensions that codes states for each text; read {', '.join(self.holds)}")
        if self.codes and self.holds in (None, UNREAD):
            raise ValueError("codes: of what the label, or the cells, hold; say so in holds")
        return self

    @property
    def text(self) -> str:
        """What it is called in messages."""
        return self.label if self.label is not None else f"holds: {self.holds}"


class Note(Dimensions, Unit, Spelled):
    """A line that the page prints beside its figures: a title, a unit line, a note, a heading between rows.

    Its text may hold something in braces, `单位：{printed_unit}`, and `{_}` for what is not read. What it says, and the
    dimensions beside it, hold for what stands below it, until another line says otherwise.
    """

    label: Text

    @model_validator(mode="after")
    def a_line_prints_its_unit(self) -> Note:
        if self.unit_meant:
            raise ValueError("unit_meant: with the label or the table; a line has what it prints")
        return self

    @model_validator(mode="before")
    @classmethod
    def a_text_is_a_line(cls, value: object) -> object:
        return {"label": value} if isinstance(value, str) else value


#: What a column of a long file may hold beside what labels say.
VALUE = "printed_value"
#: A column of a file, in the name of one that is made of several.
_NAMED = re.compile(r"\{([^{}]+)\}")
OF_FIGURES = (VALUE, "qualifier", "vintage", "row_label")


class Column(Dimensions, Unit, Spelled):
    """A column of a tidy file. `holds`: a dimension, or several that `codes` states for each text or that a pattern tells
    apart ("{scheme}{indicator}"); printed_value, printed_unit, qualifier (about, 约, range), vintage (the edition that
    states the figure), row_label (what the publication calls it), or _ for nothing that is read.
    `name`: as in the file; with the names of several in braces their texts are one, `{年份}年{月份}月`.
    `codes`: texts in the file, and what they say; with it no other text passes, unless all that it says is _, which leaves
    the rows of a text out. `only`: texts whose rows are read, where a file states what is of another source as well.
    A column may stand alone, holding _, beside one that is made of it. Dimensions and a unit are those of its figures, where it holds such."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=PLAIN)]
    holds: str | list[str]
    only: list[Text] = []

    @property
    def parts(self) -> list[str]:
        """Its name, split: what stands between its columns at even places, the columns of the file at odd ones."""
        return _NAMED.split(self.name) if _NAMED.search(self.name) else ["", self.name, ""]

    @property
    def of(self) -> list[str]:
        """The columns of the file that it is made of."""
        return list(dict.fromkeys(self.parts[1::2]))

    @property
    def called(self) -> str:
        """What it is called in messages."""
        return ", ".join(self.of)

    @property
    def states_unit(self) -> bool:
        """Whether it says the unit of its figures, or that they have none."""
        return bool(self.printed_unit or self.unit_meant or self.unit_stated is False)

    @property
    def held(self) -> list[str]:
        """What it holds, without what is left unread."""
        if isinstance(self.holds, list):
            return self.holds
        return [self.holds] if self.holds in OF_FIGURES else held_by(self.holds)

    @property
    def is_one(self) -> bool:
        """Whether its texts say but one thing, each of them."""
        return self.holds in (*HOLDS, *OF_FIGURES)

    @property
    def left_out(self) -> list[str]:
        """Texts whose rows are not read."""
        return [text for text, said in self.codes.items() if said == UNREAD and self.holds != "qualifier"]

    @property
    def spelled(self) -> Codes:
        """What its texts say, where no other passes."""
        return self.codes if len(self.left_out) < len(self.codes) else {}

    @property
    def of_dimensions(self) -> bool:
        return not self.is_one or self.holds in DIMENSIONS

    @model_validator(mode="after")
    def only_codes_are_spelled(self) -> Column:
        if isinstance(self.holds, list):
            wrong = sorted({*self.holds} - {*HOLDS} | ({UNREAD} & {*self.holds}))
            if wrong or not self.spelled:
                raise ValueError(f"holds: dimensions that codes states for each text; read {', '.join(self.holds)}")
        elif "{" in self.holds:
            _is_pattern(self.holds)
        elif self.holds not in (*OF_FIGURES, *HOLDS):
            raise ValueError(f"holds: one of {', '.join((*OF_FIGURES, *HOLDS))}; or several, in a list or a pattern")
        if self.spelled and not (self.of_dimensions or self.holds in ("qualifier", "vintage")):
            raise ValueError(f"codes: for dimensions only; {self.holds} stays as printed")
        if self.is_one and any(isinstance(said, dict) for said in self.codes.values()) and not self.of_dimensions:
            raise ValueError(f"codes: a code for each text of what holds {self.holds}")
        if self.holds == VALUE and self.parts != ["", self.name, ""]:
            raise ValueError(f"name: of one column, where it holds {VALUE}")
        if self.holds != VALUE and (self.states_unit or self.stated()):
            told = [*self.stated(), *(["a unit"] if self.states_unit else [])]
            raise ValueError(f"holds: {VALUE} of a column that says {', '.join(told)} of its figures")
        return self


#: What a column of a register may hold.
REGISTER_COLUMNS = ("title", "number", "release_year", "date", "section", "scheme", "ref_area", "statement", "_")


class TextColumn(Strict):
    """A column of a register. `label`: as printed; `holds`: what it says, or _ for nothing that is read."""

    label: Annotated[str, StringConstraints(min_length=1, max_length=400, pattern=PLAIN)]
    holds: Literal[REGISTER_COLUMNS]


class Issuer(Strict):
    """Who issues the documents whose printed number begins with `printed`."""

    printed: Text
    name_en: Text
    name_zh: Text
