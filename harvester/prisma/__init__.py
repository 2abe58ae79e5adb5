"""PRISMA 2020: the flow's numbers (flow, counts), its picture (draw), the R package's table (table), PRISMA-S
(prisma_s) and the search history as data (history).

The statement: https://doi.org/10.1136/bmj.n71; the flow diagram's templates: https://www.prisma-statement.org.
"""

from __future__ import annotations

from harvester.prisma.counts import flow_from_store
from harvester.prisma.draw import draw
from harvester.prisma.flow import Flow
from harvester.prisma.table import read_flow, write_table

__all__ = ["Flow", "draw", "flow_from_store", "read_flow", "write_table"]
