"""Pictures drawn from records: lines in aligned panels, bars in aligned panels, ranges.

Each is legible without colour: a series has a dash and a shape of its own and its name at its end; a figure that
needs a caveat is an open mark with a number that the list beneath explains; where a series breaks, its line does.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import altair as alt
import vl_convert

FONT = "system-ui, 'Helvetica Neue', Arial, 'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', sans-serif"
INK, FAINT, GRID = "#1d2327", "#5d666d", "#e3e6e8"
#: Told apart by lightness as well as by hue; each has 4.5 : 1 against white.
COLOURS = ["#1b4f8a", "#b3401c", "#2d7040", "#6a4589", "#7d5a00", "#3f474d", "#a0306a"]
DASHES = [[1, 0], [7, 3], [2, 2], [9, 3, 2, 3], [4, 4], [12, 3], [1, 4]]
SHAPES = ["circle", "square", "triangle-up", "diamond", "cross", "triangle-down", "triangle-right"]
#: Width of the plot and of the space for names, on a page and on a phone.
WIDE, NARROW = (500, 150), (208, 84)
CIRCLED = [chr(0x2460 + number) for number in range(20)]


@dataclass(frozen=True)
class Point:
    """One figure: `x` a year and its part, `y` in the panel's unit; `note` points to the list beneath."""

    x: float
    y: float
    period: str
    text: str
    status: str = ""
    note: str = ""
    is_open: bool = False
    is_break: bool = False


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


@dataclass(frozen=True)
class Bar:
    """One bar, or a range if `low` is given; without `y` the words of `text` stand in its place."""

    name: str
    y: float | None
    text: str
    style: int = 0
    low: float | None = None
    note: str = ""
    is_open: bool = False
    status: str = ""


@dataclass(frozen=True)
class Bars:
    """One measure over categories, from zero."""

    title: str
    bars: list[Bar]
    legend: list[str] = field(default_factory=list)


def over_time(panels: list[Panel], is_narrow: bool, words: dict[str, str]) -> alt.VConcatChart:
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
    return alt.vconcat(*drawn, spacing=26)


def across(panels: list[Bars], is_narrow: bool, words: dict[str, str]) -> alt.VConcatChart:
    """Panels of horizontal bars beneath each other, each value beside its bar."""
    return alt.vconcat(*[_bars(panel, is_narrow, words) for panel in panels], spacing=26)


def svg(chart: alt.TopLevelMixin) -> str:
    """The picture as SVG that scales with the page; what it shows is told by the page, so it names no roles."""
    text = vl_convert.vegalite_to_svg(spec(chart))
    text = re.sub(r' (role|aria-[a-z]+)="[^"]*"', "", text)
    head, _, body = text.partition(">")
    width = re.search(r'width="([\d.]+)"', head)
    size = f' style="max-width:{width[1]}px"' if width else ""
    head = re.sub(r' (width|height|version|class|xmlns:xlink)="[^"]*"', "", head)
    return f'{head}{size} aria-hidden="true">{body}'


def spec(chart: alt.TopLevelMixin) -> dict[str, Any]:
    """The Vega-Lite specification, with the book's look."""
    look = {
        "font": FONT,
        "background": "white",
        "padding": {"left": 2, "right": 12, "top": 6, "bottom": 4},
        "view": {"stroke": None},
        "axis": {
            "labelFont": FONT,
            "titleFont": FONT,
            "labelColor": FAINT,
            "labelFontSize": 11,
            "domainColor": FAINT,
            "tickColor": FAINT,
            "gridColor": GRID,
        },
        "title": {"font": FONT, "fontSize": 12.5, "fontWeight": 600, "color": INK, "anchor": "start", "offset": 10},
        "text": {"font": FONT},
        "concat": {"align": "each"},
        "aria": False,
    }
    return {**chart.to_dict(), "config": look}


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


