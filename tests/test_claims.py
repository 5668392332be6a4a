"""What a source states of its own figures: entries that are broken or stale name their place, verdicts are as worded."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from orchestration import intake, transform
from orchestration.artifacts import DATABASE
from orchestration.release import candidates
from tests.conftest import SEEDS, SOURCE, Line, edit

CLAIMS = f"{SOURCE}/claims.yaml"
FIRST = """\
claims:
  - claim_id: ratio
    section: "3.1"
    statement: The urban standard is about 1.7 times the rural one.
    printed: {table: prose, row: 8, expected: "1.7"}
    operator: ratio
    operands:
      numerator:
        - {table: table_1, where: {measure: level, residence: U, time_period: "2015"}}
      denominator:
        - {table: table_1, where: {measure: level, residence: R, time_period: "2015"}}
    test: equals
"""
RISES = """\
claims:
  - claim_id: rises
    section: "3.1"
    statement: The urban standard rises.
    operator: value
    operands:
      figure:
        - {table: table_1, where: {measure: level, residence: U}}
    along: {dimension: time_period, codes: ["2015", "2016"]}
    test: rises
"""
COUNTED = """\
claims:
  - claim_id: count
    section: "1"
    statement: Rural dibao had come to 15 provinces.
    printed: {table: prose, row: 2, expected: "15"}
    operator: count
    operands:
      counted:
        - {listed: Beijing}
        - {listed: 天津}
        - {table: table_1, where: {measure: level, residence: U, time_period: "2015"}}
    test: equals
"""
UNTESTED = """\
claims:
  - claim_id: nothing
    section: "1"
    statement: Something grew.
    missing_en: No figure.
    missing_zh: 无数据。
