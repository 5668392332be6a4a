"""What one `refresh` of the seeds publishes: values, what is told of them, their way back to the page."""

from __future__ import annotations

import re
from decimal import Decimal

import duckdb
import pytest

from orchestration.artifacts import DATABASE
from tests.conftest import Line
from validations import agreement, told_suites, totals
from validations.published import tables


@pytest.fixture
def published(built: Line):
    with duckdb.connect(str(built.paths.current / DATABASE), read_only=True) as connection:
        yield connection


def test_dibao_shows_what_the_page_means(published):
    """Table 2 labels hundred millions as billions, and its rural row as urban."""
    rows = published.execute("""
        select residence, expenditure_yuan, recipients_persons, expenditure_per_recipient_printed_yuan_per_year, standard_yuan_per_month
        from marts.dibao where year = 2015 and not is_total order by residence""").fetchall()
    assert rows == [
        ("R", Decimal("93150000000.0000"), 49036000, Decimal("1899.6000"), Decimal("264.8000")),
        ("U", Decimal("71930000000.0000"), 17011000, Decimal("4228.4000"), Decimal("451.1000")),
    ]


def test_a_row_names_the_publications_of_its_figures(published):
    """Every value against the figures of its period that it leads to, quotients and sums included, and no publication of
    which none stands there; that of a total in whose place the sum stands is not named, unless another of its figures
    stands in the row."""
    for contract in agreement.contracts().values():
        if not contract.printed or contract.table == "marts.series":
            continue
        key = " || '|' || ".join(f"'{column}=' || m.{column}" for column in contract.grain)
        figures, missed, astray = published.execute(f"""
            with replaced as ({told_suites.replaced(tables()[contract.table])}), figures as (
                select list_contains(string_split(m.source_ids, ', '), o.source_id) as is_named, r.row_key is null as stands,
                    bool_or(r.row_key is null) over (partition by l.row_key, o.source_id) as source_stands
                from {contract.table} as m
                inner join core.lineage as l on l.table_name = '{contract.table}' and l.row_key = {key}
                inner join core.observation as o on o.observation_id = l.observation_id
                    and o.time_period = m.time_period
                left join replaced as r on r.row_key = l.row_key and r.column_name = l.column_name
                    and r.observation_id = l.observation_id
            )
            select count(*) filter (stands), count(*) filter (stands and not coalesce(is_named, false)),
                count(*) filter (is_named and not source_stands)
            from figures""").fetchone()
        assert figures > 0 and missed == 0 and astray == 0, contract.table
        # Of a figure without a value, such as one that is withheld, only the series say it.
        indicators = ", ".join(f"'{indicator}'" for indicator in contract.indicators)
        idle = published.execute(f"""
            with named as (
                select {key} as row_key, m.ref_area, m.time_period, unnest(string_split(m.source_ids, ', ')) as source_id
                from {contract.table} as m
            )
            select n.* from named as n
            anti join (
                select l.row_key, o.source_id from core.lineage as l
                inner join core.observation as o on o.observation_id = l.observation_id
                where l.table_name = '{contract.table}'
            ) as f on f.row_key = n.row_key and f.source_id = n.source_id
            anti join marts.series as s on s.ref_area = n.ref_area and s.time_period = n.time_period
                and s.source_id = n.source_id and s.obs_value is null and s.indicator in ({indicators})
            """).fetchall()
        assert idle == [], contract.table


def test_a_row_says_which_others_may_lie_within_it(published):
    """The nation beside its provinces, a year beside its months: who adds up needs the level and the frequency."""
    for table in tables().values():
        if table.schema == "marts" and "ref_area" in table.columns:
            levels, periods = published.execute(f"""
                select count(distinct a.level), count(distinct length(m.time_period))
                from {table.full_name} as m inner join core.area as a on a.ref_area = m.ref_area""").fetchone()
            assert levels == 1 or "area_level" in table.columns, table.full_name
            assert periods == 1 or "freq" in table.columns, table.full_name


