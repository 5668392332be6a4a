"""A figure without a unit is none: the page states it, or the descriptor says that it does not."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from orchestration import intake
from tests.conftest import BULK, BULK_DESCRIPTOR, SOURCE, edit, put_cell, write_example

PROSE = f"{SOURCE}/prose.csv"


def faults(seeds: Path) -> list:
    return intake.read(seeds).faults


@pytest.fixture
def example(seeds: Path) -> Path:
    """The example of the documentation, without its unit."""
    folder = write_example(seeds)
    edit(folder / "datapackage.yaml", " (CNY/month)", "")
    edit(folder / "datapackage.yaml", "    printed_unit: CNY/month\n", "")
    return folder / "datapackage.yaml"


def test_a_printed_figure_without_a_unit_is_a_fault_or_declared(seeds: Path, example: Path):
    (fault,) = faults(seeds)
    assert (fault.file, fault.row, fault.column) == ("sources/example_bulletin/table_1.csv", 2, "2025")
    assert fault.read == "823.5 without a unit"
    assert "printed_unit of its label or of the table" in fault.expected and "unit_stated: false" in fault.expected
    edit(example, "Table 1. Standards", "Table 1. Standards (CNY/month)")
    (fault,) = faults(seeds)
    assert "it prints 'CNY/month'" in fault.expected


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('    section: "1"\n', '    section: "1"\n    unit_stated: false\n'),
        ("residence: U", "residence: U, unit_stated: false"),
        ('time_period: "2025"', 'time_period: "2025", unit_stated: false'),
    ],
    ids=["table", "row", "column"],
)
def test_that_no_unit_is_stated_may_be_declared(seeds: Path, example: Path, old: str, new: str):
    edit(example, old, new)
    result = intake.read(seeds, only="example_bulletin")
    assert result.faults == []
    (cell,) = next(source for source in result.sources if source.source_id == "example_bulletin").rows["observation"]
    assert cell["printed_unit"] is None


@pytest.mark.parametrize(
    ("old", "new", "column", "expected"),
    [
        ("residence: U", "residence: U, unit_stated: true", "resources.0.rows.0.unit_stated", "is the printed_unit"),
        ("label: Cities", "label: Cities (CNY), unit_stated: false", "resources.0.rows.0.printed_unit", "'CNY', as the label"),
        ("residence: U", "residence: U, unit_stated: false, printed_unit: CNY", "resources.0.rows.0", "not both"),
        ("title: Table 1. Standards", "title: 表1（万元）\n    unit_stated: false", "resources.0.unit_stated", "printed_unit: 万元"),
    ],
)  # fmt: skip
def test_what_is_stated_cannot_be_declared_away(seeds: Path, example: Path, old, new, column, expected):
    edit(example, old, new)
    if "label: Cities" in old:
        edit(example.parent / "table_1.csv", "Cities", "Cities (CNY)")
    found = [fault for fault in faults(seeds) if fault.column == column]
    assert found and expected in found[0].expected


def test_a_row_without_a_unit_takes_none_from_its_table(seeds: Path, example: Path):
    """The table's unit is that of the rows that say nothing else; a column that states one contradicts the row."""
    edit(example, "title: Table 1. Standards", "title: Table 1. Standards (CNY/month)\n    printed_unit: CNY/month")
    edit(example, "residence: U", "residence: U, unit_stated: false")
    result = intake.read(seeds, only="example_bulletin")
    (cell,) = next(source for source in result.sources if source.source_id == "example_bulletin").rows["observation"]
    assert result.faults == [] and cell["printed_unit"] is None
    edit(example, 'time_period: "2025"', 'time_period: "2025", printed_unit: CNY/month')
    (fault,) = intake.read(seeds, only="example_bulletin").faults
    assert fault.read == "none for the row and CNY/month for the column"


