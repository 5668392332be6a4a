"""A first descriptor for a file that an office sent: what the page shows is written down, the rest is a person's to decide.

The walk: `page_rows` tells figures from headers, `page_look` finds header, rows and lines; `pages` which tables a page
holds, and which pages are one table; `labels` says what they mean, by the code lists, by what other sources read
(`read_before`), or by their words (`by_words`); `descriptor` writes it, `publication` what is of the
whole source; of a list of figures `long_look` finds the columns and `long_files` writes them; of files that no page holds
`bulk_rows` are looked at; intake reads the result, and `drawing` shows what it read beside the page.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from orchestration import intake
from orchestration.drafting import bulk_rows, descriptor, drawing, publication
from orchestration.drafting.asked import CONFIRM, DECIDE
from orchestration.drafting.descriptor import Sheet
from orchestration.drafting.labels import Meaning
from orchestration.drafting.long_look import as_long, is_long
from orchestration.drafting.page_look import Look, NotATable
from orchestration.drafting.pages import tables_of, with_what_goes_on
from orchestration.drafting.read_before import ReadBefore
from orchestration.drafting.rows_to_add import rows_to_add
from orchestration.intake import formats
from orchestration.intake.formats.format import Asked, Broken, Page
from orchestration.intake.source_reader import DESCRIPTOR, read_source
from orchestration.paths import Paths
from validations.code_lists import CodeLists
from validations.faults import Fault, IntakeError

#: Lines of one kind that the report shows; the descriptor has all that is to be decided, `make check` all faults.
LINES = 30


class CannotDraft(Exception):
    """Nothing was written; the message says why and what to do."""


@dataclass(frozen=True)
class Draft:
    """What was written, what was taken from the page, and what a person must decide, or confirm."""

    folder: Path
    drawing: Path
    taken: list[str]
    to_decide: list[str]
    to_confirm: list[str]
    faults: list[Fault]
    rows_to_add: list[str]
    figures: int

    def report(self) -> str:
        """All of it for a terminal: what it took first, then each decision with its line."""
        parts = [f"{self.folder / DESCRIPTOR} drafted; what was read is drawn in {self.drawing}"]
        parts += [f"  taken from the page: {line}" for line in self.taken]
        if self.to_decide:
            parts.append(f"{len(self.to_decide)} line(s) to decide, in place of {DECIDE}:")
            parts += [f"  {line}" for line in _some(self.to_decide)]
        if self.to_confirm:
            parts.append(f"{len(self.to_confirm)} line(s) to confirm, which the page does not print:")
            parts += [f"  {line}" for line in _some(self.to_confirm)]
        if self.faults:
            parts.append(f"{len(self.faults)} fault(s) beside them:")
            parts += [f"  {fault}" for fault in _some(self.faults)]
        if self.rows_to_add:
            parts.append("Rows for the code lists, if these are new concepts (docs/add-a-dimension-or-code.md):")
            parts += [f"  {line}" for line in self.rows_to_add]
        name = self.folder.name
        parts.append(
            f"Then: make check. To begin anew, remove {self.folder}."
            if self.faults or self.to_decide
            else f"{self.figures:,} figures read, no fault. Next: make check-source SOURCE={name}"
        )
        return "\n".join(parts)


def new_source(paths: Paths, file: Path, name: str = "") -> Draft:
    """Copy `file` into a source folder of its own and draft its descriptor.

    `name`: of the source; made of the file's if left out. Raises CannotDraft if it exists, if no format reads the
    file, or if no table is seen on the page; IntakeError if the code lists have faults. Nothing is left behind then.
    """
    name = name or _name(file.stem)
    folder = paths.seeds / "sources" / name
    if not re.fullmatch("[a-z][a-z0-9_]{0,62}", name):
        raise CannotDraft(f"a source is named with small letters, digits and _: read {name!r}; say SOURCE=...")
    if folder.exists():
        raise CannotDraft(f"{folder} exists: say another name with SOURCE=..., or remove it")
    if not file.is_file():
        raise CannotDraft(f"{file} is no file")
    ending = file.suffix.lower()
    if ending not in {*formats.PAGES, *formats.BULKS}:
        told = f"no page is read from {file.suffix or 'such a file'}: it is {formats.way_out(file.read_bytes())}"
        raise CannotDraft(f"{file.name}: {told}; {_readable()}")
    known = intake.read(paths.seeds, only="")
    if any(fault.file.startswith(("codelists/", "relations/", "rules/")) for fault in known.faults):
        raise IntakeError(known.faults)
    before = ReadBefore.of(known.sources)
    tables = with_what_goes_on(_tables(file, known.lists, before))
    sheets = [Sheet(asked, seen, Meaning(known.lists, seen, file.stem, before), of) for asked, seen, of in tables]
    path = f"table_1{file.suffix.lower()}"
    text = descriptor.written(name, path, sheets)
    folder.mkdir(parents=True)
    shutil.copyfile(file, folder / path)
    (folder / DESCRIPTOR).write_text(text, encoding="utf-8")
    with tempfile.TemporaryDirectory(prefix="minsheng-") as spill:
        # Of the other sources nothing changed since they were read.
        faults = read_source(paths.seeds, name, known.lists, Path(spill), lambda text: None).faults
    lines = {n: (line, *line.partition("  # ")[::2]) for n, line in enumerate(text.splitlines(), 1)}
    open_lines = [n for n, (_, said, _) in lines.items() if DECIDE in said]
    unsure = [n for n, (_, _, remark) in lines.items() if f"{CONFIRM}: " in remark and n not in open_lines]
    to_decide, to_confirm = (
        [f"line {n}: {lines[n][0].strip().removeprefix('- ')}" for n in found] for found in (open_lines, unsure)
    )
    told = f"sources/{name}/{DESCRIPTOR}"
    cells, figures, also = _cells(known.lists, folder, path, text, sheets)
    of_open = {f for f in also if DECIDE in f.read}
    found = sorted({f for f in {*faults, *also} - of_open if not (f.file == told and f.row in open_lines)})
    target = paths.warehouse / "drafts" / f"{name}.html"
    target.parent.mkdir(parents=True, exist_ok=True)
    pages = {f"table_{n}": sheet.seen.page for n, sheet in enumerate(sheets, 1)}
    target.write_text(drawing.drawn(name, pages, cells, found), encoding="utf-8")
    new_rows = list(dict.fromkeys(row for sheet in sheets for row in rows_to_add(sheet.meaning)))
    return Draft(folder, target, sheets[0].meaning.taken, to_decide, to_confirm, found, new_rows, figures)


def _tables(file: Path, lists: CodeLists, before: ReadBefore) -> list[tuple[Asked, Look]]:
    """The tables that are seen, of all sheets, each with how its page is asked for. Raises CannotDraft."""
    told: list[str] = []
    found: list[tuple[Asked, Look]] = []
    for asked in formats.ways(file):
        if found and any(one.sheet is None for one, _ in found):
            continue
        try:
            page, is_whole = _page(file, asked)
            is_list = file.suffix.lower() in formats.BULKS and is_long(page, lists, file.stem, before, not is_whole)
            if not is_list and not is_whole:
                raise NotATable("so large a file is a list, or a panel: columns of areas, periods and figures, by name")
            found += [(asked, seen) for seen in ([as_long(page, not is_whole)] if is_list else tables_of(page))]
        except (NotATable, Unreadable) as error:
            told.append(f"{file.name}{f'#{asked.sheet}' if asked.sheet else ''}: {error}")
    if not found:
        told = list(dict.fromkeys(told))
        raise CannotDraft("\n".join([*told, "docs/add-a-source.md says how to describe a page by hand"]))
    return found


class Unreadable(Exception):
    """A page that no reader reads; the message says why."""


def _page(file: Path, asked: Asked) -> tuple[Page, bool]:
    """What a file prints, and whether that is all of it: of one that is too large for a page, rows that stand for all.

    Raises Unreadable.
    """
    ending, faults = file.suffix.lower(), []
    page = formats.PAGES[ending].page(file, file.name, "", faults, asked) if ending in formats.PAGES else None
    if page is not None:
        return page, True
    if ending not in formats.BULKS:
        raise Unreadable("\n".join(map(str, faults)))
    with tempfile.TemporaryDirectory(prefix="minsheng-") as spill:
        try:
            return bulk_rows.rows_of(formats.BULKS[ending].bulk(file, asked), Path(spill)), False
        except Broken as broken:
            raise Unreadable("\n".join([*map(str, faults), str(broken)])) from broken


def _cells(
    lists: CodeLists, folder: Path, path: str, text: str, sheets: list[Sheet]
) -> tuple[list[dict], int, list[Fault]]:
    """What the page reads as once the publication is decided, of its figures those on the rows that were looked at, and
    how many there are: they wait for no code of the whole source."""
    name = folder.name
    for codelist in publication.OF_THE_PUBLICATION.values():
        code = next(iter(lists.codes(codelist)))
        text = text.replace(publication.of_list(codelist), code)
    with tempfile.TemporaryDirectory(prefix="minsheng-") as made:
        source = Path(made) / "sources" / name
        source.mkdir(parents=True)
        shutil.copyfile(folder / path, source / path)
        (source / DESCRIPTOR).write_text(text, encoding="utf-8")
        read = read_source(Path(made), name, lists, Path(made), lambda text: None)
        rows = {line for sheet in sheets for line in sheet.seen.page.lines}
        long = [cell for file in read.bulk.values() for cell in file.cells(rows)]
    return [*read.rows["observation"], *long], read.figures, read.faults


def _some(lines: list) -> list:
    more = [f"and {len(lines) - LINES} more"] if len(lines) > LINES else []
    return [*lines[:LINES], *more]


def _name(stem: str) -> str:
    made = re.sub("[^a-z0-9]+", "_", stem.lower()).strip("_")
    return made if re.match("[a-z]", made) else f"source_{made}".rstrip("_")


def _readable() -> str:
    return f"pages are read from {', '.join(sorted(formats.PAGES))}"
