"""One encoding per concept: whatever form a page states a figure in, one concept comes out, or a fault with its place."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest
import yaml

from orchestration import intake
from tests.conftest import edit
from validations.dimensions import DIMENSIONS

NAME = "two_forms"
PARTICIPANTS = {"indicator": "INSURANCE_PARTICIPANTS"}
#: What a page may state, and what it is read as.
FORMS = {
    "a scheme of a group": (
        PARTICIPANTS | {"scheme": "BASIC_MEDICAL_EMPLOYEES"},
        PARTICIPANTS | {"scheme": "BASIC_MEDICAL", "pop_group": "EMPLOYEES"},
    ),
    "a group of a scheme": (
        PARTICIPANTS | {"scheme": "BASIC_PENSION", "pop_group": "RESIDENTS"},
        PARTICIPANTS | {"scheme": "BASIC_PENSION_RESIDENTS", "pop_group": "_T"},
    ),
    "a scheme of a group, for a part of it": (
        PARTICIPANTS | {"scheme": "BASIC_MEDICAL_EMPLOYEES", "pop_group": "RETIRED"},
        PARTICIPANTS | {"scheme": "BASIC_MEDICAL", "pop_group": "RETIRED"},
    ),
    "an indicator of a scheme": (
        {"indicator": "SOCIAL_SECURITY_EXPENDITURE", "scheme": "DIBAO"},
        {"indicator": "DIBAO_EXPENDITURE", "scheme": "DIBAO"},
    ),
    "a ratio that is an indicator": (
        {
            "indicator": "FISCAL_REVENUE",
            "scheme": "_Z",
            "measure": "ratio",
            "counterpart": "indicator=FISCAL_EXPENDITURE",
        },
        {"indicator": "FISCAL_SELF_SUFFICIENCY", "scheme": "_Z", "measure": "level", "counterpart": "_Z"},
    ),
    "a multiple of another group": (
        {"indicator": "PENSION_BENEFIT", "scheme": "BASIC_PENSION", "pop_group": "EMPLOYEES"}
        | {"measure": "ratio", "counterpart": "pop_group=RESIDENTS"},
        {"scheme": "BASIC_PENSION_EMPLOYEES", "pop_group": "_T", "counterpart": "scheme=BASIC_PENSION_RESIDENTS"},
    ),
    "a share of another indicator's whole": (
        {"indicator": "SOCIAL_SECURITY_EXPENDITURE", "scheme": "DIBAO", "measure": "share"}
        | {"counterpart": "scheme=SOCIAL_ASSISTANCE"},
        {
            "indicator": "DIBAO_EXPENDITURE",
            "counterpart": "indicator=SOCIAL_SECURITY_EXPENDITURE scheme=SOCIAL_ASSISTANCE",
        },
    ),
}
UNITS = {
    "INSURANCE_PARTICIPANTS": ("10 thousand persons", "万人"),
    "PENSION_BENEFIT": ("yuan/month", "元/月"),
}
LAYOUTS = ("table", "prose", "tidy")


def state(seeds: Path, stated: dict[str, str], layout: str, label: str = "Item", name: str = NAME) -> Path:
    """A source of one figure, 12.5 of 2021 in China, in the dimensions that its page states; English, or Chinese labels."""
    chinese = not label.isascii()
    relative = stated.get("measure", "level") in ("ratio", "share")
    unit = None if relative else UNITS.get(stated["indicator"], ("100 million yuan", "亿元"))[chinese]
    for other in (seeds / "sources").iterdir():
        if not other.name.startswith(NAME):
            shutil.rmtree(other)
    folder = seeds / "sources" / name
    folder.mkdir()
    codes = {"ref_area": "CHN", "freq": "A", "time_period": "2021", **stated}
    resource: dict = {"name": "figures", "path": "figures.csv", "layout": layout, "title": label, "section": "1"}
    if layout == "table":
        printed = f"{label} ({unit})" if unit else label
        resource |= {"corner": label, "defaults": {n: c for n, c in codes.items() if n != "time_period"}}
        resource["columns"] = [{"label": "2021", "time_period": "2021"}]
        resource["rows"] = [{"label": printed, "printed_unit": unit} if unit else {"label": printed}]
        text = f"{label},2021\n{printed},12.5\n"
    elif layout == "prose":
        resource.pop("section")
        resource["defaults"] = codes
        text = "section,statement,printed_value,printed_unit,qualifier,direction\n"
        text += f"1,{label},12.5,{unit or ''},,\n"
    else:
        columns = [n for n in DIMENSIONS if n in stated]
        resource["defaults"] = {n: c for n, c in codes.items() if n not in stated}
        held = [*columns, "printed_value", *(["printed_unit"] if unit else [])]
        resource["columns"] = [{"name": n, "holds": n} for n in held]
        text = (
            ",".join(held) + "\n" + ",".join([*(stated[n] for n in columns), "12.5", *([unit] if unit else [])]) + "\n"
        )
    package = {
        "name": name,
        "title": label,
        "title_zh": label,
        "citation": "Made up for tests.",
        "contributors": [{"title": "Tests"}],
        "licenses": [{"title": "Free of rights"}],
        "release_stage": "bulletin",
        "vintage": "2022",
        "cadence": "never",
        "agency": "_U",
        "resources": [resource],
    }
    (folder / "datapackage.yaml").write_text(yaml.safe_dump(package, allow_unicode=True), encoding="utf-8")
    (folder / "figures.csv").write_text(text, encoding="utf-8")
    return folder


def figures(seeds: Path, raw: Path) -> list[dict]:
    """The figures of the made-up sources as intake leaves them."""
    intake.write(intake.read(seeds), raw)
    query = f"select * from read_parquet('{raw}/observation/**/*.parquet') where source_id like '{NAME}%'"
    return duckdb.sql(query).pl().to_dicts()


@pytest.mark.parametrize("label", ["Item", "指标"])
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("form", FORMS)
def test_a_declared_form_is_read_as_its_concept(form: str, layout: str, label: str, seeds: Path, tmp_path: Path):
    stated, expected = FORMS[form]
    state(seeds, stated, layout, label)
    (figure,) = figures(seeds, tmp_path / "raw")
    assert {name: figure[name] for name in expected} == expected
    assert figure["printed_value"] == "12.5" and label in (figure["row_label"] or label)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_canonical_form_stays_as_it_is(layout: str, seeds: Path, tmp_path: Path):
    stated = PARTICIPANTS | {"scheme": "BASIC_MEDICAL", "pop_group": "EMPLOYEES"}
    state(seeds, stated, layout)
    (figure,) = figures(seeds, tmp_path / "raw")
    assert {name: figure[name] for name in stated} == stated


def test_both_forms_in_one_bulk_file_are_one_figure_stated_twice(seeds: Path, tmp_path: Path):
    stated = PARTICIPANTS | {"scheme": "BASIC_MEDICAL_EMPLOYEES", "pop_group": "_T"}
    folder = state(seeds, stated, "tidy")
    with (folder / "figures.csv").open("a") as file:
        file.write("INSURANCE_PARTICIPANTS,BASIC_MEDICAL,EMPLOYEES,12.6,10 thousand persons\n")
    found = figures(seeds, tmp_path / "raw")
    assert len({figure["observation_id"] for figure in found}) == 2
    assert len({tuple(figure[name] for name in DIMENSIONS) for figure in found}) == 1


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(
    ("stated", "column", "expected"),
    [
        pytest.param(
            PARTICIPANTS | {"scheme": "BASIC_MEDICAL_EMPLOYEES", "pop_group": "RESIDENTS"},
            "pop_group",
            "EMPLOYEES, or nothing: scheme=BASIC_MEDICAL_EMPLOYEES is read as",
            id="a form that the figure contradicts",
        ),
        pytest.param(
            PARTICIPANTS | {"scheme": "BASIC_PENSION_EMPLOYEES", "pop_group": "RESIDENTS"},
            "pop_group",
            "a part of EMPLOYEES, for whom BASIC_PENSION_EMPLOYEES is, or nothing",
            id="a group of another scheme",
        ),
        pytest.param(
            PARTICIPANTS | {"scheme": "BASIC_PENSION_EMPLOYEES", "pop_group": "EMPLOYEES"},
            "pop_group",
            "scheme=BASIC_PENSION_EMPLOYEES pop_group=_T, which says the same",
            id="a group that the scheme names already",
        ),
        pytest.param(
            {"indicator": "DIBAO_RECIPIENTS", "scheme": "_Z"},
            "scheme",
            "scheme=DIBAO, which says the same",
            id="an indicator of dibao without it",
        ),
        pytest.param(
            {"indicator": "DIBAO_EXPENDITURE", "scheme": "DIBAO", "measure": "ratio"}
            | {"counterpart": "indicator=DIBAO_RECIPIENTS"},
            "measure",
            "indicator=DIBAO_EXPENDITURE_PER_RECIPIENT measure=level counterpart=_Z, which says the same",
            id="a quotient that is an indicator",
        ),
    ],
)
def test_an_undeclared_form_is_a_fault_with_its_place(stated, column, expected, layout, seeds: Path):
    state(seeds, stated, layout)
    found = intake.read(seeds).faults
    assert found and all(f"sources/{NAME}/figures.csv" == fault.file and fault.row == 2 for fault in found)
    assert any(column == fault.column or column in fault.read for fault in found)
    assert any(expected in fault.expected for fault in found)


@pytest.mark.parametrize(
    ("stated", "relation_id", "expected"),
    [
        (
            PARTICIPANTS | {"scheme": "BASIC_PENSION", "pop_group": "EMPLOYEES"},
            "pension_of_employees",
            "scheme=BASIC_PENSION_EMPLOYEES pop_group=_T, which says the same",
        ),
        (
            {"indicator": "SOCIAL_SECURITY_EXPENDITURE", "scheme": "DIBAO"},
            "dibao_expenditure_among_social_security",
            "indicator=DIBAO_EXPENDITURE, which says the same",
        ),
        (
            {"indicator": "POPULATION", "scheme": "_Z", "population_basis": "registered"},
            "registered_population",
            "indicator=REGISTERED_POPULATION, which says the same",
        ),
    ],
    ids=["group", "scheme", "basis"],
)
def test_a_form_that_is_no_longer_declared_is_a_fault(stated: dict, relation_id: str, expected: str, seeds: Path):
    """The declarations are what reads the forms: without one, what lists show to be the same stops."""
    state(seeds, stated, "table")
    file = seeds / "relations/alias.csv"
    lines = [line for line in file.read_text("utf-8").splitlines() if not line.startswith(f"{relation_id},")]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    (fault,) = intake.read(seeds).faults
    assert expected in fault.expected


def test_an_indicator_that_only_ends_like_another_is_another(seeds: Path):
    """Spending by a fund is no spending on dibao, whatever its scheme."""
    state(seeds, {"indicator": "INSURANCE_FUND_EXPENDITURE", "scheme": "DIBAO"}, "table")
    assert not intake.read(seeds).faults


DECISION = """decisions:
  - decision_id: of_residents
    outcome: relabelled
    field: {field}
    new_value: {value}
    covers: [{{table: figures, row: 2, column: 2, expected: ["12.5"]}}]
    evidence: Made up.
    caveat_en: Relabelled.
    caveat_zh: 已更正。
    confidence: high
    decided_by: tests
    decided_on: "2024-01-01"
