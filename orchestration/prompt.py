"""Queries as people type, paste or pipe them: of several lines, several in one text."""

from __future__ import annotations

import re
import shutil
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import redirect_stdout, suppress
from io import StringIO

import duckdb

FIRST, NEXT = "minsheng> ", "     ...> "
GREETING = "A query ends with ; or an empty line, `.quit` ends. Try: from marts.dibao_gap;"
LEAVING = re.compile(r"\s*\.?(quit|exit)\s*;?\s*")
#: Rows that are shown of a result; the rest is counted.
ROWS = 60


def show(connection: duckdb.DuckDBPyConnection, text: str) -> int:
    """Run the statements of `text` and print what each returns. Returns an exit code."""
    try:
        for statement in connection.extract_statements(text):
            relation = connection.sql(statement.query)
            if relation is not None:
                print(_drawn(relation))
    except duckdb.Error as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def ask(connection: duckdb.DuckDBPyConnection) -> int:
    """A prompt, until `.quit` or the end of input; returns an exit code.

    Where nobody types, all of standard input is run, and the code says whether all of it could be.
    """
    if sys.stdin is None or not sys.stdin.isatty():
        try:
            text = sys.stdin.read() if sys.stdin else ""
        except UnicodeDecodeError as error:
            print(f"The queries are not UTF-8: {error}", file=sys.stderr)
            return 1
        return max((show(connection, query) for query in whole(connection, text)), default=0)
    _allow_editing()
    print(GREETING)
    for query in queries(connection, typed()):
        show(connection, query)
    return 0


def whole(connection: duckdb.DuckDBPyConnection, text: str) -> Iterable[str]:
    """The queries of a text: itself if DuckDB can parse it, else as they would be read if somebody typed them."""
    try:
        connection.extract_statements(text)
    except duckdb.Error:
        lines = iter(text.splitlines())
        return queries(connection, lambda _: next(lines, None))
    return [text]


def queries(connection: duckdb.DuckDBPyConnection, read: Callable[[str], str | None]) -> Iterator[str]:
    """Each query that `read`, which is told the prompt, returns line by line; None ends it.

    A query ends with a semicolon, with an empty line where it may end, with two empty lines anywhere.
    """
    lines: list[str] = []
    while (line := read(NEXT if lines else FIRST)) is not None:
        if LEAVING.fullmatch(line) and (not lines or line.lstrip().startswith(".")):
            break
        if not lines and not line.strip():
            continue
        lines.append(line)
        text = "\n".join(lines)
        left_empty = not line.strip()
        if _is_open(connection, text):
            ends = left_empty and len(lines) > 1 and not lines[-2].strip()
        else:
            ends = left_empty or _ends(text)
        if ends:
            yield text.strip()
            lines = []
    if "".join(lines).strip():
        yield "\n".join(lines)


def _is_open(connection: duckdb.DuckDBPyConnection, text: str) -> bool:
    """Whether DuckDB, parsing it, misses something behind its end."""
    try:
        connection.extract_statements(text)
    except duckdb.ParserException as error:
        return "at end of input" in str(error) or "unterminated" in str(error)
    return False


def _ends(text: str) -> bool:
    """Whether the last thing in it, behind which only comments stand, is a semicolon of SQL."""
    tokens = duckdb.tokenize(text)
    return bool(tokens) and text.encode()[tokens[-1][0] :].startswith(b";")


def typed() -> Callable[[str], str | None]:
    """Reads what is typed, line by line: what is pasted may come as one."""
    pending: deque[str] = deque()

    def read(prompt: str) -> str | None:
        if not pending:
            try:
                pending.extend(input(prompt).split("\n"))
            except EOFError:
                print()
                return None
        return pending.popleft()

    return read


def _allow_editing() -> None:
    """Arrows, and the lines before, where Python was built with them."""
    with suppress(ImportError):
        import readline  # noqa: F401


def _drawn(relation: duckdb.DuckDBPyRelation) -> str:
    """A result as DuckDB draws it, for print: it would write past our encoding."""
    drawn = StringIO()
    with redirect_stdout(drawn):
        relation.show(max_width=shutil.get_terminal_size((120, 24)).columns, max_rows=ROWS)
    return drawn.getvalue().rstrip("\n")
