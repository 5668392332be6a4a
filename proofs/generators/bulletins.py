"""Bulletins that are right in every cell, made up from a seed: what rules say of them is a false alarm.

    python -m proofs.generators.bulletins FOLDER 3     three source folders

Series grow as such figures have grown, now and then by a step; amounts, counts and what follows from them are rounded
each for itself from the figures before rounding, as offices do. Units, decimals, years, areas and layouts vary. The
numbers behind them come from no source and from no band of the rules.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from random import Random

from proofs.generators.bulletin_page import AREAS, MONEY, PEOPLE, Bulletin, Rows, path, printed


def dibao(bulletin: Bulletin) -> None:
    """Standards, recipients and spending of dibao, urban, rural and both, and what the text says of them."""
    b, random, n = bulletin, bulletin.random, len(bulletin.years)
    where = {"ref_area": "620000", "scheme": "DIBAO"}
    people = {
        "U": path(random, random.uniform(2e5, 2e6), -0.06, 0.04, n),
        "R": path(random, random.uniform(8e5, 6e6), -0.03, 0.05, n),
    }
    standard = {
        "U": path(random, random.uniform(380, 620), 0.07, 0.03, n),
        "R": path(random, random.uniform(200, 360), 0.09, 0.03, n),
    }
    part = {"U": random.uniform(0.55, 0.75), "R": random.uniform(0.45, 0.7)}
    spent = {r: [p * s * 12 * part[r] * random.gauss(1, 0.02) for p, s in zip(people[r], standard[r])] for r in "UR"}
    people["_T"], spent["_T"] = ([u + r for u, r in zip(x["U"], x["R"])] for x in (people, spent))
    names = {"U": "Urban ", "R": "Rural ", "_T": "All "}
    rows = [
        b.row(f"{names[r]}recipients of dibao", people[r], PEOPLE, 2, indicator="DIBAO_RECIPIENTS", residence=r)
        for r in names
    ]
    rows += [
        b.row(f"{names[r]}spending on dibao", spent[r], MONEY, 2, indicator="DIBAO_EXPENDITURE", residence=r)
        for r in names
    ]
    rows += [
        b.row(
            f"{names[r]}standard",
            standard[r],
            {"yuan/month": 0},
            random.choice([0, 1]),
            indicator="DIBAO_STANDARD",
            residence=r,
        )
        for r in "UR"
    ]
    for r in "UR":
        each = [s / p for s, p in zip(spent[r], people[r])]
        rows.append(
            b.row(
                f"{names[r]}spending per recipient",
                each,
                {"yuan/year": 0},
                1,
                indicator="DIBAO_EXPENDITURE_PER_RECIPIENT",
                residence=r,
            )
        )
    b.table("Minimum living guarantee", rows, b.heads(), {"freq": "A", **where})
    last, before = b.years[-1], b.years[-2]
    level = {"measure": "level", "residence": "U", "time_period": last, **where}
    b.say(
        "Urban recipients at the end of the last year",
        printed(people["U"][-1], 4, 1),
        "10 thousand persons",
        "about",
        indicator="DIBAO_RECIPIENTS",
        **level,
    )
    growth = standard["R"][-1] / standard["R"][-2] - 1
    moved = {"measure": "growth", "residence": "R", "time_period": last, "base_period": before, **where}
    b.say(
        "Growth of the rural standard",
        printed(abs(growth), -2, 1) + "%",
        direction="rise" if growth >= 0 else "fall",
        indicator="DIBAO_STANDARD",
        **moved,
    )
    change = people["_T"][-1] - people["_T"][-2]
    moved = {"measure": "change", "residence": "_T", "time_period": last, "base_period": before, **where}
    b.say(
        "Change of recipients over the year",
        printed(abs(change), 4, 2),
        "10 thousand persons",
        direction="rise" if change >= 0 else "fall",
        indicator="DIBAO_RECIPIENTS",
        **moved,
    )
    ratio = {"measure": "ratio", "counterpart": "residence=R", "residence": "U", "time_period": last, **where}
    b.say(
        "Urban standard to rural",
        printed(standard["U"][-1] / standard["R"][-1], 0, 2),
        "times",
        indicator="DIBAO_STANDARD",
        **ratio,
    )


def medical(bulletin: Bulletin) -> None:
    """Funds and members of medical insurance, of employees, residents and both."""
    b, random, n = bulletin, bulletin.random, len(bulletin.years)
    groups = {"EMPLOYEES": "employees", "RESIDENTS": "urban and rural residents"}
    members = {
        "EMPLOYEES": path(random, random.uniform(2e6, 9e6), 0.03, 0.012, n),
        "RESIDENTS": path(random, random.uniform(1e7, 4e7), 0.002, 0.01, n),
    }
    each = {
        "EMPLOYEES": path(random, random.uniform(2200, 3500), 0.07, 0.03, n),
        "RESIDENTS": path(random, random.uniform(420, 650), 0.09, 0.04, n),
    }
    spent = {g: [m * e for m, e in zip(members[g], each[g])] for g in groups}
    income = {g: [s * random.uniform(1.0, 1.2) for s in spent[g]] for g in groups}
    rows: Rows = []
    for group, name in groups.items():
        held = [spent[group][0] * random.uniform(0.7, 1.6)]
        for year in range(1, n):
            held.append(held[-1] + income[group][year] - spent[group][year])
        money = {"indicator": "INSURANCE_FUND_REVENUE", "pop_group": group}
        rows.append(b.row(f"Fund revenue, {name}", income[group], MONEY, 2, **money))
        rows.append(
            b.row(
                f"Fund expenditure, {name}",
                spent[group],
                MONEY,
                2,
                **money | {"indicator": "INSURANCE_FUND_EXPENDITURE"},
            )
        )
        rows.append(
            b.row(
                f"Fund balance at the end of the year, {name}",
                held,
                MONEY,
                2,
                **money | {"indicator": "INSURANCE_FUND_BALANCE"},
            )
        )
        rows.append(
            b.row(
                f"Participants, {name}", members[group], PEOPLE, 2, indicator="INSURANCE_PARTICIPANTS", pop_group=group
            )
        )
        rows.append(
            b.row(
                f"Expenditure per participant, {name}",
                each[group],
                {"yuan/year": 0},
                1,
                indicator="INSURANCE_FUND_EXPENDITURE_PER_HEAD",
                pop_group=group,
            )
        )
    total = [sum(values) for values in zip(*members.values())]
    rows.append(b.row("Participants", total, PEOPLE, 2, indicator="INSURANCE_PARTICIPANTS"))
    rows.append(
        b.row(
            "Fund expenditure", [sum(v) for v in zip(*spent.values())], MONEY, 2, indicator="INSURANCE_FUND_EXPENDITURE"
        )
    )
    multiple = {
        "indicator": "INSURANCE_FUND_EXPENDITURE_PER_HEAD",
        "measure": "ratio",
        "pop_group": "EMPLOYEES",
        "counterpart": "pop_group=RESIDENTS",
    }
    rows.append(
        b.row("Multiple of expenditure per participant", [e / r for e, r in zip(*each.values())], None, 2, **multiple)
    )
    b.table("Basic medical insurance", rows, b.heads(), {"freq": "A", "ref_area": "620000", "scheme": "BASIC_MEDICAL"})


def structure(bulletin: Bulletin) -> None:
    """Social security by branch, with its totals and its share of GDP."""
    b, random, n = bulletin, bulletin.random, len(bulletin.years)
    gdp = path(random, random.uniform(5e11, 4e12), 0.07, 0.03, n)
    shares = {
        "SOCIAL_INSURANCE": 0.06,
        "DIBAO": 0.0035,
        "TEMPORARY_ASSISTANCE": 0.0004,
        "EXTREME_POVERTY_SUPPORT": 0.0006,
        "SOCIAL_WELFARE": 0.002,
    }
    start = {scheme: gdp[0] * share * random.uniform(0.7, 1.3) for scheme, share in shares.items()}
    amount = {scheme: path(random, value, 0.08, 0.05, n) for scheme, value in start.items()}
    assistance = list(amount)[1:4]
    amount["SOCIAL_ASSISTANCE"] = [sum(v) for v in zip(*(amount[s] for s in assistance))]
    amount["SOCIAL_SECURITY"] = [
        sum(v) for v in zip(*(amount[s] for s in ("SOCIAL_INSURANCE", "SOCIAL_ASSISTANCE", "SOCIAL_WELFARE")))
    ]
    label = {
        "DIBAO": "Minimum living guarantee",
        "TEMPORARY_ASSISTANCE": "Temporary relief",
        "EXTREME_POVERTY_SUPPORT": "Support for the extremely poor",
    }
    unit = random.choice(["100 million yuan", "million yuan"])
    units = {unit: MONEY[unit]}
    rows = [
        b.row(
            label.get(s, s.replace("_", " ").capitalize()),
            values,
            units,
            2,
            indicator="SOCIAL_SECURITY_EXPENDITURE",
            scheme=s,
        )
        for s, values in amount.items()
    ]
    of_gdp = {
        "indicator": "SOCIAL_SECURITY_EXPENDITURE",
        "measure": "share",
        "counterpart": "indicator=GDP",
        "scheme": "SOCIAL_SECURITY",
    }
    texts = [printed(a / g, -2, 2) + "%" for a, g in zip(amount["SOCIAL_SECURITY"], gdp)]
    rows.append(({"label": "Social security as a share of GDP", **of_gdp}, texts))
    b.table("Expenditure on social security", rows, b.heads(), {"freq": "A", "ref_area": "620000"})


def finance(bulletin: Bulletin) -> None:
    """Areas of a province in one year: product, people, budgets and incomes, and the province itself."""
    b, random = bulletin, bulletin.random
    people = [random.uniform(3e5, 4e6) for _ in AREAS]
    product = [p * random.lognormvariate(10.6, 0.35) for p in people]
    spending = [p * random.uniform(7000, 22000) for p in people]
    revenue = [s * random.uniform(0.08, 0.4) for s in spending]
    rest = random.uniform(3, 6)
    columns = {"people": people, "product": product, "spending": spending, "revenue": revenue}
    columns = {name: [*values, sum(values) * rest] for name, values in columns.items()}
    urban = [random.uniform(24000, 42000) for _ in range(5)]
    rural = [u * random.uniform(0.3, 0.55) for u in urban]
    rows = [
        b.row("Gross domestic product", columns["product"], MONEY, 2, indicator="GDP"),
        b.row(
            "Registered population",
            columns["people"],
            PEOPLE,
            2,
            indicator="REGISTERED_POPULATION",
            population_basis="registered",
        ),
        b.row("Public revenue", columns["revenue"], MONEY, 2, indicator="FISCAL_REVENUE"),
        b.row("Public expenditure", columns["spending"], MONEY, 2, indicator="FISCAL_EXPENDITURE"),
        b.row(
            "Urban income per head", urban, {"yuan/year": 0}, 0, indicator="DISPOSABLE_INCOME_PER_HEAD", residence="U"
        ),
        b.row(
            "Rural income per head", rural, {"yuan/year": 0}, 0, indicator="DISPOSABLE_INCOME_PER_HEAD", residence="R"
        ),
    ]
    ratio = {"measure": "ratio", "indicator": "FISCAL_REVENUE", "counterpart": "indicator=FISCAL_EXPENDITURE"}
    texts = [printed(r / s, -2, 1) + "%" for r, s in zip(columns["revenue"], columns["spending"])]
    rows.append(({"label": "Revenue to expenditure", **ratio}, texts))
    heads = [{"label": name, "ref_area": code} for name, code in {**AREAS, "Gansu": "620000"}.items()]
    b.table("Finance and income by area", rows, heads, {"freq": "A", "scheme": "_Z", "time_period": b.years[-1]})


TABLES: list[Callable[[Bulletin], None]] = [dibao, medical, structure, finance]


def write(folder: Path, count: int, seed: int = 1) -> list[str]:
    """Leave `count` source folders under `folder`; returns their names. Each holds two of the four kinds of tables."""
    names = []
    for number in range(1, count + 1):
        bulletin = Bulletin(f"made_up_{number:02d}", Random(f"{seed}|{number}"))
        for part in (TABLES[number % 4], TABLES[(number + 1) % 4]):
            part(bulletin)
        bulletin.write(folder)
        names.append(bulletin.name)
    return names


if __name__ == "__main__":
    print(*write(Path(sys.argv[1]), int(sys.argv[2])))
