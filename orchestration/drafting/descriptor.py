"""The descriptor of a draft, as text: what is known, and DECIDE where a person must say it, with a comment beside it."""

from __future__ import annotations

import json
from dataclasses import dataclass

from orchestration.drafting.labels import Meaning
from orchestration.drafting.page_look import Look, is_number, plain
from orchestration.drafting.pages import goes_on
from orchestration.intake.formats.format import PLAIN, Asked
from orchestration.intake.units import PERCENT, PURE_NUMBER, RELATIVE
from validations.dimensions import DIMENSIONS
from validations.labels import UNIT
from validations.layouts import DELIMITER_NAMES
from validations.periods import is_before

#: What a person puts a code in place of: no code of any list, so that intake says what is expected there.
DECIDE = "DECIDE"
#: What a figure of a period may be counted over.
BASES = ("stock", "flow", "year_to_date")
#: What a page does not say of its publication, and the code list that has the answers.
OF_THE_PUBLICATION = {"release_stage": "release_stage", "cadence": "cadence"}


def of_list(codelist: str) -> str:
    """What stands for a code of the publication until it is decided."""
    return f"{DECIDE}_{codelist}"


@dataclass(frozen=True)
class Sheet:
    """A table of the file: how it is asked for, what is seen on it, and what that means. `of`: the place among the
    sheets of the one that goes on in it."""

    asked: Asked
    seen: Look
    meaning: Meaning
    of: int | None = None

    @property
    def title(self) -> str:
        return self.seen.title or self.meaning.stem


def written(name: str, path: str, sheets: list[Sheet]) -> str:
    """The descriptor of a file `path`, named `name`, with a resource for each table that is seen in it."""
    meaning, title = sheets[0].meaning, sheets[0].title
    agency = meaning.agency()
    meaning.taken.append(f"title {title!r}")
    lines = [
        f"name: {name}",
        f"title: {_text(title)}  # in English, if it has one",
        f"title_zh: {_text(title)}",
        f"citation: {_text(_citation(title, agency))}  # the publication, its office and its year",
        f"contributors: [{{title: {_text(str(agency['name_en']) if agency else 'Not stated')}}}]",
        "licenses: [{title: Figures are facts.}]",
        *(
            f"{key}: {of_list(codelist)}  # {', '.join(meaning.lists.codes(codelist))}"
            for key, codelist in OF_THE_PUBLICATION.items()
        ),
        "vintage: _U  # when it was published: 2024, 2024-03 or 2024-03-01",
        f"agency: {agency['code'] if agency else '_U'}",
        "resources:",
    ]
    for number, sheet in enumerate(sheets, 1):
        if len(sheets) > 1:
            meaning.taken.append(f"sheet {sheet.asked.sheet!r} as table_{number}")
        name = f"table_{number}"
        if sheet.of is None:
            lines += _resource(name, path, sheet, sheets[0])
        else:
            lines += _part(name, sheet, sheets[sheet.of], f"table_{sheet.of + 1}")
        if sheet.meaning is not meaning:
            meaning.taken += [line for line in sheet.meaning.taken if line not in meaning.taken]
    return "\n".join(lines) + "\n"


