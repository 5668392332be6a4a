"""The book follows the release, up and down; one that fails takes nothing back."""

from __future__ import annotations

import os
from pathlib import Path

import dagster as dg
import pytest

from bi import book
from bi import release as releases
from orchestration.desk import book as shelving
from orchestration.desk.assets import Warehouse
from orchestration.desk.assets.book import book as book_asset
from orchestration.desk.book import bring_up_to_date
from orchestration.release import ledger
from orchestration.release import promote as promotion
from tests.conftest import Line, published_state


def small(text: str = "") -> dict[str, book.Part]:
    return {"pages": lambda release, folder: (folder / "index.html").write_text(text or release.release_id) and None}


def test_a_failure_takes_nothing_back(line: Line) -> None:
    book.ensure(line.paths, small(), print)
    before, shown = published_state(line.paths), os.readlink(book.symlink(line.paths))

    def broken(release: releases.Release, folder: Path) -> None:
        (folder / "half.html").write_text("half")
        raise OSError("the disk is full")

    with pytest.raises(OSError):
        book.ensure(line.paths, {"pages": broken}, print, again=True)
    assert published_state(line.paths) == before
    assert os.readlink(book.symlink(line.paths)) == shown
    assert (book.symlink(line.paths) / "index.html").read_text() == before[0]
    assert not list(book.folder_of_books(line.paths).glob(".building-*"))


def test_the_book_follows_promotion_and_rollback(line: Line) -> None:
    first = ledger.current_release(line.paths)
    book.ensure(line.paths, small(), print)
    promotion.promote(line.paths, line.candidate)
    assert book.ensure(line.paths, small(), print).built
    second = ledger.current_release(line.paths)
    assert (book.symlink(line.paths) / "index.html").read_text() == second != first
    promotion.rollback(line.paths)
    assert not book.ensure(line.paths, small(), print).built
    assert (book.symlink(line.paths) / "index.html").read_text() == first


def test_a_book_of_a_release_that_is_gone_goes_too(line: Line) -> None:
    gone = book.folder_of_books(line.paths) / "r000000-000000000000"
    gone.mkdir(parents=True)
    book.ensure(line.paths, small(), print)
    assert not gone.exists()


def test_in_dagster_a_book_that_fails_warns_and_the_run_goes_well(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINSHENG_BOOK", "on")
    before = published_state(line.paths)
    (line.paths.warehouse / "books").write_text("in the way")
    done = dg.materialize([book_asset], resources={"warehouse": Warehouse()})
    (verdict,) = done.get_asset_check_evaluations()
    assert done.success and not verdict.passed and verdict.severity == dg.AssetCheckSeverity.WARN
    assert "make book" in verdict.metadata["outcome"].value
    assert published_state(line.paths) == before


def test_without_what_draws_it_no_book_is_tried(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINSHENG_BOOK", "on")
    monkeypatch.setattr(shelving, "NEEDED", ("no_such_library",))
    outcome = bring_up_to_date(line.paths)
    assert outcome.built is None and "make book" in outcome.text
    assert not book.symlink(line.paths).exists()
