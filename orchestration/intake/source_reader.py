"""One source folder: its descriptor, its resources as their layouts say, and the decisions and claims about them."""

from __future__ import annotations

from pathlib import Path

from orchestration.intake import formats
from orchestration.intake.claims import CLAIMS, read_claims
from orchestration.intake.decisions import DECISIONS, read_decisions
from orchestration.intake.editions import editions
from orchestration.intake.layouts import descriptor_faults, laid_out
from orchestration.intake.mapping import Cell, Mapper
from orchestration.intake.reading import Progress, Setting, SourceRows
from orchestration.intake.seed_files import extra_files, parse_yaml
from validations.code_lists import CodeLists
from validations.descriptor import Descriptor
from validations.faults import Fault
from validations.strict_yaml import Document

DESCRIPTOR = "datapackage.yaml"
PARTS = ("files", "descriptor", "figures", "decisions", "claims")


def read_source(seeds: Path, name: str, lists: CodeLists, spill: Path, progress: Progress) -> SourceRows:
    """Everything that the folder `name` holds, with all its faults."""
    folder, relative = seeds / "sources" / name, f"sources/{name}"
    source = SourceRows(name)
    check = {part: f"intake.{name}.{part}" for part in PARTS}
    parsed = read_descriptor(folder, f"{relative}/{DESCRIPTOR}", check["descriptor"], source.faults)
    if parsed is None:
        return source
    package, document = parsed
    setting = Setting(Mapper(package, document, lists, f"{relative}/{DESCRIPTOR}"), folder, relative, spill, progress)
    source.layouts = laid_out(setting)

    files = {
        DESCRIPTOR,
        DECISIONS,
        CLAIMS,
        "README.md",
        *(edition.path for r in package.resources for edition in editions(folder, r)),
    }
    folders = frozenset(resource.path for resource in package.resources if resource.is_folder)
    source.faults += extra_files(folder, seeds, files, check["files"], folders)
    source.faults += descriptor_faults(setting, source.layouts)
    is_sound = all(fault.check != check["descriptor"] for fault in source.faults)
    for layout in source.layouts.values():
        layout.read(source, is_sound)
    source.rows["source"].append(_source(package))
    for number, revised in enumerate(package.revises):
        if revised == name or not (seeds / "sources" / revised).is_dir():
            source.faults.append(setting.mapper.fault(("revises", number), revised, "another source, by its folder"))
        source.rows["revision"].append({"source_id": name, "revised_source_id": revised})
    source.observed |= {
        check["files"]: "; ".join([f"{len(package.resources) + 2} files", *source.remarks]),
        check["descriptor"]: f"{len(package.resources)} resources",
        check["figures"]: f"{source.figures} figures",
    }
    stale = read_decisions(folder, f"{relative}/{DECISIONS}", check["decisions"], setting.mapper, source)
    counted = read_claims(folder, f"{relative}/{CLAIMS}", check["claims"], setting.mapper, source.rows, source.faults)
    if counted:
        source.observed[check["claims"]] = counted
    source.faults += stale
    return source


def read_descriptor(folder: Path, file: str, check: str, faults: list[Fault]) -> tuple[Descriptor, Document] | None:
    """The descriptor in the `folder` of a source, and its lines; None (and faults) if it is none.

    One that bears another name than its folder is a fault, and read on under the name of the folder.
    """
    parsed = parse_yaml(folder / DESCRIPTOR, Descriptor, file, check, faults, formats.ENDINGS)
    if parsed is None:
        return None
    package, document = parsed
    if package.name != folder.name:
        expected = f"the folder's name, {folder.name}"
        faults.append(Fault(file, document.line(("name",)), "name", package.name, expected, check))
    return package.model_copy(update={"name": folder.name}), document


def _source(package: Descriptor) -> Cell:
    """What the raw layer says of the source itself."""
    return {
        "source_id": package.name,
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
        "release_freq": package.release_calendar and package.release_calendar.freq,
        "release_lag": package.release_calendar and package.release_calendar.lag,
    }
