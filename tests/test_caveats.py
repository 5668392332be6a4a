"""What readers are told is one row a reason: every row is told by a model, and every reason that one names is a row."""

from __future__ import annotations

import csv
import itertools
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

import duckdb
import pytest
from sqlglot import exp, parse_one

from orchestration import transform
from orchestration.artifacts import DATABASE
from orchestration.paths import ROOT
from tests.compiled import compiled
from tests.conftest import Line
from validations import published, row_keys, told_suites, unit_free

NAME = re.compile(r"\{(\w+)\}")
LANGUAGES = ("en", "zh")
Names = Mapping[str, set[str]]


def reasons(query: exp.Expression) -> set[str]:
    """The reasons whose sentences a query fetches: what the macro `sentences` compares the column caveat with."""
    found = {(equals.left.name, equals.right.name) for equals in query.find_all(exp.EQ)}
    return {reason for column, reason in found if column == "caveat"}


def filled(query: exp.Expression) -> Iterator[tuple[str, set[str]]]:
    """(sentence with its language, the names that something stands in for) wherever a query tells one."""
    for column in query.find_all(exp.Column):
        if column.table == "told":
            names, text = set(), column
            while isinstance(text.parent, exp.Replace) and text.parent.this is text:
                text = text.parent
                names |= set(NAME.findall(text.expression.name))
            yield column.name, names


def faults(listed: Mapping[str, Mapping[str, str]], models: Mapping[str, exp.Expression]) -> list[str]:
    """What does not meet, both ways. `listed`: reason -> its row; `models`: their compiled queries by name."""
    told: dict[str, set[str]] = defaultdict(set)
    found = []
    for model, query in models.items():
        for reason in reasons(query):
            told[reason].add(model)
        for sentence, names in filled(query):
            reason, language = sentence[:-3], sentence[-2:]
            if reason not in listed or language not in LANGUAGES:
                continue
            stated = {of: set(NAME.findall(listed[reason][f"text_{of}"])) for of in LANGUAGES}
            found += [f"{model}: nothing stands in for {{{name}}} of {sentence}" for name in stated[language] - names]
            found += [f"{model}: {reason} has no {{{name}}}" for name in names - stated["en"] - stated["zh"]]
    found += [f"{model}: caveat.csv has no row {r}" for r in told.keys() - listed.keys() for model in told[r]]
    return sorted({*found, *(f"caveat.csv: no model tells {reason}" for reason in listed.keys() - told.keys())})


def test_every_reason_is_told_and_every_sentence_is_listed(built: Line):
    with (ROOT / "seeds" / "codelists" / "caveat.csv").open(encoding="utf-8", newline="") as rows:
        listed = {row["caveat"]: row for row in csv.DictReader(rows)}
    models = {model: query for model, query, _ in compiled(built.paths.current)}
    assert len(listed) > 50 and faults(listed, models) == []


SQL = """
    select replace(told.a_en, '{place}', place) as caveat_en, replace(told.a_zh, '{place}', place) as caveat_zh from t
    cross join (
        select max(case when caveat = 'a' then text_en end) as a_en, max(case when caveat = 'a' then text_zh end) as a_zh
        from stg_caveat
    ) as told
"""


@pytest.mark.parametrize(
    ("listed", "sql", "fault"),
    [
        ({"a": ("At {place}.", "在{place}。")}, SQL, []),
        ({"a": ("At {place}.", "在此。")}, SQL, []),
        ({}, SQL, ["m: caveat.csv has no row a"]),
        ({"a": ("At {place}.", "在{place}。"), "b": ("B.", "乙。")}, SQL, ["caveat.csv: no model tells b"]),
        ({"a": ("At {site}.", "在{place}。")}, SQL, ["m: nothing stands in for {site} of a_en"]),
        ({"a": ("Here.", "此。")}, SQL, ["m: a has no {place}"]),
    ],
)
def test_a_sentence_that_does_not_meet_its_model_is_seen(listed: dict, sql: str, fault: list[str]):
    rows = {reason: {"text_en": en, "text_zh": zh} for reason, (en, zh) in listed.items()}
    assert faults(rows, {"m": parse_one(sql, dialect="duckdb")}) == fault


def test_no_sentence_of_both_languages_stands_in_sql():
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in transform.project_files()
        if path.suffix == ".sql"
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if re.search(r"'[^']*[\u4e00-\u9fff][^']*'", line)
    ]
    assert found == []


