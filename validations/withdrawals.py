"""The shape of `seeds/withdrawals.yaml`: what was published and may be published no more, who says so, and why."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from validations.strict_model import Date, Name, Strict, Text, Whole

ReleaseId = Annotated[str, StringConstraints(pattern=r"^r[0-9]{6}-[0-9a-f]{12}$")]
#: What a waiver may allow to be lost: a row, a number that became NULL, a table, a column, a column's type, a check.
WAIVABLE = ("row", "value", "table", "column", "type", "check")
#: What can be lost; a source is declared withdrawn and takes its figures along.
LOSSES = ("source", *WAIVABLE)
#: Stands where a loss has no such part: a row has no one column, a check no area.
NONE = "_Z"


class WithdrawnSource(Strict):
    """A source that was taken out for good: its folder is gone, and figures that only it stated go with it."""

    source_id: Name
    withdrawn_by: Text
    withdrawn_on: Date
    reason: Text


class Waiver(Strict):
    """Losses of one kind that may happen, once: measured against the release `base`, and no more than `at_most`.

    `name`: the column or the check; `indicator`: code, or codes with a comma between them; `area_level`: as in
    core.area. A failed assembly writes out the waiver that it lacks, all but `reason` and who allows it.
    """

    base: ReleaseId
    loss: Literal[WAIVABLE]
    table: Text
    name: Text = NONE
    indicator: Text = NONE
    area_level: Text = NONE
    at_most: Whole = Field(ge=1)
    reason: Text
    allowed_by: Text
    allowed_on: Date

    @property
    def key(self) -> tuple[str, ...]:
        """The group of losses that it is about."""
        return (self.loss, self.table, self.name, self.indicator, self.area_level)


class Withdrawals(Strict):
    """Everything that may go."""

    sources: list[WithdrawnSource] = []
    waivers: list[Waiver] = []

    @model_validator(mode="after")
    def each_is_said_once(self) -> Withdrawals:
        sources = [source.source_id for source in self.sources]
        waivers = [(waiver.base, *waiver.key) for waiver in self.waivers]
        for what, names in (("source_id", sources), ("waiver", waivers)):
            if doubled := sorted({str(name) for name in names if names.count(name) > 1}):
                raise ValueError(f"each {what} once; read again: {', '.join(doubled)}")
        return self
