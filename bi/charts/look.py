"""The look of every picture, its specification with records and its SVG."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

import altair as alt
import vl_convert

FONT = "system-ui, 'Helvetica Neue', Arial, 'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', sans-serif"
INK, FAINT, GRID = "#1d2327", "#5d666d", "#e3e6e8"
#: Told apart by lightness as well as by hue; each has 4.5 : 1 against white.
COLOURS = ["#1b4f8a", "#b3401c", "#2d7040", "#6a4589", "#7d5a00", "#3f474d", "#a0306a"]
DASHES = [[1, 0], [7, 3], [2, 2], [9, 3, 2, 3], [4, 4], [12, 3], [1, 4]]
SHAPES = ["circle", "square", "triangle-up", "diamond", "cross", "triangle-down", "triangle-right"]
#: Records of the pictures drawn so far, by the name under which a specification refers to them.
_RECORDS: dict[str, list[dict[str, Any]]] = {}
Spec = dict[str, Any]
CIRCLED = [chr(0x2460 + number) for number in range(20)]


def svg(spec: Spec) -> str:
    """The picture as SVG that scales with the page; what it shows is told by the page, so it names no roles."""
    text = vl_convert.vegalite_to_svg(spec)
    text = re.sub(r' (role|aria-[a-z]+)="[^"]*"', "", text)
    head, _, body = text.partition(">")
    width = re.search(r'width="([\d.]+)"', head)
    size = f' style="max-width:{width[1]}px"' if width else ""
    head = re.sub(r' (width|height|version|class|xmlns:xlink)="[^"]*"', "", head)
    return f'{head}{size} aria-hidden="true">{body}'


def spec(chart: alt.VConcatChart) -> Spec:
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


def named(records: list[dict[str, Any]]) -> alt.NamedData:
    """Records under a name that their content gives them."""
    name = f"records-{hashlib.sha256(json.dumps(records).encode()).hexdigest()[:12]}"
    _RECORDS[name] = records
    return alt.NamedData(name)


def title(text: str, is_narrow: bool) -> alt.TitleParams:
    """A panel's title over its axis, in two lines on a phone."""
    if not is_narrow or len(text) < 44:
        return alt.TitleParams(text, frame="group")
    return alt.TitleParams(_halved(text), frame="group")


def _halved(text: str) -> list[str]:
    middle = len(text) // 2
    cut = min((match.start() for match in re.finditer(" ", text)), key=lambda at: abs(at - middle), default=middle)
    return [text[:cut], text[cut:].strip()]
