"""When a publication was published, as far as its title tells."""

from __future__ import annotations

import re
from collections.abc import Iterable

from orchestration.drafting.asked import CONFIRM

#: A yearbook and the year by which it is called.
YEARBOOK_OF = re.compile(
    r"年鉴[^\w]*(?:19|20)[0-9]{2}年?|(?:19|20)[0-9]{2}年?[^\w]*[^\W\d]{0,12}年鉴|yearbook[^\w]*(?:19|20)[0-9]{2}",
    re.IGNORECASE,
)
#: A date in the title of a publication, what is called by the year of its issue, and what by the year that it reports.
DAY = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12][0-9]|3[01]))?(?![0-9])")
YEARBOOK = re.compile("年鉴|yearbook", re.IGNORECASE)
REPORT = re.compile(
    "年度?[^月季]*(?:公报|快报|报告|决算|执行情况)|(?:bulletin|communiqu[eé]|annual report|final accounts)",
    re.IGNORECASE,
)


_YEAR, _MONTH, _DAY = "(?P<y>(?:19|20)[0-9]{2})", "(?P<m>1[0-2]|0?[1-9])", "(?P<d>3[01]|[12][0-9]|0?[1-9])"
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_NAMED = rf"(?P<name>{'|'.join(_MONTHS)})[a-z]*\.?"
#: A date, to its day, its month or its year.
DATES = (
    rf"{_YEAR} ?[-./年] ?{_MONTH} ?[-./月] ?{_DAY} ?日?",
    rf"{_NAMED} {_DAY},? {_YEAR}",
    rf"{_DAY} {_NAMED},? {_YEAR}",
    rf"{_YEAR} ?年 ?{_MONTH} ?月",
    rf"{_YEAR}[-./]{_MONTH}",
    rf"{_NAMED},? {_YEAR}",
    rf"{_YEAR} ?年?",
)
#: How a line says that a date is that of publication: 发布日期：2024年5月1日, 2024年6月发布, last updated: 1 May 2024.
_WORDS, _ENGLISH = (
    "(?:发布|公布|更新|印发|出版)",
    "(?:published|released|updated|issued|(?:publication|release|update) date|last update)",
)
PUBLISHED = [
    re.compile(pattern, re.IGNORECASE)
    for date in DATES
    for pattern in (
        rf"{_WORDS}(?:(?:日期|时间|于)[：:\s]*|[：:]\s*){date}(?![0-9])",
        rf"(?<![0-9]){date} ?(?:{_WORDS}|版)",
        rf"\b{_ENGLISH}(?: on| in)?[:\s]+{date}(?![0-9])",
    )
]


def edition_of(text: str) -> tuple[str | None, str]:
    """When a publication was published, as far as its title says, and a remark: on its day, in the year of a yearbook, or in
    the year after the one that it reports."""
    if day := DAY.search(text):
        return day[0], f"{CONFIRM}: the date in its title"
    if day := is_date(text) or _published(text):
        return _iso(day), f"{CONFIRM}: the date in its title"
    return _by_name(text)


def is_date(text: str) -> re.Match | None:
    """A text that is a date and nothing else."""
    return next((match for date in DATES if (match := re.fullmatch(date, text, re.IGNORECASE))), None)


def edition_in(lines: Iterable[str]) -> tuple[str | None, str]:
    """When what stands in a file was published, as far as a line of it says, or its title or its name, and a remark."""
    lines = list(dict.fromkeys(lines))
    dated = ((_iso(day), f"{CONFIRM}: {line}") for line in lines if (day := _published(line)))
    named = (found for line in lines if (found := _by_name(line))[0])
    return next(dated, None) or next(named, (None, "when it was published: 2024, 2024-03 or 2024-03-01"))


def _by_name(text: str) -> tuple[str | None, str]:
    year = next(iter(re.findall(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])", text)), None)
    if year and YEARBOOK.search(text):
        called = YEARBOOK_OF.search(text)
        year = re.search("(?:19|20)[0-9]{2}", called[0])[0] if called else year
        return year, f"{CONFIRM}: a yearbook is called by the year in which it is published"
    if year and REPORT.search(text):
        return str(int(year) + 1), f"{CONFIRM}: the year after the one that it reports"
    return None, f"when it was published{f', after {year}' if year else ''}"


def _published(text: str) -> re.Match | None:
    return next((match for pattern in PUBLISHED if (match := pattern.search(text))), None)


def _iso(date: re.Match) -> str:
    said = date.groupdict()
    month = _MONTHS.index(said["name"].lower()) + 1 if said.get("name") else said.get("m")
    return "-".join([said["y"], *(f"{int(part):02d}" for part in (month, said.get("d")) if part)])
