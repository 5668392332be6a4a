"""What the resources of a source may mean: the shape of each layout's part of the descriptor, and what follows from it.

How a layout is read is its module in `orchestration/intake/layouts`; what reads the bytes is a format, which a layout
does not know. What follows from a layout that states figures is said once, in `vars.layouts` of dbt_project.yml, where
SQL reads it too. The names of the layouts stand here and there, and nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from typing import Annotated, ClassVar, Literal, get_args

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, ValidationInfo, model_validator

from validations import published
from validations.continued import as_continued, cut
from validations.dimensions import DIMENSIONS, Dimensions
from validations.labels import (
    UNIT,
    UNREAD,
    VALUE,
    Column,
    Hedged,
    Issuer,
    Label,
    Marks,
    Note,
    TextColumn,
    Unit,
    UnitStated,
)
from validations.periods import is_before
from validations.plain_text import READ_OVER
from validations.strict_model import PLAIN, Name, Strict, Text, Whole
from validations.written import Written

#: What the figures of a long file stand in, if they are too many to be followed one by one.
TOO_MANY = next(name for name, told in published.layouts().items() if not told["is_followed"])
#: What a file is read as; in the context of validation, the endings of the names of files that can be.
PAGE, BULK = "page", "bulk"


def _path(kind: str, may_be_folder: bool = False) -> AfterValidator:
    """A file in the source's own folder that some format reads as `kind`; or a folder of such files."""

    def check(path: str, info: ValidationInfo) -> str:
        endings = (info.context or {}).get(kind)
        known = "|".join(map(re.escape, endings)) if endings else r"\.[a-z0-9]+"
        known = f"({known})" if may_be_folder or "|" in known else known
        pattern = rf"[a-z]([a-z0-9_]|{{(time_period|_)}}){{0,62}}{known}{'?' if may_be_folder else ''}"
        if not re.fullmatch(pattern, path):
            raise ValueError(f"String should match pattern '^{pattern}$'")
        return path

    return AfterValidator(check)


#: When an edition was published, as far as it says; _U where it does not.
VINTAGE = r"([0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?|_U)"
Vintage = Annotated[str, StringConstraints(pattern=f"^{VINTAGE}$")]


