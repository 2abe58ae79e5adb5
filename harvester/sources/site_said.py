"""What a crawl has to say of itself in sentences: what was left out, what failed, where it stopped."""

from __future__ import annotations

from collections.abc import Iterator

from harvester.sources.site_spool import Crawled
from harvester.sources.site_text import MOST_TEXT
from harvester.strategy import SiteSettings

_PROBLEMS = {
    "forbidden": (
        "{} address was left out because robots.txt forbids it",
        "{} addresses were left out because robots.txt forbids them",
    ),
    "gone": ("{} address that the site names is not there", "{} addresses that the site names are not there"),
    "loop": ("{} address redirects without end", "{} addresses redirect without end"),
    "sitemap": (
        "{} sitemap cannot be read, so that its pages were only found by links",
        "{} sitemaps cannot be read, so that their pages were only found by links",
    ),
    "failed": ("{} address could not be had", "{} addresses could not be had"),
    "too-large": ("{} file is too large", "{} files are too large"),
}
_FIELDS = {"title": "title", "summary": "summary with keywords", "text": "full text"}


def many(count: int, one: str, more: str) -> str:
    """A number in its sentence: `1 address is`, `2 addresses are`."""
    return (one if count == 1 else more).format(f"{count:,}")


def listed(words: list[str]) -> str:
    """`title, summary and full text`."""
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)


def matched_on(match: tuple[str, ...]) -> str:
    """What of a document the strategy is held against, in words."""
    return listed([words for name, words in _FIELDS.items() if name in match])


def warnings(crawled: Crawled, settings: SiteSettings | None) -> Iterator[str]:
    """What a person has to know of a crawl, worst last."""
    for what, texts in _PROBLEMS.items():
        found = crawled.problems.get(what)
        if found:
            yield f"{many(found.count, *texts)}: {found}"
    if crawled.left:
        ranked = sorted(crawled.left.items(), key=lambda each: (-each[1], each[0]))
        yield (
            many(
                sum(crawled.left.values()),
                "{} address that looks like a calendar, a login or a search was not followed",
                "{} addresses that look like calendars, logins or searches were not followed",
            )
            + ": "
            + ", ".join(f"{pattern} ({count:,})" for pattern, count in ranked)
        )
    if settings and settings.date and crawled.read and not crawled.dated:
        yield (
            f"The rule date = {settings.date!r} finds nothing on any of {crawled.read:,} pages: "
            "the site may have changed"
        )
    if crawled.cut.count:
        pages = many(crawled.cut.count, "{} page is longer than", "{} pages are longer than")
        yield f"{pages} the {MOST_TEXT:,} characters that are read: {crawled.cut}"
    if crawled.first is not None and crawled.documents >= crawled.first:
        yield (
            f"Only the first {crawled.first:,} documents were taken, in the order in which the site names them, as the "
            "strategy says: what comes after them was not looked at"
        )
    if crawled.reason != "finished":
        yield f"The crawl stopped at {crawled.reason}"


def what_lacks(label: str, crawled: Crawled) -> str:
    """Why a crawl is not whole; "" where it is."""
    parts = []
    if crawled.reason != "finished":
        parts.append(f"the crawl of {label} stopped at {crawled.reason}")
    for what, one, more in (
        ("failed", "{} address of " + label + " could not be had", "{} addresses of " + label + " could not be had"),
        ("too-large", "{} file of " + label + " is too large", "{} files of " + label + " are too large"),
    ):
        found = crawled.problems.get(what)
        if found:
            why = f" ({crawled.why})" if what == "failed" and crawled.why else ""
            parts.append(f"{many(found.count, one, more)}{why}: {found}")
    return "; ".join(parts)
