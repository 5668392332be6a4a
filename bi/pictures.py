"""Which pictures a mart is for. Every number comes from the mart; what is known beside it is drawn with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bi.charts import Bar, Bars, Panel
from bi.drawing import Drawing, Notes, Picture, Row
from bi.marks import Marks
from bi.tables import Mart, caveat, named
from bi.texts import Texts


def of(mart: Mart, spec: dict[str, Any], marks: Marks, texts: Texts) -> list[Picture]:
    """The pictures of a mart, without those for which it has no row."""
    drawing = Drawing(mart, spec, marks, texts)
    return [picture for picture in MAKERS.get(mart.name, lambda drawing: [])(drawing) if picture is not None]


def _dibao(drawing: Drawing) -> list[Picture | None]:
    parts = [row for row in drawing.home if not row["is_total"]]
    notes = [Notes(drawing.texts) for _ in range(4)]
    by = drawing.by
    printed = "expenditure_per_recipient_printed_yuan_per_year"
    year_end = "expenditure_per_year_end_recipient_yuan_per_year"
    return [
        drawing.over_time("dibao_standard", [by("residence", "standard_yuan_per_month", parts, notes[0])], notes[0]),
        drawing.over_time(
            "dibao_recipients",
            [
                by("residence", "recipients_persons", parts, notes[1]),
                by("residence", "expenditure_yuan", parts, notes[1]),
            ],
            notes[1],
        ),
        drawing.over_time(
            "dibao_per_recipient",
            [
                by("residence", year_end, parts, notes[2]),
                by("residence", printed, parts, notes[2]),
            ],
            notes[2],
        ),
        drawing.over_time(
            "dibao_supplement", [by("residence", "supplement_standard_ratio", parts, notes[3])], notes[3]
        ),
    ]


def _dibao_gap(drawing: Drawing) -> list[Picture | None]:
    def pair(name: str, ratio: str, difference: str) -> Picture | None:
        notes = Notes(drawing.texts)
        panels = []
        for column, base in ((ratio, 1), (difference, 0)):
            unit = drawing.unit(column, drawing.home)
            line = drawing.line(drawing.home, column, unit, "", 0, notes)
            panels.append(Panel(drawing.title(column, unit), [line] if line.points else [], base, 150))
        return drawing.over_time(name, panels, notes)

    share = "rural_recipients_share"
    notes = Notes(drawing.texts)
    unit = drawing.unit(share, drawing.home)
    line = drawing.line(drawing.home, share, unit, "", 0, notes)
    return [
        pair("gap_standard", "urban_rural_standard_ratio", "urban_rural_standard_difference_yuan_per_month"),
        pair(
            "gap_per_recipient",
            "urban_rural_expenditure_per_recipient_ratio",
            "urban_rural_expenditure_per_recipient_difference_yuan_per_year",
        ),
        drawing.over_time(
            "gap_rural_share", [Panel(drawing.title(share, unit), [line] if line.points else [], 0, 150)], notes
        ),
    ]


def _participation(drawing: Drawing) -> list[Picture | None]:
    notes = Notes(drawing.texts)
    insured = [row for row in drawing.home if row["pop_group"] == "_T"]
    panel = drawing.by("scheme", "participants_persons", insured, notes, height=330)
    return [drawing.over_time("participation", [panel], notes)]


def _fund_per_head(drawing: Drawing) -> list[Picture | None]:
    notes = Notes(drawing.texts)
    # A part of a fund has no participants, and a scheme without groups nothing to compare.
    grouped = {row["scheme"] for row in drawing.home if row["pop_group"] == "RESIDENTS"}
    rows = [row for row in drawing.home if row["scheme"] in grouped and row["scope"] == "_Z"]
    panels = [drawing.by("pop_group", "expenditure_per_participant_yuan_per_year", rows, notes)]
    multiple = "multiple_of_residents_ratio"
    others = [row for row in rows if row["pop_group"] != "RESIDENTS"]
    panels.append(drawing.by("pop_group", multiple, others, notes, base=1, height=150))
    return [drawing.over_time("fund_per_head", panels, notes)]


def _structure(drawing: Drawing) -> list[Picture | None]:
    rows = sorted(drawing.home, key=lambda row: (row["is_total"], row["component"], row["scope"]))
    largest = max(
        (row["component"] for row in rows if row["amount_yuan"] and not row["is_total"]),
        default=None,
        key=_amounts(rows),
    )

    def label(row: Row) -> str:
        name = named(row, "component", drawing.texts)
        opening, closing = {"en": (" (", ")"), "zh": ("\uff08", "\uff09")}[drawing.texts.language]
        if row["is_total"]:
            return f"{name}{opening}{drawing.texts.word('sum')}{closing}"
        return name if row["scope"] == "_Z" else f"{name}{opening}{drawing.texts.code(row['scope'])}{closing}"

    def amounts(name: str, chosen: Callable[[Row], bool]) -> Picture | None:
        notes, panels = Notes(drawing.texts), []
        unit = drawing.unit("amount_yuan", [row for row in rows if chosen(row)] or rows)
        for period in sorted({row["time_period"] for row in rows}):
            bars = [
                drawing.bar(row, "amount_yuan", unit, label(row), notes)
                for row in rows
                if row["time_period"] == period and chosen(row)
            ]
            panels.append(Bars(drawing.title("amount_yuan", unit, period), bars, "amount"))
        return drawing.across(name, panels, notes)

    notes, shares = Notes(drawing.texts), []
    unit = drawing.unit("social_security_share", rows)
    for period in sorted({row["time_period"] for row in rows}):
        of_period = [
            row for row in rows if row["time_period"] == period and row["scope"] == "_Z" and not row["is_total"]
        ]
        if any(row["social_security_share"] is not None for row in of_period):
            bars = [drawing.bar(row, "social_security_share", unit, label(row), notes) for row in of_period]
        else:
            total = [row for row in rows if row["time_period"] == period and row["component"] == "SOCIAL_SECURITY"]
            bars = [drawing.bar(row, "social_security_share", unit, label(row), notes) for row in total]
        shares.append(Bars(drawing.title("social_security_share", unit, period), bars))
    return [
        amounts(
            "structure_insurance", lambda row: row["component"] == largest or row["component"] == "SOCIAL_SECURITY"
        ),
        amounts("structure_rest", lambda row: row["component"] not in (largest, "SOCIAL_SECURITY")),
        drawing.across("structure_share", shares, notes),
    ]


def _amounts(rows: list[Row]) -> Callable[[str], Any]:
    return lambda component: max(row["amount_yuan"] or 0 for row in rows if row["component"] == component)


def _gdp(drawing: Drawing) -> list[Picture | None]:
    rows, column, notes = drawing.mart.rows, "spending_gdp_share", Notes(drawing.texts)
    unit = drawing.unit(column, rows)
    areas: dict[str, list[Row]] = {}
    for row in rows:
        areas.setdefault(row["ref_area"], []).append(row)
    lines, style = [], 2
    for area, group in areas.items():
        is_context = area != "CHN" and not group[0]["is_total"]
        place = 0 if area == "CHN" else 1 if group[0]["is_total"] else (style := style + 1)
        name = named(group[0], "ref_area", drawing.texts)
        told = Notes(drawing.texts) if is_context else notes
        lines.append(drawing.line(group, column, unit, name, place, told, is_context))
    lines.sort(key=lambda line: not line.is_context)
    gap = "gap_to_oecd_mean_pp"
    gap_notes, china = Notes(drawing.texts), areas.get("CHN", [])
    gap_unit = drawing.unit(gap, china)
    gap_line = drawing.line(china, gap, gap_unit, "", 0, gap_notes)
    name = named(china[0], "ref_area", drawing.texts) if china else ""
    gap_panel = Panel(
        drawing.title(gap, gap_unit, f"{drawing.texts.of(drawing.columns[gap])}, {name}"), [gap_line], 0, 150
    )
    return [
        drawing.over_time(
            "gdp_share", [Panel(drawing.title(column, unit), [line for line in lines if line.points], 0, 320)], notes
        ),
        drawing.over_time("gdp_gap", [gap_panel] if gap_line.points else [], gap_notes),
    ]


def _regional(drawing: Drawing) -> list[Picture | None]:
    # Areas beside each other: a nation or a group, whose code is of letters, is no neighbour of what lies in it.
    areas = [row for row in drawing.mart.rows if row["ref_area"].isdigit()] or drawing.mart.rows

    def bars(name: str, *columns: str, sort: str, together: bool = False) -> Picture | None:
        # Not every figure is known of the latest year: each picture has the latest that it can show.
        stated = [row for row in areas if row[sort] is not None]
        latest = max((row["period_start"] for row in stated), default=None)
        rows = [row for row in stated if row["period_start"] == latest]
        notes, panels = Notes(drawing.texts), []
        ordered = sorted(rows, key=lambda row: -row[sort])[:35]
        for column in columns:
            unit = drawing.unit(column, [row for row in rows if row[column] is not None])
            made = [drawing.bar(row, column, unit, named(row, "ref_area", drawing.texts), notes) for row in ordered]
            panels.append(Bars(drawing.title(column, unit), made, column))
        return drawing.across(name, panels, notes)

    return [
        bars("regional_balance", "self_sufficiency_ratio", sort="self_sufficiency_ratio"),
        bars("regional_amounts", "revenue_yuan", "expenditure_yuan", sort="expenditure_yuan"),
        bars(
            "regional_head",
            "gdp_per_registered_head_yuan",
            "expenditure_per_registered_head_yuan",
            sort="gdp_per_registered_head_yuan",
        ),
        bars(
            "regional_resident", "gdp_per_resident_yuan", "expenditure_per_resident_yuan", sort="gdp_per_resident_yuan"
        ),
        bars(
            "regional_income",
            "urban_income_per_head_yuan_per_year",
            "rural_income_per_head_yuan_per_year",
            "urban_rural_income_ratio",
            sort="urban_rural_income_ratio",
        ),
    ]


def _benefit(drawing: Drawing) -> list[Picture | None]:
    notes, made = Notes(drawing.texts), []
    amount, low, high = (f"amount_{part}yuan_per_month" for part in ("", "low_", "high_"))
    unit = drawing.unit(high, drawing.mart.rows)
    for row in drawing.mart.rows:
        name = f"{named(row, 'scheme', drawing.texts)}, {named(row, 'ref_area', drawing.texts)}, {row['time_period']}"
        top = row[high] if row[amount] is None else row[amount]
        if top is None:
            continue
        bottom = row[low] if row[amount] is None else None
        text = unit.text(top) if bottom is None else f"{unit.text(bottom)}\N{EN DASH}{unit.text(top)}"
        note = notes.number(caveat(row, drawing.texts), name, "")
        is_range = bottom is not None
        made.append(
            Bar(
                name, unit.number(top), text, low=unit.number(bottom) if is_range else None, note=note, is_open=is_range
            )
        )
    return [drawing.across("benefit", [Bars(drawing.title(amount, unit), made)], notes)]


MAKERS: dict[str, Callable[[Drawing], list[Picture | None]]] = {
    "dibao": _dibao,
    "dibao_gap": _dibao_gap,
    "insurance_participation": _participation,
    "insurance_fund_per_head": _fund_per_head,
    "expenditure_structure": _structure,
    "spending_share_of_gdp": _gdp,
    "regional_finance": _regional,
    "benefit_level": _benefit,
}
