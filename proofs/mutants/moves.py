"""Errors that move figures, or call them by another name: rows, columns, labels, units, years of a printed sheet.

Where the page itself carries the wrong label, unit or year, the descriptor is changed along with the text: intake
then has nothing to refuse, and only the figures can tell.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from random import Random

from proofs.mutants.sheet import Mutant, Place, Records, Sheet
from validations.layouts import Table

#: Unit texts that exist, with what they measure; None for a bare multiplier.
Units = Mapping[str, str | None]


def other_unit(own: str, units: Units, random: Random) -> str:
    """Another unit text: mostly of the same quantity, as a slipped multiplier is, else any."""
    others = [unit for unit in units if unit != own]
    alike = [unit for unit in others if units[unit] == units.get(own)]
    return random.choice(alike if alike and random.random() < 0.75 else others)


def _mutant(sheet: Sheet, kind: str, records: Records, touched: list[Place], note: str, resource=None) -> Mutant:
    return Mutant(kind, sheet.source_id, resource or sheet.resource, records, tuple(touched), note, False)


def _rows(sheet: Sheet, kind: str, units: Units, random: Random) -> Iterator[Mutant]:
    """The figures of two rows in each other's place: all of them, or those from some column on."""
    if sheet.resource.has_a_figure_a_row:
        return
    width = len(sheet.records[0])
    for a, b in itertools.combinations(range(2, len(sheet.records) + 1), 2):
        begin = 2 if kind == "rows exchanged" else random.randint(3, width) if width > 2 else None
        if begin is None:
            continue
        texts = {(a, c): sheet.text((b, c)) for c in range(begin, width + 1)}
        texts |= {(b, c): sheet.text((a, c)) for c in range(begin, width + 1)}
        touched = [place for place, text in texts.items() if sheet.text(place) != text]
        yield _mutant(sheet, kind, sheet.with_texts(texts), touched, f"rows {a} and {b} from column {begin} on")


def _columns(sheet: Sheet, kind: str, units: Units, random: Random) -> Iterator[Mutant]:
    """A column that repeats the one before it, as a table that was not brought up to date does."""
    if sheet.resource.has_a_figure_a_row:
        return
    for column in range(3, len(sheet.records[0]) + 1):
        texts = {(r, column): sheet.text((r, column - 1)) for r in range(2, len(sheet.records) + 1)}
        touched = [place for place, text in texts.items() if sheet.text(place) != text]
        yield _mutant(sheet, kind, sheet.with_texts(texts), touched, f"column {column} repeats column {column - 1}")


def _labels(sheet: Sheet, kind: str, units: Units, random: Random) -> Iterator[Mutant]:
    """A row that carries another row's label."""
    if sheet.resource.has_a_figure_a_row:
        return
    labels = [record[0] for record in sheet.records[1:]]
    for (a, own), (b, other) in itertools.permutations(enumerate(labels, start=2), 2):
        if own == other:
            continue
        counts = {label: labels.count(label) for label in labels}
        counts[own], counts[other] = counts[own] - 1, counts[other] + 1
        rows = [
            label if label.label is None else label.model_copy(update={"times_printed": counts[label.label]})
            for label in sheet.resource.rows
            if label.label is None or counts.get(label.label)
        ]
        touched = [(a, c) for c in range(2, len(sheet.records[0]) + 1)]
        yield _mutant(
            sheet,
            kind,
            sheet.with_texts({(a, 1): other}),
            touched,
            f"row {a} is labelled as row {b}",
            _table(sheet, rows=rows),
        )


