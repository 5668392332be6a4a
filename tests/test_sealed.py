"""What is published stays what it was: sealed before the rename, verified before it is relied on, replaced if damaged."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from bi import book
from orchestration.artifacts import DATABASE, sha256
from orchestration.paths import Paths
from orchestration.release import approval, candidates, ledger, summary, verification
from orchestration.release import promote as promotion
from orchestration.release.assemble import assemble
from orchestration.release.audit import AuditProcess
from orchestration.release.manifest import APPROVAL, AUDIT, MANIFEST, Seal
from orchestration.release.promote import PromotionRefused, promote, rollback
from tests import releases
from tests.conftest import Line, command, published_state
from tests.test_promotion import change_json, name_the_manifest

# The current release is verified as well.


def published(paths: Paths, name: str) -> Path:
    """A file of the current release, to be changed as whoever owns it can."""
    return releases.unlocked(paths.current.resolve() / name)


def a_changed_value(paths: Paths) -> None:
    with duckdb.connect(str(published(paths, DATABASE))) as connection:
        connection.execute("update marts.dibao set number = 7 where rowid = 0")


def another_parquet(paths: Paths) -> None:
    published(paths, releases.SOURCES).write_bytes(b"PAR1")


def one_file_more(paths: Paths) -> None:
    published(paths, "parquet/core/more.parquet").write_bytes(b"PAR1")


def half_a_manifest(paths: Paths) -> None:
    file = published(paths, MANIFEST)
    os.truncate(file, file.stat().st_size // 2)


def an_empty_manifest(paths: Paths) -> None:
    """What a power cut leaves of a file that was never synced."""
    os.truncate(published(paths, MANIFEST), 0)


def a_manifest_of_zeros(paths: Paths) -> None:
    file = published(paths, MANIFEST)
    file.write_bytes(b"\0" * file.stat().st_size)


def half_an_audit(paths: Paths) -> None:
    file = published(paths, AUDIT)
    os.truncate(file, file.stat().st_size // 2)


def other_words_of_a_verdict(paths: Paths) -> None:
    """Whole, of this manifest, and passed: nothing but the ledger knows that it said something else."""
    file = published(paths, AUDIT)
    data = json.loads(file.read_text("utf-8"))
    data["verdicts"][0]["observed"] = "another number"
    file.write_text(json.dumps(data), encoding="utf-8")


def another_launcher(paths: Paths) -> None:
    """A forger who changes the manifest makes the audit name it."""
    file = published(paths, MANIFEST)
    file.write_text(json.dumps(json.loads(file.read_text("utf-8")) | {"launched_by": "Somebody"}), encoding="utf-8")
    data = json.loads((file.parent / AUDIT).read_text("utf-8")) | {"manifest_sha256": sha256(file)}
    published(paths, AUDIT).write_text(json.dumps(data), encoding="utf-8")


def an_approval_that_nobody_gave(paths: Paths) -> None:
    given = approval.of(paths.current.resolve(), "Li Ming")
    published(paths, APPROVAL).write_text(json.dumps(vars(given)), encoding="utf-8")


DAMAGES = [
    (a_changed_value, DATABASE),
    (another_parquet, releases.SOURCES),
    (one_file_more, "parquet/core/more.parquet is not in the manifest"),
    (half_a_manifest, f"{MANIFEST} cannot be read"),
    (an_empty_manifest, f"{MANIFEST} cannot be read"),
    (a_manifest_of_zeros, f"{MANIFEST} cannot be read"),
    (half_an_audit, f"{AUDIT} cannot be read"),
    (other_words_of_a_verdict, f"{AUDIT} has sha256"),
    (another_launcher, f"{MANIFEST} has sha256"),
    (an_approval_that_nobody_gave, f"{APPROVAL} has sha256"),
]
every_damage = pytest.mark.parametrize(("damage", "said"), DAMAGES, ids=[damage.__name__ for damage, _ in DAMAGES])


@every_damage
def test_a_damaged_release_is_named_and_replaced_by_the_same_content(built, warehouse, damage, said):
    first, second = (line.release_id for line in ledger.promotions(warehouse))
    candidate = releases.candidate(built, warehouse, 2)
    damage(warehouse)
    (told,) = releases.recovered(warehouse)
    assert told.startswith(f"{second}, the current release, is damaged: ") and said in told
    assert f"it is compared with {first}, the newest before it that is whole" in told
    assert verification.base(warehouse).release_id == first
    assert ledger.current_release(warehouse) == second, "readers keep it until what replaces it passed the door"
    done = promote(warehouse, candidate)
    line = ledger.promotions(warehouse)[-1]
    assert done.changed and said in done.sentence() and f"it replaces {second}, which was damaged" in done.sentence()
    assert (line.action, line.release_id, line.from_release_id) == ("promote", done.release_id, second)
    assert said in line.damage and done.release_id.startswith("r000003-") and done.release_id[8:] == second[8:]
    assert verification.of_release(warehouse, done.release_id) == [] and releases.recovered(warehouse) == []


@every_damage
def test_a_damaged_release_is_offered_to_nobody_as_whole(built, warehouse, damage, said):
    first, second = (line.release_id for line in ledger.promotions(warehouse))
    damage(warehouse)
    with pytest.raises(PromotionRefused, match=f"(?s){re.escape(said)}.*the last release that is whole: {first}"):
        rollback(warehouse, second)
    warehouse.current.unlink()
    (told,) = releases.recovered(warehouse)
    assert f"current is missing: {first}, the last one that is whole, is current instead" in told
    with pytest.raises(PromotionRefused, match=re.escape(said)):
        rollback(warehouse, second)
    assert ledger.current_release(warehouse) == first


def test_a_torn_manifest_does_not_close_the_way_back(warehouse):
    first = ledger.promotions(warehouse)[0].release_id
    half_a_manifest(warehouse)
    assert rollback(warehouse).release_id == first
    warehouse.current.unlink()
    assert rollback(warehouse).release_id == first, "of a release that is gone as well"


def test_where_nothing_is_whole_a_comparison_is_impossible_and_said(warehouse):
    a_changed_value(warehouse)
    first = warehouse.releases / ledger.promotions(warehouse)[0].release_id
    os.truncate(releases.unlocked(first / AUDIT), 10)
    (told,) = releases.recovered(warehouse)
    assert "no release before it is whole, so that nothing can be compared" in told
    found = verification.base(warehouse)
    assert (found.release_id, found.replaces) == (None, ledger.current_release(warehouse))


def test_a_release_that_is_whole_is_not_replaced_as_damaged(built, warehouse):
    """Restored from a copy after the candidate was assembled: its changes were measured from another release."""
    first, second = (line.release_id for line in ledger.promotions(warehouse))
    candidate = releases.candidate(built, warehouse, 3)
    forged = Line(warehouse, candidate, "")
    change_json(forged, MANIFEST, lambda manifest: manifest.update(base_release_id=first, replaces=second))
    name_the_manifest(forged)
    before = published_state(warehouse)
    with pytest.raises(PromotionRefused, match="as damaged, which is whole: run `refresh` again"):
        promote(warehouse, candidate)
    assert published_state(warehouse) == before
    a_changed_value(warehouse)
    assert promote(warehouse, candidate).changed


def test_changes_are_measured_from_the_last_release_that_is_whole(line):
    """The second release is damaged: its rebuilt successor counts what both changed, from the first."""
    first = ledger.current_release(line.paths)
    late = line.paths.candidate("late")
    shutil.copytree(line.candidate, late)
    second = promote(line.paths, line.candidate).release_id
    with duckdb.connect(str(published(line.paths, DATABASE))) as connection:
        connection.execute("update marts.dibao set recipients_persons = 1 where year = 2020 and residence = 'U'")
        connection.execute("delete from marts.dibao where year = 2016")
    candidates.note_base(line.paths, late)
    manifest = assemble(line.paths, late)
    assert (manifest.base_release_id, manifest.replaces, manifest.follows) == (first, second, second)
    assert f"It would replace {second}, which is damaged.\nMeasured against {first}." in summary.of_candidate(
        line.paths, late
    )
    AuditProcess().run(late / "release")
    done = promote(line.paths, late)
    assert done.changed and DATABASE in done.damage
    with duckdb.connect(str(line.paths.current / DATABASE), read_only=True) as connection:
        assert connection.execute("select base_release_id from release.info").fetchall() == [(first,)]
        told = connection.execute(
            "select distinct column_name, before_value, after_value from release.change where release_id = ? and table_name = 'marts.dibao' and column_name = 'standard_yuan_per_month'",
            [done.release_id],
        ).fetchall()
        (whole,) = connection.execute("select min(recipients_persons) > 1 from marts.dibao").fetchone()
    assert [(float(before), float(after)) for _, before, after in told] == [(494.6, 494.7)] and whole
    assert f"It replaced {second}, which was damaged: {DATABASE} has sha256" in summary.summary(line.paths)
    assert rollback(line.paths).release_id == first


def test_the_only_release_is_damaged(line):
    """Nothing can be compared, and the candidate, the door and the mail say so."""
    first = ledger.current_release(line.paths)
    with duckdb.connect(str(published(line.paths, DATABASE))) as connection:
        connection.execute("update marts.dibao set recipients_persons = 1 where year = 2020 and residence = 'U'")
    manifest = assemble(line.paths, line.candidate)
    assert (manifest.base_release_id, manifest.replaces) == (None, first)
    AuditProcess().run(line.candidate / "release")
    assert "a comparison is impossible" in summary.of_candidate(line.paths, line.candidate)
    assert promote(line.paths, line.candidate).damage
    assert "No release before it was whole: a comparison was impossible." in summary.summary(line.paths)


@pytest.mark.parametrize("gone", ["symlink", "file", "folder"])
def test_what_is_gone_is_not_called_unpublished(line, gone):
    current = ledger.current_release(line.paths)
    if gone == "symlink":
        line.paths.current.unlink()
    elif gone == "file":
        published(line.paths, DATABASE).unlink()
    else:
        shutil.rmtree(line.paths.current.resolve())
    for arguments in (["status"], ["sql", "select 1"], ["export", "marts.dibao"], ["changes"]):
        done = command(line.paths, *arguments)
        told = done.stdout + done.stderr
        assert done.returncode == 1 and current in told and "is gone" in told and "`make run` puts it right" in told
        assert "Nothing is published" not in told and "Traceback" not in told, told
    with pytest.raises(ledger.NothingToRead, match="`make run` puts it right"):
        book.ensure(line.paths, {}, print)


def test_commands_that_read_mend_nothing(line):
    with duckdb.connect(str(published(line.paths, DATABASE))) as connection:
        connection.execute("update marts.dibao set recipients_persons = 1 where year = 2020 and residence = 'U'")
    before = published_state(line.paths)
    done = command(line.paths, "status")
    assert done.returncode == 1 and f"is damaged: {DATABASE} has sha256" in done.stdout and "make run" in done.stdout
    for arguments in (["sql", "from marts.dibao"], ["export", "marts.dibao"], ["changes"]):
        assert command(line.paths, *arguments).returncode == 0
    told = []
    book.ensure(line.paths, {}, told.append)
    assert f"is damaged, and so may be what is shown: {DATABASE} has sha256" in told[0]
    assert published_state(line.paths) == before and len(ledger.promotions(line.paths)) == 1


# Sealed: on the disk before the rename, read-only after it, and named by hashes.


def facts(path: Path) -> tuple[int, int]:
    """What a write changes: of a file its size and time, of a folder the time of its last entry."""
    found = path.stat()
    return found.st_size, found.st_mtime_ns


def unsynced(paths: Paths, publish: Callable[[], object], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What of a release was not on the disk, as it was, when the rename of the symlink published it."""
    synced: dict[tuple[int, int], tuple[int, int]] = {}
    missed = []
    fsync, rename = os.fsync, os.replace

    def noted(handle: int) -> None:
        fsync(handle)
        found = os.fstat(handle)
        synced[found.st_dev, found.st_ino] = (found.st_size, found.st_mtime_ns)

    def watched(source, target) -> None:
        if Path(target) == paths.current:
            release = paths.warehouse / os.readlink(source)
            for path in [paths.releases, release, *release.rglob("*")]:
                found = path.stat()
                if synced.get((found.st_dev, found.st_ino)) != facts(path):
                    missed.append(path.relative_to(paths.releases).as_posix())
        rename(source, target)

    monkeypatch.setattr(os, "fsync", noted)
    monkeypatch.setattr(os, "replace", watched)
    publish()
    monkeypatch.undo()
    return missed


