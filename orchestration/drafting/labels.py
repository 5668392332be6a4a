"""What the labels and lines of a page say, as far as the code lists know their words; what they do not is left open."""

from __future__ import annotations

import csv
import difflib
import io
import re
from collections.abc import Iterable
from functools import cached_property

from orchestration.drafting.page_look import ALL, Look, is_number, plain
from orchestration.intake.spellings import Said, Spellings, period, period_in, since_january
from validations import plain_text
from validations.contracts import CODELISTS, LIST_OF, CodeLists
from validations.labels import UNIT, Label
from validations.printed_unit import all_printed, printed_units, unknown_unit

#: What one label may say whole, and what it may say in parts: 城镇职工基本养老保险参保人数（万人）.
WHOLE = ("time_period", "ref_area", "indicator", "residence", "scheme", "pop_group", "time_basis", UNIT)
PARTS = ("scheme", "residence", "pop_group", "indicator")
COLUMNS = CODELISTS["indicator"]
#: What of an indicator a line may be about, so that the indicator's name within it is not its own.
ANOTHER = re.compile("指数|增速|增长|比重|构成|人均|占|index|growth|share|per (?:head|capita)", re.IGNORECASE)
#: A dimension is of an axis if so many of its labels say it.
MOST = 0.5


class Meaning:
    """What one page says. `taken`: in words, what was read from it without being asked."""

    def __init__(self, lists: CodeLists, seen: Look, stem: str):
        self.lists, self.seen, self.stem = lists, seen, stem
        self.taken: list[str] = []
        self._unknown: list[str] = []
        self._spellings = Spellings(lists, ALL)

    @cached_property
    def lines(self) -> list[str]:
        """The lines beside the figures, the name of the file last."""
        return [*(text for _, text in self.seen.lines), self.stem.replace("_", " ")]

    def axis(self, labels: list[str]) -> tuple[str | None, list[str]]:
        """The dimension that most labels of an axis name, and the labels that do not name it; None if none is."""
        for dimension in ("time_period", "ref_area"):
            rest = [text for text in labels if self._names(text, dimension) is None]
            if labels and len(rest) < MOST * len(labels):
                return dimension, rest
        return None, labels

    def label(self, text: str) -> Said | None:
        """What a label says in itself; None if no list knows its words."""
        for dimension in WHOLE:
            said = self._names(text, dimension)
            if said is not None:
                return said
        unit = self.unit(text)
        # The unit stands last: 参保人数（人） loses its brackets, and not the 人 of its name.
        bare = "".join(plain(text).rpartition(unit)[::2]).strip("（）() ,，:：") if unit else plain(text)
        if bare != plain(text) and (said := self.label(bare)) is not None:
            return said
        found = self._within(bare, PARTS)
        if "indicator" in found and not self._left(bare, found):
            return found
        return self._of_parts(self.seen.parts.get(text, []))

    def _of_parts(self, parts: list[str]) -> Said | None:
        """What the texts of a label say together; a lower one is of what an upper one is a heading of."""
        said = [self.label(part) for part in parts] if len(parts) > 1 else []
        if not said or said[-1] is None:
            return None
        return {name: code for one in said for name, code in (one or {}).items()}

    def unit(self, text: str) -> str | None:
        """The unit that a text prints."""
        return next(iter(printed_units(text, self._units)), None)

    def is_text_column(self, label: str) -> bool:
        """Whether what stands below a label are words: the names of the rows in another language."""
        texts = [text for text in self.seen.below(label) if plain(text)]
        return bool(texts) and not any(map(is_number, texts)) and all(re.search(r"[^\W\d]{2}", plain(t)) for t in texts)

    def is_unit_column(self, label: str) -> bool:
        """Whether what stands below a label are units."""
        texts = [plain(text) for text in self.seen.below(label) if plain(text)]
        return bool(texts) and all(text in self._units for text in texts)

    def said_below(self, label: str, rows_of: str | None) -> dict[str, Said]:
        """What each text below a column's label says, where the column is no figures: as long files have it.

        A column of periods or of names; or of labels that say several things, {} for one that no list knows. None of
        it where most are unknown, or where they repeat what the labels of the rows say.
        """
        texts = list(dict.fromkeys(text for text in self.seen.below(label) if plain(text)))
        if not texts or period(plain(label)) or self.is_unit_column(label):
            return {}
        if all(period(plain(text)) for text in texts):
            return {} if rows_of == "time_period" else {text: self.label(text) or {} for text in texts}
        if not self.is_text_column(label):
            return {}
        found = {text: self._with_unit(text) for text in texts}
        known = [said for said in found.values() if said and rows_of not in said]
        return found if len(known) > MOST * len(found) else {}

    def _with_unit(self, text: str) -> Said:
        said, unit = self.label(text), self.unit(text)
        return {} if said is None else said | ({UNIT: unit} if unit else {})

    def of_lines(self) -> Said:
        """What the lines say of the whole table."""
        found: Said = {}
        for index, line in self.seen.lines:
            # What stands below the figures is a remark about some of them.
            found = (self._of_line(line) if index < self.seen.header else {}) | found
            when = period_in(plain(line))
            if when and "time_period" not in found:
                found["time_period"] = when
                if since_january(plain(line)):
                    found["time_basis"] = "year_to_date"
        area = next((code for line in self.lines for code in self._areas(line)), None)
        return found | ({"ref_area": area} if area else {})

    def _of_line(self, line: str) -> Said:
        """What a line says; one that names the indicator says it whole, and one of an index or a share is another."""
        named = re.fullmatch(r"(?:指标|Indicator)[:：] *(.+)", plain(line), flags=re.IGNORECASE)
        whole = self.label(named[1] if named else line)
        if named or (whole and "indicator" in whole):
            return whole or {}
        return {
            n: code for n, code in self._within(line, PARTS).items() if n != "indicator" or not ANOTHER.search(line)
        }

    def unit_of_lines(self) -> str | None:
        """The unit that a line states for all figures."""
        for line in self.lines[:-1]:
            for unit in all_printed(line, self._units):
                return unit
        return None

    def unknown_unit(self) -> str | None:
        return next((u for line in self.lines[:-1] if (u := unknown_unit(line, self._units))), None)

    def agency(self) -> dict[str, str | None] | None:
        """The office that a line names."""
        for record in self.lists.records["agency"]:
            names = {record["name_en"], record["name_zh"]} - {None, "Not stated", "未说明"}
            if any(name and name in line for name in names for line in self.lines):
                return record
        return None

    def like(self, text: str) -> list[str]:
        """Indicators whose names look like a text, for a person to choose from."""
        names = {
            str(record[key]): str(record["code"])
            for record in self.lists.records["indicator"]
            for key in ("name_en", "name_zh")
            if record.get(key)
        }
        folded = {name.casefold(): name for name in names}
        text = plain(self._bare(text)).casefold()
        close = difflib.get_close_matches(text, folded, n=3, cutoff=0.5)
        held = [name for name in folded if len(name) > 1 and name in text]
        return list(dict.fromkeys(f"{names[folded[name]]} {folded[name]}" for name in [*held, *close]))[:3]

    def is_open(self, text: str) -> None:
        """Note that a label is of no indicator that the lists know."""
        self._unknown.append(" ".join(self._bare(text).split()))

    def _bare(self, text: str) -> str:
        """The last text of a label, without the unit that it prints."""
        last = self.seen.parts.get(text, [text])[-1]
        unit = self.unit(last)
        return re.sub(rf"[（(] *{re.escape(unit)} *[)）]", "", last) if unit else last

    def parts(self, text: str) -> Said:
        """What the upper texts of a label say, where the lowest one is known to nobody."""
        said = [self.label(part) or {} for part in self.seen.parts.get(text, [])[:-1]]
        return {name: code for one in said for name, code in one.items() if name in PARTS and name != "indicator"}

    def rows_to_add(self) -> list[str]:
        """Rows for indicator.csv and unit_text.csv of what the page says and no list knows; CODE is for a person."""
        unit = self.unit_of_lines()
        measured = (self.lists.record("unit_text", unit)["unit_measure"] if unit else "") or ""
        rows = [self._row(text, measured) for text in dict.fromkeys(self._unknown)]
        foreign = self.unknown_unit()
        return rows + ([f"unit_text.csv: {foreign},UNIT_MEASURE,UNIT_MULT"] if foreign else [])

    def _row(self, text: str, measured: str) -> str:
        """A row of indicator.csv for a label, its names as the label prints them, in one language or in both."""
        english = " ".join(re.sub(f"[{plain_text.HAN}（）、，：；]+", " ", text).split()).strip(" ()-")
        chinese = plain(text) if re.search(f"[{plain_text.HAN}]", text) else ""
        said = {
            "code": re.sub("[^A-Z0-9]+", "_", english.upper()).strip("_")[:64]
            if re.search("[a-z]{2}", english)
            else "CODE",
            "name_en": english if re.search("[A-Za-z]{2}", english) else "NAME_EN",
            "name_zh": chinese or "NAME_ZH",
            "unit_measure": measured or "UNIT_MEASURE",
            "time_basis": "stock or flow",
            "is_derived": "false",
            "definition_en": "DEFINITION_EN",
            "definition_zh": "DEFINITION_ZH",
        }
        row = io.StringIO()
        csv.writer(row, lineterminator="").writerow([said.get(column, "") for column in COLUMNS])
        return f"indicator.csv: {row.getvalue()}"

    # What the lists know.

    @cached_property
    def _units(self) -> list[str]:
        return list(self.lists.codes("unit_text"))

    def _names(self, text: str, dimension: str) -> Said | None:
        if dimension == "time_period":
            when = period(plain(text))
            return {dimension: when} if when else None
        said = self._spellings.says(text, Label(holds=dimension))
        return said if said and dimension in said else None

    @cached_property
    def _words(self) -> dict[str, list[tuple[str, str]]]:
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
            names |= {
                (plain(text).casefold(), said[dimension])
                for text, said in self.lists.label_texts().items()
                if said.keys() == {dimension}
            }
            found[dimension] = sorted(names, key=lambda name: (-len(name[0]), name))
        return found

    def _within(self, text: str, dimensions: Iterable[str]) -> Said:
        """What names of the lists stand within a text, the longest of each dimension."""
        folded, found, names = plain(text).casefold(), {}, []
        for dimension in dimensions:
            for name, code in self._words[dimension]:
                # 职工 within the name of a scheme for employees says nothing more.
                rest = folded
                for other in names:
                    rest = rest.replace(other, " ") if name in other else rest
                if len(name) > 1 and _holds(rest, name):
                    found[dimension] = code
                    names.append(name)
                    break
        return found

    def _left(self, text: str, said: Said) -> str:
        """What of a text the names found in it do not say."""
        left = plain(text).casefold()
        for dimension, code in said.items():
            for name, other in self._words[dimension]:
                if other == code:
                    left = left.replace(name, " ")
        return re.sub(r"[\s（）()·,，、:：的-]+", "", left)

    def _areas(self, line: str) -> list[str]:
        """Areas above the county that a line names; a county may be called as anything else is."""
        areas = {
            str(r["code"]): r for r in self.lists.records["area"] if r["level"] == "province" or r["code"] == "CHN"
        }
        folded = plain(line).casefold()
        return [c for n, c in self._words["ref_area"] if c in areas and len(n) > 1 and _holds(folded, n)]


def _holds(text: str, name: str) -> bool:
    if name.isascii():
        return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) is not None
    return name in text
