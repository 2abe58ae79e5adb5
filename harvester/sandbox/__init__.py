"""A library on the loopback address, over a synthetic corpus."""

from __future__ import annotations

from harvester.sandbox.server import Sandbox

__all__ = ["Sandbox"]
