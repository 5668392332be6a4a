"""Text that may come from a page or a seed, where something renders Markdown: it stays text, and leads nowhere."""

from __future__ import annotations

import re

FENCE = "```"
#: What chat programs take for a mention or a link, inside a block of code as well: <!channel>, <http://a|b>.
CONTROL = re.compile(r"<(?=[!@#/\w])")
#: What they make a link of by themselves.
ADDRESS = re.compile(r"(?<=\w)://|(?<![a-z0-9])(?:www\.|mailto:)", re.I)


def fenced(text: str, language: str = "") -> str:
    """`text` as a block of code, which nothing in it can end: a run of three or more backticks becomes apostrophes."""
    inert = re.sub(r"`{3,}", lambda run: "'" * len(run[0]), text)
    return f"{FENCE}{language}\n{inert}\n{FENCE}"


def inline(text: str) -> str:
    """`text`, such as the name of a folder, as code within a line."""
    return f"`{' '.join(text.replace('`', chr(39)).split())}`"


def for_chat(text: str) -> str:
    """`text` for chat programs: a block of code, without mentions or addresses (`http: //...`)."""
    unaddressed = ADDRESS.sub(lambda found: f"{found[0][:-2]} //" if found[0].endswith("//") else f"{found[0]} ", text)
    return fenced(CONTROL.sub("‹", unaddressed))
