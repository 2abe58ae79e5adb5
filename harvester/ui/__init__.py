"""`serve`: the store in the browser, by Datasette, with the page for uncertain duplicates.

Datasette (the extra `ui`) shows and searches; what is written, decisions about pairs and nothing else, goes through
`pairs`. Works on Datasette 0.65 and the 1.0 alphas.
"""

from __future__ import annotations

from harvester.ui.serve import Server, serve

__all__ = ["Server", "serve"]
