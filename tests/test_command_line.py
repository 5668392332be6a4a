"""Ordinary endings have one line: a reader that went away, a signal, a closed folder, a wrong setting, a terminal that
knows no Chinese. What is given to make arrives letter by letter, and a query may have several lines."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from orchestration import endings, prompt, settings
from orchestration.__main__ import main
from orchestration.paths import ROOT, Paths
from tests.conftest import SOURCE, Line, command, edit
from tests.test_machine import without_override

MAKE = ["make", "--silent", "-o", ".venv/run.stamp", "-o", ".venv/bi.stamp"]
ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
NOISE = ("Traceback", "Exception ignored", "BrokenPipe")
#: A query of the kind that the pages show: several lines, no semicolon, quotes.
QUERY = """select year, urban_rural_standard_ratio as ratio,
    standard_ratio_direction as "how it moves"
from marts.dibao_gap
order by year"""


def environment(paths: Paths, **more: str) -> dict[str, str]:
    return {**os.environ, "MINSHENG_SEEDS": str(paths.seeds), "MINSHENG_WAREHOUSE": str(paths.warehouse), **more}


def python(*arguments: str, **options) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, check=False, timeout=120, **{"stderr": subprocess.PIPE, **options}
    )


# A reader that went away.


@pytest.mark.parametrize(
    ("arguments", "codes"),
    [
        # What was done before anybody noticed is done; a table is never written to its end.
        ("export marts.series", {141}),
        ("status", {0, 141}),
        ("check", {0, 141}),
        ("changes", {0, 141}),
        ("sql 'from core.area'", {0, 141}),
        ("--help", {0, 141}),
    ],
)
def test_a_closed_pipe_ends_a_command_quietly(built: Line, arguments, codes):
    inlet, outlet = os.pipe()
    os.close(inlet)
    words = ["-m", "orchestration", *(part.strip("'") for part in arguments.split(" ", 1))]
    if arguments == "check":
        done = python(*words, stdout=outlet, stderr=outlet, env=environment(built.paths))
        said = ""
    else:
        done = python(*words, stdout=outlet, env=environment(built.paths))
        said = done.stderr.decode()
    os.close(outlet)
    assert done.returncode in codes and said == "", said


def test_make_is_quiet_as_well(built: Line):
    line = f"{' '.join(MAKE)} BIN={Path(sys.executable).parent} export TABLE=marts.series | head -1"
    done = subprocess.run(
        ["sh", "-c", line], cwd=ROOT, env=environment(built.paths), capture_output=True, text=True, check=False
    )
    assert done.stdout.startswith("\ufeffseries_id,") and (done.returncode, done.stderr) == (0, "")


def test_a_disk_that_fills_up_with_the_output_is_said(seeds: Path, tmp_path: Path):
    with open("/dev/full", "w") as full:
        done = python("-m", "orchestration", "check", stdout=full, env=environment(Paths(seeds, tmp_path / "w")))
    said = done.stderr.decode()
    assert done.returncode == 1 and "the disk is full" in said and not any(noise in said for noise in NOISE)


# Signals.


def begun(code: str) -> subprocess.Popen:
    """A process whose work is `code`, which has printed `ready`."""
    script = f"import sys, time\nfrom orchestration import endings, prompt\ndef work():\n    {code}\nsys.exit(endings.run(work))"
    # A shell that starts a test in the background may have Ctrl-C ignored, and so would be whoever it starts.
    process = subprocess.Popen(
        [sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )  # fmt: skip
    assert process.stdout.readline() == "ready\n"
    return process


SLEEPS = "print('ready', flush=True); time.sleep(60)"
ASKS = (
    "import duckdb; c = duckdb.connect(); print('ready', flush=True);"
    " return prompt.show(c, 'select sum(a.range * b.range) from range(100000000) as a, range(10000000) as b')"
)


@pytest.mark.parametrize(
    ("number", "name"), [(signal.SIGINT, "Ctrl-C"), (signal.SIGTERM, "TERM"), (signal.SIGHUP, "HUP")]
)
@pytest.mark.parametrize("work", [SLEEPS, ASKS], ids=["waiting", "in a query"])
def test_a_signal_ends_a_command_with_one_line(number, name, work):
    process = begun(work)
    process.send_signal(number)
    output, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (128 + number, f"Interrupted by {name}.\n")


def test_what_cleans_up_does_so(tmp_path: Path):
    """TERM unwinds: a folder that a command made is taken away."""
    folder = tmp_path / "made"
    process = begun(
        f"import pathlib; folder = pathlib.Path({str(folder)!r}); folder.mkdir()\n    try: {SLEEPS}\n    finally: folder.rmdir()"
    )
    process.terminate()
    assert process.wait(60) == 143 and not folder.exists()


def test_a_bug_has_its_traceback():
    done = python("-c", "from orchestration import endings; endings.run(lambda: 1 / 0)")
    assert done.returncode == 1 and b"Traceback" in done.stderr and b"ZeroDivisionError" in done.stderr


# No right, no place.

READERS = [
    ["status"], ["changes"], ["export", "marts.dibao"], ["sql", "select 1"], ["rollback"], ["promote", "x"],
    ["approve", "x", "--by", "y"], ["check-source", "rural_security"], ["ui", "--port", "34567"], ["refresh"],
]  # fmt: skip


@pytest.mark.parametrize("arguments", [*READERS, ["bi"]], ids=lambda words: words[0])
def test_a_warehouse_closed_to_this_user_is_said_in_one_line(tmp_path: Path, seeds: Path, arguments):
    warehouse = tmp_path / "warehouse"
    warehouse.mkdir(mode=0o000)
    module = [] if arguments == ["bi"] else ["orchestration"]
    done = python(
        "-m", *module, *arguments, env=environment(Paths(seeds, warehouse)), preexec_fn=without_override,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
    )  # fmt: skip
    (said,) = done.stderr.decode().splitlines()
    assert done.returncode == 1 and done.stdout == b""
    assert f"{endings.user()} may not read there: {warehouse}" in said and "with MINSHENG_WAREHOUSE" in said


@pytest.mark.parametrize(
    "name", [f"{SOURCE}/table_1.csv", f"{SOURCE}/datapackage.yaml", SOURCE, "codelists/unit.csv", ""]
)
def test_seeds_that_cannot_be_read_are_said_in_one_line(tmp_path: Path, seeds: Path, name):
    (seeds / name).chmod(0)
    own = environment(Paths(seeds, tmp_path / "warehouse"))
    done = python("-m", "orchestration", "check", env=own, preexec_fn=without_override)
    (seeds / name).chmod(0o755)
    (said,) = done.stderr.decode().splitlines()
    assert done.returncode == 1
    assert f"may not read there: {seeds / name}" in said and "with MINSHENG_SEEDS" in said


def test_a_warehouse_that_cannot_be_written_is_said_in_one_line(tmp_path: Path, seeds: Path):
    warehouse = tmp_path / "warehouse"
    warehouse.mkdir(mode=0o555)
    done = python(
        "-m", "orchestration", "check-source", "urban_rural_dibao",
        env=environment(Paths(seeds, warehouse)), preexec_fn=without_override,
    )  # fmt: skip
    (said,) = done.stderr.decode().splitlines()
    assert done.returncode == 1 and f"{endings.user()} may not write there: {warehouse}" in said


def test_who_has_no_right_to_the_seeds_still_has_the_status(built: Line):
    """A server that shows the warehouse need not hold the seeds."""
    done = command(built.paths, "status", MINSHENG_SEEDS="/nowhere")
    assert done.returncode == 0 and "which figures are late is not known: MINSHENG_SEEDS is '/nowhere'" in done.stdout


@pytest.mark.parametrize("name", ["minsheng.duckdb", "manifest.json", "parquet"])
def test_a_release_that_may_not_be_read_is_not_called_damaged(line: Line, name):
    closed = line.paths.current.resolve() / name
    closed.chmod(0)
    own = environment(line.paths)
    done = python("-m", "orchestration", "status", env=own, preexec_fn=without_override, stdout=subprocess.PIPE)
    closed.chmod(0o755)
    assert done.returncode == 1 and done.stdout == b""
    assert f"{endings.user()} may not read there: {closed}" in done.stderr.decode()


def test_a_candidate_folder_that_is_closed_is_no_empty_one(tmp_path: Path, seeds: Path):
    (tmp_path / "warehouse" / "candidate").mkdir(parents=True)
    (tmp_path / "warehouse" / "candidate").chmod(0)
    own = environment(Paths(seeds, tmp_path / "warehouse"))
    done = python("-m", "orchestration", "promote", "x", env=own, preexec_fn=without_override)
    assert done.returncode == 1 and "may not read there" in done.stderr.decode()


# Settings.


@pytest.mark.parametrize(
    ("variable", "value", "expected"),
    [
        ("MINSHENG_KEPT_RELEASES", "x", "a number of releases"),
        ("MINSHENG_KEPT_RELEASES", "0", "at least 1"),
        ("MINSHENG_MEMORY", "lots", "2GB"),
        ("MINSHENG_MEMORY", "0GB", "2GB"),
        ("MINSHENG_MEMORY", "80%", "2GB"),
        ("MINSHENG_QUIET_SECONDS", "x", "a whole number"),
        ("MINSHENG_QUIET_SECONDS", "-1", "a whole number"),
        ("MINSHENG_QUIET_SECONDS", "１２", "a whole number"),
        ("MINSHENG_AUTOMATION", "yes", "on or off"),
        ("MINSHENG_BOOK", "no", "on or off"),
        ("MINSHENG_QUARTERLY_REFRESH", "quarterly", "cron"),
        ("MINSHENG_YEARLY_REFRESH", "61 * * * *", "cron"),
        ("MINSHENG_YEARLY_REFRESH", "0 6 1 13 *", "cron"),
        ("MINSHENG_WAREHOUSE", __file__, "a folder"),
        ("MINSHENG_WAREHOUSE", f"{__file__}/inside", "a folder"),
        ("MINSHENG_SEEDS", "/nowhere", "the folder of the seeds"),
        ("MINSHENG_SEEDS", __file__, "the folder of the seeds"),
        ("MINSHENG_SEEDS", str(ROOT / "tests" / "clock_set_back"), "the folder of the seeds"),
        ("DAGSTER_HOME", "/nowhere", "absolute path of a folder"),
        ("DAGSTER_HOME", "relative", "absolute path of a folder"),
        ("DAGSTER_HOME", __file__, "absolute path of a folder"),
    ],
)
def test_a_wrong_setting_is_said_before_anything_begins(monkeypatch, capsys, tmp_path, variable, value, expected):
    monkeypatch.setenv("MINSHENG_WAREHOUSE", str(tmp_path / "warehouse"))
    monkeypatch.setenv(variable, value)
    assert main(["refresh"]) == 1
    (said,) = capsys.readouterr().err.splitlines()
    assert said.startswith(f"{variable} is {value!r}: ") and expected in said
    assert not (tmp_path / "warehouse").exists()


def test_all_wrong_settings_are_said_at_once(monkeypatch, capsys):
    wrong = {"MINSHENG_KEPT_RELEASES": "x", "MINSHENG_MEMORY": "lots", "MINSHENG_SEEDS": "/nowhere"}
    for variable, value in wrong.items():
        monkeypatch.setenv(variable, value)
    assert main(["check"]) == 1
    assert [line.partition(" ")[0] for line in capsys.readouterr().err.splitlines()] == list(wrong)


@pytest.mark.parametrize(
    ("setting", "text"),
    [
        (settings.MEMORY, "800MB"), (settings.MEMORY, "1.5 GiB"), (settings.MEMORY, "2g"),
        (settings.KEPT_RELEASES, "3"), (settings.QUIET_SECONDS, "0"), (settings.AUTOMATION, "on"),
        (settings.YEARLY_REFRESH, "*/5 0-6 1,15 jan-mar mon"), (settings.YEARLY_REFRESH, "@daily"),
        (settings.QUARTERLY_REFRESH, "0 6 l * 5#3"), (settings.MEMORY, ""),
    ],
)  # fmt: skip
def test_what_means_something_is_taken(monkeypatch, setting, text):
    monkeypatch.setenv(setting.name, text)
    assert setting.read() == (text or setting.default)
    if setting is settings.MEMORY:
        duckdb.connect().execute(f"set memory_limit = '{setting.read()}'")


@pytest.mark.parametrize("text", ["x", "0", "70000", "-1", "9" * 30, "８０８０"])
def test_a_port_that_is_none_is_said(capsys, text):
    with pytest.raises(SystemExit, match="2"):
        main(["ui", f"--port={text}"])
    assert f"read {text!r}; expected a number from 1 to 65535" in capsys.readouterr().err


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
    done = python(*asked, env=own, input=f"{QUERY}\n\n{QUERY};\nfrom core.nothing".encode(), stdout=subprocess.PIPE)
    assert done.stdout.decode().count("how it moves") == 2 and done.stdout.decode().count("narrows") == 10
    assert "nothing does not exist" in done.stderr.decode() and done.returncode == 1, "one of them could not be run"
    code, shown = at_a_terminal(asked, own | {"TERM": "dumb"}, f"{QUERY}\n\n.quit\n".encode())
    assert code == 0 and shown.decode().count("narrows") == 5 and "...> " in shown.decode()


def test_queries_stay_read_only_and_confined(built: Line, capfd):
    with duckdb.connect(
        str(built.paths.current / "minsheng.duckdb"), read_only=True, config={"enable_external_access": "false"}
    ) as connection:
        for text in ("create table x (a int)", f"from read_csv('{__file__}')", "select 1; drop table marts.dibao"):
            assert prompt.show(connection, text) == 1
    assert "1" in capfd.readouterr().out


# Through make.

WHOLE = """-x "two" 'one' $5 $$ $(HOME) ${HOME} $(shell touch made) `touch made` \\n \\ # % ; && | > made * ~ ! 民生 {a,b}
second line\t"""


@pytest.fixture
def recorded(tmp_path: Path) -> Path:
    """A folder for make's BIN, whose `python` says what reached it."""
    code = "import json, sys; print(json.dumps(sys.argv[1:]))"
    stub = tmp_path / "bin" / "python"
    stub.parent.mkdir()
    stub.write_text(f'#!/bin/sh\nexec {sys.executable} -c "{code}" "$@"\n')
    stub.chmod(0o755)
    return stub.parent


