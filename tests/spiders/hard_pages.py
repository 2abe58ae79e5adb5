"""Pages that are hard to read, written by hand for this project: all are synthetic.

Each has `own` sentences, which a search must be able to find, `around` sentences, which belong to a banner, a menu or a
list of other pages, and the day on which it says that it was published ("" for none).
"""

from __future__ import annotations

from dataclasses import dataclass

LOREM = (
    "Community organisations described how referrals arrived, what was offered, and which people did not come back. "
    "Interviews were held in three towns over eighteen months with staff, volunteers and the people themselves. "
    "Most of them said that the first visit mattered more than the number of visits, and that a telephone call the "
    "week after was what kept them going. "
)


@dataclass(frozen=True, slots=True)
class Hard:
    """One page and what is true of it."""

    name: str
    html: str
    own: tuple[str, ...]
    around: tuple[str, ...] = ()
    published: str = ""


def _page(body: str, head: str = "", lang: str = "en") -> str:
    head = f"<head><meta charset=utf-8><title>A study</title>{head}</head>"
    return f"<!DOCTYPE html><html lang={lang}>{head}<body>{body}</body></html>"


def _p(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


PAGES = (
    Hard(
        "divs only",
        _page(
            "<div id=top><ul><li><a href=/a>Home</a><li><a href=/b>Topics in menus</a></ul></div>"
            "<div class=wrap><div class=body><h1>A study of helpers</h1>"
            f"{_p(LOREM, 'Helpers met patients at home.', LOREM)}</div>"
            "<div class=more><h3>Related</h3><ul><li><a href=/1>Another page on gardening</a>"
            "<li><a href=/2>Another page on museums</a></ul></div></div>"
            "<div class=cc-window>We use cookies to improve your visit.</div>"
        ),
        ("Helpers met patients at home.", "A study of helpers"),
        ("Topics in menus", "Another page on gardening", "We use cookies"),
    ),
    Hard(
        "a box inside main",
        _page(
            f"<main><h1>A study of boxes</h1>{_p(LOREM, LOREM)}"
            "<div class=callout><p>Key finding: loneliness fell.</p></div>"
            f"<details><summary>Methods</summary><p>Forty link workers kept diaries.</p></details>{_p(LOREM)}</main>"
        ),
        ("Key finding: loneliness fell.", "Forty link workers kept diaries."),
    ),
    Hard(
        "a table as its layout",
        _page(
            "<table><tr><td width=150><a href=/a>Menu of topics</a><br><a href=/b>Contact us now</a></td><td>"
            f"<h1>A study in a table</h1>{_p(LOREM, 'Nurses wrote the plans.', LOREM)}</td></tr></table>"
        ),
        ("Nurses wrote the plans.",),
        ("Menu of topics",),
    ),
    Hard(
        "a list of definitions",
        _page(
            f"<div class=content><h1>A study of terms</h1>{_p(LOREM)}<dl><dt>Community connector</dt>"
            f"<dd>A person who links patients to groups.</dd></dl>{_p(LOREM)}</div>"
        ),
        ("Community connector", "A person who links patients to groups."),
    ),
    Hard(
        "results in a table",
        _page(
            f"<article><h1>A study of numbers</h1>{_p(LOREM, LOREM)}<table><tr><th>Group<th>Change</tr>"
            f"<tr><td>Health coaches<td>12 %</tr><tr><td>Usual care<td>3 %</tr></table>{_p(LOREM)}</article>"
        ),
        ("Health coaches", "Usual care"),
    ),
    Hard(
        "a short notice",
        _page(
            "<div class=nav><a href=/a>All our services</a></div><div><h1>New report</h1>"
            "<p>Our report on peer supporters is out today.</p></div>"
        ),
        ("Our report on peer supporters is out today.",),
        ("All our services",),
    ),
    Hard(
        "a list of references with notes",
        _page(
            "<div class=content><h1>Reading list</h1><ul>"
            + "".join(
                f"<li><a href=/{n}>Care navigation, part {n}</a> A note on part {n} by the editors." for n in range(12)
            )
            + "</ul></div>"
        ),
        ("Care navigation, part 7", "A note on part 7 by the editors."),
    ),
    Hard(
        "comments and shares",
        _page(
            f"<div id=content><h1>A study of blogs</h1>{_p(LOREM, 'Wellbeing advisers were asked.', LOREM)}</div>"
            "<div id=comments class=comments><h3>2 comments</h3><p>Anon: I sell cheap watches online.</p></div>"
            "<div class=social><a href=/s>Share this on a network</a></div>"
        ),
        ("Wellbeing advisers were asked.",),
        ("cheap watches", "Share this on a network"),
    ),
    Hard(
        "tags and teasers after the text",
        _page(
            f"<article><h1>A study of tags</h1>{_p(LOREM, 'Village agents drove the bus.', LOREM)}"
            "<div class=tags>Tags: <a href=/t/1>arts on prescription</a> <a href=/t/2>green care</a></div></article>"
            "<section class=teasers><h2>Read next</h2><div><a href=/n>Walking football for veterans</a></div></section>"
        ),
        ("Village agents drove the bus.",),
        ("Walking football for veterans",),
    ),
    Hard(
        "a date in words only",
        _page(
            f"<div><h1>A study of days</h1><p class=meta>Published on 14 March 2021</p>{_p(LOREM, LOREM)}</div>"
            "<div class=foot>Copyright 2024. Next event: 3 June 2025</div>"
        ),
        ("A study of days",),
        (),
        "2021-03-14",
    ),
    Hard(
        "a date in the address of its picture",
        _page(
            f"<div><h1>A study of pictures</h1><img src=/wp-content/uploads/2019/08/one.jpg>{_p(LOREM, LOREM)}</div>",
            '<meta property="og:image" content="https://www.example.org/wp-content/uploads/2019/08/one.jpg">',
        ),
        ("A study of pictures",),
        (),
        "",
    ),
    Hard(
        "no date at all, years in the text",
        _page(
            "<div><h1>A study of years</h1>"
            f"{_p('In 1998 and 2003 trials failed; by 2011 others had begun.', LOREM)}</div>"
        ),
        ("In 1998 and 2003 trials failed",),
        (),
        "",
    ),
)