def test_every_file_and_folder_is_synced_before_the_rename(line, monkeypatch):
    assert unsynced(line.paths, lambda: promote(line.paths, line.candidate), monkeypatch) == []
    assert len(list(line.paths.current.resolve().rglob("*"))) > 30


@pytest.mark.parametrize("name", ["late.json", "parquet/marts/late.parquet", "late/file", MANIFEST])
def test_what_is_written_after_the_sync_is_seen(built, warehouse, monkeypatch, name):
    """The test above would notice: a file that comes, or changes, between the sync and the rename."""
    seal = promotion._seal

    def late(folder: Path) -> None:
        seal(folder)
        path = folder / name
        for part in (path.parent.parent, path.parent):
            if part.exists():
                part.chmod(0o755)
        path.parent.mkdir(exist_ok=True)
        releases.unlocked(path).write_text("late")

    candidate = releases.candidate(built, warehouse, 3)
    with monkeypatch.context() as patch:
        patch.setattr(promotion, "_seal", late)
        missed = unsynced(warehouse, lambda: promote(warehouse, candidate), patch)
    assert any(path.endswith(name) for path in missed)


def test_an_edited_audit_is_not_what_the_ledger_sealed(built, warehouse):
    line = ledger.promotions(warehouse)[-1]
    folder = warehouse.releases / line.release_id
    assert line.seal == Seal.of(folder) and line.approval_sha256 is None
    other_words_of_a_verdict(warehouse)
    assert [fault.split()[0] for fault in verification.of_release(warehouse, line.release_id)] == [AUDIT]


def test_lines_of_an_older_ledger_are_read_and_seal_nothing(built, warehouse):
    """What they do not name is not held against anything; the next line of the release names it."""
    old = [json.loads(text) for text in warehouse.ledger.read_text("utf-8").splitlines()]
    new = ("manifest_sha256", "audit_sha256", "approval_sha256", "damage")
    kept = [{key: value for key, value in line.items() if key not in new} for line in old]
    warehouse.ledger.write_text("".join(json.dumps(line) + "\n" for line in kept), encoding="utf-8")
    assert [line.seal for line in ledger.promotions(warehouse)] == [None, None]
    assert releases.recovered(warehouse) == [] and rollback(warehouse).changed
    first = ledger.promotions(warehouse)[-1]
    assert first.seal == Seal.of(warehouse.releases / first.release_id)
    assert promote(warehouse, releases.candidate(built, warehouse, 3)).changed
