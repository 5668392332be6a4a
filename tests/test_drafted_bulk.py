"""Files that no page holds, Parquet and long CSV, are drafted by rows that stand for all of them."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from orchestration import intake
from orchestration.drafting import CannotDraft, Draft, new_source
from orchestration.intake import code_lists
from orchestration.intake.formats import csv_file
from orchestration.paths import Paths
from tests.conftest import SEEDS
from tests.test_drafting import paths

__all__ = ["paths"]
#: Counties of today, of which some share a name.
AREAS = {
    str(record["code"]): str(record["name_zh"])
    for record in [
        r for r in code_lists.read(SEEDS).lists.records["area"] if r["level"] == "county" and not r["valid_to"]
    ][:120]
}
MONTHS = [(year, month) for year in range(2014, 2024) for month in range(1, 13)]
ROWS = len(AREAS) * len(MONTHS)


def in_chinese() -> pl.DataFrame:
    """A panel with names that areas share, several figures a row, each with its unit in its name."""
    rows = [
        (code, name, f"{year}年{month}月", 1000 + n, 612.5 + n / 10, 7000.25 + n)
        for code, name in AREAS.items()
        for n, (year, month) in enumerate(MONTHS)
    ]
    names = ["行政区划代码", "地区", "时间", "城市低保人数（人）", "城市低保标准（元/月）", "农村低保标准（元/年）"]
    return pl.DataFrame(rows, schema=names, orient="row")


def in_english() -> pl.DataFrame:
    """A list of one figure a row, with years, months and codes as numbers."""
    rows = [
        (int(code), year, month, item, value + n, unit)
        for code in AREAS
        for n, (year, month) in enumerate(MONTHS)
        for item, value, unit in (
            ("urban_dibao_recipients", 1000.0, "persons"),
            ("urban_dibao_standard", 612.5, "yuan per month"),
        )
    ]
    return pl.DataFrame(rows, schema=["area_code", "year", "month", "indicator", "value", "unit"], orient="row")


def drafted(paths: Paths, frame: pl.DataFrame, tmp_path: Path, monkeypatch, form: str) -> Draft:
    """The draft of a panel in a form that is too large for a page."""
    monkeypatch.setattr(csv_file, "MAX_BYTES", 600_000)
    file = tmp_path / f"panel.{form}"
    file.write_bytes(frame.write_csv().encode("gb18030")) if form == "csv" else frame.write_parquet(file)
    return new_source(paths, file)


def answered(draft: Draft) -> str:
    """The descriptor with the answers that no file gives."""
    file = draft.folder / "datapackage.yaml"
    text = file.read_text(encoding="utf-8").replace("DECIDE_release_stage", "monthly")
    file.write_text(text.replace("DECIDE_cadence", "yearly"), encoding="utf-8")
    return text


@pytest.mark.parametrize("form", ["csv", "parquet"])
@pytest.mark.parametrize(("frame", "figures"), [(in_chinese(), 3), (in_english(), 2)], ids=["chinese", "english"])
def test_a_panel_asks_for_its_publication_alone(paths: Paths, tmp_path: Path, monkeypatch, frame, figures, form: str):
    draft = drafted(paths, frame, tmp_path, monkeypatch, form)
    assert len(draft.to_decide) == 2 and not draft.to_confirm, draft.report()
    answered(draft)
    read = intake.read(paths.seeds, only="panel")
    assert read.faults == [] and read.sources[0].bulk_figures == ROWS * figures


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_what_stands_far_below_is_seen(paths: Paths, tmp_path: Path, monkeypatch, form: str):
    """A mark, an item and a unit that no row has but one, below the rows that are read first."""
    frame = in_english().with_columns(pl.col("value").cast(pl.String))
    last = pl.DataFrame([(110105, 2024, 1, "rural_dibao_recipients", "…", "万人")], schema=frame.schema, orient="row")
    draft = drafted(paths, pl.concat([frame, last]), tmp_path, monkeypatch, form)
    text = answered(draft)
    assert 'missing_values: ["…"]' in text
    assert '"rural_dibao_recipients": {scheme: "DIBAO", indicator: "DIBAO_RECIPIENTS", residence: "R"}' in text


def test_a_line_of_another_width_is_told(paths: Paths, tmp_path: Path, monkeypatch):
    monkeypatch.setattr(csv_file, "MAX_BYTES", 600_000)
    file = tmp_path / "panel.csv"
    file.write_text(in_english().write_csv() + "110105,2024,1\n", encoding="utf-8")
    with pytest.raises(CannotDraft, match=f"line {ROWS * 2 + 2}: 3 cells"):
        new_source(paths, file)
    assert not (paths.seeds / "sources" / "panel").exists()


def test_so_large_a_file_that_is_no_list_says_what_is_expected(paths: Paths, tmp_path: Path):
    file = tmp_path / "page.parquet"
    pl.DataFrame({"a": ["x"] * 9, "b": [1.5] * 9}).write_parquet(file)
    with pytest.raises(CannotDraft, match="columns of areas, periods and figures"):
        new_source(paths, file)


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_rows_of_no_area_are_proposed_to_be_left_out(paths: Paths, tmp_path: Path, form: str):
    """高新区 is no area of the list: in a path, and in a column of its own; a person confirms it."""
    frame = in_chinese().head(40 * len(MONTHS)).select("地区", "时间", "城市低保人数（人）")
    city = pl.when(pl.col("地区") == "东城区").then(pl.lit("高新区")).otherwise(pl.col("地区"))
    file = tmp_path / f"list.{form}"
    # Such a CSV without a path is a page, of which each label is asked.
    for has_path in (True, False) if form == "parquet" else (True,):
        names = [pl.lit("北京市").alias("市")] * has_path + [
            city.alias("县"),
            pl.col("时间"),
            pl.col("城市低保人数（人）"),
        ]
        rows = (
            frame.select(names)
            if not has_path
            else frame.filter(pl.int_range(pl.len()) < 16 * len(MONTHS)).select(names)
        )
        file.write_text(rows.write_csv(), encoding="utf-8") if form == "csv" else rows.write_parquet(file)
        draft = new_source(paths, file, f"path_{has_path}".lower())
        assert len(draft.to_decide) == 2, draft.report()
        (told,) = [line for line in draft.to_confirm if "高新区" in line]
        first = frame["地区"].to_list().index("东城区") + 1 + (form == "csv")
        assert f'"高新区": _,  # confirm: row {first}, ' in told
        assert draft.figures == len(rows) - len(MONTHS), draft.report()


def listed(paths: Paths, tmp_path: Path, rows: list[str], name: str) -> tuple[Draft, str]:
    """The draft of a short list, and its descriptor."""
    file = tmp_path / "list.csv"
    file.write_text("\n".join(["指标,地区代码,数据时间,数值,单位", *rows]), encoding="utf-8")
    draft = new_source(paths, file, name)
    return draft, (draft.folder / "datapackage.yaml").read_text(encoding="utf-8")


def test_a_wrong_month_and_marks_of_missing_figures_leave_a_list_a_list(paths: Paths, tmp_path: Path):
    rows = [f"城市低保人数,{code},2022{month:02d},{1000 + month},人" for code in AREAS for month in (10, 11, 12)]
    draft, text = listed(paths, tmp_path, rows, "sound")
    assert len(draft.to_decide) == 2 and "layout: tidy" in text, draft.report()
    draft, text = listed(paths, tmp_path, [rows[0].replace("202210", "202213"), *rows[1:]], "month")
    (told,) = [line for line in draft.to_decide if "202213" in line]
    assert "layout: tidy" in text and "DECIDE" in told
    marks = ["NA", "N/A", "null", "—", "…", "..", "x", "缺失", "未公布", "#N/A", "", "-"]
    missing = [row.replace(f",{row.split(',')[3]},", f",{mark},") for row, mark in zip(rows, marks)]
    draft, text = listed(paths, tmp_path, [*missing, *rows[len(marks) :]], "marks")
    assert draft.faults == [], draft.report()
    (told,) = [line for line in draft.to_confirm if "missing_values" in line]
    assert "confirm: 缺失, 未公布 in place of a figure that is missing" in told
    _, text = listed(paths, tmp_path, [row.replace(",2022", ",22-") for row in rows], "century")
    assert 'holds: DECIDE}  # years of two digits: if they are of this century, name: "20{数据时间}"' in text


MONTHS_OF_A_ROW = (["1月", "2月"], ["--01", "--02"])


@pytest.mark.parametrize(
    ("form", "names", "when"),
    [("csv", *MONTHS_OF_A_ROW), ("parquet", *MONTHS_OF_A_ROW), ("parquet", ["2021", "2022"], ["2021", "2022"])],
)
def test_a_column_a_period_is_drafted(paths: Paths, tmp_path: Path, form: str, names, when):
    """A column a month beside one of years, and a column a year."""
    rows = [(code, "城市低保人数", 2022, 7.0, 9.0, "人") for code in AREAS]
    frame = pl.DataFrame(rows, schema=["区划代码", "指标", "年份", *names, "单位"], orient="row")
    frame = frame.drop("年份") if when == names else frame
    file = tmp_path / f"wide.{form}"
    file.write_text(frame.write_csv(), encoding="utf-8") if form == "csv" else frame.write_parquet(file)
    draft = new_source(paths, file)
    text = answered(draft)
    assert all(f'time_period: "{one}"' in text for one in when), text
    assert len(draft.to_decide) == 2 and draft.faults == [], draft.report()
    assert draft.figures == 2 * len(rows)
