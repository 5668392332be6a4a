"""The shape of the decisions about a source (`decisions.yaml`)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from validations.dimensions import DIMENSIONS
from validations.strict_model import Date, Name, Strict, Text, Whole


class Cover(Strict):
    """Cells of a decision: a row, a column, one cell, or (neither given) a table; and what they print, text by text
    (`expected`) or, of many, how many texts and their hash (`digest`).

    In a tidy resource: the figures whose dimensions are those of `where`, in the order of the files. In a register: the
    document of a row; what it prints is its number, or its title, and when it is put, as `[2018] No. 162 | 2017`.
    """

    table: Name
    row: Whole | None = Field(default=None, ge=2)
    column: Whole | None = Field(default=None, ge=1)
    where: dict[Literal[tuple(DIMENSIONS)], str] = {}
    expected: list[str] | None = Field(default=None, min_length=1)
    digest: Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{0,8} texts [0-9a-f]{16}$")] | None = None

    @property
    def count(self) -> int:
        """How many cells it is said to cover."""
        return len(self.expected) if self.expected is not None else int((self.digest or "1").split()[0])

    @model_validator(mode="after")
    def it_says_what_is_printed(self) -> Cover:
        if (self.expected is None) == (self.digest is None):
            raise ValueError("expected: the texts of the cells; or digest: of many, as make check-source writes it")
        return self


def digest_of(texts: Iterable[str]) -> str:
    """What stands for many printed texts: how many they are, and their hash."""
    texts = list(texts)
    hashed = hashlib.sha256("\n".join(texts).encode()).hexdigest()
    return f"{len(texts)} texts {hashed[:16]}"


#: What a decision may change.
DECIDABLE = ("printed_unit", "printed_value", "obs_status", *(name for name in DIMENSIONS if name != "freq"))
#: Statuses of a value that is used with a warning.
FLAGS = ("B", "D", "U")
CHANGES_A_FIELD = {"corrected", "relabelled", "rescoped"}
Outcome = Literal["corrected", "relabelled", "rescoped", "quarantined", "flagged", "confirmed", "source_conflict"]

#: What may be said of a document, which states no figure that a decision could change or withhold.
OF_A_DOCUMENT = ("flagged", "confirmed", "source_conflict")
#: SQL: what the document `d` of core.document prints for a decision, as `Cover` says.
DOCUMENT_PRINTS = "concat_ws(' | ', coalesce(d.number, d.title), coalesce(d.release_year::varchar, d.date_text))"


class Decision(Strict):
    """What a person judged about printed cells, and why.

    `covers`: the cells that it judges. `rests_on`: further cells that the judgement was made in view of;
    they are not touched, but if one prints something else the decision is stale. `printed_value` as
    field gives what the page should have printed, in the unit of the cell. `doubted_field`: what a status U doubts,
    where it is the unit alone, and that one unit holds for all cells that the decision covers is not in doubt.
    """

    decision_id: Name
    outcome: Outcome
    field: Literal[DECIDABLE] | None = None
    new_value: Text | None = None
    doubted_field: Literal["printed_unit"] | None = None
    covers: list[Cover] = Field(min_length=1)
    rests_on: list[Cover] = []
    rules: list[Text] = []
    evidence: Text
    caveat_en: Text
    caveat_zh: Text
    confidence: Literal["proven", "high", "low"]
    decided_by: Text
    decided_on: Date

    @model_validator(mode="after")
    def field_and_outcome_agree(self) -> Decision:
        if (self.field is None) != (self.new_value is None):
            raise ValueError("field and new_value: both or neither")
        if self.outcome in CHANGES_A_FIELD and self.field is None:
            raise ValueError(f"outcome {self.outcome}: field and new_value say what changes")
        if self.outcome not in CHANGES_A_FIELD and self.field not in (None, "obs_status"):
            raise ValueError(f"outcome {self.outcome}: changes no field but obs_status")
        if self.field == "obs_status" and (self.outcome != "flagged" or self.new_value not in FLAGS):
            raise ValueError(f"field obs_status: only an outcome flagged, and one of {', '.join(FLAGS)}")
        if self.doubted_field and (self.field, self.new_value) != ("obs_status", "U"):
            raise ValueError("doubted_field: only with field obs_status and new_value U")
        if (self.field == "printed_value") != (self.outcome == "corrected"):
            raise ValueError("outcome corrected changes printed_value, and nothing else does")
        if self.outcome == "corrected" and self.confidence != "proven":
            raise ValueError("outcome corrected: confidence proven; else quarantine or flag")
        return self


class Decisions(Strict):
    """All decisions about one source."""

    decisions: list[Decision]

    @model_validator(mode="after")
    def decisions_are_named_once(self) -> Decisions:
        names = [decision.decision_id for decision in self.decisions]
        doubled = sorted({name for name in names if names.count(name) > 1})
        if doubled:
            raise ValueError(f"each decision_id once; read again: {', '.join(doubled)}")
        return self
