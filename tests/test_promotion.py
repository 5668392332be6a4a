"""The sealed door: whatever is wrong with a candidate, and however promotion is started, nothing published changes."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from orchestration.artifacts import DATABASE, sha256
from orchestration.paths import ROOT
from orchestration.release import ledger
from orchestration.release.assemble import AssembleError, assemble, release_id_of
from orchestration.release.manifest import AUDIT, MANIFEST, Manifest
from orchestration.release.promote import PromotionRefused, promote, rollback
from tests.conftest import Line, build, published_state


def on_disk(line: Line) -> tuple:
    """What readers could see, whatever stands where the symlink should."""
    current = line.paths.current
    seen = os.readlink(current) if current.is_symlink() else current.exists()
    return seen, {p: sha256(p) for p in sorted(line.paths.releases.rglob("*")) if p.is_file()}


def change_json(line: Line, name: str, change: Callable[[dict], None]) -> None:
    path = line.candidate / "release" / name
    data = json.loads(path.read_text(encoding="utf-8"))
    change(data)
    path.chmod(0o644)
    path.write_text(json.dumps(data), encoding="utf-8")


def name_the_manifest(line: Line) -> None:
    """A forger who changes the manifest also makes the audit name it."""
    digest = sha256(line.candidate / "release" / MANIFEST)
    change_json(line, AUDIT, lambda audit: audit.update(manifest_sha256=digest))


def a_changed_figure(line: Line) -> None:
    path = line.candidate / "release" / DATABASE
    path.chmod(0o644)
    with duckdb.connect(str(path)) as connection:
        connection.execute("update marts.dibao set standard_yuan_per_month = 999 where residence = 'U' and year = 2020")


def a_failed_expectation(line: Line) -> None:
    def fail(audit: dict) -> None:
        (verdict,) = [v for v in audit["verdicts"] if v["check"] == "audit.core.observation.is_not_empty"]
        verdict.update(verdict="failed")

    change_json(line, AUDIT, fail)


def a_check_that_did_not_run(line: Line) -> None:
    change_json(line, AUDIT, lambda audit: audit["verdicts"].pop())


def a_broken_check(line: Line) -> None:
    change_json(line, AUDIT, lambda audit: audit["verdicts"][3].update(verdict="failed", error="no such column"))


def a_check_taken_out_of_the_manifest(line: Line) -> None:
    def take_out(manifest):
        manifest["checks"] = [check for check in manifest["checks"] if not check["check"].endswith("key_is_unique")]

    change_json(line, MANIFEST, take_out)
    name_the_manifest(line)


def the_checks_of_stages_1_and_2_taken_out(line: Line) -> None:
    def take_out(manifest):
        manifest["checks"] = [check for check in manifest["checks"] if check["stage"] == 4]

    change_json(line, MANIFEST, take_out)
    name_the_manifest(line)


def another_content_hash(line: Line) -> None:
    change_json(line, MANIFEST, lambda manifest: manifest.update(content_hash="0" * 64))
    name_the_manifest(line)


def an_id_that_leads_elsewhere(line: Line) -> None:
    change_json(line, MANIFEST, lambda manifest: manifest.update(release_id="../elsewhere"))
    name_the_manifest(line)


def a_link_in_the_release(line: Line) -> None:
    path = line.candidate / "release" / DATABASE
    path.rename(line.candidate / "outside")
    path.symlink_to(line.candidate / "outside")


def a_torn_manifest(line: Line) -> None:
    change_json(line, MANIFEST, lambda manifest: manifest.update(tables=[]))


def a_manifest_with_a_list_of_files(line: Line) -> None:
    change_json(line, MANIFEST, lambda manifest: manifest.update(files=list(manifest["files"])))
    name_the_manifest(line)


def a_broken_ledger(line: Line) -> None:
    line.paths.ledger.write_bytes(b'{"release_id": "r0\xe6\n' + line.paths.ledger.read_bytes())


def a_folder_instead_of_the_symlink(line: Line) -> None:
    line.paths.current.unlink()
    line.paths.current.mkdir()


def a_symlink_to_no_release(line: Line) -> None:
    line.paths.current.unlink()
    line.paths.current.symlink_to("../elsewhere")


def a_failed_check_of_stage_2(line: Line) -> None:
    def fail(manifest):
        next(check for check in manifest["checks"] if check["stage"] == 2).update(verdict="failed")

    change_json(line, MANIFEST, fail)
    name_the_manifest(line)


def no_audit(line: Line) -> None:
    (line.candidate / "release" / AUDIT).unlink()


def a_torn_audit(line: Line) -> None:
    (line.candidate / "release" / AUDIT).write_text('{"manifest_sha256": "')


def another_manifest(line: Line) -> None:
    change_json(line, MANIFEST, lambda manifest: manifest.update(input_hash="0" * 64))


def no_manifest(line: Line) -> None:
    (line.candidate / "release" / MANIFEST).unlink()


def a_missing_parquet(line: Line) -> None:
    (line.candidate / "release" / "parquet" / "marts" / "dibao.parquet").unlink()


def a_write_ahead_log(line: Line) -> None:
    (line.candidate / "release" / f"{DATABASE}.wal").write_bytes(b"stale")


def a_base_that_is_no_longer_current(line: Line) -> None:
    shutil.copytree(line.paths.current.resolve(), line.paths.releases / "r000009-abcdefabcdef")
    line.paths.current.unlink()
    line.paths.current.symlink_to("releases/r000009-abcdefabcdef")


def no_candidate(line: Line) -> None:
    shutil.rmtree(line.candidate)


FAULTS = [
    (a_changed_figure, f"{DATABASE} has sha256"),
    (a_failed_expectation, "check audit.core.observation.is_not_empty: failed"),
    (a_check_that_did_not_run, "did not run"),
    (a_broken_check, "no such column"),
    (a_check_taken_out_of_the_manifest, "the manifest lacks"),
    (the_checks_of_stages_1_and_2_taken_out, "the manifest lacks"),
    (another_content_hash, "the content hash is not that of the tables"),
    (an_id_that_leads_elsewhere, "does not follow from sequence and content hash"),
    (a_link_in_the_release, f"{DATABASE} has sha256 a link"),
    (a_torn_manifest, f"{MANIFEST} cannot be read"),
    (a_manifest_with_a_list_of_files, "has no attribute"),
    (a_broken_ledger, "promotions.jsonl, line 1: read"),
    (a_folder_instead_of_the_symlink, "is not the symlink to a release"),
    (a_symlink_to_no_release, "which is no release"),
    (a_failed_check_of_stage_2, "of stage 2: failed"),
    (no_audit, "the audit did not run on this candidate"),
    (a_torn_audit, f"{AUDIT} cannot be read"),
    (another_manifest, "was made for another manifest"),
    (no_manifest, f"{MANIFEST} cannot be read"),
    (a_missing_parquet, "parquet/marts/dibao.parquet is missing"),
    (a_write_ahead_log, f"{DATABASE}.wal is not in the manifest"),
    (a_base_that_is_no_longer_current, "run `refresh` again"),
    (no_candidate, "no assembled candidate"),
]


@pytest.mark.parametrize(("damage", "message"), FAULTS, ids=[damage.__name__ for damage, _ in FAULTS])
def test_promotion_refuses_and_says_why(line, damage, message):
    damage(line)
    before = on_disk(line)
    with pytest.raises(PromotionRefused, match=message.replace(".", r"\.")):
        promote(line.paths, line.candidate)
    assert on_disk(line) == before


def test_a_whole_candidate_is_promoted(line):
    base, files = published_state(line.paths)
    done = promote(line.paths, line.candidate)
    assert (done.changed, done.previous_release_id) == (True, base)
    current, now = published_state(line.paths)
    assert current == done.release_id != base
    assert files.items() <= now.items(), "the earlier release stays as it was"
    assert not line.candidate.exists()
    assert [p.release_id for p in ledger.promotions(line.paths)] == [base, current]


def test_the_same_content_promotes_nothing(line):
    promote(line.paths, line.candidate)
    before = published_state(line.paths)
    current = line.paths.releases / before[0]
    again = line.paths.candidate("again")
    shutil.copytree(current, again / "release")
    line_again = Line(line.paths, again, "")
    manifest = Manifest.read(current)
    sequence = manifest.sequence + 1
    new = {
        "base_release_id": before[0],
        "sequence": sequence,
        "release_id": release_id_of(sequence, manifest.content_hash),
    }
    change_json(line_again, MANIFEST, lambda m: m.update(new))
    name_the_manifest(line_again)
    done = promote(line.paths, again)
    assert (done.changed, done.release_id) == (False, before[0])
    assert published_state(line.paths) == before


def test_published_files_and_folders_cannot_be_written(line):
    promote(line.paths, line.candidate)
    release = line.paths.current.resolve()
    for path in [release, *release.rglob("*")]:
        assert not path.stat().st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH), path


def test_a_rollback_and_the_way_forward(line):
    first = ledger.current_release(line.paths)
    second = promote(line.paths, line.candidate).release_id
    assert rollback(line.paths).release_id == first == ledger.current_release(line.paths)
    assert rollback(line.paths, second).release_id == second
    assert [p.action for p in ledger.promotions(line.paths)] == ["promote", "promote", "rollback", "rollback"]
    with pytest.raises(PromotionRefused, match="no such release"):
        rollback(line.paths, "r000042-000000000000")


def test_make_takes_a_release_back(warehouse):
    """The two lines that a person types; the environment that they would install is there."""
    environment = {**os.environ, "MINSHENG_SEEDS": str(warehouse.seeds), "MINSHENG_WAREHOUSE": str(warehouse.warehouse)}
    first, second = (line.release_id for line in ledger.promotions(warehouse))
    for arguments, release_id in (([], first), ([f"RELEASE={second}"], second)):
        done = subprocess.run(
            ["make", "-o", ".venv/run.stamp", f"BIN={Path(sys.executable).parent}", "rollback", *arguments],
            cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0 and f"{release_id} is current" in done.stdout, done.stdout + done.stderr
        assert ledger.current_release(warehouse) == release_id
    assert [line.action for line in ledger.promotions(warehouse)] == ["promote", "promote", "rollback", "rollback"]


def test_a_release_that_was_taken_back_does_not_come_back(line, monkeypatch):
    """Rolled back from the second to the first, a third is built on the first: back from it is the first."""
    first = ledger.current_release(line.paths)
    second = promote(line.paths, line.candidate).release_id
    rollback(line.paths)
    third = promote(line.paths, build(line.paths, "third", monkeypatch)).release_id
    assert third > second > first and Manifest.read(line.paths.releases / third).base_release_id == first
    assert rollback(line.paths).release_id == first


def test_a_candidate_does_not_rebase_itself(line):
    """Begun on the first release and assembled again when another one is current."""
    shutil.copytree(line.candidate, line.paths.candidate("late"))
    promote(line.paths, line.candidate)
    with pytest.raises(AssembleError, match="was begun on r000001.* but r000002"):
        assemble(line.paths, line.paths.candidate("late"))


def test_a_lost_line_of_a_rollback_is_restored_as_one(line):
    promote(line.paths, line.candidate)
    lines = line.paths.ledger.read_text()
    rollback(line.paths)
    line.paths.ledger.write_text(lines)
    ledger.restore_lost_line(line.paths)
    assert [p.action for p in ledger.promotions(line.paths)] == ["promote", "promote", "rollback"]


def test_a_rollback_to_a_damaged_release_is_refused(line):
    first = line.paths.current.resolve()
    promote(line.paths, line.candidate)
    (first / "parquet" / "marts" / "dibao.parquet").unlink()
    before = published_state(line.paths)
    with pytest.raises(PromotionRefused, match="is missing"):
        rollback(line.paths)
    assert published_state(line.paths) == before


def test_a_lost_line_of_the_ledger_is_restored(line):
    """A crash after the symlink and before the ledger."""
    lines = line.paths.ledger.read_text()
    line.paths.ledger.write_text("")
    promote(line.paths, line.candidate)
    ids = [p.release_id for p in ledger.promotions(line.paths)]
    assert len(ids) == 2 and json.loads(lines)["release_id"] == ids[0]


def test_a_folder_that_a_crash_left_unpublished_is_replaced(line):
    """A crash after the move and before the symlink."""
    release_id = Manifest.read(line.candidate / "release").release_id
    leftover = line.paths.releases / release_id
    leftover.mkdir()
    (leftover / "half").write_text("")
    promote(line.paths, line.candidate)
    assert not (line.paths.current / "half").exists() and (line.paths.current / DATABASE).exists()


def test_a_torn_last_line_of_the_ledger_is_dropped(line):
    with line.paths.ledger.open("a") as handle:
        handle.write('{"sequence": 2, "rel')
    promote(line.paths, line.candidate)
    assert [p.sequence for p in ledger.promotions(line.paths)] == [1, 2]


def test_a_reader_keeps_its_release_while_another_is_promoted(line):
    query = "select standard_yuan_per_month from marts.dibao where residence = 'U' and year = 2016"
    held = duckdb.connect(os.fspath((line.paths.current / DATABASE).resolve()), read_only=True)
    before = held.execute(query).fetchone()
    promote(line.paths, line.candidate)
    assert held.execute(query).fetchone() == before
    with duckdb.connect(os.fspath(line.paths.current / DATABASE), read_only=True) as fresh:
        assert fresh.execute(query).fetchone() != before