def test_growth_is_in_the_percent_of_its_own_label(seeds: Path, example: Path):
    """As offices print it: rows in yuan, and beside the years a column of growth."""
    edit(example, "residence: U", "residence: U, printed_unit: 元/人·月")
    edit(example, "label: Cities", "label: 城市（元/人·月）")
    growth = '- {label: 增长（%）, time_period: "2025", measure: growth, base_period: "2024", printed_unit: "%"}'
    edit(example, '      - {label: "2025"', f'      {growth}\n      - {{label: "2025"')
    table = example.parent / "table_1.csv"
    table.write_text("Standard,增长（%）,2025\n城市（元/人·月）,5.1,823.5\n", encoding="utf-8")
    result = intake.read(seeds, only="example_bulletin")
    cells = next(source for source in result.sources if source.source_id == "example_bulletin").rows["observation"]
    assert result.faults == [] and [cell["printed_unit"] for cell in cells] == ["%", "元/人·月"]
    edit(example, "measure: growth", "measure: change")
    (fault,) = intake.read(seeds, only="example_bulletin").faults
    assert fault.read == "元/人·月 for the row and % for the column" and fault.row == 2


@pytest.mark.parametrize("of_labels", [False, True], ids=["the unit of the table", "the unit of a label"])
def test_growth_takes_no_unit_of_what_has_grown(seeds: Path, example: Path, of_labels: bool):
    """Where the page prints no sign of per cent, the descriptor says so; a sign in the cell is one."""
    edit(example, "Table 1. Standards", "Table 1. Standards (CNY/month)")
    if of_labels:
        edit(example, "residence: U", "residence: U, printed_unit: CNY/month")
    else:
        edit(example, "    corner:", "    printed_unit: CNY/month\n    corner:")
    growth = '- {label: Growth, time_period: "2025", measure: growth, base_period: "2024"}'
    edit(example, '      - {label: "2025"', f'      {growth}\n      - {{label: "2025"')
    table = example.parent / "table_1.csv"
    table.write_text("Standard,Growth,2025\nCities,5.1,823.5\n", encoding="utf-8")
    (fault,) = intake.read(seeds, only="example_bulletin").faults
    assert (fault.row, fault.column, fault.read) == (2, "Growth", "growth in CNY/month")
    assert "unit_stated: false" in fault.expected and 'printed_unit: "%"' in fault.expected
    for text, base_period, meant in (
        ("5.1", '"2024", unit_stated: false', None),
        ("5.1%", '"2024"', None),
        ("5.1", '"2024", unit_meant: "%"', "%"),
        ("5.1%", '"2024", unit_meant: "%"', None),
    ):
        described = example.read_text(encoding="utf-8")
        edit(example, 'base_period: "2024"', f"base_period: {base_period}")
        table.write_text(f"Standard,Growth,2025\nCities,{text},823.5\n", encoding="utf-8")
        result = intake.read(seeds, only="example_bulletin")
        cells = next(source for source in result.sources if source.source_id == "example_bulletin").rows["observation"]
        told = [(cell["printed_unit"], cell["unit_meant"]) for cell in cells]
        assert result.faults == [] and told == [(None, meant), ("CNY/month", None)]
        example.write_text(described, encoding="utf-8")


MEANT = ', unit_meant: "%"'


@pytest.mark.parametrize(
    ("label", "said", "edited", "expected"),
    [
        ("Growth", ", unit_meant: CNY", (), "a unit text of pure numbers"),
        ("Growth", ", unit_meant: per hundred", (), "a unit text of pure numbers"),
        ("Growth", MEANT + ', printed_unit: "%"', (), "where the page prints no unit"),
        ("Growth", MEANT + ", unit_stated: false", (), "where the page prints no unit"),
        ("Growth (%)", MEANT, (), "'%', as the label prints it"),
        ("Growth", MEANT, ("1. Standards", "1. Standards, %"), "printed_unit: %, as the title"),
        ("Growth", MEANT, ("residence: U", "residence: U" + MEANT), "growth, a ratio, a share"),
        ("Growth", "", ("    corner:", f"    notes: [{{label: x{MEANT}}}]\n    corner:"), "a line has what it prints"),
    ],
)
def test_the_unit_that_is_meant_is_of_pure_numbers_and_printed_nowhere(
    seeds: Path, example: Path, label: str, said: str, edited: tuple[str, ...], expected: str
):
    growth = f'- {{label: {label}, time_period: "2025", measure: growth, base_period: "2024"{said}}}'
    edit(example, '      - {label: "2025"', f'      {growth}\n      - {{label: "2025"')
    if edited:
        edit(example, *edited)
    (example.parent / "table_1.csv").write_text(f"Standard,{label},2025\nCities,5.1,823.5\n", encoding="utf-8")
    found = intake.read(seeds, only="example_bulletin").faults
    assert any(expected in fault.expected for fault in found), [*map(str, found)]


