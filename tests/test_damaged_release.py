"""Damage of kinds to a release, mart by mart: what the audit misses, and what it rightly does not mind."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import duckdb
import pytest

from orchestration.artifacts import DATABASE
from tests.conftest import SEEDS, Line
from tests.releases import fill_if_empty
from validations import agreement, expectations, published, suites
from validations.dimensions import SERIES_ID

ALL = list(suites.declared())


def failing(connection: duckdb.DuckDBPyConnection, table: str | None = None, name: str | None = None) -> set[str]:
    """The expectations (of `table`, of that `name`) written as SQL that return a row, in the engine that Great
    Expectations asks too."""
    written = (e for e in ALL if e.kind == expectations.NO_ROWS and table in (None, e.table) and name in (None, e.name))
    return {
        expectation.check for expectation in written if connection.execute(expectation.query + " limit 1").fetchone()
    }


def marts(built: Line) -> list[str]:
    nodes = json.loads((built.paths.current / "dbt/manifest.json").read_text("utf-8"))["nodes"].values()
    return [node["name"] for node in nodes if node["resource_type"] == "model" and node["schema"] == "marts"]


@pytest.fixture
def damaged(built: Line, tmp_path: Path):
    """A copy of the published file to damage; roll back to damage it otherwise."""
    shutil.copy(built.paths.current / DATABASE, tmp_path / DATABASE)
    (tmp_path / DATABASE).chmod(0o644)
    with duckdb.connect(str(tmp_path / DATABASE)) as connection:
        connection.begin()
        yield connection


def test_a_mart_that_was_emptied_is_missed(built: Line, damaged: duckdb.DuckDBPyConnection):
    """Whichever mart there is: its rows with their lineage, its lineage alone, half of its rows, and all marts at once."""
    names = marts(built)
    assert failing(damaged) == set() and len(names) >= 10
    for name in names:
        traced = damaged.execute("select count(*) from core.lineage where table_name = ?", [f"marts.{name}"]).fetchone()
        halves = f"delete from marts.{name} where rowid % 2 = 0"
        for statements in (
            [f"delete from marts.{name}", f"delete from core.lineage where table_name = 'marts.{name}'"],
            [f"delete from core.lineage where table_name = 'marts.{name}'"] if traced != (0,) else [],
            [halves],
        ):
            for statement in statements:
                damaged.execute(statement)
            if statements:
                # What lineage a mart must have, the contract of the lineage says.
                assert failing(damaged, f"marts.{name}") | failing(damaged, "core.lineage"), statements
            damaged.rollback()
            damaged.begin()
    for name in names:
        damaged.execute(f"delete from marts.{name}")
    damaged.execute("delete from core.lineage")
    assert "audit.marts.series.stands_for_every_observation" in failing(damaged, "marts.series")


@pytest.mark.parametrize(
    ("planted", "stops"),
    [
        # A printed total: within the last digits of 145.312, 112.72 and 51.95 billion, beyond them, and told.
        (
            "update marts.dibao set expenditure_yuan = expenditure_yuan + 1e7, expenditure_status = 'A' where {total}",
            False,
        ),
        (
            "update marts.dibao set expenditure_yuan = expenditure_yuan + 2e7, expenditure_status = 'A' where {total}",
            True,
        ),
        (
            "update marts.dibao set expenditure_yuan = expenditure_yuan - 2e7, expenditure_status = 'A' where {total}",
            True,
        ),
        (
            "update marts.dibao set expenditure_yuan = expenditure_yuan + 2e7, expenditure_status = 'U' where {total}",
            False,
        ),
        # With one part unknown the other must not exceed it, unless it is doubtful itself; that it is less says nothing.
        (
            "update marts.dibao set expenditure_status = 'A' where year = 2019;"
            " update marts.dibao set expenditure_yuan = 1e9 where {total}; {without_urban}",
            True,
        ),
        (
            "update marts.dibao set expenditure_yuan = 1e9, expenditure_status = 'A' where {total};"
            " update marts.dibao set expenditure_status = 'U' where year = 2019 and residence = 'R'; {without_urban}",
            False,
        ),
        (
            "update marts.dibao set expenditure_yuan = 9e12, expenditure_status = 'A' where {total}; {without_urban}",
            False,
        ),
        # A sum of the mart's own is exact, whatever its status, where every part is there, and only there.
        ("update marts.dibao set recipients_persons = null where {total}", True),
        (
            "update marts.dibao set recipients_persons = recipients_persons + 1, recipients_status = 'U' where {total}",
            True,
        ),
        ("{without_urban}", True),
    ],
)
def test_what_is_left_adds_up_to_the_total(damaged: duckdb.DuckDBPyConnection, planted: str, stops: bool):
    """Dibao of 2019: a total of spending is printed, one of recipients is not."""
    if "{without_urban}" in planted and "{total}" in planted:
        damaged.execute("update marts.dibao set recipients_persons = null where year = 2019 and residence = '_T'")
    damaged.execute(
        planted.format(
            total="year = 2019 and residence = '_T'",
            without_urban="delete from marts.dibao where year = 2019 and residence = 'U'",
        )
    )
    assert ("audit.marts.dibao.total_is_the_sum_of_its_parts" in failing(damaged, "marts.dibao")) is stops


def test_a_total_that_no_source_states_stands_empty_where_the_mart_adds_nothing_up(damaged: duckdb.DuckDBPyConnection):
    """All groups of a fund of which a source states the participants alone, beside groups whose spending is known: the
    spending is empty, as the mart has it."""
    check, mart = "audit.marts.insurance_fund.total_is_the_sum_of_its_parts", "marts.insurance_fund"
    (groups,) = damaged.execute(
        f"""
        create table of_all as
        select m.* replace ('_T' as pop_group, true as is_total, m.expenditure_yuan + r.expenditure_yuan as expenditure_yuan)
        from {mart} as m inner join {mart} as r on r.ref_area = m.ref_area and r.time_period = m.time_period
            and r.scheme = m.scheme and r.scope = m.scope and r.pop_group = 'RESIDENTS'
        where m.pop_group = 'EMPLOYEES' and m.expenditure_yuan + r.expenditure_yuan > 0"""
    ).fetchone()
    assert groups
    damaged.execute(f"delete from {mart} where pop_group = '_T'")
    damaged.execute("delete from marts.series where pop_group = '_T' and indicator = 'INSURANCE_FUND_EXPENDITURE'")
    others = "* replace (null as revenue_yuan, null as balance_yuan, null as surplus_printed_yuan, null as participants_persons"
    damaged.execute(f"insert into {mart} by name select {others}, null as expenditure_yuan) from of_all")
    assert check not in failing(damaged, mart)


def test_a_value_that_a_mart_shows_otherwise_is_missed(damaged: duckdb.DuckDBPyConnection):
    """One value of each printed column set to NULL, or to another number; a number where a mart has none at all."""
    for contract in agreement.contracts().values():
        for column in contract.printed:
            for changed in ("null", f"{column.name} + 1"):
                first = f"(select min(rowid) from {contract.table} where {column.name} is not null and not is_total)"
                update = f"update {contract.table} set {column.name} ="
                (planted,) = damaged.execute(f"{update} {changed} where rowid = {first}").fetchone()
                if not planted:
                    damaged.execute(f"{update} 1 where rowid = (select min(rowid) from {contract.table})")
                missed_by = "shows_what_the_series_show" if planted else "shows_no_other_figure"
                assert failing(damaged, contract.table, missed_by), (column.name, changed)
                damaged.rollback()
                damaged.begin()


def test_a_measure_that_is_missing_without_a_reason_is_missed(damaged: duckdb.DuckDBPyConnection):
    """Whichever mart and measure: no value where the status speaks of one, a value where it speaks of none, no caveat."""
    explained = [table for table in published.tables().values() if table.statuses]
    assert {table.full_name for table in explained} >= {contract.table for contract in agreement.contracts().values()}
    for table in explained:
        fill_if_empty(damaged, table.full_name)
        damaged.commit()
        for value, status in table.statuses.items():
            for said, where in (
                (f"{value} = null", f"{value} is not null"),
                (f"{status} = '{published.missing_statuses()[0]}'", f"{value} is not null"),
                ("caveat_zh = null", f"{value} is null"),
                (f"{status} = '{published.marked_statuses()[-1]}', caveat_en = null", f"{value} is not null"),
            ):
                damaged.begin()
                (planted,) = damaged.execute(f"update {table.full_name} set {said} where {where}").fetchone()
                found = failing(damaged, table.full_name, "null_is_explained")
                damaged.rollback()
                assert found or planted == 0, (table.full_name, said)
    damaged.begin()


def test_an_exclusion_that_covers_everything_is_no_agreement(damaged: duckdb.DuckDBPyConnection):
    """A figure that a mart shows and that does not count is one that its exclusions should not cover."""
    damaged.execute("update marts.series set actuality = 'planned' where indicator = 'GDP'")
    assert "audit.marts.regional_finance.shows_no_other_figure" in failing(damaged, "marts.regional_finance")


@pytest.mark.parametrize(
    "wrong",
    [
        "delete from quality.withheld where column_name = 'participants_growth_ratio'",
        "insert into quality.withheld by name select 'marts.dibao' as table_name, 'ref_area=CHN' as row_key, * exclude (table_name, row_key) from quality.withheld limit 1",
        "update quality.withheld set status = 'Q' where status = 'L'",
        "update marts.dibao set standard_yuan_per_month = null where residence = 'U'",
    ],
)
def test_what_is_empty_is_listed_and_nothing_else(wrong: str, damaged: duckdb.DuckDBPyConnection):
    check = "audit.quality.withheld.lists_every_empty_measure"
    assert check not in failing(damaged, "quality.withheld")
    damaged.execute(wrong)
    assert check in failing(damaged, "quality.withheld")


@pytest.mark.parametrize(
    "wrong",
    [
        "delete from core.lineage where column_name = 'standard_ratio_direction'",
        "delete from core.lineage where table_name = 'marts.policy_register' and column_name = 'title'",
        "delete from core.lineage where column_name = 'social_security_share'",
        "update marts.dibao set recipients_change_persons = 1 where previous_time_period is null",
    ],
)
def test_a_value_that_leads_to_no_cell_is_missed(wrong: str, damaged: duckdb.DuckDBPyConnection):
    check = "audit.core.lineage.every_value_leads_to_its_cells"
    assert check not in failing(damaged, "core.lineage")
    damaged.execute(wrong)
    assert check in failing(damaged, "core.lineage")


def test_the_reason_of_an_empty_measure_is_about_it(damaged: duckdb.DuckDBPyConnection):
    """And about no other column, in whichever language; a row's caveat names what each sentence is about."""
    others, rows = damaged.execute("""
        select count(*) filter (regexp_matches(reason_en || reason_zh, '[a-z]_[a-z_]+(: |：)')), count(*)
        from quality.withheld""").fetchone()
    reasons = damaged.execute("""
        select distinct w.reason_en, w.reason_zh, m.caveat_en <> w.reason_en
        from quality.withheld as w inner join marts.dibao as m
            on w.row_key = 'ref_area=' || m.ref_area || '|time_period=' || m.time_period || '|residence=' || m.residence
        where w.table_name = 'marts.dibao' and w.column_name = 'standard_yuan_per_month' and m.residence = '_T'""").fetchall()
    assert rows > 0 and others == 0
    assert (
        "No standard for urban and rural together: standards are set separately.",
        "城乡标准分别制定，无合计标准。",
        True,
    ) in reasons