def test_a_mark_is_told_where_no_figure_tells_it(built: Line):
    """ "Rests on a figure of low reliability" stands at a value only where none of its figures has that status and says why."""
    with (ROOT / "seeds" / "codelists" / "caveat.csv").open(encoding="utf-8", newline="") as rows:
        marks = {
            row["caveat"].removeprefix("marked_").upper(): row["text_en"]
            for row in csv.DictReader(rows)
            if row["caveat"].startswith("marked_")
        }
    told = 0
    with duckdb.connect(str(built.paths.current / DATABASE), read_only=True) as connection:
        for table in published.tables().values():
            if table.schema != published.MARTS or "previous_time_period" not in table.columns:
                continue
            key = row_keys.sql(table.grain, "m")
            for (column, status), (mark, sentence) in itertools.product(table.statuses.items(), marks.items()):
                # The columns that a sentence names stand before it, and before the next names no full stop follows.
                named = "regexp_matches(m.caveat_en, ?)"
                pattern = rf"(^|[ ,]){column}(, \w+)*: ([^:]*[^,:]\. )?{re.escape(sentence)}"
                query = f"""
                    select count(*), count(x.row_key)
                    from {table.full_name} as m
                    left join (
                        select distinct l.row_key
                        from core.lineage as l
                        inner join marts.series as s on s.observation_id = l.observation_id
                        where l.table_name = ? and l.column_name = ? and s.obs_status = ? and s.caveat_en is not null
                            and (s.obs_status <> 'B' or contains(l.row_key, concat('time_period=', s.time_period)))
                    ) as x on x.row_key = {key}
                    where m.{status} = ? and {named}"""
                found = connection.execute(query, [table.full_name, column, mark, mark, pattern]).fetchone()
                told += found[0]
                assert found[1] == 0, (table.full_name, column, mark)
    assert told


def test_a_doubt_about_a_unit_alone_does_not_mark_a_quotient_in_which_it_cancels(built: Line):
    """The status is that of the figures without the doubt; the audit holds the sentences (caveat_names_its_columns)."""
    quotients = 0
    doubted = """
        select distinct c.observation_id from quality.decision as d
        inner join quality.decision_observation as c on c.decision_id = d.decision_id and c.is_covered
        where d.doubted_field = 'printed_unit'
        union select observation_id from quality.caveat where reason = 'unit_not_stated'"""
    with duckdb.connect(str(built.paths.current / DATABASE), read_only=True) as connection:
        for table in published.tables().values():
            for column in unit_free.columns(table) if table.schema == published.MARTS else []:
                found = connection.execute(f"""
                    select m.{table.statuses[column]}, string_agg(distinct s.obs_status, '' order by s.obs_status)
                    from {table.full_name} as m
                    inner join (select distinct row_key from ({unit_free.cancelled(table)}) where column_name = '{column}')
                        as k on k.row_key = {row_keys.sql(table.grain, "m")}
                    inner join core.lineage as l on l.row_key = k.row_key and l.column_name = '{column}'
                        and l.table_name = '{table.full_name}'
                    inner join marts.series as s on s.observation_id = l.observation_id
                    inner join ({doubted}) as d on d.observation_id = s.observation_id
                    group by l.row_key, m.{table.statuses[column]}""").fetchall()
                quotients += len(found)
                assert {(of_quotient, of_figures) for of_quotient, of_figures in found} <= {("A", "U")}, column
    assert quotients


def test_which_way_a_quotient_goes_is_told_no_unit_that_cancels_in_it(built: Line):
    """Of either period: what cancels in the quotient of a row cancels in its direction and in that of the row after it,
    if in both. The audit holds the sentences (caveat_names_its_columns)."""
    found = 0
    with duckdb.connect(str(built.paths.current / DATABASE), read_only=True) as connection:
        for table in published.tables().values():
            for direction in unit_free.directions(table) if table.schema == published.MARTS else []:
                quotient = table.columns[direction].meta["direction_of"]
                same = " and ".join(f"p.{column} = m.{column}" for column in table.grain if column != "time_period")
                rows, missed = connection.execute(f"""
                    with cancelled as ({unit_free.cancelled(table)}), beside as (
                        select {row_keys.sql(table.grain, "m")} as row_key, {row_keys.sql(table.grain, "p")} as earlier
                        from {table.full_name} as m
                        inner join {table.full_name} as p on {same} and p.time_period = m.previous_time_period
                        where m.{direction} is not null
                    ), covered as (
                        select distinct l.row_key, c.decision_id from core.lineage as l
                        inner join quality.decision_observation as c on c.observation_id = l.observation_id and c.is_covered
                        inner join quality.decision as d on d.decision_id = c.decision_id
                        where l.table_name = '{table.full_name}' and l.column_name = '{quotient}'
                            and coalesce(d.doubted_field, d.field) = 'printed_unit'
                    ), free as (select row_key, decision_id from cancelled where column_name = '{quotient}'), left_in as (
                        select row_key, decision_id from covered except select row_key, decision_id from free
                    ), meant as (
                        select distinct b.row_key, f.decision_id from beside as b
                        inner join free as f on f.row_key in (b.row_key, b.earlier)
                        where not exists (
                            select 1 from left_in as c
                            where c.decision_id = f.decision_id and c.row_key in (b.row_key, b.earlier)
                        )
                    )
                    select count(*), count(*) filter (k.row_key is null) from meant as m
                    left join cancelled as k
                        on k.row_key = m.row_key and k.decision_id = m.decision_id and k.column_name = '{direction}'
                    """).fetchone()
                found += rows
                assert missed == 0, direction
    assert found


