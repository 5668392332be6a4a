"""The code lists, the relations and the register of rules: read and checked once, until a letter of them changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import polars as pl

from orchestration.intake.records import header_faults, read_records
from orchestration.intake.seed_files import extra_files, input_hash, is_seed
from validations import contracts, list_contracts, rules
from validations.code_lists import CodeLists
from validations.faults import Fault
from validations.list_contracts import CODELISTS
from validations.relations import RELATIONS, relation
from validations.rules import RULES

#: Folder of the seeds -> its files, each with its columns.
FOLDERS: Mapping[str, Mapping[str, list[str]]] = {"codelists": CODELISTS, "rules": RULES, "relations": RELATIONS}
Records = dict[str, list[dict[str, str | None]]]


@dataclass(frozen=True)
class Found:
    """What the files say, what is wrong with them, and by check how much was looked at; shared, so nobody changes it."""

    lists: CodeLists
    relations: Records
    faults: tuple[Fault, ...]
    observed: Mapping[str, str]


def read(seeds: Path) -> Found:
    """Read and check every file of `FOLDERS`; what was read of the same bytes before stands, wherever they lie."""
    return _read(_State.of(seeds))


@dataclass(frozen=True)
class _State:
    """What lies in the folders: every byte, and what is no file. Faults name places below the seeds, not the seeds."""

    folders: tuple[tuple[bool, str, tuple[str, ...]], ...]
    seeds: Path = field(compare=False)

    @classmethod
    def of(cls, seeds: Path) -> _State:
        found = []
        for folder in (seeds / name for name in FOLDERS):
            others = [p.name for p in folder.glob("*") if is_seed(p) and (p.is_symlink() or not p.is_file())]
            found.append((folder.is_dir(), input_hash(folder), tuple(sorted(others))))
        return cls(tuple(found), seeds)


@lru_cache(maxsize=4)
def _read(state: _State) -> Found:
    seeds = state.seeds
    reader = _Reader(seeds)
    tables = {kind: {n: reader.records(kind, n) for n in files} for kind, files in FOLDERS.items()}
    lists = CodeLists(tables["codelists"], tables["rules"], tables["relations"])
    for kind, files in FOLDERS.items():
        reader.faults += extra_files(seeds / kind, seeds, {f"{n}.csv" for n in files}, "intake.codelists.files")
    rule_ids = rules.ids(tables["rules"])
    contract_of = {
        "codelists": lambda name: list_contracts.codelist(name, lists),
        "relations": lambda name: relation(name, lists),
        "rules": lambda name: rules.rule_file(name, rule_ids),
    }
    observed = {}
    for kind, names in tables.items():
        for name, records in names.items():
            file, check = f"{kind}/{name}.csv", f"intake.{kind}.{name}"
            frame = pl.DataFrame(records, schema=dict.fromkeys(FOLDERS[kind][name], pl.String))
            if not any(fault.check == check for fault in reader.faults):
                lines = reader.lines.get(check, [])
                reader.faults += contracts.faults(contract_of[kind](name), frame, file, check, lines)
                if name == "quotient" and rule_ids:
                    reader.faults += _no_rule_of_quotients(records, lines, tables["rules"], file, check)
                if name == "threshold":
                    reader.faults += rules.threshold_faults(records, lines, file, check)
            observed[check] = f"{len(records)} rows"
    return Found(lists, tables["relations"], tuple(reader.faults), observed)


@dataclass
class _Reader:
    """Reads the files of one folder of seeds; `lines` says by check on which line each record begins."""

    seeds: Path
    faults: list[Fault] = field(default_factory=list)
    lines: dict[str, list[int]] = field(default_factory=dict)

    def records(self, kind: str, name: str) -> list[dict[str, str | None]]:
        """The records of one file; none if it cannot be read, or its header is another."""
        file, check, columns = f"{kind}/{name}.csv", f"intake.{kind}.{name}", FOLDERS[kind][name]
        records = read_records(self.seeds / kind / f"{name}.csv", file, check, self.faults)
        wrong = header_faults(records, columns, file, check) if records else []
        self.faults += wrong
        if records is None or wrong:
            return []
        self.lines[check] = records.lines[1:]
        return records.texts(columns)


def _no_rule_of_quotients(
    records: list[dict[str, str | None]], lines: list[int], register: Records, file: str, check: str
) -> list[Fault]:
    """Quotients that name a rule which the register does not have, or gives to another model."""
    known = rules.ids(register, rules.QUOTIENTS)
    named = [(line, record["rule_id"]) for line, record in zip(lines, records)]
    return [
        Fault(file, line, "rule_id", rule_id, expected, check)
        for line, rule_id in named
        if rule_id and (expected := rules.unknown(rule_id, known, rules.QUOTIENTS))
    ]
