"""Ordinary endings have one line: a reader that went away, a signal, a closed folder, a command that there is not."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import click
import pytest

from orchestration import endings
from orchestration.__main__ import cli, main
from orchestration.paths import ROOT, Paths
from tests.commands import MAKE, environment, python
from tests.conftest import SOURCE, Line, command
from tests.test_machine import without_override

NOISE = ("Traceback", "Exception ignored", "BrokenPipe")


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
    line = f"{' '.join(MAKE)} export TABLE=marts.series | head -1"
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


def heard() -> None:
    """No signal is ignored."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


def begun(code: str) -> subprocess.Popen:
    """A process whose work is `code`, which has printed `ready`."""
    script = f"import sys, time\nfrom orchestration import endings, prompt\ndef work():\n    {code}\nsys.exit(endings.run(work))"
    # A shell that starts a test in the background may have Ctrl-C ignored, as nohup has HUP, and so would be whoever it
    # starts.
    process = subprocess.Popen(
        [sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        preexec_fn=heard,
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
    try:
        process.send_signal(number)
        output, errors = process.communicate(timeout=60)
    finally:
        process.kill()
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


# The commands.


def test_without_a_command_help_is_shown(capsys):
    assert main([]) == 0
    shown = capsys.readouterr().out
    for name in ("refresh", "status", "check-source", "sql", "export", "approve", "ui"):
        assert name in shown


@pytest.mark.parametrize(
    "words",
    [["nonsense"], ["status", "more"], ["export"], ["approve", "x"], ["ui", "--prot=1"], ["why"], ["sql", "\udcff"]],
)
def test_what_no_command_takes_is_told(capsys, words):
    assert main(words) == 2
    assert "Error: " in capsys.readouterr().err


def test_every_command_says_what_it_does_and_takes(capsys):
    """In one line of the list, and in full with what it takes."""
    main([])
    listed = capsys.readouterr().out
    for name, found in cli.commands.items():
        assert f"  {name} " in listed and found.get_short_help_str(60).endswith("."), name
        assert not found.get_short_help_str(60).endswith("..."), f"{name}: its first sentence is too long for the list"
        assert main([name, "--help"]) == 0
        shown = capsys.readouterr().out
        assert shown.startswith(f"Usage: minsheng {name} ")
        for parameter in found.params:
            if isinstance(parameter, click.Option):
                assert parameter.help and parameter.opts[0] in shown, (name, parameter.name)
            else:
                assert f"{parameter.make_metavar(click.Context(found)).strip('[]')}:" in shown, (name, parameter.name)


def test_the_command_works_from_any_folder(built: Line, tmp_path: Path):
    """As it lies in the checkout or by a link to it; what lies in the reader's folder is not taken for its code."""
    (tmp_path / "duckdb.py").write_text("raise SystemExit('this is not the library')")
    (tmp_path / "orchestration").mkdir()
    (tmp_path / "link").symlink_to(ROOT / "minsheng")
    query = """select '$5 `x` "two" it''s' as said"""
    for program in (ROOT / "minsheng", tmp_path / "link"):
        done = subprocess.run(
            [program, "sql", query],
            cwd=tmp_path,
            env=environment(built.paths),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0 and """$5 `x` "two" it's""" in done.stdout, done.stderr


def test_a_checkout_without_its_environment_says_how_to_get_one(tmp_path: Path):
    shutil.copyfile(ROOT / "minsheng", tmp_path / "minsheng")
    done = subprocess.run(["sh", tmp_path / "minsheng", "status"], capture_output=True, text=True, check=False)
    assert done.returncode == 1 and f"not installed in {tmp_path} yet: run `make check`" in done.stderr
