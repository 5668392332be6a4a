"""Which tables a page holds, and which pages of a file are one table.

Of several tables on one page each has a title, or a unit, of its own; a page that says that it goes on has further rows,
or further columns, of one before.
"""

from __future__ import annotations

import re
from dataclasses import replace

from orchestration.drafting.page_look import NUMBERED, Look, NotATable, look
from orchestration.drafting.page_rows import has_figures, is_number, is_remark, is_unit_line, plain, texts_of
from orchestration.intake.formats.format import Asked, Page
from orchestration.intake.spellings import period
from validations import numerals
from validations.plain_text import HAN

#: How a line begins that says something of the figures above it.
BELOW = re.compile(
    r"[（(]?(?:备?注|说明|(?:资料|数据)?来源|notes?|sources?)\b ?\d*[）)]?[:：.]|[\u2460-\u2473*†‡]", re.IGNORECASE
)


def tables_of(page: Page) -> list[Look]:
    """The tables of a page, each with its range, and with what stands over all of them, if there are several. Raises
    NotATable."""
    found: list[Look] = []
    over: list[str] = []
    bands = [(top, _beside(page, top, end)) for top, end in _stacked(page)]
    for top, (head, parts) in bands if sum(len(parts) for _, (_, parts) in bands) > 1 else []:
        above = [" ".join(texts_of(row)) for row in page.rows[top:head]]
        for cells in parts:
            try:
                seen = look(page.within(cells))
            except NotATable:
                # What cannot be told apart is one table.
                return [look(page)]
            over = over if found else [*filter(None, above)] or _over_all(seen)
            found.append(replace(seen, cells=cells, over_all=tuple(dict.fromkeys([*over, *filter(None, above)]))))
    return found or [look(page)]


def _over_all(first: Look) -> list[str]:
    """What stands over all tables of a page, the `first` of which begins with it: the lines above the title of that one,
    and one that is nothing but a period."""
    lines = [text for index, text in first.lines if index < first.header and not is_unit_line([text])]
    titles = [text for text in lines if not period(plain(text))]
    chinese = [text for text in titles if re.search(f"[{HAN}]", text)]
    title = next((text for text in titles if NUMBERED.match(text)), (chinese or titles or [""])[-1])
    before = lines[: lines.index(title)] if title else []
    return [text for text in lines if text in before or period(plain(text))]


def _stacked(page: Page) -> list[tuple[int, int]]:
    """Where the tables below each other begin and end, by indices of rows."""
    starts, last, header, head = [0], None, None, []
    for n, row in enumerate(page.rows):
        if has_figures(row, page, n):
            last, header = n, None
        elif _is_header(row) and header is None:
            header = n
            if last is None:
                head = [*page.rows[starts[-1] : n + 1]]
                continue
            between = [m for m in range(last + 1, n) if texts_of(page.rows[m])]
            own = _own(page, between)
            if own and _is_another(head, [page.rows[m] for m in own], row):
                starts.append(own[0])
                head = [*page.rows[own[0] : n + 1]]
    ends = [*starts[1:], len(page.rows)]
    return [(top, end - 1) for top, end in zip(starts, ends)]


def _own(page: Page, between: list[int]) -> list[int]:
    """Of the lines between the figures above and a header those that are the header's: what follows the last remark."""
    remarks = [
        m for m in between if BELOW.match(plain(" ".join(texts_of(page.rows[m])))) or is_remark(texts_of(page.rows[m]))
    ]
    return [m for m in between if not remarks or m > remarks[-1]]


def _is_header(row: list[str]) -> bool:
    """Whether a row that holds no figures is one of labels, and not of marks in place of figures."""
    texts = texts_of(row)
    words = [text for text in texts[1:] if not numerals.MARK.fullmatch(plain(text)) or re.search("[一-鿿]", text)]
    return bool(words) and not is_unit_line(row) and not is_remark(texts)


def _is_another(head: list[list[str]], own: list[list[str]], header: list[str]) -> bool:
    """Whether what begins with the lines `own` and their `header` is another table than the one that begins with `head`:
    its title has a number, its unit line says another unit, or it has a title and other columns."""
    lines = [plain(" ".join(texts_of(row))) for row in own if not is_unit_line(row)]
    if any(map(goes_on, lines)):
        return False
    units, before = ({plain("".join(texts_of(r))) for r in rows if is_unit_line(r)} for rows in (own, head))
    is_alike = [*map(plain, texts_of(header))] in [[*map(plain, texts_of(row))] for row in head]
    return any(map(NUMBERED.match, lines)) or bool(units - before and before) or (bool(lines) and not is_alike)


