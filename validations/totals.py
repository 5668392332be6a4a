"""Which rows of a mart are totals, and that the rows that are none add up to them.

A row is a total where the mart shows a value of a part of it, at whatever level of core.part, of one area, period and
scope; or where it is a part of a row that another division of it makes up as well, or better: the same people once
more. So who sums one scope at a time and leaves totals out loses nothing: of each total some part is left. What is left
adds up to it within the rounding of the figures, where all of it is there, and does not exceed it where some is missing,
or the status says that something is doubtful; so do scopes that are parts of another, though none is marked. A mart that
adds up itself (`series.sums`) leaves no total empty of which all parts are there. From the contracts alone: dimensions
of the key in which figures add up, printed measures that are additive. Where one indicator is the whole of others
(`series.whole`), its rows are the totals, and what stands beside one does not exceed it: nobody says that all parts are
there.
"""

from __future__ import annotations

from collections.abc import Iterator

from validations import agreement, published
from validations.agreement import Column, Contract
from validations.expectations import Entry, rows

#: The column that says it, and the dimension of which a sum takes one code at a time: nothing in it is a total.
IS_TOTAL, SCOPE = "is_total", "scope"


def adds_up(contract: Contract) -> dict[str, str]:
    """Columns of the key -> the dimension that they have, of those in which figures add up."""
    return {
        column: contract.keys[column]
        for column in contract.grain
        if contract.keys.get(column) in published.dimensions("adds_up")
    }


def measures(contract: Contract) -> list[Column]:
    """Printed measures that may be added up."""
    columns = published.tables()[contract.table].columns
    return [column for column in contract.printed if columns[column.name].meta.get("additive")]


def entries(table: str) -> list[Entry]:
    """The expectations of a mart that says which rows are totals; none for another table."""
    if IS_TOTAL not in published.tables()[table].columns:
        return []
    contract = agreement.contracts().get(table)
    if contract is not None and contract.whole:
        return [
            rows("totals_contain_rows", _mistaken_wholes(contract)),
            rows("parts_do_not_exceed_their_whole", " union all ".join(_exceeded(contract))),
        ]
    if contract is None or not adds_up(contract) or not measures(contract):
        # Nothing adds up in it: a group of areas alone stands for others.
        return [
            rows(
                "totals_contain_rows",
                "select m.* from {batch} as m inner join core.area as a on a.ref_area = m.ref_area"
                " where m.is_total and a.level <> 'group'",
            )
        ]
    return [
        rows("totals_contain_rows", _mistaken(contract)),
        rows("total_is_the_sum_of_its_parts", " union all ".join(_wrong_sums(contract))),
    ]


def _indicators(column: Column) -> str:
    return "(" + ", ".join(f"'{put['indicator']}'" for put in column.inputs if "indicator" in put) + ")"


def _mistaken(contract: Contract) -> str:
    """Rows that are said to be totals and are none, or the other way round."""
    divided = [name for name, dimension in adds_up(contract).items() if dimension != SCOPE]
    contained = " union all ".join(_contained(contract, "p", "m", name) for name in divided)
    divided_otherwise = [
        f"""
        select 1 from {contract.table} as w
        where exists ({_contained(contract, "m", "w", name)}) and exists ({_contained(contract, "p", "w", other)})
            and ({_share(contract, "w", other)}, {-place}) > ({_share(contract, "w", name)}, {-own})"""
        for own, name in enumerate(divided)
        for place, other in enumerate(divided)
        if other != name
    ]
    overlaps = "".join(f" or exists ({query})" for query in divided_otherwise)
    return f"select m.* from {{batch}} as m where m.is_total <> (exists ({contained}){overlaps})"


