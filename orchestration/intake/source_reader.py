"""One source folder: its descriptor, its tables and prose as cells, and the decisions about them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from orchestration.intake.claims import CLAIMS, read_claims
from orchestration.intake.mapping import Cell, Mapper, cover_cells
from orchestration.intake.prose import prose_cells
from orchestration.intake.register import register_rows
from orchestration.intake.seed_files import csv_records, extra_files, header_faults, parse_yaml
from orchestration.intake.tidy import TidyReader
from orchestration.intake.tidy_query import Part, TidyQuery
from validations import contracts, rules
from validations.contracts import CodeLists
from validations.decision import Cover, Decision, Decisions
from validations.descriptor import DIMENSIONS, Descriptor, Prose, Register, Table, Tidy
from validations.faults import Fault

DESCRIPTOR, DECISIONS = "datapackage.yaml", "decisions.yaml"
PLAIN_NUMBER = r"-?[0-9]{1,15}(\.[0-9]{1,8})?"
#: What a source gives, table by table of the raw layer.
TABLES = ("observation", "document", "source", "decision", "decision_rule", "decision_cell", "claim", "claim_operand")


@dataclass
class SourceRows:
    """What one source folder holds, table by table, and the checks it went through.

    `bulk`: the files of its tidy resources, whose rows are never held in memory.
    """

    source_id: str
    rows: dict[str, list[Cell]] = field(default_factory=lambda: {name: [] for name in TABLES})
    faults: list[Fault] = field(default_factory=list)
    observed: dict[str, str] = field(default_factory=dict)
    bulk: list[tuple[TidyReader, list[Part]]] = field(default_factory=list)
    bulk_figures: int = 0

    @property
    def figures(self) -> int:
        """Figures of the source, printed and bulk."""
        return len(self.rows["observation"]) + self.bulk_figures


def read_source(seeds: Path, name: str, lists: CodeLists, spill: Path, progress: Callable[[str], None]) -> SourceRows:
    """Everything that the folder `name` holds, with all its faults."""
    folder = seeds / "sources" / name
    source = SourceRows(name)
    check = {part: f"intake.{name}.{part}" for part in ("files", "descriptor", "figures", "decisions", "claims")}

    def relative(file: str) -> str:
        return f"sources/{name}/{file}"

    parsed = parse_yaml(folder / DESCRIPTOR, Descriptor, relative(DESCRIPTOR), check["descriptor"], source.faults)
    if parsed is None:
        return source
    package, document = parsed
    if package.name != name:
        source.faults.append(
            Fault(
                relative(DESCRIPTOR),
                document.line(("name",)),
                "name",
                package.name,
                f"the folder's name, {name}",
                check["descriptor"],
            )
        )
    files = {DESCRIPTOR, DECISIONS, CLAIMS, "README.md", *(resource.path for resource in package.resources)}
    folders = frozenset(r.path for r in package.resources if isinstance(r, Tidy) and r.is_folder)
    source.faults += extra_files(folder, seeds, files, check["files"], folders)
    source.observed[check["files"]] = f"{len(package.resources) + 2} files"

    mapper = Mapper(package, document, lists, relative(DESCRIPTOR))
    source.faults += mapper.descriptor_faults()
    source.observed[check["descriptor"]] = f"{len(package.resources)} resources"
    descriptor_is_sound = all(fault.check != check["descriptor"] for fault in source.faults)
    for resource in package.resources:
        if isinstance(resource, Register):
            source.rows["document"] += register_rows(mapper, resource, folder, relative(resource.path), source.faults)
        elif not isinstance(resource, Tidy):
            source.rows["observation"] += resource_cells(
                folder, resource, mapper, relative(resource.path), source, descriptor_is_sound
            )
        elif descriptor_is_sound:
            tolerant = package.quarantine_ceiling is not None
            query = TidyQuery(package, resource)
            reader = TidyReader(mapper, resource, folder, relative(resource.path), tolerant, query)
            parts, rows = _read_parts(reader, source.faults, spill, progress)
            source.bulk.append((reader, parts))
            source.bulk_figures += rows
    source.faults = [_under(fault, check) for fault in source.faults]
    source.observed[check["figures"]] = f"{source.figures} figures"

    source.rows["source"].append(
        {
            "source_id": name,
            "title": package.title,
            "title_zh": package.title_zh,
            "citation": package.citation,
            "authors": "; ".join(person.title for person in package.contributors),
            "licence": "; ".join(licence.title for licence in package.licenses),
            "release_stage": package.release_stage,
            "vintage": package.vintage,
            "cadence": package.cadence,
            "agency": package.agency,
            "quarantine_ceiling": package.quarantine_ceiling,
            "area_map": package.area_map,
        }
    )
    read_decisions(folder, relative(DECISIONS), check["decisions"], mapper, source, spill)
    counted = read_claims(folder, relative(CLAIMS), check["claims"], name, source.rows, source.faults)
    if counted:
        source.observed[check["claims"]] = counted
    return source


def _under(fault: Fault, check: dict[str, str]) -> Fault:
    """File faults found while reading a resource stay what they are; figures' faults share one check."""
    if fault.check in check.values():
        return fault
    return Fault(fault.file, fault.row, fault.column, fault.read, fault.expected, check["figures"])


