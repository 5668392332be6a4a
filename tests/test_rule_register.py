"""The register of rules (seeds/rules) against the models, the union, the page, the tests of the rules and their findings."""

from __future__ import annotations

import csv
import re
import shutil
from pathlib import Path

import duckdb
import pytest
import yaml

from orchestration.artifacts import DATABASE
from orchestration.check_source import CheckFailed, check_source
from orchestration.paths import ROOT
from tests.conftest import SEEDS, Line, edit
from tests.test_docs import rows_of

RULE_ID = r"[a-z]+\.[a-z_]+"
MODELS, UNION, STALE = "dbt_project/models/rules", "rule_findings", "rule_decision_stale"
#: Models of the folder that look for nothing themselves.
GATHER = {UNION}
#: Where a model takes ids from that stand in no text of its own.
TAKEN_FROM = {"rule_identity_quotient": ("dbt_project/macros/quotients.sql", "seeds/relations/quotient.csv")}


def records(root: Path, name: str) -> list[dict[str, str]]:
    with (root / "seeds/rules" / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def models_of(root: Path) -> dict[str, set[str]]:
    """Model -> the rules that the register gives to it."""
    found: dict[str, set[str]] = {}
    for record in records(root, "rule"):
        found.setdefault(record["model"], set()).add(record["rule_id"])
    return found


def without_layout(sql: str) -> str:
    """SQL without comments, on one line, with one kind of quotes: however a formatter lays it out."""
    return " ".join(re.sub(r"\{#.*?#\}|--[^\n]*", "", sql, flags=re.S).replace('"', "'").split())


def texts(root: Path) -> dict[str, str]:
    """Model -> its SQL, without layout."""
    return {path.stem: without_layout(path.read_text("utf-8")) for path in (root / MODELS).glob("*.sql")}


def named_in(text: str) -> set[str]:
    """Rules that SQL names as a text of its own: what a macro is called with may be a column of an alias."""
    return set(re.findall(rf"'({RULE_ID})'", re.sub(r"\{\{.*?\}\}", "", text, flags=re.S)))


def emitted(root: Path) -> dict[str, set[str]]:
    """Model -> the rules that its SQL can emit: those that it names, or that what it reads names."""
    found = {model: named_in(text) for model, text in texts(root).items() if model not in GATHER}
    for model, (macros, relation) in TAKEN_FROM.items():
        with (root / relation).open(encoding="utf-8", newline="") as handle:
            found[model] |= {record["rule_id"] for record in csv.DictReader(handle)}
        found[model] |= named_in(without_layout((root / macros).read_text("utf-8")))
    return found


def severities_on_page(root: Path) -> dict[str, str]:
    rows = rows_of("# What the rules look for", root)
    return {rule: row[1] for row in rows for rule in re.findall(rf"`({RULE_ID})`", row[0])}


def severities_of_register(root: Path) -> dict[str, str]:
    found = {record["rule_id"]: record["severity"] for record in records(root, "rule")}
    for record in records(root, "condition"):
        found[record["rule_id"]] += f", {record['severity']} if {record['condition'].replace('_', ' ')}"
    return found


def thresholds_asked(root: Path) -> set[tuple[str, str]]:
    return {
        (rule_id, name)
        for text in texts(root).values()
        for rule_id, names in re.findall(rf"thresholds\( ?'({RULE_ID})', \[(.*?)\]", text)
        for name in re.findall(r"'(\w+)'", names)
    }


def conditions_named(root: Path) -> set[str]:
    """Conditions that models name, in the column of that name."""
    found = re.findall(r"\bcase (?:(?!\bcase ).)*?end as condition\b", " ".join(texts(root).values()))
    return {name for case in found for name in re.findall(r"(?:then|else) '(\w+)'", case)}


def roles_named(text: str) -> set[str]:
    spread = re.findall(r"by_role\( ?'\w+', \{(.*?)\}", text)
    roles = {role for each in spread for role in re.findall(r"'(\w+)':", each)}
    roles |= set(re.findall(r"'(\w+)' as role\b", text))
    for more in re.findall(r"'\w+' as role((?: union all select '\w+')+)", text):
        roles |= set(re.findall(r"'(\w+)'", more))
    # In the second part of a union a role stands before the figure, and has no name.
    return roles | set(re.findall(r"'(\w+)', \w+\.observation_id from ", text))


def differences(root: Path) -> list[str]:
    """Where the register says something else than who emits, gathers, tells or reads what it registers."""
    register, sql = models_of(root), texts(root)
    union = re.findall(r"'(\w+)'", re.search(r"set models = \[(.*?)\]", sql[UNION], re.S)[1])
    with_condition = re.findall(r"'(\w+)'", re.search(r"set with_condition = \[(.*?)\]", sql[UNION], re.S)[1])
    stated = {(r["rule_id"], r["name"]) for r in records(root, "threshold")}
    roles = {
        m: {role for r in records(root, "rule") if r["model"] == m for role in r["roles"].split()} for m in register
    }
    pairs = {
        "ids that models emit": (register, emitted(root)),
        "models of the union": (sorted(register), sorted([*union, STALE])),
        "severities on the page": (severities_of_register(root), severities_on_page(root)),
        "thresholds that models read": (stated, thresholds_asked(root)),
        "conditions that models name": ({r["condition"] for r in records(root, "condition")}, conditions_named(root)),
        "models with a condition": (sorted(m for m in sql if " as condition" in sql[m] and m != UNION), with_condition),
        "roles that models name": (roles, {model: roles_named(sql[model]) for model in register if model in sql}),
    }
    return [f"{what}: register {mine}, found {found}" for what, (mine, found) in pairs.items() if mine != found]


def test_the_register_the_models_the_union_and_the_page_say_the_same():
    assert differences(ROOT) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "what"),
    [
        (
            "seeds/rules/rule.csv",
            "identity.sum,error,rule_identity_sum",
            "identity.total,error,rule_identity_sum",
            "ids that",
        ),
        ("seeds/rules/rule.csv", "jump.rest,warning,rule_jump", "jump.rest,warning,rule_label", "ids that"),
        ("seeds/rules/rule.csv", "key.doubled,error", "key.doubled,warning", "severities on the page"),
        ("seeds/rules/rule.csv", "closing opening inflow outflow", "closing opening inflow", "roles that"),
        ("seeds/rules/condition.csv", "identity.growth,cut_off", "identity.growth,hedged", "conditions that"),
        ("seeds/rules/threshold.csv", "jump.rest,rest_share_least", "jump.rest,rest_least", "thresholds that"),
        (f"{MODELS}/rule_restatement.sql", "'key.doubled'", "'key.doubled_cell'", "ids that"),
        (f"{MODELS}/rule_area.sql", "'area.validity' as rule_id", "'label.spelling' as rule_id", "ids that"),
        (f"{MODELS}/rule_jump.sql", '"rest_share_least"]', '"rest_share_least", "rest_years"]', "thresholds that"),
        (f"{MODELS}/rule_findings.sql", '"rule_document",', "", "models of the union"),
        (f"{MODELS}/rule_findings.sql", '"rule_document",', '"rule_document", "rule_area",', "models of the union"),
        (
            f"{MODELS}/rule_findings.sql",
            '"rule_identity_balance",\n    "rule_identity_change",',
            '"rule_identity_balance",',
            "models with",
        ),
        ("seeds/relations/quotient.csv", "identity.per_head", "jump.share", "ids that"),
        ("docs/rules.md", "`area.validity` | warning", "`area.validity` | error", "severities on the page"),
        ("docs/rules.md", "`plausible.level`, ", "", "severities on the page"),
    ],
)
def test_a_drift_is_seen(file: str, old: str, new: str, what: str, tmp_path: Path):
    for folder in (MODELS, "dbt_project/macros", "seeds/rules", "seeds/relations"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    (tmp_path / "docs").mkdir()
    shutil.copy(ROOT / "docs/rules.md", tmp_path / "docs")
    assert differences(tmp_path) == []
    edit(tmp_path / file, old, new)
    assert any(line.startswith(what) for line in differences(tmp_path)), differences(tmp_path)


def expected_rows() -> list[tuple[str, dict]]:
    """Model and row of everything that the unit tests of rules expect to be found."""
    return [
        (test["model"], row)
        for path in (ROOT / MODELS).glob("*_unit_tests.yml")
        for test in yaml.safe_load(path.read_text("utf-8"))["unit_tests"]
        for row in test["expect"]["rows"]
    ]


def test_every_rule_is_seen_to_fire_in_a_unit_test_of_its_model():
    register = models_of(ROOT)
    roles = {r["rule_id"]: set(r["roles"].split()) for r in records(ROOT, "rule")}
    seen: set[str] = set()
    for model, row in expected_rows():
        own = register.get(model, set())
        rule_id = row.get("rule_id") or (next(iter(own)) if len(own) == 1 else None)
        if own and rule_id:
            assert rule_id in own, (model, row)
            assert row.get("role") is None or row["role"] in roles[rule_id], (model, row)
            seen.add(rule_id)
    assert set(roles) == seen


def test_what_was_found_is_registered_with_the_model_that_found_it(built: Line):
    release = built.paths.current.resolve()
    with duckdb.connect(str(release / "work.duckdb"), read_only=True) as work:
        found = work.execute("select distinct model, rule_id from rules.rule_findings").fetchall()
    assert len(found) > 15 and all(rule_id in models_of(ROOT)[model] for model, rule_id in found)
    with duckdb.connect(str(release / DATABASE), read_only=True) as published:
        told = dict(published.execute("select rule_id, thresholds from quality.rule").fetchall())
        hits = published.execute("select sum(findings_printed + findings_decided) from quality.rule").fetchone()
        assert hits == published.execute("select count(*) from quality.finding").fetchone()
    assert set(told) == {r["rule_id"] for r in records(ROOT, "rule")}
    assert told["bound.share"] == "share_least = 0 (share); share_most = 1 (share)" and told["identity.sum"] is None


def test_severities_and_thresholds_are_read_at_run_time(tmp_path: Path, fresh, monkeypatch):
    """The bulletin with planted errors, under another register: a graver copy, and units that no one doubts."""
    seeds = Path(shutil.copytree(SEEDS, tmp_path / "seeds"))
    shutil.copytree(Path(__file__).parent / "sources", seeds / "sources", dirs_exist_ok=True)
    edit(seeds / "rules/rule.csv", "pattern.repeated_row,warning", "pattern.repeated_row,error")
    edit(
        seeds / "rules/threshold.csv", "unit.implied_multiplier,powers_most,9", "unit.implied_multiplier,powers_most,0"
    )
    paths = fresh(seeds, tmp_path / "warehouse")
    monkeypatch.setenv("MINSHENG_WAREHOUSE", str(paths.warehouse))
    with pytest.raises(CheckFailed) as failed:
        check_source(paths, "faulty_bulletin", False, lambda text: None)
    assert "pattern.repeated_row (error" in str(failed.value) and "unit.implied_multiplier" not in str(failed.value)
    edit(seeds / "rules/threshold.csv", "bound.share,share_most,1,share,", "bound.share,share_top,1,share,")
