"""Columns that are relative to another one of their table: to the budget, to the year before, to what stands beside them.

What no dimension says, as a figure in per cent of that of the year before, is proposed to be left unread.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from orchestration.drafting.page_rows import plain
from orchestration.intake.spellings import Said, period
from orchestration.intake.units import PERCENT
from validations import plain_text
from validations.periods import before, is_before
from validations.printed_unit import are_one

#: What a text says, or None.
Label = Callable[[str], Said | None]
#: In per cent of the budget: 决算数为预算数的%, 完成预算（%）, 预算执行率.
OF_BUDGET = re.compile(
    r"(?:为|占|完成)(?:(?:19|20)[0-9]{2} ?年)?[^\W\d]{0,6}预算[^\W\d]{0,2}|预算[^\W\d]{0,2}(?:完成|执行)(?:率|进度|比例|百分比)?"
    r"|(?:%|per ?cent(?:age)?|ratio|share) (?:of|to) (?:the )?(?:\w+ )?budget|budget (?:execution|completion) rate|(?:execution|completion) of (?:the )?budget",
    re.IGNORECASE,
)
#: The same where the sign of per cent is left to the unit line.
COMPLETED = re.compile(
    "(?:为|占|完成)(?:[年月]初|年度|全年|当年|本年|调整后?|变动后?)?的?预算数?|(?:execution|completion) of (?:the )?budget",
    re.IGNORECASE,
)
PLANNED: Said = {"measure": "ratio", "counterpart": "actuality=planned"}
#: The budget itself.
BUDGET = re.compile(
    "(?:[年月]初|年度|全年|当年|本年|调整后?|变动后?)?(?:的)?预算(?:安排)?(?:数|额|指标)?"
    "|(?:initial|revised|annual|approved) budget",
    re.IGNORECASE,
)
#: In per cent of the year before: 为上年决算数的%, 上年=100; growth is what it is more than 100.
OF_YEAR_BEFORE = re.compile(
    r"(?:为|占|相当于)?(?:上|去|前一)年[^\W\d]{0,6}(?:的(?:%|百分比|比例)|=100|%$)"
    r"|(?:%|per ?cent(?:age)?) of (?:the )?(?:previous|last|preceding|prior) year|(?:previous|last|preceding) year ?= ?100",
    re.IGNORECASE,
)
#: Of one year that a label names in per cent of another one: 2024年预算数为2023年执行数的%.
OF_ANOTHER_YEAR = re.compile(r"((?:19|20)[0-9]{2}).*(?:为|占|相当于)(?!\1)(?:19|20)[0-9]{2}.*(?:%|百分比|比例)")
UNREAD = "in per cent of the year before, which no dimension says: less 100 it is growth"
#: By how much a figure is more than another: 增减额, 比上年增加额.
AMOUNT = re.compile(
    r"(?P<year>(?:比|较)?(?:上|去)年(?:同期|末)?|同比)?(?:净)?(?:增加|增减|增长|减少|增)[(（±+、-]*(?:额|量|数|绝对[额数值])"
    r"|(?P<en>(?:increase|decrease|change|increase/decrease)(?: over (?:the )?(?:previous|last) year)?)",
    re.IGNORECASE,
)
#: Of which period growth is, and over which one that its label names.
OVER = re.compile("(?P<when>(?:19|20)[0-9]{2}.*?)(?:比|较)(?P<words>.+)")
NAMED = re.compile("(?:19|20)[0-9]{2} ?年?(?:度|[0-9一二三四第上下前半、至-]*[月季度半年份]*)?(?=同?期?[增减涨])")
#: How the figures of a period may be stated, and what stands between that and the period in one label.
HOW = {"actuality", "measure", "base_period", "time_basis", "counterpart"}
WITH_PERIOD, THIS_YEAR = re.compile("(?:19|20)[0-9]{2}|[上去本今当]年"), re.compile("[本今当]年")
BESIDE = " ,，:：()（）"
#: What the label of a figure that is relative to another one has in it.
LIKE_RELATIVE = re.compile(
    r"[增减降占%％比率]|指数|为上年|\b(?:growth|change|ratio|rate|share|percent|per cent|index|increase|decrease)\b",
    re.IGNORECASE,
)


def as_relative(text: str, said: Said | None, unit: str | None, is_pure: bool) -> Said | None:
    """What a label says, of which the lists say `said`, as far as it is of another column. `unit`: what it prints;
    `is_pure`: whether that is one of pure numbers."""
    bare = plain(text)
    measure = (said or {}).get("measure")
    if measure == "change" and are_one(unit or "", PERCENT):
        return {**(said or {}), "measure": "growth"}
    if measure == "growth" and unit and not is_pure:
        # 比上年增减（亿元）
        return {**(said or {}), "measure": "change"}
    is_of = unit or COMPLETED.fullmatch(bare) or re.search("[%率]|百分比|比例|进度|rate|ratio", bare)
    if said is None and (unit is None or is_pure) and is_of:
        return {**PLANNED} if OF_BUDGET.search(bare) and not is_unread(text, None) else None
    if said is None and not (unit and is_pure) and BUDGET.fullmatch(bare.partition("(")[0].strip()):
        return {"actuality": "planned"}
    if said is None and not (unit and is_pure) and (found := AMOUNT.match(bare)):
        over_a_year = found["year"] or "year" in (found["en"] or "")
        return {"measure": "change", **({"base_period": "-P1Y"} if over_a_year else {})}
    return said


def other_budgets(said: Mapping[str, Said]) -> dict[str, str]:
    """Of several budgets of one thing and year, 年初预算数 and 调整预算数, those that are not taken, with the one that is: what
    stands in per cent of a budget names it, 为调整预算%; else the last one."""
    found: dict[tuple, list[str]] = {}
    for text, one in said.items():
        if one.get("actuality") == "planned":
            found.setdefault(tuple(sorted(one.items())), []).append(text)
    relative = [plain(text) for text, one in said.items() if one.get("counterpart") == PLANNED["counterpart"]]
    others = {}
    for texts in found.values():
        named = [text for text in texts if any(plain(text).rstrip("数额") in one for one in relative)]
        taken = named[0] if len(named) == 1 else texts[-1]
        others |= {text: taken for text in texts if text != taken}
    return others


def moved(text: str, label: Label) -> Said | None:
    """The growth, or the change, of what a label names before the words for it: 基金收入比上年增长, fund revenue growth. In real
    terms it is none that a dimension says. `label`: what a label says that is no growth of another one."""
    for start in re.finditer(f"(?<=.)(?:[{plain_text.HAN}]|(?<= )[a-z])", text, re.IGNORECASE):
        of, words = text[: start.start()], text[start.start() :]
        said = as_relative(words, label(words), None, False) if LIKE_RELATIVE.search(words) else None
        if said and said.get("measure") in ("growth", "change") and said.keys() <= {"measure", "base_period"}:
            named = label(of.strip(" ,，:：-_"))
            return named | said if named and "indicator" in named and "measure" not in named else None
    return None


def dated(text: str, label: Label) -> Said | None:
    """Growth whose label says of which period it is, and over which one: 2023年比上年增长(%), 2023年比2022年增长(%). `label`:
    what a label says."""
    found = OVER.match(plain(text))
    when = period(found["when"]) if found else None
    if found is None or when is None:
        return None
    of, named = found["words"], NAMED.match(found["words"])
    base = period(named[0]) if named else None
    said = label(f"比上年{of[named.end() :]}" if named and base else f"比{of}")
    if not said or said.get("measure") not in ("growth", "change") or said.keys() - {"measure", "base_period"}:
        return None
    own = base and next((code for code in ("-P1M", "-P3M", "-P1Y") if before(when, code) == base), base)
    return {"time_period": when, **said, **({"base_period": own} if own else {})}


def stated(text: str, label: Label, when: Label) -> Said | None:
    """What a label says that names a period and how the figures of it are stated: 2023年执行数, 上年决算数, Budget 2023.
    `label`: what a label says; `when`: the period that a text names."""
    bare = plain(text)
    if not WITH_PERIOD.search(bare):
        return None
    for at in range(1, len(bare)):
        for first, rest in ((bare[:at], bare[at:]), (bare[at:], bare[:at])):
            own = {} if THIS_YEAR.fullmatch(first) else when(first.strip(BESIDE))
            said = label(rest.strip(BESIDE)) if own is not None else None
            if said and said.keys() <= HOW:
                return {**own, **said}
    return None


def is_unread(text: str, said: Said | None) -> bool:
    """Whether a label that names no indicator is in per cent of the year before."""
    bare = plain(text)
    return said is None and any(of.search(bare) for of in (OF_YEAR_BEFORE, OF_ANOTHER_YEAR))


def base_beside(said: list[Said]) -> str | None:
    """How long before its period the base of growth is, by what the labels beside it say: the one other period that they
    name; None where they name none, or several."""
    found = {one["time_period"] for one in said if "time_period" in one}
    told = {one for one in found if is_before(one)}
    named = sorted(found - told)
    if len(named) == 2 and not told:
        return next((code for code in ("-P1M", "-P3M", "-P1Y") if before(named[1], code) == named[0]), None)
    return told.pop() if len(told) == 1 and len(named) < 2 else None
