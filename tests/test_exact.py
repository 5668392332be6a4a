"""Every derived column of the marts is what its formula makes of the figures beside it, to the last digit shown."""

from __future__ import annotations

import ast
import csv
import operator
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace

import duckdb
import jinja2
import pytest

from tests.conftest import SEEDS, Line
from validations import agreement, published
from validations.published import Table

#: Row of a mart by the name of its columns.
Row = dict[str, object]
#: 60 digits hold every root; what is divided, added and multiplied has no last digit here.
ROOTS = Context(prec=60, rounding=ROUND_HALF_UP)
MONTHS = {"A": 12, "Q": 3, "M": 1}
ARITHMETIC: dict[type, Callable] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


class Figures:
    """The marts of a release, row by row, and what formulas of config.meta make of them."""

    def __init__(self, database: Path, seeds: Path) -> None:
        self.rows: dict[str, dict[tuple, Row]] = {}
        self.seeds = seeds
        with duckdb.connect(str(database), read_only=True) as connection:
            for table in marts():
                found = connection.execute(f"select * from {table.full_name}")
                names = [column[0] for column in found.description]
                rows = [dict(zip(names, values, strict=True)) for values in found.fetchall()]
                self.rows[table.name] = {tuple(row[key] for key in table.grain): row for row in rows}

    def value(self, formula: str, table: Table, row: Row) -> Fraction | None:
        """What the formula gives in a row; None where it needs a figure that is not there."""
        return self._value(ast.parse(formula, mode="eval").body, table, row)

    def _value(self, node: ast.expr, table: Table, row: Row | None) -> Fraction | None:
        match node:
            case ast.Constant():
                return Fraction(node.value)
            case ast.Name():
                return self._named(node.id, table, row)
            case ast.IfExp(test=ast.Compare(left=ast.Name(id=name), comparators=[ast.Constant(value=code)])):
                # What is one by definition is so only where there is something to be part of.
                if row[name] == code:
                    return self._value(node.body, table, row) if self._value(node.orelse, table, row) else None
                return self._value(node.orelse, table, row)
            case ast.Call(func=ast.Name(id=name)):
                return self._elsewhere(name, node, table, row)
            case ast.BinOp():
                left, right = (self._value(side, table, row) for side in (node.left, node.right))
                if left is None or right is None or (isinstance(node.op, ast.Div) and right == 0):
                    return None
                return root(left, right) if isinstance(node.op, ast.Pow) else ARITHMETIC[type(node.op)](left, right)
        raise ValueError(f"{ast.unparse(node)}: no such thing in a formula")

    def _named(self, name: str, table: Table, row: Row | None) -> Fraction | None:
        if row is None:
            return None
        if name == "months":
            return Fraction(MONTHS[row["freq"]])
        if name == "months_elapsed":
            before = self._previous(table, row)
            return before and Fraction(month(row) - month(before))
        assert "formula" not in table.columns[name].meta, f"{table.full_name}: {name} is derived itself, and rounded"
        return None if row[name] is None else Fraction(row[name])

    def _elsewhere(self, name: str, node: ast.Call, table: Table, row: Row | None) -> Fraction | None:
        codes = {keyword.arg: keyword.value.value for keyword in node.keywords}
        if row is None:
            return None
        if name == "first":
            found = (self._value(given, table, row) for given in node.args)
            return next((value for value in found if value is not None), None)
        if name == "previous":
            return self._value(node.args[0], table, self._previous(table, row))
        if name == "parts":
            found = [self._value(node.args[0], table, self._row(table, row, component=leaf)) for leaf in self.leaves()]
            return None if None in found or row["scope"] != "_Z" else sum(found)
        other = table if name == "at" else published.tables()[f"marts.{name}"]
        return self._value(node.args[0], other, self._row(other, row, **codes))

    def _row(self, table: Table, row: Row, **codes: str) -> Row | None:
        return self.rows[table.name].get(tuple(codes.get(key, row.get(key)) for key in table.grain))

    def _previous(self, table: Table, row: Row) -> Row | None:
        return self._row(table, row, time_period=row["previous_time_period"])

    def leaves(self, whole: str = "SOCIAL_SECURITY") -> Iterator[str]:
        """The schemes that spending on `whole` consists of, and that consist of none themselves."""
        with (self.seeds / "relations/part.csv").open(encoding="utf-8", newline="") as file:
            parts = [
                row["part"].removeprefix("scheme=")
                for row in csv.DictReader(file)
                if row["indicator"] == "SOCIAL_SECURITY_EXPENDITURE" and row["whole"] == f"scheme={whole}"
            ]
        for part in parts:
            yield from self.leaves(part)
        if not parts:
            yield whole

    def wrong(self) -> list[str]:
        """Every value that differs from its formula, with the row that it stands in; and formulas that compute nothing."""
        faults = []
        for table in marts():
            for name, column in derived(table).items():
                computed = 0
                for key, row in self.rows[table.name].items():
                    exact = self.value(column.meta["formula"], table, row)
                    shown = row[name]
                    expected = None if exact is None else rounded(exact, scale(column.data_type))
                    computed += shown is not None
                    # A value that could be computed and is not has its reason: the caveat of its row.
                    if shown != expected and (shown is not None or not row.get("caveat_en")):
                        faults.append(f"{table.full_name} {key} {name}: {shown}, the figures give {expected}")
                if not computed:
                    faults.append(f"{table.full_name} {name}: no row has a value to compare with")
        return faults