def test_a_figure_of_the_text_without_a_unit_is_a_fault_or_declared(seeds: Path):
    edit(seeds / PROSE, "17.011,million,", "17.011,,")
    (fault,) = faults(seeds)
    assert (fault.file, fault.row, fault.column, fault.read) == (PROSE, 10, "printed_unit", "17.011 without a unit")
    header, *rows = (seeds / PROSE).read_text(encoding="utf-8").splitlines()
    at = header.split(",").index("indicator")

    def stated(line: str, text: str) -> str:
        parts = line.rsplit(",", header.count(",") + 1 - at)
        return ",".join([parts[0], text, *parts[1:]])

    lines = [stated(header, "unit_stated"), *(stated(row, "false" if "17.011" in row else "") for row in rows)]
    (seeds / PROSE).write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert faults(seeds) == []
    edit(seeds / PROSE, "17.011,,,,false", "17.011,million,,,false")
    (fault,) = faults(seeds)
    assert (fault.row, fault.column, fault.read) == (10, "unit_stated", "false beside million")


@pytest.mark.parametrize(
    ("label", "declared", "fault"),
    [
        ("城市标准万元", "", "'万元', as the label prints it"),
        ("城市标准万元", ", printed_unit: 万元", ""),
        ("城市标准（元/人·月）", ", printed_unit: 元/人·月", ""),
        ("城市标准（元／人・月）", ", printed_unit: 元/人·月", ""),
        ("城市标准（万元）", ", printed_unit: 元", "'万元', as the label prints it"),
        ("标 准", ", printed_unit: 元", "a unit that the label, the title or a note prints"),
        ("参保人", ", unit_stated: false", ""),
        ("人 数", ", unit_stated: false", ""),
    ],
)  # fmt: skip
def test_a_chinese_label_prints_its_unit(seeds: Path, example: Path, label: str, declared: str, fault: str):
    edit(example, "label: Cities", f"label: {label}{declared}")
    edit(example.parent / "table_1.csv", "Cities", label)
    found = faults(seeds)
    assert [f.column for f in found if fault in f.expected] == (["resources.0.rows.0.printed_unit"] if fault else [])
    assert bool(found) == bool(fault)


NOTE = "Unit: 100 million yuan"


@pytest.mark.parametrize(
    ("label", "declared", "note", "expected"),
    [
        ("Cities (100,000 yuan)", "", "", "it prints '100,000 yuan'"),
        ("Cities (100,000 yuan)", ", printed_unit: yuan", "", "'100,000 yuan', as the label prints it; one that unit_text.csv lacks"),
        ("Cities (US$ million)", ", printed_unit: million", "", "'US$ million', as the label"),
        ("Cities (US$ million)", ", unit_stated: false", "", "'US$ million', as the label"),
        ("Cities (bn yuan)", "", NOTE, "'bn yuan', as the label"),
        ("城市（亿元人民币）", ", unit_stated: false", "", "'亿元人民币', as the label"),
        ("城市（亿元）（万元）", ", printed_unit: 亿元", "", "one unit: the label prints 万元 and 亿元"),
        ("Cities in yuan terms", ", printed_unit: yuan", NOTE, "'100 million yuan', as the title or a note states it"),
        ("Cities in yuan terms", ", printed_unit: 100 million yuan", NOTE, ""),
        ("Cities in yuan terms", "", NOTE, ""),
        ("Yuan", "", NOTE, ""),
        ("Cities (yuan)", "", NOTE, "'yuan', as the label"),
        ("Cities (100 million Yuan)", ", printed_unit: 100 million yuan", "", ""),
    ],
)  # fmt: skip
def test_an_english_label_prints_its_unit(seeds: Path, example: Path, label, declared, note, expected):
    """What nobody knows is added to the list; a smaller unit is never proposed, nor taken."""
    edit(example, "label: Cities", f"label: {label}{declared}")
    edit(example.parent / "table_1.csv", "Cities", f'"{label}"')
    edit(example, "{label: " + label, "{label: " + f'"{label}"')
    if note:
        edit(
            example,
            '    section: "1"\n',
            f'    section: "1"\n    notes: ["{note}"]\n    printed_unit: 100 million yuan\n',
        )
    found = intake.read(seeds, only="example_bulletin").faults
    assert [expected in fault.expected for fault in found] == ([True] if expected else [])


