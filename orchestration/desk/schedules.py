"""When runs begin by the clock. Every schedule is off until it is switched on, or MINSHENG_AUTOMATION=on."""

from __future__ import annotations

import os

import dagster as dg

from orchestration.desk.freshness import SHANGHAI
from orchestration.desk.jobs import refresh

#: Offices publish on days of their own; these may be put elsewhere by the environment.
QUARTERLY, YEARLY = "0 6 20 2,5,8,11 *", "0 6 1 12 *"


def is_on() -> bool:
    """Whether what launches runs by itself is on from the start. Raises ValueError for what is neither on nor off."""
    text = os.environ.get("MINSHENG_AUTOMATION") or "off"
    if text not in ("on", "off"):
        raise ValueError(f"MINSHENG_AUTOMATION is {text!r}; on or off")
    return text == "on"


def schedules() -> list[dg.ScheduleDefinition]:
    """The quarterly and the yearly refresh, on Shanghai time."""
    status = dg.DefaultScheduleStatus.RUNNING if is_on() else dg.DefaultScheduleStatus.STOPPED
    return [
        dg.ScheduleDefinition(
            name=name,
            job=refresh,
            cron_schedule=os.environ.get(f"MINSHENG_{name.upper()}") or cron,
            execution_timezone=SHANGHAI,
            default_status=status,
            description=description,
        )
        for name, cron, description in (
            (
                "quarterly_refresh",
                QUARTERLY,
                "Quarterly figures (dibao) come out in the second month after the quarter. MINSHENG_QUARTERLY_REFRESH sets another time (cron).",
            ),
            (
                "yearly_refresh",
                YEARLY,
                "Yearbooks and final accounts of the year before are out by the end of autumn. MINSHENG_YEARLY_REFRESH sets another time (cron).",
            ),
        )
    ]
