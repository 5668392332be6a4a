"""Bars in aligned panels, and ranges, each value beside its bar."""

from __future__ import annotations

from dataclasses import dataclass

import altair as alt

from bi.charts.look import COLOURS, INK, Spec, named, spec, title


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


def across(panels: list[Bars], is_narrow: bool, words: dict[str, str]) -> Spec:
    """Panels of horizontal bars beneath each other, each value beside its bar; those of one title's unit share a scale."""
    highs: dict[str, float] = {}
    for panel in panels:
        values = [bar.y for bar in panel.bars if bar.y is not None]
        highs[panel.scale] = max([highs.get(panel.scale, 0.0), *values])
    drawn = [_bars(panel, is_narrow, words, highs[panel.scale] or 1) for panel in panels]
    return spec(alt.vconcat(*drawn, spacing=26))


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
    base = alt.Chart(named(records))
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
        title=title(panel.title, is_narrow),
    )
