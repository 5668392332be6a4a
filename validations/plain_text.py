"""What of a printed text is typesetting, and how the text reads without it: each kind only where a descriptor declares it.

A text stays as it is printed; what it reads beside it serves to recognise a label and to read a number.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

HAN = "\u3400-\u4dbf\u4e00-\u9fff"
#: Where a label is printed once for several rows.
MERGED = "merged"
#: What a descriptor may declare to be read over (`read_over`), and what each is.
READ_OVER: Mapping[str, str] = {
    "blanks": "rows and columns in which nothing is printed",
    "spaces": "blanks, tabs and line breaks around a text, between Chinese characters (北 京) and between thousands",
    "widths": "full-width digits, letters and signs (７．１％), and the sign \u2212 for minus",
    "footnotes": "marks of footnotes behind a text and around a number (739.21①, 北京*, 5.1[2], a))",
    "english": "English beside Chinese in one label (地区 Region)",
    MERGED: "empty cells below a label that stands for several rows, in columns of labels",
    "numbering": "what says of a label where it stands in a list: 一、失业保险, (二)工伤保险, 其中：税收收入, # 职工",
}
#: Full-width forms of ASCII, the ideographic space and the minus sign.
_WIDTHS = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0x2212: 0x2D}
_MARK = r"(?:[\u2460-\u249b\u00b9\u00b2\u00b3\u2070-\u2079*†‡§※]|\[\d{1,2}\]|[(（]\d{1,2}[)）]|(?<![A-Za-z])[a-z]\))"
_NUMBER = (
    r"(?:[一二三四五六七八九十]{1,3}[、.．]|[(（](?:[一二三四五六七八九十]{1,3}|\d{1,2})[)）]|\d{1,2}(?:[、．)）]|\.(?!\d))"
    r"|[\u2460-\u2473]|[#＃]|其\s?中[:：,，]|of which[:,]?(?=\s))"
)
_SPACE = r"[^\S]"
_BLANK = "[\t\n\v\f\r\x1c-\x1f\x85\u2028\u2029]+"


def shown(text: str, over: Collection[str]) -> str:
    """The printed text on one line, where blanks are read over: a tab or a line break is a blank, and none at an end."""
    if "spaces" not in over:
        return text
    return re.sub(_BLANK, " ", re.sub(rf"^{_BLANK}|{_BLANK}$", "", text))


def read(text: str, over: Collection[str]) -> str:
    """A printed text without what is read over."""
    if "widths" in over:
        text = text.translate(_WIDTHS)
    if "footnotes" in over:
        text = _without_footnotes(text)
    if "numbering" in over:
        # A number stays a number: what is numbered are words.
        text = re.sub(rf"^\s*(?:{_NUMBER}\s*)+(?=.*[^\W\d])", "", text, flags=re.IGNORECASE)
    if "english" in over and re.search(f"[{HAN}]", text):
        text = re.sub(rf"[(（\[][^()（）\[\]{HAN}]*[A-Za-z][^()（）\[\]{HAN}]*[)）\]]", " ", text)
        text = re.sub(rf"[A-Za-z][^{HAN}()（）\[\]]*", " ", text).strip()
    if "spaces" in over:
        text = text.strip()
        if re.fullmatch(r"[\d.,\s]*\d\s*[\n\r]\s*\d[\d.,\s]*", text):
            return text  # two numbers of one cell
        text = re.sub(rf"{_SPACE}+", " ", text)
        text = re.sub(rf"(?<=[{HAN}]) (?=[{HAN}])", "", text)
        # A blank beside a bracket or a mark of Chinese is that mark's own.
        text = re.sub(r" ?([（）：，、；]) ?", r"\1", text)
        text = re.sub(rf"(?<=[{HAN}]) (?=[(\[])|(?<=[)\]]) (?=[{HAN}])", "", text)
        text = re.sub(r"(?<![\d.,])\d{1,3}(?: \d{3})+(?!\d)", lambda found: found[0].replace(" ", ""), text)
    return text


def _without_footnotes(text: str) -> str:
    """Behind a text, and before a number; a text that is nothing else stays."""
    behind = re.sub(rf"(?:\s*{_MARK})+\s*$", "", text)
    text = behind if behind.strip() else text
    before = re.sub(rf"^\s*(?:{_MARK}\s*)+(?=[-\u2212]?[\d０-９])", "", text)
    return before if before.strip() else text


def would_read(text: str, over: Collection[str], is_read) -> str | None:
    """The fewest further words of READ_OVER with which a text would be read, for a message; None if none help."""
    words = [word for word in READ_OVER if word not in ("blanks", MERGED, *over)]
    for word in words:
        if is_read(read(text, {*over, word})):
            return word
    return ", ".join(words) if words and is_read(read(text, {*over, *words})) else None