def test_what_is_withheld_names_the_decision(damaged: duckdb.DuckDBPyConnection):
    """A measure that follows from a figure which a decision takes, and one that is a part of a whole that does."""
    listed = damaged.execute(
        """
        select table_name, column_name, count(*), count(d.decision_id)
        from quality.withheld as w left join quality.decision as d on d.decision_id = w.decision_id
        where w.status = 'Q' and w.table_name in ('marts.series', 'marts.expenditure_structure')
        group by all
        """
    ).fetchall()
    assert {name for name, *_ in listed} == {"marts.series", "marts.expenditure_structure"}
    assert all(rows == decided for *_, rows, decided in listed)


def test_what_a_mart_leaves_out_is_a_dimension_with_codes_and_a_reason():
    lists = {path.stem: path.read_text("utf-8") for path in (SEEDS / "codelists").glob("*.csv")}
    indicators = [line.partition(",")[0] for line in lists["indicator"].splitlines()[1:]]
    of_measures = [
        f"{indicator}_{measure}" for indicator in indicators for measure in ("CHANGE", "GROWTH", "RATIO", "SHARE")
    ]
    known = "\n".join([*lists.values(), *of_measures])
    for contract in agreement.contracts().values():
        assert contract.exclusions and set(contract.keys.values()) <= {*SERIES_ID, "base_indicator", "time_period"}
        for exclusion in contract.exclusions:
            # Of periods nothing but the span of a growth: no mart leaves a year out.
            of_span = (exclusion.dimension, exclusion.codes, exclusion.other_than) == (
                "base_period",
                (),
                (agreement.YEAR_BEFORE,),
            )
            assert exclusion.dimension in SERIES_ID or of_span
            assert bool(exclusion.codes) != bool(exclusion.other_than)
            assert len(exclusion.reason_en) > 10 and any("\u4e00" <= sign <= "\u9fff" for sign in exclusion.reason_zh)
            for code in (*exclusion.codes, *exclusion.other_than, *exclusion.indicators, *exclusion.unless_beside):
                assert of_span or code in ("_Z", "_T") or code.rpartition("=")[2] in known, (contract.table, code)


