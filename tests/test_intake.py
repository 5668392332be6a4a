"""Bad input gets one clear report, all faults at once, and nothing is built."""

from __future__ import annotations

import shutil
from pathlib import Path

import polars as pl
import pytest

from orchestration import intake
from orchestration.check_source import ahead
from orchestration.intake import seed_files
from tests.conftest import SEEDS, SOURCE, edit
from validations.decision import digest_of
from validations.faults import IntakeError

TABLE_1, TABLE_2, PROSE = (f"{SOURCE}/{name}.csv" for name in ("table_1", "table_2", "prose"))
DESCRIPTOR, DECISIONS, CLAIMS = (f"{SOURCE}/{name}.yaml" for name in ("datapackage", "decisions", "claims"))


def faults(seeds: Path) -> list:
    return intake.read(seeds).faults


def figures(seeds: Path) -> list[dict]:
    """The printed figures of the source under test."""
    (source,) = [source for source in intake.read(seeds).sources if source.source_id == Path(SOURCE).name]
    return source.rows["observation"]


def test_the_seeds_are_sound():
    result = intake.read(SEEDS)
    assert result.faults == []
    assert [check["verdict"] for check in result.checks()] == ["passed"] * len(result.checks())
    assert len([cell for cell in figures(SEEDS) if cell["table_id"] == "table_1"]) == 3 * 6
    assert len([cell for cell in figures(SEEDS) if cell["table_id"] == "table_2"]) == 6 * 6


