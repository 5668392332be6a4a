"""The decisions about a source: which of its figures each judges, and what those figures are by then."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from orchestration.intake.mapping import Cell, Mapper
from orchestration.intake.reading import SourceRows
from orchestration.intake.seed_files import parse_yaml
from validations import rules
from validations.decision import OF_A_DOCUMENT, Cover, Decision, Decisions, digest_of
from validations.dimensions import DIMENSIONS
from validations.faults import Fault
from validations.strict_yaml import Document

DECISIONS = "decisions.yaml"
PLAIN_NUMBER = r"-?[0-9]{1,15}(\.[0-9]{1,8})?"


def as_decided(cells: Iterable[Cell], rows: Mapping[str, list[Cell]]) -> list[Cell]:
    """The figures `cells` with the dimensions that the decisions of their source give them.

    `rows`: the raw tables of the source, of which `decision` and `decision_cell` are read. Units, values and statuses
    stay as printed: what decisions make of them is the work of SQL (observation_pass).
    """
    decided = {row["decision_id"]: (str(row["field"]), row["new_value"]) for row in rows["decision"]}
    changes: dict[object, Cell] = {}
    for covered in rows["decision_cell"]:
        name, code = decided[covered["decision_id"]]
        if covered["is_covered"] and name in DIMENSIONS:
            changes.setdefault(covered["observation_id"], {})[name] = code
    return [cell | changes.get(cell["observation_id"], {}) for cell in cells]


def differs(cell: Cell, expected: str) -> str | None:
    """What to expect instead, where decision or claim expects another text than the cell prints; None where it is that."""
    if cell["printed_value"] == expected:
        return None
    place = f"{cell['file']}, row {cell['row_no']}, column {cell['column_no']}"
    return f"{cell['printed_value']!r}, as {place} prints: correct the cell, or follow the page"


def read_decisions(folder: Path, file: str, check: str, mapper: Mapper, source: SourceRows) -> list[Fault]:
    """Add the decisions about a source to its rows, and their faults to it.

    Returned are the faults of decisions that expect another text than the page prints: claims can be read all the same.
    """
    if not (folder / DECISIONS).exists():
        source.observed[check] = "0 decisions"
        return []
    parsed = parse_yaml(folder / DECISIONS, Decisions, file, check, source.faults)
    # Where figures are at fault, selectors would fail on what is not theirs.
    if parsed is None or any(fault.check != check for fault in source.faults):
        return []
    decisions, document = parsed
    register = _Register(file, check, document, mapper, source)
    for number, decision in enumerate(decisions.decisions):
        register.add(decision, ("decisions", number))
    register.close()
    source.observed[check] = f"{len(decisions.decisions)} decisions"
    return register.stale


@dataclass
class _Register:
    """The decisions of one source, one after the other.

    `changed`: which decision changes a field of a figure; `redefined`: the figures whose dimensions are changed;
    `stale`: what is expected to be printed and is not.
    """

    file: str
    check: str
    document: Document
    mapper: Mapper
    source: SourceRows
    changed: dict[tuple[object, str], str] = field(default_factory=dict)
    redefined: dict[object, Cell] = field(default_factory=dict)
    stale: list[Fault] = field(default_factory=list)

    def add(self, decision: Decision, place: tuple) -> None:
        """One decision, which stands at `place` of the file."""
        self._check_new_value(decision, (*place, "new_value"))
        rule_ids = rules.ids(self.mapper.lists.rules)
        for index, rule_id in enumerate(decision.rules):
            if expected := rules.unknown(rule_id, rule_ids):
                self._fault((*place, "rules", index), rule_id, expected)
        for kind in ("covers", "rests_on"):
            for index, cover in enumerate(getattr(decision, kind)):
                where = (*place, kind, index)
                for number, (cell, expected) in enumerate(self._selected(cover, where)):
                    if text := differs(cell, expected):
                        self.stale.append(self._at((*where, "expected", number), expected, text))
                    self._add_cell(decision, cell, expected, kind == "covers")
                    if kind == "covers" and "kind" in cell:
                        self._check_document(decision, cell, where)
                    elif kind == "covers" and decision.field:
                        self._change(decision, decision.field, cell, where)
        named = {"source_id": self.source.source_id, "decision_id": decision.decision_id}
        stated = decision.model_dump(exclude={"covers", "rests_on", "rules", "decided_on"})
        self.source.rows["decision"].append({**named, **stated, "decided_on": decision.decided_on.isoformat()})
        self.source.rows["decision_rule"] += [{**named, "rule_id": rule} for rule in decision.rules]

    def close(self) -> None:
        """What only shows when all decisions are read: figures that are none as decided, and cells named twice."""
        for cell in as_decided(self.redefined.values(), self.source.rows):
            become = {name: str(cell[name]) for name in DIMENSIONS}
            wrong = self.mapper.dimension_faults(become) or self.mapper.forms.not_canonical(become)
            for name, read, expected in wrong:
                at = f"{cell['table_id']}, row {cell['row_no']}, column {cell['column_no']}, after decisions: {name}"
                self.source.faults.append(Fault(self.file, None, at, read, expected, self.check))
        times = Counter((c["decision_id"], c["observation_id"]) for c in self.source.rows["decision_cell"])
        for (name, cell_id), count in times.items():
            if count > 1:
                read, expected = f"{cell_id} twice", "each cell of a decision once"
                self.source.faults.append(Fault(self.file, None, str(name), read, expected, self.check))

    def _fault(self, where: tuple, read: str, expected: str) -> None:
        self.source.faults.append(self._at(where, read, expected))

    def _at(self, where: tuple, read: str, expected: str) -> Fault:
        return Fault(self.file, self.document.line(where), ".".join(map(str, where)), read, expected, self.check)

    def _selected(self, cover: Cover, where: tuple) -> list[tuple[Cell, str]]:
        """The figures that a selector covers, each with the text that is expected of it; none if they do not match."""
        layout = self.source.layouts.get(cover.table)
        selected = layout.covered(cover, self.source) if layout else []
        if not selected:
            codes = ", ".join(f"{name} {code}" for name, code in cover.where.items())
            read = f"table {cover.table}, {codes or f'row {cover.row}, column {cover.column}'}"
            self._fault(where, read, "cells that the source has")
        elif cover.expected is not None and len(selected) != len(cover.expected):
            read = f"{len(cover.expected)} texts"
            self._fault((*where, "expected"), read, f"{len(selected)}: one for each cell")
            return []
        printed = [str(cell["printed_value"]) for cell in selected]
        if cover.digest is not None and selected and cover.digest != (found := digest_of(printed)):
            text = f"{found}, of what {cover.table} prints: hold it against the page, and follow it"
            self.stale.append(self._at((*where, "digest"), cover.digest, text))
        return list(zip(selected, cover.expected or printed))

    def _add_cell(self, decision: Decision, cell: Cell, expected: str, is_covered: bool) -> None:
        self.source.rows["decision_cell"].append(
            {
                "source_id": self.source.source_id,
                "decision_id": decision.decision_id,
                "observation_id": cell["observation_id"],
                "expected_value": expected,
                "is_covered": is_covered,
            }
        )

    def _change(self, decision: Decision, name: str, cell: Cell, where: tuple) -> None:
        """Note that a decision changes the field `name` of a figure: one decision for each, and of one number."""
        key = cell["observation_id"]
        if name == "printed_value" and cell["numeral_high"]:
            self._fault(where, str(cell["printed_value"]), "one number: a range is quarantined or flagged")
        if other := self.changed.get((key, name)):
            read = f"{name} of a cell that {other} changes"
            self._fault(where, read, "one decision for each field of a cell")
        self.changed[key, name] = decision.decision_id
        if name in DIMENSIONS:
            self.redefined.setdefault(key, cell)

    def _check_document(self, decision: Decision, cell: Cell, where: tuple) -> None:
        """A document states no figure that could be changed, flagged by a status, or withheld."""
        if decision.outcome not in OF_A_DOCUMENT or decision.field:
            read = (
                f"{decision.outcome} of row {cell['row_no']} of {cell['file']}, a {str(cell['kind']).replace('_', ' ')}"
            )
            self._fault(where, read, f"an outcome of {', '.join(OF_A_DOCUMENT)}, and no field: it states no figure")

    def _check_new_value(self, decision: Decision, place: tuple) -> None:
        """A new unit is a known text, a new number plain; new dimensions are checked figure by figure."""
        new = decision.new_value or ""
        if decision.field == "printed_value" and not re.fullmatch(PLAIN_NUMBER, new, flags=re.ASCII):
            self._fault(place, new, "a number such as 1234.5, without separators or percent sign")
        if decision.field == "printed_unit" and new not in self.mapper.lists.codes("unit_text"):
            self._fault(place, new, "a unit text of unit_text.csv, whole")
