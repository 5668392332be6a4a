"""Spark: what both engines compute alike, row by row, and a release by Spark that readers cannot tell from DuckDB's."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from orchestration import intake, settings, spark, transform
from orchestration.paths import Paths
from orchestration.release import candidates
from orchestration.release.manifest import Manifest
from orchestration.spark import cluster
from proofs import engines
from tests.conftest import copy_of_seeds
from tests.tally import ELSEWHERE

pytestmark = pytest.mark.skipif(spark.missing() is not None, reason=f"{ELSEWHERE}{spark.missing()}")

ROWS = "(select 'b' as t, 2 as k, 1 as n union all select 'a', 3, null union all select null, 1, 2) as x"


def number(sql: str) -> str:
    return f"{{{{ without_zeros({sql}) }}}}"


#: What engines do each in their way in silence -> SQL with the macros of the project, and the text that both must give.
PLANTED = {
    "joined in an order": (f"{{{{ joined('t', ', ', ['k']) }}}} from {ROWS}", "b, a"),
    "nothing joined": (f"{{{{ joined('t', ', ', ['k']) }}}} from {ROWS} where t is null", None),
    "zero of ten decimals": (number("'cast(0 as decimal(38, 10))'"), "0"),
    "a small decimal": (number("'cast(0.0000000012 as decimal(38, 10))'"), "0.0000000012"),
    "a large decimal": (number("'cast(12345678901234567890.5 as decimal(38, 4))'"), "12345678901234567890.5"),
    "a product": (number("multiply('cast(-2.5 as decimal(38, 10))', 'cast(0.00000003 as decimal(38, 10))')"), "-0.000000075"),
    "a product too large": (number("multiply('cast(1e20 as decimal(38, 10))', 'cast(1e20 as decimal(38, 10))')"), None),
    "a factor at a tie": (number("multiply('cast(0.000000005 as decimal(38, 10))', 'cast(1 as decimal(38, 10))')"), "0.00000001"),
    "a quotient": (number("divide('cast(-2 as decimal(24, 4))', 'cast(3 as decimal(24, 4))')"), "-0.666667"),
    "a quotient at a tie": (number("divide('cast(1 as decimal(24, 4))', 'cast(8 as decimal(24, 4))', 2)"), "0.13"),
    "by zero": (number("divide('cast(1 as decimal(24, 4))', 'cast(0 as decimal(24, 4))')"), None),
    "a quotient too large": (number("divide('cast(1e19 as decimal(24, 4))', 'cast(0.0001 as decimal(24, 4))')"), None),
    "sums keep their scale": (number("'(' ~ range(9) | map('string') | join(' + ') | replace('8', 'cast(0.0000000001 as decimal(38, 10))') ~ ')'"), "28.0000000001"),
    "a whole number at a tie": ("cast({{ as_shown('cast(2.5 as decimal(38, 10))', 'bigint') }} as string)", "3"),
    "a negative one": ("cast({{ as_shown('cast(-2.5 as decimal(38, 10))', 'bigint') }} as string)", "-3"),
    "a twelfth": (number("for_months('cast(4476.6 as decimal(38, 10))', '12', '1')"), "373.05"),
    "a twelfth without an end": (number("for_months('cast(-100 as decimal(38, 10))', '12', '1')"), "-8.3333333333"),
    "growth a year": (number("growth_a_year('cast(110 as decimal(24, 4))', 'cast(100 as decimal(24, 4))', '24')"), "0.048809"),
    "growth from nothing": (number("growth_a_year('cast(110 as decimal(24, 4))', 'cast(0 as decimal(24, 4))', '24')"), None),
    "no number": (number("cast_or_null(\"'abc'\", 'decimal(24, 6)')"), None),
    "a number too large": (number("cast_or_null('cast(1e30 as double)', 'decimal(24, 6)')"), None),
    "a power of ten": (number("power_of_ten('-8')"), "0.00000001"),
    "NULL in a text": ("concat('a', {{ after('-', 'nullif(t, t)') }}) from " + ROWS + " where k = 2", "a"),
    "NULL last": (f"concat_ws(',', max(n1), max(n2)) from (select case when r = 1 then t end as n1, case when r = 2 then t end as n2 from (select t, row_number() over (order by n nulls last, k) as r from {ROWS}) as y) as z", "b"),
    "NULL among the greatest": ("cast(greatest(1, nullif(2, 2)) as string)", "1"),
    "signs in order": ("concat(min(t), max(t)) from (select 'b' as t union all select 'B' union all select '中') as y", "B中"),
    "spaces at the end": ("case when 'a ' = 'a' then 'equal' else 'unequal' end", "unequal"),
    "a code in a text": ("{{ code_in_text(\"'scheme=DIBAO residence=U'\", 'residence') }}", "U"),
    "no code in a text": ("{{ code_in_text(\"'scheme=DIBAO'\", 'residence') }}", None),
    "digits of a text": ("{{ digits_of(\"'民发[2015] 57号'\") }}", "201557"),
    "words of a text": ("{{ words_of(\"'Rural, per Month'\") }}", " rural per month "),
    "blanks of a text": ("{{ without_blanks(\"'北　 京'\") }}", "北京"),
    "quotes in a text": ("{{ text_literal(\"the paper's \" ~ '\"own\"') }}", "the paper's \"own\""),
    "zeros trimmed": ("trim(trailing '0' from '1200')", "12"),
    "a sign that stands for itself": ("case when 'a%b' like '%!%%' escape '!' and 'ab' not like '%!%%' escape '!' then 'yes' end", "yes"),
    "part of a text": ("split_part('a.b.c', '.', 2)", "b"),
    "letters apart": ("cast(levenshtein('kitten', 'sitting') as string)", "3"),
    "the end of a leap month": ("cast({{ period_end(\"'2020-02'\") }} as string)", "2020-02-29"),
    "the end of a quarter": ("cast({{ period_end(\"'2020-Q3'\") }} as string)", "2020-09-30"),
    "the period before": ("{{ period_before(\"'2020-Q1'\") }}", "2019-Q4"),
    "years between": (number("years_between(\"cast('2015-01-01' as date)\", \"cast('2019-07-01' as date)\")"), "4.5"),
    "floor of a quotient": ("cast(cast(floor(7 / 2) as bigint) as string)", "3"),
    "rest of a negative": ("cast(-7 % 3 as string)", "-1"),
    "quarters": ("cast(count(distinct n) as string) from " + ROWS, "2"),
    "what is read once": ("""({{ spark__written_where_read("with a as (select ') -- (' as t), b as (select t from a), c as (select b.t from b join b as d on d.t = b.t) select t from c") }})""", ") -- ("),
    "a truth": ("cast(1 = 1 as string)", "true"),
}  # fmt: skip


def asked() -> str:
    """All planted rows as one query."""
    selects = []
    for name, (sql, _) in PLANTED.items():
        value, at, rest = sql.partition(" from (")
        selects.append(f"select '{name}' as planted, {value} as told{at}{rest}")
    return "\nunion all\n".join(selects)


def told(command: Sequence[str | Path], folder: Path, variables: dict[str, str]) -> dict[str, str | None]:
    """What an engine says of each planted row."""
    done = subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    rows = json.loads(done.stdout[done.stdout.index("{") :])["show"]
    return {row["planted"]: row["told"] for row in rows}


def test_planted_rows_are_computed_alike(tmp_path: Path):
    """What each engine does in its own way in silence, in the forms that the models use."""
    expected = {name: text for name, (_, text) in PLANTED.items()}
    show = ["show", "--quiet", "--inline", asked(), "--output", "json", "--limit", "-1"]
    (tmp_path / "release").mkdir()
    words = [*show, *transform.places(tmp_path / "dbt")]
    assert told([transform.DBT, *words, *transform.FOLDERS], tmp_path, transform.environment()) == expected
    assert told(spark.command(tmp_path, words), tmp_path, spark.variables(tmp_path / "tables" / "attempt")) == expected


def test_a_release_by_spark_is_duckdbs(tmp_path: Path):
    """One source, built by both: every table equal in values, types and comments, and one content hash."""
    paths = Paths(copy_of_seeds(tmp_path), tmp_path / "warehouse")
    releases = engines.built(paths, tmp_path / "comparison")
    hashes = [Manifest.read(release).content_hash for release in releases.values()]
    text, is_equal = engines.report(engines.compare(*releases.values()), hashes)
    assert is_equal, text
    tools = Manifest.read(releases["spark"]).tool_versions
    assert "spark" in tools and "spark" not in Manifest.read(releases["duckdb"]).tool_versions


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of a cluster that runs, and that the settings name; all of it has ended afterwards."""
    folder, port = tmp_path / "cluster", spark.free_port()
    cluster.up(folder, port)
    processes = cluster.running(folder)
    monkeypatch.setenv(settings.SPARK_THRIFT.name, f"{cluster.HOST}:{port}")
    try:
        yield folder
    finally:
        cluster.down(folder)
    assert len(processes) == 4 and not any(cluster.is_alive(folder, pid) for pid in processes.values())
    assert not spark.answers(f"{cluster.HOST}:{port}")