def test_a_change_across_a_splice_says_so_whatever_its_status(built: Line):
    """The splice as marts.series has it: of each series that a change follows from, the two figures are of two origins."""
    with (ROOT / "seeds" / "codelists" / "caveat.csv").open(encoding="utf-8", newline="") as rows:
        sentence = next(row["text_en"] for row in csv.DictReader(rows) if row["caveat"] == "marked_b")
    statuses, silent = set(), []
    with duckdb.connect(str(built.paths.current / DATABASE), read_only=True) as connection:
        for table in published.tables().values():
            known = "|".join(sorted(table.columns, key=len, reverse=True))
            behind_names = re.compile(rf"(?:^| )((?:(?:{known}), )*(?:{known})): ")
            for column in (column for column in table.columns.values() if "crosses_splice" in column.meta):
                for status, key, caveat in connection.execute(f"""
                    with of_series as (
                        select l.row_key, s.series_id, s.time_period, concat(s.is_spliced, ' ', s.source_id) as origin
                        from core.lineage as l
                        inner join marts.series as s on s.observation_id = l.observation_id
                        where l.table_name = '{table.full_name}' and l.column_name = '{column.name}'
                    )
                    select m.{column.status}, a.row_key, m.caveat_en
                    from {table.full_name} as m
                    inner join of_series as a
                        on a.row_key = {row_keys.sql(table.grain, "m")} and a.time_period = m.time_period
                    inner join of_series as b
                        on b.row_key = a.row_key and b.series_id = a.series_id and b.time_period = m.previous_time_period
                    group by all
                    having bool_and(a.origin <> b.origin)""").fetchall():
                    statuses.add(status)
                    _, *told = behind_names.split(caveat or "")
                    parts = zip(told[::2], told[1::2], strict=True)
                    if not any(column.name in names.split(", ") and sentence in text for names, text in parts):
                        silent.append((key, column.name, status))
    assert silent == [] and statuses > {"B"}


def test_a_sentence_about_several_figures_names_each(built: Line):
    """That a figure is a paper's: where one that does not stand beside the value is named, the one beside it is too."""
    named, silent = 0, []
    with duckdb.connect(str(built.paths.current / DATABASE), read_only=True) as connection:
        for table in published.tables().values():
            if table.schema != published.MARTS or "source_ids" not in table.columns:
                continue
            known = "|".join(sorted(table.columns, key=len, reverse=True))
            behind_names = re.compile(rf"(?:^| )((?:(?:{known}), )*(?:{known})): ")
            for key, column, sentence, caveat, figures in connection.execute(f"""
                with replaced as ({told_suites.replaced(table)})
                select l.row_key, l.column_name, c.caveat_en, m.caveat_en,
                    count(distinct concat_ws('|', o.indicator, o.scheme, o.pop_group, o.residence, o.ref_area))
                from {table.full_name} as m
                inner join core.lineage as l
                    on l.table_name = '{table.full_name}' and l.row_key = {row_keys.sql(table.grain, "m")}
                inner join core.observation as o
                    on o.observation_id = l.observation_id and o.time_period = m.time_period
                inner join quality.caveat as c on c.observation_id = o.observation_id
                anti join replaced as r
                    on r.row_key = l.row_key and r.column_name = l.column_name and r.observation_id = l.observation_id
                where c.reason in ('of_the_literature', 'spliced_from_a_paper'){told_suites.of_itself(table)}
                group by all""").fetchall():
                _, *told = behind_names.split(caveat)
                parts = zip(told[::2], told[1::2], strict=True)
                text = " ".join(text for names, text in parts if column in names.split(", "))
                before, is_told, _ = text.partition(sentence)
                names = before.rpartition(". ")[2].removesuffix(": ")
                if not is_told or (names and len(names.split("; ")) < figures):
                    silent.append((key, column, names))
                named += bool(names) and figures > 1
    assert silent == [] and named


