"""A site that a strategy describes in TOML: the example of docs/grey.md, run. The site is synthetic."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from little_pdf import pdf
from little_site import LittleSite, html

from harvester import sources
from harvester.config import Config
from harvester.errors import Changed, StrategyError, UsageError
from harvester.http import Http
from harvester.run import run, terms_sha256
from harvester.search import Search
from harvester.store import open_store
from harvester.strategy import Strategy, read

DOCS = Path(__file__).resolve().parents[2] / "docs" / "grey.md"
HOME = "https://www.think-tank.example/"
AT = "/sites/think-tank/"
BLOCKS = """
[[block]]
name = "A"
terms = ["link worker*"]
"""
SEARCH = Search("think-tank", "generic", "x", "x")


def example(**changes: str) -> Strategy:
    """The strategy of the docs, its site's lines changed."""
    blocks = re.findall(r"```toml\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    found = next(block for block in blocks if "[site.think-tank]" in block)
    text = found.replace('"pubmed", ', "")
    for key, value in changes.items():
        text = re.sub(rf"(?m)^{key} = .*$", f"{key} = {value}", text)
    return read(BLOCKS + text, "think-tank.toml")


def test_every_description_in_the_docs_can_be_read() -> None:
    """Each block of TOML on the page is a strategy's part that the program takes."""
    blocks = re.findall(r"```toml\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    assert [read(BLOCKS + block, "docs.toml").sites[0].name for block in blocks] == ["nasp", "think-tank"]


def report(title: str, day: str, *, text: str = "How link workers work.") -> tuple[int, dict[str, str], bytes]:
    """A publication of the toy site: no metadata, a misleading date elsewhere."""
    return html(
        f"<h1>{title}</h1><time datetime='1999-01-01'>since 1999</time><p class='published'>Published {day}</p>"
        f"<p class='contributors'>By Anna Smith and Ben Jones</p><p>{text}</p>"
    )


PAGES = {
    AT: html("<h1>Home</h1><a href='about'>About</a><a href='insight/one'>One</a>" + "<p>words </p>" * 200),
    f"{AT}about": html("<h1>About</h1>"),
    f"{AT}publications/": html(
        "<h1>Publications</h1><a href='reports/two'>2</a><a href='reports/three'>3</a><a href='podcasts/four'>4</a>"
        f"<a href='{AT}files/five.pdf'>5</a>" + "<p>words </p>" * 200
    ),
    f"{AT}publications/reports/two": report("Two", "12 March 2021"),
    f"{AT}publications/reports/three": report("Three", "May 2014"),
    f"{AT}publications/podcasts/four": report("Four", "2 May 2020"),
    f"{AT}insight/one": report("One", "1 June 2020", text="Of other things."),
    f"{AT}files/five.pdf": (
        200,
        {"Content-Type": "application/pdf"},
        pdf(["Five and link workers"], Title="Number five"),
    ),
}


def test_the_example_of_the_docs_finds_its_documents() -> None:
    """Allowed paths are followed, denied ones are not, publications are those that the strategy says."""
    strategy = example()
    with LittleSite(dict(PAGES)) as site, Http(Config(), sandbox=site.address) as http:
        source = sources.get("think-tank", strategy.sites)
        assert (source.info.kind, source.info.label, source.info.docs) == ("site", "The Think Tank", HOME)
        assert source.count(SEARCH, http).hits == 4
        records = {
            item.source_id: source.record(item) for page in source.pages(SEARCH, http) for item in source.items(page)
        }
        asked = set(site.asked)
    assert {url.removeprefix(HOME): (record.title, record.published.iso) for url, record in records.items()} == {
        "insight/one": ("One", "2020-06-01"),
        "publications/reports/two": ("Two", "2021-03-12"),
        "publications/reports/three": ("Three", "2014-05"),
        "files/five.pdf": ("Number five", ""),
    }
    two = records[f"{HOME}publications/reports/two"]
    assert [author.name for author in two.authors] == ["Smith, Anna", "Jones, Ben"]
    assert two.extra["date_by"] == "rule"
    assert not {f"{AT}about", f"{AT}publications/podcasts/four"} & asked


def test_a_run_keeps_what_matches(tmp_path: Path) -> None:
    """Searched by `run` like any source; its documents are offered, those that match are kept."""
    strategy = example()
    with (
        LittleSite(dict(PAGES)) as site,
        Http(Config(), sandbox=site.address) as http,
        open_store(tmp_path / "tt.db") as store,
    ):
        done = run(strategy, store, http, today=date(2023, 1, 1))
        kept = {row[0].removeprefix(HOME) for row in store.rows("select source_id from records")}
    assert done.exit_code == 0
    assert done.said["sources"][0]["offered"] == 4
    assert kept == {"publications/reports/two", "publications/reports/three", "files/five.pdf"}


def test_a_rule_that_fits_no_page_is_a_change() -> None:
    """Documents that are looked for where none are any more are never zero documents."""
    strategy = example(document='["/reports-of-old/*"]')
    pages = {path: page for path, page in PAGES.items() if not path.endswith(".pdf")}
    with (
        LittleSite(dict(pages)) as site,
        Http(Config(), sandbox=site.address) as http,
        pytest.raises(Changed, match="none could be read as a document"),
    ):
        sources.get("think-tank", strategy.sites).count(SEARCH, http)


def test_a_date_rule_that_finds_nothing_is_told() -> None:
    """The page's own date stands in, and the warning names the rule."""
    strategy = example(date='"p.no-such-class"')
    with LittleSite(dict(PAGES)) as site, Http(Config(), sandbox=site.address) as http:
        count = sources.get("think-tank", strategy.sites).count(SEARCH, http)
    assert [text for text in count.warnings if "date" in text] == [
        "The rule date = 'p.no-such-class' finds nothing on any of 3 pages: the site may have changed"
    ]


def test_the_description_decides_what_is_found_and_is_part_of_the_strategys_hash() -> None:
    """Another start or other patterns make another search; another label does not."""
    assert terms_sha256(example()) == terms_sha256(example(label='"Tank"'))
    assert terms_sha256(example()) != terms_sha256(example(allow='["/other/*"]'))


@pytest.mark.parametrize(
    ("line", "message", "hint"),
    [
        ('[site.x]\nlabel = "X"', "a site needs its start", "start ="),
        ('[site.x]\nstart = "ftp://example.org/"', "no address of a site", "https://"),
        ('[site.x]\nstart = "https://example.org/a"', "ends with a slash", '"https://example.org/a/"'),
        ('[site.x]\nstart = "https://example.org:port/"', "no address of a site", "https://"),
        ('[site.x]\nstart = "https://example.org/"\nalow = ["/a"]', "unknown key 'alow'", "'allow'"),
        ('[site.x]\nstart = "https://example.org/"\nallow = [1]', "list of paths", "allow ="),
        ('[site.x]\nstart = "https://example.org/"\npages = 0', "1 or more", "pages = 500"),
        ('[site.x]\nstart = "https://example.org/"\ndate = 3', "date has to be text", "quotes"),
        ('[site."X y"]\nstart = "https://example.org/"', "no name for a source", "lower-case"),
        ('site = ["x"]', "not written like this", "[site.NAME]"),
    ],
)
def test_a_wrong_description_is_named_with_its_place(line: str, message: str, hint: str) -> None:
    """File, line, what is wrong, what to write instead."""
    with pytest.raises(StrategyError) as caught:
        read(line + BLOCKS if line.startswith("site =") else BLOCKS + line, "x.toml")
    assert message in str(caught.value)
    assert hint in caught.value.hint
    assert caught.value.line > 0


def test_a_selector_that_is_none_is_a_strategy_error() -> None:
    """A CSS selector is looked at before anything is asked."""
    with pytest.raises(StrategyError, match="is no CSS selector"):
        sources.get("think-tank", example(date='"p..x["').sites)


def test_a_database_cannot_be_redescribed() -> None:
    """A site named like a database is refused; one named like a known site takes its place."""
    with pytest.raises(StrategyError, match="pubmed is a database already"):
        sources.get("pubmed", read(BLOCKS + '[site.pubmed]\nstart = "https://example.org/"').sites)
    moved = sources.get("nasp", read(BLOCKS + '[site.nasp]\nstart = "https://example.org/"').sites)
    assert moved.info.docs == "https://example.org/"
    with pytest.raises(UsageError, match="there is no source"):
        sources.get("think-tank")
