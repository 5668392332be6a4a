"""The entries of a draft for labels and lines: what each says, and DECIDE where a person must say it, with a comment."""

from __future__ import annotations

import json
import re

from orchestration.drafting.alike import like
from orchestration.drafting.asked import CONFIRM, DECIDE
from orchestration.drafting.counted import is_told
from orchestration.drafting.groups import is_central
from orchestration.drafting.labels import Meaning
from orchestration.drafting.lacking import OF_A_PART, is_stated, of_the_whole, scheme_of
from orchestration.drafting.page_rows import plain
from orchestration.drafting.relative import LIKE_RELATIVE, UNREAD, base_beside, is_unread, other_budgets
from orchestration.drafting.row_headings import of_what_follows
from orchestration.intake.units import PERCENT, RELATIVE
from validations.dimensions import DIMENSIONS
from validations.labels import UNIT
from validations.periods import is_before

#: What a label begins with that is of a part of what stands before it.
PART = re.compile(r"\W*(?:其中|of which)", re.IGNORECASE)
#: What a figure of a period may be counted over, and what one that is of another figure may be.
WAYS = {"time_basis": ("stock", "flow", "year_to_date"), "measure": ("growth", "change", "share")}
#: What a measure is relative to, and how a person says it.
RELATIVE_TO = {"base_period": ("growth", "change"), "counterpart": ("ratio", "share")}
PERCENT_MEANT = f"unit_meant: {json.dumps(PERCENT)}"
SINCE_MEANT = {
    True: " since January; else time_basis: flow",
    False: ", of the month; if since January, time_basis: year_to_date",
}
NO_CODE = "the central government alone, of which area.csv has no code"
HINTS = {
    "base_period": "-P1Y over the year before, -P1M over the month before",
    "counterpart": "of what it is a share: indicator=CODE, scheme=CODE, ref_area=CODE",
}


def but_relative(said: dict | None) -> dict:
    """What a label says, but for a period that it tells from that of the whole table."""
    return {name: code for name, code in (said or {}).items() if name != "time_period" or not is_before(code)}


