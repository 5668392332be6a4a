"""The descriptor of a draft, as text: what is known, and DECIDE where a person must say it, with a comment beside it."""

from __future__ import annotations

from dataclasses import dataclass

from orchestration.drafting.alike import like
from orchestration.drafting.asked import DECIDE
from orchestration.drafting.entries import (
    but_relative,
    entries,
    freq_of,
    note,
    other_periods,
    quoted,
    shown,
)
from orchestration.drafting.groups import ALL_LOCAL
from orchestration.drafting.labels import TOTAL, Meaning
from orchestration.drafting.lacking import is_sum, lacking
from orchestration.drafting.long_files import resource as long_resource
from orchestration.drafting.long_look import long_look
from orchestration.drafting.page_look import Look
from orchestration.drafting.page_rows import is_number, plain
from orchestration.drafting.pages import goes_on
from orchestration.drafting.publication import of_publication
from orchestration.drafting.relative import is_unread
from orchestration.drafting.row_headings import of_all_lines, of_what_follows
from orchestration.intake.formats.format import PLAIN, Asked
from orchestration.intake.spellings import period_in
from orchestration.intake.units import PERCENT, PURE_NUMBER, Units
from validations.labels import UNIT
from validations.layouts import Resource, Table, Tidy, layout_of
from validations.written import DELIMITER_NAMES


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
    meaning, title = sheets[0].meaning, next(iter(sheets[0].seen.over_all), sheets[0].title)
    lines = [*of_publication(name, title, meaning, long_look(meaning, sheets[0].seen)), "resources:"]
    for number, sheet in enumerate(sheets, 1):
        if len(sheets) > 1:
            told = [f"sheet {sheet.asked.sheet!r}"] * bool(sheet.asked.sheet) + [sheet.seen.cells] * bool(
                sheet.seen.cells
            )
            meaning.taken.append(f"{', '.join(told)} as table_{number}")
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
    if long := long_look(meaning, seen):
        return [*_head(name, path, Tidy, sheet), *long_resource(long)]
    meaning.taken += [seen.page.unseen] if seen.page.unseen else []
    columns_of, columns = meaning.axis(seen.columns)
    rows_of, rows = meaning.axis(seen.rows)
    whole = meaning.of_lines()
    if sheet is not first and goes_on(title):
        whole = first.meaning.of_lines() | whole
    if when := period_in(asked.sheet or ""):
        whole.setdefault("time_period", when)
    if "residence" in (of_sheet := of_what_follows(asked.sheet or "", False, meaning)):
        whole.setdefault("residence", of_sheet["residence"])
    for dimension in filter(None, (columns_of, rows_of)):
        whole.pop(dimension, None)
    whole |= meaning.own_scheme(whole)
    is_within = "ref_area" in (columns_of, rows_of) and meaning.area not in (None, "CHN")
    # What a label says goes before the lines; an axis of indicators needs none for the table.
    said = [but_relative(meaning.label(text)) for text in [*columns, *rows]]
    dated = [["time_period" in (meaning.label(text) or {}) for text in labels] for labels in (columns, rows) if labels]
    # Where some labels of an axis say a period, the others are of that of the lines.
    kept = set() if any(map(all, dated)) else {"time_period"}
    for dimension in {d for one in said for d in one} - {UNIT, *kept}:
        # A scheme, or an area, that the title names and some labels repeat is that of the others as well.
        named = {one[dimension] for one in said if dimension in one} - {ALL_LOCAL}
        if dimension not in ("scheme", "ref_area") or named != {whole.get(dimension)}:
            whole.pop(dimension, None)
    beside = {text: below for text in columns if (below := meaning.said_below(text, rows_of))}
    # A title is no heading of some rows: what it says is said of the whole.
    of_headings = {d for text in of_all_lines(seen, meaning, {plain(title)}).values() for d in text}
    for dimension in of_headings:
        whole.pop(dimension, None)
    of_cells = {name for below in beside.values() for one in below.values() for name in one}
    for dimension in of_cells - {UNIT}:
        whole.pop(dimension, None)
    said += [one for below in beside.values() for one in below.values()]
    figures = [
        text
        for text in columns
        if text not in [*beside, *seen.left]
        and not is_unread(text, meaning.label(text))
        and not (meaning.is_unit_column(text) or meaning.cells.is_text_column(text) or meaning.cells.is_numbering(text))
    ]
    is_many = len([text for text in figures if meaning.label(text) is None]) > 1
    # One that nobody knows is no level beside others, if it is not their sum.
    is_another = any(meaning.label(text) is None and not TOTAL.fullmatch(plain(text)) for text in figures) and any(
        one.get("measure", "level") == "level" for text in figures if (one := meaning.label(text))
    )
    if rows_of and not columns_of and is_many:
        # Columns that no list knows are not all of the one thing that the title names.
        whole.pop("indicator", None)
    flows = meaning.flows([*said, whole]) if whole.get("time_basis") == "year_to_date" else None
    if flows is not None:
        # What is held at the end of a span of months is not counted over it.
        whole.pop("time_basis")
    line_unit = None if meaning.units.contradicted else meaning.units.of(whole)
    # A sign of per cent on some labels leaves the unit line to the others.
    units = {unit for text in [*seen.columns, *seen.rows] if (unit := meaning.unit(text))}
    units |= {*meaning.units.of_headings.values()}
    is_of_labels = bool(units) and not (line_unit and all(meaning.is_pure(unit) for unit in units))
    # Where a line states several units, each label has its own.
    unit = None if is_of_labels or (len(meaning.units.of_all) > 1 and "indicator" not in whole) else line_unit
    has_unit_column = UNIT in of_cells or any(meaning.is_unit_column(text) for text in seen.columns)
    lines = _head(name, path, Table, sheet)
    if plain(seen.corner):
        lines.append(f"    corner: {quoted(shown(seen.corner))}")
    lines += [
        f"    {key}: {value}"
        for key, value in (("header_rows", seen.header_rows), ("corner_row", seen.corner_row), ("blocks", seen.blocks))
        if value > 1
    ]
    lines += [*_headings(seen), *_notes(seen, meaning, {plain(title)})]
    if seen.over:
        lines.append(f"    read_over: [{', '.join(seen.over)}]")
    if seen.marks:
        marks = ", ".join(map(quoted, sorted(seen.marks, key=lambda mark: (mark == "", mark))))
        lines.append(f"    missing_values: [{marks}]  # one where there is none to be had: not_applicable")
        told = ", ".join(
            f"{text!r} {times} time(s)" if text else f"{times} empty cell(s)" for text, times in seen.marks.items()
        )
        meaning.taken.append(f"in place of figures that are missing: {told}")
    if qualifiers := meaning.cells.qualifiers():
        lines.append(f"    qualifiers: [{', '.join(qualifiers)}]")
        meaning.taken.append(f"numbers that are {', '.join(qualifiers)}")
    if unit and not has_unit_column:
        lines.append(f"    printed_unit: {quoted(unit)}")
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
        known = {**whole, **dict.fromkeys(of_headings, "")}
        # A sum beside labels of whom the figures are is of all of them, and what they count is asked of the whole.
        are_said = all(meaning.label(text) is not None or (not of_columns and is_sum(text)) for text in figures)
        open_as = _open_as(figures, known, rows_of, of_columns, of_rows, is_many or is_another, are_said)
        open_as |= {
            axis: "scheme" for axis, texts in (("columns", figures), ("rows", rows)) if meaning.is_of_schemes(texts)
        }
    of_axes = of_headings | {
        held or (open_as[axis] if any(meaning.label(text) is None for text in labels) else "")
        for axis, held, labels in (("columns", columns_of, figures), ("rows", rows_of, rows))
    }
    if is_within:
        # Of names that several areas share the one within it is meant.
        whole = {**whole, "ref_area": meaning.area}
    freq = _freq_of_all(whole, said, seen, meaning)
    of_labels: list[str] = []
    for axis, held, labels in (("columns", columns_of, columns), ("rows", rows_of, rows)):
        of_labels.append(f"    {axis}:")
        other = columns if axis == "rows" else rows
        elsewhere = {*whole, *of_headings, *of_cells, *(d for text in other for d in meaning.label(text) or ())}
        must = lacking(figures if axis == "columns" else rows, open_as[axis], elsewhere, meaning)
        of_axes |= must
        for entry in entries(axis, labels, held or open_as[axis], meaning, beside, flows or set(), freq, must):
            of_labels.append(f"      {'' if entry.startswith('  ') else '- '}{entry}")
        if held == "time_period":
            of_labels += [f"      - {line}" for line in other_periods(getattr(seen, axis), freq, meaning)]
        if held:
            of_labels.append(f"      - {{holds: {held}}}")
            count = len(getattr(seen, axis)) - len(labels)
            meaning.taken.append(f"{axis} are {'periods' if held == 'time_period' else 'areas'} ({count} recognised)")
    # A label that no list knows may be of another scheme than those that are known.
    is_known = not any(f"indicator: {DECIDE}" in line for line in of_labels)
    return lines + _defaults(whole | {"freq": freq}, said, of_axes, seen, meaning, is_known) + of_labels


