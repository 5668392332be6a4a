"""SQL that DuckDB and Spark both speak: what its text alone can show is forbidden here, each form seen to be found.

What both engines say alike but mean otherwise (NULL in `concat`, ties in a window) no text shows; reviewers look for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlglot import exp, parse_one

from orchestration.paths import ROOT
from tests.compiled import compiled, named_twice
from tests.conftest import Line
from validations.layouts import SHAPES, TOO_MANY
from validations.published import layouts

PROJECT = ROOT / "dbt_project"
WIDTH = 120
#: What is for one engine stands in the macro of that engine, which another dispatches.
DISPATCHED = re.compile(r"\{%-?\s*macro (?:default|duckdb|spark)__.*?endmacro\s*-?%\}", re.DOTALL)
COMMENT = re.compile(r"\{#.*?#\}|--[^\n]*", re.DOTALL)
#: A form that only DuckDB speaks, or that Spark takes to be another -> what both speak.
FORMS = {
    r"\bvarchar\b|\btype_string\b": "string",
    r"\b(string_agg|listagg|group_concat|array_join|array_to_string)\b": "the macro joined",
    r"\b[lr]trim\s*\(": "trim(leading ... from ...) or trim(trailing ... from ...): Spark takes the arguments the other way",
    r"\bwith\s+recursive\b": "a join a level, unrolled in Jinja",
    r"\\(?!n)": "escape '!', or a class like [0-9]: a backslash in a literal is another thing in Spark",
    r"\btry(_cast)?\s*\(": "the macro cast_or_null, or another that is dispatched",
    r"\w''\w|replace\(\s*\"'\"": "a sentence of seeds/codelists/caveat.csv: an apostrophe that is doubled is lost in Spark",
    r"\b(md5_number|xxhash64|hash)\s*\(": "the macros wide_hash and quick_hash",
    r"\b(error|raise_error)\s*\(": "the macro stop",
    r"\bregexp_(replace|matches|full_match|extract_all)\b|\brlike\b": "the macro replace_all, or regexp_extract",
    r"\bregexp_extract\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*(?<!, [0-9])\)": "regexp_extract with its group: 0 in DuckDB, 1 in Spark",
    r"\bdesc\b(?!\s+nulls)": "desc nulls last, or nulls first: engines differ in where NULL stands",
    r"::": "cast(... as ...)",
    r"\*\s+(exclude|replace|rename)\b|\bcolumns\s*\(": "the columns by name",
    r"\b(list|array|struct|map)_\w+\s*\(|\bunnest\s*\(": "rows, joined",
    r"\b(arg_max|arg_min|max_by|min_by|any_value|first|last)\s*\(": "row_number over a total order: ties differ",
    r"\b(strftime|strptime|date_diff|datediff|epoch|date_format)\s*\(": "the macros of macros/periods.sql",
    r"(?<![:/])//": "floor(a / b)",
    r"\b(avg|mean|median|mode|quantile\w*|percentile\w*|stddev\w*|variance)\s*\(": "the macro divide, of a sum and a count: engines differ in the type",
    r"\b(current_timestamp|current_date|now|today|timestamp|timestamptz)\b\s*[(:]?|\bat\s+time\s+zone\b": "dates of the sources alone: engines differ in the zone of a time",
    r"(?<=[(,\s])'\{\{ (\w+\()?'": "double quotes within, or {% set %} before: sqlfmt takes the quote within Jinja for the end of the text, and changes it",
}
#: What is cast to an integer is text, or a whole number for certain: DuckDB rounds, Spark cuts.
WHOLE = re.compile(r"null\b|(length|round|count|row_number|substr)\(|nullif\(regexp_extract\(|\{\{ period \}\}")
AS_INTEGER = re.compile(r"\s+as (integer|bigint|int|smallint)\s*$")


def spoken(text: str) -> str:
    """The SQL without its comments, and without what is for one engine alone; lines stay where they are."""
    for pattern in (DISPATCHED, COMMENT):
        text = pattern.sub(lambda found: "\n" * found.group().count("\n"), text)
    return text


def casts(text: str) -> Iterator[tuple[int, str]]:
    """What stands within each `cast(...)`, and where it begins."""
    for found in re.finditer(r"\bcast\(", text):
        depth, at = 1, found.end()
        while depth and at < len(text):
            depth += {"(": 1, ")": -1}.get(text[at], 0)
            at += 1
        yield found.start(), " ".join(text[found.end() : at - 1].split())


def faults(text: str, is_raw_text: bool = False) -> list[tuple[int, str]]:
    """(line, what to write instead) of each form in SQL that one engine alone speaks; `is_raw_text`: columns are text."""
    sql = spoken(text)
    found = [(at.start(), instead) for form, instead in FORMS.items() for at in re.finditer(form, sql, re.IGNORECASE)]
    for at, inner in casts(sql):
        kind = AS_INTEGER.search(inner)
        if kind and not WHOLE.match(inner) and not (is_raw_text and re.fullmatch(r"\w+", inner[: kind.start()])):
            found.append((at, "the macro as_shown: in a cast to an integer DuckDB rounds and Spark cuts"))
    return sorted((sql.count("\n", 0, at) + 1, instead) for at, instead in found)


def sql_files() -> list[Path]:
    return [
        p for p in sorted(PROJECT.rglob("*.sql")) if not {"target", "dbt_packages"} & set(p.relative_to(PROJECT).parts)
    ]


def test_sql_is_what_duckdb_and_spark_both_speak():
    files = sql_files()
    found = [
        f"{path.relative_to(ROOT)}:{line}: write {instead}"
        for path in files
        for line, instead in faults(path.read_text("utf-8"), is_raw_text=path.parent.name == "staging")
    ]
    assert len(files) > 100 and found == []


def test_types_of_contracts_are_words_of_both():
    found = [
        f"{path.relative_to(ROOT)}: write string, not {word}"
        for path in sorted((PROJECT / "models").rglob("*.yml"))
        for word in re.findall(
            r"data_type: (varchar|text|hugeint|int8|float8)\b", path.read_text("utf-8"), re.IGNORECASE
        )
    ]
    assert found == []


@pytest.mark.parametrize(
    "planted",
    [
        "cast(a as varchar)",
        "cast(a as {{ dbt.type_string() }})",
        "string_agg(a, ', ' order by a)",
        "string_agg(a, ', ') over (partition by b)",
        "rtrim(a, '0')",
        "LTRIM(a, '0')",
        "with recursive below as (select 1)",
        r"a like '%\%%' escape '\'",
        r"regexp_extract(a, '\[([0-9]+)\]', 1)",
        "try_cast(a as double)",
        "try(a * b)",
        "'the paper''s own'",
        """'{{ words.own | replace("'", "''") }}'""",
        "md5_number(a)",
        "hash(a, b)",
        "error('no')",
        "regexp_replace(a, '[^0-9]', '', 'g')",
        "regexp_extract(a, '([0-9]+)')",
        "regexp_extract(lower(trim(a)), '([0-9]+)')",
        "row_number() over (order by a desc)",
        "a::double",
        "select * exclude (a) from b",
        "list_sum(a)",
        "arg_max(a, b)",
        "strftime(a, '%Y')",
        "a // 100",
        "avg(a)",
        "median(a) over (partition by b)",
        "cast(a as timestamp)",
        "current_date",
        "concat_ws('{{ ' ' if language == 'en' }}', a, b)",
        "a in ('{{ var('codes') }}')",
        "cast(a / b as integer)",
        "cast(coalesce(sum(a), 0) as bigint)",
    ],
)
def test_a_form_of_one_engine_is_seen(planted: str):
    text = f"{{#- rtrim(a, 'x'), as a comment may say. -#}}\nselect\n    1 as one, -- try_cast\n    {planted} as two\nfrom t\n"
    assert {line for line, _ in faults(text)} == {4}
    dispatched = f"{{% macro duckdb__x(a) -%}}\n    {planted}\n{{%- endmacro %}}\n"
    assert faults(dispatched) == []


