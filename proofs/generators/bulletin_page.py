"""A bulletin in the making: tables and sentences from series of numbers, each figure rounded for itself."""

from __future__ import annotations

import csv
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from random import Random

import yaml

#: Unit texts of the code lists, with their powers of ten.
MONEY = {"100 million yuan": 8, "10 thousand yuan": 4, "million yuan": 6, "billion yuan": 9}
PEOPLE = {"10 thousand persons": 4, "persons": 0, "thousand persons": 3}
AREAS = {"Tianshui": "620500", "Wuwei": "620600", "Zhangye": "620700", "Jiuquan": "620900"}
Rows = list[tuple[dict, list[str]]]


def printed(value: float, unit: int, decimals: int, grouped: bool = False) -> str:
    """A value in units of ten to the power of `unit`, rounded half up."""
    number = Decimal(repr(value)).scaleb(-unit).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return f"{number:,f}" if grouped else f"{number:f}"


def path(random: Random, start: float, drift: float, spread: float, years: int) -> list[float]:
    """A series of yearly values: growth around `drift`, and now and then a step of up to a sixth."""
    values = [start]
    for _ in range(years - 1):
        step = random.uniform(-0.16, 0.16) if random.random() < 0.06 else 0
        values.append(values[-1] * (1 + random.gauss(drift, spread) + step))
    return values


class Bulletin:
    """One source in the making: its tables and the sentences of its text."""

    def __init__(self, name: str, random: Random):
        self.name, self.random = name, random
        self.resources: list[dict] = []
        self.files: dict[str, list[list[str]]] = {}
        self.sentences: list[dict[str, str]] = []
        self.first = random.randint(2012, 2018)
        self.years = [str(self.first + n) for n in range(random.randint(4, 7))]

    def row(
        self, label: str, values: list[float], units: dict[str, int] | None, decimals: int, **dimensions: str
    ) -> tuple[dict, list[str]]:
        """A row label with its unit, and the texts of its figures. `units`: None for a pure number."""
        unit = self.random.choice(list(units)) if units else None
        power = units[unit] if units else 0
        # Small units need no decimals, large ones keep four digits.
        decimals = 0 if power == 0 and units is not None and len(units) > 1 else decimals
        texts = [printed(v, power, decimals, grouped=power == 0 and units is PEOPLE) for v in values]
        stated = {"label": f"{label} ({unit})", "printed_unit": unit} if unit else {"label": label}
        return {**stated, **dimensions}, texts

    def table(self, title: str, rows: Rows, heads: list[dict], defaults: dict[str, str]) -> None:
        """Add a table; by chance it stands on its side."""
        name, labels = f"table_{len(self.resources) + 1}", [label for label, _ in rows]
        grid = [texts for _, texts in rows]
        axes = {"columns": heads, "rows": labels}
        if self.random.random() < 0.4:
            grid, axes = [list(column) for column in zip(*grid)], {"columns": labels, "rows": heads}
        self.files[f"{name}.csv"] = [["Item", *(c["label"] for c in axes["columns"])]] + [
            [label["label"], *texts] for label, texts in zip(axes["rows"], grid)
        ]
        head = {"name": name, "path": f"{name}.csv", "layout": "table", "title": f"Table. {title}"}
        self.resources.append({**head, "section": "1", "corner": "Item", "defaults": defaults, **axes})

    def say(
        self, statement: str, value: str, unit: str = "", qualifier: str = "", direction: str = "", **dimensions: str
    ) -> None:
        """Add a figure of the text."""
        first = {"section": "2", "statement": statement, "printed_value": value, "printed_unit": unit}
        self.sentences.append({**first, "qualifier": qualifier, "direction": direction, **dimensions})

    def heads(self) -> list[dict]:
        return [{"label": year, "time_period": year} for year in self.years]

    def write(self, folder: Path) -> None:
        """Leave the source's folder under `folder`."""
        own = folder / self.name
        own.mkdir(parents=True)
        if self.sentences:
            order = ["section", "statement", "printed_value", "printed_unit", "qualifier", "direction", *DIMENSIONS]
            columns = [n for n in order if any(n in s for s in self.sentences)]
            self.files["prose.csv"] = [columns, *([s.get(n, "") for n in columns] for s in self.sentences)]
            self.resources.append(
                {
                    "name": "prose",
                    "path": "prose.csv",
                    "layout": "prose",
                    "title": "Figures of the text",
                    "defaults": {"freq": "A"},
                }
            )
        for name, records in self.files.items():
            with (own / name).open("w", encoding="utf-8", newline="") as handle:
                csv.writer(handle, lineterminator="\n").writerows(records)
        descriptor = DESCRIPTOR | {"name": self.name, "resources": self.resources}
        (own / "datapackage.yaml").write_text(yaml.safe_dump(descriptor, allow_unicode=True, sort_keys=False), "utf-8")


DIMENSIONS = (
    "indicator",
    "measure",
    "counterpart",
    "scheme",
    "pop_group",
    "residence",
    "ref_area",
    "time_period",
    "base_period",
)
DESCRIPTOR = {
    "title": "A bulletin made up for measurements",
    "title_zh": "测试用公报",
    "citation": "Made up; no such bulletin was published.",
    "contributors": [{"title": "proofs/generators/bulletins.py"}],
    "licenses": [{"title": "Made up; free of rights."}],
    "release_stage": "bulletin",
    "vintage": "_U",
    "cadence": "yearly",
    "agency": "_U",
}