class Resource(Strict):
    """One file of a source, laid out in one way."""

    #: Whether it states figures; the two below, of one that does, are those of `vars.layouts`.
    states_figures: ClassVar[bool] = True
    #: Whether its figures stand on a page, where row and column name each of them.
    is_printed: ClassVar[bool] = False
    #: Whether a row states one figure, so that the row names it.
    has_a_figure_a_row: ClassVar[bool] = False
    #: Where the unit of a figure is declared, and where it is declared that none is stated.
    unit_declared: ClassVar[tuple[str, str]] = ("", "")

    name: Name
    path: Annotated[str, _path(PAGE)]
    title: Text
    #: The edition that it is of, where it is another than the source's.
    vintage: Vintage | None = None
    #: Whose figures they are, where the page names another agency than the source's.
    agency: Text | None = None
    defaults: Dimensions = Dimensions()

    @classmethod
    def __pydantic_init_subclass__(cls, **_: object) -> None:
        if cls.states_figures:
            told = published.layouts()[layout_of(cls)]
            cls.is_printed, cls.has_a_figure_a_row = told["is_printed"], told["has_a_figure_a_row"]

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder of files, not a file."""
        return "." not in self.path

    @property
    def is_pattern(self) -> bool:
        """Whether its path names several files, the editions of one table: `finance_{time_period}.csv`."""
        return "{" in self.path

    @property
    def part_of(self) -> str | None:
        """The table that goes on in it, with which it is read."""
        return None

    def tables(self) -> list[Resource]:
        """The tables that one file of it holds, each a resource."""
        return [self]

    @property
    def around(self) -> list[str]:
        """The texts around its figures, which may state their unit."""
        return [self.title]

    @property
    def value_column(self) -> str:
        """The name of the column that holds all figures, where their rows name no unit; else nothing."""
        return ""

    @property
    def has_unit_cells(self) -> bool:
        """Whether cells beside its figures say their units."""
        return False


def layout_of(shape: type[Resource]) -> str:
    """The name of a layout, as descriptors and the raw layer say it."""
    return get_args(shape.model_fields["layout"].annotation)[0]


def _as_list(value: object) -> object:
    return [value] if isinstance(value, dict) else value


Labels = Annotated[list[Label], BeforeValidator(_as_list), Field(min_length=1)]


def _is_range(text: str) -> str:
    """A range of cells, its upper left first, as spreadsheets name it."""
    found = re.fullmatch("([A-Z]{1,3})([1-9][0-9]{0,6}):([A-Z]{1,3})([1-9][0-9]{0,6})", text)
    if found is None or (len(found[1]), found[1]) > (len(found[3]), found[3]) or int(found[2]) > int(found[4]):
        raise ValueError("a range of cells such as B3:K40, its upper left first")
    return text


class Table(Resource, Unit, Marks, Hedged, Written):
    """A printed table: one file, or one `sheet` of a workbook, or a `range` of its cells, with the same rows, columns
    and text as the page.

    `corner`: what the page prints above the row labels. `blocks`: how often it does, beside or below: each begins a
    block of the table. `header_rows`: how many rows a header takes; `corner_row`: in which of them the corner stands.
    `headings`: the cells of a header over all of which the one text among them stands, without their being merged.
    `notes`: the lines beside the figures. `read_over`: what of the texts is typesetting (`plain_text.READ_OVER`).
    `continues`: the table that goes on here, on another sheet, in another range or file; what the two share is declared
    there.
    """

    unit_declared = ("printed_unit of its label or of the table in datapackage.yaml", "unit_stated: false there")

    layout: Literal["table"]
    sheet: Text | None = None
    range: Annotated[str, AfterValidator(_is_range)] | None = None
    section: Text
    corner: str = Field(default="", max_length=400, pattern=PLAIN)
    continues: Name | None = None
    header_rows: Whole = Field(default=1, ge=0, le=9)
    corner_row: Whole = Field(default=1, ge=1, le=9)
    blocks: Whole = Field(default=1, ge=1, le=99)
    headings: list[Annotated[str, AfterValidator(_is_range)]] = []
    notes: list[Note] = []
    read_over: list[Literal[tuple(READ_OVER)]] = []
    columns: Labels
    rows: Labels

    @property
    def part_of(self) -> str | None:
        return self.continues

    @property
    def around(self) -> list[str]:
        return [self.title, self.section, *filter(None, [self.corner]), *(note.label for note in self.notes)]

    @property
    def has_unit_cells(self) -> bool:
        return any(label.label is not None and label.holds == UNIT for label in [*self.columns, *self.rows])

    @model_validator(mode="after")
    def labels_are_mapped_once(self) -> Table:
        for axis in ("rows", "columns"):
            labels = [entry.label for entry in getattr(self, axis) if entry.label is not None]
            doubled = sorted({label for label in labels if labels.count(label) > 1})
            if doubled:
                raise ValueError(f"{axis}: each label mapped once; mapped again: {', '.join(doubled)}")
        if self.corner_row > max(self.header_rows, 1) or (self.corner_row > 1 and not self.corner):
            raise ValueError("corner_row: which row of the header prints the corner, one of its header_rows")
        if self.header_rows == 0 and not self.continues:
            raise ValueError("header_rows: 0 where a table goes on without a header; another one has 1 or more")
        if self.blocks > 1 and not self.corner:
            raise ValueError("corner: what the page prints above the row labels of each block")
        return self


class Prose(Resource):
    """Figures stated in running text: one figure a row, dimensions in columns of their own.

    `unit_stated: false`: figures without a unit have none in the text.
    """

    unit_declared = ("printed_unit in its row", "false in a column unit_stated, or unit_stated: false of the resource")

    layout: Literal["prose"]
    unit_stated: UnitStated | None = None


class Tidy(Resource, Unit, Marks, Hedged, Written):
    """A long file, one figure a row: its columns are mapped instead of its cells.

    `path`: one file, or a folder with one file a period, named by it; of a workbook one `sheet`. `notes`: the lines of
    the page beside its rows. `unit_stated: false`: where a column holds the unit, of the rows in which it is empty.
    Several columns that hold a dimension say it together; several columns of figures are a table each (`tables`).
    """

    unit_declared = (
        "printed_unit in its row, or of the resource in datapackage.yaml",
        "unit_stated: false of the resource",
    )

    layout: Literal["tidy"]
    path: Annotated[str, _path(BULK, may_be_folder=True)]
    sheet: Text | None = None
    section: Text
    notes: list[Text] = []
    columns: list[Column] = Field(min_length=1)
    _whole: str = ""

    @property
    def held(self) -> dict[str, Column]:
        """The columns by what they hold, the first of several, without those that are not read."""
        return {name: column for column in reversed(self.columns) for name in column.held}

    def holding(self, name: str) -> list[Column]:
        """The columns that hold a dimension."""
        return [column for column in self.columns if name in column.held]

    @property
    def whole(self) -> str:
        """The resource whose columns of figures it is one of."""
        return self._whole or self.name

    @property
    def value(self) -> Column:
        """The column that holds the figures."""
        return self.held[VALUE]

    @property
    def unit(self) -> Unit:
        """What says the unit of the figures whose rows do not: their column, else the resource."""
        return self.value if self.value.states_unit else self

    def tables(self) -> list[Tidy]:
        """One for each column of figures, each with one figure a row; the first bears the name of the resource."""
        values = self.holding(VALUE)
        found = []
        for number, value in enumerate(values, start=1):
            columns = [
                c if c is value or c not in values else c.model_copy(update={"holds": UNREAD}) for c in self.columns
            ]
            name = f"{self.name}_value_{number}" if number > 1 else self.name
            found.append(self.model_copy(update={"name": name, "columns": columns}))
            found[-1]._whole = self.name
        return found

    @property
    def around(self) -> list[str]:
        return [self.title, self.section, *self.notes]

    @property
    def value_column(self) -> str:
        return "" if UNIT in self.held else self.value.name

    @model_validator(mode="after")
    def columns_are_mapped_once(self) -> Tidy:
        held, names = self.held, [column.name for column in self.columns]
        # What several columns say of a dimension is held against each other.
        several = {*DIMENSIONS, VALUE}
        holds = [name for column in self.columns for name in column.held if name not in several]
        for what, values in (("name", names), ("holds", holds)):
            doubled = sorted({value for value in values if values.count(value) > 1})
            if doubled:
                raise ValueError(f"columns: each {what} once; read again: {', '.join(doubled)}")
        if VALUE not in held:
            raise ValueError(f"columns: one that holds {VALUE}")
        if UNIT in held and self.printed_unit:
            raise ValueError("printed_unit: in a column or for the whole resource, not both")
        if "vintage" in held and self.vintage:
            raise ValueError("vintage: in a column or for the whole resource, not both")
        # Of several things a text may leave one to the defaults.
        told = {name for name, column in held.items() if column.is_one}
        if both := sorted(told & {*self.defaults.stated()}):
            raise ValueError(f"defaults: what no column holds; read {', '.join(both)}")
        told_apart: dict[str, str] = {}
        for value in self.holding(VALUE):
            other = told_apart.setdefault(str(value.stated()), value.name)
            if other != value.name:
                raise ValueError(
                    f"columns: {value.name}: what tells its figures from those of {other}, as time_period: -P1Y"
                )
            said = {name for name, code in value.stated().items() if not is_before(code)}
            if both := sorted(told & said):
                raise ValueError(f"columns: {value.name}: what no other column holds; read {', '.join(both)}")
        return self


class Register(Resource):
    """Text rows that state no figure: policy documents as a table lists them, or dated events of the text."""

    states_figures = False

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


AnyResource = Annotated[Table | Prose | Tidy | Register, Field(discriminator="layout"), BeforeValidator(cut)]
Resources = Annotated[list[AnyResource], BeforeValidator(partial(as_continued, layout_of(Table)))]


#: The layouts by name.
SHAPES: Mapping[str, type[Resource]] = {layout_of(shape): shape for shape in get_args(get_args(AnyResource)[0])}
