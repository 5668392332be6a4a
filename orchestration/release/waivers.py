"""Whether what a candidate publishes no more may go: what the seeds declare withdrawn or waive, and what to write."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from orchestration.release.losses import Loss, said
from validations.withdrawals import NONE, Waiver, Withdrawals


def judged(found: Sequence[Loss], base: str, withdrawals: Withdrawals) -> tuple[list[Loss], list[str]]:
    """The losses with who says that they may be and why, and what stands in the way of a release.

    A loss without a withdrawal, a decision or a waiver does, and so does a waiver against `base` that allows nothing.
    """
    withdrawn = {source.source_id: source for source in withdrawals.sources}
    waivers = {waiver.key: waiver for waiver in withdrawals.waivers if waiver.base == base}
    used, told, missing = set(), [], []
    for loss in found:
        source = withdrawn.get(loss.name if loss.loss == "source" else loss.reference)
        waiver = waivers.get(loss.key)
        if loss.loss == "source" and source is None:
            missing.append(loss)
        elif source is not None:
            why = (source.reason, source.withdrawn_by, str(source.withdrawn_on))
            told.append(said(loss, "withdrawal", source.source_id, why))
        elif loss.explained_by is not None:
            told.append(loss)
        elif waiver is not None and loss.losses <= waiver.at_most:
            used.add(waiver.key)
            told.append(said(loss, "waiver", NONE, (waiver.reason, waiver.allowed_by, str(waiver.allowed_on))))
        else:
            missing.append(loss)
    faults = _report(missing, base) if missing else []
    for key, waiver in waivers.items():
        if key not in used and key not in {loss.key for loss in missing}:
            faults.append(f"a waiver is stale: {_named(waiver)}: nothing of the kind is lost; take it out of the file")
    return told, faults


def record(connection: duckdb.DuckDBPyConnection, told: Sequence[Loss], release_id: str, base: str) -> None:
    """Fill `release.loss`."""
    for loss in told:
        row = [release_id, base, *loss.key, loss.losses, loss.first_row_key, loss.explained_by, loss.reference]
        connection.execute(
            "insert into release.loss values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [*row, loss.reason, loss.said_by, loss.said_on],
        )


def _report(missing: Sequence[Loss], base: str) -> list[str]:
    """What is lost, a line a group, and what to write if it may be."""
    sources = [loss for loss in missing if loss.loss == "source"]
    # What went with a source is told by its name, and needs no waiver of its own.
    others = [loss for loss in missing if loss.loss != "source" and loss.explained_by != "withdrawal"]
    lines = [f"measured against {base}, the release before, this is published no more:"]
    lines += [f"  {_sentence(loss)}" for loss in [*sources, *others]]
    lines.append(
        "Put back what is missing. If it is meant to go, say so in seeds/withdrawals.yaml, with a reason and a name:"
    )
    if sources:
        lines.append("sources:")
        for loss in sources:
            lines += [f"  - source_id: {loss.name}", "    withdrawn_by:", "    withdrawn_on:", "    reason:"]
    if others:
        lines.append("waivers:")
        for loss in others:
            parts = {"loss": loss.loss, "table": loss.table, "name": loss.name}
            parts |= {"indicator": loss.indicator, "area_level": loss.area_level}
            said = [f"    {name}: {text}" for name, text in parts.items() if text != NONE]
            lines += [f"  - base: {base}", *said, f"    at_most: {loss.losses}"]
            lines += ["    reason:", "    allowed_by:", "    allowed_on:"]
    return lines


def _sentence(loss: Loss) -> str:
    of = f" of {loss.indicator.replace(',', ', ')}" if loss.indicator != NONE else ""
    level = f", area level {loss.area_level}" if loss.area_level != NONE else ""
    first = f"; first {loss.first_row_key}" if loss.first_row_key else ""
    match loss.loss:
        case "source":
            return f"the source {loss.name} with {loss.losses:,} figure(s) and document(s): its folder is gone, and nobody declared it withdrawn"
        case "row":
            return f"{loss.table}: {loss.losses:,} row(s){of}{level}{first}"
        case "value":
            return f"{loss.table}: {loss.losses:,} number(s) of the column {loss.name}{of} became null{level}{first}"
        case "table":
            return f"the table {loss.table}"
        case "column":
            return f"the column {loss.table}.{loss.name}"
        case "type":
            return f"the column {loss.table}.{loss.name} has another type"
    return f"the check {loss.name} is declared no more"


def _named(waiver: Waiver) -> str:
    return ", ".join(text for text in waiver.key if text != NONE)