def _head(name: str, path: str, shape: type[Resource], sheet: Sheet) -> list[str]:
    """How a resource begins: what it is and how its file is read."""
    asked, seen = sheet.asked, sheet.seen
    return [
        f"  - name: {name}",
        f"    path: {path}",
        f"    layout: {layout_of(shape)}",
        *([f"    sheet: {quoted(asked.sheet)}"] if asked.sheet else []),
        *([f"    range: {seen.cells}"] if seen.cells else []),
        *([f"    encoding: {asked.encoding}"] if asked.encoding != PLAIN.encoding else []),
        *([f"    delimiter: {quoted(DELIMITER_NAMES[asked.delimiter])}"] if asked.delimiter else []),
        f"    title: {quoted(sheet.title)}",
        '    section: "1"  # where in the publication',
    ]


def _freq_of_all(whole: dict, said: list[dict], seen: Look, meaning: Meaning) -> str:
    """The frequency of a table: that of the period of the whole, else of the first that a label says."""
    periods = [*said, *(but_relative(meaning.label(text)) for text in [*seen.columns, *seen.rows])]
    return freq_of(
        whole.get("time_period") or next((one["time_period"] for one in periods if "time_period" in one), "")
    )


def _part(name: str, sheet: Sheet, first: Sheet, whole: str) -> list[str]:
    """The lines of a sheet on which the `first`, called `whole`, goes on: what is its own."""
    lines = [f"  - name: {name}", f"    continues: {whole}"]
    lines += [f"    sheet: {quoted(sheet.asked.sheet)}"] if sheet.asked.sheet else []
    lines += [f"    range: {sheet.seen.cells}"] if sheet.seen.cells else []
    lines.append(f"    title: {quoted(sheet.title)}")
    if plain(sheet.seen.corner) != plain(first.seen.corner):
        lines.append(f"    corner: {quoted(shown(sheet.seen.corner))}")
    for key in ("header_rows", "corner_row", "blocks"):
        own = getattr(sheet.seen, key)
        lines += [f"    {key}: {own}"] if own != (1 if key == "blocks" else getattr(first.seen, key)) else []
    told = {plain(text) for text in [first.title, sheet.title, *(text for _, text in first.seen.lines)]}
    return [*lines, *_headings(sheet.seen), *_notes(sheet.seen, sheet.meaning, told)]


