"""However a refresh is ended, one line says what came of it, nothing of it goes on, and Dagster knows."""

from __future__ import annotations

import io
import os
import pty
import select
import signal
import sqlite3
import subprocess
import sys
import time
from types import SimpleNamespace

import pytest
import sqlalchemy

from orchestration import locks
from orchestration.desk import accidents, launch
from orchestration.paths import ROOT, Paths
from orchestration.release import ledger
from tests.conftest import SEEDS
from tests.test_automation import alive, family
from tests.test_command_line import heard

PATIENCE = 600
#: In which what nobody waits for, such as the resource tracker of a dbt that was killed, has ended by itself.
SECONDS_TO_END = 5


def ended_at(paths: Paths, seen: str, by: int) -> tuple[int, str, set[int]]:
    """A refresh at a terminal, ended when `seen` stands there: its code, what followed, and what is left of it.

    Ctrl-C is typed, so that it reaches every process of the terminal; any other signal goes to the refresh alone.
    """
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(ROOT)
        os.execve(
            sys.executable, [sys.executable, "-m", "orchestration", "refresh"], {**os.environ, **paths.environment}
        )
    text, began, started, mark = b"", time.monotonic(), set(), 0
    while time.monotonic() - began < PATIENCE:
        if select.select([terminal], [], [], 0.1)[0]:
            try:
                text += os.read(terminal, 65536)
            except OSError:
                break
        if not started and seen.encode() in text:
            started, mark = family(pid), len(text)
            os.write(terminal, b"\x03") if by == signal.SIGINT else os.kill(pid, by)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    os.close(terminal)
    assert started, text.decode()
    ended = time.monotonic()
    while (left := alive(started)) and time.monotonic() - ended < SECONDS_TO_END:
        time.sleep(0.1)
    return code, text[mark:].decode(), left


@pytest.mark.parametrize(
    ("seen", "by", "code", "said"),
    [
        # Its counter shows at a terminal: dbt is at work, the audit gets ready.
        ("dbt: 3 of ", signal.SIGINT, 130, "Interrupted by Ctrl-C. Nothing was published."),
        ("intake: ", signal.SIGTERM, 143, "Interrupted by TERM. Nothing was published."),
    ],
    ids=["Ctrl-C while dbt builds", "TERM after the intake"],
)
def test_an_interrupt_is_one_line_and_leaves_nothing(fresh, tmp_path, seen, by, code, said):
    paths = fresh(SEEDS, tmp_path / "warehouse")
    ended, text, left = ended_at(paths, seen, by)
    lines = [line.strip() for line in text.replace("^C", "").splitlines()]
    told = [line for line in lines if line and not line.startswith("dbt: ")]
    assert (ended, left) == (code, set()) and told[-1] == said, text
    assert "Traceback" not in text and "Stage " not in text
    with sqlite3.connect(paths.warehouse / "dagster" / "history" / "runs.db") as connection:
        assert connection.execute("select status from runs").fetchall() in ([("FAILURE",)], [("CANCELED",)])
    assert os.listdir(paths.warehouse / "running") == os.listdir(paths.warehouse / "candidate") == []


def test_ctrl_c_reaches_this_process_alone(tmp_path):
    """A child of the same terminal would tell of it in a traceback of its own; what was ignored stays ignored."""
    child = "import time; print('began', flush=True); time.sleep(3); print('ended in peace')"
    code = f"""
import os, signal, subprocess, sys, time
from orchestration.desk import interrupts
with interrupts.gathered() as first:
    child = subprocess.Popen([sys.executable, "-c", {child!r}], stdout=subprocess.PIPE, text=True)
    child.stdout.readline()
    try:
        os.killpg(0, signal.{{number}})
        time.sleep(1)
        time.sleep(0)
    except KeyboardInterrupt:
        print("interrupted")
    print(int(first()), child.stdout.read().strip())
"""
    for number, ignored, said in (
        ("SIGINT", [], "interrupted\n2 ended in peace"),
        ("SIGHUP", [], "interrupted\n1 ended in peace"),
        ("SIGHUP", ["nohup"], "0 ended in peace"),
        ("SIGINT", ["sh", "-c", "trap '' INT; exec \"$@\"", "sh"], "0 ended in peace"),
    ):
        done = subprocess.run(
            [*ignored, sys.executable, "-c", code.replace("{number}", number)],
            cwd=ROOT, capture_output=True, text=True, check=False, start_new_session=True,
            preexec_fn=heard,
        )  # fmt: skip
        assert done.stdout.strip() == said and "Traceback" not in done.stderr, (number, done)