# file, text, replacement, row, column, what is read, part of what is expected
# fmt: off
ONE_FAULT = [
    pytest.param(TABLE_1, "451.1", "451.1o", 2, "2 (2015)", "451.1o", "a number", id="not a number"),
    pytest.param(TABLE_1, "451.1", "", 2, "2 (2015)", "", "a number", id="empty cell"),
    pytest.param(TABLE_1, "451.1", "٤٥١", 2, "2 (2015)", "٤٥١", "a number", id="other digits"),
    pytest.param(TABLE_1, "451.1", "4.5e2", 2, "2 (2015)", "4.5e2", "a number", id="exponent"),
    pytest.param(TABLE_1, "451.1", "NaN", 2, "2 (2015)", "NaN", "a number", id="not-a-number word"),
    pytest.param(TABLE_1, "451.1", "=1+1", 2, "2 (2015)", "=1+1", "a number", id="formula"),
    pytest.param(TABLE_1, "451.1", "1" * 40, 2, "2 (2015)", "1" * 40, "a number", id="huge number"),
    pytest.param(TABLE_1, "451.1,", "", 2, "", "6 cells", "7 cells", id="ragged row"),
    pytest.param(TABLE_1, ",2020", ",2021", 1, "7", "2021", "a column label", id="unknown column"),
    pytest.param(TABLE_1, ",2020", ",2019", 1, "7", "2019", "this column label 1 time(s)", id="doubled header"),
    pytest.param(TABLE_1, "Rural (CNY/month)", "Urban (CNY/month)", 3, "1", "Urban (CNY/month)", "1 time(s), as times_printed", id="doubled row label"),
    pytest.param(TABLE_1, "Rural (CNY/month)", "Village", 3, "1", "Village", "a row label of the descriptor", id="unmapped row"),
    pytest.param(PROSE, "DIBAO_COUNTIES_COVERED", "DIBAO_COUNTIES", 3, "indicator", "DIBAO_COUNTIES", "a code of indicator", id="unknown indicator"),
    pytest.param(PROSE, ",R,2003,", ",X,2003,", 2, "residence", "X", "a code of residence", id="unknown residence"),
    pytest.param(PROSE, "451.1,CNY/month", "451.1,CNY/moon", 4, "printed_unit", "CNY/moon", "a code of unit_text.csv", id="unknown unit"),
    pytest.param(PROSE, "U,2020,2015", "U,2020,", 12, "base_period", "_Z", "a base period for change", id="change without base"),
    pytest.param(PROSE, "residence=R,U,2019", "village=R,U,2019", 9, "counterpart", "village=R", "dimension=code", id="unknown counterpart"),
    pytest.param(PROSE, "section,", "sect,", 1, "", None, "the header section,", id="renamed column"),
    pytest.param(PROSE, "Urban standard at the start", "Urban\u202e standard", 4, "statement", None, "without control characters", id="bidirectional mark"),
    pytest.param(DESCRIPTOR, "indicator: DIBAO_STANDARD}", "indicator: DIBAO_LEVEL}", 24, "resources.0.defaults.indicator", "DIBAO_LEVEL", "a code of indicator", id="descriptor: unknown code"),
    pytest.param(DESCRIPTOR, "printed_unit: BILLION CNY", "printed_unit: 100 million CNY", None, "resources.1.rows.0.printed_unit", "100 million CNY", "prints", id="descriptor: unit not on the page"),
    pytest.param(DESCRIPTOR, "release_stage: secondary_literature", "release_stage: rumour", 12, "release_stage", "rumour", "a code of release_stage", id="descriptor: unknown stage"),
    pytest.param(DESCRIPTOR, "name: urban_rural_dibao", "name: other", 3, "name", "other", "the folder's name", id="descriptor: other name"),
    pytest.param(DESCRIPTOR, "path: table_1.csv", "path: ../../codelists/unit.csv", None, "resources.0.path", "../../codelists/unit.csv", "match pattern", id="descriptor: path outside"),
    pytest.param(DESCRIPTOR, "cadence: never", "cadence: never\nnotes: x", None, "notes", "x", "Extra inputs", id="descriptor: unknown key"),
    pytest.param(DESCRIPTOR, "vintage: _U", "vintage: !!python/object:os.system x", 13, "", None, "a value without a tag", id="descriptor: YAML tag"),
    pytest.param(DESCRIPTOR, "vintage: _U", "vintage: &a _U\nagency: *a", 13, "", None, "the value itself", id="descriptor: YAML alias"),
    pytest.param(DESCRIPTOR, "cadence: never", "cadence: never\ncadence: yearly", 15, "", "cadence again", "each key once", id="descriptor: doubled key"),
    pytest.param(DECISIONS, "new_value: R", "new_value: Z", None, "table_2, row 7, column 2, after decisions: residence", "Z", "a code of residence", id="decision: unknown code"),
    pytest.param(DECISIONS, "row: 7, expected", "row: 70, expected", None, "decisions.1.covers.0", None, "cells that the source has", id="decision: no such cell"),
    pytest.param(DECISIONS, '["3940.1"]', '["3940.1", "1"]', None, "decisions.2.covers.0.expected", "2 texts", "1: one for each", id="decision: too many texts"),
    pytest.param(DECISIONS, 'expected: ["3940.1"]', "digest: 1 texts 0123456789abcdef", None, "decisions.2.covers.0.digest", "1 texts 0123456789abcdef", f"{digest_of(['3940.1'])}, of what table_2 prints", id="decision: another digest"),
    pytest.param(DECISIONS, 'expected: ["3940.1"]}', "}", None, "decisions.2.covers.0", None, "or digest", id="decision: no texts"),
    pytest.param(DECISIONS, "outcome: flagged", "outcome: guessed", None, "decisions.2.outcome", "guessed", "Input should be", id="decision: unknown outcome"),
    pytest.param("codelists/unit_text.csv", "CNY/month,CNY_M", "CNY/month,CNY_X", 6, "unit_measure", "CNY_X", "a code of unit.csv", id="code list: unknown reference"),
    pytest.param("codelists/indicator.csv", "DIBAO_RECIPIENTS,", "DIBAO_STANDARD,", None, "code", "DIBAO_STANDARD", "stands once", id="code list: doubled code"),
    pytest.param("codelists/indicator.csv", "DIBAO_EXPENDITURE,", "DIBAO_RECIPIENTS_CHANGE,", None, "code", "DIBAO_RECIPIENTS_CHANGE", "marts.series makes those", id="code list: code of a change"),
    pytest.param("relations/quotient.csv", "DIBAO_RECIPIENTS", "RECIPIENTS", 2, "denominator", "RECIPIENTS", "a code of indicator.csv", id="relation: unknown indicator"),
    pytest.param("relations/break.csv", ",含生育保险，不再与生育保险相加。,", ",,", 10, "after_zh", "", "a text in both languages or in neither", id="relation: a side of a break in one language"),
    pytest.param(PROSE, "residence=R,U,2019", "residence=U,U,2019", 9, "counterpart", "residence=U", "another code", id="counterpart of itself"),
    pytest.param(PROSE, "R,2003,\n", "R,1003,\n", 2, "time_period", "1003", "of 1900 to 2099", id="no such year"),
    pytest.param(PROSE, "U,2020,2015", "U,2020,2020", 12, "base_period", "2020", "a period before 2020", id="base that is not before"),
    pytest.param(PROSE, "residence=R,U,2019", "freq=Q,U,2019", 9, "counterpart", "freq=Q", "dimension=code", id="counterpart in no dimension"),
    pytest.param(PROSE, "8.96,million", "8.96%,million", 12, "printed_unit", "million", "no unit beside a percent sign", id="percent of a unit"),
    pytest.param(TABLE_1, "Table,", "Unit: 10 thousand,", 1, "1", "Unit: 10 thousand", "'Table', the corner", id="something in the corner"),
    pytest.param(PROSE, "8.96,million,,fall", "-8.96,million,,fall", 12, "printed_value", "-8.96", "without a sign", id="a fall with a minus"),
    pytest.param(PROSE, "17.011,million,,", "17.011,million,,fall", 10, "direction", "fall", "for change and growth", id="a level that falls"),
    pytest.param(DESCRIPTOR, "printed_unit: 10 thousand, indicator: DIBAO_RECIPIENTS, residence: R", "indicator: DIBAO_RECIPIENTS, residence: R", None, "resources.1.rows.3.printed_unit", "no unit", "'10 thousand', as the label prints it", id="descriptor: unit of the label left out"),
    pytest.param(DESCRIPTOR, "printed_unit: BILLION CNY", "printed_unit: CNY", None, "resources.1.rows.0.printed_unit", "CNY", "'BILLION CNY', as the label prints it", id="descriptor: part of a unit"),
    pytest.param(DESCRIPTOR, "times_printed: 2", "times_printed: 2.0", None, "resources.1.rows.4.times_printed", "2.0", "a whole number", id="descriptor: no whole number"),
    pytest.param(DESCRIPTOR, "vintage: _U", "vintage: ２０１８", 13, "vintage", "２０１８", "match pattern", id="descriptor: full-width digits"),
    pytest.param(DESCRIPTOR, "vintage: _U", "vintage: " + "[" * 3000, None, "", None, "", id="descriptor: thousands of levels"),
    pytest.param(DECISIONS, "field: residence\n    new_value: R", "field: counterpart\n    new_value: banana", None, "table_2, row 7, column 2, after decisions: counterpart", "banana", "dimension=code", id="decision: no counterpart"),
    pytest.param(DECISIONS, "field: residence\n    new_value: R", "field: time_period\n    new_value: 2018x", None, "table_2, row 7, column 2, after decisions: time_period", "2018x", "a period of frequency A", id="decision: no period"),
    pytest.param(DECISIONS, "field: residence\n    new_value: R", "field: measure\n    new_value: growth", None, "table_2, row 7, column 2, after decisions: base_period", "_Z", "a base period", id="decision: growth without base"),
    pytest.param(DECISIONS, "field: obs_status\n    new_value: U", "field: obs_status\n    new_value: A", None, "decisions.2", None, "only an outcome flagged, and one of", id="decision: a flag that is none"),
    pytest.param(DECISIONS, "field: residence\n    new_value: R", "field: residence\n    new_value: R\n    doubted_field: printed_unit", None, "decisions.1", None, "only with field obs_status and new_value U", id="decision: no doubt about a unit"),
    pytest.param(DECISIONS, "decided_on: 2026-11-21", "decided_on: 1700006400", None, "decisions.0.decided_on", "1700006400", "match pattern", id="decision: no date"),
    pytest.param(DECISIONS, "rules: [identity.per_head]", "rules: [identity.pro_head]", None, "decisions.2.rules.0", "identity.pro_head", "a rule_id of rules/rule.csv; the nearest is identity.per_head", id="decision: no such rule"),
    pytest.param(DECISIONS, "rules: [label.doubled_row, key.doubled,", "rules: [label.doubled_row, 人均,", None, "decisions.1.rules.1", "人均", "a rule_id of rules/rule.csv", id="decision: nothing like a rule"),
    pytest.param("relations/quotient.csv", "dibao_per_recipient,identity.per_head", "dibao_per_recipient,identity.per_heads", 2, "rule_id", "identity.per_heads", "the nearest is identity.per_head", id="relation: no such rule"),
    pytest.param("rules/rule.csv", "identity.sum,error", "identity.sum,grave", None, "severity", "grave", "error, warning", id="rule: unknown severity"),
    pytest.param("rules/rule.csv", "identity.sum,error", "identity.change,error", None, "rule_id", "identity.change", "stands once", id="rule: registered twice"),
    pytest.param("rules/rule.csv", "identity.sum,error,rule_identity_sum,whole part", "identity.sum,error,rule_identity_sum,Whole", None, "roles", "Whole", "roles of the cells", id="rule: no role"),
    pytest.param("rules/rule.csv", "identity.sum,error,rule_identity_sum,whole part,whole", "identity.sum,error,rule_identity_sum,whole part,sum", None, "told_of", "sum", "some of its roles", id="rule: readers told of a role that it has not"),
    pytest.param("rules/threshold.csv", "bound.share,share_most,1", "bound.shares,share_most,1", None, "rule_id", "bound.shares", "a code of rule.csv", id="threshold: no such rule"),
    pytest.param("rules/threshold.csv", "bound.share,share_most,1", "bound.share,share_most,100%", None, "value", "100%", "a number that is not negative", id="threshold: no number"),
    pytest.param("rules/condition.csv", "identity.ratio,cut_off", "identity.ratios,cut_off", 3, "rule_id", "identity.ratios", "a code of rule.csv", id="condition: no such rule"),
    pytest.param("rules/threshold.csv", "bound.share,share_most,1", "bound.share,share_top,1", None, "name", "share_top", "a threshold that the model of bound.share reads: share_least, share_most", id="threshold: no model reads it"),
    pytest.param("rules/threshold.csv", "bound.share,share_most,1", "bound.share,share_top,1", None, "", "no row bound.share, share_most", "a row for each threshold that a model reads", id="threshold: a model reads it in vain"),
    pytest.param("rules/rule.csv", "identity.sum,error,rule_identity_sum", "identity.sum,error,rule_identity_sums", None, "model", "rule_identity_sums", "the model that looks for it", id="rule: no such model"),
    pytest.param("relations/quotient.csv", "dibao_per_recipient,identity.per_head", "dibao_per_recipient,jump.share", 2, "rule_id", "jump.share", "whose model is rule_identity_quotient", id="relation: a rule of other models"),
    pytest.param(DECISIONS, '"719.3"', '"719.4"', 10, "decisions.0.covers.0.expected.0", "719.4", f"'719.3', as {TABLE_2}, row 2, column 2 prints", id="decision: covers another text"),
    pytest.param(DECISIONS, '["1426.3"]', '["1426.4"]', 49, "decisions.2.rests_on.0.expected.0", "1426.4", f"'1426.3', as {TABLE_2}, row 3, column 7 prints", id="decision: rests on another text"),
    pytest.param(CLAIMS, '"17.011"', '"17.01"', 256, "claims.22.printed.expected", "17.01", f"'17.011', as {PROSE}, row 10, column", id="claim: expects another text"),
    pytest.param("codelists/area.csv", "1949-10-01", "1949-02-31", 2, "valid_from", "1949-02-31", "a date", id="code list: no such day"),
    pytest.param("codelists/label_text.csv", "GRP,indicator=GDP", "低保 人数,indicator=GDP", 8, "text", "低保 人数", "says one thing", id="code list: two wordings that read alike"),
    pytest.param("codelists/label_text.csv", "GRP,indicator=GDP", "dibao standard,indicator=GDP", 8, "text", "dibao standard", "says one thing", id="code list: a wording that is a name"),
    pytest.param("codelists/scheme.csv", ",BASIC_MEDICAL,2019,", ",BASIC_MEDICAL,19,", None, "folded_since", "19", "a year", id="code list: no such year"),
    pytest.param("codelists/scheme.csv", ",BASIC_MEDICAL,2019,", ",BASIC_MEDICAL,,", 26, "", None, "a folded_since for each folded_into", id="code list: folded, and not since when"),
    pytest.param("codelists/unit_text.csv", "million,,6", "million,,13", None, "unit_mult", "13", "a power of ten", id="code list: multiplier too large"),
    pytest.param("codelists/unit_text.csv", "million,,6", "million,,-1", None, "unit_mult", "-1", "a power of ten", id="code list: multiplier of no unit"),
    pytest.param(PROSE, "451.1,CNY/month,,", "445-451.1,CNY/month,about,", 4, "qualifier", "about", "range for two numbers", id="a range that is none in words"),
    pytest.param(PROSE, "451.1,CNY/month,,", "451.1,CNY/month,range,", 4, "qualifier", "range", "range for two numbers", id="a range of one number"),
    pytest.param(PROSE, "451.1,CNY/month,,", "452-451.1,CNY/month,range,", 4, "printed_value", "452-451.1", "from the lower number", id="a range downwards"),
    pytest.param(PROSE, "8.96,million,,fall", "8.9-9.0,million,range,fall", 12, "printed_value", "8.9-9.0", "one number where", id="a fall by a range"),
    pytest.param(TABLE_1, "451.1", "445-451.1", 2, "2 (2015)", "445-451.1", "a number", id="a range in a table"),
    pytest.param(PROSE, "measure,counterpart", "counterpart,measure", 1, "", None, "the header section,", id="dimensions out of order"),
    pytest.param(PROSE, "37,counties and cities,,,DIBAO_COUNTIES_COVERED", "37,counties and cities,,,", 3, "indicator", "nothing", "a code, stated for", id="dimension that nothing states"),
]
# fmt: on


