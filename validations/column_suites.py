"""What must hold of each published table by what its contract says of its columns: keys, codes, references, bands, and
a reason for what is missing. Nothing is stated here of any one table or column."""

from __future__ import annotations

from collections.abc import Iterable

from validations import published, row_keys, unit_free
from validations.expectations import AFTER, BETWEEN, UNIQUE, UNIQUE_COLUMN, Entry, rows
from validations.published import Codes, Column, Table

#: A check of these names stood here before there was one for every table; releases that had it ask for it.
NAMED = {
    "core.observation": "dimensions_are_known",
    "core.lineage": "leads_to_an_observation",
    "quality.finding_observation": "leads_to_finding_and_observation",
}
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
        *_qualified(table),
        *_told(table),
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
    for name, column in table.columns.items():
        if band := column.meta.get("band"):
            arguments = {"column": name, "min_value": band["from"], "max_value": band["to"]}
            yield Entry(f"{name}_is_plausible", BETWEEN, arguments, (name,))


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
            f" and not exists (select 1 from {full} as r where r.{column} = t.{name})"
            for full, column in reference.tables.items()
        )
        other = f" and t.{name} not in ({_texts(reference.other)})" if reference.other else ""
        queries.append(
            f"select {key}, '{name}' as column_name, t.{name} as read from {{batch}} as t"
            f" where t.{name} is not null{other}{known}"
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
        clauses = [
            f"(({value} is null) <> ({status} in ({missing})))"
            f" or (({value} is null or {status} in ({marked})) and (caveat_en is null or caveat_zh is null))"
            for value, status in table.statuses.items()
        ]
        query = f"select * from {{batch}} where {' or '.join(clauses)}"
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


def _qualified(table: Table) -> Iterable[Entry]:
    """A value that leads to a hedged figure is told to be no point, and no other value is. Figures in bulk lead to no cell."""
    told = published.QUALIFIERS
    if table.schema != published.MARTS or not set(told) <= table.columns.keys():
        return
    names = [column.name for column in table.values if column.meta.get("printed") not in ("obs_low", "obs_high")]
    key = row_keys.sql(table.grain, "t")
    shown = " union all ".join(
        f"select {key} as row_key, '{name}' as column_name, t.{name} is not null as has_value, t.ref_area, t.time_period,"
        f" contains(concat(' ', t.{told[0]}), ' {name}: ') as in_english,"
        f" contains(concat('。', t.{told[1]}), '。{name}：') as in_chinese from {{batch}} as t"
        for name in names
    )
    query = f"""
        with in_bulk as (
            select distinct o.ref_area, o.time_period from core.observation as o where not ({published.is_followed("o.layout")})
        ), qualified as (
            select distinct l.row_key, l.column_name from core.lineage as l
            inner join core.observation as o on o.observation_id = l.observation_id
            where l.table_name = '{table.full_name}' and o.qualifier <> '_Z'
        ), shown as ({shown})
        select s.row_key, s.column_name, s.in_english, s.in_chinese, q.row_key is not null as is_qualified
        from shown as s
        left join qualified as q on q.row_key = s.row_key and q.column_name = s.column_name
        left join in_bulk as b on b.ref_area = s.ref_area and b.time_period = s.time_period
        where (q.row_key is not null and not (s.in_english and s.in_chinese))
            or (q.row_key is null and b.ref_area is null and s.has_value and (s.in_english or s.in_chinese))"""
    says = "a value that follows from a hedged figure is told to be no point, and no other"
    yield rows("qualified_is_told", query, tuple(told), says)


def _told(table: Table) -> Iterable[Entry]:
    """A caveat speaks of columns of its own table, and each sentence names those that it is about: every one that
    follows from the figure it is told of, or bears a mark, and no other. A break before the figure that a change starts
    from lies not in the change, and a unit that cancels not in a quotient. Figures in bulk lead to no cell."""
    told = published.CAVEATS
    if table.schema != published.MARTS or not set(told) <= table.columns.keys():
        return
    others = {name for other in published.tables().values() for name in other.columns if "_" in name}
    words = " union ".join(
        f"select distinct unnest(regexp_extract_all({caveat}, '[a-z0-9]+(_[a-z0-9]+)+')) as word from {{batch}} as b"
        for caveat in told
    )
    yield rows(
        "caveat_speaks_of_its_columns",
        f"select w.word from ({words}) as w where w.word in ({_texts(sorted(others - table.columns.keys()))})"
        " and not exists (select 1 from core.source as s where s.source_id = w.word)",
        told,
        "a caveat speaks of no column that another table has and this one has not",
    )
    # A row that is one figure needs no name for what it tells.
    if "observation_id" in table.columns:
        return
    key = row_keys.sql(table.grain, "t")
    known = "|".join(sorted(table.columns, key=len, reverse=True))
    parts = " union all ".join(
        f"select {key} as row_key, '{language}' as language, unnest(string_split(regexp_replace("
        f"concat('{before}', t.caveat_{language}), '{before}((({known}){comma})*({known})){colon}',"
        f" concat(chr(10), '\\1', chr(9)), 'g'), chr(10))) as part"
        f" from {{batch}} as t where t.caveat_{language} is not null"
        for language, (before, comma, colon) in published.NAMING.items()
    )
    shown = " union all ".join(
        f"select {key} as row_key, '{column.name}' as column_name, t.{column.name} is not null as has_value,"
        f" {f't.{column.status} in ({_texts(published.marked_statuses())})' if column.status else 'false'} as is_marked,"
        f" t.ref_area, t.time_period, {_is_of_one_source(table, column)} as is_whole"
        f" from {{batch}} as t"
        for column in table.values
    )
    query = f"""
        with cancelled as ({unit_free.cancelled(table)}), parts as ({parts}), told as (
            select row_key, language, split_part(part, chr(9), 2) as caveat,
                unnest(string_split(replace(split_part(part, chr(9), 1), '、', ', '), ', ')) as column_name
            from parts where contains(part, chr(9))
        ), languages as (select unnest(['en', 'zh']) as language), shown as ({shown}), of_figures as (
            select distinct l.row_key, l.column_name, g.language,
                case g.language when 'en' then c.caveat_en else c.caveat_zh end as caveat
            from core.lineage as l
            inner join quality.caveat as c on c.observation_id = l.observation_id
            inner join core.observation as o on o.observation_id = l.observation_id
            inner join shown as s on s.row_key = l.row_key and s.column_name = l.column_name
            cross join languages as g
            where l.table_name = '{table.full_name}' and (c.reason <> 'break' or o.time_period = s.time_period)
                and not (c.reason = 'spliced_from' and o.time_period = s.time_period and coalesce(s.is_whole, false))
                and not exists (
                    select 1 from cancelled as k
                    where k.row_key = l.row_key and k.column_name = l.column_name and k.decision_id = c.decision_id
                )
        ), own as (
            select distinct 'en' as language, caveat_en as caveat from quality.caveat
            union select distinct 'zh', caveat_zh from quality.caveat
        ), texts as (select distinct language, caveat from told), holds as (
            select t.language, t.caveat, o.caveat as sentence
            from texts as t inner join own as o on o.language = t.language and contains(t.caveat, o.caveat)
        ), in_bulk as (
            select distinct o.ref_area, o.time_period from core.observation as o where not ({published.is_followed("o.layout")})
        )
        select 'names no column' as fault, row_key, null as column_name, language, part as caveat
        from parts where not contains(part, chr(9)) and part <> ''
        union all
        select 'bears a mark that is not told', s.row_key, s.column_name, g.language, null
        from shown as s cross join languages as g
        where s.is_marked and not exists (
            select 1 from told as t
            where t.row_key = s.row_key and t.column_name = s.column_name and t.language = g.language
        )
        union all
        select 'is not told what its figure is', f.row_key, f.column_name, f.language, f.caveat
        from of_figures as f
        where not exists (
            select 1 from told as t
            where t.row_key = f.row_key and t.column_name = f.column_name and t.language = f.language
                and contains(t.caveat, f.caveat)
        )
        union all
        select 'is told of a figure that it does not follow from', t.row_key, t.column_name, t.language, o.sentence
        from told as t
        inner join holds as o on o.language = t.language and o.caveat = t.caveat
        inner join shown as s on s.row_key = t.row_key and s.column_name = t.column_name and s.has_value
        where not exists (
            select 1 from of_figures as f
            where f.row_key = t.row_key and f.column_name = t.column_name and f.language = t.language
                and contains(f.caveat, o.sentence)
        ) and not exists (
            select 1 from in_bulk as b where b.ref_area = s.ref_area and b.time_period = s.time_period
        )"""
    says = "a caveat names every column that it is about and no other, and a mark is told"
    yield rows("caveat_names_its_columns", query, told, says)


def _is_of_one_source(table: Table, column: Column) -> str:
    """SQL: whether a row's computed value follows from what one publication states."""
    is_printed = column.meta.get("printed") or "source_ids" not in table.columns
    return "false" if is_printed else "t.source_ids not like '%,%'"


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