@pytest.mark.parametrize(
    "spoken_by_both",
    [
        "trim(trailing '0' from a)",
        "a like '%!%%' escape '!'",
        "regexp_extract(translate(a, '[]', '<>'), '<((19|20)[0-9][0-9])>', 1)",
        "cast(null as integer)",
        "cast(length(split_part(a, '.', 2)) as integer)",
        "cast(count(*) over (partition by b) as integer)",
        "max(a) over (order by b desc nulls last)",
        "queries | join('\\nunion\\n')",
        "concat_ws('', a, b)",
    ],
)
def test_what_both_speak_is_no_fault(spoken_by_both: str):
    assert faults(f"select {spoken_by_both} from t") == []


def test_lines_fit_a_screen():
    found = [
        f"{path.relative_to(ROOT)}:{number}: {len(line)} characters, more than {WIDTH}"
        for path in sql_files()
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if len(line) > WIDTH
    ]
    assert found == []


# What only the SQL shows that dbt makes of the models: stars are written out by then, and macros.


def nested_in_values(query: exp.Expression) -> list[str]:
    """Queries that stand as a value and look at the row around them, and queries in the condition of a join."""
    found = []
    for inner in query.find_all(exp.Subquery):
        if isinstance(inner.parent, (exp.From, exp.Join, exp.SetOperation, exp.CTE, exp.In, exp.Exists)):
            continue
        own = {table.alias_or_name for table in inner.find_all(exp.Table)}
        if any(column.table and column.table not in own for column in inner.find_all(exp.Column)):
            found.append(inner.sql("duckdb"))
    for join in query.find_all(exp.Join):
        found += [s.sql("duckdb") for s in (join.args.get("on") or exp.true()).find_all(exp.Select)]
    return found


