"""Notices that the seeds changed, by content, and when they have come to rest: many files saved make one run."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from orchestration.intake.seed_files import digest_of_file, input_hash

#: Content of a file by its path, as long as its size and times stay what they are: bulk files are read once.
_known: dict[Path, tuple[tuple[int, int, int], bytes]] = {}


@dataclass(frozen=True)
class Watch:
    """What was seen so far: the seeds' hash, since when (seconds of a clock), and the run last asked for."""

    fingerprint: str = ""
    since: float = 0.0
    asked: str = ""

    @classmethod
    def read(cls, cursor: str | None) -> Watch:
        """From a sensor's cursor; nothing seen where it is none of ours."""
        try:
            return cls(**json.loads(cursor or "{}"))
        except (ValueError, TypeError):
            return cls()

    def cursor(self) -> str:
        return json.dumps(asdict(self))


@dataclass(frozen=True)
class Look:
    """One look at the seeds. `run_key`: the run to ask for, if any; `why_not`: why none."""

    watch: Watch
    run_key: str = ""
    why_not: str = ""


def look(before: Watch, fingerprint: str, clock: float, quiet: float, current: str, published: str) -> Look:
    """What follows from one look at seeds of this `fingerprint`.

    `quiet`: seconds for which they must rest. `current`: id of the current release, made of the seeds `published`.
    A run is asked for once for each content on each release, so that seeds at fault are not tried again and again.
    """
    if fingerprint == published:
        return Look(Watch(fingerprint, clock, before.asked), why_not="The current release is made of these seeds.")
    if fingerprint != before.fingerprint:
        return Look(
            Watch(fingerprint, clock, before.asked), why_not=f"The seeds changed; they are to rest for {quiet:g} s."
        )
    # Whether the clock went forth or back, a time is a time.
    rested = abs(clock - before.since)
    if rested < quiet:
        return Look(before, why_not=f"The seeds changed {rested:.0f} s ago; they are to rest for {quiet:g} s.")
    key = f"{current or 'nothing'}:{fingerprint}"
    if key == before.asked:
        return Look(before, why_not="A run was launched for these seeds; they have not changed since.")
    return Look(Watch(fingerprint, before.since, key), run_key=key)


def fingerprint(seeds: Path) -> str:
    """The hash that intake gives a release made of these seeds (`input_hash`); OSError if a file goes meanwhile."""
    return input_hash(seeds, _digest)


def _digest(path: Path) -> bytes:
    facts = path.stat()
    seen = (facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns)
    if path not in _known or _known[path][0] != seen:
        _known[path] = (seen, digest_of_file(path))
    return _known[path][1]
