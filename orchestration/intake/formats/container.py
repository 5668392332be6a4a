"""What a file is by its bytes, whatever it is called, and whether it is safe to open: bounds come before any reader."""

from __future__ import annotations

import io
import zipfile

import msoffcrypto
import olefile
from msoffcrypto.exceptions import DecryptionError, FileFormatError, InvalidKeyError

#: Bounds of a zipped workbook: entries, bytes when unpacked, and how many times the packed size that may be.
MAX_ENTRIES, MAX_UNPACKED, MAX_RATIO = 2_000, 300_000_000, 200
#: Excel protects a workbook with this password where a person chose none.
DEFAULT_PASSWORD = "VelvetSweatshop"
XLSX, XLS, ODS = "xlsx", "xls", "ods"
#: What a zipped file is, by an entry that only such files have, and the way out of those that are no table.
KINDS = {
    "xl/workbook.xml": XLSX,
    "word/document.xml": "a Word document: save its table as .xlsx, or type it as .csv",
    "content.xml": ODS,
    "xl/workbook.bin": "a binary workbook (.xlsb): save it as .xlsx",
}
REFUSED = {
    "xl/vbaProject.bin": "a workbook with macros",
    "xl/externalLinks/": "a workbook with links to other files",
    "Basic/": "a workbook with macros",
}


EXPECTED = "a workbook, .ods, .xlsx or .xls"
#: What an OpenDocument file says it is, if it is a workbook.
SPREADSHEET = b"application/vnd.oasis.opendocument.spreadsheet"


class Refused(Exception):
    """A file that is not opened: what it is, and what is expected."""

    def __init__(self, read: str, expected: str):
        self.read, self.expected = read, expected
        super().__init__(f"{read}; {expected}")


def opened(content: bytes) -> tuple[str, bytes]:
    """What a workbook is, XLSX, XLS or ODS, and its bytes without the default password. Raises Refused."""
    if content.startswith(b"PK\x03\x04"):
        return _zipped(content), content
    if content.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _compound(content)
    raise Refused(_other(content), EXPECTED)


def _zipped(content: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            entries = packed.infolist()
            says = packed.read("mimetype").strip() if "mimetype" in packed.namelist() else SPREADSHEET
    except zipfile.BadZipFile as error:
        raise Refused(f"a damaged file ({error})", "a workbook that can be opened") from None
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED or unpacked > MAX_RATIO * len(content) + 10_000_000:
        read = f"{len(entries):,} entries, {unpacked:,} bytes unpacked from {len(content):,}"
        raise Refused(read, f"at most {MAX_ENTRIES:,} entries, {MAX_UNPACKED:,} bytes and {MAX_RATIO} times the size")
    names = [entry.filename for entry in entries]
    for part, what in REFUSED.items():
        if any(name.startswith(part) for name in names):
            raise Refused(what, "one without: save it as .xlsx with values only")
    kind = next((kind for part, kind in KINDS.items() if part in names), "a zipped file")
    if kind == ODS and says != SPREADSHEET:
        kind = f"an OpenDocument file that is no workbook ({says.decode(errors='replace')[:80]})"
    if kind not in (XLSX, ODS):
        raise Refused(kind, EXPECTED)
    return kind


def _compound(content: bytes) -> tuple[str, bytes]:
    with olefile.OleFileIO(io.BytesIO(content)) as file:
        streams = {"/".join(path) for path in file.listdir()}
    if "WordDocument" in streams:
        raise Refused("a Word document", "a workbook: save its table as .xlsx, or type it as .csv")
    if "EncryptedPackage" not in streams and not streams & {"Workbook", "Book"}:
        raise Refused("a file of another program (WPS .et?)", "a workbook: save it as .xlsx")
    if any(name.startswith("_VBA_PROJECT_CUR") for name in streams):
        raise Refused("a workbook with macros", "one without: save it as .xlsx with values only")
    try:
        office = msoffcrypto.OfficeFile(io.BytesIO(content))
        if not office.is_encrypted():
            return XLS, content
        plain = io.BytesIO()
        office.load_key(password=DEFAULT_PASSWORD)
        office.decrypt(plain)
    except (InvalidKeyError, DecryptionError, FileFormatError) as error:
        raise Refused(f"a workbook with a password ({error})", "one without: save it so from Excel") from None
    if plain.getvalue().startswith(b"PK\x03\x04"):
        return _zipped(plain.getvalue()), plain.getvalue()
    return XLS, plain.getvalue()


def way_out(content: bytes) -> str:
    """What a file of another kind than its name says is, and how it becomes one that is read."""
    try:
        return f"a workbook: name it .{opened(content)[0]}"
    except Refused as refused:
        if content.startswith((b"PK", b"\xd0\xcf", b"%PDF")) or content.lstrip()[:1] == b"<":
            return f"{refused.read}; {refused.expected}"
    except (OSError, ValueError, EOFError) as error:
        return f"a damaged file ({error}); one that Excel opens, saved as .xlsx"
    return (
        "text, or what no reader here knows: a table with tabs between cells is named .tsv, one with commas .csv; figures"
        " of running text are typed into prose.csv"
    )


def _other(content: bytes) -> str:
    if content.startswith(b"%PDF"):
        return "a PDF document: type its table as .csv"
    if content.lstrip()[:1] == b"<":
        return "a page of HTML, whatever it is called: name it .html"
    return "no workbook: if it is text, name it .csv"
