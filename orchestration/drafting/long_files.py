"""The descriptor of a long file: which column holds what, and what its texts mean; the rest is a person's to decide."""

from __future__ import annotations

import re
from collections import Counter

from orchestration.drafting.alike import like
from orchestration.drafting.asked import CONFIRM, DECIDE
from orchestration.drafting.columns import ITEM, SOME_YEAR, VALUE_NAME
from orchestration.drafting.entries import PERCENT_MEANT, freq_of, of_figures, quoted
from orchestration.drafting.items import Items
from orchestration.drafting.long_look import LongLook, is_read, is_unit
from orchestration.drafting.long_roles import Role, left_out, role_of, says_again, spelled_out
from orchestration.drafting.page_rows import plain
from orchestration.intake.mapping import some
from orchestration.intake.spellings import Said, period
from orchestration.intake.units import RELATIVE
from validations.dimensions import DIMENSIONS
from validations.labels import UNIT, VALUE
from validations.periods import before, is_before
from validations.plain_text import HAN
from validations.slugs import in_words

#: What is of all local governments, and not of the nation.
OF_LOCAL = re.compile(r"^地方|\blocal\b", re.IGNORECASE)
#: What programs and offices write for a figure that is missing.
MISSING = re.compile(r"#?n[./]?a\.?|nan|null|none|\\n|x", re.IGNORECASE)
#: Texts in place of figures that may be marks; of more, the column holds something else.
MARKS = 30
#: A column tells the rows apart if it does so nearly as well as any.
APART = 0.95


def resource(look: LongLook) -> list[str]:
    """The lines of its resource from the marks on: what stands in place of figures, defaults and columns."""
    meaning, roles = look.meaning, _roles(look)
    held = {name for _, names in roles.values() for name in names}
    # A text that says an indicator and no scheme leaves that to the defaults.
    has_schemes = any(names == ["scheme"] for _, names in roles.values())
    lacks_scheme = not has_schemes and any(
        "indicator: " in line and "scheme: " not in line and DECIDE not in line
        for entry, _ in roles.values()
        for line in entry[1:]
    )
    texts = [text for name in look.values for text in look.columns[name]]
    marks = Counter(text for text in texts if not is_read(text, meaning.lists))
    lines = []
    # A text with digits stands for no missing figure: it is a fault until somebody says what it is.
    marks = Counter({text: times for text, times in marks.items() if not re.search("[0-9]", text)})
    if marks and len(marks) <= MARKS:
        words = [text for text in marks if re.search(r"[^\W\d_]", text) and not MISSING.fullmatch(text)]
        hint = f"{CONFIRM}: {', '.join(words)} in place of a figure that is missing; " * bool(words)
        hint += "one where there is none to be had: not_applicable"
        lines.append(f"    missing_values: [{', '.join(map(quoted, marks))}]  # {hint}")
        told = ", ".join(
            f"{text!r} {times} time(s)" if text else f"{times} empty cell(s)" for text, times in marks.items()
        )
        meaning.taken.append(f"in place of figures that are missing: {told}")
    if qualifiers := meaning.cells.qualifiers():
        lines.append(f"    qualifiers: [{', '.join(qualifiers)}]")
    told = " and ".join(map(repr, look.values))
    kind = "one figure a row" if len(look.values) == 1 else f"{len(look.values)} figures a row"
    meaning.taken.append(f"a long file, {kind}: {told} {'holds' if len(look.values) == 1 else 'hold'} the figures")
    notes = [text for _, text in meaning.seen.lines if plain(text) != plain(meaning.seen.title)]
    lines += ["    notes:", *(f"      - {quoted(text)}" for text in notes)] if notes else []
    if UNIT not in held and (unit := meaning.units.of()):
        lines.append(f"    {UNIT}: {quoted(unit)}")
    elif UNIT not in held and look.periods:
        lines.append(f"    {UNIT}: {DECIDE}  # as a note states it, notes: [...]; where none does: unit_stated: false")
    lines += [f"    {PERCENT_MEANT}  # {CONFIRM}: no sign of per cent is printed"] * look.has_bare_growth
    defaults = _defaults(look, held - {"scheme"} if lacks_scheme else held)
    lines += ["    defaults:"] * bool(defaults)
    lines += [f"      {name}: {quoted(text)}{hint}" for name, text, hint in defaults]
    lines.append("    columns:")
    for entry, _ in roles.values():
        lines += [f"      {'' if line.startswith('  ') else '- '}{line}" for line in entry]
    return lines


