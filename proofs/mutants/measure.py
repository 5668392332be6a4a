"""Every kind of error on every source, one at a time, judged; and what the rules say of sources that are right."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from random import Random

from orchestration.paths import Paths
from proofs.mutants import report
from proofs.mutants.copies import Copy, Subject, read_mutant, run_rules, subjects
from proofs.mutants.judge import Findings, Judged, Original, judge
from proofs.mutants.kinds import mutants_of
from proofs.mutants.moves import Units
from proofs.mutants.relations import Knowledge
from proofs.mutants.sheet import Mutant

#: Copies in one dbt run: more take more memory, fewer more starts of dbt.
BATCH = 800
#: Bulletins made up whose mutants are judged as well; on the others only false alarms are counted.
DAMAGED = ("made_up_01", "made_up_02", "made_up_03", "made_up_04")
Progress = Callable[[str], None]


def sampled(subject: Subject, kinds: Iterable[str], units: Units, size: int, seed: int) -> list[Mutant]:
    """Mutants of a source: of each kind at most `size` drawn at random, all if it is 0."""
    chosen = []
    for kind in kinds:
        random = Random(f"{seed}|{subject.source_id}|{kind}")
        every = [mutant for sheet in subject.sheets for mutant in mutants_of(sheet, kind, units, random)]
        chosen += random.sample(every, size) if 0 < size < len(every) else every
    return chosen


def measure(paths: Paths, kinds: list[str], chosen: list[str] | None, size: int, seed: int, tell: Progress) -> dict:
    """Judge mutants of the sources `chosen` (None: all but most bulletins made up) and count false alarms; the report's data."""
    seeds, found = subjects(paths.seeds)
    unknown = set(chosen or []) - set(found)
    if unknown:
        raise SystemExit(f"no source {', '.join(sorted(unknown))}; there are {', '.join(found)}")
    known = Knowledge(seeds.lists, seeds.relations)
    originals = {name: Original.of(subject.rows, known) for name, subject in found.items()}
    names = chosen or [name for name in found if not name.startswith("made_up") or name in DAMAGED]
    units = {record["text"]: record["unit_measure"] for record in seeds.lists.records["unit_text"]}
    mutants = [mutant for name in names for mutant in sampled(found[name], kinds, units, size, seed)]
    tell(f"{len(mutants):,} mutants of {len(names)} sources; intake reads them")
    folder = paths.warehouse / "sheet"
    folder.mkdir(parents=True)
    read = [read_mutant(found[mutant.source_id], mutant, folder) for mutant in mutants]
    copies = [Copy(f"{name}__unharmed", name) for name in found]
    copies += [
        Copy(f"{mutant.source_id}__m{number:05d}", mutant.source_id, mutant.resource.name, cells)
        for number, (mutant, (cells, faults)) in enumerate(zip(mutants, read))
        if not faults
    ]
    tell(f"{len(mutants) - len(copies) + len(found):,} are refused by intake; rules judge the others")
    findings: dict[str, Findings] = {}
    for begin in range(0, len(copies), BATCH):
        start = time.perf_counter()
        findings |= run_rules(copies[begin : begin + BATCH], found, seeds, paths)
        done = min(begin + BATCH, len(copies))
        tell(f"{done:,} of {len(copies):,} copies judged ({time.perf_counter() - start:.0f} s)")
    judged: list[Judged] = []
    for number, (mutant, (cells, faults)) in enumerate(zip(mutants, read)):
        own = findings.get(f"{mutant.source_id}__m{number:05d}", {})
        base = findings[f"{mutant.source_id}__unharmed"]
        judged.append(judge(mutant, originals[mutant.source_id], cells, faults, own, base, known))
    unharmed = {name: findings[f"{name}__unharmed"] for name in found}
    return report.data(judged, originals, unharmed, names)
