"""Stage 1: read the seeds as text, check all of it, leave Parquet that every engine reads.

Nothing is written unless every file passed: one IntakeError names all faults of all files.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from orchestration.mapping import Cell, Mapper, cover_cells
from validations import contracts, descriptor, strict_yaml
from validations.contracts import CODELISTS, RELATIONS, CodeLists
from validations.descriptor import DIMENSIONS, Decisions, Descriptor, Prose, Table
from validations.faults import Fault, IntakeError

DESCRIPTOR, DECISIONS = "datapackage.yaml", "decisions.yaml"
MAX_BYTES = 20_000_000
PLAIN_NUMBER = r"-?[0-9]{1,15}(\.[0-9]{1,8})?"

TEXT, WHOLE, TRUTH = pl.String, pl.Int32, pl.Boolean
OBSERVATION = {
    "source_id": TEXT,
    "table_id": TEXT,
    "layout": TEXT,
    "row_no": WHOLE,
    "column_no": WHOLE,
    "row_label": TEXT,
    "column_label": TEXT,
    "section": TEXT,
    "statement": TEXT,
    "file": TEXT,
    "printed_value": TEXT,
    "printed_unit": TEXT,
    "numeral": TEXT,
    "decimals": WHOLE,
    "percent": TRUTH,
    "is_missing": TRUTH,
    "qualifier": TEXT,
    **dict.fromkeys(DIMENSIONS, TEXT),
}
SOURCE = dict.fromkeys(
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
    ],
    TEXT,
)
DECISION = dict.fromkeys(
    [
        "source_id",
        "decision_id",
        "outcome",
        "field",
        "new_value",
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
DECISION_CELL = {
    "source_id": TEXT,
    "decision_id": TEXT,
    "table_id": TEXT,
    "row_no": WHOLE,
    "column_no": WHOLE,
    "expected_value": TEXT,
    "is_covered": TRUTH,
}
CHECK = {"stage": WHOLE, "table_name": TEXT, "check_id": TEXT, "verdict": TEXT, "observed": TEXT}
SCHEMAS = {
    "observation": OBSERVATION,
    "source": SOURCE,
    "decision": DECISION,
    "decision_rule": DECISION_RULE,
    "decision_cell": DECISION_CELL,
}


@dataclass
class SourceRows:
    """What one source folder holds, table by table, and the checks it went through."""

    source_id: str
    rows: dict[str, list[Cell]] = field(default_factory=lambda: {name: [] for name in SCHEMAS})
    faults: list[Fault] = field(default_factory=list)
    observed: dict[str, str] = field(default_factory=dict)


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
        for kind, names in (("codelists", CODELISTS), ("relations", RELATIONS))
        for name in names
    ]
    return ["intake.codelists.files", *ids] + [
        f"intake.{source}.{part}" for source in sources for part in ("files", "descriptor", "figures", "decisions")
    ]


def read(seeds: Path) -> Intake:
    """Read and check everything; faults are collected, not raised."""
    faults: list[Fault] = []
    observed: dict[str, str] = {}
    raw_lists = {name: _seed_records(seeds, "codelists", name, columns, faults) for name, columns in CODELISTS.items()}
    lists = CodeLists(raw_lists)
    relations = {name: _seed_records(seeds, "relations", name, columns, faults) for name, columns in RELATIONS.items()}
    faults += _stray_entries(seeds)
    faults += _extra_files(seeds / "codelists", seeds, {f"{n}.csv" for n in CODELISTS}, "intake.codelists.files")
    faults += _extra_files(seeds / "relations", seeds, {f"{n}.csv" for n in RELATIONS}, "intake.codelists.files")
    for kind, tables, contract in (
        ("codelists", raw_lists, contracts.codelist),
        ("relations", relations, contracts.relation),
    ):
        for name, records in tables.items():
            check = f"intake.{kind}.{name}"
            frame = pl.DataFrame(records, schema=dict.fromkeys((CODELISTS | RELATIONS)[name], TEXT))
            if not any(fault.check == check for fault in faults):
                faults += contracts.faults(contract(name, lists), frame, f"{kind}/{name}.csv", check)
            observed[check] = f"{len(records)} rows"
    names, sources = source_ids(seeds), []
    observed["intake.codelists.files"] = f"{len(names)} source folder(s)"
    if not faults:
        sources = [_read_source(seeds, name, lists) for name in names]
        if not names:
            faults.append(Fault("sources", None, "", "no folder", "a folder for each source", "intake.codelists.files"))
    for source in sources:
        faults += source.faults
        observed |= source.observed
    return Intake(names, sources, lists, relations, faults, observed, input_hash(seeds))


def write(intake: Intake, raw: Path) -> None:
    """Leave the raw Parquet under `raw`. Raises IntakeError if the seeds hold faults."""
    if intake.faults:
        raise IntakeError(intake.faults)
    for source in intake.sources:
        for name, schema in SCHEMAS.items():
            _write(source.rows[name], schema, raw / name / f"{source.source_id}.parquet")
    for kind, tables, columns in (
        ("codelist", intake.lists.records, CODELISTS),
        ("relation", intake.relations, RELATIONS),
    ):
        for name, records in tables.items():
            _write(list(records), dict.fromkeys(columns[name], TEXT), raw / kind / f"{name}.parquet")
    _write(intake.checks(), CHECK, raw / "check.parquet")
    (raw / "input_hash").write_text(intake.input_hash + "\n")


def input_hash(seeds: Path) -> str:
    """sha256 over the names and bytes of every seed file, in the order of names."""
    digest = hashlib.sha256()
    for path in sorted(p for p in seeds.rglob("*") if p.is_file() and not p.is_symlink()):
        digest.update(f"{path.relative_to(seeds).as_posix()}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _write(rows: list[dict], schema: dict, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pl.DataFrame(rows, schema=schema).write_parquet(path)


def _read_source(seeds: Path, name: str, lists: CodeLists) -> SourceRows:
    folder = seeds / "sources" / name
    source = SourceRows(name)
    check = {part: f"intake.{name}.{part}" for part in ("files", "descriptor", "figures", "decisions")}

    def relative(file: str) -> str:
        return f"sources/{name}/{file}"

    parsed = _parse_yaml(folder / DESCRIPTOR, Descriptor, relative(DESCRIPTOR), check["descriptor"], source.faults)
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
    files = {DESCRIPTOR, DECISIONS, "README.md", *(resource.path for resource in package.resources)}
    source.faults += _extra_files(folder, seeds, files, check["files"])
    source.observed[check["files"]] = f"{len(package.resources) + 2} files"

    mapper = Mapper(package, document, lists, relative(DESCRIPTOR))
    source.faults += mapper.descriptor_faults()
    source.observed[check["descriptor"]] = f"{len(package.resources)} resources"
    descriptor_is_sound = not source.faults
    for resource in package.resources:
        source.rows["observation"] += _resource_cells(
            folder, resource, mapper, relative(resource.path), source, descriptor_is_sound
        )
    source.faults = [_under(fault, check) for fault in source.faults]
    source.observed[check["figures"]] = f"{len(source.rows['observation'])} printed figures"

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
        }
    )
    _read_decisions(folder, relative(DECISIONS), check["decisions"], mapper, source)
    return source


def _under(fault: Fault, check: dict[str, str]) -> Fault:
    """File faults found while reading a resource stay what they are; figures' faults share one check."""
    if fault.check in check.values():
        return fault
    return Fault(fault.file, fault.row, fault.column, fault.read, fault.expected, check["figures"])


