"""What must hold of each published table by what its contract says of its columns: keys, codes, references, bands, and
a reason for what is missing. Nothing is stated here of any one table or column."""

from __future__ import annotations

from collections.abc import Iterable

from validations import published, row_keys, told_suites
from validations.expectations import AFTER, BETWEEN, UNIQUE, UNIQUE_COLUMN, Entry, rows
from validations.published import Codes, Table

#: A check of these names stood here before there was one for every table; releases that had it ask for it.
NAMED = {
    "core.observation": "dimensions_are_known",
    "core.lineage": "leads_to_an_observation",
    "quality.finding_observation": "leads_to_finding_and_observation",
}
#: Kinds of rules that hold figures to what is plausible: the first word of their ids.
OF_BANDS = ("plausible", "jump", "bound")
#: References that another expectation of the same table holds already, of tables with millions of rows.
HELD = {("marts.series", "observation_id"): "value_is_that_of_its_observation"}


def entries(table: Table) -> list[Entry]:
    """The expectations that follow from the contract of a table."""
    return [
        _key(table.grain),
        *_period(table),
        *(_own_codes(table, name) for name in table.columns if (codes := table.codes(name)) and codes.own),
        *_codes_of_names(table),
        *_references(table),
        *_lists_of_keys(table),
        *_bands(table),
        *_explained(table),
        *_named(table),
        *told_suites.qualified(table),
        *told_suites.told_of_figures(table),
    ]


def _key(grain: tuple[str, ...]) -> Entry:
    if len(grain) == 1:
        return Entry("key_is_unique", UNIQUE_COLUMN, {"column": grain[0]}, grain)
    return Entry("key_is_unique", UNIQUE, {"column_list": list(grain)}, grain)


def _period(table: Table) -> Iterable[Entry]:
    if {"period_start", "period_end"} <= table.columns.keys():
        arguments = {"column_A": "period_end", "column_B": "period_start"}
        yield Entry("period_has_days", AFTER, arguments, tuple(arguments.values()))


def _bands(table: Table) -> Iterable[Entry]:
    """A value lies in its band; of a mart, but for one about whose figures a decision stands that accepts what a rule
    found of them: rules look at the same bands before a mart is built (plausible.published)."""
    for name, column in table.columns.items():
        if not (band := column.meta.get("band")):
            continue
        if not column.meta.get("inputs"):
            arguments = {"column": name, "min_value": band["from"], "max_value": band["to"]}
            yield Entry(f"{name}_is_plausible", BETWEEN, arguments, (name,))
            continue
        key = ", ".join(f"t.{column}" for column in table.grain)
        query = f"""
            select {key}, t.{name} from {{batch}} as t
            where (t.{name} < {band["from"]} or t.{name} > {band["to"]}) and not exists (
                select 1 from core.lineage as l
                inner join quality.finding_observation as x on x.observation_id = l.observation_id
                inner join quality.finding as f on f.finding_id = x.finding_id
                where l.table_name = '{table.full_name}' and l.column_name = '{name}' and l.row_key = {row_keys.sql(table.grain, "t")}
                    and f.standing = 'accepted' and f.pass = 'decided' and split_part(f.rule_id, '.', 1) in ({_texts(OF_BANDS)}))"""
        says = f"{name} from {band['from']:,} to {band['to']:,}, but where a decision accepts what a rule found of its figures"
        yield rows(f"{name}_is_plausible", query, (name,), says)


def lists() -> list[str]:
    """The code lists that columns are of."""
    found = (table.codes(name) for table in published.tables().values() for name in table.columns)
    return sorted({codes.codelist for codes in found if codes})


def codes_of(codes: Codes) -> str:
    """SQL: the codes that a value may be."""
    but = f" and code not in ({_texts(codes.but)})" if codes.but else ""
    return f"select code from core.code where codelist = '{codes.codelist}'{but}"


def _own_codes(table: Table, name: str) -> Entry:
    codes = table.codes(name)
    but = f" but {', '.join(codes.but)}" if codes.but else ""
    return rows(
        f"{name}_is_a_code",
        f"select t.* from {{batch}} as t where t.{name} is not null and t.{name} not in ({codes_of(codes)})",
        (name,),
        f"{name} is a code of the list {codes.codelist}{but}",
    )


def _codes_of_names(table: Table) -> Iterable[Entry]:
    """Of columns that have their codes by their name, or as a status: few codes in however many rows."""
    found = {name: codes for name in table.columns if (codes := table.codes(name)) and not codes.own}
    if found:
        queries = [
            f"select '{name}' as column_name, t.{name} as read from (select distinct {name} from {{batch}} as b) as t"
            f" where t.{name} is not null and t.{name} not in ({codes_of(codes)})"
            for name, codes in found.items()
        ]
        says = "codes of their lists: " + ", ".join(found)
        yield rows("codes_are_listed", " union all ".join(queries), tuple(found), says)


