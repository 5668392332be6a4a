"""Lines in aligned panels that share their years."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import altair as alt

from bi.charts.look import COLOURS, DASHES, FAINT, INK, SHAPES, Spec, named, spec, title

#: Width of a plot over time, on a page and on a phone; names of series come beside it.
WIDE, NARROW = 540, 208


@dataclass(frozen=True)
class Point:
    """One figure: `x` a year and its part, `y` in the panel's unit; `note` points to the list beneath.

    `is_break`: what is counted changed; `is_cut`: a figure before it is missing. Both cut the line.
    """

    x: float
    y: float
    period: str
    text: str
    status: str = ""
    note: str = ""
    is_open: bool = False
    is_break: bool = False
    is_cut: bool = False


@dataclass(frozen=True)
class Line:
    """A series; the line is cut before each break. `style`: which colour, dash and shape."""

    name: str
    points: list[Point]
    style: int = 0
    is_context: bool = False


@dataclass(frozen=True)
class Panel:
    """One measure over time: `title` names it with its unit; the axis begins at `base`."""

    title: str
    lines: list[Line]
    base: float = 0
    height: int = 190


def over_time(panels: list[Panel], is_narrow: bool, words: dict[str, str]) -> Spec:
    """Panels beneath each other that share their years. `words`: period, value, status, break in the page's language."""
    years = sorted({int(point.x) for panel in panels for line in panel.lines for point in line.points})
    first, last = _ends(panels)
    x = alt.X(
        "x:Q",
        title=None,
        scale=alt.Scale(domain=[first - 0.15, last + 0.15], nice=False),
        axis=alt.Axis(values=years[:: _every(years, is_narrow)], format="d", grid=False, tickSize=4),
    )
    drawn = [_panel(panel, x, is_narrow, words, last) for panel in panels]
    return spec(alt.vconcat(*drawn, spacing=26))


def _panel(panel: Panel, x: alt.X, is_narrow: bool, words: dict[str, str], last: float) -> alt.LayerChart:
    width = NARROW if is_narrow else WIDE
    values = [point.y for line in panel.lines for point in line.points]
    low, high = min([panel.base, *values]), max([panel.base, *values])
    y = alt.Y(
        "y:Q",
        title=None,
        scale=alt.Scale(domain=[low, high + (high - low) * 0.08 or 1], nice=True, zero=False),
        axis=alt.Axis(tickCount=5, domain=False, ticks=False),
    )
    layers: list[alt.Chart] = [_base(low, high)] if low < 0 else []
    records = [_record(line, point) for line in panel.lines for point in line.points]
    tooltip = [
        alt.Tooltip("name:N", title=words["series"]),
        alt.Tooltip("period:N", title=words["period"]),
        alt.Tooltip("text:N", title=panel.title),
        alt.Tooltip("status:N", title=words["status"]),
    ]
    for line in panel.lines:
        layers += _line(line, x, y)
    data = named(records)
    points = alt.Chart(data).mark_point(size=46, strokeWidth=1.6, opacity=1)
    style = {
        "x": x,
        "y": y,
        "shape": alt.Shape("shape:N", scale=None, legend=None),
        "stroke": alt.Stroke("colour:N", scale=None, legend=None),
        "fill": alt.Fill("fill:N", scale=None, legend=None),
    }
    layers.append(points.encode(**style, tooltip=tooltip))
    layers += _notes(records, x, y, high - low or 1)
    layers += [_name(name, x, y, last) for name in _names(panel, is_narrow, high - low or 1)]
    return alt.layer(*layers).properties(width=width, height=panel.height, title=title(panel.title, is_narrow))


def _notes(records: list[dict[str, Any]], x: alt.X, y: alt.Y, span: float) -> list[alt.Chart]:
    """The numbers of the notes, each above its figure, or below it where another figure is close above."""
    drawn = []
    for is_below in (False, True):
        chosen = [
            record
            for record in records
            if record["note"] and is_below == any(_is_close_above(record, other, span) for other in records)
        ]
        if chosen:
            marks = alt.Chart(named(chosen)).mark_text(dy=14 if is_below else -12, fontSize=13, color=INK)
            drawn.append(marks.encode(x=x, y=y, text="note:N"))
    return drawn


