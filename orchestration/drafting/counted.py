"""Over what figures are counted, as a label or a line says beside what they are of: since January, in the period alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from orchestration.drafting.page_rows import plain
from orchestration.intake.spellings import Said, period, since_january
from validations import plain_text

#: What is counted since January: 支出累计, 累计支出.
CUMULATIVE = re.compile("(?P<of>.+?)[（(]?(?:本年|年初)?累计[)）]?|(?:本年|年初)?累计(?P<behind>.+)")
#: What a line says of all figures that are counted since January.
SINCE = re.compile("累计(?:值|数|金额)?(?:[()（）,，、。]|$)|cumulative|year[- ]to[- ]date", re.IGNORECASE)
#: What is counted over the period alone, as every figure of it is.
CURRENT = re.compile("(?:当期|本期|当月|本月|当季|期末)值")
#: A month or a span of months, of the year that the page names.
MONTH = re.compile(r"(?:0?1 ?月?[-\u2010-\u2014~～至到] ?)?(?P<m>0?[1-9]|1[0-2]) ?月份?(?:累计)?")
QUARTER = re.compile("第?(?P<of>[一二三四1-4]) ?季度?")
#: How a page says that a figure is of the period alone, or since January, and means both to be told apart.
OF_THE_PERIOD = re.compile("[本当][月季期]|累计|cumulative|to[- ]date|this (?:month|quarter)", re.IGNORECASE)
#: What the end of a name may say, which names nothing itself.
OF_ENDS = {"time_basis", "measure", "base_period"}


def ending(text: str, label: Callable[[str], Said | None]) -> tuple[str, Said] | None:
    """A name, and what stands behind a stroke at its end says of its figures, as the database of the office has it:
    财政收入_累计值(亿元), 财政收入_累计增长(%). None of any other. `label`: what a label says."""
    of, stroke, words = text.translate({0xFF3F: "_"}).rpartition("_")
    is_name = stroke and of.strip() and re.match(f"[{plain_text.HAN}]", words)
    said = ({} if CURRENT.match(plain(words)) else label(words)) if is_name else None
    return (of, said) if said is not None and said.keys() <= OF_ENDS else None


def of_year(text: str, year: str) -> Said | None:
    """A month or a quarter of a year, or the year: `3月`, `一季度`, `全年`; and `1-3月` and `上半年`, counted from January."""
    label = plain(text)
    month, quarter, is_since = MONTH.fullmatch(label), QUARTER.fullmatch(label), since_january(label)
    if not (month or quarter or is_since or label == "全年"):
        return None
    if month:
        when = f"{year}-{int(month['m']):02d}"
    else:
        when = year if label == "全年" else period(f"{year}年{quarter['of'] + '季度' if quarter else label}")
    return {"time_period": when, **({"time_basis": "year_to_date"} if is_since else {})} if when else None


def is_told(texts: Iterable[str], label: Callable[[str], Said | None]) -> bool:
    """Whether a page says of any of its figures over what they are counted. `texts`: its lines and labels; `label`: what one
    says."""
    return any(OF_THE_PERIOD.search(plain(text)) or "time_basis" in (label(text) or {}) for text in texts)