def _resource(name: str, path: str, sheet: Sheet, first: Sheet) -> list[str]:
    """The lines of one table; one that goes on from the `first` sheet has what that one says of the whole."""
    asked, seen, meaning, title = sheet.asked, sheet.seen, sheet.meaning, sheet.title
    meaning.taken += [seen.page.unseen] if seen.page.unseen else []
    columns_of, columns = meaning.axis(seen.columns)
    rows_of, rows = meaning.axis(seen.rows)
    whole = meaning.of_lines()
    if sheet is not first and goes_on(title):
        whole = first.meaning.of_lines() | whole
    for dimension in filter(None, (columns_of, rows_of)):
        whole.pop(dimension, None)
    is_within = "ref_area" in (columns_of, rows_of) and meaning.area not in (None, "CHN")
    # What a label says goes before the lines; an axis of indicators needs none for the table.
    said = [_but_relative(meaning.label(text)) for text in [*columns, *rows]]
    for dimension in {d for one in said for d in one} - {UNIT}:
        # A scheme that the title names and some labels repeat is that of the others as well.
        if dimension != "scheme" or {one[dimension] for one in said if dimension in one} != {whole.get(dimension)}:
            whole.pop(dimension, None)
    beside = {text: below for text in columns if (below := meaning.said_below(text, rows_of))}
    of_headings = {d for _, text in seen.lines for d in _of_what_follows(text, meaning)}
    for dimension in of_headings:
        whole.pop(dimension, None)
    of_cells = {name for below in beside.values() for one in below.values() for name in one}
    for dimension in of_cells - {UNIT}:
        whole.pop(dimension, None)
    said += [one for below in beside.values() for one in below.values()]
    figures = [
        text
        for text in columns
        if text not in beside and not (meaning.is_unit_column(text) or meaning.is_text_column(text))
    ]
    is_many = len([text for text in figures if meaning.label(text) is None]) > 1
    if rows_of and not columns_of and is_many:
        # Columns that no list knows are not all of the one thing that the title names.
        whole.pop("indicator", None)
    line_unit = meaning.unit_of_lines(whole)
    # A sign of per cent on some labels leaves the unit line to the others.
    units = {unit for text in [*seen.columns, *seen.rows] if (unit := meaning.unit(text))}
    is_of_labels = bool(units) and not (line_unit and all(meaning.is_pure(unit) for unit in units))
    # Where a line states several units, each label has its own.
    unit = None if is_of_labels or (len(meaning.units_of_lines) > 1 and "indicator" not in whole) else line_unit
    has_unit_column = UNIT in of_cells or any(meaning.is_unit_column(text) for text in seen.columns)
    lines = [
        f"  - name: {name}",
        f"    path: {path}",
        "    layout: table",
        *([f"    sheet: {_text(asked.sheet)}"] if asked.sheet else []),
        *([f"    encoding: {asked.encoding}"] if asked.encoding != PLAIN.encoding else []),
        *([f"    delimiter: {_text(DELIMITER_NAMES[asked.delimiter])}"] if asked.delimiter else []),
        f"    title: {_text(title)}",
        '    section: "1"  # where in the publication',
    ]
    if plain(seen.corner):
        lines.append(f"    corner: {_text(_shown(seen.corner))}")
    lines += [
        f"    {key}: {value}"
        for key, value in (("header_rows", seen.header_rows), ("corner_row", seen.corner_row), ("blocks", seen.blocks))
        if value > 1
    ]
    notes = [text for text in dict.fromkeys(text for _, text in seen.lines) if plain(text) != plain(title)]
    if notes:
        lines.append("    notes:")
        lines += [f"      - {_note(text, meaning)}" for text in notes]
    if seen.over:
        lines.append(f"    read_over: [{', '.join(seen.over)}]")
    if unit and not has_unit_column:
        lines.append(f"    printed_unit: {_text(unit)}")
        meaning.taken.append(f"unit {unit}, of all figures")
    elif not (has_unit_column or is_of_labels or line_unit):
        lines += _open_unit(whole, sheet)
    of_columns, of_rows = (
        held is None and any("indicator" in (meaning.label(text) or {}) for text in labels)
        for held, labels in ((columns_of, figures), (rows_of, rows))
    )
    if "indicator" in of_cells:
        open_as = {"columns": "", "rows": "ref_area"}
    else:
        open_as = _open_as(figures, whole, rows_of, of_columns, of_rows, is_many)
    of_axes = of_headings | {
        held or (open_as[axis] if any(meaning.label(text) is None for text in labels) else "")
        for axis, held, labels in (("columns", columns_of, figures), ("rows", rows_of, rows))
    }
    if is_within:
        # Of names that several areas share the one within it is meant.
        whole = {**whole, "ref_area": meaning.area}
    lines += _defaults(whole, said, of_axes, seen, meaning)
    for axis, held, labels in (("columns", columns_of, columns), ("rows", rows_of, rows)):
        lines.append(f"    {axis}:")
        for entry in _entries(axis, labels, held or open_as[axis], meaning, beside):
            lines.append(f"      {'' if entry.startswith('  ') else '- '}{entry}")
        if held:
            lines.append(f"      - {{holds: {held}}}")
            count = len(getattr(seen, axis)) - len(labels)
            meaning.taken.append(f"{axis} are {'periods' if held == 'time_period' else 'areas'} ({count} recognised)")
    return lines