def until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 120
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_a_cluster_computes_alike_and_outlives_a_worker(tmp_path: Path, place: Path):
    def answers(sql: str) -> dict[str, str | None]:
        words = ["show", "--quiet", "--inline", sql, "--output", "json", "--limit", "-1"]
        words += transform.places(tmp_path / "dbt")
        return told(spark.command(tmp_path, words), tmp_path, spark.variables(tmp_path / "tables" / "attempt"))

    assert answers(asked()) == {name: text for name, (_, text) in PLANTED.items()}

    def begun() -> int:
        return sum(log.read_text().count("Running task") for log in (place / "worker-1").rglob("stderr"))

    before = begun()
    with ThreadPoolExecutor(1) as pool:
        # 32 tasks of a second or so each.
        long = "select 'sum' as planted, cast(sum(crc32(sha2(cast(id as string), 512)) % 2) as string) as told"
        answer = pool.submit(answers, f"{long} from range(0, 40000000, 1, 32)")
        until(lambda: begun() > before + 1)
        os.kill(cluster.running(place)["worker-1"], signal.SIGKILL)
        assert not answer.done()
        assert 19_900_000 < int(answer.result()["sum"]) < 20_100_000
    assert cluster.running(place).keys() == {"master", "worker-2", "thrift"}


@pytest.fixture
def little_room(tmp_path: Path) -> Iterator[Path]:
    """The disk onto which the workers of `place` spill, with next to no room; needs the right to mount."""
    folder = tmp_path / "cluster" / "spill"
    folder.mkdir(parents=True)
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", folder], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("no right to mount a disk")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


