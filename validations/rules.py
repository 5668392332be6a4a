"""pandera contracts of the register of rules (seeds/rules), and the rules that other seeds name.

The models that look for rules are code, as this module is: a register that names another model, or a threshold that no
model reads, is told at intake, from the texts in `dbt_project/models/rules`.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from functools import cache

import jinja2
import pandera.polars as pa
import polars as pl
from jinja2 import nodes

from validations.contracts import column, matches, one_of
from validations.faults import Fault
from validations.published import PROJECT

#: Columns of every file of the register, in its order.
RULES: dict[str, list[str]] = {
    "rule": ["rule_id", "severity", "model", "roles", "told_of", "says_en", "says_zh"],
    "condition": ["rule_id", "condition", "severity", "reason_en", "reason_zh"],
    "threshold": ["rule_id", "name", "value", "unit", "reason_en", "reason_zh"],
}
SEVERITIES = ("error", "warning")
#: What stands once in each file.
UNIQUE = {"condition": ["rule_id", "condition"], "threshold": ["rule_id", "name"]}
#: The model that gathers what the others find, and the one that holds quotients to `seeds/relations/quotient.csv`.
GATHERS, QUOTIENTS = "rule_findings", "rule_identity_quotient"


def rule_file(name: str, rule_ids: Sequence[str]) -> pa.DataFrameSchema:
    """Contract of one file of the register; `rule_ids`: the rules that conditions and thresholds may be of."""
    word = matches(r"^[a-z][a-z0-9_]*$", "a name in lower case")
    rule_id = column(matches(r"^[a-z_]+\.[a-z_]+$", "a rule id such as identity.per_head"), unique=True)
    # Of a register that cannot be read one fault is told, and not one for each rule that it lacks.
    registered = [one_of(rule_ids, "rule.csv")] if rule_ids else []
    columns = {
        "rule_id": rule_id if name == "rule" else column(*registered),
        "severity": column(pa.Check.isin(SEVERITIES, error="error, warning")),
        "model": column(one_of(models(), "dbt_project/models/rules: the model that looks for it, such as rule_jump")),
        "roles": column(matches(r"^[a-z_]+( [a-z_]+)*$", "roles of the cells that it names, such as whole part")),
        "told_of": column(
            pa.Check(_among_roles, error="some of its roles, parted by blanks, or nothing"), nullable=True
        ),
        "condition": column(word),
        "name": column(word),
        "value": column(matches(r"^[0-9]{1,9}(\.[0-9]{1,4})?$", "a number that is not negative, to four decimals")),
        **{text: column() for text in ("unit", "says_en", "says_zh", "reason_en", "reason_zh")},
    }
    return pa.DataFrameSchema({key: columns[key] for key in RULES[name]}, strict=True, unique=UNIQUE.get(name))


def _among_roles(data: pa.PolarsData) -> pl.LazyFrame:
    """Of each rule the roles of a column are roles that its findings have."""
    among = pl.col(data.key).str.split(" ").list.set_difference(pl.col("roles").str.split(" ")).list.len() == 0
    return data.lazyframe.select(among.fill_null(True))


def ids(register: Mapping[str, list[dict[str, str | None]]], model: str | None = None) -> list[str]:
    """The ids of all rules, or of those of one model, in the order of the register; `register`: the records of its files."""
    return [record["rule_id"] or "" for record in register.get("rule", []) if model in (None, record["model"])]


def unknown(rule_id: str, known: Sequence[str], model: str | None = None) -> str | None:
    """What to expect instead of an id that is no rule (of `model`), with the nearest one as a hint; None of a rule."""
    if rule_id in known:
        return None
    nearest = difflib.get_close_matches(rule_id, known, n=1)
    of = f" whose model is {model}" if model else ""
    return f"a rule_id of rules/rule.csv{of}" + (f"; the nearest is {nearest[0]}" if nearest else "")


def threshold_faults(
    records: Sequence[Mapping[str, str | None]], lines: Sequence[int], file: str, check: str
) -> list[Fault]:
    """Thresholds that no model reads, and those that a model reads in vain; `lines`: where the records begin."""
    stated = [(record["rule_id"] or "", record["name"] or "") for record in records]
    asked = thresholds()
    faults = []
    for line, (rule_id, name) in zip(lines, stated):
        if (rule_id, name) not in asked:
            read = ", ".join(other for rule, other in asked if rule == rule_id) or "none"
            faults.append(
                Fault(file, line, "name", name, f"a threshold that the model of {rule_id} reads: {read}", check)
            )
    for rule_id, name in asked:
        if (rule_id, name) not in stated:
            expected = "a row for each threshold that a model reads: the rule cannot be looked for without it"
            faults.append(Fault(file, None, "", f"no row {rule_id}, {name}", expected, check))
    return faults


@cache
def models() -> dict[str, frozenset[tuple[str, str]]]:
    """The dbt models that look for rules, each with the thresholds that it reads: (rule_id, name)."""
    found = {}
    for path in sorted((PROJECT / "models" / "rules").glob("rule_*.sql")):
        if path.stem != GATHERS:
            calls = jinja2.Environment().parse(path.read_text("utf-8")).find_all(nodes.Call)
            asked = [[arg.as_const() for arg in call.args] for call in calls if _calls(call, "thresholds")]
            found[path.stem] = frozenset((rule_id, name) for rule_id, names in asked for name in names)
    return found


def _calls(call: nodes.Call, macro: str) -> bool:
    return isinstance(call.node, nodes.Name) and call.node.name == macro


def thresholds() -> list[tuple[str, str]]:
    """The thresholds that models read: (rule_id, name)."""
    return sorted({threshold for read in models().values() for threshold in read})
