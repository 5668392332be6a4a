"""How a workbook shows a number: its stored value under its number format, as the text that a person sees.

A format of digits shows a number: fixed decimals, thousands, per cent, thousandths (`#,##0,`; `0!.0,` shows 123456 as 12.3),
and words beside it (`0.0"万人"`): `Shown` says which of the text is the number, and by which power of ten the stored one is
larger. Of the decimals that General and `0.##` leave out nobody knows whether they were printed: such a text is `Stored`,
and has the wider interval of fewer. Any other format shows no plain number: a date, a fraction, nothing at all. Its text
says so, and is refused where a figure is read.
"""

from __future__ import annotations

import operator
import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from orchestration.intake.formats.format import Shown, Stored
from validations.numerals import MOST_DECIMALS

GENERAL = ("", "General", "@", "GENERAL")
#: General within a format, and as some programs spell it.
WITHIN = re.compile(r"General|G/通用格式", re.IGNORECASE)
#: A part of a format: words, a character that stands for itself, one that is only as wide, a condition or a colour.
PART = re.compile(
    r'"(?P<words>[^"]*)"?|[\\!](?P<literal>.)|_(?P<blank>.)|\*(?P<fill>.)|\[(?P<bracket>[^\]]*)\]|(?P<sign>.)',
    re.DOTALL,
)
CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?[0-9.]+)")
TESTS = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "=": operator.eq, "<>": operator.ne}
#: What stands for a digit: one that is always shown, and those that are shown where they say something.
DIGIT = "0#?"
#: What makes a number a date, a fraction or a power of ten; a bracket that makes it words, or a span of time.
NO_NUMBER = re.compile(r"[/@A-Za-z:]")
NO_DIGITS = re.compile(r"DBNum|^[hms]+$", re.IGNORECASE)
#: What says of a number that it is below zero, and what of money in which currency the page counts anyway.
BELOW_ZERO, CURRENCIES = "-−()（）△▲", "¥￥$"
#: Significant digits that Excel keeps.
DIGITS = 15


class NoNumber(Exception):
    """A format that shows no plain number."""


@dataclass
class Section:
    """One of the sections of a format: its `parts`, each a sign of the format or words, and when it holds."""

    parts: list[tuple[str, str]]
    condition: tuple[str, str] | None = None


def shown(value: float | int, number_format: str) -> str:
    """The text of a number under its format; for a format that shows no plain number, one that says which it is."""
    exact = _exact(value)
    if number_format in GENERAL:
        return _general(exact)
    try:
        section, is_of_negatives = _section(exact, number_format)
        text = _under(exact, section, is_of_negatives) if section else ""
        return text if text or not exact else f"{exact:f} hidden by the format {number_format}"
    except NoNumber:
        return f"{exact:f} in the format {number_format}"


def _exact(value: float | int) -> Decimal:
    """A stored number with the digits that Excel has of it: 0.1 + 0.2 is 0.3 there."""
    number = Decimal(value) if isinstance(value, int) else Decimal(f"{value:.{DIGITS}g}")
    number = number.normalize()
    return number.quantize(Decimal(1)) if number == number.to_integral_value() else number


def _general(exact: Decimal) -> Stored:
    return Stored(f"{round(exact, MOST_DECIMALS).normalize() if exact % 1 else exact:f}")


def _section(exact: Decimal, number_format: str) -> tuple[Section | None, bool]:
    """The section that shows a number, and whether it is that of negative ones, which shows no sign by itself."""
    sections = _sections(number_format)
    if any(section.condition for section in sections):
        for section in sections:
            if section.condition is None or TESTS[section.condition[0]](exact, Decimal(section.condition[1])):
                is_below = bool(section.condition) and "<" in section.condition[0]
                return section, is_below and Decimal(section.condition[1]) <= 0
        return None, False
    if exact < 0 and len(sections) > 1:
        return sections[1], True
    return sections[2 if exact == 0 and len(sections) > 2 else 0], False