def test_who_sums_a_scope_and_leaves_totals_out_loses_nothing(published):
    """Each total contains a row of its own scope that is none and has a value, or divides a row that such rows divide."""
    found = 0
    for table in tables().values():
        contract = agreement.contracts().get(table.full_name)
        if contract is None or "scope" not in table.grain or "is_total" not in table.columns:
            continue
        value = " or ".join(f"p.{column.name} is not null" for column in totals.measures(contract))
        left = []
        for column, dimension in totals.adds_up(contract).items():
            beside = " and ".join(f"p.{key} = {{0}}.{key}" for key in table.grain if key != column)
            left.append(f"""
                select p.row_id from rows as p
                inner join core.part as l on l.dimension = '{dimension}' and l.part = p.{column}
                where l.whole = {{0}}.{column} and {beside} and not p.is_total and ({value})""")
        contains = " or ".join(f"exists ({query})" for query in left)
        lies_in = " or ".join(
            f"""exists (
                select 1 from rows as w
                inner join core.part as k on k.dimension = '{dimension}' and k.part = m.{column} and k.whole = w.{column}
                where {" and ".join(f"w.{key} = m.{key}" for key in table.grain if key != column)}
                    and ({contains.format("w")}))"""
            for column, dimension in totals.adds_up(contract).items()
        )
        rows, lost = published.execute(f"""
            with rows as (select *, row_number() over () as row_id from {table.full_name})
            select count(*), count(*) filter (not ({contains.format("m")}) and not ({lies_in}))
            from rows as m where m.is_total""").fetchone()
        found += rows
        assert lost == 0, table.full_name
    assert found


def test_every_printed_figure_is_kept_as_printed(published, built: Line):
    """Cell by cell against the seeds, which a person can hold against the pages."""
    import csv

    registers = published.execute("select distinct source_id, table_id from core.document").fetchall()
    files = sorted((built.paths.seeds / "sources").glob("*/table_*.csv"))
    tables = [path for path in files if (path.parent.name, path.stem) not in registers]
    assert len(files) > len(tables) > 0
    for path in tables:
        with path.open(encoding="utf-8") as handle:
            printed = {
                (r, c): text
                for r, row in enumerate(csv.reader(handle), 1)
                for c, text in enumerate(row, 1)
                if r > 1 and c > 1
            }
        kept = dict(
            published.execute(
                "select row(row_no, column_no), printed_value from core.observation where source_id = ? and table_id = ?",
                [path.parent.name, path.stem],
            ).fetchall()
        )
        assert kept.keys() == printed.keys()
        # The line's seeds were edited after the first release in one cell.
        differing = {place: (text, kept[place]) for place, text in printed.items() if kept[place] != text}
        assert differing in ({}, {(2, 3): ("494.7", "494.6")})


def test_a_wrong_unit_changes_only_the_decided_value(published):
    row = published.execute(
        "select printed_obs_value, obs_value, unit_mult from core.observation where observation_id = 'urban_rural_dibao:table_2:r2:c2'"
    ).fetchone()
    assert row == (Decimal("719300000000"), Decimal("71930000000"), 9)


def test_a_range_is_published_by_its_ends(published):
    rows = published.execute("""
        select ref_area, obs_value, obs_low, obs_high, unit_measure, obs_status from marts.series
        where qualifier = 'range' order by ref_area""").fetchall()
    assert rows == [
        ("GRP_BEIJING_SHANGHAI", None, Decimal("829.5"), Decimal("1100.5"), "CNY_M", "_Z"),
        ("GRP_SICHUAN_HENAN_JIANGXI", None, Decimal("102.5"), Decimal("110.5"), "CNY_M", "_Z"),
    ]


def test_heads_without_a_unit_are_found_by_what_follows_from_them(published):
    """security_system prints insured people without a unit, beside spending per head: they are in 10 thousand."""
    row = published.execute("""
        select printed_obs_value, obs_value, unit_stated, indicator from core.observation
        where observation_id = 'security_system:table_2:r3:c2'""").fetchone()
    assert row == (23735, 237350000, False, "INSURANCE_PARTICIPANTS")


def test_the_ratio_narrows_while_the_difference_widens(published):
    row = published.execute(
        "select urban_rural_standard_ratio, urban_rural_standard_difference_yuan_per_month, standard_ratio_direction, standard_difference_direction from marts.dibao_gap where year = 2020"
    ).fetchone()
    assert row == (Decimal("1.363929"), Decimal("180.8000"), "narrows", "widens")


def test_the_quarantined_and_the_disputed_are_out_of_the_series(published):
    status = published.execute(
        "select obs_value, obs_status, is_usable from core.observation where statement like '%by 2019'"
    ).fetchone()
    assert status == (Decimal("1.36"), "V", False)
    row = published.execute(
        """select obs_value, is_disputed from marts.series where indicator = 'DIBAO_EXPENDITURE_PER_RECIPIENT' and measure = 'level' and residence = 'U' and year = 2020"""
    ).fetchone()
    assert row == (Decimal("6673.7"), True), "the table comes before the text"