def entries(
    axis: str,
    labels: list[str],
    held: str,
    meaning: Meaning,
    beside: dict[str, dict],
    flows: set[str],
    freq: str,
    must: set[str],
) -> list[str]:
    """One entry for each label that the axis as a whole does not say; `held`: what is left to decide of it.

    `beside`: of the columns that are no figures, what each text below them says. `flows`: indicators that the page counts
    since January, where it has others that are stocks. `freq`: of the table; a period of another says its own. `must`: what
    each label must say.
    """
    found = ['{label: "", holds: _}  # words without a label'] if axis == "columns" and meaning.seen.has_bare else []
    # What follows is of what is printed once before it.
    has_first = meaning.seen.times.get(next(iter(getattr(meaning.seen, axis)), ""), 1) == 1
    grown, basis, whole = _grown(axis, meaning), None, meaning.of_lines().get("time_period", "")
    is_under_headings = any(
        of_what_follows(text, True, meaning) for n, text in meaning.seen.lines if n > meaning.seen.header
    )
    budgets = other_budgets({text: meaning.label(text) or {} for text in labels})
    of_indicators = any("indicator" in (meaning.label(text) or {}) for text in labels)
    texts = [*meaning.seen.columns, *meaning.seen.rows, *meaning.lines]
    asks_basis, since = freq != "A" and not is_told(texts, meaning.label), set[str]()
    of_before: dict[str, str] = {}
    is_part = False
    for text in labels:
        if axis == "columns" and (of_no_figures := _of_no_figures(text, meaning, beside)):
            found += of_no_figures
            continue
        if axis == "rows" and meaning.seen.numbers_columns(text):
            found.append(f"{{label: {quoted(shown(text))}, holds: _}}  # numbers of the columns")
            continue
        said = meaning.label(text)
        if said is None and is_central(text, meaning.seen):
            found.append(f"{{label: {quoted(shown(text))}, ref_area: {DECIDE}}}  # {NO_CODE}; not wanted: holds: _")
            continue
        if is_unread(text, said):
            found.append(f"{{label: {quoted(shown(text))}, holds: _}}  # {CONFIRM}: {UNREAD}")
            continue
        if text in budgets:
            taken = f"{CONFIRM}: another budget of the same figures; {shown(budgets[text])!r} is taken"
            found.append(f"{{label: {quoted(shown(text))}, holds: _}}  # {taken}")
            continue
        if said is None and held == "ref_area":
            said = meaning.total(text)
        times = meaning.seen.times.get(text, 1)
        is_of_each = times > 1 and has_first and not beside and not (axis == "rows" and is_under_headings)
        is_after = (
            "indicator" in must and is_stated(said) and (of_before or f"indicator: {DECIDE}" in "".join(found[-1:]))
        )
        if (
            is_of_each
            or is_after
            or (of_indicators and said and said.get("measure") in RELATIVE and "indicator" not in said)
        ):
            found.append(_follower(axis, text, said, meaning))
            continue
        stated = f", times_printed: {times}" if times > 1 else ""
        remark = ""
        if "indicator" in must and said is not None and UNIT not in said and "indicator" not in said:
            is_part = bool(PART.match(text)) or is_part
            whole_of_it = of_the_whole(text, said, of_before, meaning) if is_part else None
            if whole_of_it is None:
                found.append(_open(text, "indicator", stated, meaning, must, said))
                continue
            said, remark = whole_of_it, OF_A_PART
        else:
            is_part = bool(PART.match(text))
        if said is not None and UNIT not in said:
            said = grown.get(text, {}) | said
            is_relative = any(is_before(said.get(name, "")) for name in ("base_period", "time_period"))
            if (is_relative or said.get("measure", "level") != "level") and basis:
                # Growth, a ratio and the year before are of what the column beside them counts.
                said = {"time_basis": basis, **said}
            if said.get("indicator") in flows:
                said = {"time_basis": "year_to_date", **said}
            if asks_basis and "year_to_date" in (before := meaning.bases(text)) and "time_basis" not in said:
                # Figures of a month that another source counts since January are not of that month alone.
                said = {**said, "time_basis": "year_to_date"} if len(before) == 1 else said
                since.add(text)
            basis, when = said.get("time_basis"), said.get("time_period")
            if said.get("actuality") == "planned" and when is None and freq_of(whole) != "A":
                # A budget is of the year, whatever part of it the page reports.
                said, when = {**said, "time_period": whole[:4]}, whole[:4]
            if when and not is_before(when) and freq_of(when) != freq:
                said = {**said, "freq": freq_of(when)}
            said = meaning.own_scheme(said) | said
            of_before = said if "indicator" in said and not remark else of_before
            found.append(_known(axis, text, said, stated, meaning, must, text in since, remark))
        elif not held and not PART.match(text) and not LIKE_RELATIVE.search(plain(text)):
            found.append(f"{{label: {quoted(shown(text))}{_unit(meaning.unit(text))}{stated}}}")
        else:
            is_relative = held in ("", "time_period", "time_basis") and LIKE_RELATIVE.search(plain(text))
            found.append(_open(text, "measure" if is_relative else held or "indicator", stated, meaning, must))
    return found


def freq_of(period: str) -> str:
    return "Q" if "Q" in period else "M" if "-" in period else "A"


def other_periods(labels: list[str], freq: str, meaning: Meaning) -> list[str]:
    """The entries of periods of another frequency than that of their table: the year below its quarters."""
    found = {text: meaning.label(text) or {} for text in labels}
    others = {
        text: said for text, said in found.items() if "time_period" in said and freq_of(said["time_period"]) != freq
    }
    return [
        f"{{label: {quoted(shown(text))}, {', '.join(f'{n}: {quoted(c)}' for n, c in said.items())}, freq: {freq_of(said['time_period'])}}}"
        for text, said in others.items()
    ]


