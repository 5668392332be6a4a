"""What the items of a list say, each of what its figures measure; and what the columns of one row say against each other."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from orchestration.drafting.asked import DECIDE
from orchestration.drafting.funds import is_fund, of_a_fund
from orchestration.drafting.long_look import LongLook
from orchestration.intake.spellings import Said
from orchestration.intake.units import PURE_NUMBER, RELATIVE
from validations import plain_text
from validations.dimensions import DIMENSIONS
from validations.forms import Forms
from validations.slugs import as_label, in_words

#: What of an item is a change of what it names.
GROWN = re.compile("(?:同比|比上年|较上年|环比)?(?:名义|实际)?(?:增长|增速|增幅)|growth", re.IGNORECASE)
#: Growth less that of prices, which no dimension tells from growth.
REAL = re.compile(r"实际|扣除价格|\breal\b", re.IGNORECASE)
#: What stands in brackets in an item.
BRACKETS = re.compile("[（(][^（()）]*[)）]")
#: What the texts of one row may say against each other, and what of it one may add to another.
NAMED, OTHERS = ("indicator", "scheme"), ("residence", "pop_group", "age", "scope", "measure", "time_basis")
TAKEN = ("residence", "pop_group")


class Beside(NamedTuple):
    """A text beside others, the first line of the file on which it is, and what it says."""

    line: int
    text: str
    said: Said


@dataclass(frozen=True)
class Items:
    """The items of a list, `look`. `held`: what other columns than the one that is asked for say of their rows.

    `contradicted`: texts of which two columns of one row say different things, and in words where.
    """

    look: LongLook
    held: frozenset[str] = frozenset()
    contradicted: dict[str, str] = field(default_factory=dict, init=False, compare=False)
    _told: dict[str, dict[str, Said]] = field(default_factory=dict, init=False, compare=False)
    _spelled: dict[str, str] = field(default_factory=dict, init=False, compare=False)

    def said(self, name: str) -> dict[str, Said]:
        """What each text of a column says, as far as it is known; a slug is read as words."""
        if name not in self._told:
            self._told[name] = self._said(name)
        return self._told[name]

    def _said(self, name: str) -> dict[str, Said]:
        found, words = {}, self.look.meaning.words
        for text in self.look.distinct[name]:
            said = self.look.meaning.label(self.spelled(text))
            # What stands in brackets is told of what stands before them.
            said = said or self._of_a_fund(name, text) or words.as_one(self.look.meaning.parts(BRACKETS.sub("", text)))
            said = {n: code for n, code in said.items() if n in DIMENSIONS}
            said |= self._grown(text, said)
            own = words.scheme_of({said["indicator"]}) if "indicator" in said else None
            found[text] = ({"scheme": own} if own else {}) | said
        return found

    def _of_a_fund(self, name: str, text: str) -> Said:
        """What a text names of a fund, 收入, where a column says in each of its rows whose fund it is."""
        meaning, beside = self.look.meaning, [self._rows(name, o, said).get(text) for o, said in self.look.told.items()]
        is_of_funds = any(ones and all(is_fund(one.text) for one in ones) for ones in beside)
        return (of_a_fund(text, meaning.names) or {}) if is_of_funds else {}

    def spelled(self, text: str) -> str:
        """A text as the label that it is read as: a slug as its words, the last ones as their unit where they say nothing
        else and what the others name is measured in it."""
        if text not in self._spelled:
            label, words = self.look.meaning.label, in_words(text)
            with_unit = as_label(text, self.look.meaning.lists.codes("unit_text"))
            self._spelled[text] = next(filter(label, (text, words)), with_unit if self._fits(with_unit) else words)
        return self._spelled[text]

    def _fits(self, label: str) -> bool:
        """Whether a label names an indicator that is measured in the unit that it prints."""
        said, unit = self.look.meaning.label(label) or {}, self.look.meaning.unit(label)
        if unit is None or "indicator" not in said:
            return False
        record = self.look.meaning.lists.record
        of = PURE_NUMBER if said.get("measure") in RELATIVE else record("indicator", said["indicator"])["unit_measure"]
        return record("unit_text", unit)["unit_measure"] in (None, of)

    def unit(self, text: str) -> str | None:
        """The unit that a text prints."""
        return self.look.meaning.unit(self.spelled(text))

    def with_others(self, name: str, others: list[str]) -> dict[str, Said]:
        """What each text of a column says beside what other columns hold.

        One that names no indicator says what the texts of `others` in its rows say, where they say one thing; and what all
        of those say of residence and group it says as well. Of what two columns of one row say differently neither counts.
        """
        found = {text: dict(said) for text, said in self.said(name).items()}
        for other in others:
            for text, ones in self._rows(name, other, self.said(other)).items():
                if not self._hold(found[text], name, text, other, ones):
                    found[text] = self._joined(text, found[text], [one.said for one in ones])
        told = {key for said in self.look.told.values() for one in said.values() for key in one or ()}
        for other, codes in self.look.told.items():
            for text, ones in self._rows(name, other, codes).items():
                self._hold(found[text], name, text, other, ones)
        for text, said in found.items():
            self._hold_units(said, name, text)
            said |= self._grown(text, said)
        # What only a column of periods, areas or schemes says is that column's.
        return {
            text: {n: code for n, code in said.items() if n not in self.held or n in told - {*NAMED}}
            for text, said in found.items()
        }

    def varies(self, name: str, item: str) -> dict[str, Said]:
        """What the texts of a column say of residence and group, where those in the rows of one item say several things."""
        of_name = self.said(name)
        found = {
            text: {n: said[n] for n in TAKEN if n in said and n not in self.held} for text, said in of_name.items()
        }
        rows = self._rows(item, name, found).values()
        return found if any(one.said != ones[0].said for ones in rows for one in ones) else {}

    def _rows(self, name: str, other: str, said: Mapping[str, Said | None]) -> dict[str, list[Beside]]:
        """By text of a column what stands beside it in another one, each once: its first line, its text and what it says."""
        found: dict[str, dict[str, Beside]] = {}
        for line, text, at in zip(self.look.lines, self.look.columns[name], self.look.columns[other]):
            if text and at and said.get(at) is not None:
                found.setdefault(text, {}).setdefault(at, Beside(line, at, said[at] or {}))
        return {text: list(ones.values()) for text, ones in found.items()}

    def _hold(self, said: Said, name: str, text: str, other: str, ones: list[Beside]) -> bool:
        """Hold what a text says against what stands beside it: whether they say different things, which is told."""
        for one in ones:
            against = self._against(said, one.said)
            if against and text not in self.contradicted:
                told = f"{name} and {other} say different things"
                self.contradicted[text] = f"{told}: row {one.line}, {text!r} beside {one.text!r}"
            for key in against:
                said.pop(key, None)
            said |= {key: DECIDE for key in against if key not in NAMED}
            for key in said.keys() & one.said.keys() & {*OTHERS}:
                # Of what the other column says more of, that counts.
                if self._forms.is_part(key, one.said[key], said[key]):
                    said.pop(key)
        return text in self.contradicted

    def _against(self, said: Said, other: Said) -> list[str]:
        """What two texts say differently; a wider scheme is no other, nor is a group that the other is a part of."""
        if said.get("indicator", one := other.get("indicator", "")) != one and one:
            return ["indicator"]
        if {"scheme"} <= said.keys() & other.keys() and not self.look.meaning.words.are_one(
            said["scheme"], other["scheme"]
        ):
            return [key for key in NAMED if key in said]
        return [key for key in OTHERS if self._differ(key, said, other)]

    def _differ(self, key: str, said: Said, other: Said) -> bool:
        """Whether two texts say different things of a dimension; all are no part of it that one of them names."""
        mine, its = self._of(said, key), self._of(other, key)
        if not mine or not its or mine == its or self._forms.is_part(key, its, mine):
            return False
        return key in said if its == DIMENSIONS[key] else not self._forms.is_part(key, mine, its)

    def _of(self, said: Said, key: str) -> str | None:
        """What is said of a dimension, or of the group of insured that the scheme is for."""
        return said.get(key) or (self._forms.group_of(said.get("scheme")) if key == "pop_group" else None)

    @cached_property
    def _forms(self) -> Forms:
        return Forms(self.look.meaning.lists)

    def _joined(self, text: str, said: Said, beside: list[Said]) -> Said:
        """What a text says with what stands beside it in all of its rows."""
        first, words = beside[0], self.look.meaning.words
        if "indicator" not in said and all(one == first for one in beside):
            said = first if "indicator" in first else first | said
            said = self._indicator(text, said) | said
        of_all = {n: first[n] for n in TAKEN if n in first and all(one.get(n) == first[n] for one in beside)}
        # The name of its scheme may say it already: 城镇职工基本养老保险.
        of_all = {n: code for n, code in of_all.items() if words.within(in_words(text), [n]).get(n) != code}
        return words.as_one(of_all | said) if of_all.keys() - said.keys() else said

    def _hold_units(self, said: Said, name: str, text: str) -> None:
        """Hold the unit at the end of a slug against the units of its rows; intake does so with that of a label."""
        record, known = self.look.meaning.lists.record, self.look.meaning.lists.codes("unit_text")
        printed = self.unit(text) if in_words(text) != text else None
        for unit in sorted(self.look.units_of(name, text) & {*known}) if printed else ():
            one, other = (record("unit_text", each) for each in (printed, unit))
            is_same = one["unit_measure"] in (None, other["unit_measure"]) and one["unit_mult"] == other["unit_mult"]
            if not is_same and said.pop("indicator", None):
                told = f"{self.look.rows_of(name, text)}, {text!r} beside {unit!r}"
                self.contradicted[text] = f"{name} prints another unit: {told}"

    def _grown(self, text: str, said: Said) -> Said:
        """What a text adds that tells the growth or the change of what it names: over the year or the month before, if it says
        so."""
        if said.get("measure") in ("growth", "change") and "indicator" in said:
            return {} if "base_period" in said else {"base_period": DECIDE}
        grown = GROWN.search(in_words(text))
        if grown is None or "indicator" not in said or "measure" in said:
            return {}
        if REAL.search(in_words(text)):
            return {"measure": DECIDE}
        return {
            "measure": "growth",
            "base_period": (self.look.meaning.label(grown[0]) or {}).get("base_period", DECIDE),
        }

    def _indicator(self, text: str, said: Said) -> Said:
        """The indicator that a slug names beside words of the scheme that is `said`: unemployment_fund_revenue."""
        words = in_words(text)
        named = self.look.meaning.words.within(words, ["indicator"])
        schemes = [
            self.look.meaning.lists.record("scheme", code) for code in self.look.meaning.words.wider(said.get("scheme"))
        ]
        told = {word for record in schemes for word in re.findall("[a-z]+", str(record["name_en"]).casefold())}
        left = re.findall(f"[a-z]+|[{plain_text.HAN}]+", self.look.meaning.words.but(words, named))
        return named if named and all(word in told or f"{word}s" in told for word in left) else {}