def test_after_the_promotion_the_ending_says_so(warehouse: Paths, monkeypatch, capsys):
    """The book is built when readers have the release already."""
    second = ledger.current_release(warehouse)
    run = launch.Refresh(warehouse, dry_run=False, launched_by="")
    run._before = "r000001-000000000000"
    run.close_interrupted("TERM")
    assert f"Interrupted by TERM. {second} had been published before that, and is current." in capsys.readouterr().err


# Records that another process holds.


@pytest.fixture
def locked(tmp_path, monkeypatch):
    """A refresh whose first so many attempts find Dagster's records locked; `begun`: after its first stage began."""
    paths = Paths(SEEDS, tmp_path / "warehouse")
    monkeypatch.setattr(launch, "environment", lambda paths: None)
    monkeypatch.setattr(accidents, "PAUSE", 0)

    def tried(times: int, begun: bool = False) -> tuple[int, int]:
        attempts = []

        def executed(run):
            attempts.append(run)
            if begun:
                paths.candidate(run._run_id).mkdir(parents=True)
            if len(attempts) <= times:
                held = sqlite3.OperationalError("database is locked")
                raise sqlalchemy.exc.OperationalError("INSERT INTO runs", {}, held)
            return SimpleNamespace(success=True)

        monkeypatch.setattr(launch.Refresh, "_executed", executed)
        return launch.refresh(paths), len(attempts)

    return tried


def test_records_that_are_locked_are_tried_again_first(locked, capsys):
    assert locked(2) == (0, 3)
    said = capsys.readouterr().err
    assert said.count("are locked by another process") == 2 and "(1 of 2)" in said and "(2 of 2)" in said


def test_records_that_stay_locked_are_one_line(locked, capsys):
    assert locked(9) == (1, 3)
    last = capsys.readouterr().err.split("(2 of 2).")[1]
    assert "are locked by another process" in last and "[SQL" not in last and "Nothing was published" in last


def test_a_run_that_had_begun_is_not_begun_again(locked, capsys):
    assert locked(1, begun=True) == (1, 1)


def test_a_run_on_its_way_waits_longer_for_its_records():
    engine = sqlalchemy.create_engine("sqlite://", poolclass=sqlalchemy.pool.NullPool)
    for begun, seconds in ((False, accidents.BEGINNING), (True, accidents.WAITING)):
        with accidents.patience(lambda begun=begun: begun), engine.connect() as connection:
            assert connection.execute(sqlalchemy.text("pragma busy_timeout")).scalar() == seconds * 1000


# A warehouse that another process works on.

HOLDER = """
import sys, time, pathlib
from orchestration import locks
with locks.held(pathlib.Path(sys.argv[1]), "run abc"):
    print("held", flush=True); sys.stdin.readline()
"""
STRANGER = """
import sys, fcntl
handle = open(sys.argv[1], "w"); fcntl.flock(handle, fcntl.LOCK_EX)
print("held", flush=True); sys.stdin.readline()
"""


