"""Which pages of a file are one table: a page that says that it goes on has further rows, or further columns, of one before."""

from __future__ import annotations

import re

from orchestration.drafting.page_look import Look, plain
from orchestration.intake.formats.format import Asked


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
    columns, further = ([*map(plain, one.columns)] for one in (first, seen))
    of_rows = {*map(plain, first.rows)} & {*map(plain, seen.rows)}
    is_said = goes_on(seen.title) or goes_on(asked.sheet or "") or plain(seen.title) == plain(first.title)
    return is_said and (columns == further or (not {*columns} & {*further} and len(of_rows) > len(seen.rows) / 2))


def goes_on(title: str) -> bool:
    """Whether a title, or the name of a sheet, says that its table goes on from another page."""
    said = r"续表|[(（]续|续 ?\d*[)）]?$|\bcontinued\b|\bcont[.'’]"
    return re.search(said, title.strip(), flags=re.IGNORECASE) is not None
