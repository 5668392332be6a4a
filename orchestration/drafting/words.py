"""Names of the code lists that stand within a text, and what of the text they leave."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from orchestration.drafting.page_rows import plain
from orchestration.drafting.read_before import ReadBefore
from orchestration.intake.spellings import Said, area_names
from validations import plain_text
from validations.code_lists import CodeLists
from validations.contracts import LIST_OF
from validations.forms import codes_of

#: What one label may say in parts: 城镇职工基本养老保险参保人数（万人）.
PARTS = ("scheme", "residence", "pop_group", "indicator")


@dataclass(frozen=True)
class Words:
    """The words of the code `lists`, of what a label may say in parts and of areas; `before`: of what they were read."""

    lists: CodeLists
    before: ReadBefore

    @cached_property
    def names(self) -> dict[str, list[tuple[str, str]]]:
        """The names of each dimension, longest first, as (name, code)."""
        found = {}
        for dimension in (*PARTS, "ref_area"):
            codelist = LIST_OF.get(dimension, dimension)
            records = self.lists.records.get(codelist) or [
                r for r in self.lists.records["code"] if r["codelist"] == codelist
            ]
            names = {
                (plain(str(record[key])).casefold(), str(record["code"]))
                for record in records
                for key in ("name_en", "name_zh")
                if record.get(key) and not str(record["code"]).startswith("_")
            }
            names |= {(plain(t).casefold(), code) for t, code in self.lists.label_words(dimension).items()}
            if dimension == "ref_area":
                names |= {
                    (plain(str(alias["text"])).casefold(), str(alias["area"]))
                    for alias in self.lists.records.get("area_alias", [])
                    if alias["area"] == "CHN"
                }
            names |= {
                (plain(text).casefold(), said[dimension])
                for text, said in self.lists.label_texts().items()
                if said.keys() == {dimension}
            }
            found[dimension] = sorted(names, key=lambda name: (-len(name[0]), name))
        return found

    def within(self, text: str, dimensions: Iterable[str]) -> Said:
        """What names of the lists stand within a text, the longest of each dimension."""
        folded, found, names = plain(text).casefold(), {}, []
        doubled = False
        held = [
            (name, dimension, code)
            for dimension in dimensions
            for name, code in self.names[dimension]
            if len(name) > 1 and name in folded
        ]
        for name, dimension, code in sorted(held, key=lambda one: -len(one[0])):
            # 职工 within the name of a scheme for employees says nothing more, nor does 低保 within 低保户数, nor do
            # 居民 with their income say a group of insured.
            rest = folded
            for other in names:
                rest = rest.replace(other, " ") if name in other or dimension == "pop_group" else rest
            if dimension not in found and _holds(rest, name):
                found[dimension] = code
                names.append(name)
            elif dimension == "residence":
                doubled |= code != found.get(dimension, code) and _holds(rest, name)
        # Urban and rural are all.
        return self.of_insured({n: code for n, code in found.items() if n != "residence" or not doubled})

    def of_part(self, text: str) -> Said:
        """What a part of a label that nobody knows says of those that stand below it."""
        return self.within(text, PARTS[:2])

    def of_insured(self, said: Said) -> Said:
        """What is said without a group where the scheme insures nobody, or the indicator is of none: 城乡居民 of assistance,
        or of an income, are all people."""
        is_of_all = self._kind(said.get("scheme")) in ("assistance", "welfare")
        if "scheme" not in said and "indicator" in said:
            is_of_all = self.scheme_of({said["indicator"]}) == "_Z"
        return {n: c for n, c in said.items() if n != "pop_group" or not is_of_all}

    def insures(self, scheme: str | None) -> bool:
        """Whether a scheme may insure somebody: one that is no assistance and no welfare."""
        kinds = {self._kind(one) for one in self.wider(scheme)}
        return scheme not in (None, "_Z") and not kinds & {"assistance", "welfare"}

    def _kind(self, scheme: str | None) -> str | None:
        return self.lists.record("scheme", scheme or "_Z")["tier_insurance_assistance_welfare"]

    def as_one(self, said: Said) -> Said:
        """A scheme for employees of which the label names a group is the scheme of all, for that group."""
        said = self.of_insured(said)
        for alias in self.lists.relations.get("alias", []):
            read_as = codes_of(str(alias["read_as"]))
            if (
                alias["form"] == f"scheme={said.get('scheme')}"
                and {"scheme", "pop_group"} <= read_as.keys() & said.keys()
            ):
                return said | {"scheme": read_as["scheme"]}
        return said

    def scheme_of(self, indicators: set[str]) -> str | None:
        """The scheme that all indicators bear in their codes, or of which all their figures are; _Z of no scheme."""
        found = {
            next((s for s in self.lists.codes("scheme") if code.startswith(f"{s}_")), self.before.scheme_of(code))
            for code in indicators
        }
        return found.pop() if len(found) == 1 else None

    def are_one(self, scheme: str, other: str) -> bool:
        """Whether one of two schemes lies in the other."""
        return any(wide in self.wider(narrow) for narrow, wide in ((scheme, other), (other, scheme)))

    def wider(self, scheme: str | None) -> list[str]:
        """A scheme and those that it lies in, the widest last."""
        found = []
        while scheme:
            found.append(scheme)
            scheme = self.lists.record("scheme", scheme)["parent"]
        return found

    def left(self, text: str, said: Said) -> str:
        """What of a text the names found in it do not say."""
        return re.sub(r"[\s（）()·,，、:：的-]+", "", self.but(text, said))

    def but(self, text: str, said: Said) -> str:
        """A text without the names of what is `said` that stand in it, its words apart."""
        left = plain(text).casefold()
        for dimension, code in said.items():
            for name, other in self.names[dimension]:
                left = left.replace(name, " ") if other == code else left
        return left

    def areas(self, line: str) -> list[str]:
        """Areas that a line names: the nation, a province, or what is named behind its province (江苏省徐州市), or before it
        (Xuzhou, Jiangsu). A county alone may be called as anything else is."""
        areas = {
            str(r["code"]): r for r in self.lists.records["area"] if r["level"] == "province" or r["code"] == "CHN"
        }
        folded = plain(line).casefold()
        found = [(n, c) for n, c in self.names["ref_area"] if c in areas and len(n) > 1 and _holds(folded, n)]
        return [self._narrowed(folded, name, code) for name, code in found]

    def perhaps_of(self, lines: Iterable[str]) -> str:
        """What a person may write for the area of a page: the code of the county or city that one of its lines begins with,
        and what stands for the nation."""
        of_first = re.compile("(.{2,12}?(?:地区|[市区县州盟旗]))")
        named = [match[1] for line in lines if (match := of_first.match(plain(line)))]
        codes = {code: text for text in named if (code := area_names(self.lists).find(text).code)}
        return f"{''.join(f'{code} {text}; ' for code, text in codes.items())}a code of area.csv; CHN for the whole country"

    def is_prefecture(self, code: str | None) -> bool:
        return code is not None and self.lists.record("area", code)["level"] == "prefecture"

    def _narrowed(self, line: str, name: str, code: str) -> str:
        """The narrowest area of which a line names one in the other, beginning with that of a `name`."""
        before, _, behind = line.partition(name)
        city = re.search(r"([a-z']+(?: [a-z']+){0,2}) ?, ?$", before)
        for text in re.findall(r"^[省市区]?(.{1,10}?(?:地区|[市区县州盟旗]))", behind) + ([city[1]] if city else []):
            inner = area_names(self.lists).find(text, parent=code).code
            if inner and inner != code:
                return self._narrowed(behind, text, inner)
        return code


def with_article(text: str) -> str:
    """An English label as the lists word it: Revenue of Fund is Revenue of the fund, and how many are told by whom."""
    if not text.isascii():
        return text
    text = re.sub(r"^(?:the )?number of (?:the )?(?=\w)", "", text, flags=re.IGNORECASE)
    return re.sub(r"\bof (?=funds?\b)", "of the ", text, flags=re.IGNORECASE)


def _holds(text: str, name: str) -> bool:
    if name.isascii():
        return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) is not None
    return name in text


def is_chinese(text: str) -> bool:
    return re.search(f"[{plain_text.HAN}]", text) is not None