def test_a_difference_of_two_publications_is_told_where_one_states_both_otherwise(built: Line):
    """From the figures alone: of a row's difference whose two figures no publication states as they stand there, and one
    of their two states otherwise, beyond half a unit of the last digit of either."""
    told = 0
    slack = "(0.5 * power(10.0, a.unit_mult - coalesce(a.decimals, 0)) + 0.5 * power(10.0, p.unit_mult - coalesce(p.decimals, 0)))"
    same = " and ".join(f"a.{column} = p.{column}" for column in published.dimensions())
    with duckdb.connect(str(built.paths.current / DATABASE), read_only=True) as connection:
        differences = [
            (table, column)
            for table in published.tables().values()
            for column in table.columns.values()
            if table.schema == published.MARTS and " - " in column.meta.get("formula", "") and "inputs" in column.meta
            if not column.meta.get("denominator") and not any("lag" in put for put in column.meta["inputs"])
            if list(table.statuses.values()).count(column.status) == 1
        ]
        for table, column in differences:
            found = connection.execute(f"""
                with parts as (
                    select l.row_key, o.* from core.lineage as l
                    inner join core.observation as o on o.observation_id = l.observation_id
                    where l.table_name = '{table.full_name}' and l.column_name = '{column.name}'
                ), stated as (
                    select p.row_key, a.source_id, a.vintage, p.observation_id,
                        min(case when abs(a.obs_value - p.obs_value) > {slack} then 1 else 0 end) as differs
                    from parts as p inner join core.observation as a on {same} and a.is_usable
                    group by all
                ), mixed as (
                    select row_key, count(*) as parts from parts group by row_key having count(distinct source_id) > 1
                ), of_one as (
                    select s.row_key, s.source_id, max(s.differs) as differs
                    from stated as s inner join mixed as x on x.row_key = s.row_key
                    group by s.row_key, s.source_id, s.vintage
                    having count(*) = any_value(x.parts)
                )
                select o.row_key, any_value(m.{column.status}), any_value(m.caveat_en), list(c.title)
                from of_one as o
                inner join {table.full_name} as m on {row_keys.sql(table.grain, "m")} = o.row_key
                inner join core.source as c on c.source_id = o.source_id
                inner join (select distinct row_key, source_id from parts) as p
                    on p.row_key = o.row_key and p.source_id = o.source_id
                group by o.row_key
                having min(o.differs) = 1""").fetchall()
            told += len(found)
            for key, status, caveat, titles in found:
                assert status in ("D", "U"), (key, status)
                assert any(f'"{title}" states both' in caveat for title in titles), (key, caveat)
            others = connection.execute(
                f"select count(*) from {table.full_name} where caveat_en like '%of figures of two publications%'"
            ).fetchone()
            assert others[0] == len(found), table.full_name
    assert told


def foreign(language: str, text: str) -> set[str]:
    """Words of the other language outside quotes: of a caveat in Chinese those that are no name of a thing here (columns,
    tables, codes in capitals), of one in English any."""
    if language == "en":
        return set(re.findall(r"[\u4e00-\u9fff]+", re.sub(r'"[^"]*"', "", text)))
    named = r"《[^》]*》|“[^”]*”|\"[^\"]*\"|[a-z]+\.[a-z_]+"
    known = {name for table in published.tables().values() for name in table.columns}
    return set(re.findall(r"(?<![A-Za-z_])[A-Z]?[a-z][a-z_]+", re.sub(named, "", text))) - known


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("zh", "standard_yuan_per_month：原文为5,247yuan a year，已换算为元/月。", {"yuan"}),
        ("zh", "原文为英文“Household population”，见marts.series。", set()),
        ("en", "Printed as 5,247 元/年, and converted.", {"元", "年"}),
        ("en", 'Taken from "统计年鉴" (yearbook).', set()),
    ],
)
def test_a_word_of_the_other_language_is_seen(language: str, text: str, found: set[str]):
    assert foreign(language, text) == found


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_caveat_speaks_one_language(built: Line, language: str):
    """Of every published table, qualifiers too."""
    texts = 0
    with duckdb.connect(str(built.paths.current / DATABASE), read_only=True) as connection:
        for table in published.tables().values():
            for column in {f"caveat_{language}", f"qualifiers_{language}"} & set(table.columns):
                told = connection.execute(
                    f"select distinct {column} from {table.full_name} where {column} is not null"
                ).fetchall()
                texts += len(told)
                assert [text for (text,) in told if foreign(language, text)] == [], table.full_name
    assert texts
