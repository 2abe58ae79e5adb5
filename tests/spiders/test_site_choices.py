"""What a strategy chooses of a site: what is matched, how many documents, what is counted. All sites are synthetic."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from little_site import LittleSite, article, html

from harvester import plan, sources
from harvester.config import Config
from harvester.errors import StrategyError
from harvester.http import Http
from harvester.prisma.prisma_s import items
from harvester.run import run, terms_sha256
from harvester.search import LossKind
from harvester.sources.site_about import SITES, presets
from harvester.store import Store, open_store
from harvester.strategy import Strategy, read
from harvester.strategy.sites import KNOWN

SPN = "social-prescribing-network"
AT = f"/sites/{SPN}/"
DAY = date(2022, 1, 1)
BLOCKS = f"""
[review]
name = "little"
[[block]]
name = "A"
terms = ["link worker*", "navigator*"]
[[block]]
name = "B"
terms = ["loneliness"]
[sources]
use = ["{SPN}"]
"""


def strategy(more: str = "") -> Strategy:
    """The little strategy, with more lines."""
    return read(BLOCKS + more, "little.toml")


def page(title: str, summary: str, text: str, *links: str) -> tuple[int, dict[str, str], bytes]:
    """A document with a summary of its own."""
    head = f'<meta property="og:type" content="article"><meta property="og:description" content="{summary}">'
    anchors = "".join(f'<a href="{link}">x</a>' for link in links)
    return html(f"<main><h1>{title}</h1><p>{text}</p></main>{anchors}", head)


PAGES = {
    "/robots.txt": (200, {"Content-Type": "text/plain"}, b"User-agent: *\nDisallow: /x\n"),
    AT: html("<h1>Home</h1>" + "".join(f'<a href="{n}">x</a>' for n in ("title", "summary", "text", "other"))
             + '<a href="calendar/2022/01">c</a><a href="calendar/2022/02">c</a><a href="login?next=/">l</a>'),
    f"{AT}title": page("Link workers and loneliness", "Of help.", "Nothing."),
    f"{AT}summary": page("A study", "Link workers and loneliness.", "Nothing."),
    f"{AT}text": page("Another study", "Of help.", "Navigators met loneliness."),
    f"{AT}other": page("On gardens", "Link workers.", "Of plants."),
}  # fmt: skip


def kept(store: Store) -> set[str]:
    """The last parts of the addresses kept."""
    return {row[0].rpartition("/")[2] for row in store.rows("select source_id from records")}


@pytest.mark.parametrize(
    ("lines", "expected", "said"),
    [
        ("", {"title", "summary", "text"}, "matched on title, summary with keywords and full text of each document"),
        ('[sites]\nmatch = ["title"]', {"title"}, "matched on title of each document"),
        (
            '[sites]\nmatch = ["summary", "title"]',
            {"title", "summary"},
            "matched on title and summary with keywords of ",
        ),
        (
            f'[sites]\nmatch = ["title"]\n[site.{SPN}]\nmatch = "text"',
            {"title", "text"},
            "matched on full text of each",
        ),
    ],
    ids=["all", "title", "title and summary", "one site's own"],
)
def test_what_is_matched_is_the_strategys_choice(lines: str, expected: set[str], said: str, tmp_path: Path) -> None:
    """Title, summary, full text: what the strategy names is matched, and the run says what it was."""
    with (
        LittleSite(dict(PAGES)) as site,
        Http(Config(), sandbox=site.address) as http,
        open_store(tmp_path / "little.db") as store,
    ):
        (source,) = run(strategy(lines), store, http, today=DAY).said["sources"]
        assert kept(store) == expected
    assert source["translation"].startswith(said)
    assert (source["pages_seen"], source["offered"], source["retrieved"]) == (5, 4, len(expected))


def test_a_narrower_match_is_told_before_anything_is_sent() -> None:
    """`plan` says that full texts are not looked at, and another choice is another search."""
    narrow, wide = strategy('[sites]\nmatch = ["title", "summary"]'), strategy()
    info = sources.get(SPN, narrow.sites).info
    (loss,) = plan.make(narrow, info, on=DAY).losses
    assert loss.kind is LossKind.NARROWED
    assert loss.why == "documents are matched on their title and summary only, as the strategy says"
    assert plan.make(wide, info, on=DAY).losses == ()
    assert terms_sha256(narrow) != terms_sha256(wide)


def test_every_line_is_counted_over_all_documents(tmp_path: Path) -> None:
    """The table of lines has each line's documents, matched or not; nothing is asked for it a second time."""
    with (
        LittleSite(dict(PAGES)) as site,
        Http(Config(), sandbox=site.address) as http,
        open_store(tmp_path / "little.db") as store,
    ):
        (source,) = run(strategy(), store, http, today=DAY).said["sources"]
        asked = list(site.asked)
        search = plan.make(strategy(), sources.get(SPN).info, on=DAY)
        told = {line.label: count and count.hits for line, count in sources.get(SPN).count_lines(search, http)}
    hits = {line["label"]: line["hits"] for line in source["lines"]}
    assert (hits["link worker*"], hits["navigator*"], hits["loneliness"]) == (3, 1, 3)
    assert list(hits.values())[-1] == 3
    assert told == hits
    assert len(asked) == len(set(asked)) + asked.count("/robots.txt") - 1


