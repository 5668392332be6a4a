"""The code location: what Dagster loads."""

import dagster as dg

from orchestration.desk import freshness_checks, jobs
from orchestration.desk.assets import Auditor, Warehouse, all_assets
from orchestration.desk.logs import progress
from orchestration.desk.schedules import schedules
from orchestration.desk.sensors import SENSORS
from orchestration.paths import Paths

defs = dg.Definitions(
    assets=all_assets(Paths.from_environment()),
    asset_checks=freshness_checks.checks(),
    jobs=[jobs.refresh, jobs.check_source_job, jobs.promote_candidate_job, jobs.approve_job, jobs.rollback_job],
    schedules=schedules(),
    sensors=SENSORS,
    resources={"warehouse": Warehouse(), "auditor": Auditor()},
    loggers={"progress": progress, "console": dg.colored_console_logger},
    # Stages follow each other and share one process: a process a step costs seconds each and gains nothing.
    executor=dg.in_process_executor,
)
