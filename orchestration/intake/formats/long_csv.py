"""Long CSV files line by line: where a record begins, and why DuckDB cannot read a file whole.

DuckDB counts records and skips blank lines, and of a large file with line ends of several kinds it may leave out
rows without a word. What is looked at for every file is cheap: whether it has as many lines as records.
"""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from pathlib import Path

from orchestration.intake.encoding import CHUNK, in_its_encoding, line_ends, wrong_byte
from orchestration.intake.formats.format import Broken
from orchestration.intake.seed_files import CSV_EXPECTED
from validations.written import DELIMITER_NAMES, DELIMITERS

#: From which record on (the header is 1) the line of a record is how far ahead of its number.
Ahead = list[tuple[int, int]]
ENDS = {"\n": "LF", "\r": "CR", "\r\n": "CRLF"}
#: Rows of another width than the header's that are listed one by one.
MAX_RAGGED = 50
ONE_KIND = r"line ends of one kind; perl -pi -e 's/\r\n?/\n/g' FILE makes all of them LF"


def header(path: Path, delimiter: str = ",") -> list[str]:
    """The names of the columns. Raises Broken if they are none, or one that holds several."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            names = next(csv.reader(file, delimiter=delimiter, strict=True), [])
    except UnicodeDecodeError:
        raise Broken(*wrong_byte(path)) from None
    except csv.Error as error:
        raise Broken(1, str(error), CSV_EXPECTED) from error
    if not names:
        raise Broken(1, "nothing", "a header in the first line")
    other = next((mark for mark in DELIMITERS.values() if len(names) == 1 and mark in names[0]), delimiter)
    if other != delimiter:
        raise Broken(1, *otherwise(other, delimiter))
    return names


def otherwise(found: str, delimiter: str) -> tuple[str, str]:
    """What is read and what is expected where `found` stands between the cells of a file that is asked for by another."""
    read = f"one text a line, with {DELIMITER_NAMES[found]!r} between its parts"
    return (
        read,
        f"cells with {DELIMITER_NAMES[delimiter]!r} between them; of a table or a long file another mark is declared: delimiter: {DELIMITER_NAMES[found]!r}",
    )


def copy(path: Path, encoding: str, target: Path) -> None:
    """Lay down a text in UTF-8, with the same lines. Raises Broken at a byte that is not of its `encoding`."""
    decoder, seen = codecs.getincrementaldecoder(encoding)(), 0
    with path.open("rb") as file, target.open("wb") as copied:
        while True:
            chunk = file.read(CHUNK)
            seen += len(chunk)
            try:
                copied.write(decoder.decode(chunk, final=not chunk).encode())
            except UnicodeDecodeError as error:
                at = seen - len(error.object) + error.start
                target.unlink()
                read = f"byte 0x{error.object[error.start]:02x} at offset {at}"
                raise Broken(line_ends(path, at) + 1, read, in_its_encoding(encoding)) from None
            if not chunk:
                return


def has_a_line_each(path: Path, records: int) -> bool:
    """Whether each of the `records` below the header has a line of its own, and nothing else has."""
    with path.open("rb") as file:
        file.seek(-1, 2)
        is_open = file.read(1) not in (b"\n", b"\r")
    return line_ends(path) + is_open == records + 1


def ahead(path: Path, records: int, delimiter: str = ",") -> Ahead:
    """Where the `records` below the header begin: blank lines, and line ends in quotes, put them behind their number.

    Raises Broken where DuckDB has read another number of records.
    """
    found, count = [(1, 0)], 0
    for count, line in enumerate(_lines(path, delimiter), start=1):
        if line - count != found[-1][1]:
            found.append((count, line - count))
    if count != records + 1:
        raise Broken(None, f"{records:,} rows of {count - 1:,}", CSV_EXPECTED)
    return found


def look_through(path: Path, delimiter: str = ",") -> list[Broken]:
    """What keeps a file from being read whole, in the order of its lines: nothing if none is found.

    Of the rows of another width at most `MAX_RAGGED` are told one by one.
    """
    ragged: list[Broken] = []
    try:
        header(path, delimiter)
        for _ in _lines(path, delimiter, ragged):
            pass
    except Broken as broken:
        ragged.append(broken)
    if len(ragged) <= MAX_RAGGED:
        return ragged
    further = f"{len(ragged) - MAX_RAGGED:,} further lines with such faults"
    return [*ragged[:MAX_RAGGED], Broken(ragged[MAX_RAGGED].line, further, "as above")]


def _lines(path: Path, delimiter: str, ragged: list[Broken] | None = None) -> Iterator[int]:
    """The line on which each record begins, the header first. Raises Broken.

    `ragged`: takes the rows of another width than the header's; None: the first one is raised.
    """
    begins, width, end = 1, 0, ""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            read_line = _Lines(file)
            reader = csv.reader(read_line, delimiter=delimiter, strict=True)
            for record in reader:
                if read_line.end and end and read_line.end != end:
                    read = f"a line that ends in {ENDS[read_line.end]}, after lines that end in {ENDS[end]}"
                    raise Broken(begins, read, ONE_KIND.replace("FILE", path.name))
                end = read_line.end or end
                width = width or len(record)
                if len(record) not in (0, width):
                    broken = Broken(begins, f"{len(record)} cells", f"{width} cells, as the header has")
                    if ragged is None:
                        raise broken
                    ragged.append(broken)
                # A blank line is no record; in a file of a single column it is an empty cell.
                if record or width == 1:
                    yield begins
                begins = reader.line_num + 1
    except UnicodeDecodeError:
        raise Broken(*wrong_byte(path)) from None
    except csv.Error as error:
        raise Broken(begins, str(error), CSV_EXPECTED) from error


class _Lines:
    """Lines of an open file, and how the last one ended."""

    def __init__(self, lines: Iterator[str]):
        self.lines, self.end = lines, ""

    def __iter__(self) -> Iterator[str]:
        for line in self.lines:
            self.end = "\r\n" if line.endswith("\r\n") else line[-1] if line[-1] in "\r\n" else ""
            yield line
