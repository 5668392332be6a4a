"""What the stages of a refresh took, as Dagster wrote it down."""

from __future__ import annotations

from dataclasses import dataclass

NAMES = {
    "intake": "1 intake",
    "transform": "2 transform",
    "warehouse__candidate": "3 assemble",
    "audit": "4 audit",
    "warehouse__current": "5 promote",
}


@dataclass(frozen=True)
class Stage:
    """One stage of a run; `begin`, `end`: seconds since 1970."""

    name: str
    begin: float
    end: float


def of_newest_run() -> list[Stage]:
    """The stages of the newest run that ran, in the order in which they began; a dry run skips the last."""
    import dagster as dg

    with dg.DagsterInstance.get() as instance:
        steps = instance.get_run_step_stats(instance.get_runs(limit=1)[0].run_id)
    names = [(NAMES.get(step.step_key, step.step_key), step) for step in steps]
    stages = [Stage(name, step.start_time, step.end_time) for name, step in names if step.start_time is not None]
    return sorted(stages, key=lambda stage: stage.begin)


def seconds(stages: list[Stage], began: float, whole: float) -> dict[str, float]:
    """Seconds of each stage, before the first one, and between and after them; `whole` in all, since `began`."""
    found = {"0 start": stages[0].begin - began} | {stage.name: stage.end - stage.begin for stage in stages}
    return found | {"6 between stages and end": whole - sum(found.values())}
