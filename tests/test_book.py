"""The data book: every figure is the mart's, in two languages; nothing is fetched."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import altair as alt
import pytest

from bi import book, figures, pages, pictures, quality, tables, texts
from bi import marks as printed_cells
from bi import release as releases
from bi.marks import Marks
from bi.tables import Mart
from bi.texts import LANGUAGES, Texts
from orchestration.desk.book import bring_up_to_date
from orchestration.paths import Paths
from orchestration.release import ledger
from tests.conftest import Line
from validations import published

PAGES = [f"{name}.html" for name in (*texts.marts(), *pages.QUALITY, "index")]


class Page(HTMLParser):
    """What a page asks for, the addresses on it, and the numbers in its tables with the headings above them."""

    def __init__(self, path: Path):
        super().__init__()
        self.path, self.ids, self.links, self.asked = path, set(), [], []
        self.numbers: dict[tuple[str, str], tuple[str, str, str]] = {}
        self.rows: dict[tuple[str, str], str] = {}
        self._heads: list[dict] = []
        self._key = self._column = self._value = None
        self._text = ""
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attributes: list) -> None:
        given = dict(attributes)
        if "id" in given:
            self.ids.add(given["id"])
        if tag == "a":
            self.links.append(given["href"])
        self.asked += [given[name] for name in ("src", "srcset", "data", "poster") if name in given]
        if tag in ("link", "image", "use"):
            self.asked += [given[name] for name in ("href", "xlink:href") if name in given]
        self.asked += re.findall(r"url\(([^)]*)\)", given.get("style", "") + given.get("fill", ""))
        if tag == "thead":
            self._heads = []
        if tag == "th" and given.get("scope") == "col":
            self._heads.append(given)
        if tag == "tr":
            self._key, self._at = given.get("data-key"), -1
        if tag in ("td", "th"):
            self._at += 1
        if tag == "data":
            self._value, self._text = given["value"], ""

    def handle_data(self, data: str) -> None:
        self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "data":
            head = self._heads[self._at]
            self.numbers[self._key, head["data-column"]] = (self._value, self._text, head["data-unit"])


@pytest.fixture(scope="module")
def shelf(built: Line, tmp_path_factory: pytest.TempPathFactory) -> Paths:
    """A warehouse with the book of its release, built as users build it."""
    paths = Paths(built.paths.seeds, tmp_path_factory.mktemp("book") / "warehouse")
    shutil.copytree(built.paths.warehouse, paths.warehouse, symlinks=True)
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setenv("MINSHENG_BOOK", "on")
        outcome = bring_up_to_date(paths)
    assert outcome.built, outcome.text
    return paths


@pytest.fixture(scope="module")
def opened(shelf: Paths) -> Iterator[releases.Release]:
    with releases.opened(shelf.current) as release:
        yield release


@pytest.fixture(scope="module")
def read(shelf: Paths) -> dict[str, Page]:
    folder = book.symlink(shelf).resolve()
    return {path.relative_to(folder).as_posix(): Page(path) for path in folder.rglob("*.html")}


def test_every_mart_has_a_page_in_both_languages(opened: releases.Release, read: dict[str, Page]) -> None:
    marts = {table.name for table in opened.tables.values() if table.schema == "marts"}
    assert marts == set(texts.marts())
    assert {f"{language}/{page}" for language in LANGUAGES for page in PAGES} <= read.keys()


@pytest.mark.parametrize("name", texts.marts())
def test_every_number_of_a_mart_stands_on_its_page(opened: releases.Release, read: dict[str, Page], name: str) -> None:
    spec = texts.marts()[name]
    mart = tables.read(opened, name, spec)
    shown = {column: told for table in spec["tables"] for column, told in table["columns"].items()}
    expected = {
        (mart.key(row), column): format(Decimal(str(row[column])), "f")
        for row in mart.rows
        for column, told in shown.items()
        if isinstance(row.get(column), Decimal | int)
        and not isinstance(row[column], bool)
        and "words" not in told.values()
    }
    for language in LANGUAGES:
        numbers = read[f"{language}/{name}.html"].numbers
        assert {place: exact for place, (exact, _, _) in numbers.items()} == expected


@pytest.mark.parametrize("name", texts.marts())
def test_a_number_read_with_its_unit_is_the_mart_s_to_the_last_digit_shown(read: dict[str, Page], name: str) -> None:
    factors = {"billion yuan": 10**9, "million yuan": 10**6, "亿元": 10**8, "万元": 10**4, "million persons": 10**6}
    factors |= {
        "万人": 10**4,
        "million person-times": 10**6,
        "万人次": 10**4,
        "million households": 10**6,
        "万户": 10**4,
        "%": Decimal("0.01"),
    }
    for language in LANGUAGES:
        for exact, text, unit in read[f"{language}/{name}.html"].numbers.values():
            number = Decimal(text.replace(",", "").replace("\N{MINUS SIGN}", "-"))
            half = Decimal(1).scaleb(number.as_tuple().exponent) / 2
            assert abs(number - Decimal(exact) / factors.get(unit, 1)) <= half, (text, unit, exact)


def test_every_measure_of_a_mart_is_shown_somewhere(opened: releases.Release) -> None:
    suffixes = ("_yuan", "_persons", "_share", "_ratio", "_pp", "_yuan_per_month", "_yuan_per_year")
    for name, spec in texts.marts().items():
        measures = {column.name for column in opened.tables[f"marts.{name}"].columns if column.name.endswith(suffixes)}
        assert measures <= {column for table in spec["tables"] for column in table["columns"]}


def test_a_measure_without_a_place_stands_at_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A new column of a mart is in the book by its contract alone."""
    text = (Path(texts.__file__).parent / "marts.yml").read_text("utf-8")
    (tmp_path / "marts.yml").write_text(text.replace("        - recipients_persons\n", ""), "utf-8")
    monkeypatch.setattr(texts, "HERE", tmp_path)
    last = texts.marts.__wrapped__()["dibao"]["tables"][-1]["columns"]
    assert list(last)[-1] == "recipients_persons" and last["recipients_persons"]["status"] == "recipients_status"


