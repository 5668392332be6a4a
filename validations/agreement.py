"""What each mart must show of marts.series, and which pages it must lead to, from its contract in dbt's yml.

The contract says which columns show printed figures, by which keys a row is found, and which figures of the same
indicators the mart leaves out, each with the reason (`config.meta.series`). The mart's own filter is not read: what it
drops without a reason is missed here. dbt's test `agrees_with_series` says the same of the candidate; this is about the
finished file, whoever emptied it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from validations import published, row_keys
from validations.expectations import Entry, rows
from validations.published import is_followed

#: The contracts are code, as this module is.
CONTRACTS = Path(__file__).resolve().parents[1] / "dbt_project" / "models" / "marts"


#: What an input says besides the dimensions of its figure: `lag`, of the period before; `unless`, taken only where that
#: column of the row has no value.
NO_DIMENSIONS = ("lag", "unless")
#: The code of a base period, in an exclusion, that is the year before that of the figure.
YEAR_BEFORE = "year_before"


@dataclass(frozen=True)
class Column:
    """A column that follows from figures. `printed`: the column of marts.series that it shows, if it shows one as it is.

    `borrows`: the keys of the mart that its inputs name, if it is printed: it shows a figure of another series then, which
    many rows may show and none must.
    """

    name: str
    data_type: str
    inputs: tuple[Mapping[str, Any], ...]
    printed: str | None
    borrows: tuple[str, ...] = ()

    def shown(self, figure: str) -> str:
        """SQL: the value of `figure` as the column shows it, rounded half away from zero."""
        value = f"{figure}.{self.printed}"
        if self.data_type == "bigint":
            return f"cast(cast({value} as decimal(38, 0)) as bigint)"
        return f"cast({value} as {self.data_type})"


@dataclass(frozen=True)
class Exclusion:
    """Figures that a mart does not show, and why: those with, or without, some codes in one dimension.

    `indicators`: only those of these. `unless_beside`: only where no figure with one of these codes stands at the keys, or
    at the dimensions `beside_at`.
    """

    dimension: str
    reason_en: str
    reason_zh: str
    codes: tuple[str, ...] = ()
    other_than: tuple[str, ...] = ()
    indicators: tuple[str, ...] = ()
    unless_beside: tuple[str, ...] = ()
    beside_at: tuple[str, ...] = ()

    def holds_for(self, figure: str) -> str:
        """SQL: the exclusion holds for `figure`, but for what it says of neighbours."""
        codes = _list(self.codes or self.other_than)
        year_before = f"cast(cast(substr({figure}.time_period, 1, 4) as integer) - 1 as varchar)"
        codes = codes.replace(f"'{YEAR_BEFORE}'", year_before)
        condition = f"{figure}.{self.dimension} {'in' if self.codes else 'not in'} {codes}"
        return f"{condition} and {figure}.indicator in {_list(self.indicators)}" if self.indicators else condition


@dataclass(frozen=True)
class Contract:
    """A mart of figures. `keys`: column of the mart -> dimension of marts.series that a row shares with its figures.

    `whole`: column -> code of the rows that hold all others of their keys, where an indicator is the whole of others.
    `sums`: the column in which the mart adds parts up itself, where no source states the total.
    """

    table: str
    grain: tuple[str, ...]
    keys: Mapping[str, str]
    total_of: str | None
    sums: str | None
    whole: Mapping[str, str]
    indicators: tuple[str, ...]
    columns: tuple[Column, ...]
    exclusions: tuple[Exclusion, ...]

    @property
    def printed(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.printed)

    @property
    def own(self) -> tuple[Column, ...]:
        """The printed columns whose figures the mart must show, each in its row."""
        return tuple(column for column in self.printed if not column.borrows)

    @property
    def borrowed(self) -> tuple[str, ...]:
        """The indicators of the figures that other rows' columns show beside them."""
        puts = (put for column in self.printed if column.borrows for put in column.inputs)
        return tuple(dict.fromkeys(put["indicator"] for put in puts if "indicator" in put))


@cache
def contracts(folder: Path = CONTRACTS) -> dict[str, Contract]:
    """The marts of figures by table, from the yml files of `folder`. Raises KeyError or TypeError on a wrong contract."""
    models = (model for path in sorted(folder.glob("*.yml")) for model in published.models(path))
    told = {model["name"]: model for model in models if "series" in model["config"]["meta"]}
    return {f"marts.{name}": _contract(model, told) for name, model in told.items()}


