"""Makes the areas of China in `seeds/codelists` from the list of all codes since 1981: `python -m proofs.areas`.

`areacodes.csv` (CC0, yescallop/areacodes, from the yearly lists of the Ministry of Civil Affairs): a row a life of a code,
with the years in which it was in use and where its area went; `130108[2001]` is a part that went in 2001. Needs
pypinyin 0.55, in an environment of its own: no part of the warehouse does. What a person wrote stays: a row of area.csv
whose name is not marked as romanised, and every area of another list. What the library misreads stands in `reading.csv`.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

from proofs.areas.english import english

HERE = Path(__file__).parent
LISTS = HERE.parents[1] / "seeds" / "codelists"
LEVELS = {"省级": "province", "地级": "prefecture", "县级": "county"}
AREA = ["code", "name_en", "name_zh", "parent", "level", "code_system", "valid_from", "valid_to"]
AREA += ["name_en_kind", "name_en_source"]
LIFE = ["area", "name_en", "name_zh", "valid_from", "valid_to"]
SUCCESSOR = ["area", "successor", "year", "passed"]


class Life(NamedTuple):
    """One use of a code: years inclusive, the last one None while it lasts; `went`: (code, year) of each successor."""

    code: str
    name: str
    level: str
    first: int
    last: int | None
    went: list[tuple[str, int]]


def lives() -> list[Life]:
    """Every life in the list, by code and year."""
    found = []
    for row in records(HERE / "areacodes.csv"):
        code, _, _, name, level, _, first, last, went = row.values()
        went = [re.fullmatch(r"(\d{6})(?:\[(\d{4})\])?", text) for text in went.split(";") if text]
        passed = [(match[1], int(match[2] or last)) for match in went]
        found.append(Life(code, name, LEVELS[level], int(first), int(last) if last else None, passed))
    return sorted(found, key=lambda life: (life.code, life.first))


def parent_of(code: str, codes: set[str]) -> str:
    """The area that a code lies in, by its digits; what the list calls directly administered lies in its province."""
    wider = [code[:4] + "00", code[:2] + "0000"]
    # No part of the country in whose name the warehouse's `CHN` is printed.
    country = "" if code[:2] in ("71", "81", "82") else "CHN"
    return next((area for area in wider if area in codes and area != code), country)


def successors(known: list[Life]) -> list[list[str]]:
    """(area, successor, year, all | rest | part) of counties as listed, and of what they lie in as it follows from them."""
    spans: dict[str, list[Life]] = defaultdict(list)
    for life in known:
        spans[life.code].append(life)
    moves: set[tuple[str, str, int]] = set()
    for life in known:
        for code, year in life.went:
            pairs = [(life.code, code)]
            pairs += [
                (life.code[:n] + "0" * (6 - n), code[:n] + "0" * (6 - n)) for n in (4, 2) if life.level == "county"
            ]
            moves |= {(a, b, year) for a, b in pairs if a != b and a in spans and b in spans and not within(b, a)}
    into = defaultdict(set)
    out = defaultdict(set)
    for area, successor, year in moves:
        into[successor, year].add(area)
        out[area, year].add(successor)
    rows = []
    for area, successor, year in sorted(moves):
        ends = any(life.last == year for life in spans[area]) and not any(life.first == year for life in spans[area])
        begins = not any(life.first < year and (life.last or 9999) >= year for life in spans[successor])
        whole = ends and len(out[area, year]) == 1
        alone = begins and len(into[successor, year]) == 1
        rows.append([area, successor, str(year), "all" if whole and alone else "merged" if whole else "part"])
    return rows


def within(area: str, wider: str) -> bool:
    """Whether a code lies in another by its digits: a city that a province takes out of itself."""
    return area.startswith(wider.rstrip("0")) and wider.endswith("00") and len(wider.rstrip("0")) <= 4


def records(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def write(name: str, header: list[str], rows: list[list[str]]) -> None:
    with (LISTS / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])


def tables(name_of, known: list[Life], written: list[dict[str, str]]) -> dict[str, list[list[str]]]:
    """Rows of the three lists. `name_of`: name in Latin letters of a life; `written`: the records of area.csv so far."""
    by_code: dict[str, list[Life]] = defaultdict(list)
    for life in known:
        by_code[life.code].append(life)

    def dates(first: int, last: int | None) -> list[str]:
        return [f"{first}-01-01", f"{last}-12-31" if last else ""]

    own = {row["code"]: row for row in written if row.get("name_en_kind") != "romanised"}
    areas = [[row.get(column) or "" for column in AREA] for row in written if row["code"] in own]
    areas += [
        [
            code,
            name_of(of[-1]),
            of[-1].name,
            parent_of(code, set(by_code)),
            of[-1].level,
            "GB/T 2260",
            *dates(of[0].first, of[-1].last),
            "romanised",
            "",
        ]
        for code, of in by_code.items()
        if code not in own
    ]
    former = [
        [code, own[code]["name_en"] if life is of[-1] and code in own else name_of(life), life.name]
        + dates(life.first, life.last)
        for code, of in by_code.items()
        if len(of) > 1
        for life in of
    ]
    return {"area": areas, "area_life": former, "area_successor": successors(known)}


def main() -> None:
    from pypinyin import lazy_pinyin

    readings = {row["text"]: row["reading"] for row in records(HERE / "reading.csv")}
    known = lives()
    made = tables(
        lambda life: english(life.name, life.level, readings, lazy_pinyin), known, records(LISTS / "area.csv")
    )
    for name, header in (("area", AREA), ("area_life", LIFE), ("area_successor", SUCCESSOR)):
        write(name, header, made[name])


if __name__ == "__main__":
    main()
