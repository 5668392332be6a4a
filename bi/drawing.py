"""A mart's rows on their way into pictures, in one language, with what must be told of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bi import charts, figures
from bi.charts import CIRCLED, Bar, Bars, Line, Panel, Point
from bi.marks import Marks
from bi.tables import Mart, caveat, named
from bi.texts import Texts

Row = dict[str, Any]


@dataclass(frozen=True)
class Picture:
    """`id` names its words in `pictures.yml`; `notes`: what each number in the picture says; `draw(is_narrow)`."""

    id: str
    notes: list[tuple[str, str]]
    draw: Callable[[bool], charts.Spec]


class Notes:
    """Numbers for what must be told of figures: one for each text."""

    def __init__(self, texts: Texts):
        self._texts = texts
        self._places: dict[str, dict[str, list[str]]] = {}

    def number(self, text: str, series: str, period: str) -> str:
        """The number under which `text` is told of a figure; none for an empty text."""
        if not text:
            return ""
        periods = self._places.setdefault(text, {}).setdefault(series, [])
        if period not in periods:
            periods.append(period)
        return _numeral(list(self._places).index(text))

    def told(self) -> list[tuple[str, str]]:
        """Each number with the figures that bear it and what is to be known of them."""
        colon, comma = {"en": (": ", ", "), "zh": ("\uff1a", "\u3001")}[self._texts.language]
        return [
            (
                _numeral(at),
                f"{_span([f'{name} {comma.join(periods)}'.strip() for name, periods in places.items()])}{colon}{text}",
            )
            for at, (text, places) in enumerate(self._places.items())
        ]


def _numeral(at: int) -> str:
    return CIRCLED[at] if at < len(CIRCLED) else f"({at + 1})"


class Drawing:
    """A mart's rows on their way into pictures, in one language."""

    def __init__(self, mart: Mart, spec: dict[str, Any], marks: Marks, texts: Texts):
        self.mart, self.marks, self.texts = mart, marks, texts
        self.columns = {name: column for table in spec["tables"] for name, column in table["columns"].items()}
        self.home = mart.rows_of_main_area
        self.words = {
            "series": texts.column("what"),
            "period": texts.word("period"),
            "status": texts.word("status"),
        }

    def note(self, row: Row, column: str) -> str:
        """What must be told of a figure that is not normal: its status, and what decisions tell of its cells.

        Where there is no figure, or the series breaks, the row's caveat says why.
        """
        status = row.get(self.columns[column].get("status", ""))
        if not self.marks.is_told(status):
            return ""
        marks = self.marks.of_value(self.mart.table, self.mart.key(row), column)
        told = [self.texts.field(mark.record, "caveat") for mark in marks if mark.kind == "decision"]
        if status == "B" or row[column] is None or not any(told):
            told = [caveat(row, self.texts)]
        stop, space = {"en": (". ", " "), "zh": ("\u3002", "")}[self.texts.language]
        return f"{self.texts.status(status)}{stop}{space.join(dict.fromkeys(text for text in told if text))}".strip()

    def unit(self, column: str, rows: list[Row]) -> figures.Unit:
        percent = self.columns[column].get("as") == "percent"
        return figures.unit_of(column, [row[column] for row in rows], self.texts.language, percent)

    def title(self, column: str, unit: figures.Unit, name: str | None = None) -> str:
        opening, closing = {"en": (" (", ")"), "zh": ("\uff08", "\uff09")}[self.texts.language]
        return f"{name or self.texts.of(self.columns[column])}{opening}{unit.name}{closing}"

    def line(
        self,
        rows: list[Row],
        column: str,
        unit: figures.Unit,
        name: str,
        style: int,
        notes: Notes,
        context: bool = False,
    ) -> Line:
        """One series of a column; rows without a value are told in the notes and leave a gap."""
        status_column = self.columns[column].get("status", "")
        points, gap = [], False
        for row in sorted(rows, key=lambda row: row["period_start"]):
            status, value = row.get(status_column), row[column]
            note = notes.number(self.note(row, column), name, row["time_period"])
            if value is None:
                gap = True
                continue
            is_break = status == "B" and (bool(row["is_break"]) if "is_break" in row else True)
            points.append(
                Point(
                    row["year"] + (row["period_start"].month - 1) / 12,
                    unit.number(value),
                    row["time_period"],
                    unit.text(value),
                    self.texts.status(status),
                    note,
                    is_open=self.marks.is_told(status),
                    is_break=bool(points) and is_break,
                    is_cut=bool(points) and gap,
                )
            )
            gap = False
        return Line(name, points, style, context)

    def by(
        self, dimension: str, column: str, rows: list[Row], notes: Notes, name: str | None = None, **panel: Any
    ) -> Panel:
        """A panel with one line for each value of a dimension, in the order in which they come."""
        unit = self.unit(column, rows)
        groups: dict[str, list[Row]] = {}
        for row in rows:
            groups.setdefault(named(row, dimension, self.texts), []).append(row)
        lines = [
            self.line(group, column, unit, label, style, notes) for style, (label, group) in enumerate(groups.items())
        ]
        return Panel(self.title(column, unit, name), [line for line in lines if line.points], **panel)

    def over_time(self, name: str, panels: list[Panel], notes: Notes) -> Picture | None:
        panels = [panel for panel in panels if panel.lines]
        if not panels:
            return None
        return Picture(name, notes.told(), lambda is_narrow: charts.over_time(panels, is_narrow, self.words))

    def across(self, name: str, panels: list[Bars], notes: Notes) -> Picture | None:
        panels = [panel for panel in panels if panel.bars]
        if not panels:
            return None
        return Picture(name, notes.told(), lambda is_narrow: charts.across(panels, is_narrow, self.words))

    def bar(self, row: Row, column: str, unit: figures.Unit, name: str, notes: Notes) -> Bar:
        """One bar; a value that is missing has its reason in its place."""
        status, value = row.get(self.columns[column].get("status", "")), row[column]
        note = notes.number(self.note(row, column), name, row["time_period"])
        words = self.texts.status(status)
        if value is None:
            return Bar(name, None, f"× {words}", note=note, status=words)
        is_open = self.marks.is_told(status)
        return Bar(name, unit.number(value), unit.text(value), note=note, is_open=is_open, status=words)


def _span(places: list[str]) -> str:
    """The figures that a note is about; many are told by the first and the last."""
    return ", ".join(places) if len(places) <= 6 else f"{', '.join(places[:5])}, … {places[-1]}"