def test_a_mart_has_a_page_by_its_contract_alone(opened: releases.Release, tmp_path: Path) -> None:
    """A new mart is in the book before `marts.yml` says a word of it."""
    (tmp_path / "marts.yml").write_text("{}", "utf-8")
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(texts, "HERE", tmp_path)
        told = texts.marts.__wrapped__()
    marks = Marks(opened)
    assert set(told) == set(texts.marts())
    for name, spec in told.items():
        mart = tables.read(opened, name, spec)
        measures = {column.name for column in published.tables()[f"marts.{name}"].measures}
        for language in LANGUAGES:
            (view,) = tables.views(mart, spec, marks, Texts(language))
            assert view.title == spec["title"][language] and len(view.rows) == len(mart.rows)
            assert {head.column for head in view.heads} >= measures and view.heads


def test_every_link_leads_somewhere_in_the_book(shelf: Paths, read: dict[str, Page]) -> None:
    folder = book.symlink(shelf).resolve()
    for name, page in read.items():
        for link in page.links:
            address, _, anchor = link.partition("#")
            target = (page.path.parent / address.partition("?")[0]).resolve() if address else page.path
            assert target.is_relative_to(folder) and target.exists(), (name, link)
            if anchor and target.suffix == ".html":
                assert unquote(anchor) in read[target.relative_to(folder).as_posix()].ids, (name, link)


def test_a_figure_leads_to_the_printed_cells_that_it_follows_from(read: dict[str, Page]) -> None:
    links = " ".join(read["en/dibao.html"].links)
    assert "sources/urban_rural_dibao.html?cells=table_2-r3-c3,table_2-r5-c3#table_2-r3-c3" in links


def test_a_figure_of_a_paper_stands_beside_the_office_s(opened: releases.Release, read: dict[str, Page]) -> None:
    """And what an office revised, the most first, beside what it stated first: each of the two leads to its own cell."""
    pairs = opened.rows("select observation_id as one, office_observation_id as other from quality.paper_check")
    assert pairs
    pairs += opened.rows(
        "select observation_id as other, first_observation_id as one from marts.revision"
        " where obs_value <> first_value order by abs(revision_share) desc nulls last, other limit ?",
        [quality.SHOWN_CHANGES],
    )
    expected = sorted(printed_cells.link([pair[end]]) for pair in pairs for end in ("one", "other"))
    for language in LANGUAGES:
        links = read[f"{language}/offices.html"].links
        assert sorted(found for found in links if found.startswith("sources/")) == expected


def test_nothing_is_asked_of_another_machine(shelf: Paths, read: dict[str, Page]) -> None:
    folder = book.symlink(shelf).resolve()
    assert len(read) > 40
    for name, page in read.items():
        # dbt's page is an application of its own: a policy forbids it every request (tests/test_files.py).
        for asked in page.asked if name != "files/dbt.html" else ():
            assert asked == "data:," or (page.path.parent / asked).exists(), (name, asked)
    style = (folder / "assets" / "book.css").read_text("utf-8")
    assert "@import" not in style and "url(" not in style


def test_a_total_with_a_withheld_part_has_no_share_and_says_so(read: dict[str, Page]) -> None:
    for language, word in (("en", "withheld"), ("zh", "不予发布")):
        page = read[f"{language}/expenditure_structure.html"]
        shares = {key for key, column in page.numbers if column == "social_security_share"}
        assert shares and all("time_period=2016" in key for key in shares)
        text = page.path.read_text("utf-8")
        drawn = text.partition('id="structure_share"')[2].partition("<figcaption>")[0]
        assert f"× {word}" in drawn