def marts() -> list[Table]:
    """The marts that compute something of figures of marts.series."""
    return [table for table in published.tables().values() if table.schema == "marts" and table.name != "series"]


def derived(table: Table) -> dict[str, published.Column]:
    return {name: column for name, column in table.columns.items() if "formula" in column.meta}


def scale(data_type: str) -> int:
    found = re.fullmatch(r"decimal\(\d+, (\d+)\)", data_type)
    return int(found[1]) if found else 0


def rounded(exact: Fraction, digits: int) -> Decimal:
    """Half away from zero."""
    units = abs(exact) * 10**digits
    whole = (2 * units.numerator + units.denominator) // (2 * units.denominator)
    return Decimal(whole if exact >= 0 else -whole).scaleb(-digits, ROOTS)


def root(value: Fraction, exponent: Fraction) -> Fraction:
    base = ROOTS.divide(Decimal(value.numerator), Decimal(value.denominator))
    power = ROOTS.divide(Decimal(exponent.numerator), Decimal(exponent.denominator))
    return value if exponent == 1 else Fraction(ROOTS.power(base, power))


def month(row: Row) -> int:
    return row["period_start"].year * 12 + row["period_start"].month


#: Made-up figures of marts for which no shipped source has any: indicator, scheme, group, residence, value, unit.
MADE_UP = """
INSURANCE_FUND_REVENUE,BASIC_MEDICAL,EMPLOYEES,_T,311.7,亿元
INSURANCE_FUND_EXPENDITURE,BASIC_MEDICAL,EMPLOYEES,_T,290.9,亿元
INSURANCE_FUND_BALANCE,BASIC_MEDICAL,EMPLOYEES,_T,1001.3,亿元
ASSISTANCE_RECIPIENTS,EXTREME_POVERTY_SUPPORT,_T,R,43.7,万人
SOCIAL_SECURITY_EXPENDITURE,EXTREME_POVERTY_SUPPORT,_T,R,42.9,亿元
ASSISTANCE_PERSON_TIMES,MEDICAL_ASSISTANCE,_T,_T,1534.1,万人次
SOCIAL_SECURITY_EXPENDITURE,MEDICAL_ASSISTANCE,_T,_T,7.46,亿元
"""
#: Amounts and consumer prices, as an index and as growth: both of one year, growth alone, and growth over another span.
PRICED = """
CONSUMER_PRICE_INDEX,level,_Z,_T,CHN,2011,_Z,105.4,previous year =100
CONSUMER_PRICES,growth,_Z,_T,CHN,2011,2010,5.3,%
CONSUMER_PRICES,growth,_Z,_T,CHN,2012,2011,2.6,%
CONSUMER_PRICES,growth,_Z,_T,CHN,2012,2010,8.1,%
PENSION_BENEFIT,level,BASIC_PENSION_EMPLOYEES,_T,620000,2021,_Z,3100,元/月
PENSION_BENEFIT,level,BASIC_PENSION_EMPLOYEES,_T,620000,2022,_Z,3255,元/月
"""
#: One that its source hedges: section, statement, value, unit, qualifier, direction, and its codes.
HEDGED = "1,People insured,13.071,million people,more_than,,INSURANCE_PARTICIPANTS,level,BASIC_MEDICAL,EMPLOYEES,_T"
DESCRIPTOR = """
name: made_up
title: Made-up figures
title_zh: 虚构数据
citation: Made up.
contributors: [{title: Nobody}]
licenses: [{title: Made up.}]
release_stage: bulletin
vintage: "2024"
cadence: yearly
agency: NHSA
resources:
  - name: figures
    path: figures.csv
    layout: tidy
    title: Figures
    section: _U
    defaults: {ref_area: "620000", freq: A, time_period: "2023"}
    columns:
      - {name: indicator, holds: indicator}
      - {name: scheme, holds: scheme}
      - {name: pop_group, holds: pop_group}
      - {name: residence, holds: residence}
      - {name: value, holds: printed_value}
      - {name: unit, holds: printed_unit}
  - name: priced
    path: priced.csv
    layout: tidy
    title: Amounts and consumer prices
    section: _U
    defaults: {freq: A}
    columns:
      - {name: indicator, holds: indicator}
      - {name: measure, holds: measure}
      - {name: scheme, holds: scheme}
      - {name: residence, holds: residence}
      - {name: area, holds: ref_area}
      - {name: time_period, holds: time_period}
      - {name: base_period, holds: base_period}
      - {name: value, holds: printed_value}
      - {name: unit, holds: printed_unit}
  - name: prose
    path: prose.csv
    layout: prose
    title: Figures stated in the running text
    defaults: {ref_area: "620000", freq: A, time_period: "2023"}
"""


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The marts of the shipped seeds and of the made-up source, so that each derived column has a value."""
    folder = tmp_path_factory.mktemp("exact")
    source = Path(shutil.copytree(SEEDS, folder / "seeds")) / "sources" / "made_up"
    source.mkdir()
    (source / "datapackage.yaml").write_text(DESCRIPTOR, encoding="utf-8")
    (source / "decisions.yaml").write_text("decisions: []\n")
    (source / "claims.yaml").write_text("claims: []\n")
    (source / "figures.csv").write_text("indicator,scheme,pop_group,residence,value,unit" + MADE_UP, encoding="utf-8")
    columns = "indicator,measure,scheme,residence,area,time_period,base_period,value,unit"
    (source / "priced.csv").write_text(columns + PRICED, encoding="utf-8")
    prose = (
        "section,statement,printed_value,printed_unit,qualifier,direction,indicator,measure,scheme,pop_group,residence"
    )
    (source / "prose.csv").write_text(f"{prose}\n{HEDGED}\n", encoding="utf-8")
    places = {"MINSHENG_SEEDS": str(folder / "seeds"), "MINSHENG_WAREHOUSE": str(folder / "warehouse")}
    build = "build -s path:models/marts lineage --resource-type model"
    command = [sys.executable, "-m", "orchestration", "dbt", "--", build]
    made = subprocess.run(command, env={**os.environ, **places}, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stdout + made.stderr
    return folder / "warehouse/development/release/minsheng.duckdb"


def release(line: Line) -> Path:
    return line.paths.current.resolve() / "minsheng.duckdb"


@pytest.mark.parametrize("table", marts(), ids=lambda table: table.name)
def test_a_number_is_printed_or_has_a_formula(table: Table):
    """So that no derived column escapes: one or the other, and not both."""
    for name, column in table.columns.items():
        is_number = re.match(r"decimal|bigint|double|hugeint", column.data_type) is not None
        is_measure = is_number or column in table.measures
        assert is_measure == (("formula" in column.meta) != bool(column.meta.get("printed"))), (
            f"{table.full_name}.{name}"
        )


def test_derived_columns_are_what_the_figures_give(database: Path):
    assert Figures(database, SEEDS).wrong() == []


@pytest.mark.parametrize(
    ("row", "growth", "prices"),
    [
        # 287.6 / (251.2 * 1.054): the index goes before the growth that is printed of the same prices.
        (("CHN", "2011", "DIBAO_STANDARD", "U"), "0.086247", ("made_up", "level", "105.4")),
        # 330.1 / (287.6 * 1.026): growth alone, and that over two years is none of a year.
        (("CHN", "2012", "DIBAO_STANDARD", "U"), "0.118689", ("made_up", "growth", "2.6")),
        # 3255 / (3100 * 1.019): a province by its own prices, which another publication states.
        (("620000", "2022", "PENSION_BENEFIT", "_T"), "0.030422", ("nbs_regional_database", "level", "101.9")),
        # 54188 / (51821 * 1.002): of the nation by the communiqué, as shipped.
        (("CHN", "2024", "DISPOSABLE_INCOME_PER_HEAD", "U"), "0.043589", ("nbs_communique", "growth", "0.2")),
    ],
)
def test_real_growth_leads_to_the_prices_that_it_is_taken_by(
    row: tuple[str, ...], growth: str, prices: tuple[str, ...], database: Path
):
    """And to both amounts, whichever encoding of the prices the files hold."""
    with duckdb.connect(str(database), read_only=True) as connection:
        found = connection.execute(
            "select amount_real_growth_ratio, amount_real_growth_status, scheme from marts.real_value"
            " where (ref_area, time_period, indicator, residence) = (?, ?, ?, ?)",
            row,
        ).fetchall()
        area, period, indicator, residence = row
        led = connection.execute(
            "select o.indicator, o.source_id, o.measure, o.printed_value, o.time_period from core.lineage as l"
            " inner join core.observation as o on o.observation_id = l.observation_id"
            " where l.column_name = 'amount_real_growth_ratio' and l.table_name = 'marts.real_value' and l.row_key = ?",
            [
                f"ref_area={area}|time_period={period}|indicator={indicator}|scheme={found[0][2]}|pop_group=_T|residence={residence}"
            ],
        ).fetchall()
    assert [str(value) for value, *_ in found] == [growth]
    assert [tuple(rest) for name, *rest, _ in led if name != indicator] == [prices]
    assert {of for name, *_, of in led if name == indicator} == {period, str(int(period) - 1)}


def test_what_is_computed_from_a_hedged_figure_is_no_point(database: Path):
    """What its source says stands at the figure, and that it is no point at each value that follows from it."""
    with duckdb.connect(str(database), read_only=True) as connection:
        told = connection.execute(
            "select qualifiers_en, qualifiers_zh from marts.insurance_fund where scheme = 'BASIC_MEDICAL' and year = 2023"
            " and qualifiers_en is not null"
        ).fetchall()
        untold = connection.execute(
            "select count(*) from marts.social_assistance where qualifiers_en is not null or qualifiers_zh is not null"
        ).fetchone()
    assert told == [
        (
            "expenditure_per_participant_yuan_per_year: follows from a figure that is no point."
            " participants_persons: more than 13071000."
            " revenue_per_participant_yuan_per_year: follows from a figure that is no point.",
            "expenditure_per_participant_yuan_per_year：依据并非点值的数据。"
            "participants_persons：超过13071000。"
            "revenue_per_participant_yuan_per_year：依据并非点值的数据。",
        )
    ]
    assert untold == (0,)


@pytest.mark.parametrize(("table", "name"), [(table, name) for table in marts() for name in derived(table)])
def test_a_last_digit_off_is_found(table: Table, name: str, database: Path):
    figures = Figures(database, SEEDS)
    row = next(row for row in figures.rows[table.name].values() if row[name] is not None)
    row[name] += Decimal(1).scaleb(-scale(table.columns[name].data_type))
    assert any(name in fault for fault in figures.wrong())


def test_readers_are_told_the_formulas(built: Line):
    with duckdb.connect(str(release(built)), read_only=True) as connection:
        told = connection.execute("select table_name, column_name, formula from core.measure").fetchall()
    for table, column, formula in told:
        assert formula == published.tables()[table].columns[column].meta.get("formula")


def macro(name: str) -> Callable[..., str]:
    """A macro of macros/decimals.sql, as dbt would fill it in for DuckDB."""
    source = (published.PROJECT / "macros/decimals.sql").read_text(encoding="utf-8")
    dispatch = SimpleNamespace(dispatch=lambda called: getattr(macros, f"duckdb__{called}"))
    macros = jinja2.Environment().from_string(source).make_module({"adapter": dispatch, "return": lambda sql: sql})
    return getattr(macros, name)


@pytest.mark.parametrize(
    ("numerator", "denominator", "digits", "expected"),
    [
        ("1", "8", 2, "0.13"),
        ("-1", "8", 2, "-0.13"),
        ("1", "-8", 2, "-0.13"),
        ("0", "-8", 2, "0.00"),
        ("124999999999999999", "1000000000000000000", 2, "0.12"),
        ("0.5", "99999999999999999999", 4, "0.0000"),
        ("12345678901234567890", "3", 4, "4115226300411522630.0000"),
        ("0.0001", "0.0003", 6, "0.333333"),
        ("1", "0", 6, None),
        ("null", "1", 6, None),
    ],
)
def test_a_quotient_is_exact(numerator: str, denominator: str, digits: int, expected: str | None):
    """The macro itself: halves go away from zero, and no digit comes from a floating-point number."""
    values = [f"cast({value} as decimal(24, 4))" for value in (numerator, denominator)]
    (found,) = duckdb.execute(f"select {macro('divide')(*values, digits)}").fetchone()
    assert found == (None if expected is None else Decimal(expected))


#: What schemes and funds spend. The budget hands some of it to them, and they spend it again.
SPENT_BY_SCHEMES = {"SOCIAL_SECURITY_EXPENDITURE", "DIBAO_EXPENDITURE", "INSURANCE_FUND_EXPENDITURE"}


def adds_both(named: set[str]) -> bool:
    return bool(named & SPENT_BY_SCHEMES) and any(name.startswith("BUDGET_") for name in named)


def test_nothing_adds_what_the_budget_spends_to_what_schemes_spend():
    """No column of a mart follows from both, and no relation makes one a form, a part or the whole of the other."""
    columns = [(c.table, column) for c in agreement.contracts().values() for column in c.columns]
    inputs = {
        (table, column.name): {str(code) for put in column.inputs for code in put.values()} for table, column in columns
    }
    rows = {
        (path.name, row["relation_id"]): set(re.findall(r"[A-Z_]{4,}", " ".join(filter(None, row.values()))))
        for path in sorted((SEEDS / "relations").glob("*.csv"))
        for row in csv.DictReader(path.open(encoding="utf-8", newline=""))
    }
    everything = set().union(*inputs.values(), *rows.values())
    assert len(inputs) > 50 and len(rows) > 50 and everything >= SPENT_BY_SCHEMES
    assert any(name.startswith("BUDGET_") for name in everything)
    assert [place for place, named in (inputs | rows).items() if adds_both(named)] == []
    assert adds_both({"DIBAO_EXPENDITURE", "BUDGET_SOCIAL_SECURITY_EMPLOYMENT"})