def _units(sheet: Sheet, kind: str, units: Units, random: Random) -> Iterator[Mutant]:
    """A row, a column or a table that prints another unit."""
    table = sheet.resource
    if table.has_a_figure_a_row:
        yield from _prose(sheet, kind, "printed_unit", lambda own: other_unit(own, units, random))
        return
    for axis in ("rows", "columns"):
        for label in getattr(table, axis):
            if not label.printed_unit or label.printed_unit not in label.label:
                continue
            unit = other_unit(label.printed_unit, units, random)
            text = label.label.replace(label.printed_unit, unit)
            places = _label_places(sheet, axis, label.label)
            other = label.model_copy(update={"label": text, "printed_unit": unit})
            changed = [other if x is label else x for x in getattr(table, axis)]
            touched = [p for p in sheet.cells if (p[0], 1) in places or (1, p[1]) in places]
            records = sheet.with_texts(dict.fromkeys(places, text))
            yield _mutant(
                sheet, kind, records, touched, f"{label.label} reads {text}", _table(sheet, **{axis: changed})
            )
    if table.printed_unit:
        unit = other_unit(table.printed_unit, units, random)
        stated = {"title": table.title, "corner": table.corner}
        texts = {name: text.replace(table.printed_unit, unit) for name, text in stated.items()}
        notes = [
            note.model_copy(update={"label": note.label.replace(table.printed_unit, unit)}) for note in table.notes
        ]
        resource = _table(sheet, **texts, notes=notes, printed_unit=unit)
        records = sheet.with_texts({(1, 1): texts["corner"]})
        yield Mutant(
            kind, sheet.source_id, resource, records, tuple(sheet.cells), f"{table.printed_unit} reads {unit}", False
        )


def _years(sheet: Sheet, kind: str, units: Units, random: Random) -> Iterator[Mutant]:
    """Headers a year off: the first or the last one, or all of them."""
    if sheet.resource.has_a_figure_a_row:
        if kind == "header year shifted":
            yield from _prose(
                sheet, kind, "time_period", lambda own: str(int(own[:4]) + random.choice([-1, 1])) + own[4:]
            )
        return
    for axis in ("columns", "rows"):
        labels = getattr(sheet.resource, axis)
        if not all(label.time_period and label.time_period[:4] in label.label for label in labels):
            continue
        if kind == "all years shifted":
            cases = [(labels, random.choice([-1, 1]))]
        else:
            cases = [([labels[0]], -1), ([labels[-1]], 1)] if len(labels) > 1 else []
        for chosen, step in cases:
            texts, changed = {}, {}
            for label in chosen:
                year = str(int(label.time_period[:4]) + step)
                text = label.label.replace(label.time_period[:4], year)
                texts |= dict.fromkeys(_label_places(sheet, axis, label.label), text)
                period = year + label.time_period[4:]
                changed[label.label] = label.model_copy(update={"label": text, "time_period": period})
            if len({changed.get(x.label, x).label for x in labels}) < len(labels):
                continue
            table = _table(sheet, **{axis: [changed.get(label.label, label) for label in labels]})
            touched = [p for p in sheet.cells if (p[0], 1) in texts or (1, p[1]) in texts]
            yield _mutant(
                sheet, kind, sheet.with_texts(texts), touched, f"{step:+d} year for {len(chosen)} label(s)", table
            )


def _prose(sheet: Sheet, kind: str, field: str, other: Callable[[str], str]) -> Iterator[Mutant]:
    """Figures of the text with another text in `field`, where the file has it and it is not empty."""
    if field not in sheet.records[0]:
        return
    column = sheet.column(field)
    for row, value in sheet.cells:
        if own := sheet.text((row, column)):
            text = other(own)
            yield _mutant(sheet, kind, sheet.with_texts({(row, column): text}), [(row, value)], f"{own} reads {text}")


def _label_places(sheet: Sheet, axis: str, text: str) -> list[Place]:
    """Where the label `text` is printed: in the first column, or in the header."""
    if axis == "rows":
        return [(row, 1) for row, record in enumerate(sheet.records, start=1) if row > 1 and record[0] == text]
    return [(1, column) for column, label in enumerate(sheet.records[0], start=1) if column > 1 and label == text]


def _table(sheet: Sheet, **fields: object) -> Table:
    """The sheet's part of the descriptor with other fields; what the page cannot print twice stays valid."""
    return sheet.resource.model_copy(update=fields)


#: Kinds that move figures or rename them.
MOVES: dict[str, Callable[[Sheet, str, Units, Random], Iterator[Mutant]]] = {
    "rows exchanged": _rows,
    "rows exchanged in part": _rows,
    "column repeated": _columns,
    "label exchanged": _labels,
    "unit exchanged": _units,
    "header year shifted": _years,
    "all years shifted": _years,
}
