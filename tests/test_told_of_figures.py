"""What a row says of a figure that it does not have, or of one that is not what it seems, held against the series."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator

import duckdb
import pytest

from orchestration.artifacts import DATABASE
from orchestration.paths import ROOT
from tests.conftest import Line
from validations import published, row_keys, told_suites
from validations.published import Column, Table


@pytest.fixture
def release(built: Line) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(built.paths.current / DATABASE), read_only=True) as connection:
        yield connection


def marts() -> list[Table]:
    """The marts of figures, which have a row for several of them."""
    return [
        table
        for table in published.tables().values()
        if table.schema == published.MARTS and "source_ids" in table.columns
    ]


def sentence(reason: str) -> str:
    return records("codelists/caveat.csv", "caveat")[reason]["text_en"]


def records(path: str, key: str) -> dict[str, dict[str, str]]:
    with (ROOT / "seeds" / path).open(encoding="utf-8", newline="") as rows:
        return {row[key]: row for row in csv.DictReader(rows)}


def told(table: Table, caveat: str | None) -> dict[str, str]:
    """column -> all that a caveat says of it."""
    known = "|".join(sorted(table.columns, key=len, reverse=True))
    _, *parts = re.split(rf"(?:^| )((?:(?:{known}), )*(?:{known})): ", caveat or "")
    found: dict[str, str] = {}
    for names, text in zip(parts[::2], parts[1::2], strict=True):
        for name in names.split(", "):
            found[name] = f"{found.get(name, '')} {text}".strip()
    return found


def texts(codes: Iterable[str]) -> str:
    return ", ".join(f"'{code}'" for code in codes)


def of_marts(columns: str) -> Iterator[tuple[Table, Column]]:
    """Every column of a mart whose contract says `columns` of it."""
    for table in marts():
        for column in table.values:
            if columns in column.meta:
                yield table, column


def denied(connection: duckdb.DuckDBPyConnection) -> Iterator[tuple[str, str, str, str | None]]:
    """(mart, row, column, what is told of it) of each figure that a row lacks and marts.series has of the same area and
    period, but in another scope, over another time, or counted more widely."""
    wider = [
        (row["lower"], row["upper"])
        for row in records("relations/bound.csv", "lower").values()
        if row["is_wider"] == "true"
    ]
    for table, column in of_marts("printed"):
        series = table.model["config"]["meta"]["series"]
        keys = {series.get("renamed", {}).get(key, key): key for key in series["keys"] if key != "scope"}
        left_out = [
            f"s.{e['dimension']} {'in' if 'codes' in e else 'not in'} ({texts(e.get('codes') or e['other_than'])})"
            for e in series.get("leaves_out", [])
            if "unless_beside" not in e and e["dimension"] not in ("scope", "time_basis", "indicator")
        ]
        counts = " and ".join(f"not ({condition})" for condition in left_out) or "true"
        for stated in column.meta["inputs"] if column.meta["printed"] is True else []:
            if "indicator" not in stated:
                continue
            indicators = [stated["indicator"], *(upper for lower, upper in wider if lower == stated["indicator"])]
            codes = (
                " and ".join(f"s.{name} = '{code}'" for name, code in stated.items() if name != "indicator") or "true"
            )
            same = " and ".join(f"s.{name} = m.{key}" for name, key in keys.items() if name not in stated)
            for key, caveat in connection.execute(f"""
                select distinct {row_keys.sql(table.grain, "m")}, m.caveat_en from {table.full_name} as m
                inner join marts.series as s on {same} and {codes} and {counts} and s.obs_value is not null
                    and s.indicator in ({texts(indicators)})
                where m.{column.name} is null and m.{column.status} = 'L'""").fetchall():
                yield table.full_name, key, column.name, told(table, caveat).get(column.name)


def test_nothing_is_said_to_be_stated_nowhere_that_is_stated_otherwise(release: duckdb.DuckDBPyConnection):
    found = list(denied(release))
    silent = [f for f in found if not (f[3] or "").startswith(sentence("stated_otherwise").partition("{")[0])]
    assert found and silent == []


def test_a_figure_is_told_of_the_same_counted_more_widely(release: duckdb.DuckDBPyConnection):
    pairs = [
        (r["lower"], r["upper"]) for r in records("relations/bound.csv", "lower").values() if r["is_wider"] == "true"
    ]
    same = " and ".join(f"w.{name} = s.{name}" for name in published.dimensions() if name != "indicator")
    found = 0
    for lower, upper in pairs:
        for period, caveat, title in release.execute(f"""
            select s.time_period, s.caveat_en, c.title from marts.series as s
            inner join marts.series as w on {same} and w.indicator = '{upper}' and w.obs_value is not null
            inner join core.source as c on c.source_id = w.source_id
            where s.indicator = '{lower}' and s.obs_value is not null""").fetchall():
            found += 1
            assert f'"{title}" states' in (caveat or ""), period
    assert found


def test_what_is_one_whatever_its_parts_bears_no_mark_of_them(release: duckdb.DuckDBPyConnection):
    """A quotient by the same of one code is one at that code."""
    found = 0
    for table, column in of_marts("formula"):
        divided = re.fullmatch(r"(.+) / at\(\1, (\w+)='(\w+)'\)", column.meta["formula"])
        if divided:
            assert column.meta.get("is_one_at") == {divided[2]: divided[3]}, column.name
        at = column.meta.get("is_one_at") or {}
        holds = " and ".join(f"m.{key} = '{code}'" for key, code in at.items())
        for value, status, caveat in (
            release.execute(
                f"select m.{column.name}, m.{column.status}, m.caveat_en from {table.full_name} as m"
                f" where {holds} and m.{column.name} is not null"
            ).fetchall()
            if at
            else []
        ):
            found += 1
            assert (value, status) == (1, "A") and column.name not in told(table, caveat), (column.name, caveat)
    assert found


def test_another_definition_is_no_figures_where_none_has_one(release: duckdb.DuckDBPyConnection):
    """ "Rests on a figure of another definition" stands where one does, and nowhere else."""
    names = [column.name for _, column in of_marts("own_mark")]
    mark, wrong = sentence("marked_d"), []
    for table in marts():
        for column in table.values:
            for key, caveat in (
                release.execute(f"""
                select k.row_key, k.caveat_en
                from (select {row_keys.sql(table.grain, "m")} as row_key, m.* from {table.full_name} as m) as k
                where k.{column.status} = 'D' and not exists (
                    select 1 from core.lineage as l
                    inner join marts.series as s on s.observation_id = l.observation_id and s.obs_status = 'D'
                    where l.table_name = '{table.full_name}' and l.row_key = k.row_key and l.column_name = '{column.name}'
                )""").fetchall()
                if column.status
                else []
            ):
                if mark in told(table, caveat).get(column.name, ""):
                    wrong.append((key, column.name))
    assert names and wrong == []


def test_a_computed_value_that_is_not_there_is_named_or_lacks_one_of_its_row(release: duckdb.DuckDBPyConnection):
    """As docs/query-a-mart.md says: what it follows from in its own row is there, and the period before, so it is named."""
    looked, silent = 0, []
    for table, column in of_marts("formula"):
        formula = re.sub(r"\b(at|dibao)\([^()]*\)|'[^']*'", "", column.meta["formula"])
        own = {name for name in re.findall(r"\w+", re.sub(r"previous\(\w+\)", "", formula)) if name in table.columns}
        own |= {"previous_time_period"} if "previous(" in formula else set()
        if not own or "at(" in column.meta["formula"] or "dibao(" in column.meta["formula"]:
            continue
        there = " and ".join(f"m.{name} is not null" for name in sorted(own))
        for key, caveat in release.execute(
            f"select {row_keys.sql(table.grain, 'm')}, m.caveat_en from {table.full_name} as m"
            f" where m.{column.name} is null and {there}"
        ).fetchall():
            looked += 1
            if column.name not in told(table, caveat):
                silent.append((key, column.name))
    assert looked and silent == []


def test_a_difference_is_told_of_its_last_digits_where_they_are_much_of_it(release: duckdb.DuckDBPyConnection):
    """Half a unit of the last digit of each of its figures, in the unit that they are taken in, against the difference."""
    few, begins = published.project()["vars"]["few_digits"], sentence("few_digits_are_left").partition("{")[0]
    found, wrong = 0, []
    for table, column in of_marts("formula"):
        formula = column.meta["formula"]
        if " - " not in formula or set("*/") & set(formula) or column.meta.get("denominator"):
            continue
        for key, value, half, is_large, caveat in release.execute(f"""
            with replaced as ({told_suites.replaced(table)})
            select l.row_key, m.{column.name}, sum(0.5 * power(10.0, o.unit_mult - coalesce(o.decimals, 0))
                    * coalesce(abs(o.obs_value / nullif(o.printed_obs_value, 0)), 1)),
                bool_or(o.unit_mult > coalesce(o.decimals, 0)), any_value(m.caveat_en)
            from {table.full_name} as m
            inner join core.lineage as l on l.table_name = '{table.full_name}' and l.column_name = '{column.name}'
                and l.row_key = {row_keys.sql(table.grain, "m")}
            inner join core.observation as o on o.observation_id = l.observation_id
            anti join replaced as r on r.row_key = l.row_key and r.column_name = l.column_name
                and r.observation_id = l.observation_id
            where m.{column.name} <> 0
            group by all
            having bool_and(o.qualifier = '_Z' and o.decimals is not null)""").fetchall():
            is_much = is_large and float(half) > few * abs(float(value)) * 1.000001
            found += is_much
            if is_much != (begins in told(table, caveat).get(column.name, "")):
                wrong.append((key, column.name, value, half))
    assert found and wrong == []


def test_a_printed_share_of_gdp_is_told_what_the_amounts_give(release: duckdb.DuckDBPyConnection):
    """Where both, and GDP, are there: on both sides where they differ by more than a hundredth, and nowhere else."""
    found = release.execute("""
        select a.time_period, abs(a.amount_yuan / g.obs_value - s.spending_gdp_share) > 0.01 * s.spending_gdp_share,
            coalesce(s.caveat_en like '%The amounts of marts.expenditure_structure are%', false),
            coalesce(a.caveat_en like '% % of GDP, of which sources print %', false)
        from marts.expenditure_structure as a
        inner join marts.spending_share_of_gdp as s on s.ref_area = a.ref_area and s.time_period = a.time_period
        inner join marts.series as g on g.indicator = 'GDP' and g.ref_area = a.ref_area and g.time_period = a.time_period
            and g.residence = '_T'
        where a.component = 'SOCIAL_SECURITY' and a.scope = '_Z' and a.amount_yuan is not null""").fetchall()
    assert found and [f for f in found if not f[1] == f[2] == f[3]] == []


@pytest.mark.parametrize("column", ["revenue_yuan", "expenditure_yuan", "balance_yuan", "surplus_yuan"])
def test_a_sum_over_funds_is_told_which_it_lacks(release: duckdb.DuckDBPyConnection, column: str):
    """Those of which an earlier period of the area states the same measure, and neither they, nor what holds them, nor a
    part of them has one; nothing where it lacks none."""
    adds_up_as = f"INSURANCE_FUND_{column.removesuffix('_yuan').upper().replace('SURPLUS', 'REVENUE')}"
    found = release.execute(f"""
        with stated as (
            select distinct ref_area, freq, time_period, scheme, lower(scheme_name_en) as name from marts.insurance_fund
            where scope = '_Z' and {column} is not null
        ), part as (
            select whole, part, 0 as since from core.part where indicator = '{adds_up_as}' and dimension = 'scheme'
        ), folded as (
            select folded_into as whole, code as part, folded_since::integer as since
            from read_csv('{ROOT}/seeds/codelists/scheme.csv', all_varchar = true) where folded_into is not null
        ), lacks as (
            select distinct p.ref_area, p.freq, p.time_period, h.scheme, h.name from stated as p
            inner join stated as h on h.ref_area = p.ref_area and h.freq = p.freq and h.time_period < p.time_period
            where not exists (
                select 1 from stated as s where s.ref_area = p.ref_area and s.freq = p.freq
                    and s.time_period = p.time_period and (s.scheme = h.scheme
                        or exists (select 1 from part as l where s.scheme in (l.whole, l.part) and h.scheme in (l.whole, l.part))
                        or exists (select 1 from folded as l where s.scheme = l.whole and h.scheme = l.part
                            and left(p.time_period, 4)::integer >= l.since))
            )
        )
        select m.ref_area, m.time_period, m.scheme, m.pop_group, coalesce(l.names, []), m.caveat_en
        from marts.insurance_fund as m
        left join (
            select ref_area, freq, time_period, list(name) as names
            from lacks as l
            where not exists (
                select 1 from lacks as w
                inner join (from part union all from folded) as x on x.whole = w.scheme and x.part = l.scheme
                    and left(w.time_period, 4)::integer >= x.since
                where w.ref_area = l.ref_area and w.freq = l.freq and w.time_period = l.time_period
            )
            group by ref_area, freq, time_period
        ) as l on l.ref_area = m.ref_area and l.freq = m.freq and l.time_period = m.time_period
        where m.scope = '_Z' and m.{column} is not null""").fetchall()
    named = re.compile(r"A sum over schemes lacks what other periods state: ([^.]*)")
    table = published.tables()["marts.insurance_fund"]
    wrong = []
    for *row, lacks, caveat in found:
        says = [name for names in named.findall(told(table, caveat).get(column, "")) for name in names.split(", ")]
        if sorted(says) != sorted(lacks):
            wrong.append((row, says, lacks))
    assert any(lacks for *_, lacks, _ in found) and wrong == []


def test_a_yearly_rate_of_a_shorter_period_says_so(release: duckdb.DuckDBPyConnection):
    """Of a quarter or a month; a year is one already, and a value that is missing has none."""
    begins = sentence("at_a_yearly_rate")
    rates, wrong = 0, []
    for table in marts():
        for column in table.values:
            if "months" not in column.meta.get("formula", "") or not column.name.endswith("_yuan_per_year"):
                continue
            for key, freq, value, caveat in release.execute(
                f"select {row_keys.sql(table.grain, 'm')}, freq, {column.name}, caveat_en from {table.full_name} as m"
            ).fetchall():
                is_rate = freq != "A" and value is not None
                rates += is_rate
                if is_rate != (begins in told(table, caveat).get(column.name, "")):
                    wrong.append((key, column.name, value))
    assert rates and wrong == []


def test_where_a_series_goes_over_to_another_edition_it_says_so(release: duckdb.DuckDBPyConnection):
    """The first period behind those that a later edition of the publication left behind."""
    found = release.execute("""
        with told as (
            select observation_id, bool_or(reason = 'of_earlier_edition') as is_left_behind,
                bool_or(reason = 'behind_earlier_edition') as says_so
            from quality.caveat group by observation_id
        )
        select s.series_id, s.time_period, coalesce(t.says_so, false),
            coalesce(lag(t.is_left_behind) over earlier and lag(s.source_id) over earlier = s.source_id
                and lag(s.vintage) over earlier < s.vintage, false) as goes_over
        from marts.series as s left join told as t on t.observation_id = s.observation_id
        where s.measure = 'level'
        window earlier as (partition by s.series_id order by s.period_start)""").fetchall()
    assert any(goes_over for *_, goes_over in found)
    assert [f for f in found if f[2] != f[3]] == []


def test_a_label_that_says_no_registration_is_taken_for_one_by_a_decision(release: duckdb.DuckDBPyConnection):
    found = release.execute("""
        select o.observation_id, d.observation_id is not null
        from core.observation as o
        left join (select distinct observation_id from quality.decision_observation where is_covered) as d
            on d.observation_id = o.observation_id
        where o.population_basis = 'registered'
            and not regexp_matches(lower(concat(o.row_label, o.column_label)), '户籍|regist')""").fetchall()
    assert found and [name for name, is_decided in found if not is_decided] == []


def test_a_caveat_names_the_publications_that_it_compares():
    """It stands alone in its row: "the other" has no first one beside it."""
    unnamed = re.compile(r"\bin the other\b|另一篇")
    assert unnamed.search("1 billion yuan in the one on incomes, 2 in the other")
    found = [
        path
        for path in (ROOT / "seeds" / "sources").glob("*/decisions.yaml")
        if any(unnamed.search(line) for line in caveats(path.read_text("utf-8")))
    ]
    assert found == []


def caveats(text: str) -> list[str]:
    """The texts of caveat_en and caveat_zh of a file of decisions, each on one line."""
    return [
        " ".join(found.split()) for found in re.findall(r"caveat_(?:en|zh): (.*?)(?=\n    \w+:|\n\n|\Z)", text, re.S)
    ]
