"""One message in words: as plain text, as Markdown, as Slack and Teams take it, as JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from harvester.notify.news import Item, News

_LISTS = ("retracted", "corrected", "vanished", "changed")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>()#+!|~])")
_SLACK_TEXT = 3000  # characters of one section: https://docs.slack.dev/reference/block-kit/blocks/section-block
_TEAMS_BYTES = 24_000  # of the 28 KB that a Teams message may have
CUT = "\n... (cut here: the channel takes no more)"


def subject(news: News) -> str:
    """The message in one line. An unknown is never said as a zero; "0 new" only when a number is known."""
    found = "what is new is not known" if news.new is None else f"{news.new:,} new"
    more = [f"{news.counts[name]} {name}" for name in ("retracted", "corrected") if news.counts[name]]
    alarm = ", ALARM" if news.alarms else ""
    return f"{news.strategy}: {', '.join([found, *more])}, {news.answered}{alarm}"


def text(news: News) -> str:
    """The message as plain text."""
    lines = [subject(news), _days(news), ""]
    lines += [f"  {_source(each)}" for each in news.sources]
    lines += [f"ALARM: {alarm}" for alarm in news.alarms]
    lines += [f"note: {note}" for note in news.notes]
    for title, items, more in _parts(news):
        lines += ["", f"{title}:", *(f"- {_item(item)}" for item in items)]
        lines += [f"  {more}"] if more else []
    if news.files:
        lines += ["", "Files: " + ", ".join(news.files)]
    return "\n".join(lines) + "\n"


def markdown(news: News) -> str:
    """The message as Markdown; what comes from records is escaped."""
    lines = [
        f"## {_escaped(subject(news))}",
        "",
        _days(news),
        "",
        "| source | state | found | new |",
        "|---|---|---:|---:|",
    ]
    for each in news.sources:
        lines.append(f"| {_escaped(each.label)} | {each.state} | {_number(each.found)} | {_number(each.new)} |")
    lines.append("")
    lines += [
        f"- **{_escaped(each.label)}**: {_escaped(each.error)} {_escaped(each.hint)}"
        for each in news.sources
        if each.error
    ]
    lines += [f"- **Alarm**: {_escaped(alarm)}" for alarm in news.alarms]
    lines += [f"- {_escaped(note)}" for note in news.notes]
    for title, items, more in _parts(news):
        lines += ["", f"### {title}", ""]
        for item in items:
            named = f"[{_escaped(item.title)}]({item.link})" if item.link else _escaped(item.title)
            rest = " ".join(
                part for part in (_escaped(item.where), f"({_escaped(item.why)})" if item.why else "") if part
            )
            lines.append(f"- {'**included study** ' if item.included else ''}{named} {rest}".rstrip())
        lines += ["", more] if more else []
    if news.files:
        lines += ["", "Files: " + ", ".join(f"`{file}`" for file in news.files)]
    return "\n".join(lines) + "\n"


def slack(news: News) -> dict[str, Any]:
    """The message as a Slack incoming webhook takes it."""
    body = text(news).partition("\n")[2].strip()
    body = body.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    if len(body) > _SLACK_TEXT:
        body = body[: _SLACK_TEXT - len(CUT) - 10].rsplit("\n", 1)[0] + CUT
    head = subject(news)
    return {
        "text": head.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"),
        "blocks": [
            {"type": "header", "text": {"type": "plain_text", "text": head[:150]}},
            {"type": "section", "text": {"type": "mrkdwn", "text": body}},
        ],
    }


def teams(news: News) -> dict[str, Any]:
    """The message as a Teams workflow's webhook takes it: an Adaptive Card."""
    body = text(news).partition("\n")[2].strip()
    if len(body.encode()) > _TEAMS_BYTES:
        body = body.encode()[: _TEAMS_BYTES - 100].decode("utf-8", "ignore").rsplit("\n", 1)[0] + CUT
    blocks = [{"type": "TextBlock", "text": _escaped(subject(news)), "weight": "Bolder", "wrap": True}]
    blocks += [{"type": "TextBlock", "text": _escaped(line), "wrap": True} for line in body.splitlines() if line]
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": blocks,
    }
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
    return {"type": "message", "attachments": [attachment]}


def plain(news: News) -> dict[str, Any]:
    """The message as JSON, for programs."""
    return {"subject": subject(news), "complete": news.complete, "text": text(news), **asdict(news)}


def _parts(news: News) -> Iterator[tuple[str, tuple[Item, ...], str]]:
    """What is listed: a heading, the items, and how many are left out."""
    if news.works:
        left = (news.new or 0) - len(news.works)
        hint = f"`harvester export OUT --only new --run {news.run}` has them all"
        yield f"New ({news.new:,})", news.works, f"and {left:,} more: {hint}" if left > 0 else ""
    for name in _LISTS:
        items: tuple[Item, ...] = getattr(news, name)
        if items:
            left = news.counts[name] - len(items)
            more = f"and {left:,} more: `harvester history --json` names them" if left > 0 else ""
            yield f"{name.capitalize()} ({news.counts[name]:,})", items, more


def _days(news: News) -> str:
    days = f"from {news.since} to {news.until}" if news.since else f"all days to {news.until}"
    return f"Run {news.run} ({news.kind}), {days}."


def _source(each: Any) -> str:
    said = f"{each.label}: {each.state}, {_number(each.found)} found, {_number(each.new)} new records"
    return said + (f"; {each.error} {each.hint}".rstrip() if each.error else "")


def _item(item: Item) -> str:
    parts = ["INCLUDED STUDY:" if item.included else "", item.title, f"[{item.where}]" if item.where else ""]
    return " ".join(part for part in [*parts, f"({item.why})" if item.why else "", item.link] if part)


def _number(number: int | None) -> str:
    return "-" if number is None else f"{number:,}"


def _escaped(said: str) -> str:
    return _MARKDOWN.sub(r"\\\1", " ".join(said.split()))