def _grown(axis: str, meaning: Meaning) -> dict[str, dict]:
    """The periods of labels of growth beside those of periods: each that of the one before it, where all stand behind one;
    else the latest."""
    periods: list[str] = []
    found: dict[str, str] = {}
    before = ""
    for text in getattr(meaning.seen, axis):
        said = meaning.label(text) or {}
        if said.get("measure") in (*RELATIVE, "change") and "time_period" not in said:
            found[text] = before
        is_period = {"time_period"} <= said.keys() <= {"time_period", "time_basis", "actuality"}
        before = said["time_period"] if is_period and not is_before(said["time_period"]) else ""
        periods += [before] if before else []
    is_of_each = len(found) > 1 and all(found.values())
    return {text: {"time_period": own if is_of_each else max(periods)} for text, own in found.items() if periods}


def _follower(axis: str, text: str, said: dict | None, meaning: Meaning) -> str:
    """The entry of a label that is of the one before it, each time that it is printed."""
    if said is None:
        return _open(text, "measure", ", follows: true", meaning, set())
    return _known(axis, text, said, ", follows: true", meaning, set())


def _unit(unit: str | None) -> str:
    return f", {UNIT}: {quoted(unit)}" if unit else ""


def _known(
    axis: str,
    text: str,
    said: dict,
    stated: str,
    meaning: Meaning,
    must: set[str],
    is_since: bool = False,
    remark: str = "",
) -> str:
    """The entry of a label that says something; of growth also what a person must say of it, and of what it `must` say what
    is left. `is_since`: whether others count it since January, and the page does not say; `remark`: what else is to be told."""
    unit = meaning.unit(text)
    if unit is None and ("indicator" in said or said.get("measure") in RELATIVE):
        unit = meaning.units.of(said) if len(meaning.units.of_all) > 1 else None
    hints = []
    if "scheme" in must and "indicator" in said and "scheme" not in said:
        own, hint = scheme_of(said, meaning)
        said, hints = {**said, "scheme": own or DECIDE}, [] if own else [hint]
    signs = (meaning.cells.has_sign(axis, text), meaning.cells.looks_like_percent(axis, text))
    codes, hint = of_figures(said, unit, *signs, _base(axis, said, meaning))
    hints = [*filter(None, [hint.removeprefix("  # "), *hints, remark])]
    if told := meaning.told(text):
        asked = f"{CONFIRM}: " * (is_since and CONFIRM not in told) + told
        hints.append(asked + (SINCE_MEANT["time_basis" in said] if is_since else ""))
    hint = f"  # {'; '.join(hints)}" if hints else ""
    return f"{{label: {quoted(shown(text))}{codes}{stated}}}{hint}"


def _base(axis: str, said: dict, meaning: Meaning) -> str | None:
    """The base of growth that says none, where one stands beside it."""
    if said.get("measure") not in RELATIVE_TO["base_period"] or "base_period" in said:
        return None
    return base_beside([meaning.label(text) or {} for text in getattr(meaning.seen, axis)])


def of_figures(
    said: dict, unit: str | None, has_sign: bool, is_percent: bool = False, base: str | None = None
) -> tuple[str, str]:
    """What an entry says of its figures, what they print as their `unit`, and what a person must say of growth; `has_sign`:
    whether each prints a sign of per cent; `is_percent`: whether they are too large for ratios in any other unit; `base`: of
    growth, by what stands beside it."""
    hint = ""
    codes = "".join(f", {name}: {quoted(code)}" for name, code in said.items() if code != DIMENSIONS[name])
    lacks = next((name for name, of in RELATIVE_TO.items() if said.get("measure") in of and name not in said), None)
    if lacks == "base_period" and base:
        codes, hint = f"{codes}, {lacks}: {quoted(base)}", f"  # {CONFIRM}: the period that stands beside it"
    elif lacks:
        codes, hint = f"{codes}, {lacks}: {DECIDE}", f"  # {HINTS[lacks]}; not wanted: holds: _"
    if said.get("measure") in RELATIVE and not unit and not has_sign:
        said_so = [PERCENT_MEANT, "unit_stated: false"]
        meant, other = reversed(said_so) if said["measure"] == "ratio" and not is_percent else said_so
        codes = f"{codes}, {meant}"
        hint = f"{f'{hint};' if hint else '  #'} {CONFIRM}: no sign of per cent is printed; else {other}"
    return codes + _unit(unit), hint