def resource_cells(
    folder: Path, resource: Table | Prose, mapper: Mapper, file: str, source: SourceRows, sound: bool
) -> list[Cell]:
    """The cells of one printed table or of the text; its faults are added to `source`, and without cells if it has any.

    What passes one check is held to the next: a text that is no number hides no figure without a unit.
    `sound`: whether the descriptor passed its own checks; if not, labels are checked and nothing is mapped.
    """
    check = mapper.check("figures")
    records = csv_records(folder / resource.path, file, mapper.check("files"), source.faults)
    if records is None:
        return []
    header, rows, lines = records.header, records.rows, records.lines[1:]
    before = len(source.faults)
    if isinstance(resource, Prose):
        source.faults += header_faults(records, contracts.prose_columns(header), file, check)
        if len(source.faults) > before:
            return []
        texts = [{key: value or None for key, value in zip(header, row)} for row in rows]
        frame = pl.DataFrame(texts, schema=dict.fromkeys(header, pl.String))
        wrong = contracts.faults(contracts.prose(mapper.lists, header), frame, file, check, lines)
        source.faults += wrong
        if not sound:
            return []
        # The rows that passed are looked at further: what is wrong with one hides nothing of another.
        broken = {fault.row for fault in wrong}
        passed = [] if None in broken else [index for index, line in enumerate(lines) if line not in broken]
        texts, lines = [texts[index] for index in passed], [lines[index] for index in passed]
        cells, faults = prose_cells(mapper, resource, texts, lines, file)
    else:
        # A column without a label is told once, not in each of its cells.
        columns = {0: "label"} | {n: str(n) for n in range(1, len(header)) if header[n]}
        names = {name: f"{n + 1} ({header[n]})" if n else "1" for n, name in columns.items()}
        frame = pl.DataFrame(
            [{name: row[n] for n, name in columns.items()} for row in rows],
            schema=dict.fromkeys(columns.values(), pl.String),
        )
        schema = contracts.printed_table(list(columns.values())[1:], resource.missing_values, mapper.lists)
        source.faults += contracts.faults(schema, frame, file, check, lines, names)
        source.faults += mapper.label_faults(resource, records, file)
        if not sound:
            return []
        cells, faults = mapper.table_cells(resource, records, file)
    source.faults += faults
    return [] if len(source.faults) > before else cells