def _part(name: str, sheet: Sheet, first: Sheet, whole: str) -> list[str]:
    """The lines of a sheet on which the `first`, called `whole`, goes on: what is its own."""
    lines = [f"  - name: {name}", f"    continues: {whole}"]
    lines += [f"    sheet: {_text(sheet.asked.sheet)}"] if sheet.asked.sheet else []
    lines.append(f"    title: {_text(sheet.title)}")
    if plain(sheet.seen.corner) != plain(first.seen.corner):
        lines.append(f"    corner: {_text(_shown(sheet.seen.corner))}")
    for key in ("header_rows", "corner_row", "blocks"):
        own = getattr(sheet.seen, key)
        lines += [f"    {key}: {own}"] if own != (1 if key == "blocks" else getattr(first.seen, key)) else []
    told = {plain(text) for text in [first.title, sheet.title, *(text for _, text in first.seen.lines)]}
    notes = [text for _, text in sheet.seen.lines if plain(text) not in told]
    return [*lines, "    notes:", *(f"      - {_note(text, sheet.meaning)}" for text in notes)] if notes else lines


def _open_as(
    figures: list[str], whole: dict, rows_of: str | None, of_columns: bool, of_rows: bool, is_many: bool
) -> dict[str, str]:
    """What an axis with labels that nobody knows is of; "" where a label alone is all that a column of figures needs.

    `of_columns`, `of_rows`: whether labels of the axis name indicators; then the rest of the rows do, and of many
    columns that nobody knows each says which figure of its rows' indicator it is.
    """
    if of_rows and "indicator" not in whole:
        return {"columns": "time_basis" if is_many else "", "rows": "indicator"}
    is_one = "indicator" in whole or (rows_of is None and len(figures) == 1)
    columns = "" if is_one else "indicator"
    return {"columns": columns, "rows": "ref_area" if "indicator" in whole or of_columns or columns else "indicator"}


def _open_unit(whole: dict, sheet: Sheet) -> list[str]:
    """The unit of all figures, for a person to say, where the page prints none that is known; none of pure numbers."""
    meaning, numbers = sheet.meaning, [text for row in sheet.seen.page.rows for text in row if is_number(text)]
    measured = meaning.lists.record("indicator", whole["indicator"])["unit_measure"] if "indicator" in whole else None
    if measured == PURE_NUMBER or all(text.strip().endswith(PERCENT) for text in numbers):
        return []
    foreign = meaning.unknown_unit()
    shown = f"as the page prints it: {foreign}" if foreign else "as the page states it, in the title or a note"
    return [f"    {UNIT}: {DECIDE}  # {shown}; where it states none: unit_stated: false"]


def _but_relative(said: dict | None) -> dict:
    """What a label says, but for a period that it tells from that of the whole table."""
    return {name: code for name, code in (said or {}).items() if name != "time_period" or not is_before(code)}


def _defaults(whole: dict, said: list[dict], of_axes: set[str], seen: Look, meaning: Meaning) -> list[str]:
    """The dimensions that are one for the table."""
    of_labels = {dimension for one in said for dimension in one} | of_axes
    periods = [*said, *(_but_relative(meaning.label(text)) for text in [*seen.columns, *seen.rows])]
    when = whole.get("time_period") or next((p["time_period"] for p in periods if "time_period" in p), "")
    freq = "Q" if "Q" in when else "M" if "-" in when else "A"
    found = {**whole, "freq": freq}
    if "time_period" not in of_labels and "time_period" not in found:
        found["time_period"] = DECIDE
    if "ref_area" not in of_labels:
        found.setdefault("ref_area", DECIDE)
    if "indicator" not in of_labels:
        found.setdefault("indicator", DECIDE)
    if "scheme" not in of_labels:
        found.setdefault("scheme", DECIDE)
    meaning.taken += [f"{name} {code}, of the whole table" for name, code in found.items() if code != DECIDE]
    lines = ["    defaults:"]
    for name, code in found.items():
        hint = ""
        if code == DECIDE and name == "indicator":
            like = [one for line in meaning.lines for one in meaning.like(line)][:3]
            hint = f"  # the page names none that is known{'; like: ' + ', '.join(like) if like else ''}"
        if code == DECIDE and name == "time_period":
            hint = "  # 2024, 2024-Q1 or 2024-01"
        if code == DECIDE and name == "ref_area":
            hint = "  # a code of area.csv; CHN for the whole country"
        if code == DECIDE and name == "scheme":
            hint = "  # _Z for figures that belong to no scheme"
        lines.append(f"      {name}: {_text(code)}{hint}")
    return lines


