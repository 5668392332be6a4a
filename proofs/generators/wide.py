"""A printed table as large as they come: counties by rows, eight figures in five years by columns, and right in every cell.

    python -m proofs.generators.wide FOLDER --rows 3000                120,000 figures, no error
    python -m proofs.generators.wide FOLDER --rows 300 --harmed 0.5    of every second county spending is wrong in each year

Recipients, spending, spending per recipient and standard of dibao, urban and rural. The numbers are made up from the
number of the county alone, so that a smaller table is the beginning of a larger one.
"""

from __future__ import annotations

import argparse
import csv
import sys
from pathlib import Path
from random import Random

import yaml

from proofs.generators import panel

SOURCE, YEARS, ROWS = "wide_table", range(2015, 2020), 3_000
#: Of each figure of a county: Chinese name, unit text, indicator.
FIGURES = (
    ("低保人数", "人", "DIBAO_RECIPIENTS"),
    ("低保支出", "万元", "DIBAO_EXPENDITURE"),
    ("人均支出", "元/人·年", "DIBAO_EXPENDITURE_PER_RECIPIENT"),
    ("低保标准", "元/人·月", "DIBAO_STANDARD"),
)
RESIDENCES = {"U": "城市", "R": "农村"}


def columns() -> list[dict[str, str]]:
    """The column labels of the table with what they mean, of a descriptor: 40 of them."""
    return [
        {
            "label": f"{year}年{RESIDENCES[residence]}{name}({unit})",
            "printed_unit": unit,
            "indicator": indicator,
            "residence": residence,
            "time_period": str(year),
        }
        for year in YEARS
        for residence in RESIDENCES
        for name, unit, indicator in FIGURES
    ]


def county(number: int, harmed: bool = False) -> list[str]:
    """The figures of one county in the order of `columns`; `harmed`: spending ten times too high, rounded otherwise."""
    random, texts = Random(number), []
    for _ in RESIDENCES:
        recipients, standard = random.randint(2_000, 90_000), random.uniform(300, 700)
        each = standard * random.uniform(6, 9)
        yearly = []
        for _ in YEARS:
            spent = round(recipients * each / 1e4, 2)
            printed = spent * 11.7 if harmed else spent
            yearly.append([str(recipients), f"{printed:.2f}", f"{spent * 1e4 / recipients:.1f}", f"{standard:.1f}"])
            recipients = round(recipients * random.uniform(0.96, 1.01))
            growth = random.uniform(1.02, 1.06)
            each, standard = each * growth, standard * growth
        texts.append(yearly)
    return [text for year in range(len(YEARS)) for part in texts for text in part[year]]


def write(folder: Path, rows: int, harmed: float = 0.0) -> None:
    """Leave a seeds folder with one source of one table. `harmed`: the share of counties whose spending is wrong.

    Raises FileExistsError if `folder` is there, ValueError for more rows.
    """
    if not 1 <= rows <= ROWS or not 0 <= harmed <= 1:
        raise ValueError(f"1 to {ROWS} rows and a share from 0 to 1; read {rows} and {harmed}")
    source = folder / "sources" / SOURCE
    source.mkdir(parents=True, exist_ok=False)
    panel.write_lists(folder, rows)
    areas = [code for code, _ in panel.counties(rows)]
    descriptor = {
        "name": SOURCE,
        "title": "Dibao by county",
        "title_zh": "分县低保情况",
        "citation": "Made up.",
        "contributors": [{"title": "Minsheng"}],
        "licenses": [{"title": "Figures are made up."}],
        "release_stage": "yearbook",
        "vintage": "2020",
        "cadence": "yearly",
        "agency": "MCA",
        "resources": [
            {
                "name": "table_1",
                "path": "table_1.csv",
                "layout": "table",
                "title": "分县低保情况",
                "section": "1",
                "corner": "地区",
                "defaults": {"freq": "A", "scheme": "DIBAO"},
                "columns": columns(),
                "rows": [{"label": f"县{code}", "ref_area": code} for code in areas],
            }
        ],
    }
    with (source / "datapackage.yaml").open("w", encoding="utf-8") as file:
        yaml.safe_dump(descriptor, file, allow_unicode=True, sort_keys=False, default_flow_style=None, width=1000)
    with (source / "table_1.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["地区", *(column["label"] for column in columns())])
        for number, code in enumerate(areas):
            is_harmed = int((number + 1) * harmed) > int(number * harmed)
            writer.writerow([f"县{code}", *county(number, is_harmed)])


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m proofs.generators.wide",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("folder", type=Path, help="seeds folder to make; it must not be there yet")
    parser.add_argument("--rows", type=int, default=3_000, help="counties (3000)")
    parser.add_argument("--harmed", type=float, default=0.0, help="share of the counties whose spending is wrong (0)")
    options = parser.parse_args(arguments)
    try:
        write(options.folder, options.rows, options.harmed)
    except (FileExistsError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
