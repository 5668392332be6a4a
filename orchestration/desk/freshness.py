"""Whether sources that come again have come: what they state, held against their release calendar.

A source is stale when the period after the newest one that it states should have been published: the end of that
period plus the lag of its calendar is past. A source without a calendar, such as a paper, never goes stale.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

import duckdb

from orchestration import intake
from orchestration.intake.source_reader import DESCRIPTOR, read_descriptor
from orchestration.paths import Paths
from orchestration.release import ledger
from validations.release_calendar import NAMES, ReleaseCalendar

SHANGHAI = "Asia/Shanghai"
#: The end of the newest period that a source states: what was, not what is planned.
NEWEST = """
    select source_id, freq, max(period_end) from core.observation
    where actuality = 'actual' and period_end is not null group by source_id, freq
"""


def today() -> date:
    """The day in Shanghai, where the sources come from."""
    return ledger.now().astimezone(ZoneInfo(SHANGHAI)).date()


@dataclass(frozen=True)
class Freshness:
    """One source. `stated_until`: end of the newest period that it states; `due`: the day by which its next
    figures are to be out, None for a source without a calendar."""

    source_id: str
    calendar: ReleaseCalendar | None
    stated_until: date | None = None
    due: date | None = None

    def is_stale(self, today: date) -> bool:
        if self.calendar is None:
            return False
        return self.due is None or today > self.due

    def sentence(self, today: date) -> str:
        """What a person is told."""
        if self.calendar is None:
            return f"{self.source_id}: no release calendar, never stale"
        kind = NAMES[self.calendar.freq]
        if self.due is None:
            return f"{self.source_id}: its calendar is {kind}, but the current release has no {kind} figure of it"
        late = f"{(today - self.due).days} day(s) late" if self.is_stale(today) else "not yet due"
        return f"{self.source_id}: stated until {self.stated_until}; next {kind} figures due {self.due}: {late}"


def read(paths: Paths) -> list[Freshness]:
    """Every source folder against the current release, by name; a calendar that cannot be read is left to intake.

    A source that no release holds yet is left out: it is not late but new. Raises LedgerError where readers find
    no file, duckdb.Error.
    """
    with duckdb.connect(str(ledger.published_file(paths)), read_only=True) as connection:
        newest = {(source, freq): end for source, freq, end in connection.execute(NEWEST).fetchall()}
        known = {row[0] for row in connection.execute("select source_id from core.source").fetchall()}
    found = []
    for source in intake.source_ids(paths.seeds):
        calendar = _calendar(paths, source)
        if source in known and calendar is None:
            found.append(Freshness(source, None))
        elif source in known and calendar is not None:
            end = newest.get((source, calendar.freq))
            found.append(Freshness(source, calendar, end, end and calendar.due(end)))
    return found


def _calendar(paths: Paths, source: str) -> ReleaseCalendar | None:
    parsed = read_descriptor(paths.seeds / "sources" / source, DESCRIPTOR, "", [])
    return parsed[0].release_calendar if parsed else None