def test_a_row_cannot_say_that_the_title_states_nothing(seeds: Path, example: Path):
    """Where the title's unit is of the row's quantity and the table has not taken it up."""
    edit(example, "title: Table 1. Standards", "title: 表1（单位：元/月）")
    edit(example, "residence: U", "residence: U, unit_stated: false")
    (fault,) = intake.read(seeds, only="example_bulletin").faults
    assert fault.column == "resources.0.rows.0.unit_stated" and "printed_unit: 元/月" in fault.expected
    edit(example, "单位：元/月", "单位：万人")
    assert intake.read(seeds, only="example_bulletin").faults == []
    edit(example, "单位：万人", "单位：亿美元")
    (fault,) = intake.read(seeds, only="example_bulletin").faults
    assert "'亿美元', as the title or a note prints it; one that unit_text.csv lacks" in fault.expected


def test_what_a_title_prints_is_proposed_in_the_right_quantity(seeds: Path, example: Path):
    edit(example, "title: Table 1. Standards", "title: 表1（单位：万人、元/月）")
    (fault,) = intake.read(seeds, only="example_bulletin").faults
    assert "it prints '元/月'" in fault.expected


@pytest.mark.parametrize("note", ["单位：元/人·月", "计量单位: 元/人·月", "（元／人・月）", "本表单位为元/人·月。"])
def test_a_unit_line_states_the_unit_of_a_table(seeds: Path, example: Path, note: str):
    edit(example, '    section: "1"\n', f'    section: "1"\n    notes: ["{note}"]\n    printed_unit: 元/人·月\n')
    assert faults(seeds) == []


@pytest.mark.parametrize("figure", ["12.5", "12.5%"])
def test_a_label_may_print_the_percent_sign_too(seeds: Path, example: Path, figure: str):
    edit(example, "residence: U", 'residence: U, measure: share, counterpart: residence=R, printed_unit: "%"')
    edit(example, "label: Cities", "label: Cities (%)")
    (example.parent / "table_1.csv").write_text(f"Standard,2025\nCities (%),{figure}\n", encoding="utf-8")
    assert faults(seeds) == []


def test_a_text_that_is_no_number_hides_no_figure_without_a_unit(seeds: Path, example: Path):
    """All faults at once: of texts, of labels and of units, in a table and in the running text."""
    edit(
        example,
        "{label: Cities",
        "{label: Villages, residence: R}\n      - {label: Towns, residence: U}\n      - {label: Cities",
    )
    (example.parent / "table_1.csv").write_text(
        "Standard,2025\nTowns,5x\nVillages,3\nHamlets,4\nCities,7.1\n", encoding="utf-8"
    )
    edit(seeds / PROSE, "17.011,million,", "17.011,,")
    lines = (seeds / PROSE).read_text(encoding="utf-8").splitlines()
    at = lines[0].split(",").index("printed_value")
    value = next(csv.reader([lines[1]]))[at]
    lines[1] = lines[1].replace(f",{value},", ",2x,", 1)
    (seeds / PROSE).write_text("\n".join(lines) + "\n", encoding="utf-8")
    found = [(fault.row, fault.read) for fault in faults(seeds)]
    assert {(2, "5x"), (3, "3 without a unit"), (4, "Hamlets"), (2, "2x"), (10, "17.011 without a unit")} <= {*found}


