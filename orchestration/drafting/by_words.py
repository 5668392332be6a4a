"""What a name in English says by its words, in whatever order it has them: `pension_urban_employee_fund_revenue`.

Every word must be one of the scheme, of the indicator, of the residence or of the group of insured that are meant; of all
readings the one holds whose names say least beside. Two that are as near leave it open.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from orchestration.drafting.read_before import ReadBefore
from orchestration.intake.spellings import Said
from validations.code_lists import CodeLists
from validations.slugs import in_words

#: Words of grammar, and of all; a label may have them beside what it names.
GRAMMAR = frozenset({
    "of", "the", "for", "and", "in", "on", "at", "by", "to", "a",
    "an", "from", "with", "per", "number", "total", "all", "whole",
})  # fmt: skip
#: Words that names have and a label may leave out: of grammar, and of what schemes and their figures are.
LEFT_OUT = GRAMMAR | frozenset({
    "basic", "social", "security", "insurance", "insured", "assistance", "welfare", "fund", "scheme", "system",
    "program", "public", "general",
})  # fmt: skip
#: What says no more than that a stock is of the end of its period, and what a rate is in any case.
AT_YEAR_END = re.compile(r"\b(?:(?:at )?(?:the )?year[- ]end|end of (?:the )?year)\b", re.IGNORECASE)
MEAN = frozenset({"average", "mean"})
#: Words that stand for others in names; those of BESIDE_ALONE beside some words only: disposable income is no revenue.
MEANS = {
    "pc": "head",
    "capita": "head",
    "avg": "average",
    "fiscal": "budget",
    "persontime": "person time",
    "spending": "expenditure",
    "expense": "expenditure",
    "income": "revenue",
}
BESIDE_ALONE = {"income": {"fund", "budget"}, "expense": {"fund", "budget"}}
#: Words of how a figure is stated, and what they say; of growth whoever asks looks for itself.
STATED: Mapping[str, Said] = {"growth": {}, "ytd": {"time_basis": "year_to_date"}}
PERSONS = "PS"
#: A word that the names say beside is as far as two of the label that are of residence or group.
BESIDE = 2
#: Names that are farther than this from a label are of something else.
FAR = 2
#: What schemes for residents say of them, and a label need not.
RESIDENTS = frozenset({"urban", "rural"})

Names = list[tuple[frozenset[str], str]]


@dataclass(frozen=True)
class ByWords:
    """The names of the `lists`, and of which schemes the figures `before` state which indicators."""

    lists: CodeLists
    before: ReadBefore

    def says(self, text: str) -> tuple[Said, bool] | None:
        """Scheme, indicator, residence and group of a text whose words say them, and whether they say the names whole; None
        where they leave any of it open."""
        if not re.fullmatch(r"[\x20-\x7e]+", text):
            return None
        words = words_of(AT_YEAR_END.sub(" ", text))
        found = sorted(self._readings(words), key=lambda one: one[0])
        nearest = [said for rank, _, said in found if rank == found[0][0]]
        if not nearest or any(said != nearest[0] for said in nearest):
            return None
        stated = {name: code for word in words for name, code in STATED.get(word, {}).items()}
        return nearest[0] | stated, found[0][1]

    def _readings(self, words: frozenset[str]) -> Iterator[tuple[tuple[int, bool, int], bool, Said]]:
        """Every reading of the words, how far its names are from them, and whether the words say them whole; of those as
        far the one whose indicator is stated of the very scheme, and whose indicator says more of the words."""
        told = words - GRAMMAR - STATED.keys()
        for scheme_words, scheme in (*self._names["scheme"], (frozenset(), "_Z")):
            if scheme != "_Z" and not (scheme_words - LEFT_OUT) & told:
                continue
            own = self.before.indicators_of({scheme})
            alike = self._alike[self._kind(scheme)] if scheme != "_Z" else {"_Z"}
            stated = self.before.indicators_of(alike)
            for indicator_words, indicator in (*self._names["indicator"], (frozenset(), None)):
                if indicator and (indicator not in stated or not (indicator_words - scheme_words) & told):
                    continue
                beside = (scheme_words | indicator_words) - words - LEFT_OUT
                beside = beside - RESIDENTS if beside >= RESIDENTS else beside
                rest = told - scheme_words - indicator_words
                rest -= MEAN if indicator and self._is_rate(indicator) else frozenset()
                for others, said in self._of_rest(rest):
                    of_group = None if indicator else self._of_group(alike, said.get("pop_group"))
                    away = BESIDE * len(beside) + others
                    if (indicator or of_group) and away <= (FAR if len(told) > 1 else 0):
                        read = {"scheme": scheme, "indicator": indicator or of_group or "", **said}
                        read = {name: code for name, code in read.items() if code != "_Z"}
                        yield (
                            (away, indicator not in own, -len(indicator_words & words)),
                            bool(indicator and not beside),
                            read,
                        )

    def _is_rate(self, indicator: str) -> bool:
        return self.lists.record("indicator", indicator)["is_rate"] == "true"

    def _of_group(self, schemes: set[str], group: str | None) -> str | None:
        """How many persons a group of insured is, where the label names the group alone."""
        persons = {
            code
            for code in (self.before.indicators_of(schemes, group) if group else ())
            if self.lists.record("indicator", code)["unit_measure"] == PERSONS
        }
        return persons.pop() if len(persons) == 1 else None

    def _of_rest(self, rest: frozenset[str]) -> Iterator[tuple[int, Said]]:
        """What the words that neither scheme nor indicator names say of residence and group."""
        if not rest:
            yield 0, {}
        for words, residence in (*self._names["residence"], (frozenset(), "")):
            if words and not words <= rest:
                continue
            for others, group in (*self._names["pop_group"], (frozenset(), "")):
                if rest == words | others and rest:
                    said = {"residence": residence, "pop_group": group}
                    yield len(rest), {name: code for name, code in said.items() if code and not code.startswith("_")}

    @cached_property
    def _names(self) -> dict[str, Names]:
        return _names(self.lists)

    @cached_property
    def _alike(self) -> dict[str, set[str]]:
        """The schemes of each kind."""
        kinds: dict[str, set[str]] = defaultdict(set)
        for scheme in self.lists.codes("scheme"):
            kinds[self._kind(scheme)].add(scheme)
        return kinds

    def _kind(self, scheme: str) -> str:
        """The widest scheme that one lies in, below the whole of social security."""
        parent = self.lists.record("scheme", scheme)["parent"]
        while parent and self.lists.record("scheme", parent)["parent"]:
            scheme, parent = parent, self.lists.record("scheme", parent)["parent"]
        return scheme


def words_of(text: str) -> frozenset[str]:
    """The words of a text, each in the singular, under the word that names have for it."""
    found = {_singular(word) for word in re.findall("[a-z]+|[0-9]+", in_words(text).casefold())}
    meant = {MEANS.get(word, word) if found & BESIDE_ALONE.get(word, found) else word for word in found}
    return frozenset(word for one in meant for word in one.split())


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


@lru_cache(maxsize=2)
def _names(lists: CodeLists) -> dict[str, Names]:
    """By dimension the words of each name in English and of each code, with the code."""
    found: dict[str, Names] = {}
    for dimension in ("scheme", "indicator", "residence", "pop_group"):
        records = lists.records.get(dimension) or [r for r in lists.records["code"] if r["codelist"] == dimension]
        texts: list[tuple[str, str]] = []
        for record in records:
            code = str(record["code"])
            if not code.startswith("_"):
                texts += [(str(record["name_en"]), code), (code.replace("_", " "), code)]
        texts += list(lists.label_words(dimension).items())
        texts += _wordings(lists.label_texts(), dimension)
        found[dimension] = [(words_of(text), code) for text, code in texts if text.isascii()]
    return found


def _wordings(texts: Mapping[str, Said], dimension: str) -> Iterator[tuple[str, str]]:
    for text, said in texts.items():
        if said.keys() == {dimension}:
            yield text, said[dimension]
