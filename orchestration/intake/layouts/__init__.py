"""Layouts: what a page means. What reads its bytes is a format, which no layout knows.

A new layout is its shape in `validations/layouts.py`, a module here, and its line in LAYOUTS.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from orchestration.intake.editions import editions
from orchestration.intake.layouts.prose import RunningText
from orchestration.intake.layouts.register import TextRows
from orchestration.intake.layouts.table import PrintedTable
from orchestration.intake.layouts.tidy import LongFile
from orchestration.intake.reading import Layout, Setting
from validations import layouts
from validations.faults import Fault
from validations.layouts import Resource

#: How each layout is read.
LAYOUTS: Mapping[type[Resource], Callable[[Setting, Resource], Layout]] = {
    layouts.Table: PrintedTable,
    layouts.Prose: RunningText,
    layouts.Tidy: LongFile,
    layouts.Register: TextRows,
}


def laid_out(setting: Setting) -> dict[str, Layout]:
    """The tables of a source by name, in the order of its descriptor, each to be read as its layout says."""
    found = [e for resource in setting.mapper.descriptor.resources for e in editions(setting.folder, resource)]
    return {r.name: LAYOUTS[type(r)](setting, r) for r in found}


def descriptor_faults(setting: Setting, resources: Mapping[str, Layout]) -> list[Fault]:
    """What is wrong with a descriptor beyond its shape: with the whole, and with each of its `resources`."""
    faults = setting.mapper.descriptor_faults()
    for number, resource in enumerate(setting.mapper.descriptor.resources):
        place, found = ("resources", number), editions(setting.folder, resource)
        if found:
            of_first = [one for one in found if one.path == found[0].path]
            faults += dict.fromkeys(f for one in of_first for f in resources[one.name].declared_faults(place))
        else:
            expected = f"at least one file that is named so in {setting.relative}"
            faults.append(setting.mapper.fault((*place, "path"), resource.path, expected))
    return faults
