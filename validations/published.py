"""What dbt's yml says of each published table: the one place where a column's key, type, status, codes and band stand.

`config.meta` of a table: `grain`, the columns of its key; `label`, of a mart, what readers know it by.
`config.meta` of a column, each where it is known:

status      the column that holds the status of this measure
codes       the list of core.code that its values are of; or {list: ..., but: [codes that it may not have]}
named       the list of int_code__named with the names of what it holds, where it is no code of one list
references  the table whose key it is; or {tables: [...], or: [codes beside the key]}; false where a name misleads
keys_of     the table of whose keys it holds any number, with a comma between them
band        {from: ..., to: ..., because: ...}: what the world allows
label       {en: ..., zh: ...}, what readers know it by
unit        code of core.unit, where the end of the column's name does not say it (`vars.units` in dbt_project.yml)
additive    [area, time]: over what its values may be added up; nothing where they may not
numerator, denominator   of a quotient, columns of the same table or words
direction_of   the quotient or difference of the same table of which it says which way it goes
is_one_at   of a share: the codes of the key at which it is that of the whole in itself, one whatever the whole is
own_mark    the status that the mart itself sets where the figures do not, and says why in a sentence of its own
crosses_splice   of a change: the column of the model's rows that says whether it lies across a splice
formula     how a derived column follows from columns that do not: the words of it stand in the description of core.measure
display     percent: a ratio that readers take as a percentage

A column with the name of one of core.observation has its codes; one with the name of the only key column of a table of
`core` or `quality` references it, but for the ledgers of `release`, which tell of other releases too.
The yml is code, as this module is; nothing else is opened.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import yaml

PROJECT = Path(__file__).resolve().parents[1] / "dbt_project"
#: The parser that is written in C, where it was built.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
#: The table whose columns give their codes to columns of the same name.
HOME = "core.observation"
STATUS_CODES = "obs_status"
MARTS = "marts"
#: What every code has, and what a mart has of each column of codes, its name before them.
NAME_COLUMNS = ("name_en", "name_zh")
#: What a mart of figures has of values that are no points.
QUALIFIERS = ("qualifiers_en", "qualifiers_zh")
#: What a mart tells of its rows.
CAVEATS = ("caveat_en", "caveat_zh")
#: How a caveat names the columns that it is about, by language: what stands before them, between them and behind.
NAMING = {"en": (" ", ", ", ": "), "zh": ("", "、", "：")}
#: The end of a name whose unit is taken as a percentage.
PERCENT_ENDING = "_share"
#: Schemas whose keys are referenced by name, and the one whose tables reference nothing.
REFERENCED, LEDGERS = ("core", "quality"), "release"


@dataclass(frozen=True)
class Codes:
    """The codes of a list of core.code, but for some. `own`: stated for this column, not for its name."""

    codelist: str
    but: tuple[str, ...] = ()
    own: bool = True


@dataclass(frozen=True)
class Reference:
    """Tables by the key column of each; a value is a key of one of them, or one of `other`."""

    tables: Mapping[str, str]
    other: tuple[str, ...] = ()


@dataclass(frozen=True)
class Names:
    """The table with the names of the codes of a column, its key column, and the list of core.code."""

    table: str
    key: str
    codelist: str | None = None


@dataclass(frozen=True)
class Column:
    """A published column as its contract states it; `meta`: what else the yml says of it."""

    name: str
    data_type: str
    description: str
    required: bool
    meta: Mapping[str, Any] = field(default_factory=dict)

    @property
    def status(self) -> str | None:
        return self.meta.get("status")

    @property
    def label(self) -> Mapping[str, str] | None:
        return self.meta.get("label")

    @property
    def unit(self) -> Mapping[str, Any] | None:
        """What `vars.units` says of its unit; None for a column without one."""
        return unit_of(self.name, self.meta.get("unit"))

    def display(self, largest: float, language: str) -> Mapping[str, Any] | None:
        """How readers take it, `largest` being its largest value: `name`, and `mult`, a power of ten; None without a unit."""
        if self.unit is None:
            return None
        return display(
            unit_of(PERCENT_ENDING) if self.meta.get("display") == "percent" else self.unit, largest, language
        )


@dataclass(frozen=True)
class Table:
    """A published table: its key, its columns in their order, and its model as the yml has it."""

    schema: str
    name: str
    grain: tuple[str, ...]
    columns: Mapping[str, Column]
    model: Mapping[str, Any]

    @property
    def full_name(self) -> str:
        return f"{self.schema}.{self.name}"

    @property
    def label(self) -> Mapping[str, str]:
        """What readers know it by. Raises KeyError where the contract does not say it; those of marts do."""
        return self.model["config"]["meta"]["label"]

    @cached_property
    def statuses(self) -> dict[str, str]:
        """Measure -> the column of its status."""
        return {name: column.status for name, column in self.columns.items() if column.status}

    def codes(self, name: str) -> Codes | None:
        """The codes that a column may have, if it is of a list."""
        stated = self.columns[name].meta.get("codes")
        if isinstance(stated, dict):
            return Codes(stated["list"], tuple(stated["but"]))
        if stated:
            return Codes(stated)
        if name in self.statuses.values():
            return Codes(STATUS_CODES, own=False)
        home = tables()[HOME].columns.get(name)
        if home is None or self.schema == LEDGERS or "codes" not in home.meta:
            return None
        return Codes(home.meta["codes"], own=False)

    def reference(self, name: str) -> Reference | None:
        """The tables of which a column holds keys, if it does."""
        stated = self.columns[name].meta.get("references", True)
        if not stated or (stated is True and self.schema == LEDGERS):
            return None
        if stated is True:
            found = {full: key for full, key in _keys().items() if key == name and full != self.full_name}
            return Reference(found) if found else None
        if isinstance(stated, dict):
            return Reference({full: _keys()[full] for full in stated["tables"]}, tuple(stated.get("or", ())))
        return Reference({stated: _keys()[stated]})

    def names(self, name: str) -> Names | None:
        """Where the codes of a column have their names, if it holds codes; a period is written out, and is none."""
        if codes := self.codes(name):
            return Names("core.code", "code", codes.codelist)
        found = self.reference(name)
        listed = [full for full in found.tables if set(NAME_COLUMNS) <= tables()[full].columns.keys()] if found else []
        if not listed or "time_period" in found.tables.values():
            return None
        return Names(listed[0], found.tables[listed[0]])

    def relationships(self) -> Iterator[tuple[str | None, ...]]:
        """Rows of core.relationship: where the codes and keys of this table stand."""
        for name in self.columns:
            if codes := self.codes(name):
                but = " ".join(codes.but) or None
                yield self.full_name, name, "code", "core.code", "code", codes.codelist, but
            if reference := self.reference(name):
                other = " ".join(reference.other) or None
                for full, column in reference.tables.items():
                    yield self.full_name, name, "row", full, column, None, other

    @property
    def measures(self) -> list[Column]:
        """The columns of a mart that hold figures: those with a status, or that follow from figures; words do not."""
        return [column for column in self._of_figures() if column.data_type != "string"]

    @property
    def values(self) -> list[Column]:
        """The columns of a mart that lead to cells: what follows from figures, words as well; in a mart without figures
        what readers are shown of a row."""
        if self.schema != MARTS:
            return []
        shown = (column for column in self.columns.values() if column.label and column.name not in self.grain)
        return self._of_figures() or list(shown)

    def _of_figures(self) -> list[Column]:
        told = self.columns.values() if self.schema == MARTS else ()
        return [column for column in told if column.status or column.meta.get("inputs")]


@cache
def project() -> dict[str, Any]:
    """dbt_project.yml."""
    return yaml.load((PROJECT / "dbt_project.yml").read_text(encoding="utf-8"), Loader=LOADER)


def dimensions(use: str | None = None) -> dict[str, str | None]:
    """The dimensions of an observation, or those of which `use` is said, with the code where nothing is said."""
    told = project()["vars"]["dimensions"]
    return {name: said.get("default") for name, said in told.items() if use is None or said.get(use)}


def layouts() -> dict[str, dict[str, Any]]:
    """What follows from each layout that states figures."""
    return project()["vars"]["layouts"]


def is_followed(column: str = "layout") -> str:
    """An SQL condition for figures that lead to their cells by themselves. `column`: holds the names of layouts."""
    return f"{column} in ({', '.join(repr(name) for name, told in layouts().items() if told['is_followed'])})"


def missing_statuses() -> tuple[str, ...]:
    """The statuses of a measure that has no value."""
    return tuple(project()["vars"]["missing_statuses"])


def marked_statuses() -> tuple[str, ...]:
    """The statuses of a value that is never shown without a caveat."""
    return tuple(project()["vars"]["marked_statuses"])


def unit_of(column: str, stated: str | None = None) -> dict[str, Any] | None:
    """The unit that the end of a column's name says, or the one of the code `stated`; None where neither does."""
    for ending, unit in project()["vars"]["units"].items():
        if stated == unit["unit"] or (stated is None and column.endswith(ending)):
            return unit
    return None


