"""Looking a strategy over before it is run: what a database will not do as written, and what costs recall."""

from __future__ import annotations

from harvester.lint.check import Message, check, check_query
from harvester.lint.rules import RULES, Rule

__all__ = ["RULES", "Message", "Rule", "check", "check_query"]
