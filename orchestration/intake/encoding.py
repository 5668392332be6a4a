"""Where a file is no UTF-8, what it may be instead, and how it becomes UTF-8; and how many lines its bytes make."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

CHUNK = 1 << 20
#: Bytes around a wrong one that are tried in another encoding.
AROUND = 2000
EXPECTED = "text in UTF-8"


def line_ends(path: Path, until: int | None = None) -> int:
    """Line ends among the bytes of a file, or among its first `until`: CRLF, CR or LF, each one end."""
    ends, last, left = 0, b"", path.stat().st_size if until is None else until
    with path.open("rb") as file:
        while chunk := file.read(min(CHUNK, left)):
            left -= len(chunk)
            ends += chunk.count(b"\n")
            if b"\r" in chunk:
                ends += chunk.count(b"\r") - chunk.count(b"\r\n")
            ends -= last == b"\r" and chunk.startswith(b"\n")
            last = chunk[-1:]
    return ends


def wrong_byte(path: Path) -> tuple[int | None, str, str]:
    """Line, what is read and what is expected for the first byte that is no UTF-8, of a file that has one."""
    decoder, seen = codecs.getincrementaldecoder("utf-8")(), 0
    with path.open("rb") as file:
        while True:
            chunk = file.read(CHUNK)
            seen += len(chunk)
            try:
                decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                # The decoder looks at what it kept of the chunk before as well.
                at = seen - len(error.object) + error.start
                read = f"byte 0x{error.object[error.start]:02x} at offset {at}"
                return line_ends(path, at) + 1, read, _expected(path, at)
            if not chunk:
                return None, "bytes that changed while they were read", EXPECTED


def in_its_encoding(encoding: str) -> str:
    """What is expected of a file whose encoding the descriptor says."""
    return f"text in {encoding.upper()}, as the descriptor says"


def _expected(path: Path, at: int) -> str:
    guess = _guess(path, at)
    if guess is None:
        return f"{EXPECTED}; ask who wrote the file for its encoding, or have it written anew"
    declared = "; a table or a long file may say encoding: gb18030" if guess == "GB18030" else ""
    return f"{EXPECTED}; it may be {guess}: iconv -f {guess} -t UTF-8 {path.name} writes it anew{declared}"


def _guess(path: Path, at: int) -> str | None:
    """What the file may be: told by its first bytes, or by the Chinese characters of the line with the byte."""
    with path.open("rb") as file:
        head = file.read(AROUND)
        file.seek(max(at - AROUND, 0))
        before, after = file.read(min(at, AROUND)), file.read(AROUND)
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in head:
        return "UTF-16"
    line = re.split(rb"[\r\n]", before)[-1] + re.split(rb"[\r\n]", after)[0]
    try:
        return "GB18030" if re.search("[\u4e00-\u9fff]", line.decode("gb18030")) else None
    except UnicodeDecodeError:
        return None
