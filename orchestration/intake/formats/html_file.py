"""Tables of a page of HTML: each is a page of its own, its caption the first line; what stands above it is its heading.

A cell over several columns or rows stands in the first of them, as in a workbook.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from lxml import etree, html

from orchestration.intake.formats.csv_file import MAX_CELLS
from orchestration.intake.formats.format import GB18030, PLAIN, Asked, Drawn, Page
from orchestration.intake.formats.page_file import PageFile
from orchestration.intake.formats.raised import joined
from orchestration.intake.seed_files import OFFICE, bytes_of
from validations.faults import Fault

#: What a page calls its encoding, where it does, within the first bytes.
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]+)")
HEAD = 4096
#: Names of the encodings of Chinese that GB18030 holds.
CHINESE = ("gb2312", "gbk", "gb18030", "cp936", "x-gbk")
#: How many rows or columns a cell may stand over.
MOST_OVER = 1000
#: What holds a paragraph, and the longest one that is a heading; the texts that stand above a table.
BLOCKS = ("p", "div", "td", "th", "li", "center", "caption", "section", "body", "html", *(f"h{n}" for n in range(1, 7)))
MOST_OF_A_HEADING = 120
#: What holds no text of a page, and what strikes it out.
CODE, STRUCK = ("script", "style"), ("del", "s", "strike")
#: Where a line of a page ends, whatever else of it is a blank.
LINE = "\x00"
_ABOVE = "preceding::text()[normalize-space()][not(ancestor::script or ancestor::style or ancestor::head)]"


class Html:
    """Tables by number, in the order of the page; where only one holds figures, it need not be named."""

    endings = (".html", ".htm")

    def page(self, path: Path, file: str, check: str, faults: list[Fault], asked: Asked = PLAIN) -> Page | None:
        content = bytes_of(path, file, check, faults)
        if content is None:
            return None
        read, expected, tables = _opened(content, asked)
        if not read and asked.sheet is None and len(tables) != 1:
            read, expected = f"{len(tables)} tables", f"sheet: which of them is read, 1 to {len(tables)}" * bool(tables)
            expected = expected or "a page with a table; figures of running text are typed into prose.csv"
        elif not read and asked.sheet is not None and asked.sheet not in map(str, range(1, len(tables) + 1)):
            read, expected = f"no table {asked.sheet!r}", f"sheet: one of its tables, 1 to {len(tables)}"
        if not read:
            table = tables[int(asked.sheet or "1") - 1]
            drawn = Drawn({}, set())
            rows = _rows(table, drawn)
            if rows is not None:
                lines, unseen = [*range(1, len(rows) + 1)], _unseen(table)
                return Page(rows, lines, heading=_heading(table), unseen=unseen, drawn=drawn)
            read, expected = f"more than {MAX_CELLS:,} cells", "a table of a page; bulk figures are a tidy resource"
        faults.append(Fault(file, None, "", read, expected, check))
        return None

    def ways(self, path: Path) -> list[Asked]:
        _, _, tables = _opened(path.read_bytes(), PLAIN)
        return [PLAIN, GB18030, *(Asked(str(number)) for number in range(1, len(tables) + 1))]

    def bulk(self, path: Path, asked: Asked = PLAIN) -> PageFile:
        return PageFile(self, path, asked)


def _opened(content: bytes, asked: Asked) -> tuple[str, str, list[etree._Element]]:
    """What is wrong with a page and what is expected, both empty if nothing is, and its tables."""
    if content.startswith(OFFICE):
        return "a workbook, whatever it is called", "a page of HTML; a workbook is named .xlsx or .xls", []
    named = _CHARSET.search(content[:HEAD])
    encoding = named[1].decode().lower() if named else asked.encoding
    encoding = "gb18030" if encoding in CHINESE else encoding
    try:
        text = content.decode("utf-8-sig" if encoding in ("utf-8", "utf8") else encoding)
    except (UnicodeDecodeError, LookupError) as error:
        return (
            str(error),
            "text in the encoding that the page names, or that the descriptor says: encoding: gb18030",
            [],
        )
    if not text.strip():
        return "nothing", "a page of HTML", []
    parser = html.HTMLParser(no_network=True, huge_tree=False, remove_comments=True)
    # The text is decoded: what the page says of its bytes is no longer so.
    root = html.document_fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", text), parser=parser)
    tables = [table for table in root.iter("table") if next(table.iterdescendants("table"), None) is None]
    return "", "", [table for table in tables if next(table.iter("td", "th"), None) is not None]


def _rows(table: etree._Element, drawn: Drawn) -> list[list[str]] | None:
    """The texts of a table, row by row, each row as wide as the widest; None if they are too many. `drawn` takes up the
    cells that stand over several."""
    rows: list[list[str]] = [[_text(caption)] for caption in table.iterchildren("caption") if _text(caption)]
    over: dict[tuple[int, int], bool] = {}
    cells = 0
    for row in table.iter("tr"):
        number, texts = len(rows), []
        for cell in row.iterchildren("td", "th"):
            while (number, len(texts)) in over:
                texts.append("")
            across, down = _span(cell, "colspan"), _span(cell, "rowspan")
            cells += across * down
            if cells > MAX_CELLS:
                return None
            if across > 1:
                drawn.spans[number, len(texts)] = len(texts) + across - 1
            over |= {(number + n, len(texts) + m): True for n in range(1, down) for m in range(across)}
            texts += [_text(cell)] + [""] * (across - 1)
        while (number, len(texts)) in over:
            texts.append("")
        rows.append(texts)
    width = max(map(len, rows), default=0)
    if width * len(rows) > MAX_CELLS:
        return None
    return [row + [""] * (width - len(row)) for row in rows]


def _unseen(table: etree._Element) -> str:
    """What of a table is not read, in words."""
    found = [part for part in table.iterdescendants() if part.tag not in CODE and _is_unseen(part)]
    texts = [text for part in found if (text := " ".join("".join(part.itertext()).split()))]
    told = ", ".join(repr(text[:20]) for text in texts[:8]) + (", ..." if len(texts) > 8 else "")
    return f"{len(texts)} hidden or struck out text(s) left unread: {told}" if texts else ""


def _heading(table: etree._Element) -> str:
    """The paragraph right above a table, and the one above that where the nearest is a unit line."""
    found: list[str] = []
    for text in reversed(table.xpath(_ABOVE)):
        block = next(one for one in (text.getparent(), *text.getparent().iterancestors()) if one.tag in BLOCKS)
        is_whole = next(block.iter("table"), None) is None
        line = " ".join((_text(block) if is_whole else str(text)).split())
        if next(block.iterancestors("table"), None) not in (None, *table.iterancestors("table")):
            break  # of another table
        if len(line) > MOST_OF_A_HEADING:
            break
        if line in found:
            continue
        found.insert(0, line)
        if not re.match(r"[（(]?(?:计量)?单位|[（(]?units?\b|[（(][^（()）]*[)）]$", line, flags=re.IGNORECASE):
            break
    return " ".join(found)


def _span(cell: etree._Element, name: str) -> int:
    said = cell.get(name, "1").strip()
    return min(max(int(said), 1), MOST_OVER) if said.isascii() and said.isdigit() else 1


def _text(element: etree._Element) -> str:
    """The text that a browser shows: blanks are one, a line break or a paragraph is a line, a raised digit is one."""
    text = joined((re.sub(r"[ \t\r\n\f]+", " ", part), raised) for part, raised in _runs(element, False))
    lines = [line.strip(" ") for line in text.replace("\xa0", " ").replace(LINE, "\n").split("\n")]
    return "\n".join(line for line in lines if line.strip())


def _runs(element: etree._Element, is_raised: bool) -> Iterator[tuple[str, bool]]:
    """The texts within an element, each with whether it is raised."""
    yield element.text or "", is_raised
    for part in element:
        if part.tag in ("br", "p", "div", "li"):
            yield LINE, False
        if isinstance(part.tag, str) and not _is_unseen(part):
            yield from _runs(part, is_raised or part.tag == "sup")
        yield part.tail or "", is_raised


def _is_unseen(part: etree._Element) -> bool:
    """Whether an element is not shown, or shown as struck out."""
    style = re.sub(r"\s", "", part.get("style", "").lower())
    is_hidden = part.get("hidden") is not None or "display:none" in style or "visibility:hidden" in style
    return is_hidden or "line-through" in style or part.tag in (*CODE, *STRUCK)
