"""Where things lie."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fcntl import LOCK_EX, flock
from pathlib import Path

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

    @contextmanager
    def lock(self) -> Iterator[int]:
        """Held while a stage works; the kernel releases it when every process that has it ended.

        Yields the file descriptor, for a child that goes on writing if this process is killed.
        """
        self.warehouse.mkdir(parents=True, exist_ok=True)
        with (self.warehouse / ".lock").open("w") as handle:
            flock(handle, LOCK_EX)
            yield handle.fileno()
