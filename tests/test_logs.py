"""The log of runs: every line is JSON with its run, stage and figures, and it never grows without end."""

from __future__ import annotations

import json
import logging
import threading

from orchestration.desk import logs
from orchestration.paths import Paths
from tests.conftest import Line


def lines(paths: Paths) -> list[dict]:
    return [json.loads(line) for line in (paths.warehouse / logs.FOLDER / logs.NAME).read_text("utf-8").splitlines()]


def test_a_refresh_leaves_its_figures(built: Line):
    """What `make run` of the built line left."""
    found = lines(built.paths)
    assert len({line["run_id"] for line in found}) == 1 and {line["job"] for line in found} == {"refresh"}
    assert all(line["time"].endswith("+00:00") and line["message"] for line in found)
    seconds = {line["stage"]: line["figures"]["seconds"] for line in found if line.get("event") == "STEP_SUCCESS"}
    assert {"intake", "transform", "warehouse__candidate", "audit", "warehouse__current"} <= seconds.keys()
    checks = [line for line in found if line.get("event") == "ASSET_CHECK_EVALUATION"]
    assert len(checks) > 50 and all(line["figures"]["passed"] is True for line in checks)
    laid_down = [line.get("figures", {}) for line in found if line.get("event") == "ASSET_MATERIALIZATION"]
    assert sum(figures.get("dagster/row_count", 0) for figures in laid_down) >= 267
    assert any("promote: r000001-" in line["message"] for line in found)


def test_full_files_make_room(tmp_path, monkeypatch):
    monkeypatch.setattr(logs, "LARGEST", 2_000)
    paths = Paths(tmp_path / "seeds", tmp_path / "warehouse")
    for number in range(1_000):
        logs.append(paths, {"number": number, "message": "x" * 50})
    files = sorted((paths.warehouse / "logs").glob("*.jsonl"))
    assert len(files) == logs.OLDER + 1 and all(file.stat().st_size < 2_200 for file in files)
    newest = [line["number"] for line in lines(paths)]
    assert newest[-1] == 999
    before = (paths.warehouse / "logs" / "minsheng.1.jsonl").read_text().splitlines()
    assert json.loads(before[-1])["number"] == newest[0] - 1, "no line is lost between two files"


def test_writers_take_turns(tmp_path, monkeypatch):
    monkeypatch.setattr(logs, "LARGEST", 10_000)
    paths = Paths(tmp_path / "seeds", tmp_path / "warehouse")
    threads = [
        threading.Thread(target=lambda: [logs.append(paths, {"message": "城" * 30}) for _ in range(50)])
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = [
        json.loads(line)
        for file in (paths.warehouse / "logs").glob("*.jsonl")
        for line in file.read_text("utf-8").splitlines()
    ]
    assert len(found) == 200 and {line["message"] for line in found} == {"城" * 30}


def test_a_log_that_cannot_be_written_stops_nothing(tmp_path, monkeypatch):
    (tmp_path / "warehouse").write_text("a file, not a folder")
    monkeypatch.setenv("MINSHENG_WAREHOUSE", str(tmp_path / "warehouse"))
    record = logging.LogRecord("minsheng", logging.INFO, "", 0, "a message", (), None)
    logs.JsonLines().emit(record)
