"""Models of strict YAML: what every file that a person writes about the seeds is made of, and its faults with their lines."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, StringConstraints, ValidationError

from validations.faults import Fault
from validations.strict_yaml import Document

Model = TypeVar("Model", bound=BaseModel)
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
#: Visible text on one line: no control characters, none that set the direction, none without a width.
PLAIN = "^[^\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]*$"
Text = Annotated[str, StringConstraints(min_length=1, max_length=4000, strip_whitespace=True, pattern=PLAIN)]
Date = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"), AfterValidator(date.fromisoformat)]


def _digits(value: object) -> object:
    if isinstance(value, str) and not re.fullmatch(r"[0-9]{1,9}", value, flags=re.ASCII):
        raise ValueError("a whole number")
    return value


Whole = Annotated[int, BeforeValidator(_digits)]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def parse(
    model: type[Model], document: Document, file: str, check: str, context: Mapping[str, object] | None = None
) -> tuple[Model | None, list[Fault]]:
    """Read a YAML document as `model`; every fault with its line. `context`: what the model's validators are told."""
    try:
        return model.model_validate(document.data, context=context), []
    except ValidationError as error:
        return None, [_fault(detail, document, file, check) for detail in error.errors()]


def _fault(detail: Mapping, document: Document, file: str, check: str) -> Fault:
    place = _place(detail["loc"], document)
    return Fault(
        file=file,
        row=document.line(place),
        column=".".join(str(part) for part in place),
        read=_short(detail["input"]),
        expected=detail["msg"].removeprefix("Value error, "),
        check=check,
    )


def _place(found: tuple[str | int, ...], document: Document) -> tuple[str | int, ...]:
    """Where a fault stands in the document: pydantic puts the tag of a union's member, which stands nowhere, between."""
    place: tuple[str | int, ...] = ()
    for part in found[:-1]:
        if (*place, part) in document.lines:
            place = (*place, part)
    return (*place, *found[-1:])


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 80 else text[:77] + "..."
