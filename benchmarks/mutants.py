"""How many errors the gates see: seeds damaged one error at a time, each run through intake and every rule.

    make mutants                                    the default sample, with the tables of docs/mutants.md
    python -m benchmarks.mutants --sample 0         every mutant that there is
    python -m benchmarks.mutants --kinds "digit dropped" --source urban_rural_dibao --json FILE

Every mutant is read by intake as a person's slip would be. Those that pass are laid down as copies of their source
beside each other in one raw layer, and one dbt run judges a batch of them: each copy is a source of its own whose
figures bear an `actuality` of their own, a dimension that every key of the rules holds, so that no copy meets another.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

import polars as pl

from benchmarks import bulletins, mutant_kinds, mutant_report
from benchmarks.mutant_judge import Findings, Judged, Original, judge, read_findings
from benchmarks.mutant_kinds import KINDS
from benchmarks.mutant_moves import Units
from benchmarks.mutant_relations import Knowledge
from benchmarks.mutant_sheet import Mutant, Sheet, as_csv, read_records
from orchestration import artifacts, intake, transform
from orchestration.findings import open_candidate
from orchestration.intake.layouts import descriptor_faults, laid_out
from orchestration.intake.mapping import Cell, Mapper
from orchestration.intake.reading import Setting, SourceRows
from orchestration.intake.source_reader import DESCRIPTOR, read_descriptor
from orchestration.paths import ROOT, Paths
from orchestration.release import candidates
from validations.faults import Fault, IntakeError
from validations.layouts import Prose, Table

MODELS = ["run", "--select", "+finding", "+finding_observation"]
#: Copies in one dbt run: more take more memory, fewer more starts of dbt.
BATCH = 800
#: Right in every cell, with layouts of its own.
SOUND = ROOT / "tests" / "sources" / "sound_bulletin"
#: Raw tables that are laid down for every copy; the rules read no other but the documents, which state no figure.
COPIED = ("observation", "source", "decision", "decision_rule", "decision_cell")
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Subject:
    """One source, read and right: its descriptor, its sheets, and what intake made of it."""

    mapper: Mapper
    sheets: list[Sheet]
    rows: SourceRows

    @property
    def source_id(self) -> str:
        return self.rows.source_id


@dataclass(frozen=True)
class Copy:
    """A source as laid down: under a name of its own, with the cells of one sheet exchanged or none."""

    copy_id: str
    source_id: str
    table_id: str | None = None
    cells: list[Cell] | None = None


def subjects(seeds: Path) -> tuple[intake.Intake, dict[str, Subject]]:
    """All printed sources of `seeds` that state a figure. Raises IntakeError if intake refuses them."""
    result = intake.read(seeds)
    if result.faults:
        raise IntakeError(result.faults)
    found = {}
    for rows in result.sources:
        folder = seeds / "sources" / rows.source_id
        package, document = read_descriptor(folder, DESCRIPTOR, "", [])
        mapper = Mapper(package, document, result.lists, DESCRIPTOR)
        printed = [resource for resource in package.resources if resource.is_printed]
        if printed:
            found[rows.source_id] = Subject(mapper, [_sheet(folder, resource, rows) for resource in printed], rows)
    return result, found


def _sheet(folder: Path, resource: Table | Prose, rows: SourceRows) -> Sheet:
    records = read_records((folder / resource.path).read_text("utf-8"))
    cells = {(c["row_no"], c["column_no"]): c for c in rows.rows["observation"] if c["table_id"] == resource.name}
    return Sheet(rows.source_id, resource, records, cells)


def sampled(subject: Subject, kinds: Iterable[str], units: Units, size: int, seed: int) -> list[Mutant]:
    """Mutants of a source: of each kind at most `size` drawn at random, all if it is 0."""
    chosen = []
    for kind in kinds:
        random = Random(f"{seed}|{subject.source_id}|{kind}")
        every = [mutant for sheet in subject.sheets for mutant in mutant_kinds.mutants(sheet, kind, units, random)]
        chosen += random.sample(every, size) if 0 < size < len(every) else every
    return chosen


def read_mutant(subject: Subject, mutant: Mutant, folder: Path) -> tuple[list[Cell], list[Fault]]:
    """What intake makes of the damaged sheet: its cells, or its faults. `folder` holds the file meanwhile."""
    descriptor = subject.mapper.descriptor
    resources = [mutant.resource if r.name == mutant.resource.name else r for r in descriptor.resources]
    mapper = replace(subject.mapper, descriptor=descriptor.model_copy(update={"resources": resources}))
    setting = Setting(mapper, folder, f"sources/{subject.source_id}", folder, lambda text: None)
    layouts = laid_out(setting)
    source = SourceRows(subject.source_id, faults=descriptor_faults(setting, layouts))
    (folder / mutant.resource.path).write_text(as_csv(mutant.records), "utf-8")
    layouts[mutant.resource.name].read(source, not source.faults)
    return source.rows["observation"], source.faults


def lay_down(copies: list[Copy], found: dict[str, Subject], seeds: intake.Intake, raw: Path) -> None:
    """Write the raw layer of a batch: lists and relations as they are, and each copy as a source."""
    intake.write(replace(seeds, sources=[]), raw)
    schemas = {name: intake.SCHEMAS[name] for name in COPIED}
    frames = {
        (source_id, name): pl.DataFrame(subject.rows.rows[name], schema=schema)
        for source_id, subject in found.items()
        for name, schema in schemas.items()
    }
    for name, schema in schemas.items():
        parts = [_copied(copy, name, frames[copy.source_id, name]) for copy in copies]
        (raw / name).mkdir()
        pl.concat([pl.DataFrame(schema=schema), *parts]).write_parquet(raw / name / "copies.parquet")
    (raw / "document").mkdir()
    pl.DataFrame(schema=intake.SCHEMAS["document"]).write_parquet(raw / "document" / "copies.parquet")


def _copied(copy: Copy, name: str, frame: pl.DataFrame) -> pl.DataFrame:
    """The rows of one raw table under the copy's own name."""
    if name == "observation" and copy.cells is not None:
        exchanged = pl.DataFrame(copy.cells, schema=frame.schema)
        frame = pl.concat([frame.filter(pl.col("table_id") != copy.table_id), exchanged])
    columns = [pl.lit(copy.copy_id).alias("source_id")]
    if "observation_id" in frame.columns:
        rest = pl.col("observation_id").str.slice(len(copy.source_id))
        columns.append((pl.lit(copy.copy_id) + rest).alias("observation_id"))
    if name == "observation":
        columns.append(pl.lit(copy.copy_id).alias("actuality"))
    return frame.with_columns(columns)


