"""Where the warehouse names approvers, nothing is published without a second person, whichever way it is started."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from bi import pages
from bi.release import opened
from bi.texts import Texts
from orchestration.artifacts import sha256
from orchestration.paths import Paths
from orchestration.release import approval, candidates, ledger, verification
from orchestration.release.assemble import assemble
from orchestration.release.manifest import APPROVAL, AUDIT, MANIFEST, Manifest
from orchestration.release.promote import ApprovalMissing, PromotionRefused, approve, promote, rollback
from tests import releases
from tests.conftest import Line, command, published_state


def require(paths: Paths, *names: str) -> None:
    (paths.warehouse / "approvers").write_text("# who checks\n" + "\n".join(names) + "\n", encoding="utf-8")


def launched(built: Line, paths: Paths, number: int, by: str = "Zhang Min"):
    """A candidate that waits for approval, launched by `by`."""
    candidate = releases.candidate(built, paths, number)
    reseal(candidate, launched_by=by)
    candidates.hold(candidate, candidates.APPROVAL)
    return candidate


def reseal(candidate, **changed) -> None:
    """Another manifest, and an audit that names it."""
    folder = candidate / "release"
    manifest = json.loads((folder / MANIFEST).read_text("utf-8")) | changed
    (folder / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    audit = json.loads((folder / "audit.json").read_text("utf-8")) | {"manifest_sha256": sha256(folder / MANIFEST)}
    (folder / "audit.json").write_text(json.dumps(audit), encoding="utf-8")


def test_what_a_second_person_approves_is_published_with_their_name(built: Line, warehouse: Paths):
    require(warehouse, "Li Ming", "Wang Fang")
    candidate = launched(built, warehouse, 3)
    before = published_state(warehouse)
    with pytest.raises(ApprovalMissing, match="who may give it: Li Ming, Wang Fang"):
        promote(warehouse, candidate)
    assert published_state(warehouse) == before and candidate.exists()
    given = approve(warehouse, candidate, "Li Ming", "compared with the bulletin")
    release = promote(warehouse, candidate).release_id
    line = ledger.promotions(warehouse)[-1]
    assert (line.release_id, line.approved_by, line.note) == (release, "Li Ming", "compared with the bulletin")
    assert line.approved_at == given.approved_at
    stands = json.loads((warehouse.releases / release / APPROVAL).read_text("utf-8"))
    assert stands["manifest_sha256"] == sha256(warehouse.releases / release / MANIFEST)


@pytest.mark.parametrize(
    ("names", "by", "message"),
    [
        (["Li Ming"], "Wang Fang", "Wang Fang is not among those who may approve: Li Ming"),
        (["Li Ming", "Zhang Min"], "Zhang Min", "a second person approves; Li Ming"),
        (["*"], "Zhang Min", "a second person approves; anybody but Zhang Min"),
        (["*"], " ＺＨＡＮＧ  min ", "a second person approves"),
        (["*"], "  ", "an approval bears a name"),
        ([], "Li Ming", "names nobody"),
    ],
    ids=["a stranger", "who launched it", "who launched it, of all", "the same in other letters", "nobody", "no names"],
)
def test_nobody_else_approves(built: Line, warehouse: Paths, names, by, message):
    require(warehouse, *names)
    candidate = launched(built, warehouse, 3)
    before = published_state(warehouse)
    with pytest.raises((approval.ApprovalRefused, PromotionRefused), match=message):
        approve(warehouse, candidate, by)
    with pytest.raises(PromotionRefused):
        promote(warehouse, candidate)
    assert published_state(warehouse) == before


def test_of_a_candidate_that_changed_nothing_is_approved(built: Line, warehouse: Paths):
    require(warehouse, "Li Ming")
    candidate = launched(built, warehouse, 3)
    approve(warehouse, candidate, "Li Ming")
    reseal(candidate, input_hash="0" * 64)
    before = published_state(warehouse)
    with pytest.raises(ApprovalMissing, match="approved by Li Ming, but has changed since"):
        promote(warehouse, candidate)
    assert published_state(warehouse) == before


def test_a_forged_approval_by_who_launched_it_is_none(built: Line, warehouse: Paths):
    """Whatever lies in the folder is held against the list again when it is published."""
    require(warehouse, "*")
    candidate = launched(built, warehouse, 3)
    folder = candidate / "release"
    forged = approval.of(folder, "Zhang Min")
    (folder / APPROVAL).write_text(json.dumps(vars(forged)), encoding="utf-8")
    with pytest.raises(ApprovalMissing, match="Zhang Min launched it"):
        promote(warehouse, candidate)


def test_what_does_not_say_who_launched_it_needs_another_run(built: Line, warehouse: Paths):
    require(warehouse, "*")
    with pytest.raises(approval.ApprovalRefused, match="does not say who launched it"):
        approve(warehouse, launched(built, warehouse, 3, by=""), "Li Ming")


def test_a_candidate_with_a_fault_is_not_approved(built: Line, warehouse: Paths):
    require(warehouse, "*")
    candidate = launched(built, warehouse, 3)
    (candidate / "release" / "parquet/core/source.parquet").write_bytes(b"other bytes")
    with pytest.raises(PromotionRefused, match="source.parquet"):
        approve(warehouse, candidate, "Li Ming")
    assert not (candidate / "release" / APPROVAL).exists()


def test_the_same_content_needs_no_approval(built: Line, warehouse: Paths):
    candidate = releases.candidate(built, warehouse, 2)
    require(warehouse, "Li Ming")
    assert not promote(warehouse, candidate).changed


def test_a_line_lost_in_a_crash_comes_back_with_its_approval(built: Line, warehouse: Paths):
    require(warehouse, "Li Ming")
    candidate = launched(built, warehouse, 3)
    approve(warehouse, candidate, "Li Ming", "seen")
    lines = warehouse.ledger.read_bytes()
    promote(warehouse, candidate)
    told = ledger.promotions(warehouse)[-1]
    warehouse.ledger.write_bytes(lines)
    releases.recovered(warehouse)
    found = ledger.promotions(warehouse)[-1]
    assert (found.approved_by, found.approved_at, found.note) == (told.approved_by, told.approved_at, "seen")


def test_the_way_back_needs_no_approval_and_records_who_said_so(warehouse: Paths):
    require(warehouse, "Li Ming")
    assert rollback(warehouse, approved_by="Zhang Min").changed
    line = ledger.promotions(warehouse)[-1]
    assert (line.action, line.approved_by) == ("rollback", "Zhang Min") and line.approved_at


def test_what_waits_is_not_swept_away_until_another_release_is_current(built: Line, warehouse: Paths):
    candidate = launched(built, warehouse, 3)
    os.utime(candidate, (1, 1))
    for number in range(candidates.KEPT + 2):
        candidates.begin(warehouse, warehouse.candidate(f"later-{number}"))
    assert candidate.exists() and [w.candidate for w in candidates.waiting(warehouse)] == [candidate]
    promote(warehouse, releases.candidate(built, warehouse, 4))
    (waits,) = candidates.waiting(warehouse)
    assert waits.is_obsolete
    candidates.begin(warehouse, warehouse.candidate("last"))
    assert not candidate.exists()


def test_an_assembly_made_anew_is_not_approved(line: Line):
    """A re-execution of the run builds another file under the same id."""
    require(line.paths, "*")
    candidates.note_launcher(line.candidate, "Zhang Min")
    assemble(line.paths, line.candidate)
    folder = line.candidate / "release"
    assert Manifest.read(folder).launched_by == "Zhang Min"
    (folder / APPROVAL).write_text(json.dumps(vars(approval.of(folder, "Li Ming"))), encoding="utf-8")
    assemble(line.paths, line.candidate)
    assert not (folder / APPROVAL).exists()


def test_from_the_command_line(built: Line, warehouse: Paths):
    """`make status` says what waits and who may approve; `make approve` publishes it."""
    require(warehouse, "Li Ming", "Wang Fang")
    candidate = launched(built, warehouse, 3)
    refused = command(warehouse, "promote", candidate.name)
    assert refused.returncode == 1 and "waits for a second person's approval" in refused.stderr
    refused = command(warehouse, "approve", candidate.name, "--by", "Zhang Min")
    assert refused.returncode == 1 and "a second person approves" in refused.stderr
    refused = command(warehouse, "approve", "tiny-9", "--by", "Li Ming")
    assert refused.returncode == 1 and f"those that wait: {candidate.name}" in refused.stderr
    done = command(warehouse, "approve", "tiny", "--by", "Li Ming", "--note", "seen")
    assert done.returncode == 0 and "r000003-" in done.stdout, done.stderr
    assert ledger.promotions(warehouse)[-1].approved_by == "Li Ming"


def test_verdicts_that_were_edited_after_the_approval_are_not_approved(built: Line, warehouse: Paths):
    """Each of them still passed, and the audit still names the manifest."""
    require(warehouse, "Li Ming")
    candidate = launched(built, warehouse, 3)
    given = approve(warehouse, candidate, "Li Ming")
    file = candidate / "release" / AUDIT
    assert given.audit_sha256 == sha256(file)
    audit = json.loads(file.read_text("utf-8"))
    audit["verdicts"][0]["observed"] = "another number"
    file.write_text(json.dumps(audit), encoding="utf-8")
    before = published_state(warehouse)
    with pytest.raises(ApprovalMissing, match="approved by Li Ming, but has changed since"):
        promote(warehouse, candidate)
    assert published_state(warehouse) == before


@pytest.mark.parametrize("deed", ["edited", "taken away"])
def test_the_approval_is_sealed_with_its_release(built: Line, warehouse: Paths, deed):
    require(warehouse, "Li Ming")
    candidate = launched(built, warehouse, 3)
    approve(warehouse, candidate, "Li Ming", "seen")
    release = promote(warehouse, candidate).release_id
    file = releases.unlocked(warehouse.releases / release / APPROVAL)
    assert ledger.promotions(warehouse)[-1].approval_sha256 == sha256(file)
    assert verification.of_release(warehouse, release) == []
    assert rollback(warehouse).changed
    if deed == "edited":
        file.write_text(file.read_text("utf-8").replace("Li Ming", "Wang Fang"), encoding="utf-8")
    else:
        file.unlink()
    with pytest.raises(PromotionRefused, match=f"{APPROVAL} .*, the ledger says that it has sha256"):
        rollback(warehouse, release)


def test_an_approval_torn_in_a_crash_is_named(built: Line, warehouse: Paths):
    require(warehouse, "Li Ming")
    candidate = launched(built, warehouse, 3)
    approve(warehouse, candidate, "Li Ming", "seen")
    release = promote(warehouse, candidate).release_id
    os.truncate(releases.unlocked(warehouse.releases / release / APPROVAL), 20)
    lines = warehouse.ledger.read_text("utf-8").splitlines(keepends=True)
    warehouse.ledger.write_text("".join(lines[:-1]), encoding="utf-8")
    (damaged, restored) = releases.recovered(warehouse)
    assert f"{APPROVAL} cannot be read" in damaged and "restored as a promote" in restored


def test_a_release_shows_its_own_approval(line: Line, tmp_path):
    """In status, changes and the book; that of another release is not shown for it."""
    first = ledger.current_release(line.paths)
    require(line.paths, "*")
    for name in (MANIFEST, AUDIT):
        releases.unlocked(line.candidate / "release" / name)
    reseal(line.candidate, launched_by="Zhang Min")
    approve(line.paths, line.candidate, "Li Ming", "compared with the bulletin")
    second = promote(line.paths, line.candidate).release_id
    said = "approved by Li Ming on "
    for arguments in (["status"], ["changes"]):
        done = command(line.paths, *arguments)
        assert said in done.stdout and "compared with the bulletin" in done.stdout, done.stdout + done.stderr
    rollback(line.paths, approved_by="Wang Fang")
    assert said not in command(line.paths, "status").stdout
    now = command(line.paths, "changes").stdout
    assert "by a rollback" in now and "approved by Wang Fang" in now and said not in now
    assert said in command(line.paths, "changes", second).stdout
    for release, shown in ((first, False), (second, True)):
        page = page_of_changes(line.paths.releases / release, tmp_path / release)
        assert ("<dd>Li Ming</dd>" in page) == ("<dd>compared with the bulletin</dd>" in page) == shown


def page_of_changes(release: Path, folder: Path) -> str:
    (folder / "en").mkdir(parents=True)
    with opened(release) as found:
        pages._Pages(found, folder, Texts("en"), None, [])._changes()
    return (folder / "en" / "changes.html").read_text("utf-8")
