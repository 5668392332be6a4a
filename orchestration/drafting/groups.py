"""Groups of insured that are called alike, and are told by what stands beside them."""

from __future__ import annotations

import re

from orchestration.drafting.page_look import Look
from orchestration.drafting.page_rows import plain
from orchestration.drafting.words import Words
from orchestration.intake.spellings import Said

EMPLOYEES = re.compile("职工(?:人数)?|employees", re.IGNORECASE)
RETIRED = re.compile("离退休(?:人员|人数|职工)")


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
