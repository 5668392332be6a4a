"""The shape of a source's descriptor (`datapackage.yaml`).

The descriptor follows the conventions of Frictionless Data Package v2 and adds what a
printed table needs: for each row and column label, the dimensions that it stands for.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    create_model,
    model_validator,
)

from validations import numerals, published
from validations.faults import Fault
from validations.release_calendar import ReleaseCalendar
from validations.strict_yaml import Document

Model = TypeVar("Model", bound=BaseModel)
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
FileName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,62}\.csv$")]
#: Visible text on one line: no control characters, none that set the direction, none without a width.
PLAIN = "^[^\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]*$"
Text = Annotated[str, StringConstraints(min_length=1, max_length=4000, strip_whitespace=True, pattern=PLAIN)]
Date = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"), AfterValidator(date.fromisoformat)]


def _digits(value: object) -> object:
    if isinstance(value, str) and not re.fullmatch(r"[0-9]{1,9}", value, flags=re.ASCII):
        raise ValueError("a whole number")
    return value


Whole = Annotated[int, BeforeValidator(_digits)]

#: Dimensions of an observation, with the code that stands where nothing is said (`vars.dimensions` of dbt_project.yml).
#: None: must be given by the table, the row, the column, or (time_basis) the indicator.
DIMENSIONS = published.dimensions()
#: Dimensions in the order in which a series is named (macro series_id).
SERIES_ID = [name for name in DIMENSIONS if name not in ("time_period", "base_period")]


#: What a column of a register may hold.
REGISTER_COLUMNS = ("title", "number", "release_year", "date", "section", "scheme", "ref_area", "statement", "_")


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Stated(Strict):
    """What is stated of dimensions; its fields are those of `Dimensions`."""

    def stated(self) -> dict[str, str]:
        """The dimensions stated here, by name."""
        values = {name: getattr(self, name) for name in DIMENSIONS}
        return {name: value for name, value in values.items() if value is not None}


#: Dimension codes stated for a table, a row or a column; None where not stated here.
Dimensions = create_model("Dimensions", __base__=Stated, **dict.fromkeys(DIMENSIONS, (str | None, None)))


def _false(value: object) -> object:
    if value != "false":
        raise ValueError("false, where the page states no unit; one that it states is the printed_unit")
    return False


UnitStated = Annotated[Literal[False], BeforeValidator(_false)]


class Unit(Strict):
    """The unit text as printed; or `unit_stated: false` if the page states none: such figures count in base units,
    with low reliability and a caveat."""

    printed_unit: Text | None = None
    unit_stated: UnitStated | None = None

    @model_validator(mode="after")
    def unit_is_printed_or_not(self) -> Unit:
        if self.printed_unit and self.unit_stated is False:
            raise ValueError("printed_unit, or unit_stated: false where the page states none; not both")
        return self


class Label(Dimensions, Unit):
    """A printed row or column label and what it stands for. `times_printed`: how often the page prints it."""

    label: Annotated[str, StringConstraints(min_length=1, max_length=400, pattern=PLAIN)]
    times_printed: Whole = Field(default=1, ge=1)


class Resource(Strict):
    name: Name
    path: FileName
    title: Text
    defaults: Dimensions = Dimensions()


class Table(Resource, Unit):
    """A printed table: one CSV file with the same rows, columns and text as the page.

    `corner`: what the page prints above the row labels.
    """

    layout: Literal["table"]
    section: Text
    corner: str = Field(default="", max_length=400, pattern=PLAIN)
    notes: list[Text] = []
    missing_values: list[Text] = []
    columns: list[Label] = Field(min_length=1)
    rows: list[Label] = Field(min_length=1)

    @model_validator(mode="after")
    def labels_are_mapped_once(self) -> Table:
        for axis in ("rows", "columns"):
            labels = [entry.label for entry in getattr(self, axis)]
            doubled = sorted({label for label in labels if labels.count(label) > 1})
            if doubled:
                raise ValueError(f"{axis}: each label mapped once; mapped again: {', '.join(doubled)}")
        numbers = [mark for mark in self.missing_values if numerals.parse(mark, {}) is not None]
        if numbers:
            raise ValueError(f"missing_values: marks that are no numbers; read {', '.join(numbers)}")
        return self


class Prose(Resource):
    """Figures stated in running text: one figure a row, dimensions in columns of their own.

    `unit_stated: false`: figures without a unit have none in the text.
    """

    layout: Literal["prose"]
    unit_stated: UnitStated | None = None


class Column(Strict):
    """A column of a tidy file. `holds`: a dimension, printed_value, printed_unit, or _ for nothing that is read;
    `codes`: spelling in the file -> code."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=PLAIN)]
    holds: Literal["printed_value", "printed_unit", "_", *DIMENSIONS]
    codes: dict[str, str] = {}

    @model_validator(mode="after")
    def only_codes_are_spelled(self) -> Column:
        if self.codes and self.holds not in DIMENSIONS:
            raise ValueError(f"codes: for dimensions only; {self.holds} stays as printed")
        return self


