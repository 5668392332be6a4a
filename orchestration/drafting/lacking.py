"""What each label of an axis must say, since nothing else says it of all figures, and one of them does not: it is asked there.

2022年社会救助情况
地区  低保人数  低保户数  特困人员救助供养     <- how many of what?
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from orchestration.drafting.asked import CONFIRM
from orchestration.drafting.labels import TOTAL, Meaning
from orchestration.drafting.page_rows import plain
from orchestration.intake.spellings import Said
from validations.labels import UNIT

#: What a figure must have, and no default stands for.
MUST = ("indicator", "scheme")
#: How figures are stated, which says nothing of what they are of; and of whom they are.
STATED = {"measure", "base_period", "counterpart", "time_period", "time_basis", "actuality"}
OF_WHOM = {"pop_group", "residence", "age"}
#: What a part has of the figure that it is a part of.
OF_THE_WHOLE = ("indicator", "scheme")
OF_A_PART = f"{CONFIRM}: of what stands before it"
NO_SCHEME = "scheme: _Z for figures that belong to no scheme"


def lacking(labels: Iterable[str], held: str, elsewhere: Iterable[str], meaning: Meaning) -> set[str]:
    """What of MUST the labels of an axis say each, and nothing says `elsewhere`. `held`: what those are of that nobody
    knows. Indicators of several schemes say these as well: income beside recipients of dibao."""
    said = [meaning.label(text) for text in labels]
    own = {name for one in said for name in one or ()} | ({held} if None in said else set())
    schemes = {meaning.words.scheme_of({one["indicator"]}) for one in said if one and "indicator" in one}
    own |= {"scheme"} if len(schemes) > 1 else set()
    return {*MUST} & own - {*elsewhere}


def is_sum(text: str) -> bool:
    """Whether a label sums up what stands beside it, and names nothing."""
    found = TOTAL.fullmatch(plain(text))
    return found is not None and not found["of"]


def of_the_whole(text: str, said: Said, before: Said, meaning: Meaning) -> Said | None:
    """What a part says with what it is a part of; None where it says more than of whom it is, or prints another unit than
    that is measured in."""
    if not said.keys() <= OF_WHOM or "indicator" not in before:
        return None
    unit, of = meaning.unit(text), meaning.lists.record("indicator", before["indicator"])["unit_measure"]
    is_part = unit is None or meaning.lists.record("unit_text", unit)["unit_measure"] in (None, of)
    return {name: before[name] for name in OF_THE_WHOLE if name in before} | said if is_part else None


def is_stated(said: Said | None) -> bool:
    """Whether a label says no more than how figures are stated."""
    return said is not None and bool(said) and said.keys() <= STATED and UNIT not in said


def scheme_of(said: Mapping[str, str], meaning: Meaning) -> tuple[str | None, str]:
    """The scheme of what a label says, where each must say its own and this one does not, and what may be meant."""
    of_lines = meaning.of_lines().get("scheme")
    own = meaning.words.scheme_of({said["indicator"]}) if "indicator" in said else None
    return own, f"{f'like: {of_lines}; ' if of_lines else ''}{NO_SCHEME}"
