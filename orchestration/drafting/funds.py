"""What a page of insurance funds says shorter than other pages: a fund by the scheme whose it is, its revenue as 收入 alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from orchestration.drafting.page_rows import plain
from orchestration.drafting.words import Words
from orchestration.intake.spellings import Said

#: A fund, or several together: 失业保险基金, 社会保险基金合计, Unemployment insurance fund.
FUND = re.compile(r"(?P<of>.+?)基金(?:合计|总计|小计)?|(?P<en>.*\bfunds?\b.*)", re.IGNORECASE)
#: The word itself, and what says that they are all of one kind.
WORDS = re.compile(r"[\s,]*\b(?:funds?|total(?: of)?)\b|^各项", re.IGNORECASE)
#: What a page is of that has revenue and expenditure of other accounts.
OF_ACCOUNTS = re.compile("公共预算|政府性基金|国有资本|财政收支|public budget|government funds", re.IGNORECASE)
#: What a scheme of a fund may say.
OF_SCHEMES = {"scheme", "pop_group"}


def fund(text: str, label: Callable[[str], Said | None], words: Words) -> Said | None:
    """The scheme that a fund is of, which a text names and nothing else. `label`: what a label says."""
    found = FUND.fullmatch(plain(text))
    if not found:
        return None
    said = label(WORDS.sub("", found["of"] or found["en"]).strip())
    return said if said and said.keys() <= OF_SCHEMES and words.insures(said.get("scheme")) else None


def is_fund(text: str) -> bool:
    """Whether a text is called a fund."""
    return FUND.fullmatch(plain(text)) is not None


def is_of_funds(lines: Iterable[str], words: Words) -> bool:
    """Whether the lines of a page name funds of insurances, and no other account."""
    lines = [plain(line) for line in lines]
    named = (
        words.within(line, ["scheme"]).get("scheme")
        for line in lines
        if re.search(r"基金|\bfunds?\b", line, re.IGNORECASE)
    )
    return any(map(words.insures, named)) and not any(map(OF_ACCOUNTS.search, lines))


def of_a_fund(text: str, names: Callable[[str, str], Said | None]) -> Said | None:
    """What of a fund a label names as if it were said: 收入 is 基金收入, Expenditure is Fund expenditure. `names`: what of a
    dimension a text is a name for."""
    return names(f"基金{text}", "indicator") or names(f"fund {text}", "indicator")