def test_calendars_and_logins_are_counted_and_not_followed(tmp_path: Path) -> None:
    """What looks like a trap is not asked for, and what it looked like is told with how many there were."""
    with (
        LittleSite(dict(PAGES)) as site,
        Http(Config(), sandbox=site.address) as http,
        open_store(tmp_path / "little.db") as store,
    ):
        (source,) = run(strategy(), store, http, today=DAY).said["sources"]
        assert not [path for path in site.asked if "calendar" in path or "login" in path]
    said = "3 addresses that look like calendars, logins or searches were not followed: /calendar (2), /login (1)"
    assert said in source["warnings"]


def test_the_first_documents_only(tmp_path: Path) -> None:
    """`first` takes so many documents in the site's order, says so, and leaves the window open."""
    first = strategy(f"[sources.{SPN}]\nfirst = 2")
    with (
        LittleSite(dict(PAGES)) as site,
        Http(Config(), sandbox=site.address) as http,
        open_store(tmp_path / "little.db") as store,
    ):
        report = run(first, store, http, today=DAY)
        windows = store.value("select count(*) from windows")
        (again,) = run(first, store, http, today=date(2022, 2, 1)).said["sources"]
        assert kept(store) == {"title", "summary"}
        said = " ".join(items(store)[3].said)
    (source,) = report.said["sources"]
    assert (report.exit_code, source["state"], source["offered"], source["retrieved"], windows) == (
        0,
        "complete",
        2,
        2,
        0,
    )
    assert any(text.startswith("Only the first 2 documents were taken") for text in source["warnings"])
    assert [loss["why"] for loss in source["losses"]] == [
        "only the first 2 documents are looked at, as the strategy says"
    ]
    assert again["retrieved"] == 2
    assert "2 documents were found, the first 2 of them only" in said


def test_the_first_of_a_sites_own_search(tmp_path: Path) -> None:
    """Where a strategy begins at a site's own results, the first so many of them are taken, page by page, in order."""

    def results(path: str) -> tuple[int, dict[str, str], bytes]:
        number = int(path.partition("page=")[2].partition("&")[0] or 1)
        links = "".join(f'<a href="{AT}doc/{(number - 1) * 3 + step}">x</a>' for step in range(3))
        return html(
            f'<h1>Results</h1><a href="{AT}menu">m</a>{links}<a href="{AT}search?page={number + 1}&q=x">next</a>'
        )

    documents = {f"{AT}doc/{n}": article(f"Number {n}", f"{AT}doc/{n + 40}") for n in range(99)}
    text = f'[site.{SPN}]\nstart = "https://www.example.org/"\nbegin = ["/search?q=x"]\ndocument = ["/doc/*"]\n'
    with (
        LittleSite(
            {AT: html("<h1>Home</h1>"), f"{AT}search": results, f"{AT}menu": html("<h1>M</h1>"), **documents}
        ) as site,
        Http(Config(), sandbox=site.address) as http,
        open_store(tmp_path / "little.db") as store,
    ):
        strategies = read(
            BLOCKS.replace('"loneliness"', '"link*"') + f"{text}[sources.{SPN}]\nfirst = 7", "little.toml"
        )
        (source,) = run(strategies, store, http, today=DAY).said["sources"]
        assert kept(store) == {str(n) for n in range(7)}
        assert AT not in site.asked
    assert (source["state"], source["offered"]) == ("complete", 7)