@pytest.mark.parametrize(("file", "old", "new", "row", "column", "read", "expected"), ONE_FAULT)
def test_a_fault_names_its_place(seeds, file, old, new, row, column, read, expected):
    edit(seeds / file, old, new)
    result = intake.read(seeds)
    found = [fault for fault in result.faults if fault.file == file and fault.column == column]
    assert found, f"not seen; the report was {[str(f) for f in result.faults]}"
    assert row is None or row in {fault.row for fault in found}
    assert read is None or read in {fault.read for fault in found}
    assert any(expected in fault.expected for fault in found), [fault.expected for fault in found]
    with pytest.raises(IntakeError):
        intake.write(result, seeds.parent / "raw")
    assert not (seeds.parent / "raw").exists()


def test_a_cell_that_is_read_anew_is_told_for_decision_and_claim(seeds):
    """The page is re-read: who expects its old text is told so at once, each by its own file and line."""
    edit(seeds / TABLE_2, "1899.6", "1899.7")
    told = {(fault.file, fault.read, fault.check) for fault in faults(seeds)}
    assert told == {
        (DECISIONS, "1899.6", "intake.urban_rural_dibao.decisions"),
        (CLAIMS, "1899.6", "intake.urban_rural_dibao.claims"),
    }


def test_all_faults_of_all_files_come_in_one_report(seeds):
    edit(seeds / TABLE_1, "451.1", "45l.1")
    edit(seeds / TABLE_1, "312", "3 12")
    edit(seeds / TABLE_2, "719.3", "71g.3")
    edit(seeds / PROSE, "2037", "2o37")
    text = str(IntakeError(faults(seeds)))
    assert text.startswith("4 fault(s) in 3 file(s)")
    for place in (
        "table_1.csv, row 2, column 2 (2015)",
        "table_1.csv, row 3, column 3 (2016)",
        "table_2.csv, row 2, column 2 (2015)",
        "prose.csv, row 3, column printed_value",
    ):
        assert place in text


