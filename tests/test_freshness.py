"""A source is late when what its calendar promises is not there; a paper never is."""

from __future__ import annotations

from datetime import UTC, date, datetime

import dagster as dg
import duckdb
import pytest
from pydantic import ValidationError

from orchestration import intake
from orchestration.desk import freshness
from orchestration.release import columns, ledger
from tests import sinks
from tests.conftest import SOURCE, Line, command, edit
from validations.release_calendar import ReleaseCalendar

DESCRIPTOR = f"{SOURCE}/datapackage.yaml"


@pytest.mark.parametrize(
    ("freq", "lag", "end", "due"),
    [
        ("Q", "P2M", date(2026, 3, 31), date(2026, 8, 31)),
        ("Q", "P45D", date(2026, 3, 31), date(2026, 8, 14)),
        ("Q", "P1M15D", date(2026, 9, 30), date(2027, 2, 15)),
        ("M", "P1M", date(2027, 12, 31), date(2028, 2, 29)),
        ("M", "P0D", date(2028, 1, 31), date(2028, 2, 29)),
        ("A", "P11M", date(2025, 12, 31), date(2027, 11, 30)),
        ("A", "P3M", date(2026, 6, 15), date(2027, 9, 15)),
    ],
)
def test_the_next_period_is_due_a_lag_after_its_end(freq, lag, end, due):
    assert ReleaseCalendar(freq=freq, lag=lag).due(end) == due


@pytest.mark.parametrize("lag", ["", "P", "P-1M", "2M", "P2W", "P1Y", "P1D2M", "p2m", "P2M ", "P٢M"])
def test_a_lag_is_months_and_days_of_iso_8601(lag):
    with pytest.raises(ValidationError):
        ReleaseCalendar(freq="Q", lag=lag)


def come_again(line: Line, calendar: str = "{freq: A, lag: P11M}") -> None:
    """The source of the line comes every year from now on; it states figures until the end of 2020."""
    edit(line.paths.seeds / DESCRIPTOR, "cadence: never", f"cadence: yearly\nrelease_calendar: {calendar}")


def test_a_source_is_late_from_the_day_after_it_was_due(line_of_all: Line):
    come_again(line_of_all)
    found = {f.source_id: f for f in freshness.read(line_of_all.paths)}
    source = found["urban_rural_dibao"]
    assert (source.stated_until, source.due) == (date(2020, 12, 31), date(2022, 11, 30))
    assert not source.is_stale(date(2022, 11, 30)) and source.is_stale(date(2022, 12, 1))
    assert source.sentence(date(2022, 12, 11)).endswith("next yearly figures due 2022-11-30: 11 day(s) late")
    papers = [other for other in found.values() if not other.calendar]
    assert papers and not any(paper.is_stale(date(2999, 1, 1)) for paper in papers)


def test_a_calendar_of_figures_that_nobody_states_is_late(line: Line):
    come_again(line, "{freq: M, lag: P1M}")
    (source,) = [f for f in freshness.read(line.paths) if f.source_id == "urban_rural_dibao"]
    assert source.is_stale(date(1999, 1, 1)) and "no monthly figure" in source.sentence(date(1999, 1, 1))


def test_the_file_says_when_a_source_is_due():
    """By the calendar that the checks of the desk go by; a paper is never due."""
    with duckdb.connect() as connection:
        connection.execute(
            """
            create schema core; create table core.source as from (values
                ('office', 'Q', 'P2M', date '2026-03-31', cast(null as date)), ('paper', null, null, date '2019-12-31', null)
            ) as s (source_id, release_freq, release_lag, stated_until, next_due)
            """
        )
        columns.fill_due(connection)
        due = connection.execute("select source_id, next_due from core.source order by source_id").fetchall()
    assert due == [("office", date(2026, 8, 31)), ("paper", None)]


def test_what_comes_once_has_no_calendar(seeds):
    edit(seeds / DESCRIPTOR, "cadence: never", "cadence: never\nrelease_calendar: {freq: A, lag: P1M}")
    (fault,) = intake.read(seeds, only="urban_rural_dibao").faults
    assert "release_calendar: for sources that come again" in fault.expected
    assert fault.file == DESCRIPTOR


