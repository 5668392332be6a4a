"""What the cells below, or behind, a label are: words, numbers of the rows, figures with a sign, numbers that are hedged."""

from __future__ import annotations

import re
from dataclasses import dataclass

from orchestration.drafting.page_look import Look
from orchestration.drafting.page_rows import is_number, plain
from validations import numerals
from validations.code_lists import CodeLists

#: How a column is called that numbers its rows.
NUMBERING = re.compile("(?:指标)?(?:代码|编码|编号)|序号|行次|codes?|no\\.?|line", re.IGNORECASE)
#: A ratio of like things is less: 95 of a budget is 95 %.
LARGE = 20
#: A column is what so many of its cells are.
MOST = 0.5


@dataclass(frozen=True)
class Cells:
    """The cells of a page, and the `lists` of words that stand beside numbers."""

    lists: CodeLists
    seen: Look

    def is_text_column(self, label: str) -> bool:
        """Whether what stands below a label are words: the names of the rows in another language."""
        texts = [plain(text) for text in self.seen.below(label) if plain(text)]
        is_numeric = any(is_number(text) or re.match(r"\W*\d", text) for text in texts)
        return bool(texts) and not is_numeric and all(re.search(r"[^\W\d]{2}|^[A-Za-z]\w", text) for text in texts)

    def is_numbering(self, label: str) -> bool:
        """Whether a column numbers its rows, or codes them."""
        numbers = [plain(text) for text in self.seen.below(label) if plain(text)]
        return bool(NUMBERING.fullmatch(plain(label))) and all(
            re.fullmatch("[0-9]+|[甲乙丙丁]", number) for number in numbers
        )

    def has_sign(self, axis: str, text: str) -> bool:
        """Whether the figures of a label print a sign of per cent, each of them."""
        numbers = self._numbers(axis, text)
        return bool(numbers) and all(number.endswith("%") for number in numbers)

    def looks_like_percent(self, axis: str, text: str) -> bool:
        """Whether most figures of a label are larger than a ratio of like things is that is not in per cent."""
        numbers = [parsed for number in self._numbers(axis, text) if (parsed := numerals.parse(number, {}))]
        return len([one for one in numbers if float(one.text) > LARGE]) > MOST * len(numbers)

    def qualifiers(self) -> list[str]:
        """Of the list `qualifier` those that stand beside numbers, where numbers stand alone as well."""
        found, hedges = [], self.lists.hedges()
        for label in self.seen.columns:
            cells = self.seen.below(label)
            hedged = (numerals.parse_hedged(plain(text), {}, hedges, True) for text in cells if not is_number(text))
            found += [one[1] for one in hedged if one] if any(map(is_number, cells)) else []
        return list(dict.fromkeys(found))

    def _numbers(self, axis: str, text: str) -> list[str]:
        cells = self.seen.below(text) if axis == "columns" else self.seen.behind(text)
        return [plain(cell) for cell in cells if is_number(cell)]
