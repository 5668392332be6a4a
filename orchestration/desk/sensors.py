"""What watches while the UI is up: changed seeds, sources that are late, runs that failed, runs that died."""

import json
import logging
import os
import urllib.request
from contextlib import suppress
from typing import Any

import dagster as dg

from orchestration import intake, settings
from orchestration.desk import alerts, freshness, freshness_checks, logs, runs, schedules, seed_watch
from orchestration.desk.accidents import MACHINE
from orchestration.desk.jobs import REFRESH
from orchestration.paths import Paths
from orchestration.release import ledger
from orchestration.release.manifest import Manifest

RELOAD = "mutation ($name: String!) { reloadRepositoryLocation(repositoryLocationName: $name) { __typename } }"
#: The sources that this code location knows: it is loaded anew when a folder comes or goes.
LOADED = intake.source_ids(Paths.from_environment().seeds)
ALWAYS = dg.DefaultSensorStatus.RUNNING


def quiet_seconds() -> int:
    """For how long seeds must rest before they are read. Raises ValueError for what is no number."""
    return int(settings.QUIET_SECONDS.read())


@dg.sensor(
    job_name=REFRESH,
    minimum_interval_seconds=30,
    default_status=ALWAYS if schedules.is_on() else dg.DefaultSensorStatus.STOPPED,
    description=f"Launches one refresh when the content of the seeds changed and rested for {quiet_seconds()} s: edited files, source folders that came or went. MINSHENG_QUIET_SECONDS sets another time.",
)
def changed_seeds(context: dg.SensorEvaluationContext) -> dg.SensorResult:
    """Many files saved make one run; the same content on the same release makes no second one."""
    paths = Paths.from_environment()
    try:
        found = seed_watch.fingerprint(paths.seeds)
        current = ledger.current_release(paths)
        published = _seeds_of(paths, current) if current else ""
    except (*MACHINE, ValueError) as error:
        return dg.SensorResult(skip_reason=f"The seeds or the release cannot be read now: {error}")
    clock = ledger.now().timestamp()
    seen = seed_watch.look(
        seed_watch.Watch.read(context.cursor), found, clock, quiet_seconds(), current or "", published
    )
    if not seen.run_key:
        return dg.SensorResult(skip_reason=seen.why_not, cursor=seen.watch.cursor())
    if (names := intake.source_ids(paths.seeds)) != LOADED:
        # The cursor stays, so that the code location that knows the folders asks for the run.
        return dg.SensorResult(skip_reason=_reloaded(context, names))
    request = dg.RunRequest(run_key=seen.run_key, tags={"minsheng/seeds": found[:12]})
    return dg.SensorResult(run_requests=[request], cursor=seen.watch.cursor())


def _seeds_of(paths: Paths, release: str) -> str:
    """The seeds that a release is made of; unknown if its manifest is torn: the run that follows names what is damaged."""
    try:
        return Manifest.read(paths.releases / release).input_hash
    except (ValueError, TypeError, KeyError, AttributeError, FileNotFoundError):
        return ""


def _reloaded(context: dg.SensorEvaluationContext, names: list[str]) -> str:
    """Have the code location loaded anew, since assets are declared per source folder; returns what became of it."""
    what = ", ".join(
        [*(f"new: {n}" for n in names if n not in LOADED), *(f"gone: {n}" for n in LOADED if n not in names)]
    )
    begun = context.instance.get_runs(dg.RunsFilter(statuses=runs.BEGUN))
    if any(runs.is_ours(Paths.from_environment(), run) for run in begun):
        return f"Source folders changed ({what}); the code location is loaded anew when the run in progress has ended."
    server, location = os.environ.get("MINSHENG_UI"), context.code_location_origin
    if not server or location is None:
        return f"Source folders changed ({what}): reload the code location (Deployment, Reload)."
    body = json.dumps({"query": RELOAD, "variables": {"name": location.location_name}}).encode()
    request = urllib.request.Request(f"{server}/graphql", body, {"Content-Type": "application/json"})
    try:
        # The UI is on this machine or beside it: no proxy leads there.
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=30) as answer:
            told = json.loads(answer.read())
    except (OSError, ValueError) as error:
        return f"Source folders changed ({what}), and {server} did not reload the code location: {error}"
    return f"Source folders changed ({what}): the code location is loaded anew ({told})."