def run_rules(copies: list[Copy], found: dict[str, Subject], seeds: intake.Intake, paths: Paths) -> dict[str, Findings]:
    """What the rules find on each copy. Raises RuntimeError if they cannot be run, or if two copies met."""
    candidate = paths.candidate("mutants")
    with paths.lock() as lock:
        candidates.begin(paths, candidate)
        lay_down(copies, found, seeds, candidate / "raw")
        for name in ("release", "dbt"):
            (candidate / name).mkdir()
        with contextlib.redirect_stdout(io.StringIO()):
            outcome = transform.run(paths, candidate, MODELS, lock)
        wrong = [outcome.messages[uid] for uid, status in outcome.status.items() if status == "error"]
        if wrong:
            raise RuntimeError("the rules could not be run:\n" + "\n".join(wrong))
        with open_candidate(candidate) as connection:
            found_by_copy = read_findings(connection, {copy.copy_id: copy.source_id for copy in copies})
        artifacts.remove(candidate)
    return found_by_copy


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
    return mutant_report.data(judged, originals, unharmed, names)


#: Bulletins made up whose mutants are judged as well; on the others only false alarms are counted.
DAMAGED = ("made_up_01", "made_up_02", "made_up_03", "made_up_04")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mutants", description=__doc__.splitlines()[0])
    parser.add_argument("--kinds", help=f"some of the kinds, with commas between: {', '.join(KINDS)}")
    parser.add_argument("--source", action="append", help="a source to damage; may be repeated (else all)")
    parser.add_argument(
        "--sample", type=int, default=12, help="mutants of each kind and source at most; 0 for all (12)"
    )
    parser.add_argument("--bulletins", type=int, default=40, help="bulletins to make up for false alarms (40)")
    parser.add_argument("--seed", type=int, default=1, help="of the sample and the bulletins (1)")
    parser.add_argument("--json", type=Path, help="a file for every mutant with its verdict")
    return parser.parse_args()


def main() -> None:
    options = arguments()
    # A kind may hold a comma itself: "factor 1,000".
    kinds = [kind for kind in KINDS if options.kinds is None or kind in options.kinds]
    begun = time.perf_counter()

    def tell(text: str) -> None:
        print(f"{time.perf_counter() - begun:5.0f} s  {text}", file=sys.stderr, flush=True)

    with tempfile.TemporaryDirectory(prefix="mutants_") as folder:
        paths = Paths(
            seeds=Path(shutil.copytree(ROOT / "seeds", Path(folder) / "seeds")), warehouse=Path(folder) / "wh"
        )
        shutil.copytree(SOUND, paths.seeds / "sources" / SOUND.name)
        bulletins.write(paths.seeds / "sources", options.bulletins, options.seed)
        result = measure(paths, kinds, options.source, options.sample, options.seed, tell)
    if options.json:
        options.json.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", "utf-8")
    print(mutant_report.text(result))


if __name__ == "__main__":
    main()
