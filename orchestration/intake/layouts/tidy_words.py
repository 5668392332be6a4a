"""Units that the cells of a list print behind their numbers: `5.0万人`, as those of a page do."""

from __future__ import annotations

import duckdb

from orchestration.engine import literal
from orchestration.intake.layouts.tidy_texts import or_null
from orchestration.intake.units import Units
from validations import numerals

#: The unit of a figure by the words behind its number and the unit that its row has.
Words = dict[tuple[str, str | None], str | None]
#: What is wrong with some figures: what is read, how many read so, the first row, and what is expected.
Wrong = tuple[str, int, int, str]
#: A number, and the words behind it.
_WHOLE = rf"^(-?{numerals.DIGITS}) ?([^\d\s.,%-].*)$"


def words_of(connection: duckdb.DuckDBPyConnection, units: Units, source: str) -> tuple[Words, list[Wrong]]:
    """What the words behind the numbers of the figures `source` mean, of those that are a unit or a multiplier of one, and
    which of them contradict the unit of their row."""
    words: Words = {}
    wrong: list[Wrong] = []
    found = connection.execute(f"""
        select regexp_extract(printed_value, {literal(_WHOLE)}, 2) as words, printed_unit,
            arg_min(printed_value, row_no), count(*), min(row_no)
        from {source} where not regexp_matches(printed_value, '[0-9%]$') group by 1, 2 having words <> ''""").fetchall()
    for text, unit, value, times, row in found:
        if units.apart(value)[1]:
            words[text, unit], told = units.of_words(text, unit, 0)
            wrong += [(*told[:1], times, row, told[1])] if told else []
    return words, wrong


def without_words(value: str, unit: str, words: Words) -> tuple[str, str]:
    """SQL of the number and of the unit of figures, beside the numbers of which `words` may stand."""
    if not words:
        return value, unit
    said = f"regexp_extract({value}, {literal(_WHOLE)}, 2)"
    known = ", ".join(literal(text) for text in dict.fromkeys(text for text, _ in words))
    whens = " ".join(
        f"when {said} = {literal(text)} and {unit} is not distinct from {or_null(of)} then {or_null(meant)}"
        for (text, of), meant in words.items()
    )
    number = f"case when {said} in ({known}) then regexp_extract({value}, {literal(_WHOLE)}, 1) else {value} end"
    return number, f"case {whens} else {unit} end"