def test_a_missing_file(seeds):
    (seeds / TABLE_2).unlink()
    assert [(f.file, f.read) for f in faults(seeds)] == [(TABLE_2, "no such file")]


def test_an_extra_file(seeds):
    (seeds / SOURCE / "table_9.csv").write_text("a,b\n1,2\n")
    assert [(f.file, f.read) for f in faults(seeds)] == [(f"{SOURCE}/table_9.csv", "a file that nothing declares")]


def test_entries_that_nothing_reads(seeds, tmp_path):
    """Left out in silence, they would seem loaded."""
    (seeds / "source").mkdir()
    (seeds / "sources" / "stray.csv").write_text("a,b\n1,2\n")
    shutil.move(seeds / SOURCE, tmp_path / "elsewhere")
    (seeds / SOURCE).symlink_to(tmp_path / "elsewhere")
    found = {(fault.file, fault.read) for fault in faults(seeds)}
    assert found >= {
        (SOURCE, "a link to a folder"),
        ("source", "an entry that nothing reads"),
        ("sources/stray.csv", "an entry that nothing reads"),
    }


def test_any_dimension_may_stand_beside_the_text(seeds):
    """What varies is a column of the prose file; the rest stands once, in the descriptor."""
    path = seeds / PROSE
    header, *rows = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([f"{header},actuality", f"{rows[0]},planned", *(f"{row}," for row in rows[1:])]) + "\n")
    planned = [cell["row_no"] for cell in figures(seeds) if cell["actuality"] == "planned"]
    assert planned == [2]


