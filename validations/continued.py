"""What a resource has of the table that it continues, before its shape is checked."""

from __future__ import annotations

#: What a resource that continues a table may say of itself; all else is the table's.
OF_A_PART = {"name", "continues", "layout", "path", "sheet", "encoding", "delimiter", "range", "title", "notes"} | {
    *("corner", "corner_row", "header_rows", "blocks", "headings"),
}


class _Cut(dict):
    """A resource that continues no table, and `why`."""

    why: str = ""


def cut(value: object) -> object:
    if isinstance(value, _Cut):
        raise ValueError(value.why)
    return value


def as_continued(layout: str, resources: object) -> object:
    """What continues a table, which is of a `layout`, has what that one declares. A line that the first page declares may stand on any; a sheet
    is one of its own file, a range one of its own sheet."""
    if not isinstance(resources, list) or not all(isinstance(one, dict) for one in resources):
        return resources
    tables = {str(r.get("name")): r for r in resources if r.get("layout") == layout and "continues" not in r}
    return [_part(one, tables) if "continues" in one else one for one in resources]


def _part(declared: dict, tables: dict[str, dict]) -> dict:
    found, first = _Cut(declared), tables.get(str(declared["continues"]))
    own = {"name", "range", "blocks", "headings", *(["sheet", "encoding", "delimiter"] if "path" in declared else [])}
    if first is None:
        there = ", ".join(tables) or "none is there"
        found.why = f"continues: a printed table of this source that continues no other: {there}"
    elif wrong := sorted({*declared} - OF_A_PART):
        found.why = f"continues: {', '.join(wrong)} of the whole table, declared in {first.get('name')}"
    if found.why:
        return found
    lines = [one.get("notes", []) for one in (first, declared)]
    notes = {"notes": [*lines[0], *lines[1]]} if all(isinstance(one, list) for one in lines) else {}
    return {key: value for key, value in first.items() if key not in own} | declared | notes
