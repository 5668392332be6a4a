"""The log of runs: one line of JSON a message in `warehouse/logs/minsheng.jsonl`, and a person's lines at a terminal.

`dagster.yaml` hangs `JsonLines` into every run, however it is started. A line has `time` (UTC), `level`, `run_id`,
`job`, `stage`, `event` (Dagster's name for it, where it is one), `message`, and in `figures` the numbers that came with
it: rows, decisions, expectations, seconds.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dagster as dg

from orchestration import locks
from orchestration.paths import Paths

#: Bytes of a file, and how many older ones are kept beside it.
LARGEST, OLDER = 5_000_000, 4
#: Events of Dagster that are worth a line; the others tell of its own machinery.
EVENTS = {
    "RUN_START", "RUN_SUCCESS", "RUN_FAILURE", "RUN_CANCELED", "STEP_START", "STEP_SUCCESS", "STEP_FAILURE",
    "STEP_UP_FOR_RETRY", "ASSET_MATERIALIZATION", "ASSET_CHECK_EVALUATION",
}  # fmt: skip
#: Where the log lies in the warehouse.
FOLDER, NAME = "logs", "minsheng.jsonl"


class JsonLines(logging.Handler):
    """Appends each record as a line. What cannot be written is lost: a run does not fail because its log did."""

    def emit(self, record: logging.LogRecord) -> None:
        found = entry(record)
        if found.get("event", "RUN_START") not in EVENTS or ("event" not in found and record.levelno < logging.INFO):
            return
        try:
            append(Paths.from_environment(), found)
        except (OSError, ValueError):
            self.handleError(record)

    def handleError(self, record: logging.LogRecord) -> None:
        """A full disk is told by the run itself."""


def entry(record: logging.LogRecord) -> dict[str, Any]:
    """A record of Dagster's log, or of any other, as what its line says; empty values are left out."""
    meta = getattr(record, "dagster_meta", {})
    event = meta.get("dagster_event")
    found = {
        "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": "INFO" if event and record.levelno < logging.INFO else record.levelname,
        "run_id": meta.get("run_id"),
        "job": meta.get("job_name"),
        "stage": meta.get("step_key"),
        "event": event.event_type_value.replace("PIPELINE_", "RUN_") if event else None,
        "message": _message(record, event),
        "figures": figures(event) if event else {},
    }
    return {name: value for name, value in found.items() if value not in (None, "", {})}


def _message(record: logging.LogRecord, event: dg.DagsterEvent | None) -> str:
    """Its own words; of a stage that failed also why, which Dagster keeps elsewhere."""
    text = str(getattr(record, "dagster_meta", {}).get("orig_message") or record.getMessage())
    if event is None or not event.is_step_failure:
        return text
    failure = event.step_failure_data
    reason = (
        failure.user_failure_data.description if failure.user_failure_data else failure.error and failure.error.message
    )
    return f"{text}\n{reason or ''}".strip()


def figures(event: dg.DagsterEvent) -> dict[str, int | float | bool]:
    """The numbers of an event: those of its metadata, a check's verdict, the seconds of a stage."""
    found: dict[str, int | float | bool] = {}
    if event.is_step_success:
        found["seconds"] = round(event.step_success_data.duration_ms / 1000, 3)
    if event.event_type == dg.DagsterEventType.ASSET_CHECK_EVALUATION:
        found["passed"] = event.asset_check_evaluation_data.passed
    metadata = getattr(event.event_specific_data, "metadata", None)
    if event.event_type == dg.DagsterEventType.ASSET_MATERIALIZATION:
        metadata = event.materialization.metadata
    for name, value in (metadata or {}).items() if isinstance(metadata, dict) else ():
        if isinstance(number := getattr(value, "value", None), int | float):
            found[name] = number
    return found


def append(paths: Paths, found: dict[str, Any]) -> None:
    """Write one line; a file that is full makes room first. Processes take turns."""
    folder = paths.warehouse / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        locks.flock(lock.fileno(), folder)
        file = folder / NAME
        if file.exists() and file.stat().st_size > LARGEST:
            _make_room(file)
        with file.open("a", encoding="utf-8") as handle:
            handle.write(json.dumps(found, ensure_ascii=False, default=str) + "\n")


def _make_room(file: Path) -> None:
    for number in range(OLDER, 0, -1):
        older = file if number == 1 else file.with_suffix(f".{number - 1}.jsonl")
        if older.exists():
            os.replace(older, file.with_suffix(f".{number}.jsonl"))


@dg.logger(description="What a person at a terminal wants to see of a run: its own messages, a line each.")
def progress(context: dg.InitLoggerContext) -> logging.Logger:
    logger = logging.Logger("minsheng", level=logging.INFO)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s  %(message)s", datefmt="%H:%M:%S"))

    def own_messages(record: logging.LogRecord) -> bool:
        meta = getattr(record, "dagster_meta", {})
        record.msg, record.args = meta.get("orig_message", record.msg), ()
        return record.levelno in (logging.INFO, logging.WARNING) and not meta.get("dagster_event")

    handler.addFilter(own_messages)
    logger.addHandler(handler)
    return logger