@dg.sensor(
    name="freshness",
    minimum_interval_seconds=600,
    default_status=ALWAYS,
    description="Holds what each source states against its release calendar, once a day and with every release, and tells of sources that became late.",
)
def late_sources(context: dg.SensorEvaluationContext) -> dg.SensorResult:
    """The check `is_fresh` of every source, without a run; an alert when a source becomes stale."""
    paths, day = Paths.from_environment(), freshness.today()
    before = json.loads(context.cursor or "{}")
    try:
        state = f"{day} {ledger.published_file(paths).parent.name}"
    except ledger.NothingToRead as gone:
        return _nothing_to_read(paths, gone, before, context.log)
    if before.get("state") == state:
        return dg.SensorResult(skip_reason=f"Evaluated already for {state}.")
    found = freshness.read(paths)
    stale = [f for f in found if f.is_stale(day)]
    told = {f"{f.source_id} {f.due}" for f in stale}
    if told - set(before.get("told", [])):
        names = ", ".join(f.source_id for f in stale)
        body = "\n".join(f.sentence(day) for f in stale)
        _alert(alerts.Alert("sources_stale", f"Minsheng: figures are late: {names}", body), context.log)
    return dg.SensorResult(
        skip_reason=f"{len(found)} source(s), {len(stale)} stale",
        asset_events=freshness_checks.evaluations(found, day),
        cursor=json.dumps({"state": state, "told": sorted(told)}),
    )


def _nothing_to_read(
    paths: Paths, gone: ledger.NothingToRead, before: dict[str, Any], log: logging.Logger
) -> dg.SensorResult:
    """Before the first release there is nothing to tell; a release that is gone is told of, once."""
    if ledger.promotions(paths) and before.get("gone") != str(gone):
        _alert(alerts.Alert("release_gone", "Minsheng: readers find no release", str(gone)), log)
    return dg.SensorResult(skip_reason=str(gone), cursor=json.dumps(before | {"gone": str(gone), "state": ""}))


@dg.run_failure_sensor(
    name="failed_runs",
    default_status=ALWAYS,
    description="Tells of runs that failed, with the cells that made them fail: a webhook and e-mail if the environment names them, the log otherwise.",
)
def failed_runs(context: dg.RunFailureSensorContext) -> None:
    """One message a failed run of this warehouse, however it was launched; `make run` tells of its own."""
    run = context.dagster_run
    if not runs.is_ours(Paths.from_environment(), run):
        return
    texts = [runs.failure_text(event) for event in context.get_step_failure_events()]
    reasons = texts or [context.failure_event.message or "no reason given"]
    _alert(runs.failure_alert(run.job_name, run.run_id, reasons), context.log)


def _alert(alert: alerts.Alert, log: logging.Logger) -> None:
    """Deliver it; it stands in the log of the sensor, and in that of the runs."""

    def both(text: str) -> None:
        log.warning(text)
        with suppress(OSError):
            found = logs.entry(logging.LogRecord("minsheng", logging.WARNING, "", 0, text, (), None))
            logs.append(Paths.from_environment(), found | ({"run_id": alert.run_id} if alert.run_id else {}))

    alerts.send(alert, both)


@dg.sensor(
    minimum_interval_seconds=30,
    default_status=ALWAYS,
    description="Closes runs whose process died, so that the queue does not wait for them.",
)
def dead_runs(context: dg.SensorEvaluationContext) -> dg.SkipReason:
    """Looks for runs that were killed while the UI is up."""
    told = runs.close_dead(Paths.from_environment(), context.instance)
    return dg.SkipReason("; ".join(told) or "Every run that began is alive or came to its end.")


SENSORS = [changed_seeds, late_sources, failed_runs, dead_runs]
