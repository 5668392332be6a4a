"""A reader in a process of its own: python -m tests.reader KIND CURRENT STOP

Reads through `current/` until the file STOP exists, and once more; then prints as JSON what it saw.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

import duckdb

#: Between two connections of one reader, in seconds: several of them see each release.
PAUSE = 0.03
#: Every table says the release's number in every row; twice, since a reader lives on while releases come.
QUERY = """
    select number from core.observation union select number from marts.dibao
    union select number from release.promotion
"""


@dataclass
class Seen:
    """`torn`: connections that saw two releases; `stale`: fresh ones that saw neither the release that was
    current when they began nor a later one; `errors`: their texts."""

    connections: int = 0
    reads: int = 0
    torn: int = 0
    stale: int = 0
    newest: int = 0
    errors: list[str] = field(default_factory=list)


@contextmanager
def plain(current: Path) -> Iterator[Callable[[str], list]]:
    with duckdb.connect(str(current / "minsheng.duckdb"), read_only=True) as connection:
        yield lambda query: connection.execute(query).fetchall()


@contextmanager
def attached(current: Path) -> Iterator[Callable[[str], list]]:
    with duckdb.connect() as connection:
        connection.execute(f"attach '{current}/minsheng.duckdb' as published (read_only)")
        connection.execute("use published")
        yield lambda query: connection.execute(query).fetchall()


@contextmanager
def pooled(current: Path) -> Iterator[Callable[[str], list]]:
    """SQLAlchemy without a pool, as a BI server opens the file: one engine for its whole life."""
    from sqlalchemy import NullPool, create_engine, text

    engine = ENGINES.setdefault(
        current,
        create_engine(f"duckdb:///{current}/minsheng.duckdb", connect_args={"read_only": True}, poolclass=NullPool),
    )
    with engine.connect() as connection:
        yield lambda query: connection.execute(text(query)).fetchall()


ENGINES: dict = {}
KINDS = {"plain": plain, "held": plain, "attached": attached, "pooled": pooled}


def sequence(current: Path) -> int:
    return int(Path(os.readlink(current)).name[1:7])


def read(kind: str, current: Path, stop: Path, seen: Seen) -> None:
    """One connection: two reads a moment apart; the held one reads until the end."""
    oldest = sequence(current)
    with KINDS[kind](current) as ask:
        seen.connections += 1
        numbers = set()
        while True:
            numbers |= {row[0] for row in ask(QUERY)}
            numbers |= {int(row[0][1:7]) for row in ask("select release_id from release.info")}
            seen.reads += 2
            if kind != "held" or stop.exists():
                break
            time.sleep(0.05)
        numbers |= {row[0] for row in ask(QUERY)}
        seen.reads += 1
    newest = max(numbers)
    seen.torn += len(numbers) > 1
    # Promoted while it was opened, a later release may be seen as well: nobody is served an older one.
    seen.stale += not oldest <= newest <= sequence(current)
    seen.newest = max(seen.newest, newest)


def main(kind: str, current: Path, stop: Path) -> Seen:
    seen = Seen()
    print("ready", flush=True)
    last = False
    while not last:
        # Whoever asks without a pause takes the processor from those whom it watches.
        time.sleep(PAUSE)
        last = stop.exists()
        try:
            read(kind, current, stop, seen)
        except Exception as error:  # whatever a client would have to show its user
            seen.errors.append(f"{type(error).__name__}: {error}"[:300])
    return seen


if __name__ == "__main__":
    print(json.dumps(asdict(main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])))))
