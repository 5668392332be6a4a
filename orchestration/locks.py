"""Locks on files, which the kernel lets go when every process that holds one has ended; who waits is told for whom."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

try:
    import fcntl
except ImportError:  # not a Unix
    fcntl = None

#: What a file system answers that knows no locks.
UNKNOWN = {errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTSUP, errno.EINVAL}


class NoLocks(OSError):
    """Files cannot be locked there, so two runs could write at once; the message says what to do."""

    def __init__(self, place: str, reason: str):
        super().__init__(
            f"{place} cannot be locked ({reason}), so two runs could write there at once: put the warehouse on a "
            "file system with locks (a local disk, NFS 4), with MINSHENG_WAREHOUSE, and run `refresh` again"
        )


def flock(handle: int, path: Path, wait: bool = True) -> bool:
    """Lock an open file for this process and those that inherit it; whether it has it. Raises NoLocks."""
    if fcntl is None:
        raise NoLocks(str(path), "this system has no flock")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        return False
    except OSError as error:
        if error.errno in UNKNOWN:
            raise NoLocks(str(path), error.strerror or str(error)) from error
        raise
    return True


def tell(text: str) -> None:
    """At the terminal, where nobody else is told."""
    print(text, file=sys.stderr, flush=True)


@contextmanager
def held(path: Path, work: str = "", tell: Callable[[str], object] = tell) -> Iterator[int]:
    """Hold the lock of the file `path`, which says who has it: process, since when, and its `work`.

    If another has it, `tell` hears at once for whom this one waits. Yields the file descriptor.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    try:
        if not flock(handle, path, wait=False):
            tell(f"waiting for {_holder(handle)}, which works on {path.parent}; this one goes on when it has ended")
            flock(handle, path)
        # Who has it is told for convenience only: a disk that is full makes no difference to the lock.
        with suppress(OSError):
            os.ftruncate(handle, 0)
            os.pwrite(handle, f"{os.getpid()}\n{datetime.now():%H:%M:%S}\n{work}\n".encode(), 0)
        yield handle
        with suppress(OSError):
            os.ftruncate(handle, 0)
    finally:
        os.close(handle)


def _holder(handle: int) -> str:
    """Who has the lock, by what it wrote there, and whether it is alive: a child may hold what a dead one began."""
    number, since, work, *_ = [*os.pread(handle, 1000, 0).decode(errors="replace").split("\n"), "", "", ""]
    if not number.isdigit():
        return "another process"
    what = ", ".join(filter(None, [f"at it since {since}", work]))
    try:
        os.kill(int(number), 0)
    except PermissionError:
        pass
    except (ProcessLookupError, OverflowError):
        return f"what process {number} began before it was gone ({what})"
    return f"process {number} ({what})"