def test_the_texts_of_many_cells_may_stand_as_their_hash(seeds):
    edit(seeds / DECISIONS, 'expected: ["3940.1"]', f"digest: {digest_of(['3940.1'])}")
    read = intake.read(seeds)
    assert read.faults == []
    assert "3940.1" in {row["expected_value"] for row in read.sources[0].rows["decision_cell"]}


def test_a_range_has_two_numbers(seeds):
    edit(seeds / PROSE, "451.1,CNY/month,,", "445\u2010451.1,CNY/month,range,")
    (cell,) = [cell for cell in figures(seeds) if cell["qualifier"] == "range"]
    assert (cell["numeral"], cell["numeral_high"], cell["decimals"]) == ("445", "451.1", 0)


def test_a_source_may_print_no_figure(seeds):
    shutil.copytree(
        seeds / SOURCE,
        seeds / "sources/words_only",
        ignore=shutil.ignore_patterns("*.csv", "decisions.yaml", "claims.yaml"),
    )
    path = seeds / "sources/words_only/datapackage.yaml"
    head, _, _ = path.read_text(encoding="utf-8").partition("resources:")
    path.write_text(head.replace("name: urban_rural_dibao", "name: words_only") + "resources: []\n", encoding="utf-8")
    result = intake.read(seeds)
    assert result.faults == []
    assert [source.figures for source in result.sources if source.source_id == "words_only"] == [0]
    edit(path, "resources: []", "notes: []")
    assert "resources" in {fault.column for fault in faults(seeds)}


