"""What one column of a long file holds, whose texts say one thing each, or how the figures of their rows are stated."""

from __future__ import annotations

import re

from orchestration.drafting.asked import CONFIRM, DECIDE
from orchestration.drafting.columns import (
    ADDRESS,
    ADDRESS_NAME,
    CURRENT,
    ITEM,
    KIND_NAME,
    MOST,
    NOTE,
    NUMBERS,
    ONE,
    PERIOD_NAME,
    PUBLICATION,
    SHORT,
    STAGE,
    WHOLE,
)
from orchestration.drafting.editions import edition_of
from orchestration.drafting.entries import HINTS, RELATIVE_TO, freq_of, of_cells, quoted
from orchestration.drafting.labels import SHARE, Meaning
from orchestration.drafting.long_look import LongLook, is_unit
from orchestration.drafting.page_rows import plain
from orchestration.intake.spellings import Said, area_names, period, period_in, since_january
from orchestration.intake.units import PERCENT
from validations.labels import UNIT
from validations.layouts import VINTAGE
from validations.printed_unit import are_one

#: What a text may say of how a figure is stated; texts of one column that are looked at.
STATED, KINDS = ("measure", "base_period", "counterpart", "time_basis", "actuality"), 30
#: A day, which no list is of.
DAY = re.compile(
    "(?P<year>(?:19|20)[0-9]{2})[-/.年]?(?P<month>0?[1-9]|1[0-2])[-/.月]?(?P<day>0?[1-9]|[12][0-9]|3[01])日?(?: 00:00:00)?"
)
#: A month of a year of which the century is not told; in full it is a period.
SHORT_YEAR = re.compile("[0-9]{2}[-/.](?:0?[1-9]|1[0-2])")
#: Publications of one file that are told apart one by one.
EDITIONS = 20
#: The lines of a column's entry, and what it holds.
Role = tuple[list[str], list[str]]


def role_of(look: LongLook, name: str, taken: set[str]) -> Role | None:
    """What a column holds whose texts say one thing each."""
    meaning, texts = look.meaning, look.distinct[name]
    if not texts or ADDRESS_NAME.fullmatch(name) or ADDRESS.match(texts[0]):
        return [f"{{name: {quoted(name)}, holds: _}}  # addresses, or nothing"], []
    if UNIT not in taken and is_unit(name, look.columns[name], meaning.lists):
        return [f"{{name: {quoted(name)}, holds: {UNIT}}}"], [UNIT]
    if NOTE.fullmatch(name) or NUMBERS.fullmatch(name):
        return [f"{{name: {quoted(name)}, holds: _}}  # {'remarks' if NOTE.fullmatch(name) else 'numbers of rows'}"], []
    if PUBLICATION.fullmatch(name) and "vintage" not in taken:
        return _publications(name, texts)
    if STAGE.fullmatch(name):
        told = f", only: [{DECIDE}]}}  # of which this source is: {', '.join(texts)}" if len(texts) > 1 else "}"
        return [f"{{name: {quoted(name)}, holds: _{told}"], []
    if kinds := _kinds(look, name):
        return kinds
    if DECIDE in name:
        return [f"{{name: {quoted(name)}, holds: time_period}}  # the year of all rows"], ["time_period"]
    periods = {text: period(plain(text)) for text in texts}
    known = [p for p in periods.values() if p]
    if known and "time_period" not in taken and (PERIOD_NAME.fullmatch(name) or len(known) > MOST * len(texts)):
        return _periods(look, name, periods)
    if "time_period" not in taken and all(map(DAY.fullmatch, texts)):
        return _days(name, texts)
    if "time_period" not in taken and all(map(SHORT_YEAR.fullmatch, texts)):
        hint = (
            f'years of two digits: if they are of this century, name: "20{{{name}}}", holds: time_period, and freq: M'
        )
        return [f"{{name: {quoted(name)}, holds: {DECIDE}}}  # {hint}; not wanted: _"], []
    if PERIOD_NAME.fullmatch(name):
        hint = (
            'a part of the year: with the column of the year one period, name: "{YEAR}年{MONTH}月", holds: time_period'
        )
        return [f"{{name: {quoted(name)}, holds: {DECIDE}}}  # {hint}; not wanted: _"], []
    if ITEM.fullmatch(name):
        return None
    called = next((d for d, names in ONE.items() if re.fullmatch(names, name, re.IGNORECASE)), None)
    for dimension in (d for d in ([called] if called else ONE) if d not in taken):
        said = {text: (meaning.names(text, dimension) or {}).get(dimension, "") for text in texts}
        if called and dimension != "ref_area":
            said = {text: code or _in_short(meaning, text, dimension) for text, code in said.items()}
        if called or len([code for code in said.values() if code]) > MOST * len(texts):
            return _one_role(look, name, dimension, said)
    return None


