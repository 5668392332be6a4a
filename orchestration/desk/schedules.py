"""When runs begin by the clock. Every schedule is off until it is switched on, or MINSHENG_AUTOMATION=on."""

from __future__ import annotations

import dagster as dg

from orchestration import settings
from orchestration.desk.freshness import SHANGHAI
from orchestration.desk.jobs import REFRESH


def is_on() -> bool:
    """Whether what launches runs by itself is on from the start. Raises ValueError for what is neither on nor off."""
    return settings.AUTOMATION.read() == "on"


def schedules() -> list[dg.ScheduleDefinition]:
    """The quarterly and the yearly refresh, on Shanghai time."""
    status = dg.DefaultScheduleStatus.RUNNING if is_on() else dg.DefaultScheduleStatus.STOPPED
    return [
        dg.ScheduleDefinition(
            name=name,
            job_name=REFRESH,
            cron_schedule=setting.read(),
            execution_timezone=SHANGHAI,
            default_status=status,
            description=description,
        )
        for name, setting, description in (
            (
                "quarterly_refresh",
                settings.QUARTERLY_REFRESH,
                "Quarterly figures (dibao) come out in the second month after the quarter. MINSHENG_QUARTERLY_REFRESH sets another time (cron).",
            ),
            (
                "yearly_refresh",
                settings.YEARLY_REFRESH,
                "Yearbooks and final accounts of the year before are out by the end of autumn. MINSHENG_YEARLY_REFRESH sets another time (cron).",
            ),
        )
    ]