def _beside(page: Page, top: int, end: int) -> tuple[int, list[str]]:
    """The ranges of the tables beside each other in rows of a page, one if it is one table: each has, above the row of
    all their headers, a title or a unit line of its own, be it over its middle or its end. Before them the row of those,
    above which what stands is of all."""
    rows = page.rows[top : end + 1]
    width = max(map(len, rows))
    first = next((n for n, row in enumerate(rows) if has_figures(row, page, n)), 0)
    for n, row in enumerate(rows[:first]):
        titles = [column for column, text in enumerate(row) if plain(text)]
        below = rows[n + 1 : first]
        at = [_begins(rows[first], column) for column in titles]
        groups = [*zip(at, [*at[1:], width])]
        if len({*at}) < 2 or len({plain(row[column]) for column in titles}) < len(at):
            continue
        if len([column for column in titles if not is_unit_line([row[column]])]) == 1:
            # The unit at the end of the line is that of the table whose title begins it.
            continue
        if all(_is_table(below, rows[first], left, right) for left, right in groups):
            outer = [(0 if number == 0 else left, right) for number, (left, right) in enumerate(groups)]
            return top + n, [_cells(page, top + n, end, left, right - 1) for left, right in outer]
    return top, [_cells(page, top, end, 0, width - 1)]


def _begins(figures: list[str], column: int) -> int:
    """Where the table begins, by a row of its `figures`, over which something stands in a `column`: with the words that
    its row begins with, at the column or to the left of it."""
    words = [bool(plain(text)) and not is_number(text) for text in figures]
    at = next((n for n in range(min(column, len(words) - 1), -1, -1) if words[n]), 0)
    while at > 0 and words[at - 1]:
        at -= 1
    return at


def _is_table(below: list[list[str]], figures: list[str], left: int, right: int) -> bool:
    """Whether below a title at `left` a header and a row of figures begin that end before `right`."""
    headers = [row[left:right] for row in below if len(texts_of(row[left:right])) > 1 and not is_unit_line(row)]
    label = figures[left] if left < len(figures) else ""
    is_labelled = bool(plain(label)) and not is_number(label)
    numbers = [text for text in figures[left + 1 : right] if is_number(text)]
    return bool(headers) and bool(plain(headers[-1][0])) and is_labelled and bool(numbers)


def _cells(page: Page, top: int, end: int, left: int, right: int) -> str:
    """The range of what stands between two rows and two columns, without what is blank at its edges."""
    rows = [n for n in range(top, end + 1) if any(map(plain, page.rows[n][left : right + 1]))]
    columns = [n for n in range(left, right + 1) if any(plain(page.at(row, n)) for row in rows)]
    return page.range_of(rows[0], columns[0], rows[-1], columns[-1])


def with_what_goes_on(tables: list[tuple[Asked, Look]]) -> list[tuple[Asked, Look, int | None]]:
    """The tables of a file, each with the place of the one before that goes on in it, which has all of it then."""
    found: list[tuple[Asked, Look, int | None]] = []
    whole = 0
    for asked, seen in tables:
        of, first = (whole, found[whole][1]) if found else (None, seen)
        if of is not None and _is_part(asked, seen, first):
            found[whole] = (found[whole][0], first.goes_on(seen), None)
            found.append((asked, seen, whole))
        else:
            whole = len(found)
            found.append((asked, seen, None))
    return found


def _is_part(asked: Asked, seen: Look, first: Look) -> bool:
    """Whether a page says that it goes on, and has further rows below the same header, or further columns of the rows."""
    if not (seen.rows and first.rows):
        # The rows of a list have no labels: each sheet is a list of its own.
        return False
    units = [{plain(text) for _, text in one.lines if is_unit_line([text])} for one in (first, seen)]
    if all(units) and units[0] != units[1]:
        return False
    columns, further = ([*map(plain, one.columns)] for one in (first, seen))
    of_rows = {*map(plain, first.rows)} & {*map(plain, seen.rows)}
    is_said = goes_on(seen.title) or goes_on(asked.sheet or "")
    # The same title over the same rows is the table of another year.
    is_further = columns == further and (is_said or not of_rows)
    is_said = is_said or plain(seen.title) == plain(first.title)
    return is_said and (is_further or (not {*columns} & {*further} and len(of_rows) > len(seen.rows) / 2))


def goes_on(title: str) -> bool:
    """Whether a title, or the name of a sheet, says that its table goes on from another page."""
    said = r"续表|[(（]续|续 ?\d*[)）]?$|\bcontinued\b|\bcont[.'’]"
    return re.search(said, title.strip(), flags=re.IGNORECASE) is not None
