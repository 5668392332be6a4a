"""Stage 1: read the seeds as text, check all of it, leave Parquet that every engine reads.

Nothing is written unless every file passed: one IntakeError names all faults of all files.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from orchestration.intake import claims, code_lists, formats
from orchestration.intake.reading import SourceRows
from orchestration.intake.seed_files import input_hash, read_withdrawals, stray_entries
from orchestration.intake.source_reader import read_source
from validations.code_lists import CodeLists
from validations.dimensions import DIMENSIONS
from validations.faults import Fault, IntakeError
from validations.list_contracts import CODELISTS
from validations.relations import RELATIONS
from validations.rules import RULES
from validations.withdrawals import Withdrawals

TEXT, WHOLE, TRUTH = pl.String, pl.Int32, pl.Boolean
OBSERVATION = {
    "observation_id": TEXT,
    "source_id": TEXT,
    "table_id": TEXT,
    "whole_table": TEXT,
    "layout": TEXT,
    "row_no": WHOLE,
    "column_no": WHOLE,
    "row_label": TEXT,
    "column_label": TEXT,
    "section": TEXT,
    "statement": TEXT,
    "file": TEXT,
    "vintage": TEXT,
    "agency": TEXT,
    "printed_value": TEXT,
    "printed_unit": TEXT,
    "unit_meant": TEXT,
    "numeral": TEXT,
    "numeral_high": TEXT,
    "decimals": WHOLE,
    "decimals_known": TRUTH,
    "percent": TRUTH,
    "is_missing": TRUTH,
    "qualifier": TEXT,
    **dict.fromkeys(DIMENSIONS, TEXT),
}
SOURCE: dict = dict.fromkeys(
    [
        "source_id",
        "title",
        "title_zh",
        "citation",
        "authors",
        "licence",
        "release_stage",
        "vintage",
        "cadence",
        "agency",
        "release_freq",
        "release_lag",
    ],
    TEXT,
) | {"quarantine_ceiling": WHOLE, "area_map": WHOLE}
DECISION = dict.fromkeys(
    [
        "source_id",
        "decision_id",
        "outcome",
        "field",
        "new_value",
        "doubted_field",
        "evidence",
        "caveat_en",
        "caveat_zh",
        "confidence",
        "decided_by",
        "decided_on",
    ],
    TEXT,
)
DECISION_RULE = dict.fromkeys(["source_id", "decision_id", "rule_id"], TEXT)
REVISION = dict.fromkeys(["source_id", "revised_source_id"], TEXT)
DECISION_CELL = {
    "source_id": TEXT,
    "decision_id": TEXT,
    "observation_id": TEXT,
    "expected_value": TEXT,
    "is_covered": TRUTH,
}
DOCUMENT = {
    **dict.fromkeys(["document_id", "source_id", "table_id", "kind", "file"], TEXT),
    "row_no": WHOLE,
    **dict.fromkeys(["title", "number", "release_year", "date", "section", "scheme", "ref_area", "statement"], TEXT),
    **dict.fromkeys(["issuer_en", "issuer_zh"], TEXT),
}
WITHDRAWALS_CHECK = "intake.codelists.withdrawals"
CHECK = {"stage": WHOLE, "table_name": TEXT, "check_id": TEXT, "verdict": TEXT, "observed": TEXT}
SCHEMAS = {
    "observation": OBSERVATION,
    "document": DOCUMENT,
    "source": SOURCE,
    "revision": REVISION,
    "decision": DECISION,
    "decision_rule": DECISION_RULE,
    "decision_cell": DECISION_CELL,
    **claims.SCHEMAS,
}


@dataclass
class Intake:
    """The seeds, read and checked. `input_hash` covers every byte of every file."""

    source_ids: list[str]
    sources: list[SourceRows]
    lists: CodeLists
    relations: dict[str, list[dict[str, str | None]]]
    faults: list[Fault]
    observed: dict[str, str]
    input_hash: str
    seeds: Path
    withdrawals: Withdrawals

    def checks(self) -> list[dict]:
        """The verdict of every declared check of this stage, one row each."""
        failed = Counter(fault.check for fault in self.faults)

        def verdict(check_id: str) -> tuple[str, str]:
            if failed[check_id]:
                return "failed", f"{failed[check_id]} fault(s)"
            return ("passed", self.observed[check_id]) if check_id in self.observed else ("not_run", "")

        rows = [(check_id, *verdict(check_id)) for check_id in declared_checks(self.source_ids)]
        return [
            {
                "stage": 1,
                "table_name": check_id.removeprefix("intake.").rpartition(".")[0],
                "check_id": check_id,
                "verdict": verdict,
                "observed": observed,
            }
            for check_id, verdict, observed in rows
        ]


def source_ids(seeds: Path) -> list[str]:
    """The sources: the folders of `seeds/sources`, by name."""
    folder = seeds / "sources"
    return sorted(path.name for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []


def declared_checks(sources: list[str]) -> list[str]:
    """Ids of the checks that stage 1 must run: declared by code and source folders, not by results."""
    ids = [
        f"intake.{kind}.{name}"
        for kind, names in (("codelists", CODELISTS), ("relations", RELATIONS), ("rules", RULES))
        for name in names
    ]
    return ["intake.codelists.files", WITHDRAWALS_CHECK, *ids] + [
        f"intake.{source}.{part}"
        for source in sources
        for part in ("files", "descriptor", "figures", "decisions", "claims")
    ]


def read(
    seeds: Path,
    spill: Path | None = None,
    progress: Callable[[str], None] = lambda text: None,
    only: str | None = None,
) -> Intake:
    """Read and check everything; faults are collected, not raised.

    `spill`: where bulk files that exceed memory are spilled to; `progress` is told of every bulk file. `only`: read
    this source and, to compare it with, those others that are printed and pass; faults are those of the one.
    """
    if spill is None:
        # A folder of its own, whose name nobody can know before: others may write where it lies.
        with tempfile.TemporaryDirectory(prefix="minsheng-") as folder:
            return read(seeds, Path(folder), progress, only)
    digest = input_hash(seeds)
    found = code_lists.read(seeds)
    lists, faults, observed = found.lists, [*stray_entries(seeds), *found.faults], dict(found.observed)
    names, sources = source_ids(seeds), []
    withdrawals = read_withdrawals(seeds, names, WITHDRAWALS_CHECK, faults)
    # Waivers are spent with one release, so they are no part of what a release says of itself.
    observed[WITHDRAWALS_CHECK] = f"{len(withdrawals.sources)} withdrawn source(s)"
    observed["intake.codelists.files"] = f"{len(names)} source folder(s)"
    if not faults:
        chosen = names if only is None else [n for n in names if n == only or not _is_bulk(seeds, n)]
        sources = [read_source(seeds, name, lists, spill, progress) for name in chosen]
        if only is not None:
            sources = [source for source in sources if source.source_id == only or not source.faults]
            names = [source.source_id for source in sources]
        if not names:
            faults.append(Fault("sources", None, "", "no folder", "a folder for each source", "intake.codelists.files"))
    for source in sources:
        source.faults += _revised_in_turn(source, sources)
        faults += source.faults
        observed |= source.observed
    return Intake(names, sources, lists, found.relations, faults, observed, digest, seeds, withdrawals)


def _revised_in_turn(source: SourceRows, sources: list[SourceRows]) -> list[Fault]:
    """Add the sources that `source` revises by revising others; one that would revise itself so is a fault."""
    revises = {s.source_id: [str(row["revised_source_id"]) for row in s.rows["revision"]] for s in sources}
    found, waiting = set(), list(revises[source.source_id])
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += revises.get(name, [])
    if source.source_id in found:
        file, check = f"sources/{source.source_id}/datapackage.yaml", f"intake.{source.source_id}.descriptor"
        read = ", ".join(sorted(found))
        return [Fault(file, None, "revises", read, "sources that do not revise this one in turn", check)]
    source.rows["revision"] = [{"source_id": source.source_id, "revised_source_id": name} for name in sorted(found)]
    return []


def write(intake: Intake, raw: Path, progress: Callable[[str], None] = lambda text: None) -> None:
    """Leave the raw Parquet under `raw`. Raises IntakeError if the seeds hold faults.

    Printed figures are one file a source, bulk figures one file for each file of the source.
    """
    if intake.faults:
        raise IntakeError(intake.faults)
    for source in intake.sources:
        for name, schema in SCHEMAS.items():
            _write(source.rows[name], schema, raw / name / f"{source.source_id}.parquet")
        for name, figures in source.bulk.items():
            figures.write(raw / "observation" / source.source_id / name, raw / "spill", progress)
    for kind, tables, columns in (
        ("codelist", intake.lists.records, CODELISTS),
        ("relation", intake.relations, RELATIONS),
        ("rule", intake.lists.rules, RULES),
    ):
        for name, records in tables.items():
            _write(list(records), dict.fromkeys(columns[name], TEXT), raw / kind / f"{name}.parquet")
    # Bulk files are read a second time to be laid down: what was checked must be what lies there.
    if input_hash(intake.seeds) != intake.input_hash:
        fault = Fault("sources", None, "", "files that changed while they were read", "seeds at rest", "")
        raise IntakeError([fault])
    _write(intake.checks(), CHECK, raw / "check.parquet")
    (raw / "withdrawals.json").write_text(intake.withdrawals.model_dump_json(warnings=False) + "\n", encoding="utf-8")
    (raw / "input_hash").write_text(intake.input_hash + "\n")


def _is_bulk(seeds: Path, name: str) -> bool:
    """Whether the folder of a source holds anything but texts on a page: a bulk file that is no page, or a folder of files."""
    only_bulk = formats.BULKS.keys() - formats.PAGES
    return any(p.is_dir() or p.suffix in only_bulk for p in (seeds / "sources" / name).iterdir())


def _write(rows: list[dict], schema: dict, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pl.DataFrame(rows, schema=schema).write_parquet(path)
