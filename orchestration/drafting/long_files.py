"""The descriptor of a long file: which column holds what, and what its texts mean; the rest is a person's to decide."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from orchestration.drafting.alike import like
from orchestration.drafting.entries import CONFIRM, DECIDE, freq_of, of_cells, quoted
from orchestration.drafting.long_look import MOST, LongLook, is_read, is_unit
from orchestration.drafting.page_look import ADDRESS, plain
from orchestration.intake.spellings import Said, period, period_in
from validations.code_lists import CodeLists
from validations.dimensions import DIMENSIONS
from validations.labels import UNIT
from validations.layouts import VINTAGE

#: A column of what the publication calls its figures; of publications; of what leads to them.
ITEM = re.compile("items?|labels?|项目|指标(?:名称)?|名称|科目|indicators?|indicator_?name", re.IGNORECASE)
PUBLICATION = re.compile("publications?|editions?|vintages?|发布日期|出处|资料来源|来源|版本", re.IGNORECASE)
AGENCY = re.compile("agency|agencies|office|部门|机构|发布机构|发布单位", re.IGNORECASE)
STAGE = re.compile("(?:release_)?stage", re.IGNORECASE)
PERIOD_NAME = re.compile(
    "(?:time_)?periods?|years?|months?|quarters?|time|date|年份?|年度|月份?|时间|时期|日期|报告期", re.IGNORECASE
)
#: What in a column that is named for a dimension says all of it.
WHOLE = re.compile("all|total|both|合计|总计|全部|全体", re.IGNORECASE)
ADDRESS_NAME = re.compile("address|url|link|网址|链接", re.IGNORECASE)
#: Publications of one file that are told apart one by one.
EDITIONS = 20
#: A column tells the rows apart if it does so nearly as well as any.
APART = 0.95
#: What one text of a column may say alone, in the order in which it is asked, and how such a column is called.
ONE = {
    "ref_area": "(?:ref_)?areas?|regions?|provinces?|地区(?:名称)?|省份|省市|行政区划?",
    "residence": "residence|城乡(?:分类)?",
    "scheme": "schemes?|险种|制度",
    "pop_group": "pop_group|人群",
    "measure": "measure",
    "time_basis": "time_basis",
    "age": "age",
    "scope": "scope",
}


def of_source(look: LongLook) -> dict[str, str]:
    """What the columns say of the publication, where they name one alone: title, agency, release_stage."""
    alone = {name: texts[0] for name, texts in look.distinct.items() if len(texts) == 1}
    told = {}
    for name, text in alone.items():
        if PUBLICATION.fullmatch(name) and not re.fullmatch(VINTAGE, text):
            told["title"] = text
        for key, called in (("agency", AGENCY), ("release_stage", STAGE)):
            if called.fullmatch(name) and (code := _code_of(look.meaning.lists, key, text)):
                told[key] = code
    return told


def _code_of(lists: CodeLists, codelist: str, text: str) -> str | None:
    """The code of a list whose name a text is, or whose name or code stands in it."""
    records = lists.records[codelist]
    whole = [
        r for r in records if text.casefold() in {str(r[key]).casefold() for key in ("code", "name_en", "name_zh")}
    ]
    within = [r for r in records if str(r["name_zh"]) in text or re.search(rf"\b{r['code']}\b", text)]
    return next((str(record["code"]) for record in (*whole, *within)), None)


def resource(look: LongLook) -> list[str]:
    """The lines of its resource from the marks on: what stands in place of figures, defaults and columns."""
    meaning, roles = look.meaning, _roles(look)
    held = {name for _, names in roles.values() for name in names}
    # A text that says an indicator and no scheme leaves that to the defaults.
    lacks_scheme = "scheme" not in held or any(
        "indicator: " in line and "scheme: " not in line for entry, _ in roles.values() for line in entry[1:]
    )
    marks = Counter(text for text in look.columns[look.value] if not is_read(text, meaning.lists))
    lines = []
    if marks and len(marks) < 10:
        lines.append(
            f"    missing_values: [{', '.join(map(quoted, marks))}]  # one where there is none to be had: not_applicable"
        )
        told = ", ".join(
            f"{text!r} {times} time(s)" if text else f"{times} empty cell(s)" for text, times in marks.items()
        )
        meaning.taken.append(f"in place of figures that are missing: {told}")
    if qualifiers := meaning.qualifiers():
        lines.append(f"    qualifiers: [{', '.join(qualifiers)}]")
    meaning.taken.append(f"a long file, one figure a row: {look.value!r} holds the figures")
    lines.append("    defaults:")
    for name, text, hint in _defaults(look, held - {"scheme"} if lacks_scheme else held):
        lines.append(f"      {name}: {quoted(text)}{hint}")
    lines.append("    columns:")
    for entry, _ in roles.values():
        lines += [f"      {'' if line.startswith('  ') else '- '}{line}" for line in entry]
    return lines


#: The lines of a column's entry, and what it holds.
Role = tuple[list[str], list[str]]


def _roles(look: LongLook) -> dict[str, Role]:
    """By column, in the order of the file: the lines of its entry, and what it holds."""
    found: dict[str, Role] = {
        look.value: ([f"{{name: {quoted(look.value)}, holds: printed_value}}"], ["printed_value"])
    }
    taken = {"printed_value"}
    for name in look.columns:
        role = None if name in found else _plain_role(look, name, taken)
        if role:
            found[name] = role
            taken.update(role[1])
    keys = [name for name, (_, held) in found.items() if {*held} & {*DIMENSIONS, "vintage"}]
    item = _item(look, [name for name in look.columns if name not in found], keys)
    for name in look.columns:
        if name == item:
            look = replace(look, held=frozenset(taken))
            found[name] = _said_role(
                look, name, look.with_others(name, [n for n in look.columns if n not in found and n != item])
            )
        elif name not in found:
            is_label = ITEM.fullmatch(name) and "row_label" not in taken
            taken |= {"row_label"} if is_label else set()
            found[name] = ([f"{{name: {quoted(name)}, holds: {'row_label' if is_label else '_'}}}"], [])
    return {name: found[name] for name in look.columns}


def _plain_role(look: LongLook, name: str, taken: set[str]) -> Role | None:
    """What a column holds whose texts say one thing each."""
    meaning, texts = look.meaning, look.distinct[name]
    if not texts or ADDRESS_NAME.fullmatch(name) or ADDRESS.match(texts[0]):
        return [f"{{name: {quoted(name)}, holds: _}}  # addresses, or nothing"], []
    if UNIT not in taken and is_unit(name, look.columns[name], meaning.lists):
        return [f"{{name: {quoted(name)}, holds: {UNIT}}}"], [UNIT]
    if PUBLICATION.fullmatch(name):
        return _publications(name, texts)
    periods = {text: period(plain(text)) for text in texts}
    known = [p for p in periods.values() if p]
    if "time_period" not in taken and known and (PERIOD_NAME.fullmatch(name) or len(known) > MOST * len(texts)):
        if {freq_of(p) for p in periods.values() if p} == {freq_of(next(filter(None, periods.values())))}:
            return _one_role(
                look, name, "time_period", {t: p or period_in(t) or "" for t, p in periods.items()}, periods
            )
        said = {
            text: (meaning.names(text, "time_period") or {}) | {"freq": freq_of(p)} if p else {}
            for text, p in periods.items()
        }
        return of_cells(f"name: {quoted(name)}", said), ["time_period", "freq"]
    called = next((d for d, names in ONE.items() if re.fullmatch(names, name, re.IGNORECASE)), None)
    for dimension in (d for d in ([called] if called else ONE) if d not in taken):
        said = {text: (meaning.names(text, dimension) or {}).get(dimension, "") for text in texts}
        if called and dimension != "ref_area":
            said = {text: code or "_T" * bool(WHOLE.fullmatch(text)) for text, code in said.items()}
        if called or len([code for code in said.values() if code]) > MOST * len(texts):
            return _one_role(look, name, dimension, said)
    return None


def _one_role(
    look: LongLook, name: str, dimension: str, said: dict[str, str], sure: Mapping[str, str | None] | None = None
) -> Role:
    """A column of one dimension: without codes where each text is read as it stands. `sure`: what a text says whole, if
    that may be more than stands in it."""
    if len(look.known(name, dimension)) == len(said):
        return [f"{{name: {quoted(name)}, holds: {dimension}}}"], [dimension]
    lines = [f"{{name: {quoted(name)}, holds: {dimension}, codes: {{"]
    for text, code in said.items():
        unsure = f"  # {CONFIRM}: it is what stands in it; not wanted: _" if sure and not sure[text] else ""
        lines.append(
            f"    {quoted(text)}: " + (f"{quoted(code)},{unsure}" if code else f"{DECIDE},  # a code; not wanted: _")
        )
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
        year = period(next(iter(re.findall(r"(?:19|20)\d\d", text)), ""))
        hint = f", after {year}" if year else ""
        lines.append(f"    {quoted(text)}: {DECIDE},  # when it was published{hint}; of another source: _")
    return [*lines, "  }}"], ["vintage"]


def _item(look: LongLook, names: list[str], keys: list[str]) -> str | None:
    """The column that says what is measured: of those that tell the rows apart beside the columns `keys` the one of which
    most is known."""
    if not names:
        return None
    said = {name: look.said(name) for name in names}
    indicators = {name: len([one for one in said[name].values() if "indicator" in one]) for name in names}
    apart = {name: len({*zip(*(look.columns[key] for key in keys), look.columns[name])}) for name in names}

    def rank(name: str) -> tuple:
        share = indicators[name] / max(len(look.distinct[name]), 1)
        return apart[name] >= APART * max(apart.values()), share, bool(ITEM.fullmatch(name)), -len(look.distinct[name])

    best = max(names, key=rank)
    is_item = indicators[best] or ITEM.fullmatch(best) or len(look.distinct[best]) > 1
    return best if is_item else None


def _said_role(look: LongLook, name: str, said: dict[str, Said]) -> Role:
    """A column whose texts say several things."""
    is_plain = all(one.keys() == {"indicator"} for one in said.values())
    if is_plain and len(look.known(name, "indicator")) == len(said):
        return [f"{{name: {quoted(name)}, holds: indicator}}"], ["indicator"]
    held = list(dict.fromkeys(["scheme", "indicator", *(n for one in said.values() for n in one)]))
    lines = [f"{{name: {quoted(name)}, holds: [{', '.join(held)}], codes: {{"]
    for text, one in said.items():
        hint = ""
        if "indicator" not in one:
            look.meaning.is_open(text)
        if "indicator" not in one or one.get("scheme") == DECIDE:
            alike = like(look.meaning, text.replace("_", " "), "scheme" if "indicator" in one else "indicator")
            hint = "  # " + "; ".join(
                [*[f"like: {', '.join(alike)}"] * bool(alike), "not wanted: _ in place of the braces"]
            )
        codes = ", ".join(f"{n}: {quoted(code)}" for n, code in one.items())
        told = ", ".join(filter(None, [codes, "" if "indicator" in one else f"indicator: {DECIDE}"]))
        lines.append(f"    {quoted(text)}: {{{told}}},{hint}")
    return [*lines, "  }}"], held


def _defaults(look: LongLook, held: set[str]) -> list[tuple[str, str, str]]:
    """What is the same for all figures: (dimension, code, remark)."""
    meaning, found = look.meaning, []
    if "freq" not in held:
        periods = [p for texts in look.distinct.values() for text in texts if (p := period(plain(text)))]
        found.append(("freq", freq_of(periods[0]) if periods else "A", ""))
    if "time_period" not in held:
        found.append(("time_period", DECIDE, "  # 2024, 2024-Q1 or 2024-01"))
    if "ref_area" not in held:
        area = meaning.area
        found.append(("ref_area", area or DECIDE, "" if area else "  # a code of area.csv; CHN for the whole country"))
    if "indicator" not in held:
        found.append(("indicator", DECIDE, "  # what the figures measure"))
    if "scheme" not in held:
        hint = "  # of figures whose text names none; _Z for those that belong to no scheme"
        found.append(("scheme", DECIDE, hint))
    return found