"""
NUMERATOR = '{table: table_1, where: {measure: level, residence: U, time_period: "2015"}}'


def faults(seeds: Path, text: str) -> list:
    (seeds / CLAIMS).write_text(text, encoding="utf-8")
    return intake.read(seeds).faults


@pytest.mark.parametrize("text", [FIRST, RISES, COUNTED, UNTESTED, "claims: []\n"])
def test_a_sound_entry_has_no_fault(seeds, text):
    assert faults(seeds, text) == []


def test_every_paper_has_its_statements_listed():
    result = intake.read(SEEDS)
    counted = {
        source.source_id: len(source.rows["claim"])
        for source in result.sources
        if source.rows["source"][0]["release_stage"] == "secondary_literature"
    }
    assert result.faults == [] and len(counted) > 1 and all(counted.values())
    verdicts = {check["check_id"]: check["observed"] for check in result.checks()}
    assert verdicts["intake.urban_rural_dibao.claims"] == f"{counted['urban_rural_dibao']} claims"


def test_a_source_without_claims_is_none_the_worse(seeds):
    (seeds / CLAIMS).unlink()
    result = intake.read(seeds)
    assert result.faults == []
    assert {"check_id": "intake.urban_rural_dibao.claims", "verdict": "passed", "observed": "0 claims"}.items() <= next(
        check for check in result.checks() if check["check_id"] == "intake.urban_rural_dibao.claims"
    ).items()


# text, old, new, line, field, part of what is read, part of what is expected
# fmt: off
BROKEN = [
    pytest.param(FIRST, "residence: U, time", "residence: X, time", 9, "claims.0.operands.numerator.0", "residence X, time_period 2015: 0 figures", "exactly one figure", id="no figure"),
    pytest.param(FIRST, "measure: level, residence: U, ", "residence: U, ", 9, "claims.0.operands.numerator.0", "2 figures (table_1 row 2 column 2; table_1 row 4 column 2)", "exactly one figure", id="two figures"),
    pytest.param(FIRST, "{table: table_1, where: {measure: level, residence: U", "{table: table_9, where: {measure: level, residence: U", 9, "claims.0.operands.numerator.0.table", "table_9", "a printed table or text of the source: prose, table_1, table_2", id="no such table"),
    pytest.param(FIRST, "measure: level, residence: U", "meter: level, residence: U", 9, "claims.0.operands.numerator.0.where.meter.[key]", "meter", "Input should be 'indicator'", id="no such dimension"),
    pytest.param(FIRST, NUMERATOR, '{table: table_1, where: {measure: ratio, time_period: "2015"}}', None, None, None, None, id="sound: another figure"),
    pytest.param(FIRST, NUMERATOR, '{table: prose, where: {measure: ratio, time_period: "2015"}}', 9, "claims.0.operands.numerator.0", "2 figures", "exactly one figure", id="stated twice in the text"),
    pytest.param(FIRST, NUMERATOR, '{table: table_1, where: {}}', 9, "claims.0.operands.numerator.0.where", "{}", "at least 1 item", id="nothing selected by"),
    pytest.param(FIRST, "row: 8", "row: 99", 5, "claims.0.printed", "table prose, row 99", "a cell of the source", id="no such cell"),
    pytest.param(FIRST, "row: 8, expected: \"1.7\"", "row: 8, expected: \"1.8\"", 5, "claims.0.printed.expected", "1.8", "'1.7', as sources/urban_rural_dibao/prose.csv, row 8", id="another text"),
    pytest.param(FIRST, "row: 8", "row: 1", 5, "claims.0.printed.row", "1", "greater than or equal to 2", id="the header"),
    pytest.param(FIRST, "table: prose, row: 8", "table: table_1, row: 4", 5, "claims.0.printed", "table table_1, row 4", "row and column of a table", id="no column"),
    pytest.param(FIRST, 'section: "3.1"', 'section: "3.2"', 3, "claims.0.section", "3.2", "'3.1', the section of the printed result", id="another section"),
    pytest.param(FIRST, 'table: prose, row: 8, expected: "1.7"', 'table: table_1, row: 2, column: 2, expected: "451.1"', 9, "claims.0.operands.numerator.0", "table_1 row 2 column 2", "another figure than the printed result", id="the result from itself"),
    pytest.param(FIRST, "residence: R", "residence: U", 11, "claims.0.operands.denominator.0", "table_1 row 2 column 2", "each figure of a claim once", id="a figure twice"),
    pytest.param(FIRST, "operator: ratio", "operator: quotient", 6, "claims.0.operator", "quotient", "'ratio'", id="no such operator"),
    pytest.param(FIRST, "operator: ratio", "operator: share", 2, "claims.0", None, "part and rest for share; read numerator, denominator", id="operands of another operator"),
    pytest.param(FIRST, "test: equals", "test: is", 12, "claims.0.test", "is", "'equals'", id="no such test"),
    pytest.param(FIRST, "    test: equals\n", "", 2, "claims.0", None, "operator, operands and test; or missing_en", id="no test"),
    pytest.param(FIRST, '    printed: {table: prose, row: 8, expected: "1.7"}\n', "", 2, "claims.0", None, "printed: for equals", id="no printed result"),
    pytest.param(FIRST, "test: equals", "test: rises", 2, "claims.0", None, "printed: for equals, maximum, minimum, and for nothing else; the test is rises", id="words with a number"),
    pytest.param(FIRST, "test: equals", "test: maximum", 2, "claims.0", None, "along: needed by maximum", id="the highest of one"),
    pytest.param(FIRST, "test: equals", "test: equals\n    at: x", 2, "claims.0", None, "at: for highest and lowest", id="a place of nothing"),
    pytest.param(FIRST, "test: equals", "test: equals\n    missing_en: a\n    missing_zh: b", 2, "claims.0", None, "a statement that nothing tests; read operator, operands, test as well", id="tested and not"),
    pytest.param(FIRST, "test: equals", "test: equals\n    reading_of: other", 1, "", None, "reading_of: a claim_id that is no reading itself; wrong in ratio", id="a reading of nothing"),
    pytest.param(FIRST, "    operator: ratio", "    operator: ratio\n    operater: ratio", 7, "claims.0.operater", "ratio", "Extra inputs", id="a slip of the pen"),
    pytest.param(FIRST, "statement: The", "statement: \"The \\u202e\"\n    x: ", 4, "claims.0.statement", None, "match pattern", id="a text that runs backwards"),
    pytest.param(FIRST, "claims:\n", "claims:\n" + FIRST.partition("\n")[2], 1, "", None, "each claim_id once; read again: ratio", id="a claim twice"),
    pytest.param(FIRST, FIRST, "claims: &a [*a]\n", 1, "", "anchor or alias a", "the value itself", id="an alias"),
    pytest.param(FIRST, FIRST, "", 1, "claims", None, "Field required", id="an empty file"),
    pytest.param(FIRST, FIRST, "claims: " + "[" * 3000, 1, "", None, "", id="thousands of levels"),
    pytest.param(FIRST, "operator: ratio", "operator: ratio\n    operator: sum", 7, "", "operator again", "each key once", id="a key twice"),
    pytest.param(RISES, '"2015", "2016"', '"2015", "2031"', 8, "claims.0.operands.figure.0", "time_period 2031: 0 figures", "exactly one figure", id="a year that is gone"),
    pytest.param(RISES, '"2015", "2016"', '"2016", "2015"', 9, "claims.0.along", None, "from the earliest to the latest; read 2016, 2015", id="years out of order"),
    pytest.param(RISES, '"2015", "2016"', '"2015", "2015"', 9, "claims.0.along", None, "each once; read again: 2015", id="a year twice"),
    pytest.param(RISES, '"2015", "2016"', '"2015"', 9, "claims.0.along.codes", None, "at least 2 items", id="one year"),
    pytest.param(RISES, "residence: U}", 'residence: U, time_period: "2015"}', 2, "claims.0", None, "without time_period, which along gives", id="a year within the years"),
    pytest.param(RISES, "test: rises", "test: highest", 2, "claims.0", None, "at: for highest and lowest", id="the highest without its place"),
    pytest.param(RISES, "test: rises", 'test: highest\n    at: "2020"', 2, "claims.0", None, "at: one of 2015, 2016; read 2020", id="a place elsewhere"),
    pytest.param(RISES, "operator: value", "operator: sum", 2, "claims.0", None, "operands: addends for sum", id="a sum of one"),
    pytest.param(COUNTED, "listed: 天津", "listed: Beijing", 10, "claims.0.operands.counted.1", "Beijing", "each name of a list once", id="a name twice"),
    pytest.param(COUNTED, "operator: count\n    operands:\n      counted:", "operator: sum\n    operands:\n      addends:", 2, "claims.0", None, "listed: for count, and for nothing else; the operator is sum", id="names that are added up"),
    pytest.param(COUNTED, "listed: 天津", "named: 天津", 10, "claims.0.operands.counted.1.named", "天津", "Extra inputs", id="what is neither a figure nor a name"),
    pytest.param(COUNTED, "listed: 天津", "table: table_1", 10, "claims.0.operands.counted.1", None, "table and where of a figure; or listed", id="a table and nothing selected"),
    pytest.param(UNTESTED, "    missing_zh: 无数据。\n", "", 2, "claims.0", None, "missing_en and missing_zh: both or neither", id="missing in one language"),
]
# fmt: on


@pytest.mark.parametrize(("text", "old", "new", "line", "field", "read", "expected"), BROKEN)
def test_a_broken_entry_names_its_place(seeds, text, old, new, line, field, read, expected):
    assert old in text
    found = faults(seeds, text.replace(old, new, 1))
    if expected is None:
        assert found == []
        return
    mine = [f for f in found if f.file == CLAIMS and f.column == field and expected in f.expected]
    assert mine, f"not seen; the report was {[str(f) for f in found]}"
    assert line in {f.row for f in mine}
    assert read is None or any(read in f.read for f in mine), [f.read for f in mine]
    assert {f.check for f in mine} == {"intake.urban_rural_dibao.claims"}


def test_a_mark_for_a_missing_value_is_no_figure(all_seeds):
    path = all_seeds / "sources/security_system/claims.yaml"
    path.write_text(
        RISES.replace("table_1, where: {measure: level, residence: U}", "table_1, where: {ref_area: COL}")
        .replace('"2015", "2016"', '"2018", "2019"')
        .replace('"3.1"', '"4.1"'),
        encoding="utf-8",
    )
    (fault,) = intake.read(all_seeds).faults
    assert "time_period 2019: '‐'" in fault.read and "the page prints none" in fault.expected


def test_figures_are_selected_as_decided(seeds):
    """The second per-capita row is printed as urban; a decision calls it rural."""
    text = RISES.replace(
        "table_1, where: {measure: level, residence: U}", "table_2, where: {residence: R, indicator: %s}"
    )
    assert faults(seeds, text % "DIBAO_EXPENDITURE_PER_RECIPIENT") == []
    (seeds / SOURCE / "decisions.yaml").unlink()
    assert {f"{f.row} {f.read[-9:]}" for f in faults(seeds, text % "DIBAO_EXPENDITURE_PER_RECIPIENT")} == {
        "8 0 figures"
    }


def test_a_broken_figure_hides_no_claim_behind_itself(seeds):
    """What could not be checked because of another fault has not passed, and adds no faults of its own."""
    edit(seeds / SOURCE / "table_1.csv", "451.1", "45l.1")
    result = intake.read(seeds)
    assert [fault.file for fault in result.faults] == [f"{SOURCE}/table_1.csv"]
    verdicts = {check["check_id"]: check["verdict"] for check in result.checks()}
    assert verdicts["intake.urban_rural_dibao.claims"] == "not_run"


def test_a_bulk_source_has_no_claims_of_its_own(sound: Path, tmp_path: Path):
    import shutil

    seeds = Path(shutil.copytree(sound, tmp_path / "seeds"))
    (folder,) = [path for path in (seeds / "sources").iterdir() if path.is_dir()]
    (folder / "claims.yaml").write_text(RISES.replace("table_1", "panel"), encoding="utf-8")
    (fault,) = intake.read(seeds).faults
    assert (fault.read, fault.expected) == ("panel", "a printed table or text of the source: none")


def test_a_claim_that_expects_another_text_stops_the_build(line: Line):
    """The second line, behind intake: what was laid down is held to the page again, whoever laid it down."""
    candidate = line.paths.candidate("stale")
    read = intake.read(line.paths.seeds)
    claims = [claim for source in read.sources for claim in source.rows["claim"] if claim["expected_value"] == "1.36"]
    claims[0]["expected_value"] = "1.38"
    with line.paths.lock() as lock:
        candidates.begin(line.paths, candidate)
        intake.write(read, candidate / "raw")
        outcome = transform.build(line.paths, candidate, lock)
    failed = [check.check for check in outcome.checks() if check.verdict == "failed"]
    assert failed == ["claims_expect_what_is_printed_claim_"]


@pytest.fixture
def published(built: Line):
    with duckdb.connect(str(built.paths.current / DATABASE), read_only=True) as connection:
        yield connection


def test_each_claim_has_one_verdict(published, built: Line):
    entries = sum(len(source.rows["claim"]) for source in intake.read(SEEDS).sources)
    assert (
        published.execute("select count(*), count(distinct claim_id) from quality.claim").fetchone() == (entries,) * 2
    )


def test_two_readings_have_two_verdicts(published):
    """1.37 is the multiple and not the increase; the gap narrows as a multiple and not in yuan."""
    verdicts = dict(published.execute("select claim_id, verdict from quality.claim").fetchall())
    for stated, expected, reading, other in (
        ("security_system:assistance_increased_1_37_times", "not_reproduced", "security_system:assistance_increased_to_1_37_times", "reproduced"),
        ("urban_rural_dibao:standard_gap_narrows", "reproduced", "urban_rural_dibao:standard_gap_narrows_in_yuan", "not_reproduced"),
        ("security_system:medical_gap_shrinks", "reproduced", "security_system:medical_gap_shrinks_in_yuan", "not_reproduced"),
    ):  # fmt: skip
        assert (verdicts[stated], verdicts[reading]) == (expected, other)


def test_a_result_stands_in_the_unit_of_its_value(published):
    """The number that is shown, times what its unit means, is the value beside it: whatever a decision relabels."""
    multipliers = {row["text"]: int(row["unit_mult"]) for row in intake.read(SEEDS).lists.records["unit_text"]}
    shown = published.execute("""
        select claim_id, recomputed_result, recomputed_value, result_as_decided, printed_result, printed_low, printed_high
        from quality.claim where recomputed_value is not null""").fetchall()
    relabelled = [row for row in shown if row[3] != row[4]]
    assert len(relabelled) >= 5
    for claim_id, result, value, decided, _, low, high in shown:
        number, _, unit = result.partition(" ")
        factor = 0.01 if number.endswith("%") else 10.0 ** multipliers.get(unit, 0)
        assert float(number.rstrip("%")) * factor == pytest.approx(float(value), rel=1e-4, abs=1e-4 * factor), claim_id
        if (claim_id, decided) in {(row[0], row[3]) for row in relabelled}:
            printed, _, unit = decided.partition(" ")
            assert float(low) <= float(printed.replace(",", "")) * 10.0 ** multipliers[unit] <= float(high), claim_id


def test_a_hedge_bounds_a_statement_from_its_side(published):
    """18.7 is nearly 20, 17.7 is not."""
    rows = published.execute("""
        select printed_low, printed_high, verdict from quality.claim
        where claim_id like 'rural_security:pensions_differ_nearly_20_times%' order by claim_id""").fetchall()
    assert [(float(low), float(high), verdict) for low, high, verdict in rows] == [
        (18, 20, "reproduced"),
        (18, 20, "not_reproduced"),
    ]


def test_names_that_the_text_lists_are_counted(published):
    row = published.execute("""
        select verdict, recomputed_result, explanation_en from quality.claim where claim_id = 'gansu_ethnic_areas:eight_ethnic_provinces'""")
    verdict, result, explanation = row.fetchone()
    assert (verdict, result) == ("reproduced", "8 ethnic provinces") and "Yunnan" in explanation


def test_two_shares_of_a_whole_that_is_not_printed_bear_each_other_out(published):
    rows = published.execute("""
        select recomputed_result, verdict from quality.claim where claim_id like 'gansu_ethnic_areas:share_of_6_\\_and\\_over' escape '\\' order by claim_id""")
    assert rows.fetchall() == [("18.7579%", "reproduced_within_rounding"), ("13.4583%", "reproduced")]


def test_what_prints_the_same_is_not_the_largest(published):
    """Welfare repeats insurance in 2010: the table shows no largest row, unless the copy is left out."""
    verdicts = dict(published.execute("select claim_id, verdict from quality.claim").fetchall())
    prefix = "security_system:insurance_is_largest_"
    assert [verdicts[prefix + name] for name in ("2019", "2016", "2010", "2010_of_usable_rows")] == [
        "reproduced", "reproduced", "not_reproduced", "reproduced",
    ]  # fmt: skip


def test_what_reproduces_a_statement_is_named(published):
    rows = dict(published.execute("select claim_id, reproduced_by from quality.claim").fetchall())
    assert rows["urban_rural_dibao:standard_ratio_2019"] == "urban_rural_dibao:standard_ratio_2019_read_as_2020"
    assert rows["urban_rural_dibao:table_1_ratio_2018"] == "truncation"
    assert rows["urban_rural_dibao:table_2_rural_per_head_2020"] is None


def test_a_reproduced_statement_may_compare_what_is_not_comparable(published):
    row = published.execute(
        "select verdict, is_comparable, incomparable_because from quality.claim where claim_id = 'security_system:medical_gap_shrinks'"
    ).fetchone()
    assert row == ("reproduced", False, "definition, break")


def test_no_word_goes_beyond_the_figures(published):
    """A statement is not reproduced; nothing is said of who wrote it, or why."""
    texts = published.execute("""
        select lower(concat_ws(' ', statement, explanation_en)) from quality.claim""").fetchall()
    blame = ("wrong", "false", "mistake", "error", "incorrect", "misleading", "fabricat")
    assert [text for (text,) in texts if any(word in text for word in blame)] == []
    said = published.execute(
        "select count(*) from quality.claim where verdict = 'not_reproduced' and explanation_en not like '%is not reproduced from the paper''s own figures.%'"
    )
    assert said.fetchone() == (0,)
