"""YAML as plain text: every scalar a string, no aliases, no tags, no doubled keys."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import yaml

Path = tuple[str | int, ...]
#: Most characters of a file, and levels in one another: far above what a person writes, and read in seconds.
MAX_CHARACTERS, MAX_DEPTH = 500_000, 20
#: libyaml's parser where PyYAML was built with it: the same trees, ten times as fast.
FAST = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class StrictYamlError(Exception):
    """The text is not the plain YAML that seeds are written in."""

    def __init__(self, line: int, read: str, expected: str):
        self.line, self.read, self.expected = line, read, expected
        super().__init__(f"line {line}: read {read!r}; expected {expected}")


@dataclass
class Document:
    """Plain data (dicts, lists, strings) and the line on which each part begins."""

    data: Any
    lines: dict[Path, int] = field(default_factory=dict)

    def line(self, path: Path) -> int:
        """The line of `path`, or of its nearest parent that has one."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def load(text: str) -> Document:
    """Read `text` without interpreting its scalars: `0062` stays "0062", `no` stays "no".

    Raises StrictYamlError, with the line, for anything that is not a plain tree.
    """
    if len(text) > MAX_CHARACTERS:
        raise StrictYamlError(
            1, f"{len(text)} characters", f"at most {MAX_CHARACTERS}; bulk figures stand in files of their own"
        )
    try:
        try:
            node = _plain_tree(text, FAST)
        except yaml.YAMLError:
            # What it is that is wrong, and on which line, the parser in Python says better.
            node = _plain_tree(text, yaml.SafeLoader)
    except yaml.reader.ReaderError as error:
        line = text[: error.position].count("\n") + 1
        raise StrictYamlError(line, f"the character U+{error.character:04X}", "visible text") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise StrictYamlError(line, getattr(error, "problem", None) or str(error), "YAML") from error
    document = Document(None)
    document.data = _plain(node, (), document) if node is not None else {}
    return document


def _plain_tree(text: str, loader: type) -> yaml.Node | None:
    """The tree of a text. Raises StrictYamlError if it is no plain one, yaml.YAMLError if it is none."""
    depth = 0
    for event in yaml.parse(text, Loader=loader):
        line = event.start_mark.line + 1
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            raise StrictYamlError(line, f"more than {MAX_DEPTH} levels in one another", "a few levels")
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise StrictYamlError(line, f"anchor or alias {event.anchor}", "the value itself")
        if getattr(event, "tag", None):
            raise StrictYamlError(line, f"tag {event.tag}", "a value without a tag")
    return yaml.compose(text, Loader=loader)


def _plain(node: yaml.Node, path: Path, document: Document) -> Any:
    document.lines[path] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            if key in result:
                raise StrictYamlError(key_node.start_mark.line + 1, f"{key} again", "each key once")
            result[key] = _plain(value_node, (*path, key), document)
            document.lines[(*path, key)] = key_node.start_mark.line + 1
        return result
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, (*path, i), document) for i, item in enumerate(node.value)]
    return node.value
