"""Sheets of OpenDocument (.ods): the text that each cell shows stands in the file beside its value."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from decimal import Decimal

from lxml import etree

from orchestration.intake.formats import container
from orchestration.intake.formats.format import Drawn, Shown, Stored
from orchestration.intake.formats.raised import joined
from validations.numerals import DIGITS

OFFICE, TABLE, TEXT, STYLE = (
    f"{{urn:oasis:names:tc:opendocument:xmlns:{name}:1.0}}" for name in ("office", "table", "text", "style")
)
#: Powers of ten by which a format may divide what it shows.
SCALES = (0, 3, 4, 5, 6, 7, 8, 9, 12)
#: Values whose shown text is a number as it was printed.
NUMBERS = ("float", "currency", "percentage")
#: What may stand beside the digits of a number and is no part of it.
CURRENCIES = "¥￥$"


class Ods:
    """A workbook of OpenDocument. Raises container.Refused for what is no plain one."""

    def __init__(self, content: bytes, most: int):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            body = packed.read("content.xml")
        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
        try:
            root = etree.fromstring(body, parser)
        except etree.XMLSyntaxError as error:
            raise container.Refused(
                f"a damaged or protected file ({error})", "one that opens without a password"
            ) from None
        if next(root.iter(f"{TABLE}table-source"), None) is not None:
            raise container.Refused("a workbook with links to other files", "one without: save it with values only")
        unseen = {
            style.get(f"{STYLE}name")
            for style in root.iter(f"{STYLE}style")
            if any(one.get(f"{TABLE}display") == "false" for one in style.iter(f"{STYLE}table-properties"))
        }
        #: Styles that say how a number is shown; under any other one General leaves its zeros out.
        self._fixed = {s.get(f"{STYLE}name") for s in root.iter(f"{STYLE}style") if s.get(f"{STYLE}data-style-name")}
        #: Styles of words that stand above the line.
        self._raised = {
            style.get(f"{STYLE}name")
            for style in root.iter(f"{STYLE}style")
            if any("super" in one.get(f"{STYLE}text-position", "") for one in style.iter(f"{STYLE}text-properties"))
        }
        self._most = most
        self._tables = {table.get(f"{TABLE}name", ""): table for table in root.iter(f"{TABLE}table")}
        #: The sheets by name, and whether each is hidden.
        self.sheets = {name: table.get(f"{TABLE}style-name") in unseen for name, table in self._tables.items()}

    def texts(self, name: str) -> list[list[str]]:
        """The rows of a sheet; repeated empty ones at an end, with which a sheet fills its grid, are left out."""
        found: list[list[str]] = []
        empty = cells = 0
        for row, times in _repeated(self._tables[name], "row"):
            texts = self._row(row)
            if not texts:
                empty += times
                continue
            cells += (empty + times) * len(texts)
            if cells > self._most:
                raise container.Refused(f"more than {self._most:,} cells", f"at most {self._most:,}, a table of a page")
            found += [[] for _ in range(empty)] + [list(texts) for _ in range(times)]
            empty = 0
        return found

    def hidden(self, name: str) -> tuple[list[int], list[int]]:
        """Rows and columns that a sheet does not show, from 1."""
        return self._unseen(name, "row"), self._unseen(name, "column")

    def drawn(self, name: str) -> Drawn:
        """The cells of a sheet that stand over several."""
        found, index = Drawn({}, set()), 0
        for row, times in _repeated(self._tables[name], "row"):
            column = 0
            for cell in row.iterchildren(f"{TABLE}table-cell", f"{TABLE}covered-table-cell"):
                across = int(cell.get(f"{TABLE}number-columns-spanned", "1"))
                if across > 1:
                    found.spans[index, column] = column + across - 1
                column += int(cell.get(f"{TABLE}number-columns-repeated", "1"))
            index += times
        return found

    def _unseen(self, name: str, kind: str) -> list[int]:
        found, number = [], 0
        for one, times in _repeated(self._tables[name], kind):
            if one.get(f"{TABLE}visibility", "visible") != "visible":
                found += range(number + 1, number + min(times, 1000) + 1)
            number += times
        return found

    def _row(self, row: etree._Element) -> list[str]:
        texts: list[str] = []
        empty = 0
        for cell in row.iterchildren(f"{TABLE}table-cell", f"{TABLE}covered-table-cell"):
            times = int(cell.get(f"{TABLE}number-columns-repeated", "1"))
            text = _text(cell, self._raised)
            if cell.get(f"{OFFICE}value-type") in NUMBERS:
                is_fixed = cell.get(f"{TABLE}style-name") in self._fixed
                text = _number(text, cell.get(f"{OFFICE}value"), is_fixed)
            if not text:
                empty += times
                continue
            if len(texts) + empty + times > self._most:
                raise container.Refused(f"a row of more than {self._most:,} cells", "a table of a page")
            texts += [""] * empty + [text] * times
            empty = 0
        return texts


def _repeated(table: etree._Element, kind: str) -> Iterator[tuple[etree._Element, int]]:
    """The rows or columns of a table with how often each stands there; they may be grouped, or be a header's."""
    inner = f"{TABLE}table-{kind}"
    for one in table.iter(inner):
        yield one, int(one.get(f"{TABLE}number-{kind}s-repeated", "1"))