def test_a_fall_by_more_than_is_a_change_of_less_than(seeds):
    edit(seeds / PROSE, "8.96,million,,fall", "8.96,million,more_than,fall")
    (cell,) = [c for c in figures(seeds) if c["measure"] == "change"]
    assert (cell["numeral"], cell["qualifier"]) == ("-8.96", "less_than")


@pytest.mark.parametrize(
    ("written", "qualifier"),
    [
        ("451.1,CNY/month,nearly,", "nearly"),
        ("451.1,CNY/month,将近,", "nearly"),
        ("451.1,CNY/month,不足,", "less_than"),
        ("451.1,CNY/month,at least,", "at_least"),
        ("almost 451.1,CNY/month,,", "nearly"),
        ("近451.1,CNY/month,,", "nearly"),
        ("450余,CNY/month,,", "more_than"),
        ("450元左右,CNY/month,,", None),
        ("450左右,CNY/month,about,", "about"),
        ("450以上,CNY/month,about,", None),
        ("约450多,CNY/month,,", None),
        ("450,CNY/month,quite,", None),
    ],
)
def test_a_hedge_is_read_as_it_is_worded(seeds, written, qualifier):
    """As its code, as its wording in a column, or beside the number, in both languages; two that differ are a fault."""
    (seeds / CLAIMS).unlink()
    edit(seeds / PROSE, "451.1,CNY/month,,", written)
    result = intake.read(seeds)
    if qualifier is None:
        assert {(f.file, f.row) for f in result.faults} == {(PROSE, 4)}
        return
    (cell,) = [c for c in figures(seeds) if c["table_id"] == "prose" and c["row_no"] == 4]
    assert result.faults == [] and (cell["qualifier"], cell["numeral"][:2]) == (qualifier, "45")