def test_a_full_disk_of_a_worker_is_told_and_passes(tmp_path: Path, little_room: Path, place: Path):
    sql = "select cast(count(distinct sha2(cast(id as string), 512)) as string) as told from range(0, 40000, 1, 4)"
    words = ["show", "--quiet", "--inline", sql, *transform.places(tmp_path / "dbt")]
    command, variables = spark.command(tmp_path, words), spark.variables(tmp_path / "tables" / "attempt")

    def asked() -> subprocess.CompletedProcess:
        return subprocess.run(
            command, env=variables, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=300
        )

    full = asked()
    told = spark.in_brief(full.stdout)
    assert full.returncode and "No space left on device" in told and len(told.splitlines()) < 12, full.stdout
    subprocess.run(["mount", "-o", "remount,size=100m", little_room], check=True)
    again = asked()
    assert again.returncode == 0 and "40000" in again.stdout, again.stdout


def test_a_server_that_is_lost_is_one_message(tmp_path: Path, place: Path):
    """In the middle of a build, and before the next; what was published is not touched by either."""
    paths = Paths(copy_of_seeds(tmp_path), tmp_path / "warehouse")
    candidate = paths.candidate("lost")
    with paths.lock() as lock, ThreadPoolExecutor(1) as pool:
        candidates.begin(paths, candidate)
        intake.write(intake.read(paths.seeds, candidate / "spill"), candidate / "raw")
        candidates.note_base(paths, candidate)
        building = pool.submit(spark.build, paths, candidate, lock)
        until(lambda: any((candidate / "spark").glob("tables/*/stg_*/*.parquet")))
        os.kill(cluster.running(place)["thrift"], signal.SIGKILL)
        with pytest.raises(transform.TransformError, match="no Thrift server answers at .* any more: it was lost"):
            building.result()
        with pytest.raises(transform.TransformError, match="no Thrift server answers at [^ ]*$"):
            spark.build(paths, candidate, lock)
