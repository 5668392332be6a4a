"""The code location: what Dagster loads."""

import dagster as dg

from orchestration.desk import freshness_checks
from orchestration.desk.assets import Auditor, Warehouse, all_assets
from orchestration.desk.jobs import jobs
from orchestration.desk.logs import progress
from orchestration.desk.schedules import schedules
from orchestration.desk.sensors import SENSORS
from orchestration.paths import Paths

paths = Paths.from_environment()

defs = dg.Definitions(
    assets=all_assets(paths),
    asset_checks=freshness_checks.checks(paths),
    jobs=jobs(paths),
    schedules=schedules(),
    sensors=SENSORS,
    resources={"warehouse": Warehouse(), "auditor": Auditor()},
    loggers={"progress": progress, "console": dg.colored_console_logger},
    # Stages follow each other and share one process: a process a step costs seconds each and gains nothing.
    executor=dg.in_process_executor,
)