def test_every_qualifier_has_its_reach_and_its_mirror(seeds):
    """What a hedge says of a fall: the mirror of a mirror is the hedge itself."""
    lists = intake.read(seeds).lists
    mirrored = lists.mirrored()
    assert set(mirrored) == set(lists.codes("qualifier"))
    assert all(mirrored[mirrored[code]] == code for code in mirrored)
    reach = {r["qualifier"]: (r["below"], r["above"]) for r in lists.records["hedge"]}
    assert all(reach[mirrored[code]] == reach[code][::-1] for code in reach)


def test_a_source_may_count_on_the_map_of_a_year(seeds):
    path = seeds / SOURCE / "datapackage.yaml"
    edit(path, "cadence:", "area_map: 2020\ncadence:")
    (source,) = [s for s in intake.read(seeds).sources if s.source_id == "urban_rural_dibao"]
    assert source.rows["source"][0]["area_map"] == 2020
    edit(path, "area_map: 2020", "area_map: now")
    assert [(f.column, f.read, f.expected) for f in faults(seeds)] == [("area_map", "now", "a whole number")]


def test_a_source_says_which_it_revises(all_seeds, tmp_path):
    """What is revised in turn is revised as well; a source that is not there, and a circle, are faults."""

    def revises(source: str, *others: str) -> None:
        file = all_seeds / "sources" / source / "datapackage.yaml"
        lines = [line for line in file.read_text(encoding="utf-8").split("\n") if not line.startswith("revises:")]
        if others:
            lines.insert(lines.index("resources:"), f"revises: [{', '.join(others)}]")
        file.write_text("\n".join(lines), encoding="utf-8")

    names = sorted(path.name for path in (all_seeds / "sources").iterdir())
    for name in names:
        revises(name)
    first, second, third = names[:3]
    revises(first, second)
    revises(second, third)
    result = intake.read(all_seeds)
    assert result.faults == []
    found = [(r["source_id"], r["revised_source_id"]) for source in result.sources for r in source.rows["revision"]]
    assert sorted(found) == [(first, second), (first, third), (second, third)]

    revises(third, first, "nowhere")
    found = [(fault.column, fault.read) for fault in faults(all_seeds)]
    assert ("revises.1", "nowhere") in found and len([fault for fault in found if fault[0] == "revises"]) == 3


def test_a_link_is_not_followed(seeds, tmp_path):
    shutil.move(seeds / TABLE_1, tmp_path / "elsewhere.csv")
    (seeds / TABLE_1).symlink_to(tmp_path / "elsewhere.csv")
    assert [(f.file, f.read) for f in faults(seeds)] == [(TABLE_1, "a link")]


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16"])
def test_another_encoding_is_named(seeds, encoding):
    path = seeds / "codelists" / "area.csv"
    path.write_bytes(path.read_text(encoding="utf-8").encode(encoding))
    (fault,) = [fault for fault in faults(seeds) if fault.file == "codelists/area.csv"]
    assert fault.row and fault.read.startswith("byte 0x") and fault.expected.startswith("text in UTF-8; it may be ")
    assert f"iconv -f {encoding.upper()} -t UTF-8 area.csv" in fault.expected


def test_a_byte_order_mark_and_windows_line_ends_are_no_fault(seeds):
    path = seeds / TABLE_1
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert faults(seeds) == []


def test_a_doubled_row_label_that_the_page_prints_is_no_fault():
    label = "Urban per capita fiscal expenditure (CNY/year)"
    rows = {cell["row_no"] for cell in figures(SEEDS) if cell["row_label"] == label}
    assert rows == {6, 7}, "both rows are kept, told apart by where they stand"