def _sections(number_format: str) -> list[Section]:
    found = [Section([])]
    text = WITHIN.sub("\x00", number_format)
    for part in PART.finditer(text):
        if part["sign"] == ";":
            found.append(Section([]))
        elif part["bracket"] is not None:
            if NO_DIGITS.search(part["bracket"]):
                raise NoNumber
            if said := CONDITION.fullmatch(part["bracket"].strip()):
                found[-1].condition = (said[1], said[2])
            if part["bracket"].startswith("$"):
                found[-1].parts.append(("words", part["bracket"][1:].partition("-")[0]))
        elif part["words"] is not None or part["literal"] is not None:
            found[-1].parts.append(("words", part["words"] if part["literal"] is None else part["literal"]))
        elif part["sign"] is not None:
            found[-1].parts.append(("sign", part["sign"]))
        elif part["blank"] is not None:
            found[-1].parts.append(("words", " "))
    return found


def _under(exact: Decimal, section: Section, is_of_negatives: bool) -> str:
    """What a section shows of a number. Raises NoNumber."""
    signs = [n for n, (kind, sign) in enumerate(section.parts) if kind == "sign" and sign in DIGIT + "\x00"]
    if any(kind == "sign" and NO_NUMBER.match(sign) for kind, sign in section.parts):
        raise NoNumber
    if not signs:
        return "".join(text for _, text in section.parts).strip()
    first, last = signs[0], signs[-1]
    while last + 1 < len(section.parts) and section.parts[last + 1] in (("sign", ","), ("sign", ".")):
        last += 1
    inner = section.parts[first : last + 1]
    before, behind = ("".join(text for _, text in part) for part in (section.parts[:first], section.parts[last + 1 :]))
    percents = (before + behind).count("%")
    if percents > 1 or "%" in before or "," in before:
        raise NoNumber
    scaled = abs(exact) * 100**percents
    number, scale = (_general(scaled), 0) if inner == [("sign", "\x00")] else _digits(scaled, inner)
    if is_of_negatives or exact < 0:
        before, behind = (re.sub(f"[{re.escape(BELOW_ZERO)}]", "", text) for text in (before, behind))
    before, behind = (re.sub(rf"^\s*[{CURRENCIES}]?\s*$", "", text.replace("%", "", 1)) for text in (before, behind))
    sign = "-" if exact < 0 and number and not (is_of_negatives and before) else ""
    number = type(number)(f"{'' if before else sign}{number}{'%' * percents}")
    if not (before or behind or scale):
        return number
    text = f"{sign if before else ''}{before}{number}{behind}".strip()
    return Shown(text, "" if before else number, behind.strip(), scale) if number else text


def _digits(number: Decimal, parts: list[tuple[str, str]]) -> tuple[str, int]:
    """The digits of a number under those of a format, and the power of ten by which the number is larger."""
    signs = "".join(text if kind == "sign" else "\x01" for kind, text in parts)
    bare = signs.rstrip(",")
    whole, point, decimals = bare.partition(".")
    thousandths = len(signs) - len(bare) + len(whole) - len(whole.rstrip(","))
    whole = whole.rstrip(",")
    inserted = [text for kind, text in parts if kind == "words"]
    if re.search(f"[^{DIGIT}]", decimals) or re.search(f"[^{DIGIT},\x01]", whole) or ("," in whole and inserted):
        raise NoNumber
    scaled = number / Decimal(1000) ** thousandths
    rounded = scaled.quantize(Decimal(1).scaleb(-len(decimals)), ROUND_HALF_UP)
    digits, _, behind = f"{rounded:f}".partition(".")
    least = re.sub(f"[^{DIGIT}]", "", whole).lstrip("#?")
    digits = digits.lstrip("0").rjust(len(least), "0")
    if "," in whole:
        digits = f"{int(digits or 0):,}".rjust(len(digits), "0") if digits else ""
    required = len(decimals.rstrip("#?"))
    behind = behind[:required] + behind[required:].rstrip("0")
    moved = 0
    for place, text in zip([n for n, sign in enumerate(whole) if sign == "\x01"], inserted):
        right = len(re.sub(f"[^{DIGIT}]", "", whole[place:]))
        if text != "." or moved or decimals:
            raise NoNumber
        moved = right
        digits, behind = digits[:-right], digits[-right:]
    made = f"{digits or ('0' if behind or point else '')}{'.' if behind else ''}{behind}"
    is_open = required < len(decimals)
    return (Stored if is_open else str)(made), 3 * thousandths + moved
