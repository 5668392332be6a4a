"""What a mart tells of its values, held against what is told of the figures that they follow from."""

from __future__ import annotations

from collections.abc import Iterable

from validations import published, row_keys, unit_free
from validations.expectations import Entry, rows
from validations.published import Table

#: The ends of a printed range, where a column shows one.
ENDS = ("obs_low", "obs_high")


def qualified(table: Table) -> Iterable[Entry]:
    """A value that leads to a hedged figure is told to be no point, and no other value is. Figures in bulk lead to no cell."""
    told = published.QUALIFIERS
    if table.schema != published.MARTS or not set(told) <= table.columns.keys():
        return
    # The ends of a range are named where no value stands.
    expected = {
        column.name: " and ".join(
            f"t.{value.name} is null"
            for value in table.values
            if column.meta.get("printed") in ENDS
            and value.meta.get("printed") is True
            and value.meta["inputs"] == column.meta["inputs"]
        )
        for column in table.values
    }
    key = row_keys.sql(table.grain, "t")
    shown = " union all ".join(
        f"select {key} as row_key, '{name}' as column_name, t.{name} is not null as has_value, t.ref_area, t.time_period,"
        f" {condition or 'true'} as is_expected,"
        f" regexp_matches(concat(' ', t.{told[0]}), ' {name}(, [a-z_]+)*: ') as in_english,"
        f" regexp_matches(concat('。', t.{told[1]}), '[。、]{name}(、[a-z_]+)*：') as in_chinese from {{batch}} as t"
        for name, condition in expected.items()
    )
    query = f"""
        with in_bulk as (
            select distinct o.ref_area, o.time_period from core.observation as o where not ({published.is_followed("o.layout")})
        ), qualified as (
            select distinct l.row_key, l.column_name from core.lineage as l
            inner join core.observation as o on o.observation_id = l.observation_id
            where l.table_name = '{table.full_name}' and o.qualifier <> '_Z'{of_itself(table)}
        ), shown as ({shown})
        select s.row_key, s.column_name, s.in_english, s.in_chinese, q.row_key is not null as is_qualified
        from shown as s
        left join qualified as q on q.row_key = s.row_key and q.column_name = s.column_name
        left join in_bulk as b on b.ref_area = s.ref_area and b.time_period = s.time_period
        where (q.row_key is not null and s.is_expected and not (s.in_english and s.in_chinese))
            or ((q.row_key is null or not s.is_expected) and b.ref_area is null and s.has_value and (s.in_english or s.in_chinese))"""
    says = "a value that follows from a hedged figure is told to be no point, and no other"
    yield rows("qualified_is_told", query, tuple(told), says)


def told_of_figures(table: Table) -> Iterable[Entry]:
    """A caveat speaks of columns of its own table, and each sentence names those that it is about: every one that
    follows from the figure it is told of, or bears a mark, and no other. A break before the figure that a change starts
    from lies not in the change, and a unit that cancels not in a quotient; where the sum of the parts stands in the
    place of a total, it is not told where that one comes from. Figures in bulk lead to no cell."""
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
        f" t.ref_area, t.time_period from {{batch}} as t"
        for column in table.values
    )
    query = f"""
        with cancelled as ({unit_free.cancelled(table)}), parts as ({parts}), told as (
            select row_key, language, split_part(part, chr(9), 2) as caveat,
                unnest(string_split(replace(split_part(part, chr(9), 1), '、', ', '), ', ')) as column_name
            from parts where contains(part, chr(9))
        ), languages as (select unnest(['en', 'zh']) as language), shown as ({shown}), replaced as ({replaced(table)}), of_figures as (
            select distinct l.row_key, l.column_name, g.language,
                case g.language when 'en' then c.caveat_en else c.caveat_zh end as caveat
            from core.lineage as l
            inner join quality.caveat as c on c.observation_id = l.observation_id
            inner join core.observation as o on o.observation_id = l.observation_id
            inner join shown as s on s.row_key = l.row_key and s.column_name = l.column_name
            cross join languages as g
            where l.table_name = '{table.full_name}'{of_itself(table)} and (c.reason not in ('break', 'behind_earlier_edition') or o.time_period = s.time_period)
                and not (
                    c.reason in ('spliced_from', 'spliced_from_a_paper', 'of_earlier_edition', 'of_the_literature', 'of_a_platform')
                    and exists (
                        select 1 from replaced as p where p.row_key = l.row_key and p.column_name = l.column_name
                            and p.observation_id = l.observation_id
                    )
                )
                and not exists (
                    select 1 from cancelled as k
                    where k.row_key = l.row_key and k.column_name = l.column_name
                        and k.decision_id = case c.reason when 'unit_not_stated' then o.source_id else c.decision_id end
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


def replaced(table: Table) -> str:
    """SQL: row_key, column_name and observation_id of the stated totals in whose place a table shows the sum of urban and
    rural, which contradict them."""
    return f"""
        select l.row_key, l.column_name, l.observation_id from core.lineage as l
        inner join marts.series as s on s.observation_id = l.observation_id and s.is_disputed and s.residence = '_T'
        inner join core.lineage as x
            on x.table_name = l.table_name and x.row_key = l.row_key and x.column_name = l.column_name
        inner join marts.series as p on p.observation_id = x.observation_id
            and p.indicator = s.indicator and p.time_period = s.time_period and p.residence in ('U', 'R')
        where l.table_name = '{table.full_name}'
        group by all having count(p.obs_value) = 2"""


def of_itself(table: Table) -> str:
    """SQL: and the lineage `l` is not of a share that is one, that of the whole in itself."""
    return "".join(
        f" and not (l.column_name = '{column.name}'"
        + "".join(f" and contains('|' || l.row_key || '|', '|{key}={code}|')" for key, code in at.items())
        + ")"
        for column in table.values
        if (at := column.meta.get("is_one_at"))
    )


def _texts(codes: Iterable[str]) -> str:
    return ", ".join(f"'{code}'" for code in codes)
