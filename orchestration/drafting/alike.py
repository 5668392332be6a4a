"""What a text that no list knows may mean: codes whose names look like it, for a person to choose from."""

from __future__ import annotations

import difflib

from orchestration.drafting.labels import TOTAL, Meaning
from orchestration.drafting.page_rows import plain
from orchestration.drafting.read_before import key


def like(meaning: Meaning, text: str, codelist: str = "indicator") -> list[str]:
    """Codes whose names look like a text, for a person to choose from; of indicators first those that it stood for elsewhere,
    and else those that are measured in the unit that it prints."""
    if codelist == "scheme" and TOTAL.fullmatch(plain(text)):
        # A sum over schemes is of what the lines name.
        code = next(
            filter(None, (meaning.words.within(line, ["scheme"]).get("scheme") for line in meaning.lines)), None
        )
        return [f"{code} {meaning.lists.record(codelist, code)['name_en']}"] if code else []
    measured = meaning.lists.record("unit_text", unit)["unit_measure"] if (unit := meaning.unit(text)) else None
    names = {
        str(record[key]): str(record["code"])
        for record in meaning.lists.records[codelist]
        for key in ("name_en", "name_zh")
        if record.get(key) and (not measured or record.get("unit_measure", measured) in (measured, None))
    }
    read_before = sorted(
        {reading[0] for reading in meaning.before.readings.get(key(text), ()) if codelist == "indicator"}
    )
    told = [f"{code} {meaning.lists.record(codelist, code)['name_en']}" for code in read_before]
    folded = {name.casefold(): name for name in names}
    text = plain(meaning.bare(text)).casefold()
    scheme = meaning.of_lines().get("scheme", "")
    words = [name for name, code in meaning.words.names["scheme"] if code == scheme]
    named = [
        *(f"{word}{text}" for word in words),
        *((f"基金{text}", f"fund {text}") if "INSURANCE" in scheme else ()),
    ]
    of_scheme = {said["indicator"]: name for name in named if (said := meaning.names(name, "indicator"))}
    if of_scheme and codelist == "indicator":
        return [f"{code} {name}" for code, name in of_scheme.items()]
    close = difflib.get_close_matches(text, folded, n=3, cutoff=0.5)
    held = [name for name in folded if len(name) > 1 and name in text]
    return list(dict.fromkeys([*told, *(f"{names[folded[name]]} {folded[name]}" for name in [*held, *close])]))[:3]
