"""A literature search and retrieval harvester for systematic and living reviews.

What programs need is here by short names, each loaded when it is first asked for: `from harvester import
load_strategy, translate, Matcher`. docs/python.md shows them; the rooms below hold the rest.
"""

import importlib
from typing import Any

__version__ = "0.1.0"

# name -> where it is. `import harvester` loads none of it. Names with types for checkers: __init__.pyi.
_FACE = {
    "Author": "record:Author",
    "HarvesterError": "errors:HarvesterError",
    "Index": "match:Index",
    "Matcher": "match:Matcher",
    "PartialDate": "record:PartialDate",
    "Record": "record:Record",
    "Section": "record:Section",
    "Strategy": "strategy:Strategy",
    "Tally": "match:Tally",
    "check": "lint:check",
    "check_query": "lint:check_query",
    "dedupe": "dedupe",  # the room itself, which can be called
    "each_record": "store:each_record",
    "load_strategy": "strategy:load",
    "open_store": "store:open_store",
    "read_query": "dialects.translate:read_query",
    "read_records": "formats:read",
    "read_strategy": "strategy:read",
    "translate": "dialects.translate:translate",
    "translate_all": "dialects.translate:translate_all",
    "write_records": "formats:write",
}
__all__ = ["__version__", *sorted(_FACE)]  # noqa: PLE0604 - the table above, which holds only text


def __getattr__(name: str) -> Any:
    if name not in _FACE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    room, _, what = _FACE[name].partition(":")
    module = importlib.import_module(f"{__name__}.{room}")
    found = getattr(module, what) if what else module
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *_FACE})
