"""When a source's next figures are due."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints

MONTHS = {"M": 1, "Q": 3, "A": 12}
NAMES = {"M": "monthly", "Q": "quarterly", "A": "yearly"}


class ReleaseCalendar(BaseModel):
    """How often a source comes (`freq`, SDMX) and how long after the end of a period it is published.

    `lag`: months or days of ISO 8601: P2M, P45D, P1M15D.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    freq: Literal["M", "Q", "A"]
    lag: Annotated[str, StringConstraints(pattern=r"^P([0-9]{1,2}M([0-9]{1,3}D)?|[0-9]{1,3}D)$")]

    def due(self, end: date) -> date:
        """The last day on which the period after the one that ends on `end` is published in time."""
        months, days = re.fullmatch(r"P(?:(\d+)M)?(?:(\d+)D)?", self.lag).groups()
        return _later(_later(end, MONTHS[self.freq]), int(months or 0)) + timedelta(days=int(days or 0))


def _later(day: date, months: int) -> date:
    """`months` after `day`; the last day of a month stays one, and stands for a day that a month has not."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = monthrange(year, month + 1)[1]
    ends = day.day == monthrange(day.year, day.month)[1]
    return date(year, month + 1, last if ends else min(day.day, last))