def _in_short(meaning: Meaning, text: str, dimension: str) -> str:
    """What a text says in a column that is called for its dimension: all, or a name without what the column's name says."""
    names = [meaning.names(short.format(text), dimension) for short in SHORT.get(dimension, ())]
    label = meaning.label(text) or {}
    # 失业保险基金 is of the scheme whose fund it is.
    names += [label] if label.keys() == {dimension} else []
    return "_T" if WHOLE.fullmatch(text) else next((said[dimension] for said in names if said), "")


def _kinds(look: LongLook, name: str) -> Role | None:
    """A column that says how the figures of its rows are stated: most of its texts do, or some where it is called so."""
    texts = look.distinct[name]
    said = {text: None if len(texts) > KINDS else _stated(look, name, text) for text in texts}
    known = [one for one in said.values() if one is not None]
    is_called = KIND_NAME.fullmatch(name) and (known or look.tells_apart(name))
    if ITEM.fullmatch(name) or not (is_called or len(known) > MOST * len(texts)):
        return None
    look.told[name] = {text: {"time_basis": "flow"} if one == {} else one for text, one in said.items()}
    held = list(dict.fromkeys(key for one in known for key in one))
    if not held and len(known) == len(texts):
        return [f"{{name: {quoted(name)}, holds: _}}  # each figure is of its own period"], []
    held = held or ["measure"]
    lines = [f"{{name: {quoted(name)}, holds: [{', '.join(held)}], codes: {{"]
    for text, one in said.items():
        if one is None:
            hint = f"{look.rows_of(name, text)}: {{}} of a plain figure, {{measure: growth, base_period: -P1Y}} and the like"
            lines.append(f"    {quoted(text)}: {DECIDE},  # {hint}; not wanted: _")
            continue
        lacks = {key: DECIDE for key, of in RELATIVE_TO.items() if one.get("measure") in of and key not in one}
        hint = "".join(f"  # {HINTS[key]}; not wanted: _ in place of the braces" for key in lacks)
        codes = ", ".join(f"{key}: {code if code == DECIDE else quoted(code)}" for key, code in (one | lacks).items())
        lines.append(f"    {quoted(text)}: {{{codes}}},{hint}")
    return [*lines, "  }}"], held


def spelled_out(name: str, said: dict[str, Said]) -> list[str]:
    """The entry of a column whose texts say what `said` has; {} of one that says nothing more."""
    held = list(dict.fromkeys(key for one in said.values() for key in one))
    lines = [f"{{name: {quoted(name)}, holds: [{', '.join(held)}], codes: {{"]
    for text, one in said.items():
        lines.append(f"    {quoted(text)}: {{{', '.join(f'{key}: {quoted(code)}' for key, code in one.items())}}},")
    return [*lines, "  }}"]


def _stated(look: LongLook, name: str, text: str) -> Said | None:
    """What a text says of how a figure is stated, {} of one of its own period; growth that is printed in what it is of is a
    change, and a change in per cent is growth."""
    if CURRENT.fullmatch(plain(text)):
        return {}
    said = {"measure": "share"} if SHARE.search(plain(text)) else look.meaning.label(text)
    if said is None or not said.keys() <= {*STATED}:
        return None
    if said.get("measure") not in ("change", "growth"):
        return said
    is_growth, known = said["measure"] == "growth", look.meaning.lists.codes("unit_text")
    are_pure = {
        (look.meaning.is_pure(unit) if is_growth else are_one(unit, PERCENT)) if unit in known else is_growth
        for unit in look.units_of(name, text)
    }
    measure = {(True,): "growth", (False,): "change"}.get(tuple(are_pure), DECIDE)
    return said | {"measure": measure}


def says_again(look: LongLook, first: str, name: str) -> bool:
    """Whether a column names the areas of the `first` one again, as their codes or names: of most rows, and not an area
    within, or one that something goes to."""
    meaning, texts = look.meaning, look.distinct[name]
    said = {
        text: (meaning.names(text, "ref_area") or {}).get("ref_area", "") for text in [*look.distinct[first], *texts]
    }
    if len([text for text in texts if said[text]]) <= MOST * len(texts):
        return False
    pairs = {(one, other) for one, other in zip(look.columns[first], look.columns[name]) if one and other}
    codes = [(said[one], said[other]) for one, other in pairs if said[one] and said[other]]
    are_alike = len([one for one, other in codes if one == other]) > MOST * len(codes)
    is_code = [all(re.fullmatch("[0-9]+", text) for text in found) for found in (look.distinct[first], texts)]
    within = [one for one, other in codes if one != other and one[:2] == other[:2]]
    return are_alike or (is_code[0] != is_code[1] and len(within) <= MOST * len(codes))


