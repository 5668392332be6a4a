"""The pages of the book: one for each mart and for each thing that says how far to trust it, in two languages."""

from __future__ import annotations

import json
import shutil
from itertools import groupby
from pathlib import Path
from typing import Any

import vl_convert
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from bi import charts, pictures, quality, sources, tables, texts
from bi.marks import Mark, Marks
from bi.release import Release
from bi.texts import LANGUAGES, Texts

HERE = Path(__file__).parent
QUALITY = ("uses", "claims", "offices", "decisions", "changes", "contracts", "sources")


def write(release: Release, folder: Path) -> None:
    """Write the pages below `folder`, and link to what stands there already: files and dictionary.

    Raises duckdb.Error for a release that lacks a table, KeyError for a text that is missing.
    """
    assets = folder / "assets"
    assets.mkdir()
    for path in (HERE / "static").iterdir():
        shutil.copyfile(path, assets / path.name)
    (assets / "vega.js").write_text(vl_convert.javascript_bundle(), encoding="utf-8")
    marks = Marks(release)
    printed = sources.read(release, marks)
    for language in LANGUAGES:
        _Pages(release, folder, Texts(language), marks, printed).write()
    template = _environment().get_template("root.html")
    (folder / "index.html").write_text(template.render(), encoding="utf-8")


