"""A mart's rows on their way into pictures, in one language, with what must be told of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import altair as alt

from bi import charts, figures
from bi.charts import CIRCLED, Bar, Bars, Line, Panel, Point
from bi.tables import Mart, caveat, named
from bi.texts import Texts

Row = dict[str, Any]


@dataclass(frozen=True)
class Picture:
    """`id` names its words in `pictures.yml`; `notes`: what each number in the picture says; `draw(is_narrow)`."""

    id: str
    notes: list[tuple[str, str]]
    draw: Callable[[bool], alt.TopLevelMixin]


class Notes:
    """Numbers for what must be told of figures: one for each text."""

    def __init__(self, texts: Texts):
        self._texts = texts
        self._places: dict[str, list[str]] = {}

    def number(self, row: Row, status: str | None, series: str, always: bool = False) -> str:
        """The number of the row's caveat, with its status in words; none where the figure is normal."""
        told = caveat(row, self._texts)
        if always and told:
            text = told
        elif status in (None, "A"):
            return ""
        else:
            stop = {"en": ". ", "zh": "。"}[self._texts.language]
            text = f"{self._texts.status(status)}{stop}{told}".strip()
        places = self._places.setdefault(text, [])
        place = f"{series} {row['time_period']}".strip()
        if place not in places:
            places.append(place)
        at = list(self._places).index(text)
        return CIRCLED[at] if at < len(CIRCLED) else f"({at + 1})"

    def told(self) -> list[tuple[str, str]]:
        """Each number with the figures that bear it and what is to be known of them."""
        colon = {"en": ": ", "zh": ":"}[self._texts.language]
        numbers = [CIRCLED[at] if at < len(CIRCLED) else f"({at + 1})" for at in range(len(self._places))]
        return [
            (number, f"{_span(places)}{colon}{text}") for number, (text, places) in zip(numbers, self._places.items())
        ]


class Drawing:
    """A mart's rows on their way into pictures, in one language."""

    def __init__(self, mart: Mart, spec: dict[str, Any], texts: Texts):
        self.mart, self.texts = mart, texts
        self.columns = {name: column for table in spec["tables"] for name, column in table["columns"].items()}
        self.home = [row for row in mart.rows if row["ref_area"] == mart.main_area]
        self.words = {
            "series": texts.word("marts"),
            "period": texts.word("period"),
            "status": texts.word("verdict"),
        }

    def unit(self, column: str, rows: list[Row]) -> figures.Unit:
        percent = self.columns[column].get("as") == "percent"
        return figures.unit_of(column, [row[column] for row in rows], self.texts.language, percent)

    def title(self, column: str, unit: figures.Unit, name: str | None = None) -> str:
        opening, closing = {"en": (" (", ")"), "zh": ("(", ")")}[self.texts.language]
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
            if value is None:
                if status in ("O", "Q", "L"):
                    notes.number(row, status, name)
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
                    notes.number(row, status, name),
                    is_open=status not in (None, "A"),
                    is_break=bool(points) and (is_break or gap),
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

    def bar(self, row: Row, column: str, unit: figures.Unit, name: str, notes: Notes, style: int = 0) -> Bar:
        """One bar; a value that is missing has its reason in its place."""
        status, value = row.get(self.columns[column].get("status", "")), row[column]
        note = notes.number(row, status, name)
        words = self.texts.status(status)
        if value is None:
            return Bar(name, None, f"× {words}", style, note=note, status=words)
        is_open = status not in (None, "A")
        return Bar(name, unit.number(value), unit.text(value), style, note=note, is_open=is_open, status=words)


def _span(places: list[str]) -> str:
    """The figures that a note is about; many are told by the first and the last."""
    return ", ".join(places) if len(places) <= 6 else f"{', '.join(places[:5])}, … {places[-1]}"
