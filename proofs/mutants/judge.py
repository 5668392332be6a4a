"""The verdict on one mutant: what arithmetic could see of it, and what the gates saw."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import duckdb

from orchestration.intake.mapping import Cell, printed_id
from orchestration.intake.reading import SourceRows
from proofs.mutants.bounds import bounded
from proofs.mutants.relations import Figure, Knowledge, Relation, decided, relations
from proofs.mutants.sheet import Mutant
from validations.faults import Fault

STALE = "decision.stale"
#: How a cell is protected, or a mutant could be seen.
CLASSES = ("identity", "bounded", "unprotected")


@dataclass(frozen=True)
class Finding:
    """A finding of the rules on one copy, with the copy's name taken out of ids. `cells`: the figures in it."""

    rule_id: str
    severity: str
    standing: str
    cells: frozenset[str]

    @property
    def stops(self) -> bool:
        return self.standing == "unexplained"


#: By finding_id.
Findings = dict[str, Finding]


def read_findings(connection: duckdb.DuckDBPyConnection, copies: dict[str, str]) -> dict[str, Findings]:
    """What the rules found on each of `copies` (name of the copy -> source). Raises RuntimeError if two copies met."""
    rows = connection.execute(
        """
        select f.finding_id, f.rule_id, f.severity, f.standing, list(distinct split_part(x.observation_id, ':', 1)), list(distinct x.observation_id)
        from minsheng.quality.finding as f
        inner join minsheng.quality.finding_observation as x on x.finding_id = f.finding_id
        group by all
        """
    ).fetchall()
    found: dict[str, Findings] = {copy: {} for copy in copies}
    for finding_id, rule_id, severity, standing, owners, cells in rows:
        if len(owners) > 1:
            raise RuntimeError(f"copies met in the finding {finding_id}: {', '.join(sorted(owners))}")
        copy = owners[0]
        source = copies[copy]
        own = frozenset(source + cell.removeprefix(copy) for cell in cells)
        found[copy][finding_id.replace(copy, source)] = Finding(rule_id, severity, standing, own)
    return found


@dataclass(frozen=True)
class Original:
    """A source as it should be: its cells, its figures as printed, what binds them as decided, and what only bounds them."""

    cells: dict[str, Cell]
    decisions: tuple[list[dict], list[dict]]
    printed: dict[str, Figure]
    holds: dict[Relation, bool]
    bounded: set[str]

    @classmethod
    def of(cls, rows: SourceRows, known: Knowledge) -> Original:
        decisions = (rows.rows["decision"], rows.rows["decision_cell"])
        cells = rows.rows["observation"]
        figures = known.figures(decided(cells, *decisions))
        by_id = {cell["observation_id"]: cell for cell in cells}
        printed = {figure.observation_id: figure for figure in known.figures(cells)}
        return cls(by_id, decisions, printed, relations(figures, known), bounded(figures, known))

    @cached_property
    def overruled(self) -> set[str]:
        """Ids of the cells whose printed number a decision replaces: whatever they print, nothing computes with it."""
        by_id = {decision["decision_id"]: decision for decision in self.decisions[0]}
        covered = [cover for cover in self.decisions[1] if cover["is_covered"]]
        return {c["observation_id"] for c in covered if by_id[c["decision_id"]]["field"] == "printed_value"}

    @cached_property
    def bound(self) -> set[str]:
        """Ids of the cells whose printed number takes part in a relation that holds as the source stands."""
        return {cell for (_, cells), agrees in self.holds.items() if agrees for cell in cells} - self.overruled

    @cached_property
    def protection(self) -> dict[str, str]:
        """The class of each cell that prints a figure."""
        return {cell: self._class_of(cell) for cell, values in self.cells.items() if not values["is_missing"]}

    def _class_of(self, cell: str) -> str:
        if cell in self.bound:
            return "identity"
        return "bounded" if cell in self.bounded - self.overruled else "unprotected"