def _open(text: str, held: str, stated: str, meaning: Meaning, must: set[str], said: dict | None = None) -> str:
    """The entry of a label that no list knows, or that `said` no indicator; with what else it `must` say."""
    hint = f"{', '.join(WAYS[held])}; or another dimension; " if held in WAYS else ""
    if held == "indicator" and said is None:
        meaning.is_open(text)
    if held in ("indicator", "scheme") and (codes := like(meaning, text, held)):
        hint = f"like: {', '.join(codes)}; "
    parts = {name: code for name, code in (meaning.parts(text) if said is None else said).items() if name != held}
    known = "".join(f", {name}: {quoted(code)}" for name, code in parts.items())
    asked = f", {held}: {DECIDE}"
    if held == "indicator" and "scheme" in must - parts.keys():
        asked, hint = f"{asked}, scheme: {DECIDE}", f"{hint}{scheme_of(parts, meaning)[1]}; "
    unit, of_all = meaning.unit(text), meaning.units.of_all
    if held == "indicator" and unit is None and len(of_all) > 1:
        # Per cent is of what is relative to another figure.
        quantities = [one for one in of_all if not meaning.is_pure(one)]
        unit = quantities[0] if len(quantities) == 1 else None
        asked, hint = (asked, hint) if unit else (f"{asked}, {UNIT}: {DECIDE}", f"{hint}in {' or '.join(quantities)}; ")
    return f"{{label: {quoted(shown(text))}{known}{asked}{_unit(unit)}{stated}}}  # {hint}not wanted: holds: _"


def _of_no_figures(text: str, meaning: Meaning, beside: dict[str, dict]) -> list[str]:
    """The entry of a column that holds no figures; nothing of any other."""
    label = quoted(shown(text))
    if meaning.is_unit_column(text):
        return [f"{{label: {label}, holds: {UNIT}}}"]
    if text in beside:
        return of_cells(f"label: {label}", beside[text])
    if meaning.cells.is_numbering(text):
        return [f"{{label: {label}, holds: _}}  # codes or numbers of the rows"]
    if text in meaning.seen.left:
        return [f"{{label: {label}, holds: _}}  # in front of the labels of the rows"]
    return [f"{{label: {label}, holds: _}}  # words, no figures"] if meaning.cells.is_text_column(text) else []


def of_cells(named: str, below: dict[str, dict]) -> list[str]:
    """A column whose cells say something of the figures of their rows: lines of its entry, which begins with its `named`."""
    held = list(dict.fromkeys(name for one in below.values() for name in one))
    if len(held) == 1 and all(below.values()):
        return [f"{{{named}, holds: {held[0]}}}"]
    open_codes = ", ".join(f"{name}: CODE" for name in held)
    lines = [f"{{{named}, holds: [{', '.join(held)}], codes: {{"]
    for text, said in below.items():
        codes = f"{{{', '.join(f'{name}: {quoted(code)}' for name, code in said.items())}}}"
        lines.append(
            f"    {quoted(shown(text))}: " + (f"{codes}," if said else f"{DECIDE},  # {{{open_codes}}}; not wanted: _")
        )
    return [*lines, "  }}"]


def note(text: str, own: dict[str, str], unit: str | None) -> str:
    """A line of the page; a heading says what is its `own` of what follows, and the `unit` that it prints at its end."""
    before, _, behind = text.rpartition(unit) if unit else (text, "", "")
    shown_text = f"{before}{{{UNIT}}}{behind}" if unit else text
    codes = "".join(f", {name}: {quoted(code)}" for name, code in own.items())
    return f"{{label: {quoted(shown_text)}{codes}}}" if own else quoted(shown_text)


def shown(text: str) -> str:
    return " ".join(text.split())


def quoted(text: str) -> str:
    """A text as YAML reads it back, whatever it holds."""
    return json.dumps(text, ensure_ascii=False)