def _headings(seen: Look) -> list[str]:
    """The headings that stand over columns to the left of their text, or a person's to say which."""
    ranges = ", ".join(seen.headings)
    if seen.are_guessed:
        return [
            f"    headings: [{DECIDE}]  # the cells that each stands over, which nothing tells; labels below as by {ranges}"
        ]
    return [f"    headings: [{ranges}]"] if ranges else []


def _notes(seen: Look, meaning: Meaning, told: set[str]) -> list[str]:
    """The lines beside the figures, without those that are `told` already."""
    lines = of_all_lines(seen, meaning, told)
    units = meaning.units.of_headings
    notes = [note(text, own, units.get(text)) for text, own in lines.items()]
    return ["    notes:", *(f"      - {line}" for line in notes)] if notes else []


def _open_as(
    figures: list[str],
    whole: dict,
    rows_of: str | None,
    of_columns: bool,
    of_rows: bool,
    is_many: bool,
    are_said: bool,
) -> dict[str, str]:
    """What an axis with labels that nobody knows is of; "" where a label alone is all that a column of figures needs.

    `of_columns`, `of_rows`: whether labels of the axis name indicators; then the rest of the rows do, and of many
    columns that nobody knows each says which figure of its rows' indicator it is. `are_said`: whether all columns of figures say
    something.
    """
    if of_rows and "indicator" not in whole:
        return {"columns": "time_basis" if is_many else "", "rows": "indicator"}
    is_one = "indicator" in whole or are_said or (rows_of is None and len(figures) == 1)
    columns = "" if is_one else "indicator"
    return {"columns": columns, "rows": "ref_area" if "indicator" in whole or of_columns or columns else "indicator"}