def test_a_picture_in_time_is_of_one_area_and_one_frequency() -> None:
    """The fullest of the widest area; of two alike the longer periods. A mart whose rows have none shows all."""
    periods = [("CHN", "M", 2), ("CHN", "A", 3), ("350000", "M", 9)]
    rows = [{"ref_area": area, "freq": freq, "no": n} for area, freq, count in periods for n in range(count)]

    def drawn(rows: list[dict]) -> list[tuple]:
        mart = Mart("any", rows, len(rows), ["no"])
        return [(row["ref_area"], row.get("freq"), row["no"]) for row in mart.rows_of_main_area]

    assert drawn(rows) == [("CHN", "A", n) for n in range(3)]
    assert drawn(rows[:3]) == [("CHN", "M", n) for n in range(2)]
    assert drawn(rows[1:3]) == [("CHN", "A", 0)] and drawn([{"ref_area": "CHN", "no": 1}]) == [("CHN", None, 1)]


def test_pictures_are_drawn_where_scripts_are_off(read: dict[str, Page]) -> None:
    for language in LANGUAGES:
        text = read[f"{language}/dibao_gap.html"].path.read_text("utf-8")
        assert text.count("<figure") == text.count("<svg") == 3


def test_pictures_are_valid_vega_lite(opened: releases.Release) -> None:
    marks, words = Marks(opened), Texts("en")
    for name, spec in texts.marts().items():
        mart = tables.read(opened, name, spec)
        for picture in pictures.of(mart, spec, marks, words):
            alt.Chart.from_dict(picture.draw(name != "dibao"))


def test_every_text_stands_in_both_languages() -> None:
    def both(node: object) -> Iterator[dict]:
        if isinstance(node, dict):
            if "en" in node or "zh" in node:
                yield node
            for child in node.values():
                yield from both(child)

    for path in Path(texts.__file__).parent.glob("*.yml"):
        for node in both(texts.yaml.safe_load(path.read_text("utf-8"))):
            assert set(node) - {"status", "as"} == {"en", "zh"} and all(node.values()), (path.name, node)


@pytest.mark.parametrize(
    ("column", "value", "language", "text", "unit"),
    [
        ("expenditure_yuan", 165_080_000_000, "zh", "1,650.8", "亿元"),
        ("expenditure_yuan", 165_080_000_000, "en", "165.08", "billion yuan"),
        ("recipients_persons", 49_036_000, "zh", "4,903.6", "万人"),
        ("recipients_change_persons", -5_380_000, "zh", "−538", "万人"),
        ("gap_to_oecd_mean_pp", Decimal("-11.83"), "en", "−11.83", "percentage points"),
        ("social_security_share", Decimal("0.94665993"), "en", "94.67", "%"),
    ],
)
def test_numbers_come_in_the_units_that_readers_expect(
    column: str, value: Decimal | int, language: str, text: str, unit: str
) -> None:
    shown = figures.unit_of(column, [value], language)
    assert (shown.text(value), shown.name) == (text, unit)


def test_a_book_that_is_there_is_not_built_again(shelf: Paths) -> None:
    def never(release: releases.Release, folder: Path) -> None:
        raise AssertionError("built again")

    assert not book.ensure(shelf, {"pages": never}, print).built


def chromium() -> str:
    found = next(
        (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
    )
    return found or pytest.skip("no Chromium on the PATH: the pages are not opened")


@pytest.fixture(scope="module")
def browser() -> Iterator:
    path = chromium()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield started
        started.close()


@pytest.mark.parametrize("width", [1280, 390])
def test_in_a_browser_no_request_leaves_the_folder_and_axe_finds_nothing(shelf: Paths, browser, width: int) -> None:
    from axe_playwright_python.sync_playwright import Axe

    folder = book.symlink(shelf).resolve()
    asked: list[str] = []
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.on("request", lambda request: asked.append(request.url))
    chosen = {
        1280: ["en/dibao_gap.html", "zh/expenditure_structure.html", "en/contracts.html"],
        390: ["zh/dibao.html", "zh/contracts.html"],
    }
    for name in chosen[width]:
        page.goto((folder / name).as_uri())
        if "contracts" not in name:
            page.wait_for_selector(".chart[data-drawn] .vega-embed svg")
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        violations = Axe().run(page).response["violations"]
        assert not violations, [(found["id"], found["nodes"][0]["html"]) for found in violations]
    assert len(asked) > 3 and not [url for url in asked if not url.startswith(("file:", "data:"))]
    page.close()


def test_a_derived_figure_shows_all_its_cells(shelf: Paths, browser) -> None:
    page = browser.new_page()
    address = (book.symlink(shelf).resolve() / "en/sources/urban_rural_dibao.html").as_uri()
    page.goto(f"{address}?cells=table_2-r3-c2,table_2-r5-c2#table_2-r3-c2")
    shown = page.locator(".cell.followed").all_inner_texts()
    assert [re.match(r"[\d.]+", text)[0] for text in shown] == ["931.5", "4903.6"]
    page.close()


def test_book_json_says_what_it_was_built_with(shelf: Paths) -> None:
    facts = json.loads((book.symlink(shelf) / book.FACTS).read_text())
    assert facts == {"release_id": ledger.current_release(shelf), "code_version": book.code_version()}
