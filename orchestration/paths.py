"""Where things lie."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from orchestration import locks

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Paths:
    """The folders of one checkout. `seeds` and `warehouse` may lie elsewhere."""

    seeds: Path
    warehouse: Path
    dbt_project: Path = ROOT / "dbt_project"

    @classmethod
    def from_environment(cls) -> Paths:
        """MINSHENG_SEEDS and MINSHENG_WAREHOUSE, or `seeds/` and `warehouse/` of this checkout.

        Raises ValueError for a path that is no UTF-8, or that DuckDB would take for a pattern, a list or an option.
        """
        found = {}
        for name in ("seeds", "warehouse"):
            found[name] = Path(os.environ.get(f"MINSHENG_{name.upper()}") or ROOT / name).resolve()
            if any("\ud800" <= character <= "\udfff" for character in str(found[name])):
                raise ValueError(
                    f"the path of the {name}, {found[name]!s}, is no UTF-8; put it elsewhere with MINSHENG_{name.upper()}"
                )
            if marks := set("*?[]{}'\"#%,") & set(str(found[name])):
                raise ValueError(
                    f"the path of the {name}, {found[name]}, holds {' '.join(sorted(marks))}; put it elsewhere with MINSHENG_{name.upper()}"
                )
        return cls(**found)

    @property
    def environment(self) -> dict[str, str]:
        """What a process reads to work on these folders, Dagster's records in the warehouse: `from_environment`, back."""
        return {
            "MINSHENG_SEEDS": str(self.seeds),
            "MINSHENG_WAREHOUSE": str(self.warehouse),
            "MINSHENG_STATE": str(self.warehouse / "dagster"),
            "DAGSTER_HOME": str(ROOT),
        }

    @property
    def current(self) -> Path:
        """The symlink that readers follow."""
        return self.warehouse / "current"

    @property
    def releases(self) -> Path:
        return self.warehouse / "releases"

    @property
    def ledger(self) -> Path:
        """Append-only: one line a promotion."""
        return self.warehouse / "promotions.jsonl"

    def candidate(self, run_id: str) -> Path:
        """The folder in which the run `run_id` (and its re-executions) builds."""
        return self.warehouse / "candidate" / run_id

    def lock(self, tell: Callable[[str], object] = locks.tell) -> AbstractContextManager[int]:
        """Held while a stage works; the kernel releases it when every process that has it ended.

        Gives the file descriptor, for a child that goes on writing if this process is killed. `tell` hears for whom
        it waits.
        """
        return locks.held(self.warehouse / ".lock", tell=tell)

    def turn(self, run_id: str) -> AbstractContextManager[int]:
        """Held by `make run` from its first stage to its last: the next one begins on what this one published."""
        return locks.held(self.warehouse / ".turn", f"run {run_id}")