def test_a_figure_with_decimals_agrees_with_a_mart_of_whole_units(damaged: duckdb.DuckDBPyConnection):
    """Rounded half up, away from zero; a mart that cuts instead is seen."""
    place = "ref_area = 'CHN' and time_period = '2016' and residence = 'U'"
    for table in ("marts.series", "core.observation"):
        damaged.execute(f"update {table} set obs_value = 14799000.5 where indicator = 'DIBAO_RECIPIENTS' and {place}")
    damaged.execute(f"update marts.dibao set recipients_persons = 14799001 where {place}")
    agreement_check = "audit.marts.dibao.shows_what_the_series_show"
    assert agreement_check not in failing(damaged, "marts.dibao")
    damaged.execute(f"update marts.dibao set recipients_persons = 14799000 where {place}")
    assert agreement_check in failing(damaged, "marts.dibao")


def test_a_hedged_figure_is_told_in_every_value_that_it_leads_to(built: Line, damaged: duckdb.DuckDBPyConnection):
    """Whichever mart, value and figure: one that its source hedges and the mart does not tell, and one told for nothing."""
    for name in marts(built):
        table = published.tables()[f"marts.{name}"]
        check = f"audit.{table.full_name}.qualified_is_told"
        figures = damaged.execute(
            "select min(l.observation_id) from core.lineage as l"
            " inner join core.observation as o on o.observation_id = l.observation_id and o.qualifier = '_Z'"
            " where l.table_name = ? group by l.column_name",
            [table.full_name],
        ).fetchall()
        if not set(published.QUALIFIERS) <= table.columns.keys():
            continue
        for (figure,) in figures:
            damaged.execute("update core.observation set qualifier = 'more_than' where observation_id = ?", [figure])
            assert check in failing(damaged, table.full_name), figure
            damaged.rollback()
            damaged.begin()
        if damaged.execute(f"select 1 from {table.full_name} where qualifiers_en is not null").fetchone():
            damaged.execute(f"update {table.full_name} set qualifiers_zh = null")
            assert check in failing(damaged, table.full_name)
            damaged.rollback()
            damaged.begin()