def _references(table: Table) -> Iterable[Entry]:
    found = {
        name: reference
        for name in table.columns
        if (table.full_name, name) not in HELD and (reference := table.reference(name))
    }
    if not found:
        return
    key = ", ".join(f"t.{name}" for name in table.grain)
    queries = []
    for name, reference in found.items():
        known = "".join(
            f" and not exists (select 1 from {full} as r where r.{column} = d.{name})"
            for full, column in reference.tables.items()
        )
        other = f" and d.{name} not in ({_texts(reference.other)})" if reference.other else ""
        # Of millions of rows few keys are different: each is looked up once.
        queries.append(
            f"select {key}, '{name}' as column_name, t.{name} as read from {{batch}} as t where t.{name} in ("
            f"select d.{name} from (select distinct {name} from {table.full_name}) as d"
            f" where d.{name} is not null{other}{known})"
        )
    says = "; ".join(f"{name} is one of {' or '.join(reference.tables)}" for name, reference in found.items())
    name = NAMED.get(table.full_name, "references_are_known")
    yield rows(name, " union all ".join(queries), tuple(found), says)


def _lists_of_keys(table: Table) -> Iterable[Entry]:
    """Each key that a column of several holds is one of the table that it names."""
    for name, of in ((name, column.meta.get("keys_of")) for name, column in table.columns.items()):
        if of:
            key = ", ".join(f"t.{column}" for column in table.grain)
            (known,) = published.tables()[of].grain
            yield rows(
                "listed_keys_are_known",
                f"select {key}, '{name}' as column_name, x.id as read"
                f" from {{batch}} as t, unnest(string_split(t.{name}, ', ')) as x (id)"
                f" where not exists (select 1 from {of} as r where r.{known} = x.id)",
                (name,),
                f"each of {name} is one of {of}",
            )


def _explained(table: Table) -> Iterable[Entry]:
    """A NULL measure has a status and caveats that say why; a marked one has caveats."""
    if table.statuses:
        missing, marked = _texts(published.missing_statuses()), _texts(published.marked_statuses())
        faulty = {
            value: f"(({value} is null) <> ({status} in ({missing})))"
            f" or (({value} is null or {status} in ({marked})) and (caveat_en is null or caveat_zh is null))"
            for value, status in table.statuses.items()
        }
        failing = ", ".join(
            f"case when {clause} then concat('{value} ', coalesce(cast({value} as varchar), 'null'), ' with status ',"
            f" coalesce({table.statuses[value]}, 'null')) end"
            for value, clause in faulty.items()
        )
        query = f"""
            select {", ".join(table.grain)}, concat_ws('; ', {failing}) as failing, {", ".join(published.CAVEATS)}
            from {{batch}} as t where {" or ".join(faulty.values())}"""
        yield rows(
            "null_is_explained",
            query,
            tuple(table.statuses),
            "a measure is null with a status and a caveat, and marked with a caveat",
        )


def _named(table: Table) -> Iterable[Entry]:
    """Each code of a mart has its names beside it, those of its list."""
    found = {name: names for name in table.columns if table.schema == published.MARTS and (names := table.names(name))}
    if found:
        queries = []
        for name, names in found.items():
            columns = [f"{name}_{language}" for language in published.NAME_COLUMNS]
            listed = f" and c.codelist = '{names.codelist}'" if names.codelist else ""
            differ = " or ".join(
                f"t.{column} is distinct from c.{of_list}"
                for column, of_list in zip(columns, published.NAME_COLUMNS, strict=True)
            )
            queries.append(
                f"select '{name}' as column_name, t.* from (select distinct {name} as code, {columns[0]}, {columns[1]}"
                f" from {{batch}} as b) as t left join {names.table} as c on c.{names.key} = t.code{listed} where {differ}"
            )
        says = "codes have the names of their lists: " + ", ".join(found)
        read = [*found, *(f"{name}_{language}" for name in found for language in published.NAME_COLUMNS)]
        yield rows("codes_have_their_names", " union all by name ".join(queries), tuple(read), says)


def empty_measures() -> str:
    """SQL: table, row, column and status of every measure that a row of a mart leaves empty."""
    return " union all ".join(
        f"select '{table.full_name}' as table_name, {row_keys.sql(table.grain, 'm')} as row_key,"
        f" '{value}' as column_name, m.{status} as status from {table.full_name} as m where m.{value} is null"
        for table in published.tables().values()
        if table.schema == published.MARTS
        for value, status in table.statuses.items()
    )


def values_without_a_cell() -> str:
    """SQL: every value of a mart that leads to no row of core.lineage. In bulk, marts.series leads to file and row: a
    mart's value of an area and period of which a bulk source states figures is left out, and so is a mart that names
    the figure of each row itself."""
    queries = [
        f"select '{table.full_name}' as table_name, {row_keys.sql(table.grain, 'm')} as row_key, '{column.name}' as column_name"
        f" from {table.full_name} as m"
        f" left join in_bulk as b on b.ref_area = m.ref_area and b.time_period = m.time_period"
        f" where m.{column.name} is not null and b.ref_area is null"
        for table in published.tables().values()
        if "observation_id" not in table.columns
        for column in table.values
    ]
    return f"""
        with in_bulk as (
            select distinct o.ref_area, o.time_period from core.observation as o where not ({published.is_followed("o.layout")})
        ), shown as ({" union all ".join(queries)})
        select s.* from shown as s
        left join {{batch}} as l on l.table_name = s.table_name and l.row_key = s.row_key and l.column_name = s.column_name
        where l.observation_id is null"""


def _texts(codes: Iterable[str]) -> str:
    return ", ".join(f"'{code}'" for code in codes)
