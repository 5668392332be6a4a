"""From the text of a row label to the code of an area: names, former names and declared aliases of the code lists.

    names = AreaNames(lists)
    names.find("北 京", year=2020)                    -> Match(codes=("110000",))
    names.find("Gulou District", 2020, parent="320100") -> the one of Nanjing
    names.find("辽宁省沈阳市铁西区")                   -> the one of Shenyang
    names.meant("桥东区", 2008)                        -> the three that bore the name then: nobody knows which is meant
    names.meant("桥东区", 2022)                        -> the one that still does

A text is compared without blanks, case and marks: `北　京`, `北京` and `北京市` are one. Words for the town, its suburbs or
its mines name an area only within a parent. Pure; built once for the lists of a run, one look-up a label.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from validations.code_lists import CodeLists

#: The peoples after whom autonomous areas are named (GB/T 3304), those that are called so without 族 as well last.
PEOPLES = (
    "回|藏|苗|侗|土家|土|彝|壮|布依|朝鲜|满|傣|景颇|傈僳|白|哈尼|羌|瑶|黎|水|仡佬|畲|拉祜|佤|纳西|独龙|怒|普米|撒拉|保安|东乡"
    "|裕固|达斡尔|鄂温克|毛南|仫佬|布朗|各"
)
BARE_PEOPLES = "维吾尔|蒙古|哈萨克|柯尔克孜|塔吉克|锡伯"
#: What may be left out at the end of a Chinese name, longest first; the peoples before it go with it.
KIND = re.compile(
    rf"(?:(?:{PEOPLES}|{BARE_PEOPLES})族|{BARE_PEOPLES})*"
    r"(?:特别行政区|自治区|自治州|自治县|自治旗|地区|省|市|县|区|盟|旗)$"
)
#: The same without the peoples: 内蒙古 bears one in its name.
BARE_KIND = re.compile(r"(?:特别行政区|自治区|自治州|自治县|自治旗|地区|省|市|县|区|盟|旗)$")
#: The same in English, after any people.
KIND_EN = re.compile(
    r" (?:province|municipality|city|autonomous region|prefecture|league|shi|sheng|"
    r"(?:zhuang|hui|uygur|uyghur) autonomous region)$"
)
RANK = {"country": 0, "province": 1, "corps": 1, "group": 2, "prefecture": 3, "county": 4}
#: A year in which an area is valid that has not ended.
NOW = 9999


@dataclass(frozen=True)
class Match:
    """Codes that a text may mean, widest area first: none, one, or several that only a person or a parent can tell apart."""

    text: str
    codes: tuple[str, ...]
    candidates: tuple[str, ...] = ()

    @property
    def code(self) -> str | None:
        """The one code; None where there is none, or more than one."""
        return self.codes[0] if len(self.codes) == 1 else None

    @property
    def expected(self) -> str:
        """What a fault says of a text that names no single area."""
        if not self.codes:
            return "an area of area.csv, by a name or an alias of area_alias.csv"
        told = "name the code, or the parent that it lies in; or the map that the source counts on, area_map"
        return f"one area; the name is that of {', '.join(self.candidates)}: {told}"


def key(text: str) -> str:
    """A name as it is compared: one width, no case, no blanks in Chinese, no marks but those between English words."""
    text = unicodedata.normalize("NFKC", text).lower()
    if re.search(r"[\u3400-\u9fff]", text):
        return re.sub(r"[\s·.,*#]+", "", text)
    return " ".join(re.sub(r"[^a-z0-9üê]+", " ", text.replace("'", "")).split())


def short_forms(name: str) -> list[str]:
    """A name, and the name without its kind where that leaves two characters or more; 临夏州 of 临夏回族自治州."""
    text = key(name)
    if re.search(r"[\u3400-\u9fff]", text):
        stems = [KIND.sub("", text), BARE_KIND.sub("", text)]
        stems += [stem + of[1] for stem in stems[:1] if (of := re.search("自治([州县旗])$", text))]
        return [text, *dict.fromkeys(stem for stem in stems if len(stem) >= 2 and stem != text)]
    stem = KIND_EN.sub("", text)
    return [text, stem] if stem != text else [text]


class AreaNames:
    """Every name of every area of the code lists. Raises nothing: what a text does not say is in the `Match`."""

    def __init__(self, lists: CodeLists):
        self._records = {record["code"] or "": record for record in lists.records["area"]}
        #: Spans of years by text and code; the text as a whole before the text without its kind.
        self._full: dict[str, dict[str, list[tuple[int, int]]]] = defaultdict(lambda: defaultdict(list))
        self._short: dict[str, dict[str, list[tuple[int, int]]]] = defaultdict(lambda: defaultdict(list))
        lives = lists.records.get("area_life", [])
        several = {life["area"] for life in lives}
        for record in [*lists.records["area"], *lives]:
            code = record.get("code") or record.get("area") or ""
            if code in several and "code" in record:
                span = (9999, 0)  # its lives say when it bore which name
            else:
                span = (int((record["valid_from"] or "0000")[:4]), int((record["valid_to"] or "9999")[:4]))
            if self._records[code]["code_system"] == "GB/T 2260" and span[0] == 1981:
                span = (0, span[1])
            for name in (record["name_zh"] or "", record["name_en"] or ""):
                first, *shorter = short_forms(name)
                self._full[first][code].append(span)
                for text in shorter:
                    self._short[text][code].append(span)
        for alias in lists.records.get("area_alias", []):
            self._full[key(alias["text"] or "")][alias["area"] or ""].append((0, NOW))
        self._passed: dict[str, set[str]] = defaultdict(set)
        for record in lists.records.get("area_successor", []):
            self._passed[record["area"] or ""].add(record["successor"] or "")

    def meant(self, text: str, year: int | None = None, within: Sequence[str] = ()) -> Match:
        """The areas that `text` names where it is printed for a `year`: those that bore the name in it, else those that
        bear it now, else those that ever did; `within`: first those in the first of these areas that has any.

        The name of a province is that of the province in every year."""
        today = self.find(text, NOW)
        if year is None or (not within and today.code and RANK.get(self._level(today.code), 9) <= RANK["province"]):
            tries = [(None, area) for area in (*within, None)]
        else:
            tries = [(of, area) for area in (*within, None) for of in (year, NOW)]
            tries += [(None, area) for area in (*within, None)]
        matches = (self.find(text, of, area) for of, area in tries)
        return next((match for match in matches if match.codes), Match(text, ()))

    def readings(self, text: str, within: Sequence[str] = ()) -> list[tuple[int, Match]]:
        """What a text names (`meant`) from which year on, the first from year 0; one of a name that always was the same
        area's."""
        found = [(0, self.meant(text, 0, within))]
        for year in sorted({year for year in self._turns(key(text)) if 0 < year < NOW}):
            if (match := self.meant(text, year, within)).codes != found[-1][1].codes:
                found.append((year, match))
        return found

    def ever(self, text: str, within: Sequence[str] = ()) -> Match:
        """All areas that a text names in some year."""
        matches = [match for _, match in self.readings(text, within)] + [self.meant(text, None, within)]
        return self._told(text, list(dict.fromkeys(code for match in matches for code in match.codes)))

    def _turns(self, wanted: str) -> Iterator[int]:
        """The years from which on a name, or one of the names of a path, may be another area's."""
        for names, name in ((self._full, wanted), (self._short, wanted), (self._full, KIND_EN.sub("", wanted))):
            for spans in names.get(name, {}).values():
                yield from (year for first, last in spans for year in (first, last + 1))
        for first, rest in self._split(wanted):
            yield from (*self._turns(first), *self._turns(rest))

    def find(self, text: str, year: int | None = None, parent: str | None = None) -> Match:
        """The areas that `text` names. `year`: valid in it, else rather now; `parent`: those that lie
        in it, at any depth, or else are it."""
        wanted = key(text)
        without_kind = KIND_EN.sub("", wanted)
        found: list[str] = []
        for names, name in ((self._full, wanted), (self._short, wanted), (self._full, without_kind)):
            spans = names.get(name, {})
            codes = [c for c, s in spans.items() if year is None or any(a <= year <= b for a, b in s)]
            codes = [c for c in codes if parent is None or self._lies_in(c, parent)]
            if year is not None:
                # In the year in which one passes into another, both bear the name: it is that of the later one.
                codes = [c for c in codes if not (self._passed[c] & {*codes} and max(b for _, b in spans[c]) == year)]
            if year is None:
                # Of those that bore a name at some time, those that bear it now.
                codes = [c for c in codes if any(b == NOW for _, b in spans[c])] or codes
            # A text that says its kind says which of them: Jilin Province.
            inner = [c for c in codes if c != parent] if name == wanted else codes
            if inner:
                return self._match(text, inner)
            found = found or codes
        # Within Jilin 吉林 is the city; what nothing in it is called is the province itself.
        return self._match(text, found) if found else self._along(text, wanted, year, parent)

    def _along(self, text: str, wanted: str, year: int | None, parent: str | None) -> Match:
        """The area at the end of a text that begins with one that it lies in: 河北省石家庄市长安区, Hebei Shijiazhuang."""
        for first, rest in self._split(wanted):
            outer = self.find(first, year, parent).code
            if outer and (inner := self.find(rest, year, outer)).codes:
                return replace(inner, text=text)
        return Match(text, ())

    def _split(self, wanted: str) -> Iterator[tuple[str, str]]:
        """A path, split behind a name that it begins with, the longest first."""
        for end in range(len(wanted) - 1, 1, -1):
            first, rest = wanted[:end].strip(), wanted[end:].strip()
            is_word = wanted[end - 1] > "\u3400" or " " in wanted[end - 1 : end + 1]
            if is_word and (first in self._full or first in self._short):
                yield first, rest

    def _match(self, text: str, codes: list[str]) -> Match:
        """The widest of areas that lie in one another: Jilin is the province before the city in it."""
        codes.sort(key=lambda code: (RANK.get(self._level(code), 9), code))
        widest = codes[0]
        return self._told(text, [widest] if all(self._lies_in(code, widest) for code in codes) else codes)

    def _told(self, text: str, codes: list[str]) -> Match:
        """The areas as a message tells them, with the last year of one that is no more."""
        told = []
        for record in (self._records[code] for code in codes):
            until = f" (to {str(record['valid_to'])[:4]})" if record["valid_to"] else ""
            told.append(f"{record['code']} {record['name_en']} {record['name_zh']}{until}")
        return Match(text, tuple(codes), tuple(told))

    def _level(self, code: str) -> str:
        return self._records[code]["level"] or ""

    def _lies_in(self, code: str, wider: str) -> bool:
        at: str | None = code
        for _ in RANK:
            if at is None or at == wider:
                break
            at = self._records[at]["parent"] if at in self._records else None
        return at == wider
