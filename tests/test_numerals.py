"""Printed numbers keep their digits; nothing else is a number."""

import pytest

from validations import numerals


@pytest.mark.parametrize(
    ("printed", "text", "decimals", "percent"),
    [
        ("451.1", "451.1", 1, False),
        ("1261.0", "1261.0", 1, False),
        ("1,234,567", "1234567", 0, False),
        ("-8.96", "-8.96", 2, False),
        ("12.99%", "12.99", 2, True),
        ("0062", "0062", 0, False),
    ],
)
def test_digits_are_kept(printed, text, decimals, percent):
    assert numerals.parse(printed, {}) == numerals.Numeral(text, decimals, percent)


@pytest.mark.parametrize(
    "printed",
    [
        "",
        " 1",
        "1 ",
        "1,23",
        "12,34,567",
        "1.2.3",
        "+1",
        "1e3",
        "nan",
        "inf",
        "−1",
        "1.",
        ".5",
        "%",
        "1\n",
        "1.123456789",
        "1234567890123456",
    ],
)
def test_anything_else_is_no_number(printed):
    assert numerals.parse(printed, {}) is None


def test_words_have_no_decimals():
    assert numerals.parse("one-third", {"one-third": "0.3333333333"}) == numerals.Numeral("0.3333333333", None)


@pytest.mark.parametrize(
    ("printed", "low", "high", "decimals"),
    [
        ("830-1100", "830", "1100", 0),
        ("830\u20101100", "830", "1100", 0),
        ("1.5\u20132", "1.5", "2", 1),
        ("1,000-1,100.25", "1000", "1100.25", 0),
        ("830至1100", "830", "1100", 0),
        ("830 to 1100", "830", "1100", 0),
        ("5%-10%", "5", "10", 0),
        ("10-12.5%", "10", "12.5", 0),
        ("5% to 7%", "5", "7", 0),
    ],
)
def test_a_range_has_two_ends(printed, low, high, decimals):
    assert numerals.parse_range(printed) == numerals.Numeral(low, decimals, "%" in printed, high)
    assert numerals.parse(printed, {}) is None


@pytest.mark.parametrize(
    "printed", ["830", "830-", "-830", "830--1100", "1-2-3", "830 - 1100", "5%-10", "5%%-10%", "830\u22121100", "1-2\n"]
)
def test_anything_else_is_no_range(printed):
    assert numerals.parse_range(printed) is None


HEDGES = {"nearly": "nearly", "近": "nearly", "将近": "nearly", "多": "more_than", "以上": "at_least", "about": "about"}


@pytest.mark.parametrize(
    ("printed", "number", "hedges"),
    [
        ("20", "20", []),
        ("nearly 20", "20", ["nearly"]),
        ("近20", "20", ["nearly"]),
        ("将近20", "20", ["nearly"]),
        ("20多", "20", ["more_than"]),
        ("三分之一以上", "三分之一", ["at_least"]),
        ("近三分之一", "三分之一", ["nearly"]),
        ("nearly one third", "one third", ["nearly"]),
        ("about 18.7%", "18.7%", ["about"]),
        ("近20多", "20", ["nearly", "more_than"]),
        ("some 20", "some 20", []),
    ],
)
def test_a_hedge_stands_before_or_behind_its_number(printed, number, hedges):
    assert numerals.split_hedges(printed, HEDGES) == (number, hedges)


def test_without_hedges_a_number_is_all_there_is():
    assert numerals.split_hedges("nearly 20", {}) == ("nearly 20", [])