def _resource_cells(
    folder: Path, resource: Table | Prose, mapper: Mapper, file: str, source: SourceRows, sound: bool
) -> list[Cell]:
    check = mapper.check("figures")
    records = _csv_rows(folder / resource.path, file, mapper.check("files"), source.faults)
    if records is None:
        return []
    header, *rows = records
    before = len(source.faults)
    if isinstance(resource, Prose):
        source.faults += _header_faults(header, contracts.PROSE_COLUMNS, file, check)
        if len(source.faults) > before:
            return []
        texts = [{key: value or None for key, value in zip(header, row)} for row in rows]
        frame = pl.DataFrame(texts, schema=dict.fromkeys(header, TEXT))
        source.faults += contracts.faults(contracts.prose(mapper.lists), frame, file, check)
        if len(source.faults) > before or not sound:
            return []
        cells, faults = mapper.prose_cells(resource, texts, file)
    else:
        width = len(header) - 1
        names = {str(n): f"{n + 1} ({header[n]})" for n in range(1, width + 1)} | {"label": "1"}
        columns = ["label", *(str(n) for n in range(1, width + 1))]
        frame = pl.DataFrame([dict(zip(columns, row)) for row in rows], schema=dict.fromkeys(columns, TEXT))
        schema = contracts.printed_table(width, resource.missing_values, mapper.lists)
        source.faults += contracts.faults(schema, frame, file, check, names)
        source.faults += mapper.label_faults(resource, header, [row[0] for row in rows], file)
        if len(source.faults) > before or not sound:
            return []
        cells, faults = mapper.table_cells(resource, header, rows, file)
    source.faults += faults
    return cells