class Tidy(Resource, Unit):
    """A bulk file, one figure a row: its columns are mapped instead of its cells.

    `path`: one file (CSV or Parquet), or a folder with one file a period, named by it. `unit_stated: false`: where
    a column holds the unit, of the rows in which it is empty.
    """

    layout: Literal["tidy"]
    path: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,62}(\.csv|\.parquet)?$")]
    section: Text
    notes: list[Text] = []
    missing_values: list[Text] = []
    columns: list[Column] = Field(min_length=1)

    @property
    def is_folder(self) -> bool:
        return "." not in self.path

    @model_validator(mode="after")
    def columns_are_mapped_once(self) -> Tidy:
        for what, values in (
            ("name", [column.name for column in self.columns]),
            ("holds", [column.holds for column in self.columns if column.holds != "_"]),
        ):
            doubled = sorted({value for value in values if values.count(value) > 1})
            if doubled:
                raise ValueError(f"columns: each {what} once; read again: {', '.join(doubled)}")
        held = [column.holds for column in self.columns]
        if "printed_value" not in held:
            raise ValueError("columns: one that holds printed_value")
        if "printed_unit" in held and self.printed_unit:
            raise ValueError("printed_unit: in a column or for the whole resource, not both")
        both = sorted(set(held) & set(self.defaults.stated()))
        if both:
            raise ValueError(f"defaults: what no column holds; read {', '.join(both)}")
        return self


class Issuer(Strict):
    """Who issues the documents whose printed number begins with `printed`."""

    printed: Text
    name_en: Text
    name_zh: Text


class TextColumn(Strict):
    """A column of a register. `label`: as printed; `holds`: what it says, or _ for nothing that is read."""

    label: Annotated[str, StringConstraints(min_length=1, max_length=400, pattern=PLAIN)]
    holds: Literal[REGISTER_COLUMNS]


class Register(Resource):
    """Text rows that state no figure: policy documents as a table lists them, or dated events of the text."""

    layout: Literal["register"]
    kind: Literal["policy_document", "event"]
    section: Text | None = None
    columns: list[TextColumn] = Field(min_length=1)
    issuers: list[Issuer] = []

    @model_validator(mode="after")
    def columns_are_mapped_once(self) -> Register:
        held = [column.holds for column in self.columns if column.holds != "_"]
        doubled = sorted({name for name in held if held.count(name) > 1})
        if doubled or "title" not in held:
            raise ValueError(f"columns: a title, and each once; read {', '.join(held)}")
        if ("section" in held) == (self.section is not None):
            raise ValueError("section: in a column or for the whole register")
        return self


class Contributor(Strict):
    title: Text
    organization: Text | None = None


class Licence(Strict):
    title: Text


class Descriptor(Strict):
    """One source. `resources` is empty for one that prints no figure.

    `release_calendar`: when its next figures are due; a source without one never goes stale.
    `quarantine_ceiling`: how many figures of a bulk source rules may withhold, because they contradict each
    other or are no numbers, before the release stops; without it the first one stops it.
    `area_map`: the year of the map in whose boundaries the source counts, also for other years, where it says so.
    """

    name: Name
    title: Text
    title_zh: Text
    citation: Text
    contributors: list[Contributor] = Field(min_length=1)
    licenses: list[Licence] = Field(min_length=1)
    release_stage: str
    vintage: Annotated[str, StringConstraints(pattern=r"^([0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?|_U)$")]
    cadence: str
    release_calendar: ReleaseCalendar | None = None
    agency: str
    quarantine_ceiling: Annotated[Whole, Field(ge=1)] | None = None
    area_map: Annotated[Whole, Field(ge=1900, le=2099)] | None = None
    resources: list[Annotated[Table | Prose | Tidy | Register, Field(discriminator="layout")]]

    @model_validator(mode="after")
    def resources_are_named_once(self) -> Descriptor:
        for key in ("name", "path"):
            values = [getattr(resource, key) for resource in self.resources]
            if len(values) != len(set(values)):
                raise ValueError(f"resources: each {key} once; read {', '.join(values)}")
        return self

    @model_validator(mode="after")
    def what_comes_once_has_no_calendar(self) -> Descriptor:
        if self.release_calendar is not None and self.cadence == "never":
            raise ValueError("release_calendar: for sources that come again; the cadence is never")
        return self

    @model_validator(mode="after")
    def only_bulk_is_quarantined_by_rule(self) -> Descriptor:
        printed = [resource.name for resource in self.resources if isinstance(resource, Table | Prose)]
        if self.quarantine_ceiling is not None and printed:
            raise ValueError(f"quarantine_ceiling: for sources of tidy resources only; {', '.join(printed)} is printed")
        return self


def parse(model: type[Model], document: Document, file: str, check: str) -> tuple[Model | None, list[Fault]]:
    """Read a YAML document as `model`; every fault with its line."""
    try:
        return model.model_validate(document.data), []
    except ValidationError as error:
        faults = []
        for detail in error.errors():
            # pydantic puts the tag of a discriminated union into the place
            place = tuple(
                part
                for part in detail["loc"]
                if part not in ("table", "prose", "tidy", "register") or part == detail["loc"][-1]
            )
            faults.append(
                Fault(
                    file=file,
                    row=document.line(place),
                    column=".".join(str(part) for part in place),
                    read=_short(detail["input"]),
                    expected=detail["msg"].removeprefix("Value error, "),
                    check=check,
                )
            )
        return None, faults


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 80 else text[:77] + "..."
