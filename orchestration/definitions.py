"""The code location: what Dagster loads."""

import logging
import sys

import dagster as dg

from orchestration import book, runs
from orchestration.assets import Auditor, Warehouse, all_assets
from orchestration.paths import Paths
from orchestration.promote import PromotionRefused, rollback

SHANGHAI = "Asia/Shanghai"


class RollbackConfig(dg.Config):
    """`release_id`: the release to go back to; empty for the one before the current. `approved_by`: who said so."""

    release_id: str = ""
    approved_by: str = ""


@dg.op(description="Makes an earlier release current again, through the same sealed door as a promotion.")
def roll_back(context: dg.OpExecutionContext, config: RollbackConfig, warehouse: Warehouse) -> None:
    try:
        done = rollback(warehouse.paths(), config.release_id or None, config.approved_by or None)
    except PromotionRefused as refused:
        raise dg.Failure(description=str(refused), allow_retries=False) from refused
    context.log.info(
        f"rollback: {done.release_id} is current"
        + ("" if done.changed else " already")
        + (f"; {done.note}" if done.note else "")
    )
    context.log.info(f"book: {book.bring_up_to_date(warehouse.paths()).text}")


@dg.job(
    name="rollback",
    description="Takes the current release back. Configure `release_id` for another than the one before.",
)
def rollback_job() -> None:
    roll_back()


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


refresh = dg.define_asset_job(
    "refresh",
    selection=dg.AssetSelection.all(),
    description="Intake, transform, assemble, audit, promote: everything, into one new release; then its data book.",
)

schedules = [
    dg.ScheduleDefinition(
        name="quarterly_refresh",
        job=refresh,
        cron_schedule="0 6 20 2,5,8,11 *",
        execution_timezone=SHANGHAI,
        description="Quarterly figures (dibao) come out in the second month after the quarter.",
    ),
    dg.ScheduleDefinition(
        name="yearly_refresh",
        job=refresh,
        cron_schedule="0 6 1 12 *",
        execution_timezone=SHANGHAI,
        description="Yearbooks and final accounts of the year before are out by the end of autumn.",
    ),
]


@dg.sensor(
    minimum_interval_seconds=30,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Closes runs whose process died, so that the queue does not wait for them.",
)
def dead_runs(context: dg.SensorEvaluationContext) -> dg.SkipReason:
    """Looks for runs that were killed while the UI is up."""
    told = runs.close_dead(Paths.from_environment(), context.instance)
    return dg.SkipReason("; ".join(told) or "Every run that began is alive or came to its end.")


defs = dg.Definitions(
    assets=all_assets(Paths.from_environment()),
    jobs=[refresh, rollback_job],
    schedules=schedules,
    sensors=[dead_runs],
    resources={"warehouse": Warehouse(), "auditor": Auditor()},
    loggers={"progress": progress, "console": dg.colored_console_logger},
    # Stages follow each other and share one process: a process a step costs seconds each and gains nothing.
    executor=dg.in_process_executor,
)
