"""What a draft says of its publication, the whole of the source: title, office, edition; the rest is a person's to decide."""

from __future__ import annotations

import re

from orchestration.drafting.asked import DECIDE
from orchestration.drafting.columns import AGENCY, PUBLICATION, STAGE
from orchestration.drafting.editions import edition_in, is_date
from orchestration.drafting.entries import quoted
from orchestration.drafting.labels import Meaning
from orchestration.drafting.long_look import LongLook
from orchestration.drafting.long_roles import EDITIONS
from validations.code_lists import CodeLists

#: What a page does not say of its publication, and the code list that has the answers.
OF_THE_PUBLICATION = {"release_stage": "release_stage", "cadence": "cadence"}


def of_list(codelist: str) -> str:
    """What stands for a code of the publication until it is decided."""
    return f"{DECIDE}_{codelist}"


def of_publication(name: str, title: str, meaning: Meaning, long: LongLook | None) -> list[str]:
    """The lines of the descriptor of a source `name` before its resources. `long`: the list that it is, if it is one."""
    told = _of_source(long) if long else {}
    title, agency = told.get("title", title), meaning.agency()
    if "agency" in told:
        agency = meaning.lists.record("agency", told["agency"])
    meaning.taken += [f"{key} {value!r}" for key, value in ({"title": title} | told).items()]
    of_columns = _edition(long) if long else []
    vintage, hint = (
        (None, "said of each figure") if of_columns is None else edition_in([*of_columns, title, *meaning.lines])
    )
    return [
        f"name: {name}",
        f"title: {quoted(title)}  # in English, if it has one",
        f"title_zh: {quoted(title)}",
        f"citation: {quoted(_citation(title, agency))}  # the publication, its office and its year",
        f"contributors: [{{title: {quoted(str(agency['name_en']) if agency else 'Not stated')}}}]",
        "licenses: [{title: Figures are facts.}]",
        *(
            f"{key}: {told.get(key) or of_list(codelist)}  # {', '.join(meaning.lists.codes(codelist))}"
            for key, codelist in OF_THE_PUBLICATION.items()
        ),
        f"vintage: {quoted(vintage) if vintage else '_U'}  # {hint}",
        f"agency: {agency['code'] if agency else '_U'}",
    ]


def _of_source(look: LongLook) -> dict[str, str]:
    """What the columns say of the publication, where they name one alone: title, agency, release_stage."""
    alone = {name: texts[0] for name, texts in look.distinct.items() if len(texts) == 1}
    told = {}
    for name, text in alone.items():
        if PUBLICATION.fullmatch(name) and not (text == "_U" or is_date(text)):
            told["title"] = text
        for key, called in (("agency", AGENCY), ("release_stage", STAGE)):
            if called.fullmatch(name) and (code := _code_of(look.meaning.lists, key, text)):
                told[key] = code
    return told


def _edition(look: LongLook) -> list[str] | None:
    """The lines that say when all of a list was published: of its columns that name one publication or date, each with its
    name; None where they name several."""
    of = {name: texts for name, texts in look.distinct.items() if PUBLICATION.fullmatch(name)}
    lines = [f"{name.replace('_', ' ')}: {texts[0]}" for name, texts in of.items() if len(texts) == 1]
    return None if any(1 < len(texts) <= EDITIONS for texts in of.values()) else lines


def _code_of(lists: CodeLists, codelist: str, text: str) -> str | None:
    """The code of a list whose name a text is, or whose name or code stands in it."""
    records = lists.records[codelist]
    whole = [
        r for r in records if text.casefold() in {str(r[key]).casefold() for key in ("code", "name_en", "name_zh")}
    ]
    within = [r for r in records if str(r["name_zh"]) in text or re.search(rf"\b{r['code']}\b", text)]
    return next((str(record["code"]) for record in (*whole, *within)), None)


def _citation(title: str, agency: dict | None) -> str:
    return f"{agency['name_zh'] if agency else ''} {title}".strip()