@pytest.mark.parametrize("given", ["as an argument", "by the environment"])
@pytest.mark.parametrize(
    ("target", "names", "arguments"),
    [
        ("sql", "QUERY", ["sql", "--", WHOLE]),
        ("export", "TABLE", ["export", "--", WHOLE]),
        ("check-source", "SOURCE", ["check-source", "--", WHOLE]),
        ("changes", "RELEASE", ["changes", "--", WHOLE]),
        ("changes", "CANDIDATE", ["changes", f"--candidate={WHOLE}", "--"]),
        ("promote", "CANDIDATE", ["promote", "--", WHOLE]),
        ("approve", "CANDIDATE BY NOTE", ["approve", f"--by={WHOLE}", f"--note={WHOLE}", "--", WHOLE]),
        ("rollback", "RELEASE BY", ["rollback", f"--approved-by={WHOLE}", "--", WHOLE]),
        ("run", "BY", ["refresh", f"--launched-by={WHOLE}"]),
        ("ui", "PORT", ["ui", f"--port={WHOLE}"]),
    ],
)
def test_what_is_given_to_make_arrives_whole(recorded: Path, tmp_path: Path, given, target, names, arguments):
    values = {name: WHOLE for name in names.split()}
    words = [f"{name}={value}" for name, value in values.items()] if given == "as an argument" else []
    done = subprocess.run(
        [*MAKE, "-f", ROOT / "Makefile", f"BIN={recorded}", target, *words], cwd=tmp_path,
        env={**os.environ, **({} if words else values)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == ["-m", "orchestration", *arguments]
    assert not (tmp_path / "made").exists()


@pytest.mark.parametrize(
    ("words", "arguments"),
    [
        (["sql"], ["sql", "--", ""]),
        (["export"], ["export", "--", "marts.series"]),
        (["rollback"], ["rollback", "--"]),
        (["run", "DRY=1"], ["refresh", "--dry-run"]),
        (["ui"], ["ui"]),
        (["check-source", "SOURCE=a", "ALL=1"], ["check-source", "--all", "--", "a"]),
    ],
)
def test_what_is_not_given_to_make_is_left_out(recorded: Path, words, arguments):
    done = subprocess.run([*MAKE, f"BIN={recorded}", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    assert json.loads(done.stdout) == ["-m", "orchestration", *arguments], done.stderr


def test_make_asks_what_it_was_given(built: Line):
    """From the words that a person types to the table that is shown."""
    query = "-- $5 `x`\nselect count(*) > 0 as \"are there rows?\", 'it''s $5' as note from marts.dibao -- # the end"
    done = subprocess.run(
        [*MAKE, f"BIN={Path(sys.executable).parent}", "sql", f"QUERY={query}"],
        cwd=ROOT, env=environment(built.paths), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0 and "are there rows?" in done.stdout and "it's $5" in done.stdout, done.stderr


# The commands.


def test_without_a_command_help_is_shown(capsys):
    assert main([]) == 0
    shown = capsys.readouterr().out
    for name in ("refresh", "status", "check-source", "sql", "export", "approve", "ui"):
        assert name in shown


@pytest.mark.parametrize("words", [["nonsense"], ["status", "more"], ["export"], ["approve", "x"], ["ui", "--prot=1"]])
def test_what_no_command_takes_is_told(capsys, words):
    with pytest.raises(SystemExit, match="2"):
        main(words)
    assert capsys.readouterr().err.startswith("usage: python -m orchestration")