"""
CLAIM = """claims:
  - claim_id: as_stated
    section: "1"
    statement: The figure is what it is.
    printed: {{table: figures, row: 2, column: 2, expected: "12.5"}}
    operator: value
    operands:
      figure:
        - {{table: figures, where: {where}}}
    test: equals
"""


def decide(folder: Path, field: str, value: str, layout: str = "table") -> None:
    text = DECISION.format(field=field, value=value)
    if layout == "tidy":
        text = text.replace("row: 2, column: 2", 'where: {time_period: "2021"}')
    (folder / "decisions.yaml").write_text(text, encoding="utf-8")


def test_a_decision_in_canonical_codes_is_taken(seeds: Path):
    folder = state(seeds, PARTICIPANTS | {"scheme": "BASIC_MEDICAL_EMPLOYEES"}, "table")
    decide(folder, "pop_group", "RESIDENTS")
    assert not intake.read(seeds).faults


@pytest.mark.parametrize("layout", ["table", "tidy"])
def test_a_decision_that_leads_to_a_declared_form_is_told_the_canonical_one(layout: str, seeds: Path):
    """SQL applies decisions code by code: what they lead to must be canonical as it stands."""
    folder = state(seeds, PARTICIPANTS | {"scheme": "UNEMPLOYMENT_INSURANCE"}, layout)
    decide(folder, "scheme", "BASIC_MEDICAL_EMPLOYEES", layout)
    found = intake.read(seeds).faults
    assert {fault.file.endswith("decisions.yaml") for fault in found} == {True}
    assert [(fault.read, fault.expected.split(":")[0]) for fault in found] == [
        ("BASIC_MEDICAL_EMPLOYEES", "BASIC_MEDICAL"),
        ("_T", "EMPLOYEES"),
    ]


def test_a_decision_that_leads_to_an_undeclared_form_is_a_fault(seeds: Path):
    folder = state(seeds, PARTICIPANTS | {"scheme": "BASIC_PENSION_EMPLOYEES"}, "table")
    decide(folder, "pop_group", "EMPLOYEES")
    (fault,) = intake.read(seeds).faults
    assert fault.file.endswith("decisions.yaml") and "which says the same" in fault.expected


@pytest.mark.parametrize(
    "where",
    ["{scheme: BASIC_MEDICAL_EMPLOYEES}", "{scheme: BASIC_MEDICAL, pop_group: EMPLOYEES}"],
    ids=["form", "canonical"],
)
def test_a_claim_finds_its_figure_in_either_form(where: str, seeds: Path):
    folder = state(seeds, PARTICIPANTS | {"scheme": "BASIC_MEDICAL_EMPLOYEES"}, "table")
    (folder / "claims.yaml").write_text(CLAIM.format(where=where), encoding="utf-8")
    (fault,) = intake.read(seeds).faults
    # It is found: all that is wrong is that a claim cannot rest on its own result.
    assert fault.expected == "another figure than the printed result"


def test_a_form_that_two_rows_declare_is_a_fault(seeds: Path):
    edit(seeds / "relations/alias.csv", ",scheme=BASIC_MEDICAL_RESIDENTS,", ",scheme=BASIC_MEDICAL_EMPLOYEES,")
    found = intake.read(seeds).faults
    assert [(fault.row, fault.column) for fault in found] == [(3, "form"), (4, "form")]
    assert all("a form that stands once" in fault.expected for fault in found)
