"""A page of HTML to hold beside the printed one: each cell as it stands, and what was read of it.

A figure shows its number, its unit and its codes; a cell with a fault shows the fault; the rest is a label, a line
or unread.
"""

from __future__ import annotations

from html import escape

from orchestration.intake.formats.format import Page
from validations.dimensions import DIMENSIONS
from validations.faults import Fault

STYLE = """
body { font: 14px/1.4 system-ui, sans-serif; margin: 1.5em; color: #222; }
table { border-collapse: collapse; } td, th { border: 1px solid #ccc; padding: 2px 6px; vertical-align: top; }
th { background: #f3f3f3; font-weight: normal; color: #666; } td small { display: block; color: #456; }
td.figure { background: #eef7ee; text-align: right; } td.fault { background: #fde7e4; } td.text { background: #fff; }
li { margin: .2em 0; } .key span { padding: 2px 6px; border: 1px solid #ccc; margin-right: .6em; }
"""
#: Dimensions that the most figures share say nothing beside each of them.
QUIET = {"_Z", "_T"}


def drawn(name: str, pages: dict[str, Page], cells: list[dict], faults: list[Fault]) -> str:
    """The HTML of the pages of a file, by table. `cells`: what intake read of them, one row a figure; `faults`: of its
    file and descriptor."""
    shared = {(key, cells[0][key]) for key in DIMENSIONS if cells and len({cell[key] for cell in cells}) == 1}
    whole = ", ".join(f"{key} {code}" for key, code in sorted(shared) if code not in QUIET) or "nothing"
    listed = "".join(f"<li>{escape(str(fault))}</li>" for fault in faults)
    drawings = "".join(
        _page(table, page, [cell for cell in cells if _stands_on(cell, table, pages)], faults, shared)
        for table, page in pages.items()
    )
    return (
        f"<!doctype html><html lang=en><meta charset=utf-8><title>{escape(name)}</title><style>{STYLE}</style>"
        f"<h1>{escape(name)}</h1><p>{len(cells):,} figures read. Of all of them: {escape(whole)}.</p>"
        '<p class=key><span class=figure style="background:#eef7ee">a figure, as read</span>'
        '<span style="background:#fde7e4">a fault</span><span>a label, a line, or not read</span></p>'
        + (f"<h2>{len(faults)} thing(s) to decide</h2><ol>{listed}</ol>" if faults else "")
        + f"{drawings}</html>\n"
    )


def _stands_on(cell: dict, table: str, pages: dict[str, Page]) -> bool:
    """Whether a figure stands on the page of a table: that of its own, or of the one whose column of figures it is of."""
    return table == (cell["table_id"] if cell["table_id"] in pages else cell["whole_table"])


def _page(table: str, page: Page, cells: list[dict], faults: list[Fault], shared: set) -> str:
    read = {(cell["row_no"], cell["column_no"]): cell for cell in cells}
    wrong: dict[tuple[int, str], list[Fault]] = {}
    for fault in faults:
        of_sheet = fault.file.partition("#")[2]
        if fault.row is not None and not fault.file.endswith(".yaml") and of_sheet in ("", page.name):
            wrong.setdefault((fault.row, fault.column.partition(" ")[0]), []).append(fault)
    width = max((len(row) for row in page.rows), default=0)
    head = "".join(f"<th>{number}</th>" for number in range(page.first, page.first + width))
    rows = []
    for row, line in zip(page.rows, page.lines):
        drawn_cells = "".join(
            _cell(text, read.get((line, n)), wrong.get((line, str(n))), shared)
            for n, text in enumerate(row, page.first)
        )
        rows.append(f"<tr><th>{line}</th>{drawn_cells}</tr>")
    title = f"{table}: {page.name}" if page.name else table
    return f"<h2>{escape(title)}</h2><table><tr><th></th>{head}</tr>{''.join(rows)}</table>"


def _cell(text: str, cell: dict | None, faults: list[Fault] | None, shared: set) -> str:
    if faults:
        said = "; ".join(fault.expected for fault in faults)
        return f"<td class=fault title={_quoted(said)}>{escape(text)}<small>{escape(said[:120])}</small></td>"
    if cell is None:
        return f"<td class=text>{escape(text)}</td>"
    own = [f"{key} {cell[key]}" for key in DIMENSIONS if (key, cell[key]) not in shared and cell[key] not in QUIET]
    number = (
        "missing"
        if cell["numeral"] is None
        else cell["numeral"] + ("" if cell["numeral_high"] is None else f"-{cell['numeral_high']}")
    )
    unit = cell["printed_unit"] or ("%" if cell["percent"] else "no unit")
    return (
        f"<td class=figure title={_quoted(', '.join(own))}>{escape(text)}"
        f"<small>{escape(number)} {escape(unit)}<br>{escape(', '.join(own))}</small></td>"
    )


def _quoted(text: str) -> str:
    return f'"{escape(text, quote=True)}"'
