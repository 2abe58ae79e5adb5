"""What the page is made of."""

from __future__ import annotations

from dataclasses import dataclass

from harvester.prisma.flow import Flow
from harvester.prisma.prisma_s import Item
from harvester.report.gather import Facts


@dataclass(frozen=True, slots=True)
class Parts:
    """What the page is made of: the facts, the flow with its picture, the 16 items of PRISMA-S."""

    facts: Facts
    flow: Flow
    flow_svg: str
    flow_by_hand: str
    items: list[Item]
    made_at: str