def test_what_is_told_of_a_figure_stands_at_every_value_that_follows_from_it(
    built: Line, damaged: duckdb.DuckDBPyConnection
):
    """Whichever mart and value: a figure of which something else is told."""
    for name in marts(built):
        table = published.tables()[f"marts.{name}"]
        if not set(published.QUALIFIERS) <= table.columns.keys():
            continue
        figures = damaged.execute(
            "select distinct min(observation_id) from core.lineage where table_name = ? group by column_name",
            [table.full_name],
        ).fetchall()
        (check,) = (e for e in ALL if e.check == f"audit.{table.full_name}.caveat_names_its_columns")
        query = check.query
        assert figures and damaged.execute(query).fetchall() == []
        for (figure,) in figures:
            damaged.execute(
                "insert into quality.caveat by name select ? as observation_id, 99 as sentence_no, 'decided' as reason,"
                " 'Counted twice.' as caveat_en, '重复计算。' as caveat_zh",
                [figure],
            )
            faults = {(fault, language) for fault, _, _, language, _ in damaged.execute(query).fetchall()}
            assert {("is not told what its figure is", language) for language in ("en", "zh")} <= faults, figure
            damaged.rollback()
            damaged.begin()


@pytest.mark.parametrize(
    ("table", "planted"),
    [
        # What is told of the standard, over the recipients.
        ("dibao", "caveat_en = concat('recipients_persons, ', caveat_en) where year = 2018 and residence = 'U'"),
        ("dibao", "caveat_zh = concat('recipients_persons、', caveat_zh) where year = 2018 and residence = 'U'"),
        # What is told of the residents, on the row of the employees.
        (
            "insurance_fund",
            """caveat_en = concat('expenditure_yuan: ', (
                select s.caveat_en from marts.series as s where s.base_indicator = 'INSURANCE_FUND_EXPENDITURE'
                and s.measure = 'level' and s.pop_group = 'RESIDENTS' and s.time_period = '2010'
            ), ' ', caveat_en) where year = 2010 and pop_group = 'EMPLOYEES'""",
        ),
        # A break before the figure that a change starts from.
        *(
            (
                "insurance_participation",
                f"""caveat_{language} = concat('participants_change_persons{colon}2019{colon}', (
                    select min(c.caveat_{language}) from quality.caveat as c
                    inner join marts.series as s on s.observation_id = c.observation_id
                    where c.reason = 'break' and s.base_indicator = 'INSURANCE_PARTICIPANTS' and s.scheme = 'BASIC_MEDICAL'
                    and s.pop_group = 'RESIDENTS' and s.time_period = '2019'
                )) where scheme = 'BASIC_MEDICAL' and pop_group = 'RESIDENTS' and time_period = '2020'""",
            )
            for language, colon in (("en", ": "), ("zh", "："))
        ),
        # A mark of which nothing is told, and a sentence that names no column.
        ("dibao_gap", "standard_gap_status = 'U' where caveat_en not like '%urban_rural_standard_ratio%'"),
        ("dibao_gap", "caveat_en = concat('Take care. ', caveat_en) where year = 2018"),
        # A unit that cancels, over a quotient.
        *(
            (
                "regional_finance",
                f"caveat_{language} = replace(caveat_{language}, 'revenue_yuan{comma}', '{both}{comma}')",
            )
            for language, comma, both in (
                ("en", ", ", "revenue_yuan, self_sufficiency_ratio"),
                ("zh", "、", "revenue_yuan、self_sufficiency_ratio"),
            )
        ),
        # A unit that cancels, over the way that a quotient goes.
        *(
            (
                "dibao_gap",
                f"caveat_{language} = replace(caveat_{language}, 'yuan_per_year{comma}{difference}{colon}',"
                f" 'yuan_per_year{comma}expenditure_per_recipient_ratio_direction{comma}{difference}{colon}') where year = 2018",
            )
            for difference in ["expenditure_per_recipient_difference_direction"]
            for language, comma, colon in (("en", ", ", ": "), ("zh", "、", "："))
        ),
        # Where a total comes from, over the sum that stands in its place.
        *(
            (
                "dibao",
                f"""caveat_{language} = concat('expenditure_yuan{colon}', (
                    select c.caveat_{language} from quality.caveat as c
                    inner join marts.series as s on s.observation_id = c.observation_id
                    where c.reason = 'of_the_literature' and s.base_indicator = 'DIBAO_EXPENDITURE' and s.residence = '_T'
                    and s.measure = 'level' and s.time_period = '2010' and s.ref_area = 'CHN'
                ), '{gap}', caveat_{language}) where year = 2010 and residence = '_T'""",
            )
            for language, colon, gap in (("en", ": ", " "), ("zh", "：", ""))
        ),
        # A column that is none.
        ("regional_finance", "caveat_en = replace(caveat_en, 'gdp_yuan, ', 'gdp_dollars, ')"),
    ],
)
def test_a_caveat_names_no_column_that_it_is_not_about(damaged: duckdb.DuckDBPyConnection, table: str, planted: str):
    check = f"audit.marts.{table}.caveat_names_its_columns"
    assert check not in failing(damaged, f"marts.{table}")
    damaged.execute(f"update marts.{table} set {planted}")
    assert check in failing(damaged, f"marts.{table}")


def test_a_caveat_may_name_a_source_and_no_column_of_another_table(damaged: duckdb.DuckDBPyConnection):
    check = "audit.marts.benefit_level.caveat_speaks_of_its_columns"
    told = "concat('amount_yuan_per_month: A range; see {}. ', caveat_en)"
    damaged.execute(f"update marts.benefit_level set caveat_en = {told.format('rural_security')}")
    assert check not in failing(damaged, "marts.benefit_level")
    damaged.execute(f"update marts.benefit_level set caveat_en = {told.format('obs_low and obs_high')}")
    assert check in failing(damaged, "marts.benefit_level")
