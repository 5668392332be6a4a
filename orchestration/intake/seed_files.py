"""Seed files as text: read whole, checked for what any reader stumbles over, never followed elsewhere."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from orchestration.artifacts import sha256
from orchestration.intake.encoding import in_its_encoding, wrong_byte
from validations import strict_model, strict_yaml
from validations.faults import Fault
from validations.withdrawals import Withdrawals

MAX_BYTES = 20_000_000
#: How files of Office begin: zipped, or compound.
OFFICE = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
CSV_EXPECTED = "CSV: comma between cells, quotes doubled inside quotes"
#: What was published and may be published no more; beside the sources, since it outlives their folders.
WITHDRAWALS = "withdrawals.yaml"
#: What editors, office programs, file managers and network shares leave beside a file while it is open or shown: lock
#: files, swap and backup files, tests of a folder, thumbnails. Nobody means them as seeds, so nothing sees them.
LEFT_BY_PROGRAMS = re.compile(
    r"""
    \.~lock\..*\# | ~\$.* | ~.*\.tmp | \.\#.* | \#.*\#                     # LibreOffice, Microsoft Office, Emacs
    | .*~ | .*\.bak | .*\.sw[a-z] | .*\.kate-swp | 4913                    # backups, Vim, Kate
    | .*___jb_(tmp|old|bak)___ | \.goutputstream-.* | .*\.crswap           # JetBrains, gedit, a browser
    | \.DS_Store | \._.* | Thumbs\.db | ehthumbs\.db | desktop\.ini | \.directory
    | \.nfs.* | \.fuse_hidden.*                                            # deleted, and open elsewhere
    """,
    re.VERBOSE | re.IGNORECASE,
)


def is_seed(path: Path) -> bool:
    """Whether an entry of the seeds is one that somebody put there, not what a program left (`LEFT_BY_PROGRAMS`)."""
    return not LEFT_BY_PROGRAMS.fullmatch(path.name)


def digest_of_file(path: Path) -> bytes:
    return bytes.fromhex(sha256(path))


def input_hash(seeds: Path, digest_of: Callable[[Path], bytes] = digest_of_file) -> str:
    """sha256 over the names and bytes of every seed file, in the order of names.

    `digest_of`: gives the sha256 of a file, if the caller knows it without reading.
    """
    digest = hashlib.sha256()
    for path in sorted(p for p in seeds.rglob("*") if is_seed(p) and p.is_file() and not p.is_symlink()):
        digest.update(f"{path.relative_to(seeds).as_posix()}\0".encode())
        digest.update(digest_of(path))
    return digest.hexdigest()


def bytes_of(path: Path, file: str, check: str, faults: list[Fault]) -> bytes | None:
    """The bytes of a regular file; None (and a fault) for anything else."""
    if path.is_symlink() or not path.is_file():
        faults.append(Fault(file, None, "", "a link" if path.is_symlink() else "no such file", "a file", check))
        return None
    if path.stat().st_size > MAX_BYTES:
        faults.append(Fault(file, None, "", f"{path.stat().st_size} bytes", f"at most {MAX_BYTES} bytes", check))
        return None
    return path.read_bytes()


def text_of(path: Path, file: str, check: str, faults: list[Fault], encoding: str = "utf-8") -> str | None:
    """The text of a regular file in its `encoding`; None (and a fault) for anything else."""
    content = bytes_of(path, file, check, faults)
    if content is None:
        return None
    if content.startswith(OFFICE):
        expected = "text; a workbook is named .xlsx or .xls"
        faults.append(Fault(file, None, "", "a workbook or another binary file", expected, check))
        return None
    try:
        return content.decode("utf-8-sig" if encoding == "utf-8" else encoding)
    except UnicodeDecodeError as error:
        if encoding == "utf-8":
            line, read, expected = wrong_byte(path)
        else:
            line, read = content[: error.start].count(b"\n") + 1, f"byte 0x{content[error.start]:02x}"
            expected = in_its_encoding(encoding)
        faults.append(Fault(file, line, "", read, expected, check))
        return None


def parse_yaml(
    path: Path, model: type, file: str, check: str, faults: list[Fault], context: Mapping[str, object] | None = None
) -> tuple[Any, strict_yaml.Document] | None:
    """A YAML file as `model` with the lines of its parts; None (and faults) if it is not one.

    `context`: what the model's validators are told.
    """
    text = text_of(path, file, check, faults)
    if text is None:
        return None
    try:
        document = strict_yaml.load(text)
    except strict_yaml.StrictYamlError as error:
        faults.append(Fault(file, error.line, "", error.read, error.expected, check))
        return None
    parsed, found = strict_model.parse(model, document, file, check, context)
    faults += found
    return None if parsed is None else (parsed, document)


def read_withdrawals(seeds: Path, sources: list[str], check: str, faults: list[Fault]) -> Withdrawals:
    """What the seeds declare withdrawn, if anything; of a file that cannot be read, nothing (and faults)."""
    path = seeds / WITHDRAWALS
    parsed = parse_yaml(path, Withdrawals, WITHDRAWALS, check, faults) if path.exists() else None
    if parsed is None:
        return Withdrawals()
    found, document = parsed
    for number, source in enumerate(found.sources):
        if source.source_id in sources:
            line = document.line(("sources", number, "source_id"))
            expected = f"no folder sources/{source.source_id}: a source is there, or it is withdrawn"
            faults.append(Fault(WITHDRAWALS, line, "source_id", source.source_id, expected, check))
    return found


def extra_files(
    folder: Path, seeds: Path, known: set[str], check: str, folders: frozenset[str] = frozenset()
) -> list[Fault]:
    """Entries that are neither among the files `known` nor among `folders`."""
    if not folder.is_dir():
        return []
    extra = sorted(p for p in folder.iterdir() if is_seed(p) and p.name not in (folders if p.is_dir() else known))
    return [
        Fault(
            path.relative_to(seeds).as_posix(),
            None,
            "",
            "a file that nothing declares",
            f"only {', '.join(sorted(known))}",
            check,
        )
        for path in extra
    ]


def stray_entries(seeds: Path) -> list[Fault]:
    """Links anywhere, and files and folders where nothing reads them: left out in silence, they would seem loaded."""
    check = "intake.codelists.files"
    links = [path for path in sorted(seeds.rglob("*")) if is_seed(path) and path.is_symlink() and path.is_dir()]
    faults = [Fault(p.relative_to(seeds).as_posix(), None, "", "a link to a folder", "a folder", check) for p in links]
    read = ("sources", "codelists", "relations", "rules", WITHDRAWALS)
    strays = [path for path in sorted(seeds.iterdir()) if path.name not in read]
    if (seeds / "sources").is_dir():
        strays += [path for path in sorted((seeds / "sources").iterdir()) if not path.is_dir()]
    return faults + [
        Fault(
            p.relative_to(seeds).as_posix(),
            None,
            "",
            "an entry that nothing reads",
            f"only codelists, relations, rules, {WITHDRAWALS}, and a folder for each source",
            check,
        )
        for p in strays
        if is_seed(p)
    ]
