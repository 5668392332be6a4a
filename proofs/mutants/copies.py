"""Damaged copies of sources, read by intake and judged by every rule beside each other.

A mutant is read by intake as a person's slip would be. Those that pass are laid down as copies of their source in one
raw layer, and one dbt run judges a batch of them: each copy is a source of its own whose figures bear an `actuality` of
their own, a dimension that every key of the rules holds, so that no copy meets another.
"""

from __future__ import annotations

import contextlib
import io
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from orchestration import artifacts, intake, transform
from orchestration.findings import open_candidate
from orchestration.intake.layouts import descriptor_faults, laid_out
from orchestration.intake.mapping import Cell, Mapper
from orchestration.intake.reading import Setting, SourceRows
from orchestration.intake.source_reader import DESCRIPTOR, read_descriptor
from orchestration.paths import Paths
from orchestration.release import candidates
from proofs.mutants.judge import Findings, read_findings
from proofs.mutants.sheet import Mutant, Sheet, as_csv, read_records
from validations.faults import Fault, IntakeError
from validations.layouts import Prose, Table

MODELS = ["run", "--select", "+finding", "+finding_observation"]
#: Raw tables that are laid down for every copy.
COPIED = ("observation", "source", "decision", "decision_rule", "decision_cell")
#: Those that rules read beside them, and that say nothing of a copy: a document states no figure, no copy revises another.
EMPTY = ("document", "revision")


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


def read_mutant(subject: Subject, mutant: Mutant, folder: Path) -> tuple[list[Cell], list[Fault]]:
    """What intake makes of the damaged sheet: its cells, or its faults. `folder` holds the file meanwhile.

    Of the descriptor only what the mutant changes is judged again; the rest is the source's own, and right.
    """
    descriptor = subject.mapper.descriptor
    mapper = replace(subject.mapper, descriptor=descriptor.model_copy(update={"resources": [mutant.resource]}))
    setting = Setting(mapper, folder, f"sources/{subject.source_id}", folder, lambda text: None)
    layouts = laid_out(setting)
    is_changed = mutant.resource not in descriptor.resources
    source = SourceRows(subject.source_id, faults=descriptor_faults(setting, layouts) if is_changed else [])
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
    for name in EMPTY:
        (raw / name).mkdir()
        pl.DataFrame(schema=intake.SCHEMAS[name]).write_parquet(raw / name / "copies.parquet")


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
