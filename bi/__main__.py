"""The data book of the current release: `python -m bi` builds it if it is not there; `make book` opens it."""

from __future__ import annotations

import argparse
import sys

from orchestration import endings, settings


def main(arguments: list[str] | None = None) -> int:
    """Build the book if it is not there, and open it if asked to; returns an exit code."""
    parser = argparse.ArgumentParser(prog="python -m bi", description=__doc__)
    parser.add_argument("--again", action="store_true", help="build it even if it is there")
    parser.add_argument("--open", action="store_true", help="open it in a browser, or say where it is")
    options = parser.parse_args(arguments)
    try:
        paths = settings.places()
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    # What draws takes a second to load: by then the endings are told of.
    import webbrowser

    from bi import book, files, pages

    # Pages come last and link to the others.
    parts: dict[str, book.Part] = {"files": files.write, "pages": pages.write}
    try:
        found = book.ensure(paths, parts, lambda text: print(text, file=sys.stderr), options.again)
    except (ValueError, *endings.machine()) as error:
        print(f"The book was not built: {endings.in_words(error)}", file=sys.stderr)
        return 1
    index = book.symlink(paths) / "index.html"
    if options.open and not (book.has_display() and webbrowser.open(index.as_uri())):
        print("There is no browser to open it with: open this file.")
    print(f"{'built' if found.built else 'as it was built before'}: {index}")
    return 0


if __name__ == "__main__":
    sys.exit(endings.run(main))