@pytest.mark.parametrize(("code", "name"), [(HOLDER, ".turn"), (HOLDER, ".lock"), (STRANGER, ".lock")])
def test_who_waits_says_at_once_for_whom(tmp_path, monkeypatch, capsys, code, name):
    """And goes on when the other has ended."""
    paths = Paths(SEEDS, tmp_path)
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path / name)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        other.stdout.readline()
        whom = f"process {other.pid} (at it since " if code == HOLDER else "another process, which works on"
        told = []

        def tell(text: str) -> None:
            told.append(text)
            other.stdin.close()

        with locks.held(tmp_path / name, tell=tell):
            other.wait(60)
        assert len(told) == 1 and told[0].startswith(f"waiting for {whom}") and str(tmp_path) in told[0]
        assert code == STRANGER or "run abc" in told[0]
    with paths.turn("def"), paths.lock():
        assert "waiting" not in capsys.readouterr().err


def test_what_a_dead_process_began_is_named_so(tmp_path):
    """Its child goes on writing, and holds the lock that it inherited."""
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    with locks.held(tmp_path / ".lock") as handle:
        os.pwrite(handle, f"{ended.pid}\n12:00:00\n".ljust(40).encode(), 0)
        assert locks._holder(handle).startswith(f"what process {ended.pid} began before it was gone")


@pytest.mark.parametrize("why", ["the file system", "the system"])
def test_where_nothing_can_be_locked_it_is_said(tmp_path, monkeypatch, capsys, why):
    def unsupported(*_):
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(locks, "fcntl", None)
    if why == "the file system":
        monkeypatch.setattr(locks, "fcntl", SimpleNamespace(flock=unsupported, LOCK_EX=2, LOCK_NB=4))
    assert launch.refresh(Paths(SEEDS, tmp_path / "warehouse")) == 1
    said = capsys.readouterr().err
    assert "cannot be locked" in said and "MINSHENG_WAREHOUSE" in said and "Traceback" not in said


# dbt's progress.

LOG = """\
09:12:13  Running with dbt=1.11.0
09:12:14  Concurrency: 2 threads (target='duckdb')
09:12:14  1 of 4 START sql table model core.area ......................... [RUN]
09:12:14  2 of 4 START sql table model core.code ......................... [RUN]
09:12:15  2 of 4 OK created sql table model core.code .................... [OK in 0.1s]
09:12:15  3 of 4 START test key_area_code ................................ [RUN]
09:12:15  3 of 4 FAIL 2 key_area_code .................................... [FAIL 2 in 0.0s]
09:12:15  1 of 4 ERROR creating sql table model core.area ................ [ERROR in 0.3s]
09:12:15  4 of 4 SKIP test key_area ...................................... [SKIP]
09:12:16  Finished running 2 table models, 2 data tests in 1.2 seconds.
"""


@pytest.mark.parametrize("is_terminal", [True, False])
def test_progress_is_a_counter_and_what_failed_a_line_of_its_own(is_terminal):
    terminal = io.StringIO()
    terminal.isatty = lambda: is_terminal
    progress = launch.DbtProgress(terminal)
    for line in LOG.splitlines(keepends=True):
        progress.write(line)
    shown = terminal.getvalue()
    failed = [line for line in shown.replace("\r", "\n").splitlines() if "FAIL" in line or "ERROR" in line]
    assert failed == [line for line in LOG.splitlines() if "FAIL" in line or "ERROR" in line]
    counted = [f"dbt: {n} of 4 models and tests" for n in (1, 2, 3, 4)] if is_terminal else []
    assert [line.strip() for line in shown.replace("\r", "\n").splitlines() if "dbt: " in line] == counted
    assert shown.endswith("\n") and "START" not in shown


def test_a_terminal_that_went_away_stops_nothing():
    def gone(_):
        raise BrokenPipeError

    terminal = SimpleNamespace(write=gone, flush=lambda: None, isatty=lambda: True)
    progress = launch.DbtProgress(terminal)
    assert sum(progress.write(line) for line in LOG.splitlines(keepends=True)) == len(LOG)