def _roles(look: LongLook) -> dict[str, Role]:
    """By column, in the order of the file: the lines of its entry, and what it holds."""
    found = _values(look)
    taken = {"printed_value"}
    for name in look.columns:
        role = None if name in found else role_of(look, name, taken)
        if role:
            found[name] = role
            taken.update(role[1])
    if (first := next((name for name, (_, held) in found.items() if held == ["ref_area"]), None)) is not None:
        again = [name for name in look.columns if name not in found and says_again(look, first, name)]
        found |= {name: ([f"{{name: {quoted(name)}, holds: ref_area}}"], ["ref_area"]) for name in again}
        if inner := [name for name in look.columns if name not in found and look.are_within(first, name)]:
            # An area within another by its own name could be one of several; where there is none, the row is of the outer.
            hint = f"{CONFIRM}: rows are of the areas of {inner[-1]!r}; of those of {first!r}: {first!r} alone, and _ there"
            between = "" if any(re.search(f"[{HAN}]", text) for text in look.distinct[inner[-1]]) else " "
            path = between.join(f"{{{name}}}" for name in (first, *inner))
            found[first] = ([f"{{name: {quoted(path)}, holds: ref_area}}  # {hint}"], ["ref_area"])
            found |= {name: (left_out(look, name, "_"), []) for name in inner}
    keys = [name for name, (_, held) in found.items() if {*held} & {*DIMENSIONS, "vintage"}]
    items = Items(look, frozenset(taken))
    item = _item(items, [name for name in look.columns if name not in found], keys)
    others = [name for name in look.columns if name not in found and name != item]
    for name in look.columns:
        if name == item:
            found[name] = _said_role(items, name, items.with_others(name, others))
        elif item and name in others and (said := items.varies(name, item)):
            found[name] = spelled_out(name, said), []
        elif name not in found:
            is_label = ITEM.fullmatch(name) and "row_label" not in taken
            taken |= {"row_label"} if is_label else set()
            unread = "" if is_label else f"  # not read: {some(look.distinct[name])}"
            found[name] = ([f"{{name: {quoted(name)}, holds: {'row_label' if is_label else '_'}}}{unread}"], [])
            look.meaning.taken += [f"column {name!r} is not read"] * (not is_label)
    return {name: found[name] for name in look.columns}


def _values(look: LongLook) -> dict[str, Role]:
    """The columns of figures: of several each says in its name what its figures are beside the others of their row."""
    first, is_one, has_items = look.values[0], len(look.values) == 1, any(map(ITEM.fullmatch, look.columns))
    if is_one and (has_items or "indicator" not in (look.meaning.label(look.label_of(first)) or {})):
        return {first: ([f"{{name: {quoted(first)}, holds: {VALUE}}}"], [VALUE])}
    if look.periods:
        held = [VALUE] if any(map(is_before, look.periods.values())) else [VALUE, "time_period"]
        of_each = look.periods.items()
        return {
            n: ([f"{{name: {quoted(n)}, holds: {VALUE}, time_period: {quoted(when)}}}"], held) for n, when in of_each
        }
    lists = look.meaning.lists
    has_units = bool(look.meaning.units.of()) or any(is_unit(n, texts, lists) for n, texts in look.columns.items())
    found, said_before = {}, []
    for name in look.values:
        label = look.label_of(name)
        said = {} if VALUE_NAME.fullmatch(name) else look.meaning.label(label)
        if said and (own := look.meaning.words.scheme_of({said.get("indicator")} - {None})):
            said = {"scheme": own} | said
        unit = look.meaning.unit(label)
        asked = "" if unit or has_units or (said or {}).get("measure") in RELATIVE else f", {UNIT}: {DECIDE}"
        if said is None and not has_items:
            codes = "".join(
                f", {n}: {quoted(code)}" for n, code in look.meaning.parts(label).items() if n != "indicator"
            )
            look.meaning.is_open(name)
            hint = "".join(f"like: {', '.join(alike)}; " for alike in [like(look.meaning, label)] if alike)
            codes = f"{codes}, indicator: {DECIDE}" + (f", {UNIT}: {quoted(unit)}" if unit else asked)
            found[name] = ([f"{{name: {quoted(name)}, holds: {VALUE}{codes}}}  # {hint}not wanted: holds: _"], [VALUE])
            continue
        if said is None or said in said_before:
            hint = f"{VALUE}, with what its figures are beside the others, as actuality: planned; not wanted: _"
            found[name] = ([f"{{name: {quoted(name)}, holds: {DECIDE}}}  # {hint}"], [VALUE])
            continue
        said_before.append(said)
        texts = [text for text in look.columns[name] if is_read(text, look.meaning.lists)]
        has_sign = bool(texts) and all(text.endswith("%") for text in texts)
        codes, hint = of_figures(said, unit, has_sign)
        codes, hint = (
            codes + asked,
            hint or asked and "  # as a note states it, notes: [...]; where none does: unit_stated: false",
        )
        found[name] = ([f"{{name: {quoted(name)}, holds: {VALUE}{codes}}}{hint}"], [VALUE])
    # What each of them says no other column says.
    of_all = [name for name in ("indicator", "scheme") if all(name in said for said in said_before)]
    whole = of_all if len(said_before) == len(found) else []
    return {name: (lines, [*held, *whole]) for name, (lines, held) in found.items()}