def display(unit: Mapping[str, Any], largest: float, language: str) -> Mapping[str, Any]:
    """How readers take a measure of `unit` with the largest value `largest`: `name`, `mult`, and the most `decimals`."""
    step = next(step for step in unit[language] if abs(largest) >= step.get("from", 0))
    return {"mult": 0, "decimals": unit["decimals"], **step}


@cache
def label(name: str) -> Mapping[str, str] | None:
    """What a column of that name is called, wherever it stands; None where no contract says it."""
    told = (table.columns[name].label for table in [tables()[HOME], *tables().values()] if name in table.columns)
    return next(filter(None, told), None)


@cache
def models(path: Path) -> list[dict[str, Any]]:
    """The models of a yml file; for all who ask the same, so nobody changes them."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER).get("models", [])


@cache
def tables() -> dict[str, Table]:
    """Every published table, by schema and name. Raises KeyError on a model without a grain or types."""
    folders = project()["models"][project()["name"]]
    found = {}
    for folder, settings in folders.items():
        if not isinstance(settings, dict) or "+contract" not in settings:
            continue
        for path in sorted((PROJECT / "models" / folder).glob("*.yml")):
            for model in models(path):
                table = _table(settings.get("+schema", folder), model)
                found[table.full_name] = table
    return found


def _table(schema: str, model: Mapping[str, Any]) -> Table:
    columns = {
        column["name"]: Column(
            column["name"],
            column["data_type"],
            column["description"],
            any(constraint["type"] == "not_null" for constraint in column.get("constraints", [])),
            column.get("config", {}).get("meta", {}),
        )
        for column in model["columns"]
    }
    return Table(schema, model["name"], tuple(model["config"]["meta"]["grain"]), columns, model)


@cache
def _keys() -> dict[str, str]:
    """Tables that are referenced by name -> their only key column; a table whose key is that of another is no home of it."""
    return {
        name: table.grain[0]
        for name, table in tables().items()
        if table.schema in REFERENCED
        and len(table.grain) == 1
        and "references" not in table.columns[table.grain[0]].meta
    }