def test_compiled_sql_names_no_column_twice_and_nests_no_value(built: Line):
    found, models = [], 0
    for model, query, known in compiled(built.paths.current):
        models += 1
        found += [
            f"{model}: two columns are called {name}: list them, or rename one" for name in named_twice(query, known)
        ]
        found += [f"{model}: a join, not {nested}" for nested in nested_in_values(query)]
    assert models > 100 and found == []


@pytest.mark.parametrize(
    ("planted", "twice"),
    [
        ("select 1 as a, 2 as a", ["a"]),
        ("with x as (select e.a as b, t.* from t inner join e on true) select b from x", ["b"]),
        (
            "with x as (select a from t), y as (select x.*, t.* from x inner join t on true) select 1 as one from y",
            ["a"],
        ),
        ("select b from (select *, 1 as a from t) as x", ["a"]),
        ("with x as (select t.a, t.b from t) select x.*, 1 as c from x", []),
    ],
)
def test_a_name_that_stands_twice_is_seen(planted: str, twice: list[str]):
    assert named_twice(parse_one(planted, dialect="duckdb"), {"t": ["a", "b"], "e": ["a"]}) == twice


@pytest.mark.parametrize(
    ("planted", "is_fault"),
    [
        ("select t.a, (select max(e.a) from e where e.a = t.b) as c from t", True),
        ("select t.a from t group by t.a having count(*) = (select count(*) from e where e.a = t.a)", True),
        ("select t.a from t left join e on t.a = e.a or t.a in (select f.a from f)", True),
        ("select t.a from t where t.a > (select max(e.a) from e)", False),
        ("select t.a from t where exists (select 1 from e where e.a = t.a)", False),
        ("select x.a from (select e.a from e) as x inner join (select t.a from t) as y on y.a = x.a", False),
    ],
)
def test_a_query_that_stands_as_a_value_is_seen(planted: str, is_fault: bool):
    assert bool(nested_in_values(parse_one(planted, dialect="duckdb"))) is is_fault


def layouts_named(text: str) -> list[str]:
    """The layouts that SQL names itself, instead of asking `vars.layouts` for what follows from one."""
    named = rf"\blayout\b(?:\s*(?:=|<>|!=)|\s+(?:not\s+)?in\s*\(|\s+when)[^()]*?'({'|'.join({*SHAPES, *layouts()})})'"
    return re.findall(named, COMMENT.sub("", text))


def test_what_follows_from_a_layout_is_told_of_each_that_states_figures():
    told = layouts()
    declared = {name for name, shape in SHAPES.items() if shape.states_figures}
    assert set(told) == {*declared, TOO_MANY}
    assert all(SHAPES[name].is_printed is told[name]["is_printed"] for name in declared)
    assert len({layout["precedence"] for layout in told.values()}) == len(told)


def test_no_sql_names_a_layout():
    files = [path for folder in ("models", "macros", "tests") for path in (PROJECT / folder).rglob("*.sql")]
    assert [path.name for path in files if layouts_named(path.read_text("utf-8"))] == []


@pytest.mark.parametrize(
    "text",
    ["o.layout = 'table'", "layout <> 'tidy'", "layout not in ('prose', 'x')", "case a.layout when 'tidy' then 1"],
)
def test_a_layout_that_sql_names_is_seen(text: str):
    assert layouts_named(f"select 1 where {text}")