def read_decisions(folder: Path, file: str, check: str, mapper: Mapper, source: SourceRows, spill: Path) -> None:
    if not (folder / DECISIONS).exists():
        source.observed[check] = "0 decisions"
        return
    parsed = parse_yaml(folder / DECISIONS, Decisions, file, check, source.faults)
    if parsed is None or any(fault.check != check for fault in source.faults):
        return
    decisions, document = parsed
    rule_ids = rules.ids(mapper.lists.rules)
    decided: dict[str, Cell] = {}
    changed: dict[tuple, str] = {}
    for number, decision in enumerate(decisions.decisions):
        place = ("decisions", number)

        def fault(where: tuple, read: str, expected: str) -> None:
            source.faults.append(Fault(file, document.line(where), ".".join(map(str, where)), read, expected, check))

        _check_new_value(decision, (*place, "new_value"), mapper.lists, fault)
        for index, rule_id in enumerate(decision.rules):
            if expected := rules.unknown(rule_id, rule_ids):
                fault((*place, "rules", index), rule_id, expected)
        for kind in ("covers", "rests_on"):
            for index, cover in enumerate(getattr(decision, kind)):
                where = (*place, kind, index)
                selected = _covered(cover, source, spill)
                if not selected:
                    read = f"table {cover.table}, " + (
                        ", ".join(f"{name} {code}" for name, code in cover.where.items())
                        or f"row {cover.row}, column {cover.column}"
                    )
                    fault(where, read, "cells that the source has")
                elif len(selected) != len(cover.expected):
                    fault((*where, "expected"), f"{len(cover.expected)} texts", f"{len(selected)}: one for each cell")
                    selected = []
                for cell, expected in zip(selected, cover.expected):
                    key = cell["observation_id"]
                    source.rows["decision_cell"].append(
                        {
                            "source_id": source.source_id,
                            "decision_id": decision.decision_id,
                            "observation_id": key,
                            "expected_value": expected,
                            "is_covered": kind == "covers",
                        }
                    )
                    if kind == "covers" and decision.field == "printed_value" and cell["numeral_high"]:
                        fault(where, str(cell["printed_value"]), "one number: a range is quarantined or flagged")
                    if kind == "covers" and decision.field:
                        if other := changed.get((key, decision.field)):
                            fault(
                                where,
                                f"{decision.field} of a cell that {other} changes",
                                "one decision for each field of a cell",
                            )
                        changed[(key, decision.field)] = decision.decision_id
                        if decision.field in DIMENSIONS:
                            decided.setdefault(key, dict(cell))[decision.field] = decision.new_value
        source.rows["decision"].append(
            {
                "source_id": source.source_id,
                **decision.model_dump(exclude={"covers", "rests_on", "rules", "decided_on"}),
                "decided_on": decision.decided_on.isoformat(),
            }
        )
        source.rows["decision_rule"] += [
            {"source_id": source.source_id, "decision_id": decision.decision_id, "rule_id": rule}
            for rule in decision.rules
        ]
    for cell in decided.values():
        for name, read, expected in mapper.dimension_faults(cell):
            at = f"{cell['table_id']}, row {cell['row_no']}, column {cell['column_no']}, after decisions: {name}"
            source.faults.append(Fault(file, None, at, read, expected, check))
    times = Counter((c["decision_id"], c["observation_id"]) for c in source.rows["decision_cell"])
    for (name, cell_id), count in times.items():
        if count > 1:
            source.faults.append(Fault(file, None, name, f"{cell_id} twice", "each cell of a decision once", check))
    source.observed[check] = f"{len(decisions.decisions)} decisions"


def _covered(cover: Cover, source: SourceRows, spill: Path) -> list[Cell]:
    """The figures that a selector covers, in the order of the page or of the files."""
    for reader, parts in source.bulk:
        if reader.resource.name == cover.table:
            if not cover.where:
                return []
            with reader.connect(spill) as connection:
                return reader.select(connection, parts, cover.where, len(cover.expected))
    return [] if cover.where else cover_cells(cover, source.rows["observation"])


def _check_new_value(
    decision: Decision, place: tuple, lists: CodeLists, fault: Callable[[tuple, str, str], None]
) -> None:
    """A new unit or status is a code, a new number plain; new dimensions are checked cell by cell."""
    if decision.field == "printed_value" and not re.fullmatch(PLAIN_NUMBER, decision.new_value or "", flags=re.ASCII):
        fault(place, decision.new_value or "", "a number such as 1234.5, without separators or percent sign")
    if decision.field == "printed_unit" and decision.new_value not in lists.codes("unit_text"):
        fault(place, decision.new_value or "", "a unit text of unit_text.csv, whole")


def _read_parts(
    reader: TidyReader, faults: list[Fault], spill: Path, progress: Callable[[str], None]
) -> tuple[list[Part], int]:
    """Check every file of a resource; returns the files and their rows."""
    parts, rows = reader.parts(faults), 0
    with reader.connect(spill) as connection:
        for number, part in enumerate(parts, start=1):
            read, wrong = reader.faults(connection, part)
            rows += read
            faults += wrong
            progress(
                f"{part.file}: checked, file {number} of {len(parts)}, {rows:,} rows so far, {len(faults)} fault(s)"
            )
    return parts, rows
