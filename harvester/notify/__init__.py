"""Telling people what a run came to: one short message, also when nothing is new, to wherever they read.

`gather` makes the message from the store, `text` and `markdown` say it, `send` sends it, `feed` writes new works as
Atom. A failure to tell is an error of its own: the run it speaks of is kept as it is.
"""

from __future__ import annotations

from harvester.notify.channels import Channel, channel, send
from harvester.notify.feed import feed
from harvester.notify.news import News, gather
from harvester.notify.say import markdown, subject, text

__all__ = ["Channel", "News", "channel", "feed", "gather", "markdown", "send", "subject", "text"]