def test_a_check_that_could_not_run_is_not_passed(seeds):
    edit(seeds / "codelists/area.csv", "CHN,", "chn,")
    verdicts = {check["check_id"]: check["verdict"] for check in intake.read(seeds).checks()}
    assert verdicts["intake.codelists.area"] == "failed"
    assert verdicts["intake.urban_rural_dibao.figures"] == "not_run"


def test_the_input_hash_covers_every_byte(seeds):
    before = seed_files.input_hash(seeds)
    edit(seeds / TABLE_1, "1.70", "1.7")
    assert seed_files.input_hash(seeds) != before


@pytest.mark.parametrize(
    ("file", "old", "new", "column", "expected"),
    [
        ("table_1.csv", "Ganzhengbanfa [2015]", "Ganzhengfa [2015]", "Policy document number", "begins as an issuer's"),
        ("table_1.csv", ",2017", ",2071O", "Release Time", "a year"),
        ("table_1.csv", "Policy Name", "Policy", "", "the header Policy Name"),
        ("events.csv", "1.4,1991,", "1.4,91,", "date", "a date such as 2018"),
        ("events.csv", ",COMMERCIAL_PENSION,CHN,", ",NO_SUCH_SCHEME,CHN,", "scheme", "a code of scheme"),
        ("events.csv", "Measures for Corporate Pensions", "", "name", "a title"),
        ("events.csv", "Measures for Corporate", "Measures \u202efor Corporate", "name", "without control characters"),
    ],
)
def test_a_text_row_is_held_to_its_contract(all_seeds: Path, file, old, new, column, expected):
    edit(all_seeds / "sources/gansu_ethnic_areas" / file, old, new)
    (fault,) = intake.read(all_seeds).faults
    assert fault.file == f"sources/gansu_ethnic_areas/{file}" and fault.row
    assert fault.column == column and expected in fault.expected


def test_text_rows_are_documents(all_seeds: Path):
    (gansu,) = [source for source in intake.read(all_seeds).sources if source.source_id == "gansu_ethnic_areas"]
    documents = [row for row in gansu.rows["document"] if row["kind"] == "policy_document"]
    assert [(row["row_no"], row["release_year"], row["section"]) for row in documents] == [
        (2, "2015", "2"),
        (3, "2017", "2"),
        (4, "2021", "2"),
        (5, "2021", "2"),
    ]
    assert documents[1]["number"] == "Ganzhengbanfa [2018] No. 162"
    assert documents[3]["issuer_zh"] == "甘肃省医疗保障局"
    assert {row["kind"] for row in gansu.rows["document"]} == {"policy_document", "event"}


def test_a_figure_of_a_period_after_its_edition_or_after_today_is_told(tmp_path: Path):
    """As a year that was typed wrong is; what is planned may lie ahead, and an edition of a year has all months of it."""
    rows = [
        ("a.csv", 2, "2024", "2023", "actual"),
        ("a.csv", 3, "2024", "2024-12", "actual"),
        ("a.csv", 4, "2024-07-25", "2024-Q3", "actual"),
        ("a.csv", 5, "2024-07-25", "2024-Q4", "actual"),
        ("a.csv", 6, "2024", "2032", "actual"),
        ("a.csv", 7, "2024", "2032", "actual"),
        ("a.csv", 8, "2024", "2025", "planned"),
        ("b.csv", 9, "_U", "2026-11", "actual"),
        ("b.csv", 10, "_U", "2026-12", "actual"),
        ("b.csv", 11, "2027", "2027-01", "actual"),
    ]
    names = ["file", "row_no", "vintage", "time_period", "actuality"]
    (tmp_path / "observation" / "s").mkdir(parents=True)
    frame = pl.DataFrame(rows, schema=names, orient="row").with_columns(source_id=pl.lit("s"))
    frame.write_parquet(tmp_path / "observation" / "s" / "f.parquet")
    told = [line.partition(", which")[0] for line in ahead(tmp_path, "s", "2026-11-29")]
    assert told == [
        "a.csv, row 5: 1 figure(s) of 2024-Q4",
        "a.csv, row 6: 2 figure(s) of 2032",
        "b.csv, row 10: 1 figure(s) of 2026-12",
        "b.csv, row 11: 1 figure(s) of 2027-01",
    ]
    assert ahead(tmp_path, "other", "2026-11-29") == []