def test_robots_txt_is_kept_with_the_run(tmp_path: Path) -> None:
    """The rules that the site had at the time are in the store as they came."""
    from harvester.store import pages

    with (
        LittleSite(dict(PAGES)) as site,
        Http(Config(), sandbox=site.address) as http,
        open_store(tmp_path / "little.db") as store,
    ):
        run(strategy(), store, http, today=DAY)
        (row,) = store.rows("select sha256, status, request from pages where kind = 'robots'")
        assert pages.body(store, row["sha256"]) == b"User-agent: *\nDisallow: /x\n"
        assert row["status"] == 200


def test_a_crawl_fills_prisma_s(tmp_path: Path) -> None:
    """Item 4 says how the site was browsed, what came, what was matched, what was kept; item 3 that no register was."""
    with (
        LittleSite(dict(PAGES)) as site,
        Http(Config(), sandbox=site.address) as http,
        open_store(tmp_path / "little.db") as store,
    ):
        run(strategy(), store, http, today=DAY)
        told = {item.number: " ".join(item.said) for item in items(store)}
    assert told[4].startswith("Social Prescribing Network: its site was browsed by the program on ")
    assert (
        "the links on its pages (its robots.txt was obeyed and is kept); 5 pages and 0 PDFs came, 4 documents"
        in told[4]
    )
    assert told[4].endswith("; 3 answer the strategy and were kept.")
    assert told[3] == "No study registry was searched by the program."


def test_the_sites_that_a_strategy_may_add_to_are_those_that_are_known() -> None:
    """The names for which no start is needed are the program's own sites and its presets; each preset is a source."""
    assert set(KNOWN) == {*SITES, *presets()}
    for name, preset in presets().items():
        info = sources.get(name).info
        assert (info.kind, info.label, info.docs) == ("site", preset.label, preset.start)


def test_a_strategy_adds_to_a_preset() -> None:
    """What the strategy says of a site stands above the preset, the rest is the preset's."""
    said = read(
        BLOCKS + '[site.kings-fund]\nallow = ["/reports/*"]\npages = 50\n[sites]\npages = 9\ndelay = 3', "x.toml"
    )
    site = sources.get("kings-fund", said.sites)
    settings = site.settings  # type: ignore[attr-defined]
    assert settings.start == "https://www.kingsfund.org.uk/"
    assert (settings.allow, settings.deny) == (("/reports/*",), presets()["kings-fund"].deny)
    limits = site.limits  # type: ignore[attr-defined]
    assert (limits.pages, limits.delay, limits.seconds) == (50, 3, 6 * 3600)


def test_a_preset_is_crawled_like_any_site(tmp_path: Path) -> None:
    """The King's Fund by its name alone, on a toy site at its place: documents are found, its events are not asked."""
    at = "/sites/kings-fund/"
    pages = {at: html('<a href="reports/one">1</a><a href="events/two">2</a>'),
             f"{at}reports/one": article("Link workers and loneliness"),
             f"{at}events/two": article("Link workers")}  # fmt: skip
    with (
        LittleSite(pages) as site,
        Http(Config(), sandbox=site.address) as http,
        open_store(tmp_path / "little.db") as store,
    ):
        (source,) = run(strategy(), store, http, sources=["kings-fund"], today=DAY).said["sources"]
        assert not [path for path in site.asked if "events" in path]
        assert [row[0] for row in store.rows("select source_id from records")] == [
            "https://www.kingsfund.org.uk/reports/one"
        ]
    assert (source["state"], source["label"]) == ("complete", "The King's Fund")


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ('[sites]\nmatch = ["body"]', "'body' is nothing that is matched"),
        ("[sites]\nstart = 1", "unknown key 'start'"),
        ("sites = 3", "sites has to be a table"),
        (f"[site.{SPN}]\nhours = 0", "hours has to be hours, 1 or more"),
    ],
)
def test_a_wrong_choice_is_named(lines: str, message: str) -> None:
    """What cannot be meant is said with its place."""
    text = f"{lines}\n{BLOCKS}" if lines.startswith("sites =") else BLOCKS + lines
    with pytest.raises(StrategyError) as caught:
        read(text, "little.toml")
    assert message in str(caught.value)
    assert caught.value.line
