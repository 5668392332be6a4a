"""Pictures drawn from records: lines in aligned panels, bars in aligned panels, ranges.

Each is legible without colour: a series has a dash and a shape of its own and its name at its end; a figure that
needs a caveat is an open mark with a number that the list beneath explains; where a series breaks, its line does.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from typing import Any

import altair as alt
import vl_convert

FONT = "system-ui, 'Helvetica Neue', Arial, 'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', sans-serif"
INK, FAINT, GRID = "#1d2327", "#5d666d", "#e3e6e8"
#: Told apart by lightness as well as by hue; each has 4.5 : 1 against white.
COLOURS = ["#1b4f8a", "#b3401c", "#2d7040", "#6a4589", "#7d5a00", "#3f474d", "#a0306a"]
DASHES = [[1, 0], [7, 3], [2, 2], [9, 3, 2, 3], [4, 4], [12, 3], [1, 4]]
SHAPES = ["circle", "square", "triangle-up", "diamond", "cross", "triangle-down", "triangle-right"]
#: Width of a plot over time, on a page and on a phone; names of series come beside it.
WIDE, NARROW = 540, 208
#: Records of the pictures drawn so far, by the name under which a specification refers to them.
_RECORDS: dict[str, list[dict[str, Any]]] = {}
Spec = dict[str, Any]
CIRCLED = [chr(0x2460 + number) for number in range(20)]


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


@dataclass(frozen=True)
class Bar:
    """One bar, or a range if `low` is given; without `y` the words of `text` stand in its place."""

    name: str
    y: float | None
    text: str
    low: float | None = None
    note: str = ""
    is_open: bool = False
    status: str = ""


@dataclass(frozen=True)
class Bars:
    """One measure over categories, from zero; panels of one `scale` share it."""

    title: str
    bars: list[Bar]
    scale: str = ""


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
    return _spec(alt.vconcat(*drawn, spacing=26))


def across(panels: list[Bars], is_narrow: bool, words: dict[str, str]) -> Spec:
    """Panels of horizontal bars beneath each other, each value beside its bar; those of one title's unit share a scale."""
    highs: dict[str, float] = {}
    for panel in panels:
        values = [bar.y for bar in panel.bars if bar.y is not None]
        highs[panel.scale] = max([highs.get(panel.scale, 0.0), *values])
    drawn = [_bars(panel, is_narrow, words, highs[panel.scale] or 1) for panel in panels]
    return _spec(alt.vconcat(*drawn, spacing=26))


def svg(spec: Spec) -> str:
    """The picture as SVG that scales with the page; what it shows is told by the page, so it names no roles."""
    text = vl_convert.vegalite_to_svg(spec)
    text = re.sub(r' (role|aria-[a-z]+)="[^"]*"', "", text)
    head, _, body = text.partition(">")
    width = re.search(r'width="([\d.]+)"', head)
    size = f' style="max-width:{width[1]}px"' if width else ""
    head = re.sub(r' (width|height|version|class|xmlns:xlink)="[^"]*"', "", head)
    return f'{head}{size} aria-hidden="true">{body}'


def _spec(chart: alt.VConcatChart) -> Spec:
    """The specification with the book's look and its records as datasets.

    Altair copies what it composes and checks all of it: records stay outside until the end, and the tests check.
    """
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
        "aria": False,
    }
    drawn = chart.to_dict(validate=False)
    names = set(re.findall(r'"name": "(records-[0-9a-f]+)"', json.dumps(drawn)))
    return {**drawn, "config": look, "datasets": {name: _RECORDS[name] for name in sorted(names)}}


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


def _data(records: list[dict[str, Any]]) -> alt.NamedData:
    """Records under a name that their content gives them."""
    name = f"records-{hashlib.sha256(json.dumps(records).encode()).hexdigest()[:12]}"
    _RECORDS[name] = records
    return alt.NamedData(name)


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
    data = _data(records)
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
    return alt.layer(*layers).properties(width=width, height=panel.height, title=_title(panel.title, is_narrow))


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
            marks = alt.Chart(_data(chosen)).mark_text(dy=14 if is_below else -12, fontSize=13, color=INK)
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
        alt.Chart(_data([{"x": point.x, "y": point.y} for point in segment]))
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
        across_break = alt.Chart(_data(breaks)).mark_text(text="//", fontSize=15, dx=-13, color=colour)
        drawn.append(across_break.encode(x=x, y=y))
    return drawn


