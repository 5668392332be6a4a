"""pandera contracts of the register of rules (seeds/rules), and the rules that other seeds name."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence

import pandera.polars as pa

from validations.contracts import column, matches, one_of

#: Columns of every file of the register, in its order.
RULES: dict[str, list[str]] = {
    "rule": ["rule_id", "severity", "model", "roles", "says_en", "says_zh"],
    "condition": ["rule_id", "condition", "severity", "reason_en", "reason_zh"],
    "threshold": ["rule_id", "name", "value", "unit", "reason_en", "reason_zh"],
}
SEVERITIES = ("error", "warning")
#: What stands once in each file.
UNIQUE = {"condition": ["rule_id", "condition"], "threshold": ["rule_id", "name"]}


def rule_file(name: str, rule_ids: Sequence[str]) -> pa.DataFrameSchema:
    """Contract of one file of the register; `rule_ids`: the rules that conditions and thresholds may be of."""
    word = matches(r"^[a-z][a-z0-9_]*$", "a name in lower case")
    rule_id = column(matches(r"^[a-z_]+\.[a-z_]+$", "a rule id such as identity.per_head"), unique=True)
    # Of a register that cannot be read one fault is told, and not one for each rule that it lacks.
    registered = [one_of(rule_ids, "rule.csv")] if rule_ids else []
    columns = {
        "rule_id": rule_id if name == "rule" else column(*registered),
        "severity": column(pa.Check.isin(SEVERITIES, error="error, warning")),
        "model": column(matches(r"^rule_[a-z_]+$", "the dbt model that looks for it, such as rule_jump")),
        "roles": column(matches(r"^[a-z_]+( [a-z_]+)*$", "roles of the cells that it names, such as whole part")),
        "condition": column(word),
        "name": column(word),
        "value": column(matches(r"^[0-9]{1,9}(\.[0-9]{1,4})?$", "a number that is not negative, to four decimals")),
        **{text: column() for text in ("unit", "says_en", "says_zh", "reason_en", "reason_zh")},
    }
    return pa.DataFrameSchema({key: columns[key] for key in RULES[name]}, strict=True, unique=UNIQUE.get(name))


def ids(register: Mapping[str, list[dict[str, str | None]]]) -> list[str]:
    """The ids of all rules, in the order of the register; `register` holds the records of its files."""
    return [record["rule_id"] or "" for record in register.get("rule", [])]


def unknown(rule_id: str, known: Sequence[str]) -> str | None:
    """What to expect instead of an id that is no rule, with the nearest one as a hint; None of a rule."""
    if rule_id in known:
        return None
    nearest = difflib.get_close_matches(rule_id, known, n=1)
    return "a rule_id of rules/rule.csv" + (f"; the nearest is {nearest[0]}" if nearest else "")