class _Pages:
    """All pages of one language."""

    def __init__(self, release: Release, folder: Path, words: Texts, marks: Marks, printed: list[sources.Source]):
        self.release, self.folder, self.texts = release, folder, words
        self.marks, self.printed = marks, printed
        self.environment = _environment()
        self.environment.globals.update(
            t=words,
            words=words.lines,
            release_id=release.release_id,
            other="zh" if words.language == "en" else "en",
            mark_text=mark_text,
            navigation=[
                [("index.html", words.word("home"))]
                + [(f"{name}.html", words.of(spec["title"])) for name, spec in texts.marts().items()],
                [(f"{name}.html", words.word(name)) for name in QUALITY],
            ],
        )

    def write(self) -> None:
        (self.folder / self.texts.language / "sources").mkdir(parents=True)
        self._index()
        for name, spec in texts.marts().items():
            self._mart(name, spec)
        self._uses()
        self._claims()
        self._offices()
        self._decisions()
        self._changes()
        self._contracts()
        self._sources()

    def _page(self, page: str, template: str, title: str, **values: Any) -> None:
        """Render one page; `page` is its path below the folder of the language."""
        depth = page.count("/")
        html = self.environment.get_template(template).render(
            page=page, title=title, up="../" * (depth + 1), here="../" * depth, **values
        )
        (self.folder / self.texts.language / page).write_text(html, encoding="utf-8")

    def _index(self) -> None:
        listed = self.folder / "files" / "index.json"
        self._page(
            "index.html",
            "index.html",
            self.texts.word("contents"),
            marts=texts.marts(),
            quality_pages=[(f"{name}.html", self.texts.word(name), self.texts.lead(name)) for name in QUALITY],
            files=json.loads(listed.read_text(encoding="utf-8")) if listed.exists() else [],
            dictionary=self._dictionary(),
        )

    def _dictionary(self) -> str | None:
        language = self.texts.language
        for path in (f"{language}/dictionary.html", "dictionary/index.html", "dictionary.html"):
            if (self.folder / path).exists():
                return f"../{path}"
        return None

    def _mart(self, name: str, spec: dict[str, Any]) -> None:
        mart = tables.read(self.release, name, spec)
        views = tables.views(mart, spec, self.marks, self.texts)
        used = {mark.code: mark for view in views for mark in view.marks}
        cited = {
            cell.partition(":")[0]
            for row in mart.rows
            for column in row
            for cell in self.marks.cells(mart.table, mart.key(row), column)
        } | {row["source_id"] for row in mart.rows if row.get("source_id")}
        self._page(
            f"{name}.html",
            "mart.html",
            self.texts.of(spec["title"]),
            lead=self.texts.of(spec["lead"]),
            comment=self.release.tables[mart.table].comment,
            mart=mart,
            views=views,
            constants=tables.constants(mart, spec, self.texts) if mart.rows else [],
            keys=[mart.key(row) for row in mart.rows],
            caveats=tables.caveats(mart.rows, self.texts),
            marks=[used[code] for code in sorted(used, key=lambda code: (code[0], int(code[1:])))],
            drawn=[self._figure(picture) for picture in pictures.of(mart, spec, self.marks, self.texts)],
            cited=[source.record for source in self.printed if source.source_id in cited],
        )

    def _figure(self, picture: pictures.Picture) -> dict[str, Any]:
        """A picture as SVG, and what the page's script draws it from, on a page and on a phone."""
        words = texts.pictures()[picture.id]
        wide, narrow = picture.draw(False), picture.draw(True)
        return {
            "id": picture.id,
            "notes": picture.notes,
            "svg": Markup(charts.svg(wide)),
            "spec": {"wide": _in_script(wide), "narrow": _in_script(narrow)},
            **{name: self.texts.of(words[name]) for name in ("title", "sees", "beware")},
        }

    def _uses(self) -> None:
        rows, counted = quality.cells(self.release)
        names = {row["use"]: self.texts.field(row, "use_name") for row in rows}
        records = {source.source_id: source.record for source in self.printed}
        self._page(
            "uses.html",
            "uses.html",
            self.texts.word("uses"),
            lead=self.texts.lead("uses"),
            summary=quality.grid((row["source_id"], names[row["use"]]) for row in rows),
            by_source=[
                (records[key], [{**row, "use_name": names[row["use"]]} for row in group])
                for key, group in groupby(rows, lambda row: row["source_id"])
                if key in records
            ],
            shown=len(rows),
            all=counted,
        )

    def _claims(self) -> None:
        rows = [{**row, "caveat": tables.caveat(row, self.texts)} for row in quality.claims(self.release)]
        records = {source.source_id: source.record for source in self.printed}
        self._page(
            "claims.html",
            "claims.html",
            self.texts.word("claims"),
            lead=self.texts.lead("claims"),
            summary=quality.grid((row["verdict"], _comparable(row)) for row in rows),
            by_source=[(records[key], list(group)) for key, group in groupby(rows, lambda row: row["source_id"])],
        )

    def _offices(self) -> None:
        rows = quality.papers(self.release)
        revisions, counted = quality.revisions(self.release)
        records = {source.source_id: source.record for source in self.printed}
        self._page(
            "offices.html",
            "offices.html",
            self.texts.word("offices"),
            lead=self.texts.lead("offices"),
            summary=quality.grid((row["source_id"], row["verdict"]) for row in rows),
            by_source=[(records[key], list(group)) for key, group in groupby(rows, lambda row: row["source_id"])],
            revisions=revisions,
            all=counted,
        )

    def _decisions(self) -> None:
        self._page(
            "decisions.html",
            "decisions.html",
            self.texts.word("decisions"),
            lead=self.texts.lead("decisions"),
            summary=quality.decisions_by_outcome(self.release),
            decisions=quality.decisions(self.release, self.marks),
        )

    def _changes(self) -> None:
        rows, counted = quality.changes(self.release)
        (info,) = self.release.rows("from release.info")
        facts = [(name, info[name] or "–") for name in ("release_id", "base_release_id", "content_hash", "input_hash")]
        if given := self.release.approval:
            # Of this very release: release.promotion, in the file, ends with its base.
            facts += [("approved_by", given.approved_by), ("approved_at", given.approved_at)]
            facts += [("approval_note", given.note)] if given.note else []
        self._page(
            "changes.html",
            "changes.html",
            self.texts.word("changes"),
            lead=self.texts.lead("changes"),
            facts=facts,
            rows=rows,
            all=counted,
        )

    def _contracts(self) -> None:
        self._page(
            "contracts.html",
            "contracts.html",
            self.texts.word("contracts"),
            lead=self.texts.lead("contracts"),
            checks=quality.checks(self.release),
            tables=quality.checks_by_table(self.release),
            rules=quality.findings_by_rule(self.release),
            findings=quality.findings(self.release, self.marks),
            mutants=Markup(quality.mutants()),
        )

    def _sources(self) -> None:
        self._page(
            "sources.html",
            "sources.html",
            self.texts.word("sources"),
            lead=self.texts.lead("sources"),
            sources=self.printed,
        )
        for source in self.printed:
            marked = {mark.code: mark for cell in source.cells for mark in cell.marks}
            self._page(
                f"sources/{source.source_id}.html",
                "source.html",
                self.texts.field(source.record, "title") or source.record["title"],
                source=source,
                marks=[marked[code] for code in sorted(marked, key=lambda code: (code[0], int(code[1:])))],
            )


def mark_text(mark: Mark, words: Texts) -> str:
    """What a mark says: what readers are told of a decision, or what a rule noticed."""
    if mark.kind == "finding":
        return mark.record["message"]
    return words.field(mark.record, "caveat") or mark.record["evidence"]


def _comparable(row: dict[str, Any]) -> str:
    return {True: "comparable", False: "incomparable", None: "untested"}[row["is_comparable"]]


def _in_script(value: dict[str, Any]) -> Markup:
    """JSON that may stand inside a script element."""
    return Markup(json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c"))


def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