def test_an_indicator_has_one_measure(published):
    """Who knows indicator and year alone adds up no change with levels."""
    measures = published.execute(
        "select indicator from marts.series group by indicator having count(distinct measure) > 1"
    )
    assert measures.fetchall() == []
    kinds = published.execute("select distinct measure from marts.series").fetchall()
    assert len(kinds) > 3, "the sources print more than levels"
    totals = published.execute("""
        select year, sum(obs_value), max(d.recipients_persons)
        from marts.series as s left join marts.dibao as d using (ref_area, freq, time_period, year)
        where s.indicator = 'DIBAO_RECIPIENTS' and d.residence = '_T' and s.ref_area = 'CHN' and s.freq = 'A'
        group by year""").fetchall()
    assert totals and [row for row in totals if row[1] != row[2]] == []
    nameless = published.execute("""
        select s.indicator from marts.series as s
        left join core.indicator as i on i.indicator = s.indicator and i.base_indicator = s.base_indicator and i.measure = s.measure
        where i.name_en is null or i.name_zh is null or i.unit_measure <> s.unit_measure""").fetchall()
    assert nameless == []


def test_what_the_rules_found(published):
    """Of the papers, whose errors are known; what offices publish grows."""
    found = published.execute("""
        select rule_id, pass, standing, count(*) from quality.finding
        where severity = 'error' and finding_id in (
            select finding_id from quality.finding_observation
            inner join core.observation using (observation_id) where release_stage = 'secondary_literature')
        group by all order by all""").fetchall()
    assert found == [
        ("identity.growth", "printed", "explained", 2),
        ("identity.per_head", "decided", "accepted", 2),
        ("identity.per_head", "printed", "explained", 15 + 8),
        ("identity.ratio", "printed", "explained", 1),
        ("identity.sum", "printed", "explained", 2),
        ("key.doubled", "printed", "explained", 6),
        ("restatement.within_source", "decided", "accepted", 1),
        ("restatement.within_source", "printed", "explained", 5 + 2),
    ]


def test_every_published_number_leads_back_to_printed_cells(published):
    """Promise 5, for each numeric measure of each mart that is not NULL."""
    import json

    from validations import suites

    tables = published.execute("""
        select table_name, list(column_name) from duckdb_columns()
        where schema_name = 'marts' and (data_type like 'DECIMAL%' or data_type = 'BIGINT') and column_name not in ('years_elapsed')
        group by table_name order by table_name""").fetchall()
    marts = {name for (name,) in published.execute("select distinct table_name from core.measure").fetchall()}
    assert marts and marts <= {f"marts.{table}" for table, _ in tables}
    orphans = []
    for table, columns in tables:
        key = "concat_ws('|', " + ", ".join(f"'{c}=' || m.{c}" for c in suites.grain(f"marts.{table}")) + ")"
        for column in columns:
            orphans += published.execute(f"""
                select '{table}.{column}', {key} from marts.{table} as m
                where {column} is not null and not exists (
                    select 1 from core.lineage as l
                    where l.table_name = 'marts.{table}' and l.column_name = '{column}' and l.row_key = {key})""").fetchall()
    assert orphans == [], json.dumps(orphans[:5])


def test_every_table_and_column_has_a_comment(published):
    without = published.execute("""
        select table_name || '.' || column_name from duckdb_columns() where comment is null and not internal
        union all select table_name from duckdb_tables() where comment is null and not internal""").fetchall()
    assert without == []
    assert published.execute("select count(*) from duckdb_views() where not internal").fetchone() == (0,)


def test_columns_name_their_unit(published):
    """A measure's name ends in its unit, but where each row states its own."""
    names = published.execute("""select distinct column_name from duckdb_columns() where schema_name = 'marts'
        and table_name not in (select table_name from duckdb_columns() where schema_name = 'marts' and column_name = 'unit_measure')
        and (data_type like 'DECIMAL%' or data_type = 'BIGINT') and column_name <> 'years_elapsed'""").fetchall()
    suffix = re.compile(r"_(yuan|yuan_per_month|yuan_per_year|persons|households|person_times|months|share|ratio|pp)$")
    assert [name for (name,) in names if not suffix.search(name)] == []
