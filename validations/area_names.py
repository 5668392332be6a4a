"""From the text of a row label to the code of an area: names, former names and declared aliases of the code lists.

    names = AreaNames(lists)
    names.find("北 京", year=2020)                    -> Match(codes=("110000",))
    names.find("Gulou District", 2020, parent="320100") -> the one of Nanjing
    names.find("辽宁省沈阳市铁西区")                   -> the one of Shenyang

A text is compared without blanks, case and marks: `北　京`, `北京` and `北京市` are one. Words for the town, its suburbs or
its mines name an area only within a parent. Pure; built once for the lists of a run, one look-up a label.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
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
        return (
            f"one area; the name is that of {', '.join(self.candidates)}: name the code, or the parent that it lies in"
        )


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
            self._full[key(alias["text"] or "")][alias["area"] or ""].append((0, 9999))

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
            if year is None:
                # Of those that bore a name at some time, those that bear it now.
                codes = [c for c in codes if any(b == 9999 for _, b in spans[c])] or codes
            # A text that says its kind says which of them: Jilin Province.
            inner = [c for c in codes if c != parent] if name == wanted else codes
            if inner:
                return self._match(text, inner)
            found = found or codes
        # Within Jilin 吉林 is the city; what nothing in it is called is the province itself.
        return self._match(text, found) if found else self._along(text, wanted, year, parent)

    def _along(self, text: str, wanted: str, year: int | None, parent: str | None) -> Match:
        """The area at the end of a text that begins with one that it lies in: 河北省石家庄市长安区, Hebei Shijiazhuang."""
        for end in range(len(wanted) - 1, 1, -1):
            first, rest = wanted[:end].strip(), wanted[end:].strip()
            is_word = wanted[end - 1] > "\u3400" or " " in wanted[end - 1 : end + 1]
            if is_word and (first in self._full or first in self._short):
                outer = self.find(first, year, parent).code
                if outer and (inner := self.find(rest, year, outer)).codes:
                    return replace(inner, text=text)
        return Match(text, ())

    def _match(self, text: str, codes: list[str]) -> Match:
        """The widest of areas that lie in one another: Jilin is the province before the city in it."""
        codes.sort(key=lambda code: (RANK.get(self._records[code]["level"] or "", 9), code))
        widest = codes[0]
        if all(self._lies_in(code, widest) for code in codes):
            codes = [widest]
        told = [f"{code} {self._records[code]['name_en']} {self._records[code]['name_zh']}" for code in codes]
        return Match(text, tuple(codes), tuple(told))

    def _lies_in(self, code: str, wider: str) -> bool:
        at: str | None = code
        for _ in RANK:
            if at is None or at == wider:
                break
            at = self._records[at]["parent"] if at in self._records else None
        return at == wider
