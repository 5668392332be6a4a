"""A wrong setting is said before anything begins, all of them at once."""

from __future__ import annotations

import duckdb
import pytest

from orchestration import settings
from orchestration.__main__ import main
from orchestration.paths import ROOT


@pytest.mark.parametrize(
    ("variable", "value", "expected"),
    [
        ("MINSHENG_KEPT_RELEASES", "x", "a number of releases"),
        ("MINSHENG_KEPT_RELEASES", "0", "at least 1"),
        ("MINSHENG_MEMORY", "lots", "2GB"),
        ("MINSHENG_MEMORY", "0GB", "2GB"),
        ("MINSHENG_MEMORY", "80%", "2GB"),
        ("MINSHENG_ENGINE", "Spark", "duckdb or spark"),
        ("MINSHENG_SPARK_MEMORY", "2GB", "3g"),
        ("MINSHENG_SPARK_THRIFT", "10000", "host and port"),
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
    assert main(["ui", f"--port={text}"]) == 2
    assert f"read {text!r}; expected a number from 1 to 65535" in capsys.readouterr().err
