"""The shape of a source's descriptor (`datapackage.yaml`).

The descriptor follows the conventions of Frictionless Data Package v2 and adds what its layouts need: for each row and
column label of a printed table, the dimensions that it stands for.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from validations.layouts import Resources, Vintage
from validations.release_calendar import ReleaseCalendar
from validations.strict_model import Name, Strict, Text, Whole


class Contributor(Strict):
    title: Text
    organization: Text | None = None


class Licence(Strict):
    title: Text


class Descriptor(Strict):
    """One source. `resources` is empty for one that prints no figure.

    `release_calendar`: when its next figures are due; a source without one never goes stale.
    `quarantine_ceiling`: how many figures of a bulk source rules may withhold, because they contradict each
    other or are no numbers, before the release stops; without it the first one stops it.
    `area_map`: the year of the map in whose boundaries the source counts, also for other years, where it says so.
    `vintage`: of its latest edition; a resource, or a column of one, may state its own.
    `revises`: the sources whose figures it states anew, such as the flash that a bulletin follows: what differs between
    the two is a revision.
    """

    name: Name
    title: Text
    title_zh: Text
    citation: Text
    contributors: list[Contributor] = Field(min_length=1)
    licenses: list[Licence] = Field(min_length=1)
    release_stage: str
    vintage: Vintage
    cadence: str
    release_calendar: ReleaseCalendar | None = None
    agency: str
    quarantine_ceiling: Annotated[Whole, Field(ge=1)] | None = None
    area_map: Annotated[Whole, Field(ge=1900, le=2099)] | None = None
    revises: list[Name] = []
    resources: Resources

    @model_validator(mode="after")
    def resources_are_named_once(self) -> Descriptor:
        parts = [(r.path, getattr(r, "sheet", None), getattr(r, "range", None)) for r in self.resources]
        paths = ["#".join(filter(None, part)) for part in parts]
        for key, values in (("name", [resource.name for resource in self.resources]), ("path", paths)):
            if len(values) != len(set(values)):
                raise ValueError(f"resources: each {key} once; read {', '.join(values)}")
        return self

    @model_validator(mode="after")
    def what_comes_once_has_no_calendar(self) -> Descriptor:
        if self.release_calendar is not None and self.cadence == "never":
            raise ValueError("release_calendar: for sources that come again; the cadence is never")
        return self

    @model_validator(mode="after")
    def only_bulk_is_quarantined_by_rule(self) -> Descriptor:
        printed = [resource.name for resource in self.resources if resource.is_printed]
        if self.quarantine_ceiling is not None and printed:
            raise ValueError(f"quarantine_ceiling: for sources of tidy resources only; {', '.join(printed)} is printed")
        return self
