"""A query may have several lines, from a pipe and at the prompt; a terminal may know no Chinese."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from orchestration import prompt
from orchestration.paths import ROOT, Paths
from tests.commands import environment, python
from tests.conftest import SOURCE, Line, edit

ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
#: A query of the kind that the pages show: several lines, no semicolon, quotes.
QUERY = """select year, urban_rural_standard_ratio as ratio,
    standard_ratio_direction as "how it moves"
from marts.dibao_gap
order by year"""


# A terminal of another locale.


def at_a_terminal(arguments: list[str], own: dict[str, str], typed: bytes = b"") -> tuple[int, bytes]:
    """Exit code, and what the terminal shows."""
    number, terminal = pty.fork()
    if number == 0:
        os.chdir(ROOT)
        os.execve(sys.executable, [sys.executable, *arguments], own)
    if typed:
        os.write(terminal, typed)
    shown = b""
    while True:
        try:
            found = os.read(terminal, 65536)
        except OSError:
            break
        if not found:
            break
        shown += found
    return os.waitstatus_to_exitcode(os.waitpid(number, 0)[1]), shown


@pytest.fixture
def misread(seeds: Path) -> Path:
    """Seeds with a cell that is no number, but Chinese."""
    edit(seeds / SOURCE / "table_1.csv", "494.6", "四百")
    return seeds


def test_a_fault_in_chinese_is_shown_to_a_terminal_that_knows_none(misread: Path, tmp_path: Path):
    own = environment(Paths(misread, tmp_path / "warehouse"), **ASCII)
    code, shown = at_a_terminal(["-m", "orchestration", "check"], own)
    assert code == 1 and rb"read '\u56db\u767e'" in shown and b"Traceback" not in shown
    done = python("-m", "orchestration", "check", env=own)
    assert done.returncode == 1 and "read '四百'" in done.stderr.decode("utf-8")


def test_a_table_is_drawn_on_a_terminal_that_knows_none(built: Line):
    own = environment(built.paths, **ASCII)
    asked = ["-m", "orchestration", "sql", "select '民生' as 标准"]
    code, shown = at_a_terminal(asked, own)
    assert code == 0 and rb"\u6c11\u751f" in shown and b"+---" in shown and b"| varchar |" in shown
    done = python(*asked, env=own, stdout=subprocess.PIPE)
    assert "│ 民生    │" in done.stdout.decode("utf-8") and done.returncode == 0


def test_what_is_no_text_is_said(built: Line):
    done = python("-m", "orchestration", "sql", b"select '\xff'", env=environment(built.paths))
    assert done.returncode == 2 and b"is no text in UTF-8" in done.stderr and b"Traceback" not in done.stderr
    done = python("-m", "orchestration", "sql", env=environment(built.paths), input=b"select '\xff'")
    assert done.returncode == 1 and b"are not UTF-8" in done.stderr and b"Traceback" not in done.stderr


# Queries.


def read(text: str) -> list[str]:
    """The queries that somebody types who types `text`."""
    lines = iter(text.split("\n"))
    return list(prompt.queries(duckdb.connect(), lambda _: next(lines, None)))


@pytest.mark.parametrize(
    ("typed", "queries"),
    [
        ("select 1;", ["select 1;"]),
        ("select 1\n", ["select 1"]),
        (QUERY, [QUERY]),
        (f"{QUERY}\n\n{QUERY};\nselect 1", [QUERY, f"{QUERY};", "select 1"]),
        ("select 1; -- why;\nselect 2;", ["select 1; -- why;", "select 2;"]),
        ("select 1 -- why;\n+ 2;", ["select 1 -- why;\n+ 2;"]),
        ("select 'a;\nb';", ["select 'a;\nb';"]),
        ("select 'a\n\nb';", ["select 'a\n\nb';"]),
        ("select $$ a;\n$$;", ["select $$ a;\n$$;"]),
        ('select 1 as "a;\n";', ['select 1 as "a;\n";']),
        ("/* a;\n\n*/ select 1;", ["/* a;\n\n*/ select 1;"]),
        ("select (1 +\n\n2);", ["select (1 +\n\n2);"]),
        ("select (1\n\n\nselect 2;", ["select (1", "select 2;"]),
        ("selct 1;\nselect 2;", ["selct 1;", "select 2;"]),
        ("select 1; select 2;", ["select 1; select 2;"]),
        ("\n\nselect '民；生';", ["select '民；生';"]),
        ("select 1\n.quit\nselect 2", ["select 1"]),
        ("quit\nselect 2", []),
        ("", []),
    ],
)
def test_a_query_ends_where_it_can(typed, queries):
    assert read(typed) == queries


def test_a_text_that_duckdb_can_parse_is_taken_whole():
    """In a file an empty line means nothing."""
    connection = duckdb.connect()
    assert list(prompt.whole(connection, "select 1\n\nwhere true;\n\nselect 2")) == [
        "select 1\n\nwhere true;\n\nselect 2"
    ]
    assert list(prompt.whole(connection, "select 1\n\nselect 2")) == ["select 1", "select 2"]


def test_queries_of_a_page_are_asked_from_a_pipe_and_at_the_prompt(built: Line):
    own = environment(built.paths)
    asked = ["-m", "orchestration", "sql"]
    with duckdb.connect(str(built.paths.current / "minsheng.duckdb"), read_only=True) as connection:
        told = sum(row[2] == "narrows" for row in connection.execute(QUERY).fetchall())
    assert told > 1
    done = python(*asked, env=own, input=f"{QUERY}\n\n{QUERY};\nfrom core.nothing".encode(), stdout=subprocess.PIPE)
    assert done.stdout.decode().count("how it moves") == 2 and done.stdout.decode().count("narrows") == 2 * told
    assert "nothing does not exist" in done.stderr.decode() and done.returncode == 1, "one of them could not be run"
    code, shown = at_a_terminal(asked, own | {"TERM": "dumb"}, f"{QUERY}\n\n.quit\n".encode())
    assert code == 0 and shown.decode().count("narrows") == told and "...> " in shown.decode()


def test_queries_stay_read_only_and_confined(built: Line, capfd):
    with duckdb.connect(
        str(built.paths.current / "minsheng.duckdb"), read_only=True, config={"enable_external_access": "false"}
    ) as connection:
        for text in ("create table x (a int)", f"from read_csv('{__file__}')", "select 1; drop table marts.dibao"):
            assert prompt.show(connection, text) == 1
    assert "1" in capfd.readouterr().out