def _read_decisions(folder: Path, file: str, check: str, mapper: Mapper, source: SourceRows) -> None:
    if not (folder / DECISIONS).exists():
        source.observed[check] = "0 decisions"
        return
    parsed = _parse_yaml(folder / DECISIONS, Decisions, file, check, source.faults)
    if parsed is None or any(fault.check != check for fault in source.faults):
        return
    decisions, document = parsed
    cells = {(c["table_id"], c["row_no"], c["column_no"]): c for c in source.rows["observation"]}
    decided = {place: {name: cell[name] for name in DIMENSIONS} for place, cell in cells.items()}
    changed: dict[tuple, str] = {}
    for number, decision in enumerate(decisions.decisions):
        place = ("decisions", number)

        def fault(where: tuple, read: str, expected: str) -> None:
            source.faults.append(Fault(file, document.line(where), ".".join(map(str, where)), read, expected, check))

        _check_new_value(decision, (*place, "new_value"), mapper.lists, fault)
        for kind in ("covers", "rests_on"):
            for index, cover in enumerate(getattr(decision, kind)):
                where = (*place, kind, index)
                in_table = [cell for key, cell in cells.items() if key[0] == cover.table]
                selected = cover_cells(cover.row, cover.column, in_table)
                if not selected:
                    fault(
                        where,
                        f"table {cover.table}, row {cover.row}, column {cover.column}",
                        "cells that the source has",
                    )
                elif len(selected) != len(cover.expected):
                    fault((*where, "expected"), f"{len(cover.expected)} texts", f"{len(selected)}: one for each cell")
                    selected = []
                for cell, expected in zip(selected, cover.expected):
                    key = (cell["table_id"], cell["row_no"], cell["column_no"])
                    source.rows["decision_cell"].append(
                        {
                            "source_id": source.source_id,
                            "decision_id": decision.decision_id,
                            **dict(zip(("table_id", "row_no", "column_no"), key)),
                            "expected_value": expected,
                            "is_covered": kind == "covers",
                        }
                    )
                    if kind == "covers" and decision.field:
                        if other := changed.get((*key, decision.field)):
                            fault(
                                where,
                                f"{decision.field} of a cell that {other} changes",
                                "one decision for each field of a cell",
                            )
                        changed[(*key, decision.field)] = decision.decision_id
                        if decision.field in DIMENSIONS:
                            decided[key][decision.field] = decision.new_value
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
    for (table, row, column), values in decided.items():
        for name, read, expected in mapper.dimension_faults(values):
            at = f"{table}, row {row}, column {column}, after decisions: {name}"
            source.faults.append(Fault(file, None, at, read, expected, check))
    doubled = [
        key
        for key, times in Counter(
            (c["decision_id"], c["table_id"], c["row_no"], c["column_no"]) for c in source.rows["decision_cell"]
        ).items()
        if times > 1
    ]
    for name, table, row, column in doubled:
        source.faults.append(
            Fault(file, None, name, f"{table}, row {row}, column {column} twice", "each cell of a decision once", check)
        )
    source.observed[check] = f"{len(decisions.decisions)} decisions"


def _check_new_value(
    decision: descriptor.Decision, place: tuple, lists: CodeLists, fault: Callable[[tuple, str, str], None]
) -> None:
    """A new unit or status is a code, a new number plain; new dimensions are checked cell by cell."""
    if decision.field == "printed_value" and not re.fullmatch(PLAIN_NUMBER, decision.new_value or "", flags=re.ASCII):
        fault(place, decision.new_value or "", "a number such as 1234.5, without separators or percent sign")
    if decision.field == "printed_unit" and decision.new_value not in lists.codes("unit_text"):
        fault(place, decision.new_value or "", "a unit text of unit_text.csv, whole")