def _panel(panel: Panel, x: alt.X, is_narrow: bool, words: dict[str, str], last: float) -> alt.LayerChart:
    width = (NARROW if is_narrow else WIDE)[0]
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
    data = alt.Data(values=records)
    points = alt.Chart(data).mark_point(size=46, strokeWidth=1.6, opacity=1)
    style = {
        "x": x,
        "y": y,
        "shape": alt.Shape("shape:N", scale=None, legend=None),
        "stroke": alt.Stroke("colour:N", scale=None, legend=None),
        "fill": alt.Fill("fill:N", scale=None, legend=None),
    }
    layers.append(points.encode(**style, tooltip=tooltip))
    noted = [record for record in records if record["note"]]
    if noted:
        marks = alt.Chart(alt.Data(values=noted)).mark_text(dy=-12, fontSize=13, color=INK)
        layers.append(marks.encode(x=x, y=y, text="note:N"))
    layers += [_name(name, x, y, last) for name in _names(panel, is_narrow, high - low or 1)]
    return alt.layer(*layers).properties(width=width, height=panel.height, title=_title(panel.title, is_narrow))


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
        if point.is_break:
            segments.append([])
        segments[-1].append(point)
    colour = FAINT if line.is_context else COLOURS[line.style % len(COLOURS)]
    drawn = [
        alt.Chart(alt.Data(values=[{"x": point.x, "y": point.y} for point in segment]))
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
        across_break = alt.Chart(alt.Data(values=breaks)).mark_text(text="//", fontSize=15, dx=-13, color=colour)
        drawn.append(across_break.encode(x=x, y=y))
    return drawn


def _base(low: float, high: float) -> alt.Chart:
    return alt.Chart(alt.Data(values=[{"y": 0}])).mark_rule(color=FAINT).encode(y="y:Q")


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
    data = alt.Data(values=[{"x": last, "y": name["at"]}])
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


def _bars(panel: Bars, is_narrow: bool, words: dict[str, str]) -> alt.LayerChart:
    names = list(dict.fromkeys(bar.name for bar in panel.bars))
    high = max([bar.y for bar in panel.bars if bar.y is not None], default=1) or 1
    records = [
        {
            "name": bar.name,
            "y": bar.y if bar.y is not None else 0,
            "low": bar.low or 0,
            "text": f"{bar.text} {bar.note}".strip(),
            "status": bar.status,
            "colour": COLOURS[bar.style % len(COLOURS)],
            "fill": "white" if bar.is_open else COLOURS[bar.style % len(COLOURS)],
            "dash": [4, 3] if bar.is_open else [1, 0],
            "offset": bar.style,
            "is_known": bar.y is not None,
        }
        for bar in panel.bars
    ]
    groups = len({bar.style for bar in panel.bars})
    joined = "|"
    for record in records:
        record["name"] = joined.join(wrapped(record["name"], is_narrow))
    order = [joined.join(wrapped(name, is_narrow)) for name in names]
    y = alt.Y(
        "name:N",
        sort=order,
        title=None,
        axis=alt.Axis(
            labelExpr=f"split(datum.label, '{joined}')", labelLimit=220, domain=False, ticks=False, labelColor=INK
        ),
    )
    x = alt.X(
        "y:Q",
        title=None,
        scale=alt.Scale(domain=[0, high * (1.45 if is_narrow else 1.25)], nice=False),
        axis=alt.Axis(tickCount=3 if is_narrow else 5, domain=False, ticks=False),
    )
    inner = alt.YOffset("offset:O", sort=None) if groups > 1 else alt.YOffset()
    base = alt.Chart(alt.Data(values=records))
    tooltip = [
        alt.Tooltip("name:N", title=words["series"]),
        alt.Tooltip("text:N", title=panel.title),
        alt.Tooltip("status:N", title=words["status"]),
    ]
    shape = base.transform_filter("datum.is_known").mark_bar(height={"band": 0.72}, strokeWidth=1.4)
    drawn = shape.encode(
        x=x,
        x2="low:Q",
        y=y,
        yOffset=inner,
        fill=alt.Fill("fill:N", scale=None, legend=None),
        stroke=alt.Stroke("colour:N", scale=None, legend=None),
        strokeDash=alt.StrokeDash("dash:N", scale=None, legend=None),
        tooltip=tooltip,
    )
    values = base.mark_text(align="left", dx=5, fontSize=11, color=INK, baseline="middle").encode(
        x=x, y=y, yOffset=inner, text="text:N"
    )
    step = 22 if groups == 1 else 17
    rows = max(len(panel.bars), sum(max(1, len(name.split(joined)) * 0.7) for name in order))
    return alt.layer(drawn, values).properties(
        width=190 if is_narrow else 470, height=max(step * rows, 40), title=_title(panel.title, is_narrow)
    )


def _title(text: str, is_narrow: bool) -> alt.TitleParams:
    """A panel's title over its axis, in two lines on a phone."""
    if not is_narrow or len(text) < 44:
        return alt.TitleParams(text)
    return alt.TitleParams(_halved(text))


def _halved(text: str) -> list[str]:
    middle = len(text) // 2
    cut = min((match.start() for match in re.finditer(" ", text)), key=lambda at: abs(at - middle), default=middle)
    return [text[:cut], text[cut:].strip()]


def _ends(panels: list[Panel]) -> tuple[float, float]:
    xs = [point.x for panel in panels for line in panel.lines for point in line.points] or [0.0]
    return min(xs), max(xs)


def _every(years: list[int], is_narrow: bool) -> int:
    return max(1, -(-len(years) // (6 if is_narrow else 14)))


Draw = Callable[[bool], alt.TopLevelMixin]
