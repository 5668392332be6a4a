"""Which unit a printed text states.

English puts spaces between words, but its units are words like any other: `persons` in a label counts nothing. A label
prints one in brackets, after a dividing mark, after `in` or `unit`, or as all that it says, and nothing goes on behind
it: `yuan per month` is another unit. Chinese has no spaces: there a unit is printed where labels and unit lines put it,
in brackets, after a dividing mark, or at the end of a label. A unit of one character is part of many words (人 in
参保人, 个 in 个人账户): it is a unit in brackets or after a mark only. In both a number or a multiplier before a unit
makes another one: `10,000 yuan` is not yuan, whether or not anybody knows it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from functools import cache, lru_cache

HAN = "\u3400-\u4dbf\u4e00-\u9fff"
#: What begins and ends a unit in Chinese. `/` and `·` may stand before one, but behind one they make another unit.
OPEN, CLOSE, JOIN = r"(\[{〔【〖〈", r")\]}〕】〗〉", "/·"
MARK = r",:;、。|\-\u2010-\u2015\s"
EDGE = OPEN + CLOSE + JOIN + MARK
FOOTNOTES, DOTS = "[\u2460-\u2473*†‡]+", "[\u2022\u2027\u2219\u22c5\u30fb]"
#: Spaces between single characters pad a word: 人 数 is 人数, and 北 京 is 北京.
PADDING = rf"(?<![^{EDGE}])([{HAN}])\s+(?=[{HAN}](?![^{EDGE}]))"
#: With one of these before it a text is another unit, or an amount: 百万元, 10万元, 每万人.
NUMERALS = "0-9零一二三四五六七八九十百千万亿每"
#: The same in English: 10,000 yuan, '000 persons, thousands of yuan, bn yuan, RMB million, US$ million.
MULTIPLIER = r"(?:tens?|hundreds?|thousands?|millions?|billions?|trillions?|thsd|tn|bn|bln|mn|mln|mio)"
FOREIGN = r"(?:(?:US|HK)?\s?[$€£]|(?:US|HK|U\.S\.)?\s?dollars?|USD|HKD|EUR|GBP|JPY|euros?)"
CURRENCY = rf"(?:{FOREIGN}|¥|yuan|renminbi|RMB|CNY)"
FACTOR = rf"(?:\d(?:\s*(?:[kmb]|{MULTIPLIER})\b)?|\b[km]|\b{MULTIPLIER}(?:\s+of)?|\b{CURRENCY}|[$€£¥百千万亿萬億])(?:\s+|-)?$"
#: What goes on behind a unit and makes it another one.
PER = rf"[\s,;(]*(?:[/·]|\b(?:per|an?|each|every)\b|\b{MULTIPLIER}\b|\d[\d,. ]*000\b)"
#: Before and behind a unit of English words where a label or a unit line prints it.
BEFORE = rf"(?:^|[{OPEN}{HAN},:;、。|\u2010-\u2015=]|\s[-/]\s|\bin\b|\bunits?\b(?:[^.;]*\b(?:is|are)\b)?)\s*$"
BEHIND = rf"\s*(?:$|[{CLOSE}{OPEN},:;、。|\u2010-\u2015]|\.(?:\s|$)|\s-\s|\s(?:in\s+)?(?:19|20)\d\d\b)"
#: What a title says of all its figures, not of one thing among others.
FOR_ALL = rf"(?:[{OPEN}:=]|\bunits?\b(?:[^.;]*\b(?:is|are)\b)?)\s*(?:in\s+)?$"
#: Texts that are built as units are, whether or not they are known.
NOUN = r"(?:persons?|people|inhabitants|households?|times|cases)"
PERIOD = r"(?:person|head|capita|household|month|year|quarter|day|annum|m|a)"
LIKE_A_UNIT = re.compile(
    rf"""(?:in\s+)?
    (?=.*(?:{MULTIPLIER}\b|{CURRENCY}|(?<!\d)000|\d[,.\ ]000|10{{3,}}|\b{NOUN}\b))
    (?:(?:[\d,.'\u2019^×百千万亿萬億]|{MULTIPLIER}\b|{CURRENCY}|\b{NOUN}\b|\bof\b|\b[km]\b)[\s-]*)+
    (?:(?:/|·|\b(?:per|an?|each|every)\b|,)\s*{PERIOD}\b\s*)*""",
    re.IGNORECASE | re.VERBOSE,
)
HAN_UNIT = (
    "(?:[0-9,. ]*[十百千万亿萬億]+(?:美|港|欧|歐|日|澳)?(?:元|圆|圓|人|户|戶|人次|件|个|個)|(?:美|港|欧|歐|日|澳)?[元圆圓])"
    f"(?:人民币|人民幣)?(?:[{JOIN}(（每].*)?"
)
HAN_END = (
    "[百千万亿萬億]+(?:美|港|欧|歐|日|澳)?[元圆圓](?:人民币|人民幣)?(?:/[人月年户季日·]+)?$|[元圆圓](?:人民币|人民幣)$"
)


def prints(text: str, unit: str, known: Sequence[str]) -> bool:
    """Whether `text` holds `unit` as a unit; `known`: all unit texts, of which a longer one goes before its parts.

    English words may stand anywhere outside brackets, where `printed_units` is strict.
    """
    if _is_english(unit):
        folded, inside = _folded(text), rf"[{OPEN}][^{CLOSE}]*$"
        return any(
            _is_printed(folded, at) or not (_is_bare(_folded(unit)) or re.search(inside, folded[: at[0]]))
            for at in _words(folded, unit, known)
        )
    return _prints_sign(text, unit, known)


def printed_units(text: str, known: Sequence[str]) -> list[str]:
    """The longest of the units `known` that `text` prints where units stand; several if it prints several of one length.

    Capitals make no difference, unless both spellings are known.
    """
    stated = all_printed(text, known)
    longest = max(map(len, stated), default=0)
    return [unit for unit in stated if len(unit) == longest]


def all_printed(text: str, known: Sequence[str]) -> list[str]:
    """The units `known` that `text` prints where units stand, of whatever length."""
    return [*_stated(text, tuple(known), _is_printed)]


def stated_for_all(text: str, known: Sequence[str]) -> list[str]:
    """The units that a title or a note states for all that it speaks of: in brackets or in a unit line.

    In running English a unit's words may mean anything else (`persons`, `times`).
    """

    return [*_stated(text, tuple(known), _is_for_all)]


def unknown_unit(text: str, known: Sequence[str]) -> str | None:
    """What `text` prints as a unit, in brackets, at the end of a Chinese label or in a unit line, and nobody knows."""
    folded = _folded(text)
    inside = re.findall(rf"[{OPEN}]([^{OPEN}{CLOSE}]*(?:\([^)]*\))?[^{OPEN}{CLOSE}]*)[{CLOSE}]", folded)
    parts = [part for bracket in inside for part in (bracket, *re.split("[:;]", bracket)) if part.strip()]
    parts += re.findall(r"(?:\bunits?|单位)\s*[:=为是]\s*([^.;。]+)", folded, re.I)
    if all_printed(text, known):
        return None
    ends = re.findall(rf"(?:\bin|[{HAN},;:])\s+([^,;:]+)$", folded, re.I)
    parts += [part for part in ends if re.search(rf"{MULTIPLIER}\b|{CURRENCY}|\d", part, re.I)]
    for part in parts:
        part = re.sub(r"^(?:计量单位|单位|units?\b)\s*[:=为是]?\s*", "", part.strip(), flags=re.I)
        if LIKE_A_UNIT.fullmatch(part) or re.fullmatch(HAN_UNIT, part):
            return part
    ends = re.search(HAN_END, re.sub(rf"\s*[{OPEN}].*$", "", folded))
    return ends[0] if ends else None


# The title of a page is asked with each of its labels.
@lru_cache(maxsize=10_000)
def _stated(text: str, known: tuple[str, ...], is_there: Callable[[str, tuple[int, int]], bool]) -> tuple[str, ...]:
    folded = _folded(text)
    stated = [
        unit
        for unit in known
        if (
            any(is_there(folded, at) for at in _words(folded, unit, known))
            if _is_english(unit)
            else _prints_sign(text, unit, known)
        )
    ]
    # Of units that differ in capitals or in width alone, the one spelled as the text spells it, else the plain one.
    spelled = {unit: (unit in text, _folded(unit) in folded, unit == _folded(unit)) for unit in stated}
    best: dict[str, tuple] = {}
    for unit in stated:
        key = _folded(unit).casefold()
        best[key] = max(best.get(key, ()), spelled[unit])
    return tuple(unit for unit in stated if spelled[unit] == best[_folded(unit).casefold()])


def are_one(unit: str, other: str) -> bool:
    """Whether two unit texts differ in width, dots or padding at most: 元／月 is 元/月."""
    return _folded(unit) == _folded(other)


def _is_english(unit: str) -> bool:
    return not re.search(f"[{HAN}]", unit) and re.search(r"\w", unit) is not None


def _is_bare(unit: str) -> bool:
    """Whether a unit is a multiplier alone: `million` counts what its neighbour says."""
    return re.fullmatch(rf"(?:[\d,. ]|{MULTIPLIER})+", unit, re.I) is not None


def _words(text: str, unit: str, known: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where `unit`, of English words, stands in the folded `text` and is no part of another unit or of an amount."""
    lower, unit = text.casefold(), _folded(unit)
    if unit.casefold() not in lower:
        return
    others = [other for other in (_folded(text).casefold() for text in known) if other in lower]
    # A word goes on with letters, but Chinese may stand right before it.
    for found in re.finditer(rf"(?<![^\W{HAN}])(?<!/){re.escape(unit)}(?![\w/])", text, re.I):
        before, behind = text[: found.start()], text[found.end() :]
        is_part = any(len(o) > len(unit) and _covers(o, lower, found.start(), len(unit)) for o in others)
        of_another = re.search(FACTOR, before, re.I) or re.match(PER, behind, re.I)
        below = before.rstrip().endswith("/") and before.rstrip("/ ").casefold().endswith(tuple(others))
        # A multiplier alone counts what the indicator is measured in, unless other money stands beside it.
        apart = rf"[\s,;:{OPEN}{CLOSE}]*"
        of_foreign = _is_bare(unit) and (
            re.search(f"{FOREIGN}{apart}$", before, re.I) or re.match(apart + FOREIGN, behind, re.I)
        )
        if not (is_part or of_another or below or of_foreign):
            yield found.span()


def _is_printed(text: str, at: tuple[int, int]) -> bool:
    """Whether English words stand where a label or a unit line prints a unit."""
    start, end = at
    return re.search(BEFORE, text[:start], re.I) is not None and re.match(BEHIND, text[end:], re.I) is not None


def _is_for_all(text: str, at: tuple[int, int]) -> bool:
    """Whether what is printed there is said of all figures."""
    return _is_printed(text, at) and re.search(FOR_ALL, text[: at[0]], re.I) is not None


def _prints_sign(text: str, unit: str, known: Sequence[str]) -> bool:
    """Whether `text` prints a unit of Chinese characters, or a sign, which stands behind anything but a number."""
    joined = _joined(unit)
    if joined not in _joined(text):
        return False
    if not re.search(f"[{HAN}]", joined):
        return re.search(rf"(?<![\d/]){re.escape(_folded(unit))}(?![\w/])", _folded(text)) is not None
    text, unit = _joined(text), joined
    others = [other for other in map(_folded, known) if other in text]
    places = [found.start() for found in re.finditer(re.escape(unit), text)]
    return any(_stands(text, at, unit, others) for at in places)


def _stands(text: str, at: int, unit: str, others: list[str]) -> bool:
    """Whether the Chinese `unit` that begins at `at` is a unit there."""
    before, after = text[:at], text[at + len(unit) :]
    if any(len(other) > len(unit) and _covers(other, text, at, len(unit)) for other in others):
        return False
    ends = f"(?![^{EDGE}])"
    if before.endswith("以") and re.match(f"(为单位|计){ends}", after):
        return True
    if re.search("单位[为是]$" if len(unit) == 1 else "单位[为是]?$", before) and re.match(ends, after):
        return True
    if re.match(f"[^{EDGE}]|[{JOIN}]", after):
        return False
    if re.search(f"[{EDGE}]$", before):
        of_another = before[-1] in JOIN and any(before[:-1].endswith(other) for other in others)
        return not of_another and not re.search(r"\d\s+$", before)
    if len(unit) == 1:
        return not before and not after
    in_brackets = re.match(rf"[{CLOSE}]", after)
    return not before or not (in_brackets or re.search(f"[{NUMERALS}]$", before))


def _covers(other: str, text: str, at: int, length: int) -> bool:
    found = (match.start() for match in re.finditer(re.escape(other), text))
    return any(start <= at and at + length <= start + len(other) for start in found)


@cache
def _joined(text: str) -> str:
    """The folded `text` with nothing beside what joins the parts of a unit: 元 / 月 is 元/月."""
    return re.sub(rf"\s*([{JOIN}])\s*", r"\1", _folded(text))


@cache
def _folded(text: str) -> str:
    """`text` without differences of width, of dots, of footnote marks and of padding."""
    text = unicodedata.normalize("NFKC", re.sub(FOOTNOTES, " ", text))
    return re.sub(PADDING, r"\1", re.sub(DOTS, "·", text)).strip()
