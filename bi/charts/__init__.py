"""Pictures drawn from records: lines in aligned panels, bars in aligned panels, ranges.

Each is legible without colour: a series has a dash and a shape of its own and its name at its end; a figure that
needs a caveat is an open mark with a number that the list beneath explains; where a series breaks, its line does.
"""

from bi.charts.bars import Bar, Bars, across
from bi.charts.lines import Line, Panel, Point, over_time
from bi.charts.look import CIRCLED, Spec, svg

__all__ = ["CIRCLED", "Bar", "Bars", "Line", "Panel", "Point", "Spec", "across", "over_time", "svg"]
