"""Code lists as texts, looked up by code."""

from __future__ import annotations

from collections.abc import KeysView, Mapping
from dataclasses import dataclass, field
from functools import cached_property

#: Code lists that are looked up by a text as printed.
TEXTS = ("unit_text", "numeral", "hedge_text")


@dataclass(frozen=True, eq=False)
class CodeLists:
    """Code lists as texts: their records, and the sets of codes that others refer to; `rules`: the register of rules;
    `relations`: what must hold between codes. Each is itself alone, so that what is made of it is made once."""

    records: Mapping[str, list[dict[str, str | None]]] = field(default_factory=dict)
    rules: Mapping[str, list[dict[str, str | None]]] = field(default_factory=dict)
    relations: Mapping[str, list[dict[str, str | None]]] = field(default_factory=dict)

    @cached_property
    def _found(self) -> dict[str, dict[str, dict[str, str | None]]]:
        """Records by list and code, of lists that were asked for: thousands of areas are looked up for every figure."""
        return {}

    def _by_code(self, name: str) -> dict[str, dict[str, str | None]]:
        if name not in self._found:
            key = "text" if name in TEXTS else "code"
            records = self.records.get(name)
            if records is None:
                records = [r for r in self.records["code"] if r["codelist"] == name]
            self._found[name] = {}
            for record in records:
                self._found[name].setdefault(record[key] or "", record)
        return self._found[name]

    def codes(self, name: str) -> KeysView[str]:
        """Codes of a list: a file of its own (`area`) or a part of `code.csv` (`residence`)."""
        return self._by_code(name).keys()

    def record(self, name: str, code: str) -> dict[str, str | None]:
        """One record of a list that has a file of its own. Raises KeyError."""
        try:
            return self._by_code(name)[code]
        except KeyError:
            raise KeyError(f"{code} is not in the code list {name}") from None

    def words(self) -> dict[str, str]:
        """Numbers in words."""
        return {r["text"] or "": r["numeral"] or "" for r in self.records["numeral"]}

    def hedges(self) -> dict[str, str]:
        """Wordings that hedge a number, as they stand within a sentence and at its beginning, each with its code of the
        list `qualifier`."""
        told = [(r["text"] or "", r["qualifier"] or "") for r in self.records["hedge_text"]]
        return {form: code for text, code in told for form in (text, text[:1].upper() + text[1:])}

    def mirrored(self) -> dict[str, str]:
        """What a hedge says of the number with the other sign: a fall of more than 8 is a change of less than -8."""
        return {r["qualifier"] or "": r["mirror"] or "" for r in self.records["hedge"]}

    def label_words(self, dimension: str) -> dict[str, str]:
        """Words that labels use for a code of a dimension beside its names: 城镇 for urban areas."""
        of_it = [r for r in self.records["label_word"] if r["codelist"] == dimension and r["code"] != "_Z"]
        return {r["text"] or "": r["code"] or "" for r in of_it}

    def label_texts(self) -> dict[str, dict[str, str]]:
        """Wordings of labels that are no name of a code, each with the codes that it says by dimension."""
        return {
            r["text"] or "": dict(part.partition("=")[::2] for part in (r["says"] or "").split())
            for r in self.records.get("label_text", [])
        }
