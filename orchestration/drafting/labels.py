"""What the labels and lines of a page say, as far as the code lists know their words; what they do not is left open."""

from __future__ import annotations

import re
from functools import cached_property

from orchestration.drafting.asked import CONFIRM
from orchestration.drafting.by_words import ByWords
from orchestration.drafting.cells import Cells
from orchestration.drafting.counted import CUMULATIVE, SINCE, ending, of_year
from orchestration.drafting.editions import YEARBOOK_OF
from orchestration.drafting.funds import fund, is_of_funds, of_a_fund
from orchestration.drafting.groups import of_employees, of_local
from orchestration.drafting.line_units import LineUnits
from orchestration.drafting.page_look import NUMBERED, Look
from orchestration.drafting.page_rows import ALL, plain
from orchestration.drafting.read_before import ReadBefore, key
from orchestration.drafting.relative import as_relative, dated, moved, stated
from orchestration.drafting.words import PARTS, Words, is_chinese, with_article
from orchestration.intake.spellings import Said, Spellings, period, period_in, since_january
from orchestration.intake.units import PURE_NUMBER, Units
from validations.code_lists import CodeLists
from validations.labels import UNIT, Label
from validations.printed_unit import printed_units

#: What one label may say whole.
WHOLE = (
    "measure",
    "time_period",
    "ref_area",
    "indicator",
    "residence",
    "scheme",
    "pop_group",
    "time_basis",
    "actuality",
    UNIT,
)
#: What of an indicator a line may be about, so that the indicator's name within it is not its own.
ANOTHER = re.compile("指数|增速|增长|比重|构成|人均|占|index|growth|share|per (?:head|capita)", re.IGNORECASE)
#: How the label of a share begins or ends, whatever it is a share of: 占全国比重（%）.
SHARE = re.compile("^占|(?:比重|比例|构成)$|^(?:share|proportion|percentage) (?:of|in)\\b", re.IGNORECASE)
#: What a label says of all that stands beside it, and in front of it the area that is meant.
TOTAL = re.compile("(?:(?P<of>.*?) ?)(?:合计|总计|小计|total)|全[省市区州县]", re.IGNORECASE)
#: What a label says in brackets that its scheme covers as well: 职工基本医疗保险(含生育保险).
COVERED = re.compile("[（(](?:含|包括|including )[^（()）]*(?:险|救助|供养|insurance)[)）]", re.IGNORECASE)
#: A dimension is of an axis if so many of its labels say it.
MOST = 0.5