def _entries(axis: str, labels: list[str], held: str, meaning: Meaning, beside: dict[str, dict]) -> list[str]:
    """One entry for each label that the axis as a whole does not say; `held`: what is left to decide of it.

    `beside`: of the columns that are no figures, what each text below them says.
    """
    entries = ['{label: "", holds: _}  # words without a label'] if axis == "columns" and meaning.seen.has_bare else []
    named = [meaning.label(text) or {} for text in meaning.seen.columns]
    periods = [said["time_period"] for said in named if said.keys() == {"time_period"} and _but_relative(said)]
    latest, basis = max(periods, default=""), None
    for text in labels:
        shown, unit = _text(_shown(text)), meaning.unit(text)
        said = meaning.label(text)
        if said is None and held == "ref_area":
            said = meaning.total(text)
        times = meaning.seen.times.get(text, 1) if axis == "rows" else 1
        if unit is None and said and ("indicator" in said or said.get("measure") in RELATIVE):
            unit = meaning.unit_of_lines(said) if len(meaning.units_of_lines) > 1 else None
        stated = (f", {UNIT}: {_text(unit)}" if unit else "") + (f", times_printed: {times}" if times > 1 else "")
        if axis == "columns" and meaning.is_unit_column(text):
            entries.append(f"{{label: {shown}, holds: {UNIT}}}")
        elif axis == "columns" and text in beside:
            entries += _of_cells(shown, beside[text])
        elif axis == "columns" and meaning.is_text_column(text):
            entries.append(f"{{label: {shown}, holds: _}}  # words, no figures")
        elif said is not None and UNIT not in said:
            if "base_period" in said and latest:
                said = {"time_period": latest, **said}
            if any(is_before(said.get(name, "")) for name in ("base_period", "time_period")) and basis:
                # Growth, and the year before, are of what the column beside them counts.
                said = {"time_basis": basis, **said}
            basis = said.get("time_basis")
            codes = "".join(f", {name}: {_text(code)}" for name, code in said.items() if code != DIMENSIONS[name])
            entries.append(f"{{label: {shown}{codes}{stated}}}")
        elif not held:
            entries.append(f"{{label: {shown}{stated}}}")
        else:
            like = meaning.like(text) if held == "indicator" else []
            if held == "indicator":
                meaning.is_open(text)
            hint = f"like: {', '.join(like)}; " if like else ""
            hint = f"{', '.join(BASES)}; or another dimension; " if held == "time_basis" else hint
            known = "".join(f", {name}: {_text(code)}" for name, code in meaning.parts(text).items() if name != held)
            entries.append(f"{{label: {shown}{known}, {held}: {DECIDE}{stated}}}  # {hint}not wanted: holds: _")
    return entries


def _of_cells(shown: str, below: dict[str, dict]) -> list[str]:
    """A column whose cells say something of the figures of their rows: lines of its entry."""
    held = list(dict.fromkeys(name for one in below.values() for name in one))
    if len(held) == 1 and all(below.values()):
        return [f"{{label: {shown}, holds: {held[0]}}}"]
    open_codes = ", ".join(f"{name}: CODE" for name in held)
    lines = [f"{{label: {shown}, holds: [{', '.join(held)}], codes: {{"]
    for text, said in below.items():
        codes = f"{{{', '.join(f'{name}: {_text(code)}' for name, code in said.items())}}}"
        lines.append(
            f"    {_text(_shown(text))}: " + (f"{codes}," if said else f"{DECIDE},  # {{{open_codes}}}; not wanted: _")
        )
    return [*lines, "  }}"]


def _note(text: str, meaning: Meaning) -> str:
    """A line of the page; one between the rows that names a residence or a group says it of what follows."""
    if own := _of_what_follows(text, meaning):
        return f"{{label: {_text(text)}, {', '.join(f'{n}: {_text(c)}' for n, c in own.items())}}}"
    return _text(text)


def _of_what_follows(text: str, meaning: Meaning) -> dict[str, str]:
    """What a line says that names nothing but a residence, a group or a scheme: a heading of the figures below it."""
    said = meaning.label(text) or {}
    return said if said.keys() <= {"residence", "pop_group", "scheme"} else {}


def _citation(title: str, agency: dict | None) -> str:
    return f"{agency['name_zh'] if agency else ''} {title}".strip()


def _shown(text: str) -> str:
    return " ".join(text.split())


def _text(text: str) -> str:
    """A text as YAML reads it back, whatever it holds."""
    return json.dumps(text, ensure_ascii=False)
