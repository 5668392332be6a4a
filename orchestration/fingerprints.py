"""What a table was made of: its model's code, its macros, its columns, and the same of everything before it.

Two tables of one fingerprint hold the same rows, so one that stands need not be built again. Read from dbt's manifest
and from the raw Parquet; pure but for reading those files.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from orchestration.paths import ROOT

#: Where a folder of tables says what each was made of.
FILE = "fingerprints.json"
#: The code that reads the seeds.
READERS = ("orchestration/intake", "validations")
#: What a text calls: a macro, or a function of SQL.
CALLED = re.compile(r"\b(\w+)\s*\(")
#: A macro that reads dbt's graph sees every model's declarations.
READS_GRAPH = re.compile(r"\bgraph\.")


def of_models(manifest: Mapping[str, Any], raw: Path) -> dict[str, str]:
    """The fingerprint of every model in `manifest`, by unique id, on the raw Parquet under `raw`.

    A source that is not there has a fingerprint too: that of nothing. Raises OSError if a file cannot be read.
    """
    every = of_all(manifest, raw)
    return {uid: every[uid] for uid in own(manifest)}


def of_all(manifest: Mapping[str, Any], raw: Path) -> dict[str, str]:
    """As `of_models`, and beside them every source by its unique id and every raw file by its name, `raw/...`."""
    parts = own(manifest)
    files: dict[str, str] = {}
    found: dict[str, str] = {}

    def of(uid: str) -> str:
        if uid in found:
            return found[uid]
        if uid in manifest["sources"]:
            found[uid] = _of_source(manifest["sources"][uid], raw, files)
        elif uid in parts:
            before = [of(parent) for parent in sorted(manifest["nodes"][uid]["depends_on"]["nodes"])]
            found[uid] = _digest(*parts[uid], before)
        return found.get(uid, "")

    for uid in parts:
        of(uid)
    return found | {f"raw/{name}": digest for name, digest in files.items()}


def own(manifest: Mapping[str, Any]) -> dict[str, list[Any]]:
    """What every model says itself, by unique id: its code, what is declared of it, the macros that it calls."""
    nodes = {uid: node for uid, node in manifest["nodes"].items() if node["resource_type"] == "model"}
    every = _digest(manifest["metadata"].get("dbt_version"), {uid: _declared(node) for uid, node in nodes.items()})
    found = {}
    for uid, node in nodes.items():
        text = "".join(manifest["macros"][name]["macro_sql"] for name in _macros(node, manifest["macros"]))
        graph = every if READS_GRAPH.search(text) else ""
        found[uid] = [node["raw_code"], _declared(node), text, graph]
    return found


def of_code(manifest: Mapping[str, Any]) -> dict[str, str]:
    """The fingerprint of every model's own code alone: its SQL, its macros and what is declared of it."""
    return {uid: _digest(*parts) for uid, parts in own(manifest).items()}


def of_readers() -> str:
    """Of the code that makes raw tables of the seeds: names and bytes of its modules."""
    paths = [path for folder in READERS for path in sorted((ROOT / folder).rglob("*.py"))]
    return _digest([[str(p.relative_to(ROOT)), hashlib.sha256(p.read_bytes()).hexdigest()] for p in paths])


def _declared(node: Mapping[str, Any]) -> list[Any]:
    """What a model's yml and the project say of it: its comments and its contract are part of the table."""
    return [node["config"], node["description"], node["columns"], node["schema"], node["alias"], node["database"]]


def _macros(node: Mapping[str, Any], macros: Mapping[str, Any]) -> list[str]:
    """The macros that a model calls and those that they call, by name.

    Those that its text names: what dbt notes of it when it parses lacks what it calls only while it executes.
    """
    found: set[str] = set()
    named = set(CALLED.findall(node["raw_code"]))
    waiting = [name for name, macro in macros.items() if macro["name"] in named]
    while waiting:
        name = waiting.pop()
        if name not in found and name in macros:
            found.add(name)
            waiting += macros[name]["depends_on"]["macros"]
    return sorted(found)


def _of_source(source: Mapping[str, Any], raw: Path, files: dict[str, str]) -> str:
    """The bytes of the Parquet that a source reads; its place is `read_parquet('raw/.../{name}...')`."""
    location = source["meta"].get("external_location") or source["source_meta"].get("external_location", "")
    place = re.search(r"'raw/([^']*)'", location)
    pattern = place[1].format(name=source["name"]) if place else ""
    read = []
    for path in sorted(raw.glob(pattern)) if pattern else ():
        if path.is_file():
            name = str(path.relative_to(raw))
            if name not in files:
                with path.open("rb") as handle:
                    files[name] = hashlib.file_digest(handle, "sha256").hexdigest()
            read.append([name, files[name]])
    return _digest(location, read)


def _digest(*parts: Any) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()