# In bulk.


@pytest.mark.parametrize("unit", ["row", "column"])
def test_a_figure_without_a_unit_is_a_fault(long_csv: Path, tmp_path: Path, unit: str):
    """484 may be 484 yuan or 484 hundred millions: an empty cell, or no unit at all, is a fault an indicator, or declared."""
    seeds = Path(shutil.copytree(long_csv, tmp_path / "seeds"))
    header, *rows = (seeds / BULK).read_text(encoding="utf-8").splitlines()
    assert rows[0].split(",")[1] == rows[1].split(",")[1] == "DIBAO_STANDARD"
    cut = 2 if unit == "row" else len(rows)
    if unit == "column":
        edit(seeds / BULK_DESCRIPTOR, "{name: unit, holds: printed_unit}", "{name: unit, holds: _}")
    lines = [header, *(put_cell(row, "unit", "") for row in rows[:cut]), *rows[cut:]]
    (seeds / BULK).write_text("\n".join(lines) + "\n", encoding="utf-8")
    found = sorted(intake.read(seeds, tmp_path / "spill").faults)
    (first,) = [fault for fault in found if "unit for DIBAO_STANDARD" in fault.expected]
    assert (first.row, first.column) == (
        2,
        "unit" if unit == "row" else "value",
    ) and "(2 rows read so)" in first.expected
    assert first.read.endswith(" without a unit") and "unit_stated: false of the resource" in first.expected
    assert len(found) == len({row.split(",")[1] for row in rows[:cut]})
    edit(seeds / BULK_DESCRIPTOR, "    layout: tidy\n", "    layout: tidy\n    unit_stated: false\n")
    assert intake.read(seeds, tmp_path / "spill").faults == []


def test_a_mark_for_a_missing_figure_needs_no_unit(long_csv: Path, tmp_path: Path):
    seeds = Path(shutil.copytree(long_csv, tmp_path / "seeds"))
    header, *rows = (seeds / BULK).read_text(encoding="utf-8").splitlines()
    rows[0] = put_cell(put_cell(rows[0], "value", "-"), "unit", "")
    (seeds / BULK).write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    assert intake.read(seeds, tmp_path / "spill").faults == []


def test_what_the_title_states_for_all_cannot_be_declared_away(long_csv: Path, tmp_path: Path):
    seeds = Path(shutil.copytree(long_csv, tmp_path / "seeds"))
    edit(
        seeds / BULK_DESCRIPTOR,
        "    layout: tidy\n",
        "    layout: tidy\n    unit_stated: false\n    notes: [单位：万人]\n",
    )
    (fault,) = intake.read(seeds, tmp_path / "spill").faults
    assert fault.column == "resources.0.unit_stated" and "printed_unit: 万人" in fault.expected


@pytest.mark.parametrize("declared", ["unit_stated: false", "printed_unit: 千人", ""])
def test_the_name_of_the_value_column_states_the_unit_of_all(long_csv: Path, tmp_path: Path, declared: str):
    seeds = Path(shutil.copytree(long_csv, tmp_path / "seeds"))
    edit(seeds / BULK_DESCRIPTOR, "{name: unit, holds: printed_unit}", "{name: unit, holds: _}")
    edit(seeds / BULK_DESCRIPTOR, "{name: value, ", "{name: 数值（万人）, ")
    edit(seeds / BULK, ",value", ",数值（万人）")
    edit(
        seeds / BULK_DESCRIPTOR,
        "    layout: tidy\n",
        f"    layout: tidy\n    {declared}\n" if declared else "    layout: tidy\n",
    )
    (fault,) = [f for f in intake.read(seeds, tmp_path / "spill").faults if f.file == BULK_DESCRIPTOR]
    assert fault.column == "resources.0.printed_unit" and "'万人', as the label prints it" in fault.expected
