"""What the headings of a page say of the figures below them, and where it ends.

What a heading says goes on until another says otherwise, so that of a later one on its level is written down what the
earlier one said and it does not: 三、特困人员 behind 二、农村低保 is of all residences.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import takewhile

from orchestration.drafting.asked import DECIDE
from orchestration.drafting.labels import Meaning
from orchestration.drafting.page_look import Look
from orchestration.drafting.page_rows import plain, texts_of
from validations.dimensions import DIMENSIONS

#: What a heading says of what follows; and what else between the rows.
HEADINGS, OF_ROWS = ("residence", "pop_group", "scheme"), ("indicator", "population_basis", "time_period", "time_basis")
#: What all figures are of where no heading says otherwise.
OF_ALL = ("residence", "pop_group")
#: How headings are numbered: those alike in it are on one level.
NUMBERS = tuple(
    re.compile(form)
    for form in (
        "[一二三四五六七八九十]+ ?[、.．]",
        "[（(][一二三四五六七八九十]+[)）]",
        "[（(][0-9]+[)）]",
        "[0-9]+ ?[、.．](?![0-9])",
        "[IVX]+ ?[.、]",
    )
)
#: Of whom the figures of a residence are, where nobody is insured.
PEOPLE = re.compile("(?P<all>全体|全部|all)?(?:常住)?(?:居民|住户|households?|residents?)(?:家庭)?", re.IGNORECASE)


@dataclass(frozen=True)
class _Heading:
    """A heading: the form of its number, empty of one without, and what it says."""

    form: str
    said: dict[str, str]

    def is_beside(self, other: _Heading) -> bool:
        """Whether two are on one level: numbered alike, or both without a number and of the same dimensions."""
        return self.form == other.form and bool(self.form or self.said.keys() & other.said.keys())


def of_all_lines(seen: Look, meaning: Meaning, told: set[str]) -> dict[str, dict[str, str]]:
    """The lines beside the figures without those that are `told` already, each with what it says of what follows: the
    first of several headings as the further ones do, though it stands above the header of the first block."""
    lines = {text: n > seen.header for n, text in seen.lines if plain(text) not in told}
    found = {text: of_what_follows(text, is_below, meaning) for text, is_below in lines.items()}
    below = {name for text, own in found.items() if lines[text] for name in own}
    for text, is_below in lines.items():
        if not is_below and (own := of_what_follows(text, True, meaning)).keys() <= below:
            found[text] = own
    ended = _ended(seen, meaning, found)
    return {text: own | ended.get(text, {}) for text, own in found.items()}


def of_what_follows(text: str, is_below: bool, meaning: Meaning) -> dict[str, str]:
    """What a line says that names nothing but a residence, a group or a scheme: a heading of the figures below it.

    One between the rows may be the heading of an indicator or of a year as well.
    """
    named = re.fullmatch(r"(?:指标|Indicator)[:：] *(.+)", plain(text), flags=re.IGNORECASE)
    said = meaning.label(named[1] if named else text) or _of_people(text, meaning)
    return said if said.keys() <= {*HEADINGS, *(OF_ROWS if is_below else ())} else {}


def _of_people(text: str, meaning: Meaning) -> dict[str, str]:
    """The residence that a line names of people, all of them as well, where the lines name no scheme that insures some."""
    said = meaning.words.within(text, ["residence"])
    people = PEOPLE.fullmatch(meaning.words.left(text, said))
    if people is None or bool(said) == bool(people["all"]) or meaning.words.insures(meaning.of_lines().get("scheme")):
        return {}
    return said or {"residence": DIMENSIONS["residence"] or ""}


def _ended(seen: Look, meaning: Meaning, found: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
    """By heading what it ends of those before it, which is that of the heading above all of them, or of the table; DECIDE
    where nothing says it. Of one that is printed several times with different things above it, too."""
    lines = dict(seen.lines)
    open_headings: list[_Heading] = []
    pending: set[str] = set()
    is_directly_below = False
    ended: dict[str, dict[str, str]] = {}
    for index, text in seen.lines:
        said = found.get(text, {})
        within = said or {n: code for n, code in meaning.parts(text).items() if n in HEADINGS}
        heading = _Heading(next((form.pattern for form in NUMBERS if form.match(text.strip())), ""), within)
        # One that stands directly below another that is not beside it is of that one.
        near = open_headings[-1:] if is_directly_below else open_headings
        level = next((open_headings.index(one) for one in reversed(near) if one.is_beside(heading)), None)
        if text not in found or (level is None and not said):
            continue
        if level is not None:
            pending |= {name for one in open_headings[level:] for name in one.said}
            open_headings = open_headings[:level]
        open_headings.append(_Heading(heading.form, said))
        pending -= said.keys()
        labels = _labels_below(seen, index, lines)
        is_directly_below = not labels
        if not labels:
            continue
        above = {name: code for one in open_headings for name, code in one.said.items()}
        for name in sorted(pending):
            code = above.get(name) or _of_table(name, meaning)
            if code == DECIDE and all(name in (meaning.label(label) or {}) for label in labels):
                continue
            before = ended.setdefault(text, {}).setdefault(name, code)
            ended[text][name] = code if before == code else DECIDE
        pending = set()
    return ended


def _of_table(name: str, meaning: Meaning) -> str:
    code = meaning.of_lines().get(name) if name in HEADINGS else None
    return code or (DIMENSIONS[name] if name in OF_ALL else None) or DECIDE


def _labels_below(seen: Look, index: int, lines: dict[int, str]) -> list[str]:
    """The labels of the rows below a line until the next one; none where that stands directly below it."""
    rows = ((n, row) for n, row in enumerate(seen.page.rows[index + 1 :], index + 1) if texts_of(row))
    return [row[seen.label_column] for _, row in takewhile(lambda one: one[0] not in lines, rows)]
