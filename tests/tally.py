"""The end of a run of the tests: where processor time went, by file, for what dbt built, and what was not tried here."""

from __future__ import annotations

import os
import resource
from collections import Counter, defaultdict
from collections.abc import Iterator

import pytest

from tests import recorded

SHOWN = 12
#: Set where every test is to be tried: one that is skipped is a failure then.
STRICT = "NOTHING_IS_SKIPPED"
#: How the reason begins of what a job of its own tries, with an environment of its own: it is told, and fails nothing.
ELSEWHERE = "a job of its own: "


def cpu_seconds() -> float:
    """Of this process and of every child that it waited for."""
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in both)


_last = cpu_seconds()
spent: Counter[str] = Counter()
not_tried: dict[str, int] = defaultdict(int)
builds: list[str] = []


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Iterator[None]:
    """Each phase of a test bears what it took since the one before; so do reports that a worker sends."""
    global _last
    report = yield
    now = cpu_seconds()
    report.cpu_seconds, _last = now - _last, now
    return report


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    spent[report.nodeid.partition("::")[0]] += getattr(report, "cpu_seconds", 0)
    if report.skipped and isinstance(report.longrepr, tuple):
        not_tried[report.longrepr[2].removeprefix("Skipped: ")] += 1


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    write = terminalreporter.write_line
    if len(spent) > 1:
        write(f"{sum(spent.values()) / 60:.1f} minutes of processor time, most of it in (seconds):")
        for name, seconds in spent.most_common(SHOWN):
            write(f"{seconds:8.1f}  {name}")
    if builds:
        seconds = sum(int(line.partition(" ")[0]) for line in builds)
        write(f"dbt built for {len(builds)} inputs that no test had asked for before, {seconds} s, for (seconds):")
        for line in sorted(builds, key=lambda line: -int(line.partition(" ")[0])):
            write("{:>8}  {}".format(*line.partition(" ")[::2]))
    for reason, count in sorted(not_tried.items()):
        write(f"not tried here, {count} test(s): {reason}")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    if not hasattr(session.config, "workerinput"):
        noted = session.config._tmp_path_factory.getbasetemp() / "common" / recorded.BUILDS
        builds.extend(noted.read_text(encoding="utf-8").splitlines() if noted.exists() else [])
    here = [reason for reason in not_tried if not reason.startswith(ELSEWHERE)]
    if here and os.environ.get(STRICT) and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