def _item(items: Items, names: list[str], keys: list[str]) -> str | None:
    """The column that says what is measured: of those that tell the rows apart beside the columns `keys` the one of which
    most is known."""
    if not names:
        return None
    look, said = items.look, {name: items.said(name) for name in names}
    indicators = {name: len([one for one in said[name].values() if "indicator" in one]) for name in names}
    apart = {name: len({*zip(*(look.columns[key] for key in keys), look.columns[name])}) for name in names}

    def rank(name: str) -> tuple:
        share = indicators[name] / max(len(look.distinct[name]), 1)
        return apart[name] >= APART * max(apart.values()), bool(ITEM.fullmatch(name)), share, -len(look.distinct[name])

    best = max(names, key=rank)
    is_item = indicators[best] or ITEM.fullmatch(best) or len(look.distinct[best]) > 1
    return best if is_item else None


def _said_role(items: Items, name: str, said: dict[str, Said]) -> Role:
    """A column whose texts say several things."""
    look = items.look
    is_plain = all(one.keys() == {"indicator"} for one in said.values())
    if is_plain and len(look.known(name, "indicator")) == len(said):
        return [f"{{name: {quoted(name)}, holds: indicator}}"], ["indicator"]
    units = {text: unit for text in said if (unit := items.unit(text)) and UNIT not in items.held}
    said = {text: one | ({UNIT: units[text]} if text in units else {}) for text, one in said.items()}
    always = [one for one in ("scheme", "indicator") if one not in items.held]
    held = list(dict.fromkeys([*always, *(n for one in said.values() for n in one)]))
    lines = [f"{{name: {quoted(name)}, holds: [{', '.join(held)}], codes: {{"]
    for text, one in said.items():
        hint = f"  # {told}" if (told := look.meaning.told(items.spelled(text))) and "indicator" in one else ""
        if "indicator" not in one:
            look.meaning.is_open(text)
        if "indicator" not in one or text in items.contradicted:
            alike = [] if "indicator" in one else like(look.meaning, in_words(text))
            told = [*filter(None, [items.contradicted.get(text)]), *[f"like: {', '.join(alike)}"] * bool(alike)]
            hint = "  # " + "; ".join([*told, "not wanted: _ in place of the braces"])
        elif OF_LOCAL.search(in_words(text)) and look.is_of_nation(name, text):
            hint = f"  # {CONFIRM}: of local governments, GRP_LOCAL, and its area is the nation"
        codes = ", ".join(f"{n}: {code if code == DECIDE else quoted(code)}" for n, code in one.items())
        told = ", ".join(filter(None, [codes, "" if "indicator" in one else f"indicator: {DECIDE}"]))
        lines.append(f"    {quoted(text)}: {{{told}}},{hint}")
    return [*lines, "  }}"], held


def _defaults(look: LongLook, held: set[str]) -> list[tuple[str, str, str]]:
    """What is the same for all figures: (dimension, code, remark)."""
    meaning, found = look.meaning, []
    if "freq" not in held:
        others = [texts for name, texts in look.distinct.items() if name not in look.values]
        parts = [before(SOME_YEAR, when) or when for when in look.periods.values()]
        periods = [*parts, *(p for texts in others for text in texts if (p := period(plain(text))))]
        found.append(("freq", freq_of((periods or [meaning.of_lines().get("time_period", "")])[0]), ""))
    if "time_period" not in held:
        when = meaning.of_lines().get("time_period")
        found.append(("time_period", when or DECIDE, "" if when else "  # 2024, 2024-Q1 or 2024-01"))
    if "ref_area" not in held:
        area = meaning.area
        found.append(("ref_area", area or DECIDE, "" if area else f"  # {meaning.words.perhaps_of(meaning.lines)}"))
    if "indicator" not in held:
        found.append(("indicator", DECIDE, "  # what the figures measure"))
    if "scheme" not in held:
        hint = "  # of figures whose text names none; _Z for those that belong to no scheme"
        found.append(("scheme", DECIDE, hint))
    return found
