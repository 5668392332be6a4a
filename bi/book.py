"""The book of a release: built in a folder of its own, moved into place whole, pointed to by one symlink.

warehouse/books/<release_id>/     the book of a release; book.json says with what code it was built
warehouse/book                    -> books/<release_id>, the book of the release that is current

A book follows from its release and this code alone, so it can be thrown away and built again at any time.
Nothing of the release is written; the lock is the book's own, and no run waits for it.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from bi import quality
from bi.release import Release, opened
from orchestration import locks
from orchestration.paths import Paths
from orchestration.release import ledger, verification

#: A part of the book: writes below the folder; what other parts wrote before it stands there.
Part = Callable[[Release, Path], None]
#: Books that are kept, the newest; never one of a release that is gone.
KEPT = 3
FACTS = "book.json"


@dataclass(frozen=True)
class Book:
    """A book in its place; `built` is False where it stood there already."""

    folder: Path
    built: bool


def folder_of_books(paths: Paths) -> Path:
    return paths.warehouse / "books"


def symlink(paths: Paths) -> Path:
    """What readers open."""
    return paths.warehouse / "book"


def has_display() -> bool:
    """Whether a browser has where to show: a terminal over the network has not."""
    return sys.platform == "darwin" or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


def code_version() -> str:
    """Hash of this package's files, the report that it shows, and the libraries that draw."""
    digest = hashlib.sha256()
    root = Path(__file__).parent
    files = [path for path in root.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    for path in sorted([*files, *(path for path in (quality.MUTANTS,) if path.exists())]):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    for library in ("altair", "vl-convert-python", "xlsxwriter"):
        try:
            digest.update(version(library).encode())
        except PackageNotFoundError:
            digest.update(b"-")
    return digest.hexdigest()[:16]


def ensure(paths: Paths, parts: dict[str, Part], tell: Callable[[str], None], again: bool = False) -> Book:
    """The book of the current release, in its place and pointed to; built if it is not there or older than the code.

    Raises LedgerError where there is none, and whatever a part raises: the book before stays, and so does the symlink.
    """
    with _lock(paths):
        release_id = ledger.published_file(paths).parent.name
        target = folder_of_books(paths) / release_id
        code = code_version()
        built = again or _code_of(target) != code
        if built:
            _build(paths, release_id, code, parts, tell)
        _point(paths, release_id)
        _sweep(paths, release_id)
        return Book(target, built)


def _build(paths: Paths, release_id: str, code: str, parts: dict[str, Part], tell: Callable[[str], None]) -> None:
    books = folder_of_books(paths)
    if faults := verification.of_release(paths, release_id):
        tell(f"book: {release_id} is damaged, and so may be what is shown: {verification.named(faults)}")
    building = Path(tempfile.mkdtemp(prefix=".building-", dir=books))
    try:
        with opened(paths.releases / release_id) as release:
            for name, write in parts.items():
                began = time.monotonic()
                write(release, building)
                tell(f"book: {name} in {time.monotonic() - began:.1f} s")
        facts = {"release_id": release_id, "code_version": code}
        (building / FACTS).write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")
        building.chmod(0o755)
        _sync(building)
        if (books / release_id).exists():
            os.replace(books / release_id, Path(tempfile.mkdtemp(prefix=".leaving-", dir=books)) / release_id)
        os.replace(building, books / release_id)
    finally:
        shutil.rmtree(building, ignore_errors=True)


def _code_of(folder: Path) -> str | None:
    try:
        return json.loads((folder / FACTS).read_text(encoding="utf-8"))["code_version"]
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _point(paths: Paths, release_id: str) -> None:
    """One rename: who opens the book sees the one before or the one after."""
    target = f"books/{release_id}"
    if symlink(paths).is_symlink() and os.readlink(symlink(paths)) == target:
        return
    temporary = paths.warehouse / ".book"
    temporary.unlink(missing_ok=True)
    temporary.symlink_to(target)
    os.replace(temporary, symlink(paths))


def _sweep(paths: Paths, current: str) -> None:
    """What a killed build left goes, and the books of releases that are gone, and the oldest but a few."""
    books = folder_of_books(paths)
    for path in books.glob(".*-*"):
        shutil.rmtree(path, ignore_errors=True)
    others = sorted(path for path in books.iterdir() if path.is_dir() and path.name != current)
    kept = [path for path in others if (paths.releases / path.name).is_dir()][-(KEPT - 1) :]
    for path in others:
        if path not in kept:
            shutil.rmtree(path, ignore_errors=True)


def _sync(folder: Path) -> None:
    """Every file and folder onto the disk before the rename says that they are there."""
    for path in [*folder.rglob("*"), folder, folder.parent]:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextmanager
def _lock(paths: Paths) -> Iterator[None]:
    folder_of_books(paths).mkdir(parents=True, exist_ok=True)
    with (folder_of_books(paths) / ".lock").open("w") as handle:
        locks.flock(handle.fileno(), folder_of_books(paths))
        yield