def _days(name: str, texts: list[str]) -> Role:
    """A column of days, each of which stands for its month; all of one day of the year, for its year."""
    found = {text: DAY.fullmatch(text) for text in texts}
    is_year = len({(day["month"], day["day"]) for day in found.values()}) == 1
    of = {text: day["year"] if is_year else f"{day['year']}-{int(day['month']):02d}" for text, day in found.items()}
    lines = of_cells(
        f"name: {quoted(name)}", {text: {"time_period": one, "freq": freq_of(one)} for text, one in of.items()}
    )
    lines[0] += f"  # {CONFIRM}: each day stands for its {'year' if is_year else 'month'}"
    return lines, ["time_period", "freq"]


def _periods(look: LongLook, name: str, periods: dict[str, str | None]) -> Role:
    """A column of periods, with what they say beside: that figures are counted since January, or of which frequency."""
    found = {text: of or _one_within(text) for text, of in periods.items()}
    freqs = {freq_of(of) for of in found.values() if of}
    said = {text: {"time_period": of} if of else {} for text, of in found.items()}
    said = {
        text: one | ({"time_basis": "year_to_date"} if one and since_january(text) else {})
        for text, one in said.items()
    }
    if len(freqs) == 1 and len(look.known(name, "time_period")) == len(said):
        held = list(dict.fromkeys(key for one in said.values() for key in one))
        return [f"{{name: {quoted(name)}, holds: time_period}}"], held
    if len(freqs) > 1:
        said = {text: one | {"freq": freq_of(one["time_period"])} if one else {} for text, one in said.items()}
    lines = of_cells(f"name: {quoted(name)}", said)
    if len(lines) == 1:
        lines = of_cells(f"name: {quoted(name)}", {**said, "": {}})
        lines = [line for line in lines if not line.strip().startswith('"": ')]
    for n, (text, of) in enumerate(periods.items(), start=1):
        if not of and found[text]:
            lines[n] += f"  # {CONFIRM}: it is what stands in it; not wanted: _"
    return lines, list(dict.fromkeys(key for one in said.values() for key in one))


def _one_within(text: str) -> str | None:
    """The period that stands in a text; of two, or of one beside further digits, nobody knows which is meant."""
    found = period_in(text)
    digits = [re.findall("[0-9]+", one) for one in (text, found or "")]
    return found if len(digits[0]) <= len(digits[1]) else None


def left_out(look: LongLook, name: str, holds: str) -> list[str]:
    """The entry of a column of areas, of which texts that name none in any year, as 市本级 and 高新区 do, leave their rows
    out, as long as a person agrees; nothing where there are none, or too many."""
    areas = area_names(look.meaning.lists)
    texts = [text for text in look.distinct[name] if not look.meaning.names(text, "ref_area")]
    texts = [text for text in texts if not areas.ever(text).codes]
    if not texts or len(texts) > min(KINDS, MOST * len(look.distinct[name])):
        return []
    lines = [f"{{name: {quoted(name)}, holds: {holds}, codes: {{"]
    lines += [
        f"    {quoted(t)}: _,  # {CONFIRM}: {look.rows_of(name, t)} left out; an area is an alias in area_alias.csv"
        for t in texts
    ]
    return [*lines, "  }}"]


def _one_role(look: LongLook, name: str, dimension: str, said: dict[str, str]) -> Role:
    """A column of one dimension: without codes where each text is read as it stands."""
    if dimension != "ref_area":
        look.told[name] = {text: {dimension: code} if code else None for text, code in said.items()}
    if len(look.known(name, dimension)) == len(said):
        return [f"{{name: {quoted(name)}, holds: {dimension}}}"], [dimension]
    if dimension == "ref_area" and len(said) > KINDS and (lines := left_out(look, name, dimension)):
        return lines, [dimension]
    lines = [f"{{name: {quoted(name)}, holds: {dimension}, codes: {{"]
    for text, code in said.items():
        lines.append(f"    {quoted(text)}: " + (f"{quoted(code)}," if code else f"{DECIDE},  # a code; not wanted: _"))
    return [*lines, "  }}"], [dimension]


def _publications(name: str, texts: list[str]) -> Role:
    """The edition that states each figure, where the file has several; one alone is that of the source."""
    if all(re.fullmatch(VINTAGE, text) for text in texts):
        return [f"{{name: {quoted(name)}, holds: vintage}}"], ["vintage"]
    if len(texts) == 1 or len(texts) > EDITIONS:
        told = f"of the whole source: {texts[0]}" if len(texts) == 1 else f"{len(texts)} publications: a source is one"
        return [f"{{name: {quoted(name)}, holds: _}}  # {told}"], []
    lines = [f"{{name: {quoted(name)}, holds: vintage, codes: {{"]
    for text in texts:
        edition, hint = edition_of(text)
        lines.append(f"    {quoted(text)}: {quoted(edition) if edition else DECIDE},  # {hint}; of another source: _")
    return [*lines, "  }}"], ["vintage"]
