"""Groups of insured, and levels of government, that are called alike and are told by what stands beside them."""

from __future__ import annotations

import re

from orchestration.drafting.page_look import Look
from orchestration.drafting.page_rows import plain
from orchestration.drafting.words import Words
from orchestration.intake.spellings import Said

EMPLOYEES = re.compile("职工(?:人数)?|employees", re.IGNORECASE)
RETIRED = re.compile("离退休(?:人员|人数|职工)")

ALL_LOCAL = "GRP_LOCAL"
#: The governments of all regions together, and that of the centre, where both stand on a page of budgets.
LOCAL = re.compile("(?:其中[:：])?地方(?:政府|财政|本级|级)?|local(?: governments?)?", re.IGNORECASE)
CENTRAL = re.compile("(?:其中[:：])?中央(?:政府|财政|本级|级)?|central(?: governments?)?", re.IGNORECASE)


def of_local(text: str, seen: Look) -> Said | None:
    """The area of 地方 beside 中央: all local governments together."""
    return {"ref_area": ALL_LOCAL} if LOCAL.fullmatch(plain(text)) and _is_beside(CENTRAL, text, seen) else None


def is_central(text: str, seen: Look) -> bool:
    """Whether a label is of the central government, beside that of all local ones: an area that has no code."""
    return CENTRAL.fullmatch(plain(text)) is not None and _is_beside(LOCAL, text, seen)


def _is_beside(other: re.Pattern[str], text: str, seen: Look) -> bool:
    """Whether the one label stands beside the `other` on its axis, both once: of several each is of what stands before it."""
    labels = next((axis for axis in (seen.columns, seen.rows) if text in axis), [])
    found = [label for label in labels if other.fullmatch(plain(label))]
    return len(found) == 1 and all(seen.times.get(label, 1) == 1 for label in (text, *found))


def of_employees(text: str, seen: Look, words: Words) -> Said | None:
    """Which employees a label means that says no more: 职工 beside 离退休人员 are those at work, beside 城乡居民 all of them,
    and 离退休人员 beside either word for those at work are the retired. None where nothing beside them tells."""
    bare = plain(text)
    if not (EMPLOYEES.fullmatch(bare) or RETIRED.fullmatch(bare)):
        return None
    last = {plain(seen.parts.get(other, [other])[-1]) for other in (*seen.columns, *seen.rows)} - {bare}
    beside = {_group(other, words) for other in last}
    if RETIRED.fullmatch(bare):
        return {"pop_group": "RETIRED"} if beside & {"EMPLOYEES", "ACTIVE"} else None
    found = {"RETIRED": "ACTIVE", "RESIDENTS": "EMPLOYEES"}
    meant = {found[group] for group in beside & found.keys()} - beside
    return {"pop_group": meant.pop()} if len(meant) == 1 else None


def _group(text: str, words: Words) -> str | None:
    if EMPLOYEES.fullmatch(text):
        return "EMPLOYEES"
    return "RETIRED" if RETIRED.fullmatch(text) else words.within(text, ["scheme", "pop_group"]).get("pop_group")
