"""Run a process and watch what it and its children hold in memory."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

#: Seconds between two samples; more where a sample itself is dear (9 ms a gigabyte), so that watching costs at
#: most a tenth of one core.
INTERVAL, SHARE = 0.1, 10


@dataclass(frozen=True)
class Sample:
    """Bytes held at one moment (`at`: seconds since 1970): by the process tree, and by its largest process."""

    at: float
    total: int
    largest: int


@dataclass
class Watched:
    """A process that ended well. `began`: seconds since 1970; `seconds`: from start to end."""

    began: float = 0.0
    seconds: float = 0.0
    samples: list[Sample] = field(default_factory=list)

    def peak(self, begin: float = 0.0, end: float = float("inf")) -> tuple[int, int]:
        """Most bytes between two moments: of the tree, and of one process. Zeros if no sample lies there."""
        within = [sample for sample in self.samples if begin <= sample.at <= end]
        return max((s.total for s in within), default=0), max((s.largest for s in within), default=0)


def run(
    command: Sequence[str | Path],
    folder: Path,
    environment: dict[str, str],
    log: Path,
    on_sample: Callable[[], None] = lambda: None,
) -> Watched:
    """Run `command` in `folder` to its end, its output in `log`. Raises RuntimeError with the log's end if it fails.

    `on_sample` is called with each sample.
    """
    watched = Watched(began=time.time())
    start = time.perf_counter()
    with (
        log.open("wb") as output,
        subprocess.Popen(
            list(map(str, command)),
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        ) as process,
    ):
        try:
            pause = INTERVAL
            while True:
                try:
                    process.wait(pause)
                    break
                except subprocess.TimeoutExpired:
                    before = time.thread_time()
                    held = [memory(pid) for pid in tree(process.pid)]
                    watched.samples.append(Sample(time.time(), sum(held), max(held, default=0)))
                    on_sample()
                    pause = max(INTERVAL, SHARE * (time.thread_time() - before))
        finally:
            if process.poll() is None:
                process.terminate()
    watched.seconds = time.perf_counter() - start
    if process.returncode != 0:
        tail = "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-40:])
        raise RuntimeError(f"{' '.join(map(str, command))} ended with code {process.returncode}:\n{tail}")
    return watched


def tree(root: int) -> list[int]:
    """The process `root` and all that descend from it."""
    children: dict[int, list[int]] = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                # The name, in brackets, may hold spaces; the parent is the second field after it.
                parent = int(Path(f"/proc/{entry}/stat").read_text().rpartition(")")[2].split()[1])
            except (OSError, IndexError, ValueError):
                continue
            children.setdefault(parent, []).append(int(entry))
    found = [root]
    for pid in found:
        found += children.get(pid, [])
    return found


def memory(pid: int) -> int:
    """Bytes of a process: its proportional share of pages, or where that cannot be read all its resident ones."""
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0