def _base(low: float, high: float) -> alt.Chart:
    return alt.Chart(_data([{"y": 0}])).mark_rule(color=FAINT).encode(y="y:Q")


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
    data = _data([{"x": last, "y": name["at"]}])
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


def _bars(panel: Bars, is_narrow: bool, words: dict[str, str], high: float) -> alt.LayerChart:
    names = list(dict.fromkeys(bar.name for bar in panel.bars))
    is_known = any(bar.y is not None for bar in panel.bars)
    records = [
        {
            "name": bar.name,
            "y": bar.y if bar.y is not None else 0,
            "low": bar.low or 0,
            "text": f"{bar.text} {bar.note}".strip(),
            "status": bar.status,
            "fill": "white" if bar.is_open else COLOURS[0],
            "dash": [4, 3] if bar.is_open else [1, 0],
            "is_known": bar.y is not None,
        }
        for bar in panel.bars
    ]
    # On a phone a name stands above its bar, on a page beside it.
    below = 7 if is_narrow else 0
    beside = None if is_narrow else alt.Axis(labelLimit=330, domain=False, ticks=False, labelColor=INK, labelPadding=8)
    y = alt.Y("name:N", sort=names, title=None, axis=beside)
    x = alt.X(
        "y:Q",
        title=None,
        scale=alt.Scale(domain=[0, high * (1.5 if is_narrow else 1.3)], nice=False),
        axis=alt.Axis(tickCount=3 if is_narrow else 5, domain=False, ticks=False) if is_known else None,
    )
    base = alt.Chart(_data(records))
    tooltip = [
        alt.Tooltip("name:N", title=words["series"]),
        alt.Tooltip("text:N", title=panel.title),
        alt.Tooltip("status:N", title=words["status"]),
    ]
    drawn = base.transform_filter("datum.is_known").mark_bar(
        height=13, yOffset=below, y2Offset=below, strokeWidth=1.4, stroke=COLOURS[0]
    )
    layers: list[alt.Chart] = [
        drawn.encode(
            x=x,
            x2="low:Q",
            y=y,
            fill=alt.Fill("fill:N", scale=None, legend=None),
            strokeDash=alt.StrokeDash("dash:N", scale=None, legend=None),
            tooltip=tooltip,
        ),
        base.mark_text(align="left", dx=5, dy=below, fontSize=11, color=INK, baseline="middle").encode(
            x=x, y=y, text="text:N"
        ),
    ]
    if is_narrow:
        above = base.mark_text(align="left", dy=-8, fontSize=11, color=INK, baseline="middle", limit=330)
        layers.append(above.encode(x=alt.datum(0), y=y, text="name:N"))
    return alt.layer(*layers).properties(
        width=290 if is_narrow else 400,
        height=(36 if is_narrow else 22) * len(names),
        title=_title(panel.title, is_narrow),
    )


def _title(text: str, is_narrow: bool) -> alt.TitleParams:
    """A panel's title over its axis, in two lines on a phone."""
    if not is_narrow or len(text) < 44:
        return alt.TitleParams(text, frame="group")
    return alt.TitleParams(_halved(text), frame="group")


def _halved(text: str) -> list[str]:
    middle = len(text) // 2
    cut = min((match.start() for match in re.finditer(" ", text)), key=lambda at: abs(at - middle), default=middle)
    return [text[:cut], text[cut:].strip()]


def _ends(panels: list[Panel]) -> tuple[float, float]:
    xs = [point.x for panel in panels for line in panel.lines for point in line.points] or [0.0]
    return min(xs), max(xs)


def _every(years: list[int], is_narrow: bool) -> int:
    return max(1, -(-len(years) // (6 if is_narrow else 14)))
