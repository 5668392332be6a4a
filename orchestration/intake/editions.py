"""The editions of a table: several files of one layout, which one resource declares by a pattern of their names."""

from __future__ import annotations

import re
from pathlib import Path

from orchestration.intake.seed_files import is_seed
from orchestration.intake.spellings import period
from validations.labels import parts_of
from validations.layouts import Resource


def editions(folder: Path, resource: Resource) -> list[Resource]:
    """The tables of a resource, each a resource: one for each file that its path names, in the order of their names, and
    of each long file one for each column of figures; itself where it is one table.

    Each file is a table of its own, called by what the name of its file adds: `finance` and `finance_{time_period}.csv`
    give `finance_2022` and `finance_2023`. A period in the name is the default of its figures.
    """
    found = _files(folder, resource) if resource.is_pattern else [resource]
    return [table for one in found for table in one.tables()]


def _files(folder: Path, resource: Resource) -> list[Resource]:
    """A resource for each file that its path names, in the order of their names."""
    parts = parts_of(resource.path)
    texts = [
        f"({'[0-9q_-]+' if part == 'time_period' else '.+'})" if n % 2 else re.escape(part)
        for n, part in enumerate(parts)
    ]
    found = []
    for path in sorted(filter(is_seed, folder.iterdir())):
        match = re.fullmatch("".join(texts), path.name)
        said = dict(zip(parts[1::2], match.groups())) if match else {}
        when = period(said.get("time_period", "").replace("_", "-"))
        if match is None or ("time_period" in said and when is None):
            continue
        suffix = re.sub("[^a-z0-9]+", "_", "_".join(match.groups()).lower()).strip("_")
        defaults = resource.defaults.model_copy(update={"time_period": when} if when else {})
        said = {"name": f"{resource.name}_{suffix}", "path": path.name, "defaults": defaults}
        if resource.part_of:
            said["continues"] = f"{resource.part_of}_{suffix}"
        found.append(resource.model_copy(update=said))
    return found
