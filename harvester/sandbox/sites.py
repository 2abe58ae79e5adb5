"""The small sites (to come)."""

from __future__ import annotations

from harvester.sandbox.answers import HTML, Answer, World, of_text


def serve(world: World, address: str, path: str) -> Answer:
    """Answer a request that is not for E-utilities."""
    return of_text("<html><body><h1>404 Not Found</h1></body></html>\n", HTML, 404)