def _is_close_above(record: dict[str, Any], other: dict[str, Any], span: float) -> bool:
    return other["x"] == record["x"] and 0 < other["y"] - record["y"] < span * 0.11


def _record(line: Line, point: Point) -> dict[str, Any]:
    colour = FAINT if line.is_context else COLOURS[line.style % len(COLOURS)]
    return {
        "x": point.x,
        "y": point.y,
        "name": line.name,
        "period": point.period,
        "text": point.text,
        "status": point.status,
        "note": point.note,
        "shape": SHAPES[line.style % len(SHAPES)],
        "colour": colour,
        "fill": "white" if point.is_open else colour,
    }


def _line(line: Line, x: alt.X, y: alt.Y) -> list[alt.Chart]:
    """The segments of one series, and a tick across each break."""
    segments: list[list[Point]] = [[]]
    for point in line.points:
        if point.is_break or point.is_cut:
            segments.append([])
        segments[-1].append(point)
    colour = FAINT if line.is_context else COLOURS[line.style % len(COLOURS)]
    drawn = [
        alt.Chart(named([{"x": point.x, "y": point.y} for point in segment]))
        .mark_line(
            color=colour,
            strokeWidth=1 if line.is_context else 2,
            strokeDash=DASHES[line.style % len(DASHES)],
        )
        .encode(x=x, y=y)
        for segment in segments
        if len(segment) > 1
    ]
    breaks = [{"x": point.x, "y": point.y} for point in line.points if point.is_break]
    if breaks:
        across_break = alt.Chart(named(breaks)).mark_text(text="//", fontSize=15, dx=-13, color=colour)
        drawn.append(across_break.encode(x=x, y=y))
    return drawn


def _base(low: float, high: float) -> alt.Chart:
    return alt.Chart(named([{"y": 0}])).mark_rule(color=FAINT).encode(y="y:Q")


def _names(panel: Panel, is_narrow: bool, span: float) -> list[dict[str, Any]]:
    """Each series' name at its last figure, moved apart where names would overlap."""
    ended = [line for line in panel.lines if line.points]
    if len(panel.lines) < 2:
        return []
    names = []
    for line in ended:
        lines = wrapped(line.name, is_narrow)
        colour = FAINT if line.is_context else COLOURS[line.style % len(COLOURS)]
        end = line.points[-1].y
        names.append({"x": line.points[-1].x, "y": end, "at": end, "lines": lines, "colour": colour})
    names.sort(key=lambda name: name["at"])
    a_line = span * 1.12 / panel.height * 13.5
    for below, above in zip(names, names[1:]):
        room = a_line * (len(below["lines"]) + len(above["lines"])) / 2
        above["at"] = max(above["at"], below["at"] + room)
    return names


def _name(name: dict[str, Any], x: alt.X, y: alt.Y, last: float) -> alt.Chart:
    data = named([{"x": last, "y": name["at"]}])
    text = name["lines"][0] if len(name["lines"]) == 1 else name["lines"]
    height = 13 * (len(name["lines"]) - 1) / 2
    drawn = alt.Chart(data).mark_text(
        align="left",
        dx=12,
        dy=-height,
        fontSize=11.5,
        lineHeight=13,
        color=name["colour"],
        text=text,
        baseline="middle",
    )
    return drawn.encode(x=x, y=y)


def wrapped(text: str, is_narrow: bool) -> list[str]:
    """A name in lines that fit beside the plot."""
    limit = 13 if is_narrow else 24
    if not text.isascii():
        limit //= 2
        return [text[start : start + limit] for start in range(0, len(text), limit)]
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + len(word) >= limit:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def _ends(panels: list[Panel]) -> tuple[float, float]:
    xs = [point.x for panel in panels for line in panel.lines for point in line.points] or [0.0]
    return min(xs), max(xs)


def _every(years: list[int], is_narrow: bool) -> int:
    return max(1, -(-len(years) // (6 if is_narrow else 14)))