def _text(cell: etree._Element, raised: set[str | None]) -> str:
    """What a cell shows; what is no plain number or text says what it is."""
    lines = [joined(_words(line, raised)) for line in cell.iterchildren(f"{TEXT}p")]
    shown, kind = "\n".join(lines), cell.get(f"{OFFICE}value-type")
    if kind is None and cell.get(f"{TABLE}formula"):
        return shown or f"{cell.get(f'{TABLE}formula')} (a formula without a cached value)"
    if kind in ("date", "time"):
        return f"{shown} as a date"
    return shown.strip(CURRENCIES + " ") if kind in NUMBERS else shown


def _number(text: str, stored: str | None, is_fixed: bool) -> str:
    """A number as it is shown, with the power of ten by which the one that is `stored` is larger; one that shows another
    number than is stored says so. `is_fixed`: whether a style says with how many decimals."""
    found = re.fullmatch(rf"(-?{DIGITS}%?)(\D*)", text, flags=re.ASCII)
    if found is None:
        is_hidden = not re.search(r"\S", text) and float(stored or 0) != 0
        return f"{stored} hidden by its format" if is_hidden else text
    number = found[1] if is_fixed else Stored(found[1])
    value, shown = Decimal(stored or "0"), Decimal(re.sub("[,%]", "", found[1])).scaleb(-2 * found[1].endswith("%"))
    decimals = len(found[1].rstrip("%").partition(".")[2])
    half = Decimal(6).scaleb(-decimals - 1 - 2 * found[1].endswith("%"))
    scales = [n for n in SCALES if not stored or abs(value.scaleb(-n) - shown) <= half]
    if not scales:
        return f"{stored} in the format of {text}"
    # Of 0.0 any format may be the one.
    scale = scales[0] if len(scales) == 1 else 0
    return Shown(text, number, found[2].strip(), scale) if scale or found[2].strip() else number


def _words(line: etree._Element, raised: set[str | None], is_raised: bool = False) -> Iterator[tuple[str, bool]]:
    """The text of a paragraph, and whether it is raised: OpenDocument writes blanks, tabs and line breaks as elements, and
    notes inside."""
    yield line.text or "", is_raised
    for part in line:
        name = etree.QName(part).localname if isinstance(part.tag, str) else ""
        if name == "s":
            yield " " * min(int(part.get(f"{TEXT}c", "1")), 100), False
        elif name in ("tab", "line-break"):
            yield {"tab": "\t", "line-break": "\n"}[name], False
        elif name not in ("annotation", "note", ""):
            yield from _words(part, raised, is_raised or part.get(f"{TEXT}style-name") in raised)
        yield part.tail or "", is_raised