def _parse_yaml(path: Path, model: type, file: str, check: str, faults: list[Fault]):
    text = _text(path, file, check, faults)
    if text is None:
        return None
    try:
        document = strict_yaml.load(text)
    except strict_yaml.StrictYamlError as error:
        faults.append(Fault(file, error.line, "", error.read, error.expected, check))
        return None
    parsed, found = descriptor.parse(model, document, file, check)
    faults += found
    return None if parsed is None else (parsed, document)


def _seed_records(
    seeds: Path, kind: str, name: str, columns: list[str], faults: list[Fault]
) -> list[dict[str, str | None]]:
    file, check = f"{kind}/{name}.csv", f"intake.{kind}.{name}"
    rows = _csv_rows(seeds / kind / f"{name}.csv", file, check, faults)
    if rows is None:
        return []
    wrong = _header_faults(rows[0], columns, file, check)
    faults += wrong
    return [] if wrong else [{key: value or None for key, value in zip(columns, row)} for row in rows[1:]]


def _header_faults(header: list[str], expected: list[str], file: str, check: str) -> list[Fault]:
    if header == expected:
        return []
    return [Fault(file, 1, "", ",".join(header), f"the header {','.join(expected)}", check)]


def _csv_rows(path: Path, file: str, check: str, faults: list[Fault]) -> list[list[str]] | None:
    """Records of a CSV file, all of one width; None (and faults) if it cannot be read as such."""
    text = _text(path, file, check, faults)
    if text is None:
        return None
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        faults.append(
            Fault(file, None, "", str(error), "CSV: comma between cells, quotes doubled inside quotes", check)
        )
        return None
    if len(rows) < 2:
        faults.append(Fault(file, None, "", f"{len(rows)} row(s)", "a header and at least one row", check))
        return None
    ragged = [(number, len(row)) for number, row in enumerate(rows, start=1) if len(row) != len(rows[0])]
    faults += [
        Fault(file, number, "", f"{width} cells", f"{len(rows[0])} cells, as the header has", check)
        for number, width in ragged
    ]
    return None if ragged else rows


def _text(path: Path, file: str, check: str, faults: list[Fault]) -> str | None:
    """The UTF-8 text of a regular file; None (and a fault) for anything else."""
    if path.is_symlink() or not path.is_file():
        faults.append(Fault(file, None, "", "a link" if path.is_symlink() else "no such file", "a file", check))
        return None
    if path.stat().st_size > MAX_BYTES:
        faults.append(Fault(file, None, "", f"{path.stat().st_size} bytes", f"at most {MAX_BYTES} bytes", check))
        return None
    data = path.read_bytes()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = data[: error.start].count(b"\n") + 1
        faults.append(
            Fault(file, row, "", f"byte 0x{data[error.start]:02x} at offset {error.start}", "text in UTF-8", check)
        )
        return None


def _stray_entries(seeds: Path) -> list[Fault]:
    """Links anywhere, and files and folders where nothing reads them: left out in silence, they would seem loaded."""
    check = "intake.codelists.files"
    links = [path for path in sorted(seeds.rglob("*")) if path.is_symlink() and path.is_dir()]
    faults = [Fault(p.relative_to(seeds).as_posix(), None, "", "a link to a folder", "a folder", check) for p in links]
    strays = [path for path in sorted(seeds.iterdir()) if path.name not in ("sources", "codelists", "relations")]
    if (seeds / "sources").is_dir():
        strays += [path for path in sorted((seeds / "sources").iterdir()) if not path.is_dir()]
    return faults + [
        Fault(
            p.relative_to(seeds).as_posix(),
            None,
            "",
            "an entry that nothing reads",
            "only codelists, relations, and a folder for each source",
            check,
        )
        for p in strays
    ]


def _extra_files(folder: Path, seeds: Path, known: set[str], check: str) -> list[Fault]:
    if not folder.is_dir():
        return []
    extra = sorted(path for path in folder.iterdir() if path.name not in known or path.is_dir())
    return [
        Fault(
            path.relative_to(seeds).as_posix(),
            None,
            "",
            "a file that nothing declares",
            f"only {', '.join(sorted(known))}",
            check,
        )
        for path in extra
    ]