def _contract(model: Mapping[str, Any], told: Mapping[str, Mapping[str, Any]]) -> Contract:
    meta = model["config"]["meta"]
    series = meta["series"]
    #: A mart that compares rows of another leaves out what that one does.
    selects = told[series["of"]] if "of" in series else model
    keys = {name for key in series["keys"] for name in (key, series.get("renamed", {}).get(key, key))}
    columns = tuple(
        Column(
            column["name"],
            column["data_type"],
            tuple(put["inputs"]),
            "obs_value" if put.get("printed") is True else put.get("printed"),
            tuple(name for name in put["inputs"][0] if name in keys) if put.get("printed") else (),
        )
        for column in model["columns"]
        if (put := column.get("config", {}).get("meta", {})).get("inputs")
    )
    named = [put["indicator"] for column in columns for put in column.inputs if "indicator" in put]
    return Contract(
        table=f"marts.{model['name']}",
        grain=tuple(meta["grain"]),
        keys={key: series.get("renamed", {}).get(key, key) for key in series["keys"]},
        total_of=series.get("total_of"),
        sums=series.get("sums", series.get("total_of")),
        whole=series.get("whole", {}),
        indicators=tuple(dict.fromkeys(series.get("indicators", named))),
        columns=columns,
        exclusions=tuple(
            Exclusion(**{name: tuple(value) if isinstance(value, list) else value for name, value in entry.items()})
            for entry in selects["config"]["meta"]["series"]["leaves_out"]
        ),
    )


def entries(table: str) -> list[Entry]:
    """The expectations of a mart of figures; none for another table."""
    if table not in contracts():
        return []
    contract = contracts()[table]
    shows = [
        rows("shows_what_the_series_show", f"with {_counted(contract)} {_missed(contract)}"),
        rows("shows_no_other_figure", f"with {_counted(contract)} {_others(contract)}"),
    ]
    return [
        *(shows if contract.printed else []),
        rows("leads_to_the_page", f"with {_counted(contract)} {_astray(contract)}"),
    ]


def _list(codes: Iterable[str]) -> str:
    return "(" + ", ".join(f"'{code}'" for code in codes) + ")"


def _codes(figure: str, codes: Mapping[str, Any]) -> list[str]:
    return [f"{figure}.{dimension} = '{code}'" for dimension, code in codes.items() if dimension not in NO_DIMENSIONS]


def shown_by(column: Column, figure: str) -> str:
    """SQL: `figure` is one that the column shows: of whichever of its inputs stands at the keys."""
    return "(" + " or ".join(f"({' and '.join(_codes(figure, put))})" for put in column.inputs) + ")"


def _counted(contract: Contract) -> str:
    """The figures that count for the mart: of its indicators, and not left out by their codes."""
    kept = "".join(f" and not ({e.holds_for('s')})" for e in contract.exclusions if not e.unless_beside)
    # No column more than is asked for: of a bulk source these are millions of rows.
    named = {
        *("series_id", "observation_id", "indicator", "ref_area", "time_period", "base_period"),
        *("obs_value", "obs_low", "obs_high", "is_disputed", *contract.keys.values()),
        *(name for column in contract.columns for put in column.inputs for name in put if name not in NO_DIMENSIONS),
        *(exclusion.dimension for exclusion in contract.exclusions if exclusion.unless_beside),
    }
    columns = ", ".join(f"s.{name}" for name in sorted(named))
    indicators = _list([*contract.indicators, *contract.borrowed])
    return f"counted as (select {columns} from marts.series as s where s.indicator in {indicators}{kept})"


def _at_keys(contract: Contract, m: str, s: str, but: Iterable[str] = ()) -> list[str]:
    named = set(but)
    keys = contract.keys.items()
    return [f"{m}.{column} = {s}.{dimension}" for column, dimension in keys if not {column, dimension} & named]


