"""Raised type: digits that a page sets as marks of footnotes are digits of no number."""

from __future__ import annotations

import re
from collections.abc import Iterable

_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def joined(runs: Iterable[tuple[str, bool]]) -> str:
    """The text of runs of type, each with whether it is raised; the power of a unit (km²) stays a digit."""
    text = ""
    for run, is_raised in runs:
        is_mark = is_raised and not re.search(r"[A-Za-z]$", text)
        text += run.translate(_RAISED) if is_mark else run
    return text