def test_status_names_what_is_late(line: Line):
    come_again(line)
    found = freshness.read(line.paths)
    late = sum(source.is_stale(ledger.now().date()) for source in found)
    assert f"figures of {len(found)} sources: {late} late" in (told := command(line.paths, "status").stdout)
    assert "urban_rural_dibao: stated until 2020-12-31" in told


def tick(instance: dg.DagsterInstance, cursor: str | None = None) -> dg.SensorResult:
    from orchestration.desk.sensors import late_sources

    with dg.build_sensor_context(instance=instance, cursor=cursor) as context:
        return late_sources(context)


def test_the_sensor_warns_once_and_evaluates_every_day(line: Line, monkeypatch):
    come_again(line)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with sinks.webhook() as (address, taken), dg.DagsterInstance.ephemeral() as instance:
        monkeypatch.setenv("MINSHENG_ALERT_WEBHOOK", address)
        seen = []
        cursor = None
        for moment in ("2022-11-30T15:00", "2022-11-30T15:30", "2022-11-30T16:00", "2022-12-02T00:00"):
            # 16:00 UTC is the next day in Shanghai.
            at = datetime.fromisoformat(moment).replace(tzinfo=UTC)
            monkeypatch.setattr(ledger, "now", lambda at=at: at)
            result = tick(instance, cursor)
            cursor = result.cursor or cursor
            verdicts = {e.asset_key.path[-1]: e.passed for e in result.asset_events}
            seen.append((verdicts.get("urban_rural_dibao"), len(verdicts), len(taken)))
            assert all(e.severity == dg.AssetCheckSeverity.WARN for e in result.asset_events)
    count = len(freshness.read(line.paths))
    assert seen == [(True, count, 0), (None, 0, 0), (False, count, 1), (False, count, 1)]
    assert taken[0]["event"] == "sources_stale" and "urban_rural_dibao: stated until 2020-12-31" in taken[0]["body"]
    assert "rural_security" not in taken[0]["body"]


def test_the_check_can_be_run_from_the_ui_and_stops_nothing(definitions: dg.Definitions, line: Line):
    come_again(line)
    key = dg.AssetCheckKey(dg.AssetKey(["raw", "urban_rural_dibao"]), "is_fresh")
    with dg.DagsterInstance.ephemeral() as instance:
        job = definitions.resolve_implicit_global_asset_job_def()
        result = job.get_subset(asset_selection=set(), asset_check_selection={key}).execute_in_process(
            instance=instance
        )
    (evaluation,) = result.get_asset_check_evaluations()
    assert result.success and not evaluation.passed and evaluation.severity == dg.AssetCheckSeverity.WARN


def test_no_release_waits_for_the_calendar(definitions: dg.Definitions):
    graph = definitions.resolve_job_def("refresh").asset_layer.asset_graph
    names = {key.name for key in graph.asset_check_keys}
    assert "figures" in names and "is_fresh" not in names


def test_a_release_that_is_gone_is_told_of_once_and_is_not_called_late(line: Line, monkeypatch):
    """Before the first release there is nothing to tell; after it, a file that is gone is no source that is fresh."""
    come_again(line)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    current = ledger.current_release(line.paths)
    with sinks.webhook() as (address, taken), dg.DagsterInstance.ephemeral() as instance:
        monkeypatch.setenv("MINSHENG_ALERT_WEBHOOK", address)
        cursor = tick(instance).cursor
        line.paths.current.unlink()
        for _ in range(2):
            result = tick(instance, cursor)
            cursor = result.cursor
            assert current in result.skip_reason.skip_message and "`make run` puts it right" in str(result.skip_reason)
        line.paths.current.symlink_to(f"releases/{current}")
        assert tick(instance, cursor).asset_events
        monkeypatch.setenv("MINSHENG_WAREHOUSE", str(line.paths.warehouse / "empty"))
        assert "Nothing is published in" in str(tick(instance).skip_reason)
    assert [message["event"] for message in taken if message["event"] != "sources_stale"] == ["release_gone"]