def _missed(contract: Contract) -> str:
    """Figures that the mart does not show, or shows otherwise."""
    joins, kept = [], ["(s.obs_value is not null or s.obs_low is not null or s.obs_high is not null)"]
    # Of a total that contradicts its parts the mart shows their sum.
    kept.append("not (s.is_disputed and coalesce(m.is_total, false))")
    if contract.borrowed:
        kept.append(f"s.indicator in {_list(contract.indicators)}")
    dimensions = list(contract.keys.values())
    for number, exclusion in enumerate(e for e in contract.exclusions if e.unless_beside):
        beside, at = f"b{number}", exclusion.beside_at or dimensions
        joins.append(
            f"left join (select distinct {', '.join(at)} from counted where {exclusion.dimension} in"
            f" {_list(exclusion.unless_beside)}) as {beside} on"
            f" {' and '.join(f'{beside}.{dimension} = s.{dimension}' for dimension in at)}"
        )
        kept.append(f"not ({exclusion.holds_for('s')} and {beside}.ref_area is null)")
    wrong, known = [], []
    for column in contract.own:
        codes = shown_by(column, "s")
        known.append(codes)
        wrong.append(f"({codes} and (m.ref_area is null or m.{column.name} is distinct from {column.shown('s')}))")
    named = ", ".join(f"s.{dimension} as {column}" for column, dimension in contract.keys.items())
    lacks = "".join(f" union all {_lacking(contract, column)}" for column in contract.printed if column.borrows)
    return f"""
        select s.series_id, s.indicator as figure, a.level as area_level, s.base_period, s.obs_value as expected, {named}
        from counted as s inner join core.area as a on a.ref_area = s.ref_area
        left join {{batch}} as m on {" and ".join(_at_keys(contract, "m", "s"))} {" ".join(joins)}
        where {" and ".join(kept)} and ({" or ".join(wrong)} or not ({" or ".join(known)})){lacks}"""


def _lacking(contract: Contract, column: Column) -> str:
    """Rows whose borrowed figure is there, and which show none or another."""
    named = ", ".join(f"m.{key}" for key in contract.keys)
    meets = [*_at_keys(contract, "m", "s", but=column.borrows), shown_by(column, "s")]
    return f"""
        select s.series_id, s.indicator as figure, m.area_level, s.base_period, s.obs_value as expected, {named}
        from {{batch}} as m inner join counted as s on {" and ".join(meets)}
        where s.obs_value is not null and m.{column.name} is distinct from {column.shown("s")}"""


def _others(contract: Contract) -> str:
    """Figures of the mart that no figure that counts says; sums of the mart's own are totals."""
    grain = ", ".join(f"m.{column}" for column in contract.grain)
    return " union all ".join(
        f"""
        select {grain}, '{column.name}' as column_name, cast(m.{column.name} as varchar) as shown
        from {{batch}} as m
        left join counted as s on {" and ".join([*_at_keys(contract, "m", "s", but=column.borrows), shown_by(column, "s")])}
        where m.{column.name} is not null and not m.is_total and {column.shown("s")} is distinct from m.{column.name}"""
        for column in contract.printed
    )


def _astray(contract: Contract) -> str:
    """Values of the mart that do not lead to a printed figure that they follow from."""
    printed = f"""
        , followed as (
            select s.* from counted as s inner join core.observation as o on o.observation_id = s.observation_id
            where {is_followed("o.layout")} and (s.obs_value is not null or s.obs_low is not null or s.obs_high is not null))"""
    key = row_keys.sql(contract.grain, "m")
    return printed + " union all ".join(
        _unlinked(contract, column, put, key)
        for column in contract.columns
        for put in column.inputs
        if "lag" not in put
    )


def _unlinked(contract: Contract, column: Column, put: Mapping[str, Any], key: str) -> str:
    total, joined, where = contract.total_of, "", ""
    if total:
        # A total follows from its parts, unless a source prints it.
        at_total = [*_at_keys(contract, "m", "t", but=[total]), f"t.{total} = '_T'", *_codes("t", put)]
        joined = f"left join counted as t on {' and '.join(at_total)} and t.obs_value is not null and not t.is_disputed"
        where = f" and (s.{total} = m.{total} or (m.is_total and t.ref_area is null))"
    # What is on paper comes first: beside a bulk source it is little, or nothing.
    meets = [*_codes("s", put), *_at_keys(contract, "m", "s", but=[*put, *([total] if total else [])])]
    return f"""
        select {", ".join(f"m.{name}" for name in contract.grain)}, '{column.name}' as column_name, s.series_id
        from {{batch}} as m inner join followed as s on {" and ".join(meets)} {joined}
        left join core.lineage as l on l.table_name = '{contract.table}' and l.column_name = '{column.name}'
            and l.observation_id = s.observation_id and l.row_key = {key}
        where m.{column.name} is not null and l.observation_id is null{where}{_not_taken(put)}"""


def _not_taken(put: Mapping[str, Any]) -> str:
    """SQL: what an input gives way to is not there; it is not taken where it is."""
    return f" and m.{put['unless']} is null" if "unless" in put else ""