def _contained(contract: Contract, part: str, whole: str, name: str) -> str:
    """SQL: what tells that the row `part` has a value and is, in the column `name`, a part of the row `whole`."""
    has_value = " or ".join(
        f"(l.indicator in {_indicators(c)} and {part}.{c.name} is not null)" for c in measures(contract)
    )
    rows = f"{contract.table} as {part} inner join" if part == "p" else ""
    return f"""
        select 1 from {rows} core.part as l {"on true" if rows else ""}
        where l.dimension = '{adds_up(contract)[name]}' and l.part = {part}.{name} and l.whole = {whole}.{name} and ({has_value})
            and {_same(contract, part, whole, name)}"""


def _same(contract: Contract, part: str, whole: str, name: str) -> str:
    return " and ".join(f"{part}.{key} = {whole}.{key}" for key in contract.grain if key != name)


def _share(contract: Contract, whole: str, name: str) -> str:
    """SQL: whether the parts of the row `whole` in the column `name` make up all of it, by one measure at least."""
    shares = (
        f"""coalesce((
            select sum(p.{column.name}) >= 0.99 * {whole}.{column.name}
            from {contract.table} as p inner join core.part as l on l.part = p.{name}
            where l.dimension = '{adds_up(contract)[name]}' and l.whole = {whole}.{name}
                and l.indicator in {_indicators(column)} and {_same(contract, "p", whole, name)}), false)"""
        for column in measures(contract)
    )
    return f"({' or '.join(shares)})"


def _beside(contract: Contract, one: str, other: str) -> str:
    """SQL: two rows differ in the column of the whole alone."""
    return " and ".join(
        f"{one}.{column} = {other}.{column}" for column in contract.keys if column not in contract.whole
    )


def _is_whole(contract: Contract, row: str) -> str:
    return " and ".join(f"{row}.{column} = '{code}'" for column, code in contract.whole.items())


def _mistaken_wholes(contract: Contract) -> str:
    """Rows that are said to be totals and are not the whole of a row beside them, or the other way round."""
    has_value = " or ".join(f"p.{column.name} is not null" for column in measures(contract))
    return f"""
        select m.* from {{batch}} as m
        where m.is_total <> (({_is_whole(contract, "m")}) and exists (
            select 1 from {contract.table} as p
            where {_beside(contract, "p", "m")} and not ({_is_whole(contract, "p")}) and ({has_value})))"""


def _exceeded(contract: Contract) -> Iterator[str]:
    """For each measure, sound wholes that the sound rows beside them exceed, beyond the rounding of all of them."""
    shown = ", ".join(f"s.{dimension} as {column}" for column, dimension in contract.keys.items())
    key = ", ".join(f"t.{column}" for column in contract.grain)
    for column in measures(contract):
        value, status = column.name, published.tables()[contract.table].columns[column.name].status
        exactness = _exactness(contract, column, shown)

        def figure(row: str) -> str:
            return " and ".join(f"f_{row}.{other} = {row}.{other}" for other in contract.keys)

        yield f"""
            select {key}, '{value}' as column_name, min(t.{value}) as whole, sum(p.{value}) as parts
            from {{batch}} as t
            inner join {contract.table} as p on {_beside(contract, "p", "t")} and not p.is_total and p.{status} in ('A', 'P')
            left join ({exactness}) as f_t on {figure("t")}
            left join ({exactness}) as f_p on {figure("p")}
            where t.is_total and t.{status} in ('A', 'P')
            group by {key}
            having sum(p.{value}) - min(t.{value}) > {_slack(column)}"""


def _wrong_sums(contract: Contract) -> Iterator[str]:
    """For each measure and dimension, totals that what is left does not add up to."""
    for column in measures(contract):
        for name, dimension in adds_up(contract).items():
            yield _wrong_sum(contract, column, name, dimension)


