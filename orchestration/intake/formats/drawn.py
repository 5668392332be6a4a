"""What a sheet draws around its texts: cells that stand over several columns, and lines between columns.

Cells are merged, or a text is centred across a selection: then it stands in the first cell of it. Numbers have no lines:
what they tell is which columns a heading stands over.
"""

from __future__ import annotations

from typing import Any

from orchestration.intake.formats.format import Drawn

#: The alignment of a text that is centred across a selection, in a workbook of the newer kind, and of the older.
ACROSS, ACROSS_IN_BIFF = "centerContinuous", 6
#: What a cell of the older kind holds that is a text, or nothing.
TEXTS_IN_BIFF = (0, 1, 6)


def of_xlsx(sheet: Any) -> Drawn:
    """Of a sheet of the newer kind."""
    found = Drawn({}, set())
    for one in sheet.merged_cells.ranges:
        found.spans.update({(one.min_row - 1, one.min_col - 1): one.max_col - 1} if one.max_col > one.min_col else {})
    for index, row in enumerate(sheet.iter_rows()):
        first = None
        for column, cell in enumerate(row):
            is_across = cell.has_style and cell.alignment.horizontal == ACROSS
            first = _across(found, index, column, first, cell.value is None, is_across)
            if cell.has_style and isinstance(cell.value, (str, type(None))):
                border = cell.border
                found.ruled.update({(index, column - 1)} if border.left and border.left.style else ())
                found.ruled.update({(index, column)} if border.right and border.right.style else ())
    return found


def of_xls(book: Any, sheet: Any) -> Drawn:
    """Of a sheet of the older kind."""
    found = Drawn({}, set())
    for top, _, left, end in sheet.merged_cells:
        found.spans.update({(top, left): end - 1} if end - 1 > left else {})
    for index in range(sheet.nrows):
        first = None
        for column, cell in enumerate(sheet.row(index)):
            style = book.xf_list[cell.xf_index]
            is_across = style.alignment.hor_align == ACROSS_IN_BIFF
            first = _across(found, index, column, first, not cell.value, is_across)
            if cell.ctype in TEXTS_IN_BIFF:
                found.ruled.update({(index, column - 1)} if style.border.left_line_style else ())
                found.ruled.update({(index, column)} if style.border.right_line_style else ())
    return found


def _across(found: Drawn, index: int, column: int, first: int | None, is_blank: bool, is_across: bool) -> int | None:
    """Take up a cell of a row, in which the last text that is centred across what follows stands at `first`; where such a
    one stands then."""
    if not is_across:
        return None
    if not is_blank:
        return column
    if first is not None:
        found.spans[index, first] = column
    return first
