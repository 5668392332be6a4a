"""What `make status` says: which release is current, what is in it, how to open it, and what waits for a person."""

from __future__ import annotations

import os

import duckdb

from orchestration import endings, settings
from orchestration.artifacts import DATABASE
from orchestration.desk import freshness, waiting
from orchestration.paths import Paths
from orchestration.release import access, approval, ledger, verification
from orchestration.release.manifest import Manifest


def tell(paths: Paths) -> int:
    """Print it; returns the exit code, 1 where there is no release or where the current one is damaged."""
    try:
        current = ledger.published_file(paths).parent.name
        faults = verification.of_release(paths, current)
    except ledger.LedgerError as error:
        print(error)
        return 1
    if faults:
        # Said and not mended: a command that reads changes nothing. What is damaged is not told of as if it were whole.
        print(f"{current}, the current release, is damaged: {verification.named(faults)}.")
        print("`make run` builds it anew from the seeds and replaces it; `make rollback` goes back.")
        return 1
    manifest = Manifest.read(paths.releases / current)
    database = paths.current / DATABASE
    replaced = f"; it replaced {manifest.replaces}, which was damaged" if manifest.replaces else ""
    print(f"\nRelease {current}, built on {manifest.base_release_id or 'nothing'}{replaced}")
    if said := approval.told(paths.releases / current):
        print(f"  {said}")
    for name, facts in sorted(manifest.tables.items()):
        print(f"  {name:32}{facts.rows:>8} rows")
    with duckdb.connect(str(database), read_only=True) as connection:
        findings = dict(
            connection.execute(
                "select standing, count(*) from quality.finding group by standing order by standing"
            ).fetchall()
        )
    print("  findings of the rules: " + ", ".join(f"{count} {standing}" for standing, count in findings.items()))
    shown = os.path.relpath(database)
    _tell_affairs(paths)
    print("\nOpen it:  make book           the data book: pictures, tables, sources")
    print(f"          make sql            or  duckdb -readonly {shown}")
    print("          make ui             the Dagster UI, on 127.0.0.1")
    print(f"BI tools: {shown}, read-only")
    if closed := access.keeps_out(paths, current):
        print(f"\n{closed}")
    return 0


def _tell_affairs(paths: Paths) -> None:
    """What a person may want to see to: figures that are late, candidates that wait."""
    try:
        # Who reads the warehouse need not have the seeds.
        settings.places((settings.SEEDS,))
        found, day = freshness.read(paths), freshness.today()
    except (OSError, ValueError) as error:
        print(f"  which figures are late is not known: {endings.in_words(error)}")
    else:
        late = [source for source in found if source.is_stale(day)]
        print(f"  figures of {len(found)} sources: " + (f"{len(late)} late" if late else "none late"))
        for source in late:
            print(f"    {source.sentence(day)}")
    for line in waiting.lines(paths):
        print(f"\nCandidate {line}")