class Meaning:
    """What one page says. `before`: what others were read as. `taken`: in words, what was read from it without being asked;
    `unknown`: what names an indicator that no list knows."""

    def __init__(self, lists: CodeLists, seen: Look, stem: str, before: ReadBefore):
        self.lists, self.seen, self.stem, self.before = lists, seen, stem, before
        self.taken: list[str] = []
        self.unknown: list[str] = []
        self.words, self.by_words, self.units = Words(lists, before), ByWords(lists, before), LineUnits(lists, seen)
        self.cells = Cells(lists, seen)
        self._remarks: dict[str, str] = {}

    @cached_property
    def _spellings(self) -> Spellings:
        return Spellings(self.lists, ALL, (self.area,) if self.area else ())

    @cached_property
    def area(self) -> str | None:
        """The area that the lines above the figures name."""
        lines = [*self._above, self.stem.replace("_", " ")]
        return next((code for line in lines for code in self.words.areas(line)), None)

    @property
    def _above(self) -> list[str]:
        own = [text for index, text in self.seen.lines if index < self.seen.header]
        return [*(text for text in own if text not in self.seen.over_all), *self.seen.over_all]

    @cached_property
    def lines(self) -> list[str]:
        """The lines beside the figures, the name of the file last."""
        return [*(text for _, text in self.seen.lines), self.stem.replace("_", " ")]

    def axis(self, labels: list[str]) -> tuple[str | None, list[str]]:
        """The dimension that most labels of an axis name, and the labels that do not name it; None if none is."""
        for dimension in ("time_period", "ref_area"):
            rest = [text for text in labels if self.names(text, dimension) is None]
            said = [self.names(text, dimension) or {} for text in labels]
            if any(self.words.is_prefecture(one.get("ref_area")) for one in said):
                # The row of its prefecture above it says which of those that share a name is meant.
                rest = [text for text in rest if not self._spellings.shared(text)]
            if labels and len(rest) < MOST * len(labels):
                return dimension, rest
        return None, labels

    def label(self, text: str) -> Said | None:
        """What a label says in itself, also of another column; None if no list knows its words."""
        if end := ending(text, self.label):
            named = self.label(end[0])
            return named | end[1] if named and "indicator" in named else None
        unit = self.unit(text)
        said = as_relative(text, self._label(text), unit, unit is not None and self.is_pure(unit))
        if "indicator" in (said or {}):
            return said
        return dated(text, self.label) or moved(text, self._label) or stated(text, self.label, self._when) or said

    def _label(self, text: str) -> Said | None:
        for dimension in WHOLE:
            said = self.names(text, dimension)
            if said is not None:
                return said
        if (said := self._month(text) or of_employees(text, self.seen, self.words)) is not None:
            return said
        if (said := of_local(text, self.seen)) is not None:
            self._remarks[plain(text)] = f"{CONFIRM}: of local governments together"
            return said
        if self._is_of_funds and (said := of_a_fund(plain(text), self.names)):
            return said
        if (said := fund(text, self.label, self.words)) is not None:
            return said
        if (said := self.before.label(text)) is not None:
            # What its words do not say may have been so in that source alone.
            unsaid = {"scheme", "scope"} & said.keys() - self.words.within(text, ["scheme"]).keys()
            self._remarks[plain(text)] = f"{CONFIRM}: " * bool(unsaid) + self.before.told(text)
            return said
        # Of a label in two languages that prints its unit in each, the Chinese half says what both do.
        unit = self.unit(plain(text)) or self.unit(text)
        # The unit stands last: 参保人数（人） loses its brackets, and not the 人 of its name.
        whole = " ".join(text.split()) if unit and unit not in plain(text) else plain(text)
        bare = plain("".join(whole.rpartition(unit)[::2]).strip("（）() ,，:：")) if unit else plain(text)
        bare = with_article(bare)
        if bare != plain(text) and (said := self.label(bare)) is not None:
            return said
        if (covered := COVERED.search(bare)) and (said := self.label(COVERED.sub("", bare))) is not None:
            self._remarks[bare] = f"{CONFIRM}: {covered[0][1:-1]}"
            return said
        since = CUMULATIVE.fullmatch(bare)
        if since and (said := self.label(since["of"] or since["behind"])) is not None and "indicator" in said:
            return said | {"time_basis": "year_to_date"}
        # The unit at the end of 享受待遇人次 is its own word as well.
        for text_of in dict.fromkeys((plain(text), bare)):
            found = self.words.within(text_of, PARTS)
            if "indicator" in found and not self.words.left(text_of, found):
                return self.words.as_one(found)
        if (whole := bare.replace("累计", "", 1)) != bare and (said := self.label(whole)) and self._is_flow(said):
            return said | {"time_basis": "year_to_date"}
        beside = {name: code for name, code in found.items() if name != "indicator"}
        if beside and (rest := self.names(self.words.left(bare, beside), "indicator")):
            # 年末参加失业保险人数: what is left of it without the name of the scheme is a wording as well.
            return beside | rest
        if SHARE.search(bare) and unit and self.is_pure(unit):
            return {"measure": "share"}
        found = self._of_parts(self.seen.parts.get(text, []))
        worded = self.by_words.says(bare) if found is None else None
        if worded:
            self._remarks[bare] = "by its words" if worded[1] else f"{CONFIRM}: by its words"
        return worded[0] if worded else found

    @cached_property
    def _is_of_funds(self) -> bool:
        return is_of_funds([*self.lines, *self.seen.over_all], self.words)

    def _when(self, text: str) -> Said | None:
        return self.names(text, "time_period")

    def told(self, text: str) -> str:
        """The remark on a label that was read as others were, or by its words alone; empty on one that a list knows."""
        texts = map(plain, (text, self.bare(text)))
        return next(filter(None, map(self._remarks.get, texts)), "")

    def bases(self, text: str) -> set[str]:
        """Over what a label was counted, where it is read as in others."""
        texts = [one for one in (plain(text), self.bare(text)) if plain(one) in self._remarks]
        return {basis for one in texts for basis in self.before.bases.get(key(one), ())}

    def _is_flow(self, said: Said) -> bool:
        return "indicator" in said and self.lists.record("indicator", said["indicator"])["time_basis"] == "flow"

    def _of_parts(self, parts: list[str]) -> Said | None:
        """What the texts of a label say together; a lower one is of what an upper one is a heading of, and one in English
        beside Chinese says the same."""
        said = [self._part(part) for part in parts] if len(parts) > 1 else []
        if any(map(is_chinese, parts)):
            said = [{} if one is None and not is_chinese(part) else one for one, part in zip(said, parts)]
        if not said or said[-1] is None or (None in said and "indicator" not in said[-1]):
            return None
        said = [self.words.of_part(part) if one is None else one for one, part in zip(said, parts)]
        whole = {name: code for one in said for name, code in one.items()}
        # The unit among them is what the label prints, as any label does.
        return self.words.as_one({name: code for name, code in whole.items() if name != UNIT or len(whole) == 1})

    def _part(self, text: str) -> Said | None:
        """What one text of a label says; one that sums up says no more than its heading does."""
        found = TOTAL.fullmatch(plain(text))
        return {} if found and not found["of"] else self.label(text)

    def _month(self, text: str) -> Said | None:
        """A month, a quarter or a span of the year that the page names."""
        year = next((when[:4] for line in self._above if (when := period_in(plain(line)))), None)
        return of_year(text, year) if year else None

    def total(self, text: str) -> Said | None:
        """The area that a row sums up: 福州市合计, and 合计 or 全省 for that of the whole table."""
        found = TOTAL.fullmatch(plain(text))
        if found is None:
            return None
        if named := found["of"] and self.names(found["of"], "ref_area"):
            return named
        is_whole = not found["of"] or TOTAL.fullmatch(found["of"])
        return {"ref_area": self.area} if is_whole and self.area else None

    def unit(self, text: str) -> str | None:
        """The unit that a text prints, but for a noun at its end that the unit line counts."""
        found = next(iter(printed_units(" ".join(text.split()), self._units)), None)
        beside = [*self.units.of_all, *self._units_of_columns]
        return None if found and Units(self.lists).is_counted(text, found, beside) else found

    @cached_property
    def _units_of_columns(self) -> list[str]:
        """The units that a column says of its rows."""
        found = [self.seen.below(label) for label in self.seen.columns if self.is_unit_column(label)]
        return list(dict.fromkeys(text for texts in found for text in map(plain, texts) if text))

    def is_pure(self, unit: str) -> bool:
        """Whether a unit is one of pure numbers, such as per cent."""
        return self.lists.record("unit_text", unit)["unit_measure"] == PURE_NUMBER

    def is_unit_column(self, label: str) -> bool:
        """Whether what stands below a label are units."""
        texts = [text for text in self.seen.below(label) if plain(text)]
        return bool(texts) and all(self.names(text, UNIT) for text in texts)

    def said_below(self, label: str, rows_of: str | None) -> dict[str, Said]:
        """What each text below a column's label says, where the column is no figures: as long files have it.

        A column of periods or of names; or of labels that say several things, {} for one that no list knows. None of
        it where most are unknown, or where they repeat what the labels of the rows say.
        """
        texts = list(dict.fromkeys(text for text in self.seen.below(label) if plain(text)))
        if not texts or period(plain(label)) or self.is_unit_column(label):
            return {}
        if all(period(plain(text)) for text in texts):
            if "indicator" in (self.label(label) or {}):
                # What looks like years is what its label counts.
                return {}
            return {} if rows_of == "time_period" else {text: self.label(text) or {} for text in texts}
        if not self.cells.is_text_column(label):
            return {}
        found = {text: self._with_unit(text) for text in texts}
        known = [said for said in found.values() if said and rows_of not in said]
        return found if len(known) > MOST * len(found) else {}

    def _with_unit(self, text: str) -> Said:
        said, unit = self.label(text), self.unit(text)
        return {} if said is None else said | self.own_scheme(said) | ({UNIT: unit} if unit else {})

    def of_lines(self) -> Said:
        """What the lines say of the whole table."""
        found: Said = {}
        above = self._above
        for line in [*above, *(text for _, text in self.seen.lines if text not in above)]:
            # What stands below the figures is a remark about some of them; what stands over several tables says when.
            found = (self._of_line(line) if line in above and line not in self.seen.over_all else {}) | found
            # The year by which a yearbook is called is that of its edition.
            when = period_in(YEARBOOK_OF.sub(" ", plain(line)))
            if when and "time_period" not in found:
                found["time_period"] = when
                if since_january(plain(line)):
                    found["time_basis"] = "year_to_date"
        # The title of the table goes before one that stands over several.
        found |= self._of_line(self.seen.title) if NUMBERED.match(self.seen.title) else {}
        return found | ({"ref_area": self.area} if self.area else {})

    def _of_line(self, line: str) -> Said:
        """What a line says; one that names the indicator says it whole, and one of an index or a share is another."""
        named = re.fullmatch(r"(?:指标|Indicator)[:：] *(.+)", plain(line), flags=re.IGNORECASE)
        whole = self.label(named[1] if named else line)
        if not (named or (whole and "indicator" in whole)):
            within = self.words.within(line, PARTS)
            left = self.words.left(line, within)
            whole = {n: code for n, code in within.items() if n != "indicator" or not ANOTHER.search(left)}
        _, at_end = (ending(named[1], self.label) if named else None) or ("", {})
        return {**(whole or {}), **at_end, **({"time_basis": "year_to_date"} if SINCE.search(plain(line)) else {})}

    def agency(self) -> dict[str, str | None] | None:
        """The office that a line names."""
        for record in self.lists.records["agency"]:
            names = {record["name_en"], record["name_zh"]} - {None, "Not stated", "未说明"}
            if any(name and name in line for name in names for line in [*self.lines, *self.seen.over_all]):
                return record
        return None

    def is_of_schemes(self, labels: list[str]) -> bool:
        """Whether most labels of an axis name a scheme, and no indicator."""
        said = [self.label(text) or {} for text in labels]
        return len([one for one in said if "scheme" in one and "indicator" not in one]) > MOST * len(labels)

    def flows(self, said: list[Said]) -> set[str] | None:
        """The indicators of a table that are counted over a period, where others are not; else None."""
        bases = {
            code: self.lists.record("indicator", code)["time_basis"] for one in said if (code := one.get("indicator"))
        }
        return {code for code, basis in bases.items() if basis == "flow"} if "stock" in bases.values() else None

    def own_scheme(self, said: Said) -> Said:
        """The scheme that an indicator bears in its code, where the lines name one above it: 低保人数 in a table of 社会救助; and
        that it is of none, whatever they name."""
        of_lines = self.of_lines().get("scheme", "")
        own = self.words.scheme_of({said["indicator"]}) if "indicator" in said else None
        is_wider = said.get("scheme", of_lines) == of_lines and of_lines in self.words.wider(own)
        is_of_none = own == "_Z" and bool(of_lines) and "scheme" not in said
        return {"scheme": own} if own and (is_wider or is_of_none) else {}

    def is_open(self, text: str) -> None:
        """Note that a label is of no indicator that the lists know."""
        self.unknown.append(" ".join(self.bare(text).split()))

    def bare(self, text: str) -> str:
        """The text of a label that nobody knows, the last one if there are several, without the unit that it prints."""
        parts = self.seen.parts.get(text, [text])
        last = next((part for part in reversed(parts) if self._part(part) is None), parts[-1])
        last, unit = " ".join(last.split()), self.unit(last)
        return re.sub(rf" ?[（(] *{re.escape(unit)} *[)）]", "", last) if unit else last

    def parts(self, text: str) -> Said:
        """What the texts of a label say, where one of them is known to nobody; of one alone what names stand in it."""
        parts = self.seen.parts.get(text, [])
        said = [self._part(part) or self.words.of_part(part) for part in parts] if len(parts) > 1 else []
        said = said or [self.words.within(text, PARTS)]
        said += [end[1]] if (end := ending(text, self.label)) else []
        return {name: code for one in said for name, code in one.items() if name not in ("indicator", UNIT)}

    # What the lists know.

    @cached_property
    def _units(self) -> list[str]:
        return list(self.lists.codes("unit_text"))

    def names(self, text: str, dimension: str) -> Said | None:
        said = self._spellings.says(text, Label(holds=dimension))
        return said if said and dimension in said else None
