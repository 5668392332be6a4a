"""What printed texts say: names of the code lists, periods and units, and the spellings that a descriptor declares."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from validations import plain_text
from validations.area_names import AreaNames, Match
from validations.code_lists import CodeLists
from validations.contracts import LIST_OF
from validations.dimensions import DIMENSIONS
from validations.labels import UNIT, UNREAD, Label, Note, held_by, parts_of

#: What a text says: codes by dimension, a unit text under UNIT; UNREAD where it is not to be read.
Said = dict[str, str]
#: Code lists, each with what is read over, whose names are kept: all sources of a run share one or two.
OF_LISTS = 8
#: Names of areas of which it is kept whose they were in which year.
NAMES = 20_000
PERIODS_HELD = ("time_period", "base_period")
_YEAR, _QUARTER = "(?P<y>(?:19|20)[0-9]{2})", "(?P<q>[1-4一二三四])"
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
#: Spans of a year that begin with it, and the month that ends them.
_SPANS = {
    "上半年": 6, "1[-\u2010-\u2014~～至到]2季度": 6, "前(?:三|3)个?季度": 9, "1[-\u2010-\u2014~～至到]3季度": 9,
    "(?:the )?first half(?: year)?": 6, "(?:the )?first (?:three|3) quarters": 9,
}  # fmt: skip
_SPAN = "|".join(_SPANS)
_PERIODS = [
    rf"{_YEAR} ?年?度?",
    rf"{_YEAR} ?(?:年度?|[.\-/]) ?(?P<m>0?[1-9]|1[0-2]) ?月?",
    rf"{_YEAR}(?P<compact>0[1-9]|1[0-2])",
    rf"{_YEAR}[- ]?M(?P<coded>0?[1-9]|1[0-2])",
    rf"{_YEAR} ?年 ?0?1 ?月?[-\u2010-\u2014~～至到] ?(?P<since>0?[2-9]|1[0-2]) ?月份?(?:累计)?",
    rf"{_YEAR} ?年? ?(?P<span>{_SPAN})|(?P<span2>{_SPAN}) ?(?:of|,)? ?{_YEAR.replace('<y', '<y3')}",
    rf"{_YEAR} ?年? ?第?{_QUARTER} ?季度?|{_YEAR.replace('<y', '<y2')}[- ]?Q{_QUARTER.replace('<q', '<q2')}",
    rf"(?:jan[a-z]*\.? ?(?:[-\u2010-\u2014]|to) ?)?(?P<name>{'|'.join(_MONTHS)})[a-z]*\.?(?:,? |-){_YEAR}",
]
_SINCE = re.compile(
    rf"{_SPAN}|(?<![0-9])0?1 ?月?[-\u2010-\u2014~～至到] ?(?:[2-9]|0[2-9]|1[0-2]) ?月"
    rf"|\bjan[a-z]*\.? ?(?:[-\u2010-\u2014]|to) ?(?:{'|'.join(_MONTHS[1:])})",
    flags=re.IGNORECASE,
)
#: An area by its code and its name, in either order.
_CODE = "(?P<code>[0-9]{6}|[0-9]{4}|[0-9]{2})"
_CODED_AREA = [
    re.compile(pattern, re.ASCII)
    for pattern in (rf"{_CODE}[ |/_-]*(?P<name>[^0-9]+)", rf"(?P<name>[^0-9]+?)[ |/_(（-]*{_CODE}[)）]?")
]
#: The code of a county or of a wider area among those of villages, of nine digits or of twelve.
_CODE_IN_ZEROS = re.compile("([0-9]{6})(?:000){1,2}", re.ASCII)
_ANY_PERIOD = "|".join(f"(?:{re.sub('[?]P<[a-z0-9]+>', '?:', part)})" for part in reversed(_PERIODS))


#: Years from one to another, which are no period of a figure: 2022—2023年, 2010-2020.
_YEARS = re.compile(
    r"(?<![0-9])(?:19|20)[0-9]{2} ?年?度? ?(?:[-\u2010-\u2015~～至到]+|\bto\b) ?(?:19|20)[0-9]{2}(?![0-9])(?: ?年(?! ?[0-9])度?)?",
    re.ASCII,
)


def period(text: str) -> str | None:
    """The period that a text names: `2024年`, `2024`, `2024年3月`, `2024年第1季度`, `2024Q1`, `March 2024`; of `2024年1-9月`
    and `2024年上半年` the last month."""
    for pattern in _PERIODS:
        if found := re.fullmatch(pattern, text.strip(), flags=re.ASCII | re.IGNORECASE):
            said = found.groupdict()
            year, quarter = said.get("y") or said.get("y2") or said.get("y3"), said.get("q") or said.get("q2")
            if span := said.get("span") or said.get("span2"):
                return (
                    f"{year}-{next(end for text, end in _SPANS.items() if re.fullmatch(text, span, re.IGNORECASE)):02d}"
                )
            if said.get("name"):
                return f"{year}-{_MONTHS.index(said['name'].lower()) + 1:02d}"
            if month := said.get("m") or said.get("compact") or said.get("coded") or said.get("since"):
                return f"{year}-{int(month):02d}"
            return f"{year}-Q{' 一二三四'.find(quarter) if quarter in '一二三四' else quarter}" if quarter else year
    return None


def since_january(text: str) -> bool:
    """Whether a text holds a span of months that begins with the year: what it says is counted from there."""
    return _SINCE.search(text) is not None


def period_in(text: str) -> str | None:
    """The first period that stands anywhere in a text: 2020年1月 in `2020年1月民政统计月报`; one of a range of years is none."""
    found = re.search(rf"(?<![0-9])(?:{_ANY_PERIOD})(?![0-9])", _YEARS.sub(" ", text), flags=re.ASCII | re.IGNORECASE)
    return period(found[0].strip()) if found else None


@dataclass(frozen=True)
class Spellings:
    """How the texts of one table are read. `over`: what is read over in them; `within`: the areas, the narrowest first, to
    which a name that several areas share belongs; `year`: in which an area bore the name, now where it is not told."""

    lists: CodeLists
    over: frozenset[str]
    within: tuple[str, ...] = ()
    year: int | None = None

    def plain(self, text: str) -> str:
        return plain_text.read(text, self.over)

    def says(self, text: str, entry: Label | Note) -> Said | None:
        """What a text says, as an entry declares; None if it is none of its texts."""
        text, codes = self.plain(text), self._declared(entry)
        held = entry.holds if isinstance(entry, Label) else entry.label
        if text in codes:
            return self._coded(codes[text], held)
        if not isinstance(held, str):
            return None
        names = parts_of(held)[1::2]
        if len(names) == 1 and not "".join(parts_of(held)[0::2]):
            return self._part(names[0], text, codes)
        return self._matched(text, held, codes)

    def _declared(self, entry: Label | Note) -> dict[str, object]:
        return {self.plain(text): said for text, said in entry.codes.items()}

    def _coded(self, said: object, held: object) -> Said:
        if isinstance(said, dict):
            return dict(said)
        names = held_by(held) if isinstance(held, str) else list(held or [])
        return {UNREAD: ""} if said == UNREAD else {names[0]: str(said)}

    def _part(self, name: str, text: str, codes: Mapping[str, object]) -> Said | None:
        """What `text` says of the dimension `name`, or as a unit."""
        if name == UNREAD:
            return {UNREAD: ""}
        if text in codes:
            return self._coded(codes[text], name)
        if name in (said := self._texts.get(text.casefold(), {})):
            return dict(said)
        found = period(text) if name in PERIODS_HELD else self._names[name].get(text.casefold())
        if name == "ref_area" and (match := self.meant(text)).codes:
            found = match.code
        elif found is None and name == "ref_area":
            found = self._coded_area(text)
        if name == "time_period" and found and since_january(text):
            return {name: found, "time_basis": "year_to_date"}
        return None if found is None else {name: found}

    def of_period(self, period: str | None) -> Spellings:
        """The same for what is printed for a period, where no year is told for all."""
        found = re.match("[0-9]{4}", period or "", flags=re.ASCII)
        return replace(self, year=int(found[0])) if found and self.year is None else self

    def meant(self, text: str) -> Match:
        """The areas that a text names."""
        return self._areas.meant(self.plain(text), self.year, self.within)

    def readings(self, text: str) -> list[tuple[int, Match]]:
        """What a text names from which year on, where no year is told for all."""
        text = self.plain(text)
        return _readings(self.lists, text, self.within) if self.year is None else [(0, self.meant(text))]

    def _coded_area(self, text: str) -> str | None:
        """The area of a text that prints its name and its code, or the digits that its code begins with, where both say the
        same one: `石家庄市|1301`, `110000 北京市`; or its code among those of villages, which goes on in zeros."""
        if (long := _CODE_IN_ZEROS.fullmatch(text)) is not None:
            return long[1] if long[1] in self.lists.codes("area") else None
        found = next((match for pattern in _CODED_AREA if (match := pattern.fullmatch(text))), None)
        code = f"{found['code']:0<6}" if found else ""
        is_one = code in self.lists.codes("area") and code in self._areas.ever(found["name"], (code,)).codes
        return code if is_one else None

    def _matched(self, text: str, held: str, codes: Mapping[str, object]) -> Said | None:
        pattern = ""
        for index, part in enumerate(parts_of(held)):
            if index % 2 == 0:
                # A blank of the pattern is one that may have been read over.
                pattern += r"\s*".join(map(re.escape, re.split(r"\s+", self.plain(part) if part.strip() else part)))
            elif part == UNREAD:
                pattern += ".*"
            else:
                pattern += f"(?P<{part}>{_ANY_PERIOD if part in PERIODS_HELD else self._any(part, tuple(codes))})"
        found = re.fullmatch(pattern, text, flags=re.IGNORECASE)
        if found is None:
            return None
        said: Said = {}
        for name, part in found.groupdict().items():
            one = self._part(name, part.strip(), codes)
            if one is None:
                return None
            said |= one
        return said

    def _any(self, name: str, declared: Collection[str]) -> str:
        worded = [text for text, said in self._texts.items() if name in said]
        known = {*self._names[name], *worded, *(text.casefold() for text in declared)}
        texts = sorted(known, key=len, reverse=True)
        return "|".join(map(re.escape, texts)) or r"[^\s\S]"

    def shared(self, text: str) -> str:
        """What to say of a text that is the name of several areas; nothing of any other."""
        match = self.meant(text)
        return f"{match.expected}; the parent stands in defaults: ref_area" if len(match.codes) > 1 else ""

    @property
    def _texts(self) -> dict[str, Said]:
        return _texts(self.lists, self.over)

    @property
    def _areas(self) -> AreaNames:
        return area_names(self.lists)

    @property
    def _names(self) -> dict[str, dict[str, str]]:
        return _names(self.lists, self.over)


@cache
def _known(text: str, over: frozenset[str]) -> str:
    return plain_text.read(text, over).casefold()


@lru_cache(maxsize=OF_LISTS)
def _texts(lists: CodeLists, over: frozenset[str]) -> dict[str, Said]:
    return {_known(text, over): said for text, said in lists.label_texts().items()}


@lru_cache(maxsize=OF_LISTS)
def area_names(lists: CodeLists) -> AreaNames:
    """Every name of every area of the lists, looked up once for all that ask."""
    return AreaNames(lists)


@lru_cache(maxsize=NAMES)
def _readings(lists: CodeLists, text: str, within: tuple[str, ...]) -> list[tuple[int, Match]]:
    return area_names(lists).readings(text, within)


@lru_cache(maxsize=OF_LISTS)
def _names(lists: CodeLists, over: frozenset[str]) -> dict[str, dict[str, str]]:
    """Names by what they name: of each code list the names in both languages and the codes."""
    found: dict[str, dict[str, str]] = {UNIT: {_known(t, over): t for t in lists.codes("unit_text")}}
    for dimension in DIMENSIONS:
        codelist = LIST_OF.get(dimension, dimension)
        records = lists.records.get(codelist) or [r for r in lists.records["code"] if r["codelist"] == codelist]
        named: dict[str, dict[str, Mapping]] = {}
        for record in records:
            for key in ("code", "name_en", "name_zh"):
                if record.get(key):
                    named.setdefault(_known(str(record[key]), over), {})[str(record["code"])] = record
        words = lists.label_words(dimension).items()
        found[dimension] = {_known(text, over): code for text, code in words}
        found[dimension] |= {name: code for name, same in named.items() if (code := _meant(same))}
    return found


def _meant(same: Mapping[str, Mapping]) -> str | None:
    """The code that a name means: of several that bear it, the only one still in use; else none."""
    codes = list(same) if len(same) == 1 else [code for code, record in same.items() if not record.get("valid_to")]
    return codes[0] if len(codes) == 1 else None