@dataclass(frozen=True)
class Judged:
    """A mutant and its verdict.

    `verdict`: `refused` by intake, `caught` by an error that names a touched cell or one of its identity, `told` by a
    warning that does, or `unseen`. `set_aside`: why no arithmetic on printed numbers could see it, else empty.
    `change`: by how much of itself a misread figure is off, None for what moves. `broken`: the relations that it breaks.
    `is_stale`: a decision about the source was reported stale.
    """

    kind: str
    source_id: str
    place: str
    note: str
    protection: str
    verdict: str
    rules: list[str]
    broken: list[str] = field(default_factory=list)
    set_aside: str = ""
    change: float | None = None
    is_stale: bool = False

    @property
    def is_seen(self) -> bool:
        return self.verdict in ("refused", "caught")


def judge(
    mutant: Mutant,
    original: Original,
    cells: list[Cell],
    faults: list[Fault],
    own: Findings,
    base: Findings,
    known: Knowledge,
) -> Judged:
    """The verdict on a mutant. `cells`: its sheet as intake read it; `own`, `base`: findings on it and on the original."""
    touched = {printed_id(mutant.source_id, mutant.resource.name, *place) for place in mutant.touched}
    if faults:
        return _judged(mutant, _best(original, touched), verdict="refused", rules=["intake"])
    others = [cell for cell in original.cells.values() if cell["table_id"] != mutant.resource.name]
    holds = relations(known.figures(decided([*others, *cells], *original.decisions)), known)
    after = {figure.observation_id: figure for figure in known.figures(cells)}
    broken = {relation for relation, agrees in holds.items() if not agrees and original.holds.get(relation, True)}
    protection, set_aside = _class(mutant, original, touched, broken, after)
    scope = touched | {cell for _, bound in (*original.holds, *holds) if touched & set(bound) for cell in bound}
    new = [finding for key, finding in own.items() if key not in base or finding.standing != base[key].standing]
    errors = {f.rule_id for f in new if f.stops and f.rule_id != STALE and f.cells & scope}
    warnings = {f.rule_id for f in new if f.standing == "noted" and f.cells & scope}
    verdict = "caught" if errors else "told" if warnings else "unseen"
    return _judged(
        mutant,
        protection,
        set_aside=set_aside,
        change=_change(mutant, original, after) if mutant.is_cell else None,
        verdict=verdict,
        rules=sorted(errors or warnings),
        broken=sorted({kind for kind, _ in broken}),
        is_stale=any(f.rule_id == STALE and f.stops for f in new),
    )


def _judged(mutant: Mutant, protection: str, **verdict: object) -> Judged:
    place = f"{mutant.resource.path}, " + ", ".join(f"row {r} column {c}" for r, c in mutant.touched[:3])
    place += f" and {len(mutant.touched) - 3} more" if len(mutant.touched) > 3 else ""
    return Judged(mutant.kind, mutant.source_id, place, mutant.note, protection, **verdict)


def _best(original: Original, touched: set[str]) -> str:
    """The strongest protection among the touched cells."""
    return min((original.protection.get(cell, "unprotected") for cell in touched), key=CLASSES.index)


def _class(
    mutant: Mutant, original: Original, touched: set[str], broken: set[Relation], after: dict[str, Figure]
) -> tuple[str, str]:
    """How the mutant could be seen, and why it is set aside if it cannot be.

    A misread figure has the class of its cell, and is set aside if every relation that binds the cell still holds.
    What moves figures has the class identity only if it breaks a relation; else no rounding excuses it.
    """
    if broken:
        return "identity", ""
    if all(_is_same(original.printed.get(cell), after.get(cell)) for cell in touched):
        return _best(original, touched), "same number"
    if mutant.is_cell:
        protection = _best(original, touched)
        return protection, "within rounding" if protection == "identity" else ""
    return ("bounded" if touched & original.bounded else "unprotected"), ""


def _is_same(before: Figure | None, after: Figure | None) -> bool:
    """Whether a figure still says the same number of the same thing, be it with other decimals."""
    return (
        before is not None and after is not None and before.at == after.at and before.value.middle == after.value.middle
    )


def _change(mutant: Mutant, original: Original, after: dict[str, Figure]) -> float | None:
    """By how much of itself the misread figure is off; None where either is no single number."""
    (place,) = mutant.touched
    cell = printed_id(mutant.source_id, mutant.resource.name, *place)
    ends = [figure.value.middle for figure in (original.printed.get(cell), after.get(cell)) if figure]
    if len(ends) < 2 or any(isinstance(end, tuple) for end in ends) or not ends[0]:
        return None
    return float(abs(ends[1] - ends[0]) / abs(ends[0]))