def _wrong_sum(contract: Contract, column: Column, name: str, dimension: str) -> str:
    key = [f"t.{other}" for other in contract.grain]
    value, status = column.name, published.tables()[contract.table].columns[column.name].status
    same = " and ".join(f"p.{other} = t.{other}" for other in contract.grain if other != name)
    shown = ", ".join(f"s.{dimension_of} as {other}" for other, dimension_of in contract.keys.items())

    def figure(row: str) -> str:
        return " and ".join(f"f_{row}.{other} = {row}.{other}" for other in contract.keys)

    all_there = f"sum(case when p.{value} is not null then coalesce(b.leaves, 1) else 0 end) >= min(a.leaves)"
    leaves = f"""select indicator, whole as code, count(*) as leaves from core.part
        where dimension = '{dimension}' and is_leaf group by indicator, whole"""
    # A provisional figure is held to its parts as any other.
    sound = f"max(case when p.{status} not in ('A', 'P') then 1 else 0 end) = 0"
    # A printed total is as exact as its last digit and those of its parts; a sum of the mart's own is exact, and there
    # where every leaf is. Where the mart makes none, a total that no source states stands empty.
    lacks_its_sum = f"""max(f_t.ref_area) is null and {all_there}
                and count(case when p.is_total or b.leaves is not null then p.{value} end) = 0"""
    # A total counts as a part only where its code has no parts: as a comparison of the two sides, so that the join goes by
    # the key and not through each pair of rows.
    return f"""
        select {", ".join(key)}, '{value}' as column_name, min(t.{value}) as total, sum(p.{value}) as parts
        from {{batch}} as t
        inner join core.part as x on x.dimension = '{dimension}' and x.indicator in {_indicators(column)} and x.whole = t.{name}
        inner join ({leaves}) as a on a.indicator = x.indicator and a.code = t.{name}
        left join ({leaves}) as b on b.indicator = x.indicator and b.code = x.part
        left join {contract.table} as p on {same} and p.{name} = x.part
            and cast(p.is_total as int) <= cast(b.code is null as int) and p.{value} is not null
        left join ({_exactness(contract, column, shown)}) as f_t on {figure("t")}
        left join ({_exactness(contract, column, shown)}) as f_p on {figure("p")}
        where {"true" if dimension == SCOPE else "t.is_total"}
        group by {", ".join(key)}, x.indicator
        having case
            when min(t.{value}) is null then {lacks_its_sum if name == contract.sums else "false"}
            when max(f_t.slack) is null then not ({all_there}) or min(t.{value}) <> sum(p.{value})
            else max(t.{status}) in ('A', 'P') and (
                (sum(p.{value}) - min(t.{value}) > {_slack(column)} and ({all_there} or {sound}))
                or (min(t.{value}) - sum(p.{value}) > {_slack(column)} and {all_there}))
            end"""


def _slack(column: Column) -> str:
    """SQL: by how much a sum may miss its total: the rounding of every figure, and of every value that is shown."""
    shown = 0.5 if column.data_type == "bigint" else 0.00005
    return f"(max(f_t.slack) + coalesce(sum(f_p.slack), 0) + {shown} * (1 + count(p.{column.name})))"


def _exactness(contract: Contract, column: Column, shown: str) -> str:
    """SQL: how far the truth may be from each figure that the column shows."""
    codes = agreement.shown_by(column, "s")
    kept = "".join(f" and not ({e.holds_for('s')})" for e in contract.exclusions if not e.unless_beside)
    group = ", ".join(str(number) for number in range(1, len(contract.keys) + 1))
    return f"""
        select {shown}, max(case
            when s.obs_value is null then null
            when o.qualifier = '_Z' then 0.5 * power(10.0, o.unit_mult - coalesce(o.decimals, 0))
                * coalesce(abs(cast(o.obs_value as double) / nullif(cast(o.printed_obs_value as double), 0)), 1)
            when o.obs_low is null or o.obs_high is null then power(10.0, 30)
            else greatest(cast(o.obs_high - o.obs_value as double), cast(o.obs_value - o.obs_low as double)) end) as slack
        from marts.series as s inner join core.observation as o on o.observation_id = s.observation_id
        where {codes}{kept}
        group by {group}"""
