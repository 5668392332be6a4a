"""When a publication was published, as far as its title tells."""

from __future__ import annotations

import re

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


def edition_of(text: str) -> tuple[str | None, str]:
    """When a publication was published, as far as its title says, and a remark: on its day, in the year of a yearbook, or in
    the year after the one that it reports."""
    if day := DAY.search(text):
        return day[0], f"{CONFIRM}: the date in its title"
    year = next(iter(re.findall(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])", text)), None)
    if year and YEARBOOK.search(text):
        return year, f"{CONFIRM}: a yearbook is called by the year in which it is published"
    if year and REPORT.search(text):
        return str(int(year) + 1), f"{CONFIRM}: the year after the one that it reports"
    return None, f"when it was published{f', after {year}' if year else ''}"