def _open_unit(whole: dict, sheet: Sheet) -> list[str]:
    """The unit of all figures, for a person to say, where the page prints none that is known; none of pure numbers."""
    meaning, numbers = sheet.meaning, [text for row in sheet.seen.page.rows for text in row if is_number(text)]
    measured = meaning.lists.record("indicator", whole["indicator"])["unit_measure"] if "indicator" in whole else None
    beside = Units(meaning.lists).apart
    if measured == PURE_NUMBER or all(text.strip().endswith(PERCENT) or beside(plain(text))[1] for text in numbers):
        return []
    foreign = meaning.units.unknown()
    shown = f"as the page prints it: {foreign}" if foreign else "as the page states it, in the title or a note"
    if meaning.units.contradicted:
        shown = f"its lines state two: {meaning.units.contradicted}"
    return [f"    {UNIT}: {DECIDE}  # {shown}; where it states none: unit_stated: false"]


def _defaults(
    whole: dict, said: list[dict], of_axes: set[str], seen: Look, meaning: Meaning, is_known: bool
) -> list[str]:
    """The dimensions that are one for the table. `is_known`: whether all that its labels say of indicators is."""
    of_labels = {dimension for one in said for dimension in one} | of_axes
    found = dict(whole)
    if "time_period" not in of_labels and "time_period" not in found:
        found["time_period"] = DECIDE
    if "ref_area" not in of_labels:
        found.setdefault("ref_area", DECIDE)
    if "indicator" not in of_labels:
        found.setdefault("indicator", DECIDE)
    own = meaning.words.scheme_of({whole["indicator"]}) if "indicator" in whole else None
    if own and not meaning.words.are_one(own, whole.get("scheme", own)):
        # What other sources say of the indicator goes before words of a line that a scheme bears too.
        found["scheme"] = own
    if "scheme" not in of_labels:
        indicators = {one["indicator"] for one in (*said, whole) if "indicator" in one}
        found.setdefault("scheme", (is_known and meaning.words.scheme_of(indicators)) or DECIDE)
    schemes = {one.get("scheme") for one in (*said, found)} - {DECIDE}
    is_of_insured = "scheme" in of_axes or any(map(meaning.words.insures, schemes))
    # 城乡居民 whom no scheme insures are all people.
    group = None if is_of_insured else found.pop("pop_group", None)
    meaning.taken += [f"{name} {code}, of the whole table" for name, code in found.items() if code != DECIDE]
    lines = ["    defaults:"]
    for name, code in found.items():
        hint = ""
        if code == DECIDE and name == "indicator":
            alike = [one for line in meaning.lines for one in like(meaning, line)][:3]
            hint = f"  # the page names none that is known{'; like: ' + ', '.join(alike) if alike else ''}"
        if code == DECIDE and name == "time_period":
            hint = "  # 2024, 2024-Q1 or 2024-01"
        if code == DECIDE and name == "ref_area":
            hint = f"  # {meaning.words.perhaps_of(meaning.lines)}"
        if code == DECIDE and name == "scheme":
            hint = "  # _Z for figures that belong to no scheme"
            hint += f"; of one that insures pop_group: {group}, whom the lines name" if group else ""
        lines.append(f"      {name}: {quoted(code)}{hint}")
    return lines
